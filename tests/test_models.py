"""Which model is used, and how one goes back to another."""

from __future__ import annotations

from pathlib import Path

import pytest
import spacy

from conflict_events.models import (
    ENVIRONMENT,
    ModelNotFoundError,
    default_of,
    free_version,
    list_models,
    next_version,
    resolve,
    set_default,
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv(ENVIRONMENT, raising=False)
    for version in ("0.9.0", "0.10.0"):
        nlp = spacy.blank("en", meta={"performance": {"ents_f": float(version[2:4].strip("."))}})
        nlp.to_disk(tmp_path / f"conflict-events-cpu-{version}")
    (tmp_path / "default").write_text("conflict-events-cpu-0.9.0\n", encoding="utf-8")
    return tmp_path


def test_models_are_listed_by_version_with_their_scores(folder: Path) -> None:
    old, new = list_models(folder)
    assert (old.name, old.version, old.is_default, old.meta["performance"]["ents_f"]) == (
        "conflict-events-cpu",
        "0.9.0",
        True,
        9.0,
    )
    assert (new.version, new.is_default, new.folder) == ("0.10.0", False, "conflict-events-cpu-0.10.0")


def test_the_option_wins_over_the_environment_and_that_over_the_default(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = folder / "conflict-events-cpu-0.9.0", folder / "conflict-events-cpu-0.10.0"
    assert resolve(folders=[folder]) == old
    monkeypatch.setenv(ENVIRONMENT, str(new))
    assert resolve(folders=[folder]) == new
    assert resolve(str(old), folders=[folder]) == old
    assert resolve("conflict-events-cpu-0.9.0", folders=[folder]) == old


def test_a_model_that_is_not_there_is_refused_with_what_there_is(folder: Path) -> None:
    with pytest.raises(ModelNotFoundError, match=r"one of: conflict-events-cpu-0\.9\.0, conflict-events-cpu-0\.10\.0"):
        resolve("nothing", folders=[folder])
    with pytest.raises(ModelNotFoundError, match="conflict-events train"):
        resolve(folders=[])


def test_going_back_to_a_version_is_one_step(folder: Path) -> None:
    assert set_default("0.10.0", [folder]).folder == "conflict-events-cpu-0.10.0"
    assert default_of(folder) == "conflict-events-cpu-0.10.0"
    set_default("conflict-events-cpu-0.9.0", [folder])
    assert [model.is_default for model in list_models(folder)] == [True, False]
    with pytest.raises(ModelNotFoundError, match=r"there is: conflict-events-cpu-0\.9\.0"):
        set_default("0.3.0", [folder])


def test_a_user_chooses_over_what_the_package_brings(folder: Path, tmp_path: Path) -> None:
    own = tmp_path / "own"
    set_default("0.10.0", [own, folder])
    assert resolve(folders=[own, folder]).name == "conflict-events-cpu-0.10.0"
    assert default_of(folder) == "conflict-events-cpu-0.9.0"
    assert [model.is_default for model in list_models(own, folder)] == [False, True]


def test_the_next_version_follows_the_newest(folder: Path) -> None:
    assert next_version(list_models(folder), "conflict-events-cpu") == "0.11.0"
    assert next_version(list_models(folder), "another") == "0.1.0"


@pytest.mark.parametrize("pointer", ["conflict-events-cpu-0.7.0\n", "", "../../etc\n", "\x00\n"])
def test_a_pointer_to_nothing_is_an_error_and_no_other_model_steps_in(
    folder: Path, tmp_path: Path, pointer: str
) -> None:
    own = tmp_path / "own"
    own.mkdir()
    (own / "default").write_text(pointer, encoding="utf-8")
    with pytest.raises(ModelNotFoundError, match="models use NAME"):
        resolve(folders=[own, folder])
    set_default("0.10.0", [own, folder])
    assert resolve(folders=[own, folder]).name == "conflict-events-cpu-0.10.0"


def test_a_missing_pointer_is_an_error_that_lists_what_there_is(folder: Path) -> None:
    (folder / "default").unlink()
    with pytest.raises(ModelNotFoundError, match=r"default is missing\); choose one .*0\.9\.0, "):
        resolve(folders=[folder])


def test_the_pointer_is_replaced_whole_or_stays(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr("conflict_events.models.os.fsync", full)
    with pytest.raises(OSError, match="no space"):
        set_default("0.10.0", [folder])
    assert default_of(folder) == "conflict-events-cpu-0.9.0"
    assert [file.name for file in folder.iterdir() if file.is_file()] == ["default"]


def test_a_new_version_is_above_all_of_its_name_wherever_they_lie(folder: Path, tmp_path: Path) -> None:
    own = tmp_path / "own"
    assert free_version([own, folder], "conflict-events-cpu") == "0.11.0"
    (own / "conflict-events-cpu-0.11.0").mkdir(parents=True)  # of another, or half a model
    assert free_version([own, folder], "conflict-events-cpu") == "0.12.0"
    spacy.blank("en", meta={"name": "conflict-events-cpu", "version": "1.4.0"}).to_disk(own / "mine")
    assert free_version([folder, own], "conflict-events-cpu") == "1.5.0"


@pytest.mark.parametrize("name", ["", "../up", "a/b", "-x", "a b"])
def test_a_name_that_is_no_folder_is_refused(name: str, folder: Path) -> None:
    with pytest.raises(ValueError, match="no name for a model"):
        free_version([folder], name)


def test_a_model_with_a_broken_meta_is_listed_and_hides_none(folder: Path) -> None:
    (folder / "conflict-events-cpu-0.10.0" / "meta.json").write_text("{", encoding="utf-8")
    assert [model.version for model in list_models(folder)] == ["0.9.0", "0.10.0"]

"""Which model is used, and how one goes back to another."""

from __future__ import annotations

from pathlib import Path

import pytest
import spacy

from conflict_events.models import (
    ENVIRONMENT,
    ModelNotFoundError,
    default_of,
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

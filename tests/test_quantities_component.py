"""The spaCy component ``quantities``."""

from __future__ import annotations

from pathlib import Path

import pytest
import spacy
from spacy.language import Language

import conflict_events.components.quantities  # noqa: F401  # registers the factory where the entry point is not installed

TEXT = "At least nine soldiers and a child were killed; several houses burned for two hours."
EXPECTED = [
    ("At least nine", 9, 9, None, "at_least", True, False, "people"),
    ("a", 1, 1, 1, "exact", False, True, "people"),
    ("several", 3, None, None, "vague", False, False, "things"),
    ("two", 2, 2, 2, "exact", True, False, "time"),
]


@pytest.fixture
def nlp() -> Language:
    pipeline = spacy.blank("en")
    pipeline.add_pipe("quantities")
    return pipeline


def read(nlp: Language, text: str = TEXT) -> list[tuple[object, ...]]:
    doc = nlp(text)
    keys = ("low", "best", "high", "modifier", "number", "article", "counts")
    return [(doc[item["start"] : item["end"]].text, *(item[key] for key in keys)) for item in doc._.quantities]


def test_sets_quantities(nlp: Language) -> None:
    assert read(nlp) == EXPECTED


def test_a_text_without_numbers_has_none(nlp: Language) -> None:
    assert nlp("The town is calm.")._.quantities == []
    assert nlp("")._.quantities == []


def test_is_saved_and_loaded_by_disk_and_bytes(nlp: Language, tmp_path: Path) -> None:
    nlp.to_disk(tmp_path / "model")
    assert read(spacy.load(tmp_path / "model")) == EXPECTED
    other = spacy.blank("en")
    other.add_pipe("quantities")
    assert read(other.from_bytes(nlp.to_bytes())) == EXPECTED


def test_own_tables_travel_with_the_pipeline(tmp_path: Path) -> None:
    """The folder of the user's tables is needed once: the saved pipeline holds what was in it."""
    folder = tmp_path / "tables"
    folder.mkdir()
    (folder / "person_nouns.csv").write_text("singular,plural,use\nwizard,wizards,head\n", encoding="utf8")
    nlp = spacy.blank("en")
    nlp.add_pipe("quantities", config={"tables": str(folder)})
    nlp.to_disk(tmp_path / "model")
    (folder / "person_nouns.csv").unlink()
    folder.rmdir()
    (item,) = spacy.load(tmp_path / "model")("A wizard was hurt.")._.quantities
    assert (item["article"], item["counts"]) == (True, "people")


def test_a_wrong_folder_is_named() -> None:
    nlp = spacy.blank("en")
    nlp.add_pipe("quantities", config={"tables": "no-such-folder"})
    with pytest.raises(ValueError, match="no folder no-such-folder"):
        nlp("Two men.")


def test_works_in_several_processes(nlp: Language) -> None:
    docs = list(nlp.pipe([TEXT, "Ten died."] * 2, n_process=2, batch_size=1))
    assert [[item["low"] for item in doc._.quantities] for doc in docs] == [[9, 1, 3, 2], [10]] * 2


def test_survives_the_bytes_of_a_doc(nlp: Language) -> None:
    doc = nlp(TEXT)
    copy = spacy.tokens.Doc(nlp.vocab).from_bytes(doc.to_bytes())
    assert copy._.quantities == doc._.quantities

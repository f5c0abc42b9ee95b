"""What belongs to a labelled name, by the annotation guidelines."""

from __future__ import annotations

import pytest
import spacy
from spacy.tokens import Span

from conflict_events.components.entity_borders import EntityBorders

NLP = spacy.blank("en")


def trimmed(words: str, label: str, *spans: tuple[int, int]) -> list[str]:
    doc = NLP.make_doc(words)
    doc.ents = [Span(doc, start, end, label=label) for start, end in spans]
    return [ent.text for ent in EntityBorders()(doc).ents]


@pytest.mark.parametrize(
    ("words", "label", "left"),
    [
        ("Shajiry Village", "LOCATION", ["Shajiry"]),
        ("western Idlib countryside", "LOCATION", ["Idlib"]),
        ("Damascus International Airport", "LOCATION", ["Damascus International Airport"]),
        ("Sadr City", "LOCATION", ["Sadr City"]),
        ("West Bank", "LOCATION", ["West Bank"]),
        ("the rebels", "ACTOR", ["rebels"]),
        ("two soldiers", "ACTOR", ["soldiers"]),
        ("village", "LOCATION", []),
    ],
)
def test_words_outside_the_name_are_trimmed(words: str, label: str, left: list[str]) -> None:
    assert trimmed(words, label, (0, len(words.split()))) == left


def test_weapons_that_touch_are_one() -> None:
    assert trimmed("fired heavy artillery shells and mortars", "WEAPON", (1, 3), (3, 4), (5, 6)) == [
        "heavy artillery shells",
        "mortars",
    ]

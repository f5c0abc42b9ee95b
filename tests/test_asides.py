"""Asides: brackets that hold only names, initials or an editor's words are passed over; others are read."""

from __future__ import annotations

import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st
from spacy.tokens import Doc

from conflict_events import load
from conflict_events.casualties.mentions.asides import aside_tokens, without_asides
from conflict_events.components.trees import plant_flat_trees

BLANK = spacy.blank("en")


def sentence(text: str) -> Doc:
    doc = BLANK(text)
    for token in doc:
        token.is_sent_start = token.i == 0
    plant_flat_trees(doc)
    return doc


@pytest.mark.parametrize(
    ("text", "aside"),
    [
        ("one United States (US) soldier died", "(US)"),
        ("two guards (Abdul Salam and Gul Zaman) died", "(Abdul Salam and Gul Zaman)"),
        ("the councillor Tudu (53) was shot", "(53)"),
        ("the judge of Zabol [in the southeast of Iran] and his driver died", "[in the southeast of Iran]"),
    ],
)
def test_what_is_passed_over(text: str, aside: str) -> None:
    doc = sentence(text)
    tokens = sorted(aside_tokens(doc))
    assert doc[tokens[0] : tokens[-1] + 1].text == aside
    assert len(tokens) == tokens[-1] + 1 - tokens[0]


@pytest.mark.parametrize(
    "text",
    [
        "four fighters died (two of them by a mine)",
        "a soldier was killed at an unknown place [1 fatality]",
        "an open (bracket without end",
        "empty () brackets",
        "(US) opens the sentence",
    ],
)
def test_what_is_read_as_text(text: str) -> None:
    assert aside_tokens(sentence(text)) == frozenset()


def test_an_outcome_in_capitals_is_read() -> None:
    doc = load()("Bomb In Homs Market (Five Killed)")
    assert not aside_tokens(sentence("Bomb In Homs Market (Five Killed)"), {"killed"})
    assert [casualty["quantity"]["best"] for casualty in doc._.casualties] == [5]


@given(st.lists(st.sampled_from(["(", ")", "[", "]", "US", "men", "5", "and", "Ali", ",", "died"]), min_size=1))
def test_every_token_is_either_kept_or_in_an_aside(words: list[str]) -> None:
    doc = Doc(BLANK.vocab, words=words, sent_starts=[i == 0 for i in range(len(words))])
    kept = without_asides(doc, 0, len(doc))
    assert kept[0] == 0
    assert kept == sorted(set(range(len(doc))) - aside_tokens(doc))


def test_the_parse_goes_past_an_aside_and_its_tokens_hang_on_the_word_before() -> None:
    doc = load()("Four drivers and one National Rescue Agency (NRA) officer died when the bridge fell.")
    officer = next(token for token in doc if token.text == "officer")
    bracket = next(token for token in doc if token.text == "(")
    assert [child.text for child in officer.children if child.dep_ == "nummod"] == ["one"]
    assert [(doc[i].head.text, doc[i].dep_) for i in range(bracket.i, bracket.i + 3)] == [("Agency", "dep")] * 3
    assert len(list(doc.sents)) == 1

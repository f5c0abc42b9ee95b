"""Texts that no person wrote are read in a time that grows with their length, not with a power of it."""

from __future__ import annotations

import re

import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st
from spacy.language import Language

from conflict_events.profiles import load_profiles

# What the datelines of the profiles were; a run of capitals could be read in n⁴ ways, and all were tried.
_BEFORE = {
    "general": r"(?:[A-Z][\w’'ʼ-]*[ -]?){1,4}(?:[Pp]rovince|[Gg]overnorate) ?: ?",
    "sohr": r"(?:[A-Z][\w’'ʼ-]*[ -]?){1,4} ?(?:\([\w’'ʼ -]{2,30}\) ?)?"
    r"(?:[Pp]rovince|[Gg]overnorate|[Cc]ountryside|[Cc]ity) ?: ?",
}


@pytest.fixture(scope="module")
def nlp() -> Language:
    return spacy.blank("en", config={"nlp": {"tokenizer": {"@tokenizers": "conflict_events.Tokenizer.v1"}}})


@pytest.mark.parametrize("outlet", sorted(_BEFORE))
def test_a_run_of_capitals_is_no_dateline(outlet: str) -> None:
    assert load_profiles()[outlet].dateline_end("A" * 5000 + " B" * 5000) == 0


@given(
    outlet=st.sampled_from(sorted(_BEFORE)),
    words=st.lists(st.sampled_from(["Homs", "X", "-", " ", "  ", "al", "’", "(x y)", "City", "Province"]), max_size=8),
    end=st.sampled_from(["province: ", "Governorate :", "city: x", ":", " province: A"]),
)
def test_datelines_are_the_same_as_before(outlet: str, words: list[str], end: str) -> None:
    line = "".join(words) + end
    was = re.match(_BEFORE[outlet], line)
    now = re.match(load_profiles()[outlet].datelines[0], line)
    assert (now and now.end()) == (was and was.end())


@pytest.mark.parametrize("run", ["(" * 20_000, "x" * 20_000, "a.b-" * 5_000, "killed" + "\u00ad" * 5_000])
def test_a_run_without_white_space_keeps_its_text(nlp: Language, run: str) -> None:
    text = f"Two soldiers died. {run} One woman was hurt."
    doc = nlp.tokenizer._tokens(text)
    assert doc.text == text
    assert [token.text for token in doc[-5:]] == ["One", "woman", "was", "hurt", "."]


def test_a_short_run_is_left_as_it_was(nlp: Language) -> None:
    text = "See https://example.org/" + "a/" * 400 + " for more."
    assert [t.text for t in nlp.tokenizer._tokens(text)] == [t.text for t in nlp.tokenizer.inner(text)]

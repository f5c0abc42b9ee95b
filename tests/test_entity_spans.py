"""Entities never overlap, and no component loses an article by proposing one that does."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.language import Language
from spacy.tokens import Span

import conflict_events
from conflict_events.corpus import read_corpus
from conflict_events.corpus.align import doc_maker
from conflict_events.entity_spans import set_entities

BLANK = spacy.blank("en")
CORPUS = Path(__file__).parents[1] / "training_data" / "articles"


@pytest.fixture(scope="module")
def default_model() -> Language:
    return conflict_events.load()


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 4), st.sampled_from(["ACTOR", "LOCATION"])), max_size=12))
def test_whatever_is_proposed_the_first_of_those_that_overlap_stays(proposed: list[tuple[int, int, str]]) -> None:
    doc = BLANK("a b c d e f g h i j k l m n")
    spans = [Span(doc, start, start + length, label=label) for start, length, label in proposed if length]
    set_entities(doc, spans)
    kept = {(ent.start, ent.end, ent.label_) for ent in doc.ents}
    taken: set[int] = set()
    for span in spans:
        tokens = set(range(span.start, span.end))
        assert ((span.start, span.end, span.label_) in kept) >= (not tokens & taken)
        if not tokens & taken:
            taken |= tokens
    assert len(kept) == len(doc.ents) <= len(spans)


@pytest.mark.parametrize(
    "text",
    [
        "The office of the Southern Border Provinces Administrative Centre was attacked and two guards were killed.",
        "Two men were killed on the North Island, police said.",
        "Gunmen attacked Tikrit, which IS had already claimed.",
    ],
)
def test_texts_whose_components_propose_overlapping_entities_are_read(default_model: Language, text: str) -> None:
    doc = default_model(text)
    ends = [(ent.start, ent.end) for ent in doc.ents]
    assert all(first[1] <= second[0] for first, second in pairwise(ends))


def test_every_article_of_the_corpus_is_read(default_model: Language) -> None:
    make_doc = doc_maker(default_model)
    articles = list(read_corpus([CORPUS]))
    assert sum(1 for _ in default_model.pipe(map(make_doc, articles))) == len(articles)

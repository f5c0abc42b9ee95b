"""Variants of labelled articles for training: other names and forms, the same labels."""

from __future__ import annotations

import random

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.language import Language
from spacy.tokens import Doc
from spacy.training import Example

from conflict_events.augmenters import (
    Edit,
    Names,
    apply_edits,
    casing,
    create_augmenter,
    disguise,
    load_names,
    number_forms,
    respell,
    swap_names,
)

TOKENIZER = spacy.blank("en").tokenizer


@pytest.fixture(scope="module")
def nlp() -> Language:
    return spacy.blank("en", config={"nlp": {"tokenizer": {"@tokenizers": "conflict_events.Tokenizer.v1"}}})


def labelled(nlp: Language, text: str, **labels: str) -> Doc:
    """A Doc in which each of ``labels`` (words with _ for spaces) is an entity of that label."""
    doc = nlp.make_doc(text)
    spans = []
    for words, label in labels.items():
        start = text.index(words.replace("_", " "))
        spans.append(doc.char_span(start, start + len(words), label=label))
    doc.set_ents([span for span in spans if span is not None], default="outside")
    assert len(doc.ents) == len(labels)
    return doc


def entities(doc: Doc) -> list[tuple[str, str]]:
    return [(ent.text, ent.label_) for ent in doc.ents]


def test_edits_move_the_entities_with_the_text(nlp: Language) -> None:
    doc = labelled(nlp, "Two guards died in Homs today.", Two="CASUALTY", guards="ACTOR", Homs="LOCATION")
    new = apply_edits(doc, [Edit(0, 3, "2"), Edit(19, 23, "Deir Ezzor")], nlp.make_doc)
    assert new is not None
    assert new.text == "2 guards died in Deir Ezzor today."
    assert entities(new) == [("2", "CASUALTY"), ("guards", "ACTOR"), ("Deir Ezzor", "LOCATION")]


def test_an_entity_that_would_fall_inside_a_token_spoils_the_variant(nlp: Language) -> None:
    doc = labelled(nlp, "They left Homs.", Homs="LOCATION")
    assert apply_edits(doc, [Edit(9, 10, "")], nlp.make_doc) is None


def test_one_name_is_swapped_alike_in_a_whole_article(nlp: Language) -> None:
    doc = nlp.make_doc("Homs fell. Homs burnt. The old city fell.")
    doc.set_ents(
        [doc.char_span(0, 4, "LOCATION"), doc.char_span(11, 15, "LOCATION"), doc.char_span(27, 35, "LOCATION")],  # type: ignore[list-item]
        default="outside",
    )
    names = Names({"Syria": ("Kafr Zita",)}, ())
    for seed in range(20):
        edits = swap_names(1.0, names)(doc, random.Random(seed))
        # "old city" is no name and stays.
        assert {edit.start for edit in edits} <= {0, 11}
        assert len({edit.text for edit in edits}) <= 1
    assert any(swap_names(1.0, names)(doc, random.Random(seed)) for seed in range(20))
    assert swap_names(0.0, names)(doc, random.Random(1)) == []


def test_named_places_come_from_the_gazetteer() -> None:
    names = load_names()
    assert len(names.places["Syria"]) > 5000
    assert "Al-Bab" in names.places["Syria"] or "Al Bab" in names.places["Syria"]


def test_respelling_changes_the_romanisation_only() -> None:
    variants = {respell("Al-Sokhna", random.Random(seed)) for seed in range(60)}
    assert {"El-Sokhna", "Al-Sokhnah"} <= variants
    assert respell("X", random.Random(1)) == "X"


def test_small_numbers_change_between_words_and_figures(nlp: Language) -> None:
    doc = labelled(nlp, "Two men and 7 boys, 40 girls.", Two="CASUALTY", **{"7": "CASUALTY", "40": "CASUALTY"})
    edits = number_forms(1.0)(doc, random.Random(1))
    assert [(edit.start, edit.text) for edit in edits] == [(0, "2"), (12, "seven")]


def test_disguised_words_get_one_character_inside(nlp: Language) -> None:
    doc = labelled(nlp, "The landmines of ISIS hit Homs.", landmines="WEAPON", ISIS="ACTOR", Homs="LOCATION")
    edits = disguise(1.0)(doc, random.Random(3))
    assert [(edit.end - edit.start, len(edit.text)) for edit in edits] == [(0, 1), (0, 1)]
    assert 4 < edits[0].start < 13
    assert 17 < edits[1].start < 21


def test_casing_keeps_the_length_of_lines(nlp: Language) -> None:
    doc = labelled(nlp, "Two guards killed in Homs", Two="CASUALTY", guards="ACTOR", Homs="LOCATION")
    found = set()
    for seed in range(10):
        for edit in casing(1.0)(doc, random.Random(seed)):
            new = apply_edits(doc, [edit], nlp.make_doc)
            assert new is not None
            assert [ent.label_ for ent in new.ents] == ["CASUALTY", "ACTOR", "LOCATION"]
            found.add(new.text)
    assert found == {"TWO GUARDS KILLED IN HOMS", "Two Guards Killed in Homs"}


def test_the_augmenter_gives_the_article_and_perhaps_a_variant(nlp: Language) -> None:
    doc = labelled(nlp, "Two guards died.", Two="CASUALTY", guards="ACTOR")
    example = Example(nlp.make_doc(doc.text), doc)
    plain, variant = create_augmenter(level=1.0, numbers=1.0, seed=1)(nlp, example)
    assert plain is example
    assert variant.reference.text == variant.predicted.text == "2 guards died."
    assert entities(variant.reference) == [("2", "CASUALTY"), ("guards", "ACTOR")]
    assert list(create_augmenter(level=0.0, numbers=1.0)(nlp, example)) == [example]
    assert list(create_augmenter(level=1.0)(nlp, example)) == [example]


def test_the_same_seed_gives_the_same_variants(nlp: Language) -> None:
    doc = labelled(nlp, "They shelled Homs and Hama.", Homs="LOCATION", Hama="LOCATION")

    def run() -> list[str]:
        augment = create_augmenter(level=1.0, names=1.0, headlines=0.5, seed=4)
        examples = [Example(nlp.make_doc(doc.text), doc) for _ in range(10)]
        return [variant.reference.text for example in examples for variant in augment(nlp, example)]

    assert run() == run()


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 29), st.integers(0, 3), st.text("ab -", max_size=4)), max_size=5))
def test_entities_outside_any_edit_keep_their_words(cuts: list[tuple[int, int, str]]) -> None:
    doc = TOKENIZER("Two guards died in Homs today.")
    doc.set_ents([doc.char_span(19, 23, "LOCATION")], default="outside")  # type: ignore[list-item]
    edits: list[Edit] = []
    position = 0
    for start, length, text in sorted(cuts):
        edit = Edit(start, min(start + length, 30), text)
        if edit.start >= position and (edit.end < 19 or edit.start > 23):
            edits.append(edit)
            position = edit.end + 1
    new = apply_edits(doc, edits, TOKENIZER)
    if new is not None:
        assert entities(new) == [("Homs", "LOCATION")]

"""The networks of a loaded pipeline run faster, and predict the same."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.language import Language
from spacy.tokens import Doc
from thinc.api import Model, NumpyOps

from conflict_events import inference, models
from conflict_events.components.attribute_rules import AttributeRules

TEXT = """Two soldiers were killed and I'm told that three others can't walk after a car bomb went off in Homs.

The Observatory said on Monday that warplanes had struck a market in Idlib; at least nine people died there."""


@pytest.fixture(scope="module")
def plain() -> Language:
    return spacy.load(models.resolve())


@pytest.fixture(scope="module")
def quick() -> Language:
    return inference.quicken(spacy.load(models.resolve()))


def token_to_vector(nlp: Language) -> Model:
    """The part of the recogniser that gives each token its row: what comes after mixes the rows of all texts."""
    return nlp.get_pipe("ner").model.get_ref("tok2vec").layers[0]


def recogniser_rows(nlp: Language, docs: list[Doc]) -> list[np.ndarray]:
    return token_to_vector(nlp).predict(docs)


def test_the_rows_of_the_encoder_are_the_same(plain: Language, quick: Language) -> None:
    texts = [TEXT, "Homs", TEXT * 40, "A market. " * 500]
    docs = [quick.make_doc(text) for text in texts]
    for _ in range(2):  # the second time every embedding is known
        pairs = zip(recogniser_rows(plain, docs), recogniser_rows(quick, docs), strict=True)
        for expected, found in pairs:
            np.testing.assert_allclose(found, expected, atol=2e-4)


def test_more_words_than_are_kept(plain: Language, quick: Language, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inference, "KEPT_WORDS", 30)
    for doc in map(quick.make_doc, [TEXT, "One two three four five six seven.", TEXT]):
        (expected,), (found,) = recogniser_rows(plain, [doc]), recogniser_rows(quick, [doc])
        np.testing.assert_allclose(found, expected, atol=2e-4)


def test_other_weights_give_other_rows() -> None:
    nlp = inference.quicken(spacy.load(models.resolve()))
    doc = nlp.make_doc(TEXT)
    before = recogniser_rows(nlp, [doc])[0].copy()
    for node in token_to_vector(nlp).walk():
        if node.has_param("E"):
            node.set_param("E", np.zeros_like(node.get_param("E")))
    after = recogniser_rows(nlp, [doc])[0]
    assert not np.allclose(before, after)


def test_a_copy_has_its_own_weights(quick: Language) -> None:
    doc = quick.make_doc(TEXT)
    copy = token_to_vector(quick).copy()
    for node in copy.walk():
        if node.has_param("E"):
            node.set_param("E", np.zeros_like(node.get_param("E")))
    assert not np.allclose(copy.predict([doc])[0], recogniser_rows(quick, [doc])[0])


def test_it_can_be_saved_as_it_was(plain: Language, quick: Language) -> None:
    assert quick.get_pipe("ner").to_bytes() == plain.get_pipe("ner").to_bytes()
    assert quick.config.to_str() == plain.config.to_str()


def test_products_are_multiplied_by_one_of_the_two_ways() -> None:
    ops = inference.products()
    assert type(ops) is NumpyOps
    assert inference.products() is ops


_FORMS = "There there was is are That it's n't but do doing been his her 'd there once Homs killed , . so save can I we"
WORDS = st.sampled_from([*_FORMS.split(), "\n", "  "])


@pytest.fixture(scope="module")
def syntax(plain: Language) -> Language:
    inner = plain.get_pipe("syntax").inner
    assert inner is not None
    return inner


@settings(max_examples=30, deadline=None)
@given(words=st.lists(WORDS, min_size=1, max_size=30))
def test_what_the_rules_set_is_what_the_attribute_ruler_sets(syntax: Language, words: list[str]) -> None:
    ruler = syntax.get_pipe("attribute_ruler")
    looked_up = AttributeRules.of(ruler.patterns, syntax.vocab)
    assert looked_up is not None
    doc = Doc(syntax.vocab, words=words)
    for name in ("tok2vec", "tagger", "parser"):
        doc = syntax.get_pipe(name)(doc)
    found = looked_up(doc).tolist()
    doc = ruler(doc)
    expected: Any = doc.to_array(["TAG", "POS", "DEP"])
    assert found == expected.astype("int64").tolist()


@pytest.mark.parametrize(
    "pattern",
    [[{"LOWER": {"REGEX": "^x"}}], [{"TAG": "NN", "OP": "+"}], [{"SHAPE": "X"}]],
)
def test_rules_that_a_look_up_cannot_hold_are_left_to_the_ruler(syntax: Language, pattern: list[dict]) -> None:
    entry = {"patterns": [pattern], "attrs": {"POS": "NOUN"}, "index": 0}
    assert AttributeRules.of([entry], syntax.vocab) is None

"""Blocks of an article, and sentences that never run across them."""

from __future__ import annotations

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.tokens import Doc

import conflict_events.components.structure
import conflict_events.tokenizer  # noqa: F401

CONFIG = {"nlp": {"tokenizer": {"@tokenizers": "conflict_events.Tokenizer.v1"}}}
NLP = spacy.blank("en", config=CONFIG)
NLP.add_pipe("structure")

PAGE = """The Syrian Observatory For Human Rights

New toll | Four killed in Hama and Homs

Hama province: Four people were killed on Sunday. They are:

-Hama desert: Three dead:

• Two soldiers.

• One shepherd.

-Homs desert: One dead.
"""


def sentences(text: str) -> list[str]:
    return [sentence.text.strip() for sentence in NLP(text).sents]


def test_blocks_are_in_tokens_with_kind_and_level() -> None:
    doc = NLP(PAGE)
    assert [(block["kind"], block["level"], doc[block["start"] : block["end"]].text) for block in doc._.blocks] == [
        ("headline", 0, "New toll | Four killed in Hama and Homs"),
        ("dateline", 0, "Hama province:"),
        ("list_intro", 0, "Four people were killed on Sunday. They are:"),
        ("list_intro", 1, "Hama desert: Three dead:"),
        ("list_item", 2, "Two soldiers."),
        ("list_item", 2, "One shepherd."),
        ("list_item", 1, "Homs desert: One dead."),
    ]


def test_no_sentence_runs_across_blocks() -> None:
    assert sentences(PAGE) == [
        "New toll |",
        "Four killed in Hama and Homs",
        "Hama province:",
        "Four people were killed on Sunday.",
        "They are:",
        "Hama desert: Three dead:",
        "Two soldiers.",
        "One shepherd.",
        "Homs desert: One dead.",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Two soldiers died. | Five were hurt.",
        "Lt. Col. Omar Q of the army was killed near Homs. | No one else was hurt.",
        "The U.S. Central Command said that two men died. | It gave no names.",
        "Two men died in a raid by the U.S. | The army gave no names.",
        "The raid began at 5 a.m. on Monday. | It ended at 7 p.m. | Two men died.",
        "On Jan. 5 two men died. | On Sept. 6 three more died.",
        "Gov. Omar Q and Dr. Salma Q were hurt. | Both are well.",
        "“Two men died.” | The source gave no names.",
        "He said, “Two men died. | They were soldiers.” | No names were given.",
        "Two men died (both were soldiers). | A third fled.",
        "Who fired? | No one knows! | The police came.",
        "He drove 3.5 km to St. George's church. | There he died.",
        "Gen. J. Q. Smith was hurt. | He is well.",
        "The man was shot dead in Nasib. | 1 fatality.",
        "Two men died... | Nobody knows why.",
        "The town saw ... two men die.",
        "They met Mr. Omar, etc. and left. | Two died.",
        "The toll at the camp is 12. | Ten of them are men.",
        "Two died in the street of St. Mary in Homs.",
        "It happened at No. 5 of the street. | Two died.",
        "Two men died (source: the army's website). | A third fled.",
    ],
)
def test_sentences_end_where_they_do(text: str) -> None:
    expected = text.split(" | ")
    assert sentences(text.replace(" | ", " ")) == expected


def test_a_parser_may_find_the_sentences_inside_blocks() -> None:
    nlp = spacy.blank("en", config=CONFIG)
    nlp.add_pipe("structure", config={"sentences": False})
    doc = nlp(PAGE)
    starts = {block["start"] for block in doc._.blocks}
    assert all(doc[index].is_sent_start is True for index in starts)
    # Elsewhere nothing is decided: spaCy gives a parser its way only there.
    values = {doc.to_array("SENT_START")[index] for index in range(len(doc)) if index not in starts}
    assert values == {0}


def test_a_text_of_another_tokenizer_is_one_block() -> None:
    nlp = spacy.blank("en")
    nlp.add_pipe("structure")
    doc = nlp("Two died. Three fled.")
    assert doc._.blocks == [{"start": 0, "end": 6, "kind": "paragraph", "level": 0}]
    assert len(list(doc.sents)) == 2


def test_an_empty_text_has_no_blocks() -> None:
    assert NLP("")._.blocks == []


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet=st.sampled_from("aB1 .!?\n•-:“”()\u200b*"), max_size=120))
def test_blocks_are_in_order_and_each_begins_a_sentence(text: str) -> None:
    doc: Doc = NLP(text)
    position = 0
    for block in doc._.blocks:
        assert position <= block["start"] < block["end"] <= len(doc)
        assert doc[block["start"]].is_sent_start
        assert not doc[block["start"]].is_space
        position = block["end"]
    outside = set(range(len(doc))) - {i for block in doc._.blocks for i in range(block["start"], block["end"])}
    assert all(doc[index].is_space for index in outside)


def test_what_goes_on_without_an_end_is_cut_at_a_comma() -> None:
    nlp = spacy.blank("en", config={"nlp": {"tokenizer": {"@tokenizers": "conflict_events.Tokenizer.v1"}}})
    nlp.add_pipe("structure")
    lengths = [len(sentence) for sentence in nlp("soldiers, " * 400 + "killed").sents]
    assert max(lengths) <= 300
    assert all(length % 2 == 0 for length in lengths[:-1])

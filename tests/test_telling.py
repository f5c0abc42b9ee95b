"""An event has the parties and places of the sentences that tell its attack, not those of its background."""

from __future__ import annotations

from typing import Any

import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc, Span

from conflict_events import extensions
from conflict_events.events.rules import EventRules
from conflict_events.events.telling import nearest, telling


@pytest.fixture(scope="module")
def nlp() -> Language:
    extensions.register()
    return spacy.blank("en")


@pytest.fixture(scope="module")
def rules() -> EventRules:
    return EventRules.load()


def told(nlp: Language, *sentences: str) -> Doc:
    """A Doc of sentences; ``[A: …]`` is an ACTOR, ``[L: …]`` a LOCATION that the gazetteer knows, ``[?: …]`` one that
    it does not; ``*`` stands before the trigger of a casualty; ``>`` before a verb whose subject stands before it."""
    words: list[str] = []
    starts: list[int] = []
    ents: list[tuple[int, int, str]] = []
    for sentence in sentences:
        starts.append(len(words))
        for piece in sentence.replace("]", "[").split("["):
            label, colon, name = piece.partition(": ")
            if colon and label in ("A", "L", "?"):
                ents.append((len(words), len(words) + len(name.split()), label))
                piece = name
            words += piece.split()
    verbs = [i for i, word in enumerate(words) if word.startswith(">")]
    triggers = [i for i, word in enumerate(words) if word.startswith("*")]
    words = [word.lstrip(">*") for word in words]
    deps, heads = ["dep"] * len(words), [0] * len(words)
    for start, end in zip(starts, [*starts[1:], len(words)], strict=True):
        root = next((verb for verb in verbs if start <= verb < end), start)
        heads[start:end] = [root] * (end - start)
        deps[root] = "ROOT"
    for first, end, _ in ents:
        for i in range(first, end - 1):
            deps[i], heads[i] = "compound", end - 1
    for verb in verbs:
        deps[max(end - 1 for _, end, _ in ents if end <= verb)] = "nsubj"
    pos = ["VERB" if i in (*verbs, *triggers) else "NOUN" for i in range(len(words))]
    doc = Doc(nlp.vocab, words=words, pos=pos, deps=deps, heads=heads)
    doc.set_ents([Span(doc, a, b, label="ACTOR" if label == "A" else "LOCATION") for a, b, label in ents])
    for ent, (_, _, label) in zip(doc.ents, ents, strict=True):
        if label == "L":
            ent._.place = {"id": ent.text, "name": ent.text, "kind": "settlement", "country": "Syria"}
    doc.user_data["triggers"] = triggers
    return doc


def casualties(doc: Doc) -> list[dict[str, Any]]:
    return [{"trigger": i, "victim": None, "agents": []} for i in doc.user_data["triggers"]]


def actors(rules: EventRules, doc: Doc) -> list[tuple[str, str]]:
    return [(role, ent.text) for role, ent in rules.ruled_roles(doc, list(doc.sents), casualties(doc))]


def places(rules: EventRules, doc: Doc) -> dict[str, str]:
    return {ent.text: role for role, ent in rules.location_roles(doc, list(doc.sents), casualties(doc))}


def test_the_telling_sentences_are_those_of_the_harm_and_the_attack_beside_them(nlp: Language) -> None:
    doc = told(nlp, "Talks went on .", "[A: drone] >struck a house .", "Two were *killed .", "It rained .")
    sents = list(doc.sents)
    chosen = telling(sents, casualties(doc), lambda sentence: "struck" in sentence.text)
    assert [span.text for span in chosen] == ["drone struck a house .", "Two were killed ."]
    assert [span.text for span in nearest(sents, chosen)] == ["Talks went on .", "It rained ."]


def test_all_sentences_tell_where_nobody_was_harmed(nlp: Language) -> None:
    doc = told(nlp, "Talks went on .", "It rained .")
    assert telling(list(doc.sents), [], bool) == list(doc.sents)


def test_parties_of_the_background_take_no_part(nlp: Language, rules: EventRules) -> None:
    doc = told(
        nlp,
        "[A: Lions Front] >attacked a post and *killed two .",
        "The town lies far from the border .",
        "[A: River Army] >fought [A: Hill Army] there for years .",
    )
    assert actors(rules, doc) == [("perpetrator", "Lions Front")]


def test_the_attacker_may_stand_in_another_sentence_where_the_harm_names_none(nlp: Language, rules: EventRules) -> None:
    doc = told(nlp, "Two were *killed .", "It was a market day .", "[A: Lions Front] >attacked the market .")
    assert actors(rules, doc) == [("perpetrator", "Lions Front")]


def test_mentions_of_one_actor_are_one_entry(nlp: Language, rules: EventRules) -> None:
    doc = told(nlp, "[A: Lions Front] >attacked a post and *killed two .", "[A: LF] >shelled it *killing one .")
    for ent in doc.ents:
        ent._.actor = {"id": "lions", "name": "Lions Front", "kind": "rebel", "side": None, "country": None}
    assert actors(rules, doc) == [("perpetrator", "Lions Front")]


def test_who_strikes_and_is_struck_back_is_the_attacker(nlp: Language, rules: EventRules) -> None:
    doc = told(nlp, "It *killed two of [A: Lions Front] .", "[A: Lions Front] >attacked a post and *killed two .")
    items = casualties(doc)
    items[0]["victim"] = [4, 6]
    read = [(role, ent.text) for role, ent in rules.ruled_roles(doc, list(doc.sents), items)]
    assert read == [("perpetrator", "Lions Front")]


def test_who_accuses_is_no_attacker(nlp: Language, rules: EventRules) -> None:
    doc = told(nlp, "[A: Lions Front] >accused others after two were *killed .")
    assert actors(rules, doc) == []


def test_the_site_stands_where_the_harm_is_told(nlp: Language, rules: EventRules) -> None:
    doc = told(nlp, "Two were *killed in [L: Sarmada] .", "It rained .", "Fighting went on in [L: Binnish] in May .")
    assert places(rules, doc) == {"Sarmada": "site"}


def test_the_site_may_stand_in_another_sentence_where_the_harm_names_none(nlp: Language, rules: EventRules) -> None:
    doc = told(nlp, "Two were *killed .", "It rained .", "The market in [L: Sarmada] was full .")
    assert places(rules, doc) == {"Sarmada": "site"}


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("[L: Moscow] >retaliated and two were *killed in [L: Sarmada] .", {"Sarmada": "site"}),
        ("[L: Moscow] >suffered an attack and two were *killed .", {"Moscow": "site"}),
    ],
)
def test_a_capital_that_acts_is_a_government(nlp: Language, rules: EventRules, text: str, read: dict[str, str]) -> None:
    assert places(rules, told(nlp, text)) == read


def test_an_unknown_name_is_a_place_only_where_words_beside_it_say_so(nlp: Language, rules: EventRules) -> None:
    doc = told(nlp, "[?: Nauert] told that two were *killed in [?: Kafr Nowhere] near [L: Sarmada] .")
    assert places(rules, doc) == {"Kafr Nowhere": "site", "Sarmada": "near"}

"""Roles of actors and locations in an event, and how sure the text is.

``data/parsed_sentences.jsonl`` holds sentences with the parse of a general English pipeline, their ACTORs (token
ranges) and the roles that a reader gives them; so these tests need no trained pipeline.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc, Span

from conflict_events.events.rules import EventRules

SENTENCES = [
    json.loads(line)
    for line in (Path(__file__).parent / "data" / "parsed_sentences.jsonl").read_text(encoding="utf8").splitlines()
]


@pytest.fixture(scope="module")
def rules() -> EventRules:
    return EventRules.load()


@pytest.fixture(scope="module")
def nlp() -> Language:
    return spacy.blank("en")


def parsed(nlp: Language, row: dict[str, Any]) -> Doc:
    keys = ("words", "spaces", "tags", "pos", "deps", "heads")
    doc = Doc(nlp.vocab, **{key: row[key] for key in keys})
    doc.set_ents([Span(doc, start, end, label="ACTOR") for start, end in row["actors"]])
    return doc


def marked(nlp: Language, text: str, label: str = "LOCATION") -> Doc:
    """A Doc of ``text`` with the names in square brackets as entities."""
    plain, spans = "", []
    for part in text.replace("]", "[").split("["):
        spans.append((len(plain), len(plain) + len(part)))
        plain += part
    doc = nlp(plain)
    doc.set_ents([doc.char_span(start, end, label=label) for start, end in spans[1::2]])
    return doc


@pytest.mark.parametrize("row", SENTENCES, ids=lambda row: " ".join(row["words"])[:60])
def test_actor_roles(rules: EventRules, nlp: Language, row: dict[str, Any]) -> None:
    doc = parsed(nlp, row)
    assert {span.text: role for role, span in rules.ruled_roles(doc, [doc[:]])} == row["roles"]


def test_victims_and_agents_of_casualties(rules: EventRules, nlp: Language) -> None:
    doc = marked(nlp, "[miners]: three, [Levant Legion]", "ACTOR")
    miners, legion = doc.ents
    casualties = [{"outcome": "killed", "victim": [miners.start, miners.end], "agents": [legion.start]}]
    assert rules.ruled_roles(doc, [doc[:]], casualties) == [("target", miners), ("perpetrator", legion)]


def test_an_actor_is_given_once(rules: EventRules, nlp: Language) -> None:
    row = SENTENCES[0]
    doc = Doc.from_docs([parsed(nlp, row), parsed(nlp, row)])
    half = len(row["words"])
    found = rules.ruled_roles(doc, [doc[:half], doc[half:]])
    assert [(role, span.text) for role, span in found] == [
        ("target", "soldiers"),
        ("perpetrator", "ISIS cells"),
        ("target", "regime forces"),
    ]
    assert all(span.end <= half for _, span in found)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[Homs] province: Two men died near [Jub] village.", {"Homs": "within", "Jub": "near"}),
        ("Shells fell on [Fatra], [Sahn] and [Ankawi] in [Hama] countryside.",
         {"Fatra": "site", "Sahn": "site", "Ankawi": "site", "Hama": "within"}),
        ("A mine exploded in [Shajiry] village in [Masrib] district.", {"Shajiry": "site", "Masrib": "within"}),
        ("They were shot in [Nawa], [Daraa], [Syria].", {"Nawa": "site", "Daraa": "within", "Syria": "within"}),
        ("An ambush on the road between [Nawa] and [Jasim] killed two.", {"Nawa": "near", "Jasim": "near"}),
        ("A drone hit a car in [Tanha], south of [Jasim].", {"Tanha": "site", "Jasim": "near"}),
        ("A drone hit a car in [Tanha], west of [Homs].", {"Tanha": "site", "Homs": "within"}),
        ("People from [Jasim] were shot in [Nawa].", {"Nawa": "site"}),
        ("Clashes in the outskirts of [Nawa] in western [Daraa].", {"Nawa": "site", "Daraa": "within"}),
        ("Clashes broke out in [Masrib] district.", {"Masrib": "site"}),
        ("An air strike in eastern [Syria].", {"Syria": "within"}),
        ("[Nawa] said nothing about the attack in [Jasim].", {"Jasim": "site"}),
    ],
)  # fmt: skip
def test_location_roles(rules: EventRules, nlp: Language, text: str, expected: dict[str, str]) -> None:
    doc = marked(nlp, text)
    assert {span.text: role for role, span in rules.location_roles(doc, [doc[:]])} == expected


def test_sentences_without_places_have_none(rules: EventRules, nlp: Language) -> None:
    doc = nlp("Two men died.")
    assert rules.location_roles(doc, [doc[:]]) == []


def test_certainty(rules: EventRules, nlp: Language) -> None:
    doc = marked(nlp, "[Levant Legion] claimed to have killed ten soldiers.", "ACTOR")
    assert rules.certainty(doc, [doc[:]]) == ("claimed", doc.ents[0])
    doc = marked(nlp, "[Levant Legion] denied the attack.", "ACTOR")
    assert rules.certainty(doc, [doc[:]]) == ("denied", doc.ents[0])
    doc = nlp("Ten soldiers were killed, according to pro-regime sources.")
    assert rules.certainty(doc, [doc[:]]) == ("claimed", None)
    doc = nlp("Ten soldiers were killed.")
    assert rules.certainty(doc, [doc[:]]) == ("asserted", None)


def test_users_replace_a_table(tmp_path: Path, nlp: Language) -> None:
    (tmp_path / "location_patterns.csv").write_text("words,position,role\nin,before,near\n", encoding="utf8")
    doc = marked(nlp, "Two died in [Nawa].")
    assert EventRules.load(tmp_path).location_roles(doc, [doc[:]]) == [("near", doc.ents[0])]


def test_a_bad_table_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "location_patterns.csv").write_text("words,position\nin,before\n", encoding="utf8")
    with pytest.raises(ValueError, match=r"location_patterns\.csv lacks the column\(s\) role"):
        EventRules.load(tmp_path)
    with pytest.raises(ValueError, match="no folder"):
        EventRules.load(tmp_path / "missing")


def test_who_speaks_is_no_place(nlp: Language, rules: EventRules) -> None:
    words = ["Two", "died", "in", "Homs", ".", "Santos", "has", "vowed", "revenge", "."]
    heads, deps = (
        [1, 1, 1, 2, 1, 7, 7, 7, 7, 7],
        ["nsubj", "ROOT", "prep", "pobj", "punct", "nsubj", "aux", "ROOT", "dobj", "punct"],
    )
    pos = ["NUM", "VERB", "ADP", "PROPN", "PUNCT", "PROPN", "AUX", "VERB", "NOUN", "PUNCT"]
    doc = Doc(nlp.vocab, words=words, heads=heads, deps=deps, pos=pos)
    doc.set_ents([Span(doc, 3, 4, label="LOCATION"), Span(doc, 5, 6, label="LOCATION")])
    assert rules.location_roles(doc, list(doc.sents)) == [("site", doc.ents[0])]

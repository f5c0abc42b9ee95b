"""Where a party's name begins and ends, and which party a description beside a name means."""

from __future__ import annotations

import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc, Span

from conflict_events import extensions
from conflict_events.actors import ActorTable
from conflict_events.components.actor_linker import ActorLinker
from conflict_events.components.entity_borders import EntityBorders
from conflict_events.components.victims import VictimReader
from conflict_events.events.rules import EventRules


@pytest.fixture(scope="module")
def nlp() -> Language:
    extensions.register()
    return spacy.blank("en")


def marked(nlp: Language, text: str) -> Doc:
    """A Doc of ``text`` whose ACTORs stand in square brackets."""
    plain, spans = "", []
    for part in text.replace("]", "[").split("["):
        spans.append((len(plain), len(plain) + len(part)))
        plain += part
    doc = nlp(plain)
    doc.set_ents([doc.char_span(start, end, label="ACTOR") for start, end in spans[1::2]])
    return doc


def linked(nlp: Language, text: str) -> dict[str, str | None]:
    doc = ActorLinker(country="Syria")(marked(nlp, text))
    return {ent.text: ent._.actor and ent._.actor["name"] for ent in doc.ents}


@pytest.mark.parametrize(
    ("text", "parties"),
    [
        ("A [Russian] convoy was hit", ["Russian convoy"]),
        ("They hit a [Turkish] military vehicle", ["Turkish military vehicle"]),
        ("A [Turkish] drone attack killed two", ["Turkish"]),
        ("A [Turkish drone] attack killed two", ["Turkish"]),
        ("The [Turkish artillery] shelling went on", ["Turkish"]),
        ("A [Turkish drone] struck a car", ["Turkish drone"]),
        ("The [Turkish] shelling went on", ["Turkish"]),
        ("[SOHR] activists said so", []),
        ("[rebels] reporters spoke to", ["rebels"]),
    ],
)
def test_a_party_has_what_it_moves_in_and_not_what_it_does(nlp: Language, text: str, parties: list[str]) -> None:
    assert [ent.text for ent in EntityBorders()(marked(nlp, text)).ents] == parties


@pytest.mark.parametrize(
    ("text", "parties"),
    [
        ("The [Lebanese militant group Hezbollah] said", {"Hezbollah": "Hezbollah"}),
        ("The [pro-Turkey Al-Hamza Division] attacked", {"Al-Hamza Division": "Hamza Division"}),
        ("the [Iranian-backed] “[Fatemiyoun Brigade]” lost two", {"Fatemiyoun Brigade": "Liwa Fatemiyoun"}),
        ("[Iranian-backed militias] shelled it", {"Iranian-backed militias": "Pro-Iran militias"}),
        ("[Israeli hostages] were killed", {"Israeli hostages": "Civilians (Israel)"}),
        (
            "[regime forces] and their [proxy factions] shelled it",
            {"regime forces": "Military Forces of Syria", "proxy factions": "Pro-government militias (Syria)"},
        ),
        (
            "[Turkish forces] and their [proxy factions] shelled it",
            {"Turkish forces": "Military Forces of Turkey", "proxy factions": "JWS: Syrian National Army"},
        ),
        (
            "[Turkish forces] and their proxies shelled it",
            {"Turkish forces": "Military Forces of Turkey", "proxies": "JWS: Syrian National Army"},
        ),
    ],
)
def test_a_described_name_is_that_name(nlp: Language, text: str, parties: dict[str, str]) -> None:
    assert linked(nlp, text) == parties


def test_the_country_of_a_description_must_agree_with_the_name() -> None:
    table = ActorTable.load()
    assert table.name_within("Lebanese militant group Hezbollah") == "Hezbollah"
    assert table.name_within("Somali militant group Hezbollah") is None
    assert table.name_within("Syrian Arab Army") is None


@pytest.mark.parametrize(
    ("text", "certainty"),
    [
        ("[HTS] denied responsibility for the attack that killed two", "asserted"),
        ("[HTS] denied any involvement in the killing of two men", "asserted"),
        ("[HTS] denied the attack", "denied"),
    ],
)
def test_who_denies_a_part_in_it_does_not_deny_that_it_happened(nlp: Language, text: str, certainty: str) -> None:
    doc = marked(nlp, text)
    assert EventRules.load().certainty(doc, [doc[:]])[0] == certainty


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("[Boko Haram] attacked. Five died when the [insurgents] came back", "Boko Haram"),
        ("[Boko Haram] attacked. Five died when [insurgents] came back", None),
        ("The [insurgents] came. Then [Boko Haram] attacked", None),
        ("[Boko Haram] and [ISIS] fought. The [insurgents] came back", None),
        ("[Boko Haram] attacked. The [Syrian rebels] came back", None),
        ("[Syrian army] attacked. The [insurgents] came back", None),
    ],
)
def test_a_common_noun_takes_up_the_only_armed_group_named_before_it(
    nlp: Language, text: str, meant: str | None
) -> None:
    read = {words: name for words, name in linked(nlp, text).items() if words in ("insurgents", "Syrian rebels")}
    assert (meant in read.values()) if meant else ("Boko Haram" not in read.values())


def test_victims_are_the_party_behind_its_description(nlp: Language) -> None:
    words = ["six", "members", "of", "the", "Iranian", "-", "backed", "Fatemiyoun", "Brigade", "died"]
    pos = ["NUM", "NOUN", "ADP", "DET", "ADJ", "PUNCT", "VERB", "PROPN", "PROPN", "VERB"]
    heads = [1, 9, 1, 8, 6, 6, 8, 8, 2, 9]
    doc = Doc(nlp.vocab, words=words, pos=pos, heads=heads, deps=["dep"] * len(words))
    doc.set_ents([Span(doc, 7, 9, label="ACTOR")])
    read = VictimReader(doc).of_casualty({"victim": [1, 2], "span": [0, 1], "kind": "unknown"})
    assert read is not None
    assert read["span"] == [7, 9]

"""ACLED's event types: trigger words, who takes part, and the order of the rules."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import spacy
from spacy.tokens import Span

from conflict_events.events.rules import EventRules
from conflict_events.events.types import RULES, TYPES
from conflict_events.extensions import register

EVENT_RULES = EventRules.load()
NLP = spacy.blank("en")
KILLED: list[dict[str, Any]] = [{"outcome": "killed", "quantity": {"low": 2, "best": 2, "high": 2}}]
NONE_KILLED: list[dict[str, Any]] = [{"outcome": "killed", "quantity": {"low": 0, "best": 0, "high": 0}}]


def classify(
    text: str, casualties: list[dict[str, Any]] | None = None, places: tuple[str, ...] = (), **roles: str
) -> tuple[str | None, str | None]:
    """The type of an event told by ``text``, with actors given as ``role="words"``."""
    doc = NLP(text)
    actors: list[tuple[str, Span]] = []
    for role, words in roles.items():
        start = text.index(words)
        actors.append((role, doc.char_span(start, start + len(words), label="ACTOR")))
    spans = [doc.char_span(text.index(place), text.index(place) + len(place), label="LOCATION") for place in places]
    doc.set_ents([*(span for _, span in actors), *spans])
    return EVENT_RULES.classify(doc, [doc[:]], sorted(actors, key=lambda item: item[1].start), casualties or [])


@pytest.mark.parametrize(
    ("text", "sub_event_type"),
    [
        ("Clashes erupted between two factions amid shelling.", "Armed clash"),
        ("Artillery shells fell on the town.", "Shelling/artillery/missile attack"),
        ("Warplanes carried out three air raids on the town.", "Air/drone strike"),
        ("A drone strike hit a car.", "Air/drone strike"),
        ("A landmine exploded under a tractor.", "Remote explosive/landmine/IED"),
        ("Unknown persons threw a hand grenade at a shop.", "Grenade"),
        ("A man blew himself up in a market.", "Suicide bomb"),
        ("Rockets with chlorine gas fell on the town.", "Chemical weapon"),
        ("Residents held a protest over the price of bread.", "Peaceful protest"),
        ("Demonstrators threw stones at the police and burned tyres.", "Violent demonstration"),
        ("Gunmen kidnapped a doctor for ransom.", "Abduction/forced disappearance"),
        ("The police arrested four men.", "Arrests"),
        ("Fighters looted houses and stole olive crops.", "Looting/property destruction"),
        ("Air defences shot down a drone over the base.", "Disrupted weapons use"),
        ("The two sides signed a ceasefire agreement.", "Agreement"),
        ("The army established a new military base near the river.", "Headquarters or base established"),
        ("A convoy brought military reinforcements to the front.", "Change to group/activity"),
        ("Looting: The faction imposed royalties on farmers.", "Looting/property destruction"),
        ("Movement of forces: A patrol crossed the bridge.", "Change to group/activity"),
        ("Workers asked for their salaries. [size=about 50]", "Peaceful protest"),
    ],
)
def test_trigger_words(text: str, sub_event_type: str) -> None:
    assert classify(text)[1] == sub_event_type


@pytest.mark.parametrize(
    "text",
    [
        "The price of bread rose again.",
        "Aid trucks reached the camp with blankets.",
        "The minister spoke about the school year.",
    ],
)
def test_nothing_coded_happened(text: str) -> None:
    assert classify(text) == (None, None)


def test_who_is_struck_decides_between_battle_and_violence_against_civilians() -> None:
    text = "Gunmen attacked a post of soldiers."
    assert classify(text, KILLED, perpetrator="Gunmen", target="soldiers") == ("Battles", "Armed clash")
    text = "Gunmen attacked a group of farmers."
    expected = ("Violence against civilians", "Attack")
    assert classify(text, KILLED, perpetrator="Gunmen", target="farmers") == expected
    text = "Gunmen attacked a former soldier."
    assert classify(text, KILLED, perpetrator="Gunmen", target="soldier") == expected


def test_force_against_a_protest() -> None:
    text = "Residents held a protest; guards opened fire on the crowd."
    assert classify(text, KILLED, perpetrator="guards") == ("Protests", "Excessive force against protesters")
    text = "Residents held a protest; guards used tear gas."
    assert classify(text, perpetrator="guards") == ("Protests", "Protest with intervention")


def test_who_takes_a_place() -> None:
    text = "The army captured the town of Nawa after clashes."
    assert classify(text, places=("Nawa",), perpetrator="army")[1] == "Government regains territory"
    text = "Rebels captured the town of Nawa after clashes."
    assert classify(text, places=("Nawa",), perpetrator="Rebels")[1] == "Non-state actor overtakes territory"
    text = "Rebels captured two soldiers in Nawa."
    assert classify(text, places=("Nawa",), perpetrator="Rebels")[1] != "Non-state actor overtakes territory"


def test_nobody_killed_is_no_harm() -> None:
    doc = NLP("Two rockets fell.")
    assert "harm" not in EVENT_RULES.types.signals(doc, [doc[:]], [], NONE_KILLED)
    assert {"harm", "killed"} <= EVENT_RULES.types.signals(doc, [doc[:]], [], KILLED)


def test_a_dateline_is_not_the_lead() -> None:
    doc = NLP("Homs province: A landmine exploded under a car.")
    assert "lead:ied_clear" in EVENT_RULES.types.signals(doc, [doc[:3], doc[3:]])


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ("regime forces", "armed"),
        ("the army", "state"),
        ("Free Syrian Army", "armed"),
        ("armed men", "armed"),
        ("three children", "civilian"),
        ("Levant Legion", "armed"),
        ("passers-by", "civilian"),
        ("protesters", "crowd"),
    ],
)
def test_what_a_party_is(words: str, status: str) -> None:
    assert EVENT_RULES.types.status(NLP(words)[:]) == status


def test_a_linked_actor_is_what_its_entry_says() -> None:
    register()
    doc = NLP("Hawks")
    span = Span(doc, 0, 1, label="ACTOR")
    span._.actor = {"id": "x", "name": "Hawks", "kind": "civilians"}
    assert EVENT_RULES.types.status(span) == "civilian"


def test_an_unknown_sub_event_type_is_refused(tmp_path: Path) -> None:
    (tmp_path / RULES).write_text("needs,without,sub_event_type\nattack,,Quarrel\n", encoding="utf8")
    with pytest.raises(ValueError, match=f"'Quarrel' is no sub-event type of {TYPES}"):
        EventRules.load(tmp_path)

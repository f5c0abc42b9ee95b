"""The sentence that leads an event: made of the record, saying what it does not know."""

from __future__ import annotations

import datetime as dt
from importlib import resources
from typing import Any

import pytest

import conflict_events
from conflict_events.records import annotation as annotation_of
from conflict_events.schema import Bounds, Casualty, Date, Event, EventActor, EventLocation, Mention, Quantity
from conflict_events.summary import Summaries
from conflict_events.tables import rows

SENTENCE = Summaries.load()


def words(text: str) -> Mention:
    return Mention(start=0, end=len(text), text=text)


def event(**changes: Any) -> Event:
    actors = {"perpetrator": ["ISIS cells"], "target": ["regime forces"], **changes.pop("actors", {})}
    places = changes.pop("places", {"near": ["Al-Sokhna"]})
    fields: dict[str, Any] = {
        "id": "x-e1",
        "kind": "incident",
        "event_type": "Battles",
        "sub_event_type": "Armed clash",
        "date": Date(start=dt.date(2024, 3, 3), end=dt.date(2024, 3, 3), precision="day", basis="text", text="Sunday"),
        "actors": [EventActor(role=r, mention=words(n)) for r, names in actors.items() for n in names],
        "locations": [EventLocation(role=r, mention=words(n)) for r, names in places.items() for n in names],
        "fatalities": Bounds(low=5, best=5, high=5),
        "injuries": Bounds(low=3, best=3, high=None),
    }
    return Event(**{**fields, **changes})


def test_it_says_who_did_what_to_whom_where_when_and_how_many() -> None:
    told = "ISIS cells attacked regime forces near Al-Sokhna on 3 March 2024: 5 killed, at least 3 injured."
    assert SENTENCE(event()) == told


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"kind": "update"}, "Update: ISIS cells attacked"),
        ({"kind": "background"}, "Earlier: ISIS cells attacked"),
        ({"actors": {"perpetrator": [], "target": [], "party": ["SDF", "SNA"]}}, "SDF clashed with SNA near"),
        ({"actors": {"perpetrator": []}}, "Regime forces came under attack near"),
        ({"actors": {"target": []}}, "ISIS cells attacked near"),
        ({"sub_event_type": "Suicide bomb"}, "A suicide bombing by ISIS cells hit regime forces near"),
        ({"sub_event_type": None, "actors": {"perpetrator": []}}, "Regime forces harmed near"),
        ({"places": {"site": ["Sarmin"], "within": ["Idlib"]}}, "in Sarmin (Idlib) on 3"),
        ({"places": {"within": ["Idlib"]}}, "regime forces in Idlib on 3"),
        ({"places": {"site": ["A", "B", "C", "D"]}}, "in A, B, C and others on 3"),
        ({"places": {}}, "regime forces on 3 March 2024: 5 killed, at least 3 injured (place not known)."),
        ({"date": Date()}, "near Al-Sokhna: 5 killed, at least 3 injured (date not known)."),
        ({"certainty": "denied"}, "(denied)."),
        ({"certainty": "claimed", "actors": {"claimant": ["Amaq"]}}, "(claimed by Amaq)."),
        ({"actors": {"perpetrator": [], "target": ["people"]}}, "(by whom is not known)."),
        ({"injuries": None}, ": 5 killed."),
        ({"fatalities": Bounds(low=0, best=0, high=0), "injuries": None}, ": nobody killed."),
        ({"fatalities": Bounds(low=20, best=None, high=30)}, ": 20 to 30 killed, at least 3"),
        ({"fatalities": Bounds(low=None, best=25, high=None)}, ": about 25 killed"),
        ({"fatalities": Bounds(low=None, best=10, high=10)}, ": at most 10 killed"),
        ({"fatalities": None}, ": at least 3 injured."),
        (
            {"fatalities": None, "injuries": None, "casualties": [Casualty(outcome="killed", quantity=Quantity())]},
            ": unknown number killed.",
        ),
        (
            {"casualties": [Casualty(outcome="captured", quantity=Quantity(low=2, best=2, high=2, modifier="exact"))]},
            ": 5 killed, at least 3 injured, 2 captured.",
        ),
    ],
)
def test_each_part_of_the_record(changes: dict[str, Any], told: str) -> None:
    assert told in SENTENCE(event(**changes))


@pytest.mark.parametrize(
    ("start", "end", "precision", "basis", "told"),
    [
        ((2022, 10, 29), (2022, 10, 30), "day", "text", "between 29 and 30 October 2022"),
        ((2024, 2, 1), (2024, 2, 29), "month", "text", "in February 2024"),
        ((2019, 1, 1), (2019, 12, 31), "year", "text", "in 2019"),
        ((2024, 3, 3), (2024, 3, 3), "day", "published", "reported on 3 March 2024"),
    ],
)
def test_the_date_is_as_exact_as_the_text(
    start: tuple[int, int, int], end: tuple[int, int, int], precision: Any, basis: Any, told: str
) -> None:
    date = Date(start=dt.date(*start), end=dt.date(*end), precision=precision, basis=basis)
    assert f"near Al-Sokhna {told}:" in SENTENCE(event(date=date))


def test_every_sub_event_type_has_phrases() -> None:
    types = (resources.files("conflict_events") / "data" / "acled_event_types.csv").read_text(encoding="utf8")
    assert {line.split(",")[1] for line in types.splitlines()[1:]} <= set(SENTENCE.phrases)


def test_record_and_table_carry_it() -> None:
    doc = conflict_events.load()("Gunmen killed five farmers near Sarmin on 3 March 2024.")
    read = annotation_of(doc)
    told = read.events[0].summary
    assert told is not None
    assert "on 3 March 2024: 5 killed" in told
    assert told == SENTENCE(read.events[0])
    assert [row["summary"] for row in rows(read)["events"]] == [told]

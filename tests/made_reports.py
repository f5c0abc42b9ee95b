"""Annotations of short reports for tests of merging: who did what to how many, where, when, and in which words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from conflict_events.schema import (
    Actor,
    Annotation,
    Article,
    Bounds,
    Casualty,
    Date,
    Event,
    EventActor,
    EventLocation,
    Mention,
    ModelInfo,
    Place,
    Quantity,
    Victim,
)

TOWNS = {
    "Saraqib": (35.863, 36.806, "Idlib"),
    "Ariha": (35.814, 36.609, "Idlib"),
    "Tell Rifaat": (36.473, 37.097, "Aleppo"),
    "Sokhneh": (34.886, 38.870, "Homs"),
    "Tabqa": (35.836, 38.548, "Raqqa"),
}
ACTORS = {
    "Turkey": Actor(id="turkey", name="Military Forces of Turkey", kind="foreign forces", side="Turkey"),
    "Russia": Actor(id="russia", name="Military Forces of Russia", kind="foreign forces", side="regime"),
    "IS": Actor(id="islamic-state", name="Islamic State", kind="jihadist", side="Islamic State"),
}


def mention(text: str) -> Mention:
    """Words, wherever they stand."""
    return Mention(start=0, end=len(text), text=text)


def place(town: str) -> Place:
    """A town of :data:`TOWNS`."""
    lat, lon, admin1 = TOWNS[town]
    return Place(id=town, name=town, kind="settlement", admin1=admin1, country="Syria", lat=lat, lon=lon, score=1.0)


def told(
    words: str,
    town: str | None = "Saraqib",
    day: str | None = "2023-05-02",
    killed: int | None = None,
    by: str | None = "Russia",
    **fields: Any,
) -> dict[str, Any]:
    """An event's fields; the sentence ``words`` is its evidence."""
    date = dt.date.fromisoformat(day) if day else None
    casualties = []
    if killed is not None:
        people = Victim(mention=mention("people"), status="civilian")
        number = Quantity(low=killed, best=killed, high=killed, modifier="exact")
        casualties.append(Casualty(outcome="killed", quantity=number, mention=mention(str(killed)), victim=people))
    return {
        "kind": "incident",
        "event_type": "Explosions/Remote violence",
        "sub_event_type": "Air/drone strike",
        "date": Date(start=date, end=date, precision="day", basis="text") if date else Date(),
        "locations": [EventLocation(role="site", mention=mention(town), place=place(town))] if town else [],
        "actors": [EventActor(role="perpetrator", mention=mention(by), actor=ACTORS[by])] if by else [],
        "casualties": casualties,
        "fatalities": Bounds(low=killed, best=killed, high=killed) if killed is not None else None,
        "evidence": [mention(words)],
    } | fields


def article(
    number: str, *events: dict[str, Any], title: str = "", outlet: str = "sohr", published: str = "2023-05-02"
) -> Annotation:
    """An annotated article with the events given."""
    return Annotation(
        article=Article(
            id=number,
            outlet=outlet,
            title=title,
            published=dt.date.fromisoformat(published),
            url=f"https://example.org/{number}",
        ),
        events=[Event(id=f"{number}-e{n}", **fields) for n, fields in enumerate(events, 1)],
        model=ModelInfo(name="made", version="1"),
    )


def together(incidents: Sequence[Any]) -> set[frozenset[str]]:
    """The groups of events, by their ids."""
    return {frozenset(report.event_id or report.article_id for report in item.reports) for item in incidents}

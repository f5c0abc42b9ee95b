"""Places and actors by name, for the page's searches. The tables are loaded when they are first asked for."""

from __future__ import annotations

from functools import cache

from conflict_events.actors.table import ActorTable
from conflict_events.places.gazetteer import Gazetteer, PlaceEntry
from conflict_events.places.loading import load_gazetteer
from conflict_events.review.forms import Tables
from conflict_events.schema import Actor, Place

MOST = 12
_SHORTEST = 2


@cache
def _gazetteer() -> Gazetteer:
    return load_gazetteer()


@cache
def _actors() -> ActorTable:
    return ActorTable.load()


def places(name: str) -> list[Place]:
    """The gazetteer's places that ``name`` may mean, best first; none for less than two letters."""
    name = name.strip()[:100]
    return [] if len(name) < _SHORTEST else [_place(entry) for entry in _gazetteer().lookup(name)[:MOST]]


def actors(name: str) -> list[Actor]:
    """The actor table's entries with ``name`` in their names: those that begin with it first."""
    wanted = name.strip().casefold()[:100]
    if len(wanted) < _SHORTEST:
        return []
    found = []
    for entry in _actors().entries:
        names = [known.casefold() for known in (entry.name, *entry.aliases)]
        ranks = [0 if known == wanted else 1 if known.startswith(wanted) else 2 for known in names if wanted in known]
        if ranks:
            found.append((min(ranks), len(entry.name), entry.name, entry))
    return [entry.actor() for *_, entry in sorted(found, key=lambda item: item[:3])[:MOST]]


def _place(entry: PlaceEntry) -> Place:
    return Place(
        id=entry.id,
        name=entry.name,
        kind=entry.kind,
        admin1=entry.admin1,
        admin2=entry.admin2,
        admin3=entry.admin3,
        country=entry.country,
        lat=entry.lat,
        lon=entry.lon,
        score=1,  # a person chose it
    )


def _place_of(identifier: str) -> Place | None:
    entry = _gazetteer().get(identifier)
    return None if entry is None else _place(entry)


def _actor_of(identifier: str) -> Actor | None:
    return next((entry.actor() for entry in _actors().entries if entry.id == identifier), None)


TABLES = Tables(place=_place_of, actor=_actor_of)

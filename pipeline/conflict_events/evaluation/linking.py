"""Places and actors against a coded table: how far the nearest place lies, which governorate, which actors.

``place_10km`` asks for any place of the events that are not background, ``first_place_10km`` for the best place (site,
else near, else within) of the first event. Rows without a coded point, division, country or actor are not scored for
it.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from conflict_events.actors.table import ActorTable
from conflict_events.evaluation.cases import GoldArticle
from conflict_events.evaluation.errors import EvaluationError
from conflict_events.evaluation.observations import Observations
from conflict_events.places.gazetteer import Gazetteer, kilometres
from conflict_events.places.keys import fold, romanisation
from conflict_events.places.loading import load_gazetteer
from conflict_events.schema import Annotation, Event, EventLocation, Place

RIGHT_KM = 10.0
"""How near a place must lie to the coded point to count as found, in kilometres."""

_LATER_YEARS = re.compile(r"\((\d{4})-\d{0,4}\)")
_ORDER = {"site": 0, "near": 1, "within": 2}


@dataclass(frozen=True, slots=True)
class Distance:
    """The least distance of an article's places from the coded point, in kilometres; ``None`` without a place."""

    article: int
    kilometres: float | None
    score: float | None


class Linker:
    """Compares places and actors; loads the gazetteer and the actor table when they are first needed."""

    def __init__(self) -> None:
        self._gazetteer: Gazetteer | None = None
        self._actors: ActorTable | None = None

    def same_division(self, found: str | None, coded: str, country: str) -> bool:
        """Whether two spellings name one first-level division of a country."""
        if not found:
            return False
        if fold(found) == fold(coded) or romanisation().same_name(found, coded):
            return True
        if self._gazetteer is None:
            self._gazetteer = load_gazetteer()
        ids = [
            {
                match.entry.id
                for match in self._gazetteer.matches(name)
                if match.entry.kind == "admin1" and match.entry.country == country
            }
            for name in (found, coded)
        ]
        return bool(ids[0] & ids[1])

    def actor_names(self, annotation: Annotation) -> set[str]:
        """The names, comparable with ACLED's, of the actors and victims of an annotation's events."""
        if self._actors is None:
            self._actors = ActorTable.load()
        names: set[str] = set()
        for event in _events(annotation):
            actors = [item.actor for item in event.actors]
            actors += [casualty.victim.actor for casualty in event.casualties if casualty.victim]
            for actor in filter(None, actors):
                entry = self._actors.get(actor.id)
                names.add(comparable(entry.acled_name or entry.name if entry else actor.name))
        return names


def comparable(name: str) -> str:
    """A name of ACLED's without case, and with only the first year of a government: tables differ in the last one."""
    return _LATER_YEARS.sub(r"(\1-)", name).strip().casefold()


@lru_cache(maxsize=1)
def country_names() -> Mapping[str, str]:
    """The gazetteer's name of a country by its names and ISO 3166 codes, case-folded."""
    data = resources.files("conflict_events").joinpath("data")
    found: dict[str, str] = {}
    for row in csv.DictReader(data.joinpath("countries.csv").read_text(encoding="utf-8").splitlines()):
        for name in (row["iso2"], row["iso3"], row["name"], *row["aliases"].split("|")):
            if name:
                found.setdefault(name.casefold(), row["name"])
    return found


def observe(
    article: int,
    gold: GoldArticle,
    annotation: Annotation,
    linker: Linker,
    observations: Observations,
    errors: list[EvaluationError],
    distances: list[Distance],
) -> None:
    """Count one row's places and actors and collect what went wrong."""
    coded = gold.coded
    if coded is None:
        return
    locations = [item for event in _events(annotation) for item in event.locations if item.place is not None]
    places = [item.place for item in locations if item.place is not None]
    country = country_names().get((coded.country or "").casefold())
    at = locations[0].mention if locations else None
    where = (at.start, at.end) if at else (None, None)
    found = "; ".join(dict.fromkeys(_described(place) for place in places)) or "no place"
    if coded.lat is not None and coded.lon is not None:
        apart = [(_apart(place, coded.lat, coded.lon), place.score) for place in places if place.lat is not None]
        nearest = min(apart, default=None)
        near = nearest is not None and nearest[0] <= RIGHT_KM
        distances.append(Distance(article, nearest[0] if nearest else None, nearest[1] if nearest else None))
        observations.share(article, "place_10km", near)
        first = _first(annotation)
        right = first is not None and first.lat is not None and _apart(first, coded.lat, coded.lon) <= RIGHT_KM
        observations.share(article, "first_place_10km", right)
        if first is not None and first.lat is not None:
            observations.mean(article, "place_brier", (first.score - right) ** 2)
        if not near:
            point = f"{coded.lat:.3f}, {coded.lon:.3f}"
            cause = "far" if nearest else "unresolved"
            shown = f"{found} ({nearest[0]:.0f} km)" if nearest else found
            errors.append(EvaluationError(article, "place_10km", cause, "", point, shown, *where))
    if coded.admin1 and country:
        right = any(linker.same_division(place.admin1, coded.admin1, country) for place in places)
        observations.share(article, "admin1", right)
        if not right:
            errors.append(EvaluationError(article, "admin1", "wrong_admin1", "", coded.admin1, found, *where))
    if country:
        right = any(place.country == country for place in places)
        observations.share(article, "country", right)
        if not right:
            errors.append(EvaluationError(article, "country", "wrong_country", "", country, found, *where))
    if coded.actors:
        names = linker.actor_names(annotation)
        for actor in coded.actors:
            right = comparable(actor) in names
            observations.share(article, "actor", right)
            if not right:
                shown = "; ".join(sorted(names)) or "no actor"
                errors.append(EvaluationError(article, "actor", "wrong_actor", "", actor, shown))
    if coded.event_type:
        events = _events(annotation)
        first_event = events[0] if events else None
        observations.share(
            article, "event_type", first_event is not None and first_event.event_type == coded.event_type
        )
        if coded.sub_event_type:
            same = first_event is not None and first_event.sub_event_type == coded.sub_event_type
            observations.share(article, "sub_event_type", same)
            if not same:
                shown = (first_event.sub_event_type or "none") if first_event else "no event"
                errors.append(
                    EvaluationError(article, "event_type", "wrong_type", coded.event_type, coded.sub_event_type, shown)
                )


def _events(annotation: Annotation) -> list[Event]:
    return [event for event in annotation.events if event.kind != "background"]


def _first(annotation: Annotation) -> Place | None:
    """The best place of the first event: its site, else what it is near, else the area around."""
    locations: Iterable[EventLocation] = _events(annotation)[0].locations if _events(annotation) else ()
    resolved = sorted((item for item in locations if item.place is not None), key=lambda item: _ORDER[item.role])
    return resolved[0].place if resolved else None


def _apart(place: Place, lat: float, lon: float) -> float:
    if place.lat is None or place.lon is None:
        return float("inf")
    return kilometres(place.lat, place.lon, lat, lon)


def _described(place: Place) -> str:
    return ", ".join(filter(None, (place.name, place.admin1, place.country)))

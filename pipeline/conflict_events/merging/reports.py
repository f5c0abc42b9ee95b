"""One event of one article, as far as merging looks at it: plain values, read once from the annotation."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import resources

from conflict_events.counting import TOLD
from conflict_events.merging.words import words_of
from conflict_events.schema import Annotation, Bounds, Event, Place

#: Kinds of places, from the least to the most precise.
PRECISION: dict[str, int] = {"country": 0, "sea": 0, "desert": 1, "region": 1, "admin1": 1, "zone": 2, "admin2": 2}
_SPOT = 4
_NEAR = 3


@dataclass(frozen=True)
class Where:
    """A place of a report. ``level``: 0 country, 1 governorate, 2 district, 3 subdistrict or near a spot, 4 a spot."""

    id: str
    name: str
    level: int
    lat: float | None = None
    lon: float | None = None
    admin1: str | None = None
    country: str | None = None


@dataclass(frozen=True)
class Report:
    """What one article tells of one event.

    ``relation`` is what it does: ``reports``, ``updates`` an earlier toll, or ``recalls`` something earlier.
    ``event`` is ``None`` for an article in which no event was read, known by its words alone.
    """

    article_id: str
    event_id: str | None
    relation: str
    outlet: str | None
    published: dt.date | None
    start: dt.date | None
    end: dt.date | None
    exact_day: bool
    place: Where | None
    names: frozenset[str]
    perpetrators: frozenset[str]
    targets: frozenset[str]
    sides: frozenset[str]
    event_type: str | None
    sub_event_type: str | None
    weapons: frozenset[str]
    victims: frozenset[str]
    victim_words: frozenset[str]
    hours: frozenset[int]
    killed: Bounds | None
    injured: Bounds | None
    rank: int
    of: int
    title: tuple[str, ...] = field(repr=False)
    article_words: tuple[str, ...] = field(repr=False)
    event_words: tuple[str, ...] = field(repr=False)
    article_places: tuple[str, ...] = field(repr=False)
    event: Event | None = field(default=None, repr=False, compare=False)
    headline: str | None = field(default=None, repr=False)
    url: str | None = field(default=None, repr=False)

    @property
    def key(self) -> tuple[str, str]:
        """What tells it from all others, and orders them."""
        return (self.article_id, self.event_id or "")


def reports_of(annotation: Annotation) -> Iterator[Report]:
    """The reports of an article: its incidents and updates that are told as having happened, and what it recalls.

    An article without any is one report of its words, so that a copy or a second telling of a text that was not
    understood is found.
    """
    events = [event for event in annotation.events if event.certainty in TOLD]
    main = [event for event in events if event.kind != "background"]
    told = [*main, *(event for event in events if event.kind == "background")]
    for rank, event in enumerate(told):
        yield _report(annotation, event, rank, len(main))
    if not told:
        yield _report(annotation, None, 0, 0)


def _report(annotation: Annotation, event: Event | None, rank: int, of: int) -> Report:
    article = annotation.article
    title = tuple(words_of(article.title or ""))
    places = [item.mention.text for item in event.locations] if event else []
    evidence = [mention.text for mention in event.evidence] if event else []
    start, end, exact = _day(event, article.published)
    return Report(
        article_id=article.id,
        event_id=event.id if event else None,
        relation=_relation(event),
        outlet=article.outlet,
        published=article.published,
        start=start,
        end=end,
        exact_day=exact,
        place=where(event) if event else None,
        names=frozenset(name.casefold() for name in places),
        perpetrators=_actors(event, ("perpetrator",)),
        targets=_actors(event, ("target", "party")),
        sides=_sides(event),
        event_type=event.event_type if event else None,
        sub_event_type=event.sub_event_type if event else None,
        weapons=frozenset(word for item in (event.weapons if event else []) for word in words_of(item.text)),
        victims=_victims(event),
        victim_words=_victim_words(event),
        hours=frozenset(
            hour for text in evidence for word in words_of(text) if (hour := hours().get(word)) is not None
        ),
        killed=event.fatalities if event else None,
        injured=event.injuries if event else None,
        rank=rank,
        of=of,
        title=title,
        article_words=tuple(_article_words(annotation, title)),
        article_places=tuple(_article_places(annotation)),
        event_words=tuple(words_of(" ".join([*evidence, *places]))),
        event=event,
        headline=article.title,
        url=article.url,
    )


def _relation(event: Event | None) -> str:
    if event is None or event.kind == "incident":
        return "reports"
    return "updates" if event.kind == "update" else "recalls"


def _day(event: Event | None, published: dt.date | None) -> tuple[dt.date | None, dt.date | None, bool]:
    """First and last day, and whether the text itself gives one day."""
    if event is None or event.date.start is None:
        return None, None, False
    date = event.date
    return date.start, date.end or date.start, date.precision == "day" and date.basis == "text"


def where(event: Event) -> Where | None:
    """The most precise resolved place: a site before one close by, before an area around."""
    found = [(item.role, item.place) for item in event.locations if item.place is not None]
    if not found:
        return None
    roles = {"site": 0, "near": 1, "within": 2}
    role, place = min(found, key=lambda item: (-_level(item[1], item[0]), roles[item[0]]))
    return Where(place.id, place.name, _level(place, role), place.lat, place.lon, place.admin1, place.country)


def _level(place: Place, role: str) -> int:
    if place.kind == "admin3" or (role == "near" and place.kind not in PRECISION):
        return _NEAR
    return PRECISION.get(place.kind, _SPOT)


def _actors(event: Event | None, roles: Iterable[str]) -> frozenset[str]:
    actors = (item for item in (event.actors if event else []) if item.role in roles)
    return frozenset(item.actor.id for item in actors if item.actor is not None)


def _sides(event: Event | None) -> frozenset[str]:
    actors = (item.actor for item in (event.actors if event else []) if item.role == "perpetrator")
    return frozenset(actor.side or actor.id for actor in actors if actor is not None)


def _victims(event: Event | None) -> frozenset[str]:
    """Statuses and traits of those harmed."""
    victims = [item.victim for item in (event.casualties if event else []) if item.victim is not None]
    traits = {trait for victim in victims for trait in victim.traits}
    return frozenset(traits | {victim.status for victim in victims if victim.status in ("civilian", "combatant")})


def _victim_words(event: Event | None) -> frozenset[str]:
    """What those harmed are called, without the plural's s: a worker of one report is one of the workers of another."""
    victims = [item.victim for item in (event.casualties if event else []) if item.victim is not None]
    return frozenset(word.removesuffix("s") for victim in victims for word in words_of(victim.mention.text))


@lru_cache(maxsize=1)
def hours() -> Mapping[str, int]:
    """Words for parts of the day, and the hour about which these lie."""
    text = (resources.files("conflict_events") / "data" / "merging_hours.csv").read_text(encoding="utf-8")
    return {row["word"]: int(row["hour"]) for row in csv.DictReader(text.splitlines())}


def _article_words(annotation: Annotation, title: tuple[str, ...]) -> Iterator[str]:
    """The title twice, the events' sentences and all places: the lead of a report, where its text is not kept."""
    yield from title
    yield from title
    spans = sorted({(item.start, item.text) for event in annotation.events for item in event.evidence})
    for _, text in spans:
        yield from words_of(text)
    yield from _article_places(annotation)


def _article_places(annotation: Annotation) -> Iterator[str]:
    for entity in annotation.entities:
        if entity.label == "LOCATION":
            yield from words_of(entity.text)

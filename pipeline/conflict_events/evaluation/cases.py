"""What is compared: an article's gold side and its read side, in one shape.

Gold comes as labels, words and numbers without offsets for everything; a model's reading comes as an
:class:`~conflict_events.schema.Annotation`. Both become a :class:`Reading`, so that every measure sees one form.
A part that a data file does not hold (entities in a coded table) is ``None`` and is not scored.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from conflict_events.corpus import LabelledArticle, LabelledCasualty, LabelledEvent, LabelledTally
from conflict_events.schema import Annotation, Casualty, Event, Quantity, Tally

ACTOR_ROLES = ("perpetrator", "target", "party", "claimant")
LOCATION_ROLES = ("site", "near", "within")

_GOLD_ROLES = {"perpetrators": "perpetrator", "targets": "target", "parties": "party", "claimants": "claimant"}


@dataclass(frozen=True, slots=True)
class SpanCase:
    """A labelled span of an article's original text. ``link`` is the id of the actor or place it was resolved to."""

    start: int
    end: int
    label: str
    score: float | None = None
    link: str | None = None


@dataclass(frozen=True, slots=True)
class CasualtyCase:
    """How many people met which outcome. ``start`` and ``end`` are where the text says it, where that is known."""

    outcome: str
    quantity: Quantity
    victim: str | None = None
    status: str | None = None
    start: int | None = None
    end: int | None = None
    includes: tuple[CasualtyCase, ...] = ()

    @property
    def number(self) -> int | None:
        """The number of people: the best figure, else the lower bound, else ``None``."""
        return number_of(self.quantity)


@dataclass(frozen=True, slots=True)
class EventCase:
    """An event; ``roles`` holds the words of actors and locations by role."""

    kind: str
    event_type: str | None = None
    sub_event_type: str | None = None
    certainty: str | None = None
    dates: tuple[str, ...] = ()
    roles: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    weapons: tuple[str, ...] | None = None
    casualties: tuple[CasualtyCase, ...] = ()
    start: int | None = None
    end: int | None = None
    score: float | None = None


@dataclass(frozen=True, slots=True)
class TallyCase:
    """A running statistic."""

    outcome: str
    total: Quantity | None
    place: str | None = None
    operations: int | None = None
    parts: tuple[CasualtyCase, ...] = ()
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """One side of an article. ``None``: this side says nothing about it."""

    spans: tuple[SpanCase, ...] | None = None
    events: tuple[EventCase, ...] | None = None
    tallies: tuple[TallyCase, ...] | None = None


@dataclass(frozen=True, slots=True)
class Coded:
    """What another project's coders wrote about a text; ``None`` where they left it blank."""

    killed: int | None = None
    injured: int | None = None
    lat: float | None = None
    lon: float | None = None
    admin1: str | None = None
    country: str | None = None
    actors: tuple[str, ...] = ()
    event_type: str | None = None
    sub_event_type: str | None = None


@dataclass(frozen=True)
class GoldArticle:
    """An article with what is known to be right about it."""

    id: str
    text: str
    data: str
    title: str | None = None
    outlet: str | None = None
    published: dt.date | None = None
    url: str | None = None
    part: str | None = None
    gold: Reading = field(default_factory=Reading)
    coded: Coded | None = None


def number_of(quantity: Quantity | None) -> int | None:
    """The number that a quantity stands for: best, else low, else ``None``."""
    if quantity is None:
        return None
    return quantity.best if quantity.best is not None else quantity.low


def all_casualties(events: Iterable[EventCase], kinds: tuple[str, ...] | None = None) -> Iterator[CasualtyCase]:
    """The top-level casualties of the events, of those ``kinds`` only where they are given."""
    for event in events:
        if kinds is None or event.kind in kinds:
            yield from event.casualties


def from_labels(article: LabelledArticle, data: str, part: str | None, *, with_events: bool) -> GoldArticle:
    """An article of the source form, or of imported labels (``with_events`` false: they hold no events)."""
    return GoldArticle(
        id=article.id,
        text=article.text,
        data=data,
        title=article.title,
        outlet=article.outlet,
        published=article.date,
        url=article.url,
        part=part,
        gold=Reading(
            spans=tuple(SpanCase(label.start, label.end, label.label) for label in article.labels),
            events=tuple(_labelled_event(event) for event in article.events) if with_events else None,
            tallies=tuple(_labelled_tally(tally) for tally in article.tallies) if with_events else None,
        ),
    )


def _labelled_event(event: LabelledEvent) -> EventCase:
    roles: dict[str, tuple[str, ...]] = {}
    for actor in event.actors:
        roles[actor.role] = (*roles.get(actor.role, ()), actor.words)
    for location in event.locations:
        roles[location.role] = (*roles.get(location.role, ()), location.words)
    return EventCase(
        kind=event.kind,
        event_type=event.event_type,
        sub_event_type=event.sub_event_type,
        certainty=event.certainty,
        dates=tuple(event.dates),
        roles=roles,
        weapons=tuple(event.weapons),
        casualties=tuple(map(_labelled_casualty, event.casualties)),
    )


def _labelled_casualty(casualty: LabelledCasualty) -> CasualtyCase:
    return CasualtyCase(
        outcome=casualty.outcome,
        quantity=casualty.quantity,
        victim=casualty.victim,
        includes=tuple(map(_labelled_casualty, casualty.includes)),
    )


def _labelled_tally(tally: LabelledTally) -> TallyCase:
    return TallyCase(
        outcome=tally.outcome,
        total=tally.total,
        place=tally.place,
        operations=tally.operations,
        parts=tuple(map(_labelled_casualty, tally.parts)),
    )


def from_annotation(annotation: Annotation) -> Reading:
    """What a model read in an article."""
    spans = []
    for entity in annotation.entities:
        linked = entity.actor or entity.place
        spans.append(SpanCase(entity.start, entity.end, entity.label, entity.score, linked.id if linked else None))
    return Reading(
        spans=tuple(sorted(spans, key=lambda span: (span.start, span.end))),
        events=tuple(map(_read_event, annotation.events)),
        tallies=tuple(map(_read_tally, annotation.tallies)),
    )


def _read_event(event: Event) -> EventCase:
    roles: dict[str, tuple[str, ...]] = {}
    for actor in event.actors:
        roles[actor.role] = (*roles.get(actor.role, ()), actor.mention.text)
    for location in event.locations:
        roles[location.role] = (*roles.get(location.role, ()), location.mention.text)
    evidence = event.evidence[0] if event.evidence else None
    return EventCase(
        kind=event.kind,
        event_type=event.event_type,
        sub_event_type=event.sub_event_type,
        certainty=event.certainty,
        dates=(event.date.text,) if event.date.text else (),
        roles=roles,
        weapons=tuple(weapon.text for weapon in event.weapons),
        casualties=tuple(map(_read_casualty, event.casualties)),
        start=evidence.start if evidence else None,
        end=evidence.end if evidence else None,
        score=event.score,
    )


def _read_casualty(casualty: Casualty) -> CasualtyCase:
    mention = casualty.mention
    return CasualtyCase(
        outcome=casualty.outcome,
        quantity=casualty.quantity,
        victim=casualty.victim.mention.text if casualty.victim else None,
        status=casualty.victim.status if casualty.victim else None,
        start=mention.start if mention else None,
        end=mention.end if mention else None,
        includes=tuple(map(_read_casualty, casualty.includes)),
    )


def _read_tally(tally: Tally) -> TallyCase:
    evidence = tally.evidence[0] if tally.evidence else None
    return TallyCase(
        outcome=tally.outcome,
        total=tally.total,
        place=tally.place_text,
        operations=tally.operations,
        parts=tuple(map(_read_casualty, tally.parts)),
        start=evidence.start if evidence else None,
        end=evidence.end if evidence else None,
    )


def from_gold_row(row: Mapping[str, Any]) -> Reading:
    """The gold side of a JSON object with ``entities``, ``events`` and ``tallies`` (docs/evaluation.md).

    Raises KeyError, TypeError or ValueError where the row is not of that form.
    """
    entities, events, tallies = row.get("entities"), row.get("events"), row.get("tallies")
    return Reading(
        spans=None
        if entities is None
        else tuple(sorted((_gold_span(item) for item in entities), key=lambda span: (span.start, span.end))),
        events=None if events is None else tuple(map(_gold_event, events)),
        tallies=None if tallies is None else tuple(map(_gold_tally, tallies)),
    )


def _gold_span(item: Mapping[str, Any]) -> SpanCase:
    return SpanCase(int(item["start"]), int(item["end"]), str(item["label"]))


def _gold_event(item: Mapping[str, Any]) -> EventCase:
    roles = {role: tuple(item.get(name) or ()) for name, role in _GOLD_ROLES.items()}
    roles |= {role: tuple(item.get(role) or ()) for role in LOCATION_ROLES}
    date, weapons = item.get("date_text"), item.get("weapons")
    return EventCase(
        kind=str(item["kind"]),
        event_type=item.get("event_type"),
        sub_event_type=item.get("sub_event_type"),
        certainty=item.get("certainty"),
        dates=(date,) if date else (),
        roles={role: words for role, words in roles.items() if words},
        weapons=None if weapons is None else tuple(weapons),
        casualties=tuple(map(_gold_casualty, item.get("casualties") or ())),
    )


def _gold_casualty(item: Mapping[str, Any]) -> CasualtyCase:
    return CasualtyCase(
        outcome=str(item["outcome"]),
        quantity=_gold_quantity(item),
        victim=item.get("victim"),
        status=item.get("status"),
        includes=tuple(map(_gold_casualty, item.get("includes") or ())),
    )


def _gold_quantity(item: Any) -> Quantity:
    """A quantity written as ``{"low": …, "best": …, "high": …}``, or as one number."""
    if isinstance(item, Mapping):
        return Quantity(low=item.get("low"), best=item.get("best"), high=item.get("high"))
    return Quantity(low=item, best=item, high=item, modifier="exact")


def _gold_tally(item: Mapping[str, Any]) -> TallyCase:
    total = item.get("total")
    return TallyCase(
        outcome=str(item.get("outcome") or "killed"),
        total=None if total is None else _gold_quantity(total),
        place=item.get("place_text") or (item["place"] if isinstance(item.get("place"), str) else None),
        operations=item.get("operations"),
        parts=tuple(_gold_casualty({"outcome": "killed", **part}) for part in item.get("parts") or ()),
    )

"""What the overview shows: one entry an event of RESULTS, or one an incident of INCIDENTS, as plain values.

What may be added up is decided here and nowhere on the page: an entry is ``counted`` where it is an incident or an
update that is asserted or claimed. Parts of a figure ("including a child") are kept apart from the figures that add up.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from conflict_events.counting import counts
from conflict_events.merging.exporting import as_event
from conflict_events.merging.reports import where
from conflict_events.places.precision import precision
from conflict_events.schema import (
    Annotation,
    Bounds,
    Casualty,
    Date,
    Event,
    EventActor,
    Finding,
    Incident,
    OutletFigure,
    Place,
    Quantity,
)
from conflict_events.show.wording import casualty_words, one_line, outcome_words, where_words
from conflict_events.summary import Summaries

_SUMMED = ("killed", "injured")


@dataclass(frozen=True)
class Where:
    """The place that stands for an entry; ``words`` say how precise it is, ``radius_km`` draws it."""

    name: str
    words: str
    precision: str
    radius_km: float
    admin1: str | None
    country: str | None
    latitude: float | None
    longitude: float | None


@dataclass(frozen=True)
class Harm:
    """People of one outcome who belong to a group: ``by`` status, trait or actor, ``group`` its name."""

    by: str
    group: str
    outcome: str
    number: Bounds


@dataclass(frozen=True)
class Told:
    """What one article tells of an entry. ``killed`` and ``injured`` are the words of its figures and their numbers."""

    article_id: str
    event_id: str | None
    outlet: str | None
    published: dt.date | None
    relation: str
    title: str | None
    url: str | None
    copy_of: str | None
    killed: Bounds | None = None
    killed_words: str | None = None
    injured: Bounds | None = None
    injured_words: str | None = None
    superseded: bool = False


@dataclass(frozen=True)
class Entry:
    """One event or incident. ``harms`` tell who was harmed, group by group; groups overlap and are never added."""

    id: str
    kind: str
    certainty: str
    counted: bool
    summary: str
    date: Date
    where: Where | None
    event_type: str | None
    sub_event_type: str | None
    actors: tuple[tuple[str, str], ...]
    weapons: tuple[str, ...]
    killed: Bounds | None
    injured: Bounds | None
    others: tuple[tuple[str, Bounds], ...]
    figures: tuple[tuple[int, str, str | None], ...]
    harms: tuple[Harm, ...]
    reports: tuple[Told, ...]
    words: tuple[str, ...]
    words_article: str
    findings: tuple[tuple[str, str], ...]
    score: float | None
    link_score: float | None = None


@dataclass(frozen=True)
class LooseFinding:
    """Something that does not add up in an article and belongs to none of its events: a tally's, a headline's."""

    article_id: str
    title: str | None
    code: str
    message: str


@dataclass(frozen=True)
class Corpus:
    """All entries. ``merged`` where each is an incident with all its reports, not an event of one article."""

    entries: tuple[Entry, ...]
    merged: bool
    articles: int
    loose: tuple[LooseFinding, ...] = ()
    policy: str | None = None


def from_annotations(annotations: Iterable[Annotation]) -> Corpus:
    """The events of RESULTS."""
    entries: list[Entry] = []
    loose: list[LooseFinding] = []
    articles = 0
    for articles, annotation in enumerate(annotations, 1):  # noqa: B007 (the count is used)
        ids = {event.id for event in annotation.events}
        entries += (_of_event(annotation, event) for event in annotation.events)
        article = annotation.article
        loose += (
            LooseFinding(article.id, article.title, finding.code, finding.message)
            for finding in annotation.findings
            if not ids.intersection(finding.refs)
        )
    return Corpus(tuple(entries), merged=False, articles=articles, loose=tuple(loose))


def from_incidents(incidents: Iterable[Incident]) -> Corpus:
    """The incidents of INCIDENTS, with the figures that their policy took."""
    entries: list[Entry] = []
    articles: set[str] = set()
    policy = None
    for incident in incidents:
        entries.append(_of_incident(incident))
        articles.update(report.article_id for report in incident.reports)
        policy = incident.killed.policy
    return Corpus(tuple(entries), merged=True, articles=len(articles), policy=policy)


def _of_event(annotation: Annotation, event: Event) -> Entry:
    article = annotation.article
    report = Told(
        article_id=article.id,
        event_id=event.id,
        outlet=article.outlet,
        published=article.published,
        relation={"incident": "reports", "update": "updates"}.get(event.kind, "recalls"),
        title=article.title,
        url=article.url,
        copy_of=None,
        killed=event.fatalities,
        killed_words=_said(event.casualties, "killed"),
        injured=event.injuries,
        injured_words=_said(event.casualties, "injured"),
    )
    return _entry(
        event,
        actors=[(one.role, _name(one)) for one in event.actors],
        place=None,
        reports=(report,),
        summary=event.summary or Summaries.load()(event),
        words_article=article.id,
        findings=[finding for finding in annotation.findings if event.id in finding.refs],
        score=event.score,
    )


def _of_incident(incident: Incident) -> Entry:
    event = as_event(incident)
    killed = {line.event_id: line for line in incident.killed.by_outlet}
    injured = {line.event_id: line for line in incident.injured.by_outlet}
    reports = (
        Told(
            article_id=report.article_id,
            event_id=report.event_id,
            outlet=report.outlet,
            published=report.published,
            relation=report.relation,
            title=report.title,
            url=report.url,
            copy_of=report.copy_of,
            **_lines(killed.get(report.event_id or ""), injured.get(report.event_id or "")),
        )
        for report in incident.reports
    )
    return _entry(
        event,
        actors=[(actor.role, actor.name) for actor in incident.actors],
        place=incident.place,
        reports=tuple(reports),
        summary=Summaries.load()(event),  # with the figures that the policy took
        words_article=incident.event_article,
        findings=incident.findings,
        score=incident.event.score,
        link_score=incident.score,
    )


def _entry(
    event: Event,
    *,
    actors: Iterable[tuple[str, str]],
    place: Place | None,
    reports: tuple[Told, ...],
    summary: str,
    words_article: str,
    findings: Iterable[Finding],
    score: float | None,
    link_score: float | None = None,
) -> Entry:
    return Entry(
        id=event.id,
        kind=event.kind,
        certainty=event.certainty,
        counted=counts(event.kind, event.certainty),
        summary=summary,
        date=event.date,
        where=_where(event, place),
        event_type=event.event_type,
        sub_event_type=event.sub_event_type,
        actors=tuple(dict.fromkeys(actors)),
        weapons=tuple(dict.fromkeys(one_line(weapon.text) for weapon in event.weapons)),
        killed=event.fatalities,
        injured=event.injuries,
        others=tuple(_others(event)),
        figures=tuple(_figure_lines(event.casualties)),
        harms=tuple(_harms(event.casualties)),
        reports=reports,
        words=tuple(one_line(mention.text) for mention in event.evidence),
        words_article=words_article,
        findings=tuple((finding.code, finding.message) for finding in findings),
        score=score,
        link_score=link_score,
    )


def _lines(killed: OutletFigure | None, injured: OutletFigure | None) -> dict[str, Any]:
    """What a report's lines of an incident's figures say."""
    return {
        "killed": _bounds(killed),
        "killed_words": killed.text if killed else None,
        "injured": _bounds(injured),
        "injured_words": injured.text if injured else None,
        "superseded": any(line is not None and line.superseded for line in (killed, injured)),
    }


def _bounds(line: Bounds | None) -> Bounds | None:
    return None if line is None else Bounds(low=line.low, best=line.best, high=line.high)


def _name(actor: EventActor) -> str:
    return actor.actor.name if actor.actor else one_line(actor.mention.text)


def _said(casualties: Iterable[Casualty], outcome: str) -> str | None:
    """The words of the figures that add up to an event's sum: "at least nine" + "two"."""
    words = [item.mention.text for item in casualties if item.outcome == outcome and item.mention is not None]
    return " + ".join(map(one_line, words)) or None


def _where(event: Event, place: Place | None) -> Where | None:
    """The most precise place of an event; ``place`` where an incident has chosen it."""
    found = where(event)
    wanted = place.id if place is not None else found.id if found is not None else None
    locations = [item for item in event.locations if item.place is not None and item.place.id == wanted]
    chosen, role = (locations[0].place, locations[0].role) if locations else (place, "site")
    if chosen is None:
        if not event.locations:
            return None
        return Where(one_line(event.locations[0].mention.text), where_words(None), "unknown", 0, None, None, None, None)
    exact = precision(chosen, role)
    return Where(
        name=chosen.name,
        words=where_words(chosen, role),
        precision="near" if role == "near" and not exact.is_area else exact.name,
        radius_km=exact.radius_km,
        admin1=chosen.admin1 or (chosen.name if chosen.kind == "admin1" else None),
        country=chosen.country or (chosen.name if chosen.kind == "country" else None),
        latitude=chosen.lat,
        longitude=chosen.lon,
    )


def _others(event: Event) -> Iterator[tuple[str, Bounds]]:
    """What is neither killed nor injured, outcome by outcome; "no casualties" is said by the sums."""
    for casualty in event.casualties:
        nobody = casualty.quantity.high == 0 and event.fatalities is not None
        if casualty.outcome not in _SUMMED and not nobody:
            yield outcome_words(casualty.outcome), _of_quantity(casualty.quantity)


def _figure_lines(casualties: Iterable[Casualty], depth: int = 0) -> Iterator[tuple[int, str, str | None]]:
    """Each figure: how deep it lies in others, what it says, and its words."""
    for casualty in casualties:
        words = one_line(casualty.mention.text) if casualty.mention else None
        yield depth, casualty_words(casualty), words
        yield from _figure_lines(casualty.includes, depth + 1)


def _harms(casualties: Sequence[Casualty]) -> Iterator[Harm]:
    """Who was harmed, by status, trait and group. A part counts where no figure around it is of the same group."""
    for by, groups_of in _GROUPS.items():
        yield from _harms_by(by, groups_of, casualties, frozenset())


def _harms_by(
    by: str, groups_of: Callable[[Casualty], Sequence[str]], casualties: Iterable[Casualty], around: frozenset[str]
) -> Iterator[Harm]:
    for casualty in casualties:
        groups = [group for group in groups_of(casualty) if group not in around]
        for group in groups:
            yield Harm(by, group, outcome_words(casualty.outcome), _of_quantity(casualty.quantity))
        yield from _harms_by(by, groups_of, casualty.includes, around | set(groups))


def _statuses(casualty: Casualty) -> Sequence[str]:
    return [casualty.victim.status] if casualty.victim and casualty.victim.status != "unknown" else []


def _traits(casualty: Casualty) -> Sequence[str]:
    """Each trait of one person; the traits of several together, as nobody knows how many of them each tells."""
    traits = casualty.victim.traits if casualty.victim else []
    return traits if len(traits) < 2 or casualty.quantity.high == 1 else [f"{' and '.join(traits)} (together)"]


def _actors(casualty: Casualty) -> Sequence[str]:
    return [casualty.victim.actor.name] if casualty.victim and casualty.victim.actor else []


_GROUPS: dict[str, Callable[[Casualty], Sequence[str]]] = {"status": _statuses, "trait": _traits, "actor": _actors}


def _of_quantity(quantity: Quantity) -> Bounds:
    return Bounds(low=quantity.low, best=quantity.best, high=quantity.high)

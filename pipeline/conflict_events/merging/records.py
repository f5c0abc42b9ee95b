"""Groups of reports as :class:`~conflict_events.schema.Incident` records."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence

from conflict_events.merging.figures import chosen, disagreements, figures
from conflict_events.merging.merge import Merged
from conflict_events.merging.reports import Report
from conflict_events.schema import (
    Actor,
    Casualty,
    Date,
    Event,
    EventKind,
    Figures,
    FiguresPolicy,
    Incident,
    IncidentActor,
    IncidentReport,
    Place,
    Quantity,
)

_KINDS: dict[str, EventKind] = {"reports": "incident", "updates": "update", "recalls": "background"}
_ORDER = ("reports", "updates", "recalls")


def incidents(merged: Merged, policy: FiguresPolicy = "lowest") -> Iterator[Incident]:
    """One incident a group, ordered by date, then id. A group in which no event was read makes none.

    An incident's id is that of an earlier run where it holds one of its reports; else it is made from its first report,
    so that the same articles give the same ids.
    """
    taken: set[str] = set()
    found = []
    for group in merged.groups:
        reports = sorted((merged.reports[number] for number in group), key=_first)
        if any(report.event is not None for report in reports):
            incident = _incident(merged, group, reports, policy)
            while incident.id in taken:  # the report that an earlier id was made from has moved
                incident = incident.model_copy(update={"id": incident.id + "x"})
            taken.add(incident.id)
            found.append(incident)
    yield from sorted(found, key=lambda item: (str(item.date.start or ""), item.id))


def _incident(merged: Merged, group: Sequence[int], reports: Sequence[Report], policy: FiguresPolicy) -> Incident:
    originals = [report for report in reports if report.article_id not in merged.originals] or list(reports)
    told = [report for report in originals if report.event is not None] or [r for r in reports if r.event is not None]
    best = max(told, key=_precision)
    event = best.event
    assert event is not None  # `told` holds reports with an event only
    known = next((merged.known[report.key] for report in reports if report.key in merged.known), None)
    number = known or incident_id(reports[0])
    killed, injured = figures(told, "killed", policy), figures(told, "injured", policy)
    date, agree = _date(told)
    place = _place(event, best)
    links = {report.key: _score(merged, at, group) for report, at in ((merged.reports[at], at) for at in group)}
    scores = [score for score in links.values() if score is not None]
    return Incident(
        id=number,
        kind=_KINDS[min((report.relation for report in told), key=_ORDER.index)],
        date=date,
        date_reports=agree,
        place=place,
        place_reports=sum(1 for report in told if place and report.place and report.place.id == place.id),
        event_type=_commonest(told, "event_type"),
        sub_event_type=_commonest(told, "sub_event_type"),
        actors=_actors(told),
        casualties=_casualties(told, event, killed, injured),
        killed=killed,
        injured=injured,
        reports=[_report(report, merged, links[report.key]) for report in reports],
        findings=disagreements(killed, injured, number),
        event=event,
        event_article=best.article_id,
        score=round(min(scores), 4) if scores else None,
    )


def _casualties(reports: Sequence[Report], event: Event, killed: Figures, injured: Figures) -> list[Casualty]:
    """The casualties that the policy takes: of each outcome those of the report whose figure it is."""
    events = {report.event_id: report.event for report in reports}
    found = [item for item in event.casualties if item.outcome not in ("killed", "injured")]
    for outcome, items in (("killed", killed), ("injured", injured)):
        line = chosen(items)
        source = events.get(line.event_id) if line else event
        own = [item for item in (source.casualties if source else []) if item.outcome == outcome]
        if line is None or items.policy != "range" or items.lowest == items.highest:
            found += own
        else:
            number = Quantity(low=items.lowest, high=items.highest, modifier="range")
            victim = own[0].victim if len(own) == 1 else None
            found.append(Casualty.model_validate({"outcome": outcome, "quantity": number, "victim": victim}))
    return found


def incident_id(first: Report) -> str:
    """An id made from a report: the same in every run."""
    return "i" + hashlib.sha256("\x1f".join(first.key).encode()).hexdigest()[:16]


def _first(report: Report) -> tuple[int, str, str, str]:
    day = report.published.isoformat() if report.published else "9999"
    return (_ORDER.index(report.relation) // 2, day, *report.key)


def _precision(report: Report) -> tuple[bool, int, bool, int, int]:
    """How well a report can stand for its incident: told, exact place and day, most parties and figures, main event."""
    event = report.event
    level = report.place.level if report.place else -1
    full = len(event.actors) + len(event.casualties) if event else 0
    return (report.relation != "recalls", level, report.exact_day, full, -report.rank)


def _date(reports: Sequence[Report]) -> tuple[Date, int]:
    """The date that most reports give, the most precise and earliest of equals, and how many agree with it."""
    dates = [report.event.date for report in reports if report.event is not None and report.event.date.start]
    if not dates:
        return Date(), 0
    span = Counter((date.start, date.end) for date in dates)
    order = ("day", "week", "month", "year", "unknown")
    best = min(
        dates,
        key=lambda d: (order.index(d.precision), -span[d.start, d.end], d.basis != "text", str(d.start)),
    )
    return best, span[best.start, best.end]


def _place(event: Event, report: Report) -> Place | None:
    places = [item.place for item in event.locations if item.place is not None]
    return next((place for place in places if report.place and place.id == report.place.id), None)


def _commonest(reports: Sequence[Report], field: str) -> str | None:
    values = Counter(value for report in reports if (value := getattr(report, field)) is not None)
    return min(values, key=lambda value: (-values[value], value), default=None)


def _actors(reports: Sequence[Report]) -> list[IncidentActor]:
    """The parties by role, each with the number of reports that name it so, most first."""
    named: dict[tuple[str, str], tuple[str, Actor | None]] = {}
    counts: Counter[tuple[str, str]] = Counter()
    for report in reports:
        items = report.event.actors if report.event else []
        keys = set()
        for item in items:
            name = item.actor.name if item.actor else " ".join(item.mention.text.split())
            key = (item.role, item.actor.id if item.actor else name.casefold())
            named.setdefault(key, (name, item.actor))
            keys.add(key)
        counts.update(keys)
    ranked = sorted(counts, key=lambda key: (-counts[key], key))
    return [
        IncidentActor.model_validate(
            {"role": key[0], "name": named[key][0], "actor": named[key][1], "reports": counts[key]}
        )
        for key in ranked
    ]


def _score(merged: Merged, report: int, group: Sequence[int]) -> float | None:
    """The mean probability of a report's links within its group; a link that was no candidate counts as 0."""
    if merged.reports[report].article_id in merged.originals:
        return 1.0
    copied = merged.originals
    others = [at for at in group if at != report and merged.reports[at].article_id not in copied]
    if not others:
        return None
    pairs = [(min(report, other), max(report, other)) for other in others]
    return round(sum(merged.scores.get(pair, 0.0) for pair in pairs) / len(pairs), 4)


def _report(report: Report, merged: Merged, score: float | None) -> IncidentReport:
    return IncidentReport.model_validate(
        {
            "article_id": report.article_id,
            "event_id": report.event_id,
            "outlet": report.outlet,
            "published": report.published,
            "relation": report.relation,
            "title": report.headline,
            "url": report.url,
            "copy_of": merged.originals.get(report.article_id),
            "score": score,
        }
    )

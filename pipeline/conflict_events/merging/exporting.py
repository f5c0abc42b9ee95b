"""Incidents for the exports: each as one event with the sources of its reports."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from conflict_events.exports.sources import SourcedAnnotation
from conflict_events.schema import Article, Bounds, Event, Incident, IncidentReport, ModelInfo


def as_annotations(found: Iterable[Incident]) -> Iterator[SourcedAnnotation]:
    """An annotation for each incident: its event, with the figures that its policy took and all its sources.

    ``article.id`` is the article of the telling that stands for the incident, ``event.id`` the incident's id. Articles
    that only recall the incident are no sources of it.
    """
    for item in found:
        articles = list({r.article_id: _article(r) for r in item.reports if r.relation != "recalls"}.values())
        articles = articles or [_article(item.reports[0])]
        first = next((a for a in articles if a.id == item.event_article), articles[0])
        yield SourcedAnnotation(
            article=first,
            events=[as_event(item)],
            model=ModelInfo(name="merge", version=item.schema_version),
            also=[article for article in articles if article.id != first.id],
        )


def as_event(item: Incident) -> Event:
    """An incident as one event, with the figures that its policy took."""
    changes: dict[str, object] = {
        "id": item.id,
        "kind": item.kind,
        "event_type": item.event_type,
        "sub_event_type": item.sub_event_type,
        "date": item.date,
        "casualties": item.casualties,
    }
    for field, figures in (("fatalities", item.killed), ("injuries", item.injured)):
        taken = figures.taken
        if taken is None and figures.by_outlet:
            taken = Bounds(low=figures.lowest, high=figures.highest)
        changes[field] = taken
    return item.event.model_copy(update=changes)


def _article(report: IncidentReport) -> Article:
    return Article(
        id=report.article_id, outlet=report.outlet, title=report.title, published=report.published, url=report.url
    )

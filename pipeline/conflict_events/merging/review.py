"""Pairs that a person should look at: near misses, vetoes, and links that are weak."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from conflict_events.merging.merge import Merged
from conflict_events.schema import Incident

#: From this probability a pair that was not joined is a near miss; below this one a link is weak.
NEAR_MISS = 0.2
WEAK = 0.6

COLUMNS: tuple[tuple[str, str], ...] = (
    ("status", "near miss (not joined), vetoed, or weak link (joined)"),
    ("score", "probability that the two tell one event"),
    ("reason", "the veto, or why they were not joined"),
    ("left_incident", "incident of the left report"),
    ("left_article", "article id"),
    ("left_event", "event id"),
    ("left_title", "headline"),
    ("right_incident", "incident of the right report"),
    ("right_article", "article id"),
    ("right_event", "event id"),
    ("right_title", "headline"),
)


def review_rows(merged: Merged, found: Sequence[Incident]) -> Iterator[Mapping[str, str | float | None]]:
    """The pairs for review, the most doubtful first of each status, each in :data:`COLUMNS`."""
    of = {(r.article_id, r.event_id or ""): incident.id for incident in found for r in incident.reports}
    group = {report: number for number, members in enumerate(merged.groups) for report in members}
    rows: list[tuple[str, float | None, str, int, int]] = []
    for (left, right), score in merged.scores.items():
        a, b = of.get(merged.reports[left].key), of.get(merged.reports[right].key)
        if a is not None and a == b:
            if score < WEAK:
                rows.append(("weak link", score, "", left, right))
        elif score >= NEAR_MISS:
            rows.append(("near miss", score, _why_apart(merged, group, left, right), left, right))
    rows += [("vetoed", None, reason, left, right) for (left, right), reason in merged.vetoed.items()]
    for status, chance, reason, left, right in sorted(rows, key=lambda row: (row[0], -(row[1] or 0), row[3:])):
        values: dict[str, str | float | None] = {
            "status": status,
            "score": None if chance is None else round(chance, 4),
            "reason": reason,
        }
        for side, at in (("left", left), ("right", right)):
            report = merged.reports[at]
            values |= {
                f"{side}_incident": of.get(report.key),
                f"{side}_article": report.article_id,
                f"{side}_event": report.event_id,
                f"{side}_title": report.headline,
            }
        yield values


def _why_apart(merged: Merged, group: Mapping[int, int], left: int, right: int) -> str:
    articles = [{merged.reports[at].article_id for at in merged.groups[group[side]]} for side in (left, right)]
    if articles[0] & articles[1]:
        return "one article tells the two apart"
    score = merged.scores[left, right]
    return (
        "too improbable"
        if len(articles[0]) == len(articles[1]) == 1
        else f"improbable with the others ({score:.2f} alone)"
    )

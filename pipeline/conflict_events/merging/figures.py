"""How many, by an incident's reports. Nothing is added across reports: a policy chooses.

The rules and where each project states them stand in ``data/merging_figures.csv``.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib import resources
from typing import get_args

from conflict_events.merging.reports import Report
from conflict_events.schema import Bounds, Casualty, Figures, FiguresPolicy, Finding, OutletFigure

POLICIES: tuple[FiguresPolicy, ...] = get_args(FiguresPolicy)


@lru_cache(maxsize=1)
def policies() -> Mapping[str, Mapping[str, str]]:
    """For each policy its rule, who takes figures so, and the source."""
    file = resources.files("conflict_events") / "data" / "merging_figures.csv"
    return {row["policy"]: row for row in csv.DictReader(io.StringIO(file.read_text(encoding="utf-8")))}


def figures(reports: Sequence[Report], outcome: str, policy: FiguresPolicy) -> Figures:
    """The figures of ``outcome`` (killed, injured) over reports that are no copies; what recalls is not asked."""
    said = [_said(report, outcome) for report in reports if report.relation != "recalls"]
    lines = sorted((line for line in said if line is not None), key=_when)
    last: dict[str, OutletFigure] = {}
    for line in lines:
        last[_speaker(line)] = line
    by_outlet = [line.model_copy(update={"superseded": last[_speaker(line)] is not line}) for line in lines]
    standing = [line for line in by_outlet if not line.superseded]
    if not standing:
        return Figures(policy=policy)
    lowest, highest = min(map(_lowest, standing)), max(map(_highest, standing))
    latest = lines[-1]
    return Figures(
        lowest=lowest,
        highest=highest,
        latest=_number(latest),
        policy=policy,
        taken=_taken(policy, standing, latest, lowest, highest),
        by_outlet=by_outlet,
    )


def chosen(items: Figures) -> OutletFigure | None:
    """The line that stands for all: the last published by the policy ``latest``, else the lowest that stands."""
    if not items.by_outlet:
        return None
    if items.policy == "latest":
        return items.by_outlet[-1]
    return _least([line for line in items.by_outlet if not line.superseded])


def _least(lines: Sequence[OutletFigure]) -> OutletFigure:
    return min(lines, key=lambda line: (_lowest(line), _when(line)))


def disagreements(killed: Figures, injured: Figures, incident: str) -> list[Finding]:
    """A finding for each outcome in which the reports' standing figures cannot all be right."""
    found = []
    for outcome, items in (("killed", killed), ("injured", injured)):
        standing = [line for line in items.by_outlet if not line.superseded]
        if len(standing) < 2 or max(_floor(line) for line in standing) <= min(_ceiling(line) for line in standing):
            continue
        words = "; ".join(f"{line.outlet or line.article_id}: {line.text or _number(line)}" for line in standing)
        found.append(
            Finding(
                code="sources_disagree",
                message=f"sources disagree on the {outcome}: {words}",
                expected=items.lowest,
                found=items.highest,
                refs=[incident, *(line.event_id for line in standing)],
            )
        )
    return found


def _said(report: Report, outcome: str) -> OutletFigure | None:
    bounds = report.killed if outcome == "killed" else report.injured
    if bounds is None or report.event is None or report.event_id is None:
        return None
    if bounds.low is None and bounds.best is None and bounds.high is None:
        return None
    return OutletFigure(
        low=bounds.low,
        best=bounds.best,
        high=bounds.high,
        outlet=report.outlet,
        article_id=report.article_id,
        event_id=report.event_id,
        published=report.published,
        text=_words(report.event.casualties, outcome),
    )


def _words(casualties: Sequence[Casualty], outcome: str) -> str | None:
    """The words of the figures: "at least nine" + "two"."""
    words = [item.mention.text for item in casualties if item.outcome == outcome and item.mention is not None]
    return " + ".join(words) or None


def _taken(
    policy: FiguresPolicy, standing: Sequence[OutletFigure], latest: OutletFigure, lowest: int, highest: int
) -> Bounds | None:
    if policy == "by-source":
        return None
    if policy == "range":
        return Bounds(low=lowest, high=highest)
    if policy == "latest":
        return Bounds(low=latest.low, best=latest.best, high=latest.high)
    line = _least(standing)
    return Bounds(low=line.low, best=line.best, high=line.high)


def _speaker(line: OutletFigure) -> str:
    """Whose word it is: an outlet's later figure stands in place of its earlier one; unknown outlets are each one."""
    return line.outlet or f"article {line.article_id}"


def _when(line: OutletFigure) -> tuple[str, str, str]:
    return (line.published.isoformat() if line.published else "", line.article_id, line.event_id)


def _number(line: Bounds) -> int:
    """The number that a line states: best, else the bound it gives."""
    return next(value for value in (line.best, line.low, line.high) if value is not None)


def _lowest(line: Bounds) -> int:
    return line.low if line.low is not None else _number(line)


def _highest(line: Bounds) -> int:
    return line.high if line.high is not None else _number(line)


def _floor(line: Bounds) -> float:
    return line.low if line.low is not None else (line.best or 0)


def _ceiling(line: Bounds) -> float:
    """The most that a line allows: "at least nine" allows more, "nine" does not."""
    return float("inf") if line.high is None else line.high

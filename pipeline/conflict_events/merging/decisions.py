"""What people decided about pairs of reports, which stands above every probability: one incident, or two."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conflict_events.merging.merge import Merged

COLUMNS = ("left_article", "left_event", "right_article", "right_event", "same")
_ANSWERS = {"yes": True, "no": False}

Key = tuple[str, str]


class DecisionsError(ValueError):
    """A table of decisions cannot be read; the message says where and what to do."""


@dataclass(frozen=True)
class Decided:
    """Two reports, each by article id and event id (empty for an article without events), and whether they are one."""

    left: Key
    right: Key
    same: bool


def read_decisions(path: Path) -> list[Decided]:
    """The decisions of a CSV table as ``review export`` writes it (``incidents.csv``).

    Raises:
        DecisionsError: a column is missing, or an answer is not yes or no.
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file)
        missing = [name for name in COLUMNS if name not in (rows.fieldnames or ())]
        if missing:
            raise DecisionsError(f"{path}: lacks the columns {', '.join(missing)}; see docs/merging.md")
        return [_decided(row, f"{path}:{number}") for number, row in enumerate(rows, 2)]


def _decided(row: Mapping[str, str], where: str) -> Decided:
    answer = _ANSWERS.get((row["same"] or "").strip().casefold())
    if answer is None:
        raise DecisionsError(f"{where}: `same` is {row['same']!r}; write yes or no")
    return Decided((row["left_article"], row["left_event"]), (row["right_article"], row["right_event"]), answer)


def held_to(merged: Merged, decided: Iterable[Decided]) -> Merged:
    """What was merged, with what people decided.

    Reports that are one incident are joined, with all that stands with them. Of two that are not, the one that fits
    less with the others is taken out, with its copies, and is a new incident. Reports that are not there are left out.
    """
    at = {report.key: number for number, report in enumerate(merged.reports)}
    known = dict(merged.known)
    groups = [set(group) for group in merged.groups]
    for decision in sorted(decided, key=lambda one: not one.same):
        if decision.left not in at or decision.right not in at or decision.left == decision.right:
            continue
        pair = (at[decision.left], at[decision.right])
        here = [group for group in groups if group & set(pair)]
        if decision.same and len(here) > 1:
            groups = [group for group in groups if group not in here] + [here[0] | here[1]]
        elif not decision.same and len(here) == 1:
            gone = _with_copies(merged, _less_fitting(merged, pair, here[0]), here[0] - set(pair))
            groups = [group for group in groups if group is not here[0]] + [here[0] - gone, gone]
            for number in gone:
                known.pop(merged.reports[number].key, None)
    return replace(merged, groups=sorted(sorted(group) for group in groups), known=known)


def _less_fitting(merged: Merged, pair: tuple[int, int], group: set[int]) -> int:
    """Which of two reports is less probable with the others of their group; the later one where both are alike."""

    def fits(number: int) -> float:
        others = (tuple(sorted((number, other))) for other in group - set(pair))
        return sum(merged.scores.get((low, high), 0.0) for low, high in others)

    return min(pair, key=lambda number: (fits(number), -number))


def _with_copies(merged: Merged, report: int, others: set[int]) -> set[int]:
    """A report with those of ``others`` whose articles are copies of its article, or of one text with it."""

    def text(number: int) -> str:
        article = merged.reports[number].article_id
        return merged.originals.get(article, article)

    return {report, *(other for other in others if text(other) == text(report))}

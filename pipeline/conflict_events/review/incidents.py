"""Pairs of reports that may tell one incident, for a coder to say: those that merging nearly joined, or barely did."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from conflict_events.merging.decisions import Decided
from conflict_events.review.operations import SameIncident
from conflict_events.review.review import Review
from conflict_events.review.store import Decision
from conflict_events.schema import Event

Pair = tuple[tuple[str, str], tuple[str, str]]
#: What merging says of a pair, in the order in which pairs are shown.
_SHOWN = ("near miss", "weak link")


@dataclass(frozen=True)
class Side:
    """One report of a pair: its article's key, id, title, outlet and day, and its event."""

    key: str
    article: str
    event: str
    title: str
    outlet: str
    published: str
    summary: str


@dataclass(frozen=True)
class Suggestion:
    """Two reports with the probability that they tell one incident; ``joined`` says what merging made of them."""

    left: Side
    right: Side
    score: float
    joined: bool

    @property
    def pair(self) -> Pair:
        """Article and event of both, in order."""
        return _pair((self.left.article, self.left.event), (self.right.article, self.right.event))


class Suggestions:
    """The pairs of a review's results, found when they are first asked for."""

    def __init__(self, review: Review) -> None:
        self._review = review
        self._lock = threading.Lock()
        self._found: list[Suggestion] | None = None

    def all(self) -> list[Suggestion]:
        """The pairs, near misses first, the most probable first of each kind."""
        with self._lock:
            if self._found is None:
                self._found = list(self._suggestions())
            return self._found

    def _suggestions(self) -> Iterator[Suggestion]:
        from conflict_events.merging.merge import merge
        from conflict_events.merging.records import incidents
        from conflict_events.merging.review import review_rows

        merged = merge(self._review.machine(item) for item in self._review.items())
        rows = list(review_rows(merged, list(incidents(merged, "lowest"))))
        for status in _SHOWN:
            for row in (row for row in rows if row["status"] == status):
                left, right = (self._side(row[f"{name}_article"], row[f"{name}_event"]) for name in ("left", "right"))
                if left is not None and right is not None:
                    yield Suggestion(left, right, float(row["score"] or 0), status == "weak link")

    def _side(self, article: object, event: object) -> Side | None:
        item = self._review.item_of(str(article))
        if item is None:
            return None
        told = next((one for one in self._review.machine(item).events if one.id == event), None)
        return Side(
            item.key,
            item.article,
            str(event or ""),
            item.title,
            item.outlet,
            item.published,
            _summary(told) or item.title,
        )


def _summary(event: Event | None) -> str | None:
    return None if event is None else event.summary


def _pair(one: tuple[str, str], other: tuple[str, str]) -> Pair:
    left, right = sorted((one, other))
    return left, right


def said(decisions: Iterable[Decision]) -> Mapping[Pair, SameIncident]:
    """What was said last of each pair."""
    return {
        _pair(
            (one.article, one.operation.event), (one.operation.other_article, one.operation.other_event)
        ): one.operation
        for one in decisions
        if isinstance(one.operation, SameIncident)
    }


def agreed(review: Review) -> Iterator[tuple[Decided, tuple[str, ...]]]:
    """The pairs that coders decided alike, with who did; pairs on which they differ are left out."""
    answers: dict[Pair, dict[str, bool]] = {}
    for coder in review.log.coders():
        for pair, operation in said(review.log.decisions(coder)).items():
            answers.setdefault(pair, {})[coder] = operation.same
    for (left, right), by_coder in sorted(answers.items()):
        if len(set(by_coder.values())) == 1:
            yield Decided(left, right, next(iter(by_coder.values()))), tuple(sorted(by_coder))

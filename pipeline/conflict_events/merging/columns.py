"""Reports as columns: what features are computed from, an array or sparse rows for each value."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from conflict_events.merging.reports import Report
from conflict_events.merging.sparse import SparseRows, sparse_rows, sparse_sets
from conflict_events.merging.words import word_matrix
from conflict_events.schema import Bounds

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

EARTH_KM = 6371.0
#: The level of a place (:class:`~conflict_events.merging.reports.Where`) from which its distance says something.
SPOT_LEVEL = 3
#: Events of one article that are looked at as a whole, and days of a date that is not exact.
_MOST_EVENTS = 8
_MOST_DAYS = 31
#: People beyond which a toll that agrees says no more.
_MANY = 50
#: An event is taken to have happened on the day that is read where this is at most so many days before publication.
_RECENT_DAYS = 6
_SHORT_DAYS = 2


@dataclass(frozen=True)
class Columns:
    """The reports' values as arrays, one row a report; ``of_article`` are rows of its article as a whole."""

    reports: Sequence[Report]

    @cached_property
    def title(self) -> SparseRows:
        return word_matrix([report.title for report in self.reports])[0]

    @cached_property
    def article(self) -> SparseRows:
        return word_matrix([report.article_words for report in self.reports])[0]

    @cached_property
    def event(self) -> SparseRows:
        return self._event[0]

    @cached_property
    def event_weight(self) -> Floats:
        """How much the words of each event's sentences weigh together."""
        return self._event[1]

    @cached_property
    def _event(self) -> tuple[SparseRows, Floats]:
        return word_matrix([report.event_words for report in self.reports])

    @cached_property
    def article_places(self) -> SparseRows:
        return word_matrix([report.article_places for report in self.reports])[0]

    @cached_property
    def published(self) -> Floats:
        return _days([report.published for report in self.reports])

    @cached_property
    def start(self) -> Floats:
        return _days([report.start for report in self.reports])

    @cached_property
    def end(self) -> Floats:
        return _days([report.end for report in self.reports])

    @cached_property
    def believed(self) -> tuple[Floats, Floats]:
        """The days of an event, or that of publication where those that were read lie long before it or are many."""
        start, end, published = self.start, self.end, self.published
        sound = (published - end <= _RECENT_DAYS) & (start <= published) & (end - start <= _SHORT_DAYS)
        sound |= np.isnan(published)
        return np.where(sound, start, published), np.where(sound, end, published)

    @cached_property
    def exact_day(self) -> Flags:
        return np.array([report.exact_day for report in self.reports], dtype=bool)

    @cached_property
    def lat(self) -> Floats:
        return np.array([_number(r.place.lat if r.place else None) for r in self.reports])

    @cached_property
    def lon(self) -> Floats:
        return np.array([_number(r.place.lon if r.place else None) for r in self.reports])

    @cached_property
    def level(self) -> Ints:
        return np.array([r.place.level if r.place else -1 for r in self.reports], dtype=np.int64)

    @cached_property
    def spot(self) -> Flags:
        """Whether a place is a point or a small area."""
        spot: Flags = (self.level >= SPOT_LEVEL) & ~np.isnan(self.lat) & ~np.isnan(self.lon)
        return spot

    @cached_property
    def admin1(self) -> Ints:
        return codes(
            [f"{r.place.country}/{r.place.admin1}" if r.place and r.place.admin1 else None for r in self.reports]
        )

    @cached_property
    def country(self) -> Ints:
        return codes([r.place.country if r.place else None for r in self.reports])

    @cached_property
    def outlet(self) -> Ints:
        return codes([r.outlet for r in self.reports])

    @cached_property
    def article_number(self) -> Ints:
        return codes([r.article_id for r in self.reports])

    @cached_property
    def event_type(self) -> Ints:
        return codes([r.event_type for r in self.reports])

    @cached_property
    def sub_type(self) -> Ints:
        return codes([r.sub_event_type for r in self.reports])

    @cached_property
    def killed(self) -> tuple[Floats, Floats]:
        return _bounds([r.killed for r in self.reports])

    @cached_property
    def injured(self) -> tuple[Floats, Floats]:
        return _bounds([r.injured for r in self.reports])

    @cached_property
    def updates(self) -> Flags:
        return np.array([r.relation == "updates" for r in self.reports], dtype=bool)

    @cached_property
    def recalls(self) -> Flags:
        return np.array([r.relation == "recalls" for r in self.reports], dtype=bool)

    @cached_property
    def side(self) -> Floats:
        return np.array([float(r.rank > 0) for r in self.reports])

    @cached_property
    def no_event(self) -> Flags:
        return np.array([r.event_id is None for r in self.reports], dtype=bool)

    @cached_property
    def names(self) -> SparseRows:
        return sparse_sets(r.names for r in self.reports)

    @cached_property
    def perpetrators(self) -> SparseRows:
        return sparse_sets(_attackers(r) for r in self.reports)

    @cached_property
    def sides(self) -> SparseRows:
        return sparse_sets(r.sides for r in self.reports)

    @cached_property
    def targets(self) -> SparseRows:
        return sparse_sets(r.targets for r in self.reports)

    @cached_property
    def weapons(self) -> SparseRows:
        return sparse_sets(r.weapons for r in self.reports)

    @cached_property
    def victims(self) -> SparseRows:
        return sparse_sets(r.victims for r in self.reports)

    @cached_property
    def victim_words(self) -> SparseRows:
        return sparse_sets(r.victim_words for r in self.reports)

    @cached_property
    def hours(self) -> Floats:
        """The hours that each report's words give: (reports, most hours of one), NaN beyond."""
        most = max((len(r.hours) for r in self.reports), default=0)
        return np.array([[*sorted(r.hours), *[np.nan] * (most - len(r.hours))] for r in self.reports], dtype=float)

    # What an article says as a whole, recalls apart: where the reader cut or placed an event amiss, it still holds.

    @cached_property
    def article_names(self) -> SparseRows:
        return self._of_articles(lambda report: report.names)

    @cached_property
    def article_perpetrators(self) -> SparseRows:
        return self._of_articles(_attackers)

    @cached_property
    def article_days(self) -> SparseRows:
        return self._of_articles(_each_day)

    @cached_property
    def article_tolls(self) -> SparseRows:
        """The tolls of an article, each with how much it says: the root of the logarithm of the number."""
        sets = self._sets(_tolls)
        rows = [{toll: math.sqrt(math.log1p(min(int(toll[1:]), _MANY))) for toll in tolls} for tolls in sets]
        return sparse_rows(rows).take(self.article_number)

    @cached_property
    def article_spots(self) -> SparseRows:
        """The reports of an article whose place is a spot; values are 1, columns the numbers of reports."""
        found: list[list[int]] = [[] for _ in range(int(self.article_number.max(initial=-1)) + 1)]
        for number in np.flatnonzero(self.spot & ~self.recalls):
            of = found[self.article_number[number]]
            if len(of) < _MOST_EVENTS:
                of.append(int(number))
        starts = np.concatenate([[0], np.cumsum([len(of) for of in found])]).astype(np.int64)
        columns = np.array([number for of in found for number in of], dtype=np.int32)
        return SparseRows(starts, columns, np.ones(len(columns), dtype=np.float32))

    def _sets(self, of: Callable[[Report], Iterable[str]]) -> list[set[str]]:
        sets: list[set[str]] = [set() for _ in range(int(self.article_number.max(initial=-1)) + 1)]
        for report, number in zip(self.reports, self.article_number, strict=True):
            if report.relation != "recalls":
                sets[number].update(of(report))
        return sets

    def _of_articles(self, of: Callable[[Report], Iterable[str]]) -> SparseRows:
        return sparse_sets(self._sets(of)).take(self.article_number)


def kilometres(columns: Columns, left: Ints, right: Ints) -> Floats:
    """Great-circle distance of the two places in km, NaN where a point is not known."""
    lat_a, lon_a, lat_b, lon_b = (
        np.radians(v) for v in (columns.lat[left], columns.lon[left], columns.lat[right], columns.lon[right])
    )
    inner = np.sin((lat_b - lat_a) / 2) ** 2 + np.cos(lat_a) * np.cos(lat_b) * np.sin((lon_b - lon_a) / 2) ** 2
    distance: Floats = 2 * EARTH_KM * np.arcsin(np.sqrt(np.clip(inner, 0, 1)))
    return distance


def same(codes_: Ints, left: Ints, right: Ints) -> Floats:
    """1 where both are known and equal."""
    found: Floats = ((codes_[left] >= 0) & (codes_[left] == codes_[right])).astype(float)
    return found


def codes(names: Sequence[str | None]) -> Ints:
    """A number for each name, −1 for none."""
    known: dict[str, int] = {}
    return np.array([-1 if name is None else known.setdefault(name, len(known)) for name in names], dtype=np.int64)


def _attackers(report: Report) -> frozenset[str]:
    return report.perpetrators | report.sides


def _each_day(report: Report) -> list[str]:
    if report.start is None or report.end is None:
        return []
    first, last = report.start.toordinal(), report.end.toordinal()
    return [str(day) for day in range(first, min(last, first + _MOST_DAYS) + 1)]


def _tolls(report: Report) -> list[str]:
    found = []
    for letter, bounds in (("k", report.killed), ("i", report.injured)):
        number = (bounds.best if bounds.best is not None else bounds.low) if bounds else None
        if number:
            found.append(f"{letter}{number}")
    return found


def _days(days: Sequence[object]) -> Floats:
    return np.array([np.nan if day is None else float(day.toordinal()) for day in days])  # type: ignore[attr-defined]


def _number(value: float | None) -> float:
    return np.nan if value is None else float(value)


def _bounds(sums: Sequence[Bounds | None]) -> tuple[Floats, Floats]:
    """Lowest and highest of each sum; an open bound is what is known of the other."""
    lows, highs = [], []
    for item in sums:
        known = [v for v in (item.low, item.best, item.high) if v is not None] if item else []
        lows.append(float(min(known)) if known else np.nan)
        highs.append(float(max(known)) if known else np.nan)
    return np.array(lows), np.array(highs)

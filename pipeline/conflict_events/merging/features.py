"""What speaks for and against two reports telling one event: numbers between them, none of which decides.

A feature is a column with a name; its meaning and weight stand in ``data/merging_weights.csv``. All are computed for
many pairs at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from conflict_events.merging.reports import Report
from conflict_events.merging.words import WordMatrix, word_matrix
from conflict_events.schema import Bounds

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

FEATURES: tuple[str, ...] = (
    "bias",
    "words_title",
    "words_article",
    "words_event",
    "words_article_squared",
    "same_outlet",
    "outlet_words",
    "outlet_other_place",
    "outlet_other_day",
    "outlet_other_toll",
    "outlet_toll_falls",
    "outlet_other_kind",
    "published_gap",
    "day_same",
    "day_gap",
    "day_unknown",
    "place_same",
    "place_near",
    "place_far",
    "place_unknown",
    "place_wide_agrees",
    "place_wide_differs",
    "names_shared",
    "perpetrators_shared",
    "perpetrators_differ",
    "targets_shared",
    "sub_type_same",
    "type_differs",
    "weapons_shared",
    "victims_shared",
    "killed_same",
    "killed_differ",
    "injured_same",
    "injured_differ",
    "side_event",
    "no_event",
    "recall",
)

_EARTH_KM = 6371.0
_SPOT_LEVEL = 3
_ONE_SPOT_KM = 3.0


@dataclass(frozen=True)
class Columns:
    """The reports' values as arrays, one row a report."""

    reports: Sequence[Report]
    title: WordMatrix
    article: WordMatrix
    event: WordMatrix

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
    def exact_day(self) -> NDArray[np.bool_]:
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
    def admin1(self) -> Ints:
        return _codes(
            [f"{r.place.country}/{r.place.admin1}" if r.place and r.place.admin1 else None for r in self.reports]
        )

    @cached_property
    def country(self) -> Ints:
        return _codes([r.place.country if r.place else None for r in self.reports])

    @cached_property
    def outlet(self) -> Ints:
        return _codes([r.outlet for r in self.reports])

    @cached_property
    def event_type(self) -> Ints:
        return _codes([r.event_type for r in self.reports])

    @cached_property
    def sub_type(self) -> Ints:
        return _codes([r.sub_event_type for r in self.reports])

    @cached_property
    def killed(self) -> tuple[Floats, Floats]:
        return _bounds([r.killed for r in self.reports])

    @cached_property
    def injured(self) -> tuple[Floats, Floats]:
        return _bounds([r.injured for r in self.reports])


def columns_of(reports: Sequence[Report]) -> Columns:
    """The columns that features are made from."""
    return Columns(
        reports,
        word_matrix([report.title for report in reports]),
        word_matrix([report.article_words for report in reports]),
        word_matrix([report.event_words for report in reports]),
    )


def features_of(columns: Columns, left: Ints, right: Ints) -> Floats:
    """The features of pairs of reports: (pairs, FEATURES)."""
    values = {"bias": np.ones(len(left))}
    values |= _words(columns, left, right) | _times(columns, left, right) | _places(columns, left, right)
    values |= _parties(columns, left, right) | _figures(columns, left, right)
    values |= _one_outlet(values, columns, left, right)
    return np.stack([values[name] for name in FEATURES], axis=1).astype(np.float64)


def _words(columns: Columns, left: Ints, right: Ints) -> dict[str, Floats]:
    article = columns.article.cosine(left, right)
    return {
        "words_title": columns.title.cosine(left, right),
        "words_article": article,
        "words_event": columns.event.cosine(left, right),
        "words_article_squared": article**2,
        "same_outlet": _same(columns.outlet, left, right),
    }


def _one_outlet(values: dict[str, Floats], columns: Columns, left: Ints, right: Ints) -> dict[str, Floats]:
    """What one outlet's ways add: it words reports alike, and names places, tolls and weapons alike where they are."""
    same = values["same_outlet"]
    distance = np.nan_to_num(kilometres(columns, left, right))
    apart = both_spots(columns, left, right) & (distance > _ONE_SPOT_KM)
    updates = np.array(
        [
            columns.reports[a].relation == "updates" or columns.reports[b].relation == "updates"
            for a, b in zip(left, right, strict=True)
        ],
        dtype=bool,
    )
    tolls = (values["killed_differ"] > 0) | (values["injured_differ"] > 0)
    killed, injured = columns.killed[0], columns.injured[0]
    figures = [~np.isnan(killed[side]) | ~np.isnan(injured[side]) for side in (left, right)]
    tolls |= figures[0] & figures[1] & (np.isnan(killed[left]) != np.isnan(killed[right]))
    kinds = (columns.sub_type[left] >= 0) & (columns.sub_type[right] >= 0) & (values["sub_type_same"] == 0)
    return {
        "outlet_words": same * values["words_article"],
        "outlet_other_place": same * apart,
        "outlet_other_day": same * other_exact_day(columns, left, right),
        "outlet_other_toll": same * tolls * ~updates,
        "outlet_toll_falls": same * _falls(columns, left, right),
        "outlet_other_kind": same * kinds * ~updates,
    }


def _falls(columns: Columns, left: Ints, right: Ints) -> NDArray[np.bool_]:
    """Whether one of the two is an update that tells of fewer killed than the other: tolls rise."""
    update = np.array([report.relation == "updates" for report in columns.reports], dtype=bool)
    low, high = columns.killed
    found: NDArray[np.bool_] = (update[left] & ~update[right] & (high[left] < low[right])) | (
        update[right] & ~update[left] & (high[right] < low[left])
    )
    return found


def _times(columns: Columns, left: Ints, right: Ints) -> dict[str, Floats]:
    published = np.abs(columns.published[left] - columns.published[right])
    gap = days_between(columns, left, right)
    unknown = np.isnan(gap)
    return {
        "published_gap": np.minimum(np.nan_to_num(published, nan=7.0), 30.0) / 10,
        "day_same": (gap == 0).astype(float),
        "day_gap": np.minimum(np.nan_to_num(gap), 14.0) / 2,
        "day_unknown": unknown.astype(float),
    }


def days_between(columns: Columns, left: Ints, right: Ints) -> Floats:
    """Days between the days on which two events may have happened: 0 where these meet, NaN where unknown."""
    first = np.maximum(columns.start[left], columns.start[right])
    last = np.minimum(columns.end[left], columns.end[right])
    gap: Floats = np.maximum(first - last, 0.0)
    return gap


def other_exact_day(columns: Columns, left: Ints, right: Ints) -> NDArray[np.bool_]:
    """Whether both texts name one day, and not the same."""
    exact = columns.exact_day[left] & columns.exact_day[right]
    return exact & (np.nan_to_num(days_between(columns, left, right)) > 0)


def kilometres(columns: Columns, left: Ints, right: Ints) -> Floats:
    """Great-circle distance of the two places in km, NaN where a point is not known."""
    lat_a, lon_a, lat_b, lon_b = (
        np.radians(v) for v in (columns.lat[left], columns.lon[left], columns.lat[right], columns.lon[right])
    )
    inner = np.sin((lat_b - lat_a) / 2) ** 2 + np.cos(lat_a) * np.cos(lat_b) * np.sin((lon_b - lon_a) / 2) ** 2
    distance: Floats = 2 * _EARTH_KM * np.arcsin(np.sqrt(np.clip(inner, 0, 1)))
    return distance


def both_spots(columns: Columns, left: Ints, right: Ints) -> NDArray[np.bool_]:
    """Whether both places are spots or small areas, so that their distance says something."""
    return (columns.level[left] >= _SPOT_LEVEL) & (columns.level[right] >= _SPOT_LEVEL)


def _places(columns: Columns, left: Ints, right: Ints) -> dict[str, Floats]:
    distance = kilometres(columns, left, right)
    spots = both_spots(columns, left, right) & ~np.isnan(distance)
    distance = np.where(spots, np.nan_to_num(distance), 0.0)
    wide = ~spots & (columns.level[left] >= 0) & (columns.level[right] >= 0)
    same_admin = _same(columns.admin1, left, right)
    both_admin = (columns.admin1[left] >= 0) & (columns.admin1[right] >= 0)
    other_country = (
        (columns.country[left] >= 0) & (columns.country[right] >= 0) & (columns.country[left] != columns.country[right])
    )
    reports = columns.reports
    return {
        "place_same": (spots & (distance < 1.0)).astype(float),
        "place_near": np.where(spots, np.exp(-distance / 10.0), 0.0),
        "place_far": np.where(spots, np.log1p(np.maximum(distance - 10.0, 0.0)), 0.0),
        "place_unknown": (~spots & ~wide).astype(float),
        "place_wide_agrees": (wide & (same_admin > 0)).astype(float),
        "place_wide_differs": (wide & ((both_admin & (same_admin == 0)) | other_country)).astype(float),
        "names_shared": np.array(
            [_overlap(reports[a].names, reports[b].names) for a, b in zip(left, right, strict=True)]
        ),
    }


def _parties(columns: Columns, left: Ints, right: Ints) -> dict[str, Floats]:
    pairs = [(columns.reports[a], columns.reports[b]) for a, b in zip(left, right, strict=True)]
    types = columns.event_type
    return {
        "perpetrators_shared": np.array(
            [float(bool(a.perpetrators & b.perpetrators or a.sides & b.sides)) for a, b in pairs]
        ),
        "perpetrators_differ": np.array(
            [
                float(bool(a.sides and b.sides) and not (a.perpetrators & b.perpetrators or a.sides & b.sides))
                for a, b in pairs
            ]
        ),
        "targets_shared": np.array([_overlap(a.targets, b.targets) for a, b in pairs]),
        "sub_type_same": _same(columns.sub_type, left, right),
        "type_differs": ((types[left] >= 0) & (types[right] >= 0) & (types[left] != types[right])).astype(float),
        "weapons_shared": np.array([_overlap(a.weapons, b.weapons) for a, b in pairs]),
        "victims_shared": np.array([_overlap(a.victims, b.victims) for a, b in pairs]),
        "side_event": np.array([float(a.rank > 0) + float(b.rank > 0) for a, b in pairs]),
        "no_event": np.array([float(a.event_id is None or b.event_id is None) for a, b in pairs]),
        "recall": np.array([float(a.relation == "recalls" or b.relation == "recalls") for a, b in pairs]),
    }


def _figures(columns: Columns, left: Ints, right: Ints) -> dict[str, Floats]:
    found = {}
    for name, (low, high) in (("killed", columns.killed), ("injured", columns.injured)):
        gap = np.maximum(np.maximum(low[left], low[right]) - np.minimum(high[left], high[right]), 0.0)
        size = np.maximum(low[left], low[right])
        known = ~np.isnan(gap)
        found[f"{name}_same"] = np.where(known & (gap == 0), np.log1p(np.minimum(np.nan_to_num(size), 50)), 0.0)
        found[f"{name}_differ"] = np.where(known, np.nan_to_num(gap) / (1 + np.nan_to_num(size)), 0.0)
    return found


def _overlap(left: frozenset[str], right: frozenset[str]) -> float:
    return len(left & right) / min(len(left), len(right)) if left and right else 0.0


def _same(codes: Ints, left: Ints, right: Ints) -> Floats:
    same: Floats = ((codes[left] >= 0) & (codes[left] == codes[right])).astype(float)
    return same


def _codes(names: Sequence[str | None]) -> Ints:
    known: dict[str, int] = {}
    return np.array([-1 if name is None else known.setdefault(name, len(known)) for name in names], dtype=np.int64)


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

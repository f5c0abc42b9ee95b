"""What speaks for and against two reports telling one event: numbers between them, none of which decides.

A feature is a column with a name; its meaning, and whether more of it may speak only for or only against, stand in
``data/merging_features.csv``. All are computed for many pairs at once.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from conflict_events.merging.columns import Columns, Flags, Floats, Ints, kilometres, same
from conflict_events.merging.crowds import crowd, crowd_near
from conflict_events.merging.reports import Report
from conflict_events.merging.sparse import SparseRows

FEATURES: tuple[str, ...] = (
    "words_title",
    "words_article",
    "words_event",
    "words_event_within",
    "words_places",
    "same_outlet",
    "outlet_other_place",
    "outlet_other_day",
    "outlet_other_toll",
    "outlet_toll_falls",
    "outlet_other_kind",
    "published_gap",
    "crowd",
    "crowd_near",
    "day_same",
    "day_gap",
    "day_unknown",
    "day_other",
    "hours_apart",
    "believed_gap",
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
    "victim_words_shared",
    "victim_words_differ",
    "killed_same",
    "killed_differ",
    "injured_same",
    "injured_differ",
    "side_event",
    "no_event",
    "recall",
    "article_near",
    "article_names_shared",
    "article_perpetrators_shared",
    "article_perpetrators_differ",
    "article_day_same",
    "article_toll_same",
)

#: Kilometres at which nearness has fallen to 0.37, and within which two spots of one outlet may be one.
_NEAR_KM = 10.0
_ONE_SPOT_KM = 3.0
_MOST_DAYS = 14.0
_MOST_PUBLISHED = 30.0
_NO_DAY = 7.0
_DAY = 24.0
_MANY = 50


class Features:
    """Features of pairs among the same reports; what all pairs need is computed once."""

    def __init__(self, columns: Columns) -> None:
        self.columns = columns
        self._crowd, self._crowd_near = crowd(columns), crowd_near(columns)

    def __call__(self, left: Ints, right: Ints) -> Floats:
        """The features of pairs of reports: (pairs, FEATURES)."""
        columns = self.columns
        values = _words(columns, left, right) | _times(columns, left, right) | _places(columns, left, right)
        values |= _parties(columns, left, right) | _figures(columns, left, right) | _articles(columns, left, right)
        values |= _one_outlet(values, columns, left, right)
        values = _recalled(values, columns, left, right)
        values["crowd"] = np.log((self._crowd[left] + self._crowd[right]) / 2)
        values["crowd_near"] = np.log1p((self._crowd_near[left] + self._crowd_near[right]) / 2)
        return np.stack([values[name] for name in FEATURES], axis=1).astype(np.float64)


def columns_of(reports: Sequence[Report]) -> Columns:
    """The columns that features are made from."""
    return Columns(reports)


def _words(columns: Columns, left: Ints, right: Ints) -> dict[str, Floats]:
    return {
        "words_title": columns.title.product(left, right),
        "words_article": columns.article.product(left, right),
        "words_event": (cosine := columns.event.product(left, right)),
        "words_event_within": np.minimum(cosine * _longer(columns, left, right), 1.0),
        "words_places": columns.article_places.product(left, right),
        "same_outlet": same(columns.outlet, left, right),
    }


def _longer(columns: Columns, left: Ints, right: Ints) -> Floats:
    """How many times the sentences of one event weigh those of the other: times the cosine, the part of the shorter
    that stands in the longer."""
    weights = columns.event_weight
    least, most = np.minimum(weights[left], weights[right]), np.maximum(weights[left], weights[right])
    return np.where(least > 0, most / np.maximum(least, 1e-9), 1.0)


def _one_outlet(values: dict[str, Floats], columns: Columns, left: Ints, right: Ints) -> dict[str, Floats]:
    """What one outlet's ways add: it words reports alike, and names places, tolls and weapons alike where they are."""
    one = values["same_outlet"]
    distance = np.nan_to_num(kilometres(columns, left, right))
    apart = both_spots(columns, left, right) & (distance > _ONE_SPOT_KM)
    updates = columns.updates[left] | columns.updates[right]
    tolls = (values["killed_differ"] > 0) | (values["injured_differ"] > 0)
    killed, injured = columns.killed[0], columns.injured[0]
    figures = [~np.isnan(killed[side]) | ~np.isnan(injured[side]) for side in (left, right)]
    tolls |= figures[0] & figures[1] & (np.isnan(killed[left]) != np.isnan(killed[right]))
    kinds = (columns.sub_type[left] >= 0) & (columns.sub_type[right] >= 0) & (values["sub_type_same"] == 0)
    return {
        "outlet_other_place": one * apart,
        "outlet_other_day": one * values["day_other"],
        "outlet_other_toll": one * tolls * ~updates,
        "outlet_toll_falls": one * _falls(columns, left, right),
        "outlet_other_kind": one * kinds * ~updates,
    }


def _falls(columns: Columns, left: Ints, right: Ints) -> Flags:
    """Whether one of the two is an update that tells of no more killed than an earlier report: tolls rise."""
    found = np.zeros(len(left), dtype=bool)
    low, high = columns.killed
    for update, other in ((left, right), (right, left)):
        later = ~(columns.published[update] < columns.published[other])
        found |= columns.updates[update] & ~columns.updates[other] & later & (high[update] <= low[other])
    return found


def _times(columns: Columns, left: Ints, right: Ints) -> dict[str, Floats]:
    published = np.abs(columns.published[left] - columns.published[right])
    gap = days_between(columns, left, right)
    believed = _gap(columns.believed, left, right)
    return {
        "published_gap": np.minimum(np.nan_to_num(published, nan=_NO_DAY), _MOST_PUBLISHED),
        "day_same": (gap == 0).astype(float),
        "day_gap": np.minimum(np.nan_to_num(gap), _MOST_DAYS),
        "day_unknown": np.isnan(gap).astype(float),
        "day_other": other_exact_day(columns, left, right).astype(float),
        "hours_apart": _hours_apart(columns.hours, left, right),
        "believed_gap": np.minimum(np.nan_to_num(np.fmin(believed, published), nan=_NO_DAY), _MOST_DAYS),
    }


def _hours_apart(hours: Floats, left: Ints, right: Ints) -> Floats:
    """Hours between the nearest parts of the day that two texts name, 0 where one names none; midnight is near 22."""
    apart = np.full(len(left), np.inf)
    for a in hours.T:
        for b in hours.T:
            gap = np.abs(a[left] - b[right])
            apart = np.fmin(apart, np.minimum(gap, _DAY - gap))
    return np.where(np.isinf(apart), 0.0, apart)


def days_between(columns: Columns, left: Ints, right: Ints) -> Floats:
    """Days between the days on which two events may have happened: 0 where these meet, NaN where unknown."""
    return _gap((columns.start, columns.end), left, right)


def _gap(days: tuple[Floats, Floats], left: Ints, right: Ints) -> Floats:
    first = np.maximum(days[0][left], days[0][right])
    last = np.minimum(days[1][left], days[1][right])
    gap: Floats = np.maximum(first - last, 0.0)
    return gap


def other_exact_day(columns: Columns, left: Ints, right: Ints) -> Flags:
    """Whether both texts name one day, and not the same."""
    exact = columns.exact_day[left] & columns.exact_day[right]
    return exact & (np.nan_to_num(days_between(columns, left, right)) > 0)


def both_spots(columns: Columns, left: Ints, right: Ints) -> Flags:
    """Whether both places are spots or small areas, so that their distance says something."""
    return columns.spot[left] & columns.spot[right]


def _places(columns: Columns, left: Ints, right: Ints) -> dict[str, Floats]:
    spots = both_spots(columns, left, right)
    distance = np.where(spots, np.nan_to_num(kilometres(columns, left, right)), 0.0)
    wide = ~spots & (columns.level[left] >= 0) & (columns.level[right] >= 0)
    same_admin = same(columns.admin1, left, right)
    both_admin = (columns.admin1[left] >= 0) & (columns.admin1[right] >= 0)
    countries = columns.country
    other_country = (countries[left] >= 0) & (countries[right] >= 0) & (countries[left] != countries[right])
    return {
        "place_near": np.where(spots, np.exp(-distance / _NEAR_KM), 0.0),
        "place_far": np.where(spots, np.log1p(np.maximum(distance - _NEAR_KM, 0.0)), 0.0),
        "place_unknown": (~spots & ~wide).astype(float),
        "place_wide_agrees": (wide & (same_admin > 0)).astype(float),
        "place_wide_differs": (wide & ((both_admin & (same_admin == 0)) | other_country)).astype(float),
        "names_shared": columns.names.overlap(left, right),
    }


def _parties(columns: Columns, left: Ints, right: Ints) -> dict[str, Floats]:
    types = columns.event_type
    shared, sides = columns.perpetrators.product(left, right) > 0, columns.sides
    return {
        "perpetrators_shared": shared.astype(float),
        "perpetrators_differ": (sides.filled(left, right) & ~shared).astype(float),
        "targets_shared": columns.targets.overlap(left, right),
        "sub_type_same": same(columns.sub_type, left, right),
        "type_differs": ((types[left] >= 0) & (types[right] >= 0) & (types[left] != types[right])).astype(float),
        "weapons_shared": columns.weapons.overlap(left, right),
        "victims_shared": columns.victims.overlap(left, right),
        "victim_words_shared": (shared_words := columns.victim_words.overlap(left, right)),
        "victim_words_differ": (columns.victim_words.filled(left, right) & (shared_words == 0)).astype(float),
        "side_event": columns.side[left] + columns.side[right],
        "no_event": (columns.no_event[left] | columns.no_event[right]).astype(float),
        "recall": (columns.recalls[left] | columns.recalls[right]).astype(float),
    }


def _figures(columns: Columns, left: Ints, right: Ints) -> dict[str, Floats]:
    found = {}
    for name, (low, high) in (("killed", columns.killed), ("injured", columns.injured)):
        gap = np.maximum(np.maximum(low[left], low[right]) - np.minimum(high[left], high[right]), 0.0)
        size = np.maximum(low[left], low[right])
        known = ~np.isnan(gap)
        found[f"{name}_same"] = np.where(known & (gap == 0), np.log1p(np.minimum(np.nan_to_num(size), _MANY)), 0.0)
        found[f"{name}_differ"] = np.where(known, np.nan_to_num(gap) / (1 + np.nan_to_num(size)), 0.0)
    return found


#: What the features of two articles as a whole come to where one of them only recalls the event.
_OF_EVENT = {
    "words_title": "words_event",
    "words_article": "words_event",
    "words_places": "names_shared",
    "article_near": "place_near",
    "article_names_shared": "names_shared",
    "article_perpetrators_shared": "perpetrators_shared",
    "article_perpetrators_differ": "perpetrators_differ",
    "article_day_same": "day_same",
    "believed_gap": "day_gap",
}


def _recalled(values: dict[str, Floats], columns: Columns, left: Ints, right: Ints) -> dict[str, Floats]:
    """Where one of the two is recalled: its article is about something else and of another day, the event is not."""
    recall = columns.recalls[left] | columns.recalls[right]
    if not recall.any():
        return values
    tolls = values["killed_same"] + values["injured_same"]
    days = [np.where(columns.recalls[side], columns.start[side], columns.published[side]) for side in (left, right)]
    gap = np.minimum(np.nan_to_num(np.abs(days[0] - days[1]), nan=_NO_DAY), _MOST_PUBLISHED)
    told = {name: values[of] for name, of in _OF_EVENT.items()}
    told |= {"article_toll_same": tolls, "published_gap": gap, "side_event": np.zeros(len(left))}
    return values | {name: np.where(recall, own, values[name]) for name, own in told.items()}


def _articles(columns: Columns, left: Ints, right: Ints) -> dict[str, Floats]:
    attackers = columns.article_perpetrators
    shared = attackers.product(left, right) > 0
    return {
        "article_near": _nearest(columns, left, right),
        "article_names_shared": (columns.article_names.product(left, right) > 0).astype(float),
        "article_perpetrators_shared": shared.astype(float),
        "article_perpetrators_differ": (attackers.filled(left, right) & ~shared).astype(float),
        "article_day_same": (columns.article_days.product(left, right) > 0).astype(float),
        "article_toll_same": columns.article_tolls.product(left, right),
    }


def _nearest(columns: Columns, left: Ints, right: Ints) -> Floats:
    """The nearness of the nearest spots of two articles."""
    a, b = columns.article_number[left], columns.article_number[right]
    width = int(columns.article_number.max(initial=0)) + 1
    pairs, back = np.unique(a * width + b, return_inverse=True)
    spots = columns.article_spots
    nearness = np.zeros(len(pairs))
    number, first, second = _crossed(spots, pairs // width, pairs % width)
    np.maximum.at(nearness, number, np.exp(-kilometres(columns, first, second) / _NEAR_KM))
    found: Floats = nearness[back.reshape(-1)]
    return found


def _crossed(spots: SparseRows, a: Ints, b: Ints) -> tuple[Ints, Ints, Ints]:
    """Every spot of one article with every spot of the other, as the pair's number and the two reports."""
    sizes_a, sizes_b = spots.sizes[a], spots.sizes[b]
    both = sizes_a * sizes_b
    number = np.repeat(np.arange(len(a)), both)
    within = np.arange(len(number)) - np.repeat(np.cumsum(both) - both, both)
    first = spots.columns[spots.starts[a][number] + within // np.maximum(sizes_b[number], 1)]
    second = spots.columns[spots.starts[b][number] + within % np.maximum(sizes_b[number], 1)]
    return number, first.astype(np.int64), second.astype(np.int64)

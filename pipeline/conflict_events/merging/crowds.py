"""How many articles stand around a report in time and place.

The same likeness says much where an outlet reports one attack a week, and little where it reports twenty a day: the
odds that two reports tell one event fall with the number of those that might.
"""

from __future__ import annotations

import numpy as np

from conflict_events.merging.columns import Columns, Floats, Ints

#: Days of publication to each side.
AROUND_DAYS = 2
#: Degrees of a cell; its neighbours count as near, some 25 km.
CELL = 0.25
_WIDE = 1 << 20


def crowd(columns: Columns) -> Floats:
    """How many articles are published within :data:`AROUND_DAYS` of each report, itself among them.

    A report without a day might stand beside every article.
    """
    _, first = np.unique(columns.article_number, return_index=True)
    days = np.sort(columns.published[first][~np.isnan(columns.published[first])])
    after = np.searchsorted(days, columns.published + AROUND_DAYS, "right")
    before = np.searchsorted(days, columns.published - AROUND_DAYS, "left")
    found: Floats = np.where(np.isnan(columns.published), len(first), after - before).astype(float)
    return found


def crowd_near(columns: Columns) -> Floats:
    """How many articles of these days have an event near each report's; in its province where that is all it says.

    0 where no place is known.
    """
    day = np.nan_to_num(columns.published, nan=-_WIDE).astype(np.int64)
    x = np.floor(np.nan_to_num(columns.lon) / CELL).astype(np.int64)
    y = np.floor(np.nan_to_num(columns.lat) / CELL).astype(np.int64)
    spots = _around(
        columns, _keys(x, y), [_keys(x + dx, y + dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1)], day, columns.spot
    )
    wide = _around(columns, columns.admin1, [columns.admin1], day, columns.admin1 >= 0)
    found: Floats = np.where(columns.spot, spots, np.where(columns.admin1 >= 0, wide, 0)).astype(float)
    return found


def _keys(x: Ints, y: Ints) -> Ints:
    return (x + _WIDE // 2) * _WIDE + y + _WIDE // 2


def _around(columns: Columns, own: Ints, near: list[Ints], day: Ints, counted: np.ndarray) -> Ints:
    """How many articles stand in one of the cells ``near`` within the days; ``counted`` are those with a cell."""
    cells = np.unique(own[counted])
    if not len(cells):
        return np.zeros(len(own), dtype=np.int64)
    days = day - day.min() + AROUND_DAYS
    width = int(days.max()) + AROUND_DAYS + 1
    at = np.searchsorted(cells, own[counted])
    once = np.unique(np.stack([at * width + days[counted], columns.article_number[counted]]), axis=1)
    keys = once[0]  # rising: one entry for each article, cell and day
    found = np.zeros(len(own), dtype=np.int64)
    for cell in near:
        place = np.minimum(np.searchsorted(cells, cell), len(cells) - 1)
        there = cells[place] == cell
        first = np.searchsorted(keys, place * width + days - AROUND_DAYS, "left")
        last = np.searchsorted(keys, place * width + days + AROUND_DAYS, "right")
        found += np.where(there, last - first, 0)
    return found

"""Rows of the gazetteer while it is built, and finding those near a point (see :mod:`conflict_events.places.build`)."""

from __future__ import annotations

import csv
import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from conflict_events.places.keys import fold

SYRIA = "Syria"


@dataclass
class Row:
    """One place of the table that is being built; ``names`` are its spellings, the first is the one shown.

    ``listed`` marks places of the package's own tables, which are there because reports name them. Of a row that is not
    ``located`` only the division is known: it has the point of the division's seat.
    """

    id: str
    kind: str
    names: list[str]
    country: str | None
    admin1: str | None = None
    admin2: str | None = None
    admin3: str | None = None
    lat: float | None = None
    lon: float | None = None
    population: int = 0
    listed: bool = False
    located: bool = True

    def add(self, names: Iterable[str]) -> None:
        """Add spellings that are not there yet."""
        known = {fold(name) for name in self.names}
        for name in names:
            name = name.strip()
            if name and fold(name) not in known:
                known.add(fold(name))
                self.names.append(name)


def read(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file in UTF-8.

    Raises:
        FileNotFoundError: the file is missing.
    """
    with path.open(encoding="utf-8-sig", newline="") as handle:
        return list(csv.DictReader(handle))


def packaged(name: str) -> list[dict[str, str]]:
    """The rows of a table of the package."""
    text = resources.files("conflict_events").joinpath("data", name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def kilometres(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Distance of two points (latitude, longitude) on the sphere, by an equirectangular projection."""
    x = math.radians(b[1] - a[1]) * math.cos(math.radians((a[0] + b[0]) / 2))
    return 6371.0 * math.hypot(x, math.radians(b[0] - a[0]))


class Grid:
    """Rows by place, so that those near a point are found without comparing all."""

    def __init__(self, rows: Iterable[Row], cell: float = 0.1) -> None:
        self._cell = cell
        self._cells: dict[tuple[int, int], list[Row]] = defaultdict(list)
        for row in rows:
            self.add(row)

    def add(self, row: Row) -> None:
        if row.lat is not None and row.lon is not None:
            self._cells[round(row.lat / self._cell), round(row.lon / self._cell)].append(row)

    def near(self, lat: float, lon: float, limit: float) -> list[tuple[float, Row]]:
        """Rows at most ``limit`` kilometres away, nearest first."""
        reach = math.ceil(limit / (self._cell * 90))
        x, y = round(lat / self._cell), round(lon / self._cell)
        found = [
            (distance, row)
            for i in range(x - reach, x + reach + 1)
            for j in range(y - reach, y + reach + 1)
            for row in self._cells.get((i, j), ())
            if row.lat is not None
            and row.lon is not None
            and (distance := kilometres((lat, lon), (row.lat, row.lon))) <= limit
        ]
        return sorted(found, key=lambda pair: pair[0])

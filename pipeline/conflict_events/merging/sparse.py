"""Sets and weighted sets of many reports as compressed sparse rows, and what pairs of rows share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

#: Pairs that are looked at together, so that memory stays small.
_CHUNK = 50_000


@dataclass(frozen=True)
class SparseRows:
    """A row of named values for each report.

    ``starts`` (rows + 1), ``columns`` and ``values`` (entries); a row's columns stand in rising order.
    """

    starts: NDArray[np.int64]
    columns: NDArray[np.int32]
    values: NDArray[np.float32]

    @property
    def sizes(self) -> NDArray[np.int64]:
        """How many entries each row has."""
        return np.diff(self.starts)

    def take(self, rows: NDArray[np.int64]) -> SparseRows:
        """These rows, in this order."""
        at, sizes = self._at(rows)
        starts = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
        return SparseRows(starts, self.columns[at], self.values[at])

    def product(self, left: NDArray[np.int64], right: NDArray[np.int64]) -> NDArray[np.float64]:
        """The sum of the products of what each pair of rows shares: a cosine, or the size of an intersection."""
        found = np.zeros(len(left))
        for begin in range(0, len(left), _CHUNK):
            part = slice(begin, begin + _CHUNK)
            found[part] = self._product(left[part], right[part])
        return found

    def overlap(self, left: NDArray[np.int64], right: NDArray[np.int64]) -> NDArray[np.float64]:
        """The share of the shorter of two sets that stands in the other, 0 where one is empty."""
        shorter = np.minimum(self.sizes[left], self.sizes[right])
        found: NDArray[np.float64] = self.product(left, right) / np.maximum(shorter, 1)
        return found

    def filled(self, left: NDArray[np.int64], right: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Whether both rows of a pair hold something."""
        found: NDArray[np.bool_] = (self.sizes[left] > 0) & (self.sizes[right] > 0)
        return found

    def _product(self, left: NDArray[np.int64], right: NDArray[np.int64]) -> NDArray[np.float64]:
        both = self.filled(left, right)
        if not both.any():
            return np.zeros(len(left))
        width = int(self.columns.max()) + 1
        at_a, sizes_a = self._at(np.where(both, left, 0), both)
        at_b, sizes_b = self._at(np.where(both, right, 0), both)
        pairs_a, pairs_b = np.repeat(np.arange(len(left)), sizes_a), np.repeat(np.arange(len(left)), sizes_b)
        keys_a, keys_b = pairs_a * width + self.columns[at_a], pairs_b * width + self.columns[at_b]
        place = np.minimum(np.searchsorted(keys_a, keys_b), len(keys_a) - 1)
        same = keys_a[place] == keys_b
        weights = self.values[at_a[place[same]]] * self.values[at_b[same]]
        return np.bincount(pairs_b[same], weights=weights, minlength=len(left)).astype(np.float64)

    def _at(
        self, rows: NDArray[np.int64], kept: NDArray[np.bool_] | None = None
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        sizes = self.starts[rows + 1] - self.starts[rows]
        if kept is not None:
            sizes = np.where(kept, sizes, 0)
        offsets = np.arange(sizes.sum()) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        return np.repeat(self.starts[rows], sizes) + offsets, sizes


def sparse_rows(rows: Sequence[Mapping[str, float]]) -> SparseRows:
    """Rows of named values; columns are numbered in the order of the names."""
    names: dict[str, int] = {}
    for name in sorted({name for row in rows for name in row}):
        names[name] = len(names)
    starts, columns, values = [0], [], []
    for row in rows:
        for column, value in sorted((names[name], value) for name, value in row.items()):
            columns.append(column)
            values.append(value)
        starts.append(len(columns))
    return SparseRows(
        np.array(starts, dtype=np.int64), np.array(columns, dtype=np.int32), np.array(values, dtype=np.float32)
    )


def sparse_sets(sets: Iterable[Iterable[str]]) -> SparseRows:
    """Sets of names, each of value 1."""
    return sparse_rows([dict.fromkeys(names, 1.0) for names in sets])

"""The weights of the links: a table of features (relation and signal) that a person can read and change."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from types import MappingProxyType

COLUMNS = ("relation", "joined_by", "signal", "weight")
OUTLET_COLUMNS = ("outlet", *COLUMNS)


@dataclass(frozen=True)
class LinkWeights:
    """The weights that articles are read with.

    general: by feature, for every outlet. by_outlet: what is added to them in the articles of an outlet whose habits
    were learned from a user's corrections, by its name in lower case and feature.
    """

    general: Mapping[str, float]
    by_outlet: Mapping[str, Mapping[str, float]] = field(default_factory=dict)

    def own(self, outlet: str | None) -> Mapping[str, float] | None:
        """What is added in articles of ``outlet``; ``None`` where nothing was learned of it."""
        return self.by_outlet.get(outlet.casefold()) if outlet else None

    def of(self, outlet: str | None) -> Mapping[str, float]:
        """The weights for articles of ``outlet``."""
        own = self.own(outlet)
        if own is None:
            return self.general
        return {**self.general, **{name: self.general.get(name, 0.0) + weight for name, weight in own.items()}}


@cache
def package_weights() -> Mapping[str, float]:
    """The weights shipped with the package."""
    return read_weights((files("conflict_events") / "data" / "link_weights.csv").read_text(encoding="utf8"))


def read_weights(table: str) -> Mapping[str, float]:
    """Weights by feature from a CSV table.

    Raises:
        ValueError: a column is missing, or a weight is no number.
    """
    return MappingProxyType({_feature(row): float(row["weight"]) for row in _rows(table, COLUMNS)})


def read_outlet_weights(table: str) -> Mapping[str, Mapping[str, float]]:
    """Weights by outlet and feature from a CSV table with the further column ``outlet``.

    Raises:
        ValueError: a column is missing, or a weight is no number.
    """
    found: dict[str, dict[str, float]] = {}
    for row in _rows(table, OUTLET_COLUMNS):
        found.setdefault(row["outlet"].casefold(), {})[_feature(row)] = float(row["weight"])
    return MappingProxyType({outlet: MappingProxyType(weights) for outlet, weights in found.items()})


def _rows(table: str, columns: tuple[str, ...]) -> Iterator[dict[str, str]]:
    rows = csv.DictReader(io.StringIO(table))
    missing = set(columns) - set(rows.fieldnames or ())
    if missing:
        raise ValueError(f"the table of weights lacks the columns {', '.join(sorted(missing))}")
    yield from rows


def _feature(row: Mapping[str, str]) -> str:
    return row["relation"] + row["joined_by"] + row["signal"]


def write_weights(weights: Mapping[str, float]) -> str:
    """The CSV table of weights, by relation and signal.

    In the column ``joined_by``, ``:`` stands before a signal of the figure itself and ``~`` before one of a pair.
    """
    return _table(COLUMNS, (_row(name, weight) for name, weight in sorted(weights.items())))


def write_outlet_weights(by_outlet: Mapping[str, Mapping[str, float]]) -> str:
    """The CSV table of what is added to the weights in the articles of each outlet."""
    rows = (
        [outlet, *_row(name, weight)]
        for outlet, weights in sorted(by_outlet.items())
        for name, weight in sorted(weights.items())
    )
    return _table(OUTLET_COLUMNS, rows)


def _row(name: str, weight: float) -> list[str]:
    place = next(i for i, character in enumerate(name) if character in ":~")
    return [name[:place], name[place], name[place + 1 :], str(round(weight, 3))]


def _table(columns: tuple[str, ...], rows: Iterable[list[str]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return text.getvalue()

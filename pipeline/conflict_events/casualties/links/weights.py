"""The weights of the links: a table of features (relation and signal) that a person can read and change."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType

COLUMNS = ("relation", "joined_by", "signal", "weight")


@cache
def package_weights() -> Mapping[str, float]:
    """The weights shipped with the package."""
    return read_weights((files("conflict_events") / "data" / "link_weights.csv").read_text(encoding="utf8"))


def read_weights(table: str) -> Mapping[str, float]:
    """Weights by feature from a CSV table.

    Raises:
        ValueError: a column is missing, or a weight is no number.
    """
    rows = csv.DictReader(io.StringIO(table))
    missing = set(COLUMNS) - set(rows.fieldnames or ())
    if missing:
        raise ValueError(f"the table of weights lacks the columns {', '.join(sorted(missing))}")
    return MappingProxyType({r["relation"] + r["joined_by"] + r["signal"]: float(r["weight"]) for r in rows})


def write_weights(weights: Mapping[str, float]) -> str:
    """The CSV table of weights, by relation and signal.

    In the column ``joined_by``, ``:`` stands before a signal of the figure itself and ``~`` before one of a pair.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for name, weight in sorted(weights.items()):
        place = next(i for i, character in enumerate(name) if character in ":~")
        writer.writerow([name[:place], name[place], name[place + 1 :], round(weight, 3)])
    return text.getvalue()

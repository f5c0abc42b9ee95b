"""Decisions of articles that the repository does not hold, kept as signals: names of features, no words of any text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from conflict_events.casualties.links.learning import Choice

_SCHEMA = pa.schema(
    [
        ("source", pa.dictionary(pa.int16(), pa.string())),
        ("decision", pa.int32()),
        ("right", pa.bool_()),
        ("features", pa.list_(pa.int16())),
    ]
)
_NAMES = b"features"


def write_table(path: Path, choices: Iterable[tuple[str, Choice]]) -> None:
    """Write ``(source, choice)`` pairs: one row an option, with the indices of its features in the file's metadata."""
    names: dict[str, int] = {}
    rows: dict[str, list[object]] = {"source": [], "decision": [], "right": [], "features": []}
    for number, (source, choice) in enumerate(choices):
        for option, right in zip(choice.options, choice.right, strict=True):
            rows["source"].append(source)
            rows["decision"].append(number)
            rows["right"].append(right)
            rows["features"].append([names.setdefault(name, len(names)) for name in option])
    schema = _SCHEMA.with_metadata({_NAMES: "\n".join(names).encode()})
    table = pa.Table.from_pydict({**rows, "source": pa.array(rows["source"]).dictionary_encode()}, schema=None)
    pq.write_table(table.cast(_SCHEMA).replace_schema_metadata(schema.metadata), path, compression="zstd")


def read_table(path: Path, weights: dict[str, float]) -> list[Choice]:
    """The decisions of a table, each with the weight of its source; sources that ``weights`` lacks count 1."""
    table = pq.read_table(path)
    names = table.schema.metadata[_NAMES].decode().split("\n")
    found: list[Choice] = []
    options: list[tuple[str, ...]] = []
    right: list[bool] = []
    source, last = "", -1

    def close() -> None:
        if options:
            found.append(Choice(tuple(options), tuple(right), weights.get(source, 1.0)))

    for row in table.to_pylist():
        if row["decision"] != last:
            close()
            options, right, source, last = [], [], str(row["source"]), int(row["decision"])
        options.append(_named(row["features"], names))
        right.append(bool(row["right"]))
    close()
    return found


def _named(indices: Sequence[int], names: Sequence[str]) -> tuple[str, ...]:
    return tuple(names[i] for i in indices)

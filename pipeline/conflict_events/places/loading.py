"""Reading the table of places: the ready one of the package, one of one's own, and rows to add.

>>> gazetteer = load_gazetteer()
>>> [(place.name, place.admin1) for place in gazetteer.lookup("Al-Sukhnah")][:1]
[('Sokhneh', 'Homs')]
"""

from __future__ import annotations

import csv
import gc
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any, overload

import numpy as np
import pyarrow.parquet as pq

from conflict_events.places.gazetteer import COLUMNS, JOIN, Gazetteer
from conflict_events.places.keys import arabic_key, is_arabic, romanisation
from conflict_events.places.ready import open_ready_table

REQUIRED = ("name", "lat", "lon")


def load_gazetteer(path: Path | str | None = None, extra: Iterable[Path | str] = ()) -> Gazetteer:
    """The gazetteer that the package ships, or the one at ``path``, with the rows of the tables ``extra``.

    Args:
        path: a Parquet table of :mod:`conflict_events.places.build`, or a CSV file like ``extra``.
        extra: CSV files with the columns ``name``, ``lat``, ``lon`` and any of ``id``, ``kind``, ``country``,
            ``admin1``, ``admin2``, ``admin3``, ``population``, ``aliases`` (separated by ``|``). A row whose
            ``id`` is already there replaces that row.

    Raises:
        FileNotFoundError: a table is missing.
        ValueError: a table lacks a column, or a coordinate is no number.
    """
    with _collector_paused():
        columns: Mapping[str, Sequence[Any]]
        if path is None:
            columns = _columns_of(open_ready_table(), "the package's table of places")
        elif Path(path).suffix == ".csv":
            columns = _as_columns(read_places(Path(path)))
        else:
            columns = _read_parquet(Path(path))
        tables = [row for table in extra for row in read_places(Path(table))]
        if tables:
            columns = _merge(columns, tables)
        return Gazetteer(columns)


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Loading makes half a million objects that all stay: the garbage collector would visit them again and again."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()


def read_places(path: Path) -> list[dict[str, Any]]:
    """The rows of a user's table of places (CSV, UTF-8), checked and with every column of ``COLUMNS``.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: a required column is missing, or a coordinate is no number or out of range.
    """
    if not path.is_file():
        raise FileNotFoundError(f"no table of places at {path}; give a CSV file with the columns name, lat, lon")
    with path.open(encoding="utf-8-sig", newline="") as handle:
        reader = csv.DictReader(handle)
        missing = [column for column in REQUIRED if column not in (reader.fieldnames or ())]
        if missing:
            raise ValueError(f"{path} lacks the column(s) {', '.join(missing)}; required are {', '.join(REQUIRED)}")
        rows = []
        for line, item in enumerate(reader, start=2):
            try:
                lat, lon = float(item["lat"]), float(item["lon"])
            except ValueError as error:
                raise ValueError(f"{path}, line {line}: lat and lon must be degrees as numbers ({error})") from error
            if not (-90 <= lat <= 90 and -180 <= lon <= 180):
                raise ValueError(f"{path}, line {line}: {lat}, {lon} is not on the globe; are lat and lon exchanged?")
            rows.append(
                {
                    "id": item.get("id") or f"user:{path.stem}:{line}",
                    "name": item["name"],
                    "kind": item.get("kind") or "settlement",
                    "country": item.get("country") or None,
                    "admin1": item.get("admin1") or None,
                    "admin2": item.get("admin2") or None,
                    "admin3": item.get("admin3") or None,
                    "lat": lat,
                    "lon": lon,
                    "population": int(float(item.get("population") or 0)),
                    "listed": True,
                    "located": True,
                    "aliases": JOIN.join(
                        name.strip() for name in (item.get("aliases") or "").split(JOIN) if name.strip()
                    ),
                }
            )
    return rows


def _read_parquet(path: Path) -> dict[str, Sequence[Any]]:
    if not path.is_file():
        raise FileNotFoundError(f"no table of places at {path}; build one with python -m conflict_events.places.build")
    return _columns_of(pq.ParquetFile(path), str(path))


def _columns_of(file: pq.ParquetFile, name: str) -> dict[str, Sequence[Any]]:
    # ParquetFile rather than read_table, which imports the dataset machinery first and takes five times as long.
    table = file.read(use_threads=False)
    absent = [column for column in (*COLUMNS, "keys", "near") if column not in table.column_names]
    if absent:
        raise ValueError(f"{name} lacks the column(s) {', '.join(absent)}; it is not a table of places")
    return {column: _column(table[column]) for column in (*COLUMNS, "keys", "near")}


class _Strings(Sequence[str]):
    """The strings of an Arrow column, decoded when they are asked for: most entries of the table never are.

    Arrow's own conversion goes through pandas, whose import alone takes longer than all the rest of loading.
    """

    def __init__(self, array: Any) -> None:
        _, offsets, data = array.buffers()
        self._offsets = np.frombuffer(offsets, dtype=np.int32)[array.offset : array.offset + len(array) + 1].tolist()
        self._data = data.to_pybytes() if data is not None else b""

    def __len__(self) -> int:
        return len(self._offsets) - 1

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> list[str]: ...
    def __getitem__(self, index: int | slice) -> str | list[str]:
        offsets = self._offsets
        if type(index) is int:
            return self._data[offsets[index] : offsets[index + 1]].decode()
        data = self._data
        first, last, step = index.indices(len(self))  # type: ignore[union-attr]
        if step == 1:
            borders = offsets[first : last + 1]
            return [data[start:end].decode() for start, end in pairwise(borders)]
        return [self[place] for place in range(first, last, step)]

    def __iter__(self) -> Iterator[str]:
        return iter(self[: len(self)])


class _StringLists(Sequence[list[str]]):
    """The lists of strings of an Arrow column, cut from one flat column when they are asked for."""

    def __init__(self, array: Any) -> None:
        self._flat = _Strings(array.values)
        offsets = np.frombuffer(array.buffers()[1], dtype=np.int32)
        self._offsets = offsets[array.offset : array.offset + len(array) + 1].tolist()

    def __len__(self) -> int:
        return len(self._offsets) - 1

    @overload
    def __getitem__(self, index: int) -> list[str]: ...
    @overload
    def __getitem__(self, index: slice) -> list[list[str]]: ...
    def __getitem__(self, index: int | slice) -> list[str] | list[list[str]]:
        if isinstance(index, slice):
            return [self[place] for place in range(*index.indices(len(self)))]
        return self._flat[self._offsets[index] : self._offsets[index + 1]]

    def __iter__(self) -> Iterator[list[str]]:
        flat = list(self._flat)
        return (flat[start:end] for start, end in zip(self._offsets, self._offsets[1:], strict=False))


def _column(column: Any) -> Sequence[Any]:
    """The values of an Arrow column as Python objects."""
    array = column.combine_chunks()
    if hasattr(array, "num_chunks"):
        array = array.chunk(0)
    kind = str(array.type)
    if kind.startswith("dictionary"):
        values = [value or None for value in _Strings(array.dictionary)]
        codes = np.frombuffer(array.indices.buffers()[1], dtype=np.int32)
        return [values[code] for code in codes[: len(array)].tolist()]
    if kind.startswith("list"):
        return _StringLists(array)
    if kind == "string":
        return _Strings(array)
    width: Any = np.float32 if kind == "float" else np.int32
    return np.frombuffer(array.buffers()[1], dtype=width)[: len(array)].tolist()  # type: ignore[no-any-return]


def _as_columns(rows: Sequence[Mapping[str, Any]]) -> dict[str, list[Any]]:
    return {name: [row[name] for row in rows] for name in COLUMNS}


def _merge(columns: Mapping[str, Sequence[Any]], rows: Sequence[Mapping[str, Any]]) -> dict[str, list[Any]]:
    """``columns`` with ``rows`` behind; rows of the same id replace what was there, the last one winning."""
    latest = {row["id"]: row for row in rows}
    keep = [place for place, identifier in enumerate(columns["id"]) if identifier not in latest]
    merged = {
        name: [columns[name][place] for place in keep] + [row[name] for row in latest.values()] for name in COLUMNS
    }
    if "keys" in columns:
        rules = romanisation()
        new = []
        for row in latest.values():
            names = (row["name"], *row["aliases"].split(JOIN))
            new.append(sorted({arabic_key(name) if is_arabic(name) else rules.key(name) for name in names} - {""}))
        merged["keys"] = [columns["keys"][place] for place in keep] + new
    return merged

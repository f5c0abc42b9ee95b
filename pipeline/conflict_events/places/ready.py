"""The ready table of places: the gazetteer's text sources with the keys of every spelling, made once.

The sources are text, one CSV file a country in ``data/gazetteer``, so that a correction is one line. Making the keys of
all their spellings takes seconds, so a wheel holds the ready table (``data/places.parquet``, see ``build_hook.py``);
a source tree makes it when it is first asked for, and keeps it in the user's cache folder under a name that changes
with the sources and the rules.
"""

from __future__ import annotations

import csv
import hashlib
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from functools import lru_cache
from importlib import resources
from io import BytesIO
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from conflict_events.places.gazetteer import COLUMNS, Gazetteer

#: Another folder for what is made at first use.
CACHE_VARIABLE = "CONFLICT_EVENTS_CACHE"
#: Days after which a ready table of other sources is taken away from the cache folder.
_OLD_DAYS = 30
_FINGERPRINT = b"sources"
_DICTIONARIES = ("kind", "country", "admin1", "admin2", "admin3")
_NUMBERS = {
    "lat": pa.float32(),
    "lon": pa.float32(),
    "population": pa.int32(),
    "listed": pa.int32(),
    "located": pa.int32(),
}


@lru_cache(maxsize=1)
def ready_table(data: Path | None = None) -> Path | bytes:
    """The ready table: a Parquet file, or its content where no folder can be written.

    Args:
        data: the folder of the package's tables, if not its own.

    Raises:
        FileNotFoundError: neither the table nor its sources are there.
    """
    data = data or package_data()
    packaged = data / "places.parquet"
    if packaged.is_file():
        return packaged
    kept = cache_folder() / f"places-{fingerprint(data)[:20]}.parquet"
    if not kept.is_file():
        content = as_parquet(make_table(data))
        try:
            _keep(kept, content)
        except OSError:
            return content
    return kept


def open_ready_table() -> pq.ParquetFile:
    """The ready table, to be read column by column."""
    found = ready_table()
    return pq.ParquetFile(BytesIO(found) if isinstance(found, bytes) else found)


def package_data() -> Path:
    """The folder of the package's tables."""
    return Path(str(resources.files("conflict_events"))) / "data"


def sources(data: Path) -> list[Path]:
    """The text sources, one file a country.

    Raises:
        FileNotFoundError: there are none.
    """
    folder = data / "gazetteer"
    found = sorted(folder.glob("*.csv"))
    if not found:
        raise FileNotFoundError(f"no tables of places in {folder}; install the package again")
    return found


def fingerprint(data: Path) -> str:
    """A hash of the sources and of the rules by which keys are made."""
    digest = hashlib.blake2b(digest_size=16)
    rules = [data / "romanisation.toml", *(Path(__file__).with_name(name) for name in ("keys.py", "gazetteer.py"))]
    for file in [*sources(data), *rules, Path(__file__)]:
        digest.update(file.name.encode() + b"\0" + hashlib.blake2b(file.read_bytes()).digest())
    return digest.hexdigest()


def make_table(data: Path) -> pa.Table:
    """The ready table, made of the text sources: rows by id, ``keys`` and ``near`` (see :class:`Gazetteer`)."""
    rows = sorted(_rows(data), key=lambda row: row["id"])
    values: dict[str, list[Any]] = {name: [row[name] for row in rows] for name in COLUMNS}
    for name, kind in _NUMBERS.items():
        values[name] = pa.array([_number(value, kind) for value in values[name]], kind).to_pylist()
    gazetteer = Gazetteer({**values, "country": [name or None for name in values["country"]]})
    arrays: dict[str, Any] = {}
    for name, column in values.items():
        array = pa.array(column, _NUMBERS.get(name, pa.string()))
        arrays[name] = array.dictionary_encode() if name in _DICTIONARIES else array
    table = pa.table({**arrays, "keys": gazetteer.keys(), "near": gazetteer.near_lists()})
    return table.replace_schema_metadata({_FINGERPRINT: fingerprint(data).encode()})


def as_parquet(table: pa.Table) -> bytes:
    """The content of the Parquet file."""
    sink = BytesIO()
    pq.write_table(table, sink, compression="zstd", compression_level=9)
    return sink.getvalue()


def write_sources(table: pa.Table, folder: Path) -> None:
    """Write a table of places as text sources, in place of those in ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.csv"):
        old.unlink()
    by_file: dict[str, list[dict[str, Any]]] = {}
    # By way of the shortest text that gives the same 32 bits again: 36.2, not 36.20000076293945.
    points = {name: table[name].to_numpy().astype(str).tolist() for name in ("lat", "lon")}
    for number, row in enumerate(table.select(list(COLUMNS)).to_pylist()):
        row.update(lat=points["lat"][number], lon=points["lon"][number])
        by_file.setdefault(_file_name(row["country"]), []).append(row)
    for name, rows in by_file.items():
        with (folder / name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
            writer.writeheader()
            writer.writerows(sorted(rows, key=lambda row: row["id"]))


def cache_folder() -> Path:
    """Where files are kept that can be made again: CONFLICT_EVENTS_CACHE, or the user's cache folder."""
    named = os.environ.get(CACHE_VARIABLE)
    if named:
        return Path(named)
    from platformdirs import user_cache_path

    return user_cache_path("conflict-events", appauthor=False)


def _keep(path: Path, content: bytes) -> None:
    """Write a file whole or not at all, also where others write the same at the same time."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with open(handle, "wb") as file:  # noqa: PTH123 (a descriptor)
            file.write(content)
        Path(name).replace(path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
    for other in path.parent.glob("places-*.parquet"):
        with suppress(OSError):
            if other != path and time.time() - other.stat().st_mtime > _OLD_DAYS * 86_400:
                other.unlink()


def _rows(data: Path) -> Iterator[dict[str, str]]:
    for source in sources(data):
        with source.open(encoding="utf-8", newline="") as file:
            yield from csv.DictReader(file)


def _number(value: str, kind: pa.DataType) -> float | int:
    return float(value) if kind == pa.float32() else int(value)


def _file_name(country: str | None) -> str:
    return "".join(one if one.isalnum() else "-" for one in (country or "no-country").lower()) + ".csv"

"""Coded rows as files."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Any

from conflict_events.exports.codebook import KEYS, Codebook
from conflict_events.exports.coders import AGGREGATES, CODERS, code_events
from conflict_events.exports.datapackage import DESCRIPTOR, write_datapackage
from conflict_events.schema import Annotation

FORMATS: tuple[str, ...] = tuple(CODERS)
#: What ``export`` can write, exports whose rows are no single events included.
TARGETS: tuple[str, ...] = (*CODERS, *AGGREGATES)

_Writer = Callable[[Iterable[Mapping[str, Any]], Sequence[str], IO[bytes], Codebook], int]

#: Endings of files besides CSV and GeoJSON: the module and function that write them, and the extra they need.
_WRITERS: Mapping[str, tuple[str, str, str | None]] = {
    ".xlsx": ("excel", "write_excel", "excel"),
    ".dta": ("stata", "write_stata", None),
    ".parquet": ("geo", "write_geoparquet", "geo"),
    ".gpkg": ("geo", "write_geopackage", "geo"),
    ".kml": ("geo", "write_kml", "geo"),
}

#: Beginnings that make spreadsheets read a cell as a formula (OWASP, CSV injection).
_FORMULA = re.compile(r"^[\s\x00-\x1f]*[=+\-@|%\uff1d\uff0b\uff0d\uff20]")


class FormatError(ValueError):
    """A file cannot be written in the form that its name asks for; the message says what to do."""


def check_ending(target: str, output: Path) -> None:
    """Refuse names of files whose form is not known, or not fit for ``target``.

    Raises FormatError.
    """
    if output.name == DESCRIPTOR and target != "geojson":
        return
    known = [".geojson", ".json"] if target == "geojson" else [".csv", ".txt", *_WRITERS]
    if target in AGGREGATES:  # no points
        known = [ending for ending in known if _WRITERS.get(ending, ("",))[0] != "geo"]
    if output.suffix.casefold() not in known:
        package = "" if target == "geojson" else f", or name it {DESCRIPTOR} for a data package"
        raise FormatError(f"{output}: --to {target} writes {', '.join(known)}{package}")


def export(annotations: Iterable[Annotation], target: str, output: IO[bytes] | Path, codebook: Codebook) -> int:
    """Write the events of ``annotations`` as ``target`` and return the number of rows.

    The form of a file follows its name: ``.csv``, ``.xlsx``, ``.dta`` (Stata), ``.parquet`` (GeoParquet), ``.gpkg``,
    ``.kml``, or ``datapackage.json`` (a data package: the CSV file stands beside it). Streams take CSV, and GeoJSON for
    the target ``geojson``.

    CSV is UTF-8 with a byte order mark, by which Excel knows it; text that could be taken for a formula has an
    apostrophe before it. GeoJSON follows RFC 7946; an event without a point has no geometry. HXL is CSV with a row of
    hashtags under the headings, without a byte order mark.

    Raises KeyError for an unknown ``target``; FormatError for an ending that is not known, or whose library is missing.
    """
    if isinstance(output, Path):
        check_ending(target, output)
        output.parent.mkdir(parents=True, exist_ok=True)
        if output.name == DESCRIPTOR:
            return write_datapackage(_rows(annotations, target, codebook), _columns(target, codebook), output, codebook)
        temporary = output.with_name(f".{output.name}.writing")
        try:
            with temporary.open("wb") as file:
                count = _write(annotations, target, file, codebook, output.suffix.casefold())
            temporary.replace(output)
        finally:
            temporary.unlink(missing_ok=True)
        return count
    return _write(annotations, target, output, codebook, "")


def _write(annotations: Iterable[Annotation], target: str, output: IO[bytes], codebook: Codebook, ending: str) -> int:
    rows = _rows(annotations, target, codebook)
    columns = _columns(target, codebook)
    if ending in _WRITERS:
        return _writer(ending)(rows, columns, output, codebook)
    if target == "geojson":
        return _write_geojson(iter(rows), output)
    return _write_csv(rows, columns, output, codebook.maps.get("hashtags"))


def _writer(ending: str) -> _Writer:
    module, function, extra = _WRITERS[ending]
    if extra is not None:
        for needed in _LIBRARIES[extra]:
            if find_spec(needed) is None:
                raise FormatError(f"{ending} files need {needed}: pip install 'conflict-events[{extra}]'")
    writer: _Writer = getattr(import_module(f"conflict_events.exports.{module}"), function)
    return writer


#: What the extras bring.
_LIBRARIES: Mapping[str, tuple[str, ...]] = {"excel": ("xlsxwriter",), "geo": ("geopandas", "pyogrio")}


def _rows(annotations: Iterable[Annotation], target: str, codebook: Codebook) -> Iterable[Mapping[str, Any]]:
    if target in AGGREGATES:
        return AGGREGATES[target](annotations, codebook)
    return code_events(annotations, target, codebook)


def _columns(target: str, codebook: Codebook) -> list[str]:
    return list(codebook.columns) if target in AGGREGATES else [*codebook.columns, *KEYS]


def _write_csv(
    rows: Iterable[Mapping[str, Any]], columns: Sequence[str], output: IO[bytes], hashtags: Mapping[str, str] | None
) -> int:
    text = io.TextIOWrapper(output, encoding="utf-8" if hashtags else "utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(columns)
    if hashtags:
        writer.writerow([hashtags.get(column, "") for column in columns])
    count = 0
    for count, row in enumerate(rows, 1):  # noqa: B007 (the number of rows)
        writer.writerow([cell(row[column]) for column in columns])
    text.flush()
    text.detach()
    return count


def _write_geojson(rows: Iterator[Mapping[str, Any]], output: IO[bytes]) -> int:
    count = 0
    output.write(b'{"type":"FeatureCollection","features":[')
    for row in rows:
        lat, lon = row["latitude"], row["longitude"]
        feature = {
            "type": "Feature",
            "id": row["event_id"],
            "geometry": None if lat is None or lon is None else {"type": "Point", "coordinates": [lon, lat]},
            "properties": {
                name: value.isoformat() if isinstance(value, dt.date) else value
                for name, value in row.items()
                if name not in ("latitude", "longitude")
            },
        }
        output.write(b",\n" if count else b"\n")
        output.write(json.dumps(feature, ensure_ascii=False, allow_nan=False).encode("utf-8", "replace"))
        count += 1
    output.write(b"\n]}\n")
    return count


def cell(value: object) -> str | int | float:
    """A value as a CSV cell. Text that a spreadsheet could run as a formula is made plain by an apostrophe before it.

    >>> cell("=1+1")
    "'=1+1"
    >>> cell(-3)
    -3
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (int, float)):
        return value
    if isinstance(value, dt.date):
        return value.isoformat()
    text = str(value).replace("\x00", "")
    return f"'{text}" if _FORMULA.match(text) else text

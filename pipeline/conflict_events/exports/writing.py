"""Coded rows as files."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import IO, Any

from conflict_events.exports.codebook import KEYS, Codebook
from conflict_events.exports.coders import CODERS, code_events
from conflict_events.schema import Annotation

FORMATS: tuple[str, ...] = tuple(CODERS)

#: Beginnings that make spreadsheets read a cell as a formula (OWASP, CSV injection).
_FORMULA = re.compile(r"^[\s\x00-\x1f]*[=+\-@|%\uff1d\uff0b\uff0d\uff20]")


def export(annotations: Iterable[Annotation], target: str, output: IO[bytes] | Path, codebook: Codebook) -> int:
    """Write the events of ``annotations`` as ``target`` and return the number of rows.

    CSV is UTF-8 with a byte order mark, by which Excel knows it; text that could be taken for a formula has an
    apostrophe before it. GeoJSON follows RFC 7946; an event without a point has no geometry. HXL is CSV with a row of
    hashtags under the headings, without a byte order mark.

    Raises KeyError for an unknown ``target``.
    """
    if isinstance(output, Path):
        output.parent.mkdir(parents=True, exist_ok=True)
        temporary = output.with_name(f".{output.name}.writing")
        try:
            with temporary.open("wb") as file:
                count = export(annotations, target, file, codebook)
            temporary.replace(output)
        finally:
            temporary.unlink(missing_ok=True)
        return count
    rows = code_events(annotations, target, codebook)
    if target == "geojson":
        return _write_geojson(rows, output)
    if target == "hxl":
        return _write_csv(rows, output, codebook, hashtags=codebook.maps["hashtags"])
    return _write_csv(rows, output, codebook)


def _write_csv(
    rows: Iterable[Mapping[str, Any]], output: IO[bytes], codebook: Codebook, hashtags: Mapping[str, str] | None = None
) -> int:
    columns = [*codebook.columns, *KEYS]
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

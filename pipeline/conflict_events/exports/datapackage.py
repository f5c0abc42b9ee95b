"""A Frictionless data package: the rows as CSV, and ``datapackage.json`` beside them with types, codes and codebook."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from conflict_events.exports.codebook import KEYS, Codebook
from conflict_events.exports.event_types import event_types

#: The name of the file that makes a folder a data package.
DESCRIPTOR = "datapackage.json"


def write_datapackage(
    rows: Iterable[Mapping[str, Any]], columns: Sequence[str], descriptor: Path, codebook: Codebook
) -> int:
    """Write ``descriptor`` and, beside it, a CSV file named after the codebook; return the number of rows.

    Types are those of the values that are there, so that the package validates; a column without any is text.
    Columns of codes have the codebook's codes as their ``enum``.
    """
    table = [dict(row) for row in rows]
    name = f"{codebook.id}.csv"
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([_plain(row[column]) for column in columns] for row in table)
    package = {
        "profile": "tabular-data-package",
        "name": f"conflict-events-{codebook.id}".lower().replace("_", "-"),
        "title": codebook.title,
        "description": f"Conflict events, coded by {codebook.source}.",
        "codebook": {
            "id": codebook.id,
            "edition": codebook.source,
            "url": codebook.url,
            "options": codebook.options,
            "rules": {name: rule.model_dump() for name, rule in codebook.rules.items()},
        },
        "resources": [
            {
                "profile": "tabular-data-resource",
                "name": codebook.id.lower().replace("_", "-"),
                "path": name,
                "format": "csv",
                "mediatype": "text/csv",
                "encoding": "utf-8",
                "schema": {
                    "fields": [_field(column, [row[column] for row in table], codebook) for column in columns],
                    "missingValues": [""],
                },
            }
        ],
    }
    _replace(descriptor.parent / name, text.getvalue())
    _replace(descriptor, json.dumps(package, ensure_ascii=False, indent=2) + "\n")
    return len(table)


def _replace(file: Path, text: str) -> None:
    """Write a file whole, or leave it as it was."""
    temporary = file.with_name(f".{file.name}.writing")
    try:
        temporary.write_bytes(text.encode("utf-8", "replace"))
        temporary.replace(file)
    finally:
        temporary.unlink(missing_ok=True)


def _plain(value: object) -> object:
    if isinstance(value, dt.date):
        return value.isoformat()
    return "" if value is None else (str(value).replace("\x00", "") if isinstance(value, str) else value)


def _field(column: str, values: list[Any], codebook: Codebook) -> dict[str, Any]:
    kinds = {type(value) for value in values if value is not None}
    field: dict[str, Any] = {"name": column, "type": "string"}
    if kinds and kinds <= {int}:
        field["type"] = "integer"
    elif kinds and kinds <= {int, float}:
        field["type"] = "number"
    elif kinds == {dt.date}:
        field["type"] = "date"
    codes = _codes(column, codebook)
    if codes and column not in KEYS:
        field["constraints"] = {"enum": [int(code) for code in codes] if field["type"] == "integer" else codes}
    return field


def _codes(column: str, codebook: Codebook) -> list[str]:
    """The values that a column of codes can have; none for columns of anything else."""
    if column in ("event_type", "sub_event_type") and codebook.id != "hapi":
        return event_types(column)
    if column in ("inter1", "inter2"):
        codes = codebook.maps["inter_code"]
        return sorted(codes.values()) if codebook.options.get("inter") == "code" else sorted(codes)
    if column in ("event_date", "target") or codebook.id == "hapi":
        return []
    return sorted({code for code in codebook.maps.get(column, {}).values() if code and not code.startswith("#")})

"""Reading JSON files row by row, with messages that name file and row."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from conflict_events.labels.records import LabelFormatError


def read_text(path: Path) -> str:
    """The file as UTF-8; LabelFormatError where it is not. Line breaks stay as they are."""
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise LabelFormatError(f"{path}: not UTF-8 ({error.reason} at byte {error.start}); save it as UTF-8") from None


def json_rows(path: Path) -> Iterator[tuple[str, Any]]:
    """``(file:row, value)`` of a JSON array, of JSON lines, or of the one object of a file."""
    text = read_text(path)
    if not text.strip():
        return
    try:
        whole = json.loads(text)
    except json.JSONDecodeError:
        # Not split by str.splitlines: JSON strings may hold U+2028 and the like unescaped.
        for number, line in enumerate(text.split("\n"), start=1):
            if line.strip():
                try:
                    yield f"{path}:{number}", json.loads(line)
                except json.JSONDecodeError as error:
                    message = f"{path}:{number}: neither JSON nor JSON lines ({error.msg}); is the format right?"
                    raise LabelFormatError(message) from None
        return
    rows = whole if isinstance(whole, list) else [whole]
    for number, row in enumerate(rows, start=1):
        yield f"{path}:{number}", row


def objects(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Rows that are JSON objects; LabelFormatError on any other."""
    for source, row in json_rows(path):
        if not isinstance(row, dict):
            raise LabelFormatError(
                f"{source}: expected a JSON object, found {type(row).__name__}; is the format right?"
            )
        yield source, row


def text_of(row: dict[str, Any], source: str, *names: str) -> str:
    """The text of a row under the first of ``names`` it has."""
    for name in names:
        if isinstance(row.get(name), str):
            return str(row[name])
    raise LabelFormatError(f"{source}: no text under {' or '.join(names)}; is the format right?")


def meta_of(row: dict[str, Any]) -> dict[str, Any]:
    """The row's ``meta``, where it is an object."""
    meta = row.get("meta")
    return meta if isinstance(meta, dict) else {}


def row_id(row: dict[str, Any], path: Path, number: int) -> str:
    """The row's own id (its ``meta`` may hold it), else the file's stem and row number."""
    meta = meta_of(row)
    for holder, name in ((meta, "article_id"), (meta, "id"), (row, "article_id"), (row, "id")):
        value = holder.get(name)
        if isinstance(value, str) and value.strip() and not any(map(str.isspace, value.strip())):
            return value.strip()
    return f"{'-'.join(path.stem.split())}-{number:04}"

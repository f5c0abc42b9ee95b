"""JSON: one record, a list of records, or a record a line; what other programs write is known by its layout."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import IO, Any

from conflict_events.reading.dates import DateOrder, date_order, is_ambiguous
from conflict_events.reading.encodings import decode
from conflict_events.reading.files import InputFile
from conflict_events.reading.layouts import LISTS, reach, read_layout, telegram_messages
from conflict_events.reading.records import FIELDS, Columns, ReadError, Record

MAX_LINE = 64_000_000
"""The longest line of JSON, in bytes, that is read as one record."""


def read_json(file: InputFile, columns: Columns) -> Iterator[Record | ReadError]:
    """An array of records, one record, or an object that holds a list of them."""
    yield from json_content(file.content(), file.source, file.stem, columns)


def read_json_lines(file: InputFile, columns: Columns) -> Iterator[Record | ReadError]:
    """One record a line, days and months in the order that all of them show.

    Records are given as they are read; only where a day can be read in two ways is the file gone through once more.
    """
    order: DateOrder | None = None
    with file.open() as stream:
        for item in json_lines(stream, file.source, file.stem, columns):
            if isinstance(item, Record) and is_ambiguous(_published(item)):
                order = order or _order_of_lines(file, columns)
                item = replace(item, month_first=order.month_first, order_note=order.note)
            yield item


def _order_of_lines(file: InputFile, columns: Columns) -> DateOrder:
    with file.open() as stream:
        items = json_lines(stream, file.source, file.stem, columns)
        return date_order(_published(item) for item in items if isinstance(item, Record))


def json_stream(stream: Any, source: str, stem: str, columns: Columns) -> Iterator[Record | ReadError]:
    """One record a line of what can be read once only: each day that can be read in two ways stands alone."""
    for item in json_lines(stream, source, stem, columns):
        day = _published(item) if isinstance(item, Record) else None
        if isinstance(item, Record) and is_ambiguous(day):
            item = replace(item, order_note=date_order([day]).note)
        yield item


def json_content(content: bytes, source: str, stem: str, columns: Columns) -> Iterator[Record | ReadError]:
    """The records of a JSON document."""
    decoded = decode(content)
    if decoded is None:
        yield ReadError(source, "is not text (it holds binary data); save it as UTF-8 JSON")
        return
    text, notes = decoded
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        if "\n{" in text.strip():
            lines = text.encode("utf-8", "surrogatepass")
            yield from read_json_lines(InputFile(source, f"{stem}.jsonl", lambda: io.BytesIO(lines)), columns)
            return
        yield ReadError(source, f"is not JSON ({error}); correct it, or save one record a line as .jsonl")
        return
    messages = telegram_messages(data, source, stem)
    if messages is not None:
        yield from messages
        return
    listed = _list_of(data)
    if listed is None:
        yield ReadError(source, 'holds no records; give an array of objects, one object, or {"articles": [...]}')
        return
    if not listed:
        yield ReadError(source, "holds no records; its list is empty")
    made = [
        json_record(
            record,
            f"{source}#{number}" if len(listed) > 1 else source,
            f"{stem}-{number}" if len(listed) > 1 else stem,
            columns,
            notes,
        )
        for number, record in enumerate(listed, 1)
    ]
    yield from _in_one_order(made)


def _list_of(data: object) -> list[Any] | None:
    """The records of a document: itself a list, a list under one of the usual keys, or the one record it is."""
    if isinstance(data, list):
        return data
    if not isinstance(data, dict):
        return None
    for path in LISTS:
        listed = reach(data, path)
        if isinstance(listed, list):
            return listed
    return [data]


def _in_one_order(found: list[Record | ReadError]) -> Iterator[Record | ReadError]:
    """The records, their days and months read in the order that all of their dates together show."""
    order = date_order(_published(item) for item in found if isinstance(item, Record))
    for item in found:
        yield replace(item, month_first=order.month_first, order_note=order.note) if isinstance(item, Record) else item


def _published(record: Record) -> object:
    names = record.where.get("published", ()) if record.where is not None else ("published",)
    return next((record.values[name] for name in names if record.values.get(name)), None)


def json_lines(file: Any, source: str, stem: str, columns: Columns) -> Iterator[Record | ReadError]:
    """The records of a stream of JSON lines, read as they come."""
    number, found = 0, False
    while line := file.readline(MAX_LINE):
        number += 1
        if not line.strip(b" \t\r\n\x00\xef\xbb\xbf"):
            continue
        found = True
        where = f"{source}#{number}"
        if len(line) >= MAX_LINE and not line.endswith(b"\n"):
            while line and not line.endswith(b"\n"):
                line = file.readline(MAX_LINE)
            yield ReadError(where, f"line {number} is longer than {MAX_LINE:,} bytes; give one record a line")
            continue
        yield _line(line, number, where, stem, columns)
    if not found:
        yield ReadError(source, "holds no records; give one JSON object a line")


def _line(line: bytes, number: int, where: str, stem: str, columns: Columns) -> Record | ReadError:
    decoded = decode(line)
    if decoded is None:
        return ReadError(where, f"line {number} is not text (it holds binary data); save the file as UTF-8 JSON lines")
    text, notes = decoded
    try:
        record = json.loads(text)
    except (ValueError, RecursionError) as error:
        return ReadError(where, f"line {number} is not JSON ({error}); give one whole JSON object a line")
    return json_record(record, where, f"{stem}-{number}", columns, notes)


def json_record(
    record: object, source: str, name: str, columns: Columns, notes: tuple[str, ...] = ()
) -> Record | ReadError:
    """One record, by the layout of the program that wrote it or by the usual names."""
    if isinstance(record, str):
        return Record({"text": record}, source, name, notes)
    if not isinstance(record, dict):
        return ReadError(source, f"is {type(record).__name__}, not a record; give an object with a text")
    named = {key for key in FIELDS if getattr(columns.fields, key) is not None}
    known = read_layout(record, source, name, notes) if not named else None
    if known is not None:
        return known
    flat = {**_flat(record), **_nested(record, columns)}
    where = columns.locate(flat)
    if "text" not in where:
        error = columns.no_text(source, list(record), "field")
        return ReadError(error.source, error.reason, record)
    return Record(flat, source, name, notes, where)


def _flat(record: Mapping[str, Any]) -> dict[str, Any]:
    """Prodigy, doccano and Airwars keep fields under ``meta``; they are looked up there too."""
    meta = record.get("meta")
    return {**meta, **record} if isinstance(meta, dict) else dict(record)


def _nested(record: Mapping[str, Any], columns: Columns) -> dict[str, Any]:
    """The values that the user's names reach into (``content.rendered``)."""
    wanted: Iterable[str | None] = (getattr(columns.fields, name) for name in FIELDS)
    return {
        path: found
        for path in wanted
        if path and path not in record and "." in path and (found := reach(record, path)) is not None
    }


def loads(content: bytes) -> object | None:
    try:
        data: object = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return None
    return data


def is_json_object(line: bytes) -> bool:
    return line.lstrip(b"\xef\xbb\xbf \t").startswith(b"{") and isinstance(loads(line), dict)


class Chained:
    """A stream whose first line was read already."""

    def __init__(self, first: bytes, rest: IO[bytes]) -> None:
        self._first: bytes | None = first
        self._rest = rest

    def readline(self, size: int = -1) -> bytes:
        if self._first is not None:
            first, self._first = self._first, None
            return first
        return self._rest.readline(size)

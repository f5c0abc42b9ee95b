"""Answers to SQL over a store's tables.

A question may come from anywhere, so it reads the tables and nothing else: DuckDB's access to files and networks is
closed once the views are made, and its settings are locked. Texts of articles may hold anything, so no answer carries
what steers a terminal, and no CSV cell what a spreadsheet runs.
"""

from __future__ import annotations

import csv
import io
import json
import math
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from conflict_events.batch.reading_back import open_database, parquet_parts, store_format
from conflict_events.batch.stores import ANNOTATIONS
from conflict_events.exports.writing import cell
from conflict_events.tables import TABLES

if TYPE_CHECKING:
    import duckdb

    from conflict_events.paths import Place

Rows = Sequence[tuple[Any, ...]]


class QuestionError(ValueError):
    """A question that is not answered; the message says why and what to do."""


def answer(path: Place, sql: str, answer_format: str = "table", *, allow_files: bool = False) -> str:
    """The answer to one question, as a table for the eye, CSV or JSON.

    ``allow_files`` lets the question read and write files, and change what it likes.

    Raises:
        StoreError: there is no store at ``path``.
        QuestionError: it is no single question, or its answer holds a value that cannot be shown.
        duckdb.Error: the query is wrong.
    """
    try:
        sql.encode()
    except UnicodeEncodeError:
        raise QuestionError("the question is not UTF-8; type it again") from None
    with open_database(path) as connection:
        if not allow_files:
            _confine(connection, path)
            _check(connection, sql)
        result = connection.execute(sql)
        if result is None:
            raise QuestionError("the question is empty; write one such as: select count(*) from events")
        columns = _distinct([printable(column[0]) for column in result.description or []])
        try:
            rows: Rows = result.fetchall()
        except (OverflowError, ValueError) as error:
            message = (
                f"a value of the answer is out of bounds ({error}); cast its column to text: CAST(column AS VARCHAR)"
            )
            raise QuestionError(message) from None
    return FORMATS[answer_format](columns, rows)


def _confine(connection: duckdb.DuckDBPyConnection, path: Place) -> None:
    """Close the connection to every file but those of the views."""
    if isinstance(path, Path) and store_format(path) == "parquet":
        parts = [str(part) for table in (*TABLES, ANNOTATIONS) for part in parquet_parts(path, table)]
        quoted = ", ".join("'" + part.replace("'", "''") + "'" for part in parts)
        connection.execute(f"set allowed_paths = [{quoted}]")
    connection.execute("set enable_external_access = false")
    connection.execute("set lock_configuration = true")


def _check(connection: duckdb.DuckDBPyConnection, sql: str) -> None:
    """Raise QuestionError unless it is one SELECT: anything else could write to the files of the views."""
    import duckdb

    statements = connection.extract_statements(sql)
    if len(statements) > 1:
        raise QuestionError(f"{len(statements)} statements; ask one question at a time")
    if statements and statements[0].type != duckdb.StatementType.SELECT:
        kind = statements[0].type.name.lower()
        raise QuestionError(f"a question is a SELECT, this is {kind}; --allow-files lifts what guards files")


def printable(text: str) -> str:
    """The text with what could steer a terminal, or turn the direction of words, written as escapes (``\\x1b``)."""
    return "".join(_escaped(character) if _steers(character) else character for character in text)


def _steers(character: str) -> bool:
    # Cc: escape and other controls; Cf: marks of direction and the like, without the joiners that scripts need.
    if character in "\n\t\u200c\u200d":
        return False
    return unicodedata.category(character) in ("Cc", "Cf", "Cs")


def _escaped(character: str) -> str:
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _distinct(columns: Sequence[str]) -> list[str]:
    """Names of which none stands twice, so that no column hides another: the second ``id`` is ``id_2``."""
    found: list[str] = []
    for name in columns:
        number, unique = 1, name
        while unique in found:
            number += 1
            unique = f"{name}_{number}"
        found.append(unique)
    return found


def _table(columns: Sequence[str], rows: Rows) -> str:
    """Columns in line, numbers to the right; wide cells are cut."""
    shown = [["" if value is None else printable(" ".join(str(value).split()))[:60] for value in row] for row in rows]
    widths = [max([len(name), *(len(row[i]) for row in shown)]) for i, name in enumerate(columns)]
    numeric = [
        all(isinstance(row[i], (int, float)) or row[i] is None for row in rows) and bool(rows)
        for i in range(len(columns))
    ]

    def line(cells: Sequence[str]) -> str:
        parts = (
            c.rjust(width) if right else c.ljust(width) for c, width, right in zip(cells, widths, numeric, strict=True)
        )
        return "  ".join(parts).rstrip()

    lines = [line(columns), "  ".join("-" * width for width in widths), *(line(row) for row in shown)]
    return "\n".join([*lines, f"({len(rows)} rows)"]) + "\n"


def _csv(columns: Sequence[str], rows: Rows) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_csv_value(value) for value in row] for row in rows)
    return text.getvalue()


def _csv_value(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, (str, list, dict, tuple, bytes)):
        return cell(printable(str(value)))
    return value


def _json(columns: Sequence[str], rows: Rows) -> str:
    records = [dict(zip(columns, map(_json_value, row), strict=True)) for row in rows]
    text = json.dumps(records, ensure_ascii=False, indent=1, default=str, allow_nan=False)
    # Controls below U+0020 are escaped by JSON itself; the others are here, which keeps them in the value.
    return "".join(f"\\u{ord(one):04x}" if _steers(one) and ord(one) < 0x10000 else one for one in text) + "\n"


def _json_value(value: Any) -> Any:
    """The value in what JSON has: a number that is none is null, keys of maps are text."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, dict):
        return {str(key): _json_value(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_json_value(inner) for inner in value]
    return value


FORMATS: Mapping[str, Callable[[Sequence[str], Rows], str]] = {"table": _table, "csv": _csv, "json": _json}

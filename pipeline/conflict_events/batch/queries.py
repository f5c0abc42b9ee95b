"""Answers to SQL over a store's tables."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from conflict_events.batch.reading_back import open_database

if TYPE_CHECKING:
    from conflict_events.paths import Place

Rows = Sequence[tuple[Any, ...]]


def answer(path: Place, sql: str, answer_format: str = "table") -> str:
    """The answer to a question, as a table for the eye, CSV or JSON.

    Raises:
        StoreError: there is no store at ``path``.
        duckdb.Error: the query is wrong.
    """
    with open_database(path) as connection:
        result = connection.execute(sql)
        columns = [column[0] for column in result.description or []]
        rows: Rows = result.fetchall()
    return FORMATS[answer_format](columns, rows)


def _table(columns: Sequence[str], rows: Rows) -> str:
    """Columns in line, numbers to the right; wide cells are cut."""
    shown = [["" if value is None else " ".join(str(value).split())[:60] for value in row] for row in rows]
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
    writer.writerows(["" if value is None else value for value in row] for row in rows)
    return text.getvalue()


def _json(columns: Sequence[str], rows: Rows) -> str:
    records = [dict(zip(columns, row, strict=True)) for row in rows]
    return json.dumps(records, ensure_ascii=False, indent=1, default=str) + "\n"


FORMATS: Mapping[str, Callable[[Sequence[str], Rows], str]] = {"table": _table, "csv": _csv, "json": _json}

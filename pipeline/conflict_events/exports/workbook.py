"""All results as one Excel workbook: a sheet of events to read, and a sheet for each table."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from conflict_events.exports.codebook import KEYS, load_codebook
from conflict_events.exports.coders import code_events
from conflict_events.exports.excel import write_cell
from conflict_events.schema import Annotation

_MOST_ROWS = 1_048_575
_WIDEST = 60


def write_workbook(annotations: Iterable[Annotation], tables: Mapping[str, Any], output: Path) -> None:
    """Write the workbook of a run: ``annotations`` for the sheet to read, ``tables`` (pyarrow) by name.

    Raises ValueError where a table has more rows than a sheet of Excel can hold.
    """
    import xlsxwriter

    for name, table in tables.items():
        if table.num_rows > _MOST_ROWS:
            raise ValueError(f"{output}: {name} has {table.num_rows:,} rows, more than a sheet holds; use --to csv")
    temporary = output.with_name(f".{output.name}.writing")
    book = xlsxwriter.Workbook(
        str(temporary), {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    try:
        codebook = load_codebook("readable")
        rows = code_events(annotations, "readable", codebook)
        _sheet(book, "read me first", [*codebook.columns, *KEYS], rows)
        for name, table in tables.items():
            _sheet(book, name, table.column_names, _rows(table))
        book.close()
        temporary.replace(output)
    finally:
        temporary.unlink(missing_ok=True)


def _rows(table: Any) -> Iterator[dict[str, Any]]:
    for batch in table.to_batches(max_chunksize=1000):
        yield from batch.to_pylist()


def _sheet(book: Any, name: str, columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> None:
    heading = book.add_format({"bold": True, "bottom": 1})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    sheet = book.add_worksheet(name)
    for place, column in enumerate(columns):
        sheet.set_column(place, place, _WIDEST if column in ("summary", "words", "evidence", "text") else 16)
    sheet.freeze_panes(1, 0)
    sheet.write_row(0, 0, columns, heading)
    count = 0
    for count, row in enumerate(rows, 1):
        for place, column in enumerate(columns):
            value = row[column]
            plain = isinstance(value, (str, int, float, dt.date)) or value is None
            write_cell(sheet, count, place, value if plain else str(value), day)
    sheet.autofilter(0, 0, max(count, 1), len(columns) - 1)

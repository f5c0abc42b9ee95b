"""Workbooks: Excel's ``.xlsx``, OpenDocument's ``.ods``."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Sequence
from typing import Any

from conflict_events.reading.dates import date_order
from conflict_events.reading.files import MIN_UNPACKED, InputFile
from conflict_events.reading.markup import local_name, parse_xml
from conflict_events.reading.records import Columns, ReadError, Record

_HEADER_ROWS = 10
_MOST_REPEATED = 1000

_Row = Sequence[object]


def read_xlsx(file: InputFile, columns: Columns) -> Iterator[Record | ReadError]:
    """One record a row of each sheet that has a column of texts."""
    from openpyxl import load_workbook

    try:
        with zipfile.ZipFile(io.BytesIO(content := file.content())) as archive:
            if sum(member.file_size for member in archive.infolist()) > 4 * MIN_UNPACKED:
                yield ReadError(file.source, "unpacks to more than can be read; save it as CSV")
                return
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    except (zipfile.BadZipFile, KeyError, ValueError):
        yield ReadError(file.source, "is not an Excel workbook; open it and save it as .xlsx again, or as CSV")
        return
    sheets = ((sheet.title, list(sheet.iter_rows(values_only=True))) for sheet in book.worksheets)
    yield from _sheets(sheets, file, columns)


def read_ods(file: InputFile, columns: Columns) -> Iterator[Record | ReadError]:
    """One record a row of each sheet that has a column of texts."""
    try:
        with zipfile.ZipFile(io.BytesIO(file.content())) as archive:
            if archive.getinfo("content.xml").file_size > MIN_UNPACKED:
                yield ReadError(file.source, "unpacks to more than can be read; save it as CSV")
                return
            root = parse_xml(archive.read("content.xml"))
    except (zipfile.BadZipFile, KeyError):
        yield ReadError(file.source, "is not an OpenDocument spreadsheet; open it and save it as .ods again, or as CSV")
        return
    tables = (element for element in root.iter() if local_name(element) == "table")
    yield from _sheets(((_attribute(table, "name") or "", _ods_rows(table)) for table in tables), file, columns)


def _ods_rows(table: Any) -> list[_Row]:
    rows: list[_Row] = []
    for row in table.iter():
        if local_name(row) == "table-row":
            cells: list[object] = []
            for cell in row:
                if local_name(cell) in ("table-cell", "covered-table-cell"):
                    value = _ods_value(cell)
                    times = int(_attribute(cell, "number-columns-repeated") or 1)
                    cells += [value] * (1 if value is None and times > _MOST_REPEATED else min(times, _MOST_REPEATED))
            rows.append(cells)
    return rows


def _ods_value(cell: Any) -> object:
    day = _attribute(cell, "date-value")
    if day:
        return day
    if _attribute(cell, "value-type") in ("float", "currency", "percentage"):
        return float(_attribute(cell, "value") or "nan")
    texts = ["".join(part.itertext()) for part in cell if local_name(part) == "p"]
    return "\n\n".join(texts) or None


def _attribute(element: Any, name: str) -> str | None:
    found: str | None = next(
        (value for key, value in element.attrib.items() if str(key).rsplit("}", 1)[-1] == name), None
    )
    return found


def _sheets(
    sheets: Iterator[tuple[str, list[_Row]]], file: InputFile, columns: Columns
) -> Iterator[Record | ReadError]:
    without: list[tuple[str, list[str]]] = []
    read = 0
    for title, rows in sheets:
        header = next(
            (place for place, row in enumerate(rows[:_HEADER_ROWS]) if "text" in _located(row, columns)), None
        )
        if header is None:
            if any(value is not None for row in rows for value in row):
                without.append((title, _names(next(row for row in rows if any(value is not None for value in row)))))
            continue
        read += 1
        yield from _rows(rows, header, f"{file.source}#{title}", f"{file.stem}-{title}", columns)
    for title, names in without:
        if read:
            yield ReadError(
                f"{file.source}#{title}",
                "this sheet has no column of texts and was not read; name it "
                f"with --field text=NAME if it has one (columns: {', '.join(names)})",
            )
        else:
            yield columns.no_text(f"{file.source}#{title}", names)
    if not read and not without:
        yield ReadError(file.source, "has no rows; remove the file or fill it in")


def _located(row: _Row, columns: Columns) -> dict[str, list[str]]:
    return columns.locate(_names(row))


def _names(row: _Row) -> list[str]:
    return [str(value).strip() if value is not None else "" for value in row]


def _rows(rows: list[_Row], header: int, source: str, stem: str, columns: Columns) -> Iterator[Record | ReadError]:
    names = _names(rows[header])
    where = columns.locate(names)
    day = names.index(where["published"][0]) if where.get("published") else None
    body = rows[header + 1 :]
    order = date_order(row[day] for row in body if day is not None and len(row) > day)
    found = False
    for number, row in enumerate(body, header + 2):
        if all(value is None or not str(value).strip() for value in row):
            continue
        found = True
        record = {name: value for name, value in zip(names, row, strict=False) if name}
        yield Record(record, f"{source}!{number}", f"{stem}-{number}", (), where, order.month_first, order.note)
    if not found:
        yield ReadError(source, "has a header but no rows; add rows, or remove the sheet")

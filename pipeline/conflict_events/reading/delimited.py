"""Tables as text: CSV, TSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence

from conflict_events.reading.dates import DateOrder, date_order
from conflict_events.reading.encodings import code_page, decode
from conflict_events.reading.files import InputFile
from conflict_events.reading.records import Columns, ReadError, Record


def read_table(file: InputFile, columns: Columns) -> Iterator[Record | ReadError]:
    """One record a row, under a header."""
    with file.open() as stream:
        head = stream.read(65_536)
    decoded = decode(head, partial=True)
    if decoded is None:
        yield ReadError(file.source, "is not a text table (it holds binary data); save it as CSV in UTF-8")
        return
    encoding, notes = _encoding(file, head), decoded[1]
    delimiter = "\t" if file.ending == ".tsv" else _delimiter(decoded[0])
    limit = csv.field_size_limit()
    csv.field_size_limit(max(limit, 2**31 - 1))
    try:
        yield from _rows(file, columns, encoding, delimiter, notes)
    except csv.Error as error:
        yield ReadError(file.source, f"is not a table ({error}); save it again as CSV with quoted fields")
    finally:
        csv.field_size_limit(limit)


def _rows(
    file: InputFile, columns: Columns, encoding: str, delimiter: str, notes: tuple[str, ...]
) -> Iterator[Record | ReadError]:
    with io.TextIOWrapper(file.open(), encoding=encoding, errors="replace", newline="") as text:
        rows = csv.reader(_without_nul(text), delimiter=delimiter, strict=True)
        header = next(rows, [])
        where = columns.locate(header)
        if "text" not in where:
            yield columns.no_text(file.source, header)
            return
        order = _order(file, header, where, encoding, delimiter)
        found = False
        for number, row in enumerate(_table_rows(rows), 2):
            if not isinstance(row, csv.Error) and not any(cell.strip() for cell in row):
                continue
            found = True
            reason = _wrong_cells(row, len(header))
            if isinstance(row, csv.Error) or reason:
                yield ReadError(f"{file.source}#{number}", reason or "")
                continue
            record = dict(zip(header, row, strict=False))
            name = f"{file.stem}-{number}"
            yield Record(record, f"{file.source}#{number}", name, notes, where, order.month_first, order.note)
        if not found:
            yield ReadError(file.source, "has a header but no rows; add rows, or remove the file")


def _order(
    file: InputFile, header: Sequence[str], where: Mapping[str, Sequence[str]], encoding: str, delimiter: str
) -> DateOrder:
    """Whether the column of dates puts the day or the month first: the whole column is read for it."""
    if not where.get("published"):
        return date_order(())
    place = header.index(where["published"][0])
    with io.TextIOWrapper(file.open(), encoding=encoding, errors="replace", newline="") as text:
        rows = csv.reader(_without_nul(text), delimiter=delimiter, strict=True)
        next(rows, [])
        return date_order(
            row[place] for row in _table_rows(rows) if not isinstance(row, csv.Error) and len(row) > place
        )


def _encoding(file: InputFile, head: bytes) -> str:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    try:
        with io.TextIOWrapper(file.open(), encoding="utf-8-sig") as text:
            while text.read(1 << 20):
                pass
    except UnicodeDecodeError:
        return code_page(head)
    return "utf-8-sig"


def _delimiter(head: str) -> str:
    line = head.split("\n", 1)[0]
    return max((",", ";", "\t", "|"), key=line.count)


def _table_rows(rows: Iterator[list[str]]) -> Iterator[list[str] | csv.Error]:
    """The rows of a table, and the error of each that is not written as a row is."""
    while True:
        try:
            yield next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            yield error


def _wrong_cells(row: list[str] | csv.Error, columns: int) -> str | None:
    """What is wrong with a row's cells: read on, it would be cut off, or would swallow the rows after it."""
    if isinstance(row, csv.Error):
        return f"has a stray or unclosed quote ({row}); write a quote inside a quoted cell twice"
    if any(cell.strip() for cell in row[columns:]):
        return f"has {len(row)} cells where the header has {columns}; put quotes around a cell that holds the delimiter"
    return None


def _without_nul(lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        yield line.replace("\x00", "")

"""Excel workbooks: the rows, and the codebook's rules beside them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import IO, Any

from conflict_events.exports.codebook import Codebook

#: What a cell of Excel can hold.
_LONGEST_TEXT = 32_767
_LONGEST_LINK = 2_079


def write_excel(
    rows: Iterable[Mapping[str, Any]], columns: Sequence[str], output: IO[bytes], codebook: Codebook
) -> int:
    """Write a workbook with the sheets ``events`` and ``rules`` and return the number of events.

    Headers are frozen and filtered, days are days, links can be followed, and text is never taken for a formula. Text
    longer than a cell can hold is cut.
    """
    import xlsxwriter

    book = xlsxwriter.Workbook(output, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    heading = book.add_format({"bold": True, "bottom": 1})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    sheet = book.add_worksheet("events")
    sheet.write_row(0, 0, columns, heading)
    count = 0
    for count, row in enumerate(rows, 1):
        for place, column in enumerate(columns):
            write_cell(sheet, count, place, row[column], day)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(count, 1), len(columns) - 1)
    rules = book.add_worksheet("rules")
    rules.write_row(0, 0, ["rule", "text", "source"], heading)
    for number, (name, rule) in enumerate(codebook.rules.items(), 1):
        for place, text in enumerate((name, rule.text, rule.source)):
            rules.write_string(number, place, text)
    rules.freeze_panes(1, 0)
    rules.autofilter(0, 0, max(len(codebook.rules), 1), 2)
    rules.set_column(1, 1, 90)
    book.set_properties({"title": codebook.title, "comments": f"Coded by {codebook.source}"})
    book.close()
    return count


def write_cell(sheet: Any, line: int, place: int, value: object, day: Any) -> None:
    """Write one value in its own kind of cell; nothing where it is missing."""
    if value is None:
        return
    if isinstance(value, dt.date):
        sheet.write_datetime(line, place, dt.datetime(value.year, value.month, value.day), day)
    elif isinstance(value, (int, float)):
        sheet.write_number(line, place, value)
    else:
        text = str(value).replace("\x00", "")[:_LONGEST_TEXT]
        if text.startswith(("http://", "https://")) and len(text) <= _LONGEST_LINK and " " not in text:
            sheet.write_url(line, place, text, string=text)
        else:
            sheet.write_string(line, place, text)

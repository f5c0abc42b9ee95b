"""The day that a text itself says it was published on: a line of its own, or the dateline that opens a report."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from functools import lru_cache
from importlib import resources

from conflict_events.reading.dates import is_ambiguous, read_date

_DATE = (
    r"(?:[A-Za-z]{3,9}day,?\s+|(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*\.?,?\s+)?"
    r"(?P<day>\d{1,2}(?:st|nd|rd|th)?[ -][A-Za-z]{3,9}\.?,?[ -](?:19|20)\d\d"
    r"|[A-Za-z]{3,9}\.? \d{1,2}(?:st|nd|rd|th)?,? (?:19|20)\d\d|(?:19|20)\d\d[-/.]\d\d[-/.]\d\d"
    r"|\d{1,2}[/.]\d{1,2}[/.](?:19|20)\d\d)(?!\d)"
)
_TIME = r"(?:[\s,|·•/–—-]*(?:at\s+)?\d{1,2}[:.]\d\d(?:\s*[apAP]\.?[mM]\.?)?(?:\s*\(?[A-Z]{2,5}(?:[+-]\d+)?\)?)?)?"
_ALONE = re.compile(rf"^(?:By [^\d]{{3,60}}[,|·•–—-]\s*)?{_DATE}{_TIME}\s*(?:[|·•–—-]\s*[^\d]{{0,40}})?$")
_PLACED = re.compile(
    rf"^\(?[A-Z][\w'’ .,/-]{{1,60}}?[,(:/–—-]\s*{_DATE}\s*"
    r"(?:\([^)]{1,40}\)|/[^/]{1,20}/|\)|,? [A-Z]{2,8})?\s*[-–—:)]"
)
_FIRST_LINES = 12
_LONG_LINE = 160


def date_in_text(text: str) -> dt.date | None:
    """The day of a date line near the beginning of a text; None where there is none or several that differ.

    >>> date_in_text("Two killed in Homs\\n\\nPublished: January 21, 2023\\n\\nTwo soldiers were killed.")
    datetime.date(2023, 1, 21)
    >>> date_in_text("DAMASCUS, Jan. 21, 2023 (SANA) - Two soldiers were killed.")
    datetime.date(2023, 1, 21)
    """
    found: set[dt.date] = set()
    lines = [line.strip() for line in text[:8000].splitlines() if line.strip()]
    for line in lines[:_FIRST_LINES]:
        labelled = _labelled().match(line)
        match = labelled or _ALONE.match(line)
        day = _read(match["day"]) if match else None
        if day is not None:
            if labelled:
                return day
            found.add(day)
        elif len(line) > _LONG_LINE or line.endswith((".", ".”", '."')):
            placed = _PLACED.match(line)
            day = _read(placed["day"]) if placed else None
            if day is not None:
                found.add(day)
            break  # the article begins here
    return found.pop() if len(found) == 1 else None


def _read(written: str) -> dt.date | None:
    if is_ambiguous(written):
        return None
    plain = re.sub(r"(?<=\d)(?:st|nd|rd|th)\b|(?<=[A-Za-z])\.", "", written)
    plain = re.sub(r"^(\d{1,2})-([A-Za-z]+)-", r"\1 \2 ", plain)
    iso = re.fullmatch(r"(\d{4})[-/.](\d\d)[-/.](\d\d)", plain)
    return read_date("-".join(iso.groups()) if iso else plain)


@lru_cache(maxsize=1)
def _labelled() -> re.Pattern[str]:
    table = (resources.files("conflict_events") / "data" / "date_line_labels.csv").read_text(encoding="utf-8")
    labels = [re.escape(row["label"]) for row in csv.DictReader(io.StringIO(table))]
    return re.compile(rf"^(?i:{'|'.join(sorted(labels, key=len, reverse=True))})(?i: on| at)?\s*[:|–—-]?\s*{_DATE}")

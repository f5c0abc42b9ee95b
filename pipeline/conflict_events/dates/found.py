"""Days read in a text, and the calendar arithmetic behind them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import NamedTuple

from dateutil.relativedelta import FR, MO, SA, SU, TH, TU, WE, relativedelta

WEEKDAYS = (MO, TU, WE, TH, FR, SA, SU)
FIRST_YEAR, LAST_YEAR = 1900, 2099
#: an article may be dated a day before the event in another time zone
SLACK = dt.timedelta(days=1)
#: the longest spans, in days between first and last, that are still exact to a day, a week, a month
_PRECISIONS = ((1, "day"), (13, "week"), (62, "month"))


class Found(NamedTuple):
    """Days read in a text, with the characters they stand on."""

    start: int
    end: int
    first: dt.date
    last: dt.date
    precision: str


Anchor = dt.date | None
Read = Callable[[re.Match[str], Anchor], Found | None]
Reader = tuple[re.Pattern[str], Read]


def one_day(match: re.Match[str], date: Anchor) -> Found | None:
    """A single day; nothing where it is none."""
    return None if date is None else Found(*match.span(), date, date, "day")


def days(match: re.Match[str], first: Anchor, last: Anchor, precision: str | None = None) -> Found | None:
    """The days from ``first`` to ``last``; nothing where they are in the wrong order."""
    if first is None or last is None or last < first:
        return None
    length = (last - first).days
    fits = precision or next((name for longest, name in _PRECISIONS if length <= longest), "year")
    return Found(*match.span(), first, last, fits)


def whole_month(match: re.Match[str], date: dt.date) -> Found | None:
    """The month that ``date`` lies in."""
    return days(match, date.replace(day=1), month_end(date), "month")


def whole_year(match: re.Match[str], year: int) -> Found | None:
    """A year; nothing where news cannot tell of it."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    return days(match, dt.date(year, 1, 1), dt.date(year, 12, 31), "year")


def make(year: int | None, month: int, day: int) -> Anchor:
    """A date; ``None`` for one that does not exist or that news cannot tell of."""
    if year is None or not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def month_end(date: dt.date) -> dt.date:
    """The last day of its month."""
    end: dt.date = date + relativedelta(day=31)
    return end


def on_or_before(anchor: dt.date, weekday: int) -> dt.date:
    """The last day with this number (0 is Monday) that is not after ``anchor``."""
    found: dt.date = anchor + relativedelta(weekday=WEEKDAYS[weekday](-1))
    return found


def nth_weekday(month: dt.date, weekday: int, nth: int) -> Anchor:
    """The ``nth`` such weekday of a month, the last for -1; ``None`` where it has no fifth."""
    found = month + relativedelta(day=1 if nth > 0 else 31, weekday=WEEKDAYS[weekday](nth))
    return found if found.month == month.month else None


def full_year(words: str | None, anchor: Anchor) -> int | None:
    """The year of "2022", "22" or "’22"; of two digits the last one that is not after next year."""
    if not words:
        return None
    year = int(words.lstrip("'’"))
    if year > 99:
        return year
    limit = anchor.year + 1 if anchor is not None else 2069
    return 2000 + year if 2000 + year <= limit else 1900 + year


def last_year_of(month: int, day: int, anchor: Anchor) -> int | None:
    """The last year in which a day is not after ``anchor``."""
    if anchor is None:
        return None
    date = make(anchor.year, month, day)
    return anchor.year if date is None or date <= anchor + SLACK else anchor.year - 1

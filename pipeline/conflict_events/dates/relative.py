"""Days that are told from the day of writing: weekdays, "over the weekend", "in the past 20 days", "two days ago"."""

from __future__ import annotations

import datetime as dt
import re

from dateutil.relativedelta import relativedelta

from .found import Anchor, Found, Reader, days, on_or_before, one_day, whole_month, whole_year
from .words import DateWords

_SATURDAY = 5
_TO = r"\s*(?:-|–|—|to|and|until|till|through|thru|into|&)\s*"
_DAYS_IN_HALF_A_WEEK = 3
#: a stretch of so many hours goes back so many days, rounded up
_HOURS_IN_A_DAY = 24


class RelativeDates:
    """Readers of relative days, in the order in which they are tried; all need an anchor."""

    def __init__(self, words: DateWords) -> None:
        self.words = words
        part, weekday = words.one_of("part"), words.weekday
        before = rf"(?:(?:{part})\s+(?:of\s+|on\s+|in\s+|into\s+|the\s+)*)?"
        after = rf"(?:['’]s)?(?:\s+(?:at\s+)?(?:{part})\b)?"
        count = rf"(?P<count>{words.one_of('number')}|\d{{1,4}})"
        unit = rf"(?P<unit>{words.one_of('unit')})\b"
        flags = re.IGNORECASE
        day_name = rf"(?P<weekday>{weekday})"
        self.readers: tuple[Reader, ...] = (
            (
                re.compile(
                    rf"\b(?:(?:between|from|overnight)\s+)?{before}(?P<weekday1>{weekday})(?:\s+(?:{part}))?{_TO}(?:{before})"
                    rf"(?P<weekday2>{weekday})(?:\s+(?:{part})\b)?",
                    flags,
                ),
                self._weekdays,
            ),
            (
                re.compile(
                    rf"\b{before}{day_name}{after},?\s+(?:of\s+)?(?P<which>last|this|the\s+past|the\s+previous|the\s+same)\s+week\b",
                    flags,
                ),
                self._of_week,
            ),
            (re.compile(rf"\b(?P<which>last|this)\s+week['’]s\s+{day_name}", flags), self._of_week),
            (re.compile(rf"\ba\s+week\s+ago\s+(?:on\s+)?{day_name}", flags), self._week_ago),
            (re.compile(rf"\b{day_name},?\s+(?:a\s+week\s+ago|of\s+the\s+week\s+before)\b", flags), self._week_ago),
            (
                re.compile(r"\b(?:(?P<which>last|past|previous|this|next)\s+)?(?:the\s+)?week-?end\b", flags),
                self._weekend,
            ),
            (
                re.compile(
                    rf"\b{before}(?:(?P<which>last|this|next|past|previous)\s+)?{day_name}{after}(?![a-z])", flags
                ),
                self._weekday,
            ),
            (re.compile(rf"\b{count}[\s-]+{unit}\s+(?:ago|earlier)\b", flags), self._ago),
            (re.compile(rf"\b{before}(?P<relative>{words.one_of('relative')})\b{after}", flags), self._relative),
            (re.compile(rf"\b(?:last|past|previous|preceding)\s+{count}[\s-]+{unit}", flags), self._past),
        )

    def _number(self, match: re.Match[str]) -> int:
        return self.words.number("weekday", match["weekday"])

    def _weekdays(self, match: re.Match[str], anchor: Anchor) -> Found | None:
        """From the last such weekday before the last one of the second name."""
        if anchor is None:
            return None
        first, second = (self.words.number("weekday", match[name]) for name in ("weekday1", "weekday2"))
        last = on_or_before(anchor, second)
        return days(match, on_or_before(last, first), last)

    def _of_week(self, match: re.Match[str], anchor: Anchor) -> Found | None:
        """A weekday of this or the last calendar week."""
        if anchor is None:
            return None
        monday = on_or_before(anchor, 0)
        if match["which"].lower() not in ("this", "the same"):
            monday -= dt.timedelta(weeks=1)
        return one_day(match, monday + dt.timedelta(days=self._number(match)))

    def _week_ago(self, match: re.Match[str], anchor: Anchor) -> Found | None:
        if anchor is None:
            return None
        return one_day(match, on_or_before(anchor - dt.timedelta(weeks=1), self._number(match)))

    def _weekend(self, match: re.Match[str], anchor: Anchor) -> Found | None:
        """The Saturday and Sunday that last began; on these days themselves "last weekend" is the one before."""
        if anchor is None:
            return None
        which = (match["which"] or "").lower()
        saturday = on_or_before(anchor, _SATURDAY)
        if which == "next":
            return one_day(match, saturday + dt.timedelta(weeks=1))
        if which in ("last", "past", "previous") and anchor.weekday() >= _SATURDAY:
            saturday -= dt.timedelta(weeks=1)
        return days(match, saturday, min(saturday + dt.timedelta(days=1), max(anchor, saturday)))

    def _weekday(self, match: re.Match[str], anchor: Anchor) -> Found | None:
        """The last such day; the day itself in "on Sunday", not in "last Sunday"."""
        if anchor is None:
            return None
        which = (match["which"] or "").lower()
        date = on_or_before(anchor, self._number(match))
        if which == "next":
            return one_day(match, date + dt.timedelta(weeks=1))
        if which in ("last", "past", "previous") and date == anchor:
            date -= dt.timedelta(weeks=1)
        return one_day(match, date)

    def _count(self, match: re.Match[str]) -> tuple[int, int]:
        """The lowest and the highest number that the words can mean."""
        words = match["count"]
        low, _, high = (words if words.isdigit() else self.words.value("number", words)).partition("-")
        return int(low), int(high or low)

    def _past(self, match: re.Match[str], anchor: Anchor) -> Found | None:
        """A stretch that ends on the anchor."""
        if anchor is None:
            return None
        count, unit = self._count(match)[1], self.words.value("unit", match["unit"])
        if unit == "hour":
            count, unit = -(-count // _HOURS_IN_A_DAY), "day"
        first = _back(anchor, count, unit)
        return None if first is None else days(match, first, anchor)

    def _ago(self, match: re.Match[str], anchor: Anchor) -> Found | None:
        """Exact to the unit that is counted in: three days of weeks either way, the month of months."""
        if anchor is None:
            return None
        (low, high), unit = self._count(match), self.words.value("unit", match["unit"])
        if unit == "hour":
            return one_day(match, anchor - dt.timedelta(days=low // _HOURS_IN_A_DAY))
        first, last = _back(anchor, high, unit), _back(anchor, low, unit)
        if first is None or last is None:
            return None
        if unit == "day":
            return days(match, first, last)
        if unit == "week":
            around = dt.timedelta(days=_DAYS_IN_HALF_A_WEEK)
            return days(match, first - around, last + around, "week" if low == high else None)
        whole = whole_month if unit == "month" else lambda found, date: whole_year(found, date.year)
        start, end = whole(match, first), whole(match, last)
        return None if start is None or end is None else start._replace(last=end.last)

    def _relative(self, match: re.Match[str], anchor: Anchor) -> Found | None:
        """Relative words: ``day 0``, ``days 1 0``, ``week 0``, ``month 1``, ``year 1`` before the anchor."""
        if anchor is None:
            return None
        unit, *numbers = self.words.value("relative", match["relative"]).split()
        back = int(numbers[0])
        if unit == "day":
            return one_day(match, anchor - dt.timedelta(days=back))
        if unit == "days":
            return days(match, anchor - dt.timedelta(days=back), anchor - dt.timedelta(days=int(numbers[1])))
        if unit == "week":
            monday = on_or_before(anchor, 0) - dt.timedelta(weeks=back)
            return days(match, monday, monday + dt.timedelta(days=6), "week")
        if unit == "month":
            return whole_month(match, anchor - relativedelta(months=back))
        return whole_year(match, anchor.year - back)


def _back(anchor: dt.date, count: int, unit: str) -> Anchor:
    """``count`` units before ``anchor``; ``None`` before the first year."""
    try:
        if unit == "fortnight":
            return anchor - dt.timedelta(weeks=2 * count)
        date: dt.date = anchor - relativedelta(**{f"{unit}s": count})
        return date
    except (OverflowError, ValueError):
        return None

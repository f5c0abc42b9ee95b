"""Weeks and weekdays of months, months, seasons, parts of years, years: "in the last week of July", "in early 2019"."""

from __future__ import annotations

import datetime as dt
import re

from dateutil.relativedelta import relativedelta

from .found import Anchor, Found, Reader, days, last_year_of, make, month_end, nth_weekday, one_day, whole_year
from .words import DateWords

_YEAR = r"(?:19|20)\d\d(?!\d)"
_TO = r"\s*(?:-|–|—|to|and|until|till|through)\s*(?:the\s+)?(?:of\s+)?"
_THURSDAY, _DAYS_TO_MONDAY = 3, 3
#: first and last day of the thirds of a month, first and last month of those of a year
_THIRDS = {"early": (1, 10), "mid": (11, 20), "late": (21, 31)}
_THIRDS_OF_YEAR = {"early": (1, 4), "mid": (5, 8), "late": (9, 12)}
_WHICH_THIRD = {"beginning": "early", "start": "early", "middle": "mid", "end": "late"}
_MONTHS_IN_HALF, _MONTHS_IN_QUARTER = 6, 3


class Stretches:
    """Readers of parts of months and years, in the order in which they are tried."""

    def __init__(self, words: DateWords) -> None:
        self.words = words
        m, nth = words.month, words.nth
        third = r"(?:(?P<third>early|mid|late|the\s+(?:beginning|start|middle|end)\s+of)[\s-]+)"
        third2 = third.replace("third", "third2")
        the_month = r"(?P<which>last|this|the|the\s+(?:current|previous|past|last))\s+month\b"
        year = rf"(?:[,،]?\s*(?:of\s+)?(?P<year>{_YEAR}))"
        of_month = rf"(?:of|in)\s+(?:{the_month}|(?P<month>{m}){year}?)"
        seasons, parts = words.one_of("season"), r"(?:the\s+)?(?:(?:early|mid|late)[\s-]+)?"
        flags = re.IGNORECASE
        self.readers: tuple[Reader, ...] = (
            (re.compile(rf"\b(?P<nth>{nth})\s+(?P<weekday>{words.weekday})\s+{of_month}", flags), self._weekday),
            (re.compile(rf"\b(?P<nth>{nth})\s+(?P<part>week|half)\s+{of_month}", flags), self._week),
            (
                re.compile(
                    rf"\b(?:between|from|in|during)?\s*(?P<month1>{m})(?:\s+(?P<year1>{_YEAR}))?{_TO}(?P<month2>{m}){year}",
                    flags,
                ),
                self._months,
            ),
            (
                re.compile(
                    rf"\b(?:between|from)\s+(?P<month1>{m})(?P<year1>){_TO}(?P<month2>{m})(?P<year>)(?!\s*\d)", flags
                ),
                self._months,
            ),
            (re.compile(rf"\b{third}?(?<!\d\s)(?P<month>{m}){year}", flags), self._month),
            (
                re.compile(
                    rf"\b(?:(?:in|during|last|this|of|throughout)[\s-]+(?:the\s+month\s+of\s+)?{third}?|{third2})"
                    rf"(?P<month>{m})(?!\s*(?:{words.day}\b|{_YEAR}))",
                    flags,
                ),
                self._month,
            ),
            (re.compile(rf"\bin\s+{parts}(?P<season>{seasons})\s+(?:of\s+)?(?P<year>{_YEAR})", flags), self._season),
            (re.compile(rf"\b(?P<nth>{nth})\s+(?P<part>half|quarter)\s+of\s+(?P<year>{_YEAR})", flags), self._part),
            (re.compile(rf"\b(?:between|from|in)\s+(?P<year1>{_YEAR}){_TO}(?P<year>{_YEAR})", flags), self._years),
            (re.compile(rf"\b{third}(?P<year>{_YEAR})", flags), self._third_of_year),
            (re.compile(rf"\bin\s+(?:the\s+year\s+)?(?P<year>{_YEAR})", flags), self._year),
        )

    def _month_of(self, match: re.Match[str], anchor: Anchor) -> dt.date | None:
        """The first day of the month that is named, or of this or the last one."""
        groups = match.groupdict()
        if groups.get("month"):
            month = self.words.number("month", match["month"])
            written = groups.get("year")
            return make(int(written) if written else last_year_of(month, 1, anchor), month, 1)
        if anchor is None:
            return None
        this = (match["which"] or "").lower() in ("this", "the", "the current")
        first: dt.date = anchor.replace(day=1) - relativedelta(months=0 if this else 1)
        return first

    def _weekday(self, match: re.Match[str], anchor: Anchor) -> Found | None:
        month, nth = self._month_of(match, anchor), self.words.day_number(match["nth"])
        if month is None or not -1 <= nth <= 5:
            return None
        return one_day(match, nth_weekday(month, self.words.number("weekday", match["weekday"]), nth))

    def _week(self, match: re.Match[str], anchor: Anchor) -> Found | None:
        """A week belongs to the month that its Thursday lies in, as weeks of a year do (ISO 8601)."""
        month, nth = self._month_of(match, anchor), self.words.day_number(match["nth"])
        if month is None:
            return None
        if match["part"].lower() == "half":
            first = nth == 1
            return days(
                match,
                month if first else month.replace(day=16),
                month.replace(day=15) if first else month_end(month),
                "month",
            )
        thursday = nth_weekday(month, _THURSDAY, nth) if -1 <= nth <= 5 else None
        if thursday is None:
            return None
        monday = thursday - dt.timedelta(days=_DAYS_TO_MONDAY)
        return days(match, monday, monday + dt.timedelta(days=6), "week")

    def _months(self, match: re.Match[str], anchor: Anchor) -> Found | None:
        month1, month2 = (self.words.number("month", match[name]) for name in ("month1", "month2"))
        year = int(match["year"]) if match["year"] else last_year_of(month2, 1, anchor)
        if year is None:
            return None
        year1 = int(match["year1"]) if match["year1"] else year - (month1 > month2)
        first, last = make(year1, month1, 1), make(year, month2, 1)
        return None if last is None else days(match, first, month_end(last))

    def _month(self, match: re.Match[str], anchor: Anchor) -> Found | None:
        """A month, or its first, middle or last ten days."""
        month = self._month_of(match, anchor)
        if month is None:
            return None
        groups = match.groupdict()
        third = _third(groups.get("third") or groups.get("third2"))
        if third is None:
            return days(match, month, month_end(month), "month")
        first, last = _THIRDS[third]
        return days(match, month.replace(day=first), month + relativedelta(day=last), "month")

    def _season(self, match: re.Match[str], anchor: Anchor) -> Found | None:
        """Three months; a winter is that which begins in the year."""
        first = dt.date(int(match["year"]), self.words.number("season", match["season"]), 1)
        return days(match, first, month_end(first + relativedelta(months=2)), "year")

    def _part(self, match: re.Match[str], anchor: Anchor) -> Found | None:
        length = _MONTHS_IN_HALF if match["part"].lower() == "half" else _MONTHS_IN_QUARTER
        parts, nth = 12 // length, self.words.day_number(match["nth"])
        if not (nth == -1 or 1 <= nth <= parts):
            return None
        first = dt.date(int(match["year"]), 1 + (nth - 1 if nth > 0 else parts - 1) * length, 1)
        return days(match, first, month_end(first + relativedelta(months=length - 1)), "year")

    def _years(self, match: re.Match[str], anchor: Anchor) -> Found | None:
        return days(match, dt.date(int(match["year1"]), 1, 1), dt.date(int(match["year"]), 12, 31), "year")

    def _year(self, match: re.Match[str], anchor: Anchor) -> Found | None:
        return whole_year(match, int(match["year"]))

    def _third_of_year(self, match: re.Match[str], anchor: Anchor) -> Found | None:
        third = _third(match["third"])
        if third is None:
            return None
        year, (first, last) = int(match["year"]), _THIRDS_OF_YEAR[third]
        return days(match, dt.date(year, first, 1), month_end(dt.date(year, last, 1)), "year")


def _third(words: str | None) -> str | None:
    """``early``, ``mid`` or ``late``, of "early" or "the end of"."""
    if not words:
        return None
    plain = words.lower().split()
    return plain[0] if len(plain) == 1 else _WHICH_THIRD[plain[1]]

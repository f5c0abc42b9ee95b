"""Days that are written out: "Tuesday, 15 March 2022", "27-10-2022", "between 28 September and 2 October".

A year of two digits and a missing year are completed from the anchor. Where a weekday stands beside the date, the date
wins; the weekday only helps to choose a year that is not written.
"""

from __future__ import annotations

import re

from .found import Anchor, Found, Reader, days, full_year, last_year_of, make, one_day
from .words import DateWords

_YEAR4 = r"(?:19|20)\d\d(?!\d)"
_SHORT_YEAR = r"['’]\d\d(?!\d)"
_TO = r"\s*(?:-|–|—|~|to|and|until|till|through|thru|or|/|&)\s*(?:the\s+)?(?:of\s+)?"
#: what "March 5" is followed by where the number counts something
_COUNTED = r"(?!\s*(?:%|percent|people|civilians|soldiers|fighters|members|dead|killed))"
#: years that are tried for a weekday beside a date without a year
_YEARS_BACK = 2


class WrittenDates:
    """Readers of written days, in the order in which they are tried."""

    def __init__(self, words: DateWords) -> None:
        self.words = words
        d, m = words.day, words.month
        named = rf"(?:(?P<wd>{words.weekday})\.?[,،]?\s*(?:the\s+|\(\s*)?)?"
        after = rf"(?:\s*\(\s*{words.weekday}\s*\)|,\s+(?:a\s+)?{words.weekday}(?!['’]))?"
        year = rf"(?:[,،]?\s*(?:of\s+)?(?P<year>{_YEAR4}|{_SHORT_YEAR})|(?!\s*\d{{5}}))"
        year1 = rf"(?:[,،]?\s*(?P<year1>{_YEAR4}))?"
        ordinal = rf"(?:{words.one_of('ordinal')})(?:\s+day)?\s+of"
        joined = r"(?:[\s/.-]+)(?:of\s+)?"
        flags = re.IGNORECASE
        self.readers: tuple[Reader, ...] = (
            (
                re.compile(
                    rf"\b{named}(?P<year>{_YEAR4})(?P<sep>[-/.])(?P<mm>[01]?\d)(?P=sep)(?P<dd>[0-3]?\d)(?!\d)", flags
                ),
                self._ymd,
            ),
            (re.compile(rf"\b(?P<year>{_YEAR4})[\s,/.-]+(?P<month>{m})[\s/.-]+(?P<day>{d})\b", flags), self._day),
            (
                re.compile(
                    rf"\b{named}(?<![\d/.-])(?P<a>[0-3]?\d)(?P<sep>[-/.])(?P<b>[0-3]?\d)(?P=sep)"
                    rf"(?P<year>{_YEAR4}|\d\d)(?![\d/-]|\.\d)(?P<colon>(?=\s*:))?",
                    flags,
                ),
                self._numeric,
            ),
            (
                re.compile(
                    rf"\b{named}(?P<day1>{d})\s+(?:of\s+)?(?P<month1>{m}){year1}{_TO}(?:{words.weekday},?\s+)?"
                    rf"(?P<day2>{d})\s+(?:of\s+)?(?P<month2>{m}){year}",
                    flags,
                ),
                self._between,
            ),
            (
                re.compile(
                    rf"\b{named}(?P<month1>{m})\s*(?P<day1>{d}){year1}{_TO}(?:{words.weekday},?\s+)?"
                    rf"(?P<month2>{m})\s*(?P<day2>{d}){year}",
                    flags,
                ),
                self._between,
            ),
            (
                re.compile(rf"\b(?P<day1>{d})(?:,\s*{d})*,?{_TO}(?P<day2>{d})\s+(?:of\s+)?(?P<month>{m}){year}", flags),
                self._in_month,
            ),
            (
                re.compile(
                    rf"\b(?P<month>{m})\s+(?P<day1>{d})(?:,\s*{d})*,?{_TO}(?P<day2>{d})\b(?!\s*{m}){_COUNTED}{year}",
                    flags,
                ),
                self._in_month,
            ),
            (
                re.compile(
                    rf"\b{named}(?P<day>{d}){joined}(?P<month>{m})(?:[-/](?P<yy>\d\d|{_YEAR4})(?!\d)|{year}){after}",
                    flags,
                ),
                self._day,
            ),
            (re.compile(rf"\b{named}(?P<day>{ordinal})\s+(?P<month>{m}){year}", flags), self._day),
            (
                re.compile(
                    rf"\b{named}(?P<month>{m})[\s-]*(?:the\s+)?(?P<day>{d})\b(?![:.]\d){_COUNTED}"
                    rf"(?:-(?P<yy>\d\d)\b|(?:-(?P<year3>{_YEAR4}))|{year}){after}",
                    flags,
                ),
                self._day,
            ),
            (re.compile(r"\b(?:on|dated)\s+(?P<a>[0-3]?\d)/(?P<b>[0-3]?\d)(?![\d/])", flags), self._numeric),
            (
                re.compile(rf"\b(?P<weekday>{words.weekday})\s+the\s+(?P<day>{d})(?<=st|nd|rd|th)", flags),
                self._numbered,
            ),
            (
                re.compile(
                    rf"\b(?:on|of)\s+the\s+(?P<day>{d})(?<=st|nd|rd|th)"
                    r"(?:\s+of\s+(?P<which>this|last|the(?:\s+(?:current|last|previous))?)\s+month\b|(?=\s*(?:[,.;:]|$)))",
                    flags,
                ),
                self._numbered,
            ),
        )

    def _ymd(self, match: re.Match[str], anchor: Anchor) -> Found | None:
        return one_day(match, make(int(match["year"]), int(match["mm"]), int(match["dd"])))

    def _numeric(self, match: re.Match[str], anchor: Anchor) -> Found | None:
        """``a/b/year``: what is above 12 is the day. Where both could be, the weekday beside it decides, then a date
        with strokes before a colon is an incident database's (month first), else the one nearest before publication,
        else day first, as outside North America."""
        a, b = int(match["a"]), int(match["b"])
        groups = match.groupdict()
        year = full_year(groups.get("year"), anchor)
        years = [last_year_of(*order, anchor) if year is None else year for order in ((a, b), (b, a))]
        month_first, day_first = make(years[0], a, b), make(years[1], b, a)
        if month_first is None or day_first is None:
            return one_day(match, month_first or day_first)
        if groups.get("wd"):
            number = self.words.number("weekday", match["wd"])
            fitting = [date for date in (day_first, month_first) if date.weekday() == number]
            if len(fitting) == 1:
                return one_day(match, fitting[0])
        if groups.get("colon") is not None and match["sep"] == "/":
            return one_day(match, month_first)
        possible = [date for date in (day_first, month_first) if anchor is not None and date <= anchor]
        return one_day(match, max(possible) if possible else day_first)

    def _between(self, match: re.Match[str], anchor: Anchor) -> Found | None:
        """Two days of two months: the first is the last such day before the second."""
        month1, month2 = (self.words.number("month", match[name]) for name in ("month1", "month2"))
        day1, day2 = (self.words.day_number(match[name]) for name in ("day1", "day2"))
        year2 = full_year(match["year"], anchor)
        year1 = full_year(match["year1"], anchor)
        if year2 is None:
            after = year1 is not None and (month2, day2) < (month1, day1)
            year2 = last_year_of(month2, day2, anchor) if year1 is None else year1 + after
        last = make(year2, month2, day2)
        if last is None:
            return None
        return days(match, make(year1 or last_year_of(month1, day1, last), month1, day1), last)

    def _in_month(self, match: re.Match[str], anchor: Anchor) -> Found | None:
        month = self.words.number("month", match["month"])
        day1, day2 = (self.words.day_number(match[name]) for name in ("day1", "day2"))
        year = full_year(match["year"], anchor) or last_year_of(month, day2, anchor)
        return days(match, make(year, month, day1), make(year, month, day2))

    def _day(self, match: re.Match[str], anchor: Anchor) -> Found | None:
        groups = match.groupdict()
        month = self.words.number("month", match["month"])
        day = self.words.day_number(re.sub(r"(?:\s+day)?\s+of$", "", match["day"], flags=re.IGNORECASE))
        written = groups.get("year") or groups.get("year3") or groups.get("yy")
        if written:
            return one_day(match, make(full_year(written, anchor), month, day))
        year = last_year_of(month, day, anchor)
        if year is not None and groups.get("wd"):
            number = self.words.number("weekday", match["wd"])
            tried = [make(year - back, month, day) for back in range(_YEARS_BACK)]
            return one_day(match, next((d for d in tried if d and d.weekday() == number), tried[0]))
        return one_day(match, make(year, month, day))

    def _numbered(self, match: re.Match[str], anchor: Anchor) -> Found | None:
        """A day by its number alone: the last such day, and the last that has the weekday beside it."""
        if anchor is None:
            return None
        groups = match.groupdict()
        day = self.words.day_number(match["day"])
        which = (groups.get("which") or "").lower()
        months = range(1, 2) if which.endswith(("last", "previous")) else range(1) if which else range(13)
        weekday = self.words.number("weekday", match["weekday"]) if groups.get("weekday") else None
        for back in months:
            index = anchor.year * 12 + anchor.month - 1 - back
            date = make(index // 12, index % 12 + 1, day)
            if date is not None and date <= anchor and weekday in (None, date.weekday()):
                return one_day(match, date)
        return None

"""When an event happened, from the words of its sentences and the day the article was published.

Weekdays name the last such day on or before publication, as wire style has it ("on Sunday" in a story of that Sunday is
that day); a day or month without a year is the last one on or before publication. What lies after publication cannot
have happened. Names of months, weekdays and relative words are in ``data/date_words.csv``.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from spacy.tokens import Doc, Span

from .matching import forms, read_rows

FILE = "date_words.csv"
COLUMNS = ("words", "kind", "value")
_KINDS = ("month", "weekday", "relative", "part", "no_anchor", "unit", "number")
_PRECISIONS = ("day", "week", "month", "year")
_MAX_SENTENCE = 3000  # characters read of a sentence without an end, so that no table in a page takes long
_TOP = 600  # characters in which the dateline stands
_LONGEST_PLACE, _LONGEST_DATELINE = 50, 120
_DASH = re.compile(r"\s*(?:\([^)]{1,40}\)\s*)?[-–—]+\s")
#: an article may be dated a day before the event in another time zone
_SLACK = dt.timedelta(days=1)


class Found(NamedTuple):
    """Days read in a text, with the characters they stand on."""

    start: int
    end: int
    first: dt.date
    last: dt.date
    precision: str


@dataclass(frozen=True)
class DateWords:
    """The date words by kind, lower-cased: months and weekdays as numbers, the rest as in the table."""

    kinds: Mapping[str, Mapping[str, str]] = field(repr=False)

    @classmethod
    def from_text(cls, text: str) -> DateWords:
        """Read the CSV table."""
        kinds: dict[str, dict[str, str]] = {kind: {} for kind in _KINDS}
        for row in read_rows(FILE, text, COLUMNS):
            if row["kind"] not in kinds:
                raise ValueError(f"{FILE}: kind {row['kind']!r} is none of {', '.join(_KINDS)}.")
            for form in forms(row["words"]):
                kinds[row["kind"]][form.lower()] = row["value"]
        return cls(kinds)


def _in_dateline(text: str, found: Found) -> bool:
    """Whether a day stands in a dateline: behind a place and a comma, before a dash ("KABUL, 3 May 2021 (AFP) - ")."""
    place = text[: found.start].strip()
    named = place.endswith(",") and place[:1].isupper() and len(place) < _LONGEST_PLACE
    return named and found.precision == "day" and _DASH.match(text, found.end) is not None


def _one_of(words: Mapping[str, str]) -> str:
    ordered = sorted(words, key=len, reverse=True)
    return "|".join(re.escape(word).replace(r"\ ", r"[\s-]+") for word in ordered)


class EventDates:
    """Reads dates; patterns are compiled once."""

    def __init__(self, words: DateWords) -> None:
        kinds = words.kinds
        self.words = kinds
        month, weekday = _one_of(kinds["month"]), _one_of(kinds["weekday"])
        part, number, unit = _one_of(kinds["part"]), _one_of(kinds["number"]), _one_of(kinds["unit"])
        day = r"(?P<{0}>[0-3]?\d)(?:st|nd|rd|th)?"
        d, d1, d2 = day.format("day"), day.format("day1"), day.format("day2")
        m, year = rf"(?P<month>{month})\.?", r"(?P<year>(?:19|20)\d\d)"
        to = r"\s*(?:-|–|—|to|and|until|till|through|or|/)\s*(?:the\s+)?(?:of\s+)?"
        comma_year = rf"(?:[,،]?\s+(?:of\s+)?{year})?"
        before = rf"(?:(?:{part})\s+(?:of\s+|on\s+|in\s+|into\s+|the\s+)*)?"
        after = rf"(?:['’]s)?(?:\s+(?:at\s+)?(?:{part}))?"
        flags = re.IGNORECASE
        self._patterns: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], dt.date | None], Found | None]], ...] = (
            (re.compile(rf"\b{year}-(?P<mm>[01]\d)-(?P<dd>[0-3]\d)\b"), self._iso),
            (re.compile(rf"\b(?P<a>[0-3]?\d)[/.](?P<b>[0-3]?\d)[/.]{year}\b(?P<colon>(?=\s*:))?"), self._numeric),
            (re.compile(rf"\b{d1}{to}{d2}\s+(?:of\s+)?{m}\b{comma_year}", flags), self._day_range),
            (re.compile(rf"\b{m}\s+{d1}{to}{d2}\b(?!\s*(?:{month})){comma_year}", flags), self._day_range),
            (re.compile(rf"\b{d}\s+(?:of\s+)?{m}\b{comma_year}", flags), self._day_month),
            (
                re.compile(
                    rf"\b{m}\s+(?:the\s+)?{d}\b(?![:.]?\d|\s*(?:%|percent|people|civilians)){comma_year}", flags
                ),
                self._day_month,
            ),
            (
                re.compile(
                    rf"\b(?P<which>(?:early|mid|late)(?:[\s-]+)|the\s+(?:beginning|end|middle)\s+of\s+)?{m}(?:[,،]?\s+(?:of\s+)?{year})",
                    flags,
                ),
                self._month,
            ),
            (
                re.compile(
                    rf"\b(?:in|during|last|this|of|mid|early|late)[\s-]+(?:early\s+|late\s+|mid-?\s*)?{m}\b(?!\s*\d)",
                    flags,
                ),
                self._month,
            ),
            (
                re.compile(
                    rf"\b{before}(?P<which>last\s+|this\s+|next\s+|past\s+)?(?P<weekday>{weekday})\b{after}", flags
                ),
                self._weekday,
            ),
            (re.compile(rf"\b(?P<count>{number}|\d+)\s+(?P<unit>{unit})\s+(?:ago|earlier)\b", flags), self._ago),
            (re.compile(rf"\b{before}(?P<relative>{_one_of(kinds['relative'])})\b{after}", flags), self._relative),
            (re.compile(rf"\bin\s+{year}\b", flags), self._year),
        )
        self._no_anchor = re.compile(rf"(?:{_one_of(kinds['no_anchor'])})\s+(?:the\s+|on\s+|its\s+)?$", flags)
        self._cache: dict[tuple[str, dt.date | None], tuple[Found, ...]] = {}

    def __call__(self, doc: Doc, sentences: Sequence[Span], published: dt.date | None) -> dict[str, Any]:
        """The event's date as plain data of ``schema.Date``.

        The first date of the sentences that anchors the event counts, days before months and years. Where there is
        none, the article's own day stands in (basis ``published``): news is told on the day. That is the day in the
        dateline ("TRIPOLI, 4 May 2020 - "), else the day of publication.
        """
        published = self._dateline(doc, published) or published
        best: tuple[int, Found, str] | None = None
        for index, sentence in enumerate(sentences):
            text = sentence.text[:_MAX_SENTENCE]
            for found in self.read(text, published):
                if _in_dateline(text, found):
                    continue
                rank = _PRECISIONS.index(found.precision) * 10 + index
                if best is None or rank < best[0]:
                    best = (rank, found, text)
            if best is not None and best[0] < 10:
                break
        if best is not None:
            _, found, text = best
            words = " ".join(text[found.start : found.end].split())
            return _date(found.first, found.last, found.precision, "text", words)
        if published is not None:
            return _date(published, published, "day", "published", None)
        return _date(None, None, "unknown", "none", None)

    def _dateline(self, doc: Doc, published: dt.date | None) -> dt.date | None:
        """The day in the dateline of an article, which stands on one of its first lines."""
        for line in doc.text[:_TOP].split("\n"):
            opening = line[:_LONGEST_DATELINE]
            if "," not in opening or _DASH.search(opening) is None:
                continue  # most lines are none, and reading dates is dear
            for found in self.read(opening, published):
                if _in_dateline(opening, found):
                    return found.first
        return None

    def read(self, text: str, published: dt.date | None) -> Iterator[Found]:
        """The dates of a text that can date what it tells, in text order, none after publication."""
        taken: list[tuple[int, int]] = []
        found: list[Found] = []
        for pattern, read in self._patterns:
            for match in pattern.finditer(text):
                start, end = match.span()
                name = match.groupdict().get("month") or match.groupdict().get("weekday")
                if name and name.islower():  # "may 5", "the sun": news writes their names with a capital
                    continue
                if any(start < right and left < end for left, right in taken):
                    continue
                value = read(match, published)
                if value is None:
                    continue
                taken.append((start, end))
                if self._no_anchor.search(text[max(0, start - 30) : start]):
                    continue
                if published is not None and value.first > published + _SLACK:
                    continue
                if published is not None and value.last > published and value.precision != "day":
                    value = value._replace(last=published)
                found.append(value)
        yield from sorted(found, key=lambda item: item.start)

    # -- readers, one for each pattern -----------------------------------------------------------------------------

    def _iso(self, match: re.Match[str], published: dt.date | None) -> Found | None:
        return _day(match, _make(int(match["year"]), int(match["mm"]), int(match["dd"])))

    def _numeric(self, match: re.Match[str], published: dt.date | None) -> Found | None:
        """``a/b/year``: what is above 12 is the day. Where both could be, a date before a colon is an incident
        database's (month first), else the one nearest before publication, else day first, as outside North America."""
        a, b, year = int(match["a"]), int(match["b"]), int(match["year"])
        month_first, day_first = _make(year, a, b), _make(year, b, a)
        if month_first is None or day_first is None:
            return _day(match, month_first or day_first)
        if match["colon"] is not None:
            return _day(match, month_first)
        if published is not None:
            possible = [date for date in (day_first, month_first) if date <= published]
            if possible:
                return _day(match, max(possible))
        return _day(match, day_first)

    def _day_range(self, match: re.Match[str], published: dt.date | None) -> Found | None:
        month = self._month_number(match)
        year = self._year_of(match, month, int(match["day2"]), published)
        first, last = _make(year, month, int(match["day1"])), _make(year, month, int(match["day2"]))
        if first is None or last is None or last < first:
            return None
        precision = "day" if (last - first).days <= 1 else "week"
        return Found(match.start(), match.end(), first, last, precision)

    def _day_month(self, match: re.Match[str], published: dt.date | None) -> Found | None:
        month, day = self._month_number(match), int(match["day"])
        return _day(match, _make(self._year_of(match, month, day, published), month, day))

    def _month(self, match: re.Match[str], published: dt.date | None) -> Found | None:
        month = self._month_number(match)
        year = self._year_of(match, month, 1, published)
        if year is None:
            return None
        return Found(match.start(), match.end(), dt.date(year, month, 1), _month_end(year, month), "month")

    def _year(self, match: re.Match[str], published: dt.date | None) -> Found | None:
        year = int(match["year"])
        return Found(match.start(), match.end(), dt.date(year, 1, 1), dt.date(year, 12, 31), "year")

    def _weekday(self, match: re.Match[str], published: dt.date | None) -> Found | None:
        if published is None:
            return None
        which = (match["which"] or "").strip().lower()
        number = int(self.words["weekday"][match["weekday"].lower().rstrip(".")])
        back = (published.weekday() - number) % 7
        if which == "next":
            return _day(match, published + dt.timedelta(days=7 - back))
        if which in ("last", "past") and back == 0:
            back = 7
        return _day(match, published - dt.timedelta(days=back))

    def _ago(self, match: re.Match[str], published: dt.date | None) -> Found | None:
        if published is None:
            return None
        word = " ".join(match["count"].lower().split())
        value = self.words["number"].get(word, word)
        unit = self.words["unit"][match["unit"].lower()]
        if unit == "hour":
            return _day(match, published)
        low, _, high = value.partition("-")
        days = {"day": 1, "week": 7, "month": 30, "year": 365}[unit]
        try:
            last = published - dt.timedelta(days=int(low) * days)
            first = published - dt.timedelta(days=int(high or low) * days)
        except (OverflowError, ValueError):
            return None
        if unit == "day":
            return Found(match.start(), match.end(), first, last, "day" if first == last else "week")
        if unit == "week":
            return Found(match.start(), match.end(), first - dt.timedelta(days=3), last + dt.timedelta(days=3), "week")
        if unit == "month":
            return Found(match.start(), match.end(), first.replace(day=1), _month_end(last.year, last.month), "month")
        return Found(match.start(), match.end(), dt.date(first.year, 1, 1), dt.date(last.year, 12, 31), "year")

    def _relative(self, match: re.Match[str], published: dt.date | None) -> Found | None:
        """Relative words: ``day 0``, ``days 1 0``, ``week 0``, ``month 1``, ``year 1`` before publication."""
        if published is None:
            return None
        unit, *numbers = self.words["relative"][" ".join(match["relative"].lower().replace("-", " ").split())].split()
        back = int(numbers[0])
        if unit == "day":
            return _day(match, published - dt.timedelta(days=back))
        if unit == "days":
            first, last = published - dt.timedelta(days=back), published - dt.timedelta(days=int(numbers[1]))
            return Found(match.start(), match.end(), first, last, "day" if (last - first).days <= 1 else "week")
        if unit == "week":
            monday = published - dt.timedelta(days=published.weekday() + 7 * back)
            return Found(match.start(), match.end(), monday, monday + dt.timedelta(days=6), "week")
        if unit == "month":
            index = published.year * 12 + published.month - 1 - back
            year, month = divmod(index, 12)
            return Found(match.start(), match.end(), dt.date(year, month + 1, 1), _month_end(year, month + 1), "month")
        year = published.year - back
        return Found(match.start(), match.end(), dt.date(year, 1, 1), dt.date(year, 12, 31), "year")

    def _month_number(self, match: re.Match[str]) -> int:
        return int(self.words["month"][match["month"].lower().rstrip(".")])

    def _year_of(self, match: re.Match[str], month: int, day: int, published: dt.date | None) -> int | None:
        """The year that is written, else the last one in which that day is not after publication."""
        written = match.groupdict().get("year")
        if written:
            return int(written)
        if published is None:
            return None
        date = _make(published.year, month, day)
        return published.year if date is None or date <= published + _SLACK else published.year - 1


def _make(year: int | None, month: int, day: int) -> dt.date | None:
    if year is None:
        return None
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def _day(match: re.Match[str], date: dt.date | None) -> Found | None:
    return None if date is None else Found(match.start(), match.end(), date, date, "day")


def _month_end(year: int, month: int) -> dt.date:
    return dt.date(year, month, calendar.monthrange(year, month)[1])


def _date(first: dt.date | None, last: dt.date | None, precision: str, basis: str, text: str | None) -> dict[str, Any]:
    return {
        "start": first.isoformat() if first else None,
        "end": last.isoformat() if last else None,
        "precision": precision,
        "basis": basis,
        "text": text,
    }

"""Finding the dates of a text: each reader in its order takes the characters that none before it took."""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache

from .found import SLACK, Anchor, Found, Reader
from .needs import Needs
from .relative import RelativeDates
from .stretches import Stretches
from .words import DateWords
from .written import WrittenDates

#: characters before a date in which stands what makes it date something else ("since", "the agreement of")
_BEFORE = 30
#: "since Monday" dates what happened; what began longer ago, in days, is the period of a statistic
_LONGEST_SINCE = 14
#: texts whose dates are kept: an event asks for those of a sentence more than once
_KEPT = 1024
_NAMES = ("month", "month1", "month2", "weekday", "weekday1", "weekday2")


class DateReader:
    """Reads dates; patterns are compiled once."""

    def __init__(self, words: DateWords) -> None:
        self.words = words
        written, stretches, relative = WrittenDates(words), Stretches(words), RelativeDates(words)
        self.readers: tuple[Reader, ...] = (*written.readers, *stretches.readers, *relative.readers)
        self._since = re.compile(rf"\b(?:{words.one_of('since')})\s+(?:the\s+)?$", re.IGNORECASE)
        self._time = re.compile(rf"\b(?:{words.one_of('time')})\b", re.IGNORECASE)
        count = rf"(?P<count>{words.one_of('number')}|\d{{1,3}})"
        self._told = re.compile(
            rf"\b(?:(?P<told>{words.one_of('told')})|{count}[\s-]+(?P<unit>{words.one_of('unit')})\s+(?:later|after))\b",
            re.IGNORECASE,
        )
        self._no_anchor = re.compile(rf"(?:{words.one_of('no_anchor')})\s+(?:the\s+|on\s+|its\s+)?$", re.IGNORECASE)
        self._ordinary = frozenset(words.kinds["ordinary"])
        needs = Needs(words)
        self.steps = tuple((needs.of(pattern), pattern, read) for pattern, read in self.readers)
        self.needs = needs
        self._kept = lru_cache(maxsize=_KEPT)(self._read)

    def read(self, text: str, anchor: Anchor) -> tuple[Found, ...]:
        """The dates of a text that can date what it tells, in text order, none after ``anchor``.

        Without an anchor only what is written with its year is read.
        """
        return self._kept(text, anchor)

    def _read(self, text: str, anchor: Anchor) -> tuple[Found, ...]:
        taken: list[tuple[int, int]] = []
        found: list[Found] = []
        told = self.needs.told(text)
        for needed, pattern, read in self.steps:
            if needed is not None and needed not in told:
                continue
            for match in pattern.finditer(text):
                start, end = match.span()
                if self._is_word(match) or any(start < right and left < end for left, right in taken):
                    continue
                value = read(match, anchor)
                if value is None:
                    continue
                taken.append((start, end))
                before = text[max(0, start - _BEFORE) : start]
                if self._no_anchor.search(before):
                    continue
                since = self._since.search(before)
                if since is not None:
                    if anchor is None or not 0 <= (anchor - value.first).days <= _LONGEST_SINCE:
                        continue
                    value = value._replace(start=start - len(since.group()), last=anchor, precision="week")
                if anchor is not None and value.first > anchor + SLACK:
                    continue
                if anchor is not None and value.last > anchor and value.precision != "day":
                    value = value._replace(last=max(anchor, value.first))
                found.append(value._replace(end=start + len(match.group().rstrip(" ."))))
        return tuple(sorted(found, key=lambda item: item.start))

    def told(self, text: str, told: dt.date) -> Found | None:
        """The first day of a text that is told from ``told``, the day told before: "the next day", "two days later"."""
        for match in self._told.finditer(text):
            if match["told"]:
                date = told + dt.timedelta(days=self.words.number("told", match["told"]))
            else:
                words, unit = match["count"], self.words.value("unit", match["unit"])
                count = (words if words.isdigit() else self.words.value("number", words)).partition("-")[0]
                if unit not in ("hour", "day"):
                    continue
                date = told + dt.timedelta(days=int(count) if unit == "day" else 0)
            return Found(*match.span(), date, date, "day")
        return None

    def time_of_day(self, text: str) -> str | None:
        """The first words that tell a time of the day, of a text that names no day."""
        match = self._time.search(text)
        return match.group() if match else None

    def _is_word(self, match: re.Match[str]) -> bool:
        """Whether a name is an ordinary word: "may", "the sun", written small and with no year beside it."""
        groups = match.groupdict()
        if any(groups.get(year) for year in ("year", "year1", "year3")):
            return False
        names = [groups[name] for name in _NAMES if groups.get(name)]
        return any(name.islower() and name.rstrip(".") in self._ordinary for name in names)

"""Since when and until when a statistic counts, in the words of the text."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from conflict_events.casualties.patterns import MONTHS, WEEKDAYS

_MONTH = rf"(?:{'|'.join(MONTHS)}|(?:jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\b\.?)"
_YEAR = r"(?:19|20)\d\d"
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_PART_OF = (
    r"(?:(?:early|mid|late|the (?:beginning|start|end|middle|first|summer|spring|autumn|winter) of)[ -])?(?:the )?"
)
#: What the patterns of ``data/tally_periods.csv`` name in braces.
_NAMED = {
    "date": (
        rf"{_PART_OF}(?:{_DAY} (?:of )?{_MONTH},? {_YEAR}|{_MONTH} {_DAY},? {_YEAR}|{_DAY} (?:of )?{_MONTH}"
        rf"|{_MONTH} {_DAY}|{_MONTH},? (?:of )?{_YEAR}|{_MONTH}|{_YEAR})\b"
    ),
    "weekday": rf"(?:{'|'.join(WEEKDAYS)})",
    "day": _DAY,
    "span": r"(?:\w+[ -]){0,3}?(?:days?|weeks?|months?|years?|decades?)",
}


@dataclass(frozen=True)
class Period:
    """The words for the beginning and the end of a period; either may be unknown."""

    since: str | None = None
    until: str | None = None

    def __bool__(self) -> bool:
        return self.since is not None or self.until is not None


def period_of(text: str) -> Period:
    """The first period that ``text`` names; an empty one where it names none.

    A period that is one stretch ("in 2023", "last month") begins and ends with the same words.

    >>> period_of("Since early 2023 the number of attacks has reached 31.").since
    'early 2023'
    >>> period_of("Between 6 and 10 March 803 people were killed.")
    Period(since='6', until='10 March')
    """
    for kind, expression in _expressions():
        found = expression.search(text) if kind != "label" else None
        since = _trimmed(found["since"]) if found is not None else None
        if found is None or since is None:
            continue
        if kind == "both":
            return Period(since, _trimmed(found["until"]))
        return Period(since, since if kind == "during" else None)
    return Period()


def period_label(text: str) -> Period:
    """The period that the label of a list item names ("January", "June 2022"); empty where it names none."""
    found = next((m for kind, label in _expressions() if kind == "label" and (m := label.match(text))), None)
    since = _trimmed(found["since"]) if found else None
    return Period(since, since)


@cache
def _expressions() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """The patterns of ``data/tally_periods.csv`` in order, by what they tell: ``both`` ends, ``since``, ``during``."""
    text = (files("conflict_events") / "data" / "tally_periods.csv").read_text(encoding="utf8")
    found = []
    for row in csv.DictReader(text.splitlines()):
        written = row["pattern"]
        for name, pattern in _NAMED.items():
            written = written.replace(f"{{{name}}}", pattern)
        found.append((row["kind"], re.compile(written, re.IGNORECASE)))
    return tuple(found)


def _trimmed(words: str) -> str | None:
    return words.strip(" ,\n").removeprefix("just ").strip() or None

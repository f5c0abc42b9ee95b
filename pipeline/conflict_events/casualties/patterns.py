"""The phrases of time, counting and violence in ``data/discourse_patterns.csv``, as regular expressions.

Patterns are matched on case-folded text; ``{month}``, ``{weekday}`` and ``{attacks}`` in them stand for any of
these names.
"""

from __future__ import annotations

import csv
import re
from functools import cache
from importlib.resources import files
from typing import Literal

from spacy.tokens import Span, Token

from conflict_events.casualties.words import words

MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
#: A month as reports write it, in full or short ("Sept. 17"); the first three letters tell which.
MONTH_NAME = "(?:" + "|".join(MONTHS) + r"|(?:jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\b)"
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

Kind = Literal[
    "period",
    "counting",
    "going_on",
    "also_counted",
    "other_time",
    "other_figure",
    "summing_up",
    "several_attacks",
    "raised_total",
    "stopped_in_time",
    "violence",
    "past",
    "opens_with_past",
    "average",
    "month_alone",
]


@cache
def pattern(kind: Kind) -> re.Pattern[str]:
    """The alternatives of one kind as one expression.

    period: a stretch of time over which a number is summed. counting: what makes a sentence with a period a running
    statistic. going_on: how a sentence begins that continues one. also_counted: what marks a sentence of the next
    paragraph as one more number of the same statistic. other_time: at another time than what was told before.
    other_figure: another side gives its own figure. summing_up: how a sentence begins that sums the figures before it.
    several_attacks: a sentence speaks of more than one attack. raised_total: an attack takes a total over days or weeks
    to a new height. stopped_in_time: an attacker was taken before the attack. violence: a word of violence.
    """
    text = (files("conflict_events") / "data" / "discourse_patterns.csv").read_text(encoding="utf8")
    chosen = [row["pattern"] for row in csv.DictReader(text.splitlines()) if row["kind"] == kind]
    months, weekdays = (f"(?:{'|'.join(names)})" for names in (MONTHS, WEEKDAYS))
    attacks = f"(?:{'|'.join(sorted(words('several_attacks')))})"
    whole = "|".join(chosen).replace("{month}", months).replace("{weekday}", weekdays).replace("{attacks}", attacks)
    return re.compile(whole)


def month_number(name: str) -> int:
    """1 to 12 for a month that :data:`MONTH_NAME` matched."""
    return next(i for i, month in enumerate(MONTHS, 1) if month.startswith(name[:3]))


def month_of(token: Token) -> str | None:
    """The lower-cased name of a month that ``token`` is, in full or short ("Oct.")."""
    name = token.lower_.rstrip(".")
    return name if token.text[0].isupper() and re.fullmatch(MONTH_NAME, name) else None


def violent(sentence: Span) -> bool:
    """Whether a sentence has a word of violence."""
    return pattern("violence").search(sentence.text.casefold()) is not None

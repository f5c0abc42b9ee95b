"""When the events of an article happened, as its date, its dateline and its lead say."""

from __future__ import annotations

import datetime as dt
import re

from spacy.tokens import Doc, Span, Token

from conflict_events.casualties.patterns import MONTH_NAME, WEEKDAYS, month_number, month_of, pattern
from conflict_events.reading import read_date

#: Days by which an event may lie before the article that reports it.
_RECENT = 2
_DAYS_IN_A_YEAR = 365
_HALF_A_YEAR = 182
#: Characters at the top of an article among which a line may give its date.
_TOP = 800
_DEATH = frozenset({"dead", "death", "died", "lives", "martyred", "blew", "hurt", "harmed"})
#: A date as articles write it; the day stands before or behind the month.
CALENDAR_DATE = re.compile(
    rf"\b(?:(\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?)?({MONTH_NAME})\.?\s*(\d{{1,2}})?(?:st|nd|rd|th)?\b"
    r"[,،]?\s*((?:19|20)\d\d)?"
)
_OF_TODAY = re.compile(r"\b(?:today|yesterday|this morning|last night)\b")
#: An article that says so reports the events of several days.
_SEVERAL_DAYS = re.compile(
    r"\b(?:last|past|previous|over|in|during|within) (?:the )?(?:\w+ ){0,2}(?:days|weeks|hours|week|weekend)\b"
    r"|\bsince (?:\w+ )?(?:mon|tues|wednes|thurs|fri|satur|sun)day\b|\bdays of\b"
)


class ArticleDates:
    """The day, month and weekday of what an article itself reports.

    Attributes:
        today: the day of publication, else the first full date of the headline, dateline, caption or first sentence.
    """

    def __init__(self, doc: Doc) -> None:
        self.doc = doc
        published = (doc._.article or {}).get("published")
        self.lead_end = next((s.end for s in doc.sents if len(s) > 12), len(doc))
        opening = "\n".join([doc[: self.lead_end].text, *_date_lines(doc)]).casefold()
        self.today: dt.date | None = dt.date.fromisoformat(published) if published else self._full_date(opening)
        self.day_of_year = None if self.today is None else (self.today.month, self.today.day)
        if self.day_of_year is None:
            self.day_of_year = self._day_of_year(opening)
        self._weekdays: list[tuple[int, int]] | None = None

    def days_before(self, weekday: int, sentence: Span) -> int:
        """How many days a weekday in ``sentence`` is before that of the events told up to there, 0 to 4.

        0 where it is not known: no event has a weekday, the article reports the events of several days, or one or two
        days later may be meant.
        """
        if self._weekdays is None:
            self._weekdays = [(t.i, day) for t in self.doc if (day := weekday_of(t)) is not None and _of_violence(t)]
        told = [day for place, day in self._weekdays if place < sentence.start]
        if not told and self.today is not None and _OF_TODAY.search(self.doc[: sentence.start].text.casefold()):
            told = [self.today.weekday()]
        if not told or weekday in told:
            return 0
        if _SEVERAL_DAYS.search(self.doc[: sentence.start].text.casefold()):
            return 0
        days = (told[0] - weekday) % 7
        return days if days < 7 - _RECENT else 0

    def yesterday_before(self, sentence: Span) -> bool:
        """Whether what is told before ``sentence`` happened yesterday too."""
        return "yesterday" in self.doc[: sentence.start].text.casefold()

    def on_earlier_day(self, month: int, day: int, sentence: Span) -> bool:
        """Whether a day of the year in ``sentence`` is more than two days before that of the article's events.

        Without years, the nearer of a day before and a day after is meant. Where the article has no date, a day that
        its first event does not have is another one.
        """
        own = self.day_of_year or self._day_of_year(self.doc[: sentence.start].text.casefold())
        if own is None:
            return not self.dated_before(sentence)
        here, there = (_day_number(*one) for one in (own, (month, day)))
        return _RECENT < (here - there) % _DAYS_IN_A_YEAR <= _HALF_A_YEAR

    def opens_on_earlier_day(self, text: str, sentence: Span) -> bool | None:
        """Whether the first date of a sentence, without a year, is an earlier one; ``None`` where that is not known."""
        found = CALENDAR_DATE.search(text)
        if found is None or found.group(4) or self.today is not None or self.day_of_year is None:
            return None
        day = found.group(1) or found.group(3)
        if not day or not 0 < int(day) < 32:
            return None
        return self.on_earlier_day(month_number(found.group(2)), int(day), sentence)

    def dated_before(self, sentence: Span) -> bool:
        """Whether anything before ``sentence`` has a calendar date ("on Wednesday" is none)."""
        return sentence.start > 0 and self.has_date(self.doc[: sentence.start])

    @staticmethod
    def has_date(words: Span) -> bool:
        """Whether the words have a calendar date: a month with its capital, or "06/14"."""
        return any(month_of(token) for token in words) or re.search(r"\d/\d", words.text) is not None

    def date_in(self, text: str) -> dt.date | None:
        """The first date of a lower-cased text, its year completed from the article's; ``None`` without either."""
        found = CALENDAR_DATE.search(text)
        if found is None or self.today is None:
            return None
        day = found.group(1) or found.group(3) or "15"
        year = int(found.group(4) or self.today.year)
        parsed = read_date(f"{year}-{month_number(found.group(2)):02d}-{int(day):02d}") if 0 < int(day) < 29 else None
        if parsed is not None and found.group(4) is None and parsed > self.today + dt.timedelta(days=_RECENT):
            parsed = parsed.replace(year=year - 1)
        return parsed

    def is_earlier(self, date: dt.date) -> bool:
        """Whether a date is more than two days before the article's."""
        return self.today is not None and (self.today - date).days > _RECENT

    @staticmethod
    def _full_date(opening: str) -> dt.date | None:
        for found in CALENDAR_DATE.finditer(opening):
            day = found.group(1) or found.group(3)
            if day and found.group(4):
                return read_date(f"{found.group(4)}-{month_number(found.group(2)):02d}-{int(day):02d}")
        return None

    @staticmethod
    def _day_of_year(opening: str) -> tuple[int, int] | None:
        """The first day and month of the opening ("KABUL, Jan 28 —", "on June 3")."""
        for found in CALENDAR_DATE.finditer(opening):
            day = found.group(1) or found.group(3)
            if day and 0 < int(day) < 32:
                return month_number(found.group(2)), int(day)
        return None


def _date_lines(doc: Doc) -> list[str]:
    """The lines near the top that hold little more than a date ("23 November 2023  11:32")."""
    lines = doc.text[:_TOP].split("\n")
    return [line for line in lines if len(line.split()) <= 6 and CALENDAR_DATE.search(line.casefold())]


def weekday_of(token: Token) -> int | None:
    """0 (Monday) to 6 where ``token`` names a day of the week that dates something."""
    name = token.lower_
    return WEEKDAYS.index(name) if name in WEEKDAYS and token.text[0].isupper() else None


def weekdays(sentence: Span) -> set[int]:
    """The days of the week on which a sentence says that violence happened; not those by which a toll was known."""
    return {
        day
        for t in sentence
        if (day := weekday_of(t)) is not None
        and _of_violence(t)
        and not {w.lower_ for w in sentence.doc[max(0, t.i - 2) : t.i]} & {"by", "until", "till", "since"}
    }


def _of_violence(weekday: Token) -> bool:
    """Whether a weekday dates an act of violence, not a report or an inquiry ("police said on Thursday")."""
    node = weekday
    while node.head.i != node.i and node.pos_ not in ("VERB", "AUX"):
        node = node.head
    tells = [node, *node.children, *(c for child in node.children for c in child.children if child.dep_ == "dobj")]
    return any(pattern("violence").search(word.lower_) or word.lower_ in _DEATH for word in tells)


def _day_number(month: int, day: int) -> int:
    """A day's number in a year, months taken as 30 and 31 days in turn."""
    return dt.date(2001, month, min(day, 28)).timetuple().tm_yday + max(0, day - 28)

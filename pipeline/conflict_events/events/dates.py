"""Which of the dates of its sentences an event has, and the day that they are told from.

Weekdays name the last such day on or before publication, as wire style has it ("on Sunday" in a story of that Sunday is
that day); a day or month without a year is the last one on or before publication. What lies after publication cannot
have happened. The phrases are read by :mod:`conflict_events.dates`.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from typing import Any

from spacy.tokens import Doc, Span

from conflict_events.dates import COLUMNS, FILE, SLACK, DateReader, DateWords, Found

__all__ = ["COLUMNS", "FILE", "DateWords", "EventDates"]

_PRECISIONS = ("day", "week", "month", "year")
_MAX_SENTENCE = 3000  # characters read of a sentence without an end, so that no table in a page takes long
_TOP = 600  # characters in which the dateline stands
_LONGEST_PLACE, _LONGEST_DATELINE = 50, 120
#: what ends a dateline: a dash, or the agency in brackets
_DASH = re.compile(r"\s*(?:(?:\([^)]{1,40}\)\s*)?[-–—]+\s|\([A-Z][^)]{1,40}\)\s)")
#: characters on either side of a date in which a word of saying makes it that of the report
_BESIDE = 60
#: a line with a date and at most so many words is the date of the text under it
_DATE_LINE_WORDS = 6
#: words of a date, at most
_DATE_WORDS = 4
_COLON = re.compile(r"\s*:\s")
#: lines with more words are the text itself
_TEXT_WORDS = 12


def _in_dateline(text: str, found: Found) -> bool:
    """Whether a day stands in a dateline: behind a place and a comma, before a dash ("KABUL, 3 May 2021 (AFP) - ")."""
    place = text[: found.start].strip()
    named = place.endswith(",") and place[:1].isupper() and len(place) < _LONGEST_PLACE
    return named and found.precision == "day" and _DASH.match(text, found.end) is not None


class EventDates:
    """Chooses the dates of events."""

    def __init__(self, words: DateWords) -> None:
        self.words = words
        self.reader = DateReader(words)
        said = rf"(?:{words.one_of('speech')})"
        between = rf"(?:\s+(?:on|in|the|a|an|statement|interview|by|to|{words.one_of('part')}|[A-Z][\w-]*)){{0,5}}"
        self._said_before = re.compile(rf"\b{said}{between}\s*$")
        self._said_after = re.compile(rf"^,?\s+(?:that\s+)?{said}\b")

    def __call__(self, doc: Doc, sentences: Sequence[Span], published: dt.date | None) -> dict[str, Any]:
        """The event's date as plain data of ``schema.Date``.

        The first date of the sentences that anchors the event counts, days before months and years, and a day on which
        something was only said after all others. Where there is none, the article's own day stands in (basis
        ``published``): news is told on the day. That is the day in the dateline ("TRIPOLI, 4 May 2020 - ") or on a
        line of its own above the text, else the day of publication. The day that a coded note opens with ("05/14/2013:
        Assailants fired …") is that of what its first sentence tells.
        """
        heading = self._heading(doc, published)
        if heading is not None and _is_first(doc, sentences):
            return _date_of(*heading)
        published = self._dateline(doc, published) or published or (heading[0].first if heading is not None else None)
        best: tuple[tuple[bool, int, int], Found, str] | None = None
        for index, sentence in enumerate(sentences):
            text = sentence.text[:_MAX_SENTENCE]
            for found in self.read(text, published):
                if _in_dateline(text, found):
                    continue
                rank = (self._of_speech(text, found), _PRECISIONS.index(found.precision), index)
                if best is None or rank < best[0]:
                    best = (rank, found, text)
            if best is not None and best[0][:2] == (False, 0):
                break
        if best is None or best[0][0]:
            told = self._told_from_before(doc, sentences, published)
            if told is not None:
                return told
        if best is not None:
            _, found, text = best
            return _date_of(found, text)
        if published is not None:
            times = (self.reader.time_of_day(sentence.text[:_MAX_SENTENCE]) for sentence in sentences)
            return _date(published, published, "day", "published", next(filter(None, times), None))
        return _date(None, None, "unknown", "none", None)

    def _heading(self, doc: Doc, published: dt.date | None) -> tuple[Found, str] | None:
        """The day before the colon that a coded note opens with, with the text that holds it."""
        opening = doc.text[:_LONGEST_DATELINE]
        for found in self.read(opening, published):
            if opening[: found.start].strip() or not _COLON.match(opening, found.end):
                return None
            return (found, opening) if found.precision == "day" else None
        return None

    def _told_from_before(
        self, doc: Doc, sentences: Sequence[Span], published: dt.date | None
    ) -> dict[str, Any] | None:
        """A day that is told from the last one before it ("the next day"), else from the article's."""
        for sentence in sentences:
            text = sentence.text[:_MAX_SENTENCE]
            found = None if published is None else self.reader.told(text, published)
            if found is None:
                continue
            before = doc.text[max(0, sentence.start_char - _MAX_SENTENCE) : sentence.start_char + found.start]
            days = [one for one in self.read(before, published) if one.precision == "day"]
            moved = self.reader.told(text, days[-1].last) if days else found
            if moved is not None and (published is None or moved.first <= published + SLACK):
                return _date_of(moved, text)
        return None

    def read(self, text: str, published: dt.date | None) -> tuple[Found, ...]:
        """The dates of a text that can date what it tells, in text order, none after publication."""
        return self.reader.read(text, published)

    def _of_speech(self, text: str, found: Found) -> bool:
        """Whether a date stands beside a word of saying ("police said on Thursday", "on Thursday announced")."""
        before = text[max(0, found.start - _BESIDE) : found.start]
        return bool(self._said_before.search(before) or self._said_after.match(text[found.end : found.end + _BESIDE]))

    def _dateline(self, doc: Doc, published: dt.date | None) -> dt.date | None:
        """The day in the dateline of an article or on a line of its own, which stand on its first lines."""
        for line in _as_printed(doc)[:_TOP].split("\n"):
            opening = line[:_LONGEST_DATELINE]
            length = len(line.split())
            if length <= _DATE_LINE_WORDS and any(letter.isdigit() for letter in line):
                dated = next(iter(self.read(line, published)), None)
                if dated is not None and dated.precision == "day" and _little_else(line, dated):
                    return dated.first
            if "," not in opening or _DASH.search(opening) is None:
                if length > _TEXT_WORDS:
                    return None
                continue  # most lines are none, and reading dates is dear
            for found in self.read(opening, published):
                if _in_dateline(opening, found):
                    return found.first
        return None


def _is_first(doc: Doc, sentences: Sequence[Span]) -> bool:
    """Whether nothing but a date stands before the sentences of an event."""
    return bool(sentences) and len(doc.text[: sentences[0].start_char].split()) <= _DATE_WORDS


def _as_printed(doc: Doc) -> str:
    """The article's own text: cleaning takes away the lines that only date it."""
    kept = doc._.source_map if Doc.has_extension("source_map") else None
    return str(kept["source"]) if kept else doc.text


def _little_else(line: str, found: Found) -> bool:
    """Whether a line holds a date of several words and no word more than a weekday or a time."""
    rest = f"{line[: found.start]} {line[found.end :]}"
    return not re.search(r"[^\W\d_]{4,}", rest) and len(line[found.start : found.end]) > len("1 May")


def _date_of(found: Found, text: str) -> dict[str, Any]:
    """The record of a date that the text tells."""
    return _date(found.first, found.last, found.precision, "text", " ".join(text[found.start : found.end].split()))


def _date(first: dt.date | None, last: dt.date | None, precision: str, basis: str, text: str | None) -> dict[str, Any]:
    return {
        "start": first.isoformat() if first else None,
        "end": last.isoformat() if last else None,
        "precision": precision,
        "basis": basis,
        "text": text,
    }

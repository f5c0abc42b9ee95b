"""The one sentence that an event record leads with, made of the record and of nothing else.

>>> from conflict_events.schema import Bounds, Event
>>> Summaries.load()(Event(id="a-e1", kind="incident", fatalities=Bounds(low=5, best=5, high=5)))
'Event: 5 killed (place not known; date not known).'
"""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources

from conflict_events.schema import Bounds, Casualty, Date, Event

FILE = "summary_phrases.csv"
COLUMNS = ("sub_event_type", "both", "by", "on", "none")
_PARTIES = "parties"
_MOST_NAMES = 3
_SPOKEN = {"killed_or_injured": "killed or injured"}
_SUMMED = ("killed", "injured")
_VIOLENT = frozenset({"Battles", "Explosions/Remote violence", "Violence against civilians"})


@dataclass(frozen=True)
class Summaries:
    """Sentences for events; ``phrases`` says for each sub-event type what was done ``by`` whom and ``on`` whom."""

    phrases: Mapping[str, Mapping[str, str]] = field(repr=False)

    @classmethod
    def from_text(cls, text: str) -> Summaries:
        """Read the CSV table. Raises ``ValueError`` for a missing column or a missing last row (any other type)."""
        reader = csv.DictReader(text.splitlines())
        missing = [column for column in COLUMNS if column not in (reader.fieldnames or ())]
        if missing:
            raise ValueError(f"{FILE} lacks the column(s) {', '.join(missing)}; its first line must name them.")
        phrases = {row["sub_event_type"]: row for row in reader}
        for name in ("", _PARTIES):
            if name not in phrases:
                raise ValueError(f"{FILE} lacks the row {name!r}; add it.")
        return cls(phrases)

    @classmethod
    @cache
    def load(cls) -> Summaries:
        """The table that comes with the package."""
        return cls.from_text((resources.files("conflict_events") / "data" / FILE).read_text(encoding="utf8"))

    def __call__(self, event: Event) -> str:
        """ "ISIS cells attacked regime forces near Al-Sokhna on 3 March 2024: 5 killed, at least 3 injured."

        What the record does not know is named in brackets, and so is whose claim it is.
        """
        told = f"{self._deed(event)}{_place(event)}{_when(event.date)}"
        told = told[:1].upper() + told[1:]
        if event.kind != "incident":
            told = f"{'Update' if event.kind == 'update' else 'Earlier'}: {told}"
        harm = ", ".join(_harm(event))
        notes = "; ".join(_notes(event))
        return f"{told}{f': {harm}' if harm else ''}{f' ({notes})' if notes else ''}."

    def _deed(self, event: Event) -> str:
        """Who did what to whom; two parties without an attacker fought each other."""
        by, on, parties = (_names(event, role) for role in ("perpetrator", "target", "party"))
        phrases = self.phrases.get(event.sub_event_type or "", self.phrases[""])
        if parties and not by and event.event_type == "Battles" and (len(parties) > 1 or on):
            phrases = self.phrases[_PARTIES]
            by, on = ([*parties], on) if on else (parties[:1], parties[1:])
        elif parties and not by:
            by = parties
        which = "both" if by and on else "by" if by else "on" if on else "none"
        return phrases[which].format(by=_listed(by), on=_listed(on))


def _names(event: Event, role: str) -> list[str]:
    return _once(" ".join(item.mention.text.split()) for item in event.actors if item.role == role)


def _once(words: Iterable[str]) -> list[str]:
    return list({word.casefold(): word for word in words}.values())


def _listed(names: Sequence[str]) -> str:
    """ "A", "A and B", "A, B, C and others"."""
    shown = [*names[:_MOST_NAMES], *(["others"] if len(names) > _MOST_NAMES else [])]
    return " and ".join([", ".join(shown[:-1]), shown[-1]]) if len(shown) > 1 else "".join(shown)


def _place(event: Event) -> str:
    site, near, within = (
        _once(item.mention.text for item in event.locations if item.role == role) for role in ("site", "near", "within")
    )
    told = f" in {_listed(site)}" if site else f" near {_listed(near)}" if near else ""
    if not told:
        return f" in {_listed(within)}" if within else ""
    return f"{told} ({', '.join(within[:_MOST_NAMES])})" if within else told


def _when(date: Date) -> str:
    """ "on 3 March 2024", "from 29 to 30 October 2022", "in March 2024"; "reported on" where the text tells no day."""
    if date.start is None or date.end is None:
        return ""
    reported = " reported" if date.basis == "published" else ""
    if date.start == date.end:
        return f"{reported} on {_day(date.start)}"
    if date.precision == "year" and (date.start.month, date.start.day, date.end.month) == (1, 1, 12):
        return (
            f" in {date.start.year}" if date.start.year == date.end.year else f" in {date.start.year}–{date.end.year}"
        )
    if date.start.day == 1 and (date.end + dt.timedelta(days=1)).day == 1 and _month(date.start) == _month(date.end):
        return f" in {_month(date.start)}"
    if _month(date.start) == _month(date.end):
        return f" between {date.start.day} and {_day(date.end)}"
    return f" between {_day(date.start)} and {_day(date.end)}"


def _day(date: dt.date) -> str:
    return f"{date.day} {_month(date)}"


def _month(date: dt.date) -> str:
    return f"{date:%B} {date.year}"


def _harm(event: Event) -> list[str]:
    """The sums, then the other outcomes; an outcome whose number is not told says so."""
    found: list[str] = []
    outcomes = {c.outcome: None for c in event.casualties}
    sums = {"killed": event.fatalities, "injured": event.injuries}
    nobody = [outcome for outcome, sum_of in sums.items() if sum_of is not None and sum_of.high == 0]
    for outcome in _SUMMED:
        bounds = sums[outcome]
        if outcome in nobody:
            continue
        if bounds is not None:
            found.append(f"{_number(bounds)} {outcome}")
        elif outcome in outcomes:
            found.append(f"unknown number {outcome}")
    if nobody:
        found.append(f"nobody {' or '.join(nobody)}")
    for outcome in outcomes:
        if outcome not in _SUMMED:
            found.extend(_other(outcome, [c for c in event.casualties if c.outcome == outcome]))
    return found


def _other(outcome: str, casualties: Sequence[Casualty]) -> list[str]:
    """Each number of an outcome that the record does not sum."""
    spoken = _SPOKEN.get(outcome, outcome)
    return [
        f"{_number(Bounds(low=c.quantity.low, best=c.quantity.best, high=c.quantity.high))} {spoken}"
        if (c.quantity.low, c.quantity.best, c.quantity.high) != (None, None, None)
        else f"unknown number {spoken}"
        for c in casualties
        if c.quantity.high != 0
    ]


def _number(bounds: Bounds) -> str:
    low, best, high = bounds.low, bounds.best, bounds.high
    if low is not None and low == high:
        return str(low)
    if low is not None and high is not None:
        return f"{low} to {high}"
    if low is not None:
        return f"at least {low}"
    if high is not None:
        return f"at most {high}"
    return f"about {best}" if best is not None else "an unknown number"


def _notes(event: Event) -> list[str]:
    """Whose claim it is, and what the record does not know."""
    notes = []
    claimants = _names(event, "claimant")
    if event.certainty != "asserted":
        notes.append(f"{event.certainty} by {_listed(claimants)}" if claimants else event.certainty)
    if event.event_type in _VIOLENT and not any(item.role in ("perpetrator", "party") for item in event.actors):
        notes.append("by whom is not known")
    if not event.locations:
        notes.append("place not known")
    if event.date.start is None:
        notes.append("date not known")
    return notes

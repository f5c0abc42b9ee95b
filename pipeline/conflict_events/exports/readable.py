"""A table to read: an event a row, with who, where, when, the toll, a sentence and the way to the source."""

from __future__ import annotations

from collections.abc import Iterator

from conflict_events.exports.codebook import Codebook
from conflict_events.exports.reading import EventReading
from conflict_events.exports.row import Cell, Row
from conflict_events.schema import Bounds


def code_readable(reading: EventReading, codebook: Codebook) -> Iterator[Row]:
    """One row."""
    event, article, location = reading.event, reading.annotation.article, reading.location
    values: dict[str, Cell] = {
        "when": _days(reading),
        "where": reading.place.name if reading.place else (location.mention.text if location else None),
        "province": reading.admin("admin1"),
        "country": reading.country,
        "attackers": "; ".join(party.name for party in reading.attackers) or None,
        "attacked": "; ".join(party.name for party in reading.targets) or None,
        "killed": _count(event.fatalities),
        "injured": _count(event.injuries),
        "what": event.sub_event_type or event.event_type,
        "how_sure": event.certainty,
        "summary": event.summary,
        "words": reading.evidence,
        "outlet": article.outlet,
        "published": article.published,
        "link": article.url,
    }
    yield Row(values)


def _days(reading: EventReading) -> Cell:
    """The day; both ends of a longer time as text."""
    if reading.start is None or reading.end is None or reading.start == reading.end:
        return reading.start or reading.end
    return f"{reading.start} to {reading.end}"


def _count(quantity: Bounds | None) -> Cell:
    """A number where it is exact, else its bounds in words; empty where the text gives none.

    >>> _count(Bounds(low=3, best=3, high=None))
    'at least 3'
    """
    if quantity is None or (quantity.low is None and quantity.high is None and quantity.best is None):
        return None
    low, best, high = quantity.low, quantity.best, quantity.high
    if low == high and low is not None:
        return low
    if low is not None and high is not None:
        return f"{low} to {high}"
    if high is None:
        return f"at least {low if low is not None else best}"
    return f"at most {high}"

"""Which events' people are added up, here and everywhere else, and how: the one rule behind every total."""

from __future__ import annotations

from collections.abc import Iterable

from conflict_events.schema import Bounds, Event

#: Kinds of events whose casualties count; ``background`` recalls another event.
COUNTED_KINDS = ("incident", "update")
#: Certainties of events that are told as having happened.
TOLD = frozenset({"asserted", "claimed"})


def counts(kind: str, certainty: str) -> bool:
    """Whether people of such an event may be added up: incidents and updates that are asserted or claimed."""
    return kind in COUNTED_KINDS and certainty in TOLD


def counted(events: Iterable[Event]) -> list[Event]:
    """The events that count."""
    return [event for event in events if counts(event.kind, event.certainty)]


def total(sums: Iterable[Bounds | None]) -> Bounds | None:
    """The sum of events' sums; a bound that one leaves open is open, and ``None`` where none states a number."""
    stated = [bounds for bounds in sums if bounds is not None]
    if not stated:
        return None
    return Bounds(
        low=_sum([bounds.low for bounds in stated]),
        best=_sum([bounds.best for bounds in stated]),
        high=_sum([bounds.high for bounds in stated]),
    )


def _sum(values: list[int | None]) -> int | None:
    return None if None in values else sum(value for value in values if value is not None)

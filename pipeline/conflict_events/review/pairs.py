"""Which events of two records of an article are the same one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from conflict_events.schema import Event

NOT_STATED = "not stated"
#: What tells one event from another of the same article.
_TELLING = ("killed", "injured", "place", "parties", "date")


def pair_events(
    one: Sequence[Event], other: Sequence[Event], fields: Mapping[str, Callable[[Event], str]]
) -> Iterator[tuple[Event | None, Event | None]]:
    """Each event with its like in the other record: of the same id, else those that say most alike, the best first.

    Events coded without the machine's answer have ids of their own. ``None`` stands for an event without its like; two
    that say nothing alike are not paired.
    """
    left = {event.id: event for event in one}
    right = {event.id: event for event in other}
    for name in [name for name in left if name in right]:
        yield left.pop(name), right.pop(name)
    likeness = sorted(
        ((_alike(a, b, fields), a.id, b.id) for a in left.values() for b in right.values()),
        key=lambda found: -found[0],
    )
    for alike, name, other_name in likeness:
        if alike and name in left and other_name in right:
            yield left.pop(name), right.pop(other_name)
    yield from ((event, None) for event in left.values())
    yield from ((None, event) for event in right.values())


def _alike(one: Event, other: Event, fields: Mapping[str, Callable[[Event], str]]) -> int:
    said = [(fields[name](one), fields[name](other)) for name in _TELLING]
    return sum(a == b and not a.startswith(NOT_STATED) for a, b in said)

"""From a casualty to a number, by a codebook's rules."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from conflict_events.exports.codebook import Codebook
from conflict_events.schema import Casualty


@dataclass(frozen=True)
class Count:
    """A number of people and the rules that made it. ``None`` where a rule leaves it blank."""

    low: int | None = 0
    best: int | None = 0
    high: int | None = 0
    rules: tuple[str, ...] = field(default=())


def count_casualty(casualty: Casualty, codebook: Codebook, event_type: str | None) -> Count:
    """How many people a casualty stands for.

    ``best`` is what a project that publishes one number publishes; ``low`` and ``high`` are its bounds.
    """
    numbers, quantity = codebook.numbers, casualty.quantity
    low, best, high = quantity.low, quantity.best, quantity.high
    small = event_type not in numbers.large
    if (low, best, high) == (None, None, None):
        value = numbers.unstated_small if small else numbers.unstated
        return _same(None if value == "blank" else value, "unstated")
    if quantity.modifier == "vague":
        table = numbers.vague | (numbers.vague_small if small else {})
        number = _number_of_words(casualty.mention.text if casualty.mention else "", table)
        if number is None and table and low is not None:
            number = low
        return Count(number, number, high if high is None or number is None else max(high, number), ("vague",))
    if low is not None and low == best == high:
        return Count(low, best, high, ("stated",))
    if low is not None and high is not None:
        chosen = best if best is not None else (low if numbers.range == "low" else high)
        return Count(low, chosen, high, ("lowest",) if best is None else ("stated",))
    if low is not None:
        return Count(low, low if best is None else best, None, ("lower_bound",))
    if high is not None:
        chosen = (high if best is None else best) if numbers.upper_bound == "high" else 0
        return Count(0, chosen, high, ("upper_bound",))
    return Count(best, best, best, ("stated",))


def count_all(casualties: Iterable[Casualty], outcome: str, codebook: Codebook, event_type: str | None) -> Count:
    """The sum over casualties of one outcome. A bound that one of them leaves open stays open in the sum."""
    counts = []
    for casualty in casualties:
        if casualty.outcome == outcome:
            counts.append(count_casualty(casualty, codebook, event_type))
        elif casualty.outcome == "killed_or_injured":
            counts.append(_unseparated(casualty, codebook))
    if not counts:
        nothing = codebook.numbers.nothing
        return _same(None if nothing == "blank" else nothing, "nothing")
    return Count(
        _total([count.low for count in counts]),
        _total([count.best for count in counts]),
        _total([count.high for count in counts]),
        tuple(dict.fromkeys(rule for count in counts for rule in count.rules)),
    )


def _unseparated(casualty: Casualty, codebook: Codebook) -> Count:
    if casualty.quantity.high == 0:  # "no casualties"
        return Count(0, 0, 0, ("stated",))
    value = codebook.numbers.unseparated
    chosen = None if value == "blank" else value
    return Count(chosen, chosen, casualty.quantity.high, ("unseparated",))


def _same(value: int | None, rule: str) -> Count:
    return Count(value, value, value, (rule,))


def _total(values: list[int | None]) -> int | None:
    return None if None in values else sum(value for value in values if value is not None)


def _number_of_words(words: str, table: dict[str, int]) -> int | None:
    """The number of the longest entry of ``table`` in ``words``."""
    text = words.casefold()
    for entry in sorted(table, key=len, reverse=True):
        if re.search(rf"(?<!\w){re.escape(entry)}(?!\w)", text):
            return table[entry]
    return None

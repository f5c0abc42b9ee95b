"""Which read case answers which gold case: the assignment that agrees best over a whole article."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from conflict_events.evaluation.cases import CasualtyCase, EventCase

Gold = TypeVar("Gold")
Read = TypeVar("Read")

_SMALL = frozenset({"the", "a", "an", "of", "and", "in", "on", "at", "to", "by", "from", "their", "his", "her"})
EVENT_THRESHOLD = 0.25
"""Least agreement (0 to 1) for two events to be the same one."""


def bare(words: str) -> str:
    """Letters and digits only, without case: what two ways to write one name share."""
    return "".join(character for character in words.casefold() if character.isalnum())


def word_set(text: str) -> frozenset[str]:
    """The words of a text that say something, without case."""
    return frozenset(re.findall(r"[^\W_]+", text.casefold())) - _SMALL


def same_people(one: str | None, other: str | None) -> bool:
    """Whether two descriptions of victims share a word (also but for a plural s), or one of them says nothing."""
    if not one or not other:
        return True
    return bool({word.rstrip("s") for word in word_set(one)} & {word.rstrip("s") for word in word_set(other)})


def assign(
    gold: Sequence[Gold], read: Sequence[Read], agreement: Callable[[Gold, Read], float], threshold: float = 0.0
) -> list[tuple[int, int]]:
    """Pairs (index in ``gold``, index in ``read``) with the highest sum of agreements above ``threshold``.

    Each case is in one pair at most. Pairs of equal sum are settled by order, so that the result is always the same.
    """
    values = [[agreement(one, other) for other in read] for one in gold]
    if not gold or not read:
        return []
    # Order decides between equals: pairs that stand as early on both sides are preferred by less than anything counts.
    width = max(len(gold), len(read))
    cost = [
        [
            -(values[i][j] - 1e-9 * abs(i - j)) if i < len(gold) and j < len(read) and values[i][j] > threshold else 0.0
            for j in range(width)
        ]
        for i in range(width)
    ]
    return [
        (i, j) for i, j in enumerate(_hungarian(cost)) if i < len(gold) and j < len(read) and values[i][j] > threshold
    ]


def _hungarian(cost: Sequence[Sequence[float]]) -> list[int]:
    """The column of each row in the assignment of least cost (Kuhn 1955, with potentials; square matrix)."""
    size = len(cost)
    row_potential, column_potential = [0.0] * (size + 1), [0.0] * (size + 1)
    row_of = [0] * (size + 1)  # row_of[column], both counted from 1; 0 is none
    for row in range(1, size + 1):
        row_of[0] = row
        column = 0
        least, way, used = [float("inf")] * (size + 1), [0] * (size + 1), [False] * (size + 1)
        while True:
            used[column] = True
            current, delta, following = row_of[column], float("inf"), 0
            for other in range(1, size + 1):
                if used[other]:
                    continue
                reduced = cost[current - 1][other - 1] - row_potential[current] - column_potential[other]
                if reduced < least[other]:
                    least[other], way[other] = reduced, column
                if least[other] < delta:
                    delta, following = least[other], other
            for other in range(size + 1):
                if used[other]:
                    row_potential[row_of[other]] += delta
                    column_potential[other] -= delta
                else:
                    least[other] -= delta
            column = following
            if row_of[column] == 0:
                break
        while column:
            row_of[column], column = row_of[way[column]], way[column]
    result = [0] * size
    for column in range(1, size + 1):
        result[row_of[column] - 1] = column - 1
    return result


def overlap(one: Iterable[object], other: Iterable[object]) -> float:
    """What two bags share: twice the common ones over all of both (Dice); 0 where both are empty."""
    first, second = Counter(one), Counter(other)
    total = first.total() + second.total()
    return 2 * (first & second).total() / total if total else 0.0


def casualty_agreement(gold: CasualtyCase, read: CasualtyCase) -> float:
    """How well two casualties agree; 0 where they differ in outcome and cannot be one.

    The outcome counts most, then the number, then the victims' words; casualties of two outcomes are one only where
    number and victims agree.
    """
    number = gold.number == read.number
    people = same_people(gold.victim, read.victim)
    if gold.outcome != read.outcome:
        return 1.0 if number and gold.number and people and gold.victim and read.victim else 0.0
    named = bool(gold.victim and read.victim and people)
    bounds = gold.quantity.model_dump(exclude={"modifier"}) == read.quantity.model_dump(exclude={"modifier"})
    return 4 + 2 * number + 0.5 * bounds + 1.5 * named + 0.5 * people


_WEIGHTS = {"casualties": 3.0, "places": 2.0, "actors": 2.0, "type": 1.0, "weapons": 0.5, "date": 0.5, "kind": 0.5}


def event_agreement(gold: EventCase, read: EventCase) -> float:
    """How much of what two events tell agrees, 0 to 1: casualties, places, parties, type, weapons, date, kind.

    What neither tells does not count. Words agree by what they share: "Homs desert" and "Homs" half.
    """
    parts: dict[str, float] = {}
    if gold.casualties or read.casualties:
        parts["casualties"] = overlap(
            ((one.outcome, one.number) for one in gold.casualties),
            ((one.outcome, one.number) for one in read.casualties),
        )
    for name, roles in (("places", ("site", "near", "within")), ("actors", ("perpetrator", "target", "party"))):
        ours, theirs = (_words_of(event, roles) for event in (gold, read))
        if ours or theirs:
            parts[name] = overlap(ours, theirs)
    if gold.weapons or read.weapons:
        ours, theirs = (
            frozenset(w for words in event.weapons or () for w in word_set(words)) for event in (gold, read)
        )
        parts["weapons"] = overlap(ours, theirs)
    if gold.dates or read.dates:
        ours, theirs = (frozenset(w for words in event.dates for w in word_set(words)) for event in (gold, read))
        parts["date"] = overlap(ours, theirs)
    parts["type"] = 1.0 if gold.sub_event_type == read.sub_event_type else 0.5 * (gold.event_type == read.event_type)
    parts["kind"] = float((gold.kind == "background") == (read.kind == "background"))
    return sum(_WEIGHTS[name] * value for name, value in parts.items()) / sum(_WEIGHTS[name] for name in parts)


def _words_of(event: EventCase, roles: Sequence[str]) -> frozenset[str]:
    return frozenset(word for role in roles for words in event.roles.get(role, ()) for word in word_set(words))

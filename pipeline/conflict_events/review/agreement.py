"""How far coders of the same articles agree, and where they differ."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from conflict_events.review.pairs import pair_events
from conflict_events.review.review import Review, ReviewedArticle
from conflict_events.schema import Bounds, Event

_REPEATS = 1000
_Pair = tuple[Hashable, Hashable]


@dataclass(frozen=True)
class Agreement:
    """Two coders on one field: the share of equal values, its 95 % interval, and Krippendorff's alpha (nominal)."""

    coders: tuple[str, str]
    field: str
    articles: int
    events: int
    exact: float
    low: float
    high: float
    alpha: float | None


@dataclass(frozen=True)
class Difference:
    """What two coders say differently of an event."""

    key: str
    title: str
    event: str
    field: str
    coders: tuple[str, str]
    values: tuple[str, str]


def _bounds(bounds: Bounds | None) -> str:
    return "not stated" if bounds is None else "/".join("–" if one is None else str(one) for one in bounds_of(bounds))


def bounds_of(bounds: Bounds) -> tuple[int | None, int | None, int | None]:
    """The three bounds of a sum."""
    return bounds.low, bounds.best, bounds.high


def _place(event: Event) -> str:
    for role in ("site", "near", "within"):
        for location in event.locations:
            if location.role == role:
                return location.place.id if location.place else location.mention.text.casefold()
    return "not stated"


def _parties(event: Event) -> str:
    found = {f"{one.role} {one.actor.name if one.actor else one.mention.text.casefold()}" for one in event.actors}
    return "; ".join(sorted(found)) or "not stated"


#: What is compared, each as words that are equal where coders agree.
FIELDS: dict[str, Callable[[Event], str]] = {
    "killed": lambda event: _bounds(event.fatalities),
    "injured": lambda event: _bounds(event.injuries),
    "kind": lambda event: event.kind,
    "certainty": lambda event: event.certainty,
    "type": lambda event: f"{event.event_type} / {event.sub_event_type}",
    "date": lambda event: f"{event.date.start or 'not stated'} to {event.date.end or 'not stated'}",
    "place": _place,
    "parties": _parties,
}
_NO_EVENT = "no event"


def _both_done(review: Review) -> Iterator[tuple[ReviewedArticle, ReviewedArticle, tuple[str, str]]]:
    review.refresh()
    coders = review.log.coders()
    for one, other in combinations(coders, 2):
        for item in review.items():
            states = [review.standing_of(item, coder) for coder in (one, other)]
            if all(state.begun and state.done for state in states):
                yield review.article(item, one), review.article(item, other), (one, other)


def _compared(one: ReviewedArticle, other: ReviewedArticle) -> Iterator[tuple[str, str, str, str]]:
    """Event, field and what each of two coders says of it; an event that one alone has differs in every field."""
    for pair in pair_events(one.annotation.events, other.annotation.events, FIELDS):
        event_id = next(event.id for event in pair if event is not None)
        for field, value in FIELDS.items():
            said = [_NO_EVENT if event is None else value(event) for event in pair]
            yield event_id, field, said[0], said[1]


def differences(review: Review) -> list[Difference]:
    """Everything that coders who are done with an article say differently of it."""
    return [
        Difference(one.item.key, one.item.title, event, field, coders, (said, other_said))
        for one, other, coders in _both_done(review)
        for event, field, said, other_said in _compared(one, other)
        if said != other_said
    ]


def agreement(review: Review) -> list[Agreement]:
    """Agreement of each two coders by field, over the articles that both are done with; intervals by article."""
    pairs: dict[tuple[tuple[str, str], str], list[list[_Pair]]] = {}
    for one, other, coders in _both_done(review):
        by_field: dict[str, list[_Pair]] = {field: [] for field in FIELDS}
        for _, field, said, other_said in _compared(one, other):
            by_field[field].append((said, other_said))
        for field, found in by_field.items():
            pairs.setdefault((coders, field), []).append(found)
    made = []
    for (coders, field), articles in pairs.items():
        flat = [pair for article in articles for pair in article]
        if flat:
            low, high = share_interval(articles)
            exact = sum(a == b for a, b in flat) / len(flat)
            made.append(Agreement(coders, field, len(articles), len(flat), exact, low, high, alpha(flat)))
    return made


def alpha(pairs: Sequence[_Pair]) -> float | None:
    """Krippendorff's alpha for two coders and nominal values; ``None`` where only one value occurs.

    Krippendorff, Content Analysis (2004), ch. 11: 1 - observed / expected disagreement, with n(n-1) pairs expected.

    >>> alpha([("a", "a"), ("a", "a"), ("b", "b"), ("b", "a")])
    0.5333333333333333
    """
    values = [value for pair in pairs for value in pair]
    counts = {value: values.count(value) for value in set(values)}
    total = len(values)
    expected = total * (total - 1) - sum(count * (count - 1) for count in counts.values())
    if not expected:
        return None
    observed = sum(2 for one, other in pairs if one != other)
    return 1 - (total - 1) * observed / expected


def share_interval(articles: Sequence[Sequence[_Pair]], seed: int = 0) -> tuple[float, float]:
    """95 % interval of the share of equal pairs, by drawing articles again (bootstrap).

    Where all are equal or none is, drawing again says nothing, and Wilson's interval over the articles stands instead.
    """
    flat = [pair for article in articles for pair in article]
    equal = sum(one == other for one, other in flat)
    if not flat:
        return 0.0, 1.0
    if equal in (0, len(flat)) or len(articles) < 2:
        filled = sum(bool(article) for article in articles)
        return wilson(equal / len(flat), filled)
    lot = random.Random(seed)
    sums = [(sum(one == other for one, other in article), len(article)) for article in articles]
    shares = []
    for _ in range(_REPEATS):
        drawn = lot.choices(sums, k=len(sums))
        number = sum(size for _, size in drawn)
        if number:
            shares.append(sum(same for same, _ in drawn) / number)
    shares.sort()
    return shares[int(0.025 * len(shares))], shares[min(len(shares) - 1, int(0.975 * len(shares)))]


def wilson(share: float, number: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share of ``number``."""
    if not number:
        return 0.0, 1.0
    z = 1.959964
    middle = (share + z * z / (2 * number)) / (1 + z * z / number)
    half = z * math.sqrt(share * (1 - share) / number + z * z / (4 * number * number)) / (1 + z * z / number)
    return max(0.0, middle - half), min(1.0, middle + half)

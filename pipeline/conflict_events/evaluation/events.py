"""Events: which were found, and what they tell of kind, type, date, parties and places.

A gold and a read event are one where they agree most over the whole article (:mod:`matching`). ``role`` and ``weapon``
count words in the role of the right event; words of an event that has no counterpart are missed or spurious.
``role_in_article`` asks only whether an article's events name the words in that role.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from conflict_events.evaluation.cases import ACTOR_ROLES, LOCATION_ROLES, EventCase
from conflict_events.evaluation.casualties import words as casualty_words
from conflict_events.evaluation.errors import EvaluationError
from conflict_events.evaluation.matching import EVENT_THRESHOLD, assign, bare, event_agreement, word_set
from conflict_events.evaluation.observations import Observations

ROLES = (*ACTOR_ROLES, *LOCATION_ROLES)


def observe(
    article: int,
    gold: Sequence[EventCase],
    read: Sequence[EventCase],
    observations: Observations,
    errors: list[EvaluationError],
    confusion: Counter[tuple[str, str]],
) -> None:
    """Count one article's events and collect what went wrong."""
    pairs = assign(gold, read, event_agreement, EVENT_THRESHOLD)
    observations.prf(article, "event", len(pairs), len(read), len(gold))
    for kind in sorted({event.kind for event in (*gold, *read)}):
        right = sum(gold[i].kind == read[j].kind == kind for i, j in pairs)
        counts = [sum(event.kind == kind for event in side) for side in (read, gold)]
        observations.prf(article, "event_with_kind", right, counts[0], counts[1], {"kind": kind})
    for i, j in pairs:
        _compare(article, gold[i], read[j], observations, errors, confusion)
    with_weapons = all(event.weapons is not None for event in gold)  # some data name none
    answered: list[tuple[EventCase | None, EventCase | None]] = [(gold[i], read[j]) for i, j in pairs]
    answered += [(one, None) for i, one in enumerate(gold) if i not in {pair[0] for pair in pairs}]
    answered += [(None, other) for j, other in enumerate(read) if j not in {pair[1] for pair in pairs}]
    for ours, theirs in answered:
        _slots(article, ours, theirs, observations, errors, with_weapons)
        if ours is None and theirs is not None:
            error = EvaluationError(article, "event", "spurious", theirs.kind, "", words(theirs), *_place(theirs))
            errors.append(error)
        elif theirs is None and ours is not None:
            errors.append(EvaluationError(article, "event", "missed", ours.kind, words(ours)))
        if theirs is not None and theirs.score is not None:
            observations.mean(article, "event_brier", (theirs.score - (ours is not None)) ** 2)
    for role in ROLES:
        one, other = _in_article(gold, role), _in_article(read, role)
        if one or other:
            count = (len(one & other), len(other), len(one))
            observations.prf(article, "role_in_article", *count, {"role": role})


def words(event: EventCase) -> str:
    """An event in short."""
    parts = [event.kind, event.sub_event_type or event.event_type or ""]
    parts += [f"{role}: {', '.join(event.roles[role])}" for role in ROLES if event.roles.get(role)]
    parts += [casualty_words(casualty) for casualty in event.casualties]
    return " · ".join(part for part in parts if part)


def _place(event: EventCase | None) -> tuple[int | None, int | None]:
    return (None, None) if event is None else (event.start, event.end)


def _compare(
    article: int,
    gold: EventCase,
    read: EventCase,
    observations: Observations,
    errors: list[EvaluationError],
    confusion: Counter[tuple[str, str]],
) -> None:
    observations.share(article, "event_kind", gold.kind == read.kind, groups={"kind": gold.kind})
    if gold.kind != read.kind:
        errors.append(
            EvaluationError(article, "event", "wrong_kind", gold.kind, words(gold), words(read), *_place(read))
        )
    if gold.event_type is not None:
        observations.share(
            article, "event_type", gold.event_type == read.event_type, groups={"event_type": gold.event_type}
        )
        right = (gold.event_type, gold.sub_event_type) == (read.event_type, read.sub_event_type)
        observations.share(article, "sub_event_type", right)
        confusion[(gold.sub_event_type or gold.event_type, read.sub_event_type or read.event_type or "none")] += 1
        if not right:
            ours, theirs = (event.sub_event_type or event.event_type or "none" for event in (gold, read))
            errors.append(
                EvaluationError(article, "event_type", "wrong_type", gold.event_type, ours, theirs, *_place(read))
            )
    if gold.certainty is not None:
        observations.share(article, "event_certainty", gold.certainty == read.certainty)
    if gold.dates or read.dates:
        told, found = ({word for date in event.dates for word in word_set(date)} for event in (gold, read))
        observations.share(article, "event_date", bool(told & found))


def _slots(
    article: int,
    gold: EventCase | None,
    read: EventCase | None,
    observations: Observations,
    errors: list[EvaluationError],
    with_weapons: bool,
) -> None:
    """Count the words of a pair of events by role. ``None`` is an event that the other side does not have."""
    ours = {role: _bare_words(gold, role) for role in ROLES}
    theirs = {role: _bare_words(read, role) for role in ROLES}
    for role in ROLES:
        one, other = ours[role], theirs[role]
        if one or other:
            observations.prf(article, "role", len(one.keys() & other.keys()), len(other), len(one), {"role": role})
        if gold is None or read is None:
            continue  # the missing event is told as one error, not again for each of its words
        for name in one.keys() - other.keys():
            elsewhere = next((r for r in ROLES if name in theirs[r]), None)
            errors.append(
                EvaluationError(
                    article,
                    "role",
                    "wrong_role" if elsewhere else "missed",
                    role,
                    f"{role}: {one[name]}",
                    f"{elsewhere}: {one[name]}" if elsewhere else "",
                    *_place(read),
                )
            )
        for name in other.keys() - one.keys():
            if not any(name in ours[r] for r in ROLES):
                errors.append(
                    EvaluationError(article, "role", "spurious", role, "", f"{role}: {other[name]}", *_place(read))
                )
    first, second = ({bare(one) for one in event.weapons or ()} if event else set() for event in (gold, read))
    if with_weapons and (first or second):
        observations.prf(article, "weapon", len(first & second), len(second), len(first))


def _bare_words(event: EventCase | None, role: str) -> dict[str, str]:
    return {} if event is None else {bare(words): words for words in event.roles.get(role, ())}


def _in_article(events: Sequence[EventCase], role: str) -> set[str]:
    return {bare(words) for event in events for words in event.roles.get(role, ())}

"""Casualties of events: outcome, number, victims and parts, and an article's totals.

``casualty`` compares the bags of (outcome, number) of an article's incidents and updates, ``casualty_any_kind`` those
of all events; ``casualty_victim`` wants the victims' words to agree too; ``casualty_part`` compares parts ("including a
child"). Numbers are best, else low. Background and running statistics are never added to incidents, so a number read
there is an error of its own kind.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from conflict_events.counting import COUNTED_KINDS
from conflict_events.evaluation.cases import CasualtyCase, EventCase, TallyCase, all_casualties
from conflict_events.evaluation.errors import EvaluationError
from conflict_events.evaluation.matching import assign, casualty_agreement, same_people
from conflict_events.evaluation.observations import Observations
from conflict_events.evaluation.quantities import qualifier_of, size_of, written

TOTALS = ("killed", "injured")

Bag = Counter[tuple[str, int | None]]


def bag(casualties: Iterable[CasualtyCase]) -> Bag:
    """How often an article tells each (outcome, number)."""
    return Counter((one.outcome, one.number) for one in casualties)


def observe(
    article: int,
    gold: Sequence[EventCase],
    read: Sequence[EventCase],
    gold_tallies: Sequence[TallyCase],
    observations: Observations,
    errors: list[EvaluationError],
) -> None:
    """Count one article's casualties and collect what went wrong."""
    ours, theirs = list(all_casualties(gold, COUNTED_KINDS)), list(all_casualties(read, COUNTED_KINDS))
    _bags(article, "casualty", ours, theirs, observations)
    _bags(article, "casualty_any_kind", list(all_casualties(gold)), list(all_casualties(read)), observations)
    _bags(article, "casualty_part", list(_parts(gold)), list(_parts(read)), observations)
    for outcome in TOTALS:
        total = sum(one.number or 0 for one in ours if one.outcome == outcome)
        found = sum(one.number or 0 for one in theirs if one.outcome == outcome)
        observe_total(article, outcome, total, found, observations)
    pairs = assign(ours, theirs, casualty_agreement)
    named = [(ours[i], theirs[j]) for i, j in pairs]
    fitting = sum(
        one.outcome == other.outcome and one.number == other.number and _same_named(one.victim, other.victim)
        for one, other in named
    )
    observations.prf(article, "casualty_victim", fitting, len(theirs), len(ours))
    for one, other in named:
        if one.outcome == other.outcome:
            _quantity(article, one, other, observations)
        if one.status not in (None, "unknown"):
            observations.share(article, "victim_status", one.status == other.status, groups={"status": str(one.status)})
    _explain(article, ours, theirs, pairs, gold, read, gold_tallies, errors)


def observe_total(article: int, outcome: str, gold: int, read: int | None, observations: Observations) -> None:
    """Count an article's total of an outcome; ``read`` is ``None`` where the article was not annotated.

    ``killed_exact`` is the share of articles with the right total, ``killed_positive_exact`` among those where it is
    not 0, ``killed_zero_exact`` among those where it is 0; then within one, mean absolute error and bias (read less
    gold; articles that were read).
    """
    groups = {"size": size_of(gold)}
    observations.share(article, f"{outcome}_exact", gold == read, groups=groups)
    observations.share(article, f"{outcome}_{'positive' if gold else 'zero'}_exact", gold == read)
    observations.share(article, f"{outcome}_within_one", read is not None and abs(read - gold) <= 1, groups=groups)
    if read is not None:
        observations.mean(article, f"{outcome}_mean_error", abs(read - gold), groups=groups)
        observations.mean(article, f"{outcome}_bias", read - gold, groups=groups)


def _parts(events: Iterable[EventCase]) -> Iterable[CasualtyCase]:
    for casualty in all_casualties(events, COUNTED_KINDS):
        yield from _inside(casualty)


def _inside(casualty: CasualtyCase) -> Iterable[CasualtyCase]:
    for part in casualty.includes:
        yield part
        yield from _inside(part)


def _same_named(gold: str | None, read: str | None) -> bool:
    return bool(gold) == bool(read) and same_people(gold, read)


def _bags(
    article: int, subject: str, gold: Sequence[CasualtyCase], read: Sequence[CasualtyCase], observations: Observations
) -> None:
    ours, theirs = bag(gold), bag(read)
    for outcome in sorted({outcome for outcome, _ in ours.keys() | theirs.keys()}):
        one = Counter({key: count for key, count in ours.items() if key[0] == outcome})
        other = Counter({key: count for key, count in theirs.items() if key[0] == outcome})
        right = (one & other).total()
        observations.prf(article, subject, right, other.total(), one.total(), {"outcome": outcome})


def _quantity(article: int, gold: CasualtyCase, read: CasualtyCase, observations: Observations) -> None:
    """Compare the numbers of a pair of casualties of one outcome."""
    qualifier, number = qualifier_of(gold.quantity), gold.number
    groups = {"qualifier": qualifier} | ({} if number is None else {"size": size_of(number)})
    bounds = ("low", "best", "high")
    equal = all(getattr(gold.quantity, name) == getattr(read.quantity, name) for name in bounds)
    observations.share(article, "quantity_exact", equal, groups=groups)
    observations.share(article, "quantity_number", number == read.number, groups=groups)
    if number is not None and read.number is not None:
        observations.share(article, "quantity_within_one", abs(read.number - number) <= 1, groups=groups)
        observations.mean(article, "quantity_mean_error", abs(read.number - number), groups=groups)
        observations.mean(article, "quantity_bias", read.number - number, groups=groups)


def words(casualty: CasualtyCase) -> str:
    """A casualty in short: ``killed 9+ members (2 officers)``."""
    parts = "; ".join(" ".join(filter(None, (written(part.quantity), part.victim))) for part in casualty.includes)
    text = " ".join(filter(None, (casualty.outcome, written(casualty.quantity), casualty.victim)))
    return f"{text} ({parts})" if parts else text


def _explain(
    article: int,
    ours: Sequence[CasualtyCase],
    theirs: Sequence[CasualtyCase],
    pairs: Sequence[tuple[int, int]],
    gold: Sequence[EventCase],
    read: Sequence[EventCase],
    gold_tallies: Sequence[TallyCase],
    errors: list[EvaluationError],
) -> None:
    def add(cause: str, one: CasualtyCase | None, other: CasualtyCase | None) -> None:
        at = other if other is not None and other.start is not None else one
        errors.append(
            EvaluationError(
                article,
                "casualty",
                cause,
                (one or other).outcome,  # type: ignore[union-attr]
                words(one) if one else "",
                words(other) if other else "",
                at.start if at else None,
                at.end if at else None,
            )
        )

    for i, j in pairs:
        one, other = ours[i], theirs[j]
        if one.outcome != other.outcome:
            add("wrong_outcome", one, other)
        elif one.number != other.number:
            add("open_number" if other.number is None else "wrong_number", one, other)
        elif written(one.quantity) != written(other.quantity):
            add("wrong_bounds", one, other)
    told = bag(ours)
    background = bag(all_casualties(read, ("background",)))
    gold_background = bag(all_casualties(gold, ("background",)))
    parts, totals = bag(_parts(gold)), _tally_numbers(gold_tallies)
    for i, one in enumerate(ours):
        if i not in {pair[0] for pair in pairs}:
            add("wrong_kind" if background[(one.outcome, one.number)] else "missed", one, None)
    for j, other in enumerate(theirs):
        if j in {pair[1] for pair in pairs}:
            continue
        key = (other.outcome, other.number)
        if gold_background[key]:
            add("wrong_kind", None, other)
        elif told[key]:
            add("told_twice", None, other)
        elif parts[key]:
            add("part_as_whole", None, other)
        elif key in totals:
            add("tally_as_event", None, other)
        else:
            add("spurious", None, other)


def _tally_numbers(tallies: Iterable[TallyCase]) -> set[tuple[str, int | None]]:
    found: set[tuple[str, int | None]] = set()
    for tally in tallies:
        if tally.total is not None:
            total = tally.total
            found.add((tally.outcome, total.best if total.best is not None else total.low))
        for part in tally.parts:
            found |= {(part.outcome, part.number), *((one.outcome, one.number) for one in _inside(part))}
    return found

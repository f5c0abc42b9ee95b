"""Running statistics: their totals, places and parts. What is counted here is never counted with the events."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from conflict_events.evaluation.cases import TallyCase, number_of
from conflict_events.evaluation.casualties import words as casualty_words
from conflict_events.evaluation.errors import EvaluationError
from conflict_events.evaluation.matching import assign, bare
from conflict_events.evaluation.observations import Observations
from conflict_events.evaluation.quantities import written


def observe(
    article: int,
    gold: Sequence[TallyCase],
    read: Sequence[TallyCase],
    observations: Observations,
    errors: list[EvaluationError],
) -> None:
    """Count one article's tallies and collect what went wrong.

    ``tally`` compares the bags of totals; ``tally_place`` wants the place's words too; ``tally_operations`` asks of
    those that agree whether the number of operations is right; ``tally_part`` compares the bags of (outcome, number).
    """
    if not gold and not read:
        return
    ours, theirs = (
        Counter(number_of(tally.total) for tally in side if tally.total is not None) for side in (gold, read)
    )
    observations.prf(article, "tally", (ours & theirs).total(), theirs.total(), ours.total())
    parts = [Counter((part.outcome, part.number) for tally in side for part in tally.parts) for side in (gold, read)]
    if any(parts):
        observations.prf(article, "tally_part", (parts[0] & parts[1]).total(), parts[1].total(), parts[0].total())
    pairs = assign(gold, read, _agreement)
    placed = sum(_place(gold[i]) == _place(read[j]) and _total(gold[i]) == _total(read[j]) for i, j in pairs)
    observations.prf(article, "tally_place", placed, len(read), len(gold))
    for i, j in pairs:
        if gold[i].operations is not None or read[j].operations is not None:
            observations.share(article, "tally_operations", gold[i].operations == read[j].operations)
        if _total(gold[i]) != _total(read[j]):
            errors.append(_error(article, "wrong_number", gold[i], read[j]))
    for i, one in enumerate(gold):
        if i not in {pair[0] for pair in pairs}:
            errors.append(_error(article, "missed", one, None))
    for j, other in enumerate(read):
        if j not in {pair[1] for pair in pairs}:
            errors.append(_error(article, "spurious", None, other))


def words(tally: TallyCase) -> str:
    """A tally in short."""
    head = " ".join(filter(None, (tally.place, tally.outcome, written(tally.total))))
    return " · ".join([head, *map(casualty_words, tally.parts)])


def _agreement(gold: TallyCase, read: TallyCase) -> float:
    place = bool(gold.place) and _place(gold) == _place(read)
    total = gold.total is not None and _total(gold) == _total(read)
    return 2.0 * total + 2.0 * place + 0.5 * (gold.outcome == read.outcome) if total or place else 0.0


def _place(tally: TallyCase) -> str:
    return bare(tally.place or "")


def _total(tally: TallyCase) -> int | None:
    return number_of(tally.total)


def _error(article: int, cause: str, gold: TallyCase | None, read: TallyCase | None) -> EvaluationError:
    return EvaluationError(
        article,
        "tally",
        cause,
        (gold or read).outcome,  # type: ignore[union-attr]
        words(gold) if gold else "",
        words(read) if read else "",
        read.start if read else None,
        read.end if read else None,
    )

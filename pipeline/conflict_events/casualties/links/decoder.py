"""Chooses the relations of all figures of an article together."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from conflict_events.casualties.figures import Figure
from conflict_events.casualties.links.features import Features
from conflict_events.casualties.links.options import Counting, Option, options

#: How many readings of the article are kept side by side.
BEAM = 6
#: The margin where no other reading was kept.
CLEAR = 9.0


@dataclass(frozen=True)
class Decision:
    """How one figure was read: the option, how sure (0 to 1 among its options), the runner-up, the state before it."""

    figure: int
    option: Option
    probability: float
    runner_up: Option | None
    before: Counting


@dataclass(frozen=True)
class _Reading:
    score: float
    state: Counting
    decisions: tuple[Decision, ...]


def decode(
    figures: list[Figure], features: Features, weights: Mapping[str, float], beam: int = BEAM
) -> tuple[tuple[Decision, ...], Counting, float]:
    """The best reading: a decision for each figure in text order, what counts in the end, and the margin in log
    probability to the best reading that counts other numbers."""
    readings = [_Reading(0.0, Counting(), ())]
    for figure in figures:
        following = [step for reading in readings for step in _steps(reading, figure, figures, features, weights, beam)]
        following.sort(key=lambda reading: -reading.score)
        readings = following[:beam]
    best = readings[0]
    margin = next(
        (best.score - r.score for r in readings if totals(r.state, figures) != totals(best.state, figures)), CLEAR
    )
    return best.decisions, best.state, margin


def _steps(
    reading: _Reading,
    figure: Figure,
    figures: list[Figure],
    features: Features,
    weights: Mapping[str, float],
    most: int | None = None,
) -> list[_Reading]:
    """The reading with each option of the next figure, the likeliest first."""
    chosen = options(figure, figures, reading.state)
    scores = []
    for option in chosen:
        moving = features.moving(figure.index, option, reading.state)
        own = features.fixed_score(figure.index, option.relation, weights)
        scores.append(own + sum(weights.get(name, 0.0) for name in moving))
    top = max(scores)
    normal = top + math.log(sum(math.exp(s - top) for s in scores))
    ranked = sorted(range(len(chosen)), key=lambda i: -scores[i])
    steps = []
    for place in ranked[:most]:
        other = ranked[0] if place != ranked[0] else ranked[min(1, len(ranked) - 1)]
        probability = math.exp(scores[place] - normal)
        decision = Decision(figure.index, chosen[place], probability, chosen[other], reading.state)
        steps.append(
            _Reading(
                reading.score + scores[place] - normal,
                reading.state.after(figure.index, chosen[place]),
                (*reading.decisions, decision),
            )
        )
    return steps


def totals(state: Counting, figures: list[Figure]) -> tuple[int, int]:
    """Killed and injured that count."""
    killed, injured = (
        sum(living(root, state, figures) for root in state.open if figures[root].outcome == outcome)
        for outcome in ("killed", "injured")
    )
    return killed, injured


def living(root: int, state: Counting, figures: list[Figure]) -> int:
    """The people of a counted figure less those of them who are told dead as another figure."""
    dead = sum(figures[i].value or 0 for i in state.died[state.open.index(root)])
    return max(0, (figures[root].value or 0) - dead)


def reading_with(
    figures: list[Figure], features: Features, weights: Mapping[str, float], goal: tuple[int, int], width: int = 40
) -> tuple[Decision, ...] | None:
    """The likeliest reading whose killed and injured are ``goal``; ``None`` where the search finds none.

    For each pair of totals the best reading is kept, ``width`` of them, so that unlikely readings survive to the end.
    """
    kept = [_Reading(0.0, Counting(), ())]
    for figure in figures:
        best: dict[tuple[int, int], _Reading] = {}
        for reading in kept:
            for following in _steps(reading, figure, figures, features, weights):
                reached = totals(following.state, figures)
                if reached not in best or following.score > best[reached].score:
                    best[reached] = following
        kept = sorted(best.values(), key=lambda reading: -reading.score)[:width]
    return next((r.decisions for r in kept if totals(r.state, figures) == goal), None)

"""Chooses the relations of all figures of an article together."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

from conflict_events.casualties.figures import Figure
from conflict_events.casualties.links.features import Features
from conflict_events.casualties.links.options import Counting, Option, options

#: How many totals of the article are followed side by side.
BEAM = 6
#: How many totals are followed where given ones are sought, so that unlikely readings survive to the end.
WIDE_BEAM = 40
#: The margin where no other totals were kept.
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
    """A reading of the figures so far.

    Attributes:
        score: its log probability.
        mass: the log probability of all readings followed that have its totals.
    """

    score: float
    mass: float
    state: Counting
    decisions: tuple[Decision, ...]


def decode(
    figures: list[Figure], features: Features, weights: Mapping[str, float], beam: int = BEAM
) -> tuple[tuple[Decision, ...], Counting, float]:
    """The likeliest reading with the likeliest totals.

    Many readings of an article differ in nothing that is counted, so that their probabilities belong together: what is
    chosen is the totals (minimum Bayes risk), then the reading that has them.

    Returns:
        A decision for each figure in text order, what counts in the end, and the margin in log probability to the
        likeliest other totals.
    """
    best, *others = _readings(figures, features, weights, beam)
    return best.decisions, best.state, best.mass - others[0].mass if others else CLEAR


def _readings(figures: list[Figure], features: Features, weights: Mapping[str, float], beam: int) -> list[_Reading]:
    """For each of the ``beam`` likeliest totals its best reading, the likeliest totals first."""
    kept = [_Reading(0.0, 0.0, Counting(), ())]
    for figure in figures:
        by_totals: dict[tuple[int, int], _Reading] = {}
        for reading in kept:
            for following in _steps(reading, figure, figures, features, weights):
                reached = totals(following.state, figures)
                other = by_totals.get(reached)
                by_totals[reached] = _together(following, other) if other else following
        kept = sorted(by_totals.values(), key=lambda reading: -reading.mass)[:beam]
    return kept


def _together(one: _Reading, other: _Reading) -> _Reading:
    """The better of two readings with the same totals, with the probability of both."""
    better = one if one.score > other.score else other
    high, low = max(one.mass, other.mass), min(one.mass, other.mass)
    return replace(better, mass=high + math.log1p(math.exp(low - high)))


def _steps(
    reading: _Reading,
    figure: Figure,
    figures: list[Figure],
    features: Features,
    weights: Mapping[str, float],
) -> list[_Reading]:
    """The reading with each option of the next figure."""
    chosen = options(figure, figures, reading.state, features.of_known_outlet)
    scores = []
    for option in chosen:
        moving = features.moving(figure.index, option, reading.state)
        own = features.fixed_score(figure.index, option.relation, weights)
        scores.append(own + sum(weights.get(name, 0.0) for name in moving))
    top = max(scores)
    normal = top + math.log(sum(math.exp(s - top) for s in scores))
    ranked = sorted(range(len(chosen)), key=lambda i: -scores[i])
    steps = []
    for place in ranked:
        other = ranked[0] if place != ranked[0] else ranked[min(1, len(ranked) - 1)]
        added = scores[place] - normal
        decision = Decision(figure.index, chosen[place], math.exp(added), chosen[other], reading.state)
        state = reading.state.after(figure.index, chosen[place])
        steps.append(_Reading(reading.score + added, reading.mass + added, state, (*reading.decisions, decision)))
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
    figures: list[Figure], features: Features, weights: Mapping[str, float], goal: tuple[int, int]
) -> tuple[Decision, ...] | None:
    """The likeliest reading whose killed and injured are ``goal``; ``None`` where the search finds none."""
    kept = _readings(figures, features, weights, WIDE_BEAM)
    return next((r.decisions for r in kept if totals(r.state, figures) == goal), None)

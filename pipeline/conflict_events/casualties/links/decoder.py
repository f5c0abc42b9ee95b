"""Chooses the relations of all figures of an article together."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

from conflict_events.casualties.figures import Figure
from conflict_events.casualties.links.features import Features
from conflict_events.casualties.links.options import ASIDES, Counting, Option, options

#: How many totals of the article are followed side by side.
BEAM = 6
#: How many totals are followed where given ones are sought, so that unlikely readings survive to the end.
WIDE_BEAM = 40


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
        totals: killed and injured that count.
    """

    score: float
    mass: float
    totals: tuple[int, int]
    state: Counting
    decisions: tuple[Decision, ...]


@dataclass(frozen=True)
class _Step:
    """A reading with the decision that would follow it, and the totals with that."""

    score: float
    mass: float
    totals: tuple[int, int]
    reading: _Reading
    decision: Decision

    def taken(self) -> _Reading:
        """The reading with the decision; made only of what is kept, because it copies all that was decided."""
        state = self.decision.before.after(self.decision.figure, self.decision.option)
        return _Reading(self.score, self.mass, self.totals, state, (*self.reading.decisions, self.decision))


def decode(
    figures: list[Figure], features: Features, weights: Mapping[str, float], beam: int = BEAM
) -> tuple[tuple[Decision, ...], Counting, float]:
    """The likeliest reading with the likeliest totals.

    Many readings of an article differ in nothing that is counted, so that their probabilities belong together: what is
    chosen is the totals (minimum Bayes risk), then the reading that has them.

    Returns:
        A decision for each figure in text order, what counts in the end, and the probability of its totals among those
        that were followed.
    """
    best, *others = _readings(figures, features, weights, beam)
    return best.decisions, best.state, 1.0 / sum(math.exp(r.mass - best.mass) for r in (best, *others))


def _readings(figures: list[Figure], features: Features, weights: Mapping[str, float], beam: int) -> list[_Reading]:
    """For each of the ``beam`` likeliest totals its best reading, the likeliest totals first."""
    kept = [_Reading(0.0, 0.0, (0, 0), Counting(), ())]
    for figure in figures:
        by_totals: dict[tuple[int, int], _Step] = {}
        for reading in kept:
            for following in _steps(reading, figure, figures, features, weights):
                other = by_totals.get(following.totals)
                by_totals[following.totals] = _together(following, other) if other else following
        likeliest = sorted(by_totals.values(), key=lambda step: -step.mass)[:beam]
        kept = [step.taken() for step in likeliest]
    return kept


def _together(one: _Step, other: _Step) -> _Step:
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
) -> list[_Step]:
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
        reached = _totals_with(reading, figure, chosen[place], figures)
        steps.append(_Step(reading.score + added, reading.mass + added, reached, reading, decision))
    return steps


def _totals_with(reading: _Reading, figure: Figure, option: Option, figures: list[Figure]) -> tuple[int, int]:
    """The totals once ``figure`` is read as ``option``: what :func:`totals` gives after it, from what changes alone."""
    if option.relation in (*ASIDES, "same", "part"):
        return reading.totals
    state, lost = reading.state, 0
    changed = {"killed": 0, "injured": 0}
    for target in option.targets:
        outcome = figures[target].outcome
        before = living(target, state, figures)
        dead = sum(figures[i].value or 0 for i in state.died[state.open.index(target)])
        if option.relation == "whole":
            after, lost = 0, lost + dead
        else:
            after = max(0, (figures[target].value or 0) - dead - (figure.value or 0))
        changed[outcome] = changed.get(outcome, 0) + after - before
    changed[figure.outcome] = changed.get(figure.outcome, 0) + max(0, (figure.value or 0) - lost)
    killed, injured = reading.totals
    return killed + changed["killed"], injured + changed["injured"]


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

"""How far a figure could be off: bootstrap intervals over articles, and a paired test for two models.

Articles are drawn, not single cases, because cases of one article go wrong together (Efron and Tibshirani 1993, An
Introduction to the Bootstrap, chapter 13: percentile interval). The test is approximate randomisation: the two models'
counts of an article are swapped at random (Noreen 1989, Computer-Intensive Methods for Testing Hypotheses).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from conflict_events.evaluation.observations import MEASURES, Column, Floats, Indices, ratio

LEVEL = 0.95
"""The share of samples that an interval holds."""

Z = 1.959964
"""The normal distribution's quantile for a two-sided interval of that level."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A figure of the second model less that of the first, with its interval and the test's two-sided p."""

    value: float
    low: float | None
    high: float | None
    p: float | None


class Bootstrap:
    """Samples of ``articles`` articles, the same for every figure of a run.

    samples: how many; 0 gives no intervals. seed: the same seed gives the same intervals.
    """

    def __init__(self, articles: int, samples: int, seed: int) -> None:
        draws = np.random.default_rng([seed, 1])
        self.weights = (
            draws.multinomial(articles, np.full(articles, 1 / articles), size=samples).astype(float)
            if articles and samples
            else np.zeros((0, articles))
        )
        swaps = np.random.default_rng([seed, 2])
        self.swapped = swaps.random((samples, articles)) < 0.5

    def intervals(self, column: Column) -> dict[str, tuple[float | None, float | None]]:
        """The 95% percentile interval of each measure; ``None`` where there are too few articles to say anything."""
        measures = MEASURES[column.kind]
        if len(column.articles) < 2 or not len(self.weights):
            return dict.fromkeys(measures, (None, None))
        sums = self._weights_of(column.articles) @ column.counts
        found = {measure: _percentiles(ratio(column.kind, measure, sums)) for measure in measures}
        if column.kind != "mean":
            found = {measure: _opened(limits, len(column.articles)) for measure, limits in found.items()}
        return found

    def difference(self, first: Column, second: Column, measure: str) -> Difference:
        """How a figure of two models on the same articles differs."""
        articles = np.union1d(first.articles, second.articles)
        one, two = (_spread(column, articles) for column in (first, second))
        kind = first.kind
        value = float(ratio(kind, measure, two.sum(axis=0)) - ratio(kind, measure, one.sum(axis=0)))
        if len(articles) < 2 or not len(self.weights):
            return Difference(value, None, None, None)
        weights = self._weights_of(articles)
        low, high = _percentiles(ratio(kind, measure, weights @ two) - ratio(kind, measure, weights @ one))
        moved = self.swapped[:, articles].astype(float) @ (two - one)
        chance = ratio(kind, measure, two.sum(axis=0) - moved) - ratio(kind, measure, one.sum(axis=0) + moved)
        as_far = int(np.sum(np.abs(chance) >= abs(value) - 1e-12))
        return Difference(value, low, high, (as_far + 1) / (len(chance) + 1))

    def _weights_of(self, articles: Indices) -> Floats:
        """How often each sample drew the articles; no copy where it is all of them."""
        return self.weights if len(articles) == self.weights.shape[1] else self.weights[:, articles]


def _opened(limits: tuple[float | None, float | None], articles: int) -> tuple[float | None, float | None]:
    """An interval that is no point where all articles are right, or all wrong.

    Every sample of such articles gives the same figure, which would say that it is certain. Wilson's interval for a
    share, with the articles as its cases, takes its place (Wilson 1927).
    """
    if limits[0] != limits[1] or limits[0] not in (0.0, 1.0):
        return limits
    edge = articles / (articles + Z**2)
    return (edge, 1.0) if limits[0] else (0.0, 1 - edge)


def wilson(hits: int, cases: int) -> tuple[float, float]:
    """Wilson's 95% interval of a share (Wilson 1927): what ``hits`` of ``cases`` say of further cases of the kind.

    >>> [round(edge, 2) for edge in wilson(18, 25)]
    [0.52, 0.86]
    """
    share = hits / cases
    middle = (share + Z**2 / (2 * cases)) / (1 + Z**2 / cases)
    half = Z / (1 + Z**2 / cases) * math.sqrt(share * (1 - share) / cases + Z**2 / (4 * cases**2))
    return max(0.0, middle - half), min(1.0, middle + half)


def _spread(column: Column, articles: Indices) -> Floats:
    spread = np.zeros((len(articles), 3))
    spread[np.searchsorted(articles, column.articles)] = column.counts
    return spread


def _percentiles(values: Floats) -> tuple[float | None, float | None]:
    known = values[~np.isnan(values)]
    if not len(known):
        return None, None
    low, high = np.percentile(known, [50 * (1 - LEVEL), 50 * (1 + LEVEL)])
    return float(low), float(high)

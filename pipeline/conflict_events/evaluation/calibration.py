"""Whether scores mean what they say: of the readings scored 0.8, are 8 in 10 right?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

BINS = 10


@dataclass(frozen=True, slots=True)
class Bin:
    """Readings with scores from ``low`` to ``high``: how many, their mean score, the share that is right."""

    low: float
    high: float
    cases: int
    score: float
    right: float


def bins(scored: Sequence[tuple[float, bool]], count: int = BINS) -> list[Bin]:
    """Bins of equal width that hold any of the ``(score, right)`` pairs; a score of 1 is in the last one.

    >>> bins([(0.95, True), (1.0, False)])
    [Bin(low=0.9, high=1.0, cases=2, score=0.975, right=0.5)]
    """
    found: list[Bin] = []
    for number in range(count):
        inside = [(score, right) for score, right in scored if min(int(score * count), count - 1) == number]
        if inside:
            mean = sum(score for score, _ in inside) / len(inside)
            right = sum(right for _, right in inside) / len(inside)
            found.append(Bin(number / count, (number + 1) / count, len(inside), mean, right))
    return found


def calibration_error(scored: Sequence[tuple[float, bool]], count: int = BINS) -> float | None:
    """Expected calibration error: the mean distance of score and share right over the bins, weighted by cases.

    Guo et al. 2017, On Calibration of Modern Neural Networks. ``None`` without scores.
    """
    total = len(scored)
    if not total:
        return None
    return sum(one.cases * abs(one.score - one.right) for one in bins(scored, count)) / total

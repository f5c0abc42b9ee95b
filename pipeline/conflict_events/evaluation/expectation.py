"""What to expect of articles of this kind, before any figure: how often totals are right, how far off, and in which
direction, and how many may be taken unread by their score.

An article's totals are right where killed and injured are, as far as what is right about them is known. Everything here
is plain data, so that the page, the JSON file and a test say the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from conflict_events.evaluation.bootstrap import wilson
from conflict_events.evaluation.coded_table import CountPoint
from conflict_events.schema import Annotation

STEPS = 20
"""Points of the risk–coverage curve."""
_TEN = 10
_NUMBERS = ("hardly any", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "nearly all")


@dataclass(frozen=True, slots=True)
class Bias:
    """How the totals of an outcome are off: articles too high and too low, and the sums over all articles.

    An article without an annotation is too low where anybody is known to be harmed, and adds nobody to ``read``.
    """

    outcome: str
    articles: int
    right: int
    too_high: int
    too_low: int
    coded: int
    read: int

    @property
    def excess(self) -> float | None:
        """By which share the sum is too high (below 0: too low); ``None`` where nobody is known to be harmed."""
        return None if not self.coded else (self.read - self.coded) / self.coded


@dataclass(frozen=True, slots=True)
class Kept:
    """The articles with a score of at least ``score``: their share of all, how many, and the share that is right."""

    share: float
    articles: int
    score: float
    right: float


@dataclass(frozen=True, slots=True)
class Expectation:
    """What to expect: of ``articles`` with known totals ``right`` have all of them right (95% interval), ``invented``
    of those ``harmless`` in which nobody was harmed have a number all the same."""

    articles: int
    right: int
    low: float
    high: float
    harmless: int
    invented: int
    biases: tuple[Bias, ...]
    curve: tuple[Kept, ...]

    @property
    def of_ten(self) -> str:
        """The share right in words: "six"; "none" and "all" only where that is so."""
        if self.right in (0, self.articles):
            return "all" if self.right else "none"
        return _NUMBERS[round(_TEN * self.right / self.articles)]


def expectation(points: Sequence[CountPoint], annotations: Sequence[Annotation | None]) -> Expectation | None:
    """What the counts of a run let one expect; ``None`` where no article's totals are known."""
    by_article: dict[int, list[CountPoint]] = defaultdict(list)
    for point in points:
        by_article[point.article].append(point)
    if not by_article:
        return None
    right = {number: all(one.read == one.coded for one in found) for number, found in by_article.items()}
    harmless = [found for found in by_article.values() if all(one.coded == 0 for one in found)]
    low, high = wilson(sum(right.values()), len(right))
    return Expectation(
        articles=len(right),
        right=sum(right.values()),
        low=low,
        high=high,
        harmless=len(harmless),
        invented=sum(any(one.read for one in found) for found in harmless),
        biases=tuple(_biases(points)),
        curve=tuple(risk_coverage(_scored(annotations, right))),
    )


def _biases(points: Iterable[CountPoint]) -> Iterable[Bias]:
    by_outcome: dict[str, list[CountPoint]] = defaultdict(list)
    for point in points:
        by_outcome[point.outcome].append(point)
    for outcome, found in by_outcome.items():
        yield Bias(
            outcome=outcome,
            articles=len(found),
            right=sum(one.read == one.coded for one in found),
            too_high=sum((one.read or 0) > one.coded for one in found),
            too_low=sum((one.read or 0) < one.coded for one in found),
            coded=sum(one.coded for one in found),
            read=sum(one.read or 0 for one in found),
        )


def _scored(annotations: Sequence[Annotation | None], right: Mapping[int, bool]) -> list[tuple[float, bool]]:
    found = ((annotations[number], is_right) for number, is_right in right.items())
    return [(one.score, is_right) for one, is_right in found if one is not None and one.score is not None]


def risk_coverage(scored: Sequence[tuple[float, bool]], steps: int = STEPS) -> list[Kept]:
    """The share right among the surest, for ever more of the articles (Geifman and El-Yaniv 2017, Selective
    Classification for Deep Neural Networks). Articles of one score are kept together, as nothing tells them apart.

    >>> [(one.articles, one.right) for one in risk_coverage([(0.9, True), (0.5, False), (0.5, True), (0.2, False)], 4)]
    [(1, 1.0), (3, 0.6666666666666666), (4, 0.5)]
    """
    ordered = sorted(scored, key=lambda one: -one[0])
    curve: list[Kept] = []
    hits = 0
    for number, (score, is_right) in enumerate(ordered, 1):
        hits += is_right
        last = number == len(ordered)
        wanted = not curve or number / len(ordered) >= curve[-1].share + 1 / steps - 1e-9
        if last or (wanted and ordered[number][0] < score):
            curve.append(Kept(number / len(ordered), number, score, hits / number))
    return curve

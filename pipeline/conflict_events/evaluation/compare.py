"""Two models on the same articles: what got better, what got worse, and which articles changed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from conflict_events.evaluation.bootstrap import Bootstrap, Difference
from conflict_events.evaluation.errors import EvaluationError
from conflict_events.evaluation.evaluate import Evaluation
from conflict_events.evaluation.measures import improvement
from conflict_events.evaluation.observations import MEASURES, Key, metric_name, ratio

COMPARED = ("", "label", "outcome", "role", "kind", "part", "data")
"""The groups whose differences are tested; outlets and sizes are many and small."""

SIGNIFICANT = 0.05


@dataclass(frozen=True, slots=True)
class FigureDifference:
    """A figure of both models and how it differs. ``improvement`` is above 0 where the second is better."""

    key: Key
    measure: str
    first: float
    second: float
    difference: Difference
    improvement: float

    @property
    def name(self) -> str:
        """``entity_f1[label=ACTOR]``"""
        return metric_name(self.key, self.measure)

    @property
    def verdict(self) -> str:
        """``better``, ``worse`` or ``same``: whether the difference is more than chance (p below 0.05)."""
        p = self.difference.p
        if p is None or p >= SIGNIFICANT or not self.improvement:
            return "same"
        return "better" if self.improvement > 0 else "worse"


@dataclass(frozen=True, slots=True)
class ChangedArticle:
    """An article with errors that the second model no longer makes (``fixed``) or makes anew (``new``)."""

    article: int
    fixed: tuple[EvaluationError, ...]
    new: tuple[EvaluationError, ...]


@dataclass(frozen=True)
class Comparison:
    """The second model against the first."""

    first: str
    second: str
    figures: list[FigureDifference]
    changed: list[ChangedArticle]


def compare(first: Evaluation, second: Evaluation, bootstrap: Bootstrap) -> Comparison:
    """Compare two evaluations of the same articles."""
    figures: list[FigureDifference] = []
    for key, column in first.columns.items():
        other = second.columns.get(key)
        if other is None or key.dimension not in COMPARED:
            continue
        for measure in MEASURES[column.kind]:
            one, two = (float(ratio(column.kind, measure, side.totals())) for side in (column, other))
            if one != one or two != two:
                continue
            difference = bootstrap.difference(column, other, measure)
            figures.append(FigureDifference(key, measure, one, two, difference, improvement(key.subject, one, two)))
    return Comparison(first.predictions.label, second.predictions.label, figures, _changed(first, second))


def _changed(first: Evaluation, second: Evaluation) -> list[ChangedArticle]:
    """The articles whose errors differ, those with most new errors first."""
    before, after = _by_article(first.errors), _by_article(second.errors)
    found: list[ChangedArticle] = []
    for article in sorted(before.keys() | after.keys()):
        one, two = before.get(article, Counter()), after.get(article, Counter())
        fixed, new = (one - two), (two - one)
        if fixed or new:
            found.append(ChangedArticle(article, tuple(fixed.elements()), tuple(new.elements())))
    return sorted(found, key=lambda item: (-len(item.new), -len(item.fixed), item.article))


def _by_article(errors: list[EvaluationError]) -> dict[int, Counter[EvaluationError]]:
    found: dict[int, Counter[EvaluationError]] = {}
    for error in errors:
        found.setdefault(error.article, Counter())[error] += 1
    return found

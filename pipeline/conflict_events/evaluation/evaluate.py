"""The evaluation itself: every measure over every article, and the figures with their uncertainty."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from conflict_events.cleaning.page import Cleaner
from conflict_events.counting import COUNTED_KINDS
from conflict_events.evaluation import casualties, coded_table, entities, events, linking, tallies
from conflict_events.evaluation.bootstrap import Bootstrap
from conflict_events.evaluation.cases import (
    EventCase,
    GoldArticle,
    Reading,
    all_casualties,
    from_annotation,
)
from conflict_events.evaluation.coded_table import CountPoint
from conflict_events.evaluation.errors import EvaluationError
from conflict_events.evaluation.expectation import Expectation, expectation
from conflict_events.evaluation.linking import Distance, Linker
from conflict_events.evaluation.observations import MEASURES, Column, Key, Observations, metric_name, ratio
from conflict_events.evaluation.predict import OTHER_OUTLET, Predictions
from conflict_events.profiles import Profiles, load_profiles
from conflict_events.schema import Annotation

GROUPED_BY = ("data", "part", "outlet")


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure with its 95% interval and what is behind it.

    cases: how many gold cases (labels, casualties, rows) it rests on; articles: in how many articles they are; read:
    how many the model read, where that is counted.
    """

    key: Key
    measure: str
    value: float | None
    low: float | None
    high: float | None
    cases: int
    articles: int
    read: int | None = None

    @property
    def name(self) -> str:
        """``entity_f1[label=ACTOR]``"""
        return metric_name(self.key, self.measure)


@dataclass
class Evaluation:
    """How one model did on the articles of a run."""

    predictions: Predictions
    columns: dict[Key, Column]
    figures: list[Figure]
    errors: list[EvaluationError]
    label_confusion: Counter[tuple[str, str]]
    type_confusion: Counter[tuple[str, str]]
    count_points: list[CountPoint]
    distances: list[Distance]
    scores: dict[str, list[tuple[float, bool]]] = field(default_factory=dict)
    expectation: Expectation | None = None

    def figure(self, name: str) -> Figure | None:
        """The figure of that name, as ``--fail-under`` takes it."""
        return next((figure for figure in self.figures if figure.name == name), None)


def article_groups(articles: Sequence[GoldArticle]) -> list[Mapping[str, str]]:
    """The groups of each article, of those dimensions in which the articles differ."""
    values = [
        {"data": article.data, "part": article.part or "", "outlet": article.outlet or ""} for article in articles
    ]
    told = [name for name in GROUPED_BY if len({one[name] for one in values}) > 1]
    return [{name: one[name] or "(none)" for name in told} for one in values]


def evaluate(articles: Sequence[GoldArticle], predictions: Predictions, bootstrap: Bootstrap) -> Evaluation:
    """Compare a model's annotations with what is right, article by article."""
    observations = Observations(article_groups(articles))
    result = Evaluation(predictions, {}, [], [], Counter(), Counter(), [], [])
    linker, left_out = Linker(), LeftOut()
    for number, (article, annotation) in enumerate(zip(articles, predictions.annotations, strict=True)):
        _article(number, article, annotation, observations, result, linker, left_out)
    result.columns = observations.columns()
    result.figures = summarise(result.columns, bootstrap)
    result.scores = _scores(articles, predictions, result.distances)
    result.expectation = expectation(result.count_points, predictions.annotations)
    return result


def _article(
    number: int,
    article: GoldArticle,
    annotation: Annotation | None,
    observations: Observations,
    result: Evaluation,
    linker: Linker,
    left_out: LeftOut,
) -> None:
    gold = article.gold
    read = Reading((), (), ()) if annotation is None else from_annotation(annotation)
    if gold.spans is not None:
        entities.observe(
            number,
            gold.spans,
            read.spans or (),
            article.text,
            lambda: left_out.ranges(article),
            observations,
            result.errors,
            result.label_confusion,
        )
    if gold.events is not None:
        found = read.events or ()
        casualties.observe(number, gold.events, found, gold.tallies or (), observations, result.errors)
        events.observe(number, gold.events, found, observations, result.errors, result.type_confusion)
        for outcome in casualties.TOTALS:
            result.count_points.append(_point(number, outcome, gold.events, found, annotation is not None))
    if gold.tallies is not None:
        tallies.observe(number, gold.tallies, read.tallies or (), observations, result.errors)
    if article.coded is not None:
        coded_table.observe(number, article.coded, annotation, observations, result.errors, result.count_points)
        if annotation is not None:
            linking.observe(number, article, annotation, linker, observations, result.errors, result.distances)


def _point(number: int, outcome: str, gold: Sequence[EventCase], read: Sequence[EventCase], known: bool) -> CountPoint:
    totals = [
        sum(one.number or 0 for one in all_casualties(side, COUNTED_KINDS) if one.outcome == outcome)
        for side in (gold, read)
    ]
    return CountPoint(number, outcome, totals[0], totals[1] if known else None)


class LeftOut:
    """Says which ranges of an article's text cleaning leaves out; its tables are read when they are first needed."""

    def __init__(self) -> None:
        self._cleaner: Cleaner | None = None
        self._profiles: Profiles | None = None

    def ranges(self, article: GoldArticle) -> list[tuple[int, int]]:
        """Start and end of each range, in the article's own text."""
        if self._cleaner is None or self._profiles is None:
            self._cleaner, self._profiles = Cleaner(), load_profiles()
        outlet = article.outlet if article.outlet != OTHER_OUTLET else None
        profile = self._profiles.recognise(outlet=outlet, url=article.url, title=article.title, text=article.text)
        return [(start, end) for start, end, *_ in self._cleaner.clean(article.text, profile, article.title).dropped]


def summarise(columns: Mapping[Key, Column], bootstrap: Bootstrap) -> list[Figure]:
    """The figures of all counts, in order."""
    figures: list[Figure] = []
    for key, column in columns.items():
        totals = column.totals()
        intervals = bootstrap.intervals(column)
        for measure in MEASURES[column.kind]:
            value = float(ratio(column.kind, measure, totals))
            prf = column.kind == "prf"
            figures.append(
                Figure(
                    key,
                    measure,
                    None if value != value else value,
                    *intervals[measure],
                    cases=round(totals[2] if prf else totals[1]),
                    articles=len(column.articles),
                    read=round(totals[1]) if prf else None,
                )
            )
    return figures


def _scores(
    articles: Sequence[GoldArticle], predictions: Predictions, distances: Sequence[Distance]
) -> dict[str, list[tuple[float, bool]]]:
    """Scores of readings, with whether each is right, where the model gives any."""
    found: dict[str, list[tuple[float, bool]]] = {}
    for article, annotation in zip(articles, predictions.annotations, strict=True):
        if annotation is None or article.gold.spans is None:
            continue
        right = {(span.start, span.end, span.label) for span in article.gold.spans}
        for entity in annotation.entities:
            if entity.score is not None:
                pair = (entity.score, (entity.start, entity.end, entity.label) in right)
                found.setdefault("entities", []).append(pair)
    placed = [
        (one.score, one.kilometres is not None and one.kilometres <= linking.RIGHT_KM)
        for one in distances
        if one.score is not None
    ]
    return found | ({"places": placed} if placed else {})

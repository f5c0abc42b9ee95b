"""A run as plain data: what the JSON file holds, and what page, tables and terminal summary are made of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from conflict_events.evaluation.calibration import bins, calibration_error
from conflict_events.evaluation.cases import GoldArticle
from conflict_events.evaluation.compare import Comparison
from conflict_events.evaluation.evaluate import Evaluation, Figure
from conflict_events.evaluation.expectation import Expectation
from conflict_events.evaluation.learning_curve import CurvePoint
from conflict_events.evaluation.measures import subjects
from conflict_events.evaluation.observations import Key

FORMAT = 1

DISTANCES = (1.0, 5.0, 10.0, 25.0, 50.0, 100.0, 250.0)
"""Upper limits, in kilometres, of the classes of distances; beyond the last one, and without a place, are two more."""


@dataclass
class Run:
    """Everything that one call of ``conflict-events evaluate`` found."""

    articles: Sequence[GoldArticle]
    evaluations: Sequence[Evaluation]
    provenance: dict[str, Any]
    comparison: Comparison | None = None
    curve: Sequence[CurvePoint] = field(default_factory=tuple)


def document(run: Run) -> dict[str, Any]:
    """The run as plain data; the same run gives the same document, but for ``speed``."""
    return {
        "format": FORMAT,
        "provenance": run.provenance,
        "articles": len(run.articles),
        "words": sum(len(article.text.split()) for article in run.articles),
        "models": [evaluation.predictions.label for evaluation in run.evaluations],
        "expectation": [_expectation(evaluation.expectation) for evaluation in run.evaluations],
        "figures": figure_rows(run.evaluations),
        "label_confusion": [_confusion(evaluation.label_confusion) for evaluation in run.evaluations],
        "type_confusion": [_confusion(evaluation.type_confusion) for evaluation in run.evaluations],
        "counts": [_counts(evaluation) for evaluation in run.evaluations],
        "distances": [_distances(evaluation) for evaluation in run.evaluations],
        "calibration": [_calibration(evaluation) for evaluation in run.evaluations],
        "causes": [_causes(evaluation) for evaluation in run.evaluations],
        "comparison": _comparison(run.comparison),
        "learning_curve": [asdict(point) for point in run.curve],
        "failures": [evaluation.predictions.failures for evaluation in run.evaluations],
        "speed": [_speed(evaluation) for evaluation in run.evaluations],
    }


def _expectation(found: Expectation | None) -> dict[str, Any] | None:
    if found is None:
        return None
    biases = [asdict(bias) | {"excess": bias.excess} for bias in found.biases]
    return asdict(found) | {"of_ten": found.of_ten, "biases": biases, "curve": [asdict(one) for one in found.curve]}


def figure_rows(evaluations: Sequence[Evaluation]) -> list[dict[str, Any]]:
    """One row a figure, with the values of each model, in the order of the table of measures."""
    order = {subject: place for place, subject in enumerate(subjects())}
    rows: dict[tuple[Key, str], dict[str, Any]] = {}
    for place, evaluation in enumerate(evaluations):
        for figure in evaluation.figures:
            row = rows.setdefault((figure.key, figure.measure), _row(figure, len(evaluations)))
            row["models"][place] = {
                "value": figure.value,
                "low": figure.low,
                "high": figure.high,
                "cases": figure.cases,
                "read": figure.read,
            }
    return sorted(rows.values(), key=lambda row: (order[row["subject"]], row["dimension"], bool(row["dimension"])))


def _row(figure: Figure, models: int) -> dict[str, Any]:
    return {
        "name": figure.name,
        "subject": figure.key.subject,
        "measure": figure.measure,
        "dimension": figure.key.dimension,
        "value": figure.key.value,
        "cases": figure.cases,
        "articles": figure.articles,
        "models": [None] * models,
    }


def _confusion(counts: Counter[tuple[str, str]]) -> list[dict[str, Any]]:
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return [{"gold": gold, "read": read, "cases": cases} for (gold, read), cases in ordered]


def _counts(evaluation: Evaluation) -> list[dict[str, Any]]:
    """How often which coded count was read as which."""
    counted = Counter((point.outcome, point.coded, point.read) for point in evaluation.count_points)
    ordered = sorted(counted.items(), key=lambda item: (item[0][0], item[0][1], item[0][2] or 0))
    return [
        {"outcome": outcome, "coded": coded, "read": read, "articles": articles}
        for (outcome, coded, read), articles in ordered
    ]


def _distances(evaluation: Evaluation) -> list[dict[str, Any]]:
    found: Counter[str] = Counter()
    for distance in evaluation.distances:
        found[distance_class(distance.kilometres)] += 1
    return [{"class": name, "articles": found[name]} for name in distance_classes()] if found else []


def distance_classes() -> list[str]:
    """The classes of distances, nearest first."""
    return [f"≤ {limit:g} km" for limit in DISTANCES] + [f"> {DISTANCES[-1]:g} km", "no place"]


def distance_class(kilometres: float | None) -> str:
    """The class of a distance; ``None`` is that of an article without a place."""
    if kilometres is None:
        return "no place"
    return next((f"≤ {limit:g} km" for limit in DISTANCES if kilometres <= limit), f"> {DISTANCES[-1]:g} km")


def _calibration(evaluation: Evaluation) -> dict[str, Any]:
    return {
        name: {"error": calibration_error(scored), "cases": len(scored), "bins": [asdict(one) for one in bins(scored)]}
        for name, scored in sorted(evaluation.scores.items())
    }


def _causes(evaluation: Evaluation) -> list[dict[str, Any]]:
    counted = Counter((error.subject, error.cause, error.group) for error in evaluation.errors)
    ordered = sorted(counted.items(), key=lambda item: (-item[1], item[0]))
    return [
        {"subject": subject, "cause": cause, "group": group, "errors": errors}
        for (subject, cause, group), errors in ordered
    ]


def _comparison(comparison: Comparison | None) -> dict[str, Any] | None:
    if comparison is None:
        return None
    return {
        "first": comparison.first,
        "second": comparison.second,
        "figures": [
            {
                "name": one.name,
                "subject": one.key.subject,
                "measure": one.measure,
                "dimension": one.key.dimension,
                "value": one.key.value,
                "first": one.first,
                "second": one.second,
                "difference": one.difference.value,
                "low": one.difference.low,
                "high": one.difference.high,
                "p": one.difference.p,
                "verdict": one.verdict,
            }
            for one in comparison.figures
        ],
        "changed_articles": len(comparison.changed),
    }


def _speed(evaluation: Evaluation) -> dict[str, Any] | None:
    speed = evaluation.predictions.speed
    return None if speed is None else {**asdict(speed), "words_per_second": speed.words_per_second}

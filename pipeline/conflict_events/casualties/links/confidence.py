"""How likely it is that the totals of an article are right: a logistic model over how its reading went."""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from conflict_events.casualties.links.article import ReadArticle
from conflict_events.casualties.links.decoder import Decision, totals
from conflict_events.casualties.links.options import Counting

_MANY = 3
_OUTCOMES = ("killed", "injured")


@cache
def score_weights() -> Mapping[str, float]:
    """The fitted weights (``data/score_weights.csv``), by name."""
    text = (files("conflict_events") / "data" / "score_weights.csv").read_text(encoding="utf8")
    return MappingProxyType({row["name"]: float(row["weight"]) for row in csv.DictReader(text.splitlines())})


def observations(
    article: ReadArticle, decisions: Sequence[Decision], state: Counting, probability: float
) -> dict[str, float]:
    """What tells right readings from wrong ones.

    totals: the probability of the totals among those that were followed. figures: log of one more than the figures of
    killed and injured. against_rules: whether the reading by rules has other totals. least and
    mean_log: the least sure decision, and the mean log probability. many_open: whether more than three figures count.
    """
    figures = [figure for figure in article.figures if figure.outcome in _OUTCOMES]
    probabilities = [decision.probability for decision in decisions] or [1.0]
    return {
        "intercept": 1.0,
        "totals": probability,
        "figures": math.log1p(len(figures)),
        "against_rules": float(totals(state, article.figures) != _totals_by_rules(article)),
        "least": min(probabilities),
        "mean_log": sum(map(math.log, probabilities)) / len(probabilities),
        "many_open": float(len(state.open) > _MANY),
    }


def article_score(seen: Mapping[str, float]) -> float:
    """The probability that the killed and injured totals are right."""
    weights = score_weights()
    return 1.0 / (1.0 + math.exp(-sum(weights[name] * value for name, value in seen.items())))


def _totals_by_rules(article: ReadArticle) -> tuple[int, int]:
    roles = article.features.view.by_rules.roles
    counted = [figure for figure in article.figures if roles.get(id(figure.mention)) == "count"]
    killed, injured = (sum(f.value or 0 for f in counted if f.outcome == outcome) for outcome in _OUTCOMES)
    return killed, injured

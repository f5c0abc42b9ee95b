"""Whether a figure told in prose is a running statistic: signals about it and its sentence, weighed by a table.

The weights are a logistic regression, fitted by ``python -m conflict_events.tallies.fit`` on the labelled articles and
kept in ``data/tally_weights.csv``.
"""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from spacy.tokens import Doc, Span

from conflict_events.casualties.patterns import WEEKDAYS, pattern
from conflict_events.tallies.period import period_of
from conflict_events.tallies.words import TallyWords

FILE = "tally_weights.csv"
#: What the reading of casualties may have made of a figure that is a running statistic.
CANDIDATES = frozenset({"period", "earlier", "none"})
_OPENING: tuple[Literal["going_on", "summing_up"], ...] = ("going_on", "summing_up")
_ANYWHERE: tuple[
    Literal[
        "period",
        "counting",
        "raised_total",
        "also_counted",
        "past",
        "average",
        "month_alone",
        "other_time",
        "several_attacks",
    ],
    ...,
] = (
    "period",
    "counting",
    "raised_total",
    "also_counted",
    "past",
    "average",
    "month_alone",
    "other_time",
    "several_attacks",
)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_MANY = 1000


def signals(item: Mapping[str, Any], sentence: Span, position: float, words: TallyWords) -> dict[str, float]:
    """What is seen of a figure, an item of ``doc._.casualties``; ``position``: where in the article, 0 to 1."""
    text = sentence.text.casefold()
    seen: dict[str, float] = {f"relation={item['relation']}": 1.0}
    seen["relation-score"] = float(item.get("score") or 0.0)
    seen |= {f"opens-{name}": 1.0 for name in _OPENING if pattern(name).match(text)}
    seen |= {f"words-of-{name}": 1.0 for name in _ANYWHERE if pattern(name).search(text)}
    period = period_of(sentence.text)
    if period:
        seen["period-with-end" if period.until else "period-till-now"] = 1.0
    tokens = {token.lower_ for token in sentence}
    seen |= {f"word={word}": 1.0 for word in words.lists["telling"] & tokens}
    if tokens & {day.casefold() for day in WEEKDAYS}:
        seen["weekday"] = 1.0
    if _YEAR.search(text):
        seen["year"] = 1.0
    value = item["quantity"]["best"] or item["quantity"]["low"] or 0
    seen["size"] = math.log1p(value)
    if value >= _MANY:
        seen["thousands"] = 1.0
    seen["position"] = position
    seen[f"outcome={item['outcome']}"] = 1.0
    return seen


def candidates(doc: Doc, words: TallyWords) -> Iterator[tuple[Mapping[str, Any], dict[str, float]]]:
    """The figures told outside of scenes of statistics that may be one, each with its signals."""
    listed = {s for scene in doc._.scenes or [] if scene["kind"] == "tally" for s, _ in scene["sentences"]}
    for item in doc._.casualties or []:
        if not item["span"] or item.get("relation") not in CANDIDATES:
            continue
        sentence = doc[item["trigger"]].sent
        if sentence.start not in listed:
            yield item, signals(item, sentence, sentence.start / len(doc), words)


def probability(seen: Mapping[str, float], weights: Mapping[str, float]) -> float:
    """How likely a figure is a running statistic."""
    total = weights.get("", 0.0) + sum(weights.get(name, 0.0) * value for name, value in seen.items())
    return 1.0 / (1.0 + math.exp(-total))


@cache
def package_weights() -> Mapping[str, float]:
    """The weights shipped with the package; the one without a name is the intercept."""
    text = (files("conflict_events") / "data" / FILE).read_text(encoding="utf8")
    return {row["signal"]: float(row["weight"]) for row in csv.DictReader(text.splitlines())}

"""How probable it is that two reports tell one event: a logistic model over readable features, and vetoes.

Weights and their meaning stand in ``data/merging_weights.csv``; ``python -m conflict_events.merging.fit`` rebuilds it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from conflict_events.merging.features import (
    FEATURES,
    Columns,
    Floats,
    Ints,
    both_spots,
    days_between,
    kilometres,
)

#: Kilometres between two spots, and days between two days that texts name, beyond which they are two events.
FAR_KM = 40.0
FAR_DAYS = 3.0
#: The same within one outlet, which dates an event by one clock: a night has two days.
OUTLET_DAYS = 1.0
#: Texts of two outlets that share as many words are not vetoed: a misread place or day would part them more often than
#: not. One outlet words all its reports alike, and is always vetoed.
SAME_WORDS = 0.2

VETOES: tuple[str, ...] = ("", "other place", "other day", "other attackers")


@dataclass(frozen=True)
class Weights:
    """A weight and a meaning for each feature, and the probability from which two groups are one.

    ``prior`` and ``signs`` are what the weights are fitted under, see :mod:`conflict_events.merging.fit`.
    """

    weights: Mapping[str, float]
    meanings: Mapping[str, str]
    prior: Mapping[str, float]
    signs: Mapping[str, str]
    threshold: float = 0.4

    @classmethod
    def load(cls, path: Path | None = None) -> Weights:
        """The package's weights, or a table of the same columns (feature, weight, meaning).

        Raises ValueError where a feature is missing or is not known.
        """
        if path is None:
            source = resources.files("conflict_events") / "data" / "merging_weights.csv"
            text = source.read_text(encoding="utf-8")
        else:
            text = path.read_text(encoding="utf-8-sig")
        rows = list(csv.DictReader(io.StringIO(text)))
        weights = {row["feature"]: float(row["weight"]) for row in rows}
        threshold = weights.pop("threshold", cls.threshold)
        if set(weights) != set(FEATURES):
            raise ValueError(f"{path or 'merging_weights.csv'}: give one weight for each of {', '.join(FEATURES)}")
        return cls(
            weights,
            {row["feature"]: row["meaning"] for row in rows},
            {row["feature"]: float(row.get("prior") or 0) for row in rows},
            {row["feature"]: row.get("sign") or "" for row in rows},
            threshold,
        )

    @property
    def vector(self) -> Floats:
        """The weights in the order of the features."""
        return np.array([self.weights[name] for name in FEATURES])


def probabilities(features: Floats, weights: Weights) -> Floats:
    """The probability of each pair, 0 to 1."""
    found: Floats = 1 / (1 + np.exp(-np.clip(features @ weights.vector, -30, 30)))
    return found


def vetoes(columns: Columns, features: Floats, left: Ints, right: Ints) -> NDArray[np.int8]:
    """For each pair the number of the veto in :data:`VETOES` that keeps it apart, 0 for none."""
    at = {name: number for number, name in enumerate(FEATURES)}
    alike = (features[:, at["words_article"]] >= SAME_WORDS) & (features[:, at["same_outlet"]] == 0)
    far = both_spots(columns, left, right) & (np.nan_to_num(kilometres(columns, left, right)) > FAR_KM)
    far &= features[:, at["names_shared"]] == 0
    exact = columns.exact_day[left] & columns.exact_day[right]
    allowed = np.where(features[:, at["same_outlet"]] > 0, OUTLET_DAYS, FAR_DAYS)
    other_day = exact & (np.nan_to_num(days_between(columns, left, right)) > allowed)
    other_side = features[:, at["perpetrators_differ"]] > 0
    found = np.zeros(len(left), dtype=np.int8)
    for number, barred in ((3, other_side), (2, other_day), (1, far)):
        found[barred & ~alike] = number
    return found

"""How probable it is that two reports tell one event: boosted trees over readable features, and vetoes.

What each feature means stands in ``data/merging_features.csv``, the trees in ``data/merging_trees.csv``;
``python -m conflict_events.merging.fit`` rebuilds these.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from conflict_events.merging.columns import Columns, Floats, Ints, kilometres
from conflict_events.merging.features import FEATURES, both_spots, days_between
from conflict_events.merging.trees import Trees, read_table, read_trees

#: Kilometres between two spots, and days between two days that texts name, beyond which they are two events.
FAR_KM = 40.0
FAR_DAYS = 3.0
#: The same within one outlet, which dates an event by one clock: a night has two days.
OUTLET_DAYS = 1.0
#: Pairs of two outlets that are more probable than this, or published within so many days of each other, are not
#: vetoed: a misread place, day or attacker would part them more often than not. One outlet tells attacks apart so.
SURE = 0.5
CLOSE_DAYS = 2.0

#: An event that is recalled is the one that another report tells where this is as probable, its day is that report's or
#: the day before, and its toll or its spot is the same; else it is at most so probable. Nobody has coded what articles
#: recall, so the trees know nothing of it.
SURELY_RECALLED = 0.9
VAGUE = 0.4
_RECALLED_DAYS = 1.0
_ONE_SPOT = 0.74

VETOES: tuple[str, ...] = ("", "other place", "other day", "other attackers")


@dataclass(frozen=True)
class Matcher:
    """Trees, a meaning for each feature, and the mean probability from which two groups are one."""

    trees: Trees
    meanings: Mapping[str, str]
    threshold: float

    @classmethod
    def load(cls, path: Path | None = None) -> Matcher:
        """The package's trees, or those of a table that ``python -m conflict_events.merging.fit`` wrote.

        Raises ValueError where a feature of the table is not known.
        """
        text = data("merging_trees.csv") if path is None else path.read_text(encoding="utf-8-sig")
        meanings = {row["feature"]: row["meaning"] for row in read_table(data("merging_features.csv"))}
        try:
            trees = read_trees(read_table(text), FEATURES)
        except (KeyError, ValueError) as error:
            raise ValueError(
                f"{path or 'merging_trees.csv'} holds no trees of this version ({error}); "
                "write it with `python -m conflict_events.merging.fit`"
            ) from None
        return cls(trees, meanings, THRESHOLD)

    def probabilities(self, features: Floats) -> Floats:
        """The probability of each pair, 0 to 1."""
        found: Floats = 1 / (1 + np.exp(-np.clip(self.trees.log_odds(features), -30, 30)))
        return np.where(_vaguely_recalled(found, features), np.minimum(found, VAGUE), found)


#: Chosen on the parts of the pairs that the trees were not fitted on (docs/merging.md).
THRESHOLD = 0.5


def _vaguely_recalled(found: Floats, features: Floats) -> NDArray[np.bool_]:
    value = {name: features[:, number] for number, name in enumerate(FEATURES)}
    days = (
        (value["published_gap"] <= _RECALLED_DAYS) & (value["day_gap"] <= _RECALLED_DAYS) & (value["day_unknown"] == 0)
    )
    same = (value["killed_same"] + value["injured_same"] > 0) | (value["place_near"] >= _ONE_SPOT)
    vague: NDArray[np.bool_] = (value["recall"] > 0) & ~((found >= SURELY_RECALLED) & days & same)
    return vague


def data(name: str) -> str:
    """The text of a table of the package."""
    return (resources.files("conflict_events") / "data" / name).read_text(encoding="utf-8")


def vetoes(columns: Columns, features: Floats, found: Floats, left: Ints, right: Ints) -> NDArray[np.int8]:
    """For each pair the number of the veto in :data:`VETOES` that keeps it apart, 0 for none.

    Args:
        columns: of the reports.
        features: of the pairs.
        found: their probabilities.
        left, right: the reports of each pair.
    """
    at = {name: number for number, name in enumerate(FEATURES)}
    one_outlet = features[:, at["same_outlet"]] > 0
    far = both_spots(columns, left, right) & (np.nan_to_num(kilometres(columns, left, right)) > FAR_KM)
    far &= features[:, at["names_shared"]] == 0
    exact = columns.exact_day[left] & columns.exact_day[right]
    allowed = np.where(one_outlet, OUTLET_DAYS, FAR_DAYS)
    other_day = exact & (np.nan_to_num(days_between(columns, left, right)) > allowed)
    other_side = features[:, at["perpetrators_differ"]] > 0
    barring = one_outlet | ((found < SURE) & (features[:, at["published_gap"]] > CLOSE_DAYS))
    vetoed = np.zeros(len(left), dtype=np.int8)
    for number, barred in ((3, other_side), (2, other_day), (1, far)):
        vetoed[barred & barring] = number
    return vetoed

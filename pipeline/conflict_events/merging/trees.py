"""Boosted decision trees as a table of numbers: read, asked and explained with numpy alone.

Each tree asks a few questions of the form "is this feature at most so much?"; the sum of what the trees answer is the
log-odds. scikit-learn fits them (:mod:`conflict_events.merging.fit`); nothing of it is needed to ask them.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

COLUMNS: tuple[str, ...] = ("tree", "node", "feature", "at_most", "yes", "no", "value")


@dataclass(frozen=True)
class Node:
    """A question (``yes`` and ``no`` are numbers of nodes of its tree) or, without a feature, an answer.

    ``value`` is the answer, or the mean of the answers below, weighted by the pairs that it was fitted on.
    """

    feature: int | None
    at_most: float
    yes: int
    no: int
    value: float


@dataclass(frozen=True)
class Trees:
    """An ensemble; the first node of each tree is asked first. ``base`` is the log-odds before any tree."""

    trees: Sequence[Sequence[Node]]
    base: float

    def log_odds(self, features: Floats) -> Floats:
        """The sum of all trees for each row of features."""
        columns = np.ascontiguousarray(features.T)
        found = np.full(len(features), self.base)
        for tree in self.trees:
            found += _ask(tree, 0, columns)
        return found

    @cached_property
    def mean(self) -> float:
        """The log-odds of a pair of which nothing is known."""
        return self.base + sum(tree[0].value for tree in self.trees)

    def contributions(self, row: Floats) -> Floats:
        """What each feature of one pair adds to the mean: at each question the change of the mean answer."""
        found = np.zeros(len(row))
        for tree in self.trees:
            node = tree[0]
            while node.feature is not None:
                below = tree[node.yes if row[node.feature] <= node.at_most else node.no]
                found[node.feature] += below.value - node.value
                node = below
        return found


def read_trees(rows: Iterable[Mapping[str, str]], features: Sequence[str]) -> Trees:
    """Trees of a table in :data:`COLUMNS`; the row of tree −1 holds the base.

    Raises ValueError for a feature that is not known.
    """
    trees: dict[int, list[Node]] = {}
    numbers = {name: number for number, name in enumerate(features)}
    base = 0.0
    for row in rows:
        if row["tree"] == "-1":
            base = float(row["value"])
            continue
        if row["feature"] and row["feature"] not in numbers:
            raise ValueError(f"trees ask for {row['feature']!r}; features are {', '.join(features)}")
        feature = numbers[row["feature"]] if row["feature"] else None
        node = Node(
            feature, *(float(row["at_most"] or 0), int(row["yes"] or 0), int(row["no"] or 0)), float(row["value"])
        )
        trees.setdefault(int(row["tree"]), []).append(node)
    return Trees(tuple(tuple(trees[number]) for number in sorted(trees)), base)


def tree_rows(trees: Trees, features: Sequence[str]) -> Iterable[dict[str, str]]:
    """The rows of a table in :data:`COLUMNS`."""
    yield dict.fromkeys(COLUMNS, "") | {"tree": "-1", "value": f"{trees.base:.6g}"}
    for number, tree in enumerate(trees.trees):
        for at, node in enumerate(tree):
            row = {"tree": str(number), "node": str(at), "value": f"{node.value:.6g}"}
            if node.feature is not None:
                row |= {"feature": features[node.feature], "at_most": repr(node.at_most)}
                row |= {"yes": str(node.yes), "no": str(node.no)}
            yield dict.fromkeys(COLUMNS, "") | row


def read_table(text: str) -> list[dict[str, str]]:
    """The rows of a CSV text."""
    return list(csv.DictReader(text.splitlines()))


def _ask(tree: Sequence[Node], number: int, columns: Floats) -> Floats | float:
    node = tree[number]
    if node.feature is None:
        return node.value
    yes, no = _ask(tree, node.yes, columns), _ask(tree, node.no, columns)
    answers: Floats = np.where(columns[node.feature] <= node.at_most, yes, no)
    return answers

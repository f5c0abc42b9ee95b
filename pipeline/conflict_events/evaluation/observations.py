"""Counts by article, and the figures made of them.

Every figure is a ratio of two sums over articles: F1 is twice the right ones over the read and the labelled ones, a
share its hits over its cases, a mean error the summed errors over the cases. Keeping the summands of each article is
therefore all that a bootstrap over articles and a paired test need.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]
Kind = Literal["prf", "share", "mean"]

MEASURES: dict[Kind, tuple[str, ...]] = {"prf": ("precision", "recall", "f1"), "share": ("",), "mean": ("",)}
# How each measure is made of a subject's three columns (prf: right, read, labelled; else: sum, cases, unused).
_WEIGHTS: dict[tuple[Kind, str], tuple[tuple[float, float, float], tuple[float, float, float]]] = {
    ("prf", "precision"): ((1, 0, 0), (0, 1, 0)),
    ("prf", "recall"): ((1, 0, 0), (0, 0, 1)),
    ("prf", "f1"): ((2, 0, 0), (0, 1, 1)),
    ("share", ""): ((1, 0, 0), (0, 1, 0)),
    ("mean", ""): ((1, 0, 0), (0, 1, 0)),
}


class Key(NamedTuple):
    """What was counted: the subject (``entity``), and the group of cases: a dimension (``label``) and its value."""

    subject: str
    dimension: str = ""
    value: str = ""


def metric_name(key: Key, measure: str) -> str:
    """The name of a figure, as ``--fail-under`` and the tables have it: ``entity_f1``, ``entity_f1[label=ACTOR]``."""
    name = f"{key.subject}_{measure}" if measure else key.subject
    return f"{name}[{key.dimension}={key.value}]" if key.dimension else name


@dataclass(frozen=True, slots=True)
class Column:
    """The counts of one key: the articles that have any (ascending), and three numbers for each of them."""

    kind: Kind
    articles: Indices
    counts: Floats

    def totals(self) -> Floats:
        """The three numbers over all articles."""
        total: Floats = self.counts.sum(axis=0)
        return total


def ratio(kind: Kind, measure: str, sums: Floats) -> Floats:
    """The figure for summed counts (last axis: the three columns); NaN where it has no cases."""
    above, below = _WEIGHTS[(kind, measure)]
    upper, lower = sums @ np.asarray(above, dtype=float), sums @ np.asarray(below, dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        result: Floats = np.where(lower != 0, upper / lower, np.nan)
    return result


class Observations:
    """Collects counts. ``groups`` holds, for each article, the groups all of its cases belong to (outlet, part)."""

    def __init__(self, groups: Sequence[Mapping[str, str]]) -> None:
        self.groups = groups
        self._kinds: dict[str, Kind] = {}
        self._counts: dict[Key, dict[int, list[float]]] = {}

    def prf(
        self, article: int, subject: str, right: float, read: float, labelled: float, groups: Mapping[str, str] = {}
    ) -> None:
        """Count ``right`` of ``read`` and of ``labelled`` cases, over all and in each group."""
        self._add(article, subject, "prf", (right, read, labelled), groups)

    def prf_in(
        self, article: int, subject: str, right: float, read: float, labelled: float, groups: Mapping[str, str]
    ) -> None:
        """Like :meth:`prf`, in the groups alone: for cases that are counted otherwise over all."""
        self._kinds[subject] = "prf"
        for dimension, value in groups.items():
            self._sum(Key(subject, dimension, value), article, (right, read, labelled))

    def share(self, article: int, subject: str, hits: float, cases: float = 1, groups: Mapping[str, str] = {}) -> None:
        """Count ``hits`` among ``cases``."""
        self._add(article, subject, "share", (hits, cases, 0), groups)

    def mean(self, article: int, subject: str, value: float, groups: Mapping[str, str] = {}) -> None:
        """Count one case of that ``value``."""
        self._add(article, subject, "mean", (value, 1, 0), groups)

    def _add(
        self, article: int, subject: str, kind: Kind, counts: tuple[float, float, float], groups: Mapping[str, str]
    ) -> None:
        self._kinds[subject] = kind
        keys = [Key(subject)]
        keys += [Key(subject, dimension, value) for dimension, value in {**self.groups[article], **groups}.items()]
        for key in keys:
            self._sum(key, article, counts)

    def _sum(self, key: Key, article: int, counts: tuple[float, float, float]) -> None:
        sums = self._counts.setdefault(key, {}).setdefault(article, [0.0, 0.0, 0.0])
        for place, count in enumerate(counts):
            sums[place] += count

    def columns(self) -> dict[Key, Column]:
        """The counts by key, in the order in which subjects were first counted; groups by name."""
        order = {subject: place for place, subject in enumerate(self._kinds)}
        found: dict[Key, Column] = {}
        for key in sorted(self._counts, key=lambda key: (order[key.subject], key.dimension, key.value)):
            by_article = sorted(self._counts[key].items())
            found[key] = Column(
                self._kinds[key.subject],
                np.asarray([article for article, _ in by_article], dtype=np.int64),
                np.asarray([counts for _, counts in by_article], dtype=float).reshape(-1, 3),
            )
        return found

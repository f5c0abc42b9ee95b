"""Fit the matcher to pairs whose truth is known: ``python -m conflict_events.merging.fit [PAIRS] [TREES]``.

With ``--words CORPUS`` the table of how many articles hold each word is counted anew as well; features rest on it.

PAIRS (``training_data/merging_pairs.csv``) holds features of pairs, numbers only, with ``corpus``, the ``fold`` of
each report's incident (no incident stands in two folds), ``label`` and how much a pair counts. A feature whose
``sign`` in ``data/merging_features.csv`` is ``+`` may only speak for one incident the more there is of it, one with
``-`` only against, so that a corpus' accidents are not learned. Needs scikit-learn (``conflict-events[train]``).
"""

from __future__ import annotations

import argparse
import csv
import io
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from conflict_events.merging.columns import Floats
from conflict_events.merging.features import FEATURES
from conflict_events.merging.matcher import data
from conflict_events.merging.trees import COLUMNS, Node, Trees, read_table, tree_rows

#: Small steps and small trees: there are a few thousand pairs that tell one incident.
SETTINGS: Mapping[str, Any] = {
    "max_iter": 250,
    "max_depth": 4,
    "learning_rate": 0.05,
    "min_samples_leaf": 10,
    "l2_regularization": 5.0,
    "early_stopping": False,
    "random_state": 0,
}
#: Words in fewer articles of our own corpus than this are not kept: they count as new.
SELDOM = 3
_SIGNS = {"+": 1, "-": -1}


@dataclass(frozen=True)
class Pairs:
    """Pairs whose truth is known: features (pairs, FEATURES), labels 0 or 1, how much each counts, corpus, folds."""

    features: Floats
    labels: Floats
    counts: Floats
    corpora: Sequence[str]
    folds: Sequence[str]
    other_folds: Sequence[str]

    def part(self, kept: NDArray[np.bool_]) -> Pairs:
        """The pairs where ``kept`` is true."""
        at = np.flatnonzero(kept).tolist()
        names = ([column[n] for n in at] for column in (self.corpora, self.folds, self.other_folds))
        return Pairs(self.features[at], self.labels[at], self.counts[at], *names)


def fit(pairs: Pairs, trees: int | None = None) -> Trees:
    """Trees fitted to pairs; the same pairs give the same trees, and fewer ``trees`` are the first of more."""
    from sklearn.ensemble import HistGradientBoostingClassifier

    settings = dict(SETTINGS) | ({"max_iter": trees} if trees else {})
    signs = {row["feature"]: _SIGNS.get(row["sign"], 0) for row in read_table(data("merging_features.csv"))}
    model = HistGradientBoostingClassifier(monotonic_cst=[signs[name] for name in FEATURES], **settings)
    model.fit(pairs.features, pairs.labels, sample_weight=pairs.counts)
    base = float(np.ravel(model._baseline_prediction)[0])
    return Trees(tuple(_nodes(step[0].nodes) for step in model._predictors), base)


def _nodes(table: Any) -> tuple[Node, ...]:
    """The nodes of a tree of scikit-learn; a question's value is the mean of the answers below it."""
    values: dict[int, float] = {}

    def value(number: int) -> float:
        node = table[number]
        if node["is_leaf"]:
            values[number] = float(node["value"])
        else:
            sides = [int(node["left"]), int(node["right"])]
            counts = [int(table[side]["count"]) for side in sides]
            values[number] = sum(value(side) * n for side, n in zip(sides, counts, strict=True)) / sum(counts)
        return values[number]

    value(0)
    return tuple(
        Node(
            None if node["is_leaf"] else int(node["feature_idx"]),
            0.0 if node["is_leaf"] else float(node["num_threshold"]),
            int(node["left"]),
            int(node["right"]),
            values[number],
        )
        for number, node in enumerate(table)
    )


def read_pairs(path: Path) -> Pairs:
    """The pairs of a table."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return Pairs(
        np.array([[float(row[name]) for name in FEATURES] for row in rows]),
        np.array([float(row["label"]) for row in rows]),
        np.array([float(row["counts"]) for row in rows]),
        [row["corpus"] for row in rows],
        [row["fold"] for row in rows],
        [row["other_fold"] for row in rows],
    )


def table_of(trees: Trees) -> str:
    """Trees as the text of a CSV table."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(tree_rows(trees, FEATURES))
    return text.getvalue()


def counted_words(corpus: Path) -> str:
    """In how many articles of a corpus in source form each word stands, as the text of a CSV table."""
    from conflict_events.corpus import read_corpus, source_files
    from conflict_events.merging.words import document_counts, words_of

    articles = [tuple(words_of(f"{a.title or ''} {a.text}")) for a in read_corpus(source_files([corpus]))]
    counts = document_counts(articles)
    rows = [(word, count) for word, count in sorted(counts.items()) if count >= SELDOM]
    return "word,articles\n" + "".join(f"{word},{count}\n" for word, count in [("", len(articles)), *rows])


def main(arguments: Sequence[str] | None = None) -> None:
    """Rebuild the table of trees in its place."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("pairs", nargs="?", type=Path, default=Path("training_data/merging_pairs.csv"))
    parser.add_argument("trees", nargs="?", type=Path, default=Path("pipeline/conflict_events/data/merging_trees.csv"))
    parser.add_argument("--words", type=Path, help="a corpus in source form to count words in")
    options = parser.parse_args(arguments)
    if options.words is not None:
        options.trees.with_name("merging_words.csv").write_text(counted_words(options.words), encoding="utf-8")
    trees = fit(read_pairs(options.pairs))
    options.trees.write_text(table_of(trees), encoding="utf-8")
    print(f"{options.trees}: {len(trees.trees)} trees", file=sys.stderr)


if __name__ == "__main__":
    main()

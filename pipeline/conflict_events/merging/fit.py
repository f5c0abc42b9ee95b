"""Fit the matcher's weights to pairs whose truth is known: ``python -m conflict_events.merging.fit [PAIRS] [WEIGHTS]``.

PAIRS (``training_data/merging_pairs.csv``) holds features of pairs, numbers only, with ``corpus``, ``fold`` (of the
incident, so that no incident stands in two folds), ``label`` and how much a pair of its corpus counts. The weights are
the most probable ones under a normal prior around the column ``prior`` of the table, each on the side of its ``sign``:
a feature that speaks for one incident never counts against it because of a corpus' accidents.
"""

from __future__ import annotations

import argparse
import csv
import io
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from conflict_events.merging.features import FEATURES, Floats

#: How firmly weights are held at their prior, in pairs' worth of evidence on standardised features.
FIRMNESS = 3.0
_STEPS = 100
_EXACT = 1e-8
_DIGITS = 3


def fit(features: Floats, labels: Floats, counts: Floats, prior: Floats, signs: Sequence[str]) -> Floats:
    """The weights, in the order of the features.

    Args:
        features: (pairs, FEATURES), the bias first.
        labels: 1 for pairs that tell one event, else 0.
        counts: how much each pair counts.
        prior: the weight around which each is held; the bias is free.
        signs: ``+`` for weights that must not be below 0, ``-`` above, else free.
    """
    held = np.zeros(features.shape[1], dtype=bool)
    while True:
        weights = _logistic(features, labels, counts, prior, held)
        wrong = np.array([(s == "+" and w < 0) or (s == "-" and w > 0) for s, w in zip(signs, weights, strict=True)])
        if not wrong.any():
            return weights
        strength = np.abs(weights) * features.std(axis=0) * wrong
        held[int(np.argmax(strength))] = True


def _logistic(features: Floats, labels: Floats, counts: Floats, prior: Floats, held: np.ndarray) -> Floats:
    """Newton's method on standardised features; ``held`` weights are 0."""
    use = ~held
    scale = features.std(axis=0)
    scale[scale == 0] = 1.0
    columns = (features / scale)[:, use]
    mean = prior[use] * scale[use]
    firm = np.full(columns.shape[1], FIRMNESS)
    firm[0] = 1e-6  # the bias
    weights = mean.copy()
    for _ in range(_STEPS):
        p = 1 / (1 + np.exp(-np.clip(columns @ weights, -30, 30)))
        gradient = columns.T @ (counts * (labels - p)) - firm * (weights - mean)
        curve = (columns * (counts * np.maximum(p * (1 - p), 1e-6))[:, None]).T @ columns + np.diag(firm)
        step = np.linalg.solve(curve, gradient)
        weights = weights + np.clip(step, -2, 2)
        if np.abs(step).max() < _EXACT:
            break
    found = np.zeros(features.shape[1])
    found[use] = weights / scale[use]
    return found


def read_pairs(path: Path) -> tuple[Floats, Floats, Floats, list[str]]:
    """Features, labels, counts and folds of a table of pairs."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    features = np.array([[float(row[name]) for name in FEATURES] for row in rows])
    labels = np.array([float(row["label"]) for row in rows])
    counts = np.array([float(row["counts"]) for row in rows])
    return features, labels, counts, [f"{row['corpus']} {row['fold']}" for row in rows]


def fitted_table(table: Sequence[Mapping[str, str]], pairs: Path) -> list[dict[str, str]]:
    """The table of weights with its weights fitted to the pairs of a file."""
    features, labels, counts, _ = read_pairs(pairs)
    rows = {row["feature"]: row for row in table}
    prior = np.array([float(rows[name]["prior"] or 0) for name in FEATURES])
    weights = fit(features, labels, counts, prior, [rows[name]["sign"] for name in FEATURES])
    values = dict(zip(FEATURES, weights, strict=True))
    return [
        dict(row)
        | ({"weight": f"{round(values[row['feature']], _DIGITS) + 0.0:g}"} if row["feature"] in values else {})
        for row in table
    ]


def main(arguments: Sequence[str] | None = None) -> None:
    """Rebuild the table of weights in its place."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("pairs", nargs="?", type=Path, default=Path("training_data/merging_pairs.csv"))
    parser.add_argument(
        "weights", nargs="?", type=Path, default=Path("pipeline/conflict_events/data/merging_weights.csv")
    )
    options = parser.parse_args(arguments)
    with options.weights.open(encoding="utf-8", newline="") as file:
        table = list(csv.DictReader(file))
    text = io.StringIO()
    writer = csv.DictWriter(text, list(table[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(fitted_table(table, options.pairs))
    options.weights.write_text(text.getvalue(), encoding="utf-8")
    print(f"{options.weights}: {len(FEATURES)} weights", file=sys.stderr)


if __name__ == "__main__":
    main()

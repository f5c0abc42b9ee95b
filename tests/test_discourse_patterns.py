"""Each pattern of ``discourse_patterns.csv`` compiles and finds its own example."""

from __future__ import annotations

import csv
from importlib.resources import files

import pytest

from conflict_events.casualties.patterns import Kind, pattern

ROWS = list(
    csv.DictReader(
        (files("conflict_events") / "data" / "discourse_patterns.csv").read_text(encoding="utf8").splitlines()
    )
)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['kind']}: {row['example']}")
def test_a_pattern_finds_its_example(row: dict[str, str]) -> None:
    kind: Kind = row["kind"]  # type: ignore[assignment]
    assert pattern(kind).search(row["example"].casefold())


@pytest.mark.parametrize(
    "text", ["five people were killed on monday", "the toll rose to five", "in the village of 1200 people"]
)
def test_no_period_where_none_is_told(text: str) -> None:
    assert not pattern("period").search(text)

"""What the figures are called and what they mean, from ``data/evaluation_measures.csv``."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

HEADLINES = (
    "entity_f1",
    "casualty_f1",
    "killed_exact",
    "killed_positive_exact",
    "injured_exact",
    "injured_positive_exact",
    "quantity_number",
    "event_f1",
    "role_f1",
    "tally_f1",
    "place_10km",
    "admin1",
    "actor",
)
"""The figures that a summary shows, where there are any."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What a figure is about. ``better`` is ``high``, ``low`` or ``zero``: where a good value lies."""

    subject: str
    section: str
    title: str
    better: str
    meaning: str


@lru_cache(maxsize=1)
def subjects() -> dict[str, Subject]:
    """All subjects, in the order of the report."""
    text = resources.files("conflict_events").joinpath("data/evaluation_measures.csv").read_text(encoding="utf-8")
    return {row["subject"]: Subject(**row) for row in csv.DictReader(text.splitlines())}


def improvement(subject: str, first: float, second: float) -> float:
    """By how much ``second`` is better than ``first``; below 0 where it is worse."""
    match subjects()[subject].better:
        case "low":
            return first - second
        case "zero":
            return abs(first) - abs(second)
        case _:
            return second - first

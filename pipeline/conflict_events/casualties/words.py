"""Lists of words that the reading of casualties turns on, from ``conflict_events/data/casualty_words.csv``."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from importlib.resources import files


@cache
def _lists() -> Mapping[str, frozenset[str]]:
    text = (files("conflict_events") / "data" / "casualty_words.csv").read_text(encoding="utf8")
    return {row["list"]: frozenset(row["words"].split("|")) for row in csv.DictReader(text.splitlines())}


def words(name: str) -> frozenset[str]:
    """The words of a list, lower-cased.

    Raises:
        KeyError: the table has no such list.
    """
    return _lists()[name]

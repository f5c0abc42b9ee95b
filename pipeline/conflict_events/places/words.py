"""The words that stand with place names and say what kind of place is meant ("village", "countryside", "airport")."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

_POSSESSIVE = re.compile(r"['’]s?$")


@dataclass(frozen=True, slots=True)
class PlaceWords:
    """``beside``: words outside the name with the kind they tell, ``None`` where they tell none; ``inside``: the same
    for words that belong to the name of a feature; ``directions``: words that only say which side; ``institutions``:
    words for offices that bear the name of the place they sit in, with the kind that it has."""

    beside: Mapping[str, str | None]
    inside: Mapping[str, str | None]
    directions: frozenset[str]
    institutions: Mapping[str, str | None]


@lru_cache(maxsize=1)
def place_words() -> PlaceWords:
    """The words of ``data/place_words.csv``."""
    text = resources.files("conflict_events").joinpath("data/place_words.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    return PlaceWords(
        beside={row["word"]: row["kind"] or None for row in rows if row["role"] == "beside"},
        inside={row["word"]: row["kind"] or None for row in rows if row["role"] == "inside"},
        directions=frozenset(row["word"] for row in rows if row["role"] == "direction"),
        institutions={row["word"]: row["kind"] or None for row in rows if row["role"] == "institution"},
    )


def without_institution(name: str) -> tuple[str, str | None]:
    """``name`` without the office at its end that bears it, and the kind of place that the office tells.

    >>> without_institution("Hakkari Governor's Office")
    ('Hakkari', 'admin1')
    >>> without_institution("Homs")
    ('Homs', None)
    """
    institutions = place_words().institutions
    words = name.split()
    for place, word in enumerate(words[1:], start=1):
        plain = _POSSESSIVE.sub("", word.casefold())
        if plain in institutions:
            return _POSSESSIVE.sub("", " ".join(words[:place])), institutions[plain]
    return name, None


def without_feature(name: str) -> tuple[str, str | None]:
    """``name`` without the words for a feature at its end or head, and the kind of the feature.

    >>> without_feature("Al-Rasafa Deserts")
    ('Al-Rasafa', 'desert')
    >>> without_feature("Homs")
    ('Homs', None)
    """
    inside = place_words().inside
    words = name.split()
    kind: str | None = None
    while len(words) > 1 and words[-1].casefold() in inside:
        kind = inside[words[-1].casefold()] or kind
        words.pop()
    while len(words) > 1 and words[0].casefold() in inside and inside[words[0].casefold()]:
        kind = inside[words[0].casefold()] or kind
        words.pop(0)
        if len(words) > 1 and words[0].casefold() == "of":
            words.pop(0)
    return " ".join(words), kind

"""What the words for the harmed say of them: civilian or combatant, and traits such as child, woman, journalist."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from conflict_events.schema import VictimStatus


@dataclass(frozen=True, slots=True)
class _Words:
    meaning: Mapping[str, tuple[str, tuple[str, ...]]]
    pattern: re.Pattern[str]


def describe_victim(text: str) -> tuple[VictimStatus, list[str]]:
    """Status and traits of the victims that ``text`` describes, by the words of ``data/victims.csv``.

    A text that speaks of civilians and of combatants is ``mixed``; one without a telling word is ``unknown``.

    >>> describe_victim("two children and a woman")
    ('civilian', ['child', 'woman'])
    >>> describe_victim("11 years-old child")
    ('civilian', ['child'])
    >>> describe_victim("regime soldiers")
    ('combatant', ['military'])
    >>> describe_victim("people")
    ('unknown', [])
    """
    words = _words()
    statuses: set[str] = set()
    traits: list[str] = []
    for match in words.pattern.finditer(text.casefold().replace("’", "'")):
        status, more = words.meaning[match.group()]
        statuses.add(status)
        traits += [trait for trait in more if trait not in traits]
    if {"civilian", "combatant"} <= statuses:
        return "mixed", traits
    if "combatant" in statuses:
        return "combatant", traits
    return ("civilian" if "civilian" in statuses else "unknown"), traits


@lru_cache(maxsize=1)
def _words() -> _Words:
    text = resources.files("conflict_events").joinpath("data/victims.csv").read_text(encoding="utf-8")
    meaning: dict[str, tuple[str, tuple[str, ...]]] = {}
    for row in csv.DictReader(text.splitlines()):
        for word in row["words"].split("|"):
            meaning[word] = (row["status"], tuple(trait for trait in row["traits"].split("|") if trait))
    longest_first = sorted(meaning, key=len, reverse=True)
    pattern = re.compile(r"(?<![\w-])(?:" + "|".join(re.escape(word) for word in longest_first) + r")(?![\w-])")
    return _Words(meaning, pattern)


def civilian_words() -> frozenset[str]:
    """The words that describe civilians."""
    return frozenset(word for word, (status, _) in _words().meaning.items() if status == "civilian")

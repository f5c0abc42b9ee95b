"""The words that statistics are told with: outcome words by what they do in a list, and ``data/tally_words.csv``."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files

#: Frames of ``outcome_words.csv`` by how their words stand to numbers. ``verb``: before the number where active, after
#: it where passive. ``after``: behind the people ("30 dead", "30 died"). ``noun``: before "of" or behind the number
#: ("the death of 30", "30 deaths").
_PLACES = {
    "victim_object": "verb",
    "victim_subject_or_object": "verb",
    "victim_subject": "after",
    "predicate": "after",
    "flight_verb": "after",
    "event_noun": "noun",
    "count_noun": "noun",
    "life_noun": "noun",
    "toll_noun": "noun",
    "loss_noun": "noun",
    "body_noun": "noun",
}


@dataclass(frozen=True)
class OutcomeWord:
    """What a form says happened, and the ways in which it may stand to the numbers around it."""

    outcome: str
    places: frozenset[str]


@dataclass(frozen=True)
class TallyWords:
    """Outcome words by lower-cased form, and lists of words by name."""

    outcomes: Mapping[str, OutcomeWord]
    lists: Mapping[str, frozenset[str]]
    #: "first", "second", …, in their order
    ordinals: tuple[str, ...] = ()

    @classmethod
    def load(cls) -> TallyWords:
        """The tables shipped with the package."""
        outcomes: dict[str, OutcomeWord] = {}
        for row in _rows("outcome_words.csv"):
            place = _PLACES.get(row["frame"])
            if place is None:
                continue
            for form in row["forms"].split("|"):
                known = outcomes.get(form)
                places = {place} | (known.places if known is not None else frozenset())
                outcomes[form] = OutcomeWord(known.outcome if known else row["outcome"], frozenset(places))
        lists = {row["list"]: frozenset(row["words"].split("|")) for row in _rows("tally_words.csv")}
        ordinals = next(row["words"].split("|") for row in _rows("tally_words.csv") if row["list"] == "ordinals")
        return cls(outcomes, lists, tuple(ordinals))

    def is_in(self, name: str, word: str) -> bool:
        """Whether a lower-cased word is in a list. Raises KeyError where there is no such list."""
        return word in self.lists[name]


def _rows(name: str) -> list[dict[str, str]]:
    text = (files("conflict_events") / "data" / name).read_text(encoding="utf8")
    return list(csv.DictReader(text.splitlines()))

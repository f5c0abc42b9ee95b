"""Words that give an actor its role: frames of verbs, action nouns and prepositions (``role_patterns.csv``)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from spacy.tokens import Span

from .matching import forms, read_rows

FILE = "role_patterns.csv"
COLUMNS = ("words", "kind", "frame")
_ATTACKS = frozenset({"attack", "fight"})
_TALKS = frozenset({"speak", "accuse"})


@dataclass(frozen=True)
class RoleWords:
    """Frames of verbs, action nouns and prepositions, and the containers to look through, by lower-cased form."""

    verbs: Mapping[str, str] = field(repr=False)
    nouns: Mapping[str, str] = field(repr=False)
    containers: Mapping[str, str] = field(repr=False)
    prepositions: Mapping[str, str] = field(repr=False)
    attackers: frozenset[str] = field(repr=False)
    asides: frozenset[str] = field(repr=False)

    @classmethod
    def from_text(cls, text: str) -> RoleWords:
        """Read the CSV table; of two rows with a word of one kind the first holds."""
        kinds: dict[str, dict[str, str]] = {
            kind: {} for kind in ("verb", "noun", "container", "preposition", "actor", "aside")
        }
        for row in read_rows(FILE, text, COLUMNS):
            if row["kind"] not in kinds:
                raise ValueError(f"{FILE}: kind {row['kind']!r} is none of {', '.join(kinds)}.")
            for form in forms(row["words"]):
                kinds[row["kind"]].setdefault(form, row["frame"])
        return cls(
            kinds["verb"],
            kinds["noun"],
            kinds["container"],
            kinds["preposition"],
            frozenset(kinds["actor"]),
            frozenset(kinds["aside"]),
        )

    def tells_attack(self, sentence: Span) -> bool:
        """Whether a word of ``sentence`` says that somebody attacked or fought."""
        return any(
            (self.verbs if token.pos_ == "VERB" else self.nouns).get(token.lower_) in _ATTACKS for token in sentence
        )

    def speaks(self, word: str) -> bool:
        """Whether a form of a verb only tells or accuses."""
        return self.verbs.get(word) in _TALKS

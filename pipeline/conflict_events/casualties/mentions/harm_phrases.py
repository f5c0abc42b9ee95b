"""What became of people by a verb together with the words it stands with: "led away", "in custody", "did not survive".

The verbs by themselves tell nothing ("take", "make", "turn"); the table is ``data/harm_phrases.csv``. Its column
``with`` holds the conditions, all of which must be met, as ``relation=words``: ``not`` (the verb is negated),
``passive``, ``object``, ``complement``, ``with_own`` (the object is somebody's "own"), or a preposition or particle.
``itself`` stands for any reflexive pronoun, ``any`` for any noun, ``yes`` for the relation alone.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, cast, get_args

from spacy.tokens import Token

from conflict_events.casualties.words import words

People = Literal["subject", "counted_subject", "object", "object_of", "with"]
_OBJECTS = frozenset({"dobj", "obj"})
_PARTICLES = frozenset({"prt", "advmod", "prep", "agent"})
#: Words of the table that stand for others, and "it", which tells nothing by itself.
_ANYTHING = frozenset({"itself", "any", "yes", "it"})


@dataclass(frozen=True)
class Condition:
    """What has to stand beside a verb: any of ``relations`` with any of ``words``."""

    relations: frozenset[str]
    words: frozenset[str]

    @classmethod
    def read(cls, text: str) -> Condition:
        relations, _, allowed = text.partition("=")
        return cls(frozenset(relations.split("|")), frozenset(allowed.split("|")))

    def met(self, verb: Token) -> bool:
        """Whether the words stand beside ``verb``."""
        if "not" in self.relations:
            return any(c.dep_ == "neg" for c in verb.children)
        if "passive" in self.relations:
            return any(c.dep_ == "auxpass" for c in verb.children)
        if "with_own" in self.relations:
            return any(o.lower_ == "own" for c in verb.children if c.dep_ in _OBJECTS for o in c.children)
        if "complement" in self.relations:
            return any(c.dep_ in ("acomp", "oprd", "advmod") and self._allows(c) for c in verb.children)
        if "object" in self.relations:
            return any(c.dep_ in _OBJECTS and self._allows(c) for c in verb.children)
        found = [c for c in verb.children if c.lower_ in self.relations and c.dep_ in _PARTICLES]
        if self.words == {"yes"}:
            following = verb.doc[verb.i + 1].lower_ if verb.i + 1 < len(verb.doc) else ""
            return bool(found) or following in self.relations or self._after_object(verb)
        return any(self._allows(o) for c in found for o in c.children if o.dep_ == "pobj")

    def _allows(self, token: Token) -> bool:
        if "any" in self.words:
            return True
        own = "itself" in self.words and token.lower_ in words("reflexive") - {"itself"}
        return own or token.lower_ in self.words - {"itself"}

    def _after_object(self, verb: Token) -> bool:
        """Whether the particle hangs on the object, as the parser has it: "took two nurses and a driver away"."""
        low = next((c.i for c in verb.children if c.dep_ in _OBJECTS and c.i > verb.i), None)
        if low is None:
            return False
        object_words = [t for t in verb.doc[low].subtree if t.i >= low]
        last = object_words[-1]
        return last.lower_ in self.relations and last.dep_ == "advmod"


@dataclass(frozen=True)
class HarmPhrase:
    """One row of the table.

    Attributes:
        outcome: what became of the people.
        frame: the frame of outcome words that the phrase is like.
        people: where they stand: the verb's subject (``counted_subject``: a number of them), its object (of a passive
            verb its subject), what stands behind "of" in its object, or the noun of "with".
    """

    outcome: str
    frame: str
    people: People
    conditions: tuple[Condition, ...]

    @property
    def negative(self) -> bool:
        """Whether the phrase tells by a negation what happened: "did not survive"."""
        return any("not" in condition.relations for condition in self.conditions)

    @property
    def reflexive(self) -> bool:
        """Whether the phrase tells of what somebody did to himself, who then is a person."""
        return any("object" in condition.relations and "itself" in condition.words for condition in self.conditions)

    def met(self, verb: Token) -> bool:
        """Whether ``verb`` stands with what the phrase asks for."""
        return all(condition.met(verb) for condition in self.conditions)


def read_phrases(text: str) -> dict[str, tuple[HarmPhrase, ...]]:
    """The phrases of a table (CSV text) by the form of their verb."""
    found: dict[str, tuple[HarmPhrase, ...]] = {}
    for row in csv.DictReader(text.splitlines()):
        conditions = tuple(Condition.read(part) for part in row["with"].split())
        phrase = HarmPhrase(row["outcome"], row["frame"], _people(row["people"]), conditions)
        for form in row["verbs"].split("|"):
            found[form] = (*found.get(form, ()), phrase)
    return found


def phrase_at(verb: Token, phrases: Iterable[HarmPhrase]) -> HarmPhrase | None:
    """The first of ``phrases`` that ``verb`` stands in; ``None`` where it tells of nothing."""
    if verb.pos_ not in ("VERB", "AUX"):
        return None
    return next((phrase for phrase in phrases if phrase.met(verb)), None)


def telling_words(text: str) -> frozenset[str]:
    """The words that a sentence with a phrase of the table (CSV text) is known by: nouns beside the verb, or else the
    verb of a phrase that has no condition but its negation."""
    found: set[str] = set()
    for verb, phrases in read_phrases(text).items():
        for phrase in phrases:
            nouns = [c.words for c in phrase.conditions if c.words.isdisjoint(_ANYTHING)]
            found.update(*nouns)
            if phrase.negative and len(phrase.conditions) == 1:
                found.add(verb)
    return frozenset(found)


def _people(text: str) -> People:
    for known in get_args(People):
        if text == known:
            return cast(People, known)
    raise ValueError(f"harm_phrases.csv: people must be one of {', '.join(get_args(People))}, not {text!r}")

"""The deaths of suicide attackers that a text implies, for sources that leave them out of their tolls.

The Global Terrorism Database counts attackers among the dead, and its summaries often only tell that a bomber detonated
(see "Attackers among the dead" in ``docs/counts.md``). Those taken alive or stopped in time did not die.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from spacy.tokens import Doc, Token

from conflict_events.casualties.lexicon import Lexicon
from conflict_events.casualties.mentions.phrases import Group, Phrases
from conflict_events.casualties.patterns import pattern
from conflict_events.casualties.words import words


@dataclass(frozen=True)
class Bombers:
    """Suicide attackers: how many, the words for them, and whether the text says that they detonated."""

    number: int
    group: Group
    token: Token
    detonated: bool


class SuicideAttacks:
    """Finds the suicide attackers of one Doc who died without being counted."""

    def __init__(self, doc: Doc, lexicon: Lexicon, phrases: Phrases) -> None:
        self.doc = doc
        self.lexicon = lexicon
        self.phrases = phrases

    def uncounted(self, dead: Sequence[Group], taken_alive: int, told: bool) -> Bombers | None:
        """The attackers to add to the dead, or ``None``.

        Args:
            dead: the groups counted as killed, parts included.
            taken_alive: how many attackers were arrested or captured.
            told: whether the text tells of any casualties; where it does not, only a told detonation counts.
        """
        attackers = [group for group in dead if group.kind == "attacker"]
        if self._included() or any(group.head.lower_ in words("reflexive") for group in dead):
            return None
        found = list(self._bombers())
        if attackers:
            # "One bomber detonated a car; the other five attackers were shot": the bomber is none of the five.
            if not all(self._others(group) for group in attackers):
                return None
            found = [b for b in found if b.number == 1 and b.detonated]
        elif not told:
            found = [b for b in found if b.detonated]
        if not found:
            return None
        most = max(found, key=lambda b: b.number)
        stopped = taken_alive or pattern("stopped_in_time").search(self.doc.text.casefold()) is not None
        number = most.number - int(stopped)
        return Bombers(number, most.group, most.token, most.detonated) if number > 0 else None

    def _included(self) -> bool:
        """Whether a toll says that it holds the attackers: "nine people, including the bomber"."""
        return any(
            token.lower_ in ("including", "included")
            and not (token.i and self.doc[token.i - 1].lower_ == "not")
            and any(self.lexicon.victims.get(word.lower_) == "attacker" for word in self.doc[token.i : token.i + 7])
            for token in self.doc
        )

    def _others(self, group: Group) -> bool:
        phrase = self.doc[max(0, group.start - 3) : group.end]
        return any(t.lower_ in ("other", "others", "second", "rest", *words("remaining")) for t in phrase)

    def _bombers(self) -> Iterator[Bombers]:
        told = any(token.lower_ == "suicide" for token in self.doc)
        for token in self.doc:
            suicide = any(t.lower_ == "suicide" for t in self.doc[max(0, token.i - 3) : token.i])
            suicide = suicide or (told and token.lower_ == "bomber" and self._detonates(token))
            if token.lower_ in ("bomber", "bombers", "attacker", "attackers") and suicide:
                group = self.phrases.group(self._some_of(token) or token)
                if group is not None and (number := self._number(group)):
                    yield Bombers(number, group, token, self._detonates(token))
            elif token.lower_ in words("reflexive") and token.head.lower_ in words("detonating"):
                subject = next((c for c in token.head.children if c.dep_ == "nsubj"), None)
                group = None if subject is None else self.phrases.group(subject)
                number = 1 if token.lower_ != "themselves" else (self._number(group) if group is not None else None)
                if group is not None and number:
                    yield Bombers(number, group, token, True)

    def _some_of(self, token: Token) -> Token | None:
        """The number of those meant, in "one of four suicide bombers"."""
        some = token.head.head if token.dep_ == "pobj" and token.head.lower_ == "of" else None
        return some if some is not None and some.i in self.phrases.number_at else None

    def _number(self, group: Group) -> int | None:
        if group.quantity is not None:
            return None if group.quantity["best"] is None else int(group.quantity["best"])
        return None if group.plural else 1

    def _detonates(self, token: Token) -> bool:
        """Whether the bomber is the subject of an affirmed "detonated", "blew up"."""
        token = self._some_of(token) or token
        if token.dep_ != "nsubj":
            return False
        verbs = [token.head, *(c for c in token.head.children if c.dep_ == "conj")]
        return any(
            verb.lower_ in words("detonating")
            and not any(c.dep_ in ("neg", "aux") and c.lower_ not in ("had", "has", "have") for c in verb.children)
            for verb in verbs
        )

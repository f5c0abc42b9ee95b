"""Subjects, objects and counted nouns in the dependency parse, around an outcome word."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from spacy.tokens import Doc, Token

from conflict_events.casualties.lexicon import Lexicon
from conflict_events.casualties.mentions.phrases import Group, Phrases
from conflict_events.casualties.words import words


class SyntaxReader:
    """Finds the groups of people that stand in a syntactic relation to a word of one Doc."""

    def __init__(self, doc: Doc, lexicon: Lexicon) -> None:
        self.doc = doc
        self.lexicon = lexicon
        self.phrases = Phrases(doc, lexicon)

    def _subjects(self, token: Token) -> list[Token]:
        verb = token
        for _ in range(4):
            found = [c for c in verb.children if c.dep_ in ("nsubjpass", "nsubj")]
            if verb is not token and any(c.i > token.i for c in found):
                break  # who speaks of it: "four teachers were killed, witnesses said"
            if found:
                listed = [c for c in found[0].children if c.dep_ == "appos" and self.doc[c.left_edge.i - 1].text == ":"]
                if listed and listed[0].i < verb.i:
                    return listed  # "Syrian desert: 17 combatants were killed"
                if found[0].lower_ in ("who", "that", "which", "whom") and verb.dep_ == "relcl":
                    return [verb.head]
                if found[0].lower_ in words("ages"):
                    aged = [c for c in found[0].children if c.dep_ in ("nsubj", "nsubjpass") and c.i < found[0].i]
                    found = aged or found  # "two of them, ages 19 and 22, were pronounced dead"
                passive = [c for c in found if c.dep_ == "nsubjpass"]
                # A list before its verb is often parsed as several subjects ("a captain, two sergeants … died").
                several = all(c.pos_ in ("NOUN", "PROPN", "NUM") and c.i < verb.i for c in found)
                return self._after_last_outcome(passive, verb) or (found if several else found[:1])
            if verb.dep_ in ("acl", "relcl"):
                return [verb.head]
            if verb.dep_ in ("conj", "xcomp", "advcl", "ccomp", "dep") and verb.head.i != verb.i:
                verb = verb.head
                continue
            if verb.dep_ == "pcomp" and verb.head.dep_ == "prep" and verb.head.head.pos_ == "VERB":
                verb = verb.head.head  # "shot two clerks before being wounded himself"
                continue
            break
        return []

    def _after_last_outcome(self, subjects: list[Token], verb: Token) -> list[Token]:
        """Those of several subjects that no verb parts from theirs: "six died, they said, and several were hurt"."""
        parted = (
            [
                i
                for i in range(subjects[0].i + 1, subjects[-1].i)
                if self.doc[i].tag_ == "VBD" and self.doc[i].lower_ in self.lexicon.outcomes
            ]
            if len(subjects) > 1 and subjects[-1].i < verb.i
            else []
        )
        return [s for s in subjects if s.i > parted[-1]] if parted else subjects

    def _objects(self, token: Token) -> list[Token]:
        after = [c for c in token.children if c.i > token.i and (c.pos_ != "ADJ" or self._the_other(c))]
        direct = [c for c in after if c.dep_ in ("dobj", "obj")]
        # "killed them execution-style", "shot dead the secretary": the parser sees another object, or one of "dead".
        pronouns = [c for c in after if c.dep_ == "dative" and c.pos_ == "PRON"]
        of_dead = [
            o for c in token.children if c.lower_ == "dead" for o in c.children if o.dep_ == "dobj" and o.i > c.i
        ]
        return pronouns or direct or of_dead or [c for c in after if c.dep_ in ("attr", "oprd")]

    def _the_other(self, token: Token) -> bool:
        """Whether "the other" stands for a person: "killed two of the bombers and wounded the other"."""
        return token.lower_ == "other" and token.dep_ == "dobj" and any(c.lower_ == "the" for c in token.children)

    def _groups(self, heads: Iterable[Token]) -> list[Group]:
        return [group for head in heads for group in self.phrases.groups(head)]

    def _head_of_number(self, quantity: dict[str, Any]) -> Token:
        """The noun that a number counts, else the number's own last word."""
        end = int(quantity["end"])
        last: Token = self.doc[end - 1]
        i = end
        while i < len(self.doc) and i - end < 8:
            word = self.doc[i]
            if i in self.phrases.asides:
                i += 1
                end += 1
                continue
            if word.ent_type_ == "DATE" or word.lower_ in words("days"):
                break
            if word.pos_ in ("NOUN", "PROPN"):
                noun: Token = word
                for following in self.doc[i + 1 :]:
                    if following.i in self.phrases.asides:
                        continue
                    if following.pos_ not in ("NOUN", "PROPN") or following.lower_ in self.lexicon.outcomes:
                        break
                    noun = following
                return noun
            if (
                word.pos_ not in ("ADJ", "NUM", "VERB", "PUNCT", "PART", "ADV")
                or word.lower_ in self.lexicon.outcomes
                or word.lower_ in words("openers")
                or word.text in (",", ";", ".", ":", "(", ")", "–", "—")
            ):
                break
            i += 1
        return last

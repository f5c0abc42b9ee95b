"""Reads who was killed, injured, … in one sentence: from outcome words over the parse, by word order where it fails.

Every outcome word (``data/outcome_words.csv``) has a frame that says where its people stand: the object of an active
verb, the subject of a passive one, the noun counted ("three deaths"), the noun of an of-phrase ("the death of three").
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from spacy.tokens import Doc, Token

from .lexicon import Lexicon
from .parts import PartReader
from .phrases import Group, Phrases, without_breakdown
from .scenes import PERIOD
from .words import words

_VERBAL = {"victim_object", "victim_subject", "victim_subject_or_object"}
_FIGHTING = ("combatant", "attacker")


@dataclass
class CasualtyMention:
    """One group of people and what became of them, as one phrase says it."""

    outcome: str
    group: Group
    trigger: Token
    frame: str
    agents: list[Token] = field(default_factory=list)
    negated: bool = False
    hypothetical: bool = False
    background: bool = False
    toll: bool = False
    shared: bool = False


class MentionReader:
    """Reads the casualty mentions of one Doc in text order."""

    def __init__(self, doc: Doc, lexicon: Lexicon) -> None:
        self.doc = doc
        self.lexicon = lexicon
        self.phrases = Phrases(doc, lexicon)
        self.used: dict[int, str] = {}

    def read(self) -> list[CasualtyMention]:
        """All casualty mentions, in text order of their outcome words."""
        found: list[CasualtyMention] = []
        triggers = list(self._triggers())
        self.trigger_ids = {token.i: outcome for token, outcome, _ in triggers}
        for token, outcome, frame in triggers:
            counted_as = self._number_noun(token) if frame in _VERBAL else None
            if counted_as is not None:
                # "the number of soldiers who were killed has increased to 33": the noun "number" tells how many.
                groups, agents, frame = self._toll(counted_as), [], "toll_noun"
            else:
                groups, agents = self._arguments(token, outcome, frame)
            groups = self._finished(groups)
            groups = self._those(groups) or groups
            groups = groups + self._continued(token, groups) + self._echoed(token)
            if frame in _VERBAL and groups:
                groups = groups + self._gapped(token, groups) + self._accompanied(token)
            if any(g.quantity for g in groups):
                # A place or name beside a numbered group is the parser's slip ("in Kharab, Diyala, three brothers were executed").
                groups = [
                    g
                    for g in groups
                    if g.quantity or not g.proper or g.head.dep_ == "conj" or self.doc[g.end : g.end + 1].text == "and"
                ]
            groups = without_breakdown(groups, self.doc)
            for group in groups:
                if frame in _VERBAL and self._not_people(group, token):
                    continue
                mention = CasualtyMention(outcome, group, token, frame, agents, toll=frame == "toll_noun")
                self._qualify(mention)
                found.append(mention)
        found += self._sharing(found, triggers)
        merged = _within_tolls(_without_survived(_merge_shared(found, self.doc)))
        self._add_parts(merged)
        return merged

    def _sharing(self, found: list[CasualtyMention], triggers: list[tuple[Token, str, str]]) -> list[CasualtyMention]:
        """People of a second outcome word that has none of its own: "left 18 soldiers dead or wounded"."""
        read = {m.trigger.i for m in found}
        shared = []
        for first, second in pairwise(triggers):
            token = second[0]
            if (
                token.i in read
                or token.i - first[0].i != 2
                or self.doc[token.i - 1].lower_ not in words("coordination")
            ):
                continue
            if {first[1], second[1]} != {"killed", "injured"} or self.phrases.number_at.get(token.i + 1) is not None:
                continue
            shared += [
                CasualtyMention(second[1], m.group, token, m.frame, m.agents, m.negated, m.hypothetical, m.background)
                for m in found
                if m.trigger.i == first[0].i and m.group.head.i < token.i
            ]
        return shared

    def _add_parts(self, mentions: list[CasualtyMention]) -> None:
        """Hang the numbers that the text gives as parts of a figure on that figure's group."""
        reader = PartReader(self.doc, self.lexicon, self.phrases)
        taken = {m.group.number for m in mentions if m.group.number is not None}
        taken |= {part.number for m in mentions for part in m.group.parts if part.number is not None}
        for mention in mentions:
            own = {m.trigger.i for m in mentions if m.group.number == mention.group.number}
            own |= {i for i, outcome in self.trigger_ids.items() if outcome == mention.outcome} - {
                m.trigger.i for m in mentions if m.group.number != mention.group.number
            }
            for part in reader.parts(mention.group, mention.trigger, taken, self.trigger_ids.keys() - own):
                mention.group.parts.append(part)
                if part.number is not None:
                    taken.add(part.number)

    # -- outcome words ---------------------------------------------------------------------------------------------

    def _triggers(self) -> Iterator[tuple[Token, str, str]]:
        for token in self.doc:
            lower = token.lower_
            readings = self._with_particle(token) or self.lexicon.outcomes.get(lower)
            if token.pos_ == "VERB" and any(c.lower_ in ("fatally", "mortally") for c in token.children):
                yield token, "killed", "victim_object"
            elif readings:
                chosen = self._reading(token, readings)
                if chosen is not None:
                    yield token, *chosen
            elif lower in self.lexicon.manner and self._deadly(token):
                yield token, "killed", "victim_object"
            elif lower in words("hitting") and self._hurts(token):
                yield token, "injured", "victim_object"
            elif lower in ("number", "total") and (outcome := self._number_outcome(token)) is not None:
                yield token, outcome, "toll_noun"

    def _with_particle(self, token: Token) -> list[tuple[str, str]] | None:
        """The readings of a verb with its particle ("wiped out", "rounded up"), where the table holds the pair."""
        following = self.doc[token.i + 1] if token.i + 1 < len(self.doc) else None
        particle = next((c for c in token.children if c.dep_ == "prt"), following)
        return None if particle is None else self.lexicon.outcomes.get(f"{token.lower_} {particle.lower_}")

    def _hurts(self, token: Token) -> bool:
        """Whether somebody is hit by a bullet or in a limb ("shot in the leg", "hit by shrapnel"), and lives."""
        for child in token.children:
            objects = {o.lower_ for o in child.children if o.dep_ == "pobj"}
            if (child.lower_ == "by" and objects & words("projectiles")) or (
                child.lower_ == "in" and objects & words("limbs")
            ):
                sentence = {self.lexicon.outcomes.get(t.lower_, [("", "")])[0][0] for t in token.sent if t.i > token.i}
                return not sentence & {"killed", "injured"}
        return False

    def _number_outcome(self, token: Token) -> str | None:
        """The outcome in "the number of victims", "the number of fighters killed", "the number of injured"."""
        of_noun = self.phrases._of(token)
        if of_noun is None:
            return None
        nouns = [of_noun, *(c for c in of_noun.children if c.dep_ in ("acl", "conj") and c.i - of_noun.i < 3)]
        for word in nouns:
            for outcome, _ in self.lexicon.outcomes.get(word.lower_, ()):
                if outcome in ("killed", "injured", "killed_or_injured"):
                    return outcome
        return "killed" if of_noun.lower_ == "victims" else None

    def _reading(self, token: Token, readings: list[tuple[str, str]]) -> tuple[str, str] | None:
        frames = dict((frame, outcome) for outcome, frame in readings)
        following = self.doc[token.i + 1] if token.i + 1 < len(self.doc) else None
        lower = token.lower_
        if lower == "dead" and self._part_of_manner(token):
            return None
        if token.dep_ == "compound" and not (
            lower == "body" and following is not None and following.lower_ == "remains"
        ):
            if following is not None and following.lower_ in ("toll", "tolls"):
                return None
            if frames.keys() & {"event_noun", "body_noun", "count_noun"} and token.head.lower_ not in (
                "people",
                "persons",
            ):
                return None
        for frame in ("event_noun", "wound_noun"):
            if frame in frames and token.pos_ in ("NOUN", "PROPN"):
                return frames[frame], frame
        for frame in ("captive_noun", "limb_noun", "loss_noun", "hospital_noun", "loss_verb", "flight_verb"):
            if frame in frames:
                return frames[frame], frame
        if token.pos_ in ("VERB", "AUX") or (token.tag_ in ("VBN", "VBD", "VBG")):
            for frame in _VERBAL:
                if frame in frames:
                    return frames[frame], frame
        for frame in ("predicate", "count_noun", "body_noun", "toll_noun", "life_noun", "throat_noun"):
            if frame in frames:
                if frame == "predicate" and "count_noun" in frames and self._is_noun(token):
                    return frames["count_noun"], "count_noun"
                return frames[frame], frame
        for frame in _VERBAL:
            if frame in frames:
                return frames[frame], frame
        return None

    def _is_noun(self, token: Token) -> bool:
        return token.pos_ == "NOUN" and token.dep_ in ("pobj", "dobj", "nsubj", "nsubjpass", "conj", "attr")

    def _deadly(self, token: Token) -> bool:
        """Whether a verb of manner is completed by "dead" or "to death" ("shot the driver dead", "found dead")."""
        return self._completion(token) is not None

    def _completion(self, token: Token) -> Token | None:
        for i in range(token.i + 1, min(token.i + 12, len(self.doc))):
            word = self.doc[i]
            if word.is_sent_start or word.lower_ in self.lexicon.manner or word.text in (";", "."):
                return None
            if word.lower_ == "dead" and word.i - token.i <= 10 and not self._counted_dead(word, token):
                return word
            if word.lower_ == "death" and self.doc[i - 1].lower_ == "to":
                return word
            if (
                word.lower_ == "down"
                and token.lower_ in ("gunned", "gunning", "guns", "gun", "mowed", "cut")
                and i - token.i <= 6
            ):
                return word
            if word.lower_ in self.lexicon.outcomes and word.lower_ != "dead":
                return None
        return None

    def _counted_dead(self, dead: Token, verb: Token) -> bool:
        """ "left five dead" is read at "dead" itself, "shot dead five" at the verb."""
        return verb.lower_ in (
            "left",
            "leave",
            "leaves",
            "leaving",
            "reported",
            "confirmed",
            "declared",
            "pronounced",
            "feared",
            "believed",
            "presumed",
            "hit",
            "struck",
            "bombed",
            "shelled",
            "put",
        )

    def _part_of_manner(self, token: Token) -> bool:
        for i in range(token.i - 1, max(-1, token.i - 12), -1):
            word = self.doc[i]
            if word.lower_ in self.lexicon.manner:
                return self._completion(word) is not None and self._completion(word).i == token.i  # type: ignore[union-attr]
            if word.is_sent_start:
                return False
        return False

    # -- whom it happened to ---------------------------------------------------------------------------------------

    def _arguments(self, token: Token, outcome: str, frame: str) -> tuple[list[Group], list[Token]]:
        if outcome == "displaced" and token.dep_ == "amod":
            return self._predicate(token, outcome), []
        if frame in ("victim_object", "victim_subject_or_object"):
            return self._transitive(token)
        if frame == "victim_subject":
            groups = self._groups(self._subjects(token)) or self._before(token)
            return (groups if any(g.quantity for g in groups) else self._by_order(token, groups)), []
        if frame == "predicate":
            return self._predicate(token, outcome), []
        if frame == "event_noun":
            return self._event_noun(token)
        if frame == "count_noun":
            return self._count_noun(token), []
        if frame == "body_noun":
            return self._body(token), []
        if frame == "toll_noun":
            return self._toll(token), []
        if frame == "life_noun":
            return self._life(token), []
        if frame == "captive_noun":
            return self._captive(token), []
        if frame == "limb_noun":
            return self._limb(token), []
        if frame == "loss_noun":
            return self._loss(token), []
        if frame == "loss_verb":
            groups = self._groups(self._objects(token))
            return [g for g in groups if g.quantity and not g.quantity["article"] and g.kind == "combatant"] or [
                g for g in groups if g.kind == "combatant" and g.quantity and len(groups) > 1
            ], []
        if frame == "flight_verb":
            groups = self._groups(self._subjects(token))
            return [g for g in groups if g.quantity and not g.quantity["article"] and g.kind not in _FIGHTING], []
        if frame == "hospital_noun":
            return self._hospital(token), []
        if frame == "wound_noun":
            return self._wound_noun(token), []
        if frame == "throat_noun":
            return self._throat(token), []
        return [], []

    def _transitive(self, token: Token) -> tuple[list[Group], list[Token]]:
        # "IS" in capitals is the group, which the tagger reads as a verb.
        passive = any(child.dep_ in ("nsubjpass", "auxpass") and child.text != "IS" for child in token.children)
        agents = [
            obj for child in token.children if child.dep_ == "agent" for obj in child.children if obj.dep_ == "pobj"
        ]
        subjects = self._subjects(token)
        if not passive and token.tag_ == "VBN" and token.dep_ == "conj" and not self._objects(token):
            passive = any(child.dep_ == "auxpass" for child in token.head.children)
        if passive:
            groups = self._groups(subjects)
            if not any(g.quantity for g in groups):
                groups = self._by_order(token, groups)
            # "were killed and 20 injured": the second verb's own people stand right before it.
            own = [g for g in self._before(token) if g.number and not self._inside_part(g.number[0])]
            inside = (
                any(
                    t.i == own[0].head.i
                    for s in subjects
                    for c in s.children
                    if c.dep_ in ("acl", "relcl", "prep")
                    for t in c.subtree
                )
                if own
                else False
            )
            inside = inside or (
                bool(own)
                and own[0].head.dep_ == "pobj"
                and bool(groups)
                and groups[0].quantity is not None
                and groups[0].end <= own[0].start
            )
            closer = (
                own
                and not inside
                and groups
                and own[0].number
                and all(g.end <= own[0].number[0] for g in groups)
                and not own[0].quantity["article"]
            )
            if own and (
                closer
                or not groups
                or (token.dep_ == "conj" and not any(c.dep_ in ("nsubj", "nsubjpass") for c in token.children))
            ):
                groups = own
            return groups or own, agents
        objects = self._objects(token)
        after = self._after(token)
        if objects:
            objects = objects + self._joined_later(token, objects[-1])
            groups = self._groups(objects)
            if groups and (groups[0].quantity is not None or not after):
                return groups, agents or subjects
        if after:
            return after, agents or subjects
        if objects:
            return self._groups(objects), agents or subjects
        if (
            token.dep_ in ("acl", "relcl")
            and token.tag_ in ("VBN", "VBD")
            and not any(c.dep_ == "nsubj" and c.tag_ != "WDT" for c in token.children)
        ):
            own = self._before(token)
            if own and own[0].number is not None and own[0].number[0] > token.head.i:
                return own, agents  # "eight killed and over 29 injured", all hung on "eight" by the parser
            return self._numbered(self._groups([token.head]), token.head), agents
        if token.tag_ in ("VBN", "VBD"):
            groups = self._before(token) or self._groups(subjects)
            if groups and not any(g.quantity for g in groups):
                groups = self._numbered(groups, groups[0].head)
            return groups or self._by_order(token, groups), agents
        return [], agents

    def _subjects(self, token: Token) -> list[Token]:
        verb = token
        for _ in range(4):
            found = [c for c in verb.children if c.dep_ in ("nsubjpass", "nsubj")]
            if found:
                listed = [c for c in found[0].children if c.dep_ == "appos" and self.doc[c.left_edge.i - 1].text == ":"]
                if listed and listed[0].i < verb.i:
                    return listed  # "Syrian desert: 17 combatants were killed"
                if found[0].lower_ in ("who", "that", "which", "whom") and verb.dep_ == "relcl":
                    return [verb.head]
                passive = [c for c in found if c.dep_ == "nsubjpass"]
                # A list of people before its verb is often parsed as several subjects ("a captain, two sergeants … died").
                several = all(c.pos_ in ("NOUN", "PROPN", "NUM") and c.i < verb.i for c in found)
                return passive or (found if several else found[:1])
            if verb.dep_ in ("acl", "relcl"):
                return [verb.head]
            if verb.dep_ in ("conj", "xcomp", "advcl", "ccomp", "dep") and verb.head.i != verb.i:
                verb = verb.head
                continue
            break
        return []

    def _objects(self, token: Token) -> list[Token]:
        after = [c for c in token.children if c.i > token.i and c.pos_ != "ADJ"]
        return [c for c in after if c.dep_ in ("dobj", "obj")] or [c for c in after if c.dep_ in ("attr", "oprd")]

    def _groups(self, heads: Iterable[Token]) -> list[Group]:
        return [group for head in heads for group in self.phrases.groups(head)]

    def _after(self, token: Token) -> list[Group]:
        """The group whose number follows the outcome word ("killing at least 26")."""
        i = token.i + 1
        while i < len(self.doc) and i - token.i <= 4:
            quantity = self.phrases.number_at.get(i)
            if quantity is not None and quantity["start"] == i:
                head = self._head_of_number(quantity)
                return self.phrases.groups(head)
            word = self.doc[i]
            if word.lower_ not in words("adverbs") and word.pos_ not in ("ADV", "ADJ") and word.text != ":":
                return []
            i += 1
        return []

    def _head_of_number(self, quantity: dict[str, object]) -> Token:
        end = int(quantity["end"])  # type: ignore[call-overload]
        last = self.doc[end - 1]
        i = end
        while i < len(self.doc) and i - end < 8:
            word = self.doc[i]
            if word.ent_type_ == "DATE" or word.lower_ in words("days"):
                break
            if word.pos_ in ("NOUN", "PROPN"):
                j = i
                while (
                    j + 1 < len(self.doc)
                    and self.doc[j + 1].pos_ in ("NOUN", "PROPN")
                    and self.doc[j + 1].lower_ not in self.lexicon.outcomes
                ):
                    j += 1
                return self.doc[j]
            if (
                word.pos_ not in ("ADJ", "NUM", "VERB", "PUNCT", "PART", "ADV")
                or word.lower_ in self.lexicon.outcomes
                or word.text in (",", ";", ".")
            ):
                break
            i += 1
        return last

    def _before(self, token: Token) -> list[Group]:
        """The group that ends right before the outcome word ("20 others wounded")."""
        i = token.i - 1
        steps = 0
        while i >= 0 and steps < 10:
            word = self.doc[i]
            if i in self.phrases.number_at:
                quantity = self.phrases.number_at[i]
                if self.doc[quantity["end"]].lower_ == "of":
                    head = self.doc[quantity["end"] - 1]  # "scores of villagers", "two of the raiders"
                else:
                    head = self._nominal_before(token, quantity["end"])
                while (
                    head.dep_ == "conj"
                    and head.head.pos_ in ("NOUN", "PROPN", "NUM")
                    and self.phrases._number_of(head.head) is not None
                    and not any(t.lower_ in self.lexicon.outcomes for t in self.doc[head.head.i : head.i])
                ):
                    head = head.head
                return [g for g in self.phrases.groups(head) if g.head.i < token.i]
            if (
                word.pos_ not in ("NOUN", "PROPN", "ADJ", "ADV", "AUX", "PART", "DET", "PUNCT", "ADP", "PRON", "NUM")
                or word.text in (";", ".", ":")
                or word.lower_ in self.lexicon.outcomes
            ):
                return []
            if word.text == "," or word.lower_ in ("and", "or", "in", "by", "with", "near", "at", "on"):
                return []
            i -= 1
            steps += 1
        return []

    def _numbered(self, groups: list[Group], head: Token) -> list[Group]:
        """The numbered noun that ``head`` only describes ("ten members of ISIS and the regime killed")."""
        if any(g.quantity for g in groups):
            return groups
        node = head
        while node.dep_ in ("pobj", "prep", "conj", "compound", "appos") and node.head.i < node.i:
            node = node.head
            if node.pos_ in ("NOUN", "PROPN", "NUM") and self.phrases._number_of(node) is not None:
                return self.phrases.groups(node)[:1]
        return groups

    def _by_order(self, token: Token, groups: list[Group]) -> list[Group]:
        """The numbered group nearest before the verb in its clause, where the parse gives a subject without a number.

        The parser loses the subject behind fronted places and long names ("in San José, Sucre, five members died").
        A subject that the sentence itself makes definite ("the man died") stands.
        """
        if groups and (groups[0].definite or groups[0].pronoun or not groups[0].proper):
            return groups
        subject = groups[0].head.i if groups else -1
        for i in range(token.i - 1, token.sent.start - 1, -1):
            word = self.doc[i]
            if i <= subject and token.i - subject < 4:
                return groups
            if (
                word.lower_ in self.lexicon.outcomes
                or word.text == ";"
                or word.lower_ in ("when", "after", "while", "as")
            ):
                return groups
            quantity = self.phrases.number_at.get(i)
            if quantity is not None and quantity["counts"] == "people" and not self._inside_part(quantity["start"]):
                head = self._head_of_number(quantity)
                while (
                    head.dep_ == "conj"
                    and head.head.pos_ == "NOUN"
                    and any(c.dep_ in ("det", "nummod") for c in head.head.children)
                ):
                    head = head.head
                return [g for g in self.phrases.groups(head) if g.head.i < token.i] or groups
        return groups

    def _inside_part(self, start: int) -> bool:
        """Whether a number stands in a list of parts ("including a woman and two children")."""
        for i in range(start - 1, max(-1, start - 14), -1):
            word = self.doc[i]
            if word.lower_ in ("including", "among", "included"):
                return True
            if word.text in (",", ";", ".") or word.is_sent_start or word.pos_ in ("VERB", "AUX"):
                return False
        return False

    def _nominal_before(self, token: Token, start: int) -> Token:
        for i in range(start, token.i):
            word = self.doc[i]
            if word.pos_ in ("NOUN", "PROPN") and (i + 1 >= token.i or self.doc[i + 1].pos_ not in ("NOUN", "PROPN")):
                return word
        return self.doc[start - 1]

    def _predicate(self, token: Token, outcome: str) -> list[Group]:
        if token.dep_ == "amod" and token.head.i > token.i:
            if any(frame == "body_noun" for _, frame in self.lexicon.outcomes.get(token.head.lower_, ())):
                return []
            # "the wounded man", "five dead people": a number is needed for it to count anybody.
            group = self.phrases.group(token.head)
            if (
                outcome == "displaced"
                and group is not None
                and group.quantity is not None
                and group.quantity["article"]
            ):
                return []  # "a displaced man" says who he is
            return [group] if group is not None and group.quantity is not None and not group.definite else []
        identified = self._identified(token) if token.dep_ in ("nsubj", "nsubjpass", "dobj") else []
        if identified:
            return identified
        before = self._before(token)
        if before:
            return before
        if token.head.lower_ in ("left", "leave", "leaves", "leaving") or (
            token.head.head.lower_ in ("left", "leave", "leaves", "leaving")
        ):
            verb = token.head if token.head.lower_.startswith("lea") or token.head.lower_ == "left" else token.head.head
            left = [
                c
                for c in verb.subtree
                if c.dep_ in ("dobj", "nsubj") and verb.i < c.i < token.i and c.pos_ in ("NOUN", "PROPN", "PRON", "NUM")
            ]
            return self._groups(left[:1])
        if (
            token.head.lower_ in words("remain")
            or token.head.pos_ == "AUX"
            or token.head.dep_ == "ROOT"
            or any(c.dep_ == "auxpass" for c in token.head.children)
        ):
            return self._groups(self._subjects(token.head))
        if token.i in self.phrases.number_at:
            return self._groups([token])
        return self._after(token) if token.i + 1 < len(self.doc) and self.doc[token.i + 1].text == ":" else []

    def _captive(self, token: Token) -> list[Group]:
        """Whom somebody took or held: "took 19 sailors hostage", "two shepherds were taken captive"."""
        verb = token.head if token.head.lower_ in words("take") else token.head.head
        if verb.lower_ not in words("take"):
            return []
        if any(c.dep_ == "auxpass" for c in verb.children):
            return self._groups(self._subjects(verb))
        objects = [c for c in verb.children if c.dep_ in ("dobj", "nsubj") and verb.i < c.i < token.i]
        return self._groups(objects[:1]) or [g for g in [self.phrases.group(token)] if g is not None and g.quantity]

    def _limb(self, token: Token) -> list[Group]:
        """Who lost a limb: "a nurse lost a leg", "left her without a leg"."""
        if token.dep_ == "dobj" and token.head.lower_ in ("lost", "lose", "loses", "losing"):
            return self._groups(self._subjects(token.head))
        if token.dep_ == "pobj" and token.head.lower_ == "without" and token.head.head.lower_ in words("leave"):
            return self._groups(c for c in token.head.head.children if c.dep_ == "dobj")
        return []

    def _loss(self, token: Token) -> list[Group]:
        """People who were lost: "the loss of three soldiers", "no human losses"."""
        of_noun = self.phrases._of(token)
        groups = self._groups([of_noun]) if of_noun is not None else []
        if any(g.quantity and g.kind in ("combatant", "civilian", "generic") for g in groups):
            return groups
        own = self.phrases.group(token)
        human = any(c.lower_ == "human" for c in token.children) or (of_noun is not None and of_noun.lower_ == "life")
        return [own] if own is not None and own.quantity is not None and human else []

    def _hospital(self, token: Token) -> list[Group]:
        """People sent to hospital by an attack ("sent 16 to hospital"); "taken to" is said of those counted before."""
        verb = token.head.head
        if token.head.lower_ == "in" and verb.lower_ in words("leave"):
            groups = self._groups(c for c in verb.children if c.dep_ == "dobj")
            return [g for g in groups if g.quantity is not None]
        if token.head.lower_ != "to" or verb.lower_ not in ("sent", "sending", "send", "sends"):
            return []
        groups = self._groups(c for c in verb.children if c.dep_ == "dobj")
        return [g for g in groups if g.quantity is not None]

    def _wound_noun(self, token: Token) -> list[Group]:
        """Who has the wounds: "33 people with shrapnel wounds", "six others in hospital with burns", "suffered burns"."""
        node = token
        while node.dep_ in ("conj", "compound") and node.head.pos_ == "NOUN":
            node = node.head
        if node.dep_ == "dobj" and node.head.lower_ in words("undergo"):
            return self._groups(self._subjects(node.head))
        if node.dep_ != "pobj" or node.head.lower_ not in ("with", "for"):
            return []
        holder = node.head.head
        if node.head.lower_ == "for":
            return self._groups(self._subjects(holder)) if holder.lower_ in words("treated") else []
        while holder.i not in self.phrases.number_at and holder.dep_ in ("pobj", "prep", "amod"):
            holder = holder.head
        if holder.pos_ == "VERB":
            holder = next((c for c in holder.children if c.dep_ == "dobj" and c.i < node.i), holder)
        if holder.pos_ not in ("NOUN", "PROPN", "NUM") and holder.i not in self.phrases.number_at:
            return []
        group = self.phrases.group(holder)
        return [group] if group is not None and group.quantity is not None else []

    def _event_noun(self, token: Token) -> tuple[list[Group], list[Token]]:
        agents = [
            obj for child in token.children if child.lower_ == "by" for obj in child.children if obj.dep_ == "pobj"
        ]
        # "the killing and wounding of several members": both nouns share the of-phrase, wherever the parser hung it.
        twins = [
            t
            for t in (token.head, *token.children)
            if "conj" in (token.dep_, t.dep_) and abs(t.i - token.i) == 2 and t.lower_ in self.lexicon.outcomes
        ]
        for child in [c for noun in (token, *twins) for c in noun.children]:
            if child.dep_ == "prep" and child.lower_ in ("of", "to") and child.i > token.i:
                objects = [obj for obj in child.children if obj.dep_ == "pobj"]
                if objects and (child.lower_ == "of" or token.lower_ in ("injuries", "injury")):
                    return self._groups(objects + self._joined_later(token, objects[-1])), agents
        if token.dep_ == "dobj" and token.head.lower_ in words("undergo"):
            return self._groups(self._subjects(token.head)), agents
        holders = self._wound_noun(token) if token.dep_ == "pobj" and token.head.lower_ == "with" else []
        if holders:
            return holders, agents
        number = self.phrases.number_at.get(token.i - 1) or self.phrases._number_of(token)
        if number is not None and not (number["article"]):
            group = self.phrases.group(token)
            return ([group] if group else []), agents
        counted = token.dep_ == "pobj" and token.head.lower_ == "of" and token.head.head.i in self.phrases.number_at
        if counted and not self.phrases._is_definite(token):
            return self._groups([token.head.head])[:1], agents  # "an unspecified number of injuries"
        return self._none_caused(token), agents

    def _none_caused(self, token: Token) -> list[Group]:
        """Nobody, in "without causing any injuries"."""
        governors = [token.head, token.head.head, *token.children]
        if token.dep_ not in ("dobj", "pobj", "conj") or not any(t.lower_ == "without" for t in governors):
            return []
        group = self.phrases.group(token)
        if group is None or group.quantity is not None:
            return []
        group.quantity = {"low": 0, "best": 0, "high": 0, "modifier": "exact", "article": False, "number": True}
        return [group]

    def _joined_later(self, noun: Token, victim: Token) -> list[Token]:
        """People whom "and" adds to ``victim``, but the parser to the event ("the killing of a reporter and her driver")."""
        return [
            child
            for child in noun.children
            if child.dep_ == "conj"
            and child.i > victim.i
            and child.lower_ not in self.lexicon.outcomes
            and (child.lower_ in self.lexicon.victims or any(c.tag_ == "PRP$" for c in child.children))
        ]

    def _count_noun(self, token: Token) -> list[Group]:
        number = self.phrases._number_of(token)
        if number is not None and (not number["article"] or token.lower_ not in ("dead",)):
            group = self.phrases.group(token)
            others = [token.head] if token.dep_ == "conj" and token.head.lower_ not in self.lexicon.outcomes else []
            first = [g for h in others if (g := self.phrases.group(h)) is not None and g.quantity is not None]
            return first + ([group] if group is not None else [])
        if token.head.lower_ == "of" and token.head.head.lower_ in ("number", "toll", "total"):
            return self._toll(token.head.head)
        if token.dep_ == "pobj" and token.head.lower_ == "as" and token.head.head.pos_ == "VERB":
            return self._groups(self._subjects(token.head.head))  # "rose as martyrs"
        if token.dep_ == "attr" and any(c.dep_ == "expl" for c in token.head.children) and token.tag_ == "NNS":
            group = self.phrases.group(token)  # "there were casualties", their number is not known
            return [] if group is None else [group]
        return self._identified(token) or self._none_caused(token)

    def _identified(self, token: Token) -> list[Group]:
        """Who "the dead" are said to be: "the dead are a mayor and two guards", "named the dead as …", "the dead: …"."""
        if token.lower_ not in words("the_dead"):
            return []
        verb = token.head
        if token.dep_ in ("nsubj", "nsubjpass") and verb.lower_ in words("is_or_includes"):
            found = [c for c in verb.children if c.dep_ in ("attr", "dobj") and c.i > token.i]
        elif token.dep_ == "dobj":
            found = [o for c in verb.children if c.lower_ == "as" for o in c.children if o.dep_ == "pobj"]
        else:
            found = [c for c in token.children if c.dep_ == "appos"]
        return self._groups(found)

    def _body(self, token: Token) -> list[Group]:
        owner = next((c for c in token.children if c.dep_ == "poss"), None)
        of_noun = self.phrases._of(token)
        group = self.phrases.group(of_noun) if of_noun is not None else None
        if group is not None and group.quantity is not None:
            return [group]
        own = self.phrases.group(token)
        if own is not None and own.quantity is not None:
            return [own]
        if owner is not None and owner.pos_ != "PRON":
            return [g for g in [self.phrases.group(owner)] if g is not None]
        return []

    def _toll(self, token: Token) -> list[Group]:
        """The number that a toll is said to be: the first one in the rest of its clause."""
        for i in range(token.i + 1, min(token.i + 40, len(self.doc))):
            word = self.doc[i]
            if word.is_sent_start or word.text in (";",):
                return []
            if word.text == "," and token.lower_ == "number":
                return []
            if word.lower_ in ("likely", "expected", "may", "might", "could", "feared"):
                return []
            quantity = self.phrases.number_at.get(i)
            if quantity is not None and not quantity["article"]:
                before = self.doc[quantity["start"] - 1].lower_
                follows = quantity["end"] + 1
                if before == "from" and follows < len(self.doc) and self.doc[quantity["end"]].lower_ == "to":
                    continue  # "lowered from 60 to 52"
                if before in words("revised") and self.doc[quantity["start"]].lower_ == "up":
                    group = self.phrases.group(self._head_of_number(quantity))
                    if group is not None:  # "revised up to 46" is 46, not at most 46
                        best = quantity["best"]
                        group.quantity = {**quantity, "low": best, "high": best, "modifier": "exact"}
                    return [group] if group is not None else []
                following = self.doc[quantity["end"]].lower_ if quantity["end"] < len(self.doc) else ""
                if following in self.lexicon.outcomes:
                    return []  # "the toll is 38 dead and 26 wounded" is read at "dead" and "wounded"
                if before in words("toll_is") or quantity["start"] - token.i <= 3:
                    return self.phrases.groups(self._head_of_number(quantity))
                return []
        return []

    def _life(self, token: Token) -> list[Group]:
        verb = token.head
        of_noun = self.phrases._of(token)
        if verb.lower_ in ("lose", "loses", "lost", "losing"):
            subjects = self._subjects(verb)
            own = self.phrases.group(token)
            if own is not None and own.quantity is not None and not own.quantity["article"]:
                return [own]
            return self._groups(subjects)
        if verb.lower_ == "with" and verb.head.lower_ in ("paid", "pay", "pays", "paying"):
            return self._groups(self._subjects(verb.head))
        if of_noun is not None and (
            verb.lower_
            in (
                "claim",
                "claims",
                "claimed",
                "claiming",
                "take",
                "takes",
                "took",
                "taken",
                "taking",
                "cost",
                "costs",
                "costing",
                "snuffed",
                "loss",
            )
        ):
            return self._groups([of_noun])
        own = self.phrases.group(token)
        if own is not None and own.quantity is not None and not own.quantity["article"]:
            return [own]
        return []

    def _throat(self, token: Token) -> list[Group]:
        """Whose throats were slit."""
        verb = token.head
        if not {verb.lower_, *(c.lower_ for c in token.children)} & {
            "slit",
            "slits",
            "slitting",
            "cut",
            "cuts",
            "cutting",
            "slashed",
        }:
            return []
        of_noun = self.phrases._of(token)
        owner = next((c for c in token.children if c.dep_ == "poss"), None)
        return self._groups([t for t in (of_noun or owner,) if t is not None and t.pos_ != "PRON"])

    def _not_people(self, group: Group, trigger: Token) -> bool:
        if group.quantity is None:
            return group.head.i in self.phrases.thing_at or group.head.lower_ in self.lexicon.things
        return False

    def _finished(self, groups: list[Group]) -> list[Group]:
        """Drop a coordinated group that opens a clause of its own ("killed nine people and six people sustained injuries")."""
        if len(groups) < 2 or groups[-1].head.dep_ != "conj" or groups[-1].quantity is None:
            return groups
        after = groups[-1].head.i + 1
        if (
            after < len(self.doc)
            and self.doc[after].tag_ in ("VBD", "VBP", "VBZ")
            and self.doc[after].lower_ not in self.lexicon.outcomes
            and groups[0].head.dep_ in ("dobj", "pobj")
        ):
            return groups[:-1]
        return groups

    def _number_noun(self, token: Token) -> Token | None:
        """The noun of "the number of people killed" where ``token`` is the outcome word in it and a verb gives the number."""
        if token.dep_ not in ("acl", "relcl"):
            return None
        noun = token.head
        if noun.dep_ != "pobj" or noun.head.lower_ != "of":
            return None
        number = noun.head.head
        grows = number.dep_ in ("nsubj", "nsubjpass") and number.head.lower_ in words("grows")
        return number if number.lower_ in ("number", "total", "toll") and grows else None

    def _continued(self, token: Token, groups: list[Group]) -> list[Group]:
        """Numbered people that "and" adds right after a group where the parser attached them elsewhere."""
        if not groups:
            return []
        known = {g.number for g in groups if g.number} | {p.number for g in groups for p in g.parts}
        end = max(max(g.end, g.head.i + 1) for g in groups)
        added: list[Group] = []
        closed = False
        while end + 1 < len(self.doc):
            i = end
            if self.doc[i].text == ",":
                i += 1
            joined = self.doc[i].lower_ in ("and", "&")
            i += joined
            quantity = self.phrases.number_at.get(i) if i < len(self.doc) else None
            if quantity is None or quantity["start"] != i or (quantity["start"], quantity["end"]) in known or i == end:
                break
            if not joined and quantity["article"]:
                break
            head = self._head_of_number(quantity)
            group = self.phrases.group(head)
            if (
                group is None
                or head.lower_ in self.lexicon.outcomes
                or self._own_outcome(max(head.i, quantity["end"] - 1) + 1)
            ):
                break
            added.append(group)
            end = max(group.end, head.i + 1)
            closed = closed or joined
        return added if closed or len(added) > 1 else []

    def _own_outcome(self, start: int) -> bool:
        """Whether the group that ends before ``start`` is the subject of an outcome of its own ("and 10 others were wounded")."""
        for i in range(start, min(start + 12, len(self.doc))):
            word = self.doc[i]
            if (
                word.lower_ in self.lexicon.outcomes
                or word.pos_ in ("VERB", "AUX")
                or word.lower_ in self.lexicon.manner
            ):
                return word.tag_ != "VBG"
            if word.text in (",", ";", ".") or word.lower_ == "and":
                return False
        return False

    def _those(self, groups: list[Group]) -> list[Group]:
        """Who "those" are said to be: "among those who died were five women", "those killed are two brothers"."""
        if len(groups) != 1 or groups[0].head.lower_ != "those" or groups[0].quantity is not None:
            return []
        node = groups[0].head
        verb = node.head.head if node.dep_ == "pobj" else node.head
        if verb.lower_ not in words("is_or_includes"):
            return []
        return self._groups(c for c in verb.children if c.dep_ in ("attr", "dobj", "nsubj") and c.i > verb.i)

    def _gapped(self, token: Token, groups: list[Group]) -> list[Group]:
        """People of a second clause that leaves out its verb: "five fighters died in Hama and three in Homs"."""
        if any(g.head.i > token.i for g in groups):
            return []
        known = {g.number for g in groups}
        gapped = [
            c
            for c in token.children
            if c.dep_ == "conj" and c.i > token.i and c.pos_ == "NUM" and any(p.dep_ == "prep" for p in c.children)
        ]
        found = [g for c in gapped if not self._own_outcome(c.i + 1) and (g := self.phrases.group(c)) is not None]
        return [g for g in found if g.number is not None and g.number not in known]

    def _accompanied(self, token: Token) -> list[Group]:
        """People who met the outcome with the one named: "a farmer was killed with two of his sons"."""
        if token.tag_ not in ("VBN", "VBD") or self._objects(token):
            return []
        found = []
        for prep in token.children:
            if prep.lower_ != "with" or self.doc[prep.i - 1].lower_ in ("along", "together"):
                continue
            for head in (c for c in prep.children if c.dep_ == "pobj"):
                noun = self.phrases._of(head) or head
                if any(c.tag_ == "PRP$" for c in noun.children) and self.lexicon.victims.get(noun.lower_) is not None:
                    found += self.phrases.groups(head)
        return found

    def _echoed(self, token: Token) -> list[Group]:
        """People that a clause of comparison adds: "five rebels were killed, as were at least two soldiers"."""
        for i in range(token.i + 1, min(token.i + 8, len(self.doc) - 2)):
            if self.doc[i].is_sent_start:
                break
            if self.doc[i].lower_ == "as" and self.doc[i + 1].lower_ in ("was", "were", "did"):
                j = i + 2
                while j < len(self.doc) and j - i < 12 and self.doc[j].pos_ not in ("NOUN", "PROPN"):
                    j += 1
                while j + 1 < len(self.doc) and self.doc[j + 1].pos_ in ("NOUN", "PROPN"):
                    j += 1
                return self.phrases.groups(self.doc[j]) if j < len(self.doc) else []
        return []

    # -- whether it happened ---------------------------------------------------------------------------------------

    def _qualify(self, mention: CasualtyMention) -> None:
        token = mention.trigger
        cues = self.lexicon.cues
        first = self.doc[max(0, (mention.group.number or (mention.group.start,))[0] - 2) : mention.group.head.i]
        if any(t.lower_ in ("neither", "nor") for t in first):
            mention.negated = True
        for verb in (token, token.head if token.dep_ in ("acomp", "oprd", "conj", "attr", "dobj") else token):
            for child in verb.children:
                if child.dep_ == "neg" and child.lower_ != "only":
                    mention.negated = True
                if child.dep_ == "mark" and child.lower_ in ("if", "whether", "unless"):
                    mention.hypothetical = True
                if (
                    child.dep_ == "aux"
                    and child.lower_ in ("could", "may", "might", "would", "will", "can", "should")
                    and child.i < verb.i
                ):
                    mention.hypothetical = True
        if self._recalled(token):
            mention.background = True
        node = token
        for _ in range(8):
            head = node.head
            if head.i == node.i:
                break
            lower = head.lower_
            if lower in cues["hypothetical"] and (
                node.dep_ in ("xcomp", "acl", "pcomp", "dobj", "prep")
                or (node is token and node.dep_ == "advcl" and any(c.lower_ == "to" for c in node.children))
                or (node.dep_ == "ccomp" and lower not in ("fear", "fears", "feared", "expected"))
            ):
                mention.hypothetical = mention.hypothetical or self._infinitive(token, node)
            first = token.sent.start == 0
            looks_back = node.lower_ == "over" or (not first and node.lower_ in ("following", "after"))
            if looks_back and node.dep_ == "prep" and node.head.pos_ == "VERB" and mention.frame == "event_noun":
                mention.background = True
            if lower in cues["background"] and head.i < token.i and node.dep_ in ("prep", "pcomp", "dobj", "xcomp"):
                mention.background = True
            if node.dep_ == "relcl" and head.lower_ not in words("events"):
                break
            node = head

    def _recalled(self, token: Token) -> bool:
        """Whether a subordinate clause dates its outcome back: "where 40 people were killed two years ago", "a man who killed
        two last year", "the deadliest attack since 52 died in 2011"."""
        clause = next((t for t in (token, token.head) if t.dep_ in ("relcl", "acl", "advcl")), None)
        if clause is None:
            return False
        marks = {c.lower_ for c in clause.children if c.dep_ in ("mark", "prep")}
        following = [t.lower_ for t in clause.subtree if t.i > token.i]
        past = any(
            (a in words("spans") and b == "ago") or (a in ("last", "previous") and b in ("year", "month", "decade"))
            for a, b in pairwise(following)
        )
        return past or (
            "since" in marks and any(len(w) == 4 and w.isdigit() and w[:2] in ("19", "20") for w in following)
        )

    def _infinitive(self, token: Token, node: Token) -> bool:
        return (
            any(c.lower_ == "to" and c.dep_ == "aux" for c in token.children)
            or (node.tag_ == "VBG" and node.dep_ != "advcl")
            or node.dep_ == "dobj"
            or (node.dep_ == "prep" and token.tag_ == "VBG" and node.lower_ in ("from", "of", "at"))
        )


def _merge_shared(mentions: list[CasualtyMention], doc: Doc) -> list[CasualtyMention]:
    """ "Ten killed and injured" names ten people who were killed or injured, not ten of each."""
    merged: list[CasualtyMention] = []
    for mention in mentions:
        twin = next((m for m in merged if _shared(m, mention, doc)), None)
        if twin is not None:
            twin.outcome = "killed_or_injured"
            twin.shared = True
        elif not any(_same(m, mention) for m in merged):
            merged.append(mention)
    return merged


def _within_tolls(mentions: list[CasualtyMention]) -> list[CasualtyMention]:
    """Leave out the deaths that a toll of their own sentence already counts, and keep them as its parts.

    "The toll has risen to eight, after a wounded woman succumbed"; "a man died in hospital, bringing the number of dead to
    four". A toll over a longer period counts others' deaths, and takes up none.
    """
    kept = []
    for mention in mentions:
        toll = next((t for t in mentions if t.toll and t is not mention and _counts(t, mention)), None)
        if toll is None:
            kept.append(mention)
        elif mention.group.number is not None and mention.group.number not in {p.number for p in toll.group.parts}:
            toll.group.parts.append(mention.group)
    return kept


def _counts(toll: CasualtyMention, mention: CasualtyMention) -> bool:
    if mention.toll or mention.outcome != toll.outcome or mention.negated or toll.group.number is None:
        return False
    sentence = toll.trigger.sent
    if mention.trigger.sent.start != sentence.start or mention.group.number == toll.group.number:
        return False
    if PERIOD.search(sentence.text.casefold()):
        return False
    low, high = sorted((toll.trigger.i, mention.trigger.i))
    link = {t.lower_ for t in sentence.doc[low:high]} | {sentence[0].lower_}
    return bool(link & words("toll_links"))


def _without_survived(mentions: list[CasualtyMention]) -> list[CasualtyMention]:
    """Drop the injuries that only describe people who died: "a wounded woman succumbed", "a girl hurt by a mine died".

    Evacuating the wounded does not displace them either.
    """
    dead = {m.group.head.i for m in mentions if m.outcome == "killed"}
    harmed = dead | {m.group.head.i for m in mentions if m.outcome == "injured"}
    mentions = [
        m
        for m in mentions
        if not m.trigger.lower_.startswith("evacuat")
        or (m.group.head.i not in harmed and m.group.head.lower_ not in ("patients", "wounded", "casualties"))
    ]
    return [
        m
        for m in mentions
        if m.outcome != "injured" or m.trigger.dep_ not in ("amod", "acl", "relcl") or m.group.head.i not in dead
    ]


def _same(first: CasualtyMention, second: CasualtyMention) -> bool:
    if first.outcome != second.outcome:
        return False
    if first.group.number is not None or second.group.number is not None:
        return first.group.number == second.group.number
    return first.group.head.i == second.group.head.i


def _shared(first: CasualtyMention, second: CasualtyMention, doc: Doc) -> bool:
    if {first.outcome, second.outcome} != {"killed", "injured"} or first.group.number is None:
        return False
    if first.group.number != second.group.number:
        return False
    low, high = sorted((first.trigger.i, second.trigger.i))
    return all(t.lower_ in words("coordination") or t.pos_ == "ADV" for t in doc[low + 1 : high])

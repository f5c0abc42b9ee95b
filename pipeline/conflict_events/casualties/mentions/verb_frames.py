"""Whom a verb of harm speaks of: its object, the subject of its passive, people before or after it by word order."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from spacy.tokens import Doc, Token

from conflict_events.casualties.lexicon import Lexicon
from conflict_events.casualties.mentions.harm_phrases import HarmPhrase
from conflict_events.casualties.mentions.noun_frames import NounFrames
from conflict_events.casualties.mentions.outcome_words import OutcomeWords
from conflict_events.casualties.mentions.phrases import Group, opens_part
from conflict_events.casualties.words import words

_Read = tuple[list[Group], list[Token]]


class VerbFrames(NounFrames):
    """The frames of verbs and of predicates (column ``frame`` of ``data/outcome_words.csv``)."""

    def __init__(self, doc: Doc, lexicon: Lexicon) -> None:
        super().__init__(doc, lexicon)
        self.outcome_words = OutcomeWords(doc, lexicon, self.phrases)

    def _of_phrase(self, token: Token, phrase: HarmPhrase) -> tuple[list[Group], list[Token]]:
        """The people of a verb that tells of them by the words beside it ("made off with four passengers")."""
        agents: list[Token] = []
        if phrase.people == "object":
            groups, agents = self._transitive(token)
        elif phrase.people == "object_of":
            of_nouns = (self.phrases.of_noun(c) for c in token.children if c.dep_ == "dobj")
            groups, agents = self._groups(noun for noun in of_nouns if noun is not None), self._subjects(token)
        elif phrase.people == "with":
            agents = self._subjects(token)
            objects = (o for c in token.children if c.lower_ == "with" for o in c.children if o.dep_ == "pobj")
            groups = self._groups(objects)
        else:
            groups = self._groups(self._subjects(token))
        people = [g for g in groups if phrase.reflexive or self._may_be_hit(g)]
        if phrase.people == "counted_subject":
            people = [g for g in people if g.quantity is not None and not g.quantity["article"]]
        return people, agents

    def _transitive(self, token: Token) -> _Read:
        """The people and the agents of a verb with an object, or of its passive."""
        # "IS" in capitals is the group, which the tagger reads as a verb.
        passive = any(child.dep_ in ("nsubjpass", "auxpass") and child.text != "IS" for child in token.children)
        agents = [
            obj for child in token.children if child.dep_ == "agent" for obj in child.children if obj.dep_ == "pobj"
        ]
        subjects = self._subjects(token)
        if not passive and token.tag_ == "VBN" and token.dep_ == "conj" and not self._objects(token):
            passive = any(child.dep_ == "auxpass" for child in token.head.children)
        if passive:
            return self._passive(token, subjects), agents
        behind = self._left_behind(token)
        if behind:
            return behind, []  # "left four men, one of them a major, martyred"
        left = token.dep_ in ("oprd", "acomp") and token.head.lower_ in words("leave")
        if left and any(c.dep_ == "auxpass" for c in token.head.children):
            return self._groups(self._subjects(token.head)), []  # "the driver was left injured"
        active = self._active(token)
        return self._participle(token, subjects, agents) if active is None else (active, agents or subjects)

    def _active(self, token: Token) -> list[Group] | None:
        """The people after an active verb; ``None`` where none stand there."""
        objects = self._objects(token)
        after = self._after(token)
        if not objects and not after and self._leads_to_death(token):
            return []
        if after and after[0].number is not None and self._broken_down_at(after[0].number[1]):
            return after[:1]  # "killed 135: 85 civilians and 50 soldiers"
        if objects:
            objects = objects + self._joined_later(token, objects[-1])
            groups = self._groups(objects)
            if groups and (groups[0].quantity is not None or not after):
                return groups
        if after:
            return after
        return self._groups(objects) if objects else None

    def _participle(self, token: Token, subjects: list[Token], agents: list[Token]) -> _Read:
        """The people of a participle without object: the noun it describes, or who stands before it."""
        reduced = token.dep_ in ("acl", "relcl") and token.tag_ in ("VBN", "VBD")
        if reduced and not any(c.dep_ == "nsubj" and c.tag_ != "WDT" for c in token.children):
            return self._described(token), agents
        if token.tag_ not in ("VBN", "VBD") and token.lower_ != "hurt":
            return [], agents
        groups = self._before(token) or self._groups(subjects)
        if groups and not any(g.quantity for g in groups):
            groups = self._numbered(groups, groups[0].head)
        return groups or self._by_order(token, groups), agents

    def _described(self, token: Token) -> list[Group]:
        """The people that a participle describes: "eight killed", "the soldiers who were wounded"."""
        own = self._before(token)
        if own and own[0].number is not None and own[0].number[0] > token.head.i:
            return own  # "eight killed and over 29 injured", all hung on "eight" by the parser
        groups = self._numbered(self._groups([token.head]), token.head)
        be = next((t for t in token.ancestors if t.lower_ in ("was", "were", "been")), None)
        noun = token.head
        time = noun.dep_ == "pobj" and noun.pos_ == "NOUN" and noun.lower_ not in self.lexicon.victims
        if be is not None and time and not any(g.quantity for g in groups):
            # "40 people were in the early hours of yesterday killed": the parser hangs the verb on the time.
            people = [g for g in self._groups(self._subjects(be)) if g.quantity is not None]
            groups = people or groups
        return groups

    def _passive(self, token: Token, subjects: list[Token]) -> list[Group]:
        """The people of a passive verb: its subject, or the numbered people right before it."""
        own_subject = self._apart_from_agents(token)
        groups = self._groups(subjects if own_subject is None else [own_subject])
        if not any(g.quantity for g in groups):
            groups = self._by_order(token, groups)
        groups = self._joined_before(groups) + groups
        # "were killed and 20 injured": the second verb's own people stand right before it.
        own = [g for g in self._before(token) if g.number and not self._inside_part(g.number[0])]
        if not own:
            return groups
        second = token.dep_ == "conj" and not any(c.dep_ in ("nsubj", "nsubjpass") for c in token.children)
        return own if not groups or second or self._closer(own[0], groups, subjects) else groups

    def _closer(self, own: Group, groups: list[Group], subjects: list[Token]) -> bool:
        """Whether the people right before a passive verb are others than its subject by the parse, and are meant."""
        described = (c for s in subjects for c in s.children if c.dep_ in ("acl", "relcl", "prep"))
        if any(t.i == own.head.i for c in described for t in c.subtree):
            return False
        if own.head.dep_ == "pobj" and groups[0].quantity is not None and groups[0].end <= own.start:
            return False
        number = own.number
        apart = number is not None and all(g.end <= number[0] for g in groups)
        return apart and own.quantity is not None and not own.quantity["article"]

    def _hidden_subject(self, token: Token) -> list[Group]:
        """The long subject whose end the parser takes for a clause's own: "four members of the force VDP died"."""
        subject = next((c for c in token.children if c.dep_ == "nsubj"), None)
        if token.dep_ != "relcl" or subject is None or subject.pos_ != "PROPN":
            return []
        if not token.i - 1 == subject.i == token.head.i + 1:
            return []
        node = token.head
        while node.dep_ in ("pobj", "prep", "conj", "compound", "appos") and node.head.i < node.i:
            node = node.head
        return [g for g in self.phrases.groups(node) if g.head.i < token.i] if node.i in self._numbered_nouns() else []

    def _numbered_nouns(self) -> set[int]:
        """The nouns that a number right before them counts."""
        return {self._head_of_number(q).i for q in self.phrases.quantities}

    def _some_of_them(self, adverb: Token) -> list[Group]:
        """Who died, in "one fatally", "two of them fatally": the number right before the adverb."""
        i = adverb.i - 1
        while i > adverb.sent.start and i not in self.phrases.number_at and adverb.i - i < 4:
            i -= 1
        quantity = self.phrases.number_at.get(i)
        if quantity is None or quantity["article"]:
            return []
        group = self.phrases.group(self.doc[quantity["end"] - 1])
        return [group] if group is not None else []

    def _joined_before(self, groups: list[Group]) -> list[Group]:
        """The first of "in an attempt six kidnappers and a bystander were killed", which the parser hangs on "in"."""
        if groups and groups[0].definite and groups[0].number is None:
            return self._whose(groups[0])
        if not groups or groups[0].number is None or self.doc[groups[0].number[0] - 1].lower_ != "and":
            return []
        before = self.doc[groups[0].number[0] - 2]
        number = self.phrases.number_of(before) if before.dep_ == "pobj" and self.phrases.is_person(before) else None
        if number is None or number["article"] or before.head.lower_ not in ("in", "during", "after", "at"):
            return []
        first = self.phrases.group(before)
        return [] if first is None else [first]

    def _whose(self, group: Group) -> list[Group]:
        """The first of "the guard, Omar Ali, and his wife were wounded", which the parser leaves without a verb."""
        owned = any(c.tag_ == "PRP$" for c in group.head.children)
        joint = self.doc[group.start - 1] if group.start > 0 else group.head
        joint = self.doc[group.start - 2] if joint.tag_ == "PRP$" and group.start > 1 else joint
        first = joint.head
        if not owned or joint.lower_ != "and" or first.i >= joint.i or not self.phrases.is_person(first):
            return []
        if any(t.pos_ in ("VERB", "AUX") for t in self.doc[first.i : joint.i]):
            return []
        found = self.phrases.group(first)
        return [] if found is None else [found]

    def _leads_to_death(self, token: Token) -> bool:
        """Whether a verb shares the object of the deadly verb after it: "poisoned and stabbed to death four men"."""
        return any(
            c.dep_ == "conj"
            and 0 < c.i - token.i <= 3
            and c.lower_ in self.lexicon.manner
            and self.outcome_words.deadly(c)
            for c in token.children
        )

    def _apart_from_agents(self, token: Token) -> Token | None:
        """The subject of the second verb in "One was killed by guards and the others were wounded", which the parser
        joins to the guards.
        """
        be = next((c for c in token.children if c.dep_ == "auxpass"), None)
        if be is None or be.i == 0 or any(c.dep_ in ("nsubj", "nsubjpass") for c in token.children):
            return None
        before = self.doc[be.i - 1]
        joined = before.dep_ == "conj" and before.pos_ in ("NOUN", "PROPN", "PRON") and before.head.dep_ == "pobj"
        return before if joined else None

    def _broken_down_at(self, end: int) -> bool:
        """Whether a colon right after a number opens a list of its parts."""
        return end + 1 < len(self.doc) and self.doc[end].text == ":" and end + 1 in self.phrases.number_at

    def _after(self, token: Token) -> list[Group]:
        """The group whose number follows the outcome word ("killing at least 26")."""
        start = token.i + 1
        if token.lower_ in self.lexicon.manner and self.doc[start : start + 2].text.lower() == "to death":
            start += 2
        i = start
        while i < len(self.doc) and i - start <= 3:
            quantity = self.phrases.number_at.get(i)
            if quantity is not None and quantity["start"] == i:
                head = self._head_of_number(quantity)
                groups = self.phrases.groups(head)
                if groups and groups[0].number is None:
                    # A word taken for a verb stands between them: "eight saw mill workers".
                    groups[0].quantity, groups[0].number = quantity, (quantity["start"], quantity["end"])
                return groups
            word = self.doc[i]
            if word.lower_ not in words("adverbs") and word.pos_ not in ("ADV", "ADJ") and word.text != ":":
                return []
            i += 1
        return []

    def _before(self, token: Token) -> list[Group]:
        """The group that ends right before the outcome word ("20 others wounded")."""
        i = token.i - 1
        steps = 0
        while i >= 0 and steps < 10:
            word = self.doc[i]
            if word.lower_ in words("ordinals") and i == token.i - 1 and self.doc[i - 1].lower_ == "a":
                return self._groups([word])  # "found dead and a third wounded"
            if i in self.phrases.number_at:
                quantity = self.phrases.number_at[i]
                if quantity["article"] and i == token.i - 1 and token.dep_ == "amod" and token.head.i > token.i:
                    return self.phrases.groups(token.head)  # "a wounded conscript"
                if self.doc[quantity["end"]].lower_ == "of":
                    head = self.doc[quantity["end"] - 1]  # "scores of villagers", "two of the raiders"
                else:
                    head = self._nominal_before(token, quantity["end"])
                while (
                    head.dep_ == "conj"
                    and head.head.pos_ in ("NOUN", "PROPN", "NUM")
                    and self.phrases.number_of(head.head) is not None
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
            if word.text == "," or word.lower_ in words("clause_ends"):
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
            if node.pos_ in ("NOUN", "PROPN", "NUM") and self.phrases.number_of(node) is not None:
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
            if (
                quantity is not None
                and word.lower_ != "both"
                and (quantity["counts"] == "people" or self._stands_alone(quantity))
                and not self._inside_part(quantity["start"])
            ):
                head = self._head_of_number(quantity)
                while (
                    head.dep_ == "conj"
                    and head.head.pos_ == "NOUN"
                    and any(c.dep_ in ("det", "nummod") for c in head.head.children)
                ):
                    head = head.head
                return [g for g in self.phrases.groups(head) if g.head.i < token.i] or groups
        return groups

    def _stands_alone(self, quantity: dict[str, Any]) -> bool:
        """Whether a number without a noun is a subject: "Of the 50 on board, at least 31, including …, were killed"."""
        end = quantity["end"]
        return (
            not quantity["article"]
            and end + 1 < len(self.doc)
            and self.doc[end].text == ","
            and self.doc[end + 1].lower_ in words("openers")
        )

    def _inside_part(self, start: int) -> bool:
        """Whether a number stands in a list of parts ("including a woman and two children", "a woman among them")."""
        quantity = self.phrases.number_at.get(start)
        if quantity is not None and opens_part(self.doc, quantity["end"]):
            return True
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
        if token.dep_ == "dobj" and token.head.lower_ in words("estimate"):
            return self._toll(token)  # "put the wounded at 15"
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
        if before and not (before[0].number and self._inside_part(before[0].number[0])):
            return before
        behind = self._left_behind(token)
        if behind:
            return behind
        if token.head.lower_ in ("left", "leave", "leaves", "leaving") or (
            token.head.head.lower_ in ("left", "leave", "leaves", "leaving")
        ):
            verb = token.head if token.head.lower_.startswith("lea") or token.head.lower_ == "left" else token.head.head
            if any(c.dep_ == "auxpass" for c in verb.children):
                return self._groups(self._subjects(verb))  # "the driver was left injured"
            left = [
                c
                for c in verb.subtree
                if c.dep_ in ("dobj", "nsubj") and verb.i < c.i < token.i and c.pos_ in ("NOUN", "PROPN", "PRON", "NUM")
            ]
            return [g for g in self._groups(left[:1]) if g.head.i < token.i]  # "left 3 (…) dead and 6 others injured"
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

    def _left_before(self, groups: list[Group]) -> list[Group]:
        """The first of "left seven policemen and ten civilians wounded", which the parser parts from the second."""
        number = groups[0].number
        if number is None or number[0] < 2 or self.doc[number[0] - 1].lower_ != "and":
            return []
        for i in range(number[0] - 2, max(groups[0].head.sent.start, number[0] - 10), -1):
            if self.doc[i].lower_ in words("leave"):
                first = self._after(self.doc[i])
                return [g for g in first if g.number is not None and g.number != number and g.end <= number[0]]
            if self.doc[i].pos_ in ("VERB", "AUX") or self.doc[i].text == ";":
                return []
            if self.doc[i].lower_ in self.lexicon.outcomes:
                return []  # "leaving three dead and six hurt"
        return []

    def _left_behind(self, token: Token) -> list[Group]:
        """The people of "left six people, including a teacher and two pupils, dead", where parts stand between."""
        comma = self.doc[token.i - 1].text == ","
        for i in range(token.i - 1 - comma, token.sent.start - 1, -1):
            word = self.doc[i]
            if word.lower_ in self.lexicon.outcomes or word.text == ";":
                return []  # "left three dead, including a boy, and six hurt"
            if word.lower_ in words("leave"):
                between = [t.lower_ for t in self.doc[i + 1 : token.i]]
                opened = bool(words("openers") & set(between)) or ("of", "them") in pairwise(between)
                return self._after(word)[:1] if opened else []
            if word.pos_ in ("VERB", "AUX") and word.lower_ not in words("openers"):
                return []
        return []

    def _not_people(self, group: Group, trigger: Token) -> bool:
        if group.quantity is not None:
            return False
        head = group.head
        if head.lower_ == "head" and self.phrases.of_noun(head) is not None:
            return False  # "the head of the council"
        if head.i in self.phrases.thing_at or head.lower_ in self.lexicon.things:
            return True
        if head.lower_ in words("violence") and head.lower_ not in self.lexicon.victims:
            return True  # "fled after an invasion have been killed"
        if any(c.dep_ == "nummod" for c in head.children):
            return True  # a number that is none of people: "150 km"
        # A bare noun that names no person ("the number killed range from 200", "killed trade"): nobody.
        return (
            head.tag_ == "NN"
            and not any(c.i < head.i for c in head.children)
            and head.ent_type_ != "ACTOR"
            and head.lower_ not in self.lexicon.victims
            and head.lower_ not in self.lexicon.persons
        )

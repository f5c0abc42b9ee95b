"""Reads who was killed, injured, … : from outcome words over the parse, by word order where the parse fails.

Every outcome word (``data/outcome_words.csv``) has a frame that says where its people stand: the object of an active
verb, the subject of a passive one, the noun counted ("three deaths"), the noun of an of-phrase ("the death of three").
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from itertools import pairwise

from spacy.tokens import Doc, Token

from conflict_events.casualties.lexicon import Lexicon
from conflict_events.casualties.mentions.casualty_mention import CasualtyMention
from conflict_events.casualties.mentions.merging import merge_shared, within_tolls, without_survived
from conflict_events.casualties.mentions.outcome_words import VERBAL
from conflict_events.casualties.mentions.parts import PartReader
from conflict_events.casualties.mentions.phrases import Group, without_breakdown
from conflict_events.casualties.mentions.qualify import Qualifier
from conflict_events.casualties.mentions.verb_frames import VerbFrames
from conflict_events.casualties.words import words

__all__ = ["CasualtyMention", "MentionReader"]

_FIGHTING = ("combatant", "attacker")


class MentionReader(VerbFrames):
    """Reads the casualty mentions of one Doc in text order."""

    def __init__(self, doc: Doc, lexicon: Lexicon) -> None:
        super().__init__(doc, lexicon)
        self.qualifier = Qualifier(doc, lexicon)
        self.trigger_ids: dict[int, str] = {}

    def read(self) -> list[CasualtyMention]:
        """All casualty mentions, in text order of their outcome words."""
        found: list[CasualtyMention] = []
        triggers = list(self.outcome_words.all())
        self.trigger_ids = {token.i: outcome for token, outcome, _ in triggers}
        for token, outcome, frame in triggers:
            clause = token.head if frame == "life_noun" else token  # "the number of civilians who lost their lives"
            counted_as = self._number_noun(clause) if frame in VERBAL or clause is not token else None
            agents: list[Token] = []
            if counted_as is not None:
                # "the number of soldiers who were killed has increased to 33": the noun "number" tells how many.
                groups, frame = self._toll(counted_as), "toll_noun"
            else:
                groups, agents = self._arguments(token, outcome, frame)
            if frame in (*VERBAL, "predicate") and groups and groups[0].head.i < token.i:
                groups = self._left_before(groups) + groups
            groups = self._finished(groups)
            groups = self._those(groups) or groups
            groups = groups + self._continued(token, groups)
            if frame in VERBAL and groups:
                groups = groups + self._gapped(token, groups) + self._accompanied(token)
            if any(g.quantity for g in groups):
                # A place beside a numbered group is the parser's slip ("in Kharab, Diyala, three men were shot").
                groups = [
                    g for g in groups if g.quantity or not g.proper or g.head.dep_ == "conj" or self._joined(g, groups)
                ]
            groups = without_breakdown(groups, self.doc) + self._echoed(token)
            for group in groups:
                if frame in (*VERBAL, "body_noun", "hit_verb") and self._not_people(group, token):
                    continue
                if len(groups) > 1 and self._told_by_degree(group):
                    continue
                mention = CasualtyMention(outcome, group, token, frame, agents, toll=frame == "toll_noun")
                self.qualifier.qualify(mention)
                if token.i in self.outcome_words.phrase_of and self.outcome_words.phrase_of[token.i].negative:
                    mention.negated = False
                found.append(mention)
        found += self._sharing(found, triggers)
        merged = within_tolls(without_survived(merge_shared(found, self.doc)))
        self._add_parts(merged)

        return sorted([*merged, *self._recognised(merged)], key=lambda mention: mention.trigger.i)

    def _recognised(self, mentions: list[CasualtyMention]) -> list[CasualtyMention]:
        """The numbers that the recogniser takes for casualties and that no frame of an outcome word holds.

        The outcome is that of the nearest outcome word of the sentence, else that of the number before ("Three died in
        Hama. Two in Homs."). How they stand to the others is not asked here.
        """
        held: set[int] = set()
        for mention in mentions:
            for group in (mention.group, *mention.group.parts):
                held.update(range(*group.number) if group.number is not None else ())
        found: list[CasualtyMention] = []
        for ent in self.phrases.entities:
            if ent.label_ != "CASUALTY" or held & set(range(ent.start, ent.end)):
                continue
            quantity = next((q for i in range(ent.start, ent.end) if (q := self.phrases.number_at.get(i))), None)
            if quantity is None or quantity["article"] or quantity["counts"] == "time":
                continue
            if (quantity["start"], quantity["end"]) in {m.group.number for m in found}:
                continue
            head = self._head_of_number(quantity)
            if self._unharmed(head):
                continue
            people = self.phrases.group(head)
            nearest = self._clause_outcome(head) or self._nearest_outcome(ent.start, [*mentions, *found])
            if people is None or nearest is None:
                continue
            people.quantity, people.number = quantity, (quantity["start"], quantity["end"])
            mention = CasualtyMention(nearest[1], people, nearest[0], "recognised")
            self.qualifier.qualify(mention)
            found.append(mention)
        return found

    def _clause_outcome(self, noun: Token) -> tuple[Token, str] | None:
        """The outcome word that governs a number's clause, or that its verb completes."""
        verb = next((t for t in noun.ancestors if t.pos_ in ("VERB", "AUX")), None)
        if verb is None:
            return None
        words_of_clause = [verb, *(c for c in verb.children if c.dep_ in ("acomp", "oprd", "attr"))]
        chosen = next((t for t in words_of_clause if t.i in self.trigger_ids), None)
        return None if chosen is None else (chosen, self.trigger_ids[chosen.i])

    def _unharmed(self, noun: Token) -> bool:
        """Whether the text says of people that they were not harmed by what it tells: rescued, freed, charged."""
        verb = next((t for t in noun.ancestors if t.pos_ in ("VERB", "AUX")), None)
        words_of_clause = [c for c in noun.children if c.dep_ in ("acl", "amod")]
        words_of_clause += [] if verb is None else [verb, *(c for c in verb.children if c.dep_ in ("acomp", "oprd"))]
        return any(t.lower_ in words("unharmed") for t in words_of_clause)

    def _nearest_outcome(self, place: int, mentions: list[CasualtyMention]) -> tuple[Token, str] | None:
        """The outcome word that stands nearest to a number in its sentence, the later of two as near; else the number
        itself with the outcome of the last figure before it."""
        sentence = self.doc[place].sent
        near = [i for i in self.trigger_ids if sentence.start <= i < sentence.end]
        if near:
            chosen = min(near, key=lambda i: (abs(i - place), -i))
            return self.doc[chosen], self.trigger_ids[chosen]
        before = [m for m in mentions if m.trigger.i < place]
        last = max(before, key=lambda m: m.trigger.i, default=None)
        if last is None or sentence.start - last.trigger.sent.end > 0:
            return None
        return None if last is None else (self.doc[place], last.outcome)

    def _told_by_degree(self, group: Group) -> bool:
        """Whether a number only says how badly people before it fared: "12 wounded, five of them critically, and …"."""
        if group.number is None:
            return False
        after = [t.lower_ for t in self.doc[group.number[1] : group.number[1] + 3]]
        return len(after) == 3 and after[0] == "of" and after[1] in words("again") and after[2] in words("degrees")

    def _joined(self, name: Group, groups: list[Group]) -> bool:
        """Whether "and" joins a named person to the counted people after ("Bhatti, a candidate, and four others")."""
        after = next((g.number for g in groups if g.number is not None and g.head.i > name.head.i), None)
        return after is not None and self.doc[after[0] - 1].lower_ == "and"

    def _sharing(self, found: list[CasualtyMention], triggers: list[tuple[Token, str, str]]) -> list[CasualtyMention]:
        """People of a second outcome word that has none of its own: "left 18 soldiers dead or wounded"."""
        read = {m.trigger.i for m in found}
        shared = []
        for first, second in pairwise(triggers):
            token = second[0]
            if first[0].i not in read and self._shared_object(first, second):
                for mention in found:  # "killed and injured nine": of whom each is one or the other
                    if mention.trigger.i == token.i:
                        mention.outcome, mention.shared = "killed_or_injured", True
                continue
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

    def _shared_object(self, first: tuple[Token, str, str], second: tuple[Token, str, str]) -> bool:
        """Whether two verbs joined by "and" have the people after the second in common."""
        one, other = first[0], second[0]
        joined = other.i - one.i == 2 and self.doc[one.i + 1].lower_ in words("coordination")
        return (
            joined
            and {first[1], second[1]} == {"killed", "injured"}
            and {first[2], second[2]} <= VERBAL
            and other.dep_ == "conj"
            and other.lower_ not in self.lexicon.manner
            and bool(self._objects(other))
        )

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

    # -- whom it happened to ---------------------------------------------------------------------------------------

    def _arguments(self, token: Token, outcome: str, frame: str) -> tuple[list[Group], list[Token]]:
        """The people and the agents of an outcome word, by its frame."""
        if token.i in self.outcome_words.phrase_of:
            return self._of_phrase(token, self.outcome_words.phrase_of[token.i])
        if token.dep_ == "pobj" and token.head.lower_ in words("among") and frame in VERBAL:
            return self._those_among(token.head), []  # "among the killed were two men"
        if (outcome == "displaced" and token.dep_ == "amod") or frame == "predicate":
            return self._predicate(token, outcome), []
        if frame in ("victim_object", "victim_subject_or_object"):
            return self._transitive(token)
        if frame == "hit_verb":
            groups, agents = self._transitive(token)
            return [group for group in groups if self._may_be_hit(group)], agents
        if frame == "event_noun":
            after = self._after(token) if token.tag_ in ("NN", "VBG") and token.lower_.endswith("ing") else []
            return (after, []) if after else self._event_noun(token)  # "-- killing at least 25 people"
        read = self._frames.get(frame)
        return ([] if read is None else read(token)), []

    @cached_property
    def _frames(self) -> Mapping[str, Callable[[Token], list[Group]]]:
        """How the people of each other frame are found."""
        return {
            "fatal_adverb": self._some_of_them,
            "victim_subject": self._intransitive,
            "count_noun": self._count_noun,
            "body_noun": self._body,
            "toll_noun": self._toll,
            "life_noun": self._life,
            "captive_noun": self._captive,
            "limb_noun": self._limb,
            "loss_noun": self._loss,
            "loss_verb": self._lost,
            "fall_verb": self._fallen,
            "flight_verb": self._fled,
            "hospital_noun": self._hospital,
            "treated_verb": self._treated,
            "wound_noun": self._wound_noun,
            "throat_noun": self._throat,
        }

    def _intransitive(self, token: Token) -> list[Group]:
        """The people of a verb without object: "five died"."""
        groups = self._groups(self._subjects(token)) or self._before(token)
        if not any(g.quantity for g in groups):
            groups = self._by_order(token, groups)
        return self._hidden_subject(token) or groups

    def _fled(self, token: Token) -> list[Group]:
        """A number of people who fled and are not fighting."""
        groups = self._groups(self._subjects(token))
        return [g for g in groups if g.quantity and not g.quantity["article"] and g.kind not in _FIGHTING]

    def _finished(self, groups: list[Group]) -> list[Group]:
        """Drop a coordinated group that opens a clause of its own ("killed nine people and six people fled")."""
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
        """Whether the group that ends before ``start`` has an outcome of its own ("and 10 others were wounded")."""
        for i in range(start, min(start + 12, len(self.doc))):
            word = self.doc[i]
            if (
                (word.lower_ in self.lexicon.outcomes and word.lower_ not in ("hospital", "hospitals"))
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
        if node.dep_ == "pobj" and node.head.lower_ in words("among"):
            return self._those_among(node.head)
        verb = node.head.head if node.dep_ == "pobj" else node.head
        if verb.lower_ not in words("is_or_includes"):
            return []
        return self._groups(c for c in verb.children if c.dep_ in ("attr", "dobj", "nsubj") and c.i > verb.i)

    def _gapped(self, token: Token, groups: list[Group]) -> list[Group]:
        """People of a second clause that leaves out its verb: "five fighters died in Hama and three in Homs"."""
        known = {g.number for g in groups}
        last = max(g.end for g in groups)
        gapped = [
            c
            for c in token.children
            if c.dep_ == "conj" and c.i >= last and c.pos_ == "NUM" and any(p.dep_ == "prep" for p in c.children)
        ]
        gapped += [c for c in token.children if c.i >= last and self._closes_list(c)]
        # "Two rangers died at the scene, a third in hospital".
        gapped += [
            c
            for c in token.children
            if c.i >= last
            and c.i > token.i
            and c.lower_ in words("ordinals")
            and self.doc[c.i - 1].lower_ == "a"
            and any(p.dep_ == "prep" for p in c.children)
        ]
        found = [g for c in gapped if not self._own_outcome(c.i + 1) and (g := self.phrases.group(c)) is not None]
        return [g for g in found if g.number is not None and g.number not in known]

    def _closes_list(self, noun: Token) -> bool:
        """Whether "and" adds a person to a clause that was told: "six soldiers died in that clash, and a fighter"."""
        number = self.phrases.number_of(noun)
        added = noun.dep_ == "conj" and noun.pos_ in ("NOUN", "PROPN") and self.phrases.is_person(noun)
        if not added or number is None or self.doc[number["start"] - 1].lower_ != "and":
            return False
        return self.doc[number["start"] - 2].text == "," and self.doc[noun.i + 1].text in (".", ",", ";")

    def _accompanied(self, token: Token) -> list[Group]:
        """People who met the outcome with the one named: "a farmer was killed with two of his sons"."""
        if token.tag_ not in ("VBN", "VBD") or self._objects(token):
            return []
        found = []
        for prep in token.children:
            if prep.lower_ not in ("with", "alongside") or self.doc[prep.i - 1].lower_ in ("along", "together"):
                continue
            for head in (c for c in prep.children if c.dep_ == "pobj"):
                noun = self.phrases.of_noun(head) or head
                if any(c.tag_ == "PRP$" for c in noun.children) and self.lexicon.victims.get(noun.lower_) is not None:
                    found += self.phrases.groups(head)
        return found

    def _echoed(self, token: Token) -> list[Group]:
        """People that a clause of comparison adds: "five rebels were killed, as were two soldiers", "so was a boy"."""
        for i in range(token.i + 1, min(token.i + 8, len(self.doc) - 2)):
            if self.doc[i].is_sent_start:
                break
            if self.doc[i].lower_ in ("as", "so") and self.doc[i + 1].lower_ in ("was", "were", "did"):
                j = i + 2
                while j < len(self.doc) and j - i < 12 and self.doc[j].pos_ not in ("NOUN", "PROPN"):
                    j += 1
                while j + 1 < len(self.doc) and self.doc[j + 1].pos_ in ("NOUN", "PROPN"):
                    j += 1
                return self.phrases.groups(self.doc[j]) if j < len(self.doc) else []
        return []

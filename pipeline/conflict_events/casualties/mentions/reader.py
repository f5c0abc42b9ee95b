"""Reads who was killed, injured, … : from outcome words over the parse, by word order where the parse fails.

Every outcome word (``data/outcome_words.csv``) has a frame that says where its people stand: the object of an active
verb, the subject of a passive one, the noun counted ("three deaths"), the noun of an of-phrase ("the death of three").
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from spacy.tokens import Doc, Token

from conflict_events.casualties.lexicon import Lexicon
from conflict_events.casualties.mentions.casualty_mention import CasualtyMention
from conflict_events.casualties.mentions.harm_phrases import HarmPhrase, phrase_at
from conflict_events.casualties.mentions.merging import merge_shared, within_tolls, without_survived
from conflict_events.casualties.mentions.noun_frames import NounFrames
from conflict_events.casualties.mentions.parts import PartReader, opens_part
from conflict_events.casualties.mentions.phrases import Group, without_breakdown
from conflict_events.casualties.mentions.qualify import Qualifier
from conflict_events.casualties.words import words

__all__ = ["CasualtyMention", "MentionReader"]

_VERBAL = {"victim_object", "victim_subject", "victim_subject_or_object"}
_FIGHTING = ("combatant", "attacker")


class MentionReader(NounFrames):
    """Reads the casualty mentions of one Doc in text order."""

    def __init__(self, doc: Doc, lexicon: Lexicon) -> None:
        super().__init__(doc, lexicon)
        self.qualifier = Qualifier(doc, lexicon)
        self.trigger_ids: dict[int, str] = {}
        self.harm_phrases: dict[int, HarmPhrase] = {}

    def read(self) -> list[CasualtyMention]:
        """All casualty mentions, in text order of their outcome words."""
        found: list[CasualtyMention] = []
        triggers = list(self._triggers())
        self.trigger_ids = {token.i: outcome for token, outcome, _ in triggers}
        for token, outcome, frame in triggers:
            clause = token.head if frame == "life_noun" else token  # "the number of civilians who lost their lives"
            counted_as = self._number_noun(clause) if frame in _VERBAL or clause is not token else None
            agents: list[Token] = []
            if counted_as is not None:
                # "the number of soldiers who were killed has increased to 33": the noun "number" tells how many.
                groups, frame = self._toll(counted_as), "toll_noun"
            else:
                groups, agents = self._arguments(token, outcome, frame)
            if frame in (*_VERBAL, "predicate") and groups and groups[0].head.i < token.i:
                groups = self._left_before(groups) + groups
            groups = self._finished(groups)
            groups = self._those(groups) or groups
            groups = groups + self._continued(token, groups)
            if frame in _VERBAL and groups:
                groups = groups + self._gapped(token, groups) + self._accompanied(token)
            if any(g.quantity for g in groups):
                # A place beside a numbered group is the parser's slip ("in Kharab, Diyala, three men were shot").
                groups = [
                    g for g in groups if g.quantity or not g.proper or g.head.dep_ == "conj" or self._joined(g, groups)
                ]
            groups = without_breakdown(groups, self.doc) + self._echoed(token)
            for group in groups:
                if frame in (*_VERBAL, "body_noun", "hit_verb") and self._not_people(group, token):
                    continue
                if len(groups) > 1 and self._told_by_degree(group):
                    continue
                mention = CasualtyMention(outcome, group, token, frame, agents, toll=frame == "toll_noun")
                self.qualifier.qualify(mention)
                if token.i in self.harm_phrases and self.harm_phrases[token.i].negative:
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
            and {first[2], second[2]} <= _VERBAL
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
            elif (phrase := phrase_at(token, self.lexicon.phrases.get(lower, ()))) is not None:
                self.harm_phrases[token.i] = phrase
                yield token, phrase.outcome, phrase.frame
            elif self._fatally(token):
                yield token, "killed", "fatal_adverb"
            elif lower in words("hitting") and self._wounds_somebody(token):
                yield token, "injured", "victim_object"
            elif lower in words("hitting") and self._hits_somebody(token):
                yield token, "injured", "hit_verb"
            elif lower in ("number", "total") and (outcome := self._number_outcome(token)) is not None:
                yield token, outcome, "toll_noun"
            elif lower in ("victims", "names") and self._listed_dead(token):
                yield token, "killed", "count_noun"
            elif lower in ("it", "figure", "count") and (outcome := self._resumed_toll(token)) is not None:
                yield token, outcome, "toll_noun"

    def _listed_dead(self, token: Token) -> bool:
        """Whether "victims" are those whom somebody keeps a list of: "documents 1,013 victims by name"."""
        if token.lower_ != "victims" or token.dep_ not in ("dobj", "nsubjpass", "attr"):
            return False
        if any(c.lower_ == "in" for c in token.head.children):
            return False  # "three victims are listed in stable condition"
        number = self.phrases.number_of(token)
        verbs = [token.head, token.head.head]
        return number is not None and not number["article"] and any(v.lower_ in words("records") for v in verbs)

    def _resumed_toll(self, token: Token) -> str | None:
        """The outcome that "it" counts where a sentence goes on with a toll told before ("On Sunday it rose to 74")."""
        verb = token.head
        if token.dep_ != "nsubj" or verb.lower_ not in words("grows") or token.sent.start == 0:
            return None
        before = self.doc[token.sent.start - 1].sent
        told = [t for t in before if t.lower_ in ("toll", "number", "killed", "dead", "deaths", "fatalities", "died")]
        counted = any(before.start <= q["start"] < before.end and not q["article"] for q in self.phrases.quantities)
        return "killed" if told and counted else None

    def _with_particle(self, token: Token) -> list[tuple[str, str]] | None:
        """The readings of a verb with its particle ("wiped out", "rounded up"), where the table holds the pair."""
        if token.lower_ not in self.lexicon.with_particles:
            return None
        following = self.doc[token.i + 1] if token.i + 1 < len(self.doc) else None
        particle = next((c for c in token.children if c.dep_ == "prt"), following)
        return None if particle is None else self.lexicon.outcomes.get(f"{token.lower_} {particle.lower_}")

    def _wounds_somebody(self, token: Token) -> bool:
        """Whether somebody is hit by a bullet or in a limb ("shot in the leg", "hit by shrapnel"), and lives."""
        for child in token.children:
            objects = {o.lower_ for o in child.children if o.dep_ == "pobj"}
            by_missile = child.lower_ == "by" and objects & words("missiles_of_wounds")
            if by_missile or (child.lower_ == "in" and objects & words("limbs")):
                sentence = {self.lexicon.outcomes.get(t.lower_, [("", "")])[0][0] for t in token.sent if t.i > token.i}
                return not sentence & {"killed", "injured"}
        return False

    def _hits_somebody(self, token: Token) -> bool:
        """Whether somebody is hit by a bullet or a blade, of which he may live or die ("shot in the leg", "grazed").

        What became of him, if the text tells it, is another figure for the same people. "Shot at", "shot down" and a
        house that was hit hurt nobody.
        """
        if token.pos_ != "VERB" or token.dep_ == "compound":
            return False
        following = self.doc[token.i + 1].lower_ if token.i + 1 < len(self.doc) else ""
        if self._misses(token):
            return False
        after = self.doc[token.i + 2].lower_ if token.i + 2 < len(self.doc) else ""
        if following in words("coordination") and after in self.lexicon.outcomes:
            return False  # "shot and killed two"
        if token.lower_ in words("wounding"):
            return True
        if self._strikes_people(token):
            return True
        subjects = {c.lower_ for c in token.children if c.dep_ == "nsubj"}
        for child in token.children:
            objects = {o.lower_ for o in child.children if o.dep_ == "pobj"}
            if (child.lower_ in ("by", "with") and objects & words("projectiles")) or (
                child.lower_ in ("in", "on", "through") and objects & words("body_parts")
            ):
                return True
        return bool(subjects & words("projectiles"))

    def _misses(self, token: Token) -> bool:
        """Whether a verb of hitting goes at, down or into something: "shot at the patrol", "shot down".

        With people as its object it hits them wherever they were: "shot a soldier at the front", "four men were shot at
        a club"; but not in "were shot at by guards".
        """
        following = self.doc[token.i + 1] if token.i + 1 < len(self.doc) else None
        passive = any(c.dep_ == "auxpass" for c in token.children)
        people = [c for c in token.children if c.dep_ == ("nsubjpass" if passive else "dobj")]
        place = [c for c in token.children if c.lower_ == "at" and any(o.dep_ == "pobj" for o in c.children)]
        if people and place and (passive or following is None or following.lower_ != "at"):
            return False
        if following is not None and following.lower_ in words("no_hit"):
            return self.doc[following.i + 1 : following.i + 2].text != "least"  # "were hit at least once"
        return any(c.lower_ in words("no_hit") and c.dep_ in ("prt", "prep") for c in token.children)

    def _strikes_people(self, token: Token) -> bool:
        """Whether a verb that may hit things hits a number of people: "four men were hit", "striking five people"."""
        passive = any(c.dep_ == "auxpass" for c in token.children)
        heads = [c for c in token.children if c.dep_ == ("nsubjpass" if passive else "dobj")]
        if any(c.dep_ == "agent" for c in token.children):
            return False  # by what they were hit says whether it hurt them
        for head in heads:
            number = self.phrases.number_of(head)
            if number is not None and number["counts"] == "people" and not number["article"]:
                return self.phrases.is_person(head)
        return False

    def _fatally(self, token: Token) -> bool:
        """Whether an adverb alone says that some of those hit died: "four men were shot, one of them fatally"."""
        if token.lower_ not in ("fatally", "mortally") or token.i == 0:
            return False
        before = self.doc[token.i - 1]
        return before.i in self.phrases.number_at or before.lower_ in words("again")

    def _reading(self, token: Token, readings: list[tuple[str, str]]) -> tuple[str, str] | None:
        frames = {frame: outcome for outcome, frame in readings}
        following = self.doc[token.i + 1] if token.i + 1 < len(self.doc) else None
        lower = token.lower_
        if lower == "dead" and self._part_of_manner(token):
            return None
        if lower in words("care_places") and not any(c.lower_ in words("care_words") for c in token.children):
            return None  # "a community center", "taken into care"
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
        for frame in (
            "captive_noun",
            "limb_noun",
            "loss_noun",
            "hospital_noun",
            "treated_verb",
            "loss_verb",
            "flight_verb",
            "fall_verb",
        ):
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
        """Whether a verb of manner is completed by "dead" or "to death" ("shot the driver dead", "found dead"), or by
        what was done with the bodies ("were shot and their bodies hung from poles").
        """
        bodies = any(
            t.lower_ in words("bodies") and [self.doc[t.i - 2].lower_, self.doc[t.i - 1].tag_] == ["and", "PRP$"]
            for t in self.doc[token.i + 1 : token.sent.end]
        )
        shot = token.lower_ in words("shooting")
        return (bodies and shot) or self._completion(token) is not None

    def _completion(self, token: Token) -> Token | None:
        dead = next((c for c in token.children if _completes(c)), None)
        if dead is not None and not self._counted_dead(dead, token):
            return dead
        for i in range(token.i + 1, min(token.i + 12, len(self.doc))):
            word = self.doc[i]
            if word.is_sent_start or word.lower_ in self.lexicon.manner or word.text in (";", "."):
                return None
            if word.lower_ == "dead" and word.i - token.i <= 10 and not self._counted_dead(word, token):
                return word
            if word.lower_ == "death" and self.doc[i - 1].lower_ == "to":
                return word
            if word.lower_ == "alive" and token.lower_ in words("burning"):
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
        return verb.lower_ in words("counted_dead")

    def _part_of_manner(self, token: Token) -> bool:
        if _completes(token) and token.head.lower_ in self.lexicon.manner:
            return not self._counted_dead(token, token.head)
        for i in range(token.i - 1, max(-1, token.i - 12), -1):
            word = self.doc[i]
            if word.lower_ in self.lexicon.manner:
                completion = self._completion(word)
                return completion is not None and completion.i == token.i
            if word.is_sent_start:
                return False
        return False

    # -- whom it happened to ---------------------------------------------------------------------------------------

    def _arguments(self, token: Token, outcome: str, frame: str) -> tuple[list[Group], list[Token]]:
        if token.i in self.harm_phrases:
            return self._of_phrase(token, self.harm_phrases[token.i])
        if token.dep_ == "pobj" and token.head.lower_ in words("among") and frame in _VERBAL:
            return self._those_among(token.head), []  # "among the killed were two men"
        if outcome == "displaced" and token.dep_ == "amod":
            return self._predicate(token, outcome), []
        if frame in ("victim_object", "victim_subject_or_object"):
            return self._transitive(token)
        if frame == "hit_verb":
            groups, agents = self._transitive(token)
            return [group for group in groups if self._may_be_hit(group)], agents
        if frame == "fatal_adverb":
            return self._some_of_them(token), []
        if frame == "victim_subject":
            groups = self._groups(self._subjects(token)) or self._before(token)
            if not any(g.quantity for g in groups):
                groups = self._by_order(token, groups)
            return (self._hidden_subject(token) or groups), []
        if frame == "predicate":
            return self._predicate(token, outcome), []
        if frame == "event_noun":
            after = self._after(token) if token.tag_ in ("NN", "VBG") and token.lower_.endswith("ing") else []
            return (after, []) if after else self._event_noun(token)  # "-- killing at least 25 people"
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
            return self._lost(token), []
        if frame == "fall_verb":
            return self._fallen(token), []
        if frame == "flight_verb":
            groups = self._groups(self._subjects(token))
            return [g for g in groups if g.quantity and not g.quantity["article"] and g.kind not in _FIGHTING], []
        if frame == "hospital_noun":
            return self._hospital(token), []
        if frame == "treated_verb":
            return self._treated(token), []
        if frame == "wound_noun":
            return self._wound_noun(token), []
        if frame == "throat_noun":
            return self._throat(token), []
        return [], []

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
        people = [g for g in groups if self._may_be_hit(g)]
        if phrase.people == "counted_subject":
            people = [g for g in people if g.quantity is not None and not g.quantity["article"]]
        return people, agents

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
            own_subject = self._apart_from_agents(token)
            groups = self._groups(subjects if own_subject is None else [own_subject])
            if not any(g.quantity for g in groups):
                groups = self._by_order(token, groups)
            groups = self._joined_before(groups) + groups
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
                and own[0].quantity is not None
                and not own[0].quantity["article"]
            )
            if own and (
                closer
                or not groups
                or (token.dep_ == "conj" and not any(c.dep_ in ("nsubj", "nsubjpass") for c in token.children))
            ):
                groups = own
            return groups or own, agents
        behind = [] if passive else self._left_behind(token)
        if behind:
            return behind, []  # "left four men, one of them a major, martyred"
        left = token.dep_ in ("oprd", "acomp") and token.head.lower_ in words("leave")
        if left and any(c.dep_ == "auxpass" for c in token.head.children):
            return self._groups(self._subjects(token.head)), []  # "the driver was left injured"
        objects = self._objects(token)
        after = self._after(token)
        if not objects and not after and self._leads_to_death(token):
            return [], agents or subjects
        if after and after[0].number is not None and self._broken_down_at(after[0].number[1]):
            return after[:1], agents or subjects  # "killed 135: 85 civilians and 50 soldiers"
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
            groups = self._numbered(self._groups([token.head]), token.head)
            be = next((t for t in token.ancestors if t.lower_ in ("was", "were", "been")), None)
            time = (
                token.head.dep_ == "pobj"
                and token.head.pos_ == "NOUN"
                and token.head.lower_ not in self.lexicon.victims
            )
            if be is not None and time and not any(g.quantity for g in groups):
                # "40 people were in the early hours of yesterday killed": the parser hangs the verb on the time.
                people = [g for g in self._groups(self._subjects(be)) if g.quantity is not None]
                groups = people or groups
            return groups, agents
        if token.tag_ in ("VBN", "VBD") or token.lower_ == "hurt":
            groups = self._before(token) or self._groups(subjects)
            if groups and not any(g.quantity for g in groups):
                groups = self._numbered(groups, groups[0].head)
            return groups or self._by_order(token, groups), agents
        return [], agents

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
        if not groups or groups[0].number is None or self.doc[groups[0].number[0] - 1].lower_ != "and":
            return []
        before = self.doc[groups[0].number[0] - 2]
        number = self.phrases.number_of(before) if before.dep_ == "pobj" and self.phrases.is_person(before) else None
        if number is None or number["article"] or before.head.lower_ not in ("in", "during", "after", "at"):
            return []
        first = self.phrases.group(before)
        return [] if first is None else [first]

    def _leads_to_death(self, token: Token) -> bool:
        """Whether a verb shares the object of the deadly verb after it: "poisoned and stabbed to death four men"."""
        return any(
            c.dep_ == "conj" and 0 < c.i - token.i <= 3 and c.lower_ in self.lexicon.manner and self._deadly(c)
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
        # A bare noun that names no person ("the number killed range from 200", "killed trade"): nobody.
        return (
            head.tag_ == "NN"
            and not any(c.i < head.i for c in head.children)
            and head.ent_type_ != "ACTOR"
            and head.lower_ not in self.lexicon.victims
            and head.lower_ not in self.lexicon.persons
        )

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


def _completes(token: Token) -> bool:
    """Whether "dead" says what came of the verb before: "shot the headman, his wife and three children dead"."""
    return token.lower_ == "dead" and token.dep_ in ("oprd", "advcl") and token.i > token.head.i

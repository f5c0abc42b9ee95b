"""Whom an outcome noun speaks of: deaths, tolls, bodies, lives, wounds, losses, hostages, "the dead"."""

from __future__ import annotations

from typing import Any

from spacy.tokens import Token

from conflict_events.casualties.mentions.phrases import Group
from conflict_events.casualties.mentions.syntax import SyntaxReader
from conflict_events.casualties.words import words


class NounFrames(SyntaxReader):
    """The frames of outcome nouns (column ``frame`` of ``data/outcome_words.csv``), one method each."""

    def _number_noun(self, token: Token) -> Token | None:
        """The noun of "the number of people killed", whose outcome word is ``token``, where a verb gives the number."""
        if token.dep_ not in ("acl", "relcl"):
            return None
        noun = token.head
        number = noun
        if noun.lower_ not in ("number", "total", "toll"):
            if noun.dep_ != "pobj" or noun.head.lower_ != "of":
                return None
            number = noun.head.head
        verb = number.head
        grows = number.dep_ in ("nsubj", "nsubjpass") and (verb.lower_ in words("grows") or _is_number(verb))
        grows = grows or self._inverted(number) or self._growing_after(token) is not None
        return number if number.lower_ in ("number", "total", "toll") and grows else None

    def _growing_after(self, clause: Token) -> Token | None:
        """The verb of "the number of those who died since yesterday rises to 48" where the parser loses its subject."""
        for i in range(clause.i + 1, min(clause.i + 14, clause.sent.end - 1)):
            word = self.doc[i]
            if word.text in (",", ";"):
                return None
            if word.lower_ in words("grows") and self.doc[i + 1].lower_ == "to":
                return word
        return None

    def _inverted(self, number: Token) -> bool:
        """Whether a sentence puts what grows last: "it rose to six the number of those who were killed"."""
        return number.dep_ not in ("nsubj", "nsubjpass", "pobj") and self._inverted_verb(number) is not None

    def _inverted_verb(self, number: Token) -> Token | None:
        """The verb of "it rose to six (a boy among them) the number of …", right before the number's noun phrase."""
        for i in range(number.i - 1, max(number.sent.start, number.i - 20), -1):
            if self.doc[i].lower_ in words("grows"):
                return self.doc[i] if self.doc[i - 1].lower_ == "it" or self.doc[i - 2].lower_ == "it" else None
        return None

    def _wound_noun(self, token: Token) -> list[Group]:
        """Who has the wounds: "33 people with shrapnel wounds", "six in hospital with burns", "suffered burns"."""
        node = token
        while node.dep_ in ("conj", "compound") and node.head.pos_ == "NOUN":
            node = node.head
        misread = self._suffered_by_number(node)
        if misread:
            return misread
        if node.dep_ == "dobj" and node.head.lower_ in words("undergo") | words("having") | words("bearing"):
            return [g for g in self._groups(self._subjects(node.head)) if not g.proper or g.quantity is None]
        if node.dep_ != "pobj":
            return []
        if node.head.lower_ == "from" and node.head.head.lower_ in words("undergo") | words("bearing"):
            return self._bearers(node.head.head)
        if node.head.lower_ not in ("with", "for"):
            return []
        if node.head.lower_ == "for":
            treated = node.head.head.lower_ in words("treated")
            return self._groups(self._subjects(node.head.head)) if treated else []
        return self._holders(node)

    def _holders(self, wounds: Token) -> list[Group]:
        """The people of "with" wounds: the numbered noun before it, else whom its verb brought or who came so."""
        holder = wounds.head.head
        while holder.i not in self.phrases.number_at and holder.dep_ in ("pobj", "prep", "amod"):
            holder = holder.head
        if holder.pos_ == "VERB":
            admitted = holder.lower_ in words("treated") | words("brought")
            wanted = "nsubjpass" if admitted and any(c.dep_ == "auxpass" for c in holder.children) else "dobj"
            named = next((c for c in holder.children if c.dep_ == wanted and c.i < wounds.i), None)
            if named is None:
                return self._bearers(holder)
            holder = named
        if holder.pos_ not in ("NOUN", "PROPN", "NUM") and holder.i not in self.phrases.number_at:
            return []
        group = self.phrases.group(holder)
        if group is None or self._is_remains(group):
            return []  # "four bodies with gunshot wounds"
        return [group] if group.quantity is not None else []

    def _bearers(self, verb: Token) -> list[Group]:
        """Who has wounds, as the subject of a verb without object: "escaped with cuts", "men suffering from burns"."""
        if any(c.dep_ == "dobj" for c in verb.children):
            return []
        found = [c for c in verb.head.children if c.dep_ == "dobj" and c.i < verb.i]
        if verb.dep_ == "acl":
            heads = [verb.head]
        elif verb.tag_ == "VBG" and verb.head.lower_ in words("found") and found:
            heads = found  # "found a man lying on the ground with a gunshot wound"
        else:
            heads = self._subjects(verb)
        groups = self._groups(heads)
        return [g for g in groups if self._may_be_hit(g) and not self._is_remains(g)]

    def _suffered_by_number(self, wounds: Token) -> list[Group]:
        """The people of "two more suffered bullet wounds", whose verb the parser takes for an adjective."""
        verb = next((c for c in wounds.children if c.lower_ in words("undergo") and c.dep_ == "amod"), None)
        if verb is None:
            return []
        for i in range(verb.i - 1, max(verb.i - 3, verb.sent.start - 1), -1):
            quantity = self.phrases.number_at.get(i)
            if quantity is not None and not quantity["article"]:
                group = self.phrases.group(self.doc[quantity["end"] - 1])
                return [group] if group is not None else []
        return []

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
        of_noun = self.phrases.of_noun(token)
        groups = self._groups([of_noun]) if of_noun is not None else []
        if any(g.quantity and g.kind in ("combatant", "civilian", "generic") for g in groups):
            return groups
        own = self.phrases.group(token)
        human = any(c.lower_ == "human" for c in token.children) or (of_noun is not None and of_noun.lower_ == "life")
        return [own] if own is not None and own.quantity is not None and human else []

    def _lost(self, token: Token) -> list[Group]:
        """Fighters whom their side lost: "lost three soldiers"; "the SDF lost 82 of its own", "he lost four men"."""
        groups = self._groups(self._objects(token))
        fighters = [g for g in groups if g.kind == "combatant" and g.quantity is not None]
        found = [g for g in fighters if (g.quantity is not None and not g.quantity["article"]) or len(groups) > 1]
        if found:
            return found
        sides = [s for s in self._subjects(token) if s.ent_type_ == "ACTOR" or s.pos_ == "PRON"]
        return [
            g
            for g in groups
            if sides
            and g.quantity is not None
            and g.quantity["number"]
            and (self.doc[g.end - 1].lower_ in words("own_people") or g.head.i in range(*(g.number or (0, 0))))
        ]

    def _fallen(self, token: Token) -> list[Group]:
        """Fighters who fell: "nine rebels fell in the fighting"; not into a well, back, or to somebody."""
        after = self.doc[token.i + 1].lower_ if token.i + 1 < len(self.doc) else ""
        if token.pos_ != "VERB" or after not in ("", ".", ",", ";", "in", "during", "and", "while", "near", "on", "as"):
            return []
        groups = self._groups(self._subjects(token))
        return [g for g in groups if g.quantity is not None and g.kind in ("combatant", "attacker")]

    def _hospital(self, token: Token) -> list[Group]:
        """People brought to hospital, lying there or in need of it, and those said to be in a critical condition.

        Whether they were counted before as injured is not asked here.
        """
        verb = token.head.head
        patients = self._patients(token)
        if patients:
            return patients
        if token.head.lower_ == "in" and verb.lower_ in words("leave"):
            groups = self._groups(c for c in verb.children if c.dep_ == "dobj")
            return [g for g in groups if g.quantity is not None]
        if token.head.lower_ != "to" or verb.lower_ not in ("sent", "sending", "send", "sends"):
            return []
        groups = self._groups(c for c in verb.children if c.dep_ == "dobj")
        return [g for g in groups if g.quantity is not None]

    def _patients(self, token: Token) -> list[Group]:
        """The people who are in hospital or were brought there, as the words around ``token`` say."""
        node = token
        while node.dep_ in ("compound", "amod", "nmod") and node.head.i != node.i:
            node = node.head  # "hospital treatment"
        if node.lower_ == "condition" and not any(c.lower_ in words("conditions") for c in node.children):
            return []
        verb = node.head.head if node.dep_ == "pobj" else node.head
        if node.dep_ == "pobj" and node.head.lower_ in ("to", "into", "in", "at"):
            brought = verb.lower_ in words("brought") and any(c.dep_ == "auxpass" for c in verb.children)
            lying = verb.pos_ == "AUX" or verb.lower_ in words("treated") | words("remain") | words("listing")
            if not (brought or lying):
                return []
        elif node.dep_ != "dobj" or verb.lower_ not in words("needs_care"):
            return []
        return self._patient_subjects(verb)

    def _treated(self, token: Token) -> list[Group]:
        """People who "are being treated"."""
        passive = any(c.dep_ == "auxpass" for c in token.children)
        groups = self._patient_subjects(token) if passive else []
        return [g for g in groups if self.doc[g.end - 1].lower_ != "survivors"]

    def _patient_subjects(self, verb: Token) -> list[Group]:
        """The subjects of a verb of care that are people: counted, or somebody by a person noun, a pronoun, a name."""
        return [g for g in self._groups(self._subjects(verb)) if self._may_be_hit(g) and not self._is_remains(g)]

    def _is_remains(self, group: Group) -> bool:
        nouns = (group.head.lower_, self.doc[group.end - 1].lower_)  # "the bodies", "the bodies of two women"
        return any(frame == "body_noun" for noun in nouns for _, frame in self.lexicon.outcomes.get(noun, ()))

    def _may_be_hit(self, group: Group) -> bool:
        """Whether a group that was hit are people: a person noun, a name, a pronoun for a person."""
        if group.pronoun:
            lower = group.head.lower_
            return lower in words("singular_pronouns") | words("plural_pronouns") or lower in ("another", "others")
        if group.quantity is not None and group.quantity["number"] and group.quantity["counts"] == "people":
            return True
        if group.quantity is not None and not group.quantity["article"] and group.head.i in self.phrases.number_at:
            return True  # a number by itself, "two more"
        noun = self.doc[group.end - 1]
        if noun.ent_type_ in ("LOCATION", "WEAPON"):
            return False
        return group.kind not in ("unknown", "container") or self.phrases.is_person(noun) or group.proper

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
        if token.dep_ in ("nsubj", "nsubjpass") and token.head.lower_ in words("grows") | {"number"}:
            return self._toll(token), agents  # "the deaths now number three"
        noun = token.head.head
        if token.dep_ == "pobj" and noun.lower_ in ("victim", "victims") and noun.dep_ == "attr":
            return self._groups(self._subjects(noun.head)), agents  # "five were the victims of killings"
        rank = token.head.head if token.dep_ == "pobj" and token.head.lower_ == "of" else token
        if (
            token.lower_ in ("martyrdom", "shahadat")
            and rank.dep_ == "dobj"
            and rank.head.lower_ in words("meet_death")
        ):
            return self._groups(self._subjects(rank.head)), agents  # "attained martyrdom", "reached the rank of …"
        holders = self._wound_noun(token) if token.lower_ in ("injuries", "injury", "wounding") else []
        if holders:
            return holders, agents
        number = self.phrases.number_at.get(token.i - 1) or self.phrases.number_of(token)
        if number is not None and not (number["article"]):
            group = self.phrases.group(token)
            return ([group] if group else []), agents
        counted = token.dep_ == "pobj" and token.head.lower_ == "of" and token.head.head.i in self.phrases.number_at
        if counted and not self.phrases.is_definite(token):
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
        """People whom "and" adds to ``victim``, but the parser to the event ("the killing of A and her driver")."""
        return [
            child
            for child in noun.children
            if child.dep_ == "conj"
            and child.i > victim.i
            and child.lower_ not in self.lexicon.outcomes
            and (
                child.lower_ in self.lexicon.victims
                or any(c.tag_ == "PRP$" for c in child.children)
                or (child.i in self.phrases.number_at and any(c.lower_ == "of" for c in child.children))
            )
        ]

    def _count_noun(self, token: Token) -> list[Group]:
        if token.dep_ == "dobj" and token.head.lower_ in words("estimate"):
            return self._toll(token)  # "put the dead at 131"
        number = self.phrases.number_of(token)
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
        """Who "the dead" are said to be: "the dead are a mayor and two guards", "named the dead as …"."""
        if token.lower_ not in words("the_dead"):
            return []
        verb = token.head
        if token.dep_ == "pobj" and verb.lower_ in words("among"):
            return self._those_among(verb)
        if token.dep_ in ("nsubj", "nsubjpass") and verb.lower_ in words("is_or_includes"):
            found = [c for c in verb.children if c.dep_ in ("attr", "dobj") and c.i > token.i]
        elif token.dep_ == "dobj":
            found = [o for c in verb.children if c.lower_ == "as" for o in c.children if o.dep_ == "pobj"]
        else:
            found = [c for c in token.children if c.dep_ == "appos"]
        return self._groups(found)

    def _those_among(self, among: Token) -> list[Group]:
        """Who is said to be among the dead: "the abbot was among the dead", "among those killed were two boys"."""
        be = among.head
        if be.lower_ not in words("is_or_includes"):
            return []
        named = [c for c in be.children if c.dep_ in ("attr", "nsubj", "dobj")]
        after = [c for c in named if c.i > max(be.i, among.i)]
        return self._groups(after or [c for c in named if c.i < min(be.i, among.i)])

    def _body(self, token: Token) -> list[Group]:
        owner = next((c for c in token.children if c.dep_ == "poss"), None)
        of_noun = self.phrases.of_noun(token)
        group = self.phrases.group(of_noun) if of_noun is not None else None
        if of_noun is not None and group is not None and group.quantity is not None:
            # "The corpses of a man and a woman", but not "the bodies of two martyrs and 15 injured".
            return [g for g in self.phrases.groups(of_noun) if not self._says_outcome(g)]
        own = self.phrases.group(token)
        if group is not None and group.proper and token.head.lower_ in words("found"):
            return [group]  # "the body of Manuel Varela was found"
        if own is not None and own.quantity is not None:
            return [own]
        if group is not None and group.kind == "attacker" and not group.plural and token.head.lower_ in words("found"):
            return [group]  # "the remains of the bomber were identified"
        found = token.dep_ in ("nsubjpass", "dobj") and token.head.lower_ in words("found")
        if owner is not None and (owner.pos_ != "PRON" or (found and owner.lower_ in ("his", "her"))):
            return [g for g in [self.phrases.group(owner)] if g is not None]
        return []

    def _says_outcome(self, group: Group) -> bool:
        start = group.start if group.number is None else min(group.start, group.number[1])
        return any(t.lower_ in self.lexicon.outcomes for t in self.doc[start : max(group.end, group.head.i + 1)])

    def _toll(self, token: Token) -> list[Group]:
        """The number that a toll is said to be: the first one in the rest of its clause."""
        start = token.i + 1
        verb = token.head
        states = token.dep_ == "nsubj" and (verb.lower_ in words("grows") | {"number"} or _is_number(verb))
        expected = any(
            c.dep_ == "aux" and c.lower_ in ("may", "might", "could", "will", "would") for c in verb.children
        )
        if (states and not expected) or self._inverted(token):
            inverted = None if states else self._inverted_verb(token)
            start = (inverted or verb).i  # what stands between the number and its verb says of whom
        latest = self._latest_number(token)
        if latest is not None:
            return self.phrases.groups(self._head_of_number(latest))
        for i in range(start, min(start + 40, len(self.doc))):
            word = self.doc[i]
            if (word.is_sent_start and i > start) or word.text in (";",):
                return []
            if word.text == "," and token.lower_ == "number":
                return []
            if word.lower_ in ("likely", "expected", "may", "might", "could", "feared"):
                return []
            quantity = self.phrases.number_at.get(i)
            if quantity is not None and not quantity["article"]:
                if quantity["modifier"] == "range" and self.doc[quantity["start"]].lower_ == "from":
                    changed = next((t for t in token.ancestors if t.pos_ == "VERB"), None)
                    if changed is not None and changed.lower_ in words("changes"):
                        return self._changed(quantity)  # "raised the number of dead from 28 to 43"
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

    def _latest_number(self, token: Token) -> dict[str, Any] | None:
        """The number after "now" of a toll that its sentence tells in steps: "stood at 50, at 60 and is now 79"."""
        later = [q for q in self.phrases.quantities if token.i < q["start"] < token.sent.end and not q["article"]]
        if len(later) < 2 or token.dep_ not in ("nsubj", "nsubjpass"):
            return None
        said = later[-1]
        before = [t.lower_ for t in self.doc[said["start"] - 2 : said["start"]]]
        return said if before == ["is", "now"] else None

    def _changed(self, quantity: dict[str, Any]) -> list[Group]:
        """The second number of "from 28 to 43", which is what the toll is now."""
        group = self.phrases.group(self._head_of_number(quantity))
        second = next(
            (i for i in range(quantity["end"] - 1, quantity["start"], -1) if self.doc[i].lower_ == "to"), None
        )
        if group is None or second is None:
            return []
        number = (second + 1, quantity["end"])
        best = quantity["high"]
        group.quantity = {**quantity, "start": number[0], "low": best, "best": best, "high": best, "modifier": "exact"}
        group.number = number
        return [group]

    def _life(self, token: Token) -> list[Group]:
        verb = token.head
        of_noun = self.phrases.of_noun(token)
        if verb.lower_ in ("lose", "loses", "lost", "losing"):
            subjects = self._subjects(verb)
            own = self.phrases.group(token)
            if own is not None and own.quantity is not None and not own.quantity["article"]:
                return [own]
            return self._groups(subjects)
        if verb.lower_ == "with" and verb.head.lower_ in ("paid", "pay", "pays", "paying"):
            return self._groups(self._subjects(verb.head))
        if of_noun is not None and (verb.lower_ in words("take_lives")):
            return self._groups([of_noun])
        own = self.phrases.group(token)
        if own is not None and own.quantity is not None and not own.quantity["article"]:
            return [own]
        return []

    def _throat(self, token: Token) -> list[Group]:
        """Whose throats were slit."""
        verb = token.head
        if not {verb.lower_, *(c.lower_ for c in token.children)} & words("slit"):
            return []
        had = verb.head if verb.dep_ == "ccomp" and verb.head.lower_ in words("having") else None
        if had is not None:
            return self._groups(self._subjects(had))  # "seven villagers had their throats slit"
        of_noun = self.phrases.of_noun(token)
        owner = next((c for c in token.children if c.dep_ == "poss"), None)
        people = of_noun or owner
        if people is None or people.pos_ == "PRON":
            return []
        return self._groups([people, *self._joined_later(token, people)])


def _is_number(verb: Token) -> bool:
    """Whether a number is what somebody or something is said to be: "the number of the dead is eleven"."""
    return verb.pos_ == "AUX" and any(c.dep_ == "attr" and c.like_num for c in verb.children)

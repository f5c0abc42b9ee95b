"""Groups of people in a noun phrase: the head, its number, and the words that say whom it means."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from spacy.tokens import Doc, Span, Token

from conflict_events.casualties.lexicon import Lexicon
from conflict_events.casualties.mentions.asides import aside_tokens
from conflict_events.casualties.words import words

# Tokens that may stand between a number and the noun it counts ("two other Iranian-backed militia members").
_INSIDE_NP = {"ADJ", "NOUN", "PROPN", "NUM", "ADV", "SYM"}
_NOMINAL = {"NOUN", "PROPN", "NUM", "PRON", "ADJ", "DET"}
#: Words of "15-year-old", and the article before it.
_AGE_TOKENS = 5
_OLDEST = 110
#: Words between a number and "among them".
_LONGEST_PART = 8
_COUNTED_BY_WORD: dict[str, Any] = {"modifier": "exact", "number": True, "article": False, "counts": "people"}


@dataclass
class Group:
    """People named by one noun phrase."""

    head: Token
    start: int
    end: int
    quantity: dict[str, Any] | None = None
    number: tuple[int, int] | None = None
    definite: bool = False
    plural: bool = False
    pronoun: bool = False
    proper: bool = False
    additive: bool = False
    kind: str = "unknown"
    of_group: bool = False
    party: str | None = None
    parts: list[Group] = field(default_factory=list)


class Phrases:
    """Reads the groups of people in the noun phrases of one Doc."""

    def __init__(self, doc: Doc, lexicon: Lexicon) -> None:
        self.doc = doc
        self.lexicon = lexicon
        self.quantities: list[dict[str, Any]] = [
            q
            for q in doc._.quantities or []
            if (q["counts"] in ("people", "unknown") or _of_people(doc, q)) and not _describes(doc, q)
        ]
        # Once a Doc: spaCy makes all entities anew each time that it is asked for those of a sentence.
        self.entities: list[Span] = list(doc.ents)
        self._entity_starts = [ent.start for ent in self.entities]
        self.asides = aside_tokens(doc, {*lexicon.outcomes, *lexicon.manner})
        self.number_at: dict[int, dict[str, Any]] = {}
        for quantity in self.quantities:
            for i in range(quantity["start"], quantity["end"]):
                self.number_at[i] = quantity
        self.thing_at = {
            i: q
            for q in doc._.quantities or []
            if q["counts"] in ("things", "time") and not _of_people(doc, q)
            for i in range(q["start"], q["end"])
        }

    def entities_in(self, span: Span) -> list[Span]:
        """The entities of a sentence."""
        first, last = (bisect_left(self._entity_starts, place) for place in (span.start, span.end))
        return self.entities[first:last]

    def groups(self, head: Token) -> list[Group]:
        """The group headed by ``head`` and those coordinated with it, in text order."""
        heads = self._without_source(list(self._conjuncts(head)))
        found = [group for token in heads if (group := self.group(token)) is not None]
        return without_breakdown(self._without_titles(found), self.doc)

    def _conjuncts(self, head: Token) -> Iterator[Token]:
        yield head
        for child in head.children:
            if child.i > head.i:
                yield from self._joined_to_title(child)
            if (
                child.i < head.i
                or (child.pos_ not in _NOMINAL and child.dep_ != "prep")
                or child.lower_ in self.lexicon.outcomes
            ):
                continue
            if child.dep_ == "prep" and child.lower_ == "of" and head.i in self.number_at:
                # "two of his brothers and a bodyguard": the bodyguard is not one of the two.
                for inner in (c for obj in child.children if obj.dep_ == "pobj" for c in obj.children):
                    if inner.dep_ == "conj" and self.number_of(inner) is not None:
                        yield from self._conjuncts(inner)
                continue
            yield from self._joined_to_place(child)
            if child.dep_ == "appos" and self._tells_of_them(child):
                yield from self._conjuncts_after_part(child)
            elif child.dep_ == "conj" or (child.dep_ == "appos" and self._listed(child)):
                yield from self._conjuncts(child)
            elif child.dep_ == "appos" and child.pos_ == "PROPN":
                # "The owner Musa Ceesay and his watchman": the watchman is joined to the owner's name.
                for inner in child.children:
                    number = self.number_of(inner)
                    theirs = any(c.tag_ == "PRP$" for c in inner.children)
                    counted = inner.dep_ == "conj" and number is not None and not number["article"]
                    if (theirs and inner.dep_ in ("conj", "appos")) or counted:
                        yield from self._conjuncts(inner)

    def _tells_of_them(self, token: Token) -> bool:
        """Whether an apposition breaks down the people before it: "seven civilians, two of them children, and …"."""
        span = self.doc[token.left_edge.i : token.i + 1]
        return any(a.lower_ in words("among") | {"of"} and b.lower_ in words("again") for a, b in pairwise(span))

    def _conjuncts_after_part(self, part: Token) -> Iterator[Token]:
        """People that a list adds behind such a breakdown, closed by a comma: "…, and one soldier were wounded"."""
        for child in part.children:
            number = self.number_of(child) if child.dep_ == "conj" else None
            if number is None or self.doc[number["start"] - 1].lower_ != "and":
                continue
            if child.pos_ not in ("NOUN", "PROPN", "NUM") or child.lower_ in self.lexicon.outcomes:
                continue  # "…, and 19 injured"
            after = [t.lower_ for t in self.doc[number["end"] : number["end"] + 1]]
            if self.doc[number["start"] - 2].text == "," and after != ["of"]:
                yield from self._conjuncts(child)

    def _joined_to_place(self, prep: Token) -> Iterator[Token]:
        """People whom the parser joins to what others belong to: "five pupils of a school and a French national"."""
        if prep.dep_ != "prep" or prep.lower_ not in ("of", "from", "at", "for"):
            return
        for owner in (c for c in prep.children if c.dep_ == "pobj"):
            # "A candidate for mayor, his campaign manager and four supporters".
            theirs = (c for c in owner.children if c.dep_ in ("conj", "appos") and self._theirs(c))
            for inner in theirs:
                yield from self._conjuncts(inner)
            if self.is_person(owner):
                continue
            for inner in owner.children:
                if inner.dep_ == "conj" and self.is_person(inner) and self.number_of(inner) is not None:
                    yield from self._conjuncts(inner)

    def _joined_to_title(self, clause: Token) -> Iterator[Token]:
        """People whom the parser joins to what somebody is called: "a man identified as an officer and two others"."""
        if clause.dep_ != "acl":
            return
        titles = (o for c in clause.children if c.lower_ == "as" for o in c.children if o.dep_ == "pobj")
        for inner in (c for title in titles for c in title.children if c.dep_ == "conj"):
            number = self.number_of(inner)
            if number is not None and not number["article"]:
                yield from self._conjuncts(inner)

    def _theirs(self, token: Token) -> bool:
        """Whether a person is named as somebody's own: "his campaign manager"."""
        return self.doc[token.i - 1].text != "(" and any(c.tag_ == "PRP$" and c.i < token.i for c in token.children)

    def is_person(self, token: Token) -> bool:
        """Whether a noun by itself names somebody ("nurse", "civilians", "man")."""
        if is_aged(token):
            return True
        return token.lower_ in self.lexicon.persons or self.lexicon.victims.get(token.lower_) not in (None, "container")

    def _listed(self, token: Token) -> bool:
        """Whether a comma adds people ("seven soldiers, one policeman and …", "the mayor, his wife and …") where the
        parser sees an apposition."""
        number = self.number_of(token)
        if self._names_people(token):
            return True
        if number is not None and opens_part(self.doc, number["end"]):
            return False
        if number is not None and number["article"] and self._opens_list(token):
            return True
        if number is not None and not number["article"] and self.doc[number["start"] - 1].text == ",":
            after = [t.lower_ for t in self.doc[number["end"] : number["end"] + 2]]
            if token.i + 1 < len(self.doc) and self.doc[token.i + 1].lower_ in self.lexicon.outcomes:
                return self.doc[token.i + 1].dep_ not in ("amod", "acl")  # "two killed, eight injured"
            return after not in (["of", "them"], ["of", "whom"], ["of", "which"])
        return any(child.dep_ == "poss" and child.pos_ == "PRON" for child in token.children)

    def _opens_list(self, token: Token) -> bool:
        """Whether "a pupil" in "two teachers, a pupil and a cleaner were killed" goes on with a list.

        It explains the words before it instead where these are general ("four people, a couple and …"), where a
        comma or a bracket closes it, or where one person is meant ("a lawyer, a member of … and …, was shot").
        """
        head = token.head
        last = next((c for c in token.children if c.dep_ == "conj"), None)
        own = self.number_of(head)
        if last is None or own is None or self.is_definite(head):
            return False
        if not own["article"] and (self._kind(head) in ("generic", "container") or head.lower_ in words("anybody")):
            return False
        while (further := next((c for c in last.children if c.dep_ == "conj"), None)) is not None:
            last = further
        after = self.doc[last.i + 1] if last.i + 1 < len(self.doc) else None
        singular = (after is not None and after.tag_ == "VBZ") or (after is not None and after.lower_ == "was")
        closed = after is not None and after.text in (",", ")", "–", "—") and head.dep_ in ("nsubj", "nsubjpass")
        return not singular and not closed

    def _names_people(self, token: Token) -> bool:
        """Whether a list of names stands where the parser sees one name explain another ("Ali, Omar and Saad")."""
        names = [token.head, token, *(c for c in token.children if c.dep_ == "conj")]
        return (
            len(names) > 2
            and any(t.ent_type_ != "LOCATION" for t in names)
            and all(t.pos_ == "PROPN" and self.number_of(t) is None for t in names)
        )

    def _without_titles(self, groups: list[Group]) -> list[Group]:
        """Drop a second title of the same person: "a social leader and president was shot"."""
        if len(groups) != 2:
            return groups
        first, second = groups
        if any(t.lower_ in ("were", "are", "have") for t in self.doc[second.head.i + 1 : second.head.i + 3]):
            return groups
        if second.quantity is None and not second.plural and not second.definite and not second.proper:
            article = first.quantity is not None and first.quantity["article"]
            if (
                article
                and first.head.lower_ not in words("paired")
                and second.head.lower_ not in words("paired")
                and not second.pronoun
            ):
                return groups[:1]
        return groups

    def _without_source(self, heads: list[Token]) -> list[Token]:
        """Drop the speakers that the parser joined to the victims: "killing 11 people, police and a doctor said"."""
        last = heads[-1]
        following = [self.doc[i] for i in range(last.i + 1, min(last.i + 4, len(self.doc)))]
        speaks = next((t for t in following if t.lower_ in words("reporting")), None)
        if len(heads) < 2 or speaks is None or any(t.text in (",", ";", ".") for t in following if t.i < speaks.i):
            return heads
        comma = next((i for i in range(last.i, heads[0].i, -1) if self.doc[i].text == ","), None)
        return heads if comma is None else [t for t in heads if t.i < comma]

    def group(self, head: Token) -> Group | None:
        """The group of people that ``head`` names, or ``None`` where it names no people."""
        number = self.number_of(head)
        aged = is_aged(head)
        if aged and number is None:
            number = self._article_before(head.i - _AGE_TOKENS)
        if number is None and head.i in self.thing_at and self.thing_at[head.i]["number"] and not aged:
            return None
        victim = head
        of_noun = self.of_noun(head)
        lower = head.lower_
        of_group = False
        if number is not None and number["start"] <= head.i < number["end"]:
            # The number itself is the head: "two of its fighters", "dozens of people", "two were killed".
            if of_noun is not None and head.lower_ == "one" and self.doc[head.i - 1].lower_ in ("every", "each"):
                number = self.number_of(of_noun) or number  # "every one of the six guards"
            if of_noun is not None:
                of_group = self.is_definite(of_noun) or of_noun.pos_ == "PRON"
                victim = of_noun
        elif of_noun is not None and (
            self.lexicon.victims.get(lower) == "container" or lower in ("bodies", "body", "corpses", "remains", "lives")
        ):
            inner = self.number_of(of_noun)
            if inner is not None and (number is None or number["article"] or lower in ("family", "total", "group")):
                number, victim = inner, of_noun
            elif number is None and lower not in ("family",):
                victim = of_noun
        elif of_noun is not None and lower in ("all", "both"):
            of_group, victim = True, of_noun  # "all of the assailants": whoever they are told to be
        if head.lower_ in ("neither", "none") and head.i not in self.number_at:
            number = {**_COUNTED_BY_WORD, "low": 0, "best": 0, "high": 0, "start": head.i, "end": head.i + 1}
        elif number is None and victim.tag_ == "NNS" and any(c.lower_ == "twin" for c in victim.children):
            twin = next(c for c in victim.children if c.lower_ == "twin")
            number = {**_COUNTED_BY_WORD, "low": 2, "best": 2, "high": 2, "start": twin.i, "end": twin.i + 1}
        elif head.lower_ in words("ordinals") and of_noun is None and head.i > 0 and self.doc[head.i - 1].lower_ == "a":
            number = {**_COUNTED_BY_WORD, "low": 1, "best": 1, "high": 1, "start": head.i - 1, "end": head.i}
        start, end = self._extent(victim, number)
        kind = self._kind(victim)
        if of_noun is not None and victim.lower_ in ("member", "members"):
            their_kind = self._kind(of_noun)  # "seven members of the security forces"
            kind = their_kind if their_kind in ("attacker", "combatant") else kind
        group = Group(
            head=head,
            start=start,
            end=end,
            quantity=number,
            number=(number["start"], number["end"]) if number else None,
            definite=self.is_definite(head) if victim is head else False,
            plural=victim.tag_ in ("NNS", "NNPS")
            or (number is None and victim.lower_ in words("collective"))
            or victim.lower_ in ("people", "police", "troops", "them", "they", "those", "all", "both"),
            pronoun=victim.pos_ == "PRON" and number is None,
            proper=victim.pos_ == "PROPN",
            additive=self._is_additive(head, number) or head.lower_ in words("ordinals"),
            kind=kind,
            of_group=of_group,
        )
        group.party = self._party(group, victim)
        return group

    def _article_before(self, i: int) -> dict[str, Any] | None:
        """One person, where an article stands at ``i``."""
        if i < 0 or self.doc[i].lower_ not in ("a", "an", "another"):
            return None
        return {**_COUNTED_BY_WORD, "low": 1, "best": 1, "high": 1, "start": i, "end": i + 1, "article": True}

    def _party(self, group: Group, victim: Token) -> str | None:
        """The party that the people belong to, as the ACTOR in their phrase names it: its id, else its words."""
        low = (
            group.quantity["end"]
            if group.quantity is not None and group.quantity["end"] <= group.start
            else group.start
        )
        high = min(victim.right_edge.i + 1, victim.i + 8)
        first, last = (bisect_left(self._entity_starts, place) for place in (low, high))
        for ent in self.entities[first:last]:
            if ent.label_ != "ACTOR":
                continue
            if any(
                t.text in (",", ";", "(") or t.pos_ == "VERB" or t.lower_ in ("by", "in", "including")
                for t in self.doc[victim.i + 1 : ent.start]
            ):
                return None
            actor = ent._.actor
            if actor is None:
                return ent.text.casefold() if any(t.pos_ == "PROPN" for t in ent) else None
            return None if actor["kind"] == "civilians" else str(actor["id"])
        return None

    def of_noun(self, head: Token) -> Token | None:
        for child in head.children:
            if (
                child.dep_ == "prep"
                and child.lower_ in ("of", "from", "among")
                and child.i > head.i
                and child.i - head.i <= 3
            ):
                for obj in child.children:
                    if obj.dep_ in ("pobj", "pcomp"):
                        return obj
        return None

    def number_of(self, head: Token) -> dict[str, Any] | None:
        """The quantity that counts ``head``: the nearest one before it inside its noun phrase."""
        if head.i in self.number_at:
            return self.number_at[head.i]
        i = head.i - 1
        steps = 0
        article: dict[str, Any] | None = None
        while i >= 0 and steps < 12 and (not self._boundary(i) or self._joins_adjectives(i)):
            if i in self.asides:
                i -= 1
                continue
            found = self.number_at.get(i)
            if found is not None:
                if not found["article"]:
                    return found
                article = found
                break
            thing = self.thing_at.get(i)
            if thing is not None and thing["number"] and thing["counts"] == "things":
                # "seven Industrial Security Force members": the head decides, not the first noun after the number.
                if head.lower_ in ("families", "households"):
                    return None  # how many people they are is not said
                return thing if self.is_person(head) else None
            i -= 1
            steps += 1
        return article

    def _joins_adjectives(self, i: int) -> bool:
        """Whether a conjunction stands inside a noun phrase: "many civilian and military martyrs", "5 JTF and Kamuku
        militiamen".
        """
        if not 1 < i < len(self.doc) - 2 or self.doc[i].lower_ not in ("and", "or"):
            return False
        around = {self.doc[i - 1].pos_, self.doc[i + 1].pos_}
        parties = around == {"PROPN"} and i - 2 in self.number_at and self.doc[i + 2].tag_ == "NNS"
        return around == {"ADJ"} or parties

    def _boundary(self, i: int) -> bool:
        token = self.doc[i]
        if i in self.asides or self._hyphenated(i):
            return False
        if token.pos_ in _INSIDE_NP or token.tag_ in (
            "VBN",
            "VBG",
            "HYPH",
            "POS",
            "''",
            "``",
            "PRP$",
            "AFX",
            "NN",
            "NNP",
            "NNS",
        ):
            return (
                token.lower_ in ("killed", "wounded", "injured", "killing", "wounding", "injuring", "dead")
                and token.dep_ != "amod"
            )
        if token.text in ("-", "“", "”", '"', "'", "‘", "’", "’s", "'s"):
            return False
        if token.lower_ in ("the", "these", "those") and i > 0 and (i - 1) in self.number_at:
            return False
        return not (token.pos_ == "DET" and i in self.number_at)

    def _hyphenated(self, i: int) -> bool:
        """Whether a word is joined to its neighbour by a hyphen without spaces ("would-be bombers")."""
        after = i + 2 < len(self.doc) and self.doc[i + 1].text == "-" and not self.doc[i].whitespace_
        before = i > 1 and self.doc[i - 1].text == "-" and not self.doc[i - 1].whitespace_
        return (after or before) and self.doc[i].is_alpha

    def is_definite(self, head: Token) -> bool:
        i = head.i - 1
        steps = 0
        if head.lower_ in words("definite") and head.pos_ in ("DET", "PRON"):
            return True
        while i >= 0 and steps < 8:
            token = self.doc[i]
            if i in self.asides:
                i -= 1
                continue
            if token.lower_ in words("definite") and token.pos_ in ("DET", "PRON", "ADJ"):
                return True
            if self._boundary(i) and i not in self.number_at:
                return False
            i -= 1
            steps += 1
        return False

    def _is_additive(self, head: Token, number: dict[str, Any] | None) -> bool:
        if head.lower_ in words("additive"):
            return True
        before = self.doc[max(0, head.i - 2) : head.i]
        if len(before) == 2 and before[0].lower_ == "a" and before[1].lower_ in words("ordinals"):
            return True  # "a third policeman"
        low = max(number["start"] - 1 if number else head.i - 4, head.sent.start)
        return any(
            self.doc[i].lower_ in words("additive")
            for i in range(max(0, low), min(len(self.doc), head.i + 3))
            if i >= low and self._near(head, i)
        )

    def _near(self, head: Token, i: int) -> bool:
        token = self.doc[i]
        return token.head.i == head.i or token.i == head.i + 1 or i <= head.i

    def _extent(self, victim: Token, number: dict[str, Any] | None) -> tuple[int, int]:
        start = victim.i
        while (
            start > 0
            and not self._boundary(start - 1)
            and (start - 1) not in self.number_at
            and self.doc[start - 1].pos_ != "DET"
        ):
            start -= 1
            if victim.i - start > 8:
                break
        return start, victim.i + 1

    def _kind(self, victim: Token) -> str:
        kind = "generic" if is_aged(victim) else self.lexicon.victims.get(victim.lower_, "unknown")
        if kind in ("unknown", "generic") and victim.pos_ != "PRON":
            for i in range(victim.i - 1, max(-1, victim.i - 5), -1):
                if self._boundary(i):
                    break
                inner = self.lexicon.victims.get(self.doc[i].lower_)
                if inner in ("attacker", "combatant", "civilian"):
                    return inner
        return "unknown" if kind == "container" else kind


def is_aged(token: Token) -> bool:
    """Whether a word ends a phrase for somebody who is known by age alone: "a 27-year-old"."""
    if token.lower_ not in ("old", "olds") or token.i < _AGE_TOKENS:
        return False
    number, joint, unit, second = token.doc[token.i - _AGE_TOKENS + 1 : token.i + 1][-5:-1]
    following = token.doc[token.i + 1] if token.i + 1 < len(token.doc) else None
    alone = following is None or following.pos_ not in ("NOUN", "PROPN") or following.dep_ != token.dep_
    return number.like_num and joint.text == second.text == "-" and unit.lower_ in words("age_units") and alone


def _of_people(doc: Doc, quantity: dict[str, Any]) -> bool:
    """Whether a number is of people by the group they belong to: "three of the cell", "one of its crew"."""
    end = quantity["end"]
    if end + 2 >= len(doc) or doc[end].lower_ != "of" or doc[end + 1].lower_ not in words("definite"):
        return False
    noun = next((t for t in doc[end + 2 : end + 5] if t.lower_ in words("people_of")), None)
    return noun is not None and all(t.pos_ not in ("ADP", "VERB", "PUNCT") for t in doc[end + 2 : noun.i])


def opens_part(doc: Doc, end: int) -> bool:
    """Whether a number that ends before ``end`` is of people told before: "two of them", "nine children among them"."""
    if end < len(doc) and doc[end - 1].lower_ == "one" and doc[end].lower_ in ("a", "an"):
        return True  # "fourteen civilians, one a volunteer, were killed"
    for i in range(end, min(end + _LONGEST_PART, len(doc) - 1)):
        lower = doc[i].lower_
        if lower in ("of", "among", "amongst") and doc[i + 1].lower_ in words("again"):
            return lower != "of" or i == end
        if doc[i].is_punct or doc[i].pos_ in ("VERB", "AUX"):
            return False
    return False


def _is_age(doc: Doc, quantity: dict[str, Any]) -> bool:
    """Whether a number in figures is the age of somebody just named: "Baran, 15, and Veysi Aslan, 24"; "Majdi and Tamer
    Haddadin, 32 and 28"."""
    start, end = quantity["start"], quantity["end"]
    if not (doc[start].is_digit and end - start == 1 and 0 < int(doc[start].text) < _OLDEST):
        return False
    after = doc[end].text if end < len(doc) else "."
    if after not in (",", ";", ".", ")", "and"):
        return False
    i = start - 1
    if i > 1 and doc[i].lower_ == "and" and doc[i - 1].is_digit:
        i -= 2  # the second of two ages
    if i < 1 or doc[i].text not in (",", "("):
        return False
    named = doc[i - 1]
    return named.pos_ == "PROPN" and named.ent_type_ != "LOCATION" and not (after == "and" and _counts_after(doc, end))


def _counts_after(doc: Doc, end: int) -> bool:
    """Whether "and" after a number goes on with people, as in "in Hama, 12 and nine others in Homs"."""
    return end + 2 < len(doc) and not doc[end + 1].is_digit and doc[end + 1].like_num


def _describes(doc: Doc, quantity: dict[str, Any]) -> bool:
    """Whether a number describes somebody: an age in a list ("three men aged 24, 31 and 45"), or "a father of five"."""
    if _is_age(doc, quantity):
        return True
    i = quantity["start"] - 1
    if i > 0 and doc[i].lower_ == "of" and doc[i - 1].lower_ in words("of_an_age") and doc[i + 1].is_digit:
        return True  # "a boy of 15"
    if i > 0 and doc[i].lower_ == "of" and doc[i - 1].lower_ in words("parents"):
        return True
    if quantity["end"] < len(doc) and doc[quantity["end"]].pos_ in ("NOUN", "ADJ"):
        return False
    while i >= 0 and (
        doc[i].pos_ == "NUM" or doc[i].like_num or doc[i].lower_ in (",", "and", "or", "between", "from", "to")
    ):
        i -= 1
    return i >= 0 and doc[i].lower_ in ("aged", "ages")


def _one_and_the_other(doc: Doc, start: int) -> bool:
    """Whether people just counted are told apart: "two women, one a midwife and the other a trader", "three, one a
    tourist".
    """
    said = [t.lower_ for t in doc[start : start + 14]]
    other = any(a == "the" and b in ("other", "others", "second") for a, b in pairwise(said))
    return said[:2] == [",", "one"] and (other or said[2:3] in (["a"], ["an"]))


def without_breakdown(groups: list[Group], doc: Doc) -> list[Group]:
    """Make a list that breaks its first number down that number's parts: "six relatives, two women and four men"."""
    if len(groups) > 1 and groups[0].quantity is not None and _one_and_the_other(doc, groups[0].head.i + 1):
        return groups[:1]
    second = None if len(groups) < 2 or groups[1].quantity is None else int(groups[1].quantity["start"])
    if second is not None and [t.lower_ for t in doc[second - 1 : second + 1]] == [",", "both"]:
        return groups[:1]  # "two brothers, both members of the council"
    values = [None if g.quantity is None else g.quantity["best"] for g in groups]
    if len(groups) > 1 and (values[0] or 0) > 1 and all(g.proper and g.quantity is None for g in groups[1:]):
        return groups[:1]  # "two men, Adam and Abdi"
    if len(groups) > 2 and values[-1] == len(groups) - 1 and all(g.proper and g.quantity is None for g in groups[:-1]):
        return groups[-1:]  # "Pushpanadan and Mohandas, two members of …"
    if len(groups) > 2 and None not in values:
        rest = sum(v or 0 for v in values[1:])
        # Before its verb an explanation ends with a comma: "six relatives, two women and four men, were killed".
        explained = groups[0].head.lower_ not in words("one_kind") and doc[
            groups[-1].head.i + 1 if groups[-1].head.i + 1 < len(doc) else -1
        ].pos_ not in ("VERB", "AUX")
        if (values[0] == rest and explained) or (
            groups[0].kind == "generic" and rest <= (values[0] or 0) and groups[1].head.dep_ == "appos"
        ):
            groups[0].parts.extend(groups[1:])
            return groups[:1]
    return groups

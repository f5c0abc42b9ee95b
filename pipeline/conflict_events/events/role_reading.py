"""What the words around one mention of an actor say of its role, by rule.

An actor's role follows from the word that governs it: the subject of "attacked" attacks, its object is attacked, both
sides of "clashed" are parties, the one before an action noun ("Turkish shelling") acts, the one after "against" or "on
the positions of" is struck. Words that only hold people together ("members of") or belong to a party ("a post of")
are looked through.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass
from typing import Any

from spacy.tokens import Span, Token

from .role_words import RoleWords

#: How much a reading of the parse counts where an actor is read in several ways; the order settles what contradicts.
STRONG, MIDDLE, WEAK = 3, 2, 1
_MODIFIERS = frozenset({"compound", "amod", "nmod", "poss", "nummod", "advmod", "npadvmod"})
_SUBJECTS = frozenset({"nsubj", "csubj"})
_PASSIVE_SUBJECTS = frozenset({"nsubjpass", "csubjpass"})
_OBJECTS = frozenset({"dobj", "obj", "dative", "iobj"})
_MAX_STEPS = 10
_MINES = frozenset({"mine", "mines", "landmine", "landmines", "ied", "ieds", "bomb", "device"})
_CLAIMED = frozenset({"responsibility", "it", "the", "both", "this"})
_BELONGING = frozenset({"to", "under", "with", "within", "in", "for"})
_ASIDE = 3  # words beside a mention that may say that it takes no part
_ORIGINS = frozenset({"from", "via", "through"})
_OUTRIGHT = frozenset({"against", "targeting"})
_TAKING = ("captur", "seiz", "tak", "took", "retak", "retook", "recaptur", "regain", "liberat", "wrest")
_TALK = frozenset({"speak", "accuse"})
_ATTACKS = frozenset({"attack", "fight"})
_SIDES = 2  # who attacked is looked for beyond the telling sentences until so many are named
_UNARMED = frozenset({"civilians", "government", "private security"})
_AHEAD = 10  # words after a mention in which its verb is looked for where the parse has none


@dataclass(frozen=True)
class Reading:
    """A role read for a mention, with its strength."""

    role: str
    strength: int


#: The reading of a known party that no rule gave a role.
BYSTANDER = Reading("party", WEAK)
ACTING = frozenset({"perpetrator", "party"})


class RoleReader:
    """Reads the role of one mention from the words around it."""

    def __init__(self, table: RoleWords) -> None:
        self.table = table

    def read(self, ent: Span, sentence: Span, victims: Set[int], agents: Set[int]) -> Reading | None:
        """The role of one mention; ``None`` where it plays no part."""
        if self._holds(ent, sentence):
            return Reading("none", WEAK)
        if ent.root.lower_ in self.table.attackers:
            return Reading("perpetrator", MIDDLE)
        reading = self._climb(ent)
        positions = set(range(ent.start, ent.end))
        if reading is not None and reading.strength == STRONG:
            # "60 children abducted" reads as if the children had done it.
            harmed = reading.role == "perpetrator" and positions & victims and not positions & agents
            return Reading("target", MIDDLE) if harmed else reading
        if positions & agents:
            return Reading("perpetrator", STRONG)
        if reading is not None and reading.role == "none":
            return Reading("target", WEAK) if positions & victims else reading
        if positions & victims and (reading is None or reading.role != "party"):
            return Reading("target", MIDDLE)
        return reading or self._beside(ent, sentence)

    def _holds(self, ent: Span, sentence: Span) -> bool:
        """Whether a mention only holds a place or lives there: "areas controlled by X", "a house inhabited by Y"."""
        first = ent.start
        while first > sentence.start and ent.doc[first - 1].lower_ in ("the", "a", "both"):
            first -= 1
        if first - 2 < sentence.start or ent.doc[first - 1].lower_ != "by":
            return False
        return self.table.verbs.get(ent.doc[first - 2].lower_) == "hold"

    def taking_part(self, ent: Span, sentence: Span) -> Reading | None:
        """A known armed party that no rule gave a role is a party, unless it only speaks, holds, or is talked about."""
        actor = actor_of(ent)
        if actor is None or actor["kind"] in _UNARMED:
            return None
        doc = ent.doc
        around = {token.lower_ for token in doc[max(sentence.start, ent.start - _ASIDE) : ent.start]}
        behind = [token.lower_ for token in doc[ent.end : min(sentence.end, ent.end + _ASIDE)]]
        if around & self.table.asides or set(behind) & self.table.asides:
            return None
        if behind[:1] and self.table.verbs.get(behind[0]) in _TALK:
            return None
        return BYSTANDER

    # -- the parse ---------------------------------------------------------------------------------------------------

    def _climb(self, ent: Span) -> Reading | None:
        """Follow the mention's heads to the word that gives it its role."""
        own = self._own_clause(ent.root)
        if own is None or own.strength == STRONG:
            return own or self._governed(ent)
        # "hit the civilians who tried to help": what was done to them says more than what they did.
        above = self._governed(ent)
        return above if above is not None and above.strength == STRONG else own

    def _governed(self, ent: Span) -> Reading | None:
        """The role that the words above a mention give it."""
        token = ent.root
        struck = False
        for _ in range(_MAX_STEPS):
            head, dep = token.head, token.dep_
            if head is token:
                return self._own_clause(token) if token is not ent.root else None
            if dep in ("conj", "appos"):
                # "killed two soldiers and wounded five civilians": a verb's conjunct has its own subject and object.
                token = head
            elif dep in _MODIFIERS:
                frame = self.table.nouns.get(head.lower_)
                if frame is not None and head.i >= ent.end:
                    if frame == "attack":
                        return Reading("target" if struck else "perpetrator", STRONG)
                    if frame == "fight":
                        return Reading("party", MIDDLE)
                    if head.lower_ in ("death", "deaths", "casualties", "losses", "fatalities", "injuries", "toll"):
                        return Reading("target", MIDDLE)
                    return Reading("perpetrator", MIDDLE)
                struck = struck or self.table.containers.get(head.lower_) == "property"
                token = head
            elif dep in ("pobj", "pcomp"):
                step = self._preposition(head)
                if isinstance(step, Reading):
                    return step
                if step is None:
                    return None
                struck = struck or self.table.containers.get(step.lower_) == "property"
                token = step
            elif dep in _SUBJECTS:
                return self._subject(head, token, struck)
            elif dep in _PASSIVE_SUBJECTS:
                return self._passive_subject(head)
            elif dep in _OBJECTS or dep in ("attr", "oprd"):
                return self._object(head)
            elif dep in (
                "acl",
                "relcl",
                "advcl",
                "xcomp",
                "ccomp",
                "dep",
                "prep",
                "agent",
                "nmod",
                "punct",
                "parataxis",
            ):
                if token.pos_ in ("VERB", "AUX") and dep != "dep":
                    return None
                token = head
            else:
                return None
        return None

    def _preposition(self, prep: Token) -> Reading | Token | None:
        """What a preposition makes of the noun after it: a role, the noun to go on from, or nothing."""
        governor, word = prep.head, prep.lower_
        if word == "of":
            return self._of(governor)
        role = self.table.prepositions.get(word)
        if role == "part":
            return governor
        if word in _ORIGINS:
            return self._from(governor)
        if word in _BELONGING and self.table.verbs.get(governor.lower_) == "belong":
            if governor.head.pos_ in ("VERB", "AUX") or governor.head is governor:
                return Reading("party", WEAK)
            return governor.head
        if role == "perpetrator":
            return self._by(governor, prep)
        if role == "target":
            return self._against(governor, word)
        return self._between(governor, word) if role == "party" else None

    def _of(self, governor: Token) -> Reading | Token | None:
        """ "the shelling of", "the killing of", "at the hands of", "members of"."""
        if governor.lower_ in ("hands", "hand"):
            return Reading("perpetrator", STRONG)
        frame = self.table.nouns.get(governor.lower_)
        if frame is None and governor.lower_ in self.table.containers:
            return governor
        if frame == "attack":
            return Reading("perpetrator", MIDDLE) if governor.lower_ != "targeting" else Reading("target", STRONG)
        fixed = {
            "harm": Reading("target", STRONG),
            "fight": Reading("party", MIDDLE),
            "move": Reading("perpetrator", WEAK),
        }
        if frame in fixed:
            return fixed[frame]
        return governor if governor.pos_ in ("NOUN", "PROPN", "NUM", "PRON", "ADJ") else None

    def _from(self, governor: Token) -> Reading | Token | None:
        """ "fighters from", "captured from"."""
        if self.table.containers.get(governor.lower_) == "people":
            return governor
        taken = self._action(governor)[0] == "attack" and governor.lower_.startswith(_TAKING)
        return Reading("target", MIDDLE) if taken else None

    def _by(self, governor: Token, prep: Token) -> Reading | Token | None:
        """ "killed by", "an attack by", "backed by"."""
        verb = self.table.verbs.get(governor.lower_)
        if verb == "side":
            return governor.head if governor.dep_ in ("acl", "relcl", "amod", "advcl") else None
        if verb == "hold" or verb in _TALK:
            return None
        frame = self._action(governor)[0]
        if frame == "fight":
            return Reading("party", STRONG)
        if frame in ("attack", "harm", "do", "repel", "suffer"):
            return Reading("perpetrator", STRONG)
        if prep.dep_ == "agent" and governor.tag_ == "VBN":
            return Reading("perpetrator", MIDDLE)
        return Reading("perpetrator", MIDDLE) if _near(governor, self.table) else None

    def _against(self, governor: Token, word: str) -> Reading | None:
        """ "an attack on", "fired at", "against"."""
        frame, action = self._action(governor)
        outright = word in _OUTRIGHT
        if frame in ("attack", "do", "harm"):
            repelled = action is not None and self.table.verbs.get(action.lower_) == "repel"
            if repelled and word in ("on", "at", "in", "over"):
                return None
            return Reading("target", STRONG if outright else MIDDLE)
        if frame == "fight":
            return Reading("party", STRONG)
        return Reading("target", MIDDLE) if outright else None

    def _between(self, governor: Token, word: str) -> Reading | Token | None:
        """ "clashes between", "casualties among", "alongside"."""
        frame = self._action(governor)[0]
        if frame == "fight":
            return Reading("party", STRONG)
        if word in ("among", "amongst") and frame == "harm":
            return Reading("target", MIDDLE)
        if word == "between":
            return Reading("party", MIDDLE)
        return governor if word == "alongside" else None

    def _action(self, word: Token) -> tuple[str | None, Token | None]:
        """The nearest frame at or above ``word``: the parser often hangs a phrase on the wrong noun nearby."""
        token = word
        for _ in range(4):
            if token.pos_ in ("VERB", "AUX"):
                frame = self.table.verbs.get(token.lower_)
                if frame in _TALK | {"hold", "side", "belong"}:
                    return (frame, token) if token is word else (None, None)
                if frame == "suffer":
                    frame = "harm"
                return frame, token
            frame = self.table.nouns.get(token.lower_)
            if frame is not None:
                return frame, token
            if token.head is token:
                break
            token = token.head
        return None, None

    def _own_clause(self, token: Token) -> Reading | None:
        """What a clause on the noun says: "gunmen who attacked", "civilians killed in", "forces targeting"."""
        for child in token.children:
            if child.dep_ not in ("acl", "relcl") or child.i < token.i:
                continue
            frame = self.table.verbs.get(child.lower_)
            passive = any(c.dep_ in ("nsubjpass", "auxpass") for c in child.children) or (
                child.dep_ == "acl" and child.tag_ == "VBN"
            )
            has_own_subject = any(
                c.dep_ == "nsubj" and c.lower_ not in ("who", "which", "that") for c in child.children
            )
            if has_own_subject:
                continue
            if frame == "attack":
                return Reading("target" if passive else "perpetrator", STRONG if not passive else MIDDLE)
            if frame == "suffer":
                return Reading("target", MIDDLE)
            if frame == "do" and not passive and child.tag_ != "VBN":
                return Reading("perpetrator", MIDDLE)
        return None

    def _subject(self, verb: Token, token: Token, struck: bool) -> Reading | None:
        frame = self.table.verbs.get(verb.lower_)
        if frame is None and verb.pos_ not in ("VERB", "AUX"):
            noun = self.table.nouns.get(verb.lower_)
            return Reading("perpetrator", MIDDLE) if noun == "attack" else None
        if frame == "attack":
            bare = verb.tag_ == "VBN" and verb.dep_ == "ROOT"
            if bare and not any(child.dep_ == "aux" or child.dep_ in _OBJECTS for child in verb.children):
                return Reading("target", MIDDLE)  # a headline drops "were": "Two soldiers killed in Homs"
            if any(child.dep_ == "dobj" and child.lower_ in _MINES for child in verb.children):
                return Reading("target", STRONG)  # "a patrol struck a mine"
            return Reading("perpetrator", STRONG)
        if frame == "fight":
            return Reading("party", STRONG)
        if frame == "repel":
            return Reading("target", MIDDLE)
        if frame == "suffer":
            return Reading("target", MIDDLE)
        if frame == "do":
            return Reading("perpetrator", MIDDLE if not struck else WEAK)
        if frame == "accuse":
            return Reading("none", WEAK)  # who accuses is no attacker
        if frame == "speak":
            return self._claim(verb)
        if frame in ("hold", "side", "belong"):
            return Reading("none", WEAK) if frame == "hold" else None
        for child in verb.children:
            if child.dep_ in ("xcomp", "advcl", "conj", "ccomp") and child.i > verb.i:
                below = self.table.verbs.get(child.lower_)
                if below in ("attack", "do") and not any(
                    c.dep_ in _SUBJECTS | _PASSIVE_SUBJECTS for c in child.children
                ):
                    return Reading("perpetrator", MIDDLE)
                if below == "fight":
                    return Reading("party", MIDDLE)
        return None

    def _claim(self, verb: Token) -> Reading | None:
        """The subject of a verb of saying: who claims responsibility claims, others only speak."""
        objects = [child.lower_ for child in verb.children if child.dep_ == "dobj"]
        if "responsibility" in objects or (objects and verb.lower_.startswith("claim")):
            return Reading("claimant", MIDDLE)
        return Reading("none", WEAK)

    def _passive_subject(self, verb: Token) -> Reading | None:
        frame = self.table.verbs.get(verb.lower_)
        if frame == "accuse":
            return Reading("perpetrator", MIDDLE)
        if frame == "attack" or (frame == "do" and verb.lower_ in ("taken", "released")):
            return Reading("target", STRONG)
        if frame in ("suffer", "harm"):
            return Reading("target", MIDDLE)
        return None

    def _object(self, verb: Token) -> Reading | None:
        frame = self.table.verbs.get(verb.lower_)
        if frame == "attack":
            return Reading("target", STRONG)
        if frame == "accuse":
            return Reading("perpetrator", MIDDLE)
        if frame == "fight":
            return Reading("party", MIDDLE)
        if frame == "repel":
            return Reading("perpetrator", MIDDLE)
        if frame in ("suffer", "do"):
            return Reading("target", WEAK)
        if frame == "side":
            return Reading("party", WEAK)
        return None

    # -- word order --------------------------------------------------------------------------------------------------

    def _beside(self, ent: Span, sentence: Span) -> Reading | None:
        """What the words right beside a mention say, where the parse said nothing."""
        doc = ent.doc
        before = doc[ent.start - 1].lower_ if ent.start > sentence.start else ""
        after = doc[ent.end].lower_ if ent.end < sentence.end else ""
        if before == "by":
            return Reading("perpetrator", WEAK)
        if before in ("against", "targeting"):
            return Reading("target", WEAK)
        if self.table.nouns.get(after) == "attack":
            return Reading("perpetrator", WEAK)
        if before == "between":
            return Reading("party", WEAK)
        return self._verb_ahead(ent, sentence)

    def _verb_ahead(self, ent: Span, sentence: Span) -> Reading | None:
        """The first verb after a mention that opens its clause: what it would be the subject of."""
        doc = ent.doc
        if ent.start > sentence.start and doc[ent.start - 1].pos_ == "ADP" and doc[ent.start - 1].lower_ != "of":
            return None
        for token in doc[ent.end : min(ent.end + _AHEAD, sentence.end)]:
            if token.ent_type_ == "ACTOR" or token.text in ",;:.()|":
                return None
            if token.tag_ not in ("VBD", "VBZ", "VBP", "VBN"):
                continue
            frame = self.table.verbs.get(token.lower_)
            if frame is None:
                continue
            if frame in _TALK:
                claims = token.lower_.startswith("claim") and token.nbor().lower_ in _CLAIMED
                return Reading("claimant", WEAK) if claims else None
            passive = doc[token.i - 1].lower_ in ("was", "were", "been", "being", "be", "are", "is")
            if frame in ("attack", "do"):
                return Reading("target", WEAK) if passive else Reading("perpetrator", WEAK)
            if frame == "fight":
                return Reading("party", WEAK)
            return Reading("target", WEAK) if frame == "suffer" else None
        return None


def _near(word: Token, table: RoleWords) -> bool:
    """Whether an action stands among the children of ``word``."""
    return any(table.nouns.get(child.lower_) == "attack" for child in word.children)


def actor_of(ent: Span) -> Mapping[str, Any] | None:
    actor: Mapping[str, Any] | None = ent._.actor if Span.has_extension("actor") else None
    return actor

"""Whether a number sums over a period, a war or a campaign: a statistic, which is never counted with the events."""

from __future__ import annotations

from spacy.tokens import Doc, Token

from conflict_events.casualties.mentions.casualty_mention import CasualtyMention
from conflict_events.casualties.patterns import pattern
from conflict_events.casualties.words import words

#: What is said of "the violence" only where it has lasted long enough to kill so many.
_THOUSAND = 1000
_TOTALS = frozenset({"number", "total", "toll", "deaths", "fatalities", "casualties"})


class RunningTotals:
    """Reads periods in the clauses of one Doc."""

    def __init__(self, doc: Doc) -> None:
        self.doc = doc

    def is_one(self, mention: CasualtyMention) -> bool:
        """Whether the number sums over a period: "has left 66 dead in three weeks", "1,240 deaths since December".

        The period must hang on the outcome's own clause, not on a noun in it ("the first assault since 2007"), and the
        clause be in the perfect or speak of a number or total.
        """
        if mention.group.number is None:
            return False
        if any(agent.lower_ in words("lasting") for agent in mention.agents):
            return True  # "the war has killed more than half a million"
        if mention.toll and self._toll_of_a_war(mention.trigger):
            return True
        clause = [mention.trigger, *mention.trigger.ancestors]
        verbs = [t for t in clause if t.pos_ in ("VERB", "AUX") and t.tag_ != "VBG"][:1] or [mention.trigger]
        while verbs[-1].dep_ in ("conj", "xcomp", "oprd") and verbs[-1].head.pos_ in ("VERB", "AUX"):
            verbs.append(verbs[-1].head)  # "have claimed 113 lives and injured 126", "have been reported killed"
        perfect = any(c.dep_ == "aux" and c.lower_ in ("has", "have", "had") for verb in verbs for c in verb.children)
        thousands = self._low(mention) >= _THOUSAND
        lasting = words("unrest") | {"it", "they", "which"}
        if perfect and thousands and any(agent.lower_ in lasting for agent in mention.agents):
            return True  # "the violence has killed thousands"
        wars = words("lasting") | ({"violence"} if thousands else set())
        if (perfect or thousands) and any(self._within(wars, verb) for verb in (mention.trigger, *verbs)):
            return True
        sent = mention.trigger.sent
        if pattern("raised_total").search(sent.text.casefold()) is not None:
            return True
        found = pattern("period").search(sent.text.casefold())
        prep = None if found is None else sent.char_span(found.start(), found.end(), alignment_mode="expand")
        if prep is None:
            return False
        nouns = [t for t in clause[:4] if t.lower_ in _TOTALS]
        if any(t.lower_ in ("number", "total") for t in nouns):
            return True
        hangs, through_noun = self._hangs_on(prep[0], {mention.trigger.i, *(t.i for t in (*verbs, *nouns))})
        if not hangs or (through_noun and not perfect):
            return False
        return perfect or bool(nouns) or prep[0].lower_ in ("since", "throughout", "from", "between")

    def _within(self, wars: frozenset[str], verb: Token) -> bool:
        """Whether people "have died in the Syrian conflict": over all of it."""
        return any(
            noun.dep_ == "pobj"
            and noun.lower_ in wars
            and any(c.lower_ in ("the", "that", "this") for c in noun.children)
            for prep in verb.children
            if prep.dep_ == "prep" and prep.lower_ in ("in", "during")
            for noun in prep.children
        )

    def _toll_of_a_war(self, toll: Token) -> bool:
        """Whether a toll is that of a war or of months: "the death toll of 15 months of the uprising"."""
        for prep in toll.children:
            if prep.dep_ == "prep" and prep.lower_ in ("of", "from", "in", "since"):
                within = {t.lower_ for t in prep.subtree if t.i < prep.i + 10}
                if within & (words("lasting") | {"months", "years"}):
                    return True
        return False

    def _low(self, mention: CasualtyMention) -> int:
        quantity = mention.group.quantity or {}
        return int(quantity.get("best") or quantity.get("low") or 0)

    def _hangs_on(self, prep: Token, clause: set[int]) -> tuple[bool, bool]:
        """Whether a phrase of time belongs to a clause, and whether by way of a noun in it.

        Another verb in between, or a noun that is ranked ("the first assault since 2007"), ends the search.
        """
        node = prep.head.head if prep.dep_ == "mark" else prep.head
        through_noun = False
        for _ in range(6):
            if node.i in clause:
                return True, through_noun
            if node.pos_ in ("VERB", "AUX") and node.dep_ != "conj":
                return False, through_noun
            if node.pos_ in ("NOUN", "PROPN"):
                through_noun = True
                if any(c.tag_ in ("JJS", "RBS") or c.lower_ in words("ranks") for c in node.children):
                    return False, through_noun
            if node.head.i == node.i:
                break
            node = node.head
        return False, through_noun

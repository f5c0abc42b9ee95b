"""Whether a mention recalls an earlier event, by the dates in its clause and by what the clause hangs on.

"On Tuesday, five people were killed" in an article about Wednesday's attack, "two died on April 11 in another rocket
attack", "a week after a raid that killed seven", "the 2002 bombings, which killed 202": none of these people are new.
"""

from __future__ import annotations

import re
from itertools import pairwise

from spacy.tokens import Doc, Token

from conflict_events.casualties.article_dates import ArticleDates, weekday_of
from conflict_events.casualties.mentions.casualty_mention import CasualtyMention
from conflict_events.casualties.patterns import MONTHS, month_number, month_of
from conflict_events.casualties.words import words

#: The relations by which an outcome shares the clause of its head.
_SHARING = frozenset({"conj", "oprd", "acomp", "xcomp", "dobj", "attr", "amod", "advcl"})
_YEAR = re.compile(r"(?:19|20)\d\d")


class Recollection:
    """Reads the dates and the connections of the clauses of one Doc.

    ``dates`` are those of the events that the article itself reports.
    """

    def __init__(self, doc: Doc, dates: ArticleDates) -> None:
        self.doc = doc
        self.dates = dates
        self.published: str | None = (doc._.article or {}).get("published")
        self.first = next(doc.sents).start if len(doc) else 0

    def recalls(self, mention: CasualtyMention, others_told: bool) -> bool:
        """Whether what ``mention`` tells happened before the events of the article.

        ``others_told``: the text has told of casualties before, so that a day may be an earlier one.
        """
        if self._in_a_past_year(mention) or _ago(mention.trigger) or self._by_connection(mention):
            return True
        return others_told and self._on_an_earlier_day(mention)

    # -- dates -----------------------------------------------------------------------------------------------------

    def _in_a_past_year(self, mention: CasualtyMention) -> bool:
        """Whether the outcome's clause is dated by a year or a month alone that is not the article's own.

        The first sentence may date the article itself; a day in the date ("on 9 May 2020") is for the scenes to judge.
        """
        sent = mention.trigger.sent
        if sent.start == self.first:
            return False
        trigger = mention.trigger
        clause = {trigger.i, trigger.head.i} | {c.i for c in trigger.children if c.dep_ == "conj"}
        # "A bus was shot at in January, and five soldiers lost their lives."
        verb = trigger if trigger.pos_ == "VERB" else trigger.head
        clause |= {t.i for t in self._clause(verb) if t.dep_ != "advcl"}
        year = (self.published or "")[:4]
        if mention.frame == "event_noun" and any(_YEAR.fullmatch(c.text) and c.text != year for c in trigger.children):
            return True  # "the 1998 murder of a priest"
        return any(self._dates_back(token, clause, year) for token in sent)

    def _dates_back(self, token: Token, clause: set[int], year: str) -> bool:
        """Whether ``token`` is a year or a month in a phrase that dates ``clause`` back ("in 2019", "in August")."""
        if _YEAR.fullmatch(token.text):
            node = token if token.dep_ == "pobj" else token.head
            numbered = any(c.like_num and c.i != token.i for c in node.children)
            if numbered or node.dep_ != "pobj" or token.text == year:
                return False
            return node.head.lower_ in ("in", "during", "of") and self._hangs_on(node.head, clause)
        if token.lower_ in MONTHS and token.text[0].isupper() and token.dep_ == "pobj" and token.head.lower_ == "in":
            numbered = any(c.like_num and len(c.text) < 3 for c in token.children)
            if numbered or not self._hangs_on(token.head, clause):
                return False
            return self.published is None or MONTHS.index(token.lower_) + 1 != int(self.published[5:7])
        return False

    def _on_an_earlier_day(self, mention: CasualtyMention) -> bool:
        """Whether the clause has a day of its own that lies before the day of the article's events."""
        sent = mention.trigger.sent
        if sent.start == self.first:
            return False
        trigger = mention.trigger
        clause = {trigger.i, *(t.i for t in self._clause(trigger)), *self._outer_clause(trigger)}
        for token in sent:
            if token.dep_ == "pobj" and token.head.lower_ not in ("on", "in"):
                continue  # "since Sunday"
            if (day := weekday_of(token)) is not None:
                # The eve of what is reported is mostly reported too.
                if self.dates.days_before(day, sent) > 1 and self._hangs_on(token, clause):
                    return True
            elif token.dep_ == "pobj" and (month := month_of(token)) is not None:
                number = next((t for t in self._beside(token) if t.text.isdigit() and 0 < int(t.text) < 32), None)
                if (
                    number is not None
                    and self.dates.on_earlier_day(month_number(month), int(number.text), sent)
                    and self._hangs_on(token, clause)
                ):
                    return True
        return False

    def _beside(self, token: Token) -> list[Token]:
        return [self.doc[i] for i in (token.i + 1, token.i - 1) if 0 <= i < len(self.doc)]

    def _clause(self, trigger: Token) -> list[Token]:
        """The verbs that the outcome shares a clause with: "left five dead", "was shot and killed"."""
        found = []
        node = trigger
        while node.dep_ in _SHARING and node.head.i != node.i:
            if node.dep_ == "advcl" and (node.tag_ != "VBG" or any(c.dep_ == "mark" for c in node.children)):
                break
            node = node.head
            found.append(node)
        return found

    def _outer_clause(self, trigger: Token) -> set[int]:
        """The verb over the relative clause of "killed eight on Friday in an assault in which four attackers died"."""
        node = trigger
        while node.dep_ != "relcl" and node.head.i != node.i and node.pos_ != "VERB":
            node = node.head
        if node.dep_ != "relcl":
            return set()
        node = node.head
        while node.head.i != node.i and node.pos_ != "VERB":
            node = node.head
        return {node.i} if node.pos_ == "VERB" else set()

    def _hangs_on(self, token: Token, clause: set[int]) -> bool:
        """Whether a phrase of time belongs to ``clause``: nouns may stand between ("in a mass in May"), verbs not."""
        node = token
        for _ in range(8):
            if node.i in clause:
                return True
            named = node.tag_ == "VBG" and node.dep_ in ("nsubj", "nsubjpass")  # "Fighting in 1986 killed 1,725"
            if (node.pos_ in ("VERB", "AUX") and not named) or node.head.i == node.i:
                return False
            if node.pos_ in ("NOUN", "PROPN") and node.i != token.i and self._ranked(node):
                return False
            node = node.head
        return False

    def _ranked(self, noun: Token) -> bool:
        """Whether a noun holds the date for itself: "the first attack since 2007", "a group founded in 1998"."""
        return any(c.tag_ in ("JJS", "RBS") or c.lower_ in words("ranks") for c in noun.children)

    # -- connections -----------------------------------------------------------------------------------------------

    def _by_connection(self, mention: CasualtyMention) -> bool:
        """Whether the clause only looks back: "after they had attacked …, killing 16", "since 2017, when 30 died",
        "two days after a raid killed seven", "the 2002 bombings that killed 202".
        """
        first = mention.trigger.sent.start == self.first
        if not first and any(c.lower_ in words("former") for agent in mention.agents for c in agent.children):
            return True  # "recent street battles killed 16"
        for verb in (mention.trigger, *mention.trigger.ancestors):
            if verb.dep_ == "relcl" and not first:
                head = verb.head
                if head.like_num or head.lower_ in MONTHS:
                    return True
                if (
                    self._years_of(head)
                    or head.lower_ in words("wars")
                    or (_is_event(head) and self._of_another_time(head))
                ):
                    return True
            after = next((c for c in verb.children if c.dep_ == "mark" and c.lower_ == "after"), None)
            if after is not None:
                if verb.dep_ == "advcl" and verb.head.lower_ in ("came", "comes", "come", "coming") and not first:
                    return True  # "It came hours after a raid had left 13 dead"
                if after.i > 0 and self.doc[after.i - 1].lower_ in words("time_units"):
                    return True
                if any(c.dep_ == "aux" and c.lower_ == "had" for c in verb.children) and not first:
                    return True
            if verb.pos_ == "VERB" and verb.tag_ != "VBG" and not self._tells_of_an_event(verb):
                break
        return False

    def _years_of(self, head: Token) -> bool:
        """Whether a clause tells of "six years of violence in which thousands died"."""
        span = head.head.head if head.dep_ == "pobj" and head.head.lower_ == "of" else head
        return span is not head and span.lower_ in words("time_units")

    def _tells_of_an_event(self, verb: Token) -> bool:
        """Whether a relative clause tells of "an attack": what holds of the attack holds of its dead."""
        return (
            verb.dep_ == "relcl"
            and _is_event(verb.head)
            and any(c.lower_ in ("a", "an", "another") for c in verb.head.children)
        )

    def _of_another_time(self, event: Token) -> bool:
        """Whether an event bears a year that is not the article's ("the 2002 Bali bombings")."""
        year = (self.published or "")[:4]
        return any(_YEAR.fullmatch(c.text) and c.text != year for c in event.children)


def _ago(outcome: Token) -> bool:
    """Whether a subordinate clause dates its outcome back.

    "Where 40 people were killed two years ago", "a man who killed two last year", "the deadliest attack since 52 died
    in 2011".
    """
    clause = next((t for t in (outcome, outcome.head) if t.dep_ in ("relcl", "acl", "advcl")), None)
    if clause is None:
        return False
    marks = {c.lower_ for c in clause.children if c.dep_ in ("mark", "prep")}
    following = [t.lower_ for t in clause.subtree if t.i > outcome.i]
    past = any(
        (a in words("spans") and b in ("ago", "before", "earlier"))
        or (a in ("last", "previous") and b in ("year", "month", "decade"))
        for a, b in pairwise(following)
    )
    return past or ("since" in marks and any(_YEAR.fullmatch(w) for w in following))


def _is_event(noun: Token) -> bool:
    return noun.lower_ in words("events") or noun.lower_.removesuffix("s") in words("events")

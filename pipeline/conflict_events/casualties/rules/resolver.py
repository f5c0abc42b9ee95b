"""Decides what each casualty mention adds: new people, part of a number given before, or the same people again."""

from __future__ import annotations

from bisect import bisect_left
from functools import cached_property
from itertools import pairwise
from typing import Any, NamedTuple

from spacy.tokens import Doc, Span, Token

from conflict_events.casualties.article_dates import weekdays
from conflict_events.casualties.lexicon import Lexicon
from conflict_events.casualties.mentions.phrases import Group, Phrases
from conflict_events.casualties.mentions.reader import CasualtyMention
from conflict_events.casualties.patterns import pattern
from conflict_events.casualties.rules.breakdown import fold_breakdowns
from conflict_events.casualties.rules.counted import (
    Counted,
    bounds,
    is_clash,
    is_generic,
    is_named_victim,
    may_be_one_scene,
    of_other_party,
)
from conflict_events.casualties.scenes import Scenes
from conflict_events.casualties.signals.recollection import Recollection
from conflict_events.casualties.signals.running_totals import RunningTotals
from conflict_events.casualties.words import words

#: Words within which two outcomes are told in one breath.
_CLAUSE = 14
#: A number that two attacks at two places have in common only rarely.
_REMARKABLE = 5
_BESIDES = (
    ("in", "addition", "to"),
    ("as", "well", "as"),
    ("along", "with"),
    ("together", "with"),
    ("besides",),
    ("apart", "from"),
    ("aside", "from"),
)


_OTHER = frozenset(
    {"another", "second", "third", "fourth", "separate", "separately", "elsewhere", "different", "later"}
)
_ELSEWHERE = frozenset({"elsewhere", "separately", "meanwhile", "subsequent", "retaliatory", "reprisal"})


class _Setting(NamedTuple):
    other_time: bool
    weekdays: frozenset[int]
    places: list[dict[str, Any] | None]


class Resolver:
    """Goes through the mentions of one Doc in text order."""

    def __init__(self, doc: Doc, lexicon: Lexicon, phrases: Phrases, scenes: Scenes) -> None:
        self.doc = doc
        self.scenes = scenes
        self.lexicon = lexicon
        self.phrases = phrases
        self.recollection = Recollection(doc, scenes.dates)
        self.totals = RunningTotals(doc)
        self.counted: list[Counted] = []
        self.mentions: list[CasualtyMention] = []
        self._settings: dict[int, _Setting] = {}
        self._scenes_of: dict[int, int] = {}

    def _list_sum(self, mention: CasualtyMention) -> int | None:
        """The sum over the coordinated groups that the mention is one of."""
        values = [
            (self._quantity(m) or {}).get("best")
            for m in self.mentions
            if m.trigger.i == mention.trigger.i and m.outcome == mention.outcome
        ]
        return None if None in values else sum(value or 0 for value in values)

    def resolve(self, mentions: list[CasualtyMention]) -> list[Counted]:
        """The casualties of the text, each with its role; parts hang on the casualty they belong to."""
        singular = _one_person(mentions)
        self.mentions = [m for m in mentions if id(m) not in singular]
        for mention in mentions:
            if id(mention) in singular or mention.hypothetical or mention.background or mention.negated:
                continue
            quantity = self._quantity(mention)
            if quantity is None:
                continue
            if mention.toll and mention.group.kind == "unknown":
                mention.group.kind = self._toll_kind(mention) or "unknown"
            scene = self.scenes.at(mention.trigger.sent)
            kind = self.scenes.scenes[scene].kind if self.scenes.scenes else "event"
            told = any(c.role == "count" for c in self.counted)
            if kind != "background" and self.recollection.recalls(mention, others_told=told):
                mention.background = True
                continue
            entry = Counted(mention, quantity, scene=scene)
            if kind not in ("headline", "tally") and self.totals.is_one(mention):
                kind = "tally"
            if kind in ("headline", "tally"):
                entry.role = kind
                self._place_aside(entry)
                continue
            whole = self._broken_down(mention)
            if whole is not None:
                entry.role = "part"
                whole.parts.append(entry)
                continue
            self._place(entry, listed=self._listed(mention))
            for part in mention.group.parts:
                if part.quantity is not None:
                    inner = CasualtyMention(mention.outcome, part, mention.trigger, mention.frame, mention.agents)
                    entry.parts.append(Counted(inner, bounds(part.quantity), role="part", scene=scene))
            for extra in self.people_beside(mention) if mention.frame != "besides" else ():
                values = self._quantity(extra)
                if values is not None:
                    self._place(Counted(extra, values, scene=scene), adding=entry.role != "part")
        fold_breakdowns(self.counted, self.scenes, self.doc)
        return self.counted

    # -- how many --------------------------------------------------------------------------------------------------

    def _quantity(self, mention: CasualtyMention) -> dict[str, Any] | None:
        group = mention.group
        if self.doc[group.end - 1].lower_ in ("couple", "duo", "twins") and (
            group.quantity is None or group.quantity["article"]
        ):
            return bounds(None, 2)
        if group.quantity is not None:
            return bounds(group.quantity)
        lower = group.head.lower_
        if group.pronoun and lower in words("singular_pronouns"):
            return bounds(None, 1)
        plural = group.plural or lower in words("plural_pronouns")
        if plural:
            number = self._rest(mention) or self._antecedent(mention)
            return None if number is None else bounds(None, number)
        # The tagger takes a noun for an adjective at times: "the local".
        person = group.head.pos_ in ("NOUN", "PROPN") or (
            group.head.pos_ == "ADJ" and self.phrases.is_person(group.head) and lower not in self.lexicon.outcomes
        )
        if (person and group.kind != "container") or lower in ("one", "other"):
            return bounds(None, 1)
        return None

    def _rest(self, mention: CasualtyMention) -> int | None:
        """How many "the rest" are: "six of the eleven troopers died and the rest were wounded" leaves five."""
        group = mention.group
        rest = group.head.lower_ in ("rest", "remainder") or (group.head.lower_ == "others" and group.definite)
        if not rest:
            return None
        start = mention.trigger.sent.start
        told = [q for q in self.phrases.quantities if start <= q["start"] and q["end"] <= group.start and q["best"]]
        for some in told:
            if self.doc[some["end"]].lower_ != "of":
                continue
            whole = next((q for q in told if 1 <= q["start"] - some["end"] <= 3 and q["best"] > some["best"]), None)
            if whole is not None:
                return int(whole["best"]) - int(some["best"])
        return None

    def _antecedent(self, mention: CasualtyMention) -> int | None:
        """How many people a definite plural or pronoun takes up ("killed them", "all of the assailants died")."""
        group = mention.group
        beside = (*self.doc[max(0, group.start - 2) : group.start], *self.doc[group.end : group.end + 1])
        if group.head.lower_ == "both" or any(t.lower_ == "both" for t in beside):
            return 2
        if not (group.pronoun or group.definite or group.of_group):
            return None
        noun = self.doc[group.end - 1]
        start = mention.trigger.sent.start
        if any(t.lower_ in words("remaining") for t in self.doc[max(0, group.start - 1) : group.end]):
            return self._remaining(group, noun)
        for quantity in reversed(self.phrases.quantities):
            if quantity["end"] > group.start or not quantity["number"] or quantity["best"] in (None, 0):
                continue
            head = self._noun_of(quantity)
            if head is None:
                continue
            if group.pronoun:
                if start - quantity["start"] > 60 or self.lexicon.victims.get(head.lower_, "unknown") == "unknown":
                    return None
                return int(quantity["best"])
            if head.lower_ == noun.lower_ or self._same_class(head, noun):
                return int(quantity["best"])
        return None

    def _remaining(self, group: Group, noun: Token) -> int | None:
        """How many "the remaining attackers" are: "Six attackers …. One of them …" leaves five; else not known."""
        told = [
            int(q["best"])
            for q in self.phrases.quantities
            if q["end"] <= group.start
            and q["number"]
            and q["best"]
            and (head := self._noun_of(q)) is not None
            and (head.lower_ == noun.lower_ or self._same_class(head, noun))
        ]
        return told[0] - told[1] if len(told) == 2 and told[0] > told[1] else None

    def _same_class(self, first: Token, second: Token) -> bool:
        kinds = {self.lexicon.victims.get(first.lower_), self.lexicon.victims.get(second.lower_)}
        return kinds == {"attacker"}

    def _noun_of(self, quantity: dict[str, Any]) -> Token | None:
        for i in range(quantity["end"], min(quantity["end"] + 7, len(self.doc))):
            token = self.doc[i]
            if token.text in (",", ";", ".", "(") or token.pos_ in ("VERB", "AUX", "ADP"):
                return None
            if token.pos_ in ("NOUN", "PROPN") and (
                i + 1 == len(self.doc) or self.doc[i + 1].pos_ not in ("NOUN", "PROPN")
            ):
                return token
        return None

    # -- people named beside the counted ones ------------------------------------------------------------------------

    def people_beside(self, mention: CasualtyMention) -> list[CasualtyMention]:
        """People that "in addition to the assailant" adds to the first number of its clause."""
        sent: Span = mention.trigger.sent
        if any(c.mention.frame == "besides" and c.mention.trigger.sent.start == sent.start for c in self.counted):
            return []
        if any(
            c.mention.trigger.sent.start == sent.start
            and c.mention is not mention
            and c.mention.trigger.i < mention.trigger.i
            and c.role == "count"
            for c in self.counted
        ):
            return []
        said = [t.lower_ for t in sent]
        for phrase in _BESIDES:
            for k in range(len(said) - len(phrase)):
                if tuple(said[k : k + len(phrase)]) != phrase:
                    continue
                i = sent.start + k + len(phrase)
                limit = mention.group.start if sent.start + k < mention.group.start else mention.trigger.i
                if sent.start + k > mention.trigger.i and sent.start + k - mention.trigger.i < 16:
                    limit = sent.end
                if not i < limit or (phrase != ("in", "addition", "to") and sent.start + k < mention.group.end):
                    continue
                head = self._first_noun(i, limit)
                if head is None or head.lower_ in self.lexicon.outcomes or head.lower_ in ("those", "victims"):
                    continue
                return [
                    CasualtyMention(mention.outcome, g, mention.trigger, "besides", mention.agents)
                    for g in self.phrases.groups(head)
                    if g.head.i < limit
                    and (g.quantity or g.definite or g.pronoun or g.proper or self.phrases.is_person(g.head))
                ]
        return []

    def _first_noun(self, start: int, limit: int) -> Token | None:
        i = start
        while i < limit and self.doc[i].pos_ not in ("NOUN", "PROPN", "PRON"):
            if self.doc[i].text == ",":
                return None
            i += 1
        while i + 1 < limit and self.doc[i + 1].pos_ in ("NOUN", "PROPN"):
            i += 1
        return self.doc[i] if i < limit else None

    # -- how it stands to what was counted before --------------------------------------------------------------------

    def _place(self, entry: Counted, adding: bool = False, listed: bool = False) -> None:
        mention = entry.mention
        everywhere = [c for c in self.counted if c.mention.outcome == mention.outcome and c.role == "count"]
        same = [c for c in everywhere if c.scene == entry.scene or self._told_again(c, entry.scene)]
        if not same and not adding and everywhere and entry.value:
            twin = self._told_before(entry, everywhere) or self._other_account(entry, everywhere)
            if twin is not None:
                if (
                    entry.value is not None
                    and twin.value is not None
                    and entry.value < twin.value
                    and self._covers(twin, entry)
                ):
                    entry.role = "part"
                    twin.parts.append(entry)
                else:
                    twin.repeats.append(mention)
                return
        if entry.value == 0:
            if not same:
                self.counted.append(entry)
            return
        same = [c for c in same if c.value != 0]
        # Victims are compared with victims where the text has told of attackers too.
        everyone = len(same)
        same = [c for c in same if not is_clash(c.group.kind, mention.group.kind)] or same
        if any(self.lexicon.victims.get(a.lower_) == "attacker" for a in mention.agents):
            same = [c for c in same if c.group.kind != "attacker"] or same
        group = mention.group
        if not adding and mention.trigger.sent.start in self.scenes.listed:
            whole = next(
                (
                    c
                    for c in everywhere
                    if c.scene == entry.scene
                    and c.value
                    and (entry.value or 0) <= c.value
                    and c.mention.trigger.sent.start not in self.scenes.listed
                ),
                None,
            )
            whole = whole or next(
                (
                    c
                    for c in self.counted
                    if c.role == "count"
                    and c.mention.outcome == "killed_or_injured"
                    and c.scene == entry.scene
                    and c.value
                    and (entry.value or 0) <= c.value
                ),
                None,
            )
            if whole is not None:
                entry.role = "part"
                whole.parts.append(entry)
                return
        if not adding:
            part_of = self._part_of(mention, same) or self._sibling_whole(entry, same)
            if part_of is not None:
                entry.role = "part"
                part_of.parts.append(entry)
                return
        later_death = self._of_the_wounded(mention) and not any(
            m is not mention and m.outcome == "killed" and m.trigger.sent.start == mention.trigger.sent.start
            for m in self.mentions
        )
        if not same or adding or listed or later_death or self._with_new_people(mention):
            self.counted.append(entry)
            return
        last = same[-1]
        total = sum(c.value or 0 for c in same)
        if last.mention.trigger.i == mention.trigger.i and last.mention.frame == mention.frame:
            self.counted.append(entry)
            return
        same_sentence = last.mention.trigger.sent.start == mention.trigger.sent.start
        if self._older(entry, last, total, same_sentence):
            entry.role = "old"
            self.counted.append(entry)
            return
        if (
            not same_sentence
            and self._other_figure(mention)
            and not all(is_clash(c.group.kind, group.kind) for c in same)
        ):
            last.repeats.append(mention)  # told by another side: never added
            return
        twin = next(
            (
                c
                for c in same
                if c.value == entry.value and not same_sentence and not is_clash(c.group.kind, group.kind)
            ),
            None,
        )
        alike = twin is not None and twin.group.head.lower_ == group.head.lower_
        if twin and group.additive and twin.group.additive and (alike or (entry.value or 0) > 1):
            twin.repeats.append(mention)  # "injuring several others … the injury of several others"
            return
        if group.additive and (entry.value or 0) <= total and self._beside_people_told_before(entry):
            last.repeats.append(mention)
            return
        if self._named_before(group, same):
            last.repeats.append(mention)
            return
        # "A driver and two other officials": others than those of the same list, not than those told before.
        additive = group.additive and group.head.dep_ not in ("conj", "appos")
        if additive or (self._adding(mention) and not (twin and group.quantity and not group.quantity["article"])):
            self.counted.append(entry)
            return
        vague = entry.quantity["modifier"] == "vague" and not group.additive and not same_sentence
        if (
            vague
            and 0 < total >= (entry.quantity["low"] or 0)
            and not all(is_clash(c.group.kind, group.kind) for c in same)
        ):
            last.repeats.append(mention)  # "the group said that several soldiers were killed"
            return
        if mention.toll or self._summary(mention):
            once = next((c for c in everywhere if c not in same and c.value == entry.value), None)
            if once is not None and not is_clash(once.group.kind, group.kind):
                for c in same:
                    c.role = "old"  # "four died. … That brings the dead to eight", as the lead has it
                once.repeats.append(mention)
                return
            told = sum(c.value or 0 for c in everywhere if self.scenes.scenes[c.scene].kind != "background")
            if entry.value in (total, told):
                last.repeats.append(mention)
                return
        if self._in_brackets(mention) and entry.value in (total, *(c.value for c in same)):
            last.repeats.append(mention)  # "a soldier was killed at an unknown place [1 fatality]"
            return
        if mention.toll or self._summary(mention):
            of_kind = self._toll_kind(mention)
            for c in same:
                if of_kind is not None and c.group.kind != of_kind:
                    continue  # "the civilian death toll" holds no soldiers
                if not of_other_party(c.group, group) and not is_clash(c.group.kind, group.kind):
                    c.role = "old"
            self.counted.append(entry)
            return
        if self._bodies_again(mention, same, total):
            entry.role = "part"  # "two dozen militants were killed, though the troops found ten bodies"
            last.parts.append(entry)
            return
        clash = any(is_clash(c.group.kind, group.kind) for c in same) or all(
            of_other_party(c.group, group) for c in same
        )
        clash = clash or (group.kind == "attacker" and all(is_named_victim(c.group) for c in same))
        if group.kind == "attacker" and (group.definite or group.of_group):
            clash = any(c.group.kind != "attacker" for c in same)
        if group.quantity is None or (group.quantity["article"] and group.definite):
            # A definite or bare noun takes up somebody named before, unless it is of the other side.
            other_place = self._belongs_to_somebody(group) and self._elsewhere(mention, same)
            if other_place or (clash and not any(c.group.kind == group.kind for c in same)):
                self.counted.append(entry)
            else:
                last.repeats.append(mention)
            return
        if (
            group.definite
            and group.number is not None
            and not group.quantity["article"]
            and self._introduced(group, same)
        ):
            self.counted.append(entry)
            return
        if entry.value in [c.value for c in same] or entry.value == total:
            twin = next((c for c in same if c.value == entry.value), last)
            known = alike and (entry.value or 0) > 2  # "seven rebels … seven rebels of the ADF"
            if (
                (of_other_party(twin.group, group) and not known)
                or (self._list_sum(mention) not in (entry.value, None) and not self._refined(mention, twin))
                or is_clash(twin.group.kind, group.kind)
                or (group.kind == "attacker" and is_named_victim(twin.group))
                or (
                    (group.quantity["article"] or entry.value == 1)
                    and not group.definite
                    and twin.group.quantity is not None
                    and (twin.group.quantity["article"] or twin.value == 1)
                    and not is_generic(entry)
                    and twin.group.head.lower_ != group.head.lower_
                )
                or self._another_attack(mention, last)
                or (same_sentence and twin.group.kind != group.kind)
            ):
                self.counted.append(entry)
            else:
                twin.repeats.append(mention)
            return
        if group.definite and not clash and (entry.value is None or entry.value <= total):
            last.repeats.append(mention)
            return
        if same_sentence or clash or self._another_attack(mention, last) or self._elsewhere(mention, same):
            self.counted.append(entry)
            return
        if entry.value is not None and entry.value < total:
            if last.group.kind in ("generic", "unknown") or group.kind in ("generic", last.group.kind):
                entry.role = "part"
                last.parts.append(entry)
            else:
                self.counted.append(entry)
            return
        if group.kind not in ("generic", "unknown") and not any(c.group.kind == group.kind for c in same):
            self.counted.append(entry)  # more people, but of another kind: no total of those before
            return
        single = all(c.group.quantity is None or c.group.quantity["article"] for c in same)
        if single and group.kind == "unknown" and group.head.lower_ in self.lexicon.persons:
            self.counted.append(entry)  # "shot dead an engineer … gunned down two customs officials"
            return
        if group.of_group or len(same) < everyone:
            self.counted.append(entry)  # "fourteen of them" are no total, nor is a figure of one side
            return
        for c in same:
            c.role = "part"
            entry.parts.append(c)
        self.counted.append(entry)

    def _named_before(self, group: Group, same: list[Counted]) -> bool:
        """Whether a person is named again by surname: "Walid Saadi was killed … killing Saadi"."""
        if not group.proper or group.quantity is not None or group.plural:
            return False
        name = self.doc[group.end - 1].text
        told = [m.group for c in same for m in (c.mention, *c.repeats)]
        return any(g.proper and g.quantity is None and self.doc[g.end - 1].text == name for g in told)

    def _toll_kind(self, mention: CasualtyMention) -> str | None:
        """The kind of people that a toll is said to be of: "the civilian death toll"."""
        trigger = mention.trigger
        nouns = [c for c in trigger.children if c.i < trigger.i]
        of_noun = self.phrases.of_noun(trigger)
        if of_noun is not None:
            nouns.append(of_noun)  # "the number of civilians killed"
        kinds = (self.lexicon.victims.get(noun.lower_) for noun in nouns)
        return next((kind for kind in kinds if kind in ("civilian", "combatant")), None)

    def _with_new_people(self, mention: CasualtyMention) -> bool:
        """Whether people of another outcome right before are further ones: "killed three more people and hurt six"."""
        return mention.group.number is not None and any(
            c.role == "count"
            and c.group.additive
            and c.mention.outcome != mention.outcome
            and c.mention.trigger.sent.start == mention.trigger.sent.start
            and 0 < mention.trigger.i - c.mention.trigger.i < _CLAUSE
            and c.group.head.i < mention.trigger.i
            and len(c.repeats) == 0
            and self.scenes.scenes[c.scene].kind != "background"
            and any(o.mention.outcome == c.mention.outcome and o is not c for o in self.counted)
            for c in self.counted
        )

    def _belongs_to_somebody(self, group: Group) -> bool:
        """Whether a relative is named for the first time: "the judge was killed and his wife wounded"."""
        noun = self.doc[group.end - 1]
        own = group.quantity is None and not group.plural and any(c.tag_ == "PRP$" for c in noun.children)
        return (
            own
            and noun.lower_ in words("companions")
            and not any(t.lower_ == noun.lower_ for t in self.doc[: group.start])
        )

    def _bodies_again(self, mention: CasualtyMention, same: list[Counted], total: int) -> bool:
        """Whether "ten bodies" are of those who were told dead before, more of them, at the same place."""
        group = mention.group
        unnamed = mention.frame == "body_noun" and group.head is mention.trigger and group.number is not None
        fewer = group.quantity is not None and 0 < (group.quantity["best"] or 0) < total
        if not unnamed or not fewer or group.additive or self._another_attack(mention, same[-1]):
            return False
        return not self._elsewhere(mention, same)

    def _told_again(self, counted: Counted, scene: int) -> bool:
        """Whether a scene repeats a figure of an earlier one, and may go on with its parts."""
        return any(self._scene_of(repeat) == scene for repeat in counted.repeats)

    def _scene_of(self, mention: CasualtyMention) -> int:
        """The scene of a mention, which each later figure asks for again."""
        word = mention.trigger.i
        if word not in self._scenes_of:
            self._scenes_of[word] = self.scenes.at(mention.trigger.sent)
        return self._scenes_of[word]

    def _listed(self, mention: CasualtyMention) -> bool:
        """Whether the mention goes on a list whose first group was counted as new people."""
        return any(
            c.role == "count" and c.mention.trigger.i == mention.trigger.i and c.mention.outcome == mention.outcome
            for c in self.counted
        )

    def _place_aside(self, entry: Counted) -> None:
        """Keep a number of a headline or a statistic apart, with its parts."""
        same = [
            c
            for c in self.counted
            if c.scene == entry.scene and c.mention.outcome == entry.mention.outcome and c.role == entry.role
        ]
        part_of = self._part_of(entry.mention, same)
        if part_of is not None:
            entry.role = "part"
            part_of.parts.append(entry)
        else:
            self.counted.append(entry)

    def _broken_down(self, mention: CasualtyMention) -> Counted | None:
        """The earlier total that a list in a later sentence breaks down, where the list sums to it."""
        listed = [m for m in self.mentions if m.trigger.i == mention.trigger.i and m.outcome == mention.outcome]
        listed = [m for m in listed if m.group.head.lower_ != "all"]  # "all in it, four men and a child, were killed"
        if len(listed) < 2:
            return None
        values = [(self._quantity(m) or {}).get("best") for m in listed]
        if None in values:
            return None
        for counted in self.counted:
            earlier = counted.mention.trigger.sent.start < mention.trigger.sent.start
            whole = sum(v or 0 for v in values)
            scene = self.scenes.at(mention.trigger.sent)
            aside = whole >= _REMARKABLE - 1 and not self.scenes.scenes[scene].explicit
            earlier = earlier and (counted.scene == scene or aside)
            # "Fourteen people" may be of both sides; "fourteen soldiers" no militants.
            clash = counted.group.kind != "generic" and any(is_clash(counted.group.kind, m.group.kind) for m in listed)
            if (
                earlier
                and not clash
                and counted.role == "count"
                and counted.mention.outcome == mention.outcome
                and whole in (counted.value, *_repeated(counted))
            ):
                return counted
        return None

    def _told_before(self, entry: Counted, earlier: list[Counted]) -> Counted | None:
        """The casualty of another scene that the entry tells again: same number, no sign of another event."""
        scene = self.scenes.scenes[entry.scene]
        group = entry.group
        explicit = scene.explicit and scene.kind != "background"
        for counted in earlier:
            if explicit:
                # Even where the text turns to something else, a larger figure for the same people is the same toll.
                alike = self.doc[group.end - 1].lower_ == self.doc[counted.group.end - 1].lower_
                if (
                    counted.value == entry.value
                    and (entry.value or 0) >= 5
                    and alike
                    and not of_other_party(counted.group, group)
                ):
                    return counted
                continue
            party = counted.group.party
            if counted.value == entry.value and party and party == group.party and (entry.value or 0) >= _REMARKABLE:
                return counted  # "twelve members of X … 12 dead militants of X"
            if self.scenes.scenes[counted.scene].kind == "background" or is_clash(counted.group.kind, group.kind):
                continue
            if group.quantity is None or group.definite:
                return counted
            same_attack = any(self._known_attack(agent) for agent in entry.mention.agents)
            specific = {counted.group.kind, group.kind} - {"generic", "unknown"}
            same_attack = same_attack and len(specific) < 2  # a civilian, and then a fighter
            if counted.value == entry.value and same_attack:
                return counted
            if of_other_party(counted.group, group):
                continue
            if counted.value == entry.value and (entry.value or 0) > 1:
                small = (entry.value or 0) < _REMARKABLE
                if small and (self._elsewhere(entry.mention, [counted]) or self.scenes.has_dateline(entry.scene)):
                    continue
                return counted
            if scene.kind == "claim" and (counted.group.party == group.party or group.party is None):
                return counted  # another figure for the same people: told by one side, not counted beside
            if counted.value == entry.value and counted.group.head.lower_ == group.head.lower_:
                return counted
            if self._covers(counted, entry):
                return counted
        return None

    def _other_account(self, entry: Counted, earlier: list[Counted]) -> Counted | None:
        """The figure of another scene for which somebody else gives this one: "officials said that only three died"."""
        scene = self.scenes.scenes[entry.scene]
        if scene.explicit or not self._other_figure(entry.mention):
            return None
        for counted in reversed(earlier):
            kinds = {counted.group.kind, entry.group.kind}
            alike = len(kinds) == 1 or entry.group.kind in ("generic", "unknown")
            alike = alike and entry.group.party in (None, counted.group.party)
            clash = is_clash(counted.group.kind, entry.group.kind)
            if self.scenes.scenes[counted.scene].kind != "background" and alike and not clash:
                return counted
        return None

    def _known_attack(self, agent: Token) -> bool:
        """Whether who did it is an attack told before ("the strikes killed four")."""
        return agent.lower_ in words("attacks") and any(
            c.dep_ == "det" and c.lower_ in ("the", "this", "these") for c in agent.children
        )

    def _covers(self, counted: Counted, entry: Counted) -> bool:
        """Whether a lead's total over several places holds what a later paragraph tells of one of them."""
        lead, later = counted.mention.trigger.sent, entry.mention.trigger.sent
        places = [e.text.casefold() for e in self.phrases.entities_in(lead) if e.label_ == "LOCATION"]
        here = {e.text.casefold() for e in self.phrases.entities_in(later) if e.label_ == "LOCATION"}
        generic = counted.group.kind in ("generic", "unknown")
        smaller = entry.value is not None and counted.value is not None and entry.value < counted.value
        return generic and smaller and len(places) > 1 and bool(here & set(places))

    def _introduced(self, group: Group, same: list[Counted]) -> bool:
        """Whether "the two gunmen" takes up people named before who are not among those counted."""
        counted = {m.group.number for m in self.mentions if m.group.number is not None and m.group is not group}
        value = group.quantity["best"] if group.quantity else None
        for quantity in self.phrases.quantities:
            span = (quantity["start"], quantity["end"])
            if (
                quantity["end"] > group.start - 1
                or quantity["best"] != value
                or quantity["article"]
                or span == group.number
            ):
                continue
            noun = self._noun_of(quantity)
            if noun is None or self.lexicon.victims.get(noun.lower_) is None:
                continue
            return span not in counted
        return False

    def _older(self, entry: Counted, last: Counted, total: int, same_sentence: bool) -> bool:
        """Whether an update's text goes back to the lower figures that its toll replaces."""
        update = bool(self.scenes.scenes) and self.scenes.scenes[entry.scene].kind == "update"
        update = update or self._told_earlier(entry.mention, last.mention)
        return (
            update and not same_sentence and not entry.mention.toll and entry.value is not None and entry.value < total
        )

    def _told_earlier(self, mention: CasualtyMention, last: CasualtyMention) -> bool:
        """Whether a sentence goes back to the first reports of an attack: "Earlier, police said a shell on X …"."""
        sent = mention.trigger.sent
        opens = next((t.lower_ for t in sent if t.is_alpha), "") == "earlier"
        here, there = (
            {e.text for e in self.phrases.entities_in(s) if e.label_ == "LOCATION"} for s in (sent, last.trigger.sent)
        )
        return opens and bool(here & there)

    def _part_of(self, mention: CasualtyMention, same: list[Counted]) -> Counted | None:
        after = [t.lower_ for t in self.doc[mention.group.end : mention.group.end + 7]]
        if (
            same
            and "among" in after
            and after[after.index("among") + 1 : after.index("among") + 2] == ["them"]
            and "," not in after[: after.index("among")]
        ):
            return same[-1]
        if same and self._with_part(mention, same[-1]):
            return same[-1]
        if same and mention.group.of_group and mention.group.number and not self._of_the_wounded(mention):
            size = mention.group.quantity["best"] if mention.group.quantity else None
            if self._victims_again(mention.group) and (size or 0) <= (same[-1].value or size or 0):
                return same[-1]
            whole = self._same_people(mention.group, same)
            if whole is not None:
                return whole
        if mention.group.head.lower_ in words("ordinals"):
            room = self._with_room(mention, same)
            if room is not None:
                return room
        start = mention.group.number[0] if mention.group.number else mention.group.start
        if self.doc[start].is_sent_start:
            return None
        for i in range(start - 1, max(-1, start - 12), -1):
            word = self.doc[i]
            if word.lower_ in words("part_openers") and same:
                if self._behind_aside(i, start):
                    return None
                size = (mention.group.quantity or {}).get("best") or 0
                return next((c for c in reversed(same) if c.value is None or size <= c.value), None)
            if word.is_sent_start or word.pos_ == "VERB":
                break
        return None

    def _behind_aside(self, opener: int, number: int) -> bool:
        """Whether a number goes on with the list around an aside: "seven civilians, including two children, and a man".

        A comma more inside the aside makes a list of it, which the number may close.
        """
        joined = [t.text for t in self.doc[number - 2 : number]] == [",", "and"]
        before = {opener - 1, opener - 2}
        aside = joined and any(i >= 0 and self.doc[i].text == "," for i in before)
        return aside and not any(t.text == "," or t.lower_ == "and" for t in self.doc[opener : number - 2])

    def _with_part(self, mention: CasualtyMention, last: Counted) -> bool:
        """Whether ", with" tells some of the people just counted: "six injuries, with four militiamen injured"."""
        number = mention.group.number
        quantity = mention.group.quantity or {"best": None, "low": None}
        value = quantity["low"] if quantity["best"] is None else quantity["best"]
        if number is None or last.mention.trigger.sent.start != mention.trigger.sent.start:
            return False
        opened = [t.lower_ for t in self.doc[number[0] - 2 : number[0]]] == [",", "with"]
        return opened and 0 < (value or 0) < (last.value or 0)

    def _beside_people_told_before(self, entry: Counted) -> bool:
        """Whether "30 others were injured" goes with dead who were told before: an earlier state of one toll."""
        mention = entry.mention
        for counted in self.counted:
            if counted.scene != entry.scene or counted.mention.outcome == mention.outcome:
                continue
            again = [*counted.repeats, *(part.mention for part in counted.parts)]
            for other in again:
                numbered = other.group.quantity is not None and not other.group.quantity["article"]
                earlier = counted.mention.trigger.sent.end <= other.trigger.sent.start
                if numbered and earlier and 0 < mention.trigger.i - other.trigger.i < 25:
                    return True
        return False

    def _sibling_whole(self, entry: Counted, same: list[Counted]) -> Counted | None:
        """The figure that the people listed right before under the same word are parts of, where these still fit.

        "40 were killed. … Ten pupils and three engineers were killed in the blast."
        """
        mention = entry.mention
        for whole in same:
            listed = [p for p in whole.parts if p.mention.trigger.i == mention.trigger.i != whole.mention.trigger.i]
            if listed and sum(p.value or 0 for p in (*listed, entry)) <= (whole.value or 0):
                return whole
        return None

    def _another_attack(self, mention: CasualtyMention, last: Counted) -> bool:
        """Whether a new attack is told between the two mentions ("another bomb went off, killing three")."""
        if self._new_device(mention) and any(
            self.lexicon.victims.get(a.lower_) in ("attacker", "combatant") for a in last.mention.agents
        ):
            return True  # "seven were killed by gunmen. … a bomb exploded, killing six"
        start, end = last.mention.trigger.i, min(mention.trigger.i + 6, len(self.doc) - 1)
        attacks, elsewhere = self._other_attacks
        sentence = mention.trigger.sent
        return _any_between(attacks, start, end) or _any_between(
            elsewhere, max(start, sentence.start), min(end, sentence.end)
        )

    @cached_property
    def _other_attacks(self) -> tuple[list[int], list[int]]:
        """Where words tell of another attack, and where words may do so within their sentence."""
        attacks, elsewhere = [], []
        for i in range(len(self.doc)):
            word = self.doc[i].lower_
            if word in _OTHER and any(t.lower_ in words("attacks") for t in self.doc[i + 1 : i + 5]):
                # "Three separate locations were hit": the places of the attack that is told.
                if not (self.doc[i - 1].like_num and any(t.lower_ in words("sites") for t in self.doc[i + 1 : i + 3])):
                    attacks.append(i)
            elif word in _ELSEWHERE:
                elsewhere.append(i)
        return attacks, elsewhere

    def _new_device(self, mention: CasualtyMention) -> bool:
        """Whether the outcome is put down to a device not spoken of before: "when a bomb exploded, killing six"."""
        verbs = [mention.trigger, *mention.trigger.ancestors][:3]
        subjects = [c for verb in verbs if verb.pos_ == "VERB" for c in verb.children if c.dep_ == "nsubj"]
        return any(s.lower_ in words("devices") and any(c.lower_ in ("a", "an") for c in s.children) for s in subjects)

    def _other_figure(self, mention: CasualtyMention) -> bool:
        """Whether another side gives its own figure for people counted before ("other sources put it at 27")."""
        if mention.frame == "life_noun" or (mention.group.additive and not self._beside_other_outcome(mention)):
            return False
        sent = mention.trigger.sent
        found = pattern("other_figure").search(sent.text.casefold())
        return found is not None and found.start() < mention.trigger.idx - sent[0].idx

    def _beside_other_outcome(self, mention: CasualtyMention) -> bool:
        """Whether "another 22" are beside those of another outcome: "killed nine soldiers and injured another 22"."""
        start = mention.trigger.sent.start
        return any(m.outcome != mention.outcome and start <= m.trigger.i < mention.trigger.i for m in self.mentions)

    def _refined(self, mention: CasualtyMention, twin: Counted) -> bool:
        """Whether a list opens with the figure of the sentence before: "eight died. Eight soldiers and a driver …"."""
        first = next(m for m in self.mentions if m.trigger.i == mention.trigger.i and m.outcome == mention.outcome)
        return first is mention and twin.mention.trigger.sent.end >= mention.trigger.sent.start - 1

    def _elsewhere(self, mention: CasualtyMention, same: list[Counted]) -> bool:
        """Whether the mention's sentence is set at another place or time than those of the casualties before it."""
        sent = mention.trigger.sent
        before = [c.mention.trigger.sent for c in same]
        if any(s.start == sent.start for s in before):
            return False
        here_told, there_told = self._setting(sent), [self._setting(s) for s in before]
        if here_told.other_time:
            return True
        days, told = here_told.weekdays, {day for one in there_told for day in one.weekdays}
        if days and told and not days & told:
            return True  # "ten were killed on Wednesday … two were killed on Tuesday"
        here, there = here_told.places, [place for one in there_told for place in one.places]
        known_here, known_there = [one for one in here if one], [one for one in there if one]
        if not here or not there or len(known_here) < len(here) or len(known_there) < len(there):
            return False
        return not any(may_be_one_scene(one, other) for one in known_here for other in known_there)

    def _setting(self, sentence: Span) -> _Setting:
        """Time and places of a sentence, which each figure is held against that comes after it."""
        if sentence.start not in self._settings:
            self._settings[sentence.start] = _Setting(
                pattern("other_time").search(sentence.text.casefold()) is not None,
                frozenset(weekdays(sentence)),
                [e._.place for e in self.phrases.entities_in(sentence) if e.label_ == "LOCATION"],
            )
        return self._settings[sentence.start]

    def _of_the_wounded(self, mention: CasualtyMention) -> bool:
        """Whether "one of the injured" died: none of those who were told dead before."""
        return mention.outcome == "killed" and self.doc[mention.group.end - 1].lower_ in ("injured", "wounded")

    def _same_people(self, group: Group, same: list[Counted]) -> Counted | None:
        """The figure whose people "two of the tourists" speaks of."""
        noun, value = self.doc[group.end - 1].lower_, (group.quantity or {}).get("best") or 0
        return next((c for c in same if self.doc[c.group.end - 1].lower_ == noun and value < (c.value or 0)), None)

    def _with_room(self, mention: CasualtyMention, same: list[Counted]) -> Counted | None:
        """The figure that "a third" is part of: "the death of two of the tourists, and later a third died"."""
        for whole in same:
            again = [p for p in whole.parts if p.mention.trigger.sent.start == mention.trigger.sent.start]
            if again and sum(p.value or 0 for p in again) < (whole.value or 0):
                return whole
        return None

    def _victims_again(self, group: Group) -> bool:
        """Whether "five of the victims", "two of the killed fighters" speaks of people counted before."""
        victim = self.doc[group.end - 1]
        if any(
            c.dep_ == "amod" and (c.lower_ in words("the_dead") or c.lower_ in ("killed", "slain"))
            for c in victim.children
        ):
            return True
        return victim.lower_ in (
            "victims",
            "dead",
            "wounded",
            "injured",
            "them",
            "deceased",
            "casualties",
            "fatalities",
            "those",
            "killed",
            "bodies",
            "whom",
            "hostages",
        )

    def _in_brackets(self, mention: CasualtyMention) -> bool:
        """Whether the mention stands in square brackets, as the remark of a coder does."""
        before = [t.text for t in self.doc[mention.trigger.sent.start : mention.trigger.i]]
        return before.count("[") > before.count("]")

    def _summary(self, mention: CasualtyMention) -> bool:
        """A verbless closing count ("2 fatalities.", "Total fatalities 2.") sums what was told before it."""
        sent = mention.trigger.sent
        if pattern("summing_up").match(sent.text.casefold()) is not None:
            return mention.group.number is not None
        return (
            mention.frame == "count_noun"
            and len(sent) < 8
            and not any(t.pos_ in ("VERB", "AUX") and t.dep_ == "ROOT" for t in sent)
        )

    def _adding(self, mention: CasualtyMention) -> bool:
        sent = mention.trigger.sent
        return any(t.lower_ in words("adding") for t in sent if mention.trigger.i - 12 < t.i < mention.trigger.i + 3)


def _one_person(mentions: list[CasualtyMention]) -> set[int]:
    """Mentions that only add a title to the person before ("a member of the board and an editor was stabbed")."""
    found: set[int] = set()
    for first, second in pairwise(mentions):
        owned = any(c.tag_ == "PRP$" for c in second.group.head.children)  # "the leader and his guard was shot"
        if first.trigger.i != second.trigger.i or owned or first.group.plural or second.group.plural:
            continue
        verbs = [first.trigger, *([first.trigger.head] if first.trigger.dep_ == "conj" else [])]
        singular = any(
            c.dep_ in ("auxpass", "aux") and c.lower_ in ("was", "is", "has") for verb in verbs for c in verb.children
        )
        numbers = [m.group.quantity is None or m.group.quantity["article"] for m in (first, second)]
        if singular and all(numbers) and second.group.head.dep_ == "conj":
            found.add(id(second))
    return found


def _any_between(places: list[int], start: int, end: int) -> bool:
    """Whether one of ``places``, which are in order, lies from ``start`` up to ``end``."""
    at = bisect_left(places, start)
    return at < len(places) and places[at] < end


def _repeated(counted: Counted) -> list[int]:
    """The numbers that others gave for the same people."""
    return [r.group.quantity["best"] for r in counted.repeats if r.group.quantity and r.group.quantity["best"]]

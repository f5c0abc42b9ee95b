"""From the sentences and list items of a statistic to tallies, and tallies within them by region or month."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from spacy.tokens import Doc, Span

from conflict_events.casualties.patterns import pattern
from conflict_events.tallies.period import Period, period_label, period_of
from conflict_events.tallies.sentence import Group, Quantity, Statement, read_statement
from conflict_events.tallies.signals import candidates, package_weights, probability
from conflict_events.tallies.words import TallyWords

#: Words between a preposition and its place, at most.
_BEFORE_PLACE = 6
#: How likely a figure must be a statistic: one read as such, and one read as of an earlier event or as none.
_SURE, _SURER = 0.3, 0.5
#: Roles of figures that an event holds.
_COUNTED = frozenset({"count", "old", "part", "repeat", "headline"})
_BOUNDS = ("low", "best", "high", "modifier")
VictimOf = Callable[[int, int], Mapping[str, Any] | None]


@dataclass(frozen=True)
class Tally:
    """A running statistic, spans in tokens.

    parent: the index of the tally that it is a part of.
    place_words: the words for the place, where they are more than its name ("Homs desert").
    complete: the parts are told as all of the total ("as follows: …"), not as some of it ("including …").
    """

    outcome: str
    parent: int | None = None
    place: tuple[int, int] | None = None
    place_words: tuple[int, int] | None = None
    since: str | None = None
    until: str | None = None
    operations: int | None = None
    total: Mapping[str, Any] | None = None
    span: tuple[int, int] | None = None
    parts: tuple[Mapping[str, Any], ...] = ()
    evidence: tuple[tuple[int, int], ...] = ()
    complete: bool = False

    def as_data(self) -> dict[str, Any]:
        """As plain data, as ``doc._.tallies`` holds it."""
        return {
            "parent": self.parent,
            "outcome": self.outcome,
            "place": list(self.place) if self.place else None,
            "place_words": list(self.place_words or self.place or ()) or None,
            "since": self.since,
            "until": self.until,
            "operations": self.operations,
            "total": dict(self.total) if self.total else None,
            "span": list(self.span) if self.span else None,
            "parts": [dict(part) for part in self.parts],
            "evidence": [list(span) for span in self.evidence],
            "complete": self.complete,
        }


@dataclass(frozen=True)
class _Context:
    """What holds for the sentences to come until another says otherwise."""

    period: Period = field(default_factory=Period)
    operations: int | None = None
    place: tuple[int, int] | None = None
    evidence: tuple[tuple[int, int], ...] = ()


def read_tallies(
    doc: Doc, words: TallyWords, victim_of: VictimOf, weights: Mapping[str, float] | None = None
) -> list[Tally]:
    """The tallies of ``doc``: of its scenes of statistics, and of single figures over a period elsewhere.

    It needs ``doc._.quantities``, ``doc._.scenes`` and ``doc._.casualties``. ``victim_of`` names the people counted by
    a number that ends at a token, within the end of its sentence. ``weights`` tell which figures outside of scenes of
    statistics are one; those of the package where none are given.
    """
    return _Reader(doc, words, victim_of, package_weights() if weights is None else weights).read()


class _Reader:
    def __init__(self, doc: Doc, words: TallyWords, victim_of: VictimOf, weights: Mapping[str, float]) -> None:
        self.doc = doc
        self.words = words
        self.victim_of = victim_of
        self.tallies: list[Tally] = []
        self.block_of = {
            i: (str(b["kind"]), int(b["level"])) for b in doc._.blocks or [] for i in range(b["start"], b["end"])
        }
        self.figures = {tuple(c["span"]): c for c in doc._.casualties or [] if c["span"]}
        self.believed = {
            tuple(item["span"])
            for item, seen in candidates(doc, words)
            if probability(seen, weights) >= (_SURE if item["relation"] == "period" else _SURER)
        }
        self._reset()

    def _reset(self) -> None:
        self.context = _Context()
        self.main: int | None = None
        self.told: dict[str, int] = {}
        self.child: int | None = None
        self.child_level = -1
        self.child_opens = False

    def read(self) -> list[Tally]:
        seen: set[int] = set()
        for scene in self.doc._.scenes or []:
            if scene["kind"] == "tally":
                self._reset()
                for start, end in scene["sentences"]:
                    seen.add(start)
                    self._sentence(self.doc[start:end])
        self._reset()
        self._prose(seen)
        return self.tallies

    def _prose(self, seen: set[int]) -> None:
        """Statistics told outside of the scenes that hold nothing else, with the lists that they announce."""
        tallied = {self.doc[start].sent.start for start, _ in self.believed}
        before = False
        for sentence in self.doc.sents:
            start = sentence.start
            if start in seen:
                before = False
            elif before and self.main is not None and self._is_listed(start) and not self._counts(sentence):
                self._sentence(sentence)
            elif start in tallied:
                before = self._statement(sentence, before)
            elif before and self._goes_on(sentence):
                pass
            else:
                before = False

    # -- sentences -------------------------------------------------------------------------------------------------

    def _sentence(self, sentence: Span) -> None:
        told = read_statement(sentence, self.words, self.doc._.quantities or [])
        kind, level = self.block_of.get(sentence.start, ("paragraph", 0))
        listed = kind == "list_item" or (kind == "list_intro" and level > 0)
        if listed and (self.main is not None or self.context.evidence):
            self._item(sentence, told, level, kind == "list_intro")
        elif listed and told.label is None and not period_of(sentence.text):
            self._orphan(sentence, told)
        else:
            self._header(sentence, told)

    def _header(self, sentence: Span, told: Statement) -> None:
        """Tallies of a sentence: one for each outcome of its operations, else one for each group of people it names."""
        evidence = (sentence.start, sentence.end)
        if told.takes_up and self.main is not None and told.groups:
            self._add_parts(self.main, told, evidence)
            return
        context = self._context(sentence, told)
        if not any(group.value is not None for group in told.groups):
            self.context = context
            if told.context in self.told:
                self.main = self.told[told.context]  # "The fatalities can be distributed as follows:"
            if told.operations is not None or context.period != self.context.period:
                self.main = None
            return
        self.context = replace(context, evidence=())
        self.main = self.child = None
        whole = context.operations is not None
        for outcome, groups in _by_outcome(told).items():
            for these in [groups] if whole or groups[0].breakdown else [[group] for group in groups]:
                index = self._new(outcome, these, context, None, (*context.evidence[-1:], evidence), sums=True)
                self.main = index if self.main is None else self.main
                self.told[self.tallies[index].outcome] = index

    def _context(self, sentence: Span, told: Statement) -> _Context:
        """What a sentence says of period, operations and place, with what it takes over from the one before."""
        period = period_of(sentence.text)
        goes_on = pattern("going_on").match(sentence.text.casefold()) is not None or not period
        place = self._place(sentence)
        evidence = ((sentence.start, sentence.end),) if not told.groups else ()
        if not goes_on:
            return _Context(period, told.operations, place, evidence)
        return _Context(
            period or self.context.period,
            told.operations if told.operations is not None else self.context.operations,
            place or self.context.place,
            (*self.context.evidence, *evidence),
        )

    def _orphan(self, sentence: Span, told: Statement) -> None:
        """A list item of a statistic that no sentence announces."""
        if not told.groups:
            return
        context = _Context(place=None, operations=told.operations)
        self.tallies.append(Tally(told.groups[0].outcome or "killed", evidence=((sentence.start, sentence.end),)))
        self.main = len(self.tallies) - 1
        self.context = context
        self._add_parts(self.main, told, (sentence.start, sentence.end))

    def _statement(self, sentence: Span, before: bool) -> bool:
        """A single figure over a period, told in prose, and whether it made a tally or went on with the one before."""
        told = read_statement(sentence, self.words, self.doc._.quantities or [])
        if not any(self._is_tallied(g) for g in told.groups):
            return before
        groups = [g for g in told.groups if self._is_tallied(g) or self._is_beside(g)]
        told = replace(told, groups=tuple(replace(g, outcome=g.outcome or self._outcome(g)) for g in groups))
        if not before:
            self._reset()
        self._header(sentence, told)
        return True

    def _goes_on(self, sentence: Span) -> bool:
        """Whether a sentence without a figure of its own over the period tells parts of the one before."""
        told = read_statement(sentence, self.words, self.doc._.quantities or [])
        if self.main is None or not told.takes_up or self._counts(sentence) or not told.groups:
            return False
        self._add_parts(self.main, told, (sentence.start, sentence.end))
        return True

    def _is_listed(self, start: int) -> bool:
        return self.block_of.get(start, ("paragraph", 0))[0] == "list_item"

    def _counts(self, sentence: Span) -> bool:
        """Whether a figure of the sentence is counted with an event."""
        return any(
            c["role"] in _COUNTED and sentence.start <= c["span"][0] < sentence.end for c in self.figures.values()
        )

    def _is_tallied(self, group: Group) -> bool:
        return group.span in self.believed and group.value != 0

    def _is_beside(self, group: Group) -> bool:
        """Whether a group that no event counts is told with an outcome of its own, beside a statistic."""
        item = self.figures.get(group.span)
        return group.outcome is not None and group.value != 0 and (item is None or item["role"] not in _COUNTED)

    def _outcome(self, group: Group) -> str | None:
        item = self.figures.get(group.span)
        return None if item is None else str(item["outcome"])

    # -- list items ------------------------------------------------------------------------------------------------

    def _item(self, sentence: Span, told: Statement, level: int, intro: bool) -> None:
        evidence = (sentence.start, sentence.end)
        place, period = self._labelled(sentence, told)
        if place is not None or period or (told.operations is not None and not told.groups):
            self._region(told, place, period, level, intro, evidence)
            return
        nested = self.child is not None and (self.child_opens or level > self.child_level)
        target = self.child if nested else self._root(evidence)
        if target is None:
            return
        if told.operations is not None and self.tallies[target].operations is None and not told.groups:
            self.tallies[target] = replace(self.tallies[target], operations=told.operations)
        if not nested:
            self.child = None
        self._add_parts(target, told, evidence)

    def _region(
        self,
        told: Statement,
        place: tuple[int, int] | None,
        period: Period,
        level: int,
        intro: bool,
        evidence: tuple[int, int],
    ) -> None:
        root = self._root(evidence)
        context = _Context(period, told.operations, place)
        self.child = None
        for outcome, groups in _by_outcome(told).items():
            index = self._new(outcome, groups, context, root, (evidence,), sums=False)
            self.child = index if self.child is None else self.child
        if self.child is None and (told.operations is not None or intro):
            outcome = told.context or (self.tallies[root].outcome if root is not None else "killed")
            self.child = self._new(outcome, [], context, root, (evidence,), sums=False)
        self.child_level, self.child_opens = level, intro

    def _labelled(self, sentence: Span, told: Statement) -> tuple[tuple[int, int] | None, Period]:
        """The place or the period that a list item opens with."""
        if told.label is None:
            return None, Period()
        start, end = told.label
        place = next((e for e in sentence.ents if e.label_ == "LOCATION" and start <= e.start < end), None)
        if place is not None:
            return (place.start, place.end), Period()
        return None, period_label(self.doc[start:end].text)

    def _root(self, evidence: tuple[int, int]) -> int | None:
        """The tally that list items belong to; made from what the sentences before said, where they gave no total."""
        if self.main is None and self.context.evidence:
            self.main = self._new("killed", [], self.context, None, self.context.evidence, sums=False)
            self.context = replace(self.context, evidence=())
        return self.main

    # -- tallies ---------------------------------------------------------------------------------------------------

    def _new(
        self,
        outcome: str | None,
        groups: list[Group],
        context: _Context,
        parent: int | None,
        evidence: tuple[tuple[int, int], ...],
        *,
        sums: bool,
    ) -> int:
        found = _total(groups, sums)
        default = self.tallies[parent].outcome if parent is not None else "killed"
        self.tallies.append(
            Tally(
                outcome or default,
                parent,
                context.place,
                self._with_feature(context.place),
                context.period.since,
                context.period.until,
                context.operations,
                found.total,
                found.span,
                tuple(self._part(group, outcome or default) for group in found.parts),
                tuple(dict.fromkeys(evidence)),
                found.complete,
            )
        )
        return len(self.tallies) - 1

    def _add_parts(self, index: int, told: Statement, evidence: tuple[int, int]) -> None:
        tally = self.tallies[index]
        parts = tuple(self._part(group, group.outcome or tally.outcome) for group in told.groups if group.value != 0)
        listed = self._is_listed(evidence[0])
        if told.label is not None and len(parts) == 1:
            victim = self.victim_of(told.label[0], told.label[1])
            parts = ({**parts[0], "victim": victim or parts[0]["victim"]},)
        self.tallies[index] = replace(
            tally,
            parts=(*tally.parts, *parts),
            evidence=tuple(dict.fromkeys((*tally.evidence, evidence))),
            complete=tally.complete or (listed and not tally.parts),
        )

    def _part(self, group: Group, outcome: str) -> dict[str, Any]:
        start, end = group.span
        sentence = self.doc[start].sent
        return {
            "outcome": group.outcome or outcome,
            "quantity": _values(group.quantity),
            "span": [start, end],
            "victim": self.victim_of(end, sentence.end),
            "perpetrator": None,
            "includes": [self._part(part, outcome) for part in group.parts],
        }

    def _place(self, sentence: Span) -> tuple[int, int] | None:
        """The first place that the sentence counts in: after a preposition of place, no part of its words of time."""
        words = period_of(sentence.text)
        start = sentence.text.find(words.since) if words.since else -1
        time = range(sentence.start_char + start, sentence.start_char + start + len(words.since or ""))
        for ent in sentence.ents:
            if ent.label_ != "LOCATION" or (start >= 0 and ent.start_char in time):
                continue
            if any(
                self._places(i, ent.start) for i in range(max(sentence.start, ent.start - _BEFORE_PLACE), ent.start)
            ):
                return ent.start, ent.end
        return self._land(sentence)

    def _land(self, sentence: Span) -> tuple[int, int] | None:
        """A stretch of land under a name that no LOCATION holds ("in the Syrian desert")."""
        for token in sentence:
            if not self.words.is_in("features", token.lower_):
                continue
            start = token.i
            while start > sentence.start and self.doc[start - 1].is_title:
                start -= 1
            first = start - 1 if start > sentence.start and self.doc[start - 1].lower_ != "the" else start - 2
            if start < token.i and first >= sentence.start and self.words.is_in("within", self.doc[first].lower_):
                return start, token.i + 1
        return None

    def _places(self, i: int, place: int) -> bool:
        """Whether token ``i`` is a preposition that leads to the place, and not one of where a source is."""
        token = self.doc[i]
        if not self.words.is_in("within", token.lower_) or any(t.is_punct for t in self.doc[i:place]):
            return False
        return not (i and self.words.is_in("seated", self.doc[i - 1].lower_))

    def _with_feature(self, place: tuple[int, int] | None) -> tuple[int, int] | None:
        """The place with the word for a feature of the land right after its name."""
        if place is None or place[1] >= len(self.doc):
            return place
        return (place[0], place[1] + 1) if self.words.is_in("features", self.doc[place[1]].lower_) else place


def _by_outcome(told: Statement) -> dict[str | None, list[Group]]:
    """The groups of a sentence by outcome, in the order in which the outcomes are told."""
    found: dict[str | None, list[Group]] = {}
    for group in told.groups:
        found.setdefault(group.outcome, []).append(group)
    return found


@dataclass(frozen=True)
class _Sum:
    """What the groups of a sentence come to. ``complete``: the parts are said to be all of the total."""

    total: Mapping[str, Any] | None = None
    span: tuple[int, int] | None = None
    parts: tuple[Group, ...] = ()
    complete: bool = False


def _total(groups: list[Group], sums: bool) -> _Sum:
    """The total of the groups, with the words that give it, and what is told as its parts.

    Several groups under one outcome word ("left six soldiers and two shepherds dead") have their sum as total where
    ``sums`` says so; other groups side by side have none.
    """
    if not groups:
        return _Sum()
    first = groups[0]
    if len(groups) == 1 or first.breakdown:
        return _Sum(_values(first.quantity), first.span, first.parts, first.breakdown)
    if sums and all(g.joined for g in groups[1:]):
        added = _added(groups)
        if added is not None:
            return _Sum(added, None, tuple(groups), True)
    return _Sum(parts=tuple(groups))


def _added(groups: list[Group]) -> dict[str, Any] | None:
    if any(g.quantity["best"] is None or g.quantity["low"] is None or g.quantity["high"] is None for g in groups):
        return None
    values = {key: sum(g.quantity[key] for g in groups) for key in ("low", "best", "high")}
    return {**values, "modifier": "exact"}


def _values(quantity: Quantity) -> dict[str, Any]:
    return {key: quantity[key] for key in _BOUNDS}

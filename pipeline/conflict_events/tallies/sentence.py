"""One sentence of a statistic: how many operations, and which groups of people met which end, with their parts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from spacy.tokens import Doc, Span

from conflict_events.actors import describe_victim
from conflict_events.numbers import default_tables
from conflict_events.tallies.words import TallyWords

Quantity = Mapping[str, Any]
#: Words between a number and what is counted, at most.
_NEAR = 3
#: Words of the label that a list item opens with ("Deir Ezzor desert:"), at most.
_LABEL = 9
_ORDINAL = re.compile(r"(\d+)(?:st|nd|rd|th)$")
_BOTH = "killed_or_injured"


@dataclass(frozen=True)
class Group:
    """People of one outcome. ``quantity`` is an item of ``doc._.quantities``.

    outcome: what the words around the number say; ``None`` where they say nothing.
    parts: people who are told as some of these.
    breakdown: the parts are all of them ("45 dead: nine civilians, …").
    joined: told in one list with the group before, under one outcome word ("left six soldiers and two shepherds dead").
    """

    quantity: Quantity
    outcome: str | None = None
    parts: tuple[Group, ...] = ()
    breakdown: bool = False
    joined: bool = False

    @property
    def value(self) -> int | None:
        """The number, or its lower bound."""
        best: int | None = self.quantity["best"]
        low: int | None = self.quantity["low"]
        return low if best is None else best

    @property
    def span(self) -> tuple[int, int]:
        return self.quantity["start"], self.quantity["end"]


@dataclass(frozen=True)
class Statement:
    """What one sentence says. ``label``: the tokens before the colon that a list item opens with.

    context: the outcome that the sentence speaks of as a whole ("the number of deaths"), or ``None``.
    opens: it ends with a colon. takes_up: it tells parts of people told before ("Of them 12 were women").
    """

    groups: tuple[Group, ...]
    operations: int | None
    label: tuple[int, int] | None
    context: str | None
    opens: bool
    takes_up: bool


def read_statement(sentence: Span, words: TallyWords, quantities: Iterable[Quantity]) -> Statement:
    """Read a sentence; ``quantities`` are those of the Doc or of the sentence, in text order."""
    return _Reader(sentence, words, [q for q in quantities if sentence.start <= q["start"] < sentence.end]).read()


@dataclass(frozen=True)
class _Said:
    """An outcome word: ``opens`` the numbers after it, ``closes`` those before it, else only sets what is spoken of."""

    outcome: str
    start: int
    end: int
    mode: str


class _Reader:
    def __init__(self, sentence: Span, words: TallyWords, quantities: list[Quantity]) -> None:
        self.doc: Doc = sentence.doc
        self.start, self.end = sentence.start, sentence.end
        self.words = words
        self.all = quantities
        self.quantity_at = {q["start"]: q for q in quantities}
        self.persons = {word for word, noun in default_tables().nouns.items() if noun.counts == "people"}
        self.label = self._label()
        self.operations, counted = self._operations()
        self.people = [q for q in quantities if q is not counted and self._is_people(q)]
        self.said = self._outcome_words()

    def read(self) -> Statement:
        text = self.doc[self.start : self.end].text.rstrip()
        groups = self._with_outcomes(self._nested())
        return Statement(
            tuple(groups),
            self.operations,
            self.label,
            next((s.outcome for s in self.said), None),
            text.endswith((":", ";")) and not text.endswith(";"),
            self._takes_up(),
        )

    # -- what is counted -------------------------------------------------------------------------------------------

    def _label(self) -> tuple[int, int] | None:
        start = self.start
        while start < self.end and (self.doc[start].is_punct or self.doc[start].is_space):
            start += 1
        for i in range(start, min(start + _LABEL, self.end - 1)):
            if self.doc[i].text == ":" or (self.doc[i].text in "-–—" and i > start and self.doc[i].whitespace_):
                named = i > start and not self._has_number(start, i) and not self._announces(start, i)
                return (start, i) if named else None
        return None

    def _announces(self, start: int, end: int) -> bool:
        """Whether the words before a colon announce a list ("The fatalities are distributed as follows:")."""
        return any(self.words.is_in("breakdown", token.lower_) for token in self.doc[start:end])

    def _has_number(self, start: int, end: int) -> bool:
        return any(start <= q["start"] < end and q["number"] and q["best"] != 0 for q in self.all) and not any(
            token.ent_type_ == "LOCATION" for token in self.doc[start:end]
        )

    def _operations(self) -> tuple[int | None, Quantity | None]:
        """The number of attacks: before their noun, as an ordinal, or as what "the number of attacks" has reached."""
        for i in range(self.start, self.end):
            ordinal = self._ordinal(i)
            if ordinal is not None and self._operation_after(i + 1) and not self._month_near(i):
                return ordinal, None
            quantity = self.quantity_at.get(i)
            if quantity is None or quantity["article"] or quantity["best"] is None:
                continue
            if quantity["counts"] in ("things", "unknown") and self._operation_after(quantity["end"]):
                return int(quantity["best"]), quantity
            if quantity["counts"] == "unknown" and self._number_of(quantity) == "operations":
                return int(quantity["best"]), quantity
        return None, None

    def _ordinal(self, i: int) -> int | None:
        written = _ORDINAL.match(self.doc[i].text)
        if written:
            return int(written[1])
        names = self.words.ordinals
        return names.index(self.doc[i].lower_) + 1 if self.doc[i].lower_ in names else None

    def _month_near(self, i: int) -> bool:
        return any(t.ent_type_ == "DATE" for t in self.doc[i : i + 1]) or self.doc[i - 1].text.istitle()

    def _operation_after(self, start: int) -> bool:
        for token in self.doc[start : min(start + _NEAR + 1, self.end)]:
            if self.words.is_in("operations", token.lower_):
                return True
            person = token.lower_ in self.persons and not token.is_title  # "the 26th Israeli attack"
            if token.is_punct or token.i in self.quantity_at or person:
                return False
            if token.lower_ in self.words.outcomes or token.lower_ in ("of", "in", "and", "were", "by"):
                return False
        return False

    def _number_of(self, quantity: Quantity) -> str | None:
        """What "the number of …" before a bare number counts: ``operations``, ``people``, or ``None``."""
        start = quantity["start"]
        if start == self.start or not self.words.is_in("numbers", self.doc[start - 1].lower_):
            return None
        named: str | None = None
        for i in range(start - 1, self.start - 1, -1):
            if self.words.is_in("totals", self.doc[i].lower_):
                return self._counted_after(i + 1, start)
            if i in self.quantity_at and self.quantity_at[i]["number"]:
                break
            named = self._kind_of(i) or named
        return named if self.words.is_in("reaching", self.doc[start - 1].lower_) else None

    def _kind_of(self, i: int) -> str | None:
        """Whether a word names attacks or people."""
        lower = self.doc[i].lower_
        if self.words.is_in("operations", lower):
            return "operations"
        if self.doc[i].is_title and i > self.start:
            return None  # "the number of Russian strikes"
        return "people" if lower in self.persons or lower in self.words.outcomes else None

    def _counted_after(self, start: int, end: int) -> str | None:
        for i in range(start, end):
            named = self._kind_of(i)
            if named is not None:
                return named
        return "people" if self.doc[start - 1].lower_ == "toll" else None

    def _is_people(self, quantity: Quantity) -> bool:
        if quantity["counts"] not in ("people", "unknown"):
            return False
        if self._operation_after(quantity["end"]) and quantity["counts"] == "unknown":
            return False
        following = self.doc[quantity["end"]].lower_ if quantity["end"] < self.end else ""
        if quantity["counts"] == "people":
            return True
        if quantity["article"] or following in ("%", "percent"):
            return False
        before = self.doc[quantity["start"] - 1].lower_ if quantity["start"] > self.start else ""
        return (
            following in self.words.outcomes
            or (following == "of" and quantity["end"] + 1 < self.end and self._pronoun(quantity["end"] + 1))
            or self._number_of(quantity) == "people"
            or self.words.is_in("others", following)
            or self.words.is_in("including", before)
            or (before in self.words.outcomes and "verb" in self.words.outcomes[before].places)
            or quantity["start"] == (self.start if self.label is None else self.label[1] + 1)
        )

    def _pronoun(self, i: int) -> bool:
        return self.words.is_in("of_these", self.doc[i].lower_)

    # -- outcome words ---------------------------------------------------------------------------------------------

    def _outcome_words(self) -> list[_Said]:
        said: list[_Said] = []
        for i in range(self.start, self.end):
            if (self.label is not None and i < self.label[1]) or self._inside_number(i):
                continue
            word = self.words.outcomes.get(self.doc[i].lower_)
            if word is None:
                continue
            one = _Said(word.outcome, i, i + 1, self._mode(i, word.places))
            last = said[-1] if said else None
            if (
                last is not None
                and i - last.end <= 1
                and {last.outcome, one.outcome} == {"killed", "injured"}
                and self.doc[last.end].lower_ in ("and", "or", "&", "/")
                and (last.mode == one.mode or one.mode == "context")
            ):
                said[-1] = replace(last, outcome=_BOTH, end=i + 1)
            else:
                said.append(one)
        return said

    def _inside_number(self, i: int) -> bool:
        return any(q["start"] <= i < q["end"] for q in self.all)

    def _mode(self, i: int, places: frozenset[str]) -> str:
        token = self.doc[i]
        before = [t.lower_ for t in self.doc[max(self.start, i - 3) : i]]
        number_before = self._number_before(i)
        if "verb" in places:
            if token.tag_ == "VBG":
                return "opens"
            if any(self.words.is_in("be", word) for word in before):
                return "closes" if number_before else "context"
            if self._number_follows(i + 1):
                return "opens"
        if "noun" in places and i + 1 < self.end and self.doc[i + 1].lower_ == "of":
            return "opens"
        if "noun" in places and (not before or before[-1] == "the" or not self._number_close(i)):
            return "context"
        return "closes" if number_before else "context"

    def _number_close(self, i: int) -> bool:
        return any(i - _NEAR <= q["end"] <= i for q in self.all)

    def _number_before(self, i: int) -> bool:
        return any(self.start <= q["start"] and q["end"] <= i for q in self.people) if hasattr(self, "people") else True

    def _number_follows(self, i: int) -> bool:
        for k in range(i, min(i + _NEAR, self.end)):
            if k in self.quantity_at and self.quantity_at[k] in self.people:
                return True
            if self.doc[k].is_punct or self.doc[k].lower_ in ("in", "by", "and", "or", "while", "since", "on", "with"):
                return False
        return False

    # -- parts -----------------------------------------------------------------------------------------------------

    def _nested(self) -> list[Group]:
        """The groups in text order, each with the parts that "including", "of them" or brackets put inside it."""
        groups: list[Group] = []
        inside: list[Group] = []
        host: Group | None = None
        before: Quantity | None = None
        for quantity in self.people:
            group = Group(quantity)
            opens = bool(groups) and self._is_part(quantity, before)
            alone = not quantity["article"] or self._counts_alone(quantity)
            if opens or (alone and inside and host is not None and self._still_inside(host, inside, group, before)):
                if opens and not inside:
                    host = groups[-1]
                inside.append(group)
            elif alone:
                self._close(groups, inside)
                inside, host = [], None
                groups.append(group)
            before = quantity
        self._close(groups, inside)
        return groups

    @staticmethod
    def _close(groups: list[Group], inside: list[Group]) -> None:
        if inside:
            groups[-1] = replace(groups[-1], parts=(*groups[-1].parts, *inside))

    def _is_part(self, quantity: Quantity, before: Quantity | None) -> bool:
        """Whether words right before a number, or "of them" right after it, make its people some of those before."""
        end = quantity["end"]
        if end + 1 < self.end and self.doc[end].lower_ == "of" and self._pronoun(end + 1):
            return True
        if self._among_them_after(quantity):
            return True
        low = before["end"] if before is not None else self.start
        for i in range(quantity["start"] - 1, low - 1, -1):
            lower = self.doc[i].lower_
            if self.words.is_in("including", lower) or self.words.is_in("among", lower):
                return True
            if self._pronoun(i) and i > low and self.doc[i - 1].lower_ in ("of", "among"):
                return True
            if lower == "(":
                return not self._outcome_follows(quantity)  # "casualties (402 killed and 718 injured)"
            if lower in (";", ":", ")") or lower in self.words.outcomes or self.words.is_in("apart", lower):
                return False
        return False

    def _outcome_follows(self, quantity: Quantity) -> bool:
        end = quantity["end"]
        return bool(end < self.end and self.doc[end].lower_ in self.words.outcomes)

    def _among_them_after(self, quantity: Quantity) -> bool:
        """ "144 children and 95 women among them": the words that make them parts follow."""
        for i in range(quantity["end"], self.end - 1):
            lower = self.doc[i].lower_
            if lower == "included" or (self.words.is_in("among", lower) and self._pronoun(i + 1)):
                return True
            if lower in (";", ":", ".", "(") or lower in self.words.outcomes or self.words.is_in("among", lower):
                return False
        return False

    def _still_inside(self, host: Group, inside: list[Group], group: Group, before: Quantity | None) -> bool:
        """Whether a number goes on with the list of parts before it, rather than with what the list was a part of."""
        assert before is not None
        between = [t.lower_ for t in self.doc[before["end"] : group.quantity["start"]]]
        if any(word in self.words.outcomes or self.words.is_in("apart", word) for word in between):
            return False
        if set(between) & {";", ":", ")", "as", "addition"}:
            return False
        if len(inside) == 1 and between[-2:] == [",", "and"]:
            return False  # "six soldiers, including two officers, and two shepherds": the comma closes the aside
        sum_inside = sum(g.value or 0 for g in inside) + (group.value or 0)
        if host.value is not None and group.value is not None and group.value > host.value:
            return False
        fits = bool(host.value is None or sum_inside <= host.value)
        closed = any(self._after_and(g.quantity) for g in inside[1:])
        traits = self._has_trait(inside[0].quantity)
        if traits:
            return self._has_trait(group.quantity) or (bool(group.quantity["article"]) and not closed)
        return not closed and fits

    def _after_and(self, quantity: Quantity) -> bool:
        start = quantity["start"]
        return bool(start > self.start and self.doc[start - 1].lower_ == "and")

    def _has_trait(self, quantity: Quantity) -> bool:
        following = self.doc[quantity["end"] : min(quantity["end"] + _NEAR, self.end)]
        text = following.text
        for token in following:
            if token.is_punct or token.lower_ in ("and", "in", "by", "were", "was"):
                text = self.doc[quantity["end"] : token.i].text
                break
        return bool(describe_victim(text)[1])

    def _counts_alone(self, quantity: Quantity) -> bool:
        """Whether "a" or "an" counts: at the start of a list item, or in a list of people."""
        start = quantity["start"]
        if quantity["counts"] != "people":
            return False
        first = self.label[1] + 1 if self.label is not None else self.start
        before = self.doc[start - 1].lower_ if start > first else ""
        return (
            all(t.is_punct or t.is_space for t in self.doc[first:start])
            or before in ("and", ",", "of", "left", "killed", "killing")
            or before in self.words.outcomes
        )

    def _takes_up(self) -> bool:
        """Whether the sentence opens with "Of them", "Among the dead", "They include", or its people are "of them"."""
        opening = [t.lower_ for t in self.doc[self.start : min(self.start + 6, self.end)] if not t.is_punct]
        if len(opening) > 1 and (
            opening[0] in ("of", "among") and opening[1] in {*self.words.lists["of_these"], "the"}
        ):
            return True
        if opening and self.words.is_in("including", opening[0]):
            return True
        if (len(opening) > 1 and self.words.is_in("of_these", opening[0])) or opening[:1] == ["they"]:
            return any(self.words.is_in("including", word) for word in opening[1:3])
        if self.people and opening:
            end = self.people[0]["end"]
            of_them = end + 1 < self.end and self.doc[end].lower_ == "of" and self._pronoun(end + 1)
            return bool(of_them and self.people[0]["start"] - self.start < _NEAR)
        return any(self.words.is_in("including", word) for word in opening[2:5]) and opening[0] == "the"

    # -- outcomes --------------------------------------------------------------------------------------------------

    def _with_outcomes(self, groups: list[Group]) -> list[Group]:
        """Give each group the outcome of the word that opens or closes its list; mark lists and breakdowns."""
        given: dict[int, str] = {}
        joined: set[int] = set()
        pending: list[int] = []
        current: str | None = None
        marks = sorted(
            [(g.span[0], 0, i) for i, g in enumerate(groups)] + [(s.start, 1, i) for i, s in enumerate(self.said)]
        )
        for _, kind, index in marks:
            if kind == 0:
                if current is not None and not self._closed_at_once(groups[index]):
                    given[index] = current
                    if index - 1 in given and given[index - 1] == current and not self._colon(groups, index):
                        joined.add(index)
                else:
                    pending.append(index)
                continue
            said = self.said[index]
            if said.mode == "opens":
                current = said.outcome
            elif said.mode == "closes" and pending:
                closed = self._closed(groups, pending, said)
                given |= dict.fromkeys(closed, said.outcome)
                joined |= set(closed[1:])
                pending = [i for i in pending if i not in closed]
                current = None
            elif said.mode == "context" and not given:
                current = None
        spoken_of = {s.outcome for s in self.said if s.mode == "context"} or {s.outcome for s in self.said}
        context = next(iter(spoken_of)) if len(spoken_of) == 1 else None
        told = [
            replace(g, outcome=given.get(i, context), joined=i in joined, parts=self._parts(g, given.get(i, context)))
            for i, g in enumerate(groups)
        ]
        return self._broken_down(told)

    @staticmethod
    def _parts(group: Group, outcome: str | None) -> tuple[Group, ...]:
        return tuple(replace(part, outcome=outcome) for part in group.parts)

    def _closed_at_once(self, group: Group) -> bool:
        """Whether an outcome word follows the number with no other list between ("and over 60 others were injured")."""
        for i in range(group.span[1], self.end):
            if any(s.start == i and s.mode == "closes" for s in self.said):
                return True
            if i in self.quantity_at or self.doc[i].is_punct or self.doc[i].lower_ in ("and", "who", "which", "that"):
                return False
        return False

    def _closed(self, groups: list[Group], pending: list[int], said: _Said) -> list[int]:
        last = pending[-1]
        i = groups[last].span[1]
        while i < said.start and self.words.is_in("others", self.doc[i].lower_):
            i += 1
        if i == said.start:
            return [last]
        ends = [i for i in pending[:-1] if self._ends_list(groups[i].span[1], groups[i + 1].span[0])]
        return [i for i in pending if not ends or i > ends[-1]]

    def _ends_list(self, start: int, end: int) -> bool:
        """Whether a word between two groups begins another clause ("reached 174, while over 210 were injured")."""
        return any(self.words.is_in("apart", token.lower_) for token in self.doc[start:end])

    def _colon(self, groups: list[Group], index: int) -> bool:
        return any(t.text in (":", ";") for t in self.doc[groups[index - 1].span[1] : groups[index].span[0]])

    def _broken_down(self, groups: list[Group]) -> list[Group]:
        """Put the groups after a colon inside the total before it ("45 dead: nine civilians, 33 fighters, …")."""
        for i in range(1, len(groups)):
            whole, rest = groups[i - 1], groups[i:]
            between = self.doc[whole.span[1] : rest[0].span[0]]
            if not any(t.text == ":" for t in between) or whole.value is None:
                continue
            chosen: list[Group] = []
            for group in rest:
                if group.outcome not in (None, whole.outcome) or sum(g.value or 0 for g in chosen) >= whole.value:
                    break
                chosen.append(replace(group, outcome=whole.outcome, joined=False))
            if chosen and max(g.value or 0 for g in chosen) <= whole.value:
                whole = replace(whole, parts=(*whole.parts, *chosen), breakdown=True)
                return [*groups[: i - 1], whole, *groups[i + len(chosen) :]]
        return groups

"""Parts of a figure: "16 combatants, including at least nine members of …", "31 people, two of them children".

A part is a number of people that the text names as some of those already counted. It is never added to the figure that
it belongs to (annotation guidelines, "includes").
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from typing import Any

from spacy.tokens import Doc, Token

from conflict_events.casualties.lexicon import Lexicon
from conflict_events.casualties.mentions.phrases import Group, Phrases, opens_part
from conflict_events.casualties.words import words


class PartReader:
    """Finds the parts of the figures of one Doc."""

    def __init__(self, doc: Doc, lexicon: Lexicon, phrases: Phrases) -> None:
        self.doc = doc
        self.lexicon = lexicon
        self.phrases = phrases
        self.number_from = {q["start"]: q for q in phrases.quantities}
        self.list_items = _list_items(doc)

    def parts(
        self, whole: Group, trigger: Token, taken: set[tuple[int, int]], outcome_words: Iterable[int]
    ) -> list[Group]:
        """The groups that the text gives as parts of ``whole``, whose outcome word is ``trigger``.

        ``taken`` holds the numbers (as token spans) that have an outcome of their own, ``outcome_words`` the tokens of
        all outcome words. Parts that together exceed ``whole`` are no parts of it, and none is returned.
        """
        if whole.number is None:
            return []
        stops = set(outcome_words) - {trigger.i}
        numbers = [q for q in self._numbers(whole, stops) if (q["start"], q["end"]) not in taken]
        limit = None if whole.quantity is None else whole.quantity["best"] or whole.quantity["low"]
        if limit is not None:
            numbers = [q for q in numbers if (q["best"] or q["low"] or 0) <= limit]
        groups = [g for q in numbers if (g := self.phrases.group(self._counted_noun(q))) is not None]
        return [g for g in groups if g.number is not None and g.number not in taken and g.number != whole.number]

    def _numbers(self, whole: Group, stops: set[int]) -> list[dict[str, Any]]:
        assert whole.number is not None
        sentence = whole.head.sent
        found = list(self._of_the_whole(whole, sentence.end))
        mode = ""
        limit = (whole.quantity or {}).get("best")
        bracket: list[dict[str, Any]] = []
        for i in range(whole.number[1], sentence.end):
            token = self.doc[i]
            lower = token.lower_
            if mode in ("(", ":") and (token.text == ")" or i == sentence.end - 1):
                found += _adding_up(bracket, limit)
                bracket, mode = [], ""
            elif token.text == "(":
                mode = "("
            elif token.text == ":" or (lower == "follows" and self.doc[i - 1].lower_ == "as"):
                mode = ":"
            elif i in stops and mode != "(":
                break
            elif lower in words("openers") or (
                lower in words("among") and i + 1 < len(self.doc) and self.doc[i + 1].lower_ in words("again")
            ):
                mode = "including"
            elif mode == "including" and (token.text in (";", ".") or _finite(token)):
                mode = ""
            quantity = self.number_from.get(i)
            if quantity is None or quantity["best"] == 0:
                continue
            if mode in ("(", ":"):
                bracket.append(quantity)
            elif mode == "including" or self._taken_up(quantity):
                found.append(quantity)
        found += _adding_up(bracket, limit)
        return found + _adding_up(self._items_after(sentence.end), limit)

    def _of_the_whole(self, whole: Group, end: int) -> Iterator[dict[str, Any]]:
        """The part in "Of the 11 dead, six were policemen"."""
        assert whole.number is not None
        before = [t.lower_ for t in self.doc[max(0, whole.number[0] - 2) : whole.number[0]]]
        if "of" not in before or not self.doc[max(0, whole.number[0] - 1 - (before[-1] != "of"))].is_sent_start:
            return
        comma = next((i for i in range(whole.end, end) if self.doc[i].text == ","), None)
        if comma is not None:
            quantity = next((q for i in (comma + 1, comma + 2) if (q := self.number_from.get(i)) is not None), None)
            if quantity is not None:
                yield quantity

    def _taken_up(self, quantity: dict[str, Any]) -> bool:
        """Whether a number speaks of people counted before: "two of them", "one among them", ", two seriously"."""
        after = [t.lower_ for t in self.doc[quantity["end"] : quantity["end"] + 2]]
        if opens_part(self.doc, quantity["end"]):
            return True
        return self.doc[quantity["start"] - 1].text == "," and after[:1] != [] and after[0] in words("degrees")

    def _items_after(self, end: int) -> list[dict[str, Any]]:
        """The first number of each list item right after a sentence that opens a list."""
        last = end - 1
        while last > 0 and self.doc[last].is_space:
            last -= 1
        if last < 0 or not self.doc[last].text.rstrip().endswith(":"):
            return []
        found = []
        for start, stop in self.list_items[bisect_left(self.list_items, (end, 0)) :]:
            if start < end:
                continue
            if any(t.is_alpha for t in self.doc[end:start]):
                break
            quantity = next((q for i in range(start, stop) if (q := self.number_from.get(i)) is not None), None)
            if quantity is not None:
                found.append(quantity)
            end = stop
        return found

    def _counted_noun(self, quantity: dict[str, Any]) -> Token:
        """The noun that a number counts, else the number's own last word."""
        noun: Token = self.doc[quantity["end"] - 1]
        for token in self.doc[quantity["end"] : quantity["end"] + 6]:
            if token.pos_ in ("NOUN", "PROPN"):
                noun = token
            elif (token.pos_ not in ("ADJ", "NUM", "ADV", "PART") and token.tag_ not in ("VBN", "VBG", "HYPH")) or (
                noun.pos_ in ("NOUN", "PROPN") and noun.i >= quantity["end"]
            ):
                break
        return noun


def _adding_up(numbers: list[dict[str, Any]], limit: int | None) -> list[dict[str, Any]]:
    """``numbers`` where they do not exceed ``limit`` people, else nothing: brackets hold other numbers too."""
    total = sum(q["best"] or q["low"] or 0 for q in numbers)
    return numbers if limit is None or total <= limit else []


def _finite(token: Token) -> bool:
    return token.tag_ in ("VBD", "VBZ", "VBP", "MD") and token.pos_ in ("VERB", "AUX")


def _list_items(doc: Doc) -> list[tuple[int, int]]:
    return [(b["start"], b["end"]) for b in doc._.blocks or [] if b["kind"] == "list_item"]

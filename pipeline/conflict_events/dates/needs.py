"""What a text must hold for a reader of dates to find anything: a cheap look before its expression is tried.

Most sentences tell no date, and each expression is tried at each of their words.
"""

from __future__ import annotations

import re

from .words import DateWords

#: Groups of an expression without which it cannot match, and what they need; the first that an expression has counts.
_GROUPS = (
    ("month", "month"),
    ("month1", "month"),
    ("weekday", "weekday"),
    ("weekday1", "weekday"),
    ("relative", "relative"),
    ("unit", "unit"),
    ("mm", "joined"),
    ("b", "joined"),
    ("season", "year"),
    ("part", "year"),
    ("third", "year"),
    ("year", "year"),
    ("day", "digit"),
    ("which", "weekend"),
)
#: what stands for a name of the table
_ALSO = {"month": "month", "weekend": "week|weekend"}
_WORD = re.compile(r"[a-z]+")
#: further kinds, by what they look like; without the first there is none of the others
_SHAPES = (("digit", re.compile(r"\d")), ("year", re.compile(r"(?:19|20)\d\d")), ("joined", re.compile(r"\d[-/.]\d")))


class Needs:
    """Tells what an expression needs, and what a text has.

    What is needed is one of ``month`` (a month's name, or the word), ``weekday``, ``relative`` ("yesterday"), ``unit``
    ("days"), ``weekend``, ``digit``, ``year`` (of four digits) and ``joined`` ("5/6").
    """

    def __init__(self, words: DateWords) -> None:
        self._phrases = {kind: _phrases(words, kind) for kind in ("month", "weekday", "relative", "unit", "weekend")}
        # A phrase that leaves nothing to look for may always be there.
        self._always = frozenset(kind for kind, phrases in self._phrases.items() if frozenset() in phrases)
        self._marks = {
            kind: frozenset(max(phrase, key=len, default="") for phrase in phrases)
            for kind, phrases in self._phrases.items()
        }

    def of(self, pattern: re.Pattern[str]) -> str | None:
        """What a reader's expression needs; ``None`` where that is not known."""
        return next((needed for group, needed in _GROUPS if group in pattern.groupindex), None)

    def told(self, text: str) -> frozenset[str]:
        """What ``text`` has of what expressions need."""
        # As expressions that do not mind case compare: a dotted or dotless i is an i.
        words = set(_WORD.findall(text.casefold().replace("ı", "i").replace("\u0307", "")))
        kinds = set(self._always)
        for kind, shape in _SHAPES:
            if shape.search(text) is not None:
                kinds.add(kind)
            elif kind == "digit":
                break
        for kind, marks in self._marks.items():
            if not marks.isdisjoint(words) and any(phrase <= words for phrase in self._phrases[kind]):
                kinds.add(kind)
        return frozenset(kinds)


def _phrases(words: DateWords, kind: str) -> tuple[frozenset[str], ...]:
    """The words of each phrase of a kind, without hyphenated ones, which texts also write as one word."""
    phrases = [*words.kinds.get(kind, ()), *_ALSO.get(kind, "").split("|")]
    return tuple(frozenset(word for word in phrase.split() if _WORD.fullmatch(word)) for phrase in phrases if phrase)

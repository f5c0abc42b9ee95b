"""Articles of made outlets with habits of their own, with what is true in them: for learning from corrected records.

Each outlet's articles are written from the templates of ``data/made_outlets.toml``, 130 to 320 words, with other
places, numbers, deeds and paragraphs each time. A third of the templates that carry an outlet's habit is kept for
articles that nobody learns from, so that what is learned has to hold for wordings that were never corrected.
"""

from __future__ import annotations

import random
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from conflict_events.schema import Mention, Outcome

if sys.version_info >= (3, 11):
    import tomllib
else:  # pragma: no cover
    import tomli as tomllib

_DATA: dict[str, Any] = tomllib.loads((Path(__file__).parent / "data" / "made_outlets.toml").read_text("utf-8"))
OUTLETS = ("courier", "herald", "voice")
WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_SLOT = re.compile(r"\{(\w+)\}")
#: Every how many of the habit's templates is kept for articles that nobody learns from.
_KEPT = 3
#: How often the wounded are told again, and how often two templates stand in one paragraph.
_RETOLD = 0.5
_JOINED = frozenset({"scenes", "witnesses", "reactions", "contexts"})


@dataclass(frozen=True)
class Figure:
    """One figure that counts: ``words`` are those that say it, ``number`` the people that are right."""

    outcome: Outcome
    number: int
    words: Mention


@dataclass(frozen=True)
class MadeArticle:
    """An article and what is true in it.

    ``recalled`` are figures of other attacks; ``unseen`` says that its habit is told in a wording kept for measuring.
    """

    id: str
    outlet: str
    title: str
    text: str
    figures: tuple[Figure, ...]
    recalled: tuple[Mention, ...]
    unseen: bool

    def total(self, outcome: Outcome) -> int:
        """The people of an outcome."""
        return sum(figure.number for figure in self.figures if figure.outcome == outcome)


def articles(outlet: str, number: int, *, seed: int, learning: bool) -> list[MadeArticle]:
    """``number`` articles of an outlet; those for ``learning`` use two thirds of its templates."""
    return [_Writer(outlet, random.Random(f"{outlet} {seed} {i}"), learning).article(i, seed) for i in range(number)]


class _Writer:
    def __init__(self, outlet: str, chance: random.Random, learning: bool) -> None:
        self._outlet = outlet
        self._chance = chance
        self._learning = learning
        self._unseen = False
        place, other = chance.sample(_DATA["places"], 2)
        self._slots = {
            "place": place,
            "other": other,
            "day": chance.choice(_DATA["days"]),
            "quarter": chance.choice(_DATA["quarters"]),
            "group": chance.choice(_DATA["groups"]),
            "side": chance.choice(_DATA["sides"]),
        }
        self._slots["deed"] = chance.choice(_DATA["deeds"]).format(**self._slots)
        killed, injured = chance.randint(2, 14), chance.randint(2, 30)
        while killed == injured:
            injured = chance.randint(2, 30)
        self._numbers = {
            "killed": killed,
            "injured": injured,
            "toll": killed + injured,
            "said": killed + chance.randint(2, 15),
            "again": injured,
            "old_killed": chance.randint(2, 14),
            "old_injured": chance.randint(2, 30),
        }
        self._in_words = chance.random() < 0.6
        self._figures: list[tuple[str, int, int, int]] = []

    def article(self, number: int, seed: int) -> MadeArticle:
        middle = self._chance.choices(("scenes", "witnesses", "reactions", "contexts"), k=self._chance.randint(5, 12))
        toll_at = self._chance.randint(0, min(2, len(middle)))
        kinds = ["leads", *middle[:toll_at], "tolls", *middle[toll_at:], "ends"]
        if self._chance.random() < _RETOLD:
            kinds.insert(-1, "retold")
        used: set[str] = set()
        text = ""
        for before, kind in zip(["", *kinds], kinds, strict=False):
            joined = before in _JOINED and kind in _JOINED and self._chance.random() < _RETOLD
            gap = "" if not text else " " if joined else "\n\n"
            text = self._written(text + gap, self._template(kind, used))
        if self._outlet == "herald":
            text = self._written(text + "\n\n", self._habit(_DATA["herald"]["closing"]))
        name = _DATA[self._outlet]["name"]
        title = f"{self._slots['place']}: {self._slots['quarter'].removeprefix('the ').removeprefix('a ')} attacked"
        recalled = tuple(
            Mention(start=start, end=end, text=text[start:end])
            for slot, _, start, end in self._figures
            if slot.startswith("old")
        )
        identifier = f"{self._outlet}-{seed}-{number}"
        return MadeArticle(identifier, name, title.title(), text, tuple(self._true(text)), recalled, self._unseen)

    def _template(self, kind: str, used: set[str]) -> str:
        if kind != "tolls":
            left = [one for one in _DATA[kind] if one not in used]
            chosen: str = self._chance.choice(left or _DATA[kind])
            used.add(chosen)
            return chosen
        if "tolls" not in _DATA[self._outlet]:
            return str(self._chance.choice(_DATA["plain"]["tolls"]))
        return self._habit(_DATA[self._outlet]["tolls"])

    def _habit(self, templates: Sequence[str]) -> str:
        allowed = [i for i in range(len(templates)) if not self._learning or i % _KEPT]
        chosen = self._chance.choice(allowed)
        self._unseen = chosen % _KEPT == 0
        return templates[chosen]

    def _written(self, before: str, template: str) -> str:
        """``before`` with the template's words behind it; where its figures stand is kept."""
        text, at = before, 0
        for slot in _SLOT.finditer(template):
            text += template[at : slot.start()]
            at = slot.end()
            name = slot[1]
            value = self._slots.get(name) or self._number(name)
            opens = not text or text.endswith(("\n", ". "))
            value = value[0].upper() + value[1:] if opens else value
            if name in self._numbers:
                self._figures.append((name, self._numbers[name], len(text), len(text) + len(value)))
            text += value
        return text + template[at:]

    def _number(self, name: str) -> str:
        number = self._numbers[name]
        return WORDS[number] if self._in_words and number < len(WORDS) else str(number)

    def _true(self, text: str) -> list[Figure]:
        """The figures that count; the dead of a toll that only the wounded are told beside are what is left of it."""
        by_name = {name: (number, start, end) for name, number, start, end in self._figures}
        if "toll" in by_name and "killed" not in by_name:
            by_name["killed"] = (self._numbers["killed"], *by_name["toll"][1:])
        found = []
        outcomes: tuple[Outcome, ...] = ("killed", "injured")
        for outcome in outcomes:
            number, start, end = by_name[outcome]
            found.append(Figure(outcome, number, Mention(start=start, end=end, text=text[start:end])))
        return found

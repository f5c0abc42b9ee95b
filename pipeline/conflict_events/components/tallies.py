"""``tallies``: running statistics over a period or region, with their nesting, kept apart from events.

Outlets close reports with statistics ("since early 2024 … has increased to 148; as follows: • 19 members …, - Homs
desert: 28 operations left 72 fatalities: • 52 combatants, including three …"). Scenes of kind ``tally`` hold them; a
sentence elsewhere can hold one number over a period as well.
"""

from __future__ import annotations

import re
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc, Span, Token

from conflict_events.casualties.patterns import pattern
from conflict_events.components.victims import VictimReader
from conflict_events.extensions import register

_OPERATIONS = {
    "operation",
    "operations",
    "attack",
    "attacks",
    "ambush",
    "ambushes",
    "explosion",
    "explosions",
    "strikes",
    "raids",
    "incidents",
    "assassinations",
}
_TOLL_NOUNS = {"fatalities", "deaths", "killed", "people", "persons", "dead", "casualties", "victims", "civilians"}
_PARTS = {"including", "included", "among", "whom", "them", "comprising", "namely"}
_OUTCOMES = (
    ("injured", ("injur", "wound")),
    ("arrested", ("arrest", "detain")),
    ("captured", ("kidnap", "abduct")),
    ("missing", ("missing", "disappear")),
    ("displaced", ("displac",)),
)


@Language.factory("tallies", requires=["doc._.casualties"], assigns=["doc._.tallies"])
def make_tallies(nlp: Language, name: str) -> Tallies:
    """The component; it needs ``casualties`` before it."""
    return Tallies(name)


class Tallies:
    """Sets ``doc._.tallies``: plain-data tallies, ``parent`` the index of the tally they belong to."""

    def __init__(self, name: str = "tallies") -> None:
        register()
        self.name = name

    def __call__(self, doc: Doc) -> Doc:
        """Read the tallies of ``doc``."""
        doc._.tallies = _Reader(doc).read()
        return doc


class _Reader:
    def __init__(self, doc: Doc) -> None:
        self.doc = doc
        self.victims = VictimReader(doc)
        self.tallies: list[dict[str, Any]] = []
        self.kind_of: dict[int, str] = {}
        self.level_of: dict[int, int] = {}
        for block in doc._.blocks or []:
            for i in range(block["start"], block["end"]):
                self.kind_of[i] = block["kind"]
                self.level_of[i] = block["level"]

    def read(self) -> list[dict[str, Any]]:
        seen: set[int] = set()
        for scene in self.doc._.scenes or []:
            if scene["kind"] == "tally":
                seen.update(s for s, _ in scene["sentences"])
                self._scene([self.doc[s:e] for s, e in scene["sentences"]])
        for item in self.doc._.casualties or []:
            sentence = self.doc[item["trigger"]].sent
            if item["role"] == "tally" and sentence.start not in seen:
                seen.add(sentence.start)
                self._statement(sentence)
        return self.tallies

    # -- one sentence ----------------------------------------------------------------------------------------------

    def _numbers(self, sentence: Span) -> list[dict[str, Any]]:
        """The quantities of people in a sentence, ``no`` left out."""
        return [
            q
            for q in self.doc._.quantities or []
            if sentence.start <= q["start"]
            and q["end"] <= sentence.end
            and q["counts"] in ("people", "unknown")
            and q["best"] != 0
        ]

    def _operations(self, sentence: Span) -> tuple[int | None, dict[str, Any] | None]:
        for q in self.doc._.quantities or []:
            if not sentence.start <= q["start"] < sentence.end or q["article"]:
                continue
            following = [t.lower_ for t in self.doc[q["end"] : min(q["end"] + 3, sentence.end)]]
            if set(following) & _OPERATIONS and not set(following) & _TOLL_NOUNS:
                return q["best"], q
        return None, None

    def _scene(self, sentences: list[Span]) -> None:
        root: int | None = None
        current: int | None = None
        for sentence in sentences:
            operations, counted = self._operations(sentence)
            numbers = [q for q in self._numbers(sentence) if q is not counted]
            listed = self.kind_of.get(sentence.start) == "list_item" or self.kind_of.get(sentence.start) == "list_intro"
            intro = sentence.text.rstrip(" \n").endswith((":", ";")) or not listed
            place = self._place(sentence)
            if listed and place is not None and (operations is not None or intro):
                total = self._total(numbers)
                current = self._new(sentence, total, root, place, operations)
                if not intro and total is not None:
                    self._parts(sentence, numbers, current)
            elif not listed or (
                self.kind_of.get(sentence.start) == "list_intro" and pattern("period").search(sentence.text.casefold())
            ):
                if not numbers:
                    continue
                total = self._total(numbers)
                period = pattern("period").search(sentence.text.casefold())
                if root is None or period is not None:
                    root = current = self._new(
                        sentence, total, None, place if period is None else self._region(sentence), operations
                    )
                    self._parts(sentence, [q for q in numbers if q is not total], current, after=total)
            elif numbers:
                if current is None:
                    root = current = self._new(sentence, None, None, None, None)
                if (
                    operations is not None
                    and self.tallies[current]["operations"] is None
                    and self.tallies[current]["parent"] is None
                ):
                    self.tallies[current]["operations"] = operations
                self._parts(sentence, numbers, current)
                self.tallies[current]["evidence"].append([sentence.start, sentence.end])

    def _statement(self, sentence: Span) -> None:
        operations, counted = self._operations(sentence)
        numbers = [q for q in self._numbers(sentence) if q is not counted and not q["article"]]
        tallied = {
            tuple(c["span"])
            for c in self.doc._.casualties
            if c["span"] and c["role"] in ("tally", "part") and sentence.start <= c["span"][0] < sentence.end
        }
        numbers = [q for q in numbers if (q["start"], q["end"]) in tallied]
        if not numbers:
            return
        total = numbers[0]
        index = self._new(sentence, total, None, self._region(sentence), operations)
        self._parts(sentence, numbers[1:], index, after=total)

    def _total(self, numbers: list[dict[str, Any]]) -> dict[str, Any] | None:
        """The number that a header gives for the whole: the first that is no part of another."""
        return next((q for q in numbers if not self._inside_part(q) and not q["article"]), None)

    def _inside_part(self, quantity: dict[str, Any]) -> bool:
        for i in range(quantity["start"] - 1, max(-1, quantity["start"] - 8), -1):
            token = self.doc[i]
            if token.lower_ in _PARTS:
                return True
            if token.is_sent_start or token.text in (";", ":", "•"):
                return False
        return False

    def _new(
        self,
        sentence: Span,
        total: dict[str, Any] | None,
        parent: int | None,
        place: Span | None,
        operations: int | None,
    ) -> int:
        period = pattern("period").search(sentence.text.casefold())
        since = None
        if period is not None and period.group().startswith("since"):
            since = (
                sentence.text[period.start() + len("since") : period.end()].strip().removeprefix("the ").strip() or None
            )
        self.tallies.append(
            {
                "parent": parent,
                "outcome": _outcome(sentence, total),
                "place": [place.start, place.end] if place is not None else None,
                "since": since,
                "until": None,
                "operations": operations,
                "total": _values(total) if total is not None else None,
                "span": [total["start"], total["end"]] if total is not None else None,
                "parts": [],
                "evidence": [[sentence.start, sentence.end]],
            }
        )
        return len(self.tallies) - 1

    def _parts(
        self, sentence: Span, numbers: list[dict[str, Any]], index: int, after: dict[str, Any] | None = None
    ) -> None:
        tally = self.tallies[index]
        top: dict[str, Any] | None = None
        for quantity in numbers:
            if quantity["article"] and not self._inside_part(quantity):
                continue
            item = {
                "outcome": _outcome(sentence, quantity, tally["outcome"]),
                "quantity": _values(quantity),
                "span": [quantity["start"], quantity["end"]],
                "victim": self.victims.after(quantity["end"], sentence.end),
                "perpetrator": None,
                "includes": [],
            }
            inside = self._inside_part(quantity)
            if inside and top is not None:
                top["includes"].append(item)
            elif after is not None or top is None or self._coordinated(quantity):
                tally["parts"].append(item)
                top = top if inside else item

    def _coordinated(self, quantity: dict[str, Any]) -> bool:
        before = self.doc[max(0, quantity["start"] - 1)]
        return before.lower_ in ("and", ",", ";", "&", "as") or before.text in ("•", "-")

    def _place(self, sentence: Span) -> Span | None:
        """The place that a list item opens with ("- Homs desert: …")."""
        return next((e for e in sentence.ents if e.label_ == "LOCATION" and e.start - sentence.start <= 3), None)

    def _region(self, sentence: Span) -> Span | None:
        return next((e for e in sentence.ents if e.label_ == "LOCATION"), None)


def _outcome(sentence: Span, quantity: dict[str, Any] | None, default: str = "killed") -> str:
    """The outcome that the words nearest the number speak of."""
    words: list[Token] = list(sentence)
    if quantity is not None:
        at = quantity["start"] - sentence.start
        words = sorted(words, key=lambda t: abs(t.i - sentence.start - at))
    for token in words[:24]:
        lower = token.lower_
        if re.match(r"kill|dead$|death|fatal|died|martyr|murder|lives$|assassinat", lower):
            return "killed"
        for outcome, stems in _OUTCOMES:
            if lower.startswith(stems):
                return outcome
    return default


def _values(quantity: dict[str, Any]) -> dict[str, Any]:
    return {key: quantity[key] for key in ("low", "best", "high", "modifier")}

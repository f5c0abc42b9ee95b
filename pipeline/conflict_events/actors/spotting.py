"""Parties that a recogniser left unlabelled although the tables know them: "QDW", "unidentified armed group".

A recogniser knows the names of its training articles; the actor table knows many more. Only what is unmistakable is
taken: acronyms as written, names of several capitalised words, and words for an unidentified party
(``data/actor_words.csv``) behind a word such as "unknown".
"""

from __future__ import annotations

from collections.abc import Iterator

from spacy.tokens import Doc, Span

from conflict_events.actors.table import ActorTable, normal
from conflict_events.places.keys import is_arabic

_UNKNOWN = frozenset({"unknown", "unidentified", "unnamed", "masked"})
_ARTICLES = frozenset({"al", "el", "the", "-"})
_SHORTEST_ACRONYM = 3
_SHORTEST_WORD = 5
_LONGEST = 7


class ActorSpotter:
    """Finds the names of one actor table in a Doc."""

    def __init__(self, table: ActorTable) -> None:
        self._acronyms: set[str] = set()
        self._names: set[str] = set()
        self._words = set(table.homes())
        for entry in table.entries:
            for name in (entry.name, *entry.aliases):
                if is_arabic(name):
                    continue
                if " " not in name and name.isupper() and len(name) >= _SHORTEST_ACRONYM:
                    self._acronyms.add(name)
                elif " " in name and not table.is_generic(name):
                    self._names.add(normal(name))
        self._first = {name.split()[0] for name in self._names}
        described = table.descriptions
        self._unidentified = described.phrases("unidentified") if described is not None else frozenset()

    def __call__(self, doc: Doc) -> list[Span]:
        """Spans labelled ACTOR that no entity of ``doc`` covers, in text order."""
        taken = {token.i for token in doc if token.ent_type_}
        found: list[Span] = []
        place = 0
        while place < len(doc):
            size = 0 if place in taken else next(self._sizes(doc, place, taken), 0)
            if size:
                found.append(Span(doc, place, place + size, label="ACTOR"))
            place += size or 1
        return found

    def _sizes(self, doc: Doc, place: int, taken: set[int]) -> Iterator[int]:
        """Lengths in tokens of what may be named from ``place`` on, the longest first."""
        token = doc[place]
        text = token.text
        if token.lower_ in _UNKNOWN:
            for size in (4, 3, 2):
                words = [word.lower_ for word in doc[place + 1 : place + size]]
                known = len(words) == size - 1 and " ".join(words) in self._unidentified
                if known and not self._cut(place, size, taken):
                    yield size
        if text[:1].isupper() and text.casefold() not in _ARTICLES:
            for size in range(min(_LONGEST, len(doc) - place), 1, -1):
                words = [word.text for word in doc[place : place + size]]
                if words[-1][:1].isupper() and self._named(words) and not self._cut(place, size, taken):
                    yield size
        following = doc[place + 1].text if place + 1 < len(doc) else ""
        one_word = text in self._words and len(text) >= _SHORTEST_WORD and not following[:1].isupper()
        if one_word or text in self._acronyms:
            yield 1

    def _named(self, words: list[str]) -> bool:
        name = normal(" ".join(words))
        return bool(name) and name.split()[0] in self._first and name in self._names

    def _cut(self, place: int, size: int, taken: set[int]) -> bool:
        return any(index in taken for index in range(place, place + size))

"""Finding phrases of a table in a Doc, and reading the tables of this package."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeVar

from spacy.tokens import Doc

Value = TypeVar("Value")

#: between the parts of a phrase written with "..." may stand this many words
MAX_GAP = 8
_JOINERS = frozenset("-–—\"“”„'‘’`«»*")
_SENTENCE_ENDS = frozenset(".!?")


class Word(NamedTuple):
    """A word to match: its lower-cased form, its token's index."""

    text: str
    token: int


@dataclass(frozen=True, slots=True)
class Found(Generic[Value]):
    """A phrase found: its first token, the token after its last, its value."""

    start: int
    end: int
    value: Value


def words(doc: Doc, start: int, end: int) -> list[Word]:
    """The tokens from ``start`` to ``end`` as words: no white space, hyphens or quotation marks."""
    return [
        Word(token.lower_.replace("’", "'"), token.i)
        for token in doc[start:end]
        if not token.is_space and token.text not in _JOINERS
    ]


class PhraseTable(Generic[Value]):
    """Phrases with values, looked up by their first word.

    A phrase is words with spaces between them, hyphens count as spaces; ``...`` stands for up to :data:`MAX_GAP` words
    of the same sentence. At each word the longest phrase is found, and of phrases of one length all.
    """

    def __init__(self, rows: Iterable[tuple[str, Value]]) -> None:
        self._by_first: dict[str, list[tuple[tuple[str, ...], Value]]] = defaultdict(list)
        for phrase, value in rows:
            parts = tuple(phrase.lower().replace("’", "'").replace("-", " ").split())
            if not parts or parts[0] == "..." or parts[-1] == "...":
                raise ValueError(f"The phrase {phrase!r} must begin and end with a word.")
            self._by_first[parts[0]].append((parts, value))
        for group in self._by_first.values():
            group.sort(key=lambda entry: len(entry[0]), reverse=True)

    def find(self, text: Sequence[Word]) -> Iterator[Found[Value]]:
        """Every phrase in ``text``, in text order."""
        for position, word in enumerate(text):
            longest = 0
            for parts, value in self._by_first.get(word.text, ()):
                if len(parts) < longest:
                    break
                last = _match(parts, text, position)
                if last is not None:
                    longest = len(parts)
                    yield Found(word.token, text[last].token + 1, value)


def _match(parts: tuple[str, ...], text: Sequence[Word], position: int) -> int | None:
    """The position of the last word of ``parts`` where they stand at ``position``."""
    index = position
    gap = False
    for part in parts:
        if part == "...":
            gap = True
            continue
        if not gap:
            if index >= len(text) or text[index].text != part:
                return None
        else:
            for ahead in range(index, min(index + MAX_GAP + 1, len(text))):
                if text[ahead].text == part:
                    index = ahead
                    break
                if text[ahead].text in _SENTENCE_ENDS:
                    return None
            else:
                return None
            gap = False
        index += 1
    return index - 1


def read_rows(name: str, text: str, columns: Sequence[str]) -> list[dict[str, str]]:
    """The rows of a CSV table. Raises ``ValueError`` naming the columns that it lacks."""
    reader = csv.DictReader(text.splitlines())
    missing = [column for column in columns if column not in (reader.fieldnames or ())]
    if missing:
        raise ValueError(f"{name} lacks the column(s) {', '.join(missing)}; its first line must name them.")
    return [{key: (value or "").strip() for key, value in row.items() if key is not None} for row in reader]


def forms(cell: str) -> list[str]:
    """The entries of a cell that lists several, separated by ``|``."""
    return [form.strip() for form in cell.split("|") if form.strip()]

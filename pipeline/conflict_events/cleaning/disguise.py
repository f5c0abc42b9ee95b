"""Words that an outlet disguises to pass filters: ``kil*led``, ``IS*IS``, ``ki-lled``, ``k!lled``, ``H*T*S``.

The rule is general, the vocabulary is a table (``data/disguised_words.csv``; a ``|`` in a word marks the seam of a
compound, where a hyphen is ordinary spelling):

* A single asterisk strictly inside a word is never English, and goes. Where the table's word has one letter more in
  its place, it stands for that letter (``kill*d``).
* A hyphen, full stop or other mark inside a word goes only where that gives a word of the table, and not at a seam:
  ``ki-lled`` is read as a word, ``land-mine``, ``Russian-backed`` and ``de-escalation`` are left alone.
* A digit or mark that looks like a letter (``k!lled``, ``b0mb``, ``att@ck``) is that letter where that gives exactly
  one word of the table.

Addresses, user names and hashtags are left alone, and so is a doubled asterisk (emphasis) unless the table knows the
word.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from importlib import resources
from itertools import accumulate
from typing import NamedTuple

from conflict_events.cleaning.alignment import AlignedText, Edit

_STARS = "*∗⁎✱＊٭"
_MARKS = r"\-‐‑‒–_.~·•|+^#!$@%="
_LETTER = r"[^\W\d_]"
_ADDRESS = re.compile(r"://|\bwww\.|@[\w-]{1,63}\.\w|\.(?:com|org|net|tv|info)\b|(?<!\w)[@#](?=\w)")
_BEFORE = re.compile(r"\S{0,100}$")
_AFTER = re.compile(r"\S{0,400}")
_LETTERS = re.compile(f"{_LETTER}+")
_STARRED = re.compile(rf"(?<!{_LETTER}){_LETTER}{{1,30}}(?:[{_STARS}]{{1,3}}{_LETTER}{{1,30}}){{1,12}}")
_MARKED = re.compile(rf"(?<!{_LETTER}){_LETTER}{{1,30}}(?:[{_MARKS}]{_LETTER}{{1,30}}){{1,12}}")
_LOOKALIKE = re.compile(rf"(?<={_LETTER})[013457!@$](?={_LETTER})")
_LOOKALIKE_LEFT = re.compile(rf"(?:{_LETTER}|[013457!@$]){{1,16}}$")
_LOOKALIKE_WORD = re.compile(rf"(?:{_LETTER}|[013457!@$])+")
_LOOKS_LIKE = {"0": "o", "1": "il", "3": "e", "4": "a", "5": "s", "7": "t", "!": "il", "@": "a", "$": "s"}
_SHORTEST_MASKED = 3  # letters left
_MOST_LOOKALIKES = 3  # in one word
_SHORTEST_LOOKALIKE = 4  # "G4S" is a company, not gas


class _Piece(NamedTuple):
    start: int
    end: int


class DisguisedWords:
    """The vocabulary that outlets disguise, and the reading of it.

    ``words`` are (word, kind) pairs; ``kind`` is ``word``, ``name`` (read with a capital), ``acronym`` (in capitals) or
    ``never`` (a masked swear word, left alone).
    """

    def __init__(self, words: Iterable[tuple[str, str]]) -> None:
        self.rows = [(word, kind) for word, kind in words]
        self._seams: dict[str, frozenset[int]] = {}
        self._acronyms: set[str] = set()
        self._never: set[str] = set()
        self._names: set[str] = set()
        self._masked: dict[str, set[str]] = {}
        for word, kind in self.rows:
            parts = word.split("|")
            joined = "".join(parts)
            if kind == "never":
                self._never.add(word.lower())
                continue
            if kind == "acronym":
                self._acronyms.add(joined.upper())
                continue
            joined = joined.lower()
            if kind == "name":
                self._names.add(joined)
            self._seams[joined] = frozenset(list(accumulate(len(part) for part in parts))[:-1])
            for index in range(1, len(joined) - 1):
                self._masked.setdefault(f"{joined[:index]}*{joined[index + 1 :]}", set()).add(joined)
        vocabulary = [*self._seams, *(acronym.lower() for acronym in self._acronyms)]
        self._prefixes = {word[:length] for word in vocabulary for length in range(1, len(word) + 1)}
        self._longest = max(map(len, vocabulary), default=0)

    @classmethod
    def load(cls) -> DisguisedWords:
        """The package's table."""
        table = resources.files("conflict_events") / "data" / "disguised_words.csv"
        rows = csv.DictReader(table.read_text(encoding="utf-8").splitlines())
        return cls((row["word"], row["kind"]) for row in rows)

    def knows(self, letters: str) -> bool:
        """Whether ``letters`` are a word of the table: a name with its capital, an acronym in capitals."""
        if letters[:2].isupper() and letters.upper() in self._acronyms:
            return True
        folded = letters.lower()
        return folded in self._seams and (folded not in self._names or letters[0].isupper())

    def undo(self, text: AlignedText) -> AlignedText:
        """``text`` with its disguised words read as plain words."""
        for find in (self._starred, self._marked, self._lookalikes):
            text = text.apply(_outside(find(text.text), list(_addresses(text.text))))
        return text

    def _starred(self, text: str) -> Iterator[Edit]:
        for match in _STARRED.finditer(text):
            token, at = match.group(), match.start()
            runs = [(run.start(), run.end()) for run in re.finditer(f"[{_STARS}]+", token)]
            letters = re.sub(f"[{_STARS}]", "", token)
            if token.lower() in self._never:
                continue
            if not self.knows(letters):
                masked = self._unmask(token, letters, runs)
                if masked is not None:
                    yield Edit(at + runs[0][0], at + runs[0][1], masked)
                    continue
                if not _is_split_word(token, letters):
                    continue
            for start, end in runs:
                if end - start == 1 or self.knows(letters):
                    yield Edit(at + start, at + end, "")

    def _unmask(self, token: str, letters: str, runs: list[tuple[int, int]]) -> str | None:
        """The letter that the one asterisk of ``token`` stands for, if exactly one word of the table fits."""
        if len(runs) != 1 or runs[0][1] - runs[0][0] != 1 or len(letters) < _SHORTEST_MASKED:
            return None
        place = runs[0][0]
        words = self._masked.get(f"{token[:place]}*{token[place + 1 :]}".lower(), set())
        return next(iter(words))[place] if len(words) == 1 else None

    def _marked(self, text: str) -> Iterator[Edit]:
        for match in _MARKED.finditer(text):
            token = match.group()
            pieces = [_Piece(*part.span()) for part in _LETTERS.finditer(token)]
            first = 0
            while first < len(pieces) - 1:
                last = self._disguised_until(token, pieces, first)
                for left, right in zip(pieces[first:last], pieces[first + 1 : last + 1], strict=True):
                    yield Edit(match.start() + left.end, match.start() + right.start, "")
                first = last + 1

    def _disguised_until(self, token: str, pieces: list[_Piece], first: int) -> int:
        """The last piece of the longest disguised word that begins with piece ``first``; ``first`` if there is none."""
        found = first
        letters = token[pieces[first].start : pieces[first].end].lower()
        for last in range(first + 1, len(pieces)):
            if letters not in self._prefixes:
                break
            letters += token[pieces[last].start : pieces[last].end].lower()
            if self._is_disguise(token, pieces[first : last + 1]):
                found = last
        return found

    def _is_disguise(self, token: str, pieces: list[_Piece]) -> bool:
        parts = [token[piece.start : piece.end] for piece in pieces]
        letters = "".join(parts)
        if letters.isupper() and letters in self._acronyms:
            return True
        if len(letters) < 4 or not self.knows(letters):
            return False
        seams = self._seams.get(letters.lower(), frozenset())
        return not set(accumulate(len(part) for part in parts[:-1])) <= seams

    def _lookalikes(self, text: str) -> Iterator[Edit]:
        done = 0
        for match in _LOOKALIKE.finditer(text):
            if match.start() < done:
                continue
            left = _LOOKALIKE_LEFT.search(text, max(done, match.start() - self._longest), match.start())
            word = _LOOKALIKE_WORD.match(text, left.start() if left else match.start())
            if word is None:
                continue
            done = word.end()
            token = word.group()
            if (
                not _SHORTEST_LOOKALIKE <= len(token) <= self._longest
                or sum(character in _LOOKS_LIKE for character in token) > _MOST_LOOKALIKES
            ):
                continue
            readings = [""]
            for character in token:
                readings = [
                    reading + letter for reading in readings for letter in _LOOKS_LIKE.get(character, character)
                ]
            known = [reading for reading in readings if self.knows(reading)]
            if len(known) == 1:
                yield Edit(word.start(), word.end(), known[0])


def _is_split_word(token: str, letters: str) -> bool:
    """Whether an unknown starred token is one word with asterisks put in, and no product such as ``a*b``."""
    parts = re.split(f"[{_STARS}]", token)
    return len(letters) >= 3 and (letters.isupper() or any(len(part) > 1 for part in parts))


def _addresses(text: str) -> Iterator[tuple[int, int]]:
    """Web and mail addresses, user names and hashtags: the run of non-space characters around each sign of one."""
    done = 0
    for sign in _ADDRESS.finditer(text):
        if sign.start() < done:
            continue
        before = _BEFORE.search(text, max(done, sign.start() - 100), sign.start())
        start = before.start() if before and sign.group() not in "@#" else sign.start()
        after = _AFTER.match(text, sign.start())
        done = after.end() if after else sign.end()
        yield start, done


def _outside(edits: Iterable[Edit], protected: list[tuple[int, int]]) -> Iterator[Edit]:
    """The ``edits`` that touch no protected range; both are in order."""
    index = 0
    for edit in edits:
        while index < len(protected) and protected[index][1] <= edit.start:
            index += 1
        if index == len(protected) or edit.end <= protected[index][0]:
            yield edit

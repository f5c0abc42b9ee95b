"""``structure``: the article's blocks, and sentences that never run across them.

Sets ``doc._.blocks``: a list of ``{"start", "end", "kind", "level"}`` in tokens, without the white space between
blocks. Each block begins a sentence, so a parser that comes later does not join a headline or a list item to what
follows.

With ``sentences=True`` the component also finds the sentences inside blocks, by punctuation, with the abbreviations of
news ("Lt. Col.", "Gov.", "Jan. 5", "5 a.m.", "U.S."); what goes on for 300 tokens without an end is cut. With ``False``
they are left open for a parser.

>>> import spacy
>>> nlp = spacy.blank("en", config={"nlp": {"tokenizer": {"@tokenizers": "conflict_events.Tokenizer.v1"}}})
>>> _ = nlp.add_pipe("structure")
>>> doc = nlp("Clashes in Homs\\n\\nTwo soldiers were killed. Lt. Col. Ali was injured at 5 a.m. on Jan. 3 in Homs.")
>>> [block["kind"] for block in doc._.blocks]
['headline', 'paragraph']
>>> [sentence.text for sentence in doc.sents][1]
'Two soldiers were killed.'
"""

from __future__ import annotations

import csv
import itertools
import re
from collections.abc import Collection, Iterator, Sequence
from importlib import resources
from typing import Any

from spacy.lang.en.stop_words import STOP_WORDS
from spacy.language import Language
from spacy.tokens import Doc, Token

from conflict_events.components.trees import plant_flat_trees
from conflict_events.extensions import register

_END = re.compile(r"^(?:[.!?؟。]+|…|\.{3,})$")
_CLOSING = frozenset("\"'”’»)]}") | {"''", "’’"}
_OPENING = frozenset("\"'“‘«([{") | {"``"}
_ABBREVIATION = re.compile(r"^(?:[A-Za-z]\.){1,4}[A-Za-z]?\.?$")  # U.S., a.m., J.


#: tokens after which a stretch without a sentence's end is cut, at the last of these marks; tables, menus and texts in
#: capitals have no ends, and much that comes later looks at all words of a sentence for each of them
_LONGEST = 300
_CUT_AFTER = frozenset({",", ";", ":"})


@Language.factory("structure", default_config={"sentences": True}, assigns=["token.is_sent_start", "token.head"])
def create_structure(nlp: Language, name: str, sentences: bool) -> Structure:
    """The component; ``sentences`` says whether it finds sentences inside blocks too."""
    return Structure(sentences=sentences)


class Structure:
    """Blocks and their borders; see the module."""

    def __init__(self, *, sentences: bool = True) -> None:
        register()
        self.sentences = sentences
        table = _abbreviations()
        self._titles, self._maybe, self._numbered = table["never"], table["maybe"], table["not_before_number"]
        self._openers = {word for word in STOP_WORDS if word.isalpha()} | {"earlier", "later", "following", "yesterday"}

    def __call__(self, doc: Doc) -> Doc:
        """Set ``doc._.blocks`` and the sentence starts."""
        doc._.blocks = list(blocks(doc))
        starts = {block["start"] for block in doc._.blocks}
        if self.sentences:
            for block in doc._.blocks:
                starts.update(self._inside(doc, block["start"], block["end"]))
                if block["kind"] == "headline":
                    # "Two operations | Ten members killed …": each part of a headline stands alone.
                    starts.update(i + 1 for i in range(block["start"], block["end"] - 1) if doc[i].text == "|")
            plant_flat_trees(doc, starts.union(_cuts(doc, starts)))
        else:
            for index in starts:
                doc[index].is_sent_start = True
        return doc

    def _inside(self, doc: Doc, start: int, end: int) -> Iterator[int]:
        """Tokens from ``start`` to ``end`` that begin a sentence after another one."""
        index = start
        while index < end:
            stop = self._sentence_stops(doc, index, end)
            if stop is None:
                index += 1
                continue
            if stop < end:
                yield stop
            index = stop

    def _sentence_stops(self, doc: Doc, index: int, end: int) -> int | None:
        """Where the next sentence begins if one ends with token ``index``; ``None`` if none does."""
        token = doc[index]
        after = index + 1
        if _END.match(token.text):
            if token.text == "." and index and self._continues_after(doc, index, end):
                return None
        elif not (token.text.endswith(".") and len(token.text) > 1 and self._abbreviation_ends(doc, index, end)):
            return None
        while after < end and (_END.match(doc[after].text) or (doc[after].text in _CLOSING and _closes(doc, after))):
            after += 1
        while after < end and doc[after].is_space:
            after += 1
        if after < end and not _can_begin(doc, after):
            return None
        return after

    def _continues_after(self, doc: Doc, index: int, end: int) -> bool:
        """Whether the full stop at ``index`` belongs to the abbreviation or initial before it."""
        word = doc[index - 1].text
        if word.rstrip(".").lower() in self._numbered:
            return index + 1 < end and doc[index + 1].text[:1].isdigit()
        return word.rstrip(".").lower() in self._titles or (len(word) == 1 and word.isupper())

    def _abbreviation_ends(self, doc: Doc, index: int, end: int) -> bool:
        """Whether an abbreviation with its own full stop ("a.m.", "U.S.") also ends the sentence."""
        text = doc[index].text
        word = text.rstrip(".").lower()
        if word in self._titles or index + 1 >= end:
            return False
        if word in self._numbered:
            return not doc[index + 1].text[:1].isdigit()
        following = _next_word(doc, index + 1, end)
        if following is None or not following.text[:1].isupper():
            return False
        if word in self._maybe or _ABBREVIATION.match(text):
            # A name goes on after "U.S." ("U.S. Central Command"); a sentence begins with a word of the language.
            return following.text.lower() in self._openers
        return not _ABBREVIATION.match(text)


def blocks(doc: Doc) -> Iterator[dict[str, Any]]:
    """The blocks of ``doc`` in tokens; the whole of it where the tokenizer found none."""
    source_map = doc._.source_map
    segments: Sequence[Sequence[Any]] = source_map["segments"] if source_map else [["paragraph", 0, 0, len(doc.text)]]
    token = 0
    for kind, level, start, end in segments:
        while token < len(doc) and (doc[token].idx < start or doc[token].is_space):
            token += 1
        first = token
        while token < len(doc) and doc[token].idx < end:
            token += 1
        last = token
        while last > first and doc[last - 1].is_space:
            last -= 1
        if last > first:
            yield {"start": first, "end": last, "kind": kind, "level": level}


def _cuts(doc: Doc, starts: Collection[int]) -> Iterator[int]:
    """Further sentence starts, where a stretch is longer than any sentence."""
    borders = sorted({0, *starts, len(doc)})
    for start, end in itertools.pairwise(borders):
        while end - start > _LONGEST:
            window = range(start + _LONGEST, start + _LONGEST // 2, -1)
            start = next((i for i in window if doc[i - 1].text in _CUT_AFTER), start + _LONGEST)
            yield start


def _next_word(doc: Doc, index: int, end: int) -> Token | None:
    while index < end and (doc[index].is_space or doc[index].text in _OPENING):
        index += 1
    return doc[index] if index < end else None


def _closes(doc: Doc, index: int) -> bool:
    """Whether the quotation mark or bracket at ``index`` stands at the end of what it belongs to."""
    return doc[index].text not in "\"'" or not doc[index - 1].whitespace_


def _can_begin(doc: Doc, index: int) -> bool:
    """Whether a sentence may begin at ``index``: no lower-case word, no comma."""
    token = doc[index]
    following = _next_word(doc, index, len(doc))
    if token.text in {",", ";", ":", ")", "-", "–", "—"}:
        return False
    return following is not None and not following.text[:1].islower()


def _abbreviations() -> dict[str, frozenset[str]]:
    """The table of abbreviations, by whether they end a sentence: never, maybe, not before a number."""
    table = resources.files("conflict_events") / "data" / "abbreviations.csv"
    kinds: dict[str, set[str]] = {"never": set(), "maybe": set(), "not_before_number": set()}
    for row in csv.DictReader(table.read_text(encoding="utf-8").splitlines()):
        kinds[row["ends_sentence"]].add(row["abbreviation"].lower())
    return {kind: frozenset(words) for kind, words in kinds.items()}

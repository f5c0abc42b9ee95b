"""Asides: what stands in brackets and holds but names, initials and figures, or was put in by an editor.

"One United States (US) soldier and two Central Intelligence Agency (CIA) officers": the parser, trained on news that
seldom writes so, takes the sentence apart at each bracket, and a number is cut off from the people it counts. Parse and
casualty rules therefore read past asides; what else stands in brackets ("(two of them wounded)") is read as text.
Square brackets hold an editor's words; these are asides unless they hold a figure. Brackets with an outcome word
("(5 Killed)") never are.
"""

from __future__ import annotations

from collections.abc import Container

from spacy.tokens import Doc

_BRACKETS = {"(": ")", "[": "]"}
#: Words in small letters that stand within names and lists of names.
_LINKS = frozenset({"al", "and", "bin", "de", "ibn", "of", "the", "und"})
_LONGEST = {"(": 15, "[": 25}  # tokens, with the brackets


def without_asides(doc: Doc, start: int, end: int, outcomes: Container[str] = ()) -> list[int]:
    """The tokens of a sentence that are in no aside. Its first token always is one of them.

    ``outcomes``: lower-cased words of what happened to people.
    """
    kept: list[int] = []
    i = start
    while i < end:
        closing = _closing(doc, i, end, outcomes) if i > start else None
        if closing is None:
            kept.append(i)
            i += 1
        else:
            i = closing + 1
    return kept


def aside_tokens(doc: Doc, outcomes: Container[str] = ()) -> frozenset[int]:
    """The tokens of ``doc`` that stand in asides, with their brackets; ``outcomes`` as in :func:`without_asides`."""
    found: set[int] = set()
    for token in doc:
        if token.text in _BRACKETS and not token.is_sent_start and token.i not in found:
            closing = _closing(doc, token.i, len(doc), outcomes)
            if closing is not None:
                found.update(range(token.i, closing + 1))
    return frozenset(found)


def _closing(doc: Doc, opening: int, end: int, outcomes: Container[str]) -> int | None:
    """The closing bracket of the aside that opens at a token, or None where none does."""
    closing = _BRACKETS.get(doc[opening].text)
    if closing is None:
        return None
    editor = closing == "]"
    for i in range(opening + 1, min(end, opening + _LONGEST[doc[opening].text])):
        token = doc[i]
        if token.is_sent_start or token.lower_ in outcomes:
            return None
        if token.text == closing:
            return i if i > opening + 1 else None
        if editor and token.like_num:
            return None
        if not editor and token.is_alpha and not token.text[0].isupper() and token.lower_ not in _LINKS:
            return None
    return None

"""Find every quantity in a text or Doc; read a phrase that is one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from spacy.tokens import Doc

from conflict_events.numbers.cardinals import read_cardinal
from conflict_events.numbers.grammar import Reading, exact, read_core, with_qualifiers
from conflict_events.numbers.lexer import HYPHENS, Lexeme, lexemes
from conflict_events.numbers.people import another_counts, article_counts, counted, meets
from conflict_events.numbers.phrases import Words
from conflict_events.numbers.refusals import is_no_quantity
from conflict_events.numbers.tables import Counts, Tables, default_tables
from conflict_events.schema import Quantity


@dataclass(frozen=True, slots=True)
class QuantitySpan:
    """A phrase of a Doc that says how many.

    start, end: token indices, end exclusive; qualifiers belong to the span, the noun does not.
    quantity: what it says.
    number: it states a number (a cardinal, "no", "a dozen"); false for vague words and articles.
    article: it is "a", "an" or "another" before a person noun.
    counts: what the noun after it says is counted; "unknown" where no noun of the tables follows.
    compound: the number is inside a compound ("a five-member family").
    """

    start: int
    end: int
    quantity: Quantity
    number: bool
    article: bool
    counts: Counts
    compound: bool = False


@dataclass(frozen=True, slots=True)
class TextQuantity:
    """The same as :class:`QuantitySpan`, with character offsets into a text instead of tokens."""

    start: int
    end: int
    quantity: Quantity
    number: bool
    article: bool
    counts: Counts
    compound: bool = False


def parse_number(phrase: str, tables: Tables | None = None) -> int | None:
    """The value of ``phrase`` if it is one cardinal number and nothing else, else ``None``.

    >>> parse_number("a hundred and twenty"), parse_number("1,2 million"), parse_number("three to five")
    (120, 1200000, None)
    """
    tables = tables or default_tables()
    tokens = _trimmed(lexemes(phrase))
    found = read_cardinal(tokens, 0, tables) if tokens else None
    if found is None:
        return None
    value, end = found
    rest = tuple(token.lower for token in tokens[end:] if token.lower not in HYPHENS)
    return value if rest in ((), ("plus",), ("+",)) else None


def parse_quantity(phrase: str, tables: Tables | None = None) -> Quantity | None:
    """``phrase`` read as a quantity if all of it is one ("at least nine", "between 10 and 15"), else ``None``.

    The phrase is taken to count people: "some" is a vague quantity and "a" is one.

    >>> parse_quantity("no fewer than nine")
    Quantity(low=9, best=9, high=None, modifier='at_least')
    """
    tables = tables or default_tables()
    tokens = _trimmed(lexemes(phrase))
    if tokens and tokens[-1].lower == "of":
        tokens = tokens[:-1]
    for at in range(len(tokens)):
        reading = read_core(tokens, at, tables)
        if reading is None:
            continue
        if reading.kind != "article" or len(tokens) == 1:
            reading = with_qualifiers(tokens, reading, tables)
        if reading.start == 0 and reading.end == len(tokens):
            return reading.quantity
    return None


def find_in_text(text: str, tables: Tables | None = None) -> list[TextQuantity]:
    """Every phrase in ``text`` that can count people, in order, none overlapping another."""
    tables = tables or default_tables()
    tokens = lexemes(text)
    words = Words(tokens, tables)
    return [
        TextQuantity(
            start=tokens[reading.start].start,
            end=tokens[reading.end - 1].end,
            quantity=reading.quantity,
            number=reading.kind in ("number", "range"),
            article=reading.kind == "article",
            counts=counted(words, reading),
            compound=words.counts_members(reading.core_end),
        )
        for reading in _readings(words)
    ]


def find_quantities(doc: Doc, tables: Tables | None = None) -> list[QuantitySpan]:
    """Every phrase in ``doc`` that can count people, in order, as token spans; none overlaps another.

    Needs no annotation but the tokens. Counts of things and of time are found too and say so in ``counts``; ordinals,
    ages, dates, times, measures, money, percentages, labels and set phrases are not found.
    """
    spans: list[QuantitySpan] = []
    reached = 0
    for found in find_in_text(doc.text, tables):
        span = doc.char_span(found.start, found.end, alignment_mode="expand")
        if span is None or span.start < reached:
            continue
        reached = span.end
        spans.append(
            QuantitySpan(
                span.start, span.end, found.quantity, found.number, found.article, found.counts, found.compound
            )
        )
    return spans


def _trimmed(tokens: list[Lexeme]) -> list[Lexeme]:
    return [token for token in tokens if token.kind != "line"]


def _readings(words: Words) -> Iterator[Reading]:
    """The quantities of a text from left to right; each is the longest at its place, with its qualifiers."""
    tokens, tables = words.tokens, words.tables
    at = floor = 0
    while at < len(tokens):
        token = tokens[at]
        if token.kind != "digits" and token.lower not in tables.triggers:
            at += 1
            continue
        if blocked := _blocked(words, at):
            at += blocked
            continue
        reading = read_core(tokens, at, tables)
        if reading is None:
            at += 1
            continue
        if reading.kind == "article":
            if article_counts(words, reading.end) or (words.lower(at) == "another" and another_counts(words, at + 1)):
                yield reading
                floor = reading.end
            at = reading.end
            continue
        if reading.kind == "vague" and read_cardinal(tokens, reading.end, tables) is not None:
            at = reading.end  # "some thirty": the number is the quantity
            continue
        core = _change(words, reading)
        reading = with_qualifiers(tokens, core, tables, floor)
        if is_no_quantity(words, reading) or not meets(words, reading):
            at = core.end
            continue
        yield reading
        at = floor = reading.end


def _change(words: Words, reading: Reading) -> Reading:
    """The words "rose from five to seven" tell a change, not a range: the first number is read alone."""
    if reading.kind != "range" or words.lower(reading.start) != "from":
        return reading
    if not any(words.is_kind("change", before) for before in range(reading.start - 4, reading.start)):
        return reading
    first = read_cardinal(words.tokens, reading.core, words.tables)
    if first is None:
        return reading
    value, end = first
    return Reading(reading.core, end, reading.core, end, exact(value), "number")


def _blocked(words: Words, at: int) -> int:
    """Length of the set phrase that starts here and is no quantity, or 0."""
    for phrase in words.tables.blocked.get(words.lower(at), ()):
        if all(words.lower(at + offset) == word for offset, word in enumerate(phrase)):
            return len(phrase)
    return 0

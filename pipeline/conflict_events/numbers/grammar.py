"""From lexemes to quantities: cardinals, vague words, zero and articles, joined to ranges and qualified.

A quantity is found from its core outwards: first the number or vague word, then the other end of a range, then the
qualifiers around it. What a core means in its sentence is not asked here; see ``context``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from conflict_events.numbers.cardinals import LARGEST, read_cardinal
from conflict_events.numbers.lexer import DASHES, HYPHENS, RANGE_SIGNS, Lexeme
from conflict_events.numbers.tables import Tables
from conflict_events.schema import Modifier, Quantity

Kind = Literal["number", "range", "vague", "article"]

_ARTICLES = ("a", "an", "another")


@dataclass(frozen=True, slots=True)
class Reading:
    """Lexemes ``start`` to ``end`` (exclusive) read as one quantity.

    ``core`` is the first lexeme of the number itself, after qualifiers; ``core_end`` the index after it.
    ``needs`` is what has to follow for a vague word to count people.
    """

    start: int
    end: int
    core: int
    core_end: int
    quantity: Quantity
    kind: Kind
    needs: str = ""


def exact(value: int) -> Quantity:
    """Exactly ``value``: the three bounds are the same."""
    return Quantity(low=value, best=value, high=value, modifier="exact")


def qualify(quantity: Quantity, modifier: Modifier) -> Quantity:
    """The quantity that a qualifier makes of ``quantity`` (annotation guidelines, "Casualties of an event").

    at least/more than 9 → 9, 9, open; about 25 → open, 25, open; up to 10 → open, 10, 10. "fewer than ten" leaves
    low and best open and closes high at nine. Of a range, the qualifier keeps the bound it speaks of.
    Vague quantities have no number to qualify: "nearly dozens" and "up to several" lose their lower bound.
    """
    low, best, high = quantity.low, quantity.best, quantity.high
    if quantity.modifier == "vague":
        keeps = modifier in ("at_least", "more_than")
        return quantity if keeps else Quantity(modifier="vague")
    if quantity.modifier == "range":
        if modifier in ("at_least", "more_than"):
            return Quantity(low=low, modifier=modifier)
        if modifier == "at_most":
            return Quantity(high=high, modifier="at_most")
        if modifier == "fewer_than":
            return Quantity(high=None if high is None else max(high - 1, 0), modifier="fewer_than")
        return quantity
    number = best if best is not None else low if low is not None else high
    if number is None:
        return quantity
    if modifier in ("at_least", "more_than"):
        return Quantity(low=number, best=number, modifier=modifier)
    if modifier == "at_most":
        return Quantity(best=number, high=number, modifier="at_most")
    if modifier == "fewer_than":
        return Quantity(high=max(number - 1, 0), modifier="fewer_than")
    if modifier == "about":
        return Quantity(best=number, modifier="about")
    return quantity


#: words of the longest qualifier that is looked for behind a lower bound
_LONGEST_QUALIFIER = 5


def _lower(tokens: Sequence[Lexeme], index: int) -> str:
    return tokens[index].lower if 0 <= index < len(tokens) else ""


def _kind(tokens: Sequence[Lexeme], index: int) -> str:
    return tokens[index].kind if 0 <= index < len(tokens) else "end"


def _matches(tokens: Sequence[Lexeme], at: int, phrase: Sequence[str]) -> bool:
    return at >= 0 and all(_lower(tokens, at + offset) == word for offset, word in enumerate(phrase))


def _between(tokens: Sequence[Lexeme], index: int) -> bool:
    """A dash or tilde between two numbers: glued on both sides ("10-15") or free on both ("10 - 15")."""
    if _lower(tokens, index) not in RANGE_SIGNS or index + 1 >= len(tokens):
        return False
    return tokens[index].glued == tokens[index + 1].glued


def _multiplied(tokens: Sequence[Lexeme], at: int, tables: Tables) -> Reading | None:
    """A vague word times a round number: "several hundred", "a few dozen", "a couple of thousand"."""
    for word in tables.vague.get(_lower(tokens, at), ()):
        if not _matches(tokens, at, word.phrase):
            continue
        unit = at + len(word.phrase)
        if _lower(tokens, unit) == "of":
            unit += 1
        entry = tables.numbers.get(_lower(tokens, unit))
        times = word.quantity.low
        if entry is None or entry.kind not in ("hundred", "scale", "collective") or not times:
            continue
        if word.quantity.modifier == "exact":  # "a couple of hundred" is a round figure, not 200 exactly
            quantity = Quantity(best=round(times * entry.value), modifier="about")
        else:
            quantity = Quantity(low=round(times * entry.value), modifier="vague")
        return Reading(at, unit + 1, at, unit + 1, quantity, "vague")
    return None


def _vague(tokens: Sequence[Lexeme], at: int, tables: Tables) -> Reading | None:
    for word in tables.vague.get(_lower(tokens, at), ()):
        if _matches(tokens, at, word.phrase):
            end = at + len(word.phrase)
            if word.phrase[-1] == "of":  # "couple of": the preposition shows the sense and is no part of the span
                end -= 1
            stated = word.quantity.modifier == "exact"
            return Reading(at, end, at, end, word.quantity, "number" if stated else "vague", word.needs)
    return None


def read_core(tokens: Sequence[Lexeme], at: int, tables: Tables) -> Reading | None:
    """The unqualified quantity that starts at lexeme ``at``, a range included."""
    number = read_cardinal(tokens, at, tables)
    if number is not None:
        value, end = number
        single = Reading(at, end, at, end, exact(value), "number")
        return _repeated(tokens, single, tables) or _range(tokens, single, value, tables) or single
    reading = _multiplied(tokens, at, tables) or _vague(tokens, at, tables)
    if reading is not None:
        return reading
    if _lower(tokens, at) in _ARTICLES:
        return Reading(at, at + 1, at, at + 1, exact(1), "article")
    return None


def _repeated(tokens: Sequence[Lexeme], first: Reading, tables: Tables) -> Reading | None:
    """The same number once more in brackets: "twelve (12)"."""
    if _lower(tokens, first.end) != "(":
        return None
    second = read_cardinal(tokens, first.end + 1, tables)
    if second is None or _lower(tokens, second[1]) != ")" or second[0] != first.quantity.best:
        return None
    return replace(first, end=second[1] + 1, core_end=second[1] + 1)


def _range(tokens: Sequence[Lexeme], first: Reading, low: int, tables: Tables) -> Reading | None:
    """Such as "10-15", "three to five", "two or three", "between 10 and 15", "from 20 to 30", "2 to 3 hundred"."""
    lead = _lower(tokens, first.start - 1)
    joiner = _lower(tokens, first.end)
    following = first.end + 1
    if _matches(tokens, first.end, ("-", "to", "-")) or _matches(tokens, first.end, ("-", "or", "-")):
        following = first.end + 3
    elif not (joiner in ("to", "or") or (joiner == "and" and lead == "between") or _between(tokens, first.end)):
        return None
    second = read_cardinal(tokens, following, tables)
    if second is None:
        return None
    high, end = second
    if joiner in DASHES and following == first.end + 1 and _third_part(tokens, end, tables):
        return None  # a date or an identifier: 2020-05-09
    low *= _shared_scale(tokens, first, following, low, tables)
    if low >= high:
        return None
    start = first.start - 1 if (joiner == "and" or (lead in ("from", "between") and joiner in ("to", "and"))) else None
    if start is None:
        start = first.start - 1 if lead == "either" and joiner == "or" else first.start
    return Reading(start, end, first.start, end, Quantity(low=low, high=high, modifier="range"), "range")


def _third_part(tokens: Sequence[Lexeme], at: int, tables: Tables) -> bool:
    return (
        _lower(tokens, at) in DASHES
        and at + 1 < len(tokens)
        and tokens[at].glued
        and tokens[at + 1].glued
        and (tokens[at + 1].kind == "digits")
    )


def _shared_scale(tokens: Sequence[Lexeme], first: Reading, second: int, low: int, tables: Tables) -> int:
    """The round number that both ends of "two to three hundred" share: it is said once, after the second.

    Shared only where the first end is smaller than what multiplies the second ("five to one hundred" is from 5), and
    does not name a round number of its own, but for "one hundred to two hundred thousand".
    """
    at = second
    while _magnitude(tokens, at, tables) is None and at < second + 4:
        at += 1
    multiplier = read_cardinal(tokens[second:at], 0, tables)
    if low == 0 or multiplier is None or multiplier[1] != at - second or _lower(tokens, at - 1) in ("a", "an"):
        return 1
    value = multiplier[0]
    own = _magnitude(tokens, first.end - 1, tables)
    if own is not None:
        if own != 100 or _magnitude(tokens, at, tables) != 100:
            return 1
        value, at = value * 100, at + 1
    factor = 1
    while (magnitude := _magnitude(tokens, at, tables)) is not None:
        factor, at = factor * magnitude, at + 1
    return factor if low < value and low * factor <= LARGEST else 1


def _magnitude(tokens: Sequence[Lexeme], at: int, tables: Tables) -> int | None:
    """The value of the round-number word at ``at`` (dozen, hundred, thousand, …), or ``None``."""
    entry = tables.numbers.get(_lower(tokens, at))
    return int(entry.value) if entry is not None and entry.kind in ("hundred", "scale", "collective") else None


def with_qualifiers(tokens: Sequence[Lexeme], reading: Reading, tables: Tables, floor: int = 0) -> Reading:
    """``reading`` with the qualifiers right before and after it ("at least", "or more"), none before ``floor``."""
    quantity, start, end = reading.quantity, reading.start, reading.end
    if quantity.best == 0 and reading.kind == "number" and tokens[reading.core].kind == "word":
        return reading  # "no", "none", "zero"
    for phrase, modifier in tables.after.get(_lower(tokens, end), ()):
        if _matches(tokens, end, phrase) and _after_fits(tokens, end, phrase):
            quantity, end = qualify(quantity, modifier), end + len(phrase)
            break
    else:
        hyphen = _lower(tokens, end) in HYPHENS and end + 1 < len(tokens) and tokens[end].glued
        for phrase, modifier in tables.after.get(_lower(tokens, end + 1), ()) if hyphen else ():
            if phrase in (("plus",), ("odd",)) and tokens[end + 1].glued:  # "one hundred-plus", "twenty-odd"
                quantity, end = qualify(quantity, modifier), end + 2
                break
    start, quantity = _before(tokens, start, quantity, tables, floor)
    quantity, end = _with_upper_bound(tokens, end, quantity, tables)
    return replace(reading, start=start, end=end, quantity=quantity)


def _with_upper_bound(tokens: Sequence[Lexeme], end: int, quantity: Quantity, tables: Tables) -> tuple[Quantity, int]:
    """The upper bound that is told behind a lower one: "at least 20 but not more than 30"."""
    if quantity.modifier not in ("at_least", "more_than") or quantity.low is None:
        return quantity, end
    begin = end + (_lower(tokens, end) == ",")
    begin += tables.has("bound_joint", _lower(tokens, begin))
    for at in range(begin + 1, begin + 1 + _LONGEST_QUALIFIER):
        bound = read_cardinal(tokens, at, tables) if at < len(tokens) else None
        qualifier = _qualifier(tokens, at, tables, begin) if bound else None
        if bound and qualifier and qualifier[0] == begin > end:
            closed = qualify(exact(bound[0]), qualifier[1])
            if qualifier[1] in ("at_most", "fewer_than") and closed.high is not None and closed.high >= quantity.low:
                return Quantity(low=quantity.low, high=closed.high, modifier="range"), bound[1]
    return quantity, end


def _after_fits(tokens: Sequence[Lexeme], at: int, phrase: Sequence[str]) -> bool:
    """The sign "+" must be glued to its number; "plus" and "odd" after a space join things ("five plus two")."""
    if phrase == ("+",):
        return tokens[at].glued
    if phrase in (("plus",), ("odd",)):
        return False
    if phrase[-1] in ("more", "less", "fewer"):  # "two or more groups" counts, "five and more than ten" does not
        return _lower(tokens, at + len(phrase)) != "than"
    if phrase in (("at", "least"), ("at", "most"), ("approximately",)):  # "ten at least", not "ten at least two of"
        return _lower(tokens, at + len(phrase)) in (
            "",
            ".",
            ",",
            ";",
            ")",
            "were",
            "are",
            "was",
            "killed",
            "dead",
            "\n",
        )
    return True


def _before(
    tokens: Sequence[Lexeme], start: int, quantity: Quantity, tables: Tables, floor: int
) -> tuple[int, Quantity]:
    """Qualifiers that end right before ``start``; up to two of them ("at least some 30", "just over about")."""
    for _ in range(2):
        for skipped in (0, 1):  # "at least another ten"
            if skipped and not tables.has("increment", _lower(tokens, start - 1)):
                continue
            found = _qualifier(tokens, start - skipped, tables, floor)
            if found is not None:
                start, quantity = found[0], qualify(quantity, found[1])
                break
        else:
            break
    return start, quantity


def _qualifier(tokens: Sequence[Lexeme], end: int, tables: Tables, floor: int) -> tuple[int, Modifier] | None:
    """The longest qualifier that ends right before ``end``: its first lexeme and its meaning.

    A phrase with the modifier ``exact`` looks like one and is none ("came under six rockets").
    """
    for phrase, modifier in tables.before.get(_lower(tokens, end - 1), ()):
        begin = end - len(phrase)
        if begin >= floor and _matches(tokens, begin, phrase):
            if tokens[begin].kind == "sign" and _kind(tokens, end) != "digits":
                return None  # ">" is more than before digits only; elsewhere it closes a tag
            if phrase == ("about",) and tables.has("topic", _lower(tokens, begin - 1)):
                return None  # "reports about two civilians"
            return None if modifier == "exact" else (begin, modifier)
    return None

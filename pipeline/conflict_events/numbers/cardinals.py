"""One cardinal number in words, digits or both: "a hundred and twenty", "1.2 million", "2 500", "half a dozen".

The grammar here decides *which* lexemes make one number; the value of the words of each number below a hundred
then comes from ``word2number``, which is right on such phrases. It is not asked about more, because on free text it
guesses ("a hundred and twenty" is 2000 to it, "two dozen" 2, "three to five" 8).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from word2number import w2n

from conflict_events.numbers.lexer import DASHES, HYPHENS, Lexeme
from conflict_events.numbers.tables import NumberWord, Tables

#: numbers above this are identifiers or phone numbers, not counts of people
LARGEST = 10_000_000_000
#: strings of digits longer than this are no counts, and may be more than an int or a float holds
_LONGEST = 40

_PLAIN = re.compile(r"\d+")
_GROUPED = re.compile(r"\d{1,3}(?:([,٬'’])\d{3})(?:\1\d{3})*|\d{1,3}(?:\.\d{3}){2,}|\d{1,2}(?:,\d{2})+,\d{3}")
_DECIMAL = re.compile(r"(\d+)[.,٫](\d+)")
_SEPARATORS = re.compile(r"[.,٬'’]")


def digits_value(text: str) -> int | float | None:
    """The value of a digit string: an int where it is surely whole, a float where it may be a decimal, else ``None``.

    "2,500" → 2500, "1.2" and "1,2" → 1.2 (of use before "million" only), "1.500" → 1.5, "09.05.2020" → ``None``.
    """
    if len(text) > _LONGEST:
        return None
    thousands = text[-1] in "kK"
    body = text[:-1] if thousands else text
    value: int | float | None = None
    if _PLAIN.fullmatch(body):
        value = int(body)
    elif _GROUPED.fullmatch(body):
        value = int(_SEPARATORS.sub("", body))
    elif match := _DECIMAL.fullmatch(body):
        value = float(f"{int(match[1])}.{''.join(str(int(digit)) for digit in match[2])}")
    if value is not None and thousands:
        value = _whole(value * 1000)
    return value


def _whole(value: float) -> int | None:
    return round(value) if abs(value - round(value)) < 1e-6 else None


class _Reader:
    """Reads one cardinal from the lexeme at ``at``; ``at`` moves on with what was taken."""

    def __init__(self, tokens: Sequence[Lexeme], at: int, tables: Tables) -> None:
        self.tokens = tokens
        self.at = at
        self.numbers = tables.numbers

    def lower(self, index: int) -> str:
        return self.tokens[index].lower if 0 <= index < len(self.tokens) else ""

    def word(self, index: int) -> NumberWord | None:
        return self.numbers.get(self.lower(index))

    def kind(self, index: int) -> str:
        entry = self.word(index)
        return entry.kind if entry else ""

    def next(self, index: int, *, joiners: tuple[str, ...] = ()) -> int:
        """The index after ``index`` past a hyphen inside a number, and past one of ``joiners`` ("and", ",")."""
        following = index + 1
        if self._hyphen(following):
            following += 1
        if self.lower(following) in joiners and not (self.lower(following) == "," and self.kind(following) != ""):
            following += 1
            if self._hyphen(following):
                following += 1
        return following

    def _hyphen(self, index: int, signs: frozenset[str] = HYPHENS) -> bool:
        """A hyphen, or another of ``signs``, that is glued on both sides."""
        return (
            self.lower(index) in signs
            and self.tokens[index].glued
            and index + 1 < len(self.tokens)
            and self.tokens[index + 1].glued
        )

    def below_hundred(self, index: int) -> tuple[list[str], int] | None:
        """Words of a number below a hundred at ``index`` and the index after it."""
        kind = self.kind(index)
        if kind == "joined":
            return list(self.numbers[self.lower(index)].parts), index + 1
        if kind == "tens":
            # no range goes from tens down to a unit, so any dash joins them: "twenty–one"
            second = index + 2 if self._hyphen(index + 1, DASHES) else self.next(index)
            if self.kind(second) == "unit" and self.tokens[second].kind == "word":
                return [self._plain(index), self.lower(second)], second + 1
            return [self._plain(index)], index + 1
        if kind in ("unit", "teen", "zero"):
            return [self.lower(index)], index + 1
        return None

    def _plain(self, index: int) -> str:
        """The spelling that word2number knows ("fourty" → "forty")."""
        return "forty" if self.lower(index) == "fourty" else self.lower(index)

    def group(self, index: int) -> tuple[int | float, int, bool] | None:
        """A number up to 9999 without scale words: value, index after it, whether it says "hundred"."""
        token = self.tokens[index] if index < len(self.tokens) else None
        if token is None:
            return None
        if token.kind == "digits":
            return self._digit_group(index)
        multiplier: list[str] = []
        hundred = index
        if token.lower in ("a", "an"):
            multiplier, hundred = ["one"], index + 1
        elif first := self.below_hundred(index):
            multiplier, hundred = first[0], first[1]
            if self.kind(hundred) != "hundred" and self._hyphen(hundred):
                hundred += 1
        if self.kind(hundred) != "hundred":
            return None if not multiplier or token.lower in ("a", "an") else (_value(multiplier), first[1], False)  # type: ignore[index]
        times = _value(multiplier) if multiplier else 1
        if times == 0:
            return _value(multiplier), hundred, False
        rest = self._rest_of_hundred(hundred)
        return times * 100 + rest[0], rest[1], True

    def _rest_of_hundred(self, hundred: int) -> tuple[int, int]:
        """What follows "hundred": "and twenty", "twenty", "-twenty", or nothing."""
        following = self.next(hundred, joiners=("and", "&"))
        rest = self.below_hundred(following)
        if rest is None or rest[0] == ["zero"]:
            return 0, hundred + 1
        return _value(rest[0]), rest[1]

    def _digit_group(self, index: int) -> tuple[int | float, int, bool] | None:
        value = digits_value(self.tokens[index].text)
        if value is None:
            return None
        end = index + 1
        if (
            self.tokens[index].text.isdigit()
            and len(self.tokens[index].text) <= 3
            and self.tokens[index].text[0] != "0"
        ):
            joined = self.tokens[index].text
            while self._digit_triple(end):
                joined += self.tokens[end].text
                end += 1
            value = int(joined)
        following = self.next(end - 1)
        if self.kind(following) == "hundred" and value < 100:
            rest = self._rest_of_hundred(following)
            whole = _whole(value * 100 + rest[0])
            return (whole, rest[1], True) if whole is not None else None
        return value, end, False

    def _digit_triple(self, index: int) -> bool:
        """Three digits after one space: the next group of "2 500"."""
        if index >= len(self.tokens):
            return False
        token = self.tokens[index]
        return (
            token.kind == "digits"
            and len(token.text) == 3
            and token.text.isdigit()
            and token.start == self.tokens[index - 1].end + 1
        )

    def read(self) -> tuple[int, int] | None:
        """Value of the cardinal at ``at`` and the index after it, or ``None``."""
        return self._fraction() or self._scaled()

    def _scale(self, index: int) -> int:
        """The scale word at ``index`` ("thousand", "million", …), or 0."""
        entry = self.word(index)
        return int(entry.value) if entry and entry.kind == "scale" else 0

    def _unit_of_fraction(self, index: int) -> tuple[float, int] | None:
        """A round number at ``index`` ("million", "dozen", "hundred"), with "a" or "of a" before it."""
        if self.lower(index) == "of":
            index = self.next(index)
        if self.lower(index) == "a":
            index = self.next(index)
        entry = self.word(index)
        if entry and entry.kind in ("scale", "hundred", "collective"):
            return entry.value, index + 1
        return None

    def _fraction(self) -> tuple[int, int] | None:
        """Such as "half a million", "a half dozen", "a quarter of a million", "two and a half thousand"."""
        index = self.at
        article = self.lower(index) in ("a", "an")
        start = index + 1 if article else index
        if self.kind(start) == "fraction":
            fraction = self.numbers[self.lower(start)].value
            unit = self._unit_of_fraction(self.next(start))
            if unit is None:
                return None
            value = _whole(fraction * unit[0])
            return None if value is None else (value, unit[1])
        if article and (scale := self._scale(start) or (100 if self.kind(start) == "hundred" else 0)):
            if self._words_at(start + 1, ("and", "a", "half")):
                return round(1.5 * scale), start + 4
            return None
        first = self.group(index)
        if first is not None and isinstance(first[0], int) and self._words_at(first[1], ("and", "a", "half")):
            entry = self.word(first[1] + 3)
            if entry and entry.kind in ("scale", "hundred", "collective"):
                return round((first[0] + 0.5) * entry.value), first[1] + 4
        if (
            first is not None
            and (scale := self._scale(first[1]))
            and self._words_at(first[1] + 1, ("and", "a", "half"))
        ):
            value = _whole((first[0] + 0.5) * scale)  # "one million and a half"
            return None if value is None else (value, first[1] + 4)
        return None

    def _words_at(self, index: int, words: tuple[str, ...]) -> bool:
        return all(self.lower(index + offset) == word for offset, word in enumerate(words))

    def _scaled(self) -> tuple[int, int] | None:
        """Groups with falling scales: "two million three hundred thousand and five", "two dozen", "three score"."""
        total = 0
        previous = LARGEST * 10
        index = self.at
        end = index
        while True:
            head = self._head(index, first=end == self.at)
            if head is None:
                break
            value, after, hundred = head
            scale_at = self._after_hyphen(after)
            scale = self._scale(scale_at)
            collective = self.word(scale_at)
            if not scale and end == self.at and collective and collective.kind == "collective" and not hundred:
                return self._collective(value, scale_at, int(collective.value))
            factor = scale or 1
            if factor >= previous or (end != self.at and not self._continues(value, hundred, scale, previous, index)):
                break
            if scale:
                after = scale_at + 1
            amount = _whole(value * factor)
            if amount is None:
                break
            total += amount
            previous, end = factor, after
            if factor == 1:
                break
            index = self.next(end - 1, joiners=("and", "&", ","))
        return (total, end) if end > self.at and total <= LARGEST else None

    def _collective(self, value: float, index: int, factor: int) -> tuple[int, int] | None:
        amount = _whole(value * factor)
        return None if amount is None else (amount, index + 1)

    def _after_hyphen(self, index: int) -> int:
        return index + 1 if self._hyphen(index) else index

    def _head(self, index: int, *, first: bool) -> tuple[int | float, int, bool] | None:
        """What multiplies a scale word at ``index``: a group, "a", or nothing ("thousand people")."""
        if first and self.lower(index) in ("a", "an"):
            if self._scale(index + 1) or self.kind(index + 1) == "collective":
                return 1, index + 1, False
            return self.group(index)
        plural = self.lower(index).endswith("s")  # "lakhs of people" says no number
        if first and ((self._scale(index) and not plural) or self.lower(index) == "dozen"):
            return 1, index, False
        if not first and self.lower(index) in ("a", "an"):
            return self.group(index)
        return self.group(index)

    def _continues(self, value: float, hundred: bool, scale: int, previous: int, index: int) -> bool:
        """Whether the group at ``index`` belongs to the number before it, and is not the next item of a list."""
        joined_by_comma = self.lower(index - 1) == ","
        joined_by_and = self.lower(index - 1) in ("and", "&")
        if not isinstance(value, int) or value == 0 or value * (scale or 1) >= previous:
            return False
        if joined_by_comma:
            return hundred or bool(scale)
        if self.tokens[index].kind == "digits":
            return not joined_by_and and (value >= 100 or bool(scale))
        return True


def _value(words: list[str]) -> int:
    """The value of the words of a number below a hundred."""
    return int(w2n.word_to_num(" ".join(words)))


def read_cardinal(tokens: Sequence[Lexeme], at: int, tables: Tables) -> tuple[int, int] | None:
    """The cardinal that starts at lexeme ``at``: its value and the index after its last lexeme, or ``None``.

    Only whole numbers are cardinals here: "2.5" is none, "2.5 million" is.
    """
    return _Reader(tokens, at, tables).read()

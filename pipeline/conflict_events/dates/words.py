"""The words that dates are made of, and the pieces of expressions that are built of them."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from importlib import resources

FILE = "date_words.csv"
COLUMNS = ("words", "kind", "value")
KINDS = (
    "month", "weekday", "relative", "part", "no_anchor", "unit", "number", "ordinal", "season", "ordinary", "speech",
    "told", "since", "time",
)  # fmt: skip


@dataclass(frozen=True)
class DateWords:
    """The date words by kind, lower-cased: months and weekdays as numbers, the rest as in the table."""

    kinds: Mapping[str, Mapping[str, str]] = field(repr=False)

    @classmethod
    def from_text(cls, text: str) -> DateWords:
        """Read the CSV table. Raises ``ValueError`` for a missing column or an unknown kind."""
        reader = csv.DictReader(text.splitlines())
        missing = [column for column in COLUMNS if column not in (reader.fieldnames or ())]
        if missing:
            raise ValueError(f"{FILE} lacks the column(s) {', '.join(missing)}; its first line must name them.")
        kinds: dict[str, dict[str, str]] = {kind: {} for kind in KINDS}
        for row in reader:
            kind, value = (row["kind"] or "").strip(), (row["value"] or "").strip()
            if kind not in kinds:
                raise ValueError(f"{FILE}: kind {kind!r} is none of {', '.join(KINDS)}.")
            for form in (row["words"] or "").split("|"):
                if form.strip():
                    kinds[kind][form.strip().lower()] = value
        return cls(kinds)

    @classmethod
    def load(cls) -> DateWords:
        """The table that comes with the package."""
        return cls.from_text((resources.files("conflict_events") / "data" / FILE).read_text(encoding="utf8"))

    def value(self, kind: str, words: str) -> str:
        """The value of ``words``, as they stand in a text (case, hyphens and spaces do not matter)."""
        known = self.kinds[kind]
        plain = " ".join(words.lower().rstrip(".").split())
        return known[plain] if plain in known else known[plain.replace("-", " ")]

    def number(self, kind: str, words: str) -> int:
        """The same as a number."""
        return int(self.value(kind, words))

    def one_of(self, kind: str) -> str:
        """An expression for any of the words of a kind, the longest first."""
        ordered = sorted(self.kinds[kind], key=len, reverse=True)
        return "|".join(re.escape(word).replace(r"\ ", r"[\s-]+").replace(r"\-", r"[\s-]?") for word in ordered)

    @cached_property
    def month(self) -> str:
        """The name of a month."""
        return rf"(?:{self.one_of('month')})\b\.?"

    @cached_property
    def weekday(self) -> str:
        """The name of a day of the week."""
        return rf"(?:{self.one_of('weekday')})\b"

    @cached_property
    def nth(self) -> str:
        """Which of several: "first", "2nd", "last"."""
        return rf"(?:{self.one_of('ordinal')}|[1-5](?:st|nd|rd|th))"

    @cached_property
    def day(self) -> str:
        """The number of a day in its month: "3", "3rd"."""
        return r"(?:3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?(?!\d)"

    def day_number(self, words: str) -> int:
        """The number of "3", "3rd" or "third"; -1 for "last"."""
        digits = re.match(r"\d+", words)
        return int(digits.group()) if digits else self.number("ordinal", words)

"""The data behind the number normaliser: number words, vague words, qualifiers, nouns and context words.

All of it lives in CSV files in ``conflict_events/data`` that a user can read and replace; :func:`load_tables` reads
them (or a folder of the user's own) once into a :class:`Tables`, which the functions of this package share.
"""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Literal

from conflict_events.numbers.lexer import lexemes
from conflict_events.schema import Modifier, Quantity

Counts = Literal["people", "things", "time", "unknown"]
#: what must follow a vague word for it to count people; nothing for "" and "nobody"
NEEDS = frozenset({"", "casualty", "person", "of", "both", "nobody"})

#: file name → columns it must have
FILES: Mapping[str, tuple[str, ...]] = {
    "number_words.csv": ("word", "value", "kind"),
    "vague_quantities.csv": ("phrase", "low", "best", "high", "modifier", "needs"),
    "quantity_qualifiers.csv": ("phrase", "position", "modifier"),
    "no_quantity_phrases.csv": ("phrase",),
    "nouns.csv": ("singular", "plural", "class"),
    "person_nouns.csv": ("singular", "plural", "use"),
    "context_words.csv": ("kind", "word"),
}

#: kinds of words that the context table must hold
CONTEXT_KINDS = (
    "about",
    "age_after",
    "age_before",
    "age_joint",
    "age_limit",
    "age_marker",
    "auxiliary",
    "before_one",
    "casualty",
    "casualty_report",
    "change",
    "clock",
    "clock_before",
    "compound",
    "currency",
    "currency_before",
    "currency_of",
    "determiner",
    "function",
    "harm",
    "increment",
    "label_abbreviation",
    "list_joint",
    "measure",
    "measure_before",
    "measure_or_word",
    "month",
    "month_or_word",
    "name_head",
    "outcome",
    "pronoun",
    "speech",
    "superlative",
    "temporal",
    "topic",
    "verb",
    "weekday",
)

Phrase = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NumberWord:
    """A number word: its value (an ordinal has none) and the part it plays in a cardinal phrase.

    ``parts`` are the words of one that is written without a joint ("twentyone").
    """

    value: float
    kind: str
    parts: Phrase = ()


@dataclass(frozen=True, slots=True)
class VagueWord:
    """A phrase with fixed bounds, and what must follow for it to count people."""

    phrase: Phrase
    quantity: Quantity
    needs: str


@dataclass(frozen=True, slots=True)
class Noun:
    """``counts`` is what the noun makes of a number before it; ``use`` says how safely it heads a noun phrase.

    ``head`` nouns (soldier) are people wherever they stand; ``modifier`` nouns (civilian, police) and ``demonym``
    nouns (Syrian) often only describe the next noun ("a civilian car").
    """

    counts: Counts
    plural: bool
    use: str = "head"


def _by_first(phrases: Iterable[Phrase]) -> dict[str, list[Phrase]]:
    """Index phrases by their first word, longest first, so that the first match is the longest."""
    index: dict[str, list[Phrase]] = defaultdict(list)
    for phrase in phrases:
        index[phrase[0]].append(phrase)
    return {first: sorted(group, key=len, reverse=True) for first, group in index.items()}


@dataclass(frozen=True)
class Tables:
    """Everything the normaliser knows, ready for look-up. ``source`` keeps the CSV texts, for saving."""

    source: Mapping[str, str] = field(repr=False)
    numbers: Mapping[str, NumberWord] = field(repr=False)
    vague: Mapping[str, list[VagueWord]] = field(repr=False)
    before: Mapping[str, list[tuple[Phrase, Modifier]]] = field(repr=False)
    after: Mapping[str, list[tuple[Phrase, Modifier]]] = field(repr=False)
    blocked: Mapping[str, list[Phrase]] = field(repr=False)
    nouns: Mapping[str, Noun] = field(repr=False)
    context: Mapping[str, frozenset[str]] = field(repr=False)
    triggers: frozenset[str] = field(repr=False)

    def has(self, kind: str, word: str) -> bool:
        """Whether the context table lists ``word`` under ``kind``, which a model's older table may lack."""
        return word in self.context.get(kind, ())

    @classmethod
    def from_texts(cls, source: Mapping[str, str]) -> Tables:
        """Build the tables from CSV texts, one for each name in :data:`FILES`.

        Raises ``ValueError`` naming the file, the line and what is wrong with it.
        """
        rows = {name: _rows(name, source) for name in FILES}
        numbers = {
            row["word"]: NumberWord(_number(row["value"], "number_words.csv", row), row["kind"])
            for row in rows["number_words.csv"]
        }
        numbers |= _joined(numbers)
        vague: dict[str, list[VagueWord]] = defaultdict(list)
        for row in rows["vague_quantities.csv"]:
            phrase = _phrase(row["phrase"])
            if row["needs"] not in NEEDS:
                raise ValueError(
                    f"vague_quantities.csv: needs {row['needs']!r} of {row['phrase']!r} is none of {sorted(NEEDS)}."
                )
            vague[phrase[0]].append(VagueWord(phrase, _quantity(row), row["needs"]))
        for group in vague.values():
            group.sort(key=lambda word: len(word.phrase), reverse=True)
        before: dict[str, list[tuple[Phrase, Modifier]]] = defaultdict(list)
        after: dict[str, list[tuple[Phrase, Modifier]]] = defaultdict(list)
        for row in rows["quantity_qualifiers.csv"]:
            phrase = _phrase(row["phrase"])
            modifier = Quantity(modifier=row["modifier"]).modifier  # type: ignore[arg-type]  # checked by pydantic
            if row["position"] == "before":
                before[phrase[-1]].append((phrase, modifier))
            else:
                after[phrase[0]].append((phrase, modifier))
        for qualifiers in (*before.values(), *after.values()):
            qualifiers.sort(key=lambda item: len(item[0]), reverse=True)
        context: dict[str, set[str]] = defaultdict(set)
        for row in rows["context_words.csv"]:
            context[row["kind"]].add(row["word"])
        absent = [kind for kind in CONTEXT_KINDS if kind not in context]
        if absent:
            raise ValueError(
                f"context_words.csv has no words of the kind(s) {', '.join(absent)}; it needs some of each."
            )
        blocked = _by_first(_phrase(row["phrase"]) for row in rows["no_quantity_phrases.csv"])
        cardinals = {word for word, entry in numbers.items() if entry.kind not in ("ordinal",)}
        return cls(
            source=dict(source),
            numbers=numbers,
            vague=dict(vague),
            before=dict(before),
            after=dict(after),
            blocked=blocked,
            nouns=_nouns(rows["nouns.csv"], rows["person_nouns.csv"]),
            context={kind: frozenset(words) for kind, words in context.items()},
            triggers=frozenset(cardinals | set(vague) | set(blocked) | {"a", "an", "another"}),
        )


def _joined(numbers: Mapping[str, NumberWord]) -> dict[str, NumberWord]:
    """Tens and a unit written as one word: "twentyone"."""
    tens = [(word, entry.value) for word, entry in numbers.items() if entry.kind == "tens" and word != "fourty"]
    units = [(word, entry.value) for word, entry in numbers.items() if entry.kind == "unit"]
    return {a + b: NumberWord(x + y, "joined", (a, b)) for a, x in tens for b, y in units}


def _rows(name: str, source: Mapping[str, str]) -> list[dict[str, str]]:
    if name not in source:
        raise ValueError(f"The number normaliser needs the table {name}; add it to the folder of tables.")
    reader = csv.DictReader(io.StringIO(source[name]))
    missing = [column for column in FILES[name] if column not in (reader.fieldnames or ())]
    if missing:
        raise ValueError(f"{name} lacks the column(s) {', '.join(missing)}; its first line must name them.")
    return list(reader)


def _phrase(text: str) -> Phrase:
    return tuple(lexeme.lower for lexeme in lexemes(text))


def _number(text: str, name: str, row: Mapping[str, str]) -> float:
    try:
        return float(text or 0)
    except ValueError:
        raise ValueError(f"{name}: the value of {row['word']!r} is {text!r}; it must be a number.") from None


def _quantity(row: Mapping[str, str]) -> Quantity:
    low, best, high = (int(row[name]) if row[name] else None for name in ("low", "best", "high"))
    return Quantity(low=low, best=best, high=high, modifier=row["modifier"])  # type: ignore[arg-type]


def _nouns(general: list[dict[str, str]], persons: list[dict[str, str]]) -> dict[str, Noun]:
    classes: Mapping[str, Counts] = {"thing": "things", "time": "time", "person": "people"}
    nouns: dict[str, Noun] = {}
    for row in general:
        if row["class"] not in classes:
            raise ValueError(f"nouns.csv: class {row['class']!r} of {row['singular']!r} is none of {sorted(classes)}.")
        _add(nouns, row, classes[row["class"]], "head")
    for row in persons:
        _add(nouns, row, "people", row["use"])
    return nouns


def _add(nouns: dict[str, Noun], row: Mapping[str, str], counts: Counts, use: str) -> None:
    if row["plural"]:
        nouns[row["plural"]] = Noun(counts, plural=True, use=use)
    if row["singular"]:
        nouns[row["singular"]] = Noun(counts, plural=row["singular"] == row["plural"], use=use)


def read_tables(folder: Path | str | None = None) -> Tables:
    """Read the tables that come with the package, with those in ``folder`` in their place where it has them.

    Raises ``ValueError`` when ``folder`` is no folder, or a table in it is malformed.
    """
    packaged = resources.files("conflict_events") / "data"
    source = {name: (packaged / name).read_text(encoding="utf8") for name in FILES}
    if folder is not None:
        path = Path(folder)
        if not path.is_dir():
            raise ValueError(f"There is no folder {path} with tables for the number normaliser.")
        source.update({name: (path / name).read_text(encoding="utf8") for name in FILES if (path / name).is_file()})
    return Tables.from_texts(source)


@cache
def default_tables() -> Tables:
    """The tables that come with the package, read at the first call and shared (they are never changed)."""
    return read_tables()

"""Augmenters for training: variants of labelled articles that say the same in other names, spellings and forms.

Each is a function from the labelled spans of a text to edits of it, so that several can work on one copy.
``conflict_events.Augmenter.v1`` registers them for a spaCy config. What each gives is told in docs/training.md.
"""

from __future__ import annotations

import csv
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.training import Example
from spacy.util import registry

from conflict_events.numbers import parse_number
from conflict_events.places.ready import open_ready_table

Augment = Callable[[Language, Example], Iterator[Example]]
Edits = Callable[[Doc, random.Random], list["Edit"]]

# Words that show a LOCATION is a feature or an ACTOR a description: such names stay whole.
_NAME = re.compile(r"[A-Z][\w'’-]+(?: (?:[A-Z][\w'’-]+|al-[A-Z][\w'’-]+))*$")
_DISGUISE = "*-.!"
_NUMBER_WORDS = dict(
    enumerate(
        re.findall(
            r"\w+",
            "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
            "eighteen nineteen twenty",
        ),
        start=2,
    )
)


@dataclass(frozen=True)
class Edit:
    """Characters ``start`` to ``end`` of a text become ``text``."""

    start: int
    end: int
    text: str


@dataclass(frozen=True)
class Names:
    """Names to draw from: places by country, and named actors."""

    places: dict[str, tuple[str, ...]]
    actors: tuple[str, ...]


@lru_cache(maxsize=1)
def load_names() -> Names:
    """Settlements of the gazetteer by country, and the names of the actor table where the package has one."""
    data = files("conflict_events") / "data"
    table = open_ready_table().read(columns=["name", "kind", "country"]).to_pydict()
    places: dict[str, list[str]] = {}
    for name, kind, country in zip(table["name"], table["kind"], table["country"], strict=True):
        if kind in ("settlement", "neighbourhood") and country and _NAME.match(name):
            places.setdefault(country, []).append(name)
    actors: list[str] = []
    actor_table = data / "actors.csv"
    if actor_table.is_file():
        for row in csv.DictReader(actor_table.read_text(encoding="utf-8").splitlines()):
            actors += [name for name in [row["name"], *row.get("aliases", "").split("|")] if _NAME.match(name.strip())]
    return Names({country: tuple(names) for country, names in places.items()}, tuple(dict.fromkeys(actors)))


@lru_cache(maxsize=1)
def load_spelling_variants() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Pairs of spellings that outlets use for one Arabic name, from ``data/spelling_variants.csv``."""
    text = (files("conflict_events") / "data" / "spelling_variants.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    return tuple((re.compile(row["pattern"]), row["replacement"]) for row in rows)


def respell(name: str, rng: random.Random) -> str:
    """The name in another romanisation: one or two of the variants that apply to it."""
    variants = [(pattern, to) for pattern, to in load_spelling_variants() if pattern.search(name)]
    for pattern, to in rng.sample(variants, min(len(variants), rng.choice((1, 1, 2)))):
        name = pattern.sub(to, name, count=1)
    return name[:1].upper() + name[1:] if name and not name.startswith("al-") else name


def swap_names(share: float, names: Names) -> Edits:
    """Other names for ``share`` of the places (and of the named actors, where a table has them), alike in a whole
    article: half are drawn from the table, by the share of Syria in this corpus, the others respelt."""
    countries = list(names.places)

    def edits(doc: Doc, rng: random.Random) -> list[Edit]:
        chosen: dict[str, str] = {}
        found: list[Edit] = []
        for ent in doc.ents:
            if not _NAME.match(ent.text):
                continue
            if ent.text not in chosen:
                chosen[ent.text] = _other_name(ent, rng, share, names, countries)
            if chosen[ent.text] != ent.text:
                found.append(Edit(ent.start_char, ent.end_char, chosen[ent.text]))
        return found

    return edits


def _other_name(ent: Span, rng: random.Random, share: float, names: Names, countries: list[str]) -> str:
    if rng.random() >= share:
        return ent.text
    if ent.label_ == "LOCATION":
        if rng.random() < 0.5:
            return respell(ent.text, rng)
        country = "Syria" if "Syria" in names.places and rng.random() < 0.6 else rng.choice(countries)
        name = rng.choice(names.places[country])
        return respell(name, rng) if rng.random() < 0.5 else name
    if ent.label_ == "ACTOR" and names.actors and len(ent) > 1:
        return rng.choice(names.actors)
    return ent.text


def number_forms(share: float) -> Edits:
    """Figures for number words and number words for figures, in ``share`` of the CASUALTY labels below 21."""

    def edits(doc: Doc, rng: random.Random) -> list[Edit]:
        found: list[Edit] = []
        for ent in doc.ents:
            if ent.label_ != "CASUALTY" or rng.random() >= share:
                continue
            for token in ent:
                value = (
                    int(token.text) if token.text.isascii() and token.text.isdecimal() else parse_number(token.lower_)
                )
                if value not in _NUMBER_WORDS:
                    continue
                if token.text.isdecimal():
                    other = _NUMBER_WORDS[value].capitalize() if token.i == 0 else _NUMBER_WORDS[value]
                else:
                    other = str(value)
                found.append(Edit(token.idx, token.idx + len(token), other))
                break
        return found

    return edits


def disguise(share: float) -> Edits:
    """A character inside a word, as outlets put it there, in ``share`` of the words of ACTOR and WEAPON labels.

    Cleaning undoes the known ones; these are the ones it leaves.
    """

    def edits(doc: Doc, rng: random.Random) -> list[Edit]:
        found: list[Edit] = []
        for ent in doc.ents:
            if ent.label_ not in ("ACTOR", "WEAPON"):
                continue
            for token in ent:
                if len(token) > 3 and token.is_alpha and rng.random() < share:
                    at = token.idx + rng.randrange(1, len(token) - 1)
                    found.append(Edit(at, at, rng.choice(_DISGUISE)))
        return found

    return edits


def casing(share: float) -> Edits:
    """Lines in capitals, or with the first letter of each word a capital, as headlines have them."""

    def edits(doc: Doc, rng: random.Random) -> list[Edit]:
        found: list[Edit] = []
        for match in re.finditer(r"[^\n]+", doc.text):
            if len(match[0]) > 160 or rng.random() >= share:
                continue
            style = rng.choice((str.upper, _headline))
            found.append(Edit(match.start(), match.end(), style(match[0])))
        return [edit for edit in found if len(edit.text) == edit.end - edit.start]

    return edits


def _headline(line: str) -> str:
    return re.sub(r"\b[a-z](?=[a-z]{3})", lambda match: match[0].upper(), line)


def apply_edits(doc: Doc, edits: list[Edit], make_doc: Callable[[str], Doc]) -> Doc | None:
    """The text with the edits made, tokenized anew, with its entities in their new places.

    ``None`` where an entity would no longer fall on token borders. Edits must not overlap one another.
    """
    text = doc.text
    pieces: list[str] = []
    shifts: list[tuple[int, int, int, int]] = []  # old start, old end, new start, new end of each edit
    position = length = 0
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.end)):
        kept = text[position : edit.start]
        pieces += [kept, edit.text]
        length += len(kept)
        shifts.append((edit.start, edit.end, length, length + len(edit.text)))
        length += len(edit.text)
        position = edit.end
    pieces.append(text[position:])

    def moved(offset: int, *, end: bool) -> int:
        delta = 0
        for old_start, old_end, new_start, new_end in shifts:
            if old_end <= offset and (old_end < offset or end or old_start < old_end):
                delta = new_end - old_end
            elif old_start < offset < old_end:
                # Inside an edit that keeps the length (casing), characters keep their places.
                return new_start + (offset - old_start)
        return offset + delta

    new = make_doc("".join(pieces))
    ents: list[Span] = []
    for ent in doc.ents:
        span = new.char_span(moved(ent.start_char, end=False), moved(ent.end_char, end=True), label=ent.label_)
        if span is None:
            return None
        ents.append(span)
    new.set_ents(ents, default="outside")
    return new


@registry.augmenters("conflict_events.Augmenter.v1")  # type: ignore[untyped-decorator]
def create_augmenter(
    level: float = 0.5,
    names: float = 0.0,
    numbers: float = 0.0,
    disguised: float = 0.0,
    headlines: float = 0.0,
    seed: int = 0,
) -> Augment:
    """An augmenter that gives each article as it is, and with probability ``level`` a variant of it besides.

    names: share of the names that are other names or spellings in the variant. numbers: share of the casualty numbers
    written the other way (figures, words). disguised: share of words of actors and weapons with a character put in.
    headlines: share of short lines in capitals or headline casing. seed: of the variants, so that runs are alike.
    """
    rng = random.Random(seed)
    makers: list[Edits] = []
    if names:
        makers.append(swap_names(names, load_names()))
    if numbers:
        makers.append(number_forms(numbers))
    if disguised:
        makers.append(disguise(disguised))
    if headlines:
        makers.append(casing(headlines))

    def augment(nlp: Language, example: Example) -> Iterator[Example]:
        yield example
        if rng.random() >= level:
            return
        # The text is clean already: cleaning it again could drop a line that had only just been kept.
        tokenizer = getattr(nlp.tokenizer, "inner", nlp.tokenizer)
        doc: Doc | None = example.reference
        changed = False
        for make in makers:
            assert doc is not None
            edits = make(doc, rng)
            if edits:
                doc = apply_edits(doc, edits, tokenizer)
                changed = True
                if doc is None:
                    return
        if changed and doc is not None:
            yield Example(Doc(nlp.vocab, words=[t.text for t in doc], spaces=[bool(t.whitespace_) for t in doc]), doc)

    return augment

"""What reading gives: articles, errors, and records on the way to them."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import resources
from typing import Any

MAX_CHARACTERS = 1_000_000
"""The longest text that is read as one article: spaCy's own limit."""

FIELDS = ("id", "text", "title", "published", "outlet", "url", "language")
_SAYS_NOTHING = frozenset({"other", "unknown", "none", "null", "nan", "n/a", "na", "-", "?"})


@dataclass(frozen=True)
class InputArticle:
    """An article as it was read.

    ``outlet`` is the publisher as the record names it; ``published`` is ``None`` where no date could be read;
    ``source`` is the path, and the row where a file holds several.
    """

    id: str
    text: str
    title: str | None = None
    outlet: str | None = None
    published: dt.date | None = None
    url: str | None = None
    source: str | None = None
    language: str = "en"
    #: What the reader had to do or assume ("read as cp1252").
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class ReadError:
    """Something that could not be read: where, why and what to do, and the record as far as there is one."""

    source: str
    reason: str
    record: dict[str, Any] | None = None
    #: The ending of a file of a kind that is not read.
    unread_kind: str | None = None


@dataclass(frozen=True)
class Record:
    """An article as a format found it: its values by name, before they are looked up, dated and checked.

    ``where`` says under which names each field stands; without it the values' names are those of the fields.
    ``name`` stands in for an id; ``dated_by_name``: the file holds one article, so that its name may date it.
    """

    values: Mapping[str, Any]
    source: str
    name: str
    notes: tuple[str, ...] = ()
    where: Mapping[str, Sequence[str]] | None = None
    month_first: bool | None = False
    order_note: str | None = None
    dated_by_name: bool = False


@dataclass(frozen=True)
class FieldNames:
    """The columns or keys that hold an article's fields. A ``None`` is looked up in the table of usual names."""

    id: str | None = None
    text: str | None = None
    title: str | None = None
    published: str | None = None
    outlet: str | None = None
    url: str | None = None
    language: str | None = None


def usual_names() -> dict[str, tuple[str, ...]]:
    """The usual names of each field, in the order in which they are looked for."""
    table = (resources.files("conflict_events") / "data" / "field_names.csv").read_text(encoding="utf-8")
    names: dict[str, tuple[str, ...]] = {}
    for row in csv.DictReader(io.StringIO(table)):
        names[row["field"]] = (*names.get(row["field"], ()), fold(row["name"]))
    return names


@dataclass(frozen=True)
class Columns:
    """Which columns or keys hold an article's fields: those that the user named, else the usual ones."""

    fields: FieldNames = FieldNames()
    usual: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: usual_names())

    def locate(self, names: Iterable[str]) -> dict[str, list[str]]:
        """For each field that is there, the names under which a record of ``names`` may hold it, best first.

        The text has one name only: a summary is no stand-in for an article that is missing.
        """
        names = list(names)
        folded: dict[str, str] = {}
        for name in names:
            folded.setdefault(fold(name), name)
        found: dict[str, list[str]] = {}
        for wanted in ("text", *(name for name in FIELDS if name != "text")):
            given = getattr(self.fields, wanted)
            if given is not None:
                places = [given] if given in names else []
            else:
                taken = found.get("text", [])
                places = [
                    folded[name] for name in self.usual.get(wanted, ()) if name in folded and folded[name] not in taken
                ]
            if places:
                found[wanted] = places[:1] if wanted == "text" else places
        return found

    def no_text(self, source: str, names: Iterable[str], what: str = "column") -> ReadError:
        """The error of a table or record that holds no text."""
        wanted = f"no {what} {self.fields.text!r}" if self.fields.text else f"no {what} that holds a text"
        return ReadError(
            source,
            f"has {wanted} ({what}s: {', '.join(map(str, names)) or 'none'}); name it {', '.join(self.usual['text'])}, "
            f"or say which it is with --field text=NAME",
        )


def stable_id(text: str, url: str | None = None) -> str:
    """An id made from the content: the same article gives the same id on every run and computer."""
    return (
        "article-" + hashlib.blake2b(f"{url or ''}\n{text}".encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
    )


def unreadable(text: str) -> str | None:
    if not text.strip():
        return "its text is empty; fill it in or remove the record"
    if len(text) > MAX_CHARACTERS:
        return (
            f"its text has {len(text):,} characters, more than the {MAX_CHARACTERS:,} of one article; "
            "split it into its articles"
        )
    if not any(character.isalpha() for character in text):
        return "its text has no letters; check that the right field was read"
    return None


def first_value(wanted: str, record: Mapping[str, Any], places: Sequence[str]) -> object:
    """The first of a record's values for a field that says something."""
    if wanted == "text":
        return record.get(places[0])
    for name in places:
        said = words(record.get(name))
        if said is not None and said.casefold() not in _SAYS_NOTHING:
            return record[name]
    return None


def language_code(name: str | None) -> str:
    """A language code; English where nothing is said."""
    if not name or name.casefold().startswith("en"):
        return "en"
    return re.split(r"[-_]", name.casefold())[0]


def words(value: object) -> str | None:
    """A value as one line of words; None where it says nothing."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, dict):
        value = value.get("name") or value.get("title")
    said = " ".join(str(value).split()) if value is not None else ""
    return said or None


def fold(name: str) -> str:
    return re.sub(r"[\W_]+", "", str(name)).casefold()

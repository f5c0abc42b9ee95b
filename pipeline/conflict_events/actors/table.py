"""The table of actors, and how a name or a description finds its row.

>>> table = ActorTable.load()
>>> table.lookup("Liwaa Al-Quds").acled_name
'LaQ: Quds Brigade'
>>> table.lookup("regime forces", date=dt.date(2020, 5, 9), country="Syria").acled_name
'Military Forces of Syria (2000-)'
>>> table.lookup("a group nobody has heard of") is None
True
"""

from __future__ import annotations

import csv
import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from conflict_events.places.keys import arabic_key, fold, is_arabic, romanisation
from conflict_events.schema import Actor

if TYPE_CHECKING:
    from conflict_events.actors.descriptions import ActorDescriptions

COLUMNS = (
    "id",
    "name",
    "acled_name",
    "ged_name",
    "kind",
    "side",
    "country",
    "valid_from",
    "valid_to",
    "parent",
    "aliases",
)
_CACHE = 20_000
# Kinds of actors that states send over their borders, so that they tell no country.
_STATES = frozenset({"state forces", "police", "peacekeepers", "private military", "coalition"})
_NOT_WORD = re.compile(r"[^\w]+")
# Words that describe the people or things of a group and do not belong to its name: "ISIS cells", "Hamzah faction".
_GROUP_WORDS = frozenset(
    [
        "cell",
        "cells",
        "member",
        "members",
        "fighter",
        "fighters",
        "militant",
        "militants",
        "militia",
        "militias",
        "militiaman",
        "militiamen",
        "gunman",
        "gunmen",
        "faction",
        "factions",
        "movement",
        "group",
        "groups",
        "organization",
        "organisation",
        "terrorist",
        "terrorists",
        "element",
        "elements",
        "force",
        "forces",
        "soldier",
        "soldiers",
        "leader",
        "leaders",
        "commander",
        "commanders",
        "remnants",
        "sleeper",
        "patrol",
        "patrols",
        "convoy",
        "convoys",
        "vehicle",
        "vehicles",
        "checkpoint",
        "checkpoints",
        "post",
        "posts",
        "position",
        "positions",
        "headquarters",
        "families",
        "family",
        "drone",
        "drones",
        "brigade",
        "warplanes",
        "helicopters",
        "helicopter",
        "troops",
        "insurgents",
        "rebels",
        "snipers",
        "sniper",
        "operatives",
        "operative",
        "personnel",
        "mercenaries",
        "police",
        "officer",
        "officers",
        "prisoners",
        "suspects",
        "suspect",
        "affiliates",
        "supporters",
    ]
)
_LEADING = frozenset(
    [
        "the",
        "a",
        "an",
        "suspected",
        "alleged",
        "presumed",
        "former",
        "so-called",
        "other",
        "local",
        "some",
        "several",
        "armed",
        "unidentified",
        "masked",
    ]
)
# Words that make no name of a description: an alias of such words belongs to its own country only.
_GENERIC = frozenset(
    [
        "national",
        "internal",
        "general",
        "local",
        "military",
        "free",
        "joint",
        "public",
        "self",
        "state",
        "tribal",
        "arab",
        "border",
        "and",
        "of",
    ]
)


@dataclass(frozen=True, slots=True)
class ActorEntry:
    """A row of the actor table.

    Attributes:
        id: stable name of the row.
        name: canonical name.
        acled_name: the name in ACLED's list of actors, ``None`` where there is none.
        ged_name: the name in the UCDP actor list, ``None`` where there is none.
        kind: state forces, police, rebel, jihadist, militia, coalition, civilians, protesters, unidentified, …
        side: the party to the conflict that it belongs to.
        country: the country it belongs to, or mostly acts in; ``None`` for actors of several countries.
        valid_from, valid_to: first and last day under this name; ``None`` where open.
        parent: name of the actor that it is part of.
        aliases: other names.
    """

    id: str
    name: str
    acled_name: str | None
    ged_name: str | None
    kind: str
    side: str | None
    country: str | None
    valid_from: dt.date | None
    valid_to: dt.date | None
    parent: str | None
    aliases: tuple[str, ...]

    def actor(self) -> Actor:
        """The record of this actor."""
        return Actor(id=self.id, name=self.name, kind=self.kind, side=self.side, country=self.country)

    def valid_on(self, date: dt.date | None) -> bool:
        """Whether the actor existed under this name on ``date``; always true where the date is not known."""
        if date is None:
            return True
        return (self.valid_from is None or self.valid_from <= date) and (self.valid_to is None or date <= self.valid_to)


class ActorTable:
    """Actors by name, alias and description.

    Args:
        entries: the rows; of several that share an alias and fit date and country the first is taken.
        descriptions: how descriptions ("regime forces", "unidentified gunmen") are read; none if left out.
    """

    def __init__(self, entries: Iterable[ActorEntry], descriptions: ActorDescriptions | None = None) -> None:
        self.entries = tuple(entries)
        self.descriptions = descriptions
        self._by_name = {entry.name: entry for entry in self.entries}
        self._by_id = {entry.id: entry for entry in self.entries}
        self._by_alias: dict[str, list[ActorEntry]] = {}
        self._by_key: dict[str, list[ActorEntry]] = {}
        for entry in self.entries:
            for name in (entry.name, entry.acled_name, *entry.aliases):
                if not name:
                    continue
                _append(self._by_alias, normal(name), entry)
                if is_arabic(name):
                    _append(self._by_key, arabic_key(name), entry)
                elif len(name) > 6:
                    _append(self._by_key, group_key(name), entry)
        self._describing = _GROUP_WORDS | (descriptions.words() if descriptions is not None else frozenset())
        self._answers: dict[tuple[str, dt.date | None, str | None], ActorEntry | None] = {}

    @classmethod
    def load(cls, path: Path | str | None = None, extra: Iterable[Path | str] = ()) -> ActorTable:
        """The table that the package ships, or the one at ``path``, with the rows of the tables ``extra`` before it.

        A table is a CSV file with the columns ``name`` and any of ``COLUMNS``; aliases are separated by ``|``, dates
        are ISO dates. A row whose ``id`` is already there replaces it.

        Raises:
            FileNotFoundError: a table is missing.
            ValueError: a table has no column ``name``, or a date is no ISO date.
        """
        from conflict_events.actors.descriptions import ActorDescriptions

        own = [entry for table in extra for entry in read_actors(Path(table))]
        base = read_actors(Path(path)) if path is not None else _packaged()
        replaced = {entry.id for entry in own}
        return cls([*own, *(entry for entry in base if entry.id not in replaced)], ActorDescriptions.load())

    def __len__(self) -> int:
        return len(self.entries)

    def get(self, name: str) -> ActorEntry | None:
        """The entry with this id or canonical name; general actors are known by their id ("police:syria:2000")."""
        found = self._by_id.get(name) or self._by_name.get(name)
        return found if found is not None or self.descriptions is None else self.descriptions.by_id(name)

    def lookup(self, name: str, date: dt.date | None = None, country: str | None = None) -> ActorEntry | None:
        """The actor that ``name`` means, or ``None`` where it is not known.

        Args:
            name: a name, an alias, or a description, as written in the text.
            date: the day of the event or the article; decides between actors that succeeded each other.
            country: where the event happened; decides between actors of one name, and whom "the army" means.
        """
        question = (name, date, country)
        if question in self._answers:
            return self._answers[question]
        if len(self._answers) >= _CACHE:
            self._answers.clear()
        answer = self._answers[question] = self._find(name, date, country)
        return answer

    def named(self, name: str, date: dt.date | None = None, country: str | None = None) -> ActorEntry | None:
        """Like :meth:`lookup`, for names and aliases only: descriptions are not read."""
        words = normal(name).split()
        for candidate in self._shortened(words):
            found = self._by_alias.get(" ".join(candidate))
            if found and self._generic(candidate):
                # "gendarmerie forces" and "tribal militia" name somebody only where they are: not another country's.
                found = [entry for entry in found if entry.country in (None, country)]
            if found:
                return _choose(found, date, country)
        if is_arabic(name):
            return _choose(self._by_key.get(arabic_key(name), ()), date, country)
        found = None if self._generic(words) else self._by_key.get(group_key(name))
        if not found and len(words) > 1 and not self._generic(words):
            found = self._by_key.get(group_key(" ".join(self._bare(words))))
        return _choose(found, date, country) if found else None

    def name_within(self, text: str, date: dt.date | None = None, country: str | None = None) -> str | None:
        """The name at the end of ``text`` that words before it only describe, ``None`` where there is none.

        Whose group it is must agree: a "Lebanese" group may be Hezbollah, an "Iraqi" one is another.

        >>> ActorTable.load().name_within("the Lebanese militant group Hezbollah")
        'Hezbollah'
        """
        words = text.split()
        if self.descriptions is None or normal(text) in self._by_alias:
            return None
        for first in range(1, len(words)):
            if not self.descriptions.describes(words[first - 1]):
                return None
            name = " ".join(words[first:])
            if not words[first][0].isupper() or self.is_generic(name):
                continue
            found = self.named(name, date, country)
            if found is not None:
                reading = self.descriptions.read(" ".join(words[:first]))
                whose = reading.demonym if reading is not None else None
                return name if whose is None or found.country in (None, whose) else None
        return None

    def homes(self) -> dict[str, str]:
        """The country that each name of one word speaks for, where all actors of that name belong to it ("Houthi")."""
        homes: dict[str, str] = {}
        for entry in self.entries:
            for alias in (entry.name, *entry.aliases):
                if len(alias) > 2 and alias[0].isupper() and " " not in alias and not is_arabic(alias):
                    countries = {other.country for other in self._by_alias.get(normal(alias), ())}
                    if len(countries) == 1 and entry.country is not None:
                        homes[alias] = entry.country
        return homes

    def home_phrases(self) -> dict[str, str]:
        """Like :meth:`homes` for names of several words, all capitalised, of parties that are no state's forces."""
        phrases: dict[str, str] = {}
        for entry in self.entries:
            if entry.country is None or entry.kind in _STATES:
                continue
            for alias in (entry.name, *entry.aliases):
                words = alias.split()
                if len(words) < 2 or not all(word[0].isupper() for word in words) or self.is_generic(alias):
                    continue
                if {other.country for other in self._by_alias.get(normal(alias), ())} == {entry.country}:
                    phrases[alias] = entry.country
        return phrases

    def holds(self, identifier: str) -> bool:
        """Whether the table has a row of this id; general actors ("unidentified:syria") have none."""
        return identifier in self._by_id

    def is_generic(self, name: str) -> bool:
        """Whether ``name`` holds only words that describe people under arms, and so names nobody: "national police"."""
        return self._generic(normal(name).split())

    def acled_name(self, actor: Actor) -> str | None:
        """The name in ACLED's list of an actor of a record, general actors included; ``None`` where there is none.

        >>> table = ActorTable.load()
        >>> table.acled_name(Actor(id="protesters:syria", name="Protesters (Syria)", kind="protesters"))
        'Protesters (Syria)'
        """
        entry = self.get(actor.id)
        return entry.acled_name if entry is not None else None

    def _generic(self, words: Sequence[str]) -> bool:
        return all(word in self._describing or word in _GENERIC for word in words)

    def _bare(self, words: Sequence[str]) -> list[str]:
        """``words`` without those that only describe the people of a group, at both ends."""
        *_, shortest = self._shortened(list(words))
        return shortest

    def _shortened(self, words: list[str]) -> Iterator[list[str]]:
        """``words`` as they are, then with fewer and fewer words that only describe the people of a group."""
        yield words
        first, last = 0, len(words)
        while last - first > 1 and words[first] in _LEADING:
            first += 1
            yield words[first:last]
        while last - first > 1 and words[last - 1] in self._describing:
            last -= 1
            yield words[first:last]

    def _find(self, name: str, date: dt.date | None, country: str | None) -> ActorEntry | None:
        described = self.descriptions
        reading = described.read(name) if described is not None else None
        # "Turkish-backed Free Syrian Army" is in the table; "ISIS cells" is ISIS; "Turkish forces" are described.
        # A name inside the text wins over a description, but not where only a country would be left of it.
        found = self.named(name, date, country)
        if found is None and (within := self.name_within(name, date, country)) is not None:
            found = self.named(within, date, country)
        if found is None:
            for part in re.split(
                r"\s+(?:of|from|in|within|under|affiliated with|belonging to|loyal to)\s+(?:the\s+)?|\s*[()]\s*", name
            ):
                if part and part != name:
                    found = self.named(part, date, country)
                    if found is not None:
                        break
        if found is not None:
            return found
        if described is None or reading is None:
            return None
        return described.actor(reading, date, country, self)


def normal(name: str) -> str:
    """``name`` folded, without punctuation, articles and doubled spaces: what aliases are compared by."""
    text = fold(name.replace("U.S.", "US").replace("U.S", "US")).replace("-", " ")
    words = _NOT_WORD.sub(" ", text).split()
    while len(words) > 1 and words[0] in ("the", "a", "an"):
        words = words[1:]
    return " ".join(word for word in words if len(words) == 1 or word not in ("al", "el"))


def group_key(name: str) -> str:
    """The romanisation key of a group's name, with one spelling for the Arabic words for army, brigade, front, …"""
    return romanisation().key(" ".join(_arabic_words().get(word, word) for word in normal(name).split()))


def read_actors(path: Path) -> list[ActorEntry]:
    """The rows of a user's table of actors.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: the column ``name`` is missing, or a date is no ISO date.
    """
    if not path.is_file():
        raise FileNotFoundError(f"no table of actors at {path}; give a CSV file with a column name")
    with path.open(encoding="utf-8-sig", newline="") as handle:
        return _entries(csv.DictReader(handle), str(path))


@lru_cache(maxsize=1)
def _packaged() -> tuple[ActorEntry, ...]:
    text = resources.files("conflict_events").joinpath("data/actors.csv").read_text(encoding="utf-8")
    return tuple(_entries(csv.DictReader(text.splitlines()), "data/actors.csv"))


def _entries(reader: csv.DictReader[str], source: str) -> list[ActorEntry]:
    if "name" not in (reader.fieldnames or ()):
        raise ValueError(f"{source} lacks the column name; known columns are {', '.join(COLUMNS)}")
    entries = []
    for line, row in enumerate(reader, start=2):
        try:
            first, last = (
                dt.date.fromisoformat(day) if (day := row.get(key)) else None for key in ("valid_from", "valid_to")
            )
        except ValueError as error:
            raise ValueError(f"{source}, line {line}: dates must be written as 2024-12-08 ({error})") from error
        entries.append(
            ActorEntry(
                id=row.get("id") or "user-" + re.sub(r"\W+", "-", fold(row["name"])).strip("-"),
                name=row["name"],
                acled_name=row.get("acled_name") or None,
                ged_name=row.get("ged_name") or None,
                kind=row.get("kind") or "unknown",
                side=row.get("side") or None,
                country=row.get("country") or None,
                valid_from=first,
                valid_to=last,
                parent=row.get("parent") or None,
                aliases=tuple(alias.strip() for alias in (row.get("aliases") or "").split("|") if alias.strip()),
            )
        )
    return entries


@lru_cache(maxsize=1)
def _arabic_words() -> Mapping[str, str]:
    text = resources.files("conflict_events").joinpath("data/group_words.csv").read_text(encoding="utf-8")
    return {form: row["word"] for row in csv.DictReader(text.splitlines()) for form in row["forms"].split("|")}


def _append(index: dict[str, list[ActorEntry]], key: str, entry: ActorEntry) -> None:
    if key and entry not in index.setdefault(key, []):
        index[key].append(entry)


def _choose(entries: Sequence[ActorEntry], date: dt.date | None, country: str | None) -> ActorEntry | None:
    """Of actors of one name: those of the country before those of none, those valid on the day before others."""
    if not entries:
        return None

    def rank(entry: ActorEntry) -> tuple[bool, bool]:
        return (
            country is not None and entry.country is not None and entry.country != country,
            not entry.valid_on(date),
        )

    return min(entries, key=rank)

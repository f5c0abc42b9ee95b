"""Reading a description of an actor: whose, backed by whom, and what kind of party.

"Turkish warplanes", "Iranian-backed militiamen", "regime soldiers", "unidentified gunmen", "two civilians" name nobody,
yet each means a general actor: a country's armed forces, its police, its civilians, an unidentified group. A
description is taken apart into a class of party (``data/actor_words.csv``), the demonym or country before it
(``data/demonyms.csv``) and a backer; the first row of ``data/actor_rules.csv`` that fits says which general actor
(``data/actor_templates.csv``) or which row of the table it means. ``data/regimes.csv`` gives the years that ACLED adds
to the names of state forces.
"""

from __future__ import annotations

import csv
import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING

from conflict_events.actors.victims import civilian_words
from conflict_events.places.keys import fold

if TYPE_CHECKING:
    from conflict_events.actors.table import ActorEntry, ActorTable

_REGIME = frozenset(
    [
        "regime",
        "regime's",
        "government",
        "governmental",
        "assad",
        "assad's",
        "pro-government",
        "pro-regime",
        "state",
        "syrian-regime",
        "loyalist",
        "loyalists",
    ]
)
_BACKED = re.compile(
    r"^(?P<by>.+?)[- ]"
    r"(?:backed|affiliated|allied|aligned|linked|supported|sponsored|loyal|controlled|trained|funded|led)$"
)
_WEAK_HEADS = frozenset(
    [
        *("force", "forces", "personnel", "officer", "officers", "patrol", "patrols", "vehicle", "vehicles"),
        *("convoy", "convoys", "group", "groups", "cells", "unidentified", "unknown", "militants", "terrorists"),
    ]
)
_PEOPLE = re.compile(r"[a-z]{4}s$")
_WORD = re.compile(r"[\w’'.]+(?:[-–][\w’'.]+)*")


@dataclass(frozen=True, slots=True)
class Reading:
    """A description taken apart. ``demonym`` and ``backing`` are a country's name, "regime", "government" or ``None``;
    ``party`` is a class of ``data/actor_words.csv``, "civilian", or "none" where only a demonym is left."""

    party: str
    demonym: str | None
    backing: str | None


@dataclass(frozen=True, slots=True)
class _Regime:
    first: dt.date | None
    last: dt.date | None
    years: str
    article: str


class ActorDescriptions:
    """How descriptions are read. Made by :meth:`load` from the package's tables."""

    def __init__(
        self,
        classes: Mapping[str, str],
        demonyms: Mapping[str, str],
        rules: Sequence[Mapping[str, str]],
        templates: Mapping[str, Mapping[str, str]],
        regimes: Mapping[str, Sequence[_Regime]],
    ) -> None:
        self._classes = dict(classes)
        self._demonyms = dict(demonyms)
        self._rules = tuple(rules)
        self._templates = dict(templates)
        self._regimes = dict(regimes)
        self._longest = max(len(words.split()) for words in (*classes, *demonyms))
        self._slugs = {_slug(country): country for country in (*demonyms.values(), *regimes)}
        self._entries: dict[tuple[str, str, str], ActorEntry] = {}

    @classmethod
    def load(cls) -> ActorDescriptions:
        """The package's own rules."""
        classes = dict.fromkeys(civilian_words(), "civilian")
        for row in _read("actor_words.csv"):
            classes.update(dict.fromkeys(row["words"].split("|"), row["class"]))
        demonyms = {fold(row["demonym"]): row["country"] for row in _read("demonyms.csv")}
        for row in _read("countries.csv"):
            demonyms.setdefault(fold(row["name"]), row["name"])
        demonyms.update({"us": "United States", "u.s": "United States", "u.s.": "United States"})
        regimes: dict[str, list[_Regime]] = {}
        for row in _read("regimes.csv"):
            first, last = (dt.date.fromisoformat(row[key]) if row[key] else None for key in ("valid_from", "valid_to"))
            regimes.setdefault(row["country"], []).append(_Regime(first, last, row["label"], row["article"]))
        return cls(
            classes,
            demonyms,
            _read("actor_rules.csv"),
            {row["id"]: row for row in _read("actor_templates.csv")},
            regimes,
        )

    def words(self) -> frozenset[str]:
        """All single words that describe a party."""
        return frozenset(word for phrase in self._classes for word in phrase.split())

    def phrases(self, party: str) -> frozenset[str]:
        """The words that describe a class of party, such as "unidentified"."""
        return frozenset(phrase for phrase, known in self._classes.items() if known == party)

    def describes(self, word: str) -> bool:
        """Whether a word before a name only describes whose it is: a common noun, "Syrian", "Iran-backed"."""
        return word.islower() or self._match([fold_keeping_hyphens(word)], 0)[1] in ("demonym", "backing")

    def is_backing(self, text: str) -> bool:
        """Whether ``text`` only says who stands behind a party, and needs a noun: "Iranian-backed"."""
        reading = self.read(text)
        return reading is not None and reading.backing is not None and reading.party == "none"

    def by_id(self, identifier: str) -> ActorEntry | None:
        """The general actor with this id: template, country and first year of its government, split by colons."""
        template, _, rest = identifier.partition(":")
        if template not in self._templates:
            return None
        slug, _, years = rest.partition(":")
        country = self._slugs.get(slug)
        if slug and country is None:
            return None
        if country is None and "{" in self._templates[template]["name"]:
            return None
        label = next((one for one in self._regimes.get(country or "", ()) if one.years.strip("-") == years), None)
        return self._entry(template, country, label.first if label is not None else None)

    def read(self, text: str) -> Reading | None:
        """``text`` taken apart, or ``None`` where it holds no word of the tables."""
        words = [word for word in _WORD.findall(fold_keeping_hyphens(text)) if word not in ("the", "a", "an", "of")]
        party = demonym = backing = None
        place = 0
        while place < len(words):
            size, kind, value = self._match(words, place)
            if kind == "backing":
                backing = backing or value
            elif kind == "demonym":
                demonym = demonym or value
                if party is None and place + size == len(words) and _PEOPLE.search(words[place + size - 1]):
                    party = "civilian"  # "three Syrians", "two Iraqis"
            elif kind == "party":
                # The head of an English noun phrase is its last noun, but not one behind "of": "soldiers of the army".
                # And where the last noun only says that they are people under arms, the one before says who: "police
                # officer", "gendarmerie forces", "rebel group".
                weak = party is not None and words[place + size - 1] in _WEAK_HEADS
                party = party if weak else value
            place += size
        if party is None and demonym is None and backing is None:
            return None
        return Reading(party or "none", demonym, backing)

    def actor(
        self, reading: Reading, date: dt.date | None, country: str | None, table: ActorTable
    ) -> ActorEntry | None:
        """The general actor that a description means at a time and place, or ``None`` where no rule fits."""
        for rule in self._rules:
            if not (
                _fits(rule["class"], reading.party)
                and _fits(rule["demonym"], reading.demonym)
                and _fits(rule["backing"], reading.backing)
                and _fits(rule["context"], country)
            ):
                continue
            target = rule["target"]
            if target.startswith("@"):
                return table.get(target[1:])
            template, _, whose = target.partition(":")
            owner = reading.demonym if whose == "demonym" else country
            if owner in ("regime", "government"):
                owner = country
            if owner is None and "{" in self._templates[template]["name"]:
                return None
            return self._entry(template, owner, date)
        return None

    def general(self, template: str, country: str, date: dt.date | None = None) -> ActorEntry:
        """The general actor of a template and country, such as ``("civilians", "Syria")``.

        Raises:
            KeyError: there is no such template.
        """
        return self._entry(template, country, date)

    # -- inside -------------------------------------------------------------------------------------------------

    def _match(self, words: Sequence[str], place: int) -> tuple[int, str, str]:
        """Length, kind and value of the longest expression of the tables that begins at ``place``."""
        word = words[place]
        backed = _BACKED.match(word)
        if backed is not None or word.startswith("pro-"):
            by = backed.group("by") if backed is not None else word[4:]
            return 1, "backing", self._backer(by)
        if place + 1 < len(words) and words[place + 1] in ("backed", "affiliated", "allied", "supported", "led"):
            return 2, "backing", self._backer(word)
        for size in range(min(self._longest, len(words) - place), 0, -1):
            phrase = " ".join(words[place : place + size])
            plain = phrase[:-2] if phrase.endswith(("'s", "’s")) else phrase
            if plain in self._demonyms:
                return size, "demonym", self._demonyms[plain]
            if plain == "government" and place + size == len(words):
                return size, "party", "government"  # "the Afghan government", but "government troops"
            if plain in _REGIME:
                return size, "demonym", "regime"
            if plain in self._classes:
                return size, "party", self._classes[plain]
        # A hyphenated demonym: "Syrian-Turkish", "Saudi-led" are read by their first part.
        first = word.split("-")[0]
        if "-" in word and first in self._demonyms:
            return 1, "demonym", self._demonyms[first]
        return 1, "", ""

    def _backer(self, by: str) -> str:
        if by in _REGIME or by == "regime":
            return "regime"
        return self._demonyms.get(by, by)

    def _entry(self, template: str, country: str | None, date: dt.date | None) -> ActorEntry:
        from conflict_events.actors.table import ActorEntry

        row = self._templates[template]
        regime = self._regime(country, date) if country is not None else None
        years = f"({regime.years})" if regime is not None else ""
        memo = (template, country or "", years if "{years}" in row["acled_name"] else "")
        entry = self._entries.get(memo)
        if entry is not None:
            return entry
        article = f"{regime.article} " if regime is not None and regime.article else ""
        filled = {
            key: " ".join(row[key].format(country=country, the_country=f"{article}{country}", years=years).split())
            for key in ("name", "acled_name", "ged_name")
        }
        years_used = memo[2]
        entry = self._entries[memo] = ActorEntry(
            id=":".join(part for part in (template, _slug(country or ""), years_used.strip("()-")) if part),
            name=filled["name"],
            acled_name=filled["acled_name"] or None,
            ged_name=filled["ged_name"] or None,
            kind=row["kind"],
            side=row["side"] or None,
            country=country,
            valid_from=regime.first if years_used and regime is not None else None,
            valid_to=regime.last if years_used and regime is not None else None,
            parent=None,
            aliases=(),
        )
        return entry

    def _regime(self, country: str, date: dt.date | None) -> _Regime | None:
        """The government of a country on a day; the first of the table where the day is not known or before it."""
        regimes = self._regimes.get(country)
        if not regimes:
            return None
        if date is not None:
            for regime in regimes:
                if (regime.first is None or regime.first <= date) and (regime.last is None or date <= regime.last):
                    return regime
        return regimes[0]


def fold_keeping_hyphens(text: str) -> str:
    """Lower case without diacritics; hyphens and apostrophes stay, because they tell "Turkish-backed" apart."""
    return fold(text.replace("’s", "").replace("'s", "")).replace("–", "-")


def _slug(country: str) -> str:
    return fold(country).replace(" ", "-")


def _fits(condition: str, value: str | None) -> bool:
    if condition == "*":
        return True
    if condition == "-":
        return value is None
    if condition == "+":
        return value is not None and value not in ("regime", "government")
    return value == condition


def _read(name: str) -> list[dict[str, str]]:
    text = resources.files("conflict_events").joinpath("data", name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))

"""The table of places and how a name is looked up in it.

:class:`Gazetteer` answers one question: which places may this name mean? It knows nothing of the article; choosing
between places of one name is the task of :mod:`conflict_events.places.resolve`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

from rapidfuzz import fuzz, process

from conflict_events.places.keys import ARABIC, Romanisation, arabic_key, fold, is_arabic, romanisation

COLUMNS = (
    "id",
    "name",
    "kind",
    "country",
    "admin1",
    "admin2",
    "admin3",
    "lat",
    "lon",
    "population",
    "listed",
    "located",
    "aliases",
)
ADMIN_KINDS = ("country", "admin1", "admin2", "admin3")
_CACHE = 50_000
#: What stands between the aliases of a row.
JOIN = "|"
# A key, alone or with its consonants and vowels (see ``Romanisation.parts``).
_Member: TypeAlias = str | tuple[str, str, str]
# How far a spelling that is only near costs: distance 0.5, the widest that counts, leaves 0.8.
_NEAR = 0.97
_NEAR_SLOPE = 0.34
# An equal key where names do not come through romanisation: most likely chance.
_FOREIGN = 0.92
# rapidfuzz's ratio (0 to 100) from which a name may be a misspelling, and how much such a match is worth at most.
_FUZZY_CUTOFF = 82.0
_FUZZY_BEST = 0.8
# What a name is worth that fits nothing in its division as well, and how far apart two rows for one place may be.
_IN_DIVISION = 0.85
_IN_DIVISION_SLOPE = 0.05
_ONE_PLACE_KM = 8.0


@dataclass(frozen=True, slots=True)
class PlaceEntry:
    """A row of the gazetteer. ``lat`` and ``lon`` are degrees (WGS 84); an area has the point of its seat.

    ``listed`` marks places that are in the table because reports of conflict name them: own tables of the package and
    of the user. Of two places of one name it is the likelier one. Of a place that is not ``located`` only the division
    is known, and its point is that of the division's seat.
    """

    id: str
    name: str
    kind: str
    country: str | None
    admin1: str | None
    admin2: str | None
    admin3: str | None
    lat: float
    lon: float
    population: int
    listed: bool
    located: bool
    aliases: tuple[str, ...]

    @property
    def is_area(self) -> bool:
        """Whether the entry is a country or an administrative area rather than a place one can stand at."""
        return self.kind in ADMIN_KINDS


class PlaceMatch(NamedTuple):
    """An entry that a name may mean; ``quality`` (0 to 1) says how well the spelling fits, 1 for the same letters."""

    entry: PlaceEntry
    quality: float


def kilometres(lat_a: float, lon_a: float, lat_b: float, lon_b: float) -> float:
    """Great-circle distance of two points given in degrees, in kilometres (haversine, mean radius 6371 km)."""
    phi_a, phi_b = math.radians(lat_a), math.radians(lat_b)
    half = (
        math.sin((phi_b - phi_a) / 2) ** 2
        + math.cos(phi_a) * math.cos(phi_b) * math.sin(math.radians(lon_b - lon_a) / 2) ** 2
    )
    return 12742.0 * math.asin(min(1.0, math.sqrt(half)))


class Gazetteer:
    """Places by name, over all spellings, Arabic script included.

    Args:
        columns: the table by columns (see ``COLUMNS``), lists of equal length; ``keys`` may be given, so that they
            need not be made again.
        rules: how spellings are brought together; the package's rules by default.
    """

    def __init__(self, columns: Mapping[str, Sequence[Any]], rules: Romanisation | None = None) -> None:
        self._columns = {name: columns[name] for name in COLUMNS}
        self._cells = tuple(self._columns.values())
        self.rules = rules or romanisation()
        self._entries: dict[int, PlaceEntry] = {}
        self._by_key: dict[str, list[int]] = {}
        keys = columns.get("keys")
        if keys is None:
            keys = [
                self._keys_of((name, *aliases.split(JOIN)))
                for name, aliases in zip(columns["name"], columns["aliases"], strict=True)
            ]
        keys = list(keys)
        by_key = self._by_key
        for row, names in enumerate(keys):
            for key in names:
                if key in by_key:
                    by_key[key].append(row)
                else:
                    by_key[key] = [row]
        self._keys = keys
        self._near_lists: Sequence[str] | None = columns.get("near")
        self._varied = self._varied_keys()
        self._sizes: dict[str, dict[int, list[_Member]]] = {}
        self._rows: dict[str, int] = {}
        self._matches: dict[str, tuple[PlaceMatch, ...]] = {}
        self._country_rows: dict[str | None, list[int]] = {}
        self._areas: dict[tuple[str | None, str | None], list[str]] = {}
        self._consonants: dict[tuple[str, str], dict[str, list[tuple[str, Sequence[int]]]]] = {}

    def __len__(self) -> int:
        return len(self._columns["id"])

    def keys(self) -> list[list[str]]:
        """The keys of each row: the column ``keys`` of the table."""
        return [list(keys) for keys in self._keys]

    def near_lists(self) -> list[str]:
        """For each row what is near to those of its keys that no row above has: the column ``near`` of the table."""
        seen: set[str] = set()
        lists = []
        for keys in self._keys:
            parts = []
            for key in keys:
                if key not in seen and not key.startswith(ARABIC):
                    near = self.near_keys(key)
                    if near:
                        parts.append(" ".join([key, *(f"{other}={distance:.2f}" for other, distance in near)]))
                seen.add(key)
            lists.append(JOIN.join(parts))
        return lists

    def _varied_keys(self) -> dict[str, list[str]]:
        """The keys of each bucket, of places in countries where spellings vary."""
        varied = self.rules.countries
        countries = self._columns["country"]
        keys: list[str] = []
        for country, names in zip(countries, self._keys, strict=True):
            if country is None or country in varied:
                keys += names
        keys = list(dict.fromkeys(keys))
        buckets: dict[str, list[str]] = {}
        for key, bucket in zip(keys, self.rules.buckets(keys), strict=True):
            if bucket in buckets:
                buckets[bucket].append(key)
            else:
                buckets[bucket] = [key]
        return buckets

    def ids(self) -> Iterable[str]:
        """The ids of all entries."""
        return iter(self._columns["id"])

    def get(self, identifier: str) -> PlaceEntry | None:
        """The entry with this id, or ``None``."""
        if not self._rows:
            self._rows = {known: row for row, known in enumerate(self._columns["id"])}
        row = self._rows.get(identifier)
        return None if row is None else self._entry(row)

    def lookup(self, name: str) -> list[PlaceEntry]:
        """The places that ``name`` may mean, best spelling first, then the most populous; empty where there is none."""
        return [match.entry for match in self.matches(name)]

    def matches(self, name: str) -> tuple[PlaceMatch, ...]:
        """Like :meth:`lookup`, with the quality of each match. Answers are kept, so a second call costs nothing."""
        found = self._matches.get(name)
        if found is None:
            if len(self._matches) >= _CACHE:
                self._matches.clear()
            found = self._matches[name] = self._find(name)
        return found

    def resembling(
        self, name: str, country: str | None, admin1: str | None = None, cutoff: float = _FUZZY_CUTOFF
    ) -> list[PlaceMatch]:
        """Places of one country (and governorate) whose names resemble ``name``: misspellings and unknown habits.

        Comparing with every name of the world would find something for any word, so an area is required.
        """
        key = self.rules.key(name)
        if len(key) < 4:
            return []
        # A short name leaves little to compare: one letter of five is another name.
        cutoff = max(cutoff, 100.0 - 1.7 * len(key))
        choices = self._area_keys(country, admin1)
        hits = process.extract(key, choices, scorer=fuzz.ratio, score_cutoff=cutoff, limit=8)
        found: dict[int, PlaceMatch] = {}
        for other, ratio, _ in hits:
            for row in self._by_key[other]:
                entry = self._entry(row)
                if entry.country == country and (admin1 is None or entry.admin1 == admin1) and row not in found:
                    found[row] = PlaceMatch(entry, round(_FUZZY_BEST * ratio / 100.0, 4))
        return list(found.values())

    def in_division(self, name: str, country: str, admin1: str) -> list[PlaceMatch]:
        """Places of a first-level division that ``name`` may mean, though no rule of spelling leads to them.

        The consonants are the same and the vowels wander ("Turnabah", Tranbeh), or the list adds a word to the name
        that tells it from a namesake elsewhere ("Tal Samn", Tal al-samen Dahham). Empty where the division has several
        such places: then it is not known which one is meant.
        """
        parts = self.rules.parts(self.rules.key(name))
        apart: dict[int, float] = {}
        for vowels, rows in self._consonants_of(country, admin1).get(parts[0], ()):
            distance = self.rules.distance_in_division(parts, (parts[0], vowels))
            if distance < math.inf:
                for row in rows:
                    apart[row] = min(distance, apart.get(row, distance))
        found = [
            PlaceMatch(entry, round(_IN_DIVISION - _IN_DIVISION_SLOPE * apart[row], 4))
            for row in sorted(apart)
            if (entry := self._entry(row)).country == country and entry.admin1 == admin1 and not entry.is_area
        ]
        first = found[0].entry if found else None
        if first and any(kilometres(first.lat, first.lon, one.lat, one.lon) > _ONE_PLACE_KM for one, _ in found[1:]):
            return []
        return found

    # -- inside -------------------------------------------------------------------------------------------------

    def _find(self, name: str) -> tuple[PlaceMatch, ...]:
        if is_arabic(name):
            return self._find_arabic(name)
        key = self.rules.key(name)
        qualities = self._near(key, open_vowels=False)
        if not qualities and key:
            bare = fold(name)
            if bare.startswith(("al", "el")) and len(bare) > 5:  # the article glued to the name: "Alshadadi"
                qualities = {
                    row: quality - 0.05 for row, quality in self._near(self.rules.key(bare[2:]), False).items()
                }
        return self._ranked(qualities, name)

    def _find_arabic(self, name: str) -> tuple[PlaceMatch, ...]:
        rows = self._by_key.get(arabic_key(name))
        if rows:
            return self._ranked(dict.fromkeys(rows, 1.0), name)
        qualities = self._near(self.rules.key(name), open_vowels=True)
        return self._ranked({row: quality - 0.1 for row, quality in qualities.items()}, name)

    def _near(self, key: str, open_vowels: bool) -> dict[int, float]:
        """Rows whose key is ``key`` or within its budget, with the quality of the match."""
        if not key:
            return {}
        by_key = self._by_key
        rows = by_key.get(key)
        if rows is None:
            qualities: dict[int, float] = {}
            near: Iterable[tuple[str, float]] = self.near_keys(key, open_vowels)
        else:
            qualities = dict.fromkeys(rows, _NEAR)
            # The table lists what is near to each of its own keys.
            listed = None if open_vowels or self._near_lists is None else self._near_lists[rows[0]]
            near = self.near_keys(key, open_vowels) if listed is None else _unpacked(listed, key)
        for other, distance in near:
            quality = _NEAR - _NEAR_SLOPE * distance
            for row in by_key[other]:
                if quality > qualities.get(row, 0.0):
                    qualities[row] = quality
        return qualities

    def near_keys(self, key: str, open_vowels: bool = False) -> list[tuple[str, float]]:
        """The other keys of the table that are one name with ``key`` by its budget, with their distances.

        With ``open_vowels`` a vowel that ``key`` lacks costs nothing, for names in Arabic script.
        """
        rules = self.rules
        consonants, vowels = rules.parts(key)
        near: list[tuple[str, float]] = []
        sizes = self._sizes_of(rules.bucket(consonants))
        if not sizes:
            return near
        budget = rules.budget(consonants) + 1e-9
        reached, found = rules.consonants_from(consonants), rules.vowels_from(vowels, open_vowels)
        # Keys of one bucket have as many consonants: what they differ in length by are vowels that one lacks.
        spare = budget / rules.cheapest_gap
        for size, members in sizes.items():
            if abs(size - len(key)) > spare and not open_vowels:
                continue
            for place, member in enumerate(members):
                if isinstance(member, str):
                    member = members[place] = (member, *rules.parts(member))
                other, key_consonants, key_vowels = member
                apart = reached.get(key_consonants)
                if apart is None:
                    apart = rules.consonant_distance(consonants, key_consonants)
                if apart > budget:
                    continue
                cost = found.get(key_vowels)
                if cost is None:
                    cost = rules.vowel_distance(vowels, key_vowels, open_vowels)
                if apart + cost <= budget and other != key:
                    near.append((other, apart + cost))
        return near

    def _sizes_of(self, bucket: str) -> dict[int, list[_Member]]:
        """The keys of a bucket by their length; what is taken apart of them stays so."""
        sizes = self._sizes.get(bucket)
        if sizes is None:
            sizes = self._sizes[bucket] = {}
            for key in self._varied.get(bucket, ()):
                sizes.setdefault(len(key), []).append(key)
        return sizes

    def _ranked(self, qualities: Mapping[int, float], name: str) -> tuple[PlaceMatch, ...]:
        plain = fold(name)
        varied = self.rules.countries
        matches = []
        for row, quality in qualities.items():
            entry = self._entries.get(row) or self._entry(row)
            if quality >= _NEAR:
                if entry.name == name or fold(entry.name) == plain or plain in map(fold, entry.aliases):
                    quality = 1.0
                elif entry.country is not None and entry.country not in varied:
                    # Qarah and Ceará have one key, but no habit of spelling leads from one to the other.
                    quality = _FOREIGN
            matches.append(PlaceMatch(entry, round(quality, 4)))
        if len(matches) > 1:
            matches.sort(key=_order)
        return tuple(matches)

    def _entry(self, row: int) -> PlaceEntry:
        entry = self._entries.get(row)
        if entry is None:
            ids, names, kinds, countries, admin1, admin2, admin3, *rest = self._cells
            lats, lons, people, listed, located, aliases = rest
            others = aliases[row]
            entry = self._entries[row] = PlaceEntry(
                ids[row],
                names[row],
                kinds[row],
                countries[row],
                admin1[row],
                admin2[row],
                admin3[row],
                round(float(lats[row]), 5),
                round(float(lons[row]), 5),
                int(people[row]),
                bool(listed[row]),
                bool(located[row]),
                tuple(others.split(JOIN)) if others else (),
            )
        return entry

    def _area_keys(self, country: str | None, admin1: str | None) -> list[str]:
        area = (country, admin1)
        if area not in self._areas:
            if not self._country_rows:
                for row, name in enumerate(self._columns["country"]):
                    self._country_rows.setdefault(name, []).append(row)
            divisions, keys = self._columns["admin1"], self._keys
            rows = [row for row in self._country_rows.get(country, ()) if admin1 is None or divisions[row] == admin1]
            found = dict.fromkeys(key for row in rows for key in keys[row] if not key.startswith(ARABIC))
            self._areas[area] = list(found)
        return self._areas[area]

    def _consonants_of(self, country: str, admin1: str) -> dict[str, list[tuple[str, Sequence[int]]]]:
        """The vowels and the rows of a division's keys by their consonants.

        Names of three words and more count without their last one too, which may only tell namesakes apart.
        """
        found = self._consonants.get((country, admin1))
        if found is None:
            found = self._consonants[country, admin1] = {}
            keyed: list[tuple[str, Sequence[int]]] = [
                (key, self._by_key[key]) for key in self._area_keys(country, admin1)
            ]
            divisions, names = self._columns["admin1"], self._columns["name"]
            for row in self._country_rows.get(country, ()):
                words = names[row].split() if divisions[row] == admin1 else ()
                if len(words) > 2:
                    keyed.append((self.rules.key(" ".join(words[:-1])), [row]))
            for key, rows in keyed:
                consonants, vowels = self.rules.parts(key)
                found.setdefault(consonants, []).append((vowels, rows))
        return found

    def _keys_of(self, names: Iterable[str]) -> list[str]:
        keys = {arabic_key(name) if is_arabic(name) else self.rules.key(name) for name in names}
        return sorted(keys - {""})


def _unpacked(listed: str, key: str) -> Iterator[tuple[str, float]]:
    """What the column ``near`` of a row tells of one of the row's keys."""
    for part in listed.split(JOIN) if listed else ():
        own, *others = part.split(" ")
        if own == key:
            for other in others:
                name, _, distance = other.partition("=")
                yield name, float(distance)


def _order(match: PlaceMatch) -> tuple[float, bool, int, str]:
    """Best spelling first, a town before the districts that bear its name, then the most populous."""
    entry = match.entry
    return -match.quality, entry.kind in ("admin2", "admin3"), -entry.population, entry.id

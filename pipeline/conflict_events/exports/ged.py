"""The columns of UCDP's Georeferenced Event Dataset. See ``data/codebooks/ged.toml`` for the rules."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from functools import lru_cache

from conflict_events.exports.acled_names import table
from conflict_events.exports.codebook import Codebook, country_codes
from conflict_events.exports.counting import count_all, count_casualty
from conflict_events.exports.reading import EventReading, Party
from conflict_events.exports.row import Row
from conflict_events.schema import Casualty


def code_ged(reading: EventReading, codebook: Codebook) -> Iterator[Row]:
    """One row, for an event with deaths and an organised actor; none else."""
    killed = count_all(reading.event.casualties, "killed", codebook, reading.event.event_type)
    most = max(value or 0 for value in (killed.low, killed.best, killed.high))
    if most < codebook.coded.minimum_deaths:
        return
    sides = _sides(reading, codebook)
    if sides is None:
        return
    kind, side_a, side_b, rule = sides
    rules = [*killed.rules, rule, "deaths_by_side"]
    deaths = _deaths_by_side(reading, codebook, side_a, side_b)
    best = killed.best or 0
    deaths["deaths_unknown"] = max(0, best - sum(deaths.values()))
    start, end, article = reading.start, reading.end, reading.annotation.article
    place, codes = reading.place, reading.codes
    dyad = f"{side_a} - {side_b}"
    lat, lon = (place.lat, place.lon) if place else (None, None)
    yield Row(
        {
            "id": reading.event.id,
            "relid": f"{codes.iso3 if codes else 'XXX'}-{start.year if start else 0}-{kind}-{reading.event.id}",
            "year": start.year if start else None,
            "code_status": "Clear",
            "type_of_violence": kind,
            "conflict_name": _conflict(side_a, side_b) if kind == 1 else dyad,
            "dyad_name": dyad,
            "side_a": side_a,
            "side_b": side_b,
            "number_of_sources": 1,
            "source_article": _source_article(reading),
            "source_office": article.outlet,
            "source_date": article.published,
            "source_headline": article.title,
            "source_original": None,
            "where_prec": _where_precision(reading, codebook),
            "where_coordinates": place.name if place else None,
            "where_description": reading.location.mention.text if reading.location else None,
            "adm_1": reading.admin("admin1"),
            "adm_2": reading.admin("admin2"),
            "latitude": lat,
            "longitude": lon,
            "geom_wkt": None if lat is None or lon is None else f"POINT ({lon} {lat})",
            "priogrid_gid": None if lat is None or lon is None else priogrid(lat, lon),
            "country": (codes.ged_name if codes else None) or reading.country,
            "country_id": codes.gw if codes else None,
            "region": codes.ged_region if codes else None,
            "event_clarity": 1,
            "date_prec": _date_precision(reading, codebook),
            "date_start": _timestamp(start),
            "date_end": _timestamp(end),
            **deaths,
            "best": best,
            "high": max(best, killed.high or 0),
            "low": min(best, killed.low if killed.low is not None else best),
            "gwnoa": government_number(side_a),
            "gwnob": government_number(side_b),
        },
        rules,
    )


def _sides(reading: EventReading, codebook: Codebook) -> tuple[int, str, str, str] | None:
    """Type of violence, side A, side B, and the rule; ``None`` where no organised actor took part."""
    coded = codebook.coded
    everyone = [*reading.attackers, *reading.targets]
    organised = [party for party in everyone if party.kind in coded.organised]
    states = [party for party in organised if party.kind in coded.states]
    if not organised:
        return None
    others = [party for party in organised if party not in states]
    pairs = [(1, a, b) for a in states for b in others]
    pairs += [(1, a, b) for number, a in enumerate(states) for b in states[number + 1 :]]
    pairs += [] if states else [(2, a, b) for number, a in enumerate(others) for b in others[number + 1 :]]
    for kind, first, second in pairs:
        side_a, side_b = ged_side(first.ged_name), ged_side(second.ged_name)
        if side_a != side_b:
            return kind, side_a, side_b, "state_based" if kind == 1 else "non_state"
    if _kills_civilians(reading) and organised[0] in reading.attackers:
        return 3, ged_side(organised[0].ged_name), "Civilians", "one_sided"
    return None


def _kills_civilians(reading: EventReading) -> bool:
    """Whether civilians are among the dead, or the only target."""
    victims = [casualty.victim for casualty in reading.casualties("killed") if casualty.victim is not None]
    targets = reading.targets
    return any(victim.status == "civilian" for victim in victims) or (
        bool(targets) and all(party.is_civilian for party in targets)
    )


_GOVERNMENT = "Government of "


def ged_side(name: str) -> str:
    """A side as UCDP writes it: governments under UCDP's names of countries.

    >>> ged_side("Government of Russia")
    'Government of Russia (Soviet Union)'
    """
    if not name.startswith(_GOVERNMENT):
        return name
    codes = country_codes().get(name.removeprefix(_GOVERNMENT))
    if codes is None or codes.ged_name is None or codes.ged_name in country_codes():
        return name  # a country that UCDP lists under another one has its own side all the same
    return f"{_GOVERNMENT}{codes.ged_name}"


def government_number(side: str) -> int | None:
    """The Gleditsch-Ward number of the state whose government a side is; ``None`` for all other sides.

    >>> government_number("Government of Russia (Soviet Union)"), government_number("IS")
    (365, None)
    """
    if not side.startswith(_GOVERNMENT):
        return None
    country = side.removeprefix(_GOVERNMENT)
    own = country_codes().get(country)
    return own.gw if own else next((codes.gw for codes in country_codes().values() if country == codes.ged_name), None)


def _conflict(side_a: str, side_b: str) -> str:
    """The name of a conflict of a state: what it is about, where a table tells, else the government."""
    country = side_a.removeprefix(_GOVERNMENT)
    if side_b.startswith(_GOVERNMENT):
        return f"{country} - {side_b.removeprefix(_GOVERNMENT)}"
    about = _incompatibilities().get((country, side_b)) or _incompatibilities().get(("", side_b))
    return f"{country}: {about or 'Government'}"


@lru_cache(maxsize=1)
def _incompatibilities() -> Mapping[tuple[str, str], str]:
    """What sides fight a government for (``data/codebooks/ged_conflicts.csv``)."""
    return {(row["country"], row["side_b"]): row["about"] for row in table("ged_conflicts.csv")}


def _timestamp(day: dt.date | None) -> str | None:
    return f"{day.isoformat()} 00:00:00.000" if day else None


def _deaths_by_side(reading: EventReading, codebook: Codebook, side_a: str, side_b: str) -> dict[str, int]:
    deaths = {"deaths_a": 0, "deaths_b": 0, "deaths_civilians": 0}
    for casualty in reading.casualties("killed"):
        total = count_casualty(casualty, codebook, reading.event.event_type).best or 0
        left = total
        for part in casualty.includes:  # "16 combatants, including nine members of …"
            column = _column(reading, part, side_a, side_b)
            number = min(left, count_casualty(part, codebook, reading.event.event_type).best or 0)
            if column is not None and _column(reading, casualty, side_a, side_b) is None:
                deaths[column] += number
                left -= number
        column = _column(reading, casualty, side_a, side_b)
        if column is not None:
            deaths[column] += left
    return deaths


def _column(reading: EventReading, casualty: Casualty, side_a: str, side_b: str) -> str | None:
    victim = casualty.victim
    if victim is None:
        return None
    if victim.status == "civilian":
        return "deaths_civilians"
    party: Party = reading.party(victim.mention, victim.actor)
    if party.ged_name == side_a:
        return "deaths_a"
    return "deaths_b" if party.ged_name == side_b else None


def _source_article(reading: EventReading) -> str | None:
    article = reading.annotation.article
    parts = (article.outlet, article.published.isoformat() if article.published else None, article.title)
    words = ",".join(part for part in parts if part)
    return f'"{words}"' if words else None


def _where_precision(reading: EventReading, codebook: Codebook) -> int | None:
    location = reading.location
    if location is None or reading.place is None:
        return int(codebook.maps["where_prec"]["country"]) if reading.country else None
    kind = reading.place.kind
    table = codebook.maps["where_prec"]
    if kind in table:
        return int(table[kind])
    if reading.is_area:
        return int(table["fuzzy"])
    return int(table["site" if location.role == "site" and location.place else "near"])


def _date_precision(reading: EventReading, codebook: Codebook) -> int:
    start, end = reading.start, reading.end
    if start and end and 0 < (end - start).days < 6:
        return 2
    return int(codebook.map("date_prec", reading.precision) or codebook.maps["date_prec"]["unknown"])


def priogrid(lat: float, lon: float) -> int:
    """The PRIO-GRID cell of a point: cells of half a degree, numbered from the south-west corner by rows of 720."""
    row = min(int((lat + 90) * 2), 359)
    column = min(int((lon + 180) * 2), 719)
    return row * 720 + column + 1

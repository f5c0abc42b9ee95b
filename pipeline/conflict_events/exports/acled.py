"""ACLED's columns. See ``data/codebooks/acled.toml`` for the rules and their source."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from conflict_events.exports.codebook import Codebook
from conflict_events.exports.counting import count_all
from conflict_events.exports.reading import EventReading, Party
from conflict_events.exports.row import Cell, Row
from conflict_events.schema import EventLocation


def code_acled(reading: EventReading, codebook: Codebook) -> Iterator[Row]:
    """One row; one for each site, with the dead divided among them, where the codebook's option asks for it."""
    event = reading.event
    event_type, sub_event_type, type_rules = _types(reading)
    killed = count_all(event.casualties, "killed", codebook, event_type)
    sites = reading.sites()
    split = bool(codebook.options.get("split_locations")) and len(sites) > 1 and reading.location is not None
    places: list[EventLocation | None] = list(sites) if split else [reading.location]
    shares = _shares(killed.best, len(places))
    for number, (location, share) in enumerate(zip(places, shares, strict=True), 1):
        rules = [*killed.rules, *type_rules, *(["split_locations"] if split else [])]
        values: dict[str, Cell] = {
            "event_id_cnty": _event_id(reading) + (f"-{number}" if split else ""),
            **_when(reading, codebook),
            "disorder_type": codebook.map("disorder_type", sub_event_type) or codebook.map("disorder_type", event_type),
            "event_type": event_type,
            "sub_event_type": sub_event_type,
            **_who(reading, codebook),
            **_where(reading, location, codebook, rules),
            "source": reading.annotation.article.outlet,
            "notes": reading.evidence,
            "fatalities": share,
        }
        if values["civilian_targeting"]:
            rules.append("civilian_targeting")
        yield Row(values, rules)


def _types(reading: EventReading) -> tuple[str | None, str | None, list[str]]:
    event = reading.event
    if event.event_type is not None:
        return event.event_type, event.sub_event_type, []
    civilian_target = bool(reading.targets) and all(party.is_civilian for party in reading.targets)
    if event.weapons and not civilian_target:
        return "Explosions/Remote violence", "Shelling/artillery/missile attack", ["untyped"]
    if civilian_target:
        return "Violence against civilians", "Attack", ["untyped"]
    if len(reading.attackers) + len(reading.targets) >= 2:
        return "Battles", "Armed clash", ["untyped"]
    return None, None, []


def _event_id(reading: EventReading) -> str:
    codes = reading.codes
    return f"{codes.iso3 if codes else 'XXX'}-{reading.event.id}"


def _when(reading: EventReading, codebook: Codebook) -> dict[str, Cell]:
    precision = reading.precision
    day = reading.start
    if day is not None and codebook.map("event_date", precision) == "middle" and reading.end is not None:
        day = day + (reading.end - day) // 2
    return {
        "event_date": day.isoformat() if isinstance(day, dt.date) else None,
        "year": day.year if day else None,
        "time_precision": _number(codebook.map("time_precision", precision)),
    }


def _who(reading: EventReading, codebook: Codebook) -> dict[str, Cell]:
    attackers, targets = reading.attackers, reading.targets
    first = attackers[:1] or targets[:1]
    second = targets[:1] if attackers else targets[1:2]
    rest = targets[1:] if attackers else targets[2:]
    inters = [_inter(side, codebook) for side in (first, second)]
    targeting = None
    if (second and second[0].is_civilian) or (not attackers and first and first[0].is_civilian):
        targeting = "Civilian targeting"
    return {
        "actor1": _names(first),
        "assoc_actor_1": _names(attackers[1:]),
        "inter1": inters[0],
        "actor2": _names(second),
        "assoc_actor_2": _names(rest),
        "inter2": inters[1],
        "interaction": _interaction(inters, codebook),
        "civilian_targeting": targeting,
    }


def _names(parties: list[Party]) -> str | None:
    return "; ".join(party.acled_name for party in parties) or None


def _inter(side: list[Party], codebook: Codebook) -> str | None:
    if not side:
        return None
    label = codebook.map("inter", side[0].kind)
    return codebook.map("inter_code", label) if label and codebook.options.get("inter") == "code" else label


def _interaction(inters: list[str | None], codebook: Codebook) -> str | None:
    known = [inter for inter in inters if inter]
    if codebook.options.get("inter") == "code":
        return "".join(sorted(known)) + "0" * (2 - len(known)) if known else None
    return "-".join(known) if len(known) == 2 else (f"{known[0]} only" if known else None)


def _where(
    reading: EventReading, location: EventLocation | None, codebook: Codebook, rules: list[str]
) -> dict[str, Cell]:
    place = (location.place if location else None) or reading.place
    codes = reading.codes
    exact = location is not None and location.place is not None and location.role == "site" and not reading.is_area
    precision = "exact" if exact else ("near" if place is not None and not reading.is_area else "area")
    if precision != "exact" and place is not None:
        rules.append("representative_place")
    return {
        "iso": codes.iso_numeric if codes else None,
        "region": codes.acled_region if codes else None,
        "country": reading.country,
        "admin1": (place.admin1 if place else None) or reading.admin("admin1"),
        "admin2": (place.admin2 if place else None) or reading.admin("admin2"),
        "admin3": (place.admin3 if place else None) or reading.admin("admin3"),
        "location": place.name if place else (location.mention.text if location else None),
        "latitude": place.lat if place else None,
        "longitude": place.lon if place else None,
        "geo_precision": _number(codebook.map("geo_precision", precision)) if place else None,
    }


def _shares(total: int | None, parts: int) -> list[int | None]:
    """``total`` divided as evenly as whole people can be, the first places taking the rest."""
    if total is None:
        return [None] * parts
    whole, rest = divmod(total, parts)
    return [whole + (number < rest) for number in range(parts)]


def _number(text: str | None) -> int | None:
    return int(text) if text is not None else None

"""ACLED's columns. See ``data/codebooks/acled.toml`` for the rules and their source."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from functools import lru_cache

from conflict_events.exports.acled_names import folded, table
from conflict_events.exports.acled_sides import acled_sides, inter_of
from conflict_events.exports.codebook import Codebook
from conflict_events.exports.counting import count_all
from conflict_events.exports.reading import EventReading, actor_table
from conflict_events.exports.row import Cell, Row
from conflict_events.schema import EventLocation, Place

#: Types of events in which civilians can be the main or only target (Codebook, Civilian targeting).
_TARGETING = frozenset({"Explosions/Remote violence", "Violence against civilians", "Protests", "Riots"})


def code_acled(reading: EventReading, codebook: Codebook) -> Iterator[Row]:
    """One row; one for each site, with the dead divided among them, where the codebook's option asks for it."""
    event = reading.event
    event_type, sub_event_type, type_rules = _types(reading)
    killed = count_all(event.casualties, "killed", codebook, event_type)
    sites = reading.sites()
    split = bool(codebook.options.get("split_locations")) and len(sites) > 1 and reading.location is not None
    places: list[EventLocation | None] = list(sites) if split else [_populated(reading)]
    shares = _shares(killed.best, len(places))
    for number, (location, share) in enumerate(zip(places, shares, strict=True), 1):
        rules = [*killed.rules, *type_rules, *(["split_locations"] if split else [])]
        values: dict[str, Cell] = {
            "event_id_cnty": _event_id(reading) + (f"-{number}" if split else ""),
            **_when(reading, codebook),
            "disorder_type": codebook.map("disorder_type", sub_event_type) or codebook.map("disorder_type", event_type),
            "event_type": event_type,
            "sub_event_type": sub_event_type,
            **_who(reading, codebook, (event_type, sub_event_type)),
            **_where(reading, location, codebook, rules),
            **_source(reading.annotation.article.outlet),
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


def _source(outlet: str | None) -> dict[str, Cell]:
    """The source's name and scale in ACLED's words, where ``acled_sources.csv`` has them; else the outlet alone."""
    known = next((row for row in table("acled_sources.csv") if row["outlet"] == (outlet or "").casefold()), None)
    return {"source": known["source"] if known else outlet, "source_scale": known["scale"] if known else None}


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


def _who(reading: EventReading, codebook: Codebook, types: tuple[str | None, str | None]) -> dict[str, Cell]:
    sides = acled_sides(reading, codebook, *types)
    labels = [side.actor.inter if side.actor else None for side in sides]
    fold = bool(codebook.options.get("fold_names"))
    targeted = types[0] in _TARGETING and "Civilians" in labels
    values: dict[str, Cell] = {
        "interaction": interaction([label for side, label in zip(sides, labels, strict=True) if side.actor], codebook),
        "civilian_targeting": "Civilian targeting" if targeted else None,
    }
    for number, (side, label) in enumerate(zip(sides, labels, strict=True), 1):
        values[f"actor{number}"] = _spelled(side.actor.name, fold) if side.actor else None
        values[f"assoc_actor_{number}"] = _spelled("; ".join(side.associates), fold) or None
        values[f"inter{number}"] = _inter_cell(label, codebook)
    return values


def _spelled(text: str, fold: bool) -> str:
    return folded(text) if fold else text


def _inter_cell(label: str | None, codebook: Codebook) -> str | None:
    return codebook.map("inter_code", label) if label and codebook.options.get("inter") == "code" else label


def inter_of_name(name: str, country: str | None, codebook: Codebook) -> str | None:
    """The class of an actor by its name in ACLED's list alone, in an event in ``country``."""
    known = inter_of(name, None, country, codebook)
    entry = actor_table().named(name, None, country) if known is None else None
    return known if entry is None else codebook.map("inter", entry.kind)


def interaction(labels: Sequence[str | None], codebook: Codebook) -> str | None:
    """The interaction of one or two classes of actors, as ACLED lists it; ``None`` where a class is not known.

    The classes stand in ACLED's order, whoever attacked, but that civilians come last (Codebook, table 3).
    """
    codes = [codebook.map("inter_code", label) for label in labels if label]
    if not codes or len(codes) != len(labels):
        return None
    pairs = sorted((code, label) for code, label in zip(codes, labels, strict=True) if code and label)
    if codebook.options.get("inter") == "code":
        return "".join(code for code, _ in pairs) + "0" * (2 - len(pairs))
    names = [label for _, label in pairs]
    if len(names) == 1:
        return f"{names[0]} only"
    return "-".join(reversed(names) if names == ["Civilians", "External/Other forces"] else names)


def _where(
    reading: EventReading, location: EventLocation | None, codebook: Codebook, rules: list[str]
) -> dict[str, Cell]:
    place = (location.place if location else None) or reading.place
    codes = reading.codes
    precision = _geo_precision(location, place)
    if precision != "exact" and place is not None:
        rules.append("representative_place")
    fold = bool(codebook.options.get("fold_names"))

    def name(text: str | None) -> str | None:
        return folded(text) if text and fold else text

    return {
        "iso": codes.iso_numeric if codes else None,
        "region": codes.acled_region if codes else None,
        "country": (codes.acled_name if codes else None) or reading.country,
        "admin1": name((place.admin1 if place else None) or reading.admin("admin1")),
        "admin2": name((place.admin2 if place else None) or reading.admin("admin2")),
        "admin3": name((place.admin3 if place else None) or reading.admin("admin3")),
        "location": name(_location_name(location, place, codebook)),
        "latitude": place.lat if place else None,
        "longitude": place.lon if place else None,
        "geo_precision": _number(codebook.map("geo_precision", precision)) if place else None,
    }


def _location_name(location: EventLocation | None, place: Place | None, codebook: Codebook) -> str | None:
    """The most exact place that the text names: in its own words where no gazetteer knows it."""
    if location is None:
        return place.name if place else None
    if location.place is None or codebook.options.get("location_names") == "text":
        words = " ".join(location.mention.text.split())
        return words[:1].upper() + words[1:]
    return location.place.name


def _populated(reading: EventReading) -> EventLocation | None:
    """The location as ACLED names it: a populated, strategic or natural place.

    Streets, buildings and quarters, and spots that no gazetteer knows, give way to the town they are said to be in
    or at (Codebook, Event location).
    """
    location = reading.location
    if location is None or (location.place is not None and not _is_spot(location)):
        return location
    around = [
        item
        for role in ("site", "near", "within")
        for item in reading.event.locations
        if item.role == role and item.place and reading.agrees(item.place) and not _is_spot(item)
    ]
    ranked = sorted(around, key=lambda item: _rank(item.place))
    enough = len(_AROUND) if location.place is None and _is_spot(location) else _AROUND.index("admin3")
    return ranked[0] if ranked and _rank(ranked[0].place) < enough else location


def _is_spot(location: EventLocation) -> bool:
    """Whether a location is a spot in a town."""
    if location.place is not None and location.place.kind in _WITHIN_TOWNS:
        return True
    words = location.mention.text.casefold().split()
    return bool(words) and words[-1] in _spot_words()


def _rank(place: Place | None) -> int:
    return _AROUND.index(place.kind) if place is not None and place.kind in _AROUND else len(_AROUND)


@lru_cache(maxsize=1)
def _spot_words() -> frozenset[str]:
    """Last words of names of spots in a town (``data/codebooks/acled_spots.csv``)."""
    return frozenset(row["word"] for row in table("acled_spots.csv"))


def _geo_precision(location: EventLocation | None, place: Place | None) -> str:
    """``exact`` for a place that is named and known; ``near`` for the town or district that stands for a place close
    by or within; ``area`` for a province or a country (Codebook, Spatial precision codes)."""
    if place is None or place.kind in _PROVINCES:
        return "area"
    if location is None or location.place is None or location.role == "near" or place.kind in _DISTRICTS:
        return "near"
    return "exact"


#: Kinds of places that can stand for a spot in them, the most exact first.
_AROUND = ("settlement", "camp", "admin3", "admin2", "admin1")
_WITHIN_TOWNS = frozenset({"neighbourhood", "road", "facility", "checkpoint", "river", "region"})
_PROVINCES = frozenset({"country", "admin1", "region", "desert", "sea"})
_DISTRICTS = frozenset({"admin2", "admin3", "zone", "plain", "river"})


def _shares(total: int | None, parts: int) -> list[int | None]:
    """``total`` divided as evenly as whole people can be, the first places taking the rest."""
    if total is None:
        return [None] * parts
    whole, rest = divmod(total, parts)
    return [whole + (number < rest) for number in range(parts)]


def _number(text: str | None) -> int | None:
    return int(text) if text is not None else None

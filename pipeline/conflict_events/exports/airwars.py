"""Harm to civilians in the manner of Airwars. See ``data/codebooks/airwars.toml`` for the rules."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from importlib import resources

from conflict_events.exports.acled_names import table
from conflict_events.exports.codebook import Codebook
from conflict_events.exports.counting import Count, count_all
from conflict_events.exports.reading import EventReading, Party
from conflict_events.exports.row import Cell, Row
from conflict_events.schema import Casualty

_GROUPS = {"children": ("child", "infant", "baby"), "women": ("woman",), "men": ("man",)}


def code_airwars(reading: EventReading, codebook: Codebook) -> Iterator[Row]:
    """One row for an event in which people who are not known to be combatants were harmed; none else."""
    event, place = reading.event, reading.place
    civilians = [c for c in _separated(event.casualties) if _status(c) in (codebook.coded.harm_to or [])]
    harmed = [c for c in civilians if c.outcome in ("killed", "injured", "killed_or_injured") and c.quantity.high != 0]
    if not harmed:
        return
    combatants = [c for c in _separated(event.casualties) if _status(c) == "combatant"]
    killed = count_all(civilians, "killed", codebook, event.event_type)
    injured = count_all(civilians, "injured", codebook, event.event_type)
    rules = [*killed.rules, *injured.rules]
    if any(_status(casualty) == "unknown" for casualty in harmed):
        rules.append("unknown_status")
    attackers, targets = reading.attackers, [party for party in reading.targets if not party.is_civilian]
    values: dict[str, Cell] = {
        "unique_reference_code": event.id,
        "incident_date": reading.start,
        "incident_date_end": reading.end if reading.end != reading.start else None,
        "location_name": reading.location.mention.text if reading.location else None,
        "region": reading.admin("admin1"),
        "country": reading.country,
        "latitude": place.lat if place else None,
        "longitude": place.lon if place else None,
        "geolocation_accuracy": codebook.map("geolocation_accuracy", place.kind) if place else None,
        "civilian_harm_reported": "Yes",
        **_range("civilians_killed", killed),
        **_range("civilians_injured", injured),
        "suspected_belligerent": "; ".join(belligerent(party) for party in attackers) or None,
        "suspected_target": "; ".join(belligerent(party) for party in targets) or None,
        "strike_status": codebook.map("strike_status", _status_of_claim(reading)),
        "strike_type": codebook.map("strike_type", event.sub_event_type),
        "cause_of_death": _cause(reading, codebook),
        "sources": reading.annotation.article.url or reading.annotation.article.outlet,
        "summary": reading.evidence,
    }
    for group, traits in _GROUPS.items():
        members = list(_with_traits(reading.casualties("killed"), traits))
        if members:
            values.update(_range(f"{group}_killed", count_all(members, "killed", codebook, event.event_type)))
    for outcome in ("killed", "injured"):
        if any(casualty.outcome == outcome for casualty in combatants):
            counted = count_all(combatants, outcome, codebook, event.event_type)
            values.update(_range(f"belligerents_{outcome}", counted))
    yield Row(values, rules)


def belligerent(party: Party) -> str:
    """A party as Airwars names it ("Turkish Military", "US-led Coalition").

    Names that Airwars is known to use stand in ``data/codebooks/airwars_names.csv``; other states' forces are named
    after the nation, and everybody else keeps the canonical name.
    """
    known = _names().get(party.name)
    found = _FORCES.fullmatch(party.name)
    if known is not None or found is None:
        return known or party.name
    nation = _nations().get(found["country"])
    return f"{nation} Military" if nation else party.name


_FORCES = re.compile(r"Military Forces of (?:the )?(?P<country>.+)")


@lru_cache(maxsize=1)
def _names() -> Mapping[str, str]:
    return {row["name"]: row["airwars_name"] for row in table("airwars_names.csv")}


@lru_cache(maxsize=1)
def _nations() -> Mapping[str, str]:
    """The adjective of each country: the first of its demonyms."""
    file = resources.files("conflict_events") / "data" / "demonyms.csv"
    found: dict[str, str] = {}
    for row in csv.DictReader(io.StringIO(file.read_text(encoding="utf-8"))):
        found.setdefault(row["country"], row["demonym"])
    return found


def _status_of_claim(reading: EventReading) -> str:
    """How the strike is known: declared by who made it, denied, or by one article."""
    attackers = {party.name for party in reading.attackers}
    if reading.event.certainty != "denied" and any(party.name in attackers for party in reading.parties("claimant")):
        return "declared"
    return reading.event.certainty


def _cause(reading: EventReading, codebook: Codebook) -> str | None:
    """Causes of death in Airwars' words: by the type of event, and by the weapons named."""
    words = [weapon.text.casefold() for weapon in reading.event.weapons]
    found = [codebook.map("cause_of_event", reading.event.sub_event_type)]
    for row in table("airwars_weapons.csv"):
        if any(re.search(rf"\b{row['weapon']}", word) for word in words):
            found.append(row["cause"])
    return "; ".join(dict.fromkeys(cause for cause in found if cause)) or None


def _status(casualty: Casualty) -> str:
    return casualty.victim.status if casualty.victim else "unknown"


def _separated(casualties: Iterable[Casualty]) -> Iterator[Casualty]:
    """Casualties, those of mixed status as their parts where these tell civilians from combatants and add up."""
    for casualty in casualties:
        known = [part for part in casualty.includes if _status(part) in ("civilian", "combatant")]
        numbers = [part.quantity.best for part in known]
        if (
            _status(casualty) in ("mixed", "unknown")
            and known
            and sum(n or 0 for n in numbers) == casualty.quantity.best
        ):
            yield from known
        else:
            yield casualty


def _groups(traits: Iterable[str]) -> set[tuple[str, ...]]:
    return {group for group in _GROUPS.values() if any(trait in group for trait in traits)}


def _with_traits(casualties: Iterable[Casualty], traits: tuple[str, ...]) -> Iterator[Casualty]:
    """The casualties, or else parts of them, whose victims are said to be of a group, and of no other group.

    "Two civilians, a child and a woman" are not two children.
    """
    for casualty in casualties:
        if casualty.victim is not None and _groups(casualty.victim.traits) == {traits}:
            yield casualty
        else:
            yield from _with_traits(casualty.includes, traits)


def casualty_range(count: Count) -> tuple[int | None, int | None]:
    """Minimum and maximum. What the report does not state stays blank; "at least nine" is both, as Airwars codes it."""
    unstated = {"unstated", "unseparated"} & set(count.rules) or ("upper_bound" in count.rules and not count.low)
    low = None if unstated else count.low
    most = [value for value in (count.high, count.best, low) if value is not None]
    return low, max(most) if most and "unseparated" not in count.rules else None


def _range(name: str, count: Count) -> dict[str, Cell]:
    low, high = casualty_range(count)
    return {f"{name}_min": low, f"{name}_max": high}

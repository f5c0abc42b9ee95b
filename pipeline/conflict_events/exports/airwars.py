"""Harm to civilians in the manner of Airwars. See ``data/codebooks/airwars.toml`` for the rules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from conflict_events.exports.codebook import Codebook
from conflict_events.exports.counting import Count, count_all
from conflict_events.exports.reading import EventReading
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
        "geolocation_accuracy": place.kind if place else None,
        "civilian_harm_reported": "Yes",
        **_range("civilians_killed", killed),
        **_range("civilians_injured", injured),
        "suspected_belligerent": "; ".join(party.name for party in attackers) or None,
        "suspected_target": "; ".join(party.name for party in targets) or None,
        "strike_status": codebook.map("strike_status", event.certainty),
        "strike_type": codebook.map("strike_type", event.sub_event_type),
        "cause_of_death": "; ".join(weapon.text for weapon in event.weapons) or None,
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


def _with_traits(casualties: Iterable[Casualty], traits: tuple[str, ...]) -> Iterator[Casualty]:
    """The casualties, or else parts of them, whose victims are said to be of a group."""
    for casualty in casualties:
        if casualty.victim is not None and any(trait in casualty.victim.traits for trait in traits):
            yield casualty
        else:
            yield from _with_traits(casualty.includes, traits)


def _range(name: str, count: Count) -> dict[str, Cell]:
    low = count.low if count.low is not None else count.best
    most = [value for value in (count.high, count.best, low) if value is not None]
    return {f"{name}_min": low, f"{name}_max": max(most) if most else None}

"""The plain columns of the CSV, GeoJSON and HXL exports: an event a row, bounds as the text gives them."""

from __future__ import annotations

from collections.abc import Iterator

from conflict_events.exports.codebook import Codebook
from conflict_events.exports.pcodes import pcode
from conflict_events.exports.reading import EventReading
from conflict_events.exports.row import Cell, Row


def code_plain(reading: EventReading, codebook: Codebook) -> Iterator[Row]:
    """One row."""
    event, article, place = reading.event, reading.annotation.article, reading.place
    location = reading.location
    killed, injured = event.fatalities, event.injuries

    def names(role: str) -> str | None:
        return "; ".join(party.name for party in reading.parties(role)) or None

    values: dict[str, Cell] = {
        "event_date": reading.start,
        "event_date_end": reading.end,
        "date_precision": reading.precision,
        "kind": event.kind,
        "event_type": event.event_type,
        "sub_event_type": event.sub_event_type,
        "certainty": event.certainty,
        "perpetrator": names("perpetrator"),
        "target": names("target"),
        "party": names("party"),
        "location": place.name if place else (location.mention.text if location else None),
        "admin1": reading.admin("admin1"),
        "admin2": reading.admin("admin2"),
        "admin3": reading.admin("admin3"),
        "country": reading.country,
        "latitude": place.lat if place else None,
        "longitude": place.lon if place else None,
        "location_role": location.role if location else None,
        "killed_low": killed.low if killed else None,
        "killed_best": killed.best if killed else None,
        "killed_high": killed.high if killed else None,
        "injured_low": injured.low if injured else None,
        "injured_best": injured.best if injured else None,
        "injured_high": injured.high if injured else None,
        "weapons": "; ".join(weapon.text for weapon in event.weapons) or None,
        "outlet": article.outlet,
        "published": article.published,
        "url": article.url,
        "evidence": reading.evidence,
    }
    if "country_code" in codebook.columns:
        values["country_code"] = reading.codes.iso3 if reading.codes else None
        values["admin1_code"] = pcode(reading.country, 1, reading.admin("admin1"), reading.admin("admin1"))
        values["admin2_code"] = pcode(reading.country, 2, reading.admin("admin1"), reading.admin("admin2"))
    yield Row(values)

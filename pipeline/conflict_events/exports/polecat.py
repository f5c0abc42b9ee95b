"""POLECAT's columns, coded by PLOVER. See ``data/codebooks/polecat.toml``."""

from __future__ import annotations

from collections.abc import Iterator

from conflict_events.exports.codebook import Codebook, country_codes
from conflict_events.exports.reading import EventReading, Party
from conflict_events.exports.row import Cell, Row


def code_polecat(reading: EventReading, codebook: Codebook) -> Iterator[Row]:
    """One row for an event whose type PLOVER has; none for others."""
    coded = codebook.map("event", reading.event.sub_event_type)
    if coded is None:
        return
    kind, _, mode = coded.partition(" ")
    article, place, location = reading.annotation.article, reading.place, reading.location
    yield Row(
        {
            "Event ID": reading.event.id,
            "Event Date": reading.start,
            "Event Type": kind,
            "Event Mode": mode or None,
            "Quad Code": "VERBAL COOPERATION" if kind == "AGREE" else "MATERIAL CONFLICT",
            "Contexts": "military" if kind == "ASSAULT" else None,
            **_party("Actor", reading.attackers, codebook),
            **_party("Recipient", reading.targets, codebook),
            "Placename": place.name if place else None,
            "City": place.name if place and not reading.is_area else None,
            "District": reading.admin("admin2"),
            "Province": reading.admin("admin1"),
            "Country": reading.codes.iso3 if reading.codes else None,
            "Latitude": place.lat if place else None,
            "Longitude": place.lon if place else None,
            "Raw Placename": location.mention.text if location else None,
            "Source": article.outlet,
            "Publication Date": article.published,
            "Language": article.language,
        }
    )


def _party(side: str, parties: list[Party], codebook: Codebook) -> dict[str, Cell]:
    sectors = list(dict.fromkeys(sector for party in parties if (sector := codebook.map("sector", party.kind))))
    countries = dict.fromkeys(
        codes.iso3
        for party in parties
        for codes in country_codes().values()
        if party.name.endswith(f" of {codes.name}")
    )
    return {
        f"{side} Name": "; ".join(party.name for party in parties) or None,
        f"Primary {side} Sector": sectors[0] if sectors else None,
        f"{side} Sectors": "; ".join(sectors) or None,
        f"{side} Name Raw": "; ".join(party.text for party in parties) or None,
        f"{side} Country": "; ".join(countries) or None,
    }

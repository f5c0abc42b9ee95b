"""Conflict events by month and division, as the HDX Humanitarian API publishes them.

See ``data/codebooks/hapi.toml``. An event counts under its own type and, where civilians were the target, under
``civilian_targeting`` too, as there. Events without a day, a country, or a type of these are in no row.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any

from conflict_events.exports.codebook import Codebook, country_codes
from conflict_events.exports.pcodes import pcode
from conflict_events.schema import Annotation

_Key = tuple[str, str, str, str, dt.date]


def count_months(annotations: Iterable[Annotation], codebook: Codebook) -> Iterator[dict[str, Any]]:
    """A row for each country, first- and second-order division, type and month that has an event."""
    from conflict_events.exports.codebook import load_codebook
    from conflict_events.exports.coders import code_events

    events: dict[_Key, int] = {}
    fatalities: dict[_Key, int] = {}
    acled = load_codebook("acled").with_options(["fold_names=false"])
    for row in code_events(annotations, "acled", acled):
        for kind in _kinds(row, codebook):
            if row["event_date"] is None or row["country"] is None:
                continue
            month = dt.date.fromisoformat(str(row["event_date"])).replace(day=1)
            key = (str(row["country"]), str(row["admin1"] or ""), str(row["admin2"] or ""), kind, month)
            events[key] = events.get(key, 0) + 1
            fatalities[key] = fatalities.get(key, 0) + int(str(row["fatalities"] or 0))
    for key in sorted(events):
        yield _row(key, events[key], fatalities[key], codebook)


def _kinds(row: dict[str, Any], codebook: Codebook) -> list[str]:
    kinds = [codebook.map("event_type", row["sub_event_type"]) or codebook.map("event_type", row["event_type"])]
    if row["civilian_targeting"]:
        kinds.append("civilian_targeting")
    return [kind for kind in kinds if kind]


def _row(key: _Key, events: int, fatalities: int, codebook: Codebook) -> dict[str, Any]:
    country, admin1, admin2, kind, month = key
    codes = next((one for one in country_codes().values() if country in (one.acled_name, one.name)), None)
    name = codes.name if codes else country
    values = {
        "location_code": codes.iso3 if codes else None,
        "provider_admin1_name": admin1 or None,
        "provider_admin2_name": admin2 or None,
        "admin1_code": pcode(name, 1, admin1, admin1),
        "admin1_name": admin1 or None,
        "admin2_code": pcode(name, 2, admin1, admin2),
        "admin2_name": admin2 or None,
        "admin_level": 2 if admin2 else (1 if admin1 else 0),
        "event_type": kind,
        "events": events,
        "fatalities": fatalities,
        "reference_period_start": month,
        "reference_period_end": month.replace(day=calendar.monthrange(month.year, month.month)[1]),
    }
    return {column: values.get(column) for column in codebook.columns}

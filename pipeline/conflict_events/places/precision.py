"""How precisely a place tells where something happened (``data/place_precision.csv``)."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType

from conflict_events.schema import Place

FILE = "place_precision.csv"
AREAS = frozenset({"district", "governorate", "area", "country"})
"""Precisions of places whose point stands for an area."""
_UNKNOWN_KIND = "settlement"
_NEAR_KM = 5.0


@dataclass(frozen=True)
class Precision:
    """``name``: point, town, district, governorate, area or country; ``radius_km``: how far the true spot may lie from
    the point, roughly: half the width of a usual place of the kind, to be drawn and not to be computed with."""

    name: str
    radius_km: float

    @property
    def is_area(self) -> bool:
        """Whether the point only stands for an area."""
        return self.name in AREAS


@cache
def _kinds() -> Mapping[str, Precision]:
    text = (resources.files("conflict_events") / "data" / FILE).read_text(encoding="utf8")
    rows = csv.DictReader(text.splitlines())
    return MappingProxyType({row["kind"]: Precision(row["precision"], float(row["radius_km"])) for row in rows})


def precision(place: Place, role: str = "site") -> Precision:
    """How precise ``place`` is in a ``role`` (site, near, within); a kind that the table lacks is taken for a town."""
    found = _kinds().get(place.kind) or _kinds()[_UNKNOWN_KIND]
    return Precision(found.name, found.radius_km + _NEAR_KM) if role == "near" else found

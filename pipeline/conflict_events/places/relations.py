"""Points that are only described: "between X and Y", "20 km south of X", "east of X", "near X".

Each comes with how precisely it is known, in the grades that the codebooks of UCDP GED and ACLED share:

==== ======================================================= ================ =============
grade what is known                                           UCDP ``where_prec`` ACLED ``geo_precision``
==== ======================================================= ================ =============
1    the place itself                                        1                1
2    near a place, between places, part of a small area      2                1–2
3    a district, or the countryside around a town            3                2
4    a first-level division (governorate, province)          4                3
5    a stretch of river or border, a desert, a region        5                3
6    a country                                               6                not coded
==== ======================================================= ================ =============
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from conflict_events.places.gazetteer import kilometres
from conflict_events.schema import Place

Relation = Literal["at", "near", "between", "offset", "side", "countryside"]

_EARTH_KM = 6371.0
# Where only a side is told ("east of X") the point is moved this far, well inside what "near" means.
_SIDE_KM = 5.0
_BEARINGS = {
    "north": 0.0,
    "northeast": 45.0,
    "east": 90.0,
    "southeast": 135.0,
    "south": 180.0,
    "southwest": 225.0,
    "west": 270.0,
    "northwest": 315.0,
}
_DIRECTION = r"(?P<direction>(?:north|south)[ -]?(?:east|west)|north|south|east|west)(?:ern)?"
_OFFSET = re.compile(
    r"(?P<number>\d+(?:[.,]\d+)?)[ -]?(?P<unit>km|kms|kilometers?|kilometres?|miles?|m|meters?|metres?)\b"
    rf".*?\b{_DIRECTION}\b",
    re.IGNORECASE,
)
_SIDE = re.compile(
    rf"\b{_DIRECTION}\s+(?:of|from)\b|\bto the\s+{_DIRECTION.replace('direction', 'other')}\b", re.IGNORECASE
)
_UNITS = {"km": 1.0, "ki": 1.0, "mi": 1.609344, "m": 0.001, "me": 0.001}
_GRADE = {"country": 6, "admin1": 4, "admin2": 3, "admin3": 3}
_WIDE = frozenset({"desert", "region", "zone", "mountain", "plain", "river", "road", "sea", "lake", "border"})


@dataclass(frozen=True, slots=True)
class LocatedPoint:
    """A point in degrees (WGS 84), the grade of its precision (see the module), and a radius in kilometres within
    which it lies."""

    lat: float
    lon: float
    precision: int
    radius_km: float


def precision_of(place: Place) -> int:
    """The grade of precision of an event that is said to have happened at ``place``."""
    return _GRADE.get(place.kind, 5 if place.kind in _WIDE else 1)


def locate_relation(words: str, places: Sequence[Place]) -> LocatedPoint | None:
    """The point that ``words`` describe by one or two places; ``None`` where a place has no point.

    Args:
        words: the words before and between the names, such as "20 km south of", "east of", "between", "near".
        places: the places that the words relate to, two for "between".

    >>> homs = Place(id="C2528", name="Homs", kind="settlement", lat=34.73, lon=36.71, score=1)
    >>> point = locate_relation("20 km east of", [homs])
    >>> round(point.lon - homs.lon, 2), point.precision
    (0.22, 2)
    """
    points = [(place.lat, place.lon) for place in places if place.lat is not None and place.lon is not None]
    if not points or len(points) < len(places):
        return None
    lat, lon = points[0]
    grade = precision_of(places[0])
    if len(points) > 1 and re.search(r"\bbetween\b", words, re.IGNORECASE):
        other_lat, other_lon = points[1]
        apart = kilometres(lat, lon, other_lat, other_lon)
        middle = _midpoint(lat, lon, other_lat, other_lon)
        grade = max(grade, precision_of(places[1]), 2 if apart <= 50 else 3)
        return LocatedPoint(*middle, grade, round(apart / 2, 1))
    offset = _OFFSET.search(words)
    if offset is not None:
        distance = float(offset["number"].replace(",", ".")) * _unit(offset["unit"])
        moved = destination(lat, lon, _BEARINGS[_plain(offset["direction"])], distance)
        # A stated distance is from a town's edge or its middle, and rounded: a tenth of it, and two kilometres.
        return LocatedPoint(*moved, max(grade, 2), round(2 + distance / 10, 1))
    side = _SIDE.search(words)
    if side is not None:
        direction = side["direction"] or side["other"]
        if grade >= 3:
            return LocatedPoint(lat, lon, grade, 40.0)
        moved = destination(lat, lon, _BEARINGS[_plain(direction)], _SIDE_KM)
        return LocatedPoint(*moved, 2, 10.0)
    if re.search(r"\b(countryside|rural)\b", words, re.IGNORECASE):
        return LocatedPoint(lat, lon, max(grade, 3), 25.0)
    if re.search(r"\b(near|close to|outskirts|vicinity|around|surrounding|adjacent)\b", words, re.IGNORECASE):
        return LocatedPoint(lat, lon, max(grade, 2), 10.0)
    return LocatedPoint(lat, lon, grade, 2.0 if grade == 1 else 40.0)


def destination(lat: float, lon: float, bearing: float, distance: float) -> tuple[float, float]:
    """The point ``distance`` kilometres from a point in direction ``bearing`` (degrees clockwise from north)."""
    angle, turn, phi = distance / _EARTH_KM, math.radians(bearing), math.radians(lat)
    to_phi = math.asin(math.sin(phi) * math.cos(angle) + math.cos(phi) * math.sin(angle) * math.cos(turn))
    to_lon = math.radians(lon) + math.atan2(
        math.sin(turn) * math.sin(angle) * math.cos(phi), math.cos(angle) - math.sin(phi) * math.sin(to_phi)
    )
    return round(math.degrees(to_phi), 5), round((math.degrees(to_lon) + 540) % 360 - 180, 5)


def _midpoint(lat: float, lon: float, other_lat: float, other_lon: float) -> tuple[float, float]:
    phi, other_phi = math.radians(lat), math.radians(other_lat)
    step = math.radians(other_lon - lon)
    x, y = math.cos(other_phi) * math.cos(step), math.cos(other_phi) * math.sin(step)
    middle = math.atan2(math.sin(phi) + math.sin(other_phi), math.hypot(math.cos(phi) + x, y))
    return round(math.degrees(middle), 5), round(
        (lon + math.degrees(math.atan2(y, math.cos(phi) + x)) + 540) % 360 - 180, 5
    )


def _plain(direction: str) -> str:
    return re.sub(r"[ -]", "", direction.casefold())


def _unit(unit: str) -> float:
    unit = unit.casefold()
    return _UNITS["m"] if unit == "m" else _UNITS[unit[:2]]

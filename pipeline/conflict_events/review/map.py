"""A small map around the places of a record, as lines and points of a drawing."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from conflict_events.pages.outlines import CELL, outlines_around
from conflict_events.places.precision import precision
from conflict_events.schema import Annotation, Event, Place

WIDTH, HEIGHT = 480, 320
#: Degrees of longitude that a map is wide, at least and at most.
NARROWEST, WIDEST = 0.25, 360.0
#: From here on only the coasts are drawn.
_COARSE = 30.0
_AROUND = 1.6
_ONE_PLACE = 4.0
_LAYERS = ("land", "lakes", "divisions", "countries")
_STEEPEST = 84.0


@dataclass(frozen=True)
class View:
    """The middle of a map in degrees, and how many degrees of longitude it is wide."""

    latitude: float
    longitude: float
    span: float

    @classmethod
    def of(cls, query: Mapping[str, str]) -> View | None:
        """The view that an address asks for; ``None`` where it asks for none that can be drawn."""
        try:
            latitude, longitude, span = (float(query[name]) for name in ("lat", "lon", "span"))
        except (KeyError, ValueError):
            return None
        if not all(map(math.isfinite, (latitude, longitude, span))):
            return None
        return cls(
            min(max(latitude, -_STEEPEST), _STEEPEST),
            (longitude + 180) % 360 - 180,
            min(max(span, NARROWEST), WIDEST),
        )

    @property
    def scale(self) -> tuple[float, float]:
        """Pixels a degree of longitude and of latitude: true to shape in the middle."""
        across = WIDTH / self.span
        return across, across / math.cos(math.radians(self.latitude))

    def spot(self, latitude: float, longitude: float) -> tuple[float, float]:
        """Where a point lies on the map, in pixels from its upper left."""
        across, down = self.scale
        return WIDTH / 2 + (longitude - self.longitude) * across, HEIGHT / 2 - (latitude - self.latitude) * down


@dataclass(frozen=True)
class Dot:
    """A place on the map; ``area`` says that somewhere in it is meant."""

    x: float
    y: float
    name: str
    area: bool


@dataclass(frozen=True)
class Drawing:
    """What the page draws: outlines by layer as the path of an SVG, and the places."""

    view: View
    outlines: Mapping[str, str]
    dots: tuple[Dot, ...]


def view_of(annotation: Annotation, event: Event | None) -> View:
    """A view of the places of an event, else of its article; of the world where none has a point."""
    points = _points(event.locations if event else ()) or _points(annotation.entities)
    if not points:
        return View(20.0, 20.0, 200.0)
    south, north = min(p[0] for p in points), max(p[0] for p in points)
    west, east = min(p[1] for p in points), max(p[1] for p in points)
    span = max(_ONE_PLACE, _AROUND * (east - west), _AROUND * (north - south) * WIDTH / HEIGHT)
    return View((south + north) / 2, (west + east) / 2, min(span, WIDEST))


def draw(view: View, event: Event | None) -> Drawing:
    """The map of a view with the places of an event."""
    places = [one.place for one in event.locations] if event else []
    dots = tuple(_dot(place, view) for place in places if place is not None and place.lat is not None)
    return Drawing(view, {name: _path(lines, view) for name, lines in _outlines(view).items()}, dots)


def _dot(place: Place, view: View) -> Dot:
    x, y = view.spot(place.lat or 0.0, place.lon or 0.0)
    return Dot(round(x, 1), round(y, 1), place.name, precision(place).is_area)


def moves(view: View) -> Iterator[tuple[tuple[str, str], float, float, float]]:
    """The views that the buttons of a map lead to: what a button shows and says, and middle and width of the view."""
    step = view.span / 4
    for name, north, east, zoom in (
        (("+", "nearer"), 0, 0, 0.5),
        (("−", "farther"), 0, 0, 2.0),
        (("←", "west"), 0, -1, 1.0),
        (("→", "east"), 0, 1, 1.0),
        (("↑", "north"), 1, 0, 1.0),
        (("↓", "south"), -1, 0, 1.0),
    ):
        yield name, view.latitude + north * step, view.longitude + east * step, view.span * zoom


def _points(found: Sequence[Any]) -> list[tuple[float, float]]:
    places: list[Place] = [one.place for one in found if one.place is not None]
    return [(place.lat, place.lon) for place in places if place.lat is not None and place.lon is not None]


def _outlines(view: View) -> dict[str, list[list[tuple[float, float]]]]:
    cell = (math.floor(view.latitude / CELL) * CELL, math.floor(view.longitude / CELL) * CELL)
    whole = _cells(*cell)
    return {"coarse": whole["coarse"]} if view.span > _COARSE else {name: whole[name] for name in _LAYERS}


@lru_cache(maxsize=16)
def _cells(south: int, west: int) -> dict[str, list[list[tuple[float, float]]]]:
    """The outlines around a cell, in degrees (latitude, longitude)."""
    found = outlines_around([(south + CELL / 2, west + CELL / 2)])
    steps = found["steps_a_degree"]
    return {name: [list(_degrees(line, steps)) for line in found[name]] for name in ("coarse", *_LAYERS)}


def _degrees(line: Sequence[int], steps: int) -> Iterator[tuple[float, float]]:
    """The points of a line that holds its first point and then the way from each to the next."""
    x, y = 0, 0
    for at in range(0, len(line) - 1, 2):
        x, y = x + line[at], y + line[at + 1]
        yield y / steps, x / steps


def _path(lines: Sequence[Sequence[tuple[float, float]]], view: View) -> str:
    """The lines that come near the map as the ``d`` of an SVG path."""
    across, down = view.scale
    half_width, half_height = WIDTH / across, HEIGHT / down
    written = []
    for line in lines:
        if all(abs(y - view.latitude) > half_height or abs(x - view.longitude) > half_width for y, x in line):
            continue
        spots = (view.spot(y, x) for y, x in line)
        written.append("M" + "L".join(f"{x:.0f} {y:.0f}" for x, y in spots))
    return "".join(written)

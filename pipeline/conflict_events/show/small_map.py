"""A small map of where an event happened, drawn into the page: outlines around its places, and how precise they are."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from conflict_events.pages.outlines import outlines_around
from conflict_events.places.precision import precision
from conflict_events.schema import Event, Place
from conflict_events.show.wording import where_words

WIDTH, HEIGHT = 260, 150
_SPANS = (5.0, 9.0, 16.0, 32.0, 64.0, 180.0)
"""Widths of maps in degrees, so that events near each other share their outlines."""
_KM_A_DEGREE = 111.3
_CELL_EDGE = 1000
"""Steps between the edges along which the land is cut: these are no coast."""


@dataclass(frozen=True)
class Spot:
    """A place on the map: its point, how far around it the true spot may lie (both in pixels), and its name."""

    x: float
    y: float
    radius: float
    is_area: bool
    name: str


@dataclass(frozen=True)
class Outlines:
    """Paths of SVG for each layer of a map. Maps of the same ``name`` share them: a page draws them once."""

    name: str
    coast: str
    countries: str
    divisions: str


@dataclass(frozen=True)
class SmallMap:
    """Outlines with the spots on them; ``label`` says the same in words."""

    label: str
    outlines: Outlines
    spots: tuple[Spot, ...]
    width: int = WIDTH
    height: int = HEIGHT


@dataclass(frozen=True)
class _Window:
    """What a map shows: the middle in whole degrees, and how many degrees it is wide."""

    latitude: int
    longitude: int
    span: float

    @property
    def scale(self) -> float:
        """Pixels a degree of longitude."""
        return WIDTH / self.span

    def point(self, latitude: float, longitude: float) -> tuple[float, float]:
        """Where a point lies on the map, in pixels."""
        stretch = self.scale / math.cos(math.radians(min(abs(self.latitude), 80)))
        x = WIDTH / 2 + (longitude - self.longitude) * self.scale
        return x, HEIGHT / 2 - (latitude - self.latitude) * stretch


def small_map(event: Event) -> SmallMap | None:
    """The map of an event's sites, or of what it was near to or within; ``None`` where no point is known."""
    places = located(event)
    if not places:
        return None
    window = _window([place for place, _ in places])
    spots = []
    for place, role in places:
        exact = precision(place, role)
        x, y = window.point(place.lat or 0.0, place.lon or 0.0)
        radius = exact.radius_km / _KM_A_DEGREE / math.cos(math.radians(window.latitude)) * window.scale
        wide = exact.is_area or role == "near"
        spots.append(Spot(round(x, 1), round(y, 1), round(radius, 1) if wide else 0.0, exact.is_area, place.name))
    label = "; ".join(where_words(place, role) for place, role in places)
    return SmallMap(label, _outlines(window), spots=tuple(spots))


def located(event: Event) -> list[tuple[Place, str]]:
    """The places to show: sites, else what is near, else what is around; each once."""
    for role in ("site", "near", "within"):
        places = [item.place for item in event.locations if item.role == role]
        found = {place.id: place for place in places if place is not None and None not in (place.lat, place.lon)}
        if found:
            return [(place, role) for place in found.values()]
    return []


def _window(places: Sequence[Place]) -> _Window:
    latitudes, longitudes = [place.lat or 0.0 for place in places], [place.lon or 0.0 for place in places]
    middle = round((min(latitudes) + max(latitudes)) / 2), round((min(longitudes) + max(longitudes)) / 2)
    wide = max(max(longitudes) - min(longitudes), (max(latitudes) - min(latitudes)) * WIDTH / HEIGHT)
    span = next((span for span in _SPANS if wide + 2 <= span), _SPANS[-1])
    return _Window(*middle, span)


@lru_cache(maxsize=256)
def _outlines(window: _Window) -> Outlines:
    """Paths of coast, country borders and divisions in the window."""
    found = outlines_around([(window.latitude, window.longitude)])
    steps = found["steps_a_degree"]
    land = found["land"] if window.span <= _SPANS[2] else found["coarse"]
    layers = (land, found["countries"], found["divisions"] if window.span <= _SPANS[1] else [])
    coast, countries, divisions = ("".join(_path(line, steps, window) for line in lines) for lines in layers)
    name = f"m{window.latitude}_{window.longitude}_{window.span:.0f}"
    return Outlines(name, coast, countries, divisions)


def _path(line: Sequence[int], steps: int, window: _Window) -> str:
    """The stretches of a line that lie in the window, as SVG."""
    drawn = []
    last: tuple[float, float] | None = None
    before: tuple[int, int] | None = None
    pen_down = False
    for here in _points(line):
        point = window.point(here[1] / steps, here[0] / steps)
        keep = before is not None and last is not None and not _is_cut(before, here) and (_is_in(last) or _is_in(point))
        if keep and last is not None:
            drawn.append(f"{'' if pen_down else f'M{last[0]:.0f} {last[1]:.0f}'}L{point[0]:.0f} {point[1]:.0f}")
        pen_down = keep
        last, before = point, here
    return "".join(drawn)


def _points(line: Sequence[int]) -> Iterator[tuple[int, int]]:
    x = y = 0
    for at in range(0, len(line), 2):
        x, y = x + line[at], y + line[at + 1]
        yield x, y


def _is_cut(before: tuple[int, int], here: tuple[int, int]) -> bool:
    return any(a == b and a % _CELL_EDGE == 0 for a, b in zip(before, here, strict=True))


def _is_in(point: tuple[float, float]) -> bool:
    return -20 <= point[0] <= WIDTH + 20 and -20 <= point[1] <= HEIGHT + 20

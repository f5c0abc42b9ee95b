"""Outlines of land, countries and first-level divisions for the map, from Natural Earth (public domain).

The file holds them cut into cells of ten degrees, so that a page carries only those around its places.
"""

from __future__ import annotations

import gzip
import json
import math
from collections.abc import Iterable
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

STEPS = 100
"""Coordinates are whole steps of a hundredth degree (about 1 km)."""
CELL = 10
"""Width and height of a cell in degrees."""


def package_file() -> Path:
    """The file that comes with the package."""
    return Path(str(resources.files("conflict_events") / "data" / "outlines.json.gz"))


@cache
def _whole() -> dict[str, Any]:
    whole: dict[str, Any] = json.loads(gzip.decompress(package_file().read_bytes()))
    return whole


def outlines_around(points: Iterable[tuple[float, float]]) -> dict[str, Any]:
    """The outlines of the cells that hold one of ``points`` (latitude, longitude), and of those around them.

    ``coarse`` is the land of the whole world; ``land``, ``lakes``, ``countries``, ``divisions`` are lists of lines: x
    and y of the first point in steps of ``1 / steps_a_degree`` degrees, then the way from each point to the next.
    """
    whole = _whole()
    wanted: set[str] = set()
    for latitude, longitude in points:
        west, south = math.floor(longitude / CELL) * CELL, math.floor(latitude / CELL) * CELL
        for x in (west - CELL, west, west + CELL):
            for y in (south - CELL, south, south + CELL):
                wanted.add(f"{(x + 180) % 360 - 180},{y}")
    layers: dict[str, list[list[int]]] = {"land": [], "lakes": [], "countries": [], "divisions": []}
    for cell in sorted(wanted & whole["cells"].keys()):
        for name, lines in whole["cells"][cell].items():
            layers[name] += lines
    return {"steps_a_degree": whole["steps_a_degree"], "coarse": whole["coarse"], **layers}

"""Builds ``data/outlines.json.gz`` from Natural Earth (public domain); needed only when the outlines shall change.

``python -m conflict_events.pages.build_outlines FOLDER`` with the unpacked 1:10m layers of
https://www.naturalearthdata.com in FOLDER: ``ne_10m_land``, ``ne_10m_lakes``, ``ne_10m_admin_0_boundary_lines_land``
and ``ne_10m_admin_1_states_provinces_lines``. Needs the extra ``geo``.
"""

from __future__ import annotations

import gzip
import json
import sys
from pathlib import Path
from typing import Any

from conflict_events.pages.outlines import CELL, STEPS, package_file

LAYERS = {
    "land": "ne_10m_land",
    "lakes": "ne_10m_lakes",
    "countries": "ne_10m_admin_0_boundary_lines_land",
    "divisions": "ne_10m_admin_1_states_provinces_lines",
}
TOLERANCE = 0.02
"""How far a simplified line may lie from the true one, degrees (about 2 km)."""
COARSE = 0.4
"""The same for the land of the whole world, which lies below everything."""
SMALLEST = {"land": 0.003, "lakes": 0.03}
"""Areas smaller than this, in square degrees, are left out."""


def build(folder: Path) -> dict[str, Any]:
    """The outlines cut into cells of ten degrees, as ``outlines.json.gz`` holds them."""
    cells: dict[str, dict[str, list[list[int]]]] = {}
    layers = {name: _layer(folder, name, stem) for name, stem in LAYERS.items()}
    for west in range(-180, 180, CELL):
        for south in range(-60, 90, CELL):
            box = (west, south, west + CELL, south + CELL)
            found = {name: lines for name, geometry in layers.items() if (lines := _cut(geometry, box))}
            if found:
                cells[f"{west},{south}"] = found
    coarse = _cut(layers["land"].simplify(COARSE), (-180, -60, 180, 84), smallest=1.0)
    return {"steps_a_degree": STEPS, "degrees_a_cell": CELL, "coarse": coarse, "cells": cells}


def _layer(folder: Path, name: str, stem: str) -> Any:
    import geopandas
    import shapely

    shapes = geopandas.read_file(folder / f"{stem}.shp").geometry
    if name in SMALLEST:
        shapes = shapes.explode(index_parts=False)
        shapes = shapes[shapely.area(shapes.values) > SMALLEST[name]]
    whole = shapely.union_all(shapes.values)
    joined = shapely.line_merge(whole) if name not in SMALLEST else whole
    return shapely.make_valid(joined.simplify(TOLERANCE))


def _cut(geometry: Any, box: tuple[float, float, float, float], smallest: float = 0.0) -> list[list[int]]:
    import shapely

    found = []
    for part in shapely.get_parts(shapely.clip_by_rect(geometry, *box)):
        if part.geom_type == "Polygon" and part.area > smallest:
            found += [_steps(ring.coords) for ring in (part.exterior, *part.interiors)]
        elif part.geom_type == "LineString":
            found.append(_steps(part.coords))
    return [line for line in found if len(line) > 2]


def _steps(points: Any) -> list[int]:
    """x and y of the first point in steps, then the way from each point to the next; points that do not move go."""
    line: list[int] = []
    last = (0, 0)
    for x, y, *_ in points:
        point = (round(x * STEPS), round(y * STEPS))
        if not line or point != last:
            line += [point[0] - last[0], point[1] - last[1]]
        last = point
    return line


if __name__ == "__main__":
    text = json.dumps(build(Path(sys.argv[1])), separators=(",", ":"))
    package_file().write_bytes(gzip.compress(text.encode("ascii"), 9, mtime=0))

"""Files for geographic information systems: GeoParquet, GeoPackage and KML."""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from conflict_events.exports.codebook import Codebook
from conflict_events.exports.frames import LATITUDES, LONGITUDES, column_of, frame_of

if TYPE_CHECKING:
    import geopandas as gpd

_WGS84 = "EPSG:4326"


def write_geoparquet(
    rows: Iterable[Mapping[str, Any]], columns: Sequence[str], output: IO[bytes], codebook: Codebook
) -> int:
    """Write GeoParquet: points in WGS 84, no geometry where no place is known. Any reader of Parquet reads it too."""
    frame = _points(rows, columns)
    frame.to_parquet(output, index=False)
    return len(frame)


def write_geopackage(
    rows: Iterable[Mapping[str, Any]], columns: Sequence[str], output: IO[bytes], codebook: Codebook
) -> int:
    """Write a GeoPackage with one layer, named after the codebook."""
    frame = _points(rows, columns)
    _by_driver(frame, output, driver="GPKG", layer=codebook.id, suffix=".gpkg")
    return len(frame)


def write_kml(rows: Iterable[Mapping[str, Any]], columns: Sequence[str], output: IO[bytes], codebook: Codebook) -> int:
    """Write KML: a placemark for each row with a point, named by its place and day, described by its evidence.

    KML has no rows without a place: these are left out. Returns the number of placemarks.
    """
    frame = _points(rows, columns)
    frame = frame[frame.geometry.notna()]
    place = column_of(columns, ("location", "city", "where_coordinates", "location_name", "Placename"))
    day = column_of(columns, ("event_date", "date_start", "incident_date", "Event Date", "iyear"))
    words = column_of(columns, ("notes", "evidence", "summary", "source_headline", "Raw Placename"))
    marks = frame[["geometry"]].copy()
    marks["Name"] = [", ".join(_text(value) for value in pair if _text(value)) for pair in _pairs(frame, place, day)]
    marks["Description"] = [_text(value) for value in frame[words]] if words else ""
    _by_driver(marks, output, driver="KML", layer=codebook.title, suffix=".kml")
    return len(marks)


def _points(rows: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> gpd.GeoDataFrame:
    import geopandas as gpd
    import shapely

    frame = frame_of(rows, columns)
    lat, lon = column_of(columns, LATITUDES), column_of(columns, LONGITUDES)
    points = [None] * len(frame)
    if lat and lon:
        pairs = zip(frame[lon].astype("float64"), frame[lat].astype("float64"), strict=True)
        points = [shapely.Point(x, y) if x == x and y == y else None for x, y in pairs]
    return gpd.GeoDataFrame(frame, geometry=gpd.GeoSeries(points, crs=_WGS84), crs=_WGS84)


def _by_driver(frame: gpd.GeoDataFrame, output: IO[bytes], driver: str, layer: str, suffix: str) -> None:
    """GDAL writes files by name only: through one of its own."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"events{suffix}"
        with warnings.catch_warnings():  # KML has no types but text
            warnings.simplefilter("ignore")
            frame.to_file(file, driver=driver, layer=layer, engine="pyogrio")
        output.write(file.read_bytes())


def _pairs(frame: gpd.GeoDataFrame, *columns: str | None) -> Iterable[tuple[Any, ...]]:
    known = [frame[column] for column in columns if column]
    return zip(*known, strict=True) if known else [() for _ in range(len(frame))]


def _text(value: object) -> str:
    if value is None or value != value:
        return ""
    return value.date().isoformat() if hasattr(value, "date") else str(value).removesuffix(" 00:00:00.000")

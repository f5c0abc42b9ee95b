"""Incidents as files: JSON lines, or a folder or database with the tables ``incidents``, ``reports`` and ``review``."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from conflict_events.exports.writing import cell
from conflict_events.merging.review import COLUMNS as REVIEW_COLUMNS
from conflict_events.schema import Bounds, Incident

TABLES = ("incidents", "reports", "review")


class IncidentsError(ValueError):
    """A file of incidents cannot be read or written; the message says what to do."""


def file_format(path: Path) -> str:
    """``jsonl``, ``csv``, ``parquet`` (folders) or ``duckdb``, by the ending of ``path``.

    Raises IncidentsError for an ending that says none of these.
    """
    endings = {".jsonl": "jsonl", ".ndjson": "jsonl", ".csv": "csv", ".parquet": "parquet", ".duckdb": "duckdb"}
    if path.suffix.lower() not in endings:
        raise IncidentsError(f"{path}: end the name in .jsonl, .csv, .parquet or .duckdb; it says what is written")
    return endings[path.suffix.lower()]


def write_incidents(found: Sequence[Incident], review: Iterable[Mapping[str, Any]], path: Path) -> list[Path]:
    """Write incidents and the pairs for review; the paths written. What is there is replaced when all is well."""
    kind = file_format(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = list(review)
    if kind == "jsonl":
        beside = review_path(path)
        _replace(path, lambda file: _write_lines(found, file))
        _replace(beside, lambda file: _write_csv([name for name, _ in REVIEW_COLUMNS], rows, file))
        return [path, beside]
    tables: dict[str, Sequence[Mapping[str, Any]]] = {
        "incidents": [incident_row(item) for item in found],
        "reports": list(report_rows(found)),
        "review": rows,
    }
    if kind == "duckdb":
        _replace(path, lambda file: _write_duckdb(tables, file))
        return [path]
    path.mkdir(exist_ok=True)
    written = []
    for name in TABLES:
        file = path / f"{name}.{kind}"
        if kind == "csv":
            _replace(file, lambda part, name=name: _write_csv(columns(name), tables[name], part))
        else:
            _replace(file, lambda part, name=name: _write_parquet(name, tables[name], part))
        written.append(file)
    lines = path / "incidents.jsonl"
    _replace(lines, lambda file: _write_lines(found, file))
    return [*written, lines]


def review_path(path: Path) -> Path:
    """Where the pairs for review stand beside JSON lines."""
    return path.with_name(f"{path.stem}.review.csv")


def read_incidents(path: Path) -> Iterator[Incident]:
    """The incidents of a file that :func:`write_incidents` wrote, of whichever format.

    Raises IncidentsError where there is none, or a line of it is no incident.
    """
    if path.is_dir():
        path = path / "incidents.jsonl"
    if not path.is_file():
        raise IncidentsError(f"{path}: no such file; give the --output of `conflict-events merge`")
    with path.open("rb") as file:
        is_database = file.read(12)[8:12] == b"DUCK"
    for number, line in enumerate(_database_lines(path) if is_database else _lines(path), 1):
        try:
            yield Incident.model_validate_json(line)
        except ValueError as error:
            raise IncidentsError(f"{path}: line {number} is no incident ({error})") from None


def holds_incidents(path: Path) -> bool:
    """Whether ``path`` is a file of incidents rather than of annotations."""
    if path.is_dir():
        return (path / "incidents.jsonl").is_file()
    if not path.is_file():
        return False
    with path.open("rb") as file:
        head = file.read(12)
    if head[8:12] == b"DUCK":
        import duckdb

        with duckdb.connect(str(path), read_only=True) as connection:
            return ("incidents",) in connection.execute("select table_name from information_schema.tables").fetchall()
    first = next(_lines(path), "{}")
    try:
        record = json.loads(first)
    except ValueError:
        return False
    return isinstance(record, dict) and "reports" in record and "article" not in record


def _lines(path: Path) -> Iterator[str]:
    with path.open(encoding="utf-8") as file:
        yield from (line for line in file if line.strip())


def _database_lines(path: Path) -> Iterator[str]:
    import duckdb

    with duckdb.connect(str(path), read_only=True) as connection:
        yield from (row[0] for row in connection.execute("select record from incidents").fetchall())


def incident_row(item: Incident) -> dict[str, Any]:
    """An incident as a row of the table ``incidents``."""
    place, outlets = item.place, dict.fromkeys(r.outlet for r in item.reports if r.outlet)
    row: dict[str, Any] = {
        "incident_id": item.id,
        "kind": item.kind,
        "date_start": item.date.start,
        "date_end": item.date.end,
        "date_precision": item.date.precision,
        "place": place.name if place else None,
        "place_kind": place.kind if place else None,
        "admin1": place.admin1 if place else None,
        "country": place.country if place else None,
        "lat": place.lat if place else None,
        "lon": place.lon if place else None,
        "event_type": item.event_type,
        "sub_event_type": item.sub_event_type,
        "perpetrators": _named(item, "perpetrator"),
        "targets": _named(item, "target"),
        "parties": _named(item, "party"),
    }
    for name, values in (("killed", item.killed), ("injured", item.injured)):
        taken = values.taken or Bounds()
        row |= {
            f"{name}_lowest": values.lowest,
            f"{name}_highest": values.highest,
            f"{name}_latest": values.latest,
            f"{name}_low": taken.low,
            f"{name}_best": taken.best,
            f"{name}_high": taken.high,
        }
    return row | {
        "figures_policy": item.killed.policy,
        "n_reports": len(item.reports),
        "n_articles": len({report.article_id for report in item.reports}),
        "outlets": "; ".join(outlets),
        "findings": "; ".join(finding.message for finding in item.findings) or None,
        "score": item.score,
        "record": item.model_dump_json(),
    }


def report_rows(found: Iterable[Incident]) -> Iterator[dict[str, Any]]:
    """The rows of the table ``reports``: one a report of an incident, with what it says of the figures."""
    for item in found:
        said = {(name, line.event_id): line for name in ("killed", "injured") for line in getattr(item, name).by_outlet}
        for report in item.reports:
            row: dict[str, Any] = {"incident_id": item.id} | report.model_dump()
            for name in ("killed", "injured"):
                line = said.get((name, report.event_id or ""))
                row |= {f"{name}_{bound}": getattr(line, bound, None) for bound in ("low", "best", "high", "text")}
            yield row


def _named(item: Incident, role: str) -> str | None:
    return "; ".join(actor.name for actor in item.actors if actor.role == role) or None


_REPORTS: tuple[str, ...] = (
    *("incident_id", "article_id", "event_id", "outlet", "published", "relation", "title", "url", "copy_of", "score"),
    *(f"{name}_{bound}" for name in ("killed", "injured") for bound in ("low", "best", "high", "text")),
)
_FIGURES = ("lowest", "highest", "latest", "low", "best", "high")
_INCIDENTS: tuple[str, ...] = (
    *("incident_id", "kind", "date_start", "date_end", "date_precision", "place", "place_kind", "admin1", "country"),
    *("lat", "lon", "event_type", "sub_event_type", "perpetrators", "targets", "parties"),
    *(f"{name}_{figure}" for name in ("killed", "injured") for figure in _FIGURES),
    *("figures_policy", "n_reports", "n_articles", "outlets", "findings", "score", "record"),
)


def columns(table: str) -> list[str]:
    """The columns of a table, in order."""
    if table == "review":
        return [name for name, _ in REVIEW_COLUMNS]
    return list(_REPORTS if table == "reports" else _INCIDENTS)


def _replace(path: Path, write: Any) -> None:
    temporary = path.with_name(f".{path.name}.writing")
    try:
        write(temporary)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _write_lines(found: Iterable[Incident], path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for item in found:
            file.write(item.model_dump_json() + "\n")


def _write_csv(names: Sequence[str], rows: Iterable[Mapping[str, Any]], path: Path) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow(names)
        writer.writerows([cell(row[name]) for name in names] for row in rows)


def _arrow(table: str, rows: Sequence[Mapping[str, Any]]) -> Any:
    import pyarrow as pa

    days = {"date_start", "date_end", "published"}
    whole = {f"{name}_{figure}" for name in ("killed", "injured") for figure in _FIGURES} | {"n_reports", "n_articles"}
    types = {**dict.fromkeys(days, pa.date32()), **dict.fromkeys(whole, pa.int64())}
    types |= dict.fromkeys(("lat", "lon", "score"), pa.float64())
    schema = pa.schema([(name, types.get(name, pa.string())) for name in columns(table)])
    return pa.Table.from_pylist([{name: row[name] for name in columns(table)} for row in rows], schema=schema)


def _write_parquet(table: str, rows: Sequence[Mapping[str, Any]], path: Path) -> None:
    import pyarrow.parquet

    pyarrow.parquet.write_table(_arrow(table, rows), path)


def _write_duckdb(tables: Mapping[str, Sequence[Mapping[str, Any]]], path: Path) -> None:
    import duckdb

    path.unlink(missing_ok=True)
    with duckdb.connect(str(path)) as connection:
        for name in TABLES:
            connection.from_arrow(_arrow(name, tables[name])).create(name)

"""Annotations, errors and tables out of a store, of whichever format. Only committed shards are seen."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.fs
import pyarrow.parquet

from conflict_events.batch.annotator import Failure
from conflict_events.batch.journal import JournalFile, StoreError
from conflict_events.batch.remote_store import remote_entries, remote_failures, remote_manifest, remote_parts
from conflict_events.batch.stores import (
    ANNOTATIONS,
    ANNOTATIONS_SCHEMA,
    DuckStore,
    Store,
    committed_parts,
    errors_file,
    read_manifest,
    removal_cut_off,
)
from conflict_events.schema import Annotation
from conflict_events.tables import SCHEMAS, TABLES, build_tables, read_csv_table

if TYPE_CHECKING:
    import duckdb
    from upath import UPath

    from conflict_events.paths import Place


#: DuckDB takes an unknown name for one of Python's variables otherwise.
_NAMES_ARE_TABLES: dict[str, str | bool | int | float | list[str]] = {"python_enable_replacements": "false"}


def store_format(path: Place) -> str:
    """The format of the results at ``path``.

    Raises StoreError where there are none.
    """
    if not isinstance(path, Path):
        if remote_manifest(path) is None:
            raise StoreError(f"{path} holds no results of `conflict-events annotate`; give the --output of such a run")
        return "parquet"
    if removal_cut_off(path):
        raise StoreError(f"an update of {path} was cut off; run the same annotate command again to finish it")
    if path.is_dir():
        if (path / f"{ANNOTATIONS}.parquet").is_dir():
            return "parquet"
        if (path / f"{ANNOTATIONS}.jsonl").is_file():
            return "csv"
        if (path / "manifest.json").is_file():
            raise StoreError(f"{path} holds no results yet; run the same annotate command again to go on")
        raise StoreError(f"{path} holds no results of `conflict-events annotate`; give the --output of such a run")
    if not path.is_file():
        raise StoreError(f"{path}: no such file or folder; give the --output of `conflict-events annotate`")
    with path.open("rb") as file:
        head = file.read(16)
    if head[8:12] == b"DUCK":
        return "duckdb"
    if not head or head.lstrip()[:1] == b"{":
        return "jsonl"
    raise StoreError(f"{path} is neither JSON lines nor a DuckDB database of `conflict-events annotate`")


def read_annotations(path: Place) -> Iterator[Annotation]:
    """The annotations of a store, one at a time, in its order.

    Raises StoreError where there is no store, or a line in it is no annotation.
    """
    for number, line in enumerate(_lines(path), 1):
        try:
            yield Annotation.model_validate_json(line)
        except ValueError as error:
            raise StoreError(f"{path}: record {number} is no annotation ({error})") from None


def annotations_of(store: Store) -> Iterator[Annotation]:
    """The annotations of a store that is open for writing."""
    if isinstance(store, DuckStore):  # nobody else can open the database meanwhile
        return map(Annotation.model_validate_json, store.lines())
    return read_annotations(store.path)


def annotation_lines(path: Place) -> Iterator[str]:
    """The annotations of a store as JSON, one at a time, not checked. Raises StoreError where there is no store."""
    yield from _lines(path)


def _lines(path: Place) -> Iterator[str]:
    kind = store_format(path)
    if kind == "duckdb":
        with open_database(path) as connection:
            cursor = connection.execute(f"select annotation from {ANNOTATIONS}")
            while rows := cursor.fetchmany(256):
                for (line,) in rows:
                    yield line
    elif kind == "parquet":
        for file in parquet_parts(path, ANNOTATIONS):
            with file.open("rb") as content, pyarrow.parquet.ParquetFile(content) as part:
                for batch in part.iter_batches(batch_size=256, columns=["annotation"]):
                    yield from batch.column(0).to_pylist()
    else:
        assert isinstance(path, Path)  # at a URL there is only Parquet
        file = path if kind == "jsonl" else path / f"{ANNOTATIONS}.jsonl"
        size = _committed_size(path, kind)
        with file.open("rb") as content:
            read = 0
            for line in content:
                read += len(line)
                if size is not None and read > size:
                    return
                if line.strip():
                    yield line.decode("utf-8")


def _committed_size(path: Path, kind: str) -> int | None:
    """Bytes of annotations that were committed; ``None`` where no journal tells."""
    folder = path if kind == "csv" else path.with_name(path.name + ".run")
    size = None
    for entry in JournalFile(folder / "journal.jsonl").entries():
        size = entry.sizes.get(ANNOTATIONS, 0)
    return size


def read_errors(path: Place) -> Iterator[Failure]:
    """The failures of a store's run."""
    if not isinstance(path, Path):
        yield from remote_failures(path)
        return
    kind = store_format(path)
    if kind == "duckdb":
        with open_database(path) as connection:
            for (line,) in connection.execute("select error from errors").fetchall():
                yield Failure(**json.loads(line))
        return
    folder = path.with_name(path.name + ".run") if kind == "jsonl" else path
    file = errors_file(path, kind, read_manifest(folder / "manifest.json"))
    if file.is_file():
        with file.open(encoding="utf-8") as lines:
            for line in lines:
                yield Failure(**json.loads(line))


def parquet_parts(path: Place, table: str) -> Sequence[Place]:
    """The committed files of one table of a Parquet store; all that are there where the journal is gone."""
    if not isinstance(path, Path):
        return [path / f"{table}.parquet" / name for name in remote_parts(list(remote_entries(path)))]
    folder = path / f"{table}.parquet"
    journal = JournalFile(path / "journal.jsonl")
    if journal.path.is_file():
        return [folder / name for name in committed_parts(journal.entries())]
    return sorted(folder.glob("*.parquet"))


def read_tables(path: Place) -> dict[str, pa.Table]:
    """The seven tables of a store, in memory.

    Raises StoreError where there is no store.
    """
    kind = store_format(path)
    if kind == "jsonl":
        return build_tables(read_annotations(path))
    if kind == "csv":
        return {table: read_csv_table(table, str(path / f"{table}.csv")) for table in TABLES}
    if kind == "duckdb":
        with open_database(path) as connection:
            return {table: connection.table(table).to_arrow_table().cast(SCHEMAS[table]) for table in TABLES}
    found = {}
    for table in TABLES:
        parts = []
        for file in parquet_parts(path, table):
            with file.open("rb") as content:
                parts.append(pyarrow.parquet.read_table(content, schema=SCHEMAS[table]))
        found[table] = pa.concat_tables(parts) if parts else SCHEMAS[table].empty_table()
    return found


def open_database(path: Place) -> duckdb.DuckDBPyConnection:
    """A DuckDB connection in which a store's tables can be queried by their names.

    A DuckDB store is opened read-only. Parquet is read where it lies; JSON lines and CSV are read into memory.

    Raises StoreError where there is no store.
    """
    import duckdb

    kind = store_format(path)
    if kind == "duckdb":
        try:
            connection = duckdb.connect(str(path), read_only=True, config=_NAMES_ARE_TABLES)
        except duckdb.Error as error:
            raise StoreError(
                f"{path} cannot be opened ({str(error).splitlines()[0]}); is a run still writing?"
            ) from None
        if ("articles",) not in connection.execute("select table_name from duckdb_tables()").fetchall():
            connection.close()
            raise StoreError(f"{path} holds no results of `conflict-events annotate`, or none yet")
        return connection
    connection = duckdb.connect(config=_NAMES_ARE_TABLES)
    if not isinstance(path, Path):
        for table, data in _remote_datasets(path).items():
            connection.register(table, data)
    elif kind == "parquet":
        for table in (*TABLES, ANNOTATIONS):
            parts = [str(part) for part in parquet_parts(path, table)]
            if parts:
                connection.read_parquet(parts).create_view(table)
            else:
                connection.from_arrow(SCHEMAS[table].empty_table()).create(table)
    else:
        for table, data in read_tables(path).items():
            connection.from_arrow(data).create(table)
    return connection


def _remote_datasets(path: UPath) -> dict[str, Any]:
    """Each table as an Arrow dataset, which DuckDB reads as far as a question needs it."""
    import pyarrow.dataset

    file_system = pyarrow.fs.PyFileSystem(pyarrow.fs.FSSpecHandler(path.fs))
    names = remote_parts(list(remote_entries(path)))
    found: dict[str, Any] = {}
    for table in (*TABLES, ANNOTATIONS):
        schema = ANNOTATIONS_SCHEMA if table == ANNOTATIONS else SCHEMAS[table]
        files = [(path / f"{table}.parquet" / name).path for name in names]
        found[table] = (
            pyarrow.dataset.dataset(files, schema=schema, format="parquet", filesystem=file_system)
            if files
            else schema.empty_table()
        )
    return found

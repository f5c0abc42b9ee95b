"""Where results go: one file of JSON lines, a folder of CSV files or Parquet datasets, a DuckDB database.

A store is written in shards. A shard is committed by its entry in the store's journal; what is there without an entry
is no part of the store, and is taken away when the store is next opened for writing.

=========  ============================================  ==============================  ======================
format     results                                       journal and manifest            errors
=========  ============================================  ==============================  ======================
jsonl      ``PATH``                                      ``PATH.run/``                   ``STEM.errors.jsonl``
csv        ``PATH/TABLE.csv``, ``annotations.jsonl``     ``PATH/``                       ``PATH/errors.jsonl``
parquet    ``PATH/TABLE.parquet/part-NNNNN.parquet``     ``PATH/``                       ``PATH/errors.jsonl``
duckdb     tables in ``PATH``                            tables in it                    ``STEM.errors.jsonl``
=========  ============================================  ==============================  ======================

All but ``jsonl`` also keep the annotations themselves, as JSON, so that any store can be exported. A store at a URL is
Parquet, and a :class:`conflict_events.batch.remote_store.RemoteParquetStore`.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Literal, Protocol, get_args

import pyarrow as pa
import pyarrow.parquet

from conflict_events.batch.annotator import Failure
from conflict_events.batch.disk import append_whole, sync_file, sync_folder, write_whole
from conflict_events.batch.journal import Entry, JournalFile
from conflict_events.schema import Annotation
from conflict_events.tables import SCHEMAS, TABLES, write_csv_table

if TYPE_CHECKING:
    import duckdb
    from upath import UPath

    from conflict_events.paths import Place

StoreFormat = Literal["jsonl", "csv", "parquet", "duckdb"]
FORMATS: tuple[str, ...] = get_args(StoreFormat)

ANNOTATIONS = "annotations"
#: The Arrow schema of the annotations as they stand in a Parquet or DuckDB store.
ANNOTATIONS_SCHEMA = pa.schema(
    [
        pa.field("article_id", pa.string(), metadata={"description": "id of the article"}),
        pa.field("annotation", pa.string(), metadata={"description": "its annotation, a JSON object"}),
    ]
)

_ENDINGS = {
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "jsonl",
    ".csv": "csv",
    ".parquet": "parquet",
    ".duckdb": "duckdb",
    ".db": "duckdb",
}


class StoreError(ValueError):
    """Results cannot be written to, or read from, this path; the message says what to do."""


def guess_format(path: Place) -> StoreFormat:
    """The format that PATH's ending names; ``parquet`` for a path without one."""
    return _ENDINGS.get(path.suffix.lower(), "parquet")  # type: ignore[return-value]


@dataclass
class Shard:
    """Results to be committed together, in the articles' order."""

    lines: list[str] = field(default_factory=list)
    article_ids: list[str] = field(default_factory=list)
    tables: dict[str, list[pa.Table]] = field(default_factory=lambda: {table: [] for table in TABLES})
    failures: list[Failure] = field(default_factory=list)

    def table(self, name: str) -> pa.Table:
        """All rows of one table."""
        parts = self.tables[name]
        return pa.concat_tables(parts) if parts else SCHEMAS[name].empty_table()

    def annotations(self) -> pa.Table:
        """The annotations as a table."""
        return pa.table({"article_id": self.article_ids, "annotation": self.lines}, schema=ANNOTATIONS_SCHEMA)


class Store(Protocol):
    """A store that is open for writing."""

    @property
    def errors_path(self) -> Place:
        """The file of what failed."""

    def entries(self) -> Iterator[Entry]:
        """The journal: what the store holds."""

    def manifest(self) -> dict[str, Any] | None:
        """The manifest; ``None`` where the store is new."""

    def write_manifest(self, manifest: Mapping[str, Any]) -> None:
        """Replace the manifest."""

    def repair(self) -> None:
        """Take away what was never committed."""

    def commit(self, shard: Shard, entry: Entry) -> None:
        """Write a shard and its entry; it is on the disk when this returns, and not at all if this raises."""

    def close(self) -> None:
        """Release the store."""


def open_store(path: Place, store_format: str, *, errors: Place | None = None, restart: bool = False) -> Store:
    """The store at ``path``, open for writing; an existing one is to be gone on with.

    Args:
        path: file or folder of the results; one at a URL can only be Parquet.
        store_format: one of :data:`FORMATS`.
        errors: where failures go, other than the usual place.
        restart: remove an existing store first.

    Raises:
        StoreError: what is at ``path`` is no store of this format, or another run writes it.
        OSError: it cannot be written.
    """
    makers: dict[str, Callable[[Path, Path | None], FileStore | DuckStore]] = {
        "jsonl": JsonLinesStore,
        "csv": CsvStore,
        "parquet": ParquetStore,
        "duckdb": DuckStore,
    }
    if store_format not in makers:
        raise StoreError(f"{store_format!r} is no format; choose one of {', '.join(FORMATS)}")
    if not isinstance(path, Path):
        return _open_remote_store(path, store_format, errors, restart)
    if errors is not None and not isinstance(errors, Path):
        raise StoreError(f"{errors}: the errors of results in a local file go to a local file")
    if restart:
        remove_store(path, store_format, errors)
    if store_format in ("csv", "parquet") and path.is_file():
        raise StoreError(f"{path} is a file; {store_format} results are a folder: give another --output")
    if store_format in ("jsonl", "duckdb") and path.is_dir():
        raise StoreError(f"{path} is a folder; {store_format} results are one file: give the file's name in it")
    path.parent.mkdir(parents=True, exist_ok=True)
    store = makers[store_format](path, errors)
    try:
        if store.manifest() is None and store.occupied():
            raise StoreError(f"{path} is there but was not written by this command; give another path, or --restart")
    except BaseException:
        store.close()
        raise
    return store


def _open_remote_store(path: UPath, store_format: str, errors: Place | None, restart: bool) -> Store:
    from conflict_events.batch.remote_store import RemoteParquetStore, remove_remote_store

    if store_format != "parquet":
        raise StoreError(f"{path}: {store_format} can only be written to a local path; at a URL, use --format parquet")
    if restart:
        remove_remote_store(path)
    store = RemoteParquetStore(path, errors)
    if store.manifest() is None and store.occupied():
        raise StoreError(f"{path} is there but was not written by this command; give another path, or --restart")
    return store


def remove_store(path: Path, store_format: str, errors: Path | None = None) -> None:
    """Remove the results at ``path``, and nothing else in a folder that holds more.

    Raises StoreError where a folder holds files that are no results.
    """
    (errors or _errors_path(path, store_format)).unlink(missing_ok=True)
    if store_format == "jsonl":
        path.unlink(missing_ok=True)
        shutil.rmtree(_run_folder(path), ignore_errors=True)
    elif store_format == "duckdb":
        for file in (path, path.with_name(path.name + ".wal")):
            file.unlink(missing_ok=True)
    elif path.is_dir():
        for name in ("journal.jsonl", "manifest.json", "errors.jsonl", f"{ANNOTATIONS}.jsonl", ".lock"):
            (path / name).unlink(missing_ok=True)
        for name in (*TABLES, ANNOTATIONS):
            (path / f"{name}.csv").unlink(missing_ok=True)
            shutil.rmtree(path / f"{name}.parquet", ignore_errors=True)
        shutil.rmtree(path / _STAGING, ignore_errors=True)


def write_store(
    path: Place, store_format: str, annotations: Sequence[Annotation], tables: Mapping[str, pa.Table]
) -> None:
    """Write annotations and their tables to a new store at ``path``, replacing results that are there."""
    store = open_store(path, store_format, restart=True)
    with contextlib.closing(store):
        shard = Shard(
            lines=[annotation.model_dump_json() for annotation in annotations],
            article_ids=[annotation.article.id for annotation in annotations],
            tables={name: [table] for name, table in tables.items()},
        )
        rows = {name: table.num_rows for name, table in tables.items()}
        store.write_manifest({"format": store_format, "counts": {"articles": len(annotations), **rows}})
        store.commit(shard, Entry(shard=0, articles=len(annotations), rows=rows))


def _run_folder(path: Path) -> Path:
    return path.with_name(path.name + ".run")


def _errors_path(path: Path, store_format: str) -> Path:
    return path / "errors.jsonl" if store_format in ("csv", "parquet") else path.with_suffix(".errors.jsonl")


def errors_as_lines(failures: Iterable[Failure]) -> bytes:
    """Failures as JSON lines."""
    return b"".join(
        json.dumps(asdict(item), ensure_ascii=False, default=str).encode("utf-8", "replace") + b"\n"
        for item in failures
    )


_STAGING = ".staging"


class FileStore:
    """What the stores made of files share: a journal, a manifest, a file of errors, a lock."""

    format: StoreFormat

    def __init__(self, path: Path, folder: Path, errors: Path | None) -> None:
        self.path = path
        self.folder = folder
        self.errors_path = errors or _errors_path(path, self.format)
        self.journal = JournalFile(folder / "journal.jsonl")
        self._lock = _lock(folder)

    def occupied(self) -> bool:
        """Whether something is in the way that is no store."""
        raise NotImplementedError

    def entries(self) -> Iterator[Entry]:
        return self.journal.entries()

    def manifest(self) -> dict[str, Any] | None:
        return read_manifest(self.folder / "manifest.json")

    def write_manifest(self, manifest: Mapping[str, Any]) -> None:
        write_whole(self.folder / "manifest.json", json.dumps(manifest, indent=2, ensure_ascii=False).encode() + b"\n")

    def repair(self) -> None:
        self.journal.repair()
        last = Entry(shard=0)
        shards = 0
        for last in self.journal.entries():
            shards = max(shards, last.shard + (last.kind == "shard"))
        self._cut(self.errors_path, last.sizes.get("errors", 0))
        self._repair(last, shards)

    def commit(self, shard: Shard, entry: Entry) -> None:
        self.errors_path.parent.mkdir(parents=True, exist_ok=True)
        if entry.kind == "retry":
            self._cut(self.errors_path, 0)
        before = self.errors_path.stat().st_size if self.errors_path.exists() else 0
        try:
            sizes = {"errors": append_whole(self.errors_path, errors_as_lines(shard.failures))}
            sizes.update(self._write(shard, entry))
            self.journal.append(entry.model_copy(update={"sizes": sizes}))
        except OSError:
            self._cut(self.errors_path, before)
            self.repair()
            raise

    def close(self) -> None:
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def _write(self, shard: Shard, entry: Entry) -> dict[str, int]:
        raise NotImplementedError

    def _repair(self, last: Entry, shards: int) -> None:
        raise NotImplementedError

    @staticmethod
    def _cut(path: Path, size: int) -> None:
        if path.exists():
            if size == 0:
                path.unlink()
            elif path.stat().st_size > size:
                os.truncate(path, size)
            elif path.stat().st_size < size:
                raise StoreError(f"{path} was shortened or replaced since it was written; use --restart")


class JsonLinesStore(FileStore):
    """One file, an annotation a line."""

    format: StoreFormat = "jsonl"

    def __init__(self, path: Path, errors: Path | None) -> None:
        super().__init__(path, _run_folder(path), errors)

    def occupied(self) -> bool:
        return self.path.exists() and self.path.stat().st_size > 0

    def _write(self, shard: Shard, entry: Entry) -> dict[str, int]:
        content = "".join(f"{line}\n" for line in shard.lines).encode()
        if not self.path.exists():
            self.path.touch()
        return {"annotations": append_whole(self.path, content)}

    def _repair(self, last: Entry, shards: int) -> None:
        size = last.sizes.get("annotations", 0)
        if shards and not self.path.exists():
            raise StoreError(f"{self.path} is gone, though {self.folder} knows of it; use --restart")
        self._cut(self.path, size)


class CsvStore(FileStore):
    """A folder with a CSV file for each table; see :func:`conflict_events.tables.write_csv_table`."""

    format: StoreFormat = "csv"

    def __init__(self, path: Path, errors: Path | None) -> None:
        path.mkdir(parents=True, exist_ok=True)
        super().__init__(path, path, errors)

    def occupied(self) -> bool:
        return any((self.path / f"{table}.csv").exists() for table in TABLES)

    def _write(self, shard: Shard, entry: Entry) -> dict[str, int]:
        content = "".join(f"{line}\n" for line in shard.lines).encode()
        sizes = {ANNOTATIONS: append_whole(self.path / f"{ANNOTATIONS}.jsonl", content)}
        for table in TABLES:
            file = self.path / f"{table}.csv"
            sizes[table] = append_whole(file, write_csv_table(shard.table(table), header=not file.exists()))
        return sizes

    def _repair(self, last: Entry, shards: int) -> None:
        self._cut(self.path / f"{ANNOTATIONS}.jsonl", last.sizes.get(ANNOTATIONS, 0))
        for table in TABLES:
            self._cut(self.path / f"{table}.csv", last.sizes.get(table, 0))


class ParquetStore(FileStore):
    """A folder with a Parquet dataset for each table, one file a shard."""

    format: StoreFormat = "parquet"

    def __init__(self, path: Path, errors: Path | None) -> None:
        path.mkdir(parents=True, exist_ok=True)
        super().__init__(path, path, errors)

    def occupied(self) -> bool:
        return any((self.path / f"{table}.parquet").exists() for table in TABLES)

    def _write(self, shard: Shard, entry: Entry) -> dict[str, int]:
        if entry.kind == "retry":
            return {}
        # Everything is written and synced aside first. The articles come last, so that nobody who starts from
        # an article finds its events missing, even when reading without the journal.
        staging = self.path / _STAGING
        shutil.rmtree(staging, ignore_errors=True)
        staging.mkdir(parents=True)
        names = [ANNOTATIONS, *(table for table in TABLES if table != "articles"), "articles"]
        try:
            for name in names:
                data = shard.annotations() if name == ANNOTATIONS else shard.table(name)
                pyarrow.parquet.write_table(data, staging / name, compression="zstd")
                sync_file(staging / name)
            for name in names:
                folder = self.path / f"{name}.parquet"
                folder.mkdir(exist_ok=True)
                (staging / name).replace(folder / part_name(entry))
                sync_folder(folder)
            sync_folder(self.path)
        except (OSError, pa.ArrowException) as error:
            shutil.rmtree(staging, ignore_errors=True)
            if isinstance(error, OSError):
                raise
            raise OSError(str(error)) from error
        shutil.rmtree(staging, ignore_errors=True)
        return {}

    def _repair(self, last: Entry, shards: int) -> None:
        shutil.rmtree(self.path / _STAGING, ignore_errors=True)
        committed = set(committed_parts(self.journal.entries()))
        for name in (*TABLES, ANNOTATIONS):
            folder = self.path / f"{name}.parquet"
            for file in folder.glob("*.parquet"):
                if file.name not in committed:
                    file.unlink()
            missing = committed - {file.name for file in folder.glob("*.parquet")}
            if missing:
                raise StoreError(f"{folder} lacks {sorted(missing)[0]}, which the journal names; use --restart")


class DuckStore:
    """One DuckDB database with the seven tables, the annotations and the errors."""

    def __init__(self, path: Path, errors: Path | None) -> None:
        import duckdb

        self.path = path
        self.errors_path = errors or _errors_path(path, "duckdb")
        if path.exists() and path.stat().st_size == 0:
            path.unlink()
        try:
            self.connection: duckdb.DuckDBPyConnection = duckdb.connect(str(path))
        except duckdb.IOException as error:
            reason = str(error).splitlines()[0]
            raise StoreError(
                f"{path} cannot be opened as a DuckDB database ({reason}); is it open elsewhere?"
            ) from None
        self._table_names = {
            row[0] for row in self.connection.execute("select table_name from duckdb_tables()").fetchall()
        }

    def occupied(self) -> bool:
        """Whether the database holds other tables than a store's."""
        return bool(self._table_names)

    def entries(self) -> Iterator[Entry]:
        if "_journal" in self._table_names:
            for (line,) in self.connection.execute("select entry from _journal order by number").fetchall():
                yield Entry.model_validate_json(line)

    def manifest(self) -> dict[str, Any] | None:
        if "_manifest" not in self._table_names:
            return None
        row = self.connection.execute("select manifest from _manifest").fetchone()
        return dict(json.loads(row[0])) if row else None

    def write_manifest(self, manifest: Mapping[str, Any]) -> None:
        with self._transaction():
            if "_manifest" not in self._table_names:
                self._create()
            self.connection.execute("delete from _manifest")
            self.connection.execute("insert into _manifest values (?)", [json.dumps(manifest, ensure_ascii=False)])

    def repair(self) -> None:
        """Nothing to do: a transaction that was not committed left nothing."""

    def commit(self, shard: Shard, entry: Entry) -> None:
        with self._transaction():
            if entry.kind == "retry":
                self.connection.execute("delete from errors")
            for name in (*TABLES, ANNOTATIONS):
                self._insert(name, shard.annotations() if name == ANNOTATIONS else shard.table(name))
            for item in shard.failures:
                self.connection.execute("insert into errors values (?)", [errors_as_lines([item]).decode().strip()])
            self.connection.execute(
                "insert into _journal select coalesce(max(number), 0) + 1, ? from _journal", [entry.model_dump_json()]
            )

    def close(self) -> None:
        """Close the database, and write its errors to their file."""
        if "errors" in self._table_names:
            lines = [row[0] for row in self.connection.execute("select error from errors").fetchall()]
            if lines:
                write_whole(self.errors_path, "".join(f"{line}\n" for line in lines).encode())
            else:
                self.errors_path.unlink(missing_ok=True)
        self.connection.close()

    def _create(self) -> None:
        for name in (*TABLES, ANNOTATIONS):
            schema = ANNOTATIONS_SCHEMA if name == ANNOTATIONS else SCHEMAS[name]
            self.connection.register("_new", schema.empty_table())
            self.connection.execute(f'create table "{name}" as select * from _new')
            self.connection.unregister("_new")
        self.connection.execute("create table errors (error varchar)")
        self.connection.execute("create table _journal (number bigint, entry varchar)")
        self.connection.execute("create table _manifest (manifest varchar)")
        self._table_names |= {*TABLES, ANNOTATIONS, "errors", "_journal", "_manifest"}

    def _insert(self, name: str, data: pa.Table) -> None:
        if data.num_rows:
            self.connection.register("_new", data)
            self.connection.execute(f'insert into "{name}" select * from _new')
            self.connection.unregister("_new")

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[None]:
        import duckdb

        self.connection.execute("begin")
        try:
            yield
            self.connection.execute("commit")
        except BaseException as error:
            with contextlib.suppress(duckdb.Error):
                self.connection.execute("rollback")
            if isinstance(error, duckdb.Error):
                raise OSError(f"{self.path}: {str(error).splitlines()[0]}") from error
            raise


def part_name(entry: Entry) -> str:
    """The name of a shard's file in each dataset."""
    return entry.part or f"part-{entry.shard:05d}.parquet"


def committed_parts(entries: Iterable[Entry]) -> list[str]:
    """The names of the files that belong to a Parquet store, in order."""
    return [part_name(entry) for entry in entries if entry.kind == "shard"]


def read_manifest(path: Path) -> dict[str, Any] | None:
    """A manifest's content; ``None`` where there is none.

    Raises StoreError where it cannot be understood.
    """
    if not path.is_file():
        return None
    try:
        return dict(json.loads(path.read_text(encoding="utf-8")))
    except ValueError as error:
        raise StoreError(f"{path} is no manifest of this command ({error}); use --restart, or another path") from None


def _lock(folder: Path) -> IO[bytes] | None:
    """Hold the store, until closed, against a second run. The system lets go when the process ends, however it does."""
    folder.mkdir(parents=True, exist_ok=True)
    try:
        import fcntl
    except ImportError:  # pragma: no cover - Windows
        return None
    file = (folder / ".lock").open("wb")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        raise StoreError(f"{folder} is being written by another run; wait for it, or give another --output") from None
    return file

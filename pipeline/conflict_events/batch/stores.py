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
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Literal, Protocol, get_args

import pyarrow as pa
import pyarrow.parquet

from conflict_events.batch.annotator import Failure
from conflict_events.batch.disk import append_whole, sync_file, sync_folder, write_whole
from conflict_events.batch.journal import Entry, JournalFile, journal_lines, without
from conflict_events.batch.journal import StoreError as StoreError
from conflict_events.schema import Annotation
from conflict_events.tables import SCHEMAS, TABLES, read_csv_table, write_csv_table

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

_LONGEST_ENDING = 8


def guess_format(path: Place) -> StoreFormat:
    """The format that PATH's ending names; ``parquet`` for a folder, or a path without an ending.

    Raises StoreError for an ending of another kind of file.
    """
    ending = path.suffix.lower()
    if ending not in _ENDINGS and ending[1:2].isalpha() and len(ending) <= _LONGEST_ENDING and not path.is_dir():
        raise StoreError(
            f"{path}: {ending} is no form of results; give a name that ends in {', '.join(_ENDINGS)} or .xlsx, a "
            "folder without an ending (Parquet), or --to FORMAT"
        )
    return _ENDINGS.get(ending, "parquet")  # type: ignore[return-value]


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
    def path(self) -> Place:
        """File or folder of the results."""

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

    def remove(self, leaving: Mapping[str, Mapping[str, int]]) -> None:
        """Take all records of articles out; cut off, it is finished or undone when the store is next opened.

        ``leaving`` holds, for the id of each, how many rows each table has of it.
        """

    def close(self) -> None:
        """Release the store."""


class LocalStore(Store, Protocol):
    """A store on a local disk."""

    @property
    def path(self) -> Path:
        """File or folder of the results."""

    def occupied(self) -> bool:
        """Whether something is in the way that is no store's."""

    def clear(self) -> None:
        """Remove the store's own files, and nothing else."""


def open_store(path: Place, store_format: str, *, errors: Place | None = None, restart: bool = False) -> Store:
    """The store at ``path``, open for writing; an existing one is to be gone on with.

    Args:
        path: file or folder of the results; one at a URL can only be Parquet.
        store_format: one of :data:`FORMATS`.
        errors: where failures go, other than the usual place.
        restart: remove an existing store first, once no other run writes it.

    Raises:
        StoreError: what is at ``path`` is no store of this format, or another run writes it.
        OSError: it cannot be written.
    """
    makers: dict[str, Callable[[Path, Path | None], LocalStore]] = {
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
    if store_format in ("csv", "parquet") and path.is_file():
        raise StoreError(f"{path} is a file; {store_format} results are a folder: give another --output")
    if store_format in ("jsonl", "duckdb") and path.is_dir():
        raise StoreError(f"{path} is a folder; {store_format} results are one file: give the file's name in it")
    path.parent.mkdir(parents=True, exist_ok=True)
    store = makers[store_format](path, errors)
    try:
        _refuse_foreign(store, store_format, errors)
        if restart and store.manifest() is not None:
            store.clear()
    except BaseException:
        store.close()
        raise
    return store


def _refuse_foreign(store: LocalStore, store_format: str, errors: Path | None) -> None:
    """Raise StoreError where files are in the way that are not the store's own."""
    manifest = store.manifest()
    if manifest is None:
        if store.occupied():
            raise StoreError(f"{store.path} is there but was not written by this command; give another --output")
    elif manifest.get("format") not in FORMATS:
        raise StoreError(f"the manifest.json of {store.path} is not this command's; give another --output")
    elif manifest["format"] != store_format:
        raise StoreError(f"{store.path} holds results as {manifest['format']}; give another --output or --format")
    recorded = _recorded_errors(store.path, manifest)
    file = store.errors_path
    assert isinstance(file, Path)  # a local store's
    foreign = manifest is None or (errors is not None and recorded is not None and not _same_file(file, recorded))
    if foreign and file.exists() and file.stat().st_size:
        raise StoreError(f"{file} is there already and is not this run's; give another file as --errors")


def _same_file(one: Path, other: Path) -> bool:
    return one.resolve() == other.resolve()


def _recorded_errors(path: Path, manifest: Mapping[str, Any] | None) -> Path | None:
    """The file of errors that a store's manifest names; it goes with the store where that is moved."""
    name = manifest.get("errors_file") if manifest else None
    return path.parent / name if isinstance(name, str) else None


def _with_errors_file(manifest: Mapping[str, Any], path: Path, errors: Path) -> dict[str, Any]:
    beside = errors.absolute().is_relative_to(path.absolute().parent)
    name = errors.absolute().relative_to(path.absolute().parent) if beside else errors.absolute()
    return {**manifest, "errors_file": str(name)}


def _open_remote_store(path: UPath, store_format: str, errors: Place | None, restart: bool) -> Store:
    from conflict_events.batch.remote_store import RemoteParquetStore, refuse_foreign_objects, remove_remote_store

    if store_format != "parquet":
        raise StoreError(f"{path}: {store_format} can only be written to a local path; at a URL, use --format parquet")
    refuse_foreign_objects(path, errors)
    if restart:
        remove_remote_store(path)
    return RemoteParquetStore(path, errors)


def write_store(
    path: Place, store_format: str, annotations: Sequence[Annotation], tables: Mapping[str, pa.Table]
) -> None:
    """Write annotations and their tables to a new store at ``path``, replacing what this function wrote there before.

    Raises StoreError where something else is there, as the results of a run.
    """
    with contextlib.closing(open_store(path, store_format)) as store:
        before = store.manifest()
        if before is not None and before.get("origin") != _MEMORY:
            raise StoreError(
                f"{path} holds the results of a run, which cannot be made again from here; give another path"
            )
    store = open_store(path, store_format, restart=True)
    with contextlib.closing(store):
        shard = Shard(
            lines=[annotation.model_dump_json() for annotation in annotations],
            article_ids=[annotation.article.id for annotation in annotations],
            tables={name: [table] for name, table in tables.items()},
        )
        rows = {name: table.num_rows for name, table in tables.items()}
        store.write_manifest(
            {"format": store_format, "origin": _MEMORY, "counts": {"articles": len(annotations), **rows}}
        )
        store.commit(shard, Entry(shard=0, articles=len(annotations), rows=rows))


def _run_folder(path: Path) -> Path:
    return path.with_name(path.name + ".run")


def errors_file(path: Path, store_format: str, manifest: Mapping[str, Any] | None = None) -> Path:
    """The file that the manifest names; else beside the results, under a name that no other results there use."""
    recorded = _recorded_errors(path, manifest)
    if recorded is not None:
        return recorded
    if store_format in ("csv", "parquet"):
        return path / "errors.jsonl"
    others = {path.with_suffix(ending) for ending in _ENDINGS} - {path}
    shared = any(other.exists() or _run_folder(other).exists() for other in others)
    return path.with_name(path.name + ".errors.jsonl") if shared else path.with_suffix(".errors.jsonl")


def errors_as_lines(failures: Iterable[Failure]) -> bytes:
    """Failures as JSON lines."""
    return b"".join(
        json.dumps(asdict(item), ensure_ascii=False, default=str).encode("utf-8", "replace") + b"\n"
        for item in failures
    )


_STAGING = ".staging"
_REMOVAL = ".removal"
_MOVES = "moves.json"
_JOURNAL = "journal"
#: What the manifest of results says that were written from memory, by no run.
_MEMORY = "memory"


class FileStore:
    """What the stores made of files share: a journal, a manifest, a file of errors, a lock."""

    format: StoreFormat

    def __init__(self, path: Path, folder: Path, errors: Path | None) -> None:
        self.path = path
        self.folder = folder
        self.journal = JournalFile(folder / "journal.jsonl")
        self._lock = _lock(folder)
        try:
            self._finish_removal()
            self.errors_path = errors or errors_file(path, self.format, self.manifest())
        except BaseException:
            self.close()
            raise

    def results(self) -> list[Path]:
        """The files and folders that hold, or would hold, results."""
        raise NotImplementedError

    def occupied(self) -> bool:
        """Whether something is in the way that is no store's."""
        return any(path.exists() for path in self.results()) or self._foreign_journal()

    def _foreign_journal(self) -> bool:
        """Whether a journal is there that holds more than the start of one: a run may end before its manifest."""
        try:
            return any(entry.kind != "start" for entry in self.entries())
        except StoreError:
            return True

    def clear(self) -> None:
        """Remove the store's own files, and nothing else; the lock stays held."""
        recorded = _recorded_errors(self.path, self.manifest())
        for path in [*self.results(), *([recorded] if recorded else [])]:
            if path.is_dir():
                for part in path.glob("part-*.parquet"):
                    part.unlink()
                with contextlib.suppress(OSError):  # somebody put something else in it
                    path.rmdir()
            else:
                path.unlink(missing_ok=True)
        shutil.rmtree(self.folder / _STAGING, ignore_errors=True)
        self.journal.path.unlink(missing_ok=True)
        (self.folder / "manifest.json").unlink(missing_ok=True)

    def entries(self) -> Iterator[Entry]:
        return self.journal.entries()

    def manifest(self) -> dict[str, Any] | None:
        return read_manifest(self.folder / "manifest.json")

    def write_manifest(self, manifest: Mapping[str, Any]) -> None:
        if self.manifest() is None and not any(self.entries()):
            self.journal.append(Entry(kind="start", shard=0))  # from now on, a store without journal has lost it
        manifest = _with_errors_file(manifest, self.path, self.errors_path)
        write_whole(self.folder / "manifest.json", json.dumps(manifest, indent=2, ensure_ascii=False).encode() + b"\n")

    def repair(self) -> None:
        self.journal.repair()
        last: Entry | None = None
        shards = 0
        for last in self.journal.entries():
            shards = max(shards, last.shard + (last.kind == "shard"))
        manifest = self.manifest()
        if last is None:
            if manifest is None:
                return
            raise self._damaged("is gone or empty")
        if manifest is not None and shards < manifest.get("counts", {}).get("shards", 0):
            raise self._damaged("lacks entries at its end")
        self._cut(self.errors_path, last.sizes.get("errors", 0))
        self._repair(last, shards)

    def _damaged(self, what: str) -> StoreError:
        return StoreError(
            f"{self.journal.path} {what}, so that it is not known which results are whole; nothing was changed: "
            "put back a copy of it, or do everything again with --restart"
        )

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

    def remove(self, leaving: Mapping[str, Mapping[str, int]]) -> None:
        # Everything is written aside first; from the moment that the list of moves is there, the removal counts.
        stage = self.folder / _REMOVAL
        shutil.rmtree(stage, ignore_errors=True)
        stage.mkdir(parents=True)
        old = list(self.entries())
        new = [without(entry, leaving) for entry in old]
        try:
            moves = self._write_without(
                stage, leaving, [one for one, other in zip(old, new, strict=True) if one != other]
            )
            sizes = {name: (stage / name).stat().st_size for name in moves if name in new[-1].sizes}
            new[-1] = new[-1].model_copy(update={"sizes": {**new[-1].sizes, **sizes}})
            (stage / _JOURNAL).write_bytes(journal_lines(new))
            for name in (*moves, _JOURNAL):
                sync_file(stage / name)
            targets = {**moves, _JOURNAL: self.journal.path}
            content = json.dumps({name: os.path.relpath(path, self.path.parent) for name, path in targets.items()})
            write_whole(stage / _MOVES, content.encode())
        except (OSError, pa.ArrowException) as error:
            shutil.rmtree(stage, ignore_errors=True)
            raise error if isinstance(error, OSError) else OSError(str(error)) from error
        self._finish_removal()

    def _finish_removal(self) -> None:
        """Put the files of a removal in their places; take one away that was cut off before it counted."""
        stage = self.folder / _REMOVAL
        if (stage / _MOVES).is_file():
            for name, target in json.loads((stage / _MOVES).read_text(encoding="utf-8")).items():
                if (stage / name).exists():
                    (stage / name).replace(self.path.parent / target)
            for folder in {self.path.parent, self.folder, *(path.parent for path in self.results())}:
                sync_folder(folder)
        shutil.rmtree(stage, ignore_errors=True)

    def _write_without(self, stage: Path, ids: Collection[str], changed: Sequence[Entry]) -> dict[str, Path]:
        """Write the results without some articles into ``stage``; where each file belongs."""
        raise NotImplementedError

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
                raise StoreError(
                    f"{path} was shortened or replaced since it was written; put back a copy of it, "
                    "or do everything again with --restart"
                )


class JsonLinesStore(FileStore):
    """One file, an annotation a line."""

    format: StoreFormat = "jsonl"

    def __init__(self, path: Path, errors: Path | None) -> None:
        super().__init__(path, _run_folder(path), errors)

    def results(self) -> list[Path]:
        return [self.path]

    def occupied(self) -> bool:
        # An empty file, as mktemp makes it, holds nothing that could be lost.
        return (self.path.exists() and self.path.stat().st_size > 0) or self._foreign_journal()

    def _write(self, shard: Shard, entry: Entry) -> dict[str, int]:
        content = "".join(f"{line}\n" for line in shard.lines).encode()
        if not self.path.exists():
            self.path.touch()
        return {"annotations": append_whole(self.path, content)}

    def _write_without(self, stage: Path, ids: Collection[str], changed: Sequence[Entry]) -> dict[str, Path]:
        _copy_lines_without(self.path, stage / ANNOTATIONS, ids)
        return {ANNOTATIONS: self.path}

    def _repair(self, last: Entry, shards: int) -> None:
        size = last.sizes.get("annotations", 0)
        if shards and not self.path.exists():
            raise StoreError(f"{self.path} is gone, though {self.folder} knows of it; put it back, or use --restart")
        self._cut(self.path, size)


class CsvStore(FileStore):
    """A folder with a CSV file for each table; see :func:`conflict_events.tables.write_csv_table`."""

    format: StoreFormat = "csv"

    def __init__(self, path: Path, errors: Path | None) -> None:
        path.mkdir(parents=True, exist_ok=True)
        super().__init__(path, path, errors)

    def results(self) -> list[Path]:
        return [self.path / f"{ANNOTATIONS}.jsonl", *(self.path / f"{table}.csv" for table in TABLES)]

    def _write(self, shard: Shard, entry: Entry) -> dict[str, int]:
        content = "".join(f"{line}\n" for line in shard.lines).encode()
        sizes = {ANNOTATIONS: append_whole(self.path / f"{ANNOTATIONS}.jsonl", content)}
        for table in TABLES:
            file = self.path / f"{table}.csv"
            sizes[table] = append_whole(file, write_csv_table(shard.table(table), header=not file.exists()))
        return sizes

    def _write_without(self, stage: Path, ids: Collection[str], changed: Sequence[Entry]) -> dict[str, Path]:
        moves = {ANNOTATIONS: self.path / f"{ANNOTATIONS}.jsonl"}
        _copy_lines_without(moves[ANNOTATIONS], stage / ANNOTATIONS, ids)
        for table in TABLES:
            moves[table] = self.path / f"{table}.csv"
            kept = without_rows(read_csv_table(table, str(moves[table])), ids)
            (stage / table).write_bytes(write_csv_table(kept, header=True))
        return moves

    def _repair(self, last: Entry, shards: int) -> None:
        missing = [file.name for file in self.results() if last.sizes.get(file.stem) and not file.exists()]
        if missing:
            raise StoreError(
                f"{self.path} lacks {', '.join(missing)}; put it back, or do everything again with --restart"
            )
        self._cut(self.path / f"{ANNOTATIONS}.jsonl", last.sizes.get(ANNOTATIONS, 0))
        for table in TABLES:
            self._cut(self.path / f"{table}.csv", last.sizes.get(table, 0))


class ParquetStore(FileStore):
    """A folder with a Parquet dataset for each table, one file a shard."""

    format: StoreFormat = "parquet"

    def __init__(self, path: Path, errors: Path | None) -> None:
        path.mkdir(parents=True, exist_ok=True)
        super().__init__(path, path, errors)

    def results(self) -> list[Path]:
        return [self.path / f"{table}.parquet" for table in (*TABLES, ANNOTATIONS)]

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

    def _write_without(self, stage: Path, ids: Collection[str], changed: Sequence[Entry]) -> dict[str, Path]:
        moves: dict[str, Path] = {}
        for part in committed_parts(changed):
            for name in (ANNOTATIONS, *TABLES):
                source = self.path / f"{name}.parquet" / part
                kept = without_rows(pyarrow.parquet.ParquetFile(source).read(), ids)
                pyarrow.parquet.write_table(kept, stage / f"{name}-{part}", compression="zstd")
                moves[f"{name}-{part}"] = source
        return moves

    def _repair(self, last: Entry, shards: int) -> None:
        committed = set(committed_parts(self.journal.entries()))
        # A run that is killed leaves no more than one shard without its entry.
        uncommitted = f"part-{shards:05d}.parquet"
        for folder in self.results():
            names = {file.name for file in folder.glob("part-*.parquet")}
            if unknown := names - committed - {uncommitted}:
                raise self._damaged(f"does not name {folder / min(unknown)}")
            if committed - names:
                raise StoreError(
                    f"{folder} lacks {min(committed - names)}, which the journal names; put it back, "
                    "or do everything again with --restart"
                )
            for name in committed:
                _check_parquet_end(folder / name)
        shutil.rmtree(self.path / _STAGING, ignore_errors=True)
        for folder in self.results():
            (folder / uncommitted).unlink(missing_ok=True)


class DuckStore:
    """One DuckDB database with the seven tables, the annotations and the errors."""

    _OWN = frozenset({*TABLES, ANNOTATIONS, "errors", "_journal", "_manifest"})

    def __init__(self, path: Path, errors: Path | None) -> None:
        import duckdb

        self.path = path
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
        self._begun = False
        try:
            self.errors_path = errors or errors_file(path, "duckdb", self.manifest())
        except BaseException:
            self.connection.close()
            raise

    def occupied(self) -> bool:
        """Whether the database holds other tables than a store's."""
        return bool(self._table_names)

    def clear(self) -> None:
        """Remove the store's tables and its file of errors; other tables of the database stay."""
        recorded = _recorded_errors(self.path, self.manifest())
        with self._transaction():
            for name in self._OWN & self._table_names:
                self.connection.execute(f'drop table "{name}"')
        self._table_names -= self._OWN
        if recorded is not None:
            recorded.unlink(missing_ok=True)

    def entries(self) -> Iterator[Entry]:
        if "_journal" in self._table_names:
            for (line,) in self.connection.execute("select entry from _journal order by number").fetchall():
                yield Entry.model_validate_json(line)

    def lines(self) -> list[str]:
        """The annotations as JSON, in order."""
        return [row[0] for row in self.connection.execute(f"select annotation from {ANNOTATIONS}").fetchall()]

    def manifest(self) -> dict[str, Any] | None:
        if "_manifest" not in self._table_names:
            return None
        row = self.connection.execute("select manifest from _manifest").fetchone()
        return dict(json.loads(row[0])) if row else None

    def write_manifest(self, manifest: Mapping[str, Any]) -> None:
        manifest = _with_errors_file(manifest, self.path, self.errors_path)
        with self._transaction():
            if "_manifest" not in self._table_names:
                self._create()
            self.connection.execute("delete from _manifest")
            self.connection.execute("insert into _manifest values (?)", [json.dumps(manifest, ensure_ascii=False)])
        self._begun = True

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

    def remove(self, leaving: Mapping[str, Mapping[str, int]]) -> None:
        with self._transaction():
            self.connection.execute("create or replace temp table _leaving as select unnest(?) as id", [list(leaving)])
            for name in (*TABLES, ANNOTATIONS):
                self.connection.execute(f'delete from "{name}" where article_id in (select id from _leaving)')
            journal = self.connection.execute("select number, entry from _journal").fetchall()
            for number, line in journal:
                entry = without(Entry.model_validate_json(line), leaving).model_dump_json()
                self.connection.execute("update _journal set entry = ? where number = ?", [entry, number])
            self.connection.execute("drop table _leaving")

    def close(self) -> None:
        """Close the database, and write its errors to their file where a run wrote here."""
        if self._begun:
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
        self._table_names |= self._OWN

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


def without_rows(data: pa.Table, ids: Collection[str]) -> pa.Table:
    """The rows of a table that belong to other articles."""
    from pyarrow import compute

    return data.filter(compute.invert(compute.is_in(data["article_id"], value_set=pa.array(list(ids), pa.string()))))


def _copy_lines_without(source: Path, target: Path, ids: Collection[str]) -> None:
    """Copy annotations, JSON lines, but those of some articles."""
    with source.open("rb") as lines, target.open("wb") as kept:
        kept.writelines(line for line in lines if json.loads(line)["article"]["id"] not in ids)


def removal_cut_off(path: Path) -> bool:
    """Whether records were being taken out of a local store when its run ended."""
    return any((folder / _REMOVAL / _MOVES).is_file() for folder in (path, _run_folder(path)))


def _check_parquet_end(path: Path) -> None:
    """Raise StoreError where a file does not end as Parquet does: it was shortened."""
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - 4))
        if file.read() != b"PAR1":
            raise StoreError(
                f"{path} was shortened or damaged since it was written; put back a copy of it, "
                "or do everything again with --restart"
            )


def read_manifest(path: Path) -> dict[str, Any] | None:
    """A manifest's content; ``None`` where there is none.

    Raises StoreError where it cannot be understood.
    """
    if not path.is_file():
        return None
    try:
        return dict(json.loads(path.read_text(encoding="utf-8")))
    except ValueError as error:
        raise StoreError(f"{path} is no manifest of this command ({error}); give another --output") from None


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

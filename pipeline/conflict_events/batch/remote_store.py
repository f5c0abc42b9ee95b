"""A Parquet store at a URL: an object store, or any other file system that fsspec knows.

Object stores can neither append nor rename, but they put an object whole or not at all. So here the journal is a folder
with one object for each entry, and a shard is committed when its entry has been put there:

``TABLE.parquet/part-NNNNN-RUN.parquet``
    a shard's rows; ``RUN`` is another one for each run, so that no run can touch what another one has written
``journal/NNNNNN.json``
    the entries, which name the parts that count
``errors/NNNNNN.jsonl``
    the failures of an entry; ``errors.jsonl`` holds all of them after the run
``manifest.json``
    what the run was made of

There is no lock at a URL, but the manifest names the run that writes. Two runs that write one store, or one that is
begun anew beside another, notice it when the one that is not named commits, which is refused.
"""

from __future__ import annotations

import io
import json
import re
import secrets
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet
from pydantic import ValidationError

from conflict_events.batch.annotator import Failure
from conflict_events.batch.disk import write_whole
from conflict_events.batch.journal import Entry, journal_lines, without
from conflict_events.batch.stores import ANNOTATIONS, Shard, StoreError, errors_as_lines, part_name, without_rows
from conflict_events.paths import remote_errors
from conflict_events.tables import TABLES

if TYPE_CHECKING:
    from upath import UPath

    from conflict_events.paths import Place

_NAMES = (ANNOTATIONS, *(table for table in TABLES if table != "articles"), "articles")
_ERRORS = "errors.jsonl"
#: Journal entries that are fetched together.
_TOGETHER = 64


class RemoteParquetStore:
    """A Parquet dataset for each table, one object a shard.

    Args:
        path: the folder's place.
        errors: where failures go in the end, other than ``errors.jsonl`` beside the results.
    """

    def __init__(self, path: UPath, errors: Place | None = None) -> None:
        self.path = path
        self.errors_path: Place = errors or path / _ERRORS
        self._run = secrets.token_hex(4)
        self._entries: int | None = None

    def entries(self) -> Iterator[Entry]:
        return remote_entries(self.path)

    def manifest(self) -> dict[str, Any] | None:
        return remote_manifest(self.path)

    def write_manifest(self, manifest: Mapping[str, Any]) -> None:
        manifest = {**manifest, "errors_file": _errors_name(self.path, self.errors_path), "writer": self._run}
        _put(self.path / "manifest.json", json.dumps(manifest, indent=2, ensure_ascii=False).encode() + b"\n")

    def repair(self) -> None:
        """Take away what was never committed."""
        entries = list(remote_entries(self.path))
        shards = max((entry.shard + 1 for entry in entries if entry.kind == "shard"), default=0)
        if shards < ((self.manifest() or {}).get("counts") or {}).get("shards", 0):
            raise StoreError(
                f"{self.path}/journal lacks entries at its end, so that it is not known which results are whole; "
                "nothing was changed: put back a copy of it, or do everything again with --restart"
            )
        self._entries = len(entries)
        for name in _numbered(self.path / "journal", "json"):
            if name not in {_entry_name(number) for number in range(len(entries))}:
                _remove(self.path / "journal" / name)
        committed = set(remote_parts(entries))
        for table in _NAMES:
            there = set(_parts(self.path / f"{table}.parquet"))
            for name in sorted(there - committed):
                _remove(self.path / f"{table}.parquet" / name)
            if committed - there:
                missing = sorted(committed - there)[0]
                raise StoreError(f"{self.path}/{table}.parquet lacks {missing}, which the journal names; use --restart")
        kept = {_error_name(number) for number in _with_errors(entries)}
        for name in _numbered(self.path / "errors", "jsonl"):
            if name not in kept:
                _remove(self.path / "errors" / name)

    def commit(self, shard: Shard, entry: Entry) -> None:
        if self._entries is None:
            self.repair()
        if (self.manifest() or {}).get("writer", self._run) != self._run:
            raise StoreError(f"{self.path} is being written by another run; let one of them finish")
        number = self._entries or 0
        written: list[UPath] = []
        try:
            if entry.kind == "shard":
                entry = entry.model_copy(update={"part": f"part-{entry.shard:05d}-{self._run}.parquet"})
                for name in _NAMES:
                    data = shard.annotations() if name == ANNOTATIONS else shard.table(name)
                    written.append(self.path / f"{name}.parquet" / part_name(entry))
                    _put(written[-1], _as_parquet(data))
            if shard.failures:
                written.append(self.path / "errors" / _error_name(number))
                _put(written[-1], errors_as_lines(shard.failures))
            if not _put_new(self.path / "journal" / _entry_name(number), journal_lines([entry])):
                raise StoreError(f"{self.path} is being written by another run; let one of them finish")
        except (OSError, StoreError):
            for item in written:
                try:
                    _remove(item)
                except OSError:
                    break  # the next run takes it away
            raise
        self._entries = number + 1

    def remove(self, leaving: Mapping[str, Mapping[str, int]]) -> None:
        # A shard is without them from the moment that its entry names its new parts. Cut off between two shards, the
        # next update finds those that are left.
        for number, entry in enumerate(list(self.entries())):
            kept = without(entry, leaving)
            if kept == entry:
                continue
            kept = kept.model_copy(update={"part": f"part-{entry.shard:05d}-{self._run}-{number}.parquet"})
            for name in _NAMES:
                content = io.BytesIO(_get(self.path / f"{name}.parquet" / part_name(entry)))
                rows = without_rows(pyarrow.parquet.ParquetFile(content).read(), leaving.keys())
                _put(self.path / f"{name}.parquet" / part_name(kept), _as_parquet(rows))
            _put(self.path / "journal" / _entry_name(number), journal_lines([kept]))
            for name in _NAMES:
                _remove(self.path / f"{name}.parquet" / part_name(entry))

    def close(self) -> None:
        """Write all failures to their file, where this run is the store's."""
        manifest = self.manifest()
        if manifest is None or manifest.get("writer") != self._run:
            return
        failures = list(remote_failures(self.path))
        if isinstance(self.errors_path, Path):
            if failures:
                write_whole(self.errors_path, errors_as_lines(failures))
            else:
                self.errors_path.unlink(missing_ok=True)
        elif failures:
            _put(self.errors_path, errors_as_lines(failures))
        elif _exists(self.errors_path):
            _remove(self.errors_path)


def refuse_foreign_objects(path: UPath, errors: Place | None) -> None:
    """Raise StoreError where objects are in the way that are not the store's own."""
    manifest = remote_manifest(path)
    if manifest is None:
        if any(_names(path / f"{table}.parquet") for table in _NAMES) or _names(path / "journal"):
            raise StoreError(f"{path} is there but was not written by this command; give another --output")
    elif manifest.get("format") != "parquet":
        raise StoreError(f"the manifest.json of {path} is not this command's; give another --output")
    file = errors or path / _ERRORS
    recorded = manifest.get("errors_file", _ERRORS) if manifest else None
    there = file.exists() if isinstance(file, Path) else _exists(file)
    if there and _errors_name(path, file) != recorded:
        raise StoreError(f"{file} is there already and is not this run's; give another file as --errors")


def remote_manifest(path: UPath) -> dict[str, Any] | None:
    """The manifest of a store at a URL; ``None`` where there is none.

    Raises StoreError where it cannot be understood.
    """
    file = path / "manifest.json"
    if not _exists(file):
        return None
    try:
        return dict(json.loads(_get(file)))
    except ValueError as error:
        raise StoreError(f"{file} is no manifest of this command ({error}); use --restart, or another path") from None


def remote_entries(path: UPath) -> Iterator[Entry]:
    """The committed entries of a store at a URL, oldest first. One that is not whole was never committed."""
    folder = path / "journal"
    there = set(_names(folder))
    names: list[str] = []
    while _entry_name(len(names)) in there:
        names.append(_entry_name(len(names)))
    for start in range(0, len(names), _TOGETHER):
        chosen = [str((folder / name).path) for name in names[start : start + _TOGETHER]]
        with remote_errors(folder):
            contents = folder.fs.cat(chosen)
        for name in chosen:
            content = contents[folder.fs._strip_protocol(name)]
            try:
                yield Entry.model_validate_json(content if content.endswith(b"\n") else b"")
            except ValidationError:
                return


def remote_parts(entries: list[Entry]) -> list[str]:
    """The names of the files that belong to a store, in order."""
    return [part_name(entry) for entry in entries if entry.kind == "shard"]


def remote_failures(path: UPath) -> Iterator[Failure]:
    """The failures of a store at a URL."""
    for number in _with_errors(list(remote_entries(path))):
        for line in _get(path / "errors" / _error_name(number)).splitlines():
            yield Failure(**json.loads(line))


def _errors_name(path: UPath, errors: Place) -> str:
    """The file of errors as the manifest names it: the usual one by its name alone, which goes with the store."""
    return _ERRORS if str(errors) == str(path / _ERRORS) else str(errors)


def remove_remote_store(path: UPath) -> None:
    """Remove a store's results, and nothing else that is there. The journal goes first: what is left counts no more."""
    if remote_manifest(path) is None:
        return
    for name in _numbered(path / "journal", "json"):
        _remove(path / "journal" / name)
    for table in _NAMES:
        for name in _parts(path / f"{table}.parquet"):
            _remove(path / f"{table}.parquet" / name)
    for name in _numbered(path / "errors", "jsonl"):
        _remove(path / "errors" / name)
    for name in (_ERRORS, "manifest.json"):
        if _exists(path / name):
            _remove(path / name)


def _with_errors(entries: list[Entry]) -> list[int]:
    """The numbers of the entries whose failures still count."""
    found: list[int] = []
    for number, entry in enumerate(entries):
        if entry.kind == "retry":
            found = []
        if entry.errors:
            found.append(number)
    return found


def _entry_name(number: int) -> str:
    return f"{number:06d}.json"


def _error_name(number: int) -> str:
    return f"{number:06d}.jsonl"


def _as_parquet(data: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    pyarrow.parquet.write_table(data, sink, compression="zstd")
    content: bytes = sink.getvalue().to_pybytes()
    return content


def _names(folder: UPath) -> list[str]:
    """Names of the files in a folder, as they are now."""
    with remote_errors(folder):
        folder.fs.invalidate_cache()
        try:
            found = folder.fs.ls(folder.path, detail=True)
        except FileNotFoundError:
            return []
        return sorted(item["name"].rstrip("/").rsplit("/", 1)[-1] for item in found if item["type"] == "file")


def _parts(folder: UPath) -> list[str]:
    """The names of the files there that a run of this command can have written."""
    return [name for name in _names(folder) if re.fullmatch(r"part-\d{5,}-[0-9a-f]{8}(-\d+)?\.parquet", name)]


def _numbered(folder: UPath, ending: str) -> list[str]:
    return [name for name in _names(folder) if re.fullmatch(rf"\d{{6}}\.{ending}", name)]


def _exists(item: UPath) -> bool:
    with remote_errors(item):
        item.fs.invalidate_cache()
        return bool(item.exists())


def _get(item: UPath) -> bytes:
    with remote_errors(item):
        content: bytes = item.fs.cat_file(item.path)
        return content


def _put(item: UPath, content: bytes) -> None:
    """Put an object whole or not at all.

    File systems that are no object stores write to another name first and rename it (fsspec's transactions).
    """
    with remote_errors(item):
        _make_folder(item)
        with item.fs.transaction:
            item.fs.pipe_file(item.path, content)


def _put_new(item: UPath, content: bytes) -> bool:
    """Put an object where there is none of its name; False where there is one."""
    if _exists(item):
        return False
    with remote_errors(item):
        _make_folder(item)
        try:
            item.fs.pipe_file(item.path, content, mode="create")
        except FileExistsError:
            return False
        except (TypeError, ValueError, NotImplementedError):  # it cannot tell; then as usual
            _put(item, content)
        return True


def _make_folder(item: UPath) -> None:
    if not _is_object_store(item.fs):
        item.fs.makedirs(item.path.rsplit("/", 1)[0], exist_ok=True)


def _is_object_store(file_system: Any) -> bool:
    """Whether folders there are nothing but beginnings of names."""
    names = file_system.protocol
    return not {"s3", "s3a", "gs", "gcs", "abfs", "az"}.isdisjoint((names,) if isinstance(names, str) else names)


def _remove(item: UPath) -> None:
    with remote_errors(item):
        item.fs.rm_file(item.path)

"""What of a corpus is done: the journal of a store.

One entry a shard. A shard belongs to the store from the moment its entry is in the journal, and not before; whatever a
run that was killed left without an entry is taken away when the next one opens the store.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from conflict_events.batch.disk import sync_folder

#: Hexadecimal digits of the keys and hashed ids of articles.
KEY_LENGTH = 16


class StoreError(ValueError):
    """Results cannot be written to, or read from, this path; the message says what to do."""


class Entry(BaseModel):
    """One committed shard.

    ``keys`` are those of its annotated articles, ``failed`` those of what failed (see
    :func:`conflict_events.batch.articles.article_key`), ``ids`` hashes of the annotated articles' ids; each a string of
    keys without separator. ``sizes`` are the lengths in bytes of the store's files after it. An entry of kind
    ``retry`` takes back all failures before it; one of kind ``start`` opens the journal of a new store, so that a
    journal that was emptied is told from that of a store without shards. ``part`` is the name of the shard's files,
    where it is not the usual one.
    """

    model_config = ConfigDict(extra="forbid")

    kind: Literal["shard", "retry", "start"] = "shard"
    shard: int = Field(ge=0)
    articles: int = 0
    errors: int = 0
    rows: dict[str, int] = Field(default_factory=dict)
    keys: str = ""
    ids: str = ""
    failed: str = ""
    sizes: dict[str, int] = Field(default_factory=dict)
    part: str | None = None


def id_hash(article_id: str) -> str:
    """A key of an article's id: 16 hexadecimal digits."""
    return hashlib.blake2b(article_id.encode("utf-8", "surrogatepass"), digest_size=KEY_LENGTH // 2).hexdigest()


def parts(text: str, length: int) -> list[str]:
    """A string of keys without separator as a list of them."""
    return [text[start : start + length] for start in range(0, len(text), length)]


def without(entry: Entry, leaving: Mapping[str, Mapping[str, int]]) -> Entry:
    """The entry without the articles that leave the store.

    ``leaving`` holds, for the id of each, how many rows each table has of it.
    """
    gone = {id_hash(article_id): counts for article_id, counts in leaving.items()}
    pairs = list(zip(parts(entry.keys, KEY_LENGTH), parts(entry.ids, KEY_LENGTH), strict=True))
    kept = [(key, hashed) for key, hashed in pairs if hashed not in gone]
    if len(kept) == len(pairs):
        return entry
    rows = dict(entry.rows)
    for _, hashed in pairs:
        for table, count in gone.get(hashed, {}).items():
            rows[table] = rows.get(table, 0) - count
    return entry.model_copy(
        update={
            "articles": len(kept),
            "rows": rows,
            "keys": "".join(key for key, _ in kept),
            "ids": "".join(hashed for _, hashed in kept),
        }
    )


class JournalFile:
    """A journal in a file of JSON lines.

    A last line without its line end was never committed. Any other line that is no entry is damage: what follows it
    may be results, so that StoreError is raised and nothing is cut off.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def entries(self) -> Iterator[Entry]:
        """The committed entries, oldest first."""
        if not self.path.is_file():
            return
        with self.path.open("rb") as file:
            for number, line in enumerate(file, 1):
                if not line.endswith(b"\n"):
                    return
                try:
                    yield Entry.model_validate_json(line)
                except ValidationError:
                    raise StoreError(
                        f"{self.path} is damaged (line {number}), so that it is not known which results are whole; "
                        "put back a copy of it, or do everything again with --restart"
                    ) from None

    def repair(self) -> None:
        """Cut off a last line that is not whole. Raises StoreError where the journal is damaged."""
        if not self.path.is_file():
            return
        for _ in self.entries():
            pass
        whole = 0
        with self.path.open("rb") as file:
            for line in file:
                whole += len(line) if line.endswith(b"\n") else 0
        if whole < self.path.stat().st_size:
            os.truncate(self.path, whole)

    def append(self, entry: Entry) -> None:
        """Commit an entry: it is on the disk when this returns."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        new = not self.path.exists()
        before = 0 if new else self.path.stat().st_size
        try:
            with self.path.open("ab") as file:
                file.write(journal_lines([entry]))
                file.flush()
                os.fsync(file.fileno())
        except OSError:
            os.truncate(self.path, before)
            raise
        if new:
            sync_folder(self.path.parent)


def journal_lines(entries: Iterable[Entry]) -> bytes:
    """A journal's content."""
    return b"".join(entry.model_dump_json(exclude_defaults=True).encode() + b"\n" for entry in entries)


class Done:
    """The articles that a store holds, in 20 bytes each."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        keys: list[str] = []
        failed: list[str] = []
        ids: list[str] = []
        self.articles = self.errors = self.shards = 0
        self.rows: dict[str, int] = {}
        for entry in entries:
            if entry.kind == "retry":
                failed, self.errors = [], 0
            self.add(entry)
            keys.append(entry.keys)
            failed.append(entry.failed)
            ids.append(entry.ids)
        self._keys, counts = np.unique(_numbers([*keys, *failed]), return_counts=True)
        self._left = counts.astype(np.uint32)
        self._ids = np.unique(_numbers(ids))

    def add(self, entry: Entry) -> None:
        """Count a shard that was committed."""
        self.articles += entry.articles
        self.errors += entry.errors
        self.shards = max(self.shards, entry.shard + (entry.kind == "shard"))
        for table, count in entry.rows.items():
            self.rows[table] = self.rows.get(table, 0) + count

    def take(self, key: str) -> bool:
        """Whether an article of this key is done; each that the store holds counts once."""
        value = np.uint64(int(key, 16))
        index = int(np.searchsorted(self._keys, value))
        if index < len(self._keys) and self._keys[index] == value and self._left[index]:
            self._left[index] -= 1
            return True
        return False

    def has_id(self, id_hash: str) -> bool:
        """Whether the store holds an article of that id."""
        value = np.uint64(int(id_hash, 16))
        index = int(np.searchsorted(self._ids, value))
        return index < len(self._ids) and bool(self._ids[index] == value)


def _numbers(strings: Iterable[str]) -> np.ndarray[tuple[int], np.dtype[np.uint64]]:
    raw = bytes.fromhex("".join(strings))
    return np.frombuffer(raw, dtype=">u8").astype(np.uint64)

"""``annotate --update``: which records of a store are out of date, because their article was edited or is gone.

A record stays where the inputs still hold its article as it was read. Otherwise its article was *edited*, where the
inputs hold one of the same id, or *removed*, where the record's file or folder is among the inputs and was read, but
holds it no more. Records of other files stay: adding one file to results never takes away those of another. So do the
records of a file that cannot be read this time.

Ids that the reader makes of a file's name (``news-3`` of ``news.csv``) say nothing across files: there, only the same
file counts.
"""

from __future__ import annotations

import glob
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import PurePath

from conflict_events.batch.articles import Selection, article_key
from conflict_events.batch.journal import KEY_LENGTH, Done, Entry, id_hash, parts
from conflict_events.reading import InputArticle, ReadError
from conflict_events.schema import Annotation
from conflict_events.seen_ids import SeenIds
from conflict_events.tables import rows

#: For each article that leaves, by id: how many rows each table holds of it.
Leaving = Mapping[str, Mapping[str, int]]


@dataclass(frozen=True)
class OutOfDate:
    """The records that an update takes out of a store."""

    edited: Leaving = field(default_factory=dict)
    removed: Leaving = field(default_factory=dict)

    @property
    def all(self) -> Leaving:
        """Both kinds."""
        return {**self.edited, **self.removed}


def find_out_of_date(
    entries: Iterable[Entry],
    annotations: Iterable[Annotation],
    items: Iterable[InputArticle | ReadError],
    inputs: Sequence[str],
    selection: Selection,
) -> OutOfDate:
    """The records that the inputs no longer bear out.

    Args:
        entries: the store's journal.
        annotations: its records; read only where some article of the journal is not among the inputs.
        items: everything that the inputs hold.
        inputs: the inputs by name, as the run was given them.
        selection: which articles the run takes.
    """
    now = _Inputs.of(items, inputs, selection)
    suspects = set(now.unconfirmed(entries))
    edited: dict[str, Mapping[str, int]] = {}
    removed: dict[str, Mapping[str, int]] = {}
    for record in annotations if suspects else ():
        article = record.article
        if id_hash(article.id) not in suspects:
            continue
        kind = edited if now.holds_id(article.id, article.source) else removed
        if kind is edited or now.should_hold(article.source):
            kind[article.id] = {table: len(found) for table, found in rows(record).items()}
    return OutOfDate(edited, removed)


@dataclass(frozen=True)
class _Inputs:
    """What the inputs hold now."""

    names: Sequence[str]
    done: Done
    ids: SeenIds
    ids_in_files: SeenIds
    unreadable: frozenset[str]

    @classmethod
    def of(cls, items: Iterable[InputArticle | ReadError], names: Sequence[str], selection: Selection) -> _Inputs:
        keys: list[str] = []
        ids, ids_in_files, unreadable = SeenIds(), SeenIds(), set()
        for item in items:
            if isinstance(item, ReadError):
                unreadable.add(str(PurePath(item.source)))
            elif selection.takes(item):
                keys.append(article_key(item))
                ids.add(item.id)
                ids_in_files.add(_in_file(item.id, item.source))
        return cls(names, Done([Entry(shard=0, keys="".join(keys))]), ids, ids_in_files, frozenset(unreadable))

    def unconfirmed(self, entries: Iterable[Entry]) -> Iterator[str]:
        """Hashes of the ids of articles in the journal that the inputs do not hold as they were read."""
        for entry in entries:
            for key, hashed in zip(parts(entry.keys, KEY_LENGTH), parts(entry.ids, KEY_LENGTH), strict=True):
                if not self.done.take(key):
                    yield hashed

    def holds_id(self, article_id: str, source: str | None) -> bool:
        """Whether the inputs hold an article that is the same one, with other content."""
        if _is_named_after(article_id, source):
            return _in_file(article_id, source) in self.ids_in_files
        return article_id in self.ids

    def should_hold(self, source: str | None) -> bool:
        """Whether the article of that source would be among the inputs if it were still there."""
        if not source or source.startswith("-"):
            return False
        file = _file(source)
        wholes = [PurePath(file), *PurePath(file).parents]
        if any(str(whole) in self.unreadable for whole in (PurePath(source), *wholes)):
            return False
        return any(_covers(name, file) for name in self.names)


def _covers(name: str, file: str) -> bool:
    """Whether an input of that name, a file, folder or pattern, takes in a file."""
    if PurePath(file).is_relative_to(PurePath(name)):
        return True
    return glob.has_magic(name) and any(
        fnmatchcase(str(part), name) for part in (PurePath(file), *PurePath(file).parents)
    )


def _is_named_after(article_id: str, source: str | None) -> bool:
    """Whether the reader made the id of the file's name."""
    name = PurePath(_file(source or "")).name
    stem = name.split(".")[0]
    return bool(stem) and re.fullmatch(re.escape(stem) + r"(\..*)?(-\d+)*", article_id) is not None


def _in_file(article_id: str, source: str | None) -> str:
    return f"{article_id}\0{_file(source or '')}"


def _file(source: str) -> str:
    return source.partition("#")[0]

"""A run over a corpus: read, skip what is done, annotate, commit shard by shard."""

from __future__ import annotations

import datetime as dt
import hashlib
import signal
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from conflict_events import __version__
from conflict_events.batch.annotator import ChunkResult, Failure
from conflict_events.batch.articles import Selection, article_key, chunked
from conflict_events.batch.engines import Chunk, Engine
from conflict_events.batch.journal import Done, Entry, id_hash
from conflict_events.batch.stores import Shard, Store, StoreError
from conflict_events.batch.updating import OutOfDate
from conflict_events.reading import InputArticle, ReadError
from conflict_events.seen_ids import SeenIds
from conflict_events.tables import TABLES

#: A shard is committed when it holds so many articles, or is so many seconds old.
SHARD_ARTICLES = 2000
SHARD_SECONDS = 30.0

#: Manifest entries that must be alike when a run goes on.
SAME = ("format", "model", "options")


@dataclass
class Summary:
    """What a run did.

    ``done_before`` were in the store already, ``failed_before`` as failures; ``renamed`` had an id of another article
    there. ``edited`` and ``removed`` records were taken out by an update.
    """

    annotated: int = 0
    failed: int = 0
    failed_before: int = 0
    done_before: int = 0
    left_out: int = 0
    renamed: int = 0
    edited: int = 0
    removed: int = 0
    seen: int = 0
    events: int = 0
    words: int = 0
    seconds: float = 0.0
    reasons: list[Failure] = field(default_factory=list)

    def note(self, failure: Failure) -> None:
        """Count a failure; the first few are kept to be shown."""
        self.failed += 1
        if len(self.reasons) < 20:
            self.reasons.append(failure)


Advance = Callable[[int, int], None]


def run_to_store(
    items: Iterable[InputArticle | ReadError],
    engine: Engine,
    store: Store,
    manifest: Mapping[str, Any],
    *,
    selection: Selection | None = None,
    retry_errors: bool = False,
    keep_old: bool = False,
    update: Callable[[Store], OutOfDate] | None = None,
    advance: Advance = lambda articles, words: None,
    shard_articles: int = SHARD_ARTICLES,
    shard_seconds: float = SHARD_SECONDS,
) -> Summary:
    """Annotate what of ``items`` is not in ``store`` yet, and commit it there.

    Killed at any moment, the same call goes on where the last commit was. An interrupt (Ctrl-C) commits what is
    complete and is raised again.

    Args:
        items: the articles read, and what could not be read.
        engine: who annotates.
        store: where results go.
        manifest: what the run is made of; its entries :data:`SAME` must equal the store's.
        selection: which articles.
        retry_errors: try again what failed before.
        keep_old: go on also where another model made what is there, which stays; each record says its model, and the
            manifest names the models before this one (``earlier_models``).
        update: finds the records of the store that are out of date; they are taken out first, and what failed before is
            tried again.
        advance: told how many articles and words each chunk added.
        shard_articles, shard_seconds: when a shard is committed.

    Raises:
        StoreError: the store was made with another model or other options.
        OSError: the store cannot be written (the disk is full); what was committed stays.
    """
    before = store.manifest()
    done = Done(store.entries())
    anew = before is not None and not done.articles and before.get("format") == manifest.get("format")
    if before is not None and not anew:
        refuse_changes(before, manifest, keep_old=keep_old)
        manifest = {**manifest, **_earlier_models(before, manifest)}
    store.repair()
    out_of_date = update(store) if update is not None and done.articles else OutOfDate()
    if out_of_date.all:
        with _shielded():
            store.remove(out_of_date.all)
        done = Done(store.entries())
    run = _Run(store, done, dict(manifest), advance, shard_articles, shard_seconds)
    run.summary.edited, run.summary.removed = len(out_of_date.edited), len(out_of_date.removed)
    run.begin(before)
    if (retry_errors or anew or update) and run.done.errors:  # a first try that gave nothing binds nobody
        store.commit(Shard(), Entry(kind="retry", shard=run.done.shards))
        run.done = Done(store.entries())
    standing = run.done.errors
    run.work(items, engine, selection or Selection())
    run.summary.failed_before = standing
    return run.summary


def _earlier_models(before: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, Any]:
    """The entry of the manifest that names the models which made earlier records; none where there was one alone."""
    earlier = list(before.get("earlier_models", ()))
    model = before.get("model")
    if model is not None and model != now.get("model") and model not in earlier:
        earlier.append(model)
    return {"earlier_models": earlier} if earlier else {}


def refuse_changes(before: Mapping[str, Any], now: Mapping[str, Any], *, keep_old: bool = False) -> None:
    """Raise StoreError where a store was made with another model, rules or options than the run's.

    ``keep_old``: another model or other rules are taken.
    """
    changed = []
    for name in (name for name in SAME if not (keep_old and name == "model")):
        old, new = before.get(name), now.get(name)
        if isinstance(old, Mapping) and isinstance(new, Mapping):
            for key in sorted({*old, *new}):
                if old.get(key) != new.get(key):
                    changed.append(f"{name} {key} was {_shown(old.get(key))}, is {_shown(new.get(key))}")
        elif old != new:
            changed.append(f"{name} was {_shown(old)}, is {_shown(new)}")
    if changed:
        raise StoreError(
            f"the results there were made otherwise ({'; '.join(changed)}): "
            "give another --output, or --restart to do everything again"
            + ("" if "model" not in {one.split()[0] for one in changed} else ", or --keep-old to go on with this model")
        )


def _shown(value: object) -> str:
    if value is None or value == []:
        return "not given"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


class _Run:
    def __init__(
        self,
        store: Store,
        done: Done,
        manifest: dict[str, Any],
        advance: Advance,
        shard_articles: int,
        shard_seconds: float,
    ) -> None:
        self.store = store
        self.done = done
        self.manifest = manifest
        self.advance = advance
        self.shard_articles = shard_articles
        self.shard_seconds = shard_seconds
        self.summary = Summary()
        self.started = time.monotonic()
        self.digest = hashlib.blake2b(digest_size=16)
        self.renamed_ids = SeenIds()
        self._open_shard()

    def _open_shard(self) -> None:
        self.shard = Shard()
        self.keys: list[str] = []
        self.ids: list[str] = []
        self.failed: list[str] = []
        self.opened = time.monotonic()
        # Failures of reading have no place among the chunks: they go with the shard that is open when they turn up.
        self.unread: list[tuple[str, Failure]] = []

    def begin(self, before: Mapping[str, Any] | None) -> None:
        started = before.get("started") if before else None
        self.manifest.update(version=__version__, started=started or _now(), complete=False)
        self.manifest["counts"] = self._counts()
        self.store.write_manifest(self.manifest)

    def work(self, items: Iterable[InputArticle | ReadError], engine: Engine, selection: Selection) -> None:
        try:
            for chunk, result in engine.run(chunked(self._to_do(items, selection), count=min(32, self.shard_articles))):
                with _shielded():  # or an article could be taken without its rows
                    self._take(chunk, result)
                self.advance(len(chunk), result.words)
                if len(self.keys) >= self.shard_articles or time.monotonic() - self.opened >= self.shard_seconds:
                    self._commit()
        except KeyboardInterrupt:
            # The signal may have come while a shard was being committed: commits are shielded, so it is in or out.
            self._commit()
            self._close(complete=False)
            raise
        self._commit()
        self._close(complete=True)

    def _to_do(self, items: Iterable[InputArticle | ReadError], selection: Selection) -> Iterator[InputArticle]:
        """The articles that are not done yet."""
        summary = self.summary
        for item in items:
            if isinstance(item, ReadError):
                key = _error_key(item)
                self.digest.update(key.encode())
                if not self.done.take(key):
                    self.unread.append((key, Failure(item.source, item.reason, None, item.record)))
                continue
            if not selection.takes(item):
                summary.left_out += 1
                continue
            if selection.limit is not None and summary.seen >= selection.limit:
                return
            summary.seen += 1
            key = article_key(item)
            self.digest.update(key.encode())
            if self.done.take(key):
                summary.done_before += 1
            else:
                yield self._with_free_id(item)

    def _with_free_id(self, article: InputArticle) -> InputArticle:
        """``article`` under an id that no other article of the store has."""
        number, new = 1, article.id
        while self.done.has_id(id_hash(new)) or new in self.renamed_ids:
            number += 1
            new = f"{article.id}-{number}"
        if number == 1:
            return article
        self.summary.renamed += 1
        self.renamed_ids.add(new)
        return replace(article, id=new)

    def _take(self, chunk: Chunk, result: ChunkResult) -> None:
        """Add a chunk's results to the open shard."""
        summary = self.summary
        for position, line in zip(result.done, result.lines, strict=True):
            article = chunk[position]
            self.keys.append(article_key(article))
            self.ids.append(id_hash(article.id))
            self.shard.article_ids.append(article.id)
            self.shard.lines.append(line)
        for table in TABLES:
            self.shard.tables[table].append(result.tables[table])
        for position in sorted(result.failed):
            self.failed.append(article_key(chunk[position]))
            self.shard.failures.append(result.failed[position])
            summary.note(result.failed[position])
        summary.annotated += len(result.done)
        summary.events += result.tables["events"].num_rows
        summary.words += result.words

    def _commit(self) -> None:
        for key, failure in self.unread:
            self.failed.append(key)
            self.shard.failures.append(failure)
            self.summary.note(failure)
        self.unread = []
        if not self.keys and not self.failed:
            return
        rows = {table: self.shard.table(table).num_rows for table in TABLES}
        entry = Entry(
            shard=self.done.shards,
            articles=len(self.keys),
            errors=len(self.failed),
            rows=rows,
            keys="".join(self.keys),
            ids="".join(self.ids),
            failed="".join(self.failed),
        )
        with _shielded():
            self.store.commit(self.shard, entry)
            self.done.add(entry)
            self._open_shard()
            # The manifest's count is how a journal that was shortened is told from that of a run that was killed.
            self.manifest["counts"] = self._counts()
            self.store.write_manifest(self.manifest)

    def _close(self, *, complete: bool) -> None:
        self.summary.seconds = time.monotonic() - self.started
        self.manifest.update(complete=complete, finished=_now(), counts=self._counts())
        if complete:
            self.manifest["input"] = {**self.manifest.get("input", {}), "fingerprint": self.digest.hexdigest()}
        self.store.write_manifest(self.manifest)

    def _counts(self) -> dict[str, int]:
        rows = {table: count for table, count in self.done.rows.items() if table != "articles"}
        return {"articles": self.done.articles, "errors": self.done.errors, "shards": self.done.shards, **rows}


def run_to_lines(
    items: Iterable[InputArticle | ReadError],
    engine: Engine,
    write: Callable[[Iterable[str]], None],
    *,
    selection: Selection | None = None,
    advance: Advance = lambda articles, words: None,
    fail: Callable[[Failure], None] = lambda failure: None,
) -> Summary:
    """Annotate ``items`` and hand each annotation, as a JSON line, to ``write``, each failure to ``fail``.

    Nothing is kept of them.
    """
    summary = Summary()
    started = time.monotonic()
    chosen = selection or Selection()

    def note(failure: Failure) -> None:
        summary.note(failure)
        fail(failure)

    def articles() -> Iterator[InputArticle]:
        for item in items:
            if isinstance(item, ReadError):
                note(Failure(item.source, item.reason, None, item.record))
            elif not chosen.takes(item):
                summary.left_out += 1
            elif chosen.limit is not None and summary.seen >= chosen.limit:
                return
            else:
                summary.seen += 1
                yield item

    for chunk, result in engine.run(chunked(articles(), count=8)):
        write(result.lines)
        for position in sorted(result.failed):
            note(result.failed[position])
        summary.annotated += len(result.done)
        summary.events += result.tables["events"].num_rows
        summary.words += result.words
        advance(len(chunk), result.words)
    summary.seconds = time.monotonic() - started
    return summary


def build_manifest(
    *, store_format: str, inputs: Iterable[str | Path], model: Mapping[str, Any], options: Mapping[str, Any]
) -> dict[str, Any]:
    """What a run is made of. ``model`` and ``options`` hold all that changes what is read from an article."""
    return {
        "format": store_format,
        "model": dict(model),
        "options": dict(options),
        "input": {"paths": [str(item) for item in inputs]},
    }


def _error_key(error: ReadError) -> str:
    return hashlib.blake2b(
        f"{error.source}\0{error.reason}".encode("utf-8", "surrogatepass"), digest_size=8
    ).hexdigest()


@contextmanager
def _shielded() -> Iterator[None]:
    """Hold Ctrl-C back until the block is through."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    held: list[int] = []
    previous = signal.signal(signal.SIGINT, lambda number, stack: held.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, previous)
    if held:
        raise KeyboardInterrupt


def _now() -> str:
    return dt.datetime.now(dt.timezone.utc).isoformat(timespec="seconds")

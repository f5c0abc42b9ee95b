"""One process's work: a chunk of articles in, its annotations and tables out."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from conflict_events.batch.articles import printable
from conflict_events.reading import InputArticle
from conflict_events.tables import SCHEMAS, TABLES, Row, rows

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc


class ArticleTimeoutError(Exception):
    """An article took longer than the limit."""


@dataclass(frozen=True)
class Failure:
    """An article or a file that gave no annotation: where it is, why, and what is known of it."""

    source: str
    reason: str
    article_id: str | None = None
    record: dict[str, Any] | None = None


@dataclass
class ChunkResult:
    """What became of a chunk's articles.

    ``done`` and ``failed`` are positions in the chunk; together they are all of it. ``lines`` are the annotations as
    JSON, in the order of ``done``; ``tables`` the rows of all of them.
    """

    done: list[int] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    failed: dict[int, Failure] = field(default_factory=dict)
    tables: dict[str, pa.Table] = field(default_factory=dict)
    words: int = 0

    def joined(self, parts: Sequence[ChunkResult]) -> ChunkResult:
        """This result with the annotations and rows of ``parts``, whose positions it has already."""
        self.lines = [line for part in parts for line in part.lines]
        self.words = sum(part.words for part in parts)
        self.tables = {
            table: pa.concat_tables([SCHEMAS[table].empty_table(), *(part.tables[table] for part in parts)])
            for table in TABLES
        }
        return self


class Annotator:
    """Annotates chunks of articles with one pipeline.

    Args:
        nlp: the pipeline.
        timeout: seconds that one article may take; ``None`` for no limit. It interrupts Python code; a caller that
            must be sure runs the annotator in a process of its own and ends that.
        keep_text: keep the article's text in its annotation.
        with_tables: fill :attr:`ChunkResult.tables`.
    """

    def __init__(
        self, nlp: Language, *, timeout: float | None = None, keep_text: bool = False, with_tables: bool = True
    ) -> None:
        from conflict_events.records import model_info

        self.nlp = nlp
        self.timeout = timeout
        self.keep_text = keep_text
        self.with_tables = with_tables
        self.model = model_info(nlp)

    def annotate(
        self, articles: Sequence[InputArticle], *, singly: bool = False, begin: Callable[[int], None] | None = None
    ) -> ChunkResult:
        """Annotate ``articles``: together, which is faster, and one by one where that fails or takes too long.

        Args:
            articles: the chunk.
            singly: go one by one at once.
            begin: called with an article's position before it is read alone.
        """
        result = ChunkResult()
        collected: dict[str, list[Row]] = {table: [] for table in TABLES}
        if not singly:
            try:
                with time_limit(_together(self.timeout, len(articles))):
                    read = [self._record(doc) for doc in self.nlp.pipe(self._docs(articles))]
                for position, record in enumerate(read):
                    self._keep(result, collected, position, record)
                return self._finish(result, collected)  # a number that no column can hold shows here
            except Exception:  # one of the articles is at fault: which one shows when each is read alone
                result = ChunkResult()
                collected = {table: [] for table in TABLES}
        for position, article in enumerate(articles):
            if begin is not None:
                begin(position)
            try:
                with time_limit(self.timeout):
                    (doc,) = self.nlp.pipe(self._docs([article]))
                    record = self._record(doc)
                    _as_tables(record[1])  # as above, so that it is this article's failure and not its chunk's
                self._keep(result, collected, position, record)
            except ArticleTimeoutError:
                result.failed[position] = failure(article, f"took longer than {self.timeout:g} s; raise --timeout")
            except MemoryError:
                result.failed[position] = failure(article, "needs more memory than there is; split it")
            except Exception as error:
                result.failed[position] = failure(article, f"could not be read ({type(error).__name__}: {error})")
        return self._finish(result, collected)

    def _docs(self, articles: Sequence[InputArticle]) -> Iterator[Doc]:
        tokenizer: Any = self.nlp.tokenizer
        for article in articles:
            yield tokenizer.article_doc(printable(article))

    def _record(self, doc: Doc) -> tuple[str, dict[str, list[Row]], int]:
        from conflict_events.records import annotation

        record = annotation(doc, self.model, keep_text=self.keep_text)
        return record.model_dump_json(), rows(record) if self.with_tables else {}, len(doc)

    @staticmethod
    def _keep(
        result: ChunkResult,
        collected: dict[str, list[Row]],
        position: int,
        record: tuple[str, dict[str, list[Row]], int],
    ) -> None:
        line, found, words = record
        result.done.append(position)
        result.lines.append(line)
        result.words += words
        for table, new in found.items():
            collected[table].extend(new)

    def _finish(self, result: ChunkResult, collected: dict[str, list[Row]]) -> ChunkResult:
        if self.with_tables:
            result.tables = _as_tables(collected)
        return result


def _together(timeout: float | None, articles: int) -> float | None:
    """The limit of articles read together: short, because each is read again alone where it is passed."""
    return None if timeout is None else min(timeout * articles, max(timeout, 30.0))


def _as_tables(collected: Mapping[str, list[Row]]) -> dict[str, pa.Table]:
    return {table: pa.Table.from_pylist(found, schema=SCHEMAS[table]) for table, found in collected.items()}


def failure(article: InputArticle, reason: str) -> Failure:
    """The failure of an article, with what is known of it but its text."""
    record = {
        "title": article.title,
        "outlet": article.outlet,
        "published": article.published.isoformat() if article.published else None,
        "url": article.url,
        "characters": len(article.text),
    }
    return Failure(article.source or article.id, reason, article.id, record)


@contextmanager
def time_limit(seconds: float | None) -> Iterator[None]:
    """Raise :class:`ArticleTimeoutError` after so many seconds.

    It needs the alarm signal: on Windows, and outside a process's main thread, nothing is limited here.
    """
    if not seconds or not hasattr(signal, "SIGALRM") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def expire(number: int, stack: object) -> None:
        raise ArticleTimeoutError

    previous = signal.signal(signal.SIGALRM, expire)
    # Again each second: an error raised in a callback of the garbage collector or a destructor is swallowed.
    signal.setitimer(signal.ITIMER_REAL, seconds, 1.0)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)

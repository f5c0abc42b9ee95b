"""Who does the work: this process, or a pool of processes.

An engine takes chunks of articles and gives each back with what became of it, in order. At most a few chunks a worker
are under way, so that memory stays bounded however long the stream is.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from types import TracebackType
from typing import TYPE_CHECKING, Any, Protocol

from conflict_events.batch.annotator import Annotator, ChunkResult, Failure, failure
from conflict_events.batch.model import ModelChoice, TableError
from conflict_events.profiles import ProfileError
from conflict_events.reading import InputArticle

if TYPE_CHECKING:
    from multiprocessing.context import SpawnProcess

Chunk = list[InputArticle]

#: New strings after which a worker loads its pipeline anew: spaCy keeps every word it has seen.
MAX_NEW_STRINGS = 50_000
#: Seconds beyond the articles' own limit after which a worker that does not answer is ended.
GRACE = 10.0
#: Seconds that a worker may take to load its pipeline.
LOAD_SECONDS = 300.0
#: Workers in a row that may end or hang while they load before the run is given up.
MAX_FAILED_LOADS = 3
#: Threads of numeric libraries; each worker is one process on one core.
_ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "BLIS_NUM_THREADS"), "1")


class EngineError(RuntimeError):
    """The workers cannot work at all; the message says why."""


class Engine(Protocol):
    """Something that annotates chunks of articles."""

    def run(self, chunks: Iterable[Chunk]) -> Iterator[tuple[Chunk, ChunkResult]]:
        """Every chunk with its result, in order."""

    def __enter__(self) -> Engine: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None: ...


class Worker:
    """Annotates with a pipeline that it loads when first needed, and anew when its vocabulary has grown too large."""

    def __init__(self, choice: ModelChoice, timeout: float | None, keep_text: bool) -> None:
        self.choice = choice
        self.timeout = timeout
        self.keep_text = keep_text
        self._annotator: Annotator | None = None
        self._strings = 0

    def load(self) -> Annotator:
        """The annotator, with its pipeline loaded."""
        if self._annotator is not None and len(self._annotator.nlp.vocab.strings) > self._strings + MAX_NEW_STRINGS:
            self._annotator = None
            gc.collect()  # or the old pipeline, which refers to itself, would still be there beside the new one
        if self._annotator is None:
            try:
                nlp = self.choice.load()
                # Components read some tables when first asked; no article's time is to be spent on that.
                nlp("SOHR\n\nTwo people were killed by unidentified gunmen in Homs.")
            except (OSError, TableError, ProfileError):
                raise  # these say what to do
            except Exception as error:
                raise EngineError(f"{self.choice.path} cannot be loaded: {type(error).__name__}: {error}") from error
            self._annotator = Annotator(nlp, timeout=self.timeout, keep_text=self.keep_text)
            self._strings = len(nlp.vocab.strings)
        return self._annotator

    def annotate(self, articles: Chunk, *, singly: bool = False, begin: Any = None) -> ChunkResult:
        """What :meth:`Annotator.annotate` does."""
        return self.load().annotate(articles, singly=singly, begin=begin)

    def pid(self) -> int:
        """The process it works in."""
        return os.getpid()


class LocalEngine:
    """Annotates on this computer.

    One worker works in this process, where the system can interrupt it at an article's time limit; several, and one
    where it cannot, are processes of their own, which are ended and replaced where they hang or die. A chunk whose
    worker died is read article by article, so that only the one at fault is lost.

    Args:
        choice: the model.
        workers: how many processes.
        timeout: seconds that one article may take; ``None`` for no limit.
        keep_text: keep the articles' texts in their annotations.
    """

    def __init__(
        self, choice: ModelChoice, *, workers: int = 1, timeout: float | None = None, keep_text: bool = False
    ) -> None:
        if workers < 1:
            raise ValueError(f"{workers} workers: give 1 or more")
        self.worker = Worker(choice, timeout, keep_text)
        self.workers = workers
        self.timeout = timeout
        self._pool: list[_Process] = []
        self._failed_loads = 0

    def run(self, chunks: Iterable[Chunk]) -> Iterator[tuple[Chunk, ChunkResult]]:
        """Every chunk with its result, in order.

        Raises:
            EngineError: no worker could load the model.
        """
        interruptible = hasattr(signal, "SIGALRM") and threading.current_thread() is threading.main_thread()
        if self.workers == 1 and (interruptible or self.timeout is None):
            for chunk in chunks:
                yield chunk, self.worker.annotate(chunk)
        else:
            yield from self._run_pool(iter(chunks))

    def __enter__(self) -> LocalEngine:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        for process in self._pool:
            process.end()
        self._pool.clear()

    def _run_pool(self, chunks: Iterator[Chunk]) -> Iterator[tuple[Chunk, ChunkResult]]:
        waiting: deque[_Task] = deque()
        finished: dict[int, _Task] = {}
        read = given = 0
        more = True
        while True:
            # At most three chunks a worker between the reader and the writer: one slow chunk must not let the
            # results behind it pile up.
            while more and len(waiting) < 1 and read - given < 3 * self.workers:
                chunk = next(chunks, None)
                if chunk is None:
                    more = False
                else:
                    waiting.append(_Task(read, chunk))
                    read += 1
                self._hand_out(waiting)
            self._hand_out(waiting)
            while given in finished:
                task = finished.pop(given)
                given += 1
                yield task.chunk, task.result()
            if given == read and not more:
                return
            if (more and not waiting and read - given < 3 * self.workers and self._idle()) or given in finished:
                continue
            self._listen(waiting, finished)

    def _idle(self) -> bool:
        return len(self._pool) < self.workers or any(process.task is None for process in self._pool)

    def _hand_out(self, waiting: deque[_Task]) -> None:
        while waiting:
            process = next((process for process in self._pool if process.task is None), None)
            if process is None:
                if len(self._pool) >= self.workers:
                    return
                process = _Process(self.worker)
                self._pool.append(process)
            process.give(waiting.popleft(), self.timeout)

    def _listen(self, waiting: deque[_Task], finished: dict[int, _Task]) -> None:
        """Wait for the next message, or for a worker's time to be up, and deal with it."""
        busy = {process.connection: process for process in self._pool if process.task is not None}
        deadlines = [process.deadline for process in busy.values() if process.deadline is not None]
        patience = max(0.0, min(deadlines) - time.monotonic()) if deadlines else None
        for process in [busy[ready] for ready in wait(list(busy), patience) if isinstance(ready, Connection)]:
            del busy[process.connection]
            task = process.task
            assert task is not None  # only busy workers are listened to
            try:
                kind, value = process.connection.recv()
            except (EOFError, OSError):
                self._bury(process, "ended the process that read it (out of memory, or a crash)", waiting)
                continue
            if kind == "loaded":
                process.loaded = True
                self._failed_loads = 0
                process.set_deadline(self.timeout, len(task.open))
            elif kind == "begin":
                process.position = value
                process.set_deadline(self.timeout, 1)
            elif kind == "failed":
                raise EngineError(f"a worker cannot start: {value}")
            else:
                task.parts.append((list(task.open), value))
                finished[task.number] = task
                process.rest()
        for process in busy.values():
            if process.deadline is not None and time.monotonic() >= process.deadline:
                self._bury(
                    process,
                    f"took longer than {self.timeout or LOAD_SECONDS:g} s and was ended; raise --timeout",
                    waiting,
                )

    def _bury(self, process: _Process, reason: str, waiting: deque[_Task]) -> None:
        """End a worker that died or hangs, and have its chunk done again without the article at fault."""
        process.end()
        self._pool.remove(process)
        task = process.task
        assert task is not None
        if not process.loaded:
            self._failed_loads += 1
            if self._failed_loads >= MAX_FAILED_LOADS:
                raise EngineError(
                    f"{self._failed_loads} worker processes in a row ended, or took longer than {LOAD_SECONDS:g} s, "
                    "while they loaded the model; is there enough memory? Fewer --workers need less"
                )
        elif process.position is None:
            task.singly = True
        else:
            # What was read before it is lost with the process, and is read again.
            position = task.open[process.position]
            task.failed[position] = failure(task.chunk[position], reason)
        waiting.appendleft(task)


@dataclass
class _Task:
    """A chunk on its way: which of its articles have failed, and the results so far."""

    number: int
    chunk: Chunk
    singly: bool = False
    failed: dict[int, Failure] = field(default_factory=dict)
    parts: list[tuple[list[int], ChunkResult]] = field(default_factory=list)

    @property
    def open(self) -> list[int]:
        """Positions that are still to be read."""
        return [position for position in range(len(self.chunk)) if position not in self.failed]

    def result(self) -> ChunkResult:
        """The result, with positions in the whole chunk."""
        ((positions, result),) = self.parts
        result.done = [positions[position] for position in result.done]
        result.failed = {positions[position]: item for position, item in result.failed.items()} | self.failed
        return result


class _Process:
    """A worker process, seen from the parent."""

    def __init__(self, worker: Worker) -> None:
        context = multiprocessing.get_context("spawn")
        self.connection, theirs = context.Pipe()
        self.process: SpawnProcess = context.Process(
            target=_work, args=(theirs, worker.choice, worker.timeout, worker.keep_text), daemon=True
        )
        with _environment(_ONE_THREAD):
            self.process.start()
        theirs.close()
        self.task: _Task | None = None
        self.position: int | None = None
        self.deadline: float | None = None
        self.loaded = False

    def give(self, task: _Task, timeout: float | None) -> None:
        self.task, self.position = task, None
        if self.loaded:
            self.set_deadline(timeout, len(task.open))
        else:
            self.deadline = time.monotonic() + LOAD_SECONDS
        with suppress(OSError):  # it died meanwhile: listening finds out
            self.connection.send((task.singly, [task.chunk[position] for position in task.open]))

    def set_deadline(self, timeout: float | None, articles: int) -> None:
        # Together, a chunk has the limit of all its articles; the worker itself gives up much earlier.
        self.deadline = None if timeout is None else time.monotonic() + timeout * articles + GRACE

    def rest(self) -> None:
        self.task, self.position, self.deadline = None, None, None

    def end(self) -> None:
        self.process.kill()
        self.process.join()
        self.connection.close()


def _work(connection: Connection[Any, Any], choice: ModelChoice, timeout: float | None, keep_text: bool) -> None:
    """What a worker process does until its parent hangs up."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
    threading.Thread(target=_end_with_parent, daemon=True).start()
    worker = Worker(choice, timeout, keep_text)
    try:
        worker.load()
    except Exception as error:
        connection.send(("failed", str(error)))
        return
    try:
        connection.send(("loaded", None))
        while True:
            singly, articles = connection.recv()
            result = worker.annotate(
                articles, singly=singly, begin=lambda position: connection.send(("begin", position))
            )
            connection.send(("done", result))
    except (EOFError, OSError):
        return  # the parent is gone


def _end_with_parent() -> None:
    """End this process when its parent has ended, also where that was killed while an article is being read."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


@contextmanager
def _environment(values: dict[str, str]) -> Iterator[None]:
    """Set environment variables for the time of a block, for the processes that it starts."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value

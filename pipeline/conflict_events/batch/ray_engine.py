"""Annotating on a Ray cluster: the same work, done by Ray's actors.

A worker that dies is started anew by Ray and its chunk is done again. A chunk that ends its worker twice is read
article by article, so that only the one at fault is lost. Reading and writing stay with the process that runs the
command.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from types import TracebackType
from typing import Any

import ray

from conflict_events.batch.annotator import ChunkResult, failure
from conflict_events.batch.engines import Chunk, EngineError, Worker
from conflict_events.batch.model import ModelChoice

_TRIES = 2


class RayEngine:
    """Annotates with ``workers`` actors of one CPU each, on the cluster that ``RAY_ADDRESS`` names or on this computer.

    Args:
        choice: the model; its directory must be there on every node.
        workers: how many actors.
        timeout: seconds that one article may take; ``None`` for no limit.
        keep_text: keep the articles' texts in their annotations.
    """

    def __init__(
        self, choice: ModelChoice, *, workers: int = 1, timeout: float | None = None, keep_text: bool = False
    ) -> None:
        if workers < 1:
            raise ValueError(f"{workers} workers: give 1 or more")
        self.choice = choice
        self.workers = workers
        self.timeout = timeout
        self.keep_text = keep_text
        self._own = False
        self.actors: list[Any] = []

    def __enter__(self) -> RayEngine:
        if not ray.is_initialized():
            ray.init(log_to_driver=False, configure_logging=False)
            self._own = True
        # Restarted without limit; a task that was on a dead actor is reported, and handed out again below.
        maker = ray.remote(num_cpus=1, max_restarts=-1)(Worker)
        self.actors = [maker.remote(self.choice, self.timeout, self.keep_text) for _ in range(self.workers)]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        for actor in self.actors:
            ray.kill(actor)
        self.actors = []
        if self._own:
            ray.shutdown()
            self._own = False

    def run(self, chunks: Iterable[Chunk]) -> Iterator[tuple[Chunk, ChunkResult]]:
        """Every chunk with its result, in order.

        Raises:
            EngineError: no actor can load the model.
        """
        under_way: deque[tuple[Chunk, Any, Any]] = deque()
        source = iter(chunks)
        number = 0
        while True:
            while len(under_way) < 2 * self.workers and (chunk := next(source, None)) is not None:
                actor = self.actors[number % self.workers]
                number += 1
                under_way.append((chunk, actor, actor.annotate.remote(chunk)))
            if not under_way:
                return
            chunk, actor, reference = under_way.popleft()
            yield chunk, self._result(chunk, actor, reference)

    def _result(self, chunk: Chunk, actor: Any, reference: Any) -> ChunkResult:
        patience = None if self.timeout is None else self.timeout * (len(chunk) + 1) + 120
        for _ in range(_TRIES):
            try:
                result: ChunkResult = ray.get(reference, timeout=patience)
                return result
            except ray.exceptions.RayTaskError as error:
                raise EngineError(f"a worker cannot start: {error.cause}") from error
            except ray.exceptions.GetTimeoutError:
                ray.kill(actor, no_restart=False)
                break
            except ray.exceptions.RayError:  # the worker died, or its node did
                reference = actor.annotate.remote(chunk)
        return self._one_by_one(chunk, actor)

    def _one_by_one(self, chunk: Chunk, actor: Any) -> ChunkResult:
        whole = ChunkResult()
        parts = []
        for position, article in enumerate(chunk):
            for last in (False, True):
                try:
                    part = ray.get(actor.annotate.remote([article], singly=True), timeout=self._alone())
                except ray.exceptions.GetTimeoutError:
                    ray.kill(actor, no_restart=False)
                    whole.failed[position] = failure(article, f"took longer than {self.timeout:g} s; raise --timeout")
                    break
                except ray.exceptions.RayError:
                    if last:
                        reason = "ended the process that read it (out of memory, or a crash)"
                        whole.failed[position] = failure(article, reason)
                    continue
                parts.append(part)
                if part.done:
                    whole.done.append(position)
                for item in part.failed.values():
                    whole.failed[position] = item
                break
        return whole.joined(parts)

    def _alone(self) -> float | None:
        return None if self.timeout is None else self.timeout + 120  # loading the model anew counts too

"""A review: results, the log of decisions beside them, and what they make together."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from conflict_events.batch.reading_back import read_annotations
from conflict_events.batch.stores import StoreError
from conflict_events.review.corrections import after_all, corrected
from conflict_events.review.operations import Blind, Operation
from conflict_events.review.queue import QueueItem, Wanted, in_order, queue_item
from conflict_events.review.standing import Standing, standing
from conflict_events.review.store import Decision, DecisionLog, ReviewError
from conflict_events.schema import Annotation, Event


@dataclass(frozen=True)
class ReviewedArticle:
    """An article as a coder has it: the machine's record that the decisions are about, and what they made of it.

    ``changed_since`` are ids of events that the machine reads otherwise now than when the review of it began.
    """

    item: QueueItem
    machine: Annotation
    annotation: Annotation
    decisions: tuple[Decision, ...]
    standing: Standing
    last: int
    text: str | None
    changed_since: tuple[str, ...] = ()

    @property
    def blind(self) -> bool:
        """Whether it was coded without the machine's answer."""
        return any(isinstance(decision.operation, Blind) for decision in self.decisions)

    def event(self, event_id: str) -> Event | None:
        """The event of that id, ``None`` where there is none (any more)."""
        return next((event for event in self.annotation.events if event.id == event_id), None)


class Review:
    """The results at a path under review. All decisions go through here."""

    def __init__(self, results: Path, log: DecisionLog, texts: Mapping[str, str] | None = None) -> None:
        """Reads all of the results.

        ``texts`` are articles' texts by id, for results without. Raises StoreError where ``results`` holds none, and
        ReviewError where two articles have one id.
        """
        self.log = log
        self._texts = dict(texts or {})
        self._records: dict[str, str] = {}
        self._items: dict[str, QueueItem] = {}
        self._standings: dict[tuple[str, str], Standing] = {}
        self._seen = 0
        for number, annotation in enumerate(read_annotations(results)):
            item = queue_item(annotation, number)
            if item.key in self._items:
                raise ReviewError(
                    f"{results} holds two articles {item.article!r}; annotate again with ids of their own"
                )
            self._items[item.key] = item
            self._records[item.article] = annotation.model_dump_json()
        if not self._items:
            raise StoreError(f"{results} holds no annotations; run `conflict-events annotate` first")
        self._by_article = {item.article: item for item in self._items.values()}

    @cached_property
    def outlets(self) -> list[str]:
        """The outlets of the results, by name."""
        return sorted({item.outlet for item in self._items.values() if item.outlet})

    @cached_property
    def findings(self) -> list[str]:
        """The codes of findings in the results, by name."""
        return sorted({code for item in self._items.values() for code in item.findings})

    def item(self, key: str) -> QueueItem | None:
        """The article that ``key`` stands for in addresses."""
        return self._items.get(key)

    def item_of(self, article: str) -> QueueItem | None:
        """The queue's entry of an article by its id."""
        return self._by_article.get(article)

    def items(self, wanted: Wanted | None = None) -> Iterator[QueueItem]:
        """The articles looked for, in order; all of them in the order of the results without."""
        yield from self._items.values() if wanted is None else in_order(self._items.values(), wanted)

    def standing_of(self, item: QueueItem, coder: str) -> Standing:
        """Where a coder's review of an article stands, as of the last :meth:`refresh`."""
        return self._standings.get((coder, item.article)) or standing(item.events, ())

    def refresh(self) -> None:
        """Take in what was decided since, here or by another process."""
        last, changed = self.log.changed_since(self._seen)
        if not changed:
            return
        wanted = changed if len(changed) < 50 else None
        found: dict[tuple[str, str], list[Decision]] = {pair: [] for pair in changed}
        if wanted is None:
            for decision in self.log.decisions():
                found.setdefault((decision.coder, decision.article), []).append(decision)
        else:
            for coder, article in wanted:
                found[coder, article] = self.log.decisions(coder, article)
        for (coder, article), decisions in found.items():
            if item := self._by_article.get(article):
                events = self._machine(item, decisions).events if decisions else ()
                ids = tuple(event.id for event in events) if decisions else item.events
                self._standings[coder, article] = standing(ids, [one.operation for one in decisions])
        self._seen = last

    def _machine(self, item: QueueItem, decisions: list[Decision]) -> Annotation:
        """The machine's record that decisions are about: the one that the first of them was made about."""
        record = self.log.original(decisions[0].original) if decisions else self._records[item.article]
        return Annotation.model_validate_json(record)

    def machine(self, item: QueueItem) -> Annotation:
        """The machine's record of an article as the results have it now."""
        return Annotation.model_validate_json(self._records[item.article])

    def article(self, item: QueueItem, coder: str) -> ReviewedArticle:
        """An article as a coder has it now."""
        last = self.log.last(coder, item.article)
        decisions = self.log.decisions(coder, item.article)
        machine = self._machine(item, decisions)
        operations = [decision.operation for decision in decisions]
        now = Annotation.model_validate_json(self._records[item.article])
        text = self._texts.get(item.article, now.article.text if now.article.text is not None else machine.article.text)
        return ReviewedArticle(
            item=item,
            machine=machine,
            annotation=after_all(machine, operations),
            decisions=tuple(decisions),
            standing=standing([event.id for event in machine.events], operations),
            last=last,
            text=text,
            changed_since=tuple(changed_events(machine, now)),
        )

    def decide(
        self,
        item: QueueItem,
        operation: Operation,
        *,
        coder: str,
        seen: int | None,
        request: str | None = None,
        sampling: str = "",
        seconds: float | None = None,
    ) -> int:
        """Save a decision that fits the record.

        Raises CorrectionError where it does not fit and ConflictError where the article changed in the meantime.
        """
        request = request or secrets.token_hex(16)
        if (saved := self.log.saved(request)) is not None:
            return saved  # sent again by a browser that saw no answer
        article = self.article(item, coder)
        corrected(article.annotation, operation)
        return self.log.save(
            operation,
            coder=coder,
            article=item.article,
            original=article.machine.model_dump_json(),
            # What was checked is what is saved: a row in between is refused.
            seen=article.last if seen is None else seen,
            request=request,
            sampling=sampling,
            seconds=seconds,
        )


def changed_events(before: Annotation, after: Annotation) -> Iterator[str]:
    """Ids of the events that are not the same in both records of an article; scores and summaries do not count."""
    kept = {"score", "summary"}
    one = {event.id: event.model_dump_json(exclude=kept) for event in before.events}
    other = {event.id: event.model_dump_json(exclude=kept) for event in after.events}
    yield from (name for name in dict.fromkeys([*one, *other]) if one.get(name) != other.get(name))

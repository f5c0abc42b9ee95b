"""What a review came to: for each article the record that holds, who made it, and what they changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from conflict_events.review.agreement import FIELDS
from conflict_events.review.operations import REMARKS, Settle
from conflict_events.review.pairs import pair_events
from conflict_events.review.queue import QueueItem
from conflict_events.review.review import Review, ReviewedArticle
from conflict_events.schema import Annotation, Event, ReviewChange, ReviewInfo


@dataclass(frozen=True)
class Outcome:
    """``taken`` is the coder's article that holds; ``None`` where nobody is done, or coders differ and none was taken.

    ``differing`` are those coders.
    """

    item: QueueItem
    taken: ReviewedArticle | None
    coder: str | None
    differing: tuple[str, ...] = ()

    @property
    def annotation(self) -> Annotation | None:
        """The record that holds, with who reviewed it."""
        if self.taken is None or self.coder is None:
            return None
        coding = [one for one in self.taken.decisions if not isinstance(one.operation, REMARKS)]
        info = ReviewInfo(
            reviewed_by=self.coder,
            reviewed_at=coding[-1].at,
            changes=list(changes(self.taken.machine, self.taken.annotation)),
        )
        article = self.taken.annotation.article
        if article.text is None and self.taken.text is not None:
            article = article.model_copy(update={"text": self.taken.text})
        return self.taken.annotation.model_copy(update={"article": article, "review": info})


def outcomes(review: Review) -> Iterator[Outcome]:
    """What the review of each article came to, in the order of the results."""
    review.refresh()
    coders = review.log.coders()
    settled = {
        decision.article: decision.operation.coder
        for decision in review.log.decisions()
        if isinstance(decision.operation, Settle)
    }
    for item in review.items():
        done = {}
        for coder in coders:
            state = review.standing_of(item, coder)
            if state.begun and state.done:
                done[coder] = review.article(item, coder)
        yield _outcome(item, done, settled.get(item.article))


def _outcome(item: QueueItem, done: dict[str, ReviewedArticle], settled: str | None) -> Outcome:
    if settled in done:
        return Outcome(item, done[settled], settled)
    if not done:
        return Outcome(item, None, None)
    latest = max(done, key=lambda coder: done[coder].last)
    said = {tuple(_said(article.annotation)) for article in done.values()}
    return Outcome(item, done[latest], latest) if len(said) == 1 else Outcome(item, None, None, tuple(sorted(done)))


def _said(annotation: Annotation) -> Iterator[str]:
    """All that is compared of an article, whatever its events are called."""
    yield from sorted(" | ".join(value(event) for value in FIELDS.values()) for event in annotation.events)


def changes(before: Annotation, after: Annotation) -> Iterator[ReviewChange]:
    """What is different in each event; ``event`` is the field of one that was deleted or added."""
    for one, other in pair_events(before.events, after.events, FIELDS):
        event_id = one.id if one is not None else other.id if other is not None else ""
        if one is None or other is None:
            yield ReviewChange(event_id=event_id, field="event", before=_summary(one), after=_summary(other))
            continue
        told = False
        for field, value in FIELDS.items():
            if value(one) != value(other):
                told = True
                yield ReviewChange(event_id=event_id, field=field, before=value(one), after=value(other))
        if not told and one.casualties != other.casualties:
            yield ReviewChange(event_id=event_id, field="casualties", before=_casualties(one), after=_casualties(other))


def _summary(event: Event | None) -> str | None:
    return None if event is None else event.summary or event.id


def _casualties(event: Event) -> str:
    from conflict_events.review.views import figure_rows

    return "; ".join(f"{'of them ' if row.depth else ''}{row.words}" for row in figure_rows(event.casualties))

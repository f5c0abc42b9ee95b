"""How good the machine was, by what people decided: a page of Markdown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from conflict_events.review.agreement import FIELDS, agreement, share_interval
from conflict_events.review.outcome import Outcome, changes
from conflict_events.review.pairs import pair_events
from conflict_events.review.review import Review, ReviewedArticle

#: What the machine said of an event and what holds, equal where it was right; one list an article.
_Pairs = list[list[tuple[object, object]]]


_SEEN = "whose coders saw the machine's answer, which may make it look better than it is"


@dataclass(frozen=True)
class Accuracy:
    """The share of ``number`` events for which ``field`` was right, with its 95 % interval."""

    field: str
    share: float
    low: float
    high: float
    number: int


def is_random(article: ReviewedArticle) -> bool:
    """Whether an article was reviewed as drawn at random from all."""
    return any(decision.sampling == "random" for decision in article.decisions)


def accuracies(articles: Sequence[ReviewedArticle]) -> list[Accuracy]:
    """Accuracy by field over the events that both machine and reviewer have, and how many events are right at all."""
    by_field: dict[str, _Pairs] = {
        "events that are real": [],
        "events that were found": [],
        **{name: [] for name in FIELDS},
    }
    for article in articles:
        pairs = list(pair_events(article.machine.events, article.annotation.events, FIELDS))
        by_field["events that are real"].append([(True, final is not None) for read, final in pairs if read])
        by_field["events that were found"].append([(True, read is not None) for read, final in pairs if final])
        for field, value in FIELDS.items():
            by_field[field].append([(value(read), value(final)) for read, final in pairs if read and final])
    return [made for field, pairs in by_field.items() if (made := _accuracy(field, pairs)) is not None]


def _accuracy(field: str, pairs: _Pairs) -> Accuracy | None:
    flat = [pair for article in pairs for pair in article]
    if not flat:
        return None
    low, high = share_interval(pairs)
    return Accuracy(field, sum(one == other for one, other in flat) / len(flat), low, high, len(flat))


def report(review: Review, outcomes: Sequence[Outcome]) -> str:
    """The report on a review."""
    return "\n".join(_lines(review, outcomes)) + "\n"


def _lines(review: Review, outcomes: Sequence[Outcome]) -> Iterator[str]:
    taken = [outcome.taken for outcome in outcomes if outcome.taken is not None]
    differing = [outcome for outcome in outcomes if outcome.differing]
    yield "# Review report\n"
    yield f"{len(taken)} of {len(outcomes)} articles reviewed; on {len(differing)} coders differ and nobody decided.\n"
    sample = [article for article in taken if is_random(article)]
    yield "## Accuracy of the machine, from the articles drawn at random\n"
    for blind, how in ((True, "coded without the machine's answer"), (False, _SEEN)):
        found = [article for article in sample if article.blind == blind]
        if found:
            yield f"{len(found)} articles, {how}; 95 % intervals by drawing articles again.\n"
            yield "| field | right | 95 % interval | events |\n|---|---|---|---|"
            for one in accuracies(found):
                yield f"| {one.field} | {one.share:.2f} | {one.low:.2f}–{one.high:.2f} | {one.number} |"
            yield ""
    if not sample:
        yield "None: review in the order “at random”, without filters, to know it."
    yield "\n## Time\n"
    seconds = [
        sum(one.seconds for one in article.decisions if one.seconds is not None)
        for article in taken
        if any(one.seconds for one in article.decisions)
    ]
    yield f"Median {median(seconds):.0f} s an article, over {len(seconds)}." if seconds else "Not measured."
    yield "\n## What was corrected most\n"
    count = Counter(change.field for article in taken for change in changes(article.machine, article.annotation))
    yield "| field | corrections |\n|---|---|"
    yield from (f"| {field} | {number} |" for field, number in count.most_common())
    agreements = agreement(review)
    if agreements:
        yield "\n## Agreement of coders\n"
        yield "| coders | field | articles | equal | 95 % interval | Krippendorff's alpha |\n|---|---|---|---|---|---|"
        for two in agreements:
            alpha = "–" if two.alpha is None else f"{two.alpha:.2f}"
            names = ", ".join(name.replace("|", "/") for name in two.coders)
            equal = f"{two.exact:.2f} | {two.low:.2f}–{two.high:.2f}"
            yield f"| {names} | {two.field} | {two.articles} | {equal} | {alpha} |"

"""Entities: which spans were found, with the four readings of "found" of SemEval-2013 task 9 (MUC kinds of error).

``entity`` both ends and the label; ``entity_borders`` both ends; ``entity_partial`` any overlap, counting one half
where the ends differ; ``entity_type`` any overlap with the right label. Precision is over the read spans and recall
over the labelled ones, so that the figures are those of nervaluate (strict, exact, partial, ent_type) and, for
``entity``, of spaCy's Scorer. As there, a group of one label sees the spans of that label alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from conflict_events.evaluation.cases import SpanCase
from conflict_events.evaluation.errors import EvaluationError
from conflict_events.evaluation.observations import Observations

NOTHING = "nothing"
"""What stands in the confusion table where one side has no span."""


def touches(one: SpanCase, other: SpanCase) -> bool:
    """Whether two spans share a character."""
    return one.start < other.end and other.start < one.end


def same_borders(one: SpanCase, other: SpanCase) -> bool:
    """Whether both ends agree."""
    return (one.start, one.end) == (other.start, other.end)


def exact(gold: Sequence[SpanCase], read: Sequence[SpanCase]) -> int:
    """Read spans that agree with a labelled one in both ends and label."""
    ours = Counter((span.start, span.end, span.label) for span in gold)
    return (ours & Counter((span.start, span.end, span.label) for span in read)).total()


def borders(gold: Sequence[SpanCase], read: Sequence[SpanCase]) -> int:
    """Read spans that agree with a labelled one in both ends.

    A span may be taken by an earlier one that only overlaps it, as in nervaluate's matching, which goes from left to
    right.
    """
    return int(_greedy(gold, read, _exact_borders))


def partial(gold: Sequence[SpanCase], read: Sequence[SpanCase]) -> float:
    """Like :func:`borders`, and one half for each read span that only overlaps a labelled one."""
    return _greedy(gold, read, _partial_borders)


def types(gold: Sequence[SpanCase], read: Sequence[SpanCase]) -> int:
    """Read spans that overlap a labelled one of the same label; the one with the nearest ends is taken."""
    right, taken = 0, set[int]()
    for span in read:
        free = [place for place, other in enumerate(gold) if place not in taken and touches(span, other)]
        same = [place for place in free if gold[place].label == span.label]
        if same:
            right += 1
            taken.add(min(same, key=lambda at: abs(gold[at].start - span.start) + abs(gold[at].end - span.end)))
        elif free:
            taken.add(free[0])
    return right


def _exact_borders(same: bool) -> float:
    return 1.0 if same else 0.0


def _partial_borders(same: bool) -> float:
    return 1.0 if same else 0.5


def _greedy(gold: Sequence[SpanCase], read: Sequence[SpanCase], worth: Callable[[bool], float]) -> float:
    total, taken = 0.0, set[int]()
    for span in read:
        free = [place for place, other in enumerate(gold) if place not in taken and touches(span, other)]
        if free:
            chosen = next((place for place in free if same_borders(gold[place], span)), free[0])
            taken.add(chosen)
            total += worth(same_borders(gold[chosen], span))
    return total


def observe(
    article: int,
    gold: Sequence[SpanCase],
    read: Sequence[SpanCase],
    text: str,
    left_out: Callable[[], Sequence[tuple[int, int]]],
    observations: Observations,
    errors: list[EvaluationError],
    confusion: Counter[tuple[str, str]],
) -> None:
    """Count one article's entities and collect what went wrong.

    left_out: gives the ranges of the text that cleaning leaves out; labels in them are misses all the same
    (``entity``), and not counted in ``entity_in_read_text``.
    """
    labels = sorted({span.label for span in (*gold, *read)})
    observations.prf(article, "entity", exact(gold, read), len(read), len(gold))
    for label in labels:
        ours, theirs = ([span for span in spans if span.label == label] for spans in (gold, read))
        groups = {"label": label}
        count = (exact(ours, theirs), len(theirs), len(ours))
        observations.prf_in(article, "entity", *count, groups)
        for name, measure in (("entity_borders", borders), ("entity_partial", partial), ("entity_type", types)):
            observations.prf_in(article, name, measure(ours, theirs), len(theirs), len(ours), groups)
    for name, measure in (("entity_borders", borders), ("entity_partial", partial), ("entity_type", types)):
        observations.prf(article, name, measure(gold, read), len(read), len(gold))
    missed = exact(gold, read) < len(gold)
    ranges = left_out() if missed else ()
    seen = [span for span in gold if not any(start <= span.start and span.end <= end for start, end in ranges)]
    observations.prf(article, "entity_in_read_text", exact(seen, read), len(read), len(seen))
    for one in gold:
        other = next((span for span in read if same_borders(one, span) and one.label == span.label), None)
        if one.link is not None and other is not None:
            observations.share(article, "entity_link", other.link == one.link, groups={"label": one.label})
    for span in read:
        if span.score is not None:
            right = any(same_borders(span, other) and span.label == other.label for other in gold)
            observations.mean(article, "entity_brier", (span.score - right) ** 2)
    _explain(article, gold, read, text, seen, errors, confusion)


def _explain(
    article: int,
    gold: Sequence[SpanCase],
    read: Sequence[SpanCase],
    text: str,
    seen: Sequence[SpanCase],
    errors: list[EvaluationError],
    confusion: Counter[tuple[str, str]],
) -> None:
    def words(span: SpanCase) -> str:
        return f"{span.label} {text[span.start : span.end]}"

    right = {(span.start, span.end, span.label) for span in gold} & {
        (span.start, span.end, span.label) for span in read
    }
    ours = [span for span in gold if (span.start, span.end, span.label) not in right]
    theirs = [span for span in read if (span.start, span.end, span.label) not in right]
    for _, _, label in right:
        confusion[(label, label)] += 1
    answered: set[int] = set()
    for span in ours:
        near = [place for place, other in enumerate(theirs) if place not in answered and touches(span, other)]
        if not near:
            confusion[(span.label, NOTHING)] += 1
            cause = "missed" if span in seen else "left_out"
            errors.append(EvaluationError(article, "entity", cause, span.label, words(span), "", span.start, span.end))
            continue
        place = min(near, key=lambda at: (theirs[at].label != span.label, abs(theirs[at].start - span.start)))
        other = theirs[place]
        answered.add(place)
        confusion[(span.label, other.label)] += 1
        same = same_borders(span, other)
        cause = "wrong_label" if same else "wrong_borders" if span.label == other.label else "wrong_label_and_borders"
        start, end = min(span.start, other.start), max(span.end, other.end)
        errors.append(EvaluationError(article, "entity", cause, span.label, words(span), words(other), start, end))
    for place, span in enumerate(theirs):
        if place not in answered:
            confusion[(NOTHING, span.label)] += 1
            errors.append(
                EvaluationError(article, "entity", "spurious", span.label, "", words(span), span.start, span.end)
            )

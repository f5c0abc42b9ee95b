"""Counts against a table that other people coded: one total a text.

A text's count is the sum over its events that are not background of fatalities (injuries): best where it is known, else
low, else 0. A row whose coded value is blank is not scored; a row without annotation counts as wrong.
"""

from __future__ import annotations

from dataclasses import dataclass

from conflict_events.evaluation.cases import Coded, from_annotation, number_of
from conflict_events.evaluation.casualties import observe_total, words
from conflict_events.evaluation.errors import EvaluationError
from conflict_events.evaluation.observations import Observations
from conflict_events.schema import Annotation, Bounds, Event

FIELDS = {"killed": "fatalities", "injured": "injuries"}


@dataclass(frozen=True, slots=True)
class CountPoint:
    """A scored row: coded and read count of an outcome; ``read`` is ``None`` where there is no annotation."""

    article: int
    outcome: str
    coded: int
    read: int | None


def count(annotation: Annotation, outcome: str) -> int:
    """The number of people ``killed`` or ``injured`` in an annotation, as it is compared with a coded one."""
    return sum(_value(getattr(event, FIELDS[outcome])) for event in annotation.events if event.kind != "background")


def _value(bounds: Bounds | None) -> int:
    if bounds is None:
        return 0
    return bounds.best if bounds.best is not None else bounds.low or 0


def observe(
    article: int,
    coded: Coded,
    annotation: Annotation | None,
    observations: Observations,
    errors: list[EvaluationError],
    points: list[CountPoint],
) -> None:
    """Count one row and collect what went wrong."""
    for outcome in FIELDS:
        value: int | None = getattr(coded, outcome)
        if value is None:
            continue
        read = None if annotation is None else count(annotation, outcome)
        observe_total(article, outcome, value, read, observations)
        points.append(CountPoint(article, outcome, value, read))
        if read != value:
            errors.append(_error(article, outcome, value, annotation, read))


def _error(article: int, outcome: str, coded: int, annotation: Annotation | None, read: int | None) -> EvaluationError:
    subject, gold = f"{outcome}_exact", f"{outcome} {coded}"
    if annotation is None or read is None:
        return EvaluationError(article, subject, "not_annotated", outcome, gold)
    events = [event for event in annotation.events if event.kind != "background"]
    told = [casualty for event in from_annotation(annotation).events or () for casualty in event.casualties]
    detail = "; ".join(words(casualty) for casualty in told) or "no casualties"
    mention = next((one for one in told if one.start is not None and one.outcome == outcome), None)
    mention = mention or next((one for one in told if one.start is not None), None)
    return EvaluationError(
        article,
        subject,
        _cause(outcome, coded, read, annotation, events),
        outcome,
        gold,
        f"{outcome} {read}: {detail}",
        mention.start if mention else None,
        mention.end if mention else None,
    )


def _cause(outcome: str, coded: int, read: int, annotation: Annotation, events: list[Event]) -> str:
    """What was read that explains the difference; the first that fits."""
    values = [_value(getattr(event, FIELDS[outcome])) for event in events]
    outcomes = [casualty for event in events for casualty in event.casualties if casualty.outcome == outcome]
    if read > coded:
        if not coded:
            return "none_coded"
        return "one_event_too_many" if any(value and read - value == coded for value in values) else "too_many"
    background = [_value(getattr(event, FIELDS[outcome])) for event in annotation.events if event.kind == "background"]
    if coded in background or coded - read in [value for value in background if value]:
        return "in_background"
    if any(number_of(tally.total) == coded and tally.outcome == outcome for tally in annotation.tallies):
        return "in_tally"
    if any(
        casualty.outcome == "killed_or_injured" and (casualty.quantity.high is None or casualty.quantity.high > 0)
        for event in events
        for casualty in event.casualties
    ):
        return "not_separated"
    if any(number_of(casualty.quantity) is None for casualty in outcomes):
        return "open_number"
    return "too_few" if read else "none_read"

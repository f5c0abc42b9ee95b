"""Decisions applied to a record: pure functions, record in and record out.

>>> from conflict_events.review.operations import SetFigure
>>> from conflict_events.schema import Annotation, Article, Event, ModelInfo, Quantity
>>> read = Annotation(article=Article(id="a"), events=[Event(id="a-e1", kind="incident")],
...                   model=ModelInfo(name="m", version="1"))
>>> three = SetFigure(event="a-e1", outcome="killed", quantity=Quantity(low=3, best=3, high=3, modifier="exact"))
>>> corrected(read, three).events[0].fatalities.best
3
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import singledispatch
from typing import Any

from conflict_events.records import sum_bounds
from conflict_events.review.operations import (
    Accept,
    Add,
    Blind,
    Delete,
    Describe,
    DropFigure,
    DropParty,
    DropPlace,
    Flag,
    Join,
    NestFigure,
    Note,
    Operation,
    Path,
    SameIncident,
    SetFigure,
    SetParty,
    SetPlace,
    Settle,
    Split,
)
from conflict_events.schema import Annotation, Casualty, Event, EventActor, EventLocation, Mention, Quantity, Victim
from conflict_events.summary import Summaries


class CorrectionError(ValueError):
    """A decision does not fit the record; the message says why and what to do."""


def corrected(annotation: Annotation, operation: Operation) -> Annotation:
    """The record after one decision; the one given stays as it is.

    Raises CorrectionError where the decision names something that the record does not hold.
    """
    return _apply(operation, annotation)


def after_all(annotation: Annotation, operations: Iterable[Operation]) -> Annotation:
    """The record after decisions in their order. Raises CorrectionError as :func:`corrected` does."""
    for operation in operations:
        annotation = corrected(annotation, operation)
    return annotation


@singledispatch
def _apply(operation: Any, annotation: Annotation) -> Annotation:
    raise TypeError(f"no decision: {operation!r}")


@_apply.register(Accept)
@_apply.register(Note)
@_apply.register(Flag)
@_apply.register(Settle)
@_apply.register(SameIncident)
def _remark(operation: Accept | Note | Flag | Settle | SameIncident, annotation: Annotation) -> Annotation:
    return annotation


@_apply.register
def _describe(operation: Describe, annotation: Annotation) -> Annotation:
    given = operation.model_dump(exclude={"event", "do", "date"}, exclude_none=True)
    if operation.date is not None:
        given["date"] = operation.date
    return _changed(annotation, operation.event, lambda event: event.model_copy(update=given))


@_apply.register
def _set_figure(operation: SetFigure, annotation: Annotation) -> Annotation:
    def change(event: Event) -> Event:
        if operation.path:
            return _with_figures(
                event, _replace(event.casualties, operation.path, lambda old: [_figure(old, operation)])
            )
        if operation.outcome is None or operation.quantity is None:
            raise CorrectionError("a new figure needs an outcome and a number; choose the words that say it")
        new = Casualty(outcome=operation.outcome, quantity=operation.quantity)
        return _with_figures(event, [*event.casualties, _figure(new, operation)])

    return _changed(annotation, operation.event, change)


def _figure(old: Casualty, operation: SetFigure) -> Casualty:
    given: dict[str, Any] = {
        name: value for name in ("outcome", "quantity", "mention") if (value := getattr(operation, name)) is not None
    }
    victim = old.victim
    if operation.victim is not None:
        victim = Victim(mention=operation.victim)
    if operation.status is not None:
        if victim is not None:
            victim = victim.model_copy(update={"status": operation.status})
        elif operation.status != "unknown":
            # Whose words they are is not said: the figure's own words stand for its people.
            mention = given.get("mention", old.mention)
            if mention is None:
                raise CorrectionError("choose the words that say who the victims are")
            victim = Victim(mention=mention, status=operation.status)
    return old.model_copy(update={**given, "victim": victim})


@_apply.register
def _drop_figure(operation: DropFigure, annotation: Annotation) -> Annotation:
    return _changed(
        annotation,
        operation.event,
        lambda event: _with_figures(event, _replace(event.casualties, operation.path, lambda _: [])),
    )


@_apply.register
def _nest(operation: NestFigure, annotation: Annotation) -> Annotation:
    path, under = operation.path, operation.under
    if under[: len(path)] == path:
        raise CorrectionError("a figure cannot be a part of itself; choose another figure")

    def change(event: Event) -> Event:
        moved = _at(event.casualties, path)
        if not under:
            return _with_figures(event, [*_replace(event.casualties, path, lambda _: []), moved])
        whole = _at(event.casualties, under)
        if whole.outcome != moved.outcome:
            raise CorrectionError(f"{moved.outcome} cannot be a part of {whole.outcome}; change the outcome first")
        if _exceeds(moved.quantity, whole.quantity):
            raise CorrectionError("a part cannot be more than its whole; correct the number first")
        grown = _replace(
            event.casualties, under, lambda old: [old.model_copy(update={"includes": [*old.includes, moved]})]
        )
        return _with_figures(event, _replace(grown, path, lambda _: []))

    return _changed(annotation, operation.event, change)


def _exceeds(part: Quantity, whole: Quantity) -> bool:
    least, most = part.low if part.low is not None else part.best, whole.high
    return least is not None and most is not None and least > most


@_apply.register
def _set_party(operation: SetParty, annotation: Annotation) -> Annotation:
    def change(event: Event) -> Event:
        if operation.index is None:
            if operation.mention is None:
                raise CorrectionError("choose the words that name the party")
            new = EventActor(role=operation.role or "party", mention=operation.mention, actor=operation.actor)
            return event.model_copy(update={"actors": [*event.actors, new]})
        given = {
            name: value for name in ("role", "mention", "actor") if (value := getattr(operation, name)) is not None
        }
        given |= {"actor": None} if operation.unlink else {}
        return event.model_copy(update={"actors": _set(event.actors, operation.index, given)})

    return _changed(annotation, operation.event, change)


@_apply.register
def _set_place(operation: SetPlace, annotation: Annotation) -> Annotation:
    def change(event: Event) -> Event:
        if operation.index is None:
            if operation.mention is None:
                raise CorrectionError("choose the words that name the place")
            new = EventLocation(role=operation.role or "site", mention=operation.mention, place=operation.place)
            return event.model_copy(update={"locations": [*event.locations, new]})
        given = {
            name: value for name in ("role", "mention", "place") if (value := getattr(operation, name)) is not None
        }
        given |= {"place": None} if operation.unlink else {}
        return event.model_copy(update={"locations": _set(event.locations, operation.index, given)})

    return _changed(annotation, operation.event, change)


def _set(items: Sequence[Any], index: int, given: dict[str, Any]) -> list[Any]:
    if index >= len(items):
        raise CorrectionError("the record has changed; load the page again")
    return [item.model_copy(update=given) if i == index else item for i, item in enumerate(items)]


@_apply.register
def _drop_party(operation: DropParty, annotation: Annotation) -> Annotation:
    return _changed(
        annotation,
        operation.event,
        lambda event: event.model_copy(update={"actors": _without(event.actors, operation.index)}),
    )


@_apply.register
def _drop_place(operation: DropPlace, annotation: Annotation) -> Annotation:
    return _changed(
        annotation,
        operation.event,
        lambda event: event.model_copy(update={"locations": _without(event.locations, operation.index)}),
    )


def _without(items: Sequence[Any], index: int) -> list[Any]:
    if index >= len(items):
        raise CorrectionError("the record has changed; load the page again")
    return [item for i, item in enumerate(items) if i != index]


@_apply.register
def _split(operation: Split, annotation: Annotation) -> Annotation:
    old = _event(annotation, operation.event)
    if any(event.id == operation.new for event in annotation.events):
        raise CorrectionError(f"there is an event {operation.new} already; load the page again")
    chosen = set(operation.figures)
    if not all(0 <= figure < len(old.casualties) for figure in chosen):
        raise CorrectionError("the record has changed; load the page again")
    stay = [casualty for i, casualty in enumerate(old.casualties) if i not in chosen]
    go = [casualty for i, casualty in enumerate(old.casualties) if i in chosen]
    new = _settled(old.model_copy(update={"id": operation.new, "casualties": go, "score": None}))
    kept = _settled(old.model_copy(update={"casualties": stay}))
    return _with_events(
        annotation, [one for event in annotation.events for one in ([kept, new] if event.id == old.id else [event])]
    )


@_apply.register
def _join(operation: Join, annotation: Annotation) -> Annotation:
    if operation.other == operation.event:
        raise CorrectionError("an event cannot be joined with itself; choose another")
    one, other = _event(annotation, operation.event), _event(annotation, operation.other)
    joined = _settled(
        one.model_copy(
            update={
                "actors": _once([*one.actors, *other.actors]),
                "locations": _once([*one.locations, *other.locations]),
                "weapons": _once([*one.weapons, *other.weapons]),
                # A figure that rests on the same words is the same figure, and is not added to itself.
                "casualties": _once([*one.casualties, *other.casualties]),
                "evidence": sorted(_once([*one.evidence, *other.evidence]), key=lambda mention: mention.start),
            }
        )
    )
    rest = [event for event in annotation.events if event.id != other.id]
    return _with_events(annotation, [joined if event.id == one.id else event for event in rest])


def _once(items: Iterable[Any]) -> list[Any]:
    found: dict[str, Any] = {}
    for item in items:
        found.setdefault(_identity(item), item)
    return list(found.values())


def _identity(item: Any) -> str:
    if isinstance(item, Casualty) and item.mention is not None:
        return f"{item.outcome} {item.mention.start} {item.mention.end}"
    if isinstance(item, EventActor | EventLocation):
        return f"{item.role} {item.mention.text.casefold()}"
    if isinstance(item, Mention):
        return f"{item.start} {item.end}"
    return str(item.model_dump_json())


@_apply.register
def _delete(operation: Delete, annotation: Annotation) -> Annotation:
    gone = _event(annotation, operation.event)
    return _with_events(annotation, [event for event in annotation.events if event.id != gone.id])


@_apply.register
def _blind(operation: Blind, annotation: Annotation) -> Annotation:
    return annotation.model_copy(update={"events": [], "findings": []})


@_apply.register
def _add(operation: Add, annotation: Annotation) -> Annotation:
    if not operation.event or any(event.id == operation.event for event in annotation.events):
        raise CorrectionError("a new event needs an id of its own; load the page again")
    new = _settled(Event(id=operation.event, kind="incident", evidence=[operation.evidence]))
    return _with_events(annotation, [*annotation.events, new])


# --- figures ------------------------------------------------------------------------------------------------------


def _at(casualties: Sequence[Casualty], path: Path) -> Casualty:
    first, *rest = path
    if not 0 <= first < len(casualties):
        raise CorrectionError("the record has changed; load the page again")
    return _at(casualties[first].includes, tuple(rest)) if rest else casualties[first]


def _replace(
    casualties: Sequence[Casualty], path: Path, change: Callable[[Casualty], list[Casualty]]
) -> list[Casualty]:
    """The figures with the one at ``path`` replaced by what ``change`` makes of it."""
    _at(casualties, path)  # refuses a path that leads nowhere
    first, *rest = path
    here = casualties[first]
    new = [here.model_copy(update={"includes": _replace(here.includes, tuple(rest), change)})] if rest else change(here)
    return [*casualties[:first], *new, *casualties[first + 1 :]]


def _with_figures(event: Event, casualties: list[Casualty]) -> Event:
    return event.model_copy(update={"casualties": casualties})


# --- events -------------------------------------------------------------------------------------------------------


def _event(annotation: Annotation, event_id: str) -> Event:
    for event in annotation.events:
        if event.id == event_id:
            return event
    raise CorrectionError(f"there is no event {event_id!r} in the article any more; load the page again")


def _changed(annotation: Annotation, event_id: str, change: Callable[[Event], Event]) -> Annotation:
    new = _settled(change(_event(annotation, event_id)))
    return _with_events(annotation, [new if event.id == event_id else event for event in annotation.events])


def _with_events(annotation: Annotation, events: list[Event]) -> Annotation:
    known = {event.id for event in annotation.events} - {event.id for event in events}
    # A finding about an event that is gone, or whose figures a person set, is no longer one.
    findings = [finding for finding in annotation.findings if not known.intersection(finding.refs)]
    return annotation.model_copy(update={"events": events, "findings": findings})


def _settled(event: Event) -> Event:
    """The event with its sums and its summary made anew from its figures."""
    summed = event.model_copy(
        update={
            "fatalities": sum_bounds(event.casualties, "killed"),
            "injuries": sum_bounds(event.casualties, "injured"),
        }
    )
    return summed.model_copy(update={"summary": Summaries.load()(summed)})

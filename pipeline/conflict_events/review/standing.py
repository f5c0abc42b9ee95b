"""Where the review of one article stands, told by the decisions alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from conflict_events.review.operations import (
    NO_EVENT,
    Accept,
    Add,
    Blind,
    Delete,
    Flag,
    Join,
    Note,
    Operation,
    SameIncident,
    Settle,
    Split,
)


@dataclass(frozen=True)
class Standing:
    """``events`` are the ids of the article's events now; ``accepted`` those a coder has found right as they stand."""

    events: tuple[str, ...]
    accepted: frozenset[str] = frozenset()
    flagged: frozenset[str] = frozenset()
    notes: dict[str, str] = field(default_factory=dict)
    begun: bool = False

    @property
    def waiting(self) -> tuple[str, ...]:
        """Events still to be looked at; :data:`NO_EVENT` for an article without any that nobody confirmed."""
        if not self.events:
            # To delete the last event is to say that the article tells none.
            return () if self.begun else (NO_EVENT,)
        return tuple(event for event in self.events if event not in self.accepted)

    @property
    def done(self) -> bool:
        """Whether nothing is left to do in the article."""
        return not self.waiting


def standing(events: Sequence[str], operations: Iterable[Operation]) -> Standing:
    """The standing of an article that the machine gave ``events``, after a coder's decisions."""
    here = list(events)
    accepted: set[str] = set()
    flagged: set[str] = set()
    notes: dict[str, str] = {}
    begun = False
    for operation in operations:
        if isinstance(operation, Flag):
            (flagged.add if operation.on else flagged.discard)(operation.event)
            continue
        if isinstance(operation, Note):
            notes[operation.event] = operation.text
            continue
        if isinstance(operation, Settle | SameIncident):
            continue
        if isinstance(operation, Blind):
            here = []
            continue
        begun = True
        if isinstance(operation, Accept):
            accepted.add(operation.event)
            continue
        accepted.discard(operation.event)
        if isinstance(operation, Delete):
            here = [event for event in here if event != operation.event]
        elif isinstance(operation, Join):
            here = [event for event in here if event != operation.other]
        elif isinstance(operation, Split):
            here.insert(here.index(operation.event) + 1 if operation.event in here else len(here), operation.new)
        elif isinstance(operation, Add):
            here.append(operation.event)
    said = {event: text for event, text in notes.items() if text.strip()}
    return Standing(tuple(here), frozenset(accepted), frozenset(flagged), said, begun)

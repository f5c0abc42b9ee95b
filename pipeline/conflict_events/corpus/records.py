"""What one labelled article of the source form holds (docs/training-data.md)."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from pydantic import Field

from conflict_events.schema import (
    ActorRole,
    Certainty,
    EntityLabel,
    EventKind,
    LocationRole,
    Mention,
    Outcome,
    Quantity,
    Record,
)

LabelRole = Literal["part", "again", "other", "head", "old", "bg", "tally", "aside"]
Part = Literal["train", "dev", "test"]
OTHER = "other"  # the outlet of imported labels, which the corpus' own rules of form do not bind


class Label(Mention):
    """A labelled span of the text. ``outcome``, ``roles`` and ``block`` belong to CASUALTY labels alone.

    ``block`` is the event or tally whose people the words count, as an index into ``[*events, *tallies]`` of the
    article; ``None`` where nobody wrote it down, which says that it is the only one that fits.
    """

    label: EntityLabel
    outcome: Outcome | None = None
    roles: tuple[LabelRole, ...] = ()
    block: int | None = None
    line: int = Field(default=0, exclude=True, repr=False)


class LabelledCasualty(Record):
    """A casualty line of an event: ``written`` is its number as the form writes it (``9+``), ``quantity`` its meaning.

    ``outcome`` is that of the line; parts in brackets (``includes``) share it.
    """

    outcome: Outcome
    written: str
    quantity: Quantity
    victim: str | None = None
    includes: list[LabelledCasualty] = Field(default_factory=list)


class ActorWords(Record):
    """The words of an ACTOR of the text, in its role."""

    role: ActorRole
    words: str


class LocationWords(Record):
    """The words of a LOCATION of the text, in its role."""

    role: LocationRole
    words: str


class LabelledEvent(Record):
    """An event as annotated: its parties, places and weapons are words of the text's labels."""

    kind: EventKind
    event_type: str
    sub_event_type: str
    certainty: Certainty = "asserted"
    dates: list[str] = Field(default_factory=list)
    actors: list[ActorWords] = Field(default_factory=list)
    locations: list[LocationWords] = Field(default_factory=list)
    weapons: list[str] = Field(default_factory=list)
    casualties: list[LabelledCasualty] = Field(default_factory=list)
    line: int = Field(default=0, exclude=True, repr=False)


class LabelledTally(Record):
    """A running statistic. ``parent`` is the place of the tally it belongs to, ``-`` for one that has no place.

    ``written`` is its total as the form writes it, ``victim`` the words after it.
    """

    outcome: Outcome
    written: str
    total: Quantity
    victim: str | None = None
    place: str | None = None
    parent: str | None = None
    since: str | None = None
    until: str | None = None
    operations: int | None = None
    parts: list[LabelledCasualty] = Field(default_factory=list)
    line: int = Field(default=0, exclude=True, repr=False)


class LabelledArticle(Record):
    """One article: its text without tags, its labels in text order, its events and tallies.

    ``outlet_name`` is the name of an outlet that the corpus has no code for (``outlet`` is then ``other``). ``part`` is
    what the header says; :func:`conflict_events.corpus.part_of` gives the part where it says nothing.
    """

    id: str
    outlet: str
    outlet_name: str | None = None
    country: str | None = None
    title: str | None = None
    date: dt.date | None = None
    url: str | None = None
    part: Part | None = None
    text: str = ""
    labels: list[Label] = Field(default_factory=list)
    events: list[LabelledEvent] = Field(default_factory=list)
    tallies: list[LabelledTally] = Field(default_factory=list)
    path: str = Field(default="", exclude=True, repr=False)
    line: int = Field(default=0, exclude=True, repr=False)


class Problem(Record):
    """Something to correct in a file of the corpus; ``line`` counts from 1."""

    path: str
    line: int
    severity: Literal["error", "warning"]
    code: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.severity}: {self.message} [{self.code}]"


class CorpusError(ValueError):
    """The source form is broken; ``problems`` lists where and what to do."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))

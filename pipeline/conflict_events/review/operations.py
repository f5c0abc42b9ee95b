"""What a coder can decide about a record: small values that say all that is needed to do it again.

A decision names the event by its id and figures, parties and places by their position in it, as they stood when it was
made; decisions are therefore only ever applied in the order in which they were saved.
"""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from conflict_events.schema import (
    Actor,
    ActorRole,
    Certainty,
    Date,
    EventKind,
    LocationRole,
    Mention,
    Outcome,
    Place,
    Quantity,
    VictimStatus,
)

#: Where a figure stands: its number among the event's casualties, then among the parts of that one, and so on.
Path: TypeAlias = tuple[int, ...]
#: The "event" of an article in which no event was read, or none is left.
NO_EVENT = ""


class _Operation(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    event: str


class Accept(_Operation):
    """The event is right as it stands (with :data:`NO_EVENT`: the article tells no event)."""

    do: Literal["accept"] = "accept"


class Describe(_Operation):
    """Sets what is given; what is ``None`` stays as it is."""

    do: Literal["describe"] = "describe"
    kind: EventKind | None = None
    certainty: Certainty | None = None
    event_type: str | None = None
    sub_event_type: str | None = None
    date: Date | None = None


class SetFigure(_Operation):
    """Changes the figure at ``path``, or adds one where ``path`` is empty. ``None`` leaves a field as it is."""

    do: Literal["figure"] = "figure"
    path: Path = ()
    outcome: Outcome | None = None
    quantity: Quantity | None = None
    mention: Mention | None = None
    victim: Mention | None = None
    status: VictimStatus | None = None


class DropFigure(_Operation):
    """Takes a figure out, with its parts."""

    do: Literal["drop_figure"] = "drop_figure"
    path: Path = Field(min_length=1)


class NestFigure(_Operation):
    """Makes a figure a part of another (``under``), or one of its own where ``under`` is empty."""

    do: Literal["nest"] = "nest"
    path: Path = Field(min_length=1)
    under: Path = ()


class SetParty(_Operation):
    """Changes the party at ``index``, or adds one where it is ``None``."""

    do: Literal["party"] = "party"
    index: int | None = Field(default=None, ge=0)
    role: ActorRole | None = None
    mention: Mention | None = None
    actor: Actor | None = None
    unlink: bool = False
    """Whether the party is nobody of the actor table."""


class DropParty(_Operation):
    """Takes a party out."""

    do: Literal["drop_party"] = "drop_party"
    index: int = Field(ge=0)


class SetPlace(_Operation):
    """Changes the place at ``index``, or adds one where it is ``None``."""

    do: Literal["place"] = "place"
    index: int | None = Field(default=None, ge=0)
    role: LocationRole | None = None
    mention: Mention | None = None
    place: Place | None = None
    unlink: bool = False
    """Whether the place is not known to the gazetteer."""


class DropPlace(_Operation):
    """Takes a place out."""

    do: Literal["drop_place"] = "drop_place"
    index: int = Field(ge=0)


class Split(_Operation):
    """Makes an event of its own (``new``) of some top-level figures; the rest of the record is copied."""

    do: Literal["split"] = "split"
    new: str = Field(min_length=1)
    figures: tuple[int, ...] = Field(min_length=1)


class Join(_Operation):
    """Takes another event into this one, which keeps its own description."""

    do: Literal["join"] = "join"
    other: str = Field(min_length=1)


class Delete(_Operation):
    """The event did not happen, or is no event."""

    do: Literal["delete"] = "delete"


class Add(_Operation):
    """An event that the machine missed, by the words that tell it; ``event`` is its new id."""

    do: Literal["add"] = "add"
    evidence: Mention


class Note(_Operation):
    """Words to whoever decides; empty words take the note away."""

    do: Literal["note"] = "note"
    text: str = Field(max_length=4000)


class Flag(_Operation):
    """Asks for a second look, or no longer."""

    do: Literal["flag"] = "flag"
    on: bool


class Settle(_Operation):
    """Of coders who differ about the article, this one's record is taken."""

    do: Literal["settle"] = "settle"
    coder: str = Field(min_length=1)


class SameIncident(_Operation):
    """Whether the event tells the incident that an event of another article tells, or another one."""

    do: Literal["same_incident"] = "same_incident"
    other_article: str = Field(min_length=1)
    other_event: str
    same: bool


class Blind(_Operation):
    """The article is coded from its words alone: the machine's events are put away first."""

    do: Literal["blind"] = "blind"


Operation: TypeAlias = Annotated[
    Accept
    | Describe
    | SetFigure
    | DropFigure
    | NestFigure
    | SetParty
    | DropParty
    | SetPlace
    | DropPlace
    | Split
    | Join
    | Delete
    | Add
    | Note
    | Flag
    | Settle
    | SameIncident
    | Blind,
    Field(discriminator="do"),
]

OPERATION: TypeAdapter[Operation] = TypeAdapter(Operation)
#: Decisions that are no coding of the article.
REMARKS = (Note, Flag, Settle, SameIncident)

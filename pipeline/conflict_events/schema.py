"""The records that an annotated article is turned into.

One :class:`Annotation` holds everything read in one article. Each span in it is a :class:`Mention` whose ``start`` and
``end`` count characters of the article's original text (end exclusive), so that ``text[start:end] == mention.text``
whatever cleaning did before reading. What the text leaves open is ``None``; nothing is guessed.

``python -m conflict_events.schema`` prints the JSON Schema of a record.
"""

from __future__ import annotations

import datetime as dt
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

SCHEMA_VERSION = "1.0"

EntityLabel = Literal["ACTOR", "LOCATION", "CASUALTY", "WEAPON"]
Modifier = Literal["exact", "at_least", "more_than", "at_most", "fewer_than", "about", "range", "vague", "none"]
Outcome = Literal["killed", "injured", "killed_or_injured", "missing", "captured", "arrested", "displaced"]
EventKind = Literal["incident", "update", "background"]
Certainty = Literal["asserted", "claimed", "denied", "expected"]
ActorRole = Literal["perpetrator", "target", "party", "claimant"]
LocationRole = Literal["site", "near", "within"]
VictimStatus = Literal["civilian", "combatant", "mixed", "unknown"]
FindingCode = Literal[
    "parts_do_not_add_up",
    "parts_exceed_total",
    "headline_disagrees",
    "regions_do_not_add_up",
    "toll_decreased",
    "sources_disagree",
    "not_english",
]


class Record(BaseModel):
    """Base of all records: unknown fields are refused, so that a typo in a script shows at once."""

    model_config = ConfigDict(extra="forbid")


class Mention(Record):
    """Words of the article: ``start`` and ``end`` are character offsets into its original text, end exclusive."""

    start: int = Field(ge=0)
    end: int = Field(ge=0)
    text: str

    @model_validator(mode="after")
    def _ordered(self) -> Mention:
        if self.end < self.start:
            raise ValueError(f"mention ends ({self.end}) before it starts ({self.start})")
        return self


class Quantity(Record):
    """How many people, as the text says it.

    ``low`` and ``high`` are bounds, ``best`` the number itself; an open bound is ``None``. "at least nine" is
    9, 9, None; "about 25" None, 25, None; "between 10 and 15" 10, None, 15; "several" 3, None, None.
    """

    low: int | None = Field(default=None, ge=0)
    best: int | None = Field(default=None, ge=0)
    high: int | None = Field(default=None, ge=0)
    modifier: Modifier = "none"

    @model_validator(mode="after")
    def _consistent(self) -> Quantity:
        known = [value for value in (self.low, self.best, self.high) if value is not None]
        if known != sorted(known):
            raise ValueError(f"bounds are not in order: low {self.low}, best {self.best}, high {self.high}")
        return self


class Bounds(Record):
    """A sum of quantities: ``low``, ``best``, ``high`` people, ``None`` where a summand leaves the bound open."""

    low: int | None = Field(default=None, ge=0)
    best: int | None = Field(default=None, ge=0)
    high: int | None = Field(default=None, ge=0)


class Actor(Record):
    """An entry of the actor table."""

    id: str
    name: str
    kind: str
    side: str | None = None
    country: str | None = None


class Place(Record):
    """An entry of the gazetteer, or a point derived from one, with the score of the match (0 to 1)."""

    id: str
    name: str
    kind: str
    admin1: str | None = None
    admin2: str | None = None
    admin3: str | None = None
    country: str | None = None
    lat: float | None = Field(default=None, ge=-90, le=90)
    lon: float | None = Field(default=None, ge=-180, le=180)
    score: float = Field(ge=0, le=1)


class Entity(Mention):
    """A labelled span with what was made of it."""

    label: EntityLabel
    score: float | None = None
    quantity: Quantity | None = None
    actor: Actor | None = None
    place: Place | None = None


class Date(Record):
    """When: first and last day, how precisely it is known, and what that rests on."""

    start: dt.date | None = None
    end: dt.date | None = None
    precision: Literal["day", "week", "month", "year", "unknown"] = "unknown"
    basis: Literal["text", "published", "none"] = "none"
    text: str | None = None


class EventActor(Record):
    """A party of an event in its role; ``actor`` is ``None`` where the table does not hold it."""

    role: ActorRole
    mention: Mention
    actor: Actor | None = None


class EventLocation(Record):
    """A place of an event: where it happened (``site``), close by (``near``), or the area around (``within``)."""

    role: LocationRole
    mention: Mention
    place: Place | None = None


class Victim(Record):
    """Who was harmed. ``traits`` are what the text says of them: child, woman, journalist, medic, …"""

    mention: Mention
    actor: Actor | None = None
    status: VictimStatus = "unknown"
    traits: list[str] = Field(default_factory=list)


class Casualty(Record):
    """How many people met which outcome.

    ``mention`` is the words of the quantity (``None`` where one victim has no word for "one"); ``includes`` are parts
    of this casualty and never added to it. ``score`` is how likely its relation to the other figures of the text is,
    among the possible ones, 0 to 1.
    """

    outcome: Outcome
    quantity: Quantity
    mention: Mention | None = None
    victim: Victim | None = None
    perpetrator: EventActor | None = None
    includes: list[Casualty] = Field(default_factory=list)
    score: float | None = None


class Event(Record):
    """One thing that happened at one place and time between the same parties.

    ``event_type`` and ``sub_event_type`` are ACLED's terms. ``fatalities`` and ``injuries`` sum the top-level
    casualties; they are ``None`` where the text states no number, and 0 where it says there were none. ``summary`` is
    one sentence made of the other fields.
    """

    id: str
    kind: EventKind
    summary: str | None = None
    event_type: str | None = None
    sub_event_type: str | None = None
    certainty: Certainty = "asserted"
    date: Date = Field(default_factory=Date)
    actors: list[EventActor] = Field(default_factory=list)
    locations: list[EventLocation] = Field(default_factory=list)
    weapons: list[Mention] = Field(default_factory=list)
    casualties: list[Casualty] = Field(default_factory=list)
    fatalities: Bounds | None = None
    injuries: Bounds | None = None
    evidence: list[Mention] = Field(default_factory=list)
    score: float | None = None


class Tally(Record):
    """A running statistic over a period or region. Never an event, and never counted with the events."""

    id: str
    parent: str | None = None
    outcome: Outcome = "killed"
    place: Place | None = None
    place_text: str | None = None
    since: str | None = None
    until: str | None = None
    operations: int | None = None
    total: Quantity | None = None
    parts: list[Casualty] = Field(default_factory=list)
    evidence: list[Mention] = Field(default_factory=list)


class Finding(Record):
    """Something in the article that does not add up. ``refs`` are ids of the events or tallies concerned."""

    code: FindingCode
    message: str
    expected: int | None = None
    found: int | None = None
    mentions: list[Mention] = Field(default_factory=list)
    refs: list[str] = Field(default_factory=list)


class Article(Record):
    """One text of one outlet. ``source`` says where it was read (path and row); ``text`` is kept only on request."""

    id: str
    outlet: str | None = None
    title: str | None = None
    published: dt.date | None = None
    url: str | None = None
    language: str = "en"
    source: str | None = None
    text: str | None = None


class ModelInfo(Record):
    """The pipeline that made the annotation."""

    name: str
    version: str


class ReviewChange(Record):
    """What a person changed in a record: ``field`` of an event, from what the machine said to what holds now."""

    event_id: str
    field: str
    before: str | None = None
    after: str | None = None


class ReviewInfo(Record):
    """Who checked an article's record and when, and what they changed; no changes where the machine was right."""

    reviewed_by: str
    reviewed_at: dt.datetime
    changes: list[ReviewChange] = Field(default_factory=list)


class Annotation(Record):
    """Everything read in one article.

    ``score`` is the calibrated probability that the totals of killed and injured over incidents and updates are right;
    ``review`` is there once a person checked it.
    """

    schema_version: str = SCHEMA_VERSION
    article: Article
    entities: list[Entity] = Field(default_factory=list)
    events: list[Event] = Field(default_factory=list)
    tallies: list[Tally] = Field(default_factory=list)
    findings: list[Finding] = Field(default_factory=list)
    model: ModelInfo
    review: ReviewInfo | None = None
    score: float | None = None


ReportRelation = Literal["reports", "updates", "recalls"]
FiguresPolicy = Literal["lowest", "latest", "range", "by-source"]


class IncidentReport(Record):
    """One article's telling of an incident.

    ``event_id`` is ``None`` for an article in which no event was read and whose words tell the incident. ``copy_of`` is
    the article whose text it repeats; such a report adds a source and no figure. ``score`` is the mean probability of
    its links to the other reports, ``None`` where there are none.
    """

    article_id: str
    event_id: str | None = None
    outlet: str | None = None
    published: dt.date | None = None
    relation: ReportRelation = "reports"
    title: str | None = None
    url: str | None = None
    copy_of: str | None = None
    score: float | None = Field(default=None, ge=0, le=1)


class OutletFigure(Bounds):
    """What one report says of how many, and in which words; ``superseded`` where its outlet said another later."""

    outlet: str | None = None
    article_id: str
    event_id: str
    published: dt.date | None = None
    text: str | None = None
    superseded: bool = False


class Figures(Record):
    """How many, over all reports of an incident, never added: ``taken`` is what ``policy`` makes of them.

    ``lowest`` and ``highest`` are over the outlets' last words; ``latest`` is the last published. All are ``None``
    where no report states a number.
    """

    lowest: int | None = Field(default=None, ge=0)
    highest: int | None = Field(default=None, ge=0)
    latest: int | None = Field(default=None, ge=0)
    policy: FiguresPolicy = "lowest"
    taken: Bounds | None = None
    by_outlet: list[OutletFigure] = Field(default_factory=list)


class IncidentActor(Record):
    """A party of an incident, and in how many reports it has this role."""

    role: ActorRole
    name: str
    actor: Actor | None = None
    reports: int = Field(ge=1)


class Incident(Record):
    """One real occurrence, told by one or more articles.

    ``event`` is the telling that stands for all (the most precise), whose mentions count in the text of the article
    ``event_article``. ``casualties`` are those that the policy of the figures takes, each with its mention in the
    article whose figure it is, or without one where the policy makes a range of several. ``date_reports`` and
    ``place_reports`` say how many reports agree with date and place. ``score`` is the lowest score of its reports'
    links, ``None`` for an incident with one report.
    """

    schema_version: str = SCHEMA_VERSION
    id: str
    kind: EventKind
    date: Date = Field(default_factory=Date)
    date_reports: int = 0
    place: Place | None = None
    place_reports: int = 0
    event_type: str | None = None
    sub_event_type: str | None = None
    actors: list[IncidentActor] = Field(default_factory=list)
    casualties: list[Casualty] = Field(default_factory=list)
    killed: Figures = Field(default_factory=Figures)
    injured: Figures = Field(default_factory=Figures)
    reports: list[IncidentReport] = Field(min_length=1)
    findings: list[Finding] = Field(default_factory=list)
    event: Event
    event_article: str
    score: float | None = Field(default=None, ge=0, le=1)


def json_schema() -> dict[str, object]:
    """The JSON Schema of an :class:`Annotation` (draft 2020-12)."""
    return Annotation.model_json_schema()


if __name__ == "__main__":
    import json

    print(json.dumps(json_schema(), indent=2))

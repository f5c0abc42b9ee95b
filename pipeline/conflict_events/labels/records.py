"""What passes between the readers and writers of annotation tools' formats and the project's own form."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from conflict_events.corpus.records import LabelledArticle
from conflict_events.schema import Record

NoteKind = Literal["dropped", "shifted", "changed", "skipped", "doubtful"]
OffsetUnit = Literal["codepoint", "utf16"]


class Note(Record):
    """Something that a conversion did not carry over as it stood.

    ``dropped``: a label or field is lost; ``shifted``: a label's offsets were changed; ``changed``: another value was;
    ``skipped``: a whole record was left out; ``doubtful``: it is kept, but may not be what was meant. ``source`` is the
    file and row.
    """

    kind: NoteKind
    source: str
    what: str
    reason: str

    def __str__(self) -> str:
        return f"{self.source}: {self.kind} {self.what}: {self.reason}"


class LabelFormatError(ValueError):
    """A file is not in the format that it was read as; the message names file and row and what to do."""


class Notes(list[Note]):
    """Notes of one conversion, in order."""

    def add(self, kind: NoteKind, source: str, what: str, reason: str) -> None:
        self.append(Note(kind=kind, source=source, what=what, reason=reason))

    def counts(self) -> Counter[str]:
        """How many notes of each kind."""
        return Counter(note.kind for note in self)


@dataclass
class RawSpan:
    """A span as a tool wrote it. ``surface`` is the text the tool says it covers, if it says so."""

    start: int
    end: int
    label: str
    surface: str | None = None
    outcome: str | None = None
    roles: tuple[str, ...] = ()
    block: int | None = None


@dataclass
class RawText:
    """One text of a tool's file with its spans; offsets count in ``unit``.

    ``annotator`` is who labelled it, where the file says so. ``unchecked`` is why its labels are no labelled data:
    nobody has confirmed them, or they are known to be a part. ``headers`` and ``events`` are those of the article,
    where the format carries them (``carried.py``).
    """

    id: str
    text: str
    source: str
    spans: list[RawSpan] = field(default_factory=list)
    unit: OffsetUnit = "codepoint"
    outlet: str | None = None
    title: str | None = None
    annotator: str | None = None
    unchecked: str | None = None
    headers: dict[str, str] = field(default_factory=dict)
    events: str | None = None


@dataclass
class Conversion:
    """Articles in the project's form, and everything that was dropped or shifted on the way."""

    articles: list[LabelledArticle]
    notes: Notes

    def __iter__(self) -> Iterator[LabelledArticle]:
        return iter(self.articles)

"""What the templates are given: an article's text in pieces, and its records in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import pairwise

from jinja2 import Environment

from conflict_events import pages
from conflict_events.corpus.scheme import load_scheme
from conflict_events.review.forms import written_number
from conflict_events.review.review import ReviewedArticle
from conflict_events.schema import Annotation, Casualty, Event, Mention
from conflict_events.show.page import web_address
from conflict_events.show.wording import (
    casualty_words,
    date_words,
    one_line,
    outcome_words,
    place_words,
    printable,
    toll_words,
    type_words,
)

STATIC = {"review.js": "text/javascript", "review.css": "text/css", "htmx.min.js": "text/javascript"}


@dataclass(frozen=True)
class Piece:
    """Text without a border of a record in it. ``rests`` are the elements of the page that rest on these words."""

    start: int
    text: str
    label: str
    range: str
    rests: str
    evidence: bool


@dataclass(frozen=True)
class FigureRow:
    """A figure of the event with where it stands; ``depth`` is 0 for one that counts."""

    path: str
    depth: int
    number: int
    casualty: Casualty
    written: str
    words: str


@dataclass(frozen=True)
class _Range:
    start: int
    end: int
    label: str = ""
    element: str = ""


def figure_rows(casualties: Sequence[Casualty], path: tuple[int, ...] = ()) -> Iterator[FigureRow]:
    """All figures, each followed by its parts."""
    for index, casualty in enumerate(casualties):
        here = (*path, index)
        words = casualty_words(casualty)
        yield FigureRow(
            ".".join(map(str, here)), len(path), index + 1, casualty, written_number(casualty.quantity), words
        )
        yield from figure_rows(casualty.includes, here)


def pieces(text: str, annotation: Annotation, event: Event | None) -> list[list[Piece]]:
    """The paragraphs of a text, cut at the borders of labels and of what the event rests on."""
    ranges = [_Range(entity.start, entity.end, entity.label.lower()) for entity in annotation.entities]
    if event is not None:
        ranges += list(_event_ranges(event))
    shown = printable(text)
    lines: list[list[Piece]] = []
    position = 0
    for line in shown.split("\n"):
        if line.strip():
            lines.append(list(_line(shown, position, position + len(line), ranges)))
        position += len(line) + 1
    return lines


def _event_ranges(event: Event) -> Iterator[_Range]:
    for row in figure_rows(event.casualties):
        name = "f-" + row.path.replace(".", "-")
        for mention in (row.casualty.mention, row.casualty.victim.mention if row.casualty.victim else None):
            if mention is not None:
                yield _Range(mention.start, mention.end, "casualty" if mention is row.casualty.mention else "", name)
    for index, actor in enumerate(event.actors):
        yield _Range(actor.mention.start, actor.mention.end, "actor", f"a-{index}")
    for index, location in enumerate(event.locations):
        yield _Range(location.mention.start, location.mention.end, "location", f"l-{index}")
    yield from (_Range(mention.start, mention.end, "evidence") for mention in event.evidence)


def _line(text: str, start: int, end: int, ranges: Iterable[_Range]) -> Iterator[Piece]:
    here = [one for one in ranges if one.start < end and one.end > start]
    borders = sorted({start, end, *(max(start, one.start) for one in here), *(min(end, one.end) for one in here)})
    for left, right in pairwise(borders):
        over = [one for one in here if one.start <= left and one.end >= right]
        labels = [one for one in over if one.label and one.label != "evidence"]
        inner = min(labels, key=lambda one: one.end - one.start, default=None)
        yield Piece(
            start=left,
            text=text[left:right],
            label=inner.label if inner else "",
            range=f"{inner.start}-{inner.end}" if inner else "",
            rests=" ".join(dict.fromkeys(one.element for one in over if one.element)),
            evidence=any(one.label == "evidence" for one in over),
        )


def types() -> list[str]:
    """ACLED's event types as a form offers them."""
    return [f"{event_type} / {sub}" for event_type, sub in sorted(load_scheme().event_types)]


def when(event: Event) -> str:
    """The days of an event as a form writes them."""
    start, end = event.date.start, event.date.end
    return "" if start is None else f"{start}" if end in (None, start) else f"{start}..{end}"


def event_lines(article: ReviewedArticle) -> list[tuple[Event, str]]:
    """The events of an article with how far each is: "done" or "open"."""
    accepted = article.standing.accepted
    return [(event, "done" if event.id in accepted else "open") for event in article.annotation.events]


def quote(mention: Mention) -> str:
    """A mention's words in one line."""
    return one_line(printable(mention.text))


@cache
def environment() -> Environment:
    """Templates that write every value as text, never as mark-up."""
    made = pages.environment("review/templates")
    made.filters |= {
        "plain": printable,
        "quote": quote,
        "toll": toll_words,
        "type": type_words,
        "when": date_words,
        "days": when,
        "place": place_words,
        "outcome": outcome_words,
        "web": web_address,
        "figures": lambda event: list(figure_rows(event.casualties)),
    }
    made.globals |= {"types": types()}
    return made


@cache
def static_file(name: str) -> bytes:
    """One of the page's own files."""
    return (resources.files("conflict_events") / "review" / "static" / name).read_bytes()

"""An article's text cut into paragraphs and marked ranges, for a page that can link to any of them.

Ranges may nest and cross: an evidence sentence holds entities, and two sentences can overlap. Marked-up text cannot
cross, so that a range is cut where it leaves the one around it; its first piece carries its name.
"""

from __future__ import annotations

import heapq
import itertools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Mark:
    """A range of the text, end exclusive. Equal ranges are one mark, with all that is known of it.

    ``label`` is an entity's label, ``back`` the element that rests on these words, ``note`` says what they are.
    ``events`` are the numbers of the events that rest on them, ``passage`` of those whose evidence they are.
    """

    start: int
    end: int
    label: str | None = None
    back: str | None = None
    note: str | None = None
    left_out: bool = False
    events: tuple[int, ...] = ()
    passage: tuple[int, ...] = ()

    @property
    def name(self) -> str:
        """The part of its element's id that tells it from other marks of the article."""
        return f"{self.start}-{self.end}"


@dataclass(frozen=True)
class Token:
    """A step in writing marked-up text: plain text, or the opening or closing of a mark.

    ``first`` is false for the further pieces of a mark that was cut; ``leaf`` is true where no mark lies inside.
    """

    kind: Literal["text", "open", "close"]
    text: str = ""
    mark: Mark | None = None
    first: bool = True
    leaf: bool = True


def paragraphs(text: str, marks: Iterable[Mark]) -> Iterator[list[Token]]:
    """The tokens of each paragraph (line with something in it) of ``text``.

    Every mark with a character that is shown opens once with ``first``; the texts together are that of the paragraph.
    """
    waiting = sorted((mark for mark in marks if mark.start < mark.end), key=lambda mark: (mark.start, -mark.end))
    waiting.reverse()
    here: list[Mark] = []
    begun: set[str] = set()
    for line in re.finditer(r"[^\n]+", text):
        start, end = line.span()
        if line.group().isspace():
            continue
        while waiting and waiting[-1].start < end:
            here.append(waiting.pop())
        here = [mark for mark in here if mark.end > start]
        yield list(_mark_up(text, start, end, here, begun))


def _mark_up(text: str, start: int, end: int, marks: list[Mark], begun: set[str]) -> Iterator[Token]:
    order = itertools.count()
    # Where several begin at one place the longest is outermost.
    queue = [(max(mark.start, start), -min(mark.end, end), next(order), mark) for mark in marks]
    heapq.heapify(queue)
    open_marks: list[int] = []  # where each open mark ends, the innermost last
    position = start
    while queue or open_marks:
        if open_marks and (not queue or open_marks[-1] <= queue[0][0]):
            stop = open_marks.pop()
            if position < stop:
                yield Token("text", text[position:stop])
            position = stop
            yield Token("close")
            continue
        begin, negative_stop, _, mark = heapq.heappop(queue)
        stop = -negative_stop
        if open_marks and stop > open_marks[-1]:
            heapq.heappush(queue, (open_marks[-1], -stop, next(order), mark))
            stop = open_marks[-1]
        if position < begin:
            yield Token("text", text[position:begin])
            position = begin
        leaf = not any(other[0] < stop for other in queue)
        yield Token("open", mark=mark, first=mark.name not in begun, leaf=leaf)
        begun.add(mark.name)
        open_marks.append(stop)
    if position < end:
        yield Token("text", text[position:end])

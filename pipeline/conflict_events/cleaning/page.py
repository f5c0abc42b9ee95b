"""A page as it was saved, read as its article."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

from conflict_events.cleaning.alignment import AlignedText, Alignment
from conflict_events.cleaning.characters import repair
from conflict_events.cleaning.disguise import DisguisedWords
from conflict_events.cleaning.layout import Kind, Line, find_date_line, read_lines
from conflict_events.profiles import OutletProfile, load_profiles

_REPEAT_PROBE = 16  # characters of a title that tell where it begins again


class Segment(NamedTuple):
    """A block of the article: characters ``start`` to ``end`` of the clean text.

    ``level`` is the depth in nested lists: 0 outside, 1 for the items of a list, 2 for items under one of those.
    """

    kind: Kind
    level: int
    start: int
    end: int


class Dropped(NamedTuple):
    """A range of the source that is no article, and why."""

    start: int
    end: int
    reason: str


@dataclass(frozen=True)
class CleanText:
    """The article's own text, and the way back to the page it was read from."""

    source: str
    text: str
    segments: tuple[Segment, ...]
    dropped: tuple[Dropped, ...]
    alignment: Alignment
    #: The line above the article that dates it, as printed.
    date_line: str | None = None

    def to_source(self, start: int, end: int) -> tuple[int, int]:
        """The range of the source that the clean characters from ``start`` to ``end`` stand for."""
        return self.alignment.to_source(start, end)

    def to_clean(self, start: int, end: int) -> tuple[int, int] | None:
        """The clean range that stands for a range of the source; ``None`` where it was dropped."""
        return self.alignment.to_clean(start, end)

    @property
    def offsets(self) -> list[int]:
        """For each clean character, where it begins in the source."""
        return [self.alignment.to_source(index, index + 1)[0] for index in range(len(self.text))]


class Cleaner:
    """Reads pages with one table of disguised words."""

    def __init__(self, words: DisguisedWords | None = None) -> None:
        self.words = words or DisguisedWords.load()

    def plain(self, text: str) -> str:
        """``text`` with its characters repaired and disguised words read, as one line."""
        return " ".join(self.words.undo(repair(AlignedText.of(text))).text.split())

    def clean(self, text: str, profile: OutletProfile, title: str | None = None) -> CleanText:
        """The article in ``text``; see :func:`clean`."""
        page = self.words.undo(repair(AlignedText.of(text)))
        lines = read_lines(page.text, _indents(text, page), profile, self.plain(title) if title else None)
        return _assemble(text, page, lines, profile)


def clean(text: str, profile: OutletProfile | None = None, title: str | None = None) -> CleanText:
    """The article's own text in ``text``, with the way back to it.

    Args:
        text: a page as it was saved.
        profile: the outlet's profile; recognised from the text where ``None``.
        title: the article's title where it is known; helps to find the headline.
    """
    return Cleaner().clean(text, profile or load_profiles().recognise(title=title, text=text), title)


def plain_title(title: str, profile: OutletProfile) -> str | None:
    """A page's title as the headline it holds: once, without the outlet's name; ``None`` where nothing is left.

    Scraped titles repeat themselves (one copy for each meta tag) and carry the name of the site.
    """
    title = profile.strip_name(" ".join(repair(AlignedText.of(title)).text.split()))
    again = title.find(title[:_REPEAT_PROBE], 1) if len(title) > _REPEAT_PROBE else -1
    if again > 0:
        title = title[:again]
    return profile.strip_name(title.strip()).strip(" |•·–—-") or None


def _indents(source: str, page: AlignedText) -> list[int]:
    """For each line of the page, how much white space the source has before its first character."""
    widths: list[int] = []
    position = 0
    for row in page.text.split("\n"):
        at = page.starts[position] if row else 0
        begin = at
        while begin and source[begin - 1] in " \t\u00a0":
            begin -= 1
        widths.append(at - begin if row and (not begin or source[begin - 1] in "\n\r\u2028\u2029\x85") else 0)
        position += len(row) + 1
    return widths


def _assemble(source: str, page: AlignedText, lines: list[Line], profile: OutletProfile) -> CleanText:
    ranges: list[tuple[int, int]] = []
    separators: list[str] = []
    shapes: list[tuple[Kind, int]] = []
    dropped: list[Dropped] = []
    for line in lines:
        if line.reason is not None:
            dropped.append(Dropped(page.starts[line.start], page.ends[line.end - 1], line.reason))
            continue
        if line.body > line.start:
            dropped.append(Dropped(page.starts[line.start], page.ends[line.body - 1], "list marker"))
        begin = line.body
        separator = "\n" if line.level and shapes and shapes[-1][1] else "\n\n"
        if line.kind == "paragraph" or (line.kind == "list_intro" and not line.level):
            length = profile.dateline_end(page.text[begin : line.end])
            if 0 < length < line.end - begin:
                stop = begin + len(page.text[begin : begin + length].rstrip())
                ranges.append((begin, stop))
                separators.append(separator)
                shapes.append(("dateline", 0))
                begin += length
                separator = "\n"
        ranges.append((begin, line.end))
        separators.append(separator)
        shapes.append((line.kind, line.level))
    text = page.select(ranges, separators)
    # Wrapped lines were joined: inside a segment a line break is a space.
    segments: list[Segment] = []
    pieces: list[str] = []
    position = 0
    for (start, end), separator, (kind, level) in zip(ranges, separators, shapes, strict=True):
        if segments:
            pieces.append(separator)
            position += len(separator)
        pieces.append(page.text[start:end].replace("\n", " "))
        segments.append(Segment(kind, level, position, position + end - start))
        position += end - start
    return CleanText(
        source, "".join(pieces), tuple(segments), tuple(dropped), text.alignment(), _plain_date(find_date_line(lines))
    )


def _plain_date(line: str | None) -> str | None:
    return re.sub(r"[،,]", "", line) if line else None

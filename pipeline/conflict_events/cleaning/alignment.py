"""Text that knows where each of its characters came from.

Cleaning only ever replaces or leaves out ranges of characters. :class:`AlignedText` keeps, for each character of the
result, the range of the source that it stands for; :class:`Alignment` is the same as a short list of runs of plain
integers, which travels with a spaCy ``Doc``.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import NamedTuple


class Edit(NamedTuple):
    """Put ``text`` in the place of the characters from ``start`` to ``end``."""

    start: int
    end: int
    text: str


@dataclass(frozen=True)
class AlignedText:
    """``text``, and for its character ``i`` the source range ``starts[i]:ends[i]``."""

    text: str
    starts: array[int]
    ends: array[int]

    @classmethod
    def of(cls, source: str) -> AlignedText:
        """``source`` itself, each character standing for itself."""
        return cls(source, array("q", range(len(source))), array("q", range(1, len(source) + 1)))

    def apply(self, edits: Iterable[Edit]) -> AlignedText:
        """The text after ``edits``, which are in order and do not overlap.

        A replacement as long as what it replaces is aligned character by character; each character of any other
        replacement stands for the whole range it replaces.
        """
        parts: list[str] = []
        starts, ends = array("q"), array("q")
        position = 0
        for start, end, new in edits:
            parts += (self.text[position:start], new)
            starts += self.starts[position:start]
            ends += self.ends[position:start]
            if len(new) == end - start:
                starts += self.starts[start:end]
                ends += self.ends[start:end]
            elif new:
                low, high = self._span(start, end)
                starts += array("q", [low]) * len(new)
                ends += array("q", [high]) * len(new)
            position = end
        if not parts:
            return self
        parts.append(self.text[position:])
        starts += self.starts[position:]
        ends += self.ends[position:]
        return AlignedText("".join(parts), starts, ends)

    def select(self, ranges: Sequence[tuple[int, int]], separators: Sequence[str]) -> AlignedText:
        """The ``ranges`` of the text, in order, with ``separators[i]`` before the i-th (not before the first).

        A separator stands for what lies between the two ranges in the source.
        """
        parts: list[str] = []
        starts, ends = array("q"), array("q")
        for index, (start, end) in enumerate(ranges):
            if index:
                separator = separators[index]
                gap_start = ends[-1]
                gap_end = max(gap_start, self.starts[start])
                parts.append(separator)
                starts += array("q", [gap_start]) * len(separator)
                ends += array("q", [gap_end]) * len(separator)
            parts.append(self.text[start:end])
            starts += self.starts[start:end]
            ends += self.ends[start:end]
        return AlignedText("".join(parts), starts, ends)

    def _span(self, start: int, end: int) -> tuple[int, int]:
        if start < end:
            return self.starts[start], self.ends[end - 1]
        at = self.ends[start - 1] if start else 0
        return at, at

    def alignment(self) -> Alignment:
        """The alignment to the source, as runs."""
        runs: list[int] = []
        index, size = 0, len(self.text)
        starts, ends = self.starts, self.ends
        while index < size:
            begin = index
            low, high = starts[index], ends[index]
            index += 1
            if high - low == 1:
                while index < size and starts[index] == starts[index - 1] + 1 and ends[index] == starts[index] + 1:
                    index += 1
                high = ends[index - 1]
            else:
                while index < size and starts[index] == low and ends[index] == high:
                    index += 1
                if index - begin == high - low > 1:  # as long as what it stands for, yet not character by character
                    for _ in range(begin, index):
                        runs += (1, low, high - low)
                    continue
            runs += (index - begin, low, high - low)
        return Alignment(runs)


class Alignment:
    """Runs ``(length, source start, source length)``, one after the other in a flat list.

    In a run of equal lengths the characters correspond one to one; otherwise each of the run's characters stands for
    the run's whole source range.
    """

    def __init__(self, runs: Sequence[int]) -> None:
        self.runs = list(runs)
        self._lengths, self._starts, self._sizes = self.runs[0::3], self.runs[1::3], self.runs[2::3]
        self._offsets = [0, *accumulate(self._lengths)]

    def __len__(self) -> int:
        return self._offsets[-1]

    def to_source(self, start: int, end: int) -> tuple[int, int]:
        """The source range that the characters from ``start`` to ``end`` stand for. Out of range is clipped."""
        size = len(self)
        start, end = max(0, min(start, size)), max(0, min(end, size))
        if start >= end:
            at = self._char(start)[0] if start < size else (self._char(size - 1)[1] if size else 0)
            return at, at
        return self._char(start)[0], self._char(end - 1)[1]

    def to_clean(self, start: int, end: int) -> tuple[int, int] | None:
        """The characters that stand for something in the source range; ``None`` where cleaning left nothing of it."""
        if start >= end:
            return None
        # The first character that ends after `start`, and the first that starts at or after `end`.
        ends = [low + size for low, size in zip(self._starts, self._sizes, strict=True)]
        first = bisect_right(ends, start)
        last = bisect_left(self._starts, end)
        if first >= last:
            return None
        clean_start = self._offsets[first]
        if self._lengths[first] == self._sizes[first]:
            clean_start += max(0, start - self._starts[first])
        clean_end = self._offsets[last]
        if self._lengths[last - 1] == self._sizes[last - 1]:
            clean_end -= max(0, self._starts[last - 1] + self._sizes[last - 1] - end)
        return (clean_start, clean_end) if clean_start < clean_end else None

    def _char(self, index: int) -> tuple[int, int]:
        run = bisect_right(self._offsets, index) - 1
        start, size = self._starts[run], self._sizes[run]
        if self._lengths[run] != size:
            return start, start + size
        at = start + index - self._offsets[run]
        return at, at + 1

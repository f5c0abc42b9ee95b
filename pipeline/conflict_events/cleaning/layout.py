"""What each line of a saved page is: headline, paragraph, list item, … or no article at all.

Lines are told apart by their form and by the outlet's profile. Where form is all there is to go by, a line is dropped
only in company: a single line that looks odd stays, a run of them (a menu, a list of links) goes.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from rapidfuzz import fuzz

from conflict_events.profiles import OutletProfile

Kind = Literal["headline", "dateline", "caption", "byline", "paragraph", "list_intro", "list_item", "other"]

_BULLETS = "•◦▪▫●○■□‣⁃∙·➤►▶➢✓✔"
_MARKER = re.compile(
    rf"(?P<bullet>[{_BULLETS}]+|\*(?!\*)(?=\s|\w)|[-–—](?![-–—]))[ ]?(?=\S)"
    r"|\(?(?P<number>\d{1,2})[.)] (?=\S)|\(?(?P<letter>[a-zA-Z])\) (?=\S)"
)
_INLINE_BULLET = re.compile(rf"(?<=\S) +(?=[{_BULLETS}] ?\S)")
# A sentence's end, also before the agency's or writer's sign: "… in Homs. (AFP)", "… in Homs. AP".
_TERMINAL = re.compile(r"[.!?؟。][\"'”’»)\]]*$|(?<=[a-z]{3})[.!?][\"'”’»]* (?:\(\w{2,12}\)|[A-Z]{2,6})$")
_ELLIPSIS = re.compile(r"(?:…|\.\.\.)[\"'”’]*$")
_QUANTITY = re.compile(
    r"\d|\b(?:no|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|twenty|thirty|forty|fifty|"
    r"sixty|seventy|eighty|ninety|hundreds?|thousands?|dozens?|scores?|several|many|few)\b",
    re.IGNORECASE,
)
_LABELLED = re.compile(r"[A-Z0-9][^:.!?]{0,40}: ?\S")
_FIGURE = re.compile(
    r"[^:\n]{2,40}: ?(?:\d[\d,.]*|no|none|one|two|three|four|five|six|seven|eight|nine|ten)\b.{0,30}$", re.I
)
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec)[a-z]{0,6}\.?"
_DAY = r"(?:mon|tue|tues|wed|wednes|thu|thur|thurs|fri|sat|satur|sun)(?:day)?\.?"
_DATE_LINE = re.compile(
    rf"(?:(?:published|updated|posted|last (?:updated|modified)|date|issued)(?: on| at)? ?:? ?)?(?:{_DAY},? ?)?"
    rf"(?:\d{{1,2}}(?:st|nd|rd|th)? {_MONTH}[,،]? ?\d{{4}}|{_MONTH} ?\d{{1,2}}(?:st|nd|rd|th)?[,،]? ?\d{{4}}"
    r"|\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4})"
    r"(?:[ ,T|–-]*(?:at )?\d{1,2}[:.]\d{2}(?::\d{2})?(?: ?[ap]\.?m\.?)?"
    r"(?: ?(?:GMT|UTC|[A-Z]{2,4}|[+-]\d{2}:?\d{2}|Z))?)?"
    r"(?: ?[-–|] ?(?:updated|last update|published).{0,40})?",
    re.IGNORECASE,
)
_LONGEST_HEADLINE = 260  # characters
_LONGEST_LINK = 250
_LONGEST_CAPTION = 900
_SHORT = 32
_SMALLEST_MENU = 4  # lines
_PROSE = 40
_ALIKE = 90  # of 100: a headline told twice
_MOST_FRONT_LINES = 2  # lines between headline and text, such as captions; more are links to other articles


@dataclass
class Line:
    """A line (or several that were wrapped) of repaired text, and what became of it."""

    start: int
    end: int
    text: str
    indent: int = 0
    marker: str | None = None
    body: int = 0  # where the text begins after its list marker
    reason: str | None = None  # why it is no article
    kind: Kind = "paragraph"
    level: int = 0

    @property
    def words(self) -> str:
        """The text after its list marker."""
        return self.text[self.body - self.start :]

    @property
    def is_sentence(self) -> bool:
        """Whether it ends as a sentence does (an ellipsis marks a cut link)."""
        return _TERMINAL.search(self.text) is not None and _ELLIPSIS.search(self.text) is None

    @property
    def is_prose(self) -> bool:
        """Whether it is a sentence long enough to be told from a slogan."""
        return len(self.text) >= _PROSE and self.is_sentence

    @property
    def kept(self) -> bool:
        return self.reason is None


def read_lines(text: str, indents: Sequence[int], profile: OutletProfile, title: str | None) -> list[Line]:
    """The lines of ``text`` in order, each with its kind and level, or the reason why it is dropped.

    ``indents`` are the widths of the white space that the source had before each line of ``text``.
    """
    lines = list(_split(text, indents))
    _drop_other_scripts(lines)
    _drop_by_profile(lines, profile)
    _drop_after_end(lines, profile)
    _drop_links(lines, profile)
    _drop_menus(lines)
    _find_headline(lines, profile, title)
    _drop_front(lines, profile, title)
    _drop_repeats(lines)
    _drop_tail(lines, profile)
    _mark_lists(lines)
    _mark_captions(lines, profile)
    return lines


def find_date_line(lines: Sequence[Line]) -> str | None:
    """The text of the date line above the article, if it has one (and there is an article)."""
    if not any(line.kept and line.is_prose for line in lines):
        return None
    for line in lines:
        if line.reason == "date":
            return line.text
        if line.kept and line.is_prose:
            break
    return None


# --- from text to lines ---------------------------------------------------------------------------------------------


def _split(text: str, indents: Sequence[int]) -> Iterator[Line]:
    rows: list[Line] = []
    blank_before: list[bool] = []
    position, blank = 0, True
    for number, row in enumerate(text.split("\n")):
        if row.strip():
            for start, end in _at_bullets(row):
                rows.append(Line(position + start, position + end, row[start:end], indents[number]))
                blank_before.append(blank)
                blank = False
        else:
            blank = True
        position += len(row) + 1
    for line in _unwrapped(text, rows, blank_before):
        line.body = line.start
        match = _MARKER.match(line.text)
        if match and match.end() < len(line.text):
            bullet = match.group("bullet")
            line.marker = bullet[:1] if bullet else ("1" if match.group("number") else "a")
            line.body = line.start + match.end()
        yield line


def _at_bullets(row: str) -> Iterator[tuple[int, int]]:
    """The parts of a row in which several bullet points were joined."""
    breaks = [match.end() for match in _INLINE_BULLET.finditer(row)]
    if len(breaks) + (row.lstrip()[0] in _BULLETS) < 2:
        breaks = []
    for start, end in zip([0, *breaks], [*breaks, len(row)], strict=True):
        part = row[start:end]
        yield start + len(part) - len(part.lstrip()), start + len(part.rstrip())


def _unwrapped(text: str, rows: list[Line], blank_before: list[bool]) -> Iterator[Line]:
    """Rows that were broken in the middle of a sentence, joined."""
    joins = [False] * len(rows)
    for index in range(1, len(rows)):
        before, row = rows[index - 1], rows[index]
        joins[index] = (
            not blank_before[index]
            and len(before.text) >= _PROSE
            and not re.search(r"[.!?:;…][\"'”’)]*$", before.text)
            and row.text[0].islower()
        )
    pairs = sum(not blank for blank in blank_before[1:])
    width = max((len(row.text) for row in rows), default=0)
    if pairs >= 3 and width <= 120 and 2 * sum(joins) >= pairs:  # the whole text is wrapped
        for index in range(1, len(rows)):
            before, row = rows[index - 1], rows[index]
            joins[index] = joins[index] or (
                not blank_before[index]
                and len(before.text) >= 0.6 * width
                and not _MARKER.match(row.text)
                and not re.search(r":$", before.text)
            )
    current: Line | None = None
    for row, join in zip(rows, joins, strict=True):
        if current is not None and join:
            current = Line(current.start, row.end, text[current.start : row.end].replace("\n", " "), current.indent)
        else:
            if current is not None:
                yield current
            current = row
    if current is not None:
        yield current


# --- what is no article ---------------------------------------------------------------------------------------------


def _drop_other_scripts(lines: list[Line]) -> None:
    """Lines in another script than the article's; an article wholly in it is kept."""
    shares = [_latin_share(line.text) for line in lines]
    sizes = [len(line.text) for line in lines]
    latin = sum(size for size, share in zip(sizes, shares, strict=True) if share is not None and share >= 0.5)
    if 2 * latin < sum(sizes):
        return
    for line, share in zip(lines, shares, strict=True):
        if share is not None and share < 0.5:
            line.reason = "other language"


def _latin_share(text: str) -> float | None:
    letters = [character for character in text[:400] if character.isalpha()]
    if not letters:
        return None
    return sum(
        character < "\u0250" or unicodedata.name(character, "").startswith("LATIN") for character in letters
    ) / len(letters)


def _drop_by_profile(lines: list[Line], profile: OutletProfile) -> None:
    for line in lines:
        if not line.kept:
            continue
        text = line.words
        if len(text) > 700:
            continue
        if not re.search(r"\w", text):
            line.reason = "no words"
        elif profile.is_line("name_lines", text):
            line.reason = "name line"
        elif _DATE_LINE.fullmatch(text):
            line.reason = "date"
        elif profile.is_line("bylines", text):
            line.reason = "byline"
        elif (profile.is_line("drop_lines", text) or profile.is_line("drop_lines", line.text)) and not _is_heading(
            text, profile
        ):
            line.reason = "boilerplate"


def _is_heading(text: str, profile: OutletProfile) -> bool:
    return profile.is_line("end_headings", text) or profile.is_line("link_headings", text)


def _drop_after_end(lines: list[Line], profile: OutletProfile) -> None:
    """Everything from the first heading that ends the article, once the article has begun."""
    begun = False
    for index, line in enumerate(lines):
        begun = begun or (line.kept and line.is_prose and not _is_heading(line.text, profile))
        if begun and line.reason in (None, "boilerplate") and profile.is_line("end_headings", line.text):
            if _goes_on(lines, index, profile):
                continue
            for later in lines[index:]:
                later.reason = "after the article"
            return


def _goes_on(lines: Sequence[Line], index: int, profile: OutletProfile) -> bool:
    """Whether most of the article comes after line ``index``: its dateline, or more paragraphs than before."""
    before = sum(line.kept and line.is_prose for line in lines[:index])
    after = [line for line in lines[index + 1 :] if line.kept and line.is_prose]
    return len(after) > max(before, 1) or any(profile.dateline_end(line.text) for line in after)


def _drop_links(lines: list[Line], profile: OutletProfile) -> None:
    """Headings of link lists, and the links under them up to the next paragraph."""
    under = False
    for line in lines:
        if not line.kept and line.reason != "date":
            continue
        if _is_heading(line.text, profile):
            under = True
            line.reason = "links"
        elif under:
            if line.is_prose or profile.dateline_end(line.text) or len(line.text) > _LONGEST_LINK:
                under = False
            else:
                line.reason = "links"


def _drop_menus(lines: list[Line]) -> None:
    """Runs of very short lines that are no sentences, no list and mostly without a number."""
    run: list[Line] = []
    introduced = False
    for line in [*lines, None]:
        if line is not None and not line.kept:
            continue
        if line is not None and len(line.text) <= _SHORT and not line.is_sentence and line.marker in (None, "#"):
            if line.text.endswith(":"):
                run, introduced = [], True
                continue
            run.append(line)
            continue
        quantities = sum(_QUANTITY.search(item.text) is not None for item in run)
        if not introduced and len(run) - quantities >= _SMALLEST_MENU and 4 * quantities <= len(run):
            for item in run:
                item.reason = "menu"
        run = []
        introduced = line is not None and line.text.endswith(":")


# --- headline and repetitions -----------------------------------------------------------------------------------------


def _find_headline(lines: list[Line], profile: OutletProfile, title: str | None) -> None:
    kept = [line for line in lines if line.kept]
    prose = next(
        (
            index
            for index, line in enumerate(kept)
            if _opens_text(line, profile) and not same_headline(line.text, title)
        ),
        len(kept),
    )
    head = next((line for line in kept[: max(prose, 1)] if same_headline(line.text, title)), None)
    if head is None and prose < len(kept) and kept[0] is not kept[prose]:
        front = [line for line in kept[:prose] if _looks_like_headline(line, profile)]
        head = _closest(front, kept[prose].text) if len(front) > _MOST_FRONT_LINES else next(iter(front), None)
    if head is None:
        return
    head.kind = "headline"
    head.marker, head.body = None, head.start
    for line in kept:
        if line is head or line.kind == "headline":
            continue
        if (
            len(line.text) <= _LONGEST_HEADLINE
            and same_headline(line.text, head.text)
            and (not line.is_prose or _folded(line.text) == _folded(head.text))
        ):
            line.reason = "headline again"


def _opens_text(line: Line, profile: OutletProfile) -> bool:
    """Whether the article's text may begin with this line: a sentence, a dateline, or what introduces a list."""
    introduces = line.text.endswith(":") and len(line.text) >= _PROSE
    return line.is_prose or introduces or profile.dateline_end(line.text) > 0


def _drop_front(lines: list[Line], profile: OutletProfile, title: str | None) -> None:
    """Headlines of other articles above this one; all of a page that holds headlines only, and not this article's."""
    kept = [line for line in lines if line.kept]
    prose = next((index for index, line in enumerate(kept) if _opens_text(line, profile)), len(kept))
    front = [
        line
        for line in kept[:prose]
        if line.kind != "headline"
        and line.marker is None
        and not line.is_sentence
        and not line.text.endswith(":")
        and not profile.is_caption(line.text)
        and not profile.dateline_end(line.text)
    ]
    elsewhere = prose == len(kept) and title is not None and not any(line.kind == "headline" for line in kept)
    if len(front) > _MOST_FRONT_LINES and (prose < len(kept) or elsewhere):
        for line in front:
            line.reason = "links"


def _closest(lines: Sequence[Line], lead: str) -> Line | None:
    """The line that shares most of its words with the article's first paragraph, if it shares half of them."""
    words = set(_folded(lead).split())
    shares = [
        (sum(word in words for word in row) / len(row), line) for line in lines if (row := _folded(line.text).split())
    ]
    best = max(shares, key=lambda share: share[0], default=None)
    return best[1] if best is not None and best[0] >= 0.5 else None


def _looks_like_headline(line: Line, profile: OutletProfile) -> bool:
    if line.marker is not None or line.text.endswith(":"):
        return False
    if len(line.text) > _LONGEST_HEADLINE or profile.is_caption(line.text) or profile.dateline_end(line.text):
        return False
    if profile.headline == "guess" and len(line.text.split()) < 3:
        return False
    return not re.search(r"\.[\"'”’)]*$", line.text) or len(line.text.split()) <= 4


def same_headline(one: str, other: str | None) -> bool:
    """Whether two headlines say the same, with the same figures."""
    if not other:
        return False
    left, right = _folded(one), _folded(other)
    if left == right or (len(left.split()) >= 4 and right.startswith(left + " ")):  # a title with the site's name
        return True
    if not left or not right or len(left) > 2 * _LONGEST_HEADLINE:
        return False
    if re.findall(r"\d+", left) != re.findall(r"\d+", right):
        return False
    return fuzz.ratio(left, right) >= _ALIKE


def _folded(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))


def _drop_repeats(lines: list[Line]) -> None:
    """Paragraphs printed twice, as embedded posts and teasers are. Where one opens the other, the longer stays."""
    seen: dict[str, Line] = {}
    for line in lines:
        if not line.kept or line.marker is not None or line.kind == "headline":
            continue
        key = _folded(line.text)
        if len(key) < _PROSE:
            continue
        opening = key[:_PROSE]
        earlier = seen.get(opening)
        if earlier is not None and earlier.kept:
            other = _folded(earlier.text)
            if other.startswith(key):
                line.reason = "repeated"
                continue
            if key.startswith(other) and len(other) >= 0.7 * len(key):
                earlier.reason = "repeated"
        seen[opening] = line


def _drop_tail(lines: list[Line], profile: OutletProfile) -> None:
    """Names under the text, and two or more headlines of other articles after the last sentence."""
    kept = [line for line in lines if line.kept]
    prose = [index for index, line in enumerate(kept) if line.is_prose]
    if not prose:
        return
    for line in reversed(kept[prose[-1] + 1 :]):
        if line.marker is None and len(line.text) <= 80 and profile.is_line("signatures", line.text):
            line.reason = "byline"
        elif len(line.text) > _SHORT:
            break
    last = next(index for index in range(len(kept) - 1, -1, -1) if kept[index].is_sentence)
    tail = [line for line in kept[last + 1 :] if line.kept]
    introduced = any(line.text.endswith(":") or _FIGURE.match(line.text) for line in kept[last:])
    links = all(line.marker is None and len(line.text) <= _LONGEST_LINK and line.kind != "headline" for line in tail)
    if len(tail) >= 2 and links and not introduced:
        for line in tail:
            line.reason = "links"


# --- lists and captions -----------------------------------------------------------------------------------------------


def _mark_lists(lines: list[Line]) -> None:
    """Kinds and levels of list lines. A marker new to the list opens a level below, a known one returns to its own."""
    stack: list[tuple[str, int]] = []  # marker and indent of each open level
    intro: Line | None = None  # the line ending in a colon that the next line may belong to
    kept = [line for line in lines if line.kept]
    for index, line in enumerate(kept):
        opens = line.words.rstrip().endswith(":")
        if line.kind == "headline":
            continue
        if line.marker is not None and not _is_lone_marker(kept, index):
            _enter(stack, line.marker, line.indent)
            line.level = len(stack)
            line.kind = "list_intro" if opens else "list_item"
            intro = line if opens else (intro if intro is not None and intro.level < line.level else None)
            continue
        line.marker, line.body = None, line.start
        if intro is not None and not opens and _continues_list(line, intro):
            line.kind = "list_item"
            line.level = intro.level + 1
            continue
        stack.clear()
        intro = line if opens else None
        if opens and index + 1 < len(kept) and (kept[index + 1].marker or _continues_list(kept[index + 1], line)):
            line.kind = "list_intro"


def _is_lone_marker(kept: Sequence[Line], index: int) -> bool:
    """A dash or figure that opens one line only, with no list around it and no colon before it, is no list."""
    line = kept[index]
    if line.marker in _BULLETS:  # type: ignore[operator]
        return False
    if index and (kept[index - 1].words.rstrip().endswith(":") or kept[index - 1].level):
        return False
    return not any(other.marker == line.marker for other in kept[max(0, index - 4) : index + 5] if other is not line)


def _enter(stack: list[tuple[str, int]], marker: str, indent: int) -> None:
    for depth in range(len(stack) - 1, -1, -1):
        known, at = stack[depth]
        if known == marker and at <= indent + 1:
            if indent > at + 1:
                break  # the same marker, set in deeper
            del stack[depth + 1 :]
            return
        if known == marker and at > indent + 1:
            del stack[depth:]
    stack.append((marker, indent))


def _continues_list(line: Line, intro: Line) -> bool:
    """Whether a line is an item under ``intro``: marked, opening with a number or a label, or a fragment."""
    opening = line.text[:24]
    quantity = _QUANTITY.match(opening.lstrip("“\"'(")) is not None
    if line.marker is not None:
        return True
    if quantity and len(line.text) <= 400:
        return True
    if _LABELLED.match(line.text) and len(line.text) <= 500:
        return True
    return not line.is_sentence and len(line.text) <= 150 and intro.marker is None


def _mark_captions(lines: list[Line], profile: OutletProfile) -> None:
    """Pictures' captions, by their credit or by their place between headline and dateline; other unfinished lines."""
    kept = [line for line in lines if line.kept]
    sentences = sum(line.is_prose for line in kept)
    headline = next((index for index, line in enumerate(kept) if line.kind == "headline"), None)
    dateline = next((index for index, line in enumerate(kept) if profile.dateline_end(line.text)), None)
    for index, line in enumerate(kept):
        if line.kind != "paragraph" or len(line.text) > _LONGEST_CAPTION:
            continue
        if profile.dateline_end(line.text) == len(line.text):
            line.kind = "dateline"
            continue
        between = headline is not None and dateline is not None and headline < index < dateline
        if profile.is_caption(line.text) or (between and not line.is_sentence):
            line.kind = "caption"
        elif not line.is_sentence and len(line.text) <= 120 and sentences >= 2 and not line.text.endswith(":"):
            line.kind = "other"

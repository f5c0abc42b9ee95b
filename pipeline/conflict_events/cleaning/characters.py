"""Characters as they should have been saved: mojibake, entities and tags, invisible characters, ligatures, spaces."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator

from ftfy import fix_encoding
from ftfy.badness import is_bad
from ftfy.chardata import UTF8_DETECTOR_RE

from conflict_events.cleaning.alignment import AlignedText, Edit

# Zero-width characters, soft hyphen, marks of writing direction, byte order mark, interlinear and control characters.
_INVISIBLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\ufe00-\ufe0f\ufeff\ufff9-\ufffb"
)
_CONTROL = "\x00-\x08\x0e-\x1f\x7f"
_NEWLINES = "\r\x0b\x0c\x85\u2028\u2029"
_SPACES = "\t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
_C1 = "\x80-\x84\x86-\x9f"  # what cp1252 puts there was meant
_COMPATIBILITY = "\ufb00-\ufb06\uff01-\uff5e"  # ligatures, full-width ASCII

_ENTITY = r"&(?:amp;)?(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});"
_ODD = re.compile(
    rf"(?P<entity>{_ENTITY})"
    r"|(?P<block></?(?:p|br|div|li|ul|ol|tr|h[1-6])\b[^<>]{0,300}>)"
    r"|(?P<tag></?(?:a|b|i|u|em|strong|span|font|small|sup|sub|mark)\b[^<>]{0,300}>)"
    rf"|(?P<newline>\r\n|[{_NEWLINES}])"
    rf"|(?P<invisible>[{_INVISIBLE}{_CONTROL}]+)"
    rf"|(?P<space>[{_SPACES}])"
    rf"|(?P<c1>[{_C1}])"
    rf"|(?P<compatibility>[{_COMPATIBILITY}])"
    r"|(?P<composed>[A-Za-z][\u0300-\u036f]{1,4})"
)
_SPACE_RUNS = re.compile(r" {2,}| +(?=\n)|(?<=\n) +")


def repair(text: AlignedText) -> AlignedText:
    """``text`` with its characters repaired; lines keep their breaks, runs of spaces become one."""
    text = text.apply(_mojibake(text.text))
    text = text.apply(_odd(text.text))
    if "\u00a0" in text.text or _ODD.search(text.text):  # an entity may stand for an odd character
        text = text.apply(_odd(text.text))
    return text.apply(
        Edit(match.start(), match.end(), "" if _at_line_edge(match) else " ")
        for match in _SPACE_RUNS.finditer(text.text)
    )


def _at_line_edge(match: re.Match[str]) -> bool:
    text = match.string
    return (
        match.start() == 0 or text[match.start() - 1] == "\n" or match.end() == len(text) or text[match.end()] == "\n"
    )


def _mojibake(text: str) -> Iterator[Edit]:
    """UTF-8 that was read as a single-byte encoding, by ftfy's detector, sequence by sequence."""
    for match in UTF8_DETECTOR_RE.finditer(text):
        if is_bad(match.group()):
            fixed = fix_encoding(match.group())
            if fixed != match.group():
                yield Edit(match.start(), match.end(), fixed)


def _odd(text: str) -> Iterator[Edit]:
    for match in _ODD.finditer(text):
        old = match.group()
        match match.lastgroup:
            case "entity":
                new = html.unescape(html.unescape(old))
            case "newline" | "block":
                new = "\n"
            case "invisible" | "tag":
                new = ""
            case "space":
                new = " "
            case "c1":
                new = old.encode("latin-1").decode("cp1252", errors="ignore")
            case "compatibility":
                new = unicodedata.normalize("NFKC", old)
            case _:
                new = unicodedata.normalize("NFC", old)
        if new != old:
            yield Edit(match.start(), match.end(), new)

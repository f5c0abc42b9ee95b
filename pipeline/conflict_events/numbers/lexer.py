"""Text to lexemes, the small units that numbers are read from.

The normaliser has its own lexer so that it reads the same numbers whatever tokenizer made a Doc: "10-15" and
"24-year-old" are one token to some tokenizers and three or five to others.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

#: digits with separators between them | digits and letters mixed | a word | a line break | anything else
_LEXEME = re.compile(
    r"(?P<digits>\d+(?:[.,٬٫]\d+|['’]\d{3}(?!\d))*(?:[kK](?![^\W_]))?(?![.,٬٫]?\d|[^\W\d_]))"
    r"|(?P<mixed>\d+(?:[.,٬٫]\d+)*[^\W_]*|[^\W\d_]+\d[^\W_]*)"
    r"|(?P<word>[^\W\d_]+(?:['’][^\W\d_]+)*)"
    r"|(?P<line>\n)"
    r"|(?P<sign>\S)"
)
#: signs that join the two ends of a range; dashes among them; of these, those that also join the parts of a word
RANGE_SIGNS = frozenset("-‐‑‒–—−~～∼〜")
DASHES = frozenset("-‐‑‒–—−")
HYPHENS = frozenset("-‐‑")


@dataclass(frozen=True, slots=True)
class Lexeme:
    """``glued`` is true where nothing, not even a space, stands between this lexeme and the one before."""

    start: int
    end: int
    text: str
    lower: str
    kind: str
    glued: bool


def lexemes(text: str) -> list[Lexeme]:
    """Split ``text``; white space is dropped, except that each line break is a lexeme."""
    found: list[Lexeme] = []
    last = -1
    for match in _LEXEME.finditer(text):
        start, end = match.span()
        piece = match.group()
        found.append(Lexeme(start, end, piece, piece.lower(), match.lastgroup or "sign", start == last))
        last = end
    return found

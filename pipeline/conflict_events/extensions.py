"""The attributes that the pipeline's components leave on ``Doc`` and ``Span``.

Values are plain data (dict, list, str, number, ``None``), because spaCy sends a Doc between processes as bytes.
Registering twice is harmless, so that every component can call :func:`register` in its factory.
"""

from __future__ import annotations

from spacy.tokens import Doc, Span

DOC_ATTRIBUTES = (
    "article",
    "source_map",
    "blocks",
    "quantities",
    "scenes",
    "casualties",
    "counts_score",
    "events",
    "tallies",
    "findings",
)
SPAN_ATTRIBUTES = ("actor", "place")


def register() -> None:
    """Register the extension attributes with spaCy; each is ``None`` until a component sets it."""
    for name in DOC_ATTRIBUTES:
        if not Doc.has_extension(name):
            Doc.set_extension(name, default=None)
    for name in SPAN_ATTRIBUTES:
        if not Span.has_extension(name):
            Span.set_extension(name, default=None)

"""The one place that sets the entities of a Doc, so that no two of them overlap, whoever proposes them."""

from __future__ import annotations

from collections.abc import Iterable

from spacy.tokens import Doc, Span


def set_entities(doc: Doc, spans: Iterable[Span]) -> None:
    """Make ``spans`` the entities of ``doc``, those given first before those that overlap them.

    A span that was an entity before keeps what was linked to it. spaCy refuses overlapping spans (E1010); a component
    that proposes one would else lose the whole article.
    """
    free = [True] * len(doc)
    kept: list[Span] = []
    for span in spans:
        if span.end > span.start and all(free[span.start : span.end]):
            free[span.start : span.end] = [False] * (span.end - span.start)
            kept.append(span)
    doc.set_ents(sorted(kept, key=lambda span: span.start), default="outside")

"""The one place that sets the entities of a Doc, so that no two of them overlap, whoever proposes them, and a quick way
to those of a sentence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from spacy.tokens import Doc, Span

#: spaCy's marks of a token that begins an entity, and of one that goes on with it.
_BEGINS, _GOES_ON = 3, 1


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


def entities_in(span: Doc | Span) -> Iterator[Span]:
    """The entities that lie in ``span``, as its ``ents`` would give them.

    spaCy makes the entities of the whole Doc anew for those of each of its sentences; this looks at their tokens only.
    """
    doc, start, end = (span, 0, len(span)) if isinstance(span, Doc) else (span.doc, span.start, span.end)
    i = start
    while i < end:
        first = doc[i]
        i += 1
        if first.ent_iob != _BEGINS:
            continue
        while i < len(doc) and doc[i].ent_iob == _GOES_ON:
            i += 1
        if i <= end:
            yield Span(doc, first.i, i, label=first.ent_type, kb_id=first.ent_kb_id, span_id=first.ent_id)

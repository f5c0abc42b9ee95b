"""From labels (characters of the article's own text) to tokens of the project's tokenizer, which reads cleaned text."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from spacy.tokens import Doc, Span

from conflict_events.corpus.records import Label

MakeDoc = Callable[[str], Doc]


@dataclass
class Aligned:
    """Labels that fall on token borders, with their spans, and those that do not.

    ``misaligned`` begin or end inside a token; ``dropped`` lie in text that cleaning leaves out.
    """

    spans: list[tuple[Label, Span]] = field(default_factory=list)
    misaligned: list[Label] = field(default_factory=list)
    dropped: list[Label] = field(default_factory=list)


def source_offsets(doc: Doc) -> list[tuple[int, int]]:
    """Where each token stands in the text that was given to the tokenizer: start and end, end exclusive."""
    source_map = doc._.source_map if Doc.has_extension("source_map") else None
    if source_map is None:
        return [(token.idx, token.idx + len(token)) for token in doc]
    from conflict_events.tokenizer import source_span

    return [source_span(doc, token.idx, token.idx + len(token)) for token in doc]


def align(doc: Doc, labels: Iterable[Label]) -> Aligned:
    """The token span of each label."""
    offsets = source_offsets(doc)
    # White space tokens may share a border with a word; words win, so that a label finds its first word.
    starts = {offset[0]: token.i for token, offset in zip(doc, offsets, strict=True) if not token.is_space}
    ends = {offset[1]: token.i + 1 for token, offset in zip(doc, offsets, strict=True) if not token.is_space}
    result = Aligned()
    for label in labels:
        start, end = starts.get(label.start), ends.get(label.end)
        if start is not None and end is not None and start < end:
            result.spans.append((label, Span(doc, start, end, label=label.label)))
        elif any(left < label.end and label.start < right for left, right in offsets):
            result.misaligned.append(label)
        else:
            result.dropped.append(label)
    return result

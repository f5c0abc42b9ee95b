"""From labels (characters of the article's own text) to tokens of the project's tokenizer, which reads cleaned text."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import spacy
from spacy.language import Language
from spacy.tokens import Doc, Span

import conflict_events.tokenizer  # noqa: F401  registers the tokenizer
from conflict_events.cleaning import Alignment
from conflict_events.corpus.records import OTHER, Label, LabelledArticle
from conflict_events.reading import InputArticle

MakeDoc = Callable[[LabelledArticle], Doc]


def doc_maker(nlp: Language) -> MakeDoc:
    """How ``nlp`` tokenizes an article; the project's own tokenizer is also told its outlet, title and date."""
    article_doc = getattr(nlp.tokenizer, "article_doc", None)
    if article_doc is None:
        return lambda article: nlp.make_doc(article.text)

    def make(article: LabelledArticle) -> Doc:
        known = InputArticle(
            id=article.id,
            text=article.text,
            title=article.title,
            outlet=article.outlet if article.outlet != OTHER else article.outlet_name,
            published=article.date,
            url=article.url,
        )
        doc: Doc = article_doc(known)
        return doc

    return make


def default_doc_maker() -> MakeDoc:
    """The project's tokenizer on its own, without a trained pipeline."""
    config = {"nlp": {"tokenizer": {"@tokenizers": "conflict_events.Tokenizer.v1"}}}
    return doc_maker(spacy.blank("en", config=config))


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
    alignment = Alignment(source_map["runs"])
    return [alignment.to_source(token.idx, token.idx + len(token)) for token in doc]


def align(doc: Doc, labels: Iterable[Label]) -> Aligned:
    """The token span of each label."""
    offsets = source_offsets(doc)
    # White space between blocks may stand for a whole dropped paragraph: only words say where labels are.
    words = [(token.i, *offset) for token, offset in zip(doc, offsets, strict=True) if not token.is_space]
    starts = {start: number for number, start, _ in words}
    ends = {end: number + 1 for number, _, end in words}
    result = Aligned()
    for label in labels:
        start, end = starts.get(label.start), ends.get(label.end)
        if start is not None and end is not None and start < end:
            result.spans.append((label, Span(doc, start, end, label=label.label)))
        elif any(left < label.end and label.start < right for _, left, right in words):
            result.misaligned.append(label)
        else:
            result.dropped.append(label)
    return result

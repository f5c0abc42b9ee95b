"""Labelled articles as spaCy Docs and DocBins."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from spacy.tokens import Doc, DocBin, Span
from spacy.util import filter_spans

from conflict_events.corpus.align import MakeDoc, align
from conflict_events.corpus.parts import part_of
from conflict_events.corpus.records import Label, LabelledArticle, Part

OUTCOMES = "casualty_outcomes"
ROLES = "casualty_roles"
COUNTS = "counts"  # the role of a CASUALTY that the form gives none


@dataclass
class Skipped:
    """Labels that could not be put on a Doc: ``(article id, label)``. Gathered over a corpus."""

    misaligned: list[tuple[str, Label]] = field(default_factory=list)
    dropped: list[tuple[str, Label]] = field(default_factory=list)


def labelled_doc(article: LabelledArticle, make_doc: MakeDoc, skipped: Skipped | None = None) -> Doc:
    """The article as a Doc with its labels.

    ``doc.ents`` holds the labels; ``doc.spans["casualty_outcomes"]`` and ``doc.spans["casualty_roles"]`` hold the same
    CASUALTY spans labelled with their outcome and with each of their roles (``counts`` where the form gives none).
    Labels inside a token or in dropped boilerplate are left out and noted in ``skipped``.
    """
    doc = make_doc(article)
    aligned = align(doc, article.labels)
    if skipped is not None:
        skipped.misaligned += [(article.id, label) for label in aligned.misaligned]
        skipped.dropped += [(article.id, label) for label in aligned.dropped]
    doc.set_ents(filter_spans([span for _, span in aligned.spans]), default="outside")
    outcomes: list[Span] = []
    roles: list[Span] = []
    for label, span in aligned.spans:
        if label.outcome is not None:
            outcomes.append(Span(doc, span.start, span.end, label=label.outcome))
            roles += [Span(doc, span.start, span.end, label=role) for role in label.roles or (COUNTS,)]
    doc.spans[OUTCOMES] = outcomes
    doc.spans[ROLES] = roles
    doc.user_data["article_id"] = article.id
    return doc


def labelled_docs(
    articles: Iterable[LabelledArticle], make_doc: MakeDoc, part: Part | None = None, skipped: Skipped | None = None
) -> Iterator[Doc]:
    """Docs of the articles of one part, or of all."""
    for article in articles:
        if part is None or part_of(article) == part:
            yield labelled_doc(article, make_doc, skipped)


def to_docbin(
    articles: Iterable[LabelledArticle], make_doc: MakeDoc, part: Part | None = None, skipped: Skipped | None = None
) -> DocBin:
    """The articles of one part (or of all) as a DocBin, for ``spacy debug data`` and other tools."""
    return DocBin(docs=labelled_docs(articles, make_doc, part, skipped), store_user_data=False)

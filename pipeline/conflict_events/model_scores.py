"""How well a pipeline finds the labelled entities: precision, recall and F1 by label, for the parts of a corpus.

Spans count where both ends and the label agree (exact match). The full evaluation is ``conflict-events evaluate``; this
is what training needs to choose, compare and write down.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from spacy.language import Language

from conflict_events.corpus import LabelledArticle, is_unseen, part_of
from conflict_events.corpus.align import doc_maker
from conflict_events.corpus.docs import labelled_doc

ALL = "ALL"

# The parts that scores are given for. What no model is trained on (one outlet, two countries) is told apart.
PARTS: dict[str, Callable[[LabelledArticle], bool]] = {
    "dev": lambda article: part_of(article) == "dev",
    "test": lambda article: part_of(article) == "test" and not is_unseen(article),
    "unseen": is_unseen,
}


class Score(NamedTuple):
    """Counts of spans: right, read by the model, labelled by hand."""

    right: int
    read: int
    labelled: int

    @property
    def precision(self) -> float:
        """Share of the read spans that are right; 0 where none was read."""
        return self.right / self.read if self.read else 0.0

    @property
    def recall(self) -> float:
        """Share of the labelled spans that were read; 0 where there are none."""
        return self.right / self.labelled if self.labelled else 0.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall; 0 where there is neither."""
        total = self.read + self.labelled
        return 2 * self.right / total if total else 0.0


Scores = dict[str, Score]


def entity_scores(nlp: Language, articles: Iterable[LabelledArticle]) -> Scores:
    """Scores by label, and under ``ALL`` over all labels; a label that neither side has is left out.

    Labels in text that cleaning leaves out (a headline printed twice, a menu) are not counted on either side.
    """
    make_doc = doc_maker(nlp)
    golds = [labelled_doc(article, make_doc) for article in articles]
    unlabelled = []
    for gold in golds:
        doc = gold.copy()
        doc.ents = ()
        doc.spans.clear()
        unlabelled.append(doc)
    counts: dict[str, list[int]] = {}
    for gold, doc in zip(golds, nlp.pipe(unlabelled), strict=True):
        labelled = {(ent.start, ent.end, ent.label_) for ent in gold.ents}
        read = {(ent.start, ent.end, ent.label_) for ent in doc.ents}
        for label in {span[2] for span in labelled | read}:
            ours = {span for span in read if span[2] == label}
            theirs = {span for span in labelled if span[2] == label}
            for name in (label, ALL):
                count = counts.setdefault(name, [0, 0, 0])
                count[0] += len(ours & theirs)
                count[1] += len(ours)
                count[2] += len(theirs)
    return {name: Score(*count) for name, count in sorted(counts.items())}


def part_scores(nlp: Language, articles: Iterable[LabelledArticle]) -> dict[str, Scores]:
    """Scores for each of ``PARTS`` that has articles."""
    articles = list(articles)
    chosen = {name: [article for article in articles if belongs(article)] for name, belongs in PARTS.items()}
    return {name: entity_scores(nlp, some) for name, some in chosen.items() if some}

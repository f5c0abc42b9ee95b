"""Which articles of a corpus are most worth labelling next: those the model is unsure of, and that are new to it.

Uncertainty: the recogniser's beam search gives several readings of a text with their probabilities; a span that some
of them hold and others do not is uncertain. An article's uncertainty is the expected number of wrongly read spans per
hundred tokens (each span counts with the smaller of its probability and one minus it).

Novelty: the share of an article's words (types, weighted by their rarity in the corpus) that occur neither in what is
labelled already nor in the articles suggested before it. So the articles suggested also differ from one another.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from spacy.language import Language
from spacy.tokens import Doc

from conflict_events.corpus.align import doc_maker, source_offsets
from conflict_events.corpus.records import Label, LabelledArticle

BEAM_WIDTH = 8
BEAM_DENSITY = 0.001
SHORTEST = 20  # tokens; a caption or a heading is not worth a task


@dataclass(frozen=True)
class Suggestion:
    """An article to label, with what the model reads in it, and why: both reasons are ranks from 0 to 1."""

    article: LabelledArticle
    score: float
    uncertainty: float
    novelty: float


def suggest(
    nlp: Language,
    articles: Iterable[LabelledArticle],
    budget: int,
    *,
    labelled: Iterable[str] = (),
    novelty_weight: float = 0.5,
    batch_size: int = 32,
) -> list[Suggestion]:
    """At most ``budget`` articles, the most worthwhile first.

    articles: their labels are ignored. labelled: texts that are labelled already. novelty_weight: 0 for uncertainty
    alone, 1 for novelty alone. Runs through the corpus once and keeps the word types of each article in memory.
    """
    if not 0 <= novelty_weight <= 1:
        raise ValueError(f"novelty_weight is between 0 and 1, not {novelty_weight}")
    make_doc = doc_maker(nlp)
    known = {word for text in labelled for word in _types(nlp.make_doc(text))}
    candidates: list[tuple[LabelledArticle, float, frozenset[str]]] = []
    batch: list[tuple[LabelledArticle, Doc]] = []

    def read_batch() -> None:
        docs = [doc for _, doc in batch]
        for (article, doc), uncertainty in zip(batch, uncertainties(nlp, docs), strict=True):
            candidates.append((_read(article, doc, nlp), uncertainty, frozenset(_types(doc))))
        batch.clear()

    for article in articles:
        doc = make_doc(article)
        if len(doc) >= SHORTEST:
            batch.append((article, doc))
        if len(batch) >= batch_size:
            read_batch()
    if batch:
        read_batch()
    return _choose(candidates, budget, known, novelty_weight)


def uncertainties(nlp: Language, docs: Sequence[Doc]) -> list[float]:
    """For each Doc the expected number of wrongly read spans per hundred tokens."""
    ner = nlp.get_pipe("ner")
    filled = [doc for doc in docs if len(doc)]
    beams = ner.beam_parse(filled, beam_width=BEAM_WIDTH, beam_density=BEAM_DENSITY)  # type: ignore[attr-defined]
    found: list[float] = []
    for doc, beam in zip(filled, beams, strict=True):
        shares: dict[tuple[int, int, str], float] = defaultdict(float)
        for probability, ents in ner.moves.get_beam_parses(beam):  # type: ignore[attr-defined]
            for start, end, label in ents:
                shares[start, end, label] += probability
        wrong = sum(min(share, max(0.0, 1 - share)) for share in shares.values())
        found.append(100 * wrong / len(doc))
    rest = iter(found)
    return [next(rest) if len(doc) else 0.0 for doc in docs]


def _types(doc: Doc) -> set[str]:
    return {token.lower_ for token in doc if token.is_alpha and len(token) > 2 and not token.is_stop}


def _read(article: LabelledArticle, doc: Doc, nlp: Language) -> LabelledArticle:
    """The article with the model's labels, for pre-labelling; outcomes are left to the annotator."""
    ner: Callable[[Doc], Doc] = nlp.get_pipe("ner")
    doc = ner(doc)
    offsets = source_offsets(doc)
    labels = []
    for ent in doc.ents:
        start, end = offsets[ent.start][0], offsets[ent.end - 1][1]
        # Cleaning may have joined words over a line break; such a label could not be written down.
        if "\n" not in article.text[start:end]:
            labels.append(Label.model_validate(_values(article, start, end, ent.label_)))
    return article.model_copy(update={"labels": labels, "events": [], "tallies": []})


def _values(article: LabelledArticle, start: int, end: int, label: str) -> dict[str, object]:
    return {"start": start, "end": end, "text": article.text[start:end], "label": label}


def _choose(
    candidates: list[tuple[LabelledArticle, float, frozenset[str]]],
    budget: int,
    known: set[str],
    novelty_weight: float,
) -> list[Suggestion]:
    """Greedy choice: each article is judged by what it adds to those chosen before it."""
    frequency = Counter(word for _, _, types in candidates for word in types)
    rarity = {word: math.log(1 + len(candidates) / count) for word, count in frequency.items()}
    order = sorted(range(len(candidates)), key=lambda number: candidates[number][1])
    # Ranks, so that the two reasons weigh alike whatever their scales.
    rank = {number: place / max(1, len(order) - 1) for place, number in enumerate(order)}
    seen = set(known)
    left = set(range(len(candidates)))
    chosen: list[Suggestion] = []

    def novelty(number: int) -> float:
        types = candidates[number][2]
        total = sum(rarity[word] for word in types)
        return sum(rarity[word] for word in types if word not in seen) / total if total else 0.0

    while left and len(chosen) < budget:
        best, fresh, score = -1, 0.0, -1.0
        for number in sorted(left):
            new = novelty(number)
            worth = (1 - novelty_weight) * rank[number] + novelty_weight * new
            if worth > score:
                best, fresh, score = number, new, worth
        article, _, types = candidates[best]
        chosen.append(Suggestion(article, round(score, 4), round(rank[best], 4), round(fresh, 4)))
        seen |= types
        left.discard(best)
    return chosen

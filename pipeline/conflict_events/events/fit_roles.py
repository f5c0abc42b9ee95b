"""Fits the weights of the roles of actors: ``python -m conflict_events.events.fit_roles --output FILE``.

A pipeline reads the training part of the corpus; the events that it finds are held against those of the labels, and
each actor named in them is a case: its signals, and the role that its label gives it in that event, if any. Needs
scikit-learn (extra ``train``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import log
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from numpy.typing import NDArray
from spacy.language import Language
from spacy.tokens import Doc

from conflict_events.corpus import LabelledArticle, part_of, read_corpus
from conflict_events.corpus.align import doc_maker
from conflict_events.evaluation.cases import EventCase, from_annotation, from_labels
from conflict_events.evaluation.matching import EVENT_THRESHOLD, assign, bare, event_agreement, word_set
from conflict_events.models import project_folder, resolve
from conflict_events.records import annotation

from .role_choice import ALWAYS, NONE, ROLES, RoleWeights
from .role_signals import Candidate, EventView, RoleSignals
from .rules import EventRules
from .telling import told_in

#: Signals of fewer cases are left out.
LEAST_CASES = 15
#: Inverse of the ridge (scikit-learn's ``C``), chosen on the development part.
INVERSE_RIDGE = 0.05
#: How much a case counts whose actor has a role in another event of the article: which of them a sentence tells is
#: often a matter of where events are cut.
ELSEWHERE_WEIGHT = 0.5
#: What the odds of taking no part are multiplied by, chosen on the development part: a missing party is worse than one
#: too many, since it leaves an attack without its attacker.
ODDS_OF_NONE = 0.7
#: Weights smaller than this change no role.
_NOTHING = 0.005


@dataclass(frozen=True)
class Case:
    """What was seen of an actor in an event, the role that the labels give it, and how much the case counts."""

    signals: frozenset[str]
    role: str
    weight: float = 1.0


def article_cases(doc: Doc, article: LabelledArticle, signals: RoleSignals) -> Iterator[Case]:
    """The cases of one article that a pipeline has read."""
    gold: Sequence[EventCase] = from_labels(article, "corpus", None, with_events=True).gold.events or ()
    read = from_annotation(annotation(doc)).events or ()
    pairs = assign(gold, read, event_agreement, EVENT_THRESHOLD)
    unread = [event for i, event in enumerate(gold) if i not in {pair[0] for pair in pairs}]
    for i, j in pairs:
        sentences, harmed = told_in(doc, doc._.events[j]["scenes"])
        view = EventView.of(doc, sentences, harmed, signals.reader.table.tells_attack)
        for candidate in signals.candidates(view):
            role = role_in(gold[i], candidate)
            if role != NONE:
                yield Case(candidate.signals, role)
            elif all(role_in(event, candidate) == NONE for event in unread):
                other = any(role_in(event, candidate) != NONE for event in gold)
                yield Case(candidate.signals, NONE, ELSEWHERE_WEIGHT if other else 1.0)


def role_in(event: EventCase, candidate: Candidate) -> str:
    """The role that an event's labels give an actor: by the words of one of its mentions, else by the most of them."""
    mentions = [one.ent.text for one in candidate.mentions]
    for role in ROLES[1:]:
        if {bare(words) for words in event.roles.get(role, ())} & {bare(text) for text in mentions}:
            return role
    found = [word_set(text) for text in mentions]
    for role in ROLES[1:]:
        for words in map(word_set, event.roles.get(role, ())):
            if words and any(own and (words <= own or own <= words) for own in found):
                return role
    return NONE


def corpus_cases(nlp: Language, articles: Iterable[LabelledArticle]) -> list[Case]:
    """The cases of labelled articles, read by ``nlp``."""
    rules = EventRules.load().with_role_weights("")  # events are cut as they are without what is fitted here
    nlp.get_pipe("events").rules = rules  # type: ignore[attr-defined]
    known, make_doc = list(articles), doc_maker(nlp)
    docs = nlp.pipe(map(make_doc, known))
    return [
        case
        for article, doc in zip(known, docs, strict=True)
        for case in article_cases(doc, article, rules.role_signals)
    ]


def fit(cases: Sequence[Case]) -> RoleWeights:
    """The weights that make the labelled roles likely, near zero where little speaks for more."""
    from scipy.sparse import csr_matrix
    from sklearn.linear_model import LogisticRegression

    counts = Counter(signal for case in cases for signal in case.signals)
    names = sorted(signal for signal, count in counts.items() if count >= LEAST_CASES)
    column = {signal: index for index, signal in enumerate(names)}
    places = [(row, column[s]) for row, case in enumerate(cases) for s in sorted(case.signals) if s in column]
    rows, columns = np.array(places).T
    matrix = csr_matrix((np.ones(len(rows)), (rows, columns)), shape=(len(cases), len(names)))
    model = LogisticRegression(C=INVERSE_RIDGE, max_iter=1000)
    model.fit(matrix, [case.role for case in cases], sample_weight=[case.weight for case in cases])
    found = {role: index for index, role in enumerate(model.classes_)}

    def by_role(values: NDArray[np.float64], absent: float) -> NDArray[np.float64]:
        return np.array([values[found[role]] if role in found else absent for role in ROLES])

    # A role that no label has is never chosen.
    table = {ALWAYS: by_role(model.intercept_, -np.inf) + np.array([log(ODDS_OF_NONE), 0, 0, 0, 0])}
    table |= {name: by_role(model.coef_[:, index], 0.0) for name, index in column.items()}
    return RoleWeights({s: v for s, v in table.items() if s == ALWAYS or np.abs(v).max() > _NOTHING})


def main(
    output: Annotated[Path, typer.Option(help="The table of weights to write.")],
    corpus: Annotated[Path | None, typer.Option(help="Folder of articles in the source form.")] = None,
    model: Annotated[str | None, typer.Option(help="Model that reads the articles.")] = None,
) -> None:
    """Fit the weights of the roles and write them as a table."""
    import spacy

    data = corpus or project_folder("training_data")
    if data is None:
        raise typer.BadParameter("no training data here; give --corpus")
    articles = (article for article in read_corpus([data / "articles"]) if part_of(article) == "train")
    cases = corpus_cases(spacy.load(resolve(model)), articles)
    weights = fit(cases)
    output.write_text(weights.to_text(), encoding="utf8")
    typer.echo(f"{len(cases)} cases, {len(weights.table)} weights → {output}", err=True)


if __name__ == "__main__":
    typer.run(main)

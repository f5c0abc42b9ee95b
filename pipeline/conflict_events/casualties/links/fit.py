"""Fits the weights of the links: ``python -m conflict_events.casualties.links.fit``.

Learned from the training part of the corpus, whose figures carry their roles and events, and from the decisions kept in
``training_data/links/*.parquet``: signals of real articles (see NOTICE for their sources), without a word of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import Annotated

import typer
from spacy.language import Language

from conflict_events.casualties.lexicon import Lexicon, package_tables
from conflict_events.casualties.links.article import read_article
from conflict_events.casualties.links.labels import gold_of
from conflict_events.casualties.links.learning import Choice, choices, fit
from conflict_events.casualties.links.signal_table import read_table
from conflict_events.casualties.links.weights import read_weights, write_weights
from conflict_events.casualties.scenes import Cues
from conflict_events.corpus import LabelledArticle, part_of, read_corpus
from conflict_events.corpus.align import doc_maker
from conflict_events.models import project_folder, resolve

#: How much an article of fewer words counts: the shorter ones tell no toll twice (docs/counts.md).
LONG_ARTICLE = 350
SHORT_WEIGHT = 0.1
SOURCE_WEIGHTS = {"news": 2.0, "gva": 1.0}
RIDGE = 3.0
#: How much less a report's figure is taken for new people than fitted, once others count. The choice is fitted behind
#: right ones, where what is told again is easy to know; behind a slip it is not, and too much is counted.
CAUTION = MappingProxyType({f"new:open={count}": 0.8 for count in (1, 2, 3)})
_READ_LATER = ("casualties", "events", "tallies", "findings")


def prior_weights() -> dict[str, float]:
    """The weights to begin from: those that follow the reading by rules."""
    return dict(read_weights((files("conflict_events") / "data" / "link_prior.csv").read_text(encoding="utf8")))


def corpus_choices(nlp: Language, articles: Iterable[LabelledArticle]) -> list[Choice]:
    """The decisions of labelled articles."""
    lexicon, cues, prior = Lexicon.from_tables(package_tables()), Cues.load(), prior_weights()
    make_doc = doc_maker(nlp)
    known = list(articles)
    made: list[Choice] = []
    with nlp.select_pipes(disable=[name for name in _READ_LATER if name in nlp.pipe_names]):
        for article, doc in zip(known, nlp.pipe(map(make_doc, known)), strict=True):
            read = read_article(doc, lexicon, cues)
            weight = 1.0 if len(article.text.split()) >= LONG_ARTICLE else SHORT_WEIGHT
            gold = gold_of(doc, read.figures, article)
            found = choices(read.figures, read.features, gold, guide=prior)
            made += [replace(choice, weight=weight) for choice in found]
    return made


def fit_weights(nlp: Language, corpus: Iterable[LabelledArticle], tables: Iterable[Path]) -> dict[str, float]:
    """Weights fitted to the training part of ``corpus`` and to tables of signals."""
    made = corpus_choices(nlp, (article for article in corpus if part_of(article) == "train"))
    for table in tables:
        made += read_table(table, SOURCE_WEIGHTS)
    fitted = fit([choice for choice in made if not _is_brief(choice)], RIDGE, prior=prior_weights())
    return fitted | {name: fitted.get(name, 0.0) - less for name, less in CAUTION.items()}


def _is_brief(choice: Choice) -> bool:
    """Whether a decision is of a brief note: these follow the rules, which fitted weights only made worse."""
    return any(":brief " in name for name in choice.options[0])


def main(
    output: Annotated[Path, typer.Option(help="The table of weights to write.")],
    corpus: Annotated[Path | None, typer.Option(help="Folder of articles in the source form.")] = None,
    model: Annotated[str | None, typer.Option(help="Model that reads the articles.")] = None,
) -> None:
    """Fit the weights of the links and write them as a table."""
    import spacy

    data = corpus or project_folder("training_data")
    if data is None:
        raise typer.BadParameter("no training data here; give --corpus")
    nlp = spacy.load(resolve(model))
    weights = fit_weights(nlp, read_corpus([data / "articles"]), sorted((data / "links").glob("*.parquet")))
    output.write_text(write_weights(weights), encoding="utf8")
    typer.echo(f"{len(weights)} weights → {output}", err=True)


if __name__ == "__main__":
    typer.run(main)

"""Fits the weights that tell a running statistic from other figures: ``python -m conflict_events.tallies.fit``.

Reads the training and development parts of the labelled articles with a model, and writes ``data/tally_weights.csv``.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer
from spacy.tokens import Doc

from conflict_events.corpus import LabelledArticle, part_of, read_corpus
from conflict_events.corpus.align import align, doc_maker
from conflict_events.models import project_folder, resolve
from conflict_events.tallies.signals import candidates
from conflict_events.tallies.words import TallyWords

#: Inverse strength of the ridge, chosen by cross-validation over articles.
RIDGE = 0.1
_DIGITS = 3
Case = tuple[dict[str, float], bool]


def cases(read: Iterable[tuple[LabelledArticle, Doc]], words: TallyWords) -> Iterator[Case]:
    """The signals of each figure that may be a statistic, and whether the article's labels say that it is one."""
    for article, doc in read:
        spans = align(doc, [label for label in article.labels if label.label == "CASUALTY"]).spans
        tallied = [
            (span.start, span.end) for label, span in spans if "tally" in label.roles and "part" not in label.roles
        ]
        for item, seen in candidates(doc, words):
            start, end = item["span"]
            yield seen, any(s < end and start < e for s, e in tallied)


def fit(found: Sequence[Case]) -> dict[str, float]:
    """The weights of a logistic regression; the one without a name is the intercept."""
    from sklearn.feature_extraction import DictVectorizer
    from sklearn.linear_model import LogisticRegression

    columns = DictVectorizer()
    features = columns.fit_transform([seen for seen, _ in found])
    model = LogisticRegression(C=RIDGE, max_iter=5000).fit(features, [label for _, label in found])
    weights = dict(zip(columns.get_feature_names_out(), model.coef_[0], strict=True))
    return {"": float(model.intercept_[0])} | {name: float(weight) for name, weight in sorted(weights.items())}


def as_table(weights: dict[str, float]) -> str:
    """The weights as CSV; those of nought are left out."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["signal", "weight"])
    writer.writerows([name, round(weight, _DIGITS)] for name, weight in weights.items() if round(weight, _DIGITS))
    return text.getvalue()


def main(
    output: Annotated[Path, typer.Option(help="The table of weights to write.")],
    corpus: Annotated[Path | None, typer.Option(help="Folder of articles in the source form.")] = None,
    model: Annotated[str | None, typer.Option(help="Model that reads the articles.")] = None,
) -> None:
    """Fit the weights that tell running statistics and write them as a table."""
    import spacy

    data = corpus or project_folder("training_data")
    if data is None:
        raise typer.BadParameter("no training data here; give --corpus")
    nlp = spacy.load(resolve(model))
    make_doc = doc_maker(nlp)
    articles = [article for article in read_corpus([data / "articles"]) if part_of(article) != "test"]
    found = list(cases(zip(articles, nlp.pipe(map(make_doc, articles)), strict=True), TallyWords.load()))
    output.write_text(as_table(fit(found)), encoding="utf8")
    typer.echo(f"{len(found)} figures, {sum(label for _, label in found)} statistics → {output}", err=True)


if __name__ == "__main__":
    typer.run(main)

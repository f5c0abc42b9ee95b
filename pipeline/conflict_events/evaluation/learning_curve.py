"""How F1 grows with the number of training articles: the recogniser trained anew on parts of the training data."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from conflict_events.corpus import LabelledArticle, part_of, read_corpus, write_corpus

SHARES = (0.1, 0.25, 0.5, 1.0)


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """F1 of a label (``ALL`` for all) on a part of the corpus, after training on so many articles and words."""

    articles: int
    words: int
    part: str
    label: str
    f1: float
    labelled: int


def learning_curve(
    config: Path,
    corpus: Sequence[Path],
    *,
    seed: int,
    log: IO[str],
    shares: Sequence[float] = SHARES,
    overrides: dict[str, Any] | None = None,
) -> list[CurvePoint]:
    """Train on growing shares of the corpus' ``train`` part and score on its ``test`` part and unseen outlets.

    config: a training config (``configs/cpu.cfg``); overrides: its values by dotted name. Each share holds the smaller
    ones. It takes minutes a share.
    """
    from conflict_events.fitting import train_model

    articles = list(read_corpus(corpus))
    training = [article for article in articles if part_of(article) == "train"]
    others = [article for article in articles if part_of(article) != "train"]
    random.Random(seed).shuffle(training)
    points: list[CurvePoint] = []
    for share in shares:
        chosen = training[: max(1, round(share * len(training)))]
        with tempfile.TemporaryDirectory() as folder:
            source = Path(folder) / "articles.txt"
            source.write_text(write_corpus([*chosen, *others]), encoding="utf-8", newline="\n")
            trained = train_model(
                config,
                [source],
                Path(folder) / "models",
                name="curve",
                seed=seed,
                overrides={"nlp.pipeline": ["ner"], **(overrides or {})},
                log=log,
            )
            points += [
                CurvePoint(len(chosen), _words(chosen), part, label, score.f1, score.labelled)
                for part, scores in trained.scores.items()
                if part != "dev"
                for label, score in scores.items()
            ]
    return points


def _words(articles: Sequence[LabelledArticle]) -> int:
    return sum(len(article.text.split()) for article in articles)

"""Training a model from the corpus, and training the current one further on newly labelled articles."""

from __future__ import annotations

import hashlib
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Literal

import spacy
from spacy.language import Language
from spacy.training.initialize import init_nlp
from spacy.training.loop import train as train_loop
from spacy.util import load_config
from thinc.api import Model

import conflict_events.augmenters
import conflict_events.training  # noqa: F401  both register what configs name
from conflict_events.corpus import LabelledArticle, part_of, read_corpus, source_files
from conflict_events.model_card import write_card
from conflict_events.model_scores import ALL, Scores, entity_scores, part_scores
from conflict_events.models import free_version, model_folders

MARGIN = 0.02  # how far a label's F1 may fall before a retrained model is not made the default
# Training further: fewer steps than from scratch, in batches of one size, at a rate that falls to nothing.
RETRAINING_STEPS = {"training.max_steps": 600, "training.eval_frequency": 100, "training.patience": 0}
RETRAINING_RATE = 0.001
RETRAINING_WORDS = 500
REPEAT = 5  # how often a new article is read for once each article of the corpus
KEEP = 0.3  # share of the old weights in those of a model that was trained further
# What is trained; the rest of a pipeline stays as it is.
TRAINABLE = ("transformer", "ner")
_RATE = "training.optimizer.learn_rate"
_SIZE = "training.batcher.size"
META = "conflict_events"  # where meta.json keeps what this module writes


@dataclass(frozen=True)
class Trained:
    """A model that was made: where it is, its scores by part and label, how long it took (seconds)."""

    path: Path
    scores: dict[str, Scores]
    seconds: float


@dataclass(frozen=True)
class Retrained:
    """A model trained further, beside the one before it. ``fallen`` are the labels that lost more than the margin."""

    path: Path
    old: dict[str, Scores]
    new: dict[str, Scores]
    fallen: list[str]
    seconds: float


def train_model(
    config: Path,
    corpus: Sequence[Path],
    folder: Path,
    *,
    name: str,
    seed: int | None = None,
    overrides: Mapping[str, Any] | None = None,
    log: IO[str] = sys.stderr,
) -> Trained:
    """Train the pipeline of ``config`` on the ``train`` part of ``corpus``; write it as the next version of ``name``.

    ``overrides`` are config values by dotted name (``training.max_steps``), as ``spacy train`` takes them. The model
    directory appears whole or not at all. Raises CorpusError where the corpus is broken.
    """
    settings = {"paths.articles": [str(path) for path in corpus], **(overrides or {})}
    if seed is not None:
        settings["system.seed"] = seed
    articles = list(read_corpus(corpus))
    started = time.perf_counter()
    nlp = _fit(load_config(config, overrides=settings, interpolate=False), log)
    seconds = time.perf_counter() - started
    scores = part_scores(nlp, articles)
    facts = {
        "trained": "from the corpus",
        "config": config.name,
        "overrides": {key: value for key, value in settings.items() if key != "paths.articles"},
        "seconds": round(seconds),
        "corpus": _fingerprint(corpus, articles),
    }
    return Trained(_save(nlp, folder, name, facts, scores), scores, seconds)


def retrain_model(
    current: Path,
    config: Path,
    corpus: Sequence[Path],
    added: Sequence[Path],
    folder: Path,
    *,
    name: str,
    repeat: int = REPEAT,
    keep: float = KEEP,
    margin: float = MARGIN,
    seed: int | None = None,
    overrides: Mapping[str, Any] | None = None,
    log: IO[str] = sys.stderr,
) -> Retrained:
    """Train the recogniser of ``current`` further on ``added`` mixed with ``corpus``, as the next version of ``name``.

    Old and new are scored on the same articles: the ``test`` and ``unseen`` parts of the corpus, and ``added``: the
    test part of the new articles. The rest of the pipeline stays as it is.

    ``repeat``: how often each new article is read for once each article of the corpus. ``keep``: the new weights are
    the old ones for this share and the trained ones for the rest, which costs little of the new and keeps the old; a
    transformer's are the trained ones. ``margin``: how far F1 may fall on the corpus.

    The last step is taken, not the best on the ``dev`` part: nearly all of that is the corpus, on which the old model
    was chosen, so that it would choose the least learnt.
    """
    settings: dict[str, Any] = {
        **RETRAINING_STEPS,
        "paths.articles": [str(path) for path in corpus],
        **(overrides or {}),
    }
    if seed is not None:
        settings["system.seed"] = seed
    old_nlp = spacy.load(current)
    known, new_articles = list(read_corpus(corpus)), list(read_corpus(added))
    loaded = load_config(config, overrides=settings, interpolate=False)
    trained = [component for component in old_nlp.pipe_names if component in TRAINABLE]
    loaded["nlp"]["pipeline"] = trained
    loaded["components"] = {component: {"source": str(current)} for component in trained}
    # A schedule, as the transformer's config has one, knows its own rates, and padded batches their size.
    optimizer, batcher = loaded["training"]["optimizer"], loaded["training"]["batcher"]
    if not isinstance(optimizer["learn_rate"], dict) and _RATE not in settings:
        optimizer["learn_rate"] = {
            "@schedules": "warmup_linear.v1",
            "warmup_steps": 50,
            "total_steps": loaded["training"]["max_steps"],
            "initial_rate": RETRAINING_RATE,
        }
    if isinstance(batcher["size"], dict) and not any(name.startswith(_SIZE) for name in settings):
        batcher["size"] = RETRAINING_WORDS
    loaded["initialize"] = {}
    paths = {"path": settings["paths.articles"], "added": [str(path) for path in added]}
    augmenter = loaded["corpora"]["train"].get("augmenter")
    loaded["corpora"]["train"] = {"@readers": "conflict_events.Replay.v1", "part": "train", "repeat": repeat, **paths}
    if augmenter is not None:
        loaded["corpora"]["train"]["augmenter"] = augmenter
    loaded["corpora"]["dev"] = {"@readers": "conflict_events.Replay.v1", "part": "dev", **paths}
    started = time.perf_counter()
    fitted = _fit(loaded, log, tokenizer_of=old_nlp, choose="last")
    seconds = time.perf_counter() - started
    new_nlp = spacy.load(current)
    for component in trained:
        new_nlp.get_pipe(component).from_bytes(fitted.get_pipe(component).to_bytes())  # type: ignore[attr-defined]
        if "transformer" not in trained:
            blend(new_nlp.get_pipe(component).model, old_nlp.get_pipe(component).model, keep)  # type: ignore[attr-defined]
    for string in fitted.vocab.strings:
        new_nlp.vocab.strings.add(string)
    old, new = part_scores(old_nlp, known), part_scores(new_nlp, known)
    fresh = [article for article in new_articles if _is_test(article)]
    if fresh:
        old["added"], new["added"] = entity_scores(old_nlp, fresh), entity_scores(new_nlp, fresh)
    fallen = fallen_labels(old, new, margin)
    facts = {
        "trained": f"further, from {current.name}",
        "config": config.name,
        "overrides": {key: value for key, value in settings.items() if key != "paths.articles"},
        "repeat": repeat,
        "keep": keep,
        "seconds": round(seconds),
        "corpus": _fingerprint(corpus, known),
        "added": _fingerprint(added, new_articles),
    }
    made = _save(new_nlp, folder, name, facts, new, beside=current.resolve().parent)
    return Retrained(made, old, new, fallen, seconds)


def fallen_labels(old: Mapping[str, Scores], new: Mapping[str, Scores], margin: float = MARGIN) -> list[str]:
    """Labels whose F1 over the corpus' test and unseen parts together is lower by more than ``margin``."""

    def pooled(scores: Mapping[str, Scores], label: str) -> float:
        parts = [scores[part][label] for part in ("test", "unseen") if label in scores.get(part, {})]
        total = sum(one.read + one.labelled for one in parts)
        return 2 * sum(one.right for one in parts) / total if total else 0.0

    labels = {label for part in ("test", "unseen") for label in old.get(part, {})} - {ALL}
    return sorted(label for label in labels if pooled(old, label) - pooled(new, label) > margin)


def _is_test(article: LabelledArticle) -> bool:
    return part_of(article) == "test"


def blend(model: Model[Any, Any], other: Model[Any, Any], share: float) -> None:
    """Take ``share`` of each weight of ``model`` from ``other``, which is of the same layers."""
    for node, theirs in zip(model.walk(), other.walk(), strict=True):
        for name in node.param_names:
            if node.has_param(name):
                node.set_param(name, (1 - share) * node.get_param(name) + share * theirs.get_param(name))


def _fit(
    config: Any, log: IO[str], tokenizer_of: Language | None = None, choose: Literal["best", "last"] = "best"
) -> Language:
    """Run spaCy's training loop and give the pipeline that was best on the dev corpus, or the last."""
    # spaCy would want to train on any sourced component of the config, also one that an override took out.
    pipeline = config["nlp"]["pipeline"]
    config["components"] = {name: config["components"][name] for name in pipeline}
    frozen = config["training"].get("frozen_components", [])
    config["training"]["frozen_components"] = [name for name in frozen if name in pipeline]
    nlp = init_nlp(config)
    if tokenizer_of is not None:
        # Outlet profiles that a user added to the current model stay with it.
        tokenizer: Any = nlp.tokenizer
        current: Any = tokenizer_of.tokenizer
        tokenizer.from_bytes(current.to_bytes())
    with tempfile.TemporaryDirectory() as folder:
        train_loop(nlp, Path(folder), stdout=log, stderr=log)
        return spacy.load(Path(folder) / f"model-{choose}")


def _save(
    nlp: Language,
    folder: Path,
    name: str,
    facts: dict[str, Any],
    scores: Mapping[str, Scores],
    beside: Path | None = None,
) -> Path:
    """Write the pipeline to ``folder``, with a version above every other of its name.

    Others are those of ``folder``, of the folders that models are found in, and of ``beside``: none is overwritten, and
    none has the name and version of the new one, which would shadow it.
    """
    folders = list(dict.fromkeys([folder, *model_folders(), *([beside] if beside is not None else [])]))
    nlp.meta["name"] = name
    nlp.meta[META] = {
        **facts,
        "scores": {
            part: {
                label: {
                    "f1": round(one.f1, 4),
                    "precision": round(one.precision, 4),
                    "recall": round(one.recall, 4),
                    "labelled": one.labelled,
                }
                for label, one in some.items()
            }
            for part, some in scores.items()
        },
    }
    folder.mkdir(parents=True, exist_ok=True)
    while True:
        version = free_version(folders, name)
        nlp.meta["version"] = version
        target = folder / f"{name}-{version}"
        # Written aside and renamed, so that a model is there whole or not at all.
        with tempfile.TemporaryDirectory(dir=folder, prefix=".new-") as aside:
            made = Path(aside) / target.name
            nlp.to_disk(made)
            write_card(made)
            try:
                made.rename(target)
            except OSError:
                if not target.exists():
                    raise
                continue  # another training run took this version meanwhile
        return target


def _fingerprint(paths: Sequence[Path], articles: Sequence[LabelledArticle]) -> dict[str, Any]:
    """What was trained on: number of articles and words, and a hash over the files in their order."""
    digest = hashlib.sha256()
    for file in source_files(paths):
        digest.update(file.read_bytes())
    words = sum(len(article.text.split()) for article in articles)
    return {"articles": len(articles), "words": words, "sha256": digest.hexdigest()}

"""Training a model from the corpus, and training the current one further on newly labelled articles."""

from __future__ import annotations

import hashlib
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Literal

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

if TYPE_CHECKING:
    from conflict_events.casualties.links.further import FurtherFit

MARGIN = 0.02  # how far a label's F1 may fall before a retrained model is not made the default
# Training further: fewer steps than from scratch, in batches of one size, at a rate that falls to nothing.
RETRAINING_STEPS = {"training.max_steps": 600, "training.eval_frequency": 100, "training.patience": 0}
RETRAINING_RATE = 0.001
RETRAINING_WORDS = 500
REPEAT = 5  # how often a new article is read for once each article of the corpus
KEEP = 0.3  # share of the old weights in those of a model that was trained further
STEPS = (1.0, 0.5, 0.25, 0.1)  # how far the weights of all outlets may go towards those that fit new articles best
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
    """A model trained further, beside the one before it. ``fallen`` are the labels that lost more than the margin.

    ``links`` is what was learned of which attack a figure belongs to; ``None`` where nothing taught it.
    """

    path: Path
    old: dict[str, Scores]
    new: dict[str, Scores]
    fallen: list[str]
    seconds: float
    links: FittedLinks | None = None


@dataclass(frozen=True)
class FittedLinks:
    """What corrected articles taught about which attack a figure belongs to.

    old, new: share of the decisions about figures of the corpus' dev part that are right, over the articles that are
    read by other weights now (1 where there are none). share: how far the weights for all outlets went towards those
    that fit best; 0 where nothing was learned.
    """

    outlets: tuple[FurtherFit, ...]
    old: float
    new: float
    share: float


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
    recogniser: bool = True,
    log: IO[str] = sys.stderr,
) -> Retrained:
    """Train ``current`` further on ``added``, as the next version of ``name``.

    The recogniser is trained on ``added`` mixed with ``corpus`` (without ``recogniser`` it stays as it is, which takes
    seconds, not minutes), and which attack a figure belongs to is learned from corrected articles (:func:`fit_links`).

    Old and new are scored on the same articles: the ``test`` and ``unseen`` parts of the corpus, and ``added``: the
    test part of the new articles. The rest of the pipeline stays as it is.

    ``repeat``: how often each new article is read for once each article of the corpus. ``keep``: the new weights are
    the old ones for this share and the trained ones for the rest, which costs little of the new and keeps the old; a
    transformer's are the trained ones. ``margin``: how far F1 may fall on the corpus.

    The last step is taken, not the best on the ``dev`` part: nearly all of that is the corpus, on which the old model
    was chosen, so that it would choose the least learnt.
    """
    old_nlp, new_nlp = spacy.load(current), spacy.load(current)
    known, new_articles = list(read_corpus(corpus)), list(read_corpus(added))
    settings: dict[str, Any] = {"paths.articles": [str(path) for path in corpus], **(overrides or {})}
    if seed is not None:
        settings["system.seed"] = seed
    started = time.perf_counter()
    if recogniser:
        _train_recogniser(new_nlp, current, config, added, settings, repeat=repeat, keep=keep, log=log)
    links = fit_links(new_nlp, known, new_articles, repeat=repeat, margin=margin)
    seconds = time.perf_counter() - started
    old: dict[str, Scores] = {}
    new: dict[str, Scores] = {}
    if recogniser:
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
        "recogniser": recogniser,
        "links": [asdict(one) for one in links.outlets] if links else [],
        "seconds": round(seconds),
        "corpus": _fingerprint(corpus, known),
        "added": _fingerprint(added, new_articles),
    }
    made = _save(new_nlp, folder, name, facts, new, beside=current.resolve().parent)
    return Retrained(made, old, new, fallen, seconds, links)


def fit_links(
    nlp: Language,
    corpus: Sequence[LabelledArticle],
    added: Sequence[LabelledArticle],
    *,
    repeat: int = REPEAT,
    margin: float = MARGIN,
) -> FittedLinks | None:
    """Let the reader of casualties in ``nlp`` learn which attack a figure belongs to from corrected articles.

    Only articles of ``added`` that link figures to events (``@N``, as the export of a review does) teach this, and none
    of the test part. Weights for all outlets go as far as the share of the corpus' figures read right (dev part) falls
    by no more than ``margin``; where no step holds, nothing is learned. ``None`` where there is nothing to learn from,
    or nothing that learns.
    """
    from conflict_events.casualties.links.further import between, fit_further, read_corrected, share_right

    taught = [article for article in added if _is_reviewed(article) and not _is_test(article)]
    if not taught or "casualties" not in nlp.pipe_names:
        return None
    component: Any = nlp.get_pipe("casualties")
    before = component.weights
    weights, outlets = fit_further(nlp, taught, before, repeat)
    # Only these are read otherwise than before: all, where the weights of all outlets moved.
    moved = {one.outlet for one in outlets if one.kept}
    dev = [article for article in corpus if part_of(article) == "dev" and ("" in moved or article.outlet in moved)]
    read = read_corrected(nlp, dev, before)
    old = new = share_right(read, before)
    for share in STEPS if "" in moved else STEPS[:1]:
        tried = between(before, weights, share)
        new = share_right(read, tried)
        if moved and old - new <= margin:
            component.weights = tried
            return FittedLinks(tuple(outlets), old, new, share)
    return FittedLinks(tuple(outlets), old, new, 0.0)


def _is_reviewed(article: LabelledArticle) -> bool:
    """Whether an article says of its figures what they are of: by links, or by telling that they count nobody."""
    return any(label.block is not None or "aside" in label.roles for label in article.labels)


def _train_recogniser(
    nlp: Language,
    current: Path,
    config: Path,
    added: Sequence[Path],
    settings: Mapping[str, Any],
    *,
    repeat: int,
    keep: float,
    log: IO[str],
) -> None:
    """Train the recogniser of ``nlp``, which was loaded from ``current``, further."""
    settings = {**RETRAINING_STEPS, **settings}
    old_nlp = spacy.load(current)
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
    fitted = _fit(loaded, log, tokenizer_of=old_nlp, choose="last")
    for component in trained:
        nlp.get_pipe(component).from_bytes(fitted.get_pipe(component).to_bytes())  # type: ignore[attr-defined]
        if "transformer" not in trained:
            blend(nlp.get_pipe(component).model, old_nlp.get_pipe(component).model, keep)  # type: ignore[attr-defined]
    for string in fitted.vocab.strings:
        nlp.vocab.strings.add(string)


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

"""What is evaluated: a trained pipeline that reads the articles now, or annotations that were made before."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from conflict_events.evaluation.cases import GoldArticle
from conflict_events.evaluation.read_data import DataError, is_annotations, read_annotations
from conflict_events.fingerprints import fingerprint
from conflict_events.models import ModelNotFoundError, resolve
from conflict_events.reading import InputArticle
from conflict_events.schema import Annotation

OTHER_OUTLET = "other"
"""The outlet of imported labels that name none; the pipeline is left to recognise it."""


@dataclass(frozen=True)
class Speed:
    """How long a pipeline took: loading and reading in seconds, the peak memory of the process in bytes."""

    articles: int
    words: int
    load_seconds: float
    seconds: float
    peak_bytes: int | None

    @property
    def words_per_second(self) -> float:
        """Words (divided by white space) read in a second, cleaning to records, in one process."""
        return self.words / self.seconds if self.seconds > 0 else 0.0


@dataclass(frozen=True)
class Model:
    """Something that can be asked for annotations: ``path`` is a pipeline's directory or a file of annotations."""

    path: Path
    ready: bool

    @property
    def name(self) -> str:
        """The name in reports."""
        return self.path.name


@dataclass
class Predictions:
    """The annotations of the articles of a run, in order; ``None`` where there is none."""

    label: str
    name: str
    version: str
    path: str
    sha256: str
    size: int
    annotations: list[Annotation | None]
    speed: Speed | None = None
    failures: list[str] = field(default_factory=list)


def find_model(text: str) -> Model | None:
    """The model of that path or name, or the file of annotations; ``None`` where it is neither."""
    path = Path(text)
    if is_annotations(path):
        return Model(path, ready=True)
    if path.is_file():
        return None
    try:
        return Model(resolve(text), ready=False)
    except ModelNotFoundError:
        return None


def default_model() -> Model:
    """The model that is used where none is named. Raises ModelNotFoundError."""
    return Model(resolve(None), ready=False)


def predict(
    model: Model, articles: Sequence[GoldArticle], progress: Callable[[int], None] | None = None
) -> Predictions:
    """Read the articles with a model, or find them in its annotations.

    Raises DataError where annotations are of other texts than those given, or of none of them.
    """
    return _from_file(model, articles) if model.ready else _from_pipeline(model, articles, progress)


def _from_file(model: Model, articles: Sequence[GoldArticle]) -> Predictions:
    by_id = {annotation.article.id: annotation for annotation in read_annotations(model.path)}
    found = [by_id.get(article.id) for article in articles]
    if not any(found):
        raise DataError(f"{model.path}: none of its annotations has the id of an article of the data")
    for article, annotation in zip(articles, found, strict=True):
        for entity in annotation.entities if annotation else ():
            if article.text[entity.start : entity.end] != entity.text:
                raise DataError(
                    f"{model.path}: article {article.id} was annotated from another text; annotate the data again"
                )
    info = next(annotation.model for annotation in found if annotation is not None)
    sha256, size = fingerprint(model.path)
    return Predictions(model.name, info.name, info.version, str(model.path), sha256, size, found)


def _from_pipeline(
    model: Model, articles: Sequence[GoldArticle], progress: Callable[[int], None] | None
) -> Predictions:
    from conflict_events.api import load
    from conflict_events.batch.annotator import Annotator
    from conflict_events.batch.articles import chunked

    started = time.perf_counter()
    nlp = load(model.path)
    annotator = Annotator(nlp, timeout=120.0, keep_text=False, with_tables=False)
    load_seconds = time.perf_counter() - started
    started = time.perf_counter()
    found: list[Annotation | None] = []
    failures: list[str] = []
    for chunk in chunked(_inputs(articles)):
        result = annotator.annotate(chunk)
        lines = dict(zip(result.done, result.lines, strict=True))
        for place, article in enumerate(chunk):
            line = lines.get(place)
            found.append(None if line is None else Annotation.model_validate_json(line))
            if line is None:
                failures.append(f"{article.id}: {result.failed[place].reason if place in result.failed else 'failed'}")
        if progress is not None:
            progress(len(chunk))
    seconds = time.perf_counter() - started
    words = sum(len(article.text.split()) for article in articles)
    sha256, size = fingerprint(model.path)
    meta = nlp.meta
    speed = Speed(len(articles), words, load_seconds, seconds, peak_memory())
    return Predictions(
        model.name,
        str(meta.get("name", "")),
        str(meta.get("version", "")),
        str(model.path),
        sha256,
        size,
        found,
        speed,
        failures,
    )


def _inputs(articles: Iterable[GoldArticle]) -> Iterable[InputArticle]:
    for article in articles:
        yield InputArticle(
            id=article.id,
            text=article.text,
            title=article.title,
            outlet=article.outlet if article.outlet != OTHER_OUTLET else None,
            published=article.published,
            url=article.url,
        )


def peak_memory() -> int | None:
    """The most memory this process has held, in bytes; ``None`` where the system does not say (Windows)."""
    try:
        import resource
    except ImportError:
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024

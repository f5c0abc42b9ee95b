"""From Python: :func:`load` the pipeline, :func:`annotate` articles, :func:`read` a store back.

Reached as ``conflict_events.load`` and so on. Everything here is a thin layer over :mod:`conflict_events.batch` and
:mod:`conflict_events.tables`.
"""

from __future__ import annotations

import datetime as dt
import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import groupby
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, cast

import pyarrow as pa

from conflict_events.batch.annotator import Annotator, Failure
from conflict_events.batch.articles import chunked
from conflict_events.batch.model import ModelChoice
from conflict_events.batch.notes import Notes
from conflict_events.models import resolve
from conflict_events.paths import place
from conflict_events.reading import Columns, FieldNames, InputArticle, Published, ReadError, read_articles, stable_id
from conflict_events.schema import Annotation
from conflict_events.tables import build_tables, frame

if TYPE_CHECKING:
    import pandas as pd
    from spacy.language import Language

Source = str | Path | Mapping[str, Any] | InputArticle


def load(
    model: str | Path | None = None,
    *,
    profiles: Sequence[Path | str] = (),
    actors: Sequence[Path | str] = (),
    places: Sequence[Path | str] = (),
) -> Language:
    """The spaCy pipeline: the default model, or the one of that directory or name.

    ``profiles``, ``actors`` and ``places`` are files of your own that are asked before the pipeline's tables.

    Raises ModelNotFoundError where there is no such model.
    """
    return model_choice(model, profiles=profiles, actors=actors, places=places).load()


def model_choice(
    model: str | Path | None = None,
    *,
    profiles: Sequence[Path | str] = (),
    actors: Sequence[Path | str] = (),
    places: Sequence[Path | str] = (),
) -> ModelChoice:
    """The model that :func:`load` would load."""
    return ModelChoice(
        resolve(str(model) if model is not None else None),
        tuple(map(Path, profiles)),
        tuple(map(Path, actors)),
        tuple(map(Path, places)),
    )


class Corpus:
    """Annotated articles: ``annotations`` as records, and the seven tables as DataFrames.

    ``errors`` says which articles gave no annotation, and why; ``notes`` what the reader assumed, and for how many.
    """

    def __init__(
        self,
        annotations: Iterable[Annotation],
        errors: Iterable[Failure] = (),
        notes: Mapping[str, int] | None = None,
    ) -> None:
        self.annotations: list[Annotation] = list(annotations)
        self.errors: list[Failure] = list(errors)
        self.notes: dict[str, int] = dict(notes or {})

    def __len__(self) -> int:
        return len(self.annotations)

    def __iter__(self) -> Iterator[Annotation]:
        return iter(self.annotations)

    def __repr__(self) -> str:
        return f"<Corpus: {len(self)} articles, {self.tables['events'].num_rows} events, {len(self.errors)} errors>"

    @cached_property
    def tables(self) -> dict[str, pa.Table]:
        """The seven tables as Arrow tables; see :mod:`conflict_events.tables`."""
        return build_tables(self.annotations)

    @property
    def articles(self) -> pd.DataFrame:
        """One row an article."""
        return frame(self.tables["articles"])

    @property
    def events(self) -> pd.DataFrame:
        """One row an event."""
        return frame(self.tables["events"])

    @property
    def casualties(self) -> pd.DataFrame:
        """One row a casualty, of events and of tallies; add up only those that are ``counted``."""
        return frame(self.tables["casualties"])

    @property
    def actors(self) -> pd.DataFrame:
        """One row a party of an event."""
        return frame(self.tables["actors"])

    @property
    def locations(self) -> pd.DataFrame:
        """One row a place of an event."""
        return frame(self.tables["locations"])

    @property
    def tallies(self) -> pd.DataFrame:
        """One row a running statistic."""
        return frame(self.tables["tallies"])

    @property
    def findings(self) -> pd.DataFrame:
        """One row a thing that does not add up."""
        return frame(self.tables["findings"])

    def to_jsonl(self, path: str | Path) -> None:
        """Write the annotations to one file, a JSON object a line."""
        self._write(path, "jsonl")

    def to_csv(self, path: str | Path) -> None:
        """Write a folder with one CSV file a table."""
        self._write(path, "csv")

    def to_parquet(self, path: str | Path) -> None:
        """Write a folder, at a path or a URL, with one Parquet dataset a table."""
        self._write(path, "parquet")

    def to_duckdb(self, path: str | Path) -> None:
        """Write a DuckDB database with one table for each of the seven."""
        self._write(path, "duckdb")

    def _write(self, path: str | Path, store_format: str) -> None:
        from conflict_events.batch.stores import write_store

        write_store(place(path), store_format, self.annotations, self.tables)


def annotate(
    articles: Source | Iterable[Source] | pd.DataFrame,
    model: str | Path | Language | None = None,
    *,
    workers: int = 1,
    outlet: str | None = None,
    fields: FieldNames | None = None,
    published: str | dt.date | None = None,
    keep_text: bool = False,
    timeout: float | None = None,
) -> Corpus:
    """Annotate articles and hold the results in memory. For a large corpus use ``conflict-events annotate``.

    Args:
        articles: a text; a record with a text (its other usual fields are recognised); a :class:`pathlib.Path` to
            anything that can be read; an iterable of these; or a DataFrame with a column that holds the text.
        model: directory or name of a model, or a pipeline from :func:`load`; the default model where ``None``.
        workers: how many processes work. With more than one, ``model`` may not be a loaded pipeline.
        outlet: the outlet of all articles, over what their records say.
        fields: names of columns or keys that are not the usual ones.
        published: the day of articles that have none, or how days are written, as ``%d-%m-%Y``.
        keep_text: keep each article's text in its annotation.
        timeout: seconds that one article may take.

    What the reader had to assume (days taken from names, the order of day and month), and how many texts stand under
    two ids, is in :attr:`Corpus.notes`.

    Raises:
        ModelNotFoundError: there is no such model.
        ValueError: several workers were asked for with a loaded pipeline, or ``published`` is neither a day nor a
            pattern.
        TypeError: something in ``articles`` is no article.
    """
    from conflict_events.batch.engines import LocalEngine

    errors: list[Failure] = []
    notes = Notes()

    def good() -> Iterator[InputArticle]:
        for item in notes.taking(input_articles(articles, outlet=outlet, fields=fields, published=published)):
            if isinstance(item, ReadError):
                errors.append(Failure(item.source, item.reason, None, item.record))
            else:
                yield item

    annotations: list[Annotation] = []
    if model is None or isinstance(model, (str, Path)):
        engine = LocalEngine(model_choice(model), workers=workers, timeout=timeout, keep_text=keep_text)
        with engine:
            for _, result in engine.run(chunked(good())):
                annotations.extend(map(Annotation.model_validate_json, result.lines))
                errors.extend(result.failed.values())
    elif workers != 1:
        raise ValueError("several workers load the model themselves: give its directory or name, not a loaded pipeline")
    else:
        annotator = Annotator(model, timeout=timeout, keep_text=keep_text, with_tables=False)
        for chunk in chunked(good()):
            result = annotator.annotate(chunk)
            annotations.extend(map(Annotation.model_validate_json, result.lines))
            errors.extend(result.failed.values())
    return Corpus(annotations, errors, notes.counts)


def read(path: str | Path) -> Corpus:
    """What ``conflict-events annotate`` wrote, of any format, at a path or a URL, held in memory.

    Raises StoreError where ``path`` holds no results.
    """
    from conflict_events.batch.reading_back import read_annotations, read_errors

    where = place(path)
    return Corpus(read_annotations(where), read_errors(where))


def input_articles(
    articles: Source | Iterable[Source] | pd.DataFrame,
    *,
    outlet: str | None = None,
    fields: FieldNames | None = None,
    published: str | dt.date | None = None,
) -> Iterator[InputArticle | ReadError]:
    """The articles that :func:`annotate` was given, as the pipeline takes them.

    Texts and records go through the reader as JSON lines, so that all of its rules hold for them too. One without an
    id gets one made of its content.

    Raises TypeError where something is no article.
    """
    import pandas as pd

    names = fields or FieldNames()
    day = Published.parse(str(published)) if published is not None else None
    items: Iterable[Any]
    if isinstance(articles, pd.DataFrame):
        items = articles.to_dict(orient="records")
    elif isinstance(articles, (str, Path, Mapping, InputArticle)):
        items = [articles]
    else:
        items = articles
    columns = Columns(names)

    def line(number: int, item: object) -> bytes:
        if isinstance(item, str):
            item = {names.text or "text": item}
        if not isinstance(item, Mapping):
            raise TypeError(f"item {number} is {type(item).__name__}: give a text, a dict with a text, or a Path")
        record = {str(key): _plain(value) for key, value in item.items()}
        where = columns.locate(record)
        if not any(record[key] for key in where.get("id", ())):
            url = next((str(record[key]) for key in where.get("url", ()) if record[key]), None)
            text = next((str(record[key]) for key in where.get("text", ()) if record[key]), "")
            record[names.id or "id"] = stable_id(text, url)
        return json.dumps(record, default=str).encode() + b"\n"

    # Runs of records are read together; what needs no reading comes between them.
    for ready, run in groupby(enumerate(items, 1), key=lambda pair: isinstance(pair[1], (Path, InputArticle))):
        if not ready:
            lines = cast("IO[bytes]", _Lines(line(number, item) for number, item in run))
            for found in read_articles(["-"], fields=names, outlet=outlet, published=day, stdin=lines):
                yield replace(found, source=f"record {(found.source or '').removeprefix('-#')}")
            continue
        for _, item in run:
            if isinstance(item, Path):
                yield from read_articles([item], fields=names, outlet=outlet, published=day)
            else:
                yield item


class _Lines:
    """Lines as they come, where a file that is open for reading is expected."""

    def __init__(self, lines: Iterator[bytes]) -> None:
        self._lines = lines

    def readline(self, size: int = -1) -> bytes:
        return next(self._lines, b"")


def _plain(value: object) -> object:
    """A cell's value as JSON has it: a missing one of pandas is ``None``."""
    if value is None or isinstance(value, (str, bool, list, tuple, Mapping)):
        return value
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return None if str(value) in ("NaT", "<NA>") else value

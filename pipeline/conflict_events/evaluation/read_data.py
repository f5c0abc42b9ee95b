"""Data to evaluate on: labelled articles, articles with events, coded tables; and predictions made before.

What a file is, is told from the file: its ending and its first record. Nothing is guessed beyond that; a file that fits
nothing is refused with a message that says what would fit.
"""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import Any

from conflict_events.api import input_articles
from conflict_events.corpus import (
    CorpusError,
    LabelledArticle,
    is_unseen,
    part_of,
    read_corpus,
    read_source,
    source_files,
)
from conflict_events.evaluation.cases import Coded, GoldArticle, Reading, from_annotation, from_gold_row, from_labels
from conflict_events.fingerprints import fingerprint
from conflict_events.labels import LabelFormatError, import_labels
from conflict_events.reading import LINE_ENDINGS, FieldNames, InputArticle, ReadError, read_date
from conflict_events.schema import Annotation

TABLE_ENDINGS = (".csv", ".tsv", ".parquet", ".pq")
PARTS = ("test", "dev", "train", "all")


class DataError(ValueError):
    """Data cannot be evaluated on; the message says why and what to do."""


@dataclass(frozen=True)
class Columns:
    """The names of a coded table's columns, where they are not the usual ones."""

    text: str | None = None
    killed: str | None = None
    injured: str | None = None
    id: str | None = None


@dataclass
class Data:
    """A data file as it was read. ``notes`` say what was left out or changed on the way."""

    path: Path
    kind: str
    articles: list[GoldArticle]
    sha256: str
    size: int
    notes: list[str] = field(default_factory=list)


def read_data(path: Path, *, part: str = "test", columns: Columns | None = None) -> Data:
    """The articles of a file or folder.

    part: which part of a corpus in the source form (``test``, ``dev``, ``train`` or ``all``); other data have no parts.
    Raises DataError.
    """
    if not path.exists():
        raise DataError(f"{path}: no such file or folder; check the spelling and the folder you are in")
    if part not in PARTS:
        raise DataError(f"part {part}: choose one of {', '.join(PARTS)}")
    sha256, size = fingerprint(path)
    data = Data(path, "", [], sha256, size)
    try:
        _read(data, part, columns or Columns())
    except (CorpusError, LabelFormatError, UnicodeDecodeError) as error:
        raise DataError(f"{path}: {error}") from None
    except OSError as error:
        raise DataError(f"{path} cannot be read ({error.strerror or error}); check path and permissions") from None
    if not data.articles:
        raise DataError(f"{path}: holds no article to evaluate on{'; ' if data.notes else ''}{'; '.join(data.notes)}")
    return data


def is_annotations(path: Path) -> bool:
    """Whether a file holds annotations, one a line, as ``conflict-events annotate`` writes them."""
    if not path.is_file() or path.suffix.lower() not in LINE_ENDINGS:
        return False
    try:
        row = next(_json_lines(path), None)
    except (DataError, OSError, UnicodeDecodeError):
        return False
    return isinstance(row, dict) and {"schema_version", "article", "model"} <= row.keys()


def read_annotations(path: Path) -> Iterator[Annotation]:
    """The annotations of a file of JSON lines. Raises DataError where a line is none."""
    for number, row in enumerate(_json_lines(path), 1):
        try:
            yield Annotation.model_validate(row)
        except ValueError as error:
            reason = str(error).splitlines()[0]
            raise DataError(f"{path}:{number}: no annotation of this version ({reason}); annotate again") from None


def _read(data: Data, part: str, columns: Columns) -> None:
    path = data.path
    if path.is_dir():
        sources = [file for file in sorted(path.rglob("*.txt")) if _is_source_form(file)]
        if sources:
            _corpus(data, sources, part)
        else:
            _labels(data)
    elif path.suffix.lower() in TABLE_ENDINGS:
        if path.suffix.lower() == ".tsv" and not _has_header(path):
            _labels(data)
        else:
            _coded(data, _table_rows(path), columns)
    elif path.suffix.lower() == ".txt" and _is_source_form(path):
        _corpus(data, [path], part)
    elif path.suffix.lower() in LINE_ENDINGS:
        _lines(data, columns)
    else:
        _labels(data)


def _lines(data: Data, columns: Columns) -> None:
    first = next(_json_lines(data.path), None)
    if isinstance(first, dict):
        if is_annotations(data.path):
            data.kind = "articles with events"
            data.articles = [_from_record(record, data) for record in read_annotations(data.path)]
            return
        events = first.get("events")
        if isinstance(events, list) and "text" in first and "entities" in first:
            data.kind = "articles with events"
            data.articles = [_from_gold(row, data, number) for number, row in enumerate(_json_lines(data.path), 1)]
            return
        if columns.killed or columns.injured or _located(first, Columns()).keys() & {"killed", "injured"}:
            _coded(data, _dicts(data.path), columns)
            return
    _labels(data)


def _is_source_form(path: Path) -> bool:
    try:
        lines = read_source(path).split("\n")
    except (OSError, UnicodeDecodeError):
        return False
    return next((line for line in lines if line.strip() and not line.startswith("#")), "").startswith("===")


def _corpus(data: Data, files: Sequence[Path], part: str) -> None:
    data.kind = "labelled articles"
    articles = list(read_corpus(source_files(files)))
    kept = [article for article in articles if part in ("all", part_of(article))]
    if len(kept) < len(articles):
        data.notes.append(f"{len(articles) - len(kept)} articles of other parts than {part} left out (--part all)")
    data.articles = [from_labels(article, data.path.name, _shown_part(article), with_events=True) for article in kept]


def _shown_part(article: LabelledArticle) -> str:
    """The part of an article; ``unseen`` for the outlet and countries of the test part that no model is trained on."""
    return "unseen" if is_unseen(article) else part_of(article)


def _labels(data: Data) -> None:
    data.kind = "labels"
    conversion = import_labels([data.path])
    data.notes += [f"{count} labels or records {kind}" for kind, count in sorted(conversion.notes.counts().items())]
    data.articles = [
        from_labels(article, data.path.name, article.part, with_events=False) for article in conversion.articles
    ]


def _from_record(record: Annotation, data: Data) -> GoldArticle:
    article = record.article
    if article.text is None:
        raise DataError(f"{data.path}: annotations without texts (annotate with --keep-text), or give them as a model")
    return GoldArticle(
        id=article.id,
        text=article.text,
        data=data.path.name,
        title=article.title,
        outlet=article.outlet,
        published=article.published,
        url=article.url,
        gold=from_annotation(record),
    )


def _from_gold(row: Any, data: Data, number: int) -> GoldArticle:
    try:
        gold: Reading = from_gold_row(row)
        text = row["text"]
        outside = [span for span in gold.spans or () if not 0 <= span.start < span.end <= len(text)]
        if outside:
            raise ValueError(f"span {outside[0].start}–{outside[0].end} lies outside the text")
        return GoldArticle(
            id=str(row.get("id") or f"{data.path.stem}-{number}"),
            text=text,
            data=data.path.name,
            title=row.get("title"),
            outlet=row.get("outlet"),
            published=read_date(row.get("published") or row.get("date")),
            url=row.get("url"),
            gold=gold,
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        shown = f"{type(error).__name__}: {str(error).splitlines()[0]}"
        raise DataError(f"{data.path}:{number}: not an article with entities, events and tallies ({shown})") from None


# --- coded tables ---------------------------------------------------------------------------------------------------


def _coded(data: Data, rows: Iterator[dict[str, Any]], columns: Columns) -> None:
    data.kind = "coded table"
    records = list(rows)
    if not records:
        raise DataError(f"{data.path}: the table has no rows")
    where = _located(records[0], columns)
    if not where.keys() & {"killed", "injured"}:
        raise DataError(
            f"{data.path}: no column of counts; name it with --killed-column or --injured-column "
            f"(there are: {', '.join(map(str, records[0]))})"
        )
    refused = skipped = 0
    fields = FieldNames(id=columns.id, text=columns.text)
    for row, article in zip(records, input_articles(_plain(records), fields=fields), strict=True):
        if isinstance(article, ReadError):
            skipped += 1
            continue
        coded, bad = _coded_values(row, where)
        refused += bad
        data.articles.append(_coded_article(article, coded, data))
    if skipped == len(records):
        raise DataError(f"{data.path}: no row has a text; name its column with --text-column")
    if skipped:
        data.notes.append(f"{skipped} rows without a text left out")
    if refused:
        data.notes.append(f"{refused} counts that are no whole number of people (blank, negative, words) not scored")


def _coded_article(article: InputArticle, coded: Coded, data: Data) -> GoldArticle:
    return GoldArticle(
        id=article.id,
        text=article.text,
        data=data.path.name,
        title=article.title,
        outlet=article.outlet,
        published=article.published,
        url=article.url,
        coded=coded,
    )


def _plain(records: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Records with numbers as pandas reads them (12.0) written as people do (12), for ids."""
    for record in records:
        yield {
            key: int(value) if isinstance(value, float) and value.is_integer() else value
            for key, value in record.items()
        }


def _located(row: Mapping[str, Any], columns: Columns) -> dict[str, str]:
    """The column of each coded field that the table has."""
    folded = {str(name).strip().casefold(): str(name) for name in row}
    found: dict[str, str] = {}
    table = resources.files("conflict_events").joinpath("data/coded_columns.csv").read_text(encoding="utf-8")
    for entry in csv.DictReader(table.splitlines()):
        if entry["name"] in folded:
            found.setdefault(entry["field"], folded[entry["name"]])
    for name in ("killed", "injured"):
        given = getattr(columns, name)
        if given is not None:
            if given not in row:
                raise DataError(f"no column {given!r}; there are: {', '.join(map(str, row))}")
            found[name] = given
    return found


def _coded_values(row: Mapping[str, Any], where: Mapping[str, str]) -> tuple[Coded, int]:
    def words(name: str) -> str | None:
        value = row.get(where.get(name, ""))
        text = "" if value is None or value != value else str(value).strip()
        return text or None

    counts, bad = {}, 0
    for name in ("killed", "injured"):
        value = words(name)
        counts[name] = whole_number(value)
        bad += value is not None and counts[name] is None
    lat, lon = (_number(words(name)) for name in ("lat", "lon"))
    inside = lat is not None and lon is not None and abs(lat) <= 90 and abs(lon) <= 180
    return (
        Coded(
            killed=counts["killed"],
            injured=counts["injured"],
            lat=lat if inside else None,
            lon=lon if inside else None,
            admin1=words("admin1"),
            country=words("country"),
            actors=tuple(filter(None, (words("actor1"), words("actor2")))),
            event_type=words("event_type"),
            sub_event_type=words("sub_event_type"),
        ),
        bad,
    )


def whole_number(text: str | None) -> int | None:
    """A count of people as tables write it ("12", "12.0", "1,200"); ``None`` for anything else, as -9 for unknown."""
    value = _number(text.replace(",", "") if text else None)
    return int(value) if value is not None and value >= 0 and value.is_integer() else None


def _number(text: str | None) -> float | None:
    try:
        value = float(text) if text else None
    except ValueError:
        return None
    return value if value is not None and math.isfinite(value) else None


def _has_header(path: Path) -> bool:
    with path.open(encoding="utf-8", errors="replace") as file:
        names = {name.strip().casefold() for name in file.readline().split("\t")}
    return bool(names & {"text", "notes", "summary", "content", "body"})


def _table_rows(path: Path) -> Iterator[dict[str, Any]]:
    import pandas as pd

    try:
        if path.suffix.lower() in (".parquet", ".pq"):
            table = pd.read_parquet(path)
        else:
            separator = "\t" if path.suffix.lower() == ".tsv" else None
            table = pd.read_csv(
                path, sep=separator, engine="python", dtype=str, keep_default_na=False, encoding="utf-8-sig"
            )
    except UnicodeDecodeError:
        raise DataError(f"{path}: not UTF-8; save the table as UTF-8") from None
    except (ValueError, OSError) as error:  # pandas' and pyarrow's errors of form are ValueErrors
        raise DataError(f"{path}: cannot be read as a table ({str(error).splitlines()[0]})") from None
    for record in table.to_dict(orient="records"):
        yield {str(key): value for key, value in record.items()}


def _dicts(path: Path) -> Iterator[dict[str, Any]]:
    for number, row in enumerate(_json_lines(path), 1):
        if not isinstance(row, dict):
            raise DataError(f"{path}:{number}: not a JSON object")
        yield row


def _json_lines(path: Path) -> Iterator[Any]:
    with path.open(encoding="utf-8-sig") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                yield json.loads(line)
            except (ValueError, RecursionError):
                raise DataError(f"{path}:{number}: not JSON; each line is one record") from None

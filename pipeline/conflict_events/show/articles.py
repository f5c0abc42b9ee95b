"""What is shown: annotations with the texts they were read from.

From articles (read and annotated here) or from the results of ``conflict-events annotate``, of any format.
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from conflict_events.reading import LINE_ENDINGS, InputArticle, ReadError, read_articles
from conflict_events.schema import Annotation, Casualty, Event, Mention
from conflict_events.tables import COLUMNS, rows

if TYPE_CHECKING:
    from spacy.language import Language


#: The column of each table that holds the ids of its own rows.
_ID_COLUMNS = {table: columns[0][0] for table, columns in COLUMNS.items()}
#: What a row's id adds to that of its event, tally or article: "-c1.2", "-f1".
_ROW_NUMBER = re.compile(r"-[a-z]\d+(?:\.\d+)*$")


class ShowError(ValueError):
    """Something cannot be shown; the message says why and what to do."""


@dataclass(frozen=True)
class ShownArticle:
    """An annotation and the original text that its offsets count, ``None`` where nobody has it.

    ``left_out`` are the ranges of the text that were read as boilerplate: start, end, reason.
    """

    annotation: Annotation
    text: str | None = None
    left_out: tuple[tuple[int, int, str], ...] = ()


def annotate_articles(articles: Iterable[InputArticle], nlp: Language) -> Iterator[ShownArticle]:
    """Read each of ``articles`` with the pipeline ``nlp``."""
    from conflict_events.records import annotation, model_info
    from conflict_events.tokenizer import Tokenizer, source_text

    info = model_info(nlp)
    tokenizer = nlp.tokenizer
    if not isinstance(tokenizer, Tokenizer):
        raise ShowError(f"the pipeline {info.name} was not made by this project; name one with --model")
    for article in articles:
        doc = nlp(tokenizer.article_doc(article))
        dropped = (doc._.source_map or {}).get("dropped", ())
        left_out = tuple((int(start), int(end), str(reason)) for start, end, reason in dropped)
        yield ShownArticle(annotation(doc, info), source_text(doc), left_out)


def is_annotations(path: Path) -> bool:
    """Whether ``path`` holds annotations by ``conflict-events annotate``, of any format, rather than articles."""
    if _is_store(path):
        return True
    suffixes = [suffix.lower() for suffix in path.suffixes]
    ending = suffixes[-2] if suffixes[-1:] == [".gz"] and len(suffixes) > 1 else path.suffix.lower()
    if ending not in LINE_ENDINGS or not path.is_file():
        return False
    try:
        first = next((line for line in _lines(path) if line.strip()), b"")
        record = json.loads(first)
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(record, dict) and {"schema_version", "article", "model"} <= record.keys()


def read_annotations(
    path: Path, texts: dict[str, str] | None = None, wanted: str | None = None
) -> Iterator[ShownArticle | ReadError]:
    """The annotations that ``conflict-events annotate`` wrote to ``path``, with their texts.

    Only that of which ``wanted`` is the id, or that of one of its rows (:func:`has_id`), where that is given.

    A text comes from ``texts`` (by article id), else from the record itself. A line that is no annotation, or whose
    words are not those of the text, gives a :class:`~conflict_events.reading.ReadError`; the others go on.
    """
    for number, line in enumerate(_lines(path), 1):
        if not line.strip() or (wanted is not None and not _may_hold(line, wanted)):
            continue
        where = f"{path}#{number}"
        try:
            annotation = Annotation.model_validate_json(line)
            text = (texts or {}).get(annotation.article.id, annotation.article.text)
            if text is not None:
                check_words(annotation, text)
        except ValidationError as error:
            first = error.errors()[0]
            field = ".".join(str(part) for part in first["loc"]) or "record"
            reason = f"is no annotation ({field}: {first['msg']}); make it again with `conflict-events annotate`"
            yield ReadError(where, reason)
        except ShowError as error:
            yield ReadError(where, str(error))
        else:
            if wanted is None or has_id(annotation, wanted):
                yield ShownArticle(annotation, text)


def has_id(annotation: Annotation, wanted: str) -> bool:
    """Whether ``wanted`` is the id of an article, or of a row that it gives in one of the tables."""
    ids = [annotation.article.id, *(event.id for event in annotation.events), *(one.id for one in annotation.tallies)]
    if wanted in ids:
        return True
    if not any(wanted.startswith(f"{one}-") for one in ids):
        return False
    return any(row.get(_ID_COLUMNS[table]) == wanted for table, found in rows(annotation).items() for row in found)


def _may_hold(line: bytes, wanted: str) -> bool:
    """Whether a line can be the one with that id: a row's id begins with that of its event, tally or article."""
    begin = _ROW_NUMBER.sub("", wanted)
    return any(json.dumps(begin, ensure_ascii=way)[1:-1].encode() in line for way in (False, True))


def read_texts(path: Path, annotations: Path) -> dict[str, str]:
    """The texts of the articles in ``path`` by article id, for the annotations of another file.

    Where there is one text and one annotation, they belong together whatever their ids. Raises ShowError where
    ``path`` holds no article.
    """
    found: dict[str, str] = {}
    for article in read_articles([path]):
        if isinstance(article, ReadError):
            raise ShowError(f"{article.source}: {article.reason}")
        found[article.id] = article.text
    lines = [line for line in _lines(annotations) if line.strip()]
    if len(found) == len(lines) == 1:
        try:
            article_id = json.loads(lines[0])["article"]["id"]
        except (ValueError, KeyError, TypeError):
            return found  # read_annotations says what is wrong with the line
        return {str(article_id): next(iter(found.values()))}
    return found


def check_words(annotation: Annotation, text: str) -> None:
    """Raise ShowError unless every mention of ``annotation`` is found in ``text`` at its offsets."""
    for mention in mentions(annotation):
        if text[mention.start : mention.end] != mention.text:
            raise ShowError(
                f"article {annotation.article.id}: the text does not hold {mention.text!r} at characters "
                f"{mention.start} to {mention.end}; give the text that was annotated, unchanged"
            )


def mentions(annotation: Annotation) -> Iterator[Mention]:
    """Every span of words that a record of ``annotation`` rests on."""
    yield from annotation.entities
    for event in annotation.events:
        yield from event_mentions(event)
    for tally in annotation.tallies:
        yield from _casualty_mentions(tally.parts)
        yield from tally.evidence
    for finding in annotation.findings:
        yield from finding.mentions


def event_mentions(event: Event) -> Iterator[Mention]:
    """Every span of words that an event rests on."""
    yield from (actor.mention for actor in event.actors)
    yield from (location.mention for location in event.locations)
    yield from event.weapons
    yield from _casualty_mentions(event.casualties)
    yield from event.evidence


def _casualty_mentions(casualties: Iterable[Casualty]) -> Iterator[Mention]:
    for casualty in casualties:
        if casualty.mention:
            yield casualty.mention
        if casualty.victim:
            yield casualty.victim.mention
        if casualty.perpetrator:
            yield casualty.perpetrator.mention
        yield from _casualty_mentions(casualty.includes)


def _is_store(path: Path) -> bool:
    """Whether results lie in a folder or a database, and not in lines of a file."""
    from conflict_events.batch.reading_back import store_format
    from conflict_events.batch.stores import StoreError

    try:
        return store_format(path) != "jsonl"
    except StoreError:
        return False


def _lines(path: Path) -> Iterator[bytes]:
    """The annotations of ``path`` as JSON, not decoded: what is no UTF-8 is the fault of its line alone."""
    if _is_store(path):
        from conflict_events.batch.reading_back import annotation_lines

        yield from (line.encode() for line in annotation_lines(path))
    elif path.suffix.lower() == ".gz":
        with gzip.open(path) as packed:
            yield from packed
    else:
        with path.open("rb") as file:
            yield from file

"""spaCy's own files: DocBin (``.spacy``) and the older JSON of ``(text, {"entities": [(start, end, label)]})``."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

import spacy
from spacy.tokens import DocBin

from conflict_events.corpus.align import doc_maker
from conflict_events.corpus.docs import COUNTS, OUTCOMES, ROLES, Skipped, labelled_doc
from conflict_events.corpus.records import LabelledArticle
from conflict_events.labels.records import LabelFormatError, Notes, RawSpan, RawText
from conflict_events.labels.rows import json_rows


def read_docbin(path: Path, notes: Notes) -> Iterator[RawText]:
    """Entities of each Doc, with outcomes and roles from the span groups that this project writes, if there are any."""
    try:
        docbin = DocBin().from_disk(path)
    except Exception as error:  # msgpack and zlib raise many kinds for a file that is no DocBin
        raise LabelFormatError(f"{path}: no DocBin ({error}); give a .spacy file written by spaCy 3") from None
    vocab = spacy.blank("en").vocab
    for number, doc in enumerate(docbin.get_docs(vocab), start=1):
        outcomes = {(span.start, span.end): span.label_ for span in doc.spans.get(OUTCOMES, ())}
        roles: dict[tuple[int, int], list[str]] = {}
        for span in doc.spans.get(ROLES, ()):
            if span.label_ != COUNTS:
                roles.setdefault((span.start, span.end), []).append(span.label_)
        for name in doc.spans:
            if name not in (OUTCOMES, ROLES):
                notes.add("dropped", f"{path}:{number}", f"span group {name!r}", "only entities are read")
        identifier = doc.user_data.get("article_id") or f"{'-'.join(path.stem.split())}-{number:04}"
        spans = [
            RawSpan(
                ent.start_char,
                ent.end_char,
                ent.label_,
                ent.text,
                outcomes.get((ent.start, ent.end)),
                tuple(roles.get((ent.start, ent.end), ())),
            )
            for ent in doc.ents
        ]
        yield RawText(id=str(identifier), text=doc.text, source=f"{path}:{number}", spans=spans)


def write_docbin(articles: Iterable[LabelledArticle], path: Path, notes: Notes) -> None:
    """Docs over the articles' own text, by spaCy's English tokenizer."""
    make_doc = doc_maker(spacy.blank("en"))
    skipped = Skipped()
    docs = DocBin(store_user_data=True)
    for article in articles:
        docs.add(labelled_doc(article, make_doc, skipped))
    for identifier, label in [*skipped.misaligned, *skipped.dropped]:
        shown = f"{label.label} {label.start}–{label.end} {label.text!r}"
        notes.add("dropped", identifier, shown, "falls inside a token of spaCy's English tokenizer")
    docs.to_disk(path)


def read_json(path: Path, notes: Notes) -> Iterator[RawText]:
    """Rows ``[text, {"entities": [[start, end, label], …]}]`` of an array or of JSON lines.

    The wrapping of the web annotator of old, ``{"classes": […], "annotations": [rows]}``, is read too.
    """
    rows = [
        (source, inner)
        for source, row in json_rows(path)
        for inner in (row["annotations"] if isinstance(row, dict) and "annotations" in row else [row])
    ]
    for number, (source, row) in enumerate(rows, start=1):
        match row:
            case [str(text), {"entities": [*entities], **others}]:
                spans = []
                for entity in entities:
                    match entity:
                        case [int(start), int(end), str(label), *_]:
                            spans.append(RawSpan(start, end, label))
                        case _:
                            raise LabelFormatError(f"{source}: {entity!r} is not [start, end, label]")
                for name in others:
                    notes.add("dropped", source, str(name), "only entities are read")
                yield RawText(f"{'-'.join(path.stem.split())}-{number:04}", text, source, spans)
            case None:
                notes.add("skipped", source, "row", "it is null: the annotator left the text out")
            case _:
                raise LabelFormatError(f'{source}: not [text, {{"entities": […]}}]; is the format right?')


def write_json(articles: Iterable[LabelledArticle], path: Path, notes: Notes) -> None:
    """One JSON array of ``[text, {"entities": […]}]``."""
    rows = [
        [article.text, {"entities": [[label.start, label.end, label.label] for label in article.labels]}]
        for article in articles
    ]
    path.write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n", encoding="utf-8", newline="\n")

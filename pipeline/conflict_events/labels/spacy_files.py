"""spaCy's own files: DocBin (``.spacy``) and the older JSON of ``(text, {"entities": [(start, end, label)]})``."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import spacy
from spacy.tokens import Doc, DocBin, Span

from conflict_events.corpus.align import doc_maker
from conflict_events.corpus.docs import COUNTS, OUTCOMES, ROLES, Skipped, labelled_doc
from conflict_events.corpus.records import LabelledArticle
from conflict_events.labels.carried import SUGGESTED, carried, take
from conflict_events.labels.records import LabelFormatError, Notes, RawSpan, RawText
from conflict_events.labels.rows import json_rows

BLOCKS = "casualty_blocks"  # span group: the link of each CASUALTY, the number of its event or tally as label
CARRIED = "conflict_events"  # key of user_data


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
            if name not in (OUTCOMES, ROLES, BLOCKS):
                notes.add("dropped", f"{path}:{number}", f"span group {name!r}", "only entities are read")
        blocks = {
            (span.start, span.end): int(span.label_) - 1
            for span in doc.spans.get(BLOCKS, ())
            if span.label_.isdecimal()
        }
        identifier = doc.user_data.get("article_id") or f"{'-'.join(path.stem.split())}-{number:04}"
        spans = [
            RawSpan(
                ent.start_char,
                ent.end_char,
                ent.label_,
                ent.text,
                outcomes.get((ent.start, ent.end)),
                tuple(roles.get((ent.start, ent.end), ())),
                blocks.get((ent.start, ent.end)),
            )
            for ent in doc.ents
        ]
        raw = RawText(id=str(identifier), text=doc.text, source=f"{path}:{number}", spans=spans)
        values = doc.user_data.get(CARRIED)
        take(raw, values if isinstance(values, dict) else {})
        unknown = sum(token.ent_iob == 0 for token in doc if not token.is_space)
        if isinstance(values, dict) and values.get(SUGGESTED):
            raw.unchecked = "nobody has been over these suggestions"
        elif unknown:
            raw.unchecked = f"of {unknown} tokens it is not stated whether they are labelled, and unknown is not none"
        yield raw


def write_docbin(articles: Iterable[LabelledArticle], path: Path, notes: Notes, suggested: bool = False) -> None:
    """Docs over the articles' own text, by spaCy's English tokenizer."""
    make_doc = doc_maker(spacy.blank("en"))
    skipped = Skipped()
    docs = DocBin(store_user_data=True)
    for article in articles:
        doc = labelled_doc(article, make_doc, skipped)
        doc.user_data[CARRIED] = carried(article, suggested=suggested)
        _add_links(doc, article)
        docs.add(doc)
    for identifier, label in [*skipped.misaligned, *skipped.dropped]:
        shown = f"{label.label} {label.start}–{label.end} {label.text!r}"
        notes.add("dropped", identifier, shown, "falls inside a token of spaCy's English tokenizer")
    docs.to_disk(path)


def _add_links(doc: Doc, article: LabelledArticle) -> None:
    """The link of each CASUALTY to its event, and the roles of those without an outcome."""
    links, roles = [], list(doc.spans[ROLES])
    for label in article.labels:
        span = doc.char_span(label.start, label.end)
        if span is None:
            continue
        if label.block is not None:
            links.append(Span(doc, span.start, span.end, label=str(label.block + 1)))
        if label.outcome is None:
            roles += [Span(doc, span.start, span.end, label=role) for role in label.roles]
    doc.spans[BLOCKS], doc.spans[ROLES] = links, roles


def read_json(path: Path, notes: Notes) -> Iterator[RawText]:
    """Rows ``[text, {"entities": [[start, end, label], …]}]`` of an array or of JSON lines.

    The wrapping of the web annotator of old, ``{"classes": […], "annotations": [rows]}``, is read too, and the objects
    of displaCy and ``Doc.to_json`` (``{"text", "ents": [{"start", "end", "label"}]}``) and of UBIAI
    (``{"document", "tokens": [{"start", "end", "entityLabel"}]}``).
    """
    rows = [
        (source, inner)
        for source, row in json_rows(path)
        for inner in (row["annotations"] if isinstance(row, dict) and "annotations" in row else [row])
    ]
    rows = [(source, _as_pair(row, source, notes)) for source, row in rows]
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
                    if name != SUGGESTED:
                        notes.add("dropped", source, str(name), "only entities are read")
                raw = RawText(f"{'-'.join(path.stem.split())}-{number:04}", text, source, spans)
                raw.unchecked = "nobody has been over these suggestions" if others.get(SUGGESTED) is True else None
                yield raw
            case None:
                notes.add("skipped", source, "row", "it is null: the annotator left the text out")
            case _:
                raise LabelFormatError(f'{source}: not [text, {{"entities": […]}}]; is the format right?')


def _as_pair(row: Any, source: str, notes: Notes) -> Any:
    """An object of displaCy, ``Doc.to_json`` or UBIAI as ``[text, {"entities": […]}]``; anything else as it is."""
    match row:
        case {"text": str(text), "ents": [*entries]}:
            names, used = ["label"], {"text", "ents", "tokens", "title"}
        case {"document": str(text), "tokens": [*entries]}:
            names, used = ["entityLabel", "label"], {"document", "tokens", "documentName"}
        case _:
            return row
    for name in row:
        if name not in used and row[name]:
            notes.add("dropped", source, str(name), "only entities are read")
    entities = []
    for entry in entries:
        try:
            label = next(entry[name] for name in names if name in entry)
            entities.append([int(entry["start"]), int(entry["end"]), str(label)])
        except (KeyError, TypeError, ValueError, StopIteration):
            raise LabelFormatError(f"{source}: {entry!r} lacks start, end or {names[0]}") from None
    return [text, {"entities": entities}]


def write_json(articles: Iterable[LabelledArticle], path: Path, notes: Notes, suggested: bool = False) -> None:
    """One JSON array of ``[text, {"entities": […]}]``."""
    mark = {SUGGESTED: True} if suggested else {}
    rows = [
        [article.text, {"entities": [[label.start, label.end, label.label] for label in article.labels], **mark}]
        for article in articles
    ]
    path.write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n", encoding="utf-8", newline="\n")

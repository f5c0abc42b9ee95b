"""Prodigy's JSONL, as ``db-out`` writes and ``ner.manual`` reads it (https://prodi.gy/docs/api-interfaces).

Character offsets are code points, end exclusive; ``token_start`` and ``token_end`` are token numbers, both inclusive.
Only tasks whose ``answer`` is ``accept`` are labelled data: ``reject`` says the labels are wrong, ``ignore`` nothing,
and a task without an answer is one that nobody has seen. A binary answer (``ner.teach``) is about one span: of the rest
of the text it says nothing, so that it is no labelled text either.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import spacy

from conflict_events.corpus.records import LabelledArticle
from conflict_events.labels.carried import carried, take
from conflict_events.labels.records import Notes, RawSpan, RawText
from conflict_events.labels.rows import meta_of, objects, row_id, text_of

CARRIED = "conflict_events"  # the key of a task under which the article's own values travel; Prodigy keeps it


def read(path: Path, notes: Notes) -> Iterator[RawText]:
    """Accepted tasks with their spans."""
    for number, (source, row) in enumerate(objects(path), start=1):
        answer = row.get("answer")
        if answer not in ("accept", None):
            notes.add("skipped", source, "task", f"answer is {answer!r}; only accepted tasks are labelled data")
            continue
        raw = RawText(id=row_id(row, path, number), text=text_of(row, source, "text"), source=source)
        own = row.get(CARRIED)
        take(raw, {**meta_of(row), **(own if isinstance(own, dict) else {})})
        who = row.get("_annotator_id") or row.get("_session_id")
        raw.annotator = str(who) if who else None
        if answer is None:
            raw.unchecked = "nobody has answered this task"
        elif row.get("_is_binary") or row.get("_view_id") == "ner":
            raw.unchecked = "a binary answer is about one span; whether the rest holds others is unknown"
        for span in row.get("spans") or []:
            read_span = _span(span, row.get("tokens") or [], source, notes)
            if read_span is not None:
                raw.spans.append(read_span)
        for field in ("relations", "accept", "options"):
            if row.get(field):
                notes.add("dropped", source, field, "only spans are read")
        yield raw


def _span(span: dict[str, Any], tokens: list[dict[str, Any]], source: str, notes: Notes) -> RawSpan | None:
    label = str(span.get("label", ""))
    start, end = span.get("start"), span.get("end")
    first, last = span.get("token_start"), span.get("token_end")
    by_token: tuple[int, int] | None = None
    if tokens and isinstance(first, int) and isinstance(last, int) and 0 <= first <= last < len(tokens):
        by_token = int(tokens[first]["start"]), int(tokens[last]["end"])
    if not isinstance(start, int) or not isinstance(end, int):
        if by_token is None:
            notes.add("dropped", source, f"span {label}", "neither character offsets nor tokens say what it covers")
            return None
        start, end = by_token
    elif by_token is not None and by_token != (start, end):
        shown = f"{label} {start}–{end}"
        notes.add("changed", source, shown, f"its tokens say {by_token[0]}–{by_token[1]}; characters are believed")
    surface = span.get("text")
    return RawSpan(
        start=start,
        end=end,
        label=label,
        surface=surface if isinstance(surface, str) else None,
        outcome=span.get("outcome"),
        roles=tuple(span.get("roles") or ()),
        block=span["block"] - 1 if isinstance(span.get("block"), int) else None,
    )


def write(articles: Iterable[LabelledArticle], path: Path, notes: Notes, suggested: bool = False) -> None:
    """Tasks with tokens and spans. A span that does not fall on token borders is left out: Prodigy refuses it."""
    tokenizer = spacy.blank("en").tokenizer
    with path.open("w", encoding="utf-8", newline="\n") as out:
        for article in articles:
            doc = tokenizer(article.text)
            starts = {token.idx: token.i for token in doc}
            ends = {token.idx + len(token): token.i for token in doc}
            spans: list[dict[str, Any]] = []
            for label in article.labels:
                if label.start not in starts or label.end not in ends:
                    shown = f"{label.label} {label.start}–{label.end} {label.text!r}"
                    notes.add("dropped", article.id, shown, "falls inside a token of spaCy's English tokenizer")
                    continue
                span: dict[str, Any] = {
                    "start": label.start,
                    "end": label.end,
                    "token_start": starts[label.start],
                    "token_end": ends[label.end],
                    "label": label.label,
                }
                if label.outcome is not None:
                    span["outcome"] = label.outcome
                if label.roles:
                    span["roles"] = list(label.roles)
                if label.block is not None:
                    span["block"] = label.block + 1
                spans.append(span)
            task = {
                "text": article.text,
                "meta": {"article_id": article.id, "outlet": article.outlet},
                "tokens": [
                    {
                        "text": token.text,
                        "start": token.idx,
                        "end": token.idx + len(token),
                        "id": token.i,
                        "ws": bool(token.whitespace_),
                    }
                    for token in doc
                ],
                "spans": spans,
                CARRIED: carried(article),
                **({} if suggested else {"answer": "accept"}),
            }
            out.write(json.dumps(task, ensure_ascii=False) + "\n")

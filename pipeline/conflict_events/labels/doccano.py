"""doccano's JSONL for sequence labelling (https://doccano.github.io/doccano/).

Three spellings are read: ``{"text", "label": [[start, end, name]]}``, the older ``"labels"``, and the one of projects
with relations, ``{"text", "entities": [{"label", "start_offset", "end_offset"}], "relations": […]}``. Offsets are code
points; versions before 2019 wrote UTF-16 units (doccano/doccano#99), which ``offset_unit`` asks for.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from conflict_events.corpus.records import LabelledArticle
from conflict_events.labels.records import LabelFormatError, Notes, RawSpan, RawText
from conflict_events.labels.rows import objects, row_id, text_of


def read(path: Path, notes: Notes) -> Iterator[RawText]:
    """Texts with their spans, in any of the three spellings."""
    for number, (source, row) in enumerate(objects(path), start=1):
        raw = RawText(id=row_id(row, path, number), text=text_of(row, source, "text", "data"), source=source)
        for name in ("label", "labels"):
            for entry in row.get(name) or []:
                match entry:
                    case [int(start), int(end), str(label)]:
                        raw.spans.append(RawSpan(start, end, label))
                    case _:
                        raise LabelFormatError(f"{source}: {entry!r} under {name!r} is not [start, end, label]")
        for entity in row.get("entities") or []:
            try:
                span = RawSpan(int(entity["start_offset"]), int(entity["end_offset"]), str(entity["label"]))
            except (KeyError, TypeError, ValueError):
                message = f"{source}: {entity!r} under 'entities' lacks label, start_offset or end_offset"
                raise LabelFormatError(message) from None
            raw.spans.append(span)
        for name in ("relations", "Comments", "cats"):
            if row.get(name):
                notes.add("dropped", source, f"{len(row[name])} {name}", "only spans are read")
        yield raw


def write(articles: Iterable[LabelledArticle], path: Path, notes: Notes) -> None:
    """The spelling with ``label``, which doccano imports into a sequence labelling project."""
    with path.open("w", encoding="utf-8", newline="\n") as out:
        for article in articles:
            spans = [[label.start, label.end, label.label] for label in article.labels]
            meta = {"article_id": article.id, "outlet": article.outlet}
            out.write(json.dumps({"text": article.text, "label": spans, "meta": meta}, ensure_ascii=False) + "\n")

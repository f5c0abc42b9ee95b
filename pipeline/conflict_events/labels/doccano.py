"""doccano's JSONL for sequence labelling (https://doccano.github.io/doccano/).

Four spellings are read: ``{"text", "label": [[start, end, name]]}``, the older ``"labels"``, the one of projects with
relations, ``{"text", "entities": [{"label", "start_offset", "end_offset"}], "relations": […]}``, and the one that
names labels by number and people by ``user``, ``"annotations": [{"label": 3, "start_offset", "end_offset", "user"}]``:
map the numbers (``--map 3=ACTOR``). Offsets are code
points; versions before 2019 wrote UTF-16 units (doccano/doccano#99), which ``offset_unit`` asks for.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from conflict_events.corpus.records import LabelledArticle
from conflict_events.labels.carried import SUGGESTED, carried, take
from conflict_events.labels.records import LabelFormatError, Notes, RawSpan, RawText
from conflict_events.labels.rows import meta_of, objects, row_id, text_of


def read(path: Path, notes: Notes) -> Iterator[RawText]:
    """Texts with their spans, in any of the four spellings; one for each user where several labelled a text."""
    for number, (source, row) in enumerate(objects(path), start=1):
        raw = RawText(id=row_id(row, path, number), text=text_of(row, source, "text", "data"), source=source)
        for name in ("label", "labels"):
            for entry in row.get(name) or []:
                match entry:
                    case [int(start), int(end), str(label)]:
                        raw.spans.append(RawSpan(start, end, label))
                    case _:
                        raise LabelFormatError(f"{source}: {entry!r} under {name!r} is not [start, end, label]")
        raw.spans += [_entity(entity, "entities", source) for entity in row.get("entities") or []]
        take(raw, {**row, **meta_of(row)})
        # doccano numbers what it exports: a row without a number is as it was suggested.
        if meta_of(row).get(SUGGESTED) is True and "id" not in row:
            raw.unchecked = "nobody has been over these suggestions"
        for name in ("relations", "Comments", "cats"):
            if row.get(name):
                notes.add("dropped", source, f"{len(row[name])} {name}", "only spans are read")
        yield from _by_user(raw, row, source)


def _by_user(raw: RawText, row: dict[str, Any], source: str) -> Iterator[RawText]:
    """The text once for each user under ``annotations``; as it is where there are none."""
    users: dict[str | None, list[RawSpan]] = {}
    for entry in row.get("annotations") or []:
        user = str(entry["user"]) if isinstance(entry, dict) and entry.get("user") is not None else None
        users.setdefault(user, []).append(_entity(entry, "annotations", source))
    if not users:
        yield raw
    for user, spans in users.items():
        yield replace(raw, spans=[*raw.spans, *spans], annotator=user)


def _entity(entity: Any, name: str, source: str) -> RawSpan:
    match entity:
        case [int(start), int(end), str(label)]:
            return RawSpan(start, end, label)
    try:
        start = entity["start_offset"] if "start_offset" in entity else entity["start"]
        end = entity["end_offset"] if "end_offset" in entity else entity["end"]
        return RawSpan(int(start), int(end), str(entity["label"]))
    except (KeyError, TypeError, ValueError):
        message = f"{source}: {entity!r} under {name!r} lacks label, start_offset or end_offset"
        raise LabelFormatError(message) from None


def write(articles: Iterable[LabelledArticle], path: Path, notes: Notes, suggested: bool = False) -> None:
    """The spelling with ``label``, which doccano imports into a sequence labelling project."""
    with path.open("w", encoding="utf-8", newline="\n") as out:
        for article in articles:
            spans = [[label.start, label.end, label.label] for label in article.labels]
            meta = carried(article, suggested=suggested)
            out.write(json.dumps({"text": article.text, "label": spans, "meta": meta}, ensure_ascii=False) + "\n")

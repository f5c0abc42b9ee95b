"""Label Studio's JSON and JSON-MIN exports, and its import with predictions (https://labelstud.io/guide/export).

Offsets are those of a JavaScript string, that is UTF-16 units (HumanSignal/label-studio#1347), end exclusive, and line
breaks of the imported text may have been counted otherwise (#539). ``value.text``, where an export has it, says what
is covered and is believed over the offsets.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from conflict_events.corpus.records import LabelledArticle
from conflict_events.labels.carried import carried, take
from conflict_events.labels.records import LabelFormatError, Notes, RawSpan, RawText
from conflict_events.labels.rows import objects, row_id
from conflict_events.labels.settle import codepoints_to_utf16

TO_NAME = "text"
FROM_NAME = "label"


def labelling_config(labels: Iterable[str] = ("ACTOR", "LOCATION", "CASUALTY", "WEAPON")) -> str:
    """The labelling interface that :func:`write` writes for; paste it into the project's settings."""
    rows = "\n".join(f'    <Label value="{label}"/>' for label in labels)
    return (
        f'<View>\n  <Labels name="{FROM_NAME}" toName="{TO_NAME}">\n{rows}\n  </Labels>\n'
        f'  <Text name="{TO_NAME}" value="$text"/>\n</View>\n'
    )


def read(path: Path, notes: Notes) -> Iterator[RawText]:
    """Tasks with their annotation: the ground truth where one is marked, else the one updated last."""
    for number, (source, row) in enumerate(objects(path), start=1):
        data = row.get("data", row)
        if "data" in row:
            values = _annotated(row, source, notes)
            if values is None:
                continue
        else:
            values = [value for control in row.values() if _is_control(control) for value in control]
        text = _text(data, source, [value["text"] for value in values if isinstance(value.get("text"), str)])
        if any("hypertextlabels" in value for value in values) and "<" in text:
            text = _text_content(text)
            notes.add("changed", source, "text", "taken out of its HTML, whose text the offsets count")
        raw = RawText(id=row_id({**row, "meta": data}, path, number), text=text, source=source, unit="utf16")
        take(raw, data)
        who = row.get("annotator") if "data" not in row else None
        raw.annotator = str(who) if isinstance(who, (int, str)) else None
        for value in values:
            raw.spans.extend(_spans(value, source, notes))
        yield raw


def is_min(row: dict[str, Any]) -> bool:
    """Whether a row is of JSON-MIN: a control of any name holds its spans."""
    return any(_is_control(value) for value in row.values())


def _is_control(value: Any) -> bool:
    return isinstance(value, list) and any(isinstance(one, dict) and _label_names(one) for one in value)


def _label_names(value: dict[str, Any]) -> list[str]:
    """The labels of a span; their key is the kind of control (``labels``, ``hypertextlabels``)."""
    found = next((some for key, some in value.items() if key.endswith("labels") and isinstance(some, list)), [])
    return [str(label) for label in found]


def _text(data: Any, source: str, surfaces: list[str]) -> str:
    """The text of a task: the field that a Text tag names by default, else the only one, or the only that holds all
    that is labelled."""
    if isinstance(data, dict):
        if isinstance(data.get(TO_NAME), str):
            return str(data[TO_NAME])
        texts = [value for value in data.values() if isinstance(value, str) and " " in value]
        if len(texts) > 1 and surfaces:
            texts = [text for text in texts if all(words in _text_content(text) for words in surfaces)]
        if len(texts) == 1:
            return texts[0]
    raise LabelFormatError(f"{source}: no text under data.text; is this a Label Studio export of texts?")


class _TextContent(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []

    def handle_data(self, data: str) -> None:
        self.pieces.append(data)


def _text_content(html: str) -> str:
    """What a browser calls the text content of HTML: its text without tags."""
    parser = _TextContent()
    parser.feed(html)
    parser.close()
    return "".join(parser.pieces)


def _annotated(row: dict[str, Any], source: str, notes: Notes) -> list[dict[str, Any]] | None:
    annotations = row.get("annotations", row.get("completions")) or []
    valid = [one for one in annotations if isinstance(one, dict) and not one.get("was_cancelled")]
    for _ in range(len(annotations) - len(valid)):
        notes.add("skipped", source, "annotation", "it was cancelled (skipped) by the annotator")
    if not valid:
        notes.add("skipped", source, "task", "it has no annotation")
        return None
    chosen = max(valid, key=lambda one: (bool(one.get("ground_truth")), str(one.get("updated_at", ""))))
    if len(valid) > 1:
        what = "the ground truth" if chosen.get("ground_truth") else "the one updated last"
        notes.add("skipped", source, f"{len(valid) - 1} annotations", f"of several, {what} is read")
    values: list[dict[str, Any]] = []
    for result in chosen.get("result") or []:
        if result.get("type") in ("labels", "hypertextlabels") and isinstance(result.get("value"), dict):
            values.append(result["value"])
        else:
            notes.add("dropped", source, f"result of type {result.get('type')!r}", "only labels of spans are read")
    return values


def _spans(value: dict[str, Any], source: str, notes: Notes) -> Iterator[RawSpan]:
    start, end = value.get("start"), value.get("end")
    if "hypertextlabels" in value or not isinstance(start, int) or not isinstance(end, int):
        # In HTML, start and end are paths to a node, or offsets within it.
        offsets = value.get("globalOffsets") or {}
        start, end = offsets.get("start"), offsets.get("end")
    labels = _label_names(value)
    surface = value.get("text") if isinstance(value.get("text"), str) else None
    if not isinstance(start, int) or not isinstance(end, int) or not labels:
        notes.add("dropped", source, f"span {labels} {surface!r}", "it has no numeric offsets or no label")
        return
    for label in labels[1:]:
        notes.add(
            "dropped", source, f"{label} {start}–{end}", f"a span with several labels keeps the first, {labels[0]}"
        )
    meta = value.get("meta") if isinstance(value.get("meta"), dict) else {}
    yield RawSpan(start, end, labels[0], surface, (meta or {}).get("outcome"), tuple((meta or {}).get("roles") or ()))


def write(articles: Iterable[LabelledArticle], path: Path, notes: Notes, suggested: bool = False) -> None:
    """Tasks with the labels as predictions, which the interface offers as pre-annotations."""
    tasks = []
    for article in articles:
        units = codepoints_to_utf16(article.text)
        result = []
        for number, label in enumerate(article.labels):
            result.append(
                {
                    "id": f"{article.id}-{number}",
                    "from_name": FROM_NAME,
                    "to_name": TO_NAME,
                    "type": "labels",
                    "value": {
                        "start": units[label.start],
                        "end": units[label.end],
                        "text": label.text,
                        "labels": [label.label],
                    },
                }
            )
        data = {"text": article.text, **carried(article)}
        tasks.append({"data": data, "predictions": [{"model_version": "conflict-events", "result": result}]})
    path.write_text(json.dumps(tasks, ensure_ascii=False, indent=1) + "\n", encoding="utf-8", newline="\n")

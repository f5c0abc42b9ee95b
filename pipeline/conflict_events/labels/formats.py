"""The annotation formats by name, and which of them a file is in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from conflict_events.corpus.records import LabelledArticle
from conflict_events.labels import brat, conll, doccano, label_studio, prodigy, spacy_files, webanno
from conflict_events.labels.records import LabelFormatError, Notes, RawText
from conflict_events.labels.rows import json_rows, read_text

Reader = Callable[[Path, Notes], Iterator[RawText]]
#: The last argument says whether the labels are a model's suggestions.
Writer = Callable[[Iterable[LabelledArticle], Path, Notes, bool], None]


@dataclass(frozen=True)
class Format:
    """An annotation tool's file format.

    ``outcomes``: whether it can hold a casualty's outcome and roles; ``events``: the article's headers, events and
    tallies, and with outcomes the links of casualties to these. ``write`` is ``None`` where it is read only.
    """

    name: str
    title: str
    read: Reader
    write: Writer | None
    suffixes: tuple[str, ...]
    outcomes: bool
    events: bool = False


FORMATS: dict[str, Format] = {
    one.name: one
    for one in (
        Format("prodigy", "Prodigy JSONL", prodigy.read, prodigy.write, (".jsonl",), True, True),
        Format("doccano", "doccano JSONL", doccano.read, doccano.write, (".jsonl",), False, True),
        Format("label-studio", "Label Studio JSON", label_studio.read, label_studio.write, (".json",), False, True),
        Format("brat", "brat standoff", brat.read, brat.write, (".ann", ""), True, True),
        Format("conll", "CoNLL-2003 columns", conll.read, conll.write, (".conll", ".iob", ".bio", ".tsv"), False),
        Format("docbin", "spaCy DocBin", spacy_files.read_docbin, spacy_files.write_docbin, (".spacy",), True, True),
        Format("spacy-json", "spaCy's (text, entities) JSON", spacy_files.read_json, spacy_files.write_json, (), False),
        Format("webanno", "WebAnno TSV 3", webanno.read, None, (".tsv",), True),
    )
}


def format_named(name: str) -> Format:
    """The format of that name; LabelFormatError lists the names where there is none."""
    if name not in FORMATS:
        raise LabelFormatError(f"unknown format {name!r}; known are {', '.join(FORMATS)}")
    return FORMATS[name]


def detect(path: Path) -> Format:
    """The format of a file or folder by its suffix and first row; LabelFormatError where neither tells."""
    if path.is_dir():
        return FORMATS["brat"]
    if path.suffix == ".spacy":
        return FORMATS["docbin"]
    if path.suffix == ".ann" or (path.suffix == ".txt" and path.with_suffix(".ann").is_file()):
        return FORMATS["brat"]
    if path.suffix in (".json", ".jsonl", ".ndjson"):
        row = next((row for _, row in json_rows(path)), None)
        match row:
            case [str(), dict()] | {"annotations": [[str(), dict()], *_]} | {"ents": [*_]} | {"document": str()}:
                return FORMATS["spacy-json"]
            case {"data": dict()} | {"annotator": _}:
                return FORMATS["label-studio"]
            case {"entities": [*_]} | {"label": [[_, _, str()], *_]} | {"labels": [[_, _, str()], *_]}:
                return FORMATS["doccano"]
            case {"text": str(), "annotations": []} | {"annotations": [{"start_offset": _}, *_]}:
                return FORMATS["doccano"]
            case dict() if label_studio.is_min(row):
                return FORMATS["label-studio"]
            case {"spans": _} | {"answer": _} | {"_input_hash": _}:
                return FORMATS["prodigy"]
            case {"label": []} | {"labels": []}:
                return FORMATS["doccano"]
    if path.suffix in (".tsv", ".txt") and read_text(path).startswith(webanno.HEAD):
        return FORMATS["webanno"]
    if path.suffix in FORMATS["conll"].suffixes:
        return FORMATS["conll"]
    raise LabelFormatError(f"{path}: cannot tell its format; name it with --format ({', '.join(FORMATS)})")

"""WebAnno TSV 3, as WebAnno and INCEpTION export it (https://inception-project.github.io, "WebAnno TSV 3.x").

A line a token: ``SENTENCE-TOKEN``, ``BEGIN-END`` in UTF-16 units, the token, a column for each feature of each layer.
``_`` is no annotation, ``*`` one without a value; ``VALUE[3]`` on several tokens is one annotation, ``A|B`` two on one
token. The layer read is the one whose name ends in NamedEntity, else the first with a feature ``value``, else the
first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from conflict_events.labels.records import LabelFormatError, Notes, RawSpan, RawText
from conflict_events.labels.rows import read_text

HEAD = "#FORMAT=WebAnno TSV 3"
_TOKEN = re.compile(r"(?P<token>\d+-\d+(?:\.\d+)?)\t(?P<begin>\d+)-(?P<end>\d+)\t(?P<words>[^\t]*)\t?(?P<rest>.*)$")
_VALUE = re.compile(r"(?P<value>(?:\\.|[^\\\[\]])*)(?:\[(?P<number>\d+)\])?$")


@dataclass
class _Columns:
    """Which column holds the label, and which (if any) the outcome; ``others`` are layers that are not read."""

    label: int
    outcome: int | None
    others: list[str]


@dataclass
class _Piece:
    begin: int
    end: int
    words: str
    value: str
    number: str | None
    outcome: str | None


def read(path: Path, notes: Notes) -> Iterator[RawText]:
    """The one text of the file; the annotator is the file's stem, as INCEpTION names its files."""
    lines = [line.rstrip("\r") for line in read_text(path).split("\n")]
    if not lines[0].startswith(HEAD):
        raise LabelFormatError(f"{path}:1: does not begin with {HEAD}; export it as WebAnno TSV v3")
    columns = _columns(lines, path)
    for layer in columns.others:
        notes.add("dropped", str(path), f"layer {layer}", "only the layer of named entities is read")
    text, pieces = _body(lines, columns, path)
    notes.add("changed", str(path), "text", "put together from sentences; what stands between them may differ")
    raw = RawText(id="-".join(path.stem.split()), text=text, source=str(path), unit="utf16", annotator=path.stem)
    raw.spans = _spans(pieces)
    yield raw


def _columns(lines: list[str], path: Path) -> _Columns:
    layers: list[tuple[str, str, list[str], int]] = []
    position = 0
    for line in lines:
        if not line.startswith("#T_"):
            continue
        kind, _, rest = line[3:].partition("=")
        name, *features = rest.split("|")
        layers.append((kind, name, features, position))
        # A relation has a column more, for where it comes from; a layer without features has one of stars.
        position += max(len(features), 1) if kind == "SP" else len(features)
    spans = [layer for layer in layers if layer[0] == "SP"]
    if not spans:
        raise LabelFormatError(
            f"{path}: there is no layer of spans (#T_SP=) in it; export the one that holds the labels"
        )
    chosen = next(
        (layer for layer in spans if layer[1].endswith("NamedEntity")),
        next((layer for layer in spans if "value" in layer[2]), spans[0]),
    )
    _, _, features, start = chosen
    named = next((features.index(name) for name in ("value", "label") if name in features), 0)
    outcome = next((index for index, name in enumerate(features) if name.lower() == "outcome"), None)
    others = [layer[1] for layer in layers if layer is not chosen]
    return _Columns(start + named, None if outcome is None else start + outcome, others)


def _body(lines: list[str], columns: _Columns, path: Path) -> tuple[str, list[_Piece]]:
    text, units = "", 0
    pieces: list[_Piece] = []
    sentence: list[str] = []
    for number, line in enumerate(lines, start=1):
        if line.startswith("#Text="):
            sentence.append(_plain(line[len("#Text=") :]))
        match = None if line.startswith("#") or not line.strip() else _TOKEN.match(line)
        if match is None:
            if line.strip() and not line.startswith("#"):
                raise LabelFormatError(f"{path}:{number}: {line!r} is no line of a token; is the format right?")
            continue
        begin, end = int(match["begin"]), int(match["end"])
        if sentence:
            gap = begin - units
            if gap < 0:
                raise LabelFormatError(f"{path}:{number}: its offsets go back; is the file whole?")
            text += "\n" * min(gap, 1) + " " * (gap - 1) + "\n".join(sentence)
            units = len(text.encode("utf-16-le")) // 2
            sentence = []
        cells = match["rest"].split("\t")
        values = _values(cells, columns.label)
        outcomes = [value for value, _ in _values(cells, columns.outcome)]
        for index, (value, group) in enumerate(values):
            outcome = outcomes[index] if index < len(outcomes) and outcomes[index] != "*" else None
            pieces.append(_Piece(begin, end, _plain(match["words"]), value, group, outcome))
    return text, pieces


def _values(cells: list[str], column: int | None) -> list[tuple[str, str | None]]:
    """Value and number of each annotation in a cell."""
    if column is None or column >= len(cells) or cells[column] in ("", "_"):
        return []
    found = []
    for one in re.split(r"(?<!\\)\|", cells[column]):
        match = _VALUE.match(one)
        if one != "_":
            found.append((_plain(match["value"]), match["number"]) if match else (_plain(one), None))
    return found


def _plain(text: str) -> str:
    """Without the escapes of the format."""
    letters = {"t": "\t", "n": "\n", "r": "\r"}
    return re.sub(r"\\(->|.)", lambda match: letters.get(match[1], match[1]), text)


def _spans(pieces: list[_Piece]) -> list[RawSpan]:
    found: list[RawSpan] = []
    groups: dict[tuple[str, str], RawSpan] = {}
    for piece in pieces:
        open_span = groups.get((piece.number or "", piece.value)) if piece.number else None
        if open_span is not None:
            open_span.end = max(open_span.end, piece.end)
            open_span.surface = None
            continue
        span = RawSpan(piece.begin, piece.end, piece.value, piece.words, piece.outcome)
        found.append(span)
        if piece.number:
            groups[piece.number, piece.value] = span
    return found

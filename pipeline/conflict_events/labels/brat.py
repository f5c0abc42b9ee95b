"""brat's standoff: NAME.txt beside NAME.ann (https://brat.nlplab.org/standoff.html).

Offsets are code points into the .txt file as it stands (a carriage return counts). A span may be discontinuous
(``T1<TAB>ACTOR 0 4;9 12<TAB>words``); brat also cuts a span in two where it crosses a line break. Outcomes and roles
are attributes (``A1<TAB>Outcome T1 killed``, ``A2<TAB>Role T1 part``).
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path

from conflict_events.corpus.records import LabelledArticle
from conflict_events.labels.carried import SUGGESTED, carried, take
from conflict_events.labels.records import LabelFormatError, Notes, RawSpan, RawText
from conflict_events.labels.rows import read_text

CARRIED = ".carried.json"  # beside a pair; brat leaves it alone
_SPAN = re.compile(r"T\S+\t(?P<label>\S+) (?P<offsets>\d+ \d+(?:;\d+ \d+)*)(?:\t(?P<surface>.*))?$")
_ATTRIBUTE = re.compile(r"[AM]\S+\t(?P<name>\S+) (?P<span>T\S+)(?: (?P<value>.+))?$")


def read(path: Path, notes: Notes) -> Iterator[RawText]:
    """All pairs of a folder, or the pair that ``path`` (either file) belongs to."""
    texts = sorted(path.rglob("*.txt")) if path.is_dir() else [path.with_suffix(".txt")]
    for text_path in texts:
        annotations = text_path.with_suffix(".ann")
        if path.is_dir() and (text_path.is_symlink() or annotations.is_symlink()):
            notes.add("skipped", str(text_path), "text", "a symbolic link in a folder is not followed; name the file")
            continue
        if not text_path.is_file():
            raise LabelFormatError(f"{path}: brat keeps the text beside it in {text_path.name}; put it there")
        if not annotations.is_file():
            notes.add("skipped", str(text_path), "text", f"there is no {annotations.name} beside it")
            continue
        identifier = "-".join(text_path.stem.split())
        raw = RawText(id=identifier, text=read_text(text_path), source=str(annotations))
        kept = text_path.with_suffix(CARRIED)
        if kept.is_file() and not kept.is_symlink():
            _carried(raw, kept, annotations, notes)
        spans: dict[str, RawSpan] = {}
        for number, line in enumerate(read_text(annotations).split("\n"), start=1):
            _line(line.rstrip("\r"), f"{annotations}:{number}", raw.text, spans, notes)
        raw.spans = list(spans.values())
        yield raw


def _line(line: str, source: str, text: str, spans: dict[str, RawSpan], notes: Notes) -> None:
    if not line.strip():
        return
    if line.startswith("T"):
        match = _SPAN.match(line)
        if match is None:
            raise LabelFormatError(f"{source}: {line!r} is no text-bound annotation: T1<TAB>LABEL START END<TAB>words")
        pieces = [(int(start), int(end)) for start, end in (one.split(" ") for one in match["offsets"].split(";"))]
        gaps = [text[left[1] : right[0]] for left, right in pairwise(pieces)]
        if any(gap.strip() for gap in gaps):
            shown = f"{match['label']} {match['offsets']} {match['surface']!r}"
            notes.add("dropped", source, shown, "discontinuous; labels here are one stretch of text")
            return
        # The words of a span in pieces are joined by spaces in the file, so they are no test of the offsets.
        surface = match["surface"] if len(pieces) == 1 else None
        spans[line.split("\t", 1)[0]] = RawSpan(pieces[0][0], pieces[-1][1], match["label"], surface or None)
        return
    match = _ATTRIBUTE.match(line)
    if match is not None and match["span"] in spans and match["value"]:
        span = spans[match["span"]]
        if match["name"] == "Outcome":
            span.outcome = match["value"]
            return
        if match["name"] == "Role":
            span.roles = (*span.roles, match["value"])
            return
        if match["name"] == "Block" and match["value"].isdecimal():
            span.block = int(match["value"]) - 1
            return
    notes.add("dropped", source, line.replace("\t", " "), "only spans, their Outcome, Role and Block are read")


def write(articles: Iterable[LabelledArticle], path: Path, notes: Notes, suggested: bool = False) -> None:
    """A folder with a pair of files for each article, and an ``annotation.conf`` that brat reads."""
    path.mkdir(parents=True, exist_ok=True)
    taken: set[str] = set()
    for article in articles:
        stem = name = re.sub(r"[^\w-]", "_", article.id)
        number = 1
        while name.casefold() in taken:  # two ids may differ only in what a file name cannot hold
            number += 1
            name = f"{stem}-{number}"
        taken.add(name.casefold())
        lines, attributes = [], 0
        for number, label in enumerate(article.labels, start=1):
            lines.append(f"T{number}\t{label.label} {label.start} {label.end}\t{label.text}")
            if label.outcome is not None:
                attributes += 1
                lines.append(f"A{attributes}\tOutcome T{number} {label.outcome}")
            for role in label.roles:
                attributes += 1
                lines.append(f"A{attributes}\tRole T{number} {role}")
        for number, label in enumerate(article.labels, start=1):
            if label.block is not None:
                attributes += 1
                lines.append(f"A{attributes}\tBlock T{number} {label.block + 1}")
        written = "".join(f"{line}\n" for line in lines).encode()
        values = carried(article)
        if suggested:
            values[SUGGESTED] = hashlib.sha256(written).hexdigest()
        (path / f"{name}{CARRIED}").write_text(json.dumps(values, ensure_ascii=False) + "\n", encoding="utf-8")
        (path / f"{name}.txt").write_bytes(article.text.encode())
        (path / f"{name}.ann").write_bytes(written)
    (path / "annotation.conf").write_text(_CONFIGURATION, encoding="utf-8", newline="\n")


_CONFIGURATION = """\
[entities]
ACTOR
LOCATION
CASUALTY
WEAPON
[relations]
[events]
[attributes]
Outcome Arg:CASUALTY, Value:killed|injured|killed_or_injured|missing|captured|arrested|displaced
Role Arg:CASUALTY, Value:part|again|other|head|old|bg|tally
Block Arg:CASUALTY, Value:1|2|3|4|5|6|7|8|9|10|11|12|13|14|15|16|17|18|19|20
"""


def _carried(raw: RawText, file: Path, annotations: Path, notes: Notes) -> None:
    """What this project wrote beside the pair: the article's own values, and whether the labels are still suggested."""
    try:
        values = json.loads(read_text(file))
    except ValueError:
        values = None
    if not isinstance(values, dict):
        notes.add("dropped", str(file), "events and headers", "it is no JSON object; was it edited?")
        return
    take(raw, values)
    identifier = values.get("article_id")
    if isinstance(identifier, str) and identifier and not any(map(str.isspace, identifier)):
        raw.id = identifier
    if values.get(SUGGESTED) == hashlib.sha256(annotations.read_bytes()).hexdigest():
        raw.unchecked = "these suggestions are as they were written"

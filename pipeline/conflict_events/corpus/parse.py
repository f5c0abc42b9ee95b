"""Reading the source form. The parser goes on after an error, so that one run reports every problem of a file."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Literal, cast, get_args

from conflict_events.corpus.records import (
    ActorWords,
    CorpusError,
    Label,
    LabelledArticle,
    LabelledCasualty,
    LabelledEvent,
    LabelledTally,
    LabelRole,
    LocationWords,
    Part,
    Problem,
)
from conflict_events.corpus.scheme import Scheme, load_scheme
from conflict_events.schema import ActorRole, Certainty, EntityLabel, EventKind, LocationRole, Outcome, Quantity

OPENING = "=== "
TEXT_LINE = "--- text"
EVENTS_LINE = "--- events"
HEADER_KEYS = ("outlet", "outlet_name", "country", "title", "date", "url", "part")
ESCAPED = "{}\\=-"
UNSTATED = "u"  # the outcome of a CASUALTY that came from a tool which knows no outcomes

_LINK = re.compile(r"@[1-9][0-9]*")  # the event or tally that a CASUALTY belongs to, by its place below the text
_DIGITS = r"[0-9][0-9,]{0,14}"
_NUMBER = re.compile(rf"(?P<n>{_DIGITS})(?:(?P<plus>\+)|\.\.(?P<high>{_DIGITS}))?$|(?P<sign>~|<=)(?P<m>{_DIGITS})$")


class _Collector:
    """Gathers problems of one file."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.problems: list[Problem] = []

    def add(self, line: int, code: str, message: str, severity: Literal["error", "warning"] = "error") -> None:
        self.problems.append(Problem(path=self.path, line=line, severity=severity, code=code, message=message))


def source_files(paths: Iterable[str | Path]) -> list[Path]:
    """The files of the source form among ``paths``; a folder stands for all ``.txt`` files in it and below, sorted.

    Raises FileNotFoundError where a path does not exist.
    """
    found: list[Path] = []
    for path in map(Path, paths):
        if path.is_dir():
            found.extend(sorted(path.rglob("*.txt")))
        elif path.is_file():
            found.append(path)
        else:
            raise FileNotFoundError(f"{path}: no such file or folder; give files of the source form or their folder")
    return found


def read_source(path: str | Path) -> str:
    """The text of a file as UTF-8, with ``\\r\\n`` read as ``\\n`` (a checkout on Windows may have written it)."""
    return Path(path).read_bytes().decode("utf-8-sig").replace("\r\n", "\n")


def read_corpus(paths: Iterable[str | Path]) -> Iterator[LabelledArticle]:
    """Articles of files or folders in the source form, in file order.

    Raises CorpusError, listing the problems with file and line, where a file breaks the form.
    """
    for path in source_files(paths):
        articles, problems = parse(read_source(path), str(path))
        if problems:
            raise CorpusError(problems)
        yield from articles


def parse(source: str, path: str = "<text>") -> tuple[list[LabelledArticle], list[Problem]]:
    """Articles in ``source`` and what is wrong with it; an article with problems holds what could be read."""
    collector = _Collector(path)
    lines = source.split("\n")
    if lines and lines[-1] == "":
        lines.pop()
    starts = [number for number, line in enumerate(lines) if line.startswith(OPENING) or line == "==="]
    for number, line in enumerate(lines[: starts[0]] if starts else lines):
        if line.strip() and not line.startswith("#"):
            collector.add(number + 1, "no-article", "text before the first article; open one with `=== ID`")
    articles = [_article(lines, start, end, collector) for start, end in pairwise([*starts, len(lines)])]
    return articles, collector.problems


def _article(lines: list[str], start: int, end: int, collector: _Collector) -> LabelledArticle:
    identifier = lines[start][len(OPENING) :].strip()
    if not identifier or re.search(r"\s", identifier):
        collector.add(start + 1, "bad-id", "an article opens with `=== ID`, where the id has no white space")
    headers: dict[str, str] = {}
    position = start + 1
    while position < end and lines[position] != TEXT_LINE:
        line = lines[position]
        key, colon, value = line.partition(":")
        if line == EVENTS_LINE:
            break
        if line.strip() and not line.startswith("#"):
            if not colon or key not in HEADER_KEYS:
                collector.add(
                    position + 1, "bad-header", f"unknown header {line!r}; known are {', '.join(HEADER_KEYS)}"
                )
            elif key in headers:
                collector.add(position + 1, "bad-header", f"second header `{key}`; keep one")
            else:
                headers[key] = value.strip()
        position += 1
    article = LabelledArticle(
        id=identifier,
        outlet=headers.get("outlet", ""),
        outlet_name=headers.get("outlet_name"),
        country=headers.get("country"),
        title=headers.get("title"),
        url=headers.get("url"),
        date=_date(headers.get("date"), start, collector),
        part=_part(headers.get("part"), start, collector),
        path=collector.path,
        line=start + 1,
    )
    if position >= end or lines[position] != TEXT_LINE:
        collector.add(start + 1, "no-text", f"article {identifier} has no line `{TEXT_LINE}`")
        return article
    body = position + 1
    closing = next((number for number in range(body, end) if lines[number] == EVENTS_LINE), None)
    if closing is None:
        collector.add(start + 1, "no-events", f"article {identifier} has no line `{EVENTS_LINE}`; it may stay empty")
        closing = end
    article.text, article.labels = parse_text("\n".join(lines[body:closing]), body + 1, collector)
    _events(lines, closing + 1, end, article, collector)
    _resolve_links(article, collector)
    return article


def _resolve_links(article: LabelledArticle, collector: _Collector) -> None:
    """Let links count events first and tallies after them, where the form counts both as they stand."""
    blocks: list[LabelledEvent | LabelledTally] = [*article.events, *article.tallies]
    index = dict(enumerate(sorted(range(len(blocks)), key=lambda place: blocks[place].line)))
    for label in article.labels:
        if label.block is None:
            continue
        if label.block not in index:
            message = f"{label.text!r} names @{label.block + 1}, but the article has {len(blocks)} events and tallies"
            collector.add(label.line, "bad-link", message)
        label.block = index.get(label.block)


def _date(value: str | None, line: int, collector: _Collector) -> dt.date | None:
    if value is None:
        return None
    try:
        return dt.date.fromisoformat(value)
    except ValueError:
        collector.add(line + 1, "bad-date", f"date {value!r} is no ISO date; write it as 2023-05-02")
        return None


def _part(value: str | None, line: int, collector: _Collector) -> Part | None:
    if value is None or value in get_args(Part):
        return cast(Part | None, value)
    collector.add(line + 1, "bad-part", f"part {value!r} is unknown; known are {', '.join(get_args(Part))}")
    return None


def parse_text(tagged: str, line: int, collector: _Collector | None = None) -> tuple[str, list[Label]]:
    """Text without tags, and its labels. ``line`` is the number of the first line, for messages.

    Without a collector, CorpusError is raised on the first problem.
    """
    own = collector or _Collector("<text>")
    scheme = load_scheme()
    plain: list[str] = []
    length = 0
    labels: list[Label] = []
    opened: tuple[int, int, str] | None = None
    position = 0
    while position < len(tagged):
        character = tagged[position]
        following = tagged[position + 1 : position + 2]
        if character == "\\" and following and following in ESCAPED:
            character = following
            position += 1
        elif character == "{":
            head, colon, _ = tagged[position + 1 : position + 60].partition(":")
            if opened is not None:
                own.add(line, "nested", f"label opened inside the one opened in line {opened[1]}; labels do not nest")
            if not colon or "}" in head or "\n" in head:
                own.add(line, "bad-label", "a brace opens a label `{CODE:words}`; write a literal one as \\{")
                position += 1
                continue
            opened = (length, line, head)
            position += len(head) + 2
            continue
        elif character == "}":
            if opened is None:
                own.add(line, "unbalanced", "closing brace without a label; write a literal one as \\}")
            else:
                label = _label(opened[2], opened[0], "".join(plain)[opened[0] :], opened[1], scheme, own)
                if label is not None:
                    labels.append(label)
                opened = None
            position += 1
            continue
        if character == "\n":
            line += 1
        plain.append(character)
        length += 1
        position += 1
    if opened is not None:
        own.add(opened[1], "unbalanced", "label is never closed; add the closing brace")
    if collector is None and own.problems:
        raise CorpusError(own.problems)
    return "".join(plain), labels


def _label(head: str, start: int, words: str, line: int, scheme: Scheme, collector: _Collector) -> Label | None:
    code, *rest = head.split(" ")
    shown = f"{{{head}:{words}}}"
    if code not in scheme.labels:
        collector.add(line, "bad-label", f"{shown}: unknown label {code!r}; known are {', '.join(scheme.labels)}")
        return None
    if not words.strip():
        collector.add(line, "empty-label", f"{shown}: label without words; delete it")
        return None
    if words != words.strip():
        collector.add(line, "label-space", f"{shown}: label begins or ends with white space; put it outside")
    if "\n" in words:
        collector.add(line, "label-lines", f"{shown}: label goes over a line break; close it before")
    outcome: Outcome | None = None
    roles: tuple[str, ...] = ()
    block: int | None = None
    if code == "C":
        if not rest or rest[0] not in (*scheme.outcomes, UNSTATED):
            known = ", ".join(scheme.outcomes)
            collector.add(line, "no-outcome", f"{shown}: a CASUALTY names its outcome first, one of {known}: {{C k:…}}")
            return None
        outcome = cast(Outcome | None, scheme.outcomes.get(rest[0]))
        links = [int(word[1:]) for word in rest[1:] if _LINK.fullmatch(word)]
        if len(links) > 1:
            collector.add(line, "bad-link", f"{shown}: a figure belongs to one event or tally; keep one @N")
        block = links[0] - 1 if links else None
        roles = tuple(word for word in rest[1:] if not _LINK.fullmatch(word))
        unknown = [role for role in roles if role not in scheme.roles]
        if unknown or len(set(roles)) < len(roles):
            known = ", ".join(scheme.roles)
            collector.add(line, "bad-role", f"{shown}: unknown or doubled role; known are {known}")
            roles = tuple(dict.fromkeys(role for role in roles if role in scheme.roles))
    elif rest:
        collector.add(line, "bad-label", f"{shown}: only CASUALTY has an outcome and roles")
    return Label(
        start=start,
        end=start + len(words),
        text=words,
        label=cast(EntityLabel, scheme.labels[code]),
        outcome=outcome,
        roles=cast(tuple[LabelRole, ...], roles),
        block=block,
        line=line,
    )


def parse_written_number(written: str) -> Quantity | None:
    """The bounds of a number as the form writes it (``9+``, ``~25``, ``10..15``, ``several``, ``?``), or ``None``."""
    vague = load_scheme().vague_numbers
    if written == "?":
        return Quantity(modifier="none")
    if written in vague:
        return Quantity(low=vague[written], modifier="vague")
    match = _NUMBER.match(written)
    if match is None:
        return None
    if match["sign"]:
        value = int(match["m"].replace(",", ""))
        return (
            Quantity(best=value, modifier="about")
            if match["sign"] == "~"
            else Quantity(best=value, high=value, modifier="at_most")
        )
    value = int(match["n"].replace(",", ""))
    if match["plus"]:
        return Quantity(low=value, best=value, modifier="at_least")
    if match["high"]:
        high = int(match["high"].replace(",", ""))
        return Quantity(low=value, high=high, modifier="range") if high >= value else None
    return Quantity(low=value, best=value, high=value, modifier="exact")


def _casualty(outcome: Outcome, value: str, line: int, collector: _Collector) -> LabelledCasualty | None:
    """``NUMBER [VICTIM] [(PART; PART …)]``"""
    value = value.strip()
    head, bracket, inner = value.partition("(")
    written, _, victim = head.strip().partition(" ")
    quantity = parse_written_number(written)
    if quantity is None:
        collector.add(
            line, "bad-number", f"{value!r}: a casualty begins with its number: 5, 9+, ~25, <=10, 10..15, several, ?, 0"
        )
        return None
    includes: list[LabelledCasualty] = []
    if bracket:
        if not inner.endswith(")"):
            collector.add(line, "bad-casualty", f"{value!r}: the parts in brackets end the line; close the bracket")
        parts = [_casualty(outcome, part, line, collector) for part in _split_parts(inner.removesuffix(")"))]
        includes = [part for part in parts if part is not None]
    return LabelledCasualty(
        outcome=outcome, written=written, quantity=quantity, victim=victim.strip() or None, includes=includes
    )


def _split_parts(inner: str) -> list[str]:
    """Split at the semicolons that stand outside brackets."""
    parts, depth = [""], 0
    for character in inner:
        depth += (character == "(") - (character == ")")
        if character == ";" and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    return [part for part in parts if part.strip()]


def _words(value: str) -> list[str]:
    return [words.strip() for words in value.split(";") if words.strip()]


def _events(lines: list[str], start: int, end: int, article: LabelledArticle, collector: _Collector) -> None:
    current: LabelledEvent | LabelledTally | None = None
    for number in range(start, end):
        line = lines[number].strip()
        if not line or line.startswith("#"):
            continue
        kind, bar, rest = line.partition("|")
        key, colon, value = line.partition(":")
        if bar and kind.strip() in (*get_args(EventKind), "tally"):
            current = _opening(kind.strip(), rest.strip(), number + 1, article, collector)
        elif not colon:
            collector.add(number + 1, "bad-event-line", f"{line!r}: write `KIND | …` or `key: value`")
        elif current is None:
            collector.add(number + 1, "bad-event-line", f"{line!r} belongs to no event; open one with `KIND | …`")
        elif not value.strip():
            collector.add(number + 1, "bad-event-line", f"`{key}:` is empty; give its words or delete the line")
        elif isinstance(current, LabelledTally):
            _tally_line(current, key.strip(), value.strip(), number + 1, collector)
        else:
            _event_line(current, key.strip(), value.strip(), number + 1, collector)


def _opening(
    kind: str, rest: str, line: int, article: LabelledArticle, collector: _Collector
) -> LabelledEvent | LabelledTally | None:
    if kind == "tally":
        outcome, _, number = rest.partition(" ")
        if outcome not in get_args(Outcome):
            collector.add(line, "bad-tally", f"a tally begins `tally | OUTCOME NUMBER`, not {rest!r}")
            return None
        total = _casualty(cast(Outcome, outcome), number, line, collector)
        if total is None:
            return None
        tally = LabelledTally(
            outcome=total.outcome,
            written=total.written,
            total=total.quantity,
            victim=total.victim,
            parts=total.includes,
            line=line,
        )
        article.tallies.append(tally)
        return tally
    # ACLED's type "Explosions/Remote violence" holds a slash without spaces; the one with spaces separates.
    event_type, _, sub_event_type = rest.partition(" / ")
    event = LabelledEvent(
        kind=cast(EventKind, kind), event_type=event_type.strip(), sub_event_type=sub_event_type.strip(), line=line
    )
    article.events.append(event)
    return event


def _event_line(event: LabelledEvent, key: str, value: str, line: int, collector: _Collector) -> None:
    if key in get_args(Outcome):
        casualty = _casualty(cast(Outcome, key), value, line, collector)
        if casualty is not None:
            event.casualties.append(casualty)
    elif key in get_args(ActorRole):
        event.actors.extend(ActorWords(role=cast(ActorRole, key), words=words) for words in _words(value))
    elif key in get_args(LocationRole):
        event.locations.extend(LocationWords(role=cast(LocationRole, key), words=words) for words in _words(value))
    elif key == "weapon":
        event.weapons.extend(_words(value))
    elif key == "date":
        event.dates.append(value)
    elif key == "certainty" and value in get_args(Certainty):
        event.certainty = cast(Certainty, value)
    elif key == "certainty":
        collector.add(line, "bad-event-line", f"certainty is one of {', '.join(get_args(Certainty))}, not {value!r}")
    else:
        known = ["date", "certainty", *get_args(ActorRole), *get_args(LocationRole), "weapon", *get_args(Outcome)]
        collector.add(line, "bad-event-line", f"unknown line `{key}` of an event; known are {', '.join(known)}")


def _tally_line(tally: LabelledTally, key: str, value: str, line: int, collector: _Collector) -> None:
    if key in get_args(Outcome):
        casualty = _casualty(cast(Outcome, key), value, line, collector)
        if casualty is not None:
            tally.parts.append(casualty)
    elif key in ("place", "parent", "since", "until"):
        setattr(tally, key, value)
    elif key == "operations" and re.fullmatch(_DIGITS, value):
        tally.operations = int(value.replace(",", ""))
    elif key == "operations":
        collector.add(line, "bad-event-line", f"operations is a number, not {value!r}")
    else:
        known = ["place", "parent", "since", "until", "operations", *get_args(Outcome)]
        collector.add(line, "bad-event-line", f"unknown line `{key}` of a tally; known are {', '.join(known)}")

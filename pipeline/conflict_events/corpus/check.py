"""What is wrong with a file of the source form (errors), and what probably is (warnings)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Literal

from conflict_events.corpus.align import MakeDoc, align
from conflict_events.corpus.parse import parse, read_source, source_files
from conflict_events.corpus.parts import part_of
from conflict_events.corpus.records import OTHER, Label, LabelledArticle, LabelledCasualty, LabelledEvent, Problem
from conflict_events.corpus.scheme import Scheme, load_scheme
from conflict_events.schema import EntityLabel, Quantity

ParseQuantity = Callable[[str], Quantity | None]

_ID = re.compile(r"(?P<outlet>[a-z][a-z0-9_]*)-\d{4,}$")
_SENTENCE = re.compile(r"[^.!?\n]+(?:[.!?](?!\s)[^.!?\n]+)*")
_QUOTES = "\"'“”‘’«»()[],;:"
# The words of an event may differ from the label by case alone ("unknown gunmen" at the start of a sentence).
_LABEL_OF_LINE: dict[str, EntityLabel] = {"actors": "ACTOR", "locations": "LOCATION", "weapons": "WEAPON"}


def check_files(
    paths: Iterable[str | Path],
    *,
    make_doc: MakeDoc | None = None,
    parse_quantity: ParseQuantity | None = None,
    scheme: Scheme | None = None,
) -> Iterator[Problem]:
    """Every problem of the files, in their order.

    ``make_doc`` is a tokenizer to align the labels with; ``parse_quantity`` reads the words of a CASUALTY. Either may
    be left out, and its checks with it.
    """
    seen: dict[str, str] = {}
    for path in source_files(paths):
        articles, problems = parse(read_source(path), str(path))
        for article in articles:
            if article.id in seen:
                message = f"id {article.id} is already that of {seen[article.id]}; give this article another"
                problems.append(_problem(article, article.line, "duplicate-id", message))
            seen.setdefault(article.id, f"{path}:{article.line}")
            problems.extend(
                check_article(article, make_doc=make_doc, parse_quantity=parse_quantity, scheme=scheme or load_scheme())
            )
        yield from sorted(problems, key=lambda problem: problem.line)


def check_article(
    article: LabelledArticle,
    *,
    make_doc: MakeDoc | None = None,
    parse_quantity: ParseQuantity | None = None,
    scheme: Scheme | None = None,
) -> Iterator[Problem]:
    """Problems of one article that the parser accepts."""
    scheme = scheme or load_scheme()
    yield from _check_headers(article, scheme)
    yield from _check_borders(article, scheme)
    yield from _check_events(article, scheme)
    yield from _check_links(article)
    yield from _check_missed(article, scheme)
    if parse_quantity is not None:
        yield from _check_numbers(article, parse_quantity)
    if make_doc is not None:
        yield from _check_tokens(article, make_doc)


def _problem(
    article: LabelledArticle, line: int, code: str, message: str, severity: Literal["error", "warning"] = "error"
) -> Problem:
    return Problem(path=article.path, line=line, severity=severity, code=code, message=message)


def _check_headers(article: LabelledArticle, scheme: Scheme) -> Iterator[Problem]:
    error = partial(_problem, article, article.line)
    match = _ID.match(article.id)
    free = article.outlet == OTHER
    if not free and (match is None or match["outlet"] != article.outlet):
        yield error("bad-id", f"id {article.id!r} is not the outlet's code and a number, as in sohr-0001")
    for key in ("outlet",) if free else ("outlet", "country", "title"):
        if not getattr(article, key):
            yield error("no-header", f"article {article.id} has no header `{key}`")
    if article.outlet and article.outlet not in scheme.outlets:
        yield error("bad-outlet", f"outlet {article.outlet!r} is unknown; known are {', '.join(scheme.outlets)}")
    if article.country and article.country not in scheme.countries:
        yield error("bad-country", f"country {article.country!r} is unknown; see data/country_names.csv for the names")
    if article.part is not None and article.part != part_of(article, scheme.parts):
        yield error("bad-part", f"articles of {article.outlet} or {article.country} are in the test part only")
    if not article.text.strip():
        yield error("no-text", f"article {article.id} has no text")


def _check_borders(article: LabelledArticle, scheme: Scheme) -> Iterator[Problem]:
    hints = scheme.hints
    for label in article.labels:
        warn = partial(_problem, article, label.line, severity="warning")
        words = label.text.casefold()
        left = article.text[label.start - 1 : label.start]
        right = article.text[label.end : label.end + 1]
        if label.text[0] in _QUOTES or label.text[-1] in _QUOTES.replace(")", "").replace("]", ""):
            yield warn("label-border", f"{label.label} {label.text!r} begins or ends with a quotation or stop mark")
        if (left.isalnum() and label.text[0].isalnum()) or (right.isalnum() and label.text[-1].isalnum()):
            yield warn("label-border", f"{label.label} {label.text!r} begins or ends inside a word")
        if label.label == "CASUALTY" and label.outcome is None and "aside" not in label.roles:
            yield warn("no-outcome", f"CASUALTY {label.text!r} has no outcome yet; replace its `u` by one")
        outside: str | None = None
        if label.label == "LOCATION":
            outside = next((word for word in hints.location_ends if words.endswith(f" {word}")), None)
            outside = outside or next((word for word in hints.location_starts if words.startswith(f"{word} ")), None)
        elif label.label == "ACTOR":
            outside = next((word for word in hints.actor_starts if words.startswith(f"{word} ")), None)
        if outside is not None:
            yield warn("label-border", f"{label.label} {label.text!r}: {outside!r} stays outside the label")


def _check_events(article: LabelledArticle, scheme: Scheme) -> Iterator[Problem]:
    labelled: dict[str, set[str]] = {}
    for label in article.labels:
        labelled.setdefault(_key(label.text), set()).add(label.label)
    for event in article.events:
        error = partial(_problem, article, event.line)
        if (event.event_type, event.sub_event_type) not in scheme.event_types:
            shown = f"{event.event_type} / {event.sub_event_type}"
            near = sorted(f"{kind} / {sub}" for kind, sub in scheme.event_types if sub == event.sub_event_type)
            hint = f"; did you mean {near[0]}?" if near else "; see data/acled_event_types.csv for ACLED's terms"
            yield error("bad-event-type", f"{shown!r} is no event type of ACLED's{hint}")
        groups = {
            "actors": [actor.words for actor in event.actors],
            "locations": [location.words for location in event.locations],
            "weapons": event.weapons,
        }
        for group, words in groups.items():
            wanted = _LABEL_OF_LINE[group]
            for word in words:
                have = labelled.get(_key(word))
                if have is None:
                    yield error("not-labelled", f"event: {word!r} is not a label in the text; copy the words of one")
                elif wanted not in have:
                    yield error(
                        "not-labelled",
                        f"event: {word!r} is labelled {'/'.join(sorted(have))} in the text, not {wanted}",
                    )
    places = {_key(tally.place) for tally in article.tallies if tally.place} | {"-"}
    for tally in article.tallies:
        if tally.parent is not None and _key(tally.parent) not in places:
            message = (
                f"tally: no tally has the place {tally.parent!r} that `parent` names; use - for one without a place"
            )
            yield _problem(article, tally.line, "bad-parent", message)


def _check_links(article: LabelledArticle) -> Iterator[Problem]:
    """Roles that contradict the event or tally that a figure is linked to, and figures that need a link."""
    counted = [event for event in article.events if event.kind != "background"]
    linked = any(label.block is not None for label in article.labels)
    for label in article.labels:
        if label.label != "CASUALTY":
            continue
        if label.block is None:
            if linked and len(counted) > 1 and not {"tally", "bg", "head"} & set(label.roles):
                message = f"CASUALTY {label.text!r} may belong to {len(counted)} events; say which with @N"
                yield _problem(article, label.line, "no-link", message, "warning")
            continue
        told_as = "bg" if "bg" in label.roles else "tally" if "tally" in label.roles else "count"
        blocks = [*article.events, *article.tallies]
        block = blocks[label.block]
        kind = "tally" if not isinstance(block, LabelledEvent) else "bg" if block.kind == "background" else "count"
        if kind != told_as:
            message = f"CASUALTY {label.text!r} is linked to a block of another kind than its roles say"
            yield _problem(article, label.line, "bad-link", message)


def _key(words: str) -> str:
    return " ".join(words.casefold().split())


def _check_missed(article: LabelledArticle, scheme: Scheme) -> Iterator[Problem]:
    """Spans that look like ones labelled elsewhere."""
    warn = partial(_problem, article, severity="warning")
    taken = [(label.start, label.end) for label in article.labels]

    def free(start: int, end: int) -> bool:
        return not any(left < end and start < right for left, right in taken)

    surfaces = {label.text: label for label in article.labels if label.label != "CASUALTY" and len(label.text) > 2}
    # Longer surfaces first, so that "Homs" is not reported inside an unlabelled "Homs desert" as well.
    reported: list[tuple[int, int]] = []
    for surface, label in sorted(surfaces.items(), key=lambda item: -len(item[0])):
        for match in re.finditer(rf"(?<![\w-]){re.escape(surface)}(?![\w-])", article.text):
            span = match.span()
            if free(*span) and not any(left < span[1] and span[0] < right for left, right in reported):
                reported.append(span)
                message = f"{surface!r} is {label.label} in line {label.line} but not labelled here"
                yield warn(_line(article, span[0]), "missed-label", message)
    weapons = "|".join(re.escape(word) for word in sorted(scheme.hints.weapon_words, key=len, reverse=True))
    for match in re.finditer(rf"(?<![\w-])(?:{weapons})s?(?![\w-])", article.text, re.IGNORECASE):
        if free(*match.span()) and not any(a < match.end() and match.start() < b for a, b in reported):
            yield warn(_line(article, match.start()), "missed-weapon", f"{match[0]!r} may be a WEAPON; it has no label")
    harmed = _any_word(scheme.hints.casualty_words)
    numbers = re.compile(rf"{_any_word(scheme.hints.number_words).pattern}|\b\d{{1,3}}\b", re.IGNORECASE)
    counts = [label for label in article.labels if label.label == "CASUALTY"]
    for sentence in _SENTENCE.finditer(article.text):
        if any(sentence.start() <= count.start < sentence.end() for count in counts):
            continue
        trigger = harmed.search(sentence[0])
        number = next(
            (
                m
                for m in numbers.finditer(sentence[0])
                if free(sentence.start() + m.start(), sentence.start() + m.end())
            ),
            None,
        )
        if trigger is not None and number is not None:
            message = (
                f"{trigger[0]!r} and {number[0]!r} in one sentence without a CASUALTY; label it if it counts people"
            )
            yield warn(_line(article, sentence.start() + number.start()), "missed-casualty", message)


def _any_word(words: Sequence[str]) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, words))})\b", re.IGNORECASE)


def _line(article: LabelledArticle, position: int) -> int:
    """Line of a character of the text, counted from a label on or before it (or from the text's end lines)."""
    before = [label for label in article.labels if label.start <= position]
    if before:
        anchor = before[-1]
        return anchor.line + article.text.count("\n", anchor.start, position)
    after = [label for label in article.labels if label.start > position]
    if after:
        return after[0].line - article.text.count("\n", position, after[0].start)
    return article.line


def _check_numbers(article: LabelledArticle, parse_quantity: ParseQuantity) -> Iterator[Problem]:
    """Numbers of events that no label carries, and labels whose words are no quantity."""
    carried: set[tuple[str, tuple[int | None, int | None, int | None]]] = set()
    for label in article.labels:
        if label.label != "CASUALTY" or label.outcome is None:
            continue
        quantity = parse_quantity(label.text)
        if quantity is None:
            message = f"CASUALTY {label.text!r} does not read as a quantity; check its borders"
            yield _problem(article, label.line, "no-quantity", message, "warning")
        else:
            carried.add((label.outcome, (quantity.low, quantity.best, quantity.high)))
    for line, casualty in _casualties(article):
        quantity = casualty.quantity
        wanted = (casualty.outcome, (quantity.low, quantity.best, quantity.high))
        stated = quantity.best is not None or quantity.low is not None
        one = quantity.low == quantity.best == quantity.high == 1
        if stated and not one and wanted not in carried:
            message = f"{casualty.outcome} {casualty.written} is carried by no CASUALTY label of that outcome"
            yield _problem(article, line, "no-evidence", message, "warning")


def _casualties(article: LabelledArticle) -> Iterator[tuple[int, LabelledCasualty]]:
    def nested(casualty: LabelledCasualty) -> Iterator[LabelledCasualty]:
        yield casualty
        for part in casualty.includes:
            yield from nested(part)

    for event in article.events:
        for casualty in event.casualties:
            yield from ((event.line, part) for part in nested(casualty))
    for tally in article.tallies:
        total = LabelledCasualty(outcome=tally.outcome, written=tally.written, quantity=tally.total)
        yield tally.line, total
        for casualty in tally.parts:
            yield from ((tally.line, part) for part in nested(casualty))


def _check_tokens(article: LabelledArticle, make_doc: MakeDoc) -> Iterator[Problem]:
    aligned = align(make_doc(article), article.labels)
    for label in aligned.misaligned:
        yield _token_problem(article, label, "begins or ends inside a token; move its border, or report the tokenizer")
    kept = {label.text for label, _ in aligned.spans}
    for label in aligned.dropped:
        # A headline printed twice is read once; its labels are not lost.
        if label.text not in kept:
            yield _token_problem(article, label, "lies in text that cleaning leaves out as boilerplate")


def _token_problem(article: LabelledArticle, label: Label, what: str) -> Problem:
    return _problem(article, label.line, "misaligned", f"{label.label} {label.text!r} {what}", "warning")

"""How often the place of a coded incident is found: ``python benchmarks/places.py CODED.jsonl [--annotations FILE]``.

CODED.jsonl holds one incident a line with ``id``, ``text``, ``place``, ``admin1``, ``country``, ``lat``, ``lon`` (the
fields of ACLED). Three things can be measured:

* ``--names`` (default): the coded names themselves, resolved with governorate and country beside them, so what the
  gazetteer and its spellings can reach at best;
* ``--spans``: names found in ``text`` by their capitals, and the text's own spellings of the coded names, resolved
  together as an article is. A stand-in for a named entity recogniser;
* ``--annotations FILE``: the locations of the events of an annotated corpus (one ``Annotation`` a line), by
  ``article.id``.

A point counts as right within 10 km of the coded one.
"""

from __future__ import annotations

import argparse
import json
import re
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import spacy
from spacy.tokens import Doc, Span
from spacy.util import filter_spans

from conflict_events.components.place_linker import PlaceLinker
from conflict_events.places.gazetteer import Gazetteer, kilometres
from conflict_events.places.keys import fold, romanisation
from conflict_events.places.loading import load_gazetteer
from conflict_events.places.resolve import PlaceContext, PlaceMention, resolve_places

RIGHT_KM = 10.0
_NAME = r"(?:(?:al|el|an|as|ash|ar|at|ad|az|ez|e|wa|i|ul)[ -])?[A-Z][\w'’`\-]*"
_SPAN = re.compile(
    rf"(?:\b(?:in|of|near|from|at|to|between|and|on|towards|around|the|via|through|into)\s+|,\s|\(|-\s|^)"
    rf"((?:{_NAME})(?:\s+(?:{_NAME}|[A-Z]\d))*)"
)
_MONTHS = frozenset(
    [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
        "On",
        "Around",
        "Neither",
        "Monday",
        "Tuesday",
        "Wednesday",
        "Thursday",
        "Friday",
        "Saturday",
        "Sunday",
    ]
)


def read(path: Path) -> list[dict[str, Any]]:
    """The rows of a file with one JSON object a line."""
    with path.open(encoding="utf-8") as handle:
        return [json.loads(line) for line in handle if line.strip()]


def name_spans(doc: Doc, names: Iterable[str]) -> list[Span]:
    """Words that spell one of ``names``, however they spell it, labelled LOCATION."""
    rules = romanisation()
    wanted = [name for name in names if name]
    spans = []
    for size in (4, 3, 2, 1):
        for start in range(len(doc) - size + 1):
            span = Span(doc, start, start + size, label="LOCATION")
            text = span.text
            if (text[0].isupper() or text[:2] in ("al", "el")) and any(
                fold(text) == fold(name) or (len(rules.key(text)) > 2 and rules.same_name(text, name))
                for name in wanted
            ):
                spans.append(span)
    return spans


def capital_spans(doc: Doc) -> list[Span]:
    """Runs of capitalised words behind a preposition, a comma or a bracket, labelled LOCATION."""
    spans: list[Span] = []
    for match in _SPAN.finditer(doc.text):
        if match.group(1).split()[0] in _MONTHS or match.group(1).isupper():
            continue
        span = doc.char_span(match.start(1), match.end(1), label="LOCATION", alignment_mode="contract")
        if span is not None:
            spans.append(span)
    return spans


def _overlap(span: Span, others: Iterable[Span]) -> bool:
    return any(span.start < other.end and other.start < span.end for other in others)


def same_division(gazetteer: Gazetteer, found: str | None, coded: str | None, country: str) -> bool:
    """Whether two spellings name one first-level division of a country."""
    if not found or not coded:
        return False
    if romanisation().same_name(found, coded) or fold(found) == fold(coded):
        return True
    ids = [
        {
            match.entry.id
            for match in gazetteer.matches(name)
            if match.entry.kind == "admin1" and match.entry.country == country
        }
        for name in (found, coded)
    ]
    return bool(ids[0] & ids[1])


def judge(
    gazetteer: Gazetteer, row: dict[str, Any], places: Iterable[dict[str, Any]]
) -> tuple[bool, bool, bool, float | None]:
    """Whether any place is near the coded point, in its division, in its country; and the smallest distance in km."""
    near = division = country = False
    closest: float | None = None
    for place in places:
        if place.get("lat") is not None and row.get("lat") is not None:
            apart = kilometres(place["lat"], place["lon"], row["lat"], row["lon"])
            closest = apart if closest is None else min(closest, apart)
            near = near or apart <= RIGHT_KM
        country = country or place.get("country") == row["country"]
        division = division or same_division(gazetteer, place.get("admin1"), row["admin1"], row["country"])
    return near, division, country, closest


def by_name(gazetteer: Gazetteer, rows: list[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """The place of each row's coded name."""
    for row in rows:
        names = [row["place"], row["admin1"] or "", row["country"]]
        mentions = [
            PlaceMention(names[0], 0, None, (1,) if names[1] else ()),
            PlaceMention(names[1] or names[2], 2, "admin1"),
            PlaceMention(names[2], 4),
        ]
        found = resolve_places(mentions, PlaceContext({row["country"]: 1.0}), gazetteer)
        yield [found[0].place().model_dump()] if found[0] is not None else []


def by_spans(linker: PlaceLinker, rows: list[dict[str, Any]], verbose: bool) -> Iterator[list[dict[str, Any]]]:
    """The places of the names in each row's text."""
    nlp = spacy.blank("en")
    for row in rows:
        doc = nlp.make_doc(row["text"])
        named = name_spans(doc, (row["place"], row["admin1"], row["country"]))
        doc.set_ents(filter_spans(named + [span for span in capital_spans(doc) if not _overlap(span, named)]))
        linker(doc)
        if verbose:
            print([(ent.text, (ent._.place or {}).get("name"), (ent._.place or {}).get("admin1")) for ent in doc.ents])
        yield [ent._.place for ent in doc.ents if ent._.place]


def by_annotations(path: Path, rows: list[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """The places of the events of each row's annotation; none for a row that was not annotated."""
    events = {record["article"]["id"]: record["events"] for record in read(path)}
    for row in rows:
        yield [
            location["place"]
            for event in events.get(row["id"], [])
            for location in event["locations"]
            if location["place"]
        ]


def first_of_annotations(path: Path) -> dict[str, dict[str, Any] | None]:
    """The best place of each article's first event: its site, else what it is near, else the area."""
    order = {"site": 0, "near": 1, "within": 2}
    best: dict[str, dict[str, Any] | None] = {}
    for record in read(path):
        locations = [item for event in record["events"][:1] for item in event["locations"] if item["place"]]
        locations.sort(key=lambda item: order[item["role"]])
        best[record["article"]["id"]] = locations[0]["place"] if locations else None
    return best


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("coded", type=Path, help="coded incidents, one JSON object a line")
    parser.add_argument("--names", action="store_true", help="resolve the coded names (default)")
    parser.add_argument("--spans", action="store_true", help="resolve capitalised names found in the text")
    parser.add_argument("--annotations", type=Path, help="annotations of the same texts, one a line")
    parser.add_argument("--misses", type=int, default=0, help="print this many rows whose point was not found")
    parser.add_argument("--countries", action="store_true", help="let --misses print rows whose country was not found")
    parser.add_argument("--speed", action="store_true", help="measure loading and look-ups too")
    parser.add_argument("--half", type=int, choices=(0, 1), help="only rows of even (0) or odd (1) number")
    options = parser.parse_args()
    if options.speed:
        measure_speed(options.coded)
    rows = [row for row in read(options.coded) if row.get("place")]
    if options.half is not None:
        rows = rows[options.half :: 2]
    linker = PlaceLinker()
    gazetteer = linker.resolver.gazetteer
    if options.annotations:
        found = by_annotations(options.annotations, rows)
    elif options.spans:
        found = by_spans(linker, rows, verbose=False)
    else:
        found = by_name(gazetteer, rows)
    counts: Counter[str] = Counter()
    misses = options.misses
    for row, places in zip(rows, found, strict=True):
        near, division, country, closest = judge(gazetteer, row, places)
        counts["rows"] += 1
        counts["resolved"] += bool(places)
        counts["point"] += near
        counts["wrong"] += bool(places) and not near
        counts["division"] += division
        counts["country"] += country
        if not (country if options.countries else near) and misses > 0:
            misses -= 1
            names = [(place["name"], place["admin1"], place["country"]) for place in places]
            print(f"  {row['place']} | {row['admin1']} | {row['country']} | {closest} | {names}")
    total = max(1, counts["rows"])
    print(
        f"{options.coded.name}: {counts['rows']} rows, a place in {counts['resolved'] / total:.1%}; "
        f"point within {RIGHT_KM:.0f} km {counts['point'] / total:.1%}, division {counts['division'] / total:.1%}, "
        f"country {counts['country'] / total:.1%}; places but none near {counts['wrong'] / total:.1%}"
    )
    if options.annotations:
        best = first_of_annotations(options.annotations)
        right = sum(judge(gazetteer, row, [place])[0] for row in rows if (place := best.get(row["id"])) is not None)
        print(f"{options.coded.name}: best place of the first event within {RIGHT_KM:.0f} km {right / total:.1%}")


def measure_speed(path: Path) -> None:
    """Print the time that loading takes and the rate of look-ups, first ones and repeated ones."""
    started = time.perf_counter()
    gazetteer = load_gazetteer()
    loading = time.perf_counter() - started
    names = list(dict.fromkeys(row["place"] for row in read(path) if row.get("place")))
    names += [gazetteer.get(identifier).name for identifier in list(gazetteer.ids())[:20_000:2]]  # type: ignore[union-attr]
    started = time.perf_counter()
    for name in names:
        gazetteer.lookup(name)
    first = len(names) / (time.perf_counter() - started)
    started = time.perf_counter()
    for name in names * 10:
        gazetteer.lookup(name)
    again = 10 * len(names) / (time.perf_counter() - started)
    print(f"loading {loading:.2f} s; {first:,.0f} look-ups a second for new names, {again:,.0f} for names seen before")


if __name__ == "__main__":
    main()

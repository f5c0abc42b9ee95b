"""How often the coded actors of an incident are found.

``python benchmarks/actors.py CODED.jsonl [--annotations FILE]``

CODED.jsonl holds one incident a line with ``id``, ``text``, ``date``, ``country``, ``actor1``, ``actor2`` (the names of
ACLED). Without ``--annotations`` the longest expressions of the text that the actor table knows stand in for a named
entity recogniser; with it, the actors of the events of an annotated corpus (one ``Annotation`` a line) are taken, by
``article.id``. Years in the names of state forces are compared by their start, because ACLED renames them at the end.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from conflict_events.actors import ActorTable
from conflict_events.schema import Actor

_WORD = re.compile(r"[\w’'.-]+")
_YEARS = re.compile(r"\((\d{4})-\d*\)")
_LONGEST = 7
# No name of a party reaches across these.
_BREAKS = frozenset(
    [
        "and",
        "or",
        "by",
        "against",
        "on",
        "in",
        "at",
        "with",
        "from",
        "to",
        "when",
        "as",
        "was",
        "were",
        "after",
        "while",
        "opened",
        "fire",
        "shot",
        "targeted",
        "attacked",
        "killed",
        "shelled",
        "planted",
        "had",
        "has",
        "have",
        "that",
        "who",
        "which",
        "between",
        "during",
        "for",
        "near",
        "into",
        "carried",
        "conducted",
        "brought",
    ]
)


def read(path: Path) -> list[dict[str, Any]]:
    """The rows of a file with one JSON object a line."""
    with path.open(encoding="utf-8") as handle:
        return [json.loads(line) for line in handle if line.strip()]


def comparable(name: str) -> str:
    """A name of ACLED with only the first year of a government."""
    return _YEARS.sub(r"(\1-)", name).strip().casefold()


def coded_date(text: str) -> dt.date | None:
    """The day of a row: "9-May-20" or an ISO date."""
    for form in ("%d-%b-%y", "%Y-%m-%d", "%d %B %Y"):
        try:
            return dt.datetime.strptime(text, form).date()
        except ValueError:
            continue
    return None


def in_text(table: ActorTable, row: dict[str, Any]) -> set[str]:
    """ACLED names of the actors that the expressions of a text mean, the longest expressions first."""
    words = [word.rstrip(".") for word in _WORD.findall(row["text"])]
    date, found, place = coded_date(row["date"]), set(), 0
    while place < len(words):
        for size in range(min(_LONGEST, len(words) - place), 0, -1):
            if any(word.casefold() in _BREAKS for word in words[place : place + size]):
                continue
            entry = table.lookup(" ".join(words[place : place + size]), date, row["country"])
            edge = [table.lookup(words[place + offset], date, row["country"]) for offset in {0, size - 1}]
            if entry is not None and (
                size == 1 or edge[-1] is not None or table.named(" ".join(words[place : place + size]))
            ):
                found.add(comparable(entry.acled_name or entry.name))
                break
        place += 1
    return found


def in_annotations(path: Path, table: ActorTable, rows: list[dict[str, Any]]) -> Iterator[set[str]]:
    """ACLED names of the actors and victims of the events of each row's annotation, as they were linked."""
    records = {record["article"]["id"]: record["events"] for record in read(path)}
    for row in rows:
        names = set()
        for event in records.get(row["id"], []):
            linked = [item["actor"] for item in event["actors"]]
            linked += [item["victim"]["actor"] for item in event["casualties"] if item["victim"]]
            for actor in filter(None, linked):
                names.add(comparable(table.acled_name(Actor.model_validate(actor)) or actor["name"]))
        yield names


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("coded", type=Path, help="coded incidents, one JSON object a line")
    parser.add_argument("--annotations", type=Path, help="annotations of the same texts, one a line")
    parser.add_argument("--misses", type=int, default=0, help="print this many coded actors that were not found")
    parser.add_argument("--half", type=int, choices=(0, 1), help="only rows of even (0) or odd (1) number")
    options = parser.parse_args()
    table = ActorTable.load()
    rows = [row for row in read(options.coded) if row.get("actor1")]
    if options.half is not None:
        rows = rows[options.half :: 2]
    if options.annotations:
        found = in_annotations(options.annotations, table, rows)
    else:
        found = (in_text(table, row) for row in rows)
    counts: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    shown = 0
    for row, names in zip(rows, found, strict=True):
        coded = [name for name in (row["actor1"], row["actor2"]) if name]
        right = [comparable(name) in names for name in coded]
        counts["rows"] += 1
        counts["both"] += all(right)
        counts["actor1"] += right[0]
        counts["coded"] += len(coded)
        counts["found"] += sum(right)
        for name, hit in zip(coded, right, strict=True):
            if not hit:
                missed[name] += 1
                if shown < options.misses:
                    shown += 1
                    print(f"  {name} | {sorted(names)} | {row['text'][:150]}")
    total = max(1, counts["rows"])
    print(
        f"{options.coded.name}: {counts['rows']} rows; actor1 {counts['actor1'] / total:.1%}, all coded actors "
        f"{counts['both'] / total:.1%}, coded actors {counts['found'] / max(1, counts['coded']):.1%}"
    )
    print("most often missed:", ", ".join(f"{name} ({number})" for name, number in missed.most_common(12)))


if __name__ == "__main__":
    main()

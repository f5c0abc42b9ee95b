"""Exports against rows that the projects coded themselves.

    python benchmarks/exports.py TABLE.jsonl [--to acled|gtd] [--option NAME=VALUE] [--model DIR] [--annotations FILE]
                                             [--errors N]

TABLE: a JSON object a line with `id`, `text`, `date` and what the project coded, of `killed`, `event_type`,
`sub_event_type`, `admin1`, `place`, `actor1`, `actor2`, `interaction`, `geo_precision`, `country`, `weapon_type`.
Nothing but the text, the id and the date are read by the pipeline. Fatalities are the sum over the rows of a text;
everything else is that of its first row. A text that exports no row has 0 fatalities and nothing else.

`actor2` is compared where ACLED left it blank too. Where the table has no `interaction`, it is worked out from the
coded names of actors, by ``acled_inter.csv`` and the codebook; a name of no known class leaves the row out.
Names of places are compared without case and diacritics.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import conflict_events
from conflict_events.api import Corpus
from conflict_events.exports import code_events, load_codebook
from conflict_events.exports.acled import inter_of_name, interaction
from conflict_events.exports.acled_names import folded
from conflict_events.exports.codebook import Codebook

Note = dict[str, Any]
#: Column of the export, what the table calls it, and whether a blank is a value.
ACLED = (
    ("fatalities", "killed", False),
    ("event_type", "event_type", False),
    ("sub_event_type", "sub_event_type", False),
    ("actor1", "actor1", False),
    ("actor2", "actor2", True),
    ("interaction", "interaction", False),
    ("country", "country", False),
    ("admin1", "admin1", False),
    ("location", "place", False),
    ("geo_precision", "geo_precision", False),
)
GTD = (
    ("nkill", "killed", False),
    ("nwound", "injured", False),
    ("attacktype1_txt", "event_type", False),
    ("weaptype1_txt", "weapon_type", False),
    ("country_txt", "country", False),
    ("city", "place", False),
)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("table", type=Path)
    parser.add_argument("--to", default="acled", choices=("acled", "gtd"))
    parser.add_argument("--option", action="append", default=[], help="an option of the codebook")
    parser.add_argument("--model")
    parser.add_argument("--annotations", type=Path, help="results of annotate, instead of annotating")
    parser.add_argument("--errors", type=int, default=0, help="print that many misses of each column")
    parser.add_argument("--only", help="print that column alone")
    args = parser.parse_args()
    table = [json.loads(line) for line in args.table.read_text(encoding="utf-8").splitlines() if line.strip()]
    corpus = conflict_events.read(args.annotations) if args.annotations else annotate(table, args.model)
    codebook = load_codebook(args.to).with_options(args.option)
    rows: dict[str, list[Note]] = {}
    for row in code_events(corpus, args.to, codebook):
        rows.setdefault(str(row["article_id"]), []).append(row)
    print(f"texts with rows: {len(rows) / max(1, len(table)):.3f} ({len(rows)}/{len(table)})")
    if args.to == "acled":
        add_interactions(table, codebook)
    for column, coded, blank in ACLED if args.to == "acled" else GTD:
        if args.only in (None, column):
            score(table, rows, (column, coded, blank), args.errors)


def score(table: list[Note], rows: dict[str, list[Note]], column: tuple[str, str, bool], errors: int) -> None:
    """Print the share of rows whose value is the coded one, and some of the others."""
    name, coded, blank = column
    scored = [note for note in table if coded in note and (blank or note[coded] not in (None, ""))]
    if not scored:
        return
    same = _same_place if name in ("location", "city") else _same
    pairs = [(note, exported(rows.get(str(note["id"]), []), name)) for note in scored]
    misses = [(note, got) for note, got in pairs if not same(got, note[coded])]
    right = len(scored) - len(misses)
    print(f"{name}: {right / len(scored):.3f} ({right}/{len(scored)})")
    for note, got in misses[:errors]:
        print(f"  {note['id']}: coded {note[coded]!r}, exported {got!r}: {note['text'][:300]!r}")


def add_interactions(table: list[Note], codebook: Codebook) -> None:
    """Give the notes that have none the interaction of their coded actors."""
    for note in table:
        if "interaction" not in note and note.get("actor1"):
            names = [name for name in (note["actor1"], note.get("actor2")) if name]
            inters = [inter_of_name(name, note.get("country"), codebook) for name in names]
            note["interaction"] = interaction(inters, codebook) if all(inters) else None


def annotate(table: list[Note], model: str | None) -> Corpus:
    """The notes, as texts with their dates alone."""
    return conflict_events.annotate(
        [{"id": note["id"], "text": note["text"], "date": note.get("date")} for note in table], model
    )


def exported(rows: list[Note], column: str) -> object:
    """What a note's rows say in a column."""
    if column == "fatalities":
        return sum(row[column] or 0 for row in rows)
    return rows[0][column] if rows else None


def _same(got: object, coded: object) -> bool:
    return (got or None) == (coded or None) if got != 0 else coded == 0


def _same_place(got: object, coded: object) -> bool:
    key: Callable[[object], str] = lambda value: folded(str(value or "")).casefold()  # noqa: E731
    return key(got) == key(coded)


if __name__ == "__main__":
    main()

"""The ACLED export against rows coded by ACLED itself.

    python benchmarks/exports.py TABLE.jsonl [--model DIR] [--errors N] [--annotations FILE]

TABLE: a JSON object a line with `id`, `text`, `killed`, `event_type`, `sub_event_type`, `admin1`, `date`. Nothing but
the text, the id and the date are read by the pipeline. A note's fatalities are the sum over its exported rows; its
types and its first-order area are those of its first row. A note that exports no row has 0 fatalities and no types.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import conflict_events
from conflict_events.api import Corpus
from conflict_events.exports import code_events, load_codebook


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("table", type=Path)
    parser.add_argument("--model")
    parser.add_argument("--annotations", type=Path, help="results of annotate, instead of annotating")
    parser.add_argument("--errors", type=int, default=0, help="print that many misses of each column")
    args = parser.parse_args()
    table = [json.loads(line) for line in args.table.read_text(encoding="utf-8").splitlines() if line.strip()]
    corpus = conflict_events.read(args.annotations) if args.annotations else annotate(table, args.model)
    rows: dict[str, list[dict[str, Any]]] = {}
    for row in code_events(corpus, "acled", load_codebook("acled")):
        rows.setdefault(str(row["article_id"]), []).append(row)
    for column, coded in (
        ("fatalities", "killed"),
        ("event_type", "event_type"),
        ("sub_event_type", "sub_event_type"),
        ("admin1", "admin1"),
    ):
        scored = [note for note in table if note.get(coded) not in (None, "")]
        misses = [(note, got) for note in scored if (got := exported(rows.get(note["id"], []), column)) != note[coded]]
        right = len(scored) - len(misses)
        print(f"{column}: {right / max(1, len(scored)):.3f} ({right}/{len(scored)})")
        for note, got in misses[: args.errors]:
            print(f"  {note['id']}: coded {note[coded]!r}, exported {got!r}: {note['text'][:300]!r}")


def annotate(table: list[dict[str, Any]], model: str | None) -> Corpus:
    """The notes, as texts with their dates alone."""
    return conflict_events.annotate(
        [{"id": note["id"], "text": note["text"], "date": note.get("date")} for note in table], model
    )


def exported(rows: list[dict[str, Any]], column: str) -> object:
    """What a note's rows say in a column."""
    if column == "fatalities":
        return sum(row[column] or 0 for row in rows)
    return rows[0][column] if rows else None


if __name__ == "__main__":
    main()

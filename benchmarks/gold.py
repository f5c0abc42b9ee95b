"""Articles annotated by hand against a model: entities, casualties, events and tallies, a line each.

    python benchmarks/gold.py GOLD.jsonl [--model DIR | --annotations FILE]

GOLD: JSON lines with ``text``, ``entities``, ``events`` and ``tallies`` (docs/evaluation.md), or labelled articles in
the source form. The full report with every error is ``conflict-events evaluate``.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from conflict_events.evaluation import (
    Bootstrap,
    DataError,
    Evaluation,
    default_model,
    evaluate,
    find_model,
    predict,
    read_data,
)

LABELS = ("ACTOR", "LOCATION", "CASUALTY", "WEAPON")
LINES = (
    ("entities, exact", "entity"),
    *((f"  {label}", f"entity[label={label}]") for label in LABELS),
    ("entities, any overlap with the label", "entity_type"),
    ("casualties of incidents and updates", "casualty"),
    ("casualties of all events", "casualty_any_kind"),
    ("casualties with victims", "casualty_victim"),
    ("parts of casualties", "casualty_part"),
    ("events", "event"),
    ("sites, by article", "role_in_article[role=site]"),
    ("perpetrators, by article", "role_in_article[role=perpetrator]"),
    ("actors and places in their events", "role"),
    ("tally totals", "tally"),
)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("gold", type=Path, help="annotated articles")
    parser.add_argument("--model", help="directory or name of a model; the default one without")
    parser.add_argument("--annotations", help="annotations made before, one a line")
    parser.add_argument("--part", default="test", help="part of a corpus in the source form")
    parser.add_argument("--errors", action="store_true", help="print every wrong casualty and total")
    options = parser.parse_args()
    wanted = options.annotations or options.model
    model = find_model(wanted) if wanted else default_model()
    if model is None:
        parser.error(f"{wanted}: neither a model nor annotations")
    try:
        data = read_data(options.gold, part=options.part)
        predictions = predict(model, data.articles)
    except DataError as error:
        parser.error(str(error))
    result = evaluate(data.articles, predictions, Bootstrap(len(data.articles), 1000, 0))
    missing = predictions.annotations.count(None)
    print(f"articles {len(data.articles)}, annotated {len(data.articles) - missing}")
    for title, name in LINES:
        print(prf(result, title, name))
    for outcome in ("killed", "injured"):
        total = result.figure(f"{outcome}_exact")
        if total is not None and total.value is not None:
            print(f"articles with the right {outcome} total: {round(total.value * total.cases)}/{total.cases}")
    if options.errors:
        for error in result.errors:
            if error.subject == "casualty":
                name = data.articles[error.article].id
                print(f"  {name}: {error.cause}: gold {error.gold or '-'} | read {error.read or '-'}")


def prf(result: Evaluation, title: str, name: str) -> str:
    """Precision, recall and F1 with its interval, and how many cases there are on either side."""
    subject, bracket, group = name.partition("[")
    figures = [result.figure(f"{subject}_{measure}{bracket}{group}") for measure in ("precision", "recall", "f1")]
    shown = ["–" if one is None or one.value is None else f"{one.value:.3f}" for one in figures]
    f1 = figures[2]
    if f1 is None:
        return f"{title:<38} –"
    interval = "" if f1.low is None or f1.high is None else f" [{f1.low:.3f}–{f1.high:.3f}]"
    return f"{title:<38} P {shown[0]} R {shown[1]} F1 {shown[2]}{interval} (gold {f1.cases}, read {f1.read})"


if __name__ == "__main__":
    main()

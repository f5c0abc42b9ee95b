"""The document as JSON, and the run as CSV tables."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from conflict_events.evaluation.errors import CAUSES
from conflict_events.evaluation.report.document import Run


def write_json(document: Mapping[str, Any], path: Path) -> None:
    """Write the document. OSError where it cannot be written."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8", newline="\n")


def write_tables(run: Run, document: Mapping[str, Any], folder: Path) -> list[Path]:
    """Write ``figures``, ``errors``, ``articles``, ``confusion``, ``counts`` and, of two models, ``comparison`` as CSV.

    OSError where they cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    models: Sequence[str] = document["models"]
    tables = {
        "figures": _figures(document),
        "errors": _errors(run),
        "articles": _articles(run),
        "confusion": _confusion(document),
        "counts": ({"model": models[place], **row} for place, rows in enumerate(document["counts"]) for row in rows),
    }
    if document["comparison"]:
        tables["comparison"] = iter(document["comparison"]["figures"])
    written = []
    for name, rows in tables.items():
        path = folder / f"{name}.csv"
        _write(path, list(rows))
        written.append(path)
    return written


def _figures(document: Mapping[str, Any]) -> Iterable[dict[str, Any]]:
    for row in document["figures"]:
        for model, values in zip(document["models"], row["models"], strict=True):
            if values is not None:
                yield {
                    "model": model,
                    "name": row["name"],
                    "subject": row["subject"],
                    "measure": row["measure"],
                    "dimension": row["dimension"],
                    "group": row["value"],
                    "figure": values["value"],
                    "low": values["low"],
                    "high": values["high"],
                    "cases": values["cases"],
                    "read": values["read"],
                    "articles": row["articles"],
                }


def _errors(run: Run) -> Iterable[dict[str, Any]]:
    for evaluation in run.evaluations:
        for error in evaluation.errors:
            article = run.articles[error.article]
            words = "" if error.start is None else article.text[error.start : error.end]
            yield {
                "model": evaluation.predictions.label,
                "article_id": article.id,
                "data": article.data,
                "subject": error.subject,
                "cause": error.cause,
                "cause_words": CAUSES[error.cause],
                "group": error.group,
                "gold": error.gold,
                "read": error.read,
                "start": error.start,
                "end": error.end,
                "words": words,
            }


def _articles(run: Run) -> Iterable[dict[str, Any]]:
    for evaluation in run.evaluations:
        errors = Counter(error.article for error in evaluation.errors)
        totals = {(point.article, point.outcome): point for point in evaluation.count_points}
        for number, article in enumerate(run.articles):
            row = {
                "model": evaluation.predictions.label,
                "article_id": article.id,
                "data": article.data,
                "outlet": article.outlet,
                "part": article.part,
                "annotated": evaluation.predictions.annotations[number] is not None,
                "errors": errors[number],
            }
            for outcome in ("killed", "injured"):
                point = totals.get((number, outcome))
                row[f"{outcome}_gold"] = point.coded if point else None
                row[f"{outcome}_read"] = point.read if point else None
            yield row


def _confusion(document: Mapping[str, Any]) -> Iterable[dict[str, Any]]:
    for about in ("label_confusion", "type_confusion"):
        for model, rows in zip(document["models"], document[about], strict=True):
            yield from ({"model": model, "about": about.removesuffix("_confusion"), **row} for row in rows)


def _write(path: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        if rows:
            writer.writerow(rows[0])
        writer.writerows([_cell(value) for value in row.values()] for row in rows)


def _cell(value: Any) -> Any:
    """A value that no spreadsheet takes for a formula: text like one gets a quote (OWASP: CSV injection)."""
    if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r")):
        return f"'{value}"
    return "" if value is None else value

"""What comes out of a review: corrected annotations, the changes, training data and a report."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from conflict_events.merging.decisions import COLUMNS, Decided
from conflict_events.review.incidents import agreed
from conflict_events.review.outcome import outcomes
from conflict_events.review.report import report
from conflict_events.review.review import Review
from conflict_events.review.training import NotTrainableError, source_form

ANNOTATIONS, CHANGES, TRAINING, REPORT = "annotations.jsonl", "changes.jsonl", "training.txt", "report.md"
INCIDENTS = "incidents.csv"


def write_export(review: Review, folder: Path) -> Iterator[str]:
    """Write a review to ``folder``, and tell a line about each file and about what was left out.

    Articles that nobody is done with, or on which coders differ, keep the machine's record, without ``review``.
    Raises OSError where a file cannot be written; a file is written whole or not at all.
    """
    folder.mkdir(parents=True, exist_ok=True)
    found = list(outcomes(review))
    records, changes, sources, untrainable = [], [], [], []
    for outcome in found:
        annotation = outcome.annotation
        records.append((annotation or review.machine(outcome.item)).model_dump_json())
        if annotation is None or annotation.review is None:
            continue
        about = {
            "article_id": annotation.article.id,
            "reviewed_by": annotation.review.reviewed_by,
            "reviewed_at": annotation.review.reviewed_at.isoformat(),
        }
        changes += [json.dumps(about | change.model_dump(), ensure_ascii=False) for change in annotation.review.changes]
        try:
            sources.append(source_form(annotation))
        except NotTrainableError as error:
            untrainable.append(f"article {annotation.article.id} is no training data: {error}")
    _write(folder / ANNOTATIONS, "".join(f"{line}\n" for line in records))
    _write(folder / CHANGES, "".join(f"{line}\n" for line in changes))
    _write(folder / TRAINING, "\n".join(sources))
    _write(folder / REPORT, report(review, found))
    pairs = list(agreed(review))
    if pairs:
        _write(folder / INCIDENTS, _table(pairs))
    done = sum(outcome.taken is not None for outcome in found)
    yield f"{folder / ANNOTATIONS}: {len(found)} articles, {done} of them reviewed"
    yield f"{folder / CHANGES}: {len(changes)} changes"
    yield f"{folder / TRAINING}: {len(sources)} articles"
    yield f"{folder / REPORT}"
    if pairs:
        yield f"{folder / INCIDENTS}: {len(pairs)} pairs, for merge --decided"
    for outcome in found:
        if outcome.differing:
            yield f"article {outcome.item.article}: {', '.join(outcome.differing)} differ; decide on the page of coders"
        elif outcome.taken is not None and outcome.taken.changed_since:
            yield f"article {outcome.item.article}: the machine reads it otherwise now; what was decided is kept"
    yield from untrainable


def _table(pairs: Iterable[tuple[Decided, tuple[str, ...]]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*COLUMNS, "reviewed_by"])
    for decided, coders in pairs:
        writer.writerow([*decided.left, *decided.right, "yes" if decided.same else "no", "; ".join(coders)])
    return text.getvalue()


def _write(path: Path, content: str) -> None:
    part = path.with_name(path.name + ".part")
    part.write_text(content, encoding="utf-8", newline="\n")
    part.replace(path)

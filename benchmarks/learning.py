"""What corrected records teach: an outlet with a habit of its own before and after 80 of its articles were reviewed.

python benchmarks/learning.py [--outlets courier herald voice] [--articles 80] [--seed 1] [--recogniser] [--real FILE]

For each outlet: articles are made (tests/made_outlet.py), annotated, corrected through the addresses of the review's
page, exported, and learned from as ``train --add`` does; then as many new ones are read before and after. An article is
right where the killed and injured totals of its incidents and updates are. Intervals of the difference: 95 %, articles
drawn again 10,000 times. ``--recogniser`` trains the recogniser too (minutes). What others lose is measured with
``--dev`` on the dev part of the corpus, with ``--real`` on articles as JSON lines (text, outlet, killed, injured).
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import spacy
from spacy.language import Language

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

import scripted_review
from conflict_events.corpus import part_of, read_corpus
from conflict_events.fitting import retrain_model
from conflict_events.models import resolve
from conflict_events.reading import InputArticle
from conflict_events.records import annotation, model_info
from conflict_events.review.export import TRAINING, write_export
from conflict_events.schema import Annotation
from made_outlet import OUTLETS, MadeArticle, articles
from review_server import serving, write_results

ROOT = Path(__file__).resolve().parent.parent
CORPUS = ROOT / "training_data" / "articles"
DRAWS = 10_000


def main() -> None:
    """Print a line for each outlet and for what other outlets lose."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--outlets", nargs="+", choices=OUTLETS, default=OUTLETS)
    parser.add_argument("--articles", type=int, default=80)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--recogniser", action="store_true")
    parser.add_argument("--real", type=Path)
    parser.add_argument("--dev", action="store_true", help="read the dev part of the corpus before and after")
    given = parser.parse_args()
    before = spacy.load(resolve())
    others = _others(given.real, given.dev)
    read_before = [_totals(record) for record in _read(before, [article for article, _ in others])]
    for outlet in given.outlets:
        with tempfile.TemporaryDirectory() as folder:
            training = reviewed(before, articles(outlet, given.articles, seed=given.seed, learning=True), Path(folder))
            began = time.perf_counter()
            made = retrain_model(
                resolve(), ROOT / "configs" / "cpu.cfg", [CORPUS], [training], Path(folder) / "models",
                name="learned", recogniser=given.recogniser,
            )  # fmt: skip
            after = spacy.load(made.path)
            for one in made.links.outlets if made.links else ():
                print(f"{outlet}: {one.articles} articles, {one.decisions} figures: totals right {one.before:.3f}, "
                      f"left out {one.after:.3f}; {time.perf_counter() - began:.0f} s to learn")  # fmt: skip
        new = articles(outlet, given.articles, seed=given.seed + 1000, learning=False)
        _report(outlet, new, before, after)
        _report(f"{outlet}, wordings never corrected", [one for one in new if one.unseen], before, after)
        if others:
            read_after = [_totals(record) for record in _read(after, [article for article, _ in others])]
            _print(f"{outlet}: other outlets", *(_right(read, others) for read in (read_before, read_after)))


def reviewed(nlp: Language, made: Sequence[MadeArticle], folder: Path) -> Path:
    """The articles annotated, corrected on the page and exported: the file for ``train --add``."""
    results = write_results(folder / "results.jsonl", list(_read(nlp, [_input(article) for article in made])))
    with serving(results) as running:
        decisions = scripted_review.review(running, list(made))
        for line in write_export(running.review, folder / "reviewed"):
            if "no training data" in line:
                print(line)
    print(f"{made[0].outlet}: {len(made)} articles reviewed by {decisions} decisions")
    return folder / "reviewed" / TRAINING


def _report(name: str, new: Sequence[MadeArticle], before: Language, after: Language) -> None:
    wanted = [(_input(article), (article.total("killed"), article.total("injured"))) for article in new]
    read = [[_totals(record) for record in _read(nlp, [article for article, _ in wanted])] for nlp in (before, after)]
    _print(name, *(_right(one, wanted) for one in read))


def _right(
    read: Sequence[tuple[int, int]], wanted: Sequence[tuple[InputArticle, tuple[int, int]]]
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.array([float(one == right) for one, (_, right) in zip(read, wanted, strict=True)])


def _print(
    name: str, before: np.ndarray[tuple[int], np.dtype[np.float64]], after: np.ndarray[tuple[int], np.dtype[np.float64]]
) -> None:
    drawn = np.random.default_rng(0).integers(0, len(before), (DRAWS, len(before)))
    low, high = np.percentile((after - before)[drawn].mean(axis=1), [2.5, 97.5])
    print(f"{name}: {len(before)} articles, both totals right {before.mean():.3f} -> {after.mean():.3f}, "
          f"difference {after.mean() - before.mean():+.3f} [{low:+.3f}, {high:+.3f}]")  # fmt: skip


def _others(real: Path | None, dev: bool) -> list[tuple[InputArticle, tuple[int, int]]]:
    found = []
    if real is not None:
        for number, line in enumerate(real.read_text(encoding="utf-8").splitlines()):
            row = json.loads(line)
            article = InputArticle(id=f"real-{number}", text=row["text"], title=row.get("title"), outlet=row["outlet"])
            found.append((article, (row["killed"] or 0, row["injured"] or 0)))
    if dev:
        for one in read_corpus([CORPUS]):
            if part_of(one) == "dev":
                counted = [c for e in one.events if e.kind != "background" for c in e.casualties]
                killed, injured = (
                    sum(c.quantity.best or 0 for c in counted if c.outcome == outcome)
                    for outcome in ("killed", "injured")
                )
                article = InputArticle(id=one.id, text=one.text, title=one.title, outlet=one.outlet, published=one.date)
                found.append((article, (killed, injured)))
    return found


def _input(article: MadeArticle) -> InputArticle:
    return InputArticle(id=article.id, text=article.text, title=article.title, outlet=article.outlet)


def _read(nlp: Language, given: Sequence[InputArticle]) -> list[Annotation]:
    docs = nlp.pipe([nlp.tokenizer.article_doc(article) for article in given])  # type: ignore[attr-defined]
    info = model_info(nlp)
    return [annotation(doc, info, keep_text=True) for doc in docs]


def _totals(record: Annotation) -> tuple[int, int]:
    counted = [e for e in record.events if e.kind != "background" and e.certainty in ("asserted", "claimed")]
    killed = sum(e.fatalities.best or 0 for e in counted if e.fatalities)
    return killed, sum(e.injuries.best or 0 for e in counted if e.injuries)


if __name__ == "__main__":
    main()

"""How well reports are merged, and how cost grows.

    python benchmarks/merging.py score RESULTS GOLD.jsonl [--half fit|held]
    python benchmarks/merging.py pairs CORPUS COUNTS RESULTS GOLD.jsonl ... --output training_data/merging_pairs.csv
    python benchmarks/merging.py scale 10000 100000 1000000

RESULTS is what annotate wrote. GOLD holds ``id`` and ``incident``, or ``incidents`` with codes, for each article.
RESULTS is what annotate wrote. GOLD holds ``id`` and ``incident``, or ``incidents`` with codes, an article a line.
fitted on, as numbers without a word; ``--half held`` scores the other, which nothing is fitted on. Halves are by
the hash of the incident: none stands in both.
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import hashlib
import json
import resource
import sys
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from conflict_events.batch.reading_back import read_annotations
from conflict_events.merging.blocking import candidates
from conflict_events.merging.clustering import cluster
from conflict_events.merging.features import FEATURES, columns_of, features_of
from conflict_events.merging.matcher import Weights
from conflict_events.merging.merge import merge, score_pairs
from conflict_events.merging.records import incidents
from conflict_events.merging.reports import Report, Where, reports_of
from conflict_events.schema import Bounds

FOLDS = 5
INCIDENTS_A_DAY = 30
#: Rounds in which the pair of events that an article pair tells together is chosen again by the weights.
ROUNDS = 4


def gold_incidents(path: Path) -> dict[str, set[str]]:
    """The incidents of each article."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    return {
        row.get("id") or row["source_id"]: (
            {row["incident"]} if "incident" in row else {item["code"] for item in row["incidents"]}
        )
        for row in rows
        if row.get("merging", True)
    }


def components(gold: Mapping[str, set[str]]) -> dict[str, str]:
    """For each article the first of those it shares incidents with, through others too."""
    first: dict[str, str] = {}
    parent = {article: article for article in gold}

    def root(article: str) -> str:
        while parent[article] != article:
            article = parent[article]
        return article

    for article in sorted(gold):
        for code in sorted(gold[article]):
            parent[root(article)] = root(first.setdefault(code, article))
    return {article: root(article) for article in gold}


def number(text: str, of: int) -> int:
    """A number below ``of`` that a text always has."""
    return int(hashlib.sha256(text.encode()).hexdigest(), 16) % of


def halves(gold: Mapping[str, set[str]], half: str) -> dict[str, set[str]]:
    """The articles of one half of the incidents: ``fit``, ``held``, or ``all``."""
    group = components(gold)
    return {a: codes for a, codes in gold.items() if half == "all" or number(group[a], 2) == (half == "held")}


def together(sets: Mapping[str, Iterable[str]]) -> dict[str, set[str]]:
    """For each article those that share a set with it, and itself."""
    members: dict[str, set[str]] = defaultdict(set)
    for article, names in sets.items():
        for name in names:
            members[name].add(article)
    return {article: set().union({article}, *(members[name] for name in names)) for article, names in sets.items()}


def score(read: Mapping[str, set[str]], gold: Mapping[str, set[str]]) -> str:
    """B-cubed and pairs over articles."""
    a, b = together(gold), together({article: read.get(article) or {f"alone {article}"} for article in gold})
    precision = sum(len(a[i] & b[i]) / len(b[i]) for i in gold) / len(gold)
    recall = sum(len(a[i] & b[i]) / len(a[i]) for i in gold) / len(gold)
    pairs = [{(i, j) for i, others in sets.items() for j in others if i < j} for sets in (a, b)]
    both = len(pairs[0] & pairs[1])
    p, r = both / max(1, len(pairs[1])), both / max(1, len(pairs[0]))
    f1 = 2 * precision * recall / (precision + recall)
    return (
        f"{len(gold)} articles: B3 P {precision:.3f} R {recall:.3f} F {f1:.3f}; "
        f"pairs P {p:.3f} R {r:.3f} F {2 * p * r / max(1e-9, p + r):.3f} (gold {len(pairs[0])}, read {len(pairs[1])})"
    )


def run_score(results: Path, gold_path: Path, half: str) -> None:
    """Merge results and print the score."""
    gold = halves(gold_incidents(gold_path), half)
    read: dict[str, set[str]] = defaultdict(set)
    for incident in incidents(merge(read_annotations(results))):
        for report in incident.reports:
            read[report.article_id].add(incident.id)
    print(f"{gold_path.stem}, {half}: {score(read, gold)}")


def pairs_of(corpus: str, counts: float, results: Path, gold_path: Path) -> list[dict[str, object]]:
    """The rows of one corpus: of a pair of articles that tell one incident, only the best pair of events is one."""
    gold = gold_incidents(gold_path)
    group, fit_half = components(gold), halves(gold, "fit")
    reports = [r for item in read_annotations(results) if item.article.id in gold for r in reports_of(item)]
    columns = columns_of(reports)
    left, right = (np.concatenate(side) for side in zip(*candidates(reports, columns.article), strict=True))
    articles = [report.article_id for report in reports]
    kept = np.array([articles[a] in fit_half and articles[b] in fit_half for a, b in zip(left, right, strict=True)])
    left, right = left[kept], right[kept]
    features = features_of(columns, left, right)
    labels = np.array([bool(gold[articles[a]] & gold[articles[b]]) for a, b in zip(left, right, strict=True)])
    keep = _one_a_pair(features, labels, [(articles[a], articles[b]) for a, b in zip(left, right, strict=True)])
    return [
        {"corpus": corpus, "fold": number(group[articles[left[at]]], FOLDS), "label": int(labels[at]), "counts": counts}
        | {name: f"{features[at, n]:.4g}" for n, name in enumerate(FEATURES)}
        for at in np.flatnonzero(keep)
    ]


def _one_a_pair(features: np.ndarray, labels: np.ndarray, pairs: Sequence[tuple[str, str]]) -> np.ndarray:
    from conflict_events.merging.fit import fit

    at = {name: n for n, name in enumerate(FEATURES)}
    points = features[:, at["words_article"]] + features[:, at["words_event"]] - 0.2 * features[:, at["side_event"]]
    keep = ~labels
    for _ in range(ROUNDS):
        best: dict[tuple[str, str], int] = {}
        for n in np.flatnonzero(labels):
            key = (min(pairs[n]), max(pairs[n]))
            if key not in best or points[n] > points[best[key]]:
                best[key] = int(n)
        keep = ~labels
        keep[list(best.values())] = True
        weights = Weights.load()
        prior = np.array([weights.prior[name] for name in FEATURES])
        signs = [weights.signs[name] for name in FEATURES]
        fitted = fit(features[keep], labels[keep].astype(float), np.ones(keep.sum()), prior, signs)
        points = features @ fitted
    return keep


def run_pairs(arguments: Sequence[str], output: Path) -> None:
    """Write the pairs of corpora, each given as name, counts, results, gold."""
    rows: list[dict[str, object]] = []
    for at in range(0, len(arguments), 4):
        corpus, counts, results, gold = arguments[at : at + 4]
        rows += pairs_of(corpus, float(counts), Path(results), Path(gold))
    with output.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    print(f"{output}: {len(rows)} pairs", file=sys.stderr)


def made_reports(count: int, seed: int = 1) -> list[Report]:
    """Made-up reports, two of each incident on average, spread so that each day has as many as the next."""
    random_ = np.random.default_rng(seed)
    incident_count = count // 2
    days = random_.integers(0, max(1, incident_count // INCIDENTS_A_DAY), incident_count)
    towns = random_.integers(0, 2000, incident_count)
    words = [[f"w{n}" for n in random_.zipf(1.2, 25) % 50_000] for _ in range(incident_count)]
    found = []
    for number, of in enumerate(random_.integers(0, incident_count, count)):
        town, day = int(towns[of]), dt.date(1990, 1, 1) + dt.timedelta(days=int(days[of]))
        place = Where(f"P{town}", f"P{town}", 4, 30 + town % 50 / 10, 36 + town // 50 / 10, f"A{town // 100}", "X")
        said = (*words[of][:18], *(f"w{n}" for n in random_.zipf(1.2, 12) % 50_000))
        killed = Bounds(low=int(of) % 7, best=int(of) % 7, high=int(of) % 7)
        base: dict[str, Any] = {"outlet": f"o{number % 9}", "published": day, "start": day, "end": day}
        base |= {"exact_day": True, "place": place, "names": frozenset({place.name}), "killed": killed, "injured": None}
        base |= dict.fromkeys(("perpetrators", "targets", "sides", "weapons", "victims"), frozenset())
        base |= {"title": said[:6], "article_words": said, "event_words": said[:20], "rank": 0, "of": 1}
        base |= {"relation": "reports", "event_type": "Battles", "sub_event_type": "Armed clash"}
        found.append(Report(article_id=f"a{number:07}", event_id=f"a{number:07}-e1", **base))
    return found


def run_scale(sizes: Sequence[int]) -> None:
    """How long the steps take for so many made-up reports, and the highest memory of the process so far."""
    weights = Weights.load()
    for size in sizes:
        reports = made_reports(size)
        start = time.perf_counter()
        scores, vetoed = score_pairs(reports, weights)
        scored = time.perf_counter()
        groups = cluster([r.article_id for r in reports], scores, vetoed, weights.threshold)
        end = time.perf_counter()
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
        print(
            f"{size:,} reports: {len(scores):,} pairs kept, {len(groups):,} groups; blocks and scores "
            f"{scored - start:.1f} s, clusters {end - scored:.1f} s, {memory:.1f} GB",
            flush=True,
        )


def main() -> None:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("score", "pairs", "scale"))
    parser.add_argument("arguments", nargs="+")
    parser.add_argument("--half", choices=("fit", "held", "all"), default="all")
    parser.add_argument("--output", type=Path, default=Path("training_data/merging_pairs.csv"))
    options = parser.parse_args()
    start = time.perf_counter()
    if options.what == "score":
        run_score(Path(options.arguments[0]), Path(options.arguments[1]), options.half)
    elif options.what == "pairs":
        run_pairs(options.arguments, options.output)
    else:
        run_scale([int(size) for size in options.arguments])
    print(f"{time.perf_counter() - start:.1f} s", file=sys.stderr)


if __name__ == "__main__":
    main()

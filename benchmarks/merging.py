"""How well reports are merged, and how cost grows.

    python benchmarks/merging.py score RESULTS GOLD.jsonl [--half fit|held]
    python benchmarks/merging.py pairs CORPUS COUNTS HALF RESULTS GOLD.jsonl ... [--output PAIRS.csv]
    python benchmarks/merging.py folds CORPUS RESULTS GOLD.jsonl [--threshold 0.5 0.6]
    python benchmarks/merging.py totals RESULTS GOLD.jsonl
    python benchmarks/merging.py scale 10000 100000 1000000

RESULTS is what annotate wrote. GOLD holds ``id`` and ``incident``, or ``incidents`` with codes, an article a line.
``pairs`` keeps what the trees are fitted on, as numbers without a word: of all incidents of a corpus, or of one HALF;
``--half held`` scores the other, which nothing is fitted on. Halves are by the hash of the incident: none stands in
both. ``folds`` scores each article by trees that were fitted without its incident (five folds), in the merging of all
articles. ``totals`` needs the killed of each article's incidents in GOLD (``tolls``): the sums over events and over
incidents against the highest toll of each incident.
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
from dataclasses import astuple, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from conflict_events.batch.reading_back import read_annotations
from conflict_events.merging.blocking import candidates
from conflict_events.merging.clustering import cluster
from conflict_events.merging.features import FEATURES, Features, columns_of
from conflict_events.merging.fit import Pairs, fit, read_pairs
from conflict_events.merging.matcher import THRESHOLD, Matcher
from conflict_events.merging.merge import merge, score_pairs
from conflict_events.merging.records import incidents
from conflict_events.merging.reports import TOLD, Report, Where, reports_of
from conflict_events.schema import Annotation, Bounds

FOLDS = 5
INCIDENTS_A_DAY = 30
#: Rounds in which the pair of events that an article pair tells together is chosen again by the weights.
ROUNDS = 2
#: Of pairs of two incidents that are plainly two (log-odds below this) one in so many is kept, where there are many.
PLAIN = -5.0
FEWER = 16
SMALL = 2000


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


def score(read: Mapping[str, set[str]], gold: Mapping[str, set[str]], articles: Iterable[str] | None = None) -> Score:
    """B-cubed and pairs over articles, or over some of them."""
    a, b = together(gold), together({article: read.get(article) or {f"alone {article}"} for article in gold})
    of = list(gold if articles is None else articles)
    return Score(
        len(of),
        sum(len(a[i] & b[i]) / len(b[i]) for i in of),
        sum(len(a[i] & b[i]) / len(a[i]) for i in of),
        sum(len(a[i] & b[i]) - 1 for i in of),
        sum(len(b[i]) - 1 for i in of),
        sum(len(a[i]) - 1 for i in of),
    )


@dataclass(frozen=True)
class Score:
    """Sums over articles: of B-cubed precision and recall, and of the ends of pairs that are right, read and gold."""

    articles: int = 0
    precision: float = 0
    recall: float = 0
    right: int = 0
    read: int = 0
    gold: int = 0

    def __add__(self, other: Score) -> Score:
        return Score(*(a + b for a, b in zip(astuple(self), astuple(other), strict=True)))

    def __str__(self) -> str:
        precision, recall = self.precision / self.articles, self.recall / self.articles
        p, r = self.right / max(1, self.read), self.right / max(1, self.gold)
        return (
            f"{self.articles} articles: B3 P {precision:.3f} R {recall:.3f} "
            f"F {2 * precision * recall / (precision + recall):.3f}; pairs P {p:.3f} R {r:.3f} "
            f"F {2 * p * r / max(1e-9, p + r):.3f} (gold {self.gold // 2}, read {self.read // 2})"
        )


def incidents_of(annotations: Iterable[Annotation], matcher: Matcher, recalls: bool = True) -> dict[str, set[str]]:
    """The incidents of each article, as merging reads them, with or without those that it only recalls."""
    read: dict[str, set[str]] = defaultdict(set)
    for incident in incidents(merge(annotations, matcher)):
        for report in incident.reports:
            if recalls or report.relation != "recalls":
                read[report.article_id].add(incident.id)
    return read


def run_score(results: Path, gold_path: Path, half: str, recalls: bool) -> None:
    """Merge results and print the score."""
    gold = halves(gold_incidents(gold_path), half)
    read = incidents_of(read_annotations(results), Matcher.load(), recalls)
    print(f"{gold_path.stem}, {half}: {score(read, gold)}")


def run_folds(
    corpus: str, results: Path, gold_path: Path, thresholds: Sequence[float], pairs_path: Path, recalls: bool
) -> None:
    """Five times: fit without a fifth of the incidents, merge all articles, score that fifth."""
    gold, pairs = gold_incidents(gold_path), read_pairs(pairs_path)
    annotations = [item for item in read_annotations(results) if item.article.id in gold]
    group, matcher = components(gold), Matcher.load()
    sums = {threshold: Score() for threshold in thresholds}
    for fold in range(FOLDS):
        kept = np.array([str(fold) not in of for of in zip(pairs.folds, pairs.other_folds, strict=True)])
        kept |= np.array([name != corpus for name in pairs.corpora])
        trees = fit(pairs.part(kept))
        articles = [article for article in gold if number(group[article], FOLDS) == fold]
        for threshold in thresholds:
            read = incidents_of(annotations, replace(matcher, trees=trees, threshold=threshold), recalls)
            sums[threshold] += score(read, gold, articles)
    for threshold, found in sums.items():
        print(f"{gold_path.stem}, five folds, threshold {threshold}: {found}")


def run_totals(results: Path, gold_path: Path) -> None:
    """The killed of a corpus by incident and by event, against the highest toll that its articles tell of each."""
    rows = [json.loads(line) for line in gold_path.read_text(encoding="utf-8").splitlines() if line.strip()]
    truth: dict[str, int] = defaultdict(int)
    for row in rows:
        for code, (killed, _) in row["tolls"].items():
            truth[code] = max(truth[code], killed)
    annotations = list(read_annotations(results))
    events = [e for a in annotations for e in a.events if e.kind != "background" and e.certainty in TOLD]
    by_event = sum(_least(event.fatalities) for event in events)
    total = sum(truth.values())
    print(
        f"{gold_path.stem}: {len(truth)} incidents, {total} killed; sum over events {by_event} ({by_event - total:+})"
    )
    for policy in ("lowest", "latest"):
        found = [item for item in incidents(merge(annotations), policy) if item.kind != "background"]
        sums = sum(_least(item.killed.taken) for item in found)
        share = abs(sums - total) / max(1, abs(by_event - total))
        print(f"  {len(found)} incidents, --figures {policy}: {sums} ({sums - total:+}), {share:.2f} of that error")


def _least(bounds: Bounds | None) -> int:
    values = (bounds.best, bounds.low, bounds.high) if bounds else ()
    return next((value for value in values if value is not None), 0)


def pairs_of(corpus: str, counts: float, half: str, results: Path, gold_path: Path) -> list[dict[str, object]]:
    """The rows of one corpus: of a pair of articles that tell one incident, only the best pair of events is one."""
    gold = gold_incidents(gold_path)
    group, used = components(gold), halves(gold, half)
    reports = [r for item in read_annotations(results) if item.article.id in gold for r in reports_of(item)]
    columns = columns_of(reports)
    left, right = (np.concatenate(side) for side in zip(*candidates(columns), strict=True))
    articles = [report.article_id for report in reports]
    kept = np.array([articles[a] in used and articles[b] in used for a, b in zip(left, right, strict=True)])
    left, right = left[kept], right[kept]
    features = Features(columns)(left, right)
    names = [(articles[a], articles[b]) for a, b in zip(left, right, strict=True)]
    labels = np.array([bool(gold[a] & gold[b]) for a, b in names])
    folds = [number(group[a], FOLDS) for a, _ in names], [number(group[b], FOLDS) for _, b in names]
    labels &= features[:, FEATURES.index("recall")] == 0
    keep, points = _one_a_pair(features, labels, names)
    plain = ~labels & (points < PLAIN) & (len(names) > SMALL)
    few = np.array([number("/".join(pair), FEWER) == 0 for pair in names])
    rows = []
    # What an article recalls nobody has coded: such a pair may be one incident all the same.
    recalled = features[:, FEATURES.index("recall")] > 0
    for at in np.flatnonzero(keep & (~plain | few) & ~recalled):
        often = counts * FEWER if plain[at] else counts
        # A pair of two folds is left out of both, so that no article is judged by what it was fitted on.
        row = {"corpus": corpus, "fold": folds[0][at], "other_fold": folds[1][at], "label": int(labels[at])}
        rows.append(row | {"counts": often} | {name: f"{features[at, n]:.4g}" for n, name in enumerate(FEATURES)})
    return rows


def _one_a_pair(
    features: np.ndarray, labels: np.ndarray, pairs: Sequence[tuple[str, str]]
) -> tuple[np.ndarray, np.ndarray]:
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
        ones, none = np.ones(keep.sum()), [""] * int(keep.sum())
        points = fit(Pairs(features[keep], labels[keep].astype(float), ones, none, none, none)).log_odds(features)
    return keep, points


def run_pairs(arguments: Sequence[str], output: Path) -> None:
    """Write the pairs of corpora, each given as name, counts, half, results, gold."""
    rows: list[dict[str, object]] = []
    for at in range(0, len(arguments), 5):
        corpus, counts, half, results, gold = arguments[at : at + 5]
        rows += pairs_of(corpus, float(counts), half, Path(results), Path(gold))
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
        base |= dict.fromkeys(
            ("perpetrators", "targets", "sides", "weapons", "victims", "victim_words", "hours"), frozenset()
        )
        base |= {
            "title": said[:6],
            "article_words": said,
            "event_words": said[:20],
            "article_places": (place.name,),
            "rank": 0,
            "of": 1,
        }
        base |= {"relation": "reports", "event_type": "Battles", "sub_event_type": "Armed clash"}
        found.append(Report(article_id=f"a{number:07}", event_id=f"a{number:07}-e1", **base))
    return found


def run_scale(sizes: Sequence[int]) -> None:
    """How long the steps take for so many made-up reports, and the highest memory of the process so far."""
    matcher = Matcher.load()
    for size in sizes:
        reports = made_reports(size)
        start = time.perf_counter()
        scores, vetoed = score_pairs(reports, matcher)
        scored = time.perf_counter()
        groups = cluster([r.article_id for r in reports], scores, vetoed, matcher.threshold)
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
    parser.add_argument("what", choices=("score", "pairs", "folds", "totals", "scale"))
    parser.add_argument("arguments", nargs="+")
    parser.add_argument("--half", choices=("fit", "held", "all"), default="all")
    parser.add_argument("--output", type=Path, default=Path("training_data/merging_pairs.csv"))
    parser.add_argument("--threshold", type=float, nargs="+", default=[THRESHOLD])
    parser.add_argument("--without-recalls", action="store_true", help="do not score what articles only recall")
    options = parser.parse_args()
    start = time.perf_counter()
    if options.what == "score":
        run_score(Path(options.arguments[0]), Path(options.arguments[1]), options.half, not options.without_recalls)
    elif options.what == "pairs":
        run_pairs(options.arguments, options.output)
    elif options.what == "folds":
        corpus, results, gold = options.arguments
        run_folds(corpus, Path(results), Path(gold), options.threshold, options.output, not options.without_recalls)
    elif options.what == "totals":
        run_totals(Path(options.arguments[0]), Path(options.arguments[1]))
    else:
        run_scale([int(size) for size in options.arguments])
    print(f"{time.perf_counter() - start:.1f} s", file=sys.stderr)


if __name__ == "__main__":
    main()

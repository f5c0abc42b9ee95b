"""How fast a review of many records is: opening, the queue's page, a record, a decision.

python benchmarks/review.py [--articles 10000] [--decisions 200]
"""

from __future__ import annotations

import argparse
import re
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from review_server import annotation, serving, write_results


def main() -> None:
    """Print one line for each of what is measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=10_000)
    parser.add_argument("--decisions", type=int, default=200)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        results = write_results(Path(folder) / "r.jsonl", [annotation(number) for number in range(given.articles)])
        began = time.perf_counter()
        with serving(results) as running:
            print(f"open {given.articles} records: {time.perf_counter() - began:.2f} s")
            client = running.client()
            for name, path in (("queue", "/"), ("queue at random", "/?order=random"), ("search", "/?search=idlib")):
                _measure(name, [_timed(lambda path=path: client.get(path)) for _ in range(10)])
            page = client.get("/next").body
            saved, opened = [], []
            for _ in range(given.decisions):
                fields = {name: _hidden(page, name) for name in ("event", "seen", "request")}
                address = re.search(r'action="(/record/[^"]*)" id="accept"', page)[1].replace("&amp;", "&")  # type: ignore[index]
                body = "&".join(f"{name}={value}" for name, value in {"do": "accept", **fields}.items())
                began = time.perf_counter()
                answer = client.send("POST", address, body)
                saved.append(time.perf_counter() - began)
                began = time.perf_counter()
                page = client.get(answer.headers["location"]).body
                opened.append(time.perf_counter() - began)
            assert len(running.review.log.decisions()) == given.decisions
            _measure("decision saved", saved)
            _measure("next record shown", opened)
            _measure("queue after them", [_timed(lambda: client.get("/")) for _ in range(10)])


def _hidden(page: str, name: str) -> str:
    found = re.search(rf'id="accept">.*?name="{name}" value="([^"]*)"', page, re.DOTALL)
    assert found
    return found[1]


def _timed(act: object) -> float:
    began = time.perf_counter()
    act()  # type: ignore[operator]
    return time.perf_counter() - began


def _measure(name: str, seconds: list[float]) -> None:
    worst = sorted(seconds)[int(0.95 * len(seconds))]
    print(f"{name}: median {1000 * statistics.median(seconds):.0f} ms, 95th percentile {1000 * worst:.0f} ms")


if __name__ == "__main__":
    main()

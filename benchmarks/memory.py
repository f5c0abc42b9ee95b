"""Peak memory of a run and of its workers, at two sizes of corpus.

    python benchmarks/memory.py [ARTICLES...] [--sizes 10000 100000] [--workers 1] [--model DIR] [--words 40 80]

Each article of the corpus is made of sentences drawn from ARTICLES (without any, from this project's training
articles), 40 to 80 words of them and the rest of the last one, and of a number and a place name of its own, so that
vocabulary grows as it does in real corpora. Peaks are the high-water marks that the system keeps for each process
(Linux); with one worker, the process that works is also the one that reads and writes.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

TRAINING = Path(__file__).resolve().parent.parent / "training_data" / "articles"
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z\"“])|\n+")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("articles", nargs="*")
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument(
        "--words", type=int, nargs=2, default=[40, 80], help="drawn for an article, at least and at most"
    )
    parser.add_argument("--model")
    args = parser.parse_args()
    sentences = [found for text in texts(args.articles) for found in _SENTENCE.split(text) if len(found.split()) > 3]
    print(f"{len(sentences)} sentences to draw from", flush=True)
    for size in args.sizes:
        with tempfile.TemporaryDirectory() as folder:
            corpus = Path(folder) / "corpus.jsonl"
            words = 0
            with corpus.open("w", encoding="utf-8") as file:
                for number, text in enumerate(made(sentences, size, *args.words)):
                    words += len(text.split())
                    file.write(json.dumps({"id": f"n{number}", "text": text}) + "\n")
            command = [sys.executable, "-m", "conflict_events.cli", "annotate", str(corpus), "-o", f"{folder}/out"]
            command += ["--workers", str(args.workers)] + (["--model", args.model] if args.model else [])
            peaks, seconds = watch(command)
            counts = json.loads((Path(folder) / "out" / "manifest.json").read_text(encoding="utf-8"))["counts"]
            shown = ", ".join(f"{peak / 1024:,.0f} MB" for peak in peaks)
            print(
                f"{counts['articles']:,} articles ({counts['errors']} failed), {words / size:.0f} words each, "
                f"{counts['events']:,} events, {seconds:,.0f} s; peak of each process: {shown}",
                flush=True,
            )


def texts(inputs: list[str]) -> Iterator[str]:
    """The texts of the articles, or of the training articles where none are given."""
    if inputs:
        from conflict_events.reading import InputArticle, read_articles

        yield from (item.text for item in read_articles(inputs) if isinstance(item, InputArticle))
    else:
        from conflict_events.corpus import read_corpus

        yield from (article.text for article in read_corpus([TRAINING]))


def made(sentences: list[str], size: int, fewest: int, most: int) -> Iterator[str]:
    """So many texts, the same on every run."""
    chance = random.Random(7)
    for number in range(size):
        wanted = chance.randint(fewest, most)
        chosen: list[str] = []
        while wanted > 0:
            chosen.append(chance.choice(sentences))
            wanted -= len(chosen[-1].split())
        yield f"{' '.join(chosen)}\n\nReport {number} from Al-{_name(number)}."


def _name(number: int) -> str:
    letters = "abdefghijklmnqrstuwz"
    return "".join(letters[number // 20**place % 20] for place in range(5)).title()


def watch(command: list[str]) -> tuple[list[int], float]:
    """The peak resident memory, in kB, of a command and of the processes it starts; and its seconds."""
    started = time.monotonic()
    peaks: dict[int, int] = {}
    with subprocess.Popen(command, env=os.environ | {"OMP_NUM_THREADS": "1"}, stderr=subprocess.DEVNULL) as process:
        while process.poll() is None:
            for pid in (process.pid, *_children(process.pid)):
                peak = _peak(pid)
                if peak:
                    peaks[pid] = peak
            time.sleep(0.5)
    return sorted(peaks.values(), reverse=True), time.monotonic() - started


def _children(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def _peak(pid: int) -> int | None:
    try:
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1])
    except OSError:
        pass
    return None


if __name__ == "__main__":
    main()

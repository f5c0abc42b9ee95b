"""Peak memory of a run and of its workers, at two sizes of corpus.

    python benchmarks/memory.py ARTICLES [--sizes 10000 100000] [--workers 2] [--model DIR] [--characters 600]

The corpus is made of the articles' own texts, cut to --characters (0 for whole) and given a number, a place name of its
own and new ids, so that vocabulary grows as it does in real corpora. Peaks are the high-water marks that the system
keeps for each process (Linux).
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("articles", nargs="+")
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--characters", type=int, default=600)
    parser.add_argument("--model")
    args = parser.parse_args()
    from conflict_events.reading import InputArticle, read_articles

    texts = [item.text for item in read_articles(args.articles) if isinstance(item, InputArticle)]
    for size in args.sizes:
        with tempfile.TemporaryDirectory() as folder:
            corpus = Path(folder) / "corpus.jsonl"
            with corpus.open("w", encoding="utf-8") as file:
                for number in range(size):
                    text = texts[number % len(texts)][: args.characters or None]
                    text += f"\n\nReport {number} from Al-{_name(number)}."
                    file.write(json.dumps({"id": f"n{number}", "text": text}) + "\n")
            command = [sys.executable, "-m", "conflict_events.cli", "annotate", str(corpus), "-o", f"{folder}/out"]
            command += ["--workers", str(args.workers)] + (["--model", args.model] if args.model else [])
            peaks, seconds = watch(command)
            shown = ", ".join(f"{peak / 1024:,.0f} MB" for peak in peaks)
            print(f"{size} articles: {seconds:.0f} s; peak of each process: {shown}", flush=True)


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

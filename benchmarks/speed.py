"""Words a second of the default pipeline beside spaCy's English pipeline, in processor time.

    python benchmarks/speed.py ARTICLES [--words 60000] [--model DIR] [--base NAME] [--profile] [--workers]

Both read the same texts in one process on one thread, turn about, five times after a warm-up; given are medians of the
processor time with the lowest and the highest. spaCy's pipeline runs twice: as installed, and with its matrix products
through numpy's BLAS. Words are the tokens of spaCy's English tokenizer, the same for all. "conflict-events" is
everything from the raw text to the records and their table rows. ARTICLES is anything that `conflict-events annotate`
reads; texts are repeated until there are enough words.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections import Counter, deque
from pathlib import Path
from statistics import median
from typing import Any

ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "BLIS_NUM_THREADS"), "1")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("articles", nargs="+")
    parser.add_argument("--words", type=int, default=60_000)
    parser.add_argument("--model")
    parser.add_argument("--base", default="en_core_web_md", help="package or path of the pipeline to compare with")
    parser.add_argument("--repetitions", type=int, default=5)
    parser.add_argument("--profile", action="store_true", help="say where the time goes")
    parser.add_argument("--workers", action="store_true", help="measure the command with one and two workers too")
    parser.add_argument("--measure", choices=["both", "profile"], help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.measure:
        texts = json.loads(Path(args.articles[0]).read_text(encoding="utf-8"))
        measured = profile(texts, args.model) if args.measure == "profile" else both(texts, args)
        print(json.dumps(measured))
        return
    texts, words = collect(args.articles, args.words)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "texts.json"
        file.write_text(json.dumps(texts), encoding="utf-8")
        report(run(file, "both", args), len(texts), words)
        if args.workers:
            workers(texts, words, Path(folder), args.model)
        if args.profile:
            for name, value in run(file, "profile", args).items():
                print(f"  {name:20} {value:6.1%}")


def report(measured: dict[str, Any], articles: int, words: int) -> None:
    """Print speeds and ratios, and on what they were measured."""
    print(f"{articles} articles, {words} words; {measured.pop('machine')}")
    speeds = {name: sorted(words / value for value in seconds) for name, seconds in measured.items()}
    for name, values in speeds.items():
        print(f"{name}: {median(values):,.0f} words/s ({values[0]:,.0f} to {values[-1]:,.0f})")
    ours = measured.pop("conflict-events")
    for name, seconds in measured.items():
        ratios = sorted(theirs / own for theirs, own in zip(seconds, ours, strict=True))
        print(f"ratio to {name}: {median(ratios):.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f})")


def collect(inputs: list[str], wanted: int) -> tuple[list[str], int]:
    """Texts with about that many words, and how many they have."""
    import spacy

    from conflict_events.reading import InputArticle, read_articles

    tokenizer = spacy.blank("en").tokenizer
    found = [item.text for item in read_articles(inputs) if isinstance(item, InputArticle)]
    counts = [len(tokenizer(text)) for text in found]
    texts: list[str] = []
    words = 0
    while words < wanted:
        position = len(texts) % len(found)
        texts.append(found[position])
        words += counts[position]
    return texts, words


def run(file: Path, name: str, args: argparse.Namespace) -> dict[str, Any]:
    """The figures of a process of its own."""
    command = [sys.executable, __file__, str(file), "--measure", name, "--base", args.base]
    command += ["--model", args.model] if args.model else []
    done = subprocess.run(command, env=os.environ | ONE_THREAD, stdout=subprocess.PIPE, check=True, text=True)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def both(texts: list[str], args: argparse.Namespace) -> dict[str, Any]:
    """Processor seconds of each repetition, turn about, and the machine."""
    from thinc.api import NumpyOps

    import conflict_events
    from conflict_events.batch.annotator import Annotator
    from conflict_events.batch.articles import chunked
    from conflict_events.inference import products
    from conflict_events.reading import InputArticle

    annotator = Annotator(conflict_events.load(args.model), timeout=None)
    articles = [InputArticle(str(number), text) for number, text in enumerate(texts)]
    installed, numpys = base(args.base), base(args.base)
    for _, pipe in numpys.pipeline:
        for node in pipe.model.walk() if getattr(pipe, "model", None) is not None else ():
            node.ops = NumpyOps(use_blis=False)
    sides = {
        f"{args.base} as installed": lambda count: deque(installed.pipe(texts[:count]), maxlen=0),
        f"{args.base} with numpy's BLAS": lambda count: deque(numpys.pipe(texts[:count]), maxlen=0),
        "conflict-events": lambda count: deque(map(annotator.annotate, chunked(articles[:count])), maxlen=0),
    }
    for side in sides.values():
        side(len(texts) // 10 + 1)
    measured: dict[str, Any] = {name: [] for name in sides}
    for _ in range(args.repetitions):
        for name, side in sides.items():
            started = time.process_time()
            side(len(texts))
            measured[name].append(time.process_time() - started)
    used = "thinc's blis" if products().use_blis else "numpy's BLAS"
    return measured | {"machine": f"{processor()}; ours multiplies by {used}; numpy: {kernels()}"}


def base(name: str) -> Any:
    """A spaCy pipeline, by package or path."""
    import importlib

    import spacy

    try:
        package = importlib.import_module(name)
    except ImportError:
        return spacy.load(name)
    return spacy.load(package.model_path()) if hasattr(package, "model_path") else spacy.load(name)


def processor() -> str:
    """The processor's name, as Linux gives it."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.is_file() else []
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.processor() or "unknown processor")


def kernels() -> str:
    """The BLAS that numpy loaded and the kernels that it chose, where threadpoolctl is there to ask."""
    try:
        from threadpoolctl import threadpool_info
    except ImportError:
        return "kernels unknown (install threadpoolctl)"
    found = [one for one in threadpool_info() if one.get("user_api") == "blas"]
    return "; ".join(f"{one['internal_api']} {one['version']} {one.get('architecture')}" for one in found) or "unknown"


def profile(texts: list[str], model: str | None) -> dict[str, float]:
    """Each step's share of the time."""
    import conflict_events
    from conflict_events.reading import InputArticle
    from conflict_events.records import annotation
    from conflict_events.tables import build_tables

    nlp = conflict_events.load(model)
    spent: Counter[str] = Counter()

    def timed(name: str, function: Any, *arguments: Any) -> Any:
        started = time.perf_counter()
        result = function(*arguments)
        spent[name] += time.perf_counter() - started
        return result

    for start in range(0, len(texts), 32):
        batch = [InputArticle(str(start + n), text) for n, text in enumerate(texts[start : start + 32])]
        docs = timed("clean, tokenize", lambda batch=batch: [nlp.tokenizer.article_doc(one) for one in batch])
        for name, pipe in nlp.pipeline:
            if hasattr(pipe, "pipe"):
                docs = timed(name, lambda pipe=pipe, docs=docs: list(pipe.pipe(docs)))
            else:
                docs = timed(name, lambda pipe=pipe, docs=docs: [pipe(doc) for doc in docs])
        records = timed("records", lambda docs=docs: [annotation(doc) for doc in docs])
        timed("json", lambda records=records: [record.model_dump_json() for record in records])
        timed("table rows", build_tables, records)
    total = sum(spent.values())
    return {name: seconds / total for name, seconds in spent.most_common()}


def workers(texts: list[str], words: int, folder: Path, model: str | None) -> None:
    """Words a second of the whole command with one and two workers, without the time to start."""
    corpus = folder / "corpus.jsonl"
    lines = [json.dumps({"id": str(number), "text": text}) for number, text in enumerate(texts)]
    corpus.write_text("\n".join(lines) + "\n", encoding="utf-8")
    seconds: dict[int, float] = {}
    for count in (1, 2):
        command = [sys.executable, "-m", "conflict_events.cli", "annotate", str(corpus), "--workers", str(count)]
        command += ["--model", model] if model else []
        elapsed = []
        for limit in (1, len(texts)):
            output = folder / f"out-{count}-{limit}"
            started = time.perf_counter()
            more = ["-o", str(output), "--limit", str(limit)]
            subprocess.run(command + more, env=os.environ | ONE_THREAD, stderr=subprocess.DEVNULL, check=True)
            elapsed.append(time.perf_counter() - started)
        seconds[count] = elapsed[1] - elapsed[0]
        print(f"annotate --workers {count}: {words / seconds[count]:,.0f} words/s (start {elapsed[0]:.1f} s)")
    print(f"two workers are {seconds[1] / seconds[2]:.2f} times as fast")


if __name__ == "__main__":
    main()

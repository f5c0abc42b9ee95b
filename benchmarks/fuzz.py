"""Broken input on purpose: readers of every format, and the pipeline. Every record must be accounted for.

    python benchmarks/fuzz.py --files 20000 --articles 5000 [--seed 1]

A good file of each format is harmed at random (bytes changed, cut, doubled, put in), and is read; the articles of the
corpus are harmed likewise (sentences moved, cut, joined, odd characters and numbers put in), and annotated by the
default model. A crash is an exception that leaves the reader, or a record that is neither an annotation nor an error.
"""

from __future__ import annotations

import argparse
import gzip
import io
import json
import random
import sys
import tempfile
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet

import conflict_events
from conflict_events.batch.annotator import Annotator
from conflict_events.corpus import read_corpus
from conflict_events.reading import InputArticle, ReadError, read_articles

CORPUS = Path(__file__).parents[1] / "training_data" / "articles"
SAMPLES = [
    {"id": "a", "title": "Attack in Homs", "date": "2023-05-01", "text": "Two people were killed, five in Idlib."},
    {"id": "b", "title": 'A "quoted" title', "date": "1 May 2023", "text": "ISIS attacked;\nthree were injured."},
    {"id": "c", "title": "", "date": "", "text": "قُتل شخصان في حلب. Nine soldiers died – “at least”."},
]
ODD_BYTES = (
    b"\x00",
    b"\xff\xfe",
    b"\xed\xa0\x80",
    b'"',
    b",",
    b"\n",
    b"{",
    b"[" * 500,
    b"9" * 400,
    b"\\ud800",
    b"\x1f\x8b",
)
ODD_TEXTS = (
    "\x00",
    "\ud800",
    "\u202e",
    "\u200b",
    "\u0301" * 20,
    "9" * 400,
    "(" * 200,
    "\n\n\n",
    "*",
    "-",
    '"',
    "٣",
    "½",
    "1,0,0,",
)


def _parquet() -> bytes:
    file = io.BytesIO()
    pyarrow.parquet.write_table(pa.Table.from_pylist(SAMPLES), file)
    return file.getvalue()


def good_files() -> dict[str, bytes]:
    """A file of each format, by its ending."""
    lines = "".join(json.dumps(record) + "\n" for record in SAMPLES).encode()
    rows = "".join(",".join('"' + value.replace('"', '""') + '"' for value in row.values()) + "\n" for row in SAMPLES)
    table = "id,title,date,text\n" + rows
    page = "<html><head><title>Attack</title></head><body><article>" + "<p>Two people were killed in Homs.</p>" * 9
    files = {
        ".txt": SAMPLES[2]["text"].encode() * 3,
        ".md": b"# Attack\n\nTwo people were killed.\n",
        ".html": (page + "</article></body></html>").encode(),
        ".jsonl": lines,
        ".json": json.dumps({"articles": SAMPLES}).encode(),
        ".csv": table.encode(),
        ".tsv": table.replace('","', '"\t"').replace("id,title,date,text", "id\ttitle\tdate\ttext").encode(),
        ".parquet": _parquet(),
    }
    return files | {f"{name}.gz": gzip.compress(files[name], mtime=0) for name in (".txt", ".jsonl", ".csv", ".json")}


def harmed(content: bytes, chance: random.Random) -> bytes:
    """``content`` after one to six random changes."""
    for _ in range(chance.randint(1, 6)):
        at, length = chance.randrange(len(content) + 1), chance.randint(1, 40)
        kind = chance.randrange(5)
        if kind == 0:
            content = content[:at] + bytes(chance.randrange(256) for _ in range(length)) + content[at + length :]
        elif kind == 1:
            content = content[:at]
        elif kind == 2:
            content = content[:at] + content[max(0, at - length) : at] + content[at:]
        elif kind == 3:
            content = content[:at] + chance.choice(ODD_BYTES) + content[at:]
        else:
            content = content[:at] + content[at + length :]
    return content


def fuzz_readers(count: int, seed: int) -> tuple[Counter[str], list[str]]:
    """Read ``count`` harmed files. How many articles and errors there were, and what crashed."""
    chance = random.Random(seed)
    good = good_files()
    endings = sorted(good)
    found: Counter[str] = Counter()
    crashes: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        for number in range(count):
            ending = endings[number % len(endings)]
            path = Path(folder) / f"x{ending}"
            path.write_bytes(harmed(good[ending], chance))
            try:
                items = list(read_articles([path]))
            except Exception:
                crashes.append(f"{ending}, file {number}: {traceback.format_exc(limit=-2)}")
                continue
            found["files"] += 1
            found["articles"] += sum(isinstance(item, InputArticle) for item in items)
            found["errors"] += sum(isinstance(item, ReadError) for item in items)
            if not items:
                crashes.append(f"{ending}, file {number}: neither an article nor an error")
    return found, crashes


def harmed_text(text: str, other: str, chance: random.Random) -> str:
    """``text`` after one to six random changes, some with pieces of another text."""
    for _ in range(chance.randint(1, 6)):
        at, length = chance.randrange(len(text) + 1), chance.randint(1, 80)
        kind = chance.randrange(6)
        if kind == 0:
            text = text[:at] + chance.choice(ODD_TEXTS) + text[at:]
        elif kind == 1:
            text = text[:at] + text[at + length :]
        elif kind == 2:
            start = chance.randrange(len(other) + 1)
            text = text[:at] + other[start : start + length] + text[at:]
        elif kind == 3:
            sentences = text.split(". ")
            chance.shuffle(sentences)
            text = ". ".join(sentences)
        elif kind == 4:
            text = text[:at] + text[at : at + length].upper() + text[at + length :]
        else:
            text = text.replace(chance.choice((" ", ".", ",", "\n", "the ")), chance.choice(("  ", ";", "", "\n")), 5)
    return text


def harmed_articles(count: int, seed: int) -> Iterator[InputArticle]:
    """``count`` harmed articles of the corpus, each at most 800 characters long."""
    chance = random.Random(seed)
    texts = [article.text for article in read_corpus([CORPUS])]
    for number in range(count):
        text = chance.choice(texts)
        start = chance.randrange(max(1, len(text) - 700))
        yield InputArticle(f"a-{number}", harmed_text(text[start : start + 700], chance.choice(texts), chance))


def fuzz_pipeline(
    annotate: Callable[[list[InputArticle]], tuple[int, list[str]]], count: int, seed: int
) -> tuple[int, list[str]]:
    """Annotate ``count`` harmed articles; how many were, and the reasons of those that were not."""
    done, reasons = 0, []
    articles = harmed_articles(count, seed)
    while chunk := list(islice(articles, 64)):
        annotated, failed = annotate(chunk)
        done += annotated
        reasons += failed
        if annotated + len(failed) != len(chunk):
            reasons.append(f"{len(chunk) - annotated - len(failed)} articles of a chunk are not accounted for")
    return done, reasons


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=20_000)
    parser.add_argument("--articles", type=int, default=5_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    found, crashes = fuzz_readers(options.files, options.seed)
    told = f"{found['articles']:,} articles, {found['errors']:,} errors, {len(crashes)} crashes"
    print(f"readers: {options.files:,} files, {told}")
    annotator = Annotator(conflict_events.load(), timeout=60)

    def annotate(chunk: list[InputArticle]) -> tuple[int, list[str]]:
        result = annotator.annotate(chunk)
        return len(result.done), [failure.reason for failure in result.failed.values()]

    done, reasons = fuzz_pipeline(annotate, options.articles, options.seed)
    print(f"pipeline: {options.articles:,} articles, {done:,} annotated, {len(reasons)} failed")
    for line in [*crashes, *(f"{count} × {reason}" for reason, count in Counter(reasons).most_common())][:20]:
        print(line)
    return 1 if crashes or reasons else 0


if __name__ == "__main__":
    sys.exit(main())

"""How far a run is: on a terminal a bar with rate and time left, elsewhere nothing."""

from __future__ import annotations

import gzip
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from rich.console import Console

_SAMPLE = 1 << 20


class Progress(Protocol):
    """Told about every chunk that is done."""

    def __call__(self, articles: int, words: int) -> None: ...


@contextmanager
def show_progress(console: Console, total: int | None) -> Iterator[Progress]:
    """A progress bar on ``console``, which is silent where that is no terminal. ``total`` in articles, if known."""
    if not console.is_terminal:
        yield lambda articles, words: None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
    )
    with Bar(*columns, console=console, transient=True) as bar:
        task = bar.add_task("annotating", total=total, rate="")
        counted = {"words": 0}

        def advance(articles: int, words: int) -> None:
            counted["words"] += words
            elapsed = bar.tasks[0].elapsed or 0.0
            rate = f"{counted['words'] / elapsed:,.0f} words/s" if elapsed else ""
            bar.update(task, advance=articles, rate=rate)

        yield advance


def estimate_articles(inputs: Iterable[str | Path]) -> int | None:
    """About how many articles the inputs hold, by a glance at each file; ``None`` where that cannot be told."""
    total = 0
    for item in inputs:
        path = Path(item)
        if str(item) == "-" or not path.exists():
            return None
        files = (file for file in path.rglob("*") if file.is_file()) if path.is_dir() else iter([path])
        for file in files:
            count = _articles_in(file)
            if count is None:
                return None
            total += count
    return total


def _articles_in(file: Path) -> int | None:
    ending = file.suffix.lower()
    if ending in (".parquet", ".pq"):
        import pyarrow
        import pyarrow.parquet

        try:
            return int(pyarrow.parquet.read_metadata(file).num_rows)
        except (pyarrow.ArrowException, OSError):
            return 0
    packed = ending == ".gz"
    kind = Path(file.stem).suffix.lower() if packed else ending
    if kind not in (".jsonl", ".ndjson", ".csv", ".tsv"):
        return None if kind == ".json" else 1
    try:
        size = file.stat().st_size
        with gzip.open(file) if packed else file.open("rb") as content:
            sample = content.read(_SAMPLE)
    except (OSError, EOFError):
        return 0
    lines = sample.count(b"\n")
    if packed or not lines:
        return None if packed else 1
    # Quoted cells hold line breaks of their own, which leaves this an upper bound for CSV.
    return round(lines * size / len(sample)) - (kind in (".csv", ".tsv"))

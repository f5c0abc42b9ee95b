"""Whether two checkouts read the same texts alike: what to run before and after a change that may only cost time.

    python benchmarks/same_records.py OTHER_CHECKOUT ARTICLES... [--limit N] [--show N]

Each checkout annotates ARTICLES (anything that `conflict-events annotate` reads) in a process of its own, with its own
default model. Prints how many annotations differ and where (the first fields that do), and ends with 1 where one does.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent.parent
_RUN = """
import sys, itertools
from conflict_events import load
from conflict_events.batch.annotator import Annotator
from conflict_events.batch.articles import chunked
from conflict_events.reading import InputArticle, read_articles
output, limit, *inputs = sys.argv[1:]
annotator = Annotator(load(), timeout=300, with_tables=False)
found = (item for item in read_articles(inputs) if isinstance(item, InputArticle))
with open(output, "w", encoding="utf-8") as lines:
    for chunk in chunked(itertools.islice(found, int(limit) or None)):
        result = annotator.annotate(chunk)
        lines.writelines(line + "\\n" for line in result.lines)
        for failure in result.failed.values():
            print(f"{failure.source}: {failure.reason}", file=sys.stderr)
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("other", type=Path)
    parser.add_argument("articles", nargs="+")
    parser.add_argument("--limit", type=int, default=0, help="articles to compare; 0 for all")
    parser.add_argument("--show", type=int, default=5, help="how many articles that differ to show")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        before, after = (
            annotations(checkout, Path(folder) / f"{name}.jsonl", args)
            for name, checkout in (("before", args.other), ("after", HERE))
        )
    differing = [name for name in sorted(before.keys() | after.keys()) if before.get(name) != after.get(name)]
    for name in differing[: args.show]:
        print(name)
        for path, old, new in list(differences(before.get(name), after.get(name)))[:5]:
            print(f"  {path}: {old!r} -> {new!r}")
    print(f"{len(before.keys() | after.keys())} articles, {len(differing)} differ")
    return 1 if differing else 0


def annotations(checkout: Path, output: Path, args: argparse.Namespace) -> dict[str, Any]:
    """The annotations by a checkout's code and model, by the article's source."""
    environment = os.environ | {"PYTHONPATH": str(checkout.resolve() / "pipeline"), "OMP_NUM_THREADS": "1"}
    inputs = [str(Path(path).resolve()) for path in args.articles]
    command = [sys.executable, "-c", _RUN, str(output), str(args.limit), *inputs]
    subprocess.run(command, env=environment, cwd=output.parent, check=True)
    records = (json.loads(line) for line in output.read_text(encoding="utf-8").splitlines())
    return {f"{record['article']['source']} {record['article']['id']}": record for record in records}


def differences(old: Any, new: Any, path: str = "") -> Iterator[tuple[str, Any, Any]]:
    """The fields in which two records differ, each with its values."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key in old.keys() | new.keys():
            yield from differences(old.get(key), new.get(key), f"{path}.{key}")
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for index, pair in enumerate(zip(old, new, strict=True)):
            yield from differences(*pair, f"{path}[{index}]")
    elif old != new:
        yield path, old, new


if __name__ == "__main__":
    sys.exit(main())

"""What the worst inputs cost: processor seconds and milliseconds a token, each in a process of its own.

    python benchmarks/worst.py [NAME...] [--limit 60] [--model DIR]

An input that is too much is refused with its reason. One that takes longer than the limit (processor seconds) is
stopped, and the line says in which step.
"""

from __future__ import annotations

import argparse
import json
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping

from conflict_events import load
from conflict_events.reading import InputArticle
from conflict_events.records import annotation

_TOLD = "Two soldiers were killed in Homs on Monday by a car bomb, the Observatory said. "
INPUTS: Mapping[str, Callable[[], str]] = {
    "1,000 words": lambda: _TOLD * 63,
    "10,000 words": lambda: _TOLD * 630,
    "50,000 words": lambda: _TOLD * 3150,
    "2,000 list items": lambda: _items(2_000),
    "20,000 list items": lambda: _items(20_000),
    "sentence of 5,000 words": lambda: f"Two soldiers were killed{' and two men were hurt in Idlib' * 720}.",
    "20,000 words in capitals": lambda: "SOLDIERS KILLED IN HOMS " * 5_000,
    "2,500 bracketed parts": lambda: "Two soldiers (one of them a child) were killed. " * 2_500,
    "1,000 dates": lambda: "".join(
        f"On {n % 28 + 1} March {1990 + n % 30} two people were killed in Homs. " for n in range(1_000)
    ),
    "300 capitals": lambda: "A" * 300 + "\n\nTwo people were killed.",
    "50,000 brackets": lambda: "(" * 50_000,
    "100,000 HTML entities": lambda: "&amp;" * 100_000,
    "soft hyphens": lambda: "so\u00adl\u00addi\u00ader " * 20_000,
    "5 MB in one line": lambda: "x" * 5_000_000,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of: {', '.join(INPUTS)}")
    parser.add_argument("--limit", type=int, default=60)
    parser.add_argument("--model")
    parser.add_argument("--alone", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.alone:
        print(json.dumps(measure(INPUTS[args.alone](), args.limit, args.model)))
        return
    for name in args.names or INPUTS:
        command = [sys.executable, __file__, "--alone", name, "--limit", str(args.limit)]
        command += ["--model", args.model] if args.model else []
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True)
        print(f"{name:26} {done.stdout.strip() or f'ended with {done.returncode}'}", flush=True)


def measure(text: str, limit: int, model: str | None) -> dict[str, object]:
    """Seconds of processor time of all steps, milliseconds a token, MB of memory added, and the dearest step."""
    nlp = load(model)
    spent: dict[str, float] = {}
    step = "cleaning and tokenizer"
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    def stop(*_: object) -> None:
        raise TimeoutError

    signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, limit)
    tokens = 0
    try:
        started = time.process_time()
        doc = nlp.tokenizer.article_doc(InputArticle("worst", text))
        spent[step], tokens = time.process_time() - started, len(doc)
        for step, pipe in nlp.pipeline:
            started = time.process_time()
            doc = next(iter(pipe.pipe([doc]))) if hasattr(pipe, "pipe") else pipe(doc)
            spent[step] = time.process_time() - started
        step, started = "records", time.process_time()
        annotation(doc)
        spent[step] = time.process_time() - started
    except ValueError as error:
        return {"refused after s": round(time.process_time() - started, 2), "reason": str(error)}
    except TimeoutError:
        return {"stopped in": step, "tokens": tokens, "limit s": limit}
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    seconds, dearest = sum(spent.values()), max(spent, key=lambda name: spent[name])
    return {
        "s": round(seconds, 2),
        "tokens": tokens,
        "ms a token": round(1000 * seconds / max(tokens, 1), 3),
        "MB": (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024,
        "dearest": f"{dearest} {spent[dearest]:.2f} s",
    }


def _items(count: int) -> str:
    items = (f"\n- Two soldiers were killed in village {n} of Homs province." for n in range(count))
    return "Casualties:\n" + "".join(items)


if __name__ == "__main__":
    main()

"""The summary on the terminal: the same numbers as the page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from conflict_events.evaluation.errors import CAUSES
from conflict_events.evaluation.measures import HEADLINES, subjects

MOST_CAUSES = 6


def print_summary(document: Mapping[str, Any], console: Console) -> None:
    """Print headline figures with intervals, the most frequent errors, and what differs between two models."""
    models = document["models"]
    table = Table(title=f"{document['articles']} articles, {document['words']:,} words", title_justify="left")
    table.add_column("figure")
    table.add_column("cases", justify="right")
    for model in models:
        table.add_column(escape(model), justify="right")
    known = {row["name"]: row for row in document["figures"]}
    for name in HEADLINES:
        row = known.get(name)
        if row is not None:
            table.add_row(title(row), str(row["cases"]), *(interval(values) for values in row["models"]))
    console.print(table)
    for model, found in zip(models, document["expectation"], strict=True):
        if found is not None:
            console.print(f"{model}: {expectation_words(found)}", markup=False, highlight=False)
    for model, causes in zip(models, document["causes"], strict=True):
        most = causes[:MOST_CAUSES]
        if most:
            told = "; ".join(_cause(one) for one in most)
            console.print(f"{model}: most errors: {told}", markup=False, highlight=False)
    for model, speed in zip(models, document["speed"], strict=True):
        if speed is not None:
            memory = f", {speed['peak_bytes'] / 1e9:.2f} GB at most" if speed["peak_bytes"] else ""
            words = (
                f"{model}: {speed['words_per_second']:,.0f} words/s{memory}, loaded in {speed['load_seconds']:.1f} s"
            )
            console.print(words, markup=False, highlight=False)
    for model, failures in zip(models, document["failures"], strict=True):
        if failures:
            console.print(f"{model}: {len(failures)} articles failed, e.g. {failures[0]}", markup=False)
    if document["comparison"]:
        _print_comparison(document["comparison"], console)


def expectation_words(found: Mapping[str, Any]) -> str:
    """What the report's first screen says, in short: "of ten such articles six have both totals right; …"."""
    outcomes = " and ".join(bias["outcome"] for bias in found["biases"])
    off = ", ".join(f"{bias['outcome']} {off_words(bias)}" for bias in found["biases"])
    have = "has" if found["of_ten"] == "one" else "have"
    right = f"of ten such articles {found['of_ten']} {have} the totals of {outcomes} right"
    return f"{right} ({found['right']} of {found['articles']}); added up: {off}"


def off_words(bias: Mapping[str, Any]) -> str:
    """How far the sum of an outcome is off: "8.7% too high", "right", "12 where there were none"."""
    if bias["excess"] is None:
        return f"{bias['read']:,} where there were none" if bias["read"] else "right: none"
    share = abs(bias["excess"])
    if not share:
        return "right"
    return f"{share:.1%} too {'high' if bias['excess'] > 0 else 'low'}"


def _cause(row: Mapping[str, Any]) -> str:
    """``17 of Entities (ACTOR): missed``"""
    group = f" ({row['group']})" if row["group"] else ""
    return f"{row['errors']} × {subjects()[row['subject']].title}{group}: {CAUSES[row['cause']]}"


def title(row: Mapping[str, Any]) -> str:
    """What a figure is called: ``Entities: F1``."""
    words = subjects()[row["subject"]].title
    measure = row["measure"].upper() if row["measure"] == "f1" else row["measure"]
    return f"{words}: {measure}" if measure else words


def number(value: float | None) -> str:
    """A figure with three decimals; a dash where there are no cases."""
    return "–" if value is None else f"{value:.3f}"


def interval(values: Mapping[str, Any] | None) -> str:
    """A figure with its interval: ``0.902 [0.871, 0.933]``."""
    if values is None:
        return "–"
    if values["low"] is None:
        return number(values["value"])
    return f"{number(values['value'])} \\[{number(values['low'])}, {number(values['high'])}]"


def _print_comparison(comparison: Mapping[str, Any], console: Console) -> None:
    changed = [row for row in comparison["figures"] if row["verdict"] != "same"]
    heading = f"{comparison['second']} against {comparison['first']}: {comparison['changed_articles']} articles changed"
    table = Table(title=escape(heading), title_justify="left")
    for name in ("figure", "first", "second", "difference", "p"):
        table.add_column(name, justify="left" if name == "figure" else "right")
    for row in changed:
        colour = "green" if row["verdict"] == "better" else "red"
        low, high = number(row["low"]), number(row["high"])
        table.add_row(
            escape(row["name"]),
            number(row["first"]),
            number(row["second"]),
            f"[{colour}]{row['difference']:+.3f}[/{colour}] \\[{low}, {high}] {row['verdict']}",
            number(row["p"]),
        )
    if changed:
        console.print(table)
    else:
        console.print(f"{heading}; no figure differs by more than chance (p < 0.05)", markup=False, highlight=False)

"""``conflict-events merge``

Exit codes: 0 written; 2 the command was given wrongly, or there are no results; 4 the output could not be written.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

if TYPE_CHECKING:
    from conflict_events.merging.merge import Merged
    from conflict_events.schema import Annotation, FiguresPolicy


def merge(
    results: Annotated[
        list[str], typer.Argument(help="What annotate wrote, of any format; paths or URLs.", metavar="RESULTS...")
    ],
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            help="INCIDENTS to write: .jsonl, .duckdb, or a folder named .csv or .parquet. Incidents that stand in it "
            "keep their ids, and new articles join them.",
        ),
    ] = None,
    figures: Annotated[
        str, typer.Option(help="Which figures are taken: lowest, latest, range or by-source.")
    ] = "lowest",
    explain: Annotated[
        tuple[str, str] | None,
        typer.Option(
            help="Say why two events (or articles) are or are not one incident; writes nothing.", metavar="A B"
        ),
    ] = None,
    weights: Annotated[
        Path | None,
        typer.Option(help="Your own table of trees, as `python -m conflict_events.merging.fit` writes it (CSV)."),
    ] = None,
    restart: Annotated[bool, typer.Option("--restart", help="Group everything anew; ids may change.")] = False,
    decided: Annotated[
        Path | None,
        typer.Option(help="What people said of pairs: incidents.csv of `review export`; it stands above the weights."),
    ] = None,
) -> None:
    """Bring together what several articles tell of one incident.

    Figures are never added across reports. Beside JSON lines, NAME.review.csv lists the pairs to look at.
    """
    from conflict_events.batch.stores import StoreError
    from conflict_events.merging.decisions import DecisionsError, held_to, read_decisions
    from conflict_events.merging.explain import NotFoundError
    from conflict_events.merging.figures import POLICIES
    from conflict_events.merging.files import IncidentsError, file_format
    from conflict_events.merging.matcher import Matcher
    from conflict_events.paths import PlaceError

    console = Console(stderr=True, soft_wrap=True)

    def refuse(message: object, code: int = 2) -> typer.Exit:
        console.print(str(message), markup=False, highlight=False)
        return typer.Exit(code)

    policy: FiguresPolicy | None = next((name for name in POLICIES if name == figures), None)
    if policy is None:
        raise refuse(f"--figures {figures}: choose one of {', '.join(POLICIES)}")
    if (output is None) == (explain is None):
        raise refuse("give --output FILE to write incidents, or --explain A B to ask about two events")
    try:
        said = read_decisions(decided) if decided else []
    except (OSError, DecisionsError) as error:
        raise refuse(error) from None
    try:
        if output is not None:
            file_format(output)
        merged = _merged(results, output, Matcher.load(weights), restart)
        if explain is not None:
            _explain(merged, *explain, Matcher.load(weights))
            return
    except (StoreError, PlaceError, IncidentsError, NotFoundError, ValueError) as error:
        raise refuse(error) from None
    assert output is not None  # one of the two was given
    try:
        message = _write(held_to(merged, said), output, policy)
    except OSError as error:
        raise refuse(f"{output} cannot be written: {error}", 4) from None
    console.print(message, markup=False, highlight=False)


def _merged(results: list[str], output: Path | None, weights: object, restart: bool) -> Merged:
    from conflict_events.batch.reading_back import read_annotations
    from conflict_events.merging.files import read_incidents
    from conflict_events.merging.matcher import Matcher
    from conflict_events.merging.merge import merge as run
    from conflict_events.paths import place

    assert isinstance(weights, Matcher)
    known: dict[tuple[str, str], str] = {}
    if output is not None and output.exists() and not restart:
        for incident in read_incidents(output):
            known |= {(report.article_id, report.event_id or ""): incident.id for report in incident.reports}
    annotations: Iterator[Annotation] = chain.from_iterable(read_annotations(place(item)) for item in results)
    return run(annotations, weights, known)


def _explain(merged: Merged, left: str, right: str, weights: object) -> None:
    from conflict_events.merging.explain import explain, lines
    from conflict_events.merging.matcher import Matcher

    assert isinstance(weights, Matcher)
    for explanation in explain(merged, left, right, weights):
        for line in lines(explanation):
            typer.echo(line)


def _write(merged: Merged, output: Path, policy: FiguresPolicy) -> str:
    from conflict_events.merging.files import write_incidents
    from conflict_events.merging.records import incidents
    from conflict_events.merging.review import review_rows

    found = list(incidents(merged, policy))
    review = list(review_rows(merged, found))
    written = write_incidents(found, review, output)
    reports = sum(len(incident.reports) for incident in found)
    return (
        f"{len(found):,} incidents from {reports:,} reports, {len(merged.originals):,} copied articles, "
        f"{len(review):,} pairs to review → {', '.join(str(path) for path in written)}"
    )

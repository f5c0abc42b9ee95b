"""``conflict-events export``

Exit codes: 0 written; 2 the command was given wrongly, or there are no results; 4 the output could not be written.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

if TYPE_CHECKING:
    from conflict_events.paths import Place
    from conflict_events.schema import Annotation


def export(
    results: Annotated[
        str, typer.Argument(help="What annotate or merge wrote, of any format; a path or a URL.", metavar="RESULTS")
    ],
    target: Annotated[
        str,
        typer.Option(
            "--to", help="readable (a table for people), acled, ged, gtd, airwars, polecat, geojson, hxl, hapi or csv."
        ),
    ],
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            help="File to write; its form follows its name: .csv, .xlsx, .dta (Stata), .parquet (GeoParquet), "
            ".gpkg, .kml, or datapackage.json with a CSV beside it. Standard output without.",
        ),
    ] = None,
    codebook: Annotated[
        Path | None, typer.Option(help="Your own codebook (TOML), which may extend the project's.")
    ] = None,
    option: Annotated[
        list[str] | None, typer.Option(help="An option of the codebook, as split_locations=true; repeat for more.")
    ] = None,
) -> None:
    """Write events as other projects publish theirs; each row names the codebook's rules that decided it."""
    from conflict_events.batch.stores import StoreError
    from conflict_events.exports import TARGETS, CodebookError, FormatError, load_codebook
    from conflict_events.exports import export as write
    from conflict_events.merging.files import IncidentsError
    from conflict_events.paths import PlaceError, place

    console = Console(stderr=True, soft_wrap=True)
    if target not in TARGETS:
        console.print(f"--to {target}: choose one of {', '.join(TARGETS)}", markup=False, highlight=False)
        raise typer.Exit(2)
    try:
        book = load_codebook(target, codebook).with_options(option or [])
        count = write(_records(place(results)), target, output or sys.stdout.buffer, book)
    except (StoreError, IncidentsError, CodebookError, FormatError, PlaceError) as error:
        console.print(str(error), markup=False, highlight=False)
        raise typer.Exit(2) from None
    except OSError as error:
        console.print(f"{output or 'standard output'} cannot be written: {error}", markup=False, highlight=False)
        raise typer.Exit(4) from None
    if output is not None:
        console.print(f"{output}: {count} rows by {book.source}", markup=False, highlight=False)


def _records(results: Place) -> Iterator[Annotation]:
    """The annotations of results, or one for each incident of a file of incidents."""
    from conflict_events.batch.reading_back import read_annotations
    from conflict_events.merging.exporting import as_annotations
    from conflict_events.merging.files import holds_incidents, read_incidents

    if isinstance(results, Path) and holds_incidents(results):
        yield from as_annotations(read_incidents(results))
    else:
        yield from read_annotations(results)

"""``conflict-events overview``

Exit codes: 0 written; 2 the command was given wrongly, or there are no results; 4 the output could not be written.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

if TYPE_CHECKING:
    from conflict_events.overview.entries import Corpus
    from conflict_events.paths import Place


def overview(
    results: Annotated[
        str, typer.Argument(help="What annotate or merge wrote, of any format; a path or a URL.", metavar="RESULTS")
    ],
    output: Annotated[Path, typer.Option("--output", "-o", help="The page to write (.html).")],
) -> None:
    """Write one page to see a whole corpus: map, timeline, tolls by actor, place, outcome, victim and outlet.

    The page needs no network and no other file. Its filters act together, and every number leads to its entries and
    their words. Give it what `merge` wrote: in what `annotate` wrote, an attack that two articles tell is two events.
    """
    from conflict_events.batch.stores import StoreError
    from conflict_events.merging.files import IncidentsError
    from conflict_events.overview.page import write_overview
    from conflict_events.paths import PlaceError, place
    from conflict_events.show.wording import printable

    console = Console(stderr=True, soft_wrap=True)

    def refuse(message: object, code: int = 2) -> typer.Exit:
        console.print(printable(str(message)), markup=False, highlight=False)
        return typer.Exit(code)

    if output.suffix.lower() not in (".html", ".htm"):
        raise refuse(f"--output {output}: end the name in .html; the overview is a page for the browser")
    try:
        corpus = _corpus(place(results))
    except (StoreError, IncidentsError, PlaceError) as error:
        raise refuse(error) from None
    except (OSError, UnicodeDecodeError) as error:
        raise refuse(f"{results} cannot be read: {error}") from None
    try:
        write_overview(corpus, output, Path(results).name)
    except OSError as error:
        raise refuse(f"{output} cannot be written: {error}", 4) from None
    what = "incidents" if corpus.merged else "events"
    console.print(f"{output}: {len(corpus.entries):,} {what}", markup=False, highlight=False)
    if not corpus.merged:
        console.print(
            "The same attack may be told by several articles: `conflict-events merge` joins them first.",
            markup=False,
            highlight=False,
        )


def _corpus(results: Place) -> Corpus:
    from conflict_events.batch.reading_back import read_annotations
    from conflict_events.merging.files import holds_incidents, read_incidents
    from conflict_events.overview.entries import from_annotations, from_incidents

    if isinstance(results, Path) and holds_incidents(results):
        return from_incidents(read_incidents(results))
    return from_annotations(read_annotations(results))

"""``conflict-events query``

Exit codes: 0 answered; 2 no results there, or the query is wrong; 4 the answer could not be written.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console


def query(
    results: Annotated[
        str, typer.Argument(help="What annotate wrote, of any format; a path or a URL.", metavar="RESULTS")
    ],
    sql: Annotated[str, typer.Argument(help="A question in SQL (DuckDB's dialect) over the tables.", metavar="SQL")],
    answer_format: Annotated[str, typer.Option("--format", help="table, csv or json.")] = "table",
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="File for the answer; standard output without.")
    ] = None,
    allow_files: Annotated[
        bool, typer.Option("--allow-files", help="Let the question read and write other files; trust it first.")
    ] = False,
) -> None:
    """Ask the results a question in SQL.

    Tables: articles, events, casualties, actors, locations, tallies, findings; docs/queries.md lists their columns.
    The question reads these and no other file.
    """
    import duckdb

    from conflict_events.batch.queries import FORMATS, QuestionError, answer, printable
    from conflict_events.batch.stores import StoreError
    from conflict_events.paths import PlaceError, place

    console = Console(stderr=True, soft_wrap=True)

    def refuse(message: object, code: int = 2) -> typer.Exit:
        console.print(printable(str(message)), markup=False, highlight=False)
        return typer.Exit(code)

    if answer_format not in FORMATS:
        raise refuse(f"--format {answer_format}: choose one of {', '.join(FORMATS)}")
    try:
        text = answer(place(results), sql, answer_format, allow_files=allow_files)
    except (StoreError, PlaceError, QuestionError) as error:
        raise refuse(error) from None
    except duckdb.Error as error:
        raise refuse(f"the query cannot be answered: {error}") from None
    except (OSError, ValueError) as error:  # a path with a NUL, a file that vanished or is broken, broken UTF-8
        raise refuse(f"{results} cannot be read: {error}") from None
    try:
        if output is not None:
            output.write_text(text, encoding="utf-8", newline="")
        else:
            sys.stdout.buffer.write(text.encode())
            sys.stdout.buffer.flush()
    except OSError as error:
        raise refuse(f"{output or 'standard output'} cannot be written: {error}", 4) from None

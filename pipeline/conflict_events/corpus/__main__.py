"""``python -m conflict_events.corpus check|stats FILE...``"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from conflict_events.corpus import CorpusError, check_files, read_corpus, statistics
from conflict_events.corpus.align import default_doc_maker
from conflict_events.numbers import parse_quantity

app = typer.Typer(help="The training data: check and count files of the source form.", no_args_is_help=True)
Paths = Annotated[list[Path], typer.Argument(help="Files of the source form, or folders of them.")]


@app.command()
def check(
    paths: Paths,
    warnings: Annotated[bool, typer.Option(help="Also report what is probably wrong.")] = True,
) -> None:
    """Report every problem with file and line; the exit code is 1 where there are errors."""
    errors = warned = 0
    try:
        for problem in check_files(paths, make_doc=default_doc_maker(), parse_quantity=parse_quantity):
            errors += problem.severity == "error"
            warned += problem.severity == "warning"
            if warnings or problem.severity == "error":
                typer.echo(str(problem))
    except FileNotFoundError as missing:
        typer.echo(str(missing), err=True)
        raise typer.Exit(2) from None
    typer.echo(f"{errors} errors, {warned} warnings", err=True)
    raise typer.Exit(1 if errors else 0)


@app.command()
def stats(paths: Paths) -> None:
    """Count labels, outlets, countries, parts, event types, outcomes, roles and modifiers."""
    try:
        found = statistics(read_corpus(paths))
    except CorpusError as broken:
        typer.echo(f"{broken}\nrun `check` and correct these first", err=True)
        raise typer.Exit(1) from None
    except FileNotFoundError as missing:
        typer.echo(str(missing), err=True)
        raise typer.Exit(2) from None
    for name, value in found:
        title = name.replace("_", " ")
        if isinstance(value, Counter):
            typer.echo(f"{title}:")
            for key, count in value.most_common():
                typer.echo(f"  {count:6}  {key}")
        else:
            typer.echo(f"{title}: {value}")


if __name__ == "__main__":
    app()

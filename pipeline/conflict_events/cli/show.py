"""``conflict-events show``"""

from __future__ import annotations

import itertools
import sys
from collections.abc import Iterator
from dataclasses import replace
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer
from rich.console import Console

from conflict_events.models import ModelNotFoundError, resolve
from conflict_events.reading import ReadError, read_articles
from conflict_events.show.articles import (
    ShowError,
    ShownArticle,
    annotate_articles,
    has_id,
    is_annotations,
    read_annotations,
    read_texts,
)
from conflict_events.show.page import write_page
from conflict_events.show.terminal import print_article
from conflict_events.show.wording import printable

if TYPE_CHECKING:
    from spacy.language import Language

SOME_FAILED = 1
CANNOT = 2


def show(
    file: Annotated[
        str,
        typer.Argument(help="Article or articles in any format that `annotate` reads, or results that it wrote."),
    ],
    html: Annotated[Path | None, typer.Option(help="Write one self-contained page here instead.")] = None,
    text: Annotated[
        Path | None, typer.Option(help="The articles that annotations without texts were made from.")
    ] = None,
    model: Annotated[
        str | None, typer.Option(help="Model to read with: its directory or name; the default one.")
    ] = None,
    outlet: Annotated[str | None, typer.Option(help="Outlet of the article; recognised by default.")] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Show only the first articles.")] = None,
    article_id: Annotated[
        str | None,
        typer.Option(
            "--id",
            help="Show only the article of this id, or of this row of any table (an event, a casualty).",
        ),
    ] = None,
    events_only: Annotated[
        bool,
        typer.Option(
            "--events-only", help="Leave out texts, tallies, findings, and articles in which nothing happened."
        ),
    ] = False,
) -> None:
    """Show what was read in an article: its labels, events, tallies and findings, each with its words.

    Exit code 1: something could not be shown, the rest was; 2: nothing could.
    """
    found = _found(file, text, model, outlet, article_id)
    if events_only:
        found = (item if isinstance(item, ReadError) else _events_of(item) for item in found if _has_events(item))
    if limit is not None:
        found = itertools.islice(found, limit)
    failures: list[ReadError] = []
    articles = _told(found, failures)
    try:
        shown = _print(articles, events_only) if html is None else write_page(articles, html)
    except (ModelNotFoundError, ShowError) as error:
        _fail(str(error))
    except BrokenPipeError:  # the reader of a pipe has seen enough
        raise typer.Exit from None
    except OSError as error:
        _fail(f"{error.filename or html or file}: {error.strerror or error}; check the path and its permissions")
    if not shown:
        if article_id is not None and not events_only:
            typer.echo(printable(f"{file}: no article and no event has the id {article_id}; check it"), err=True)
        if events_only and not failures:
            typer.echo(printable(f"{file}: no events"), err=True)
            return
        raise typer.Exit(CANNOT)
    if html is not None:
        typer.echo(f"{html}: {shown} article{'' if shown == 1 else 's'}", err=True)
    if failures:
        raise typer.Exit(SOME_FAILED)


def _found(
    file: str, text: Path | None, model: str | None, outlet: str | None, wanted: str | None
) -> Iterator[ShownArticle | ReadError]:
    path = Path(file)
    if is_annotations(path):
        texts = read_texts(text, path) if text else {}
        yield from read_annotations(path, texts, wanted)
        return
    if text is not None:
        raise ShowError(f"{file} holds no annotations, so --text has no use; leave it out")
    nlp: Language | None = None
    for article in read_articles([file], outlet=outlet):
        if isinstance(article, ReadError):
            if wanted is None:
                yield article
            continue
        if wanted is not None and wanted != article.id and not wanted.startswith(f"{article.id}"):
            continue
        if nlp is None:  # loading takes seconds: not before there is something to read
            import spacy

            nlp = spacy.load(resolve(model))
        yield from (
            shown for shown in annotate_articles([article], nlp) if wanted is None or has_id(shown.annotation, wanted)
        )


def _has_events(item: ShownArticle | ReadError) -> bool:
    return isinstance(item, ReadError) or bool(item.annotation.events)


def _events_of(shown: ShownArticle) -> ShownArticle:
    return replace(shown, annotation=shown.annotation.model_copy(update={"tallies": [], "findings": []}))


def _told(found: Iterator[ShownArticle | ReadError], failures: list[ReadError]) -> Iterator[ShownArticle]:
    """The articles; what could not be read is told on stderr and kept in ``failures``."""
    for item in found:
        if isinstance(item, ReadError):
            failures.append(item)
            typer.echo(printable(f"{item.source}: {item.reason}"), err=True)
        else:
            yield item


def _print(articles: Iterator[ShownArticle], events_only: bool) -> int:
    if isinstance(sys.stdout, TextIOWrapper):  # a letter that the terminal's encoding lacks is no reason to stop
        sys.stdout.reconfigure(errors="replace")
    console = Console(highlight=False, emoji=False)
    count = 0
    for count, article in enumerate(articles, 1):
        if count > 1:
            console.print()
        print_article(article, console, with_text=not events_only)
    return count


def _fail(message: str) -> NoReturn:
    typer.echo(printable(message), err=True)
    raise typer.Exit(CANNOT)

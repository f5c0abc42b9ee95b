"""``conflict-events explain``"""

from __future__ import annotations

import sys
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from spacy.tokens import Doc

from conflict_events.models import ModelNotFoundError, resolve
from conflict_events.reading import ReadError, read_articles

CANNOT = 2
_RELATIONS = {
    "new": "counts",
    "whole": "counts, in place of figures told before",
    "died": "counts as killed, and no more as injured",
    "survived": "counts as injured, and no more as killed",
    "same": "the same people told again",
    "part": "part of another figure",
    "earlier": "of an earlier event",
    "period": "a running statistic",
    "none": "nobody newly harmed",
}
_ABOUT = 8


def explain(
    file: Annotated[str, typer.Argument(help="Article or articles in any format that `annotate` reads.")],
    number: Annotated[
        str | None, typer.Option(help="Explain only figures whose words hold this ('eight', '21').")
    ] = None,
    model: Annotated[
        str | None, typer.Option(help="Model to read with: its directory or name; the default one.")
    ] = None,
    outlet: Annotated[str | None, typer.Option(help="Outlet of the article; recognised by default.")] = None,
) -> None:
    """Say for each figure of people how it was read, by which signals and weights, and what came next.

    Exit code 2: nothing could be read.
    """
    import spacy

    try:
        nlp = spacy.load(resolve(model))
    except ModelNotFoundError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(CANNOT) from None
    console = Console(soft_wrap=True, highlight=False)
    explained = 0
    for article in read_articles([file], outlet=outlet):
        if isinstance(article, ReadError):
            typer.echo(f"{article.source}: {article.reason}", err=True)
            continue
        tokenizer: Any = nlp.tokenizer
        doc = next(iter(nlp.pipe([tokenizer.article_doc(article)])))
        console.print(f"[bold]{escape(article.id)}[/]  score {doc._.counts_score:.2f}")
        for item in doc._.casualties or []:
            if "relation" in item and (number is None or number.casefold() in _words(doc, item).casefold()):
                _print(console, doc, item)
        explained += 1
    if not explained:
        print("no article could be read", file=sys.stderr)
        raise typer.Exit(CANNOT)


def _words(doc: Doc, item: dict[str, Any]) -> str:
    span = item["span"] or item["victim"] or [item["trigger"], item["trigger"] + 1]
    return str(doc[span[0] : span[1]].text)


def _print(console: Console, doc: Doc, item: dict[str, Any]) -> None:
    parent = item["parent"]
    of = "" if parent is None else f' of "{_words(doc, doc._.casualties[parent])}"'
    sentence = doc[item["trigger"]].sent
    start = max(sentence.start, item["trigger"] - _ABOUT)
    around = doc[start : min(sentence.end, item["trigger"] + _ABOUT)].text.replace("\n", " ")
    console.print(
        f'\n[bold]"{escape(_words(doc, item))}"[/] {item["outcome"]}: {_RELATIONS[item["relation"]]}{escape(of)}  '
        f"{item['score']:.2f}"
    )
    console.print(f"  … {escape(around)} …")
    for name, weight, seen in item["reasons"]:
        words = f'  "{escape(str(seen))}"' if seen else ""
        console.print(f"  {weight:+.2f}  {escape(name)}{words}")
    if item["runner_up"] is not None:
        console.print(f"  else: {_RELATIONS[item['runner_up']]}")

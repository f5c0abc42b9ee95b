"""``conflict-events review``

Exit codes: 0 reviewed or exported; 2 no results there, or they cannot be reviewed; 4 something could not be written.
"""

from __future__ import annotations

import getpass
import secrets
import socket
import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from typer.core import TyperGroup

if TYPE_CHECKING:
    from conflict_events.review.review import Review

_console = Console(stderr=True, soft_wrap=True)


class _PageOrCommand(TyperGroup):
    """``review RESULTS`` opens the page: a first word that is no command is taken for results."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if args and args[0] not in self.commands and args[0] not in ("--help", "-h"):
            args = ["open", *args]
        return super().parse_args(ctx, args)


review_app = typer.Typer(
    cls=_PageOrCommand,
    no_args_is_help=True,
    add_completion=False,
    help="Check results in the browser (`review RESULTS`), and export what was decided (`review export RESULTS`).",
)


@review_app.command("open")
def open_page(
    results: Annotated[
        Path, typer.Argument(help="What annotate wrote (--keep-text), of any format.", metavar="RESULTS")
    ],
    coder: Annotated[str | None, typer.Option(help="Your name in the log; the name you are logged in by.")] = None,
    text: Annotated[Path | None, typer.Option(help="The articles that results without texts were made from.")] = None,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port on this computer; a free one by default.")] = 0,
    browser: Annotated[bool, typer.Option(help="Open the page in the browser.")] = True,
) -> None:
    """Open a page on this computer to check the results; Ctrl-C ends it, and every decision is kept.

    Decisions go to RESULTS.review.sqlite beside the results, which themselves are not changed.
    """
    try:
        import uvicorn

        from conflict_events.review.server import make_app
    except ImportError:
        raise _refused("to review in the browser, install: pip install 'conflict-events[review]'") from None
    review = _review(results, text)
    with socket.socket() as listening:
        try:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.bind(("127.0.0.1", port))
            listening.listen()  # the browser may be faster than the server: it waits then
        except OSError as error:
            raise _refused(f"port {port} cannot be used ({error.strerror}); choose another with --port") from None
        number = listening.getsockname()[1]
        token = secrets.token_urlsafe(32)
        app = make_app(review, coder=coder or _user(), token=token, port=number)
        address = f"http://127.0.0.1:{number}/?token={token}"
        typer.echo(address)
        if browser:
            webbrowser.open(address)
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False, server_header=False))
        server.run(sockets=[listening])


@review_app.command("export")
def export(
    results: Annotated[Path, typer.Argument(help="The results that were reviewed.", metavar="RESULTS")],
    output: Annotated[Path, typer.Option("--output", "-o", help="Folder to write to; made where it is not there.")],
    text: Annotated[Path | None, typer.Option(help="The articles that results without texts were made from.")] = None,
) -> None:
    """Write what was decided: corrected annotations, changes, training data and a report.

    annotations.jsonl goes where results of annotate go (export, merge, query, show); training.txt goes to
    `train --add`; changes.jsonl says who changed what and when; report.md how good the machine was.
    """
    from conflict_events.review.export import write_export

    review = _review(results, text, must_exist=True)
    try:
        for line in write_export(review, output):
            _console.print(line, markup=False, highlight=False)
    except OSError as error:
        raise _refused(f"{error.filename or output}: {error.strerror or error}", 4) from None


def _review(results: Path, text: Path | None, *, must_exist: bool = False) -> Review:
    from conflict_events.batch.stores import StoreError
    from conflict_events.review.review import Review
    from conflict_events.review.store import DecisionLog, ReviewError, log_path
    from conflict_events.show.articles import ShowError, read_texts

    try:
        log = log_path(results)
        if not results.exists():
            raise StoreError(f"{results}: no such file or folder; give the --output of `conflict-events annotate`")
        if must_exist and not log.is_file():
            raise ReviewError(f"nothing was decided about {results} yet; open `conflict-events review {results}` first")
        texts = read_texts(text, results) if text else {}
        return Review(results, DecisionLog(log), texts)
    except (StoreError, ReviewError, ShowError) as error:
        raise _refused(str(error)) from None


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return "coder"


def _refused(message: str, code: int = 2) -> typer.Exit:
    _console.print(message, markup=False, highlight=False)
    return typer.Exit(code)

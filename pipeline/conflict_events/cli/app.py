"""The application: which commands there are, and where each is.

A command's module is imported when the command is called, not before, so that ``--help`` answers at once.
"""

from __future__ import annotations

from importlib import import_module
from typing import Annotated, Any, NamedTuple

import typer
from typer.core import TyperGroup


class Command(NamedTuple):
    """Where a command is: module, function or :class:`typer.Typer` in it, one line about it, click settings."""

    module: str
    name: str
    help: str
    settings: dict[str, Any] = {}  # noqa: RUF012 (a NamedTuple's default, never changed)


_PASS_ON = {"allow_extra_args": True, "ignore_unknown_options": True}

COMMANDS: dict[str, Command] = {
    "annotate": Command("annotate", "annotate", "Turn articles into structured events."),
    "show": Command("show", "show", "Read one article's annotation, on the terminal or as a page."),
    "explain": Command("explain", "explain", "Say for each figure how it was read, and why."),
    "query": Command("query", "query", "Ask the results a question in SQL."),
    "export": Command("export", "export", "Write events as ACLED, GED, GTD, Airwars, GeoJSON, HXL or CSV."),
    "merge": Command("merge", "merge", "Bring together what several articles tell of one incident."),
    "overview": Command("overview", "overview", "See a whole corpus on one page: map, timeline, tables."),
    "review": Command("review", "review_app", "Check results in the browser, and export what was decided."),
    "labels": Command("labels", "labels_app", "Labels from and for annotation tools."),
    "train": Command("train", "train", "Train a model, or go on with newly labelled articles.", _PASS_ON),
    "models": Command("models", "models_app", "List the trained models, and choose the default."),
    "evaluate": Command("evaluate", "evaluate", "Report how good the results are."),
}


class LazyGroup(TyperGroup):
    """The group of all commands of :data:`COMMANDS`; a command is imported when it is resolved."""

    def list_commands(self, ctx: Any) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """What the list of commands shows: name and help."""
        if cmd_name not in COMMANDS:
            return None
        stub = typer.Typer(add_completion=False)
        stub.command(cmd_name, help=COMMANDS[cmd_name].help)(_nothing)
        return typer.main.get_command(stub)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command itself."""
        if args and args[0] in COMMANDS:
            return args[0], _load(args[0]), args[1:]
        return super().resolve_command(ctx, args)


def _nothing() -> None:
    """Stands for a command in the list of commands."""


def _load(name: str) -> Any:
    entry = COMMANDS[name]
    found = getattr(import_module(f"conflict_events.cli.{entry.module}"), entry.name)
    if not isinstance(found, typer.Typer):
        single = typer.Typer(add_completion=False)
        single.command(name, context_settings=entry.settings or None)(found)
        found = single
    command = typer.main.get_command(found)
    command.name = name
    return command


app = typer.Typer(
    cls=LazyGroup,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="From conflict news to structured events: who attacked whom, where, when, how many were killed and injured.",
)


def _version(value: bool) -> None:
    if value:
        from conflict_events import __version__

        typer.echo(f"conflict-events {__version__}")
        raise typer.Exit


@app.callback()
def main(
    version: Annotated[
        bool, typer.Option("--version", help="Show the version and leave.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    """From conflict news to structured events: who attacked whom, where, when, how many were killed and injured."""

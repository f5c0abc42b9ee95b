"""``conflict-events models``"""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from conflict_events.models import ModelNotFoundError, list_models, model_folders, resolve, set_default

models_app = typer.Typer(help="List the trained models, and choose the default.", invoke_without_command=True)
console = Console(soft_wrap=True)
errors = Console(stderr=True, soft_wrap=True)


@models_app.callback()
def models(context: typer.Context) -> None:
    """List versions, their F1 over all labels, and which is the default."""
    if context.invoked_subcommand is not None:
        return
    found = list_models(*model_folders())
    if not found:
        errors.print("no trained model; make one with: conflict-events train")
        raise typer.Exit(1)
    table = Table("default")
    # What `models use` takes is shown whole, however narrow the terminal: the other columns give way.
    table.add_column("model", no_wrap=True, min_width=max(len(model.folder) for model in found))
    for heading in ("F1 test", "F1 unseen", "made"):
        table.add_column(heading, overflow="fold")
    for model in found:
        facts = model.meta.get("conflict_events", {})
        scores = facts.get("scores", {})
        values = [scores.get(part, {}).get("ALL", {}).get("f1") for part in ("test", "unseen")]
        shown = ["–" if value is None else f"{value:.3f}" for value in values]
        table.add_row("*" if model.is_default else "", model.folder, *shown, str(facts.get("trained", "")))
    console.print(table)
    try:
        resolve()
    except ModelNotFoundError as error:
        errors.print(str(error), markup=False)
        raise typer.Exit(1) from None


@models_app.command()
def use(model: Annotated[str, typer.Argument(help="Folder name of a model, or its version.")]) -> None:
    """Make a model the default, also to go back to an earlier one."""
    try:
        chosen = set_default(model)
    except (ModelNotFoundError, OSError, ValueError) as error:
        errors.print(str(error), markup=False)
        raise typer.Exit(2) from None
    console.print(f"{chosen.folder} is the default now")

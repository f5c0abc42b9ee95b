"""``conflict-events train``"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from conflict_events.corpus import CorpusError
from conflict_events.models import ModelNotFoundError, home_folder, model_folders, project_folder, resolve, set_default

if TYPE_CHECKING:
    from conflict_events.fitting import FittedLinks

console = Console(soft_wrap=True)
errors = Console(stderr=True, soft_wrap=True)


def train(
    context: typer.Context,
    config: Annotated[
        Path | None, typer.Option(help="spaCy config to train by; the project's configs/cpu.cfg by default.")
    ] = None,
    corpus: Annotated[
        list[Path] | None, typer.Option(help="Files or folders of the source form; the project's corpus by default.")
    ] = None,
    add: Annotated[
        list[Path] | None,
        typer.Option(help="Newly labelled articles (source form): train the current model further on them."),
    ] = None,
    model: Annotated[str | None, typer.Option(help="With --add: the model to start from; the default one.")] = None,
    output: Annotated[Path | None, typer.Option(help="Folder that the model goes to, as NAME-VERSION.")] = None,
    name: Annotated[str, typer.Option(help="Name of the model.")] = "conflict-events-cpu",
    margin: Annotated[
        float | None,
        typer.Option(min=0, max=1, help="With --add: how far a label's F1 may fall on the corpus (0.02)."),
    ] = None,
    force: Annotated[bool, typer.Option(help="Make it the default whatever its scores.")] = False,
    repeat: Annotated[
        int | None, typer.Option(min=1, help="With --add: how often a new article is read in a round (5).")
    ] = None,
    keep: Annotated[
        float | None, typer.Option(min=0, max=1, help="With --add: share of the old weights in the new model (0.3).")
    ] = None,
    recogniser: Annotated[
        bool,
        typer.Option(help="With --add: train the recogniser too; without it only how figures are counted is learned."),
    ] = True,
    seed: Annotated[int | None, typer.Option(help="Seed; the config's by default.")] = None,
) -> None:
    """Train a model from the corpus, or (--add) the current one further on newly labelled articles.

    Config values can be set as spacy train takes them: --training.max_steps 500.
    """
    from conflict_events.fitting import KEEP, MARGIN, REPEAT, retrain_model, train_model

    margin = MARGIN if margin is None else margin
    folder = output or home_folder()
    try:
        overrides = parse_overrides(context.args)
        config = config or _project_file("configs", "cpu.cfg", "--config")
        paths = corpus or [_project_file("training_data", "articles", "--corpus")]
        if not add:
            made = train_model(config, paths, folder, name=name, seed=seed, overrides=overrides)
            _print_scores({"": made.scores})
            console.print(f"{made.path} ({made.seconds:.0f} s)")
            if force or _default(folder) is None:
                _make_default(made.path, folder, None)
            else:
                console.print(f"not the default; --force makes it so, or: conflict-events models use {made.path.name}")
            return
        # A folder of one's own models comes before those of the project.
        default = _default(folder)
        current = resolve(model, _places(folder))
        result = retrain_model(
            current,
            config,
            paths,
            add,
            folder,
            name=name,
            repeat=REPEAT if repeat is None else repeat,
            keep=KEEP if keep is None else keep,
            margin=margin,
            seed=seed,
            overrides=overrides,
            recogniser=recogniser,
        )
    except (CorpusError, ModelNotFoundError, OSError, ValueError) as error:
        errors.print(str(error), markup=False)
        raise typer.Exit(2) from None
    if result.old:
        _print_scores({"old": result.old, "new": result.new})
    if result.links is not None:
        _print_links(result.links)
    console.print(f"{result.path} ({result.seconds:.0f} s)")
    if result.fallen and not force:
        fallen = ", ".join(result.fallen)
        console.print(f"not the default: {fallen} fell by more than {margin} on the corpus; --force makes it so anyway")
        raise typer.Exit(1)
    if default is not None and current.resolve() != default.resolve() and not force:
        # Its scores were held against those of the model it started from, not of the one in use.
        console.print(f"not the default: it was made from {current.name}, and {default.name} is in use; --force")
        raise typer.Exit(1)
    _make_default(result.path, folder, current)


def _places(folder: Path) -> list[Path]:
    return list(dict.fromkeys([folder, *model_folders()]))


def _default(folder: Path) -> Path | None:
    """The model in use where none is named; ``None`` where there is none at all."""
    try:
        return resolve(None, _places(folder))
    except ModelNotFoundError:
        return None


def _make_default(made: Path, folder: Path, before: Path | None) -> None:
    set_default(made.name, [folder])
    back = f"; back with: conflict-events models use {before.name}" if before is not None else ""
    if folder in model_folders():
        console.print(f"{made.name} is the default now{back}")
    else:
        console.print(f"{made.name} is the default of {folder}; use it with: --model {made}")


def parse_overrides(arguments: list[str]) -> dict[str, Any]:
    """Config values given as ``--section.key value`` or ``--section.key=value``; values are JSON where they can be.

    ValueError where an argument is none of these.
    """
    import json

    found: dict[str, Any] = {}
    rest = list(arguments)
    while rest:
        argument = rest.pop(0)
        key, equals, value = argument.partition("=")
        if not key.startswith("--") or "." not in key:
            raise ValueError(f"{argument!r}: config values are set as --training.max_steps 500")
        if not equals:
            if not rest:
                raise ValueError(f"{argument!r} has no value; write --training.max_steps 500")
            value = rest.pop(0)
        try:
            found[key[2:]] = json.loads(value)
        except json.JSONDecodeError:
            found[key[2:]] = value
    return found


def _project_file(folder: str, name: str, option: str) -> Path:
    found = project_folder(folder)
    if found is None or not (found / name).exists():
        raise FileNotFoundError(f"this installation holds no {folder}/{name}; name yours with {option}")
    return found / name


def _print_links(links: FittedLinks) -> None:
    """What the corrected articles taught, by outlet."""
    table = Table("outlet", "articles", "figures", "right before", "after, left out", "learned")
    table.columns[0].no_wrap = True
    for one in links.outlets:
        shares = (f"{share:.3f}" for share in (one.before, one.after))
        learned = "yes" if one.kept and links.share else "no: it would not read more of them right"
        table.add_row(one.outlet or "(none named)", str(one.articles), str(one.decisions), *shares, learned)
    console.print(table)
    if not links.share and any(one.kept for one in links.outlets):
        console.print(f"not learned: right figures of the corpus would fall from {links.old:.3f} to {links.new:.3f}")


def _print_scores(columns: Mapping[str, Mapping[str, Any]]) -> None:
    """F1 by part and label; with two columns their difference too."""
    table = Table("part", "label", *(f"F1 {column}".strip() for column in columns), "labelled")
    names = list(columns)
    if len(names) == 2:
        table.add_column("change")
    parts = list(dict.fromkeys(part for scores in columns.values() for part in scores))
    for part in parts:
        labels = sorted({label for scores in columns.values() for label in scores.get(part, {})})
        for label in labels:
            scores = [columns[name].get(part, {}).get(label) for name in names]
            values = [one.f1 if one else 0.0 for one in scores]
            row = [part, label, *(f"{value:.3f}" for value in values), str(max(one.labelled for one in scores if one))]
            if len(values) == 2:
                row.append(f"{values[1] - values[0]:+.3f}")
            table.add_row(*row)
    console.print(table)

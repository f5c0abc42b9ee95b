"""``conflict-events evaluate``

Exit codes: 0 done; 1 a figure is under its ``--fail-under``; 2 the command was given wrongly; 3 there is nothing to
evaluate; 4 a result could not be written.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from conflict_events.evaluation import Columns, Data, Evaluation, Model
    from conflict_events.evaluation.learning_curve import CurvePoint

UNDER, USAGE, NOTHING, NOT_WRITTEN = 1, 2, 3, 4


def evaluate(
    inputs: Annotated[
        list[str] | None,
        typer.Argument(
            help="Models (directory, name, or annotations made before), then data: labelled articles, articles with "
            "events, or a coded table. Without a model the default one, without data the corpus' test part.",
            metavar="[MODEL...] [DATA...]",
        ),
    ] = None,
    report: Annotated[Path | None, typer.Option(help="Write the report as one HTML page.")] = None,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write all figures as JSON.")] = None,
    csv_folder: Annotated[Path | None, typer.Option("--csv", help="Write figures, errors, … as CSV files.")] = None,
    fail_under: Annotated[
        list[str] | None,
        typer.Option(help="FIGURE=VALUE, as casualty_f1=0.85: exit code 1 where the figure is lower."),
    ] = None,
    compare: Annotated[
        bool, typer.Option("--compare", help="Compare two models: what got better, what worse, what changed.")
    ] = False,
    learning_curve: Annotated[
        bool, typer.Option("--learning-curve", help="Train on growing parts of the corpus (minutes each).")
    ] = False,
    part: Annotated[str, typer.Option(help="Part of a corpus in the source form: test, dev, train or all.")] = "test",
    text_column: Annotated[str | None, typer.Option(help="The coded table's column of texts.")] = None,
    killed_column: Annotated[str | None, typer.Option(help="The coded table's column of killed.")] = None,
    injured_column: Annotated[str | None, typer.Option(help="The coded table's column of injured.")] = None,
    id_column: Annotated[str | None, typer.Option(help="The coded table's column of ids.")] = None,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the intervals and tests.")] = 0,
    bootstrap: Annotated[int, typer.Option(min=0, help="Samples of the intervals and tests; 0 for none.")] = 1000,
    date: Annotated[str | None, typer.Option(help="Date in the report (YYYY-MM-DD); today without.")] = None,
) -> None:
    """Report how good a model is, on labelled articles or on a table that you coded."""
    console, errors = Console(soft_wrap=True), Console(stderr=True, soft_wrap=True)

    def refuse(message: object, code: int = USAGE) -> typer.Exit:
        errors.print(str(message), markup=False, highlight=False)
        return typer.Exit(code)

    from conflict_events.evaluation import Columns, DataError
    from conflict_events.evaluation.provenance import report_date
    from conflict_events.models import ModelNotFoundError

    try:
        limits = _limits(fail_under or [])
        when = report_date(date)
    except ValueError as error:
        raise refuse(error) from None
    columns = Columns(text=text_column, killed=killed_column, injured=injured_column, id=id_column)
    try:
        models, paths = _models_and_data(inputs or [], compare)
        data = _read(paths, part, columns)
        evaluations, document, page, tables = _run(models, data, errors, compare, learning_curve, seed, bootstrap, when)
    except _UsageError as error:
        raise refuse(error) from None
    except (DataError, ModelNotFoundError) as error:
        raise refuse(error, NOTHING) from None
    from conflict_events.evaluation.report import print_summary, write_json

    print_summary(document, console)
    try:
        if report is not None:
            report.parent.mkdir(parents=True, exist_ok=True)
            report.write_text(page(), encoding="utf-8", newline="\n")
        if json_file is not None:
            write_json(document, json_file)
        if csv_folder is not None:
            tables(csv_folder)
    except OSError as error:
        where = error.filename or report or json_file or csv_folder
        raise refuse(
            f"{where} cannot be written ({error.strerror or error}); check path and permissions", NOT_WRITTEN
        ) from None
    try:
        low = _under(evaluations[-1], limits)
    except _UsageError as error:
        raise refuse(error) from None
    if low:
        raise refuse("\n".join(low), UNDER)


class _UsageError(ValueError):
    """The command was given wrongly."""


def _models_and_data(inputs: Sequence[str], compare: bool) -> tuple[list[Model], list[Path]]:
    """The models are the first arguments, as many as are models; the rest is data."""
    from conflict_events.evaluation import default_model, find_model
    from conflict_events.models import project_folder

    models: list[Model] = []
    for text in inputs:
        model = find_model(text)
        if model is None:
            break
        models.append(model)
    paths = [Path(text) for text in inputs[len(models) :]]
    missing = [path for path in paths if not path.exists()]
    if missing:
        raise _UsageError(f"{missing[0]}: neither a model nor data; check the spelling, or train it first")
    if compare and len(models) != 2:
        raise _UsageError(f"--compare takes two models, the older one first; {len(models)} given")
    if not paths:
        corpus = project_folder("training_data")
        if corpus is None or not corpus.is_dir():
            raise _UsageError("no data: give labelled articles or a coded table after the model")
        paths = [corpus / "articles"]
    return models or [default_model()], paths


def _read(paths: Sequence[Path], part: str, columns: Columns) -> list[Data]:
    from conflict_events.evaluation import read_data
    from conflict_events.evaluation.read_data import PARTS

    if part not in PARTS:
        raise _UsageError(f"--part {part}: choose one of {', '.join(PARTS)}")
    return [read_data(path, part=part, columns=columns) for path in paths]


def _run(
    models: Sequence[Model],
    data: Sequence[Data],
    errors: Console,
    compare: bool,
    with_curve: bool,
    seed: int,
    samples: int,
    date: str,
) -> tuple[list[Evaluation], dict[str, object], Callable[[], str], Callable[[Path], object]]:
    """Evaluate, and give what is needed to write the results."""
    from conflict_events.evaluation import Bootstrap, predict
    from conflict_events.evaluation import evaluate as score
    from conflict_events.evaluation.compare import compare as set_side_by_side
    from conflict_events.evaluation.provenance import provenance
    from conflict_events.evaluation.report import Run, document, render_page, write_tables

    for one in data:
        for note in one.notes:
            errors.print(f"{one.path}: {note}", markup=False, highlight=False)
    articles = [article for one in data for article in one.articles]
    resampling = Bootstrap(len(articles), samples, seed)
    evaluations = []
    for number, model in enumerate(models):
        with errors.status(f"{model.name}: reading {len(articles)} articles"):
            predictions = predict(model, articles)
        predictions.label = _label(model, models, number)
        evaluations.append(score(articles, predictions, resampling))
    comparison = None
    if len(models) == 2 or compare:
        comparison = set_side_by_side(evaluations[0], evaluations[1], resampling)
    facts = provenance(
        data,
        [evaluation.predictions for evaluation in evaluations],
        seed=seed,
        samples=samples,
        command=["conflict-events", *sys.argv[1:]],
        date=date,
    )
    run = Run(articles, evaluations, facts, comparison, _curve(seed, errors) if with_curve else ())
    facts_and_figures = document(run)
    return (
        evaluations,
        facts_and_figures,
        lambda: render_page(run, facts_and_figures),
        lambda folder: write_tables(run, facts_and_figures, folder),
    )


def _label(model: Model, models: Sequence[Model], number: int) -> str:
    """The name of a model in the report: that of its folder, with a number where two are called alike."""
    alike = [place for place, other in enumerate(models) if other.name == model.name]
    return model.name if len(alike) == 1 else f"{model.name} ({alike.index(number) + 1})"


def _curve(seed: int, errors: Console) -> list[CurvePoint]:
    from conflict_events.corpus import CorpusError
    from conflict_events.evaluation.learning_curve import learning_curve
    from conflict_events.models import project_folder

    corpus, configs = project_folder("training_data"), project_folder("configs")
    if corpus is None or configs is None:
        raise _UsageError("--learning-curve needs the project's training data and configs; run it in a checkout")
    try:
        return learning_curve(configs / "cpu.cfg", [corpus / "articles"], seed=seed, log=sys.stderr)
    except (CorpusError, OSError, ValueError) as error:
        raise _UsageError(f"--learning-curve: training failed: {error}") from None


def _limits(pairs: Sequence[str]) -> dict[str, float]:
    """``casualty_f1=0.85`` as name and value."""
    found: dict[str, float] = {}
    for pair in pairs:
        name, equals, value = pair.rpartition("=")
        try:
            found[name] = float(value)
        except ValueError:
            equals = ""
        if not equals or not name:
            raise _UsageError(f"--fail-under {pair}: write FIGURE=VALUE, as casualty_f1=0.85")
    return found


def _under(evaluation: Evaluation, limits: dict[str, float]) -> list[str]:
    """A line for each figure that is lower than its limit; a figure without cases is not above any limit."""
    from conflict_events.evaluation.measures import subjects

    low = []
    for name, limit in limits.items():
        figure = evaluation.figure(name)
        if figure is None:
            known = ", ".join(one.name for one in evaluation.figures if not one.key.dimension)
            raise _UsageError(f"--fail-under {name}: no such figure; there are: {known}")
        if subjects()[figure.key.subject].better != "high":
            raise _UsageError(f"--fail-under {name}: lower is better for this figure; choose another one")
        if figure.value is None or figure.value < limit:
            shown = "has no cases" if figure.value is None else f"is {figure.value:.4f}"
            low.append(f"{name} {shown}, under {limit:g}")
    return low

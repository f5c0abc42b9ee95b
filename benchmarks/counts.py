"""Killed and injured against coded tables: one line a table, all in one run.

    python benchmarks/counts.py FOLDER [--model DIR | --annotations FOLDER] [--save FOLDER]

FOLDER holds tables as JSON lines, CSV or Parquet with a text and killed and injured columns. The figures are shares of
rows with the coded number (exact match), over all scored rows and over those coded above zero, with 95% bootstrap
intervals over rows; what counts as a text's number says ``conflict_events.evaluation.coded_table``.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from conflict_events.evaluation import (
    Bootstrap,
    DataError,
    Evaluation,
    Model,
    Predictions,
    default_model,
    evaluate,
    find_model,
    predict,
    read_data,
)

ENDINGS = (".jsonl", ".csv", ".parquet")
FIGURES = ("killed_exact", "killed_positive_exact", "injured_exact", "injured_positive_exact")
HEADINGS = ("killed, all", "killed > 0", "injured, all", "injured > 0")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path, help="coded tables")
    parser.add_argument("--model", help="directory or name of a model; the default one without")
    parser.add_argument("--annotations", type=Path, help="folder of annotations made before, each named as its table")
    parser.add_argument("--save", type=Path, help="folder to write the annotations to")
    parser.add_argument("--bootstrap", type=int, default=1000, help="samples of the intervals; 0 for none")
    options = parser.parse_args()
    tables = sorted(path for path in options.folder.iterdir() if path.suffix in ENDINGS)
    if not tables:
        parser.error(f"{options.folder}: no tables ({', '.join(ENDINGS)})")
    print(f"{'table':<18} {'rows':>5}" + "".join(f" {heading:>21}" for heading in HEADINGS))
    for table in tables:
        try:
            data = read_data(table)
        except DataError as error:
            parser.error(str(error))
        predictions = predict(chosen_model(options, table), data.articles)
        if options.save:
            save(predictions, options.save / f"{table.stem}.jsonl")
        result = evaluate(data.articles, predictions, Bootstrap(len(data.articles), options.bootstrap, 0))
        cells = "".join(f" {cell(result, figure):>21}" for figure in FIGURES)
        print(f"{table.stem:<18} {len(data.articles):>5}{cells}", flush=True)


def chosen_model(options: argparse.Namespace, table: Path) -> Model:
    """The model that the options name, or the table's own annotations."""
    if options.annotations:
        wanted = str(options.annotations / f"{table.stem}.jsonl")
    elif options.model:
        wanted = options.model
    else:
        return default_model()
    model = find_model(wanted)
    if model is None:
        raise SystemExit(f"{wanted}: neither a model nor annotations")
    return model


def cell(result: Evaluation, name: str) -> str:
    """A figure with its interval; a dash where the table has no such column."""
    figure = result.figure(name)
    if figure is None or figure.value is None:
        return "–"
    if figure.low is None or figure.high is None:
        return f"{figure.value:.3f}"
    return f"{figure.value:.3f} [{figure.low:.3f}–{figure.high:.3f}]"


def save(predictions: Predictions, path: Path) -> None:
    """Write the annotations, one a line."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for annotation in predictions.annotations:
            if annotation is not None:
                file.write(annotation.model_dump_json() + "\n")


if __name__ == "__main__":
    main()

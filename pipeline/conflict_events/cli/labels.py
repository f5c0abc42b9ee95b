"""``conflict-events labels import | export | suggest``"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from conflict_events.corpus import (
    LabelledArticle,
    parse,
    read_corpus,
    read_source,
    source_files,
    write_corpus,
)
from conflict_events.labels import (
    FORMATS,
    LabelFormatError,
    Notes,
    export_labels,
    import_labels,
    labelled_from_annotation,
)

labels_app = typer.Typer(help="Labels from and for annotation tools.", no_args_is_help=True)
console = Console(soft_wrap=True)
errors = Console(stderr=True, soft_wrap=True)

_NAMES = ", ".join(FORMATS)
_Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace the output where it is there already.")]


@labels_app.command("import")
def import_command(
    paths: Annotated[list[Path], typer.Argument(help="Label files; for brat also folders.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="File or folder to write the source form to.")],
    format_name: Annotated[
        str | None, typer.Option("--format", help=f"{_NAMES}; guessed from the file by default.")
    ] = None,
    outlet: Annotated[str, typer.Option(help="Outlet of texts that name none.")] = "other",
    label_map: Annotated[
        list[str] | None, typer.Option("--map", help="A label's name here, as GPE=LOCATION; repeat for more.")
    ] = None,
    offset_unit: Annotated[
        str | None, typer.Option(help="codepoint or utf16, where the file counts otherwise than its format says.")
    ] = None,
    annotator: Annotated[
        str | None, typer.Option(help="Whose labels to take where a text has those of several; the last by default.")
    ] = None,
    unchecked: Annotated[
        bool, typer.Option("--unchecked", help="Take also suggestions nobody answered, and texts labelled in part.")
    ] = False,
    overwrite: _Overwrite = False,
    report: Annotated[Path | None, typer.Option(help="Write what was dropped or shifted here, as JSON lines.")] = None,
) -> None:
    """Read label files into the project's source form; say everything that was dropped or shifted."""
    if offset_unit not in (None, "codepoint", "utf16"):
        errors.print("--offset-unit is codepoint or utf16")
        raise typer.Exit(2)
    try:
        mapping = dict(_pair(one) for one in label_map or [])
        found = import_labels(
            paths,
            format_name=format_name,
            outlet=outlet,
            labels=mapping,
            offset_unit=offset_unit,  # type: ignore[arg-type]  # checked above
            annotator=annotator,
            unchecked=unchecked,
        )
        target = output if output.suffix == ".txt" else output / f"{paths[0].stem}.txt"
        if any(target.resolve() == path.resolve() for path in paths):
            raise LabelFormatError(f"{target} is the input; give another --output")
        _refuse_existing(target, overwrite)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(write_corpus(found.articles), encoding="utf-8", newline="\n")
    except (ValueError, OSError) as error:
        errors.print(str(error), markup=False)
        raise typer.Exit(2) from None
    _tell(found.notes, report)
    labels = sum(len(article.labels) for article in found.articles)
    console.print(f"{target}: {len(found.articles)} articles, {labels} labels")


@labels_app.command("export")
def export_command(
    paths: Annotated[
        list[Path], typer.Argument(help="Source form (.txt, folder), or annotations (.jsonl) to correct.")
    ],
    output: Annotated[Path, typer.Option("--output", "-o", help="File to write; for brat a folder.")],
    format_name: Annotated[str, typer.Option("--format", help=_NAMES)],
    overwrite: _Overwrite = False,
    report: Annotated[Path | None, typer.Option(help="Write what the format cannot hold here, as JSON lines.")] = None,
) -> None:
    """Write labels for an annotation tool: the corpus', or what a model read (pre-labelling)."""
    try:
        read = [path.suffix == ".jsonl" for path in paths]
        if len(set(read)) > 1:
            raise LabelFormatError("labels of the corpus and a model's are not mixed in one file; export them apart")
        _refuse_existing(output, overwrite)
        articles = [article for path in paths for article in _articles(path)]
        notes = export_labels(articles, output, format_name=format_name, suggested=all(read))
    except (ValueError, OSError) as error:
        errors.print(str(error), markup=False)
        raise typer.Exit(2) from None
    _tell(notes, report)
    console.print(f"{output}: {len(articles)} articles")


@labels_app.command("suggest")
def suggest_command(
    inputs: Annotated[list[str], typer.Argument(help="Articles: whatever `annotate` reads.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="File to write; for brat a folder.")],
    budget: Annotated[int, typer.Option(min=1, help="How many articles you can label.")] = 50,
    format_name: Annotated[str, typer.Option("--format", help=f"source, {_NAMES}")] = "source",
    model: Annotated[str | None, typer.Option(help="Model to read with; the default one.")] = None,
    novelty: Annotated[float, typer.Option(min=0, max=1, help="Weight of novelty against uncertainty.")] = 0.5,
    overwrite: _Overwrite = False,
) -> None:
    """Pick the articles most worth labelling next, with what the model reads in them."""
    import spacy

    from conflict_events.labels.suggest import suggest
    from conflict_events.models import project_folder, resolve

    try:
        if format_name not in ("source", *FORMATS):
            raise LabelFormatError(f"unknown format {format_name!r}; known are source, {_NAMES}")
        _refuse_existing(output, overwrite)
        nlp = spacy.load(resolve(model))
        corpus = project_folder("training_data")
        known = _texts(corpus) if corpus and corpus.is_dir() else []
        found = suggest(nlp, _inputs(inputs), budget, labelled=known, novelty_weight=novelty)
        articles = [suggestion.article for suggestion in found]
        if format_name == "source":
            output.parent.mkdir(parents=True, exist_ok=True)
            output.write_text(write_corpus(articles), encoding="utf-8", newline="\n")
        else:
            export_labels(articles, output, format_name=format_name, suggested=True)
    except (ValueError, OSError) as error:
        errors.print(str(error), markup=False)
        raise typer.Exit(2) from None
    for one in found:
        console.print(
            f"{one.score:.3f}  uncertainty {one.uncertainty:.2f}  novelty {one.novelty:.2f}  {one.article.id}"
        )
    console.print(f"{output}: {len(found)} articles")


def _texts(folder: Path) -> list[str]:
    """Texts of a corpus, whatever is wrong with its labels."""
    return [article.text for file in source_files([folder]) for article in parse(read_source(file))[0]]


def _inputs(inputs: list[str]) -> Iterator[LabelledArticle]:
    """What the reader finds, without labels; what it cannot read is told and left out."""
    from conflict_events.reading import ReadError, read_articles

    for found in read_articles(inputs):
        if isinstance(found, ReadError):
            errors.print(f"{found.source}: {found.reason}", markup=False)
            continue
        text = found.text.replace("\r\n", "\n")
        yield LabelledArticle(
            id="-".join(found.id.split()),
            outlet=found.outlet or "other",
            title=" ".join(found.title.split()) if found.title else None,
            date=found.published,
            url=found.url,
            text=text,
        )


def _articles(path: Path) -> Iterator[LabelledArticle]:
    if path.suffix != ".jsonl":
        yield from read_corpus([path])
        return
    from conflict_events.schema import Annotation

    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), start=1):
        if line.strip():
            try:
                annotation = Annotation.model_validate_json(line)
            except ValueError as error:
                raise LabelFormatError(
                    f"{path}:{number}: no annotation of `conflict-events annotate`: {error}"
                ) from None
            yield labelled_from_annotation(annotation)


def _refuse_existing(target: Path, overwrite: bool) -> None:
    """Raise where hours of somebody's labelling would be written over."""
    filled = any(target.iterdir()) if target.is_dir() else target.is_file() and target.stat().st_size > 0
    if filled and not overwrite:
        raise LabelFormatError(f"{target} is there already; give another --output, or --overwrite to replace it")


def _pair(text: str) -> tuple[str, str]:
    name, equals, label = text.partition("=")
    if not equals or not name or not label:
        raise LabelFormatError(f"--map {text}: write THEIRS=OURS, as in GPE=LOCATION")
    return name, label


def _tell(notes: Notes, report: Path | None) -> None:
    """Every note on stderr, or in the report file and a summary on stderr."""
    if report is not None:
        report.parent.mkdir(parents=True, exist_ok=True)
        lines = [json.dumps(note.model_dump(), ensure_ascii=False) for note in notes]
        report.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8", newline="\n")
    else:
        for note in notes:
            errors.print(str(note), markup=False, highlight=False)
    summary = ", ".join(f"{count} {kind}" for kind, count in sorted(notes.counts().items())) or "nothing dropped"
    errors.print(summary, markup=False)

"""``conflict-events annotate``

Exit codes: 0 everything was annotated; 1 some records failed, now or before (they are in the errors file); 2 the
command was given wrongly, or the output holds results made otherwise; 3 nothing could be read; 4 the output could not
be written; 130 interrupted by Ctrl-C, go on with the same command.
"""

from __future__ import annotations

import datetime as dt
import glob
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

if TYPE_CHECKING:
    from conflict_events.batch.annotator import Failure
    from conflict_events.batch.articles import Selection
    from conflict_events.batch.engines import Engine
    from conflict_events.batch.model import ModelChoice
    from conflict_events.batch.notes import Notes
    from conflict_events.batch.run import Summary
    from conflict_events.batch.stores import Store
    from conflict_events.batch.updating import OutOfDate
    from conflict_events.paths import Place
    from conflict_events.reading import FieldNames, InputArticle, Published, ReadError

SOME_FAILED, USAGE, NOTHING_READ, NOT_WRITTEN, INTERRUPTED = 1, 2, 3, 4, 130

_MOST_NOTES = 5
WORKBOOK = ".xlsx"


def annotate(
    inputs: Annotated[
        list[str],
        typer.Argument(
            help="Files (txt, html, docx, pdf, rtf, odt, xlsx, ods, csv, json, jsonl, parquet, eml, mhtml, feeds, "
            "exports of Nexis, Factiva, Telegram; .gz or .zip of them), folders, patterns, URLs as s3://…, or - for "
            "standard input.",
            metavar="INPUT...",
        ),
    ],
    output: Annotated[
        str | None,
        typer.Option(
            "--output",
            "-o",
            help="File or folder for the results, or a URL as s3://…; JSON lines to standard output without.",
            metavar="PATH",
        ),
    ] = None,
    store_format: Annotated[
        str | None,
        typer.Option(
            "--format",
            "--to",
            help="jsonl (one file), csv or parquet (a folder), duckdb (one file); guessed from the output's ending. An "
            "output that ends in .xlsx becomes a workbook, beside the same as .jsonl.",
        ),
    ] = None,
    model: Annotated[str | None, typer.Option(help="Directory or name of a model; the default one without.")] = None,
    outlet: Annotated[str | None, typer.Option(help="The outlet of all articles (an outlet profile's id).")] = None,
    workers: Annotated[int, typer.Option(min=1, help="Processes that work, each on one core.")] = 1,
    limit: Annotated[int | None, typer.Option(min=1, help="Only the first so many articles.")] = None,
    since: Annotated[
        str | None, typer.Option(help="Only articles published on this day (YYYY-MM-DD) or later.")
    ] = None,
    field: Annotated[
        list[str] | None,
        typer.Option(
            help="A column's or key's name, as text=body or text=content.rendered; of id, text, title, published, "
            "outlet, url, language."
        ),
    ] = None,
    published: Annotated[
        str | None,
        typer.Option(
            help="The day (YYYY-MM-DD) of articles that have none, or how days are written in records and file names, "
            "as %d-%m-%Y.",
            metavar="DATE|PATTERN",
        ),
    ] = None,
    keep_text: Annotated[bool, typer.Option("--keep-text", help="Keep the articles' texts in the results.")] = False,
    profiles: Annotated[list[Path] | None, typer.Option(help="Your own outlet profiles (TOML).")] = None,
    actors: Annotated[list[Path] | None, typer.Option(help="Your own table of actors (CSV).")] = None,
    places: Annotated[list[Path] | None, typer.Option(help="Your own table of places (CSV or Parquet).")] = None,
    timeout: Annotated[float, typer.Option(min=0.1, help="Seconds that one article may take.")] = 120.0,
    shard_size: Annotated[
        int, typer.Option(min=1, help="Articles after which results are committed, at the latest.")
    ] = 2000,
    restart: Annotated[bool, typer.Option("--restart", help="Remove the results that are there first.")] = False,
    retry_errors: Annotated[bool, typer.Option("--retry-errors", help="Try again what failed before.")] = False,
    keep_old: Annotated[
        bool, typer.Option("--keep-old", help="Go on with another model; keep what an earlier one read.")
    ] = False,
    update: Annotated[
        bool,
        typer.Option(
            "--update",
            help="Replace the records of articles that were edited, take out those of articles that are gone.",
        ),
    ] = False,
    engine: Annotated[str, typer.Option(help="local, or ray (needs the extra of that name).")] = "local",
    errors: Annotated[
        str | None, typer.Option(help="File for what failed, JSON lines; beside the results.", metavar="PATH")
    ] = None,
) -> None:
    """Turn articles into structured events.

    Run the same command again to go on after an interruption, or to add articles that are new.
    """
    console = Console(stderr=True, soft_wrap=True)

    def refuse(message: object, code: int = USAGE) -> typer.Exit:
        console.print(str(message), markup=False, highlight=False)
        return typer.Exit(code)

    from conflict_events.api import model_choice
    from conflict_events.batch.articles import Selection
    from conflict_events.batch.engines import EngineError
    from conflict_events.batch.model import TableError
    from conflict_events.batch.notes import Notes
    from conflict_events.batch.stores import StoreError
    from conflict_events.models import ModelNotFoundError
    from conflict_events.paths import PlaceError, place
    from conflict_events.profiles import ProfileError

    try:
        target = place(output) if output is not None else None
        selection = Selection(_day(since), limit)
        names = _field_names(field or [])
        choice = model_choice(model, profiles=profiles or (), actors=actors or (), places=places or ())
        _check_files([*(profiles or ()), *(actors or ()), *(places or ())])
        worker = _engine(engine, choice, workers, timeout, keep_text)
        job = _Job(
            inputs=inputs,
            output=target,
            store_format=store_format,
            names=names,
            outlet=outlet,
            published=_published(published),
            selection=selection,
            keep_text=keep_text,
            errors_path=place(errors) if errors is not None else None,
            restart=restart,
            retry_errors=retry_errors,
            keep_old=keep_old,
            update=update,
            shard_size=shard_size,
            notes=Notes(),
        )
        with worker:
            summary = job.run(worker, choice, console)
    except (StoreError, ModelNotFoundError, PlaceError, ProfileError, TableError, _UsageError) as error:
        raise refuse(error) from None
    except EngineError as error:
        raise refuse(error, NOT_WRITTEN) from None
    except KeyboardInterrupt:
        raise refuse("interrupted; what is done is kept: go on with the same command", INTERRUPTED) from None
    except BrokenPipeError:
        sys.stderr.close()
        raise typer.Exit(NOT_WRITTEN) from None
    except OSError as error:
        raise refuse(_not_written(error, output), NOT_WRITTEN) from None
    for note, count in job.notes.counts.most_common(_MOST_NOTES):
        console.print(f"{count:,} article{'' if count == 1 else 's'}: {note}", markup=False, highlight=False)
    if job.notes.unread:
        kinds = ", ".join(f"{count:,} {kind}" for kind, count in sorted(job.notes.unread.items()))
        console.print(f"not read, of other kinds: {kinds}", markup=False, highlight=False)
    _report(summary, console, output, job.errors_path)
    if summary.failed or summary.failed_before:
        nothing = not summary.annotated and not summary.done_before
        raise typer.Exit(NOTHING_READ if nothing else SOME_FAILED)


class _UsageError(ValueError):
    """The command was given wrongly."""


@dataclass
class _Job:
    """The run that the options ask for."""

    inputs: list[str]
    output: Place | None
    store_format: str | None
    names: FieldNames
    outlet: str | None
    published: Published | None
    selection: Selection
    keep_text: bool
    errors_path: Place | None
    restart: bool
    retry_errors: bool
    keep_old: bool
    update: bool
    shard_size: int
    notes: Notes

    def run(self, worker: Engine, choice: ModelChoice, console: Console) -> Summary:
        from conflict_events.batch.progress import estimate_articles, show_progress

        if self.update and (self.output is None or self.selection.limit is not None or "-" in self.inputs):
            raise _UsageError("--update compares all that INPUT holds with --output; leave out --limit, and name files")
        items = self.notes.taking(self._items())
        total = estimate_articles(self.inputs) if console.is_terminal else None
        if total is not None and self.selection.limit is not None:
            total = min(total, self.selection.limit)
        if self.output is None:
            return self._to_stdout(items, worker, console, total)

        from conflict_events.batch.run import build_manifest, run_to_store
        from conflict_events.batch.stores import guess_format, open_store

        if self.output.suffix.lower() == WORKBOOK and self.store_format in (None, "xlsx"):
            return self._to_workbook(worker, choice, console)
        chosen = self.store_format or guess_format(self.output)
        _refuse_inputs_as_outputs(self.inputs, self.output, self.errors_path)
        store = open_store(self.output, chosen, errors=self.errors_path, restart=self.restart)
        self.errors_path = store.errors_path
        try:
            manifest = build_manifest(
                store_format=chosen, inputs=self.inputs, model=_model_facts(choice), options=self._options(choice)
            )
            with show_progress(console, total) as advance:
                return run_to_store(
                    items,
                    worker,
                    store,
                    manifest,
                    selection=self.selection,
                    retry_errors=self.retry_errors,
                    keep_old=self.keep_old,
                    update=self._out_of_date if self.update else None,
                    advance=advance,
                    shard_articles=self.shard_size,
                )
        finally:
            store.close()

    def _items(self) -> Iterator[InputArticle | ReadError]:
        from conflict_events.reading import read_articles

        return read_articles(self.inputs, fields=self.names, outlet=self.outlet, published=self.published)

    def _out_of_date(self, store: Store) -> OutOfDate:
        from conflict_events.batch.reading_back import annotations_of
        from conflict_events.batch.updating import find_out_of_date

        return find_out_of_date(store.entries(), annotations_of(store), self._items(), self.inputs, self.selection)

    def _to_workbook(self, worker: Engine, choice: ModelChoice, console: Console) -> Summary:
        """Annotate into JSON lines beside the workbook, from which a run can go on, and write the workbook of them."""
        from conflict_events.batch.reading_back import read_annotations, read_tables
        from conflict_events.batch.stores import read_manifest
        from conflict_events.exports.workbook import write_workbook

        workbook, store = self.output, self.output.with_suffix(".jsonl") if self.output else None
        if not isinstance(workbook, Path) or not isinstance(store, Path):
            raise _UsageError(f"{workbook}: a workbook can only be written to this computer's disk")
        _refuse_inputs_as_outputs(self.inputs, workbook)
        if workbook.exists() and read_manifest(Path(f"{store}.run") / "manifest.json") is None:
            raise _UsageError(f"{workbook} is there already and no run of this command wrote it; give another --output")
        self.output, self.store_format = store, "jsonl"
        summary = self.run(worker, choice, console)
        if not store.exists():
            return summary  # nothing was read
        try:
            write_workbook(read_annotations(store), read_tables(store), workbook)
        except ValueError as error:
            raise _UsageError(str(error)) from None
        return summary

    def _options(self, choice: ModelChoice) -> dict[str, Any]:
        """All options that change what is read from an article, or which are taken."""
        return {
            "outlet": self.outlet,
            "fields": {name: value for name, value in vars(self.names).items() if value is not None} or None,
            **({"published": str(self.published)} if self.published else {}),
            "since": self.selection.since.isoformat() if self.selection.since else None,
            "keep_text": self.keep_text,
            "profiles": [file.name for file in choice.profiles],
            "actors": [file.name for file in choice.actors],
            "places": [file.name for file in choice.places],
        }

    def _to_stdout(self, items: Iterable[Any], worker: Engine, console: Console, total: int | None) -> Summary:
        from conflict_events.batch.progress import show_progress
        from conflict_events.batch.run import run_to_lines
        from conflict_events.batch.stores import errors_as_lines

        if self.store_format not in (None, "jsonl"):
            raise _UsageError(f"{self.store_format} cannot be written to standard output; give --output")

        def write(lines: Iterable[str]) -> None:
            sys.stdout.buffer.writelines(line.encode() + b"\n" for line in lines)
            sys.stdout.buffer.flush()

        failures = self.errors_path
        if failures is not None and failures.exists():
            raise _UsageError(f"{failures} is there already; give another file as --errors")

        def fail(failure: Failure) -> None:
            if failures is not None:
                with failures.open("ab") as file:
                    file.write(errors_as_lines([failure]))

        with show_progress(console, total) as advance:
            return run_to_lines(items, worker, write, selection=self.selection, advance=advance, fail=fail)


def _refuse_inputs_as_outputs(inputs: Iterable[str], *outputs: Place | None) -> None:
    """Raise where a run would write over what it reads."""
    for output in outputs:
        for item in inputs:
            found = _inside(item, output) if isinstance(output, Path) else item if _at_url(item, output) else None
            if found is not None:
                raise _UsageError(f"{output} is the input {found}, or holds it; give another --output or --errors")


def _inside(item: str, output: Path) -> str | None:
    """The file of an input that is the output, or lies in it."""
    target = output.resolve()
    for name in glob.glob(item, recursive=True) if glob.has_magic(item) else [item]:  # noqa: PTH207 (absolute too)
        source = Path(name).resolve()
        if source == target or (target.is_dir() and source.is_file() and source.is_relative_to(target)):
            return name
    return None


def _at_url(item: str, output: Place | None) -> bool:
    """Whether an input is the URL of the output, or lies in it."""
    target = str(output).rstrip("/")
    return output is not None and (item.rstrip("/") == target or item.startswith(f"{target}/"))


def _engine(name: str, choice: ModelChoice, workers: int, timeout: float, keep_text: bool) -> Engine:
    if name == "local":
        from conflict_events.batch.engines import LocalEngine

        return LocalEngine(choice, workers=workers, timeout=timeout, keep_text=keep_text)
    if name == "ray":
        try:
            from conflict_events.batch.ray_engine import RayEngine
        except ImportError:
            raise _UsageError("Ray is not installed; install it with: pip install 'conflict-events[ray]'") from None
        return RayEngine(choice, workers=workers, timeout=timeout, keep_text=keep_text)
    raise _UsageError(f"--engine {name}: choose local or ray")


def _model_facts(choice: ModelChoice) -> dict[str, Any]:
    """What tells one pipeline from another in the manifest: model, rules and tables."""
    import json

    from conflict_events import __version__
    from conflict_events.fingerprints import NOT_READING, fingerprint_code

    meta = json.loads((choice.path / "meta.json").read_text(encoding="utf-8"))
    return {
        "name": meta.get("name"),
        "version": meta.get("version"),
        "hash": choice.fingerprint(),
        "package": __version__,
        "rules": fingerprint_code(without=NOT_READING)[0],
    }


def _day(text: str | None) -> dt.date | None:
    if text is None:
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise _UsageError(f"--since {text}: write a day as 2023-05-31") from None


def _published(text: str | None) -> Published | None:
    from conflict_events.reading import Published

    if text is None:
        return None
    try:
        return Published.parse(text)
    except ValueError as error:
        raise _UsageError(f"--published {error}") from None


def _field_names(pairs: list[str]) -> FieldNames:
    from conflict_events.reading import FIELDS, FieldNames

    found: dict[str, str] = {}
    for pair in pairs:
        name, equals, column = pair.partition("=")
        if not equals or name not in FIELDS or not column:
            raise _UsageError(f"--field {pair}: write FIELD=COLUMN with a field of {', '.join(FIELDS)}")
        found[name] = column
    return FieldNames(**found)


def _check_files(files: list[Path]) -> None:
    for file in files:
        if not file.exists():
            raise _UsageError(f"{file}: no such file")


def _not_written(error: OSError, output: str | None) -> str:
    from conflict_events.batch.disk import is_full

    where = output or "standard output"
    if is_full(error):
        return (
            f"{where}: there is no room left to write ({error.strerror}); what was committed is kept: "
            "make room, and go on with the same command"
        )
    return (
        f"{error.filename or where} cannot be written or read ({error.strerror or error}); check path and permissions"
    )


def _report(summary: Summary, console: Console, output: str | None, errors_path: Place | None) -> None:
    """One line of figures, and why records failed."""
    for failure in summary.reasons[:5]:
        console.print(f"{failure.source}: {failure.reason}", markup=False, highlight=False)
    if summary.failed > 5:
        console.print(f"… and {summary.failed - 5} more", highlight=False)
    parts = [
        f"{count:,} {noun}{'' if count == 1 else 's'}"
        for count, noun in ((summary.annotated, "article"), (summary.events, "event"))
    ]
    if summary.done_before:
        parts.append(f"{summary.done_before} done before")
    if summary.failed_before:
        parts.append(f"{summary.failed_before} failed before (try again with --retry-errors)")
    if summary.edited:
        parts.append(f"{summary.edited} edited and done anew")
    if summary.removed:
        parts.append(f"{summary.removed} no longer there and taken out")
    if summary.left_out:
        parts.append(f"{summary.left_out} left out by --since")
    if summary.renamed:
        parts.append(f"{summary.renamed} under a new id, as theirs was taken")
    if summary.failed:
        parts.append(f"{summary.failed} failed" + (f" (see {errors_path})" if errors_path else ""))
    rate = f" ({summary.words / summary.seconds:,.0f} words/s)" if summary.words and summary.seconds > 0 else ""
    target = f" → {output}" if output else ""
    console.print(
        f"{', '.join(parts)} in {summary.seconds:.1f} s{rate}{target}", markup=False, highlight=False, soft_wrap=True
    )

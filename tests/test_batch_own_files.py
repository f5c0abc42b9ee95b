"""A user's files are theirs, and results are never cut off: what the journal does not own is refused, untouched."""

from __future__ import annotations

import itertools
import json
import signal
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from conflict_events.api import read
from conflict_events.batch import engines
from conflict_events.batch.annotator import ChunkResult
from conflict_events.batch.engines import Chunk, EngineError, LocalEngine
from conflict_events.batch.model import ModelChoice
from conflict_events.batch.reading_back import read_errors, read_tables
from conflict_events.batch.run import Summary, build_manifest, run_to_store
from conflict_events.batch.stores import FORMATS, StoreError, open_store
from conflict_events.cli import app
from conflict_events.reading import InputArticle, ReadError
from small_model import article

FILES = [name for name in FORMATS if name != "duckdb"]


def items(count: int) -> list[InputArticle]:
    return [InputArticle(data["id"], data["text"]) for data in map(article, range(count))]


def run(
    articles: Iterable[InputArticle | ReadError],
    engine: object,
    path: Path,
    store_format: str,
    *,
    errors: Path | None = None,
    restart: bool = False,
) -> Summary:
    manifest = build_manifest(store_format=store_format, inputs=["x"], model={"name": "small"}, options={})
    store = open_store(path, store_format, errors=errors, restart=restart)
    try:
        return run_to_store(articles, engine, store, manifest, shard_articles=4)  # type: ignore[arg-type]
    finally:
        store.close()


def content(folder: Path) -> dict[str, bytes]:
    """Every file but locks."""
    files = (path for path in folder.rglob("*") if path.is_file() and path.name != ".lock")
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def journal(path: Path) -> Path:
    return (path.with_name(path.name + ".run") if path.suffix == ".jsonl" else path) / "journal.jsonl"


@pytest.mark.parametrize("restart", [False, True])
@pytest.mark.parametrize(
    ("store_format", "name"),
    [
        ("csv", "out/annotations.jsonl"),
        ("csv", "out/errors.jsonl"),
        ("csv", "out/events.csv"),
        ("csv", "out/journal.jsonl"),
        ("csv", "out/manifest.json"),
        ("parquet", "out/errors.jsonl"),
        ("parquet", "out/events.parquet/mine.parquet"),
        ("jsonl", "out"),
        ("jsonl", "out.errors.jsonl"),
        ("duckdb", "out"),
        ("duckdb", "out.errors.jsonl"),
    ],
)
def test_a_file_of_ones_own_is_refused_untouched_and_restart_not_advised(
    engine: LocalEngine, tmp_path: Path, store_format: str, name: str, restart: bool
) -> None:
    mine = tmp_path / name
    mine.parent.mkdir(parents=True, exist_ok=True)
    mine.write_text('{"mine": 1}\n')
    before = content(tmp_path)
    with pytest.raises(StoreError) as refusal:
        run(items(2), engine, tmp_path / "out", store_format, restart=restart)
    assert "restart" not in str(refusal.value)
    assert before.items() <= content(tmp_path).items()


@pytest.mark.parametrize("store_format", FORMATS)
def test_an_errors_file_that_is_there_is_refused(engine: LocalEngine, tmp_path: Path, store_format: str) -> None:
    mine = tmp_path / "notes.txt"
    mine.write_text("mine\n")
    for path in (tmp_path / f"new.{store_format}", tmp_path / f"old.{store_format}"):
        if path.stem == "old":
            run(items(2), engine, path, store_format)
        with pytest.raises(StoreError, match="--errors"):
            run(items(3), engine, path, store_format, errors=mine)
    assert mine.read_text() == "mine\n"


def test_outputs_of_one_stem_keep_their_errors_apart(engine: LocalEngine, tmp_path: Path) -> None:
    bad = [ReadError("a.jsonl#1", "is empty"), *items(2)]
    paths = {"jsonl": tmp_path / "out.jsonl", "duckdb": tmp_path / "out.duckdb"}
    for _ in range(2):
        for store_format, path in paths.items():
            run(bad, engine, path, store_format)
    assert [len(list(read_errors(path))) for path in paths.values()] == [1, 1]


@pytest.mark.parametrize("store_format", FORMATS)
def test_restart_waits_for_no_run_and_removes_nothing_beside_one(
    engine: LocalEngine, tmp_path: Path, store_format: str
) -> None:
    if store_format == "duckdb":
        pytest.skip("DuckDB itself lets no second process in")
    path = tmp_path / f"out.{store_format}"
    run(items(6), engine, path, store_format)
    before = content(tmp_path)
    live = open_store(path, store_format)
    with pytest.raises(StoreError, match="another run"):
        open_store(path, store_format, restart=True)
    live.close()
    assert content(tmp_path) == before
    run(items(2), engine, path, store_format, restart=True)
    assert len(list(read(path))) == 2


def test_results_of_a_run_are_not_replaced_from_memory(engine: LocalEngine, tmp_path: Path) -> None:
    run(items(3), engine, tmp_path / "events", "parquet")
    corpus = read(tmp_path / "events")
    with pytest.raises(StoreError, match="results of a run"):
        corpus.to_parquet(tmp_path / "events")
    for _ in range(2):  # what it wrote itself it may write again
        corpus.to_parquet(tmp_path / "copy")
    assert len(list(read(tmp_path / "copy"))) == len(list(read(tmp_path / "events"))) == 3


def test_an_output_that_is_the_input_is_refused(model: Path, tmp_path: Path) -> None:
    news = tmp_path / "news.jsonl"
    news.write_text(json.dumps(article(1)) + "\n")
    before = content(tmp_path)
    for more in (["-o", str(news)], ["-o", str(tmp_path), "--format", "csv"], ["--errors", str(news)]):
        result = CliRunner().invoke(app, ["annotate", str(news), "--model", str(model), "--restart", *more])
        assert result.exit_code == 2, result.output
    assert content(tmp_path) == before


def _damage(file: Path) -> None:
    lines = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(b"".join([lines[0], b"{damaged}\n", *lines[2:]]))


@pytest.mark.parametrize("store_format", FILES)
@pytest.mark.parametrize(
    "harm",
    [
        _damage,
        lambda file: file.unlink(),
        lambda file: file.write_bytes(b""),
        lambda file: file.write_bytes(b"".join(file.read_bytes().splitlines(keepends=True)[:2])),
    ],
    ids=["damaged", "missing", "emptied", "shortened"],
)
def test_results_whose_journal_is_harmed_are_refused_and_kept(
    engine: LocalEngine, tmp_path: Path, store_format: str, harm: Callable[[Path], None]
) -> None:
    path = tmp_path / f"out.{store_format}"
    run(items(12), engine, path, store_format)
    harm(journal(path))
    before = content(tmp_path)
    with pytest.raises(StoreError, match="put back a copy"):
        run(items(12), engine, path, store_format)
    assert content(tmp_path) == before
    run(items(12), engine, path, store_format, restart=True)
    assert len(list(read(path))) == 12


class _KilledError(BaseException):
    """Ends a run as a kill does: nothing is closed or counted any more."""


class _Killed:
    def __init__(self, engine: LocalEngine) -> None:
        self.engine = engine

    def run(self, chunks: Iterable[Chunk]) -> Iterator[tuple[Chunk, ChunkResult]]:
        yield from itertools.islice(self.engine.run(chunks), 2)
        raise _KilledError


@pytest.mark.parametrize("store_format", FILES)
def test_a_journal_cut_at_a_line_border_after_a_kill_is_refused(
    engine: LocalEngine, tmp_path: Path, store_format: str
) -> None:
    """Only the last entry is gone: nothing but the manifest's count tells it from a run killed before it committed."""
    path = tmp_path / f"out.{store_format}"
    with pytest.raises(_KilledError):
        run(items(12), _Killed(engine), path, store_format)
    file = journal(path)
    file.write_bytes(b"".join(file.read_bytes().splitlines(keepends=True)[:-1]))
    before = content(tmp_path)
    with pytest.raises(StoreError, match="lacks entries at its end"):
        run(items(12), engine, path, store_format)
    assert content(tmp_path) == before


@pytest.mark.parametrize(
    ("store_format", "name", "harm"),
    [
        ("csv", "events.csv", lambda file: file.unlink()),
        ("csv", "annotations.jsonl", lambda file: file.unlink()),
        ("csv", "casualties.csv", lambda file: file.write_bytes(file.read_bytes()[:100])),
        ("parquet", "events.parquet/part-00001.parquet", lambda file: file.write_bytes(file.read_bytes()[:100])),
        ("parquet", "events.parquet/part-00001.parquet", lambda file: file.unlink()),
    ],
)
def test_results_that_lack_a_part_are_refused(
    engine: LocalEngine, tmp_path: Path, store_format: str, name: str, harm: Callable[[Path], None]
) -> None:
    path = tmp_path / "out"
    run(items(12), engine, path, store_format)
    harm(path / name)
    before = content(tmp_path)
    with pytest.raises(StoreError, match="back"):
        run(items(12), engine, path, store_format)
    assert content(tmp_path) == before


class _InterruptedWhileTaken(ChunkResult):
    """A result during whose taking Ctrl-C is pressed: each look at its words raises the signal."""

    @property
    def words(self) -> int:  # type: ignore[override]
        signal.raise_signal(signal.SIGINT)
        return 0

    @words.setter
    def words(self, value: int) -> None: ...


class _Interrupting:
    def __init__(self, engine: LocalEngine) -> None:
        self.engine = engine

    def run(self, chunks: Iterable[Chunk]) -> Iterator[tuple[Chunk, ChunkResult]]:
        for chunk, result in self.engine.run(chunks):
            yield chunk, _InterruptedWhileTaken(result.done, result.lines, result.failed, result.tables)


@pytest.mark.parametrize("store_format", FORMATS)
def test_ctrl_c_within_the_taking_of_results_loses_and_doubles_nothing(
    engine: LocalEngine, tmp_path: Path, store_format: str
) -> None:
    whole, path = tmp_path / f"whole.{store_format}", tmp_path / f"out.{store_format}"
    run(items(10), engine, whole, store_format)
    with pytest.raises(KeyboardInterrupt):
        run(items(10), _Interrupting(engine), path, store_format)
    assert 0 < len(list(read(path))) < 10
    run(items(10), engine, path, store_format)
    assert read_tables(path) == read_tables(whole)


def test_failures_of_an_earlier_try_are_still_told_by_the_exit_code(model: Path, tmp_path: Path) -> None:
    news = tmp_path / "news.jsonl"
    news.write_text(json.dumps(article(1)) + "\n{broken\n")
    line = ["annotate", str(news), "--model", str(model), "-o", str(tmp_path / "out")]
    results = [CliRunner().invoke(app, line) for _ in range(2)]
    assert [result.exit_code for result in results] == [1, 1]
    assert "1 failed before" in results[1].output


def test_every_failure_is_written_also_without_output(model: Path, tmp_path: Path) -> None:
    news = tmp_path / "news.jsonl"
    news.write_text("{broken\n" * 50 + json.dumps(article(1)) + "\n")
    errors = tmp_path / "errors.jsonl"
    CliRunner().invoke(app, ["annotate", str(news), "--model", str(model), "--errors", str(errors)])
    assert len(errors.read_text().splitlines()) == 50


def test_workers_that_hang_while_they_load_are_ended(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "LOAD_SECONDS", 0.05)  # no process starts Python and spaCy in that time
    engine = LocalEngine(ModelChoice(model), workers=2)
    with engine, pytest.raises(EngineError, match="3 worker processes in a row"):
        list(engine.run([items(2)]))

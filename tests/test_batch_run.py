"""Runs over a corpus: order, resume, refusal, errors, retries. All through the command's own functions."""

from __future__ import annotations

import datetime as dt
import json
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from spacy.language import Language
from spacy.tokens import Doc

from conflict_events.api import read
from conflict_events.batch.annotator import Annotator
from conflict_events.batch.articles import Selection, article_key, chunked
from conflict_events.batch.engines import EngineError, LocalEngine
from conflict_events.batch.journal import Done, Entry, JournalFile
from conflict_events.batch.model import ModelChoice
from conflict_events.batch.reading_back import read_errors, read_tables
from conflict_events.batch.run import Summary, build_manifest, run_to_store
from conflict_events.batch.stores import FORMATS, StoreError, open_store
from conflict_events.reading import InputArticle, ReadError, read_articles
from conflict_events.tables import TABLES
from small_model import article, make_small_model


def items(numbers: range) -> Iterator[InputArticle]:
    for number in numbers:
        data: dict[str, Any] = article(number)
        yield InputArticle(**(data | {"published": dt.date.fromisoformat(data["published"])}))


def run(
    articles: Iterator[InputArticle | ReadError] | list[Any],
    engine: LocalEngine,
    path: Path,
    store_format: str = "parquet",
    options: dict[str, Any] | None = None,
    **settings: Any,
) -> Summary:
    restart = settings.pop("restart", False)
    manifest = build_manifest(
        store_format=store_format, inputs=["x"], model={"name": "small"}, options=options or {"outlet": None}
    )
    store = open_store(path, store_format, restart=restart)
    try:
        return run_to_store(articles, engine, store, manifest, **settings)
    finally:
        store.close()


def ids(path: Path) -> list[str]:
    return [record.article.id for record in read(path)]


@pytest.mark.parametrize("store_format", FORMATS)
def test_order_and_ids_are_the_inputs(engine: LocalEngine, tmp_path: Path, store_format: str) -> None:
    path = tmp_path / f"out.{store_format}"
    summary = run(items(range(70)), engine, path, store_format, shard_articles=32)
    assert (summary.annotated, summary.failed) == (70, 0)
    assert ids(path) == [f"note-{number}" for number in range(70)]


@pytest.mark.parametrize("store_format", FORMATS)
def test_the_same_run_again_does_nothing(engine: LocalEngine, tmp_path: Path, store_format: str) -> None:
    path = tmp_path / f"out.{store_format}"
    run(items(range(10)), engine, path, store_format)
    before = read_tables(path)
    summary = run(items(range(10)), engine, path, store_format)
    assert (summary.annotated, summary.done_before) == (0, 10)
    assert read_tables(path) == before


@pytest.mark.parametrize("store_format", FORMATS)
def test_only_new_articles_are_done_and_come_last(engine: LocalEngine, tmp_path: Path, store_format: str) -> None:
    path = tmp_path / f"out.{store_format}"
    run(items(range(5, 10)), engine, path, store_format)
    summary = run(items(range(12)), engine, path, store_format)
    assert (summary.annotated, summary.done_before) == (7, 5)
    assert ids(path) == [f"note-{number}" for number in (5, 6, 7, 8, 9, 0, 1, 2, 3, 4, 10, 11)]


def test_rows_put_into_a_table_do_not_make_the_others_new(engine: LocalEngine, tmp_path: Path) -> None:
    """The reader numbers rows without an id, so that a row put in between renames all later ones."""
    file = tmp_path / "news.csv"
    file.write_text("text\nISIS attacked in Homs.\nThree civilians were killed by ISIS.\n")
    path = tmp_path / "out"
    run(read_articles([file]), engine, path)
    file.write_text(
        "text\nISIS attacked in Homs.\nregime forces attacked ISIS.\nThree civilians were killed by ISIS.\n"
    )
    summary = run(read_articles([file]), engine, path)
    assert (summary.annotated, summary.done_before, summary.renamed) == (1, 2, 1)
    assert ids(path) == ["news-2", "news-3", "news-3-2"]


def test_a_changed_article_is_added_under_an_id_of_its_own(engine: LocalEngine, tmp_path: Path) -> None:
    path = tmp_path / "out"
    run([InputArticle("a", "ISIS attacked in Homs.")], engine, path)
    changed = [InputArticle("a", "ISIS attacked in Homs and was repelled.")]
    assert run(changed, engine, path).renamed == 1
    assert run(changed, engine, path).annotated == 0
    assert ids(path) == ["a", "a-2"]


@pytest.mark.parametrize("store_format", FORMATS)
def test_a_changed_option_is_refused_and_named(engine: LocalEngine, tmp_path: Path, store_format: str) -> None:
    path = tmp_path / f"out.{store_format}"
    run(items(range(3)), engine, path, store_format)
    with pytest.raises(StoreError, match=r"options outlet was not given, is sohr.*--restart"):
        run(items(range(3)), engine, path, store_format, options={"outlet": "sohr"})
    run(items(range(2)), engine, path, store_format, options={"outlet": "sohr"}, restart=True)
    assert ids(path) == ["note-0", "note-1"]


@pytest.mark.parametrize("store_format", FORMATS)
def test_what_somebody_else_wrote_is_not_touched(engine: LocalEngine, tmp_path: Path, store_format: str) -> None:
    path = tmp_path / f"out.{store_format}"
    if store_format == "jsonl":
        path.write_text('{"mine": 1}\n')
    elif store_format == "csv":
        path.mkdir()
        (path / "events.csv").write_text("mine\n")
    elif store_format == "parquet":
        (path / "events.parquet").mkdir(parents=True)
    else:
        import duckdb

        with duckdb.connect(str(path)) as connection:
            connection.execute("create table mine (x int)")
    with pytest.raises(StoreError, match=r"not written by this command"):
        run(items(range(3)), engine, path, store_format)


def test_two_runs_cannot_write_one_store(tmp_path: Path) -> None:
    first = open_store(tmp_path / "out", "parquet")
    with pytest.raises(StoreError, match="another run"):
        open_store(tmp_path / "out", "parquet")
    first.close()
    open_store(tmp_path / "out", "parquet").close()


@pytest.mark.parametrize("store_format", FORMATS)
def test_failures_are_kept_and_tried_again_only_when_asked(
    engine: LocalEngine, tmp_path: Path, store_format: str
) -> None:
    path = tmp_path / f"out.{store_format}"
    bad = ReadError("x.jsonl#2", "its text is empty; fill it in or remove the record", {"id": "b"})
    articles = [*items(range(2)), bad, *items(range(2, 4))]
    assert run(articles, engine, path, store_format).failed == 1
    errors = list(read_errors(path))
    assert [(error.source, error.reason, error.record) for error in errors] == [(bad.source, bad.reason, bad.record)]
    again = run(articles, engine, path, store_format)
    assert (again.annotated, again.failed) == (0, 0)
    retried = run(articles, engine, path, store_format, retry_errors=True)
    assert (retried.annotated, retried.failed, len(list(read_errors(path)))) == (0, 1, 1)
    mended = [*items(range(2)), InputArticle("b", "ISIS attacked in Homs."), *items(range(2, 4))]
    summary = run(mended, engine, path, store_format, retry_errors=True)
    assert (summary.annotated, summary.failed, list(read_errors(path))) == (1, 0, [])
    assert ids(path)[-1] == "b"


@Language.component("alarm_rings")
def alarm_rings(doc: Doc) -> Doc:
    """The article's time is up while it is here, however fast the computer is."""
    if "slow" in doc.text:
        signal.raise_signal(signal.SIGALRM)
    return doc


@pytest.mark.skipif(not hasattr(signal, "SIGALRM"), reason="needs the alarm signal")
def test_a_slow_article_is_given_up_and_the_rest_goes_on() -> None:
    nlp = make_small_model()
    nlp.add_pipe("alarm_rings", first=True)
    articles = [*items(range(3)), InputArticle("long", "A slow article.", source="long.txt"), *items(range(3, 5))]
    result = Annotator(nlp, timeout=3600).annotate(articles)
    assert result.done == [0, 1, 2, 4, 5]
    (error,) = result.failed.values()
    assert (error.article_id, error.source) == ("long", "long.txt")
    assert error.reason == "took longer than 3600 s; raise --timeout"


def test_limit_and_since_choose_articles(engine: LocalEngine, tmp_path: Path) -> None:
    selection = Selection(since=dt.date(2023, 5, 20), limit=3)
    summary = run(items(range(40)), engine, tmp_path / "out", selection=selection)
    assert ids(tmp_path / "out") == ["note-19", "note-20", "note-21"]
    assert summary.left_out == 19


def test_an_interrupt_commits_what_is_complete(engine: LocalEngine, tmp_path: Path) -> None:
    def interrupted() -> Iterator[InputArticle]:
        yield from items(range(70))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(interrupted(), engine, tmp_path / "out")
    assert ids(tmp_path / "out") == [f"note-{number}" for number in range(64)]  # two whole chunks
    assert json.loads((tmp_path / "out/manifest.json").read_text())["complete"] is False
    run(items(range(70)), engine, tmp_path / "out")
    assert ids(tmp_path / "out") == [f"note-{number}" for number in range(70)]


def test_the_manifest_says_what_was_done(engine: LocalEngine, tmp_path: Path) -> None:
    run(items(range(5)), engine, tmp_path / "out")
    manifest = json.loads((tmp_path / "out/manifest.json").read_text())
    assert (manifest["complete"], manifest["counts"]["articles"], manifest["counts"]["events"]) == (True, 5, 5)
    assert len(manifest["input"]["fingerprint"]) == 32
    run(items(range(6)), engine, tmp_path / "out")
    again = json.loads((tmp_path / "out/manifest.json").read_text())
    assert again["input"]["fingerprint"] != manifest["input"]["fingerprint"]
    assert (again["started"], again["counts"]["articles"]) == (manifest["started"], 6)


@pytest.mark.parametrize("store_format", ["jsonl", "csv", "parquet"])
def test_what_was_never_committed_is_not_read_and_goes_with_the_next_run(
    engine: LocalEngine, tmp_path: Path, store_format: str
) -> None:
    path = tmp_path / f"out.{store_format}"
    run(items(range(5)), engine, path, store_format)
    before = read_tables(path)
    # As a run leaves it that was killed between writing its files and its journal.
    journal = JournalFile((path.with_name(path.name + ".run") if store_format == "jsonl" else path) / "journal.jsonl")
    manifest = journal.path.with_name("manifest.json")
    kept, begun = journal.path.read_bytes(), manifest.read_bytes()
    run(items(range(9)), engine, path, store_format)
    journal.path.write_bytes(kept + b'{"shard":1,"arti')
    manifest.write_bytes(begun)
    assert ids(path) == [f"note-{number}" for number in range(5)]
    summary = run(items(range(5)), engine, path, store_format)
    assert summary.done_before == 5
    assert read_tables(path) == before


def test_a_model_that_cannot_be_loaded(tmp_path: Path) -> None:
    (tmp_path / "meta.json").write_text("{}")
    engine = LocalEngine(ModelChoice(tmp_path), workers=2)
    with engine, pytest.raises(EngineError, match="cannot start"):
        list(engine.run(chunked(items(range(3)))))


def test_chunks_keep_order_and_stay_small() -> None:
    chunks = list(chunked(items(range(100)), count=32, characters=4000))
    assert [item.id for chunk in chunks for item in chunk] == [f"note-{number}" for number in range(100)]
    assert all(len(chunk) <= 32 and sum(len(item.text) for item in chunk) <= 4000 for chunk in chunks)


def test_done_counts_each_article_once() -> None:
    key = article_key(InputArticle("a-1", "ISIS attacked."))
    assert key == article_key(InputArticle("a-2", "ISIS attacked."))
    done = Done([Entry(shard=0, articles=1, keys=key, ids="00" * 8)])
    assert [done.take(key), done.take(key)] == [True, False]
    assert [done.has_id("00" * 8), done.has_id("01" * 8)] == [True, False]


def test_tables_are_named_in_every_store(engine: LocalEngine, tmp_path: Path) -> None:
    run(items(range(3)), engine, tmp_path / "out.csv", "csv")
    run(items(range(3)), engine, tmp_path / "out", "parquet")
    assert {file.name for file in (tmp_path / "out.csv").glob("*.csv")} == {f"{table}.csv" for table in TABLES}
    assert {file.name for file in (tmp_path / "out").glob("*.parquet")} >= {f"{table}.parquet" for table in TABLES}

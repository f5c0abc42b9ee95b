"""Reading and writing at URLs: fsspec's own store in memory, and a server that speaks S3 where `moto` is installed."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet
import pytest
from typer.testing import CliRunner

from conflict_events.api import Corpus, input_articles, read
from conflict_events.batch.articles import Selection
from conflict_events.batch.engines import LocalEngine
from conflict_events.batch.queries import answer
from conflict_events.batch.reading_back import annotations_of, read_annotations, read_errors, read_tables
from conflict_events.batch.run import Summary, build_manifest, run_to_store
from conflict_events.batch.stores import Store, StoreError, open_store
from conflict_events.batch.updating import OutOfDate, find_out_of_date
from conflict_events.cli import app
from conflict_events.paths import PlaceError, place
from conflict_events.reading import InputArticle, ReadError, read_articles
from made_records import made_annotation
from small_model import article

pytest.importorskip("upath", reason="the extra `remote` is not installed")


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    """The address of a bucket."""
    pytest.importorskip("s3fs")
    server_module = pytest.importorskip("moto.server")
    server = server_module.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    names = ("AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_DEFAULT_REGION")
    before = {name: os.environ.get(name) for name in names}
    os.environ.update(zip(names, (f"http://{host}:{port}", "key", "secret", "us-east-1"), strict=True))
    place("s3://corpora").mkdir()
    yield "s3://corpora"
    server.stop()
    for name, value in before.items():
        if value is None:
            del os.environ[name]
        else:
            os.environ[name] = value


@pytest.fixture(params=["memory", "s3"])
def folder(request: pytest.FixtureRequest) -> str:
    """The URL of an empty folder."""
    name = "".join(letter if letter.isalnum() else "-" for letter in request.node.name)
    return f"{request.getfixturevalue('s3')}/{name}" if request.param == "s3" else f"memory://{name}"


def items(numbers: range) -> Iterator[InputArticle]:
    found = input_articles([article(number) for number in numbers])
    return (item for item in found if isinstance(item, InputArticle))


def run(articles: Any, engine: Any, url: str, **settings: Any) -> Summary:
    store = open_store(place(url), "parquet", restart=settings.pop("restart", False))
    options = settings.pop("options", {})
    manifest = build_manifest(store_format="parquet", inputs=["x"], model={"name": "small"}, options=options)
    try:
        return run_to_store(articles, engine, store, manifest, shard_articles=32, **settings)
    finally:
        store.close()


def put(url: str, content: bytes) -> None:
    target = place(url)
    assert not isinstance(target, Path)
    target.fs.pipe_file(target.path, content)


def as_parquet(records: list[dict[str, Any]]) -> bytes:
    sink = io.BytesIO()
    pyarrow.parquet.write_table(pa.Table.from_pylist(records), sink)
    return sink.getvalue()


# --- reading --------------------------------------------------------------------------------------------------------


def test_articles_are_read_from_files_folders_and_patterns(folder: str) -> None:
    put(f"{folder}/a/one.parquet", as_parquet([article(0), article(1)]))
    put(f"{folder}/a/two.jsonl", json.dumps(article(2)).encode() + b"\n")
    put(f"{folder}/b/three.csv", b"id,text\nthree,ISIS attacked in Homs.\n")
    put(f"{folder}/b/notes.md.bak", b"no article")

    def ids(url: str) -> list[str]:
        return [item.id for item in read_articles([url]) if isinstance(item, InputArticle)]

    assert ids(f"{folder}/a/one.parquet") == ["note-0", "note-1"]
    assert ids(folder) == ["note-0", "note-1", "note-2", "three"]
    assert ids(f"{folder}/*/*.jsonl") == ["note-2"]
    (first, *_) = read_articles([f"{folder}/a/one.parquet"])
    assert first.source is not None
    assert first.source.endswith("/a/one.parquet#1")


def test_what_a_folder_holds_and_is_not_read_is_named_at_its_end(folder: str) -> None:
    for name, content in (("a.png", b"x"), ("b.txt", b"ISIS attacked in Homs."), (".hidden", b"x"), ("c/d.doc", b"x")):
        put(f"{folder}/in/{name}", content)
    text, *others = read_articles([f"{folder}/in"])
    assert isinstance(text, InputArticle)
    assert [item.unread_kind for item in others if isinstance(item, ReadError)] == [".png", ".doc"]


def test_what_is_not_there_or_not_whole_is_an_error(folder: str) -> None:
    put(f"{folder}/cut.parquet", as_parquet([article(0)])[:-20])
    (cut,) = read_articles([f"{folder}/cut.parquet"])
    (missing,) = read_articles([f"{folder}/nothing.jsonl"])
    assert isinstance(cut, ReadError)
    assert "is not Parquet" in cut.reason
    assert isinstance(missing, ReadError)
    assert "no such file" in missing.reason


def test_packed_files_are_unpacked(folder: str) -> None:
    import gzip

    put(f"{folder}/news.jsonl.gz", gzip.compress(json.dumps(article(3)).encode() + b"\n"))
    assert [item.id for item in read_articles([f"{folder}/news.jsonl.gz"]) if isinstance(item, InputArticle)] == [
        "note-3"
    ]


def test_an_unknown_kind_of_url_says_so() -> None:
    (error,) = read_articles(["nosuch://bucket/a.jsonl"])
    assert isinstance(error, ReadError)
    assert "nosuch" in error.reason
    with pytest.raises(PlaceError, match="nosuch"):
        place("nosuch://bucket/out")


def test_a_file_url_is_a_local_path(tmp_path: Path) -> None:
    assert place(f"file://{tmp_path}/out") == tmp_path / "out"


# --- writing --------------------------------------------------------------------------------------------------------


def test_the_same_tables_as_on_a_local_disk(engine: LocalEngine, folder: str, tmp_path: Path) -> None:
    run(items(range(70)), engine, str(tmp_path / "out"))
    run(items(range(70)), engine, f"{folder}/out")
    assert read_tables(place(f"{folder}/out")) == read_tables(tmp_path / "out")
    assert [record.article.id for record in read(f"{folder}/out")] == [f"note-{number}" for number in range(70)]
    manifest = json.loads(place(f"{folder}/out/manifest.json").read_text())
    assert (manifest["complete"], manifest["counts"]["articles"]) == (True, 70)


def test_a_question_is_answered(engine: LocalEngine, folder: str) -> None:
    run(items(range(40)), engine, f"{folder}/out")
    sql = "select count(*) as n, count(distinct article_id) as articles from events"
    assert answer(place(f"{folder}/out"), sql, "csv") == "n,articles\n40,40\n"


def test_it_goes_on_with_new_articles_only(engine: LocalEngine, folder: str) -> None:
    run(items(range(40)), engine, f"{folder}/out")
    summary = run(items(range(50)), engine, f"{folder}/out")
    assert (summary.annotated, summary.done_before) == (10, 40)
    assert run(items(range(50)), engine, f"{folder}/out").annotated == 0


def test_a_changed_option_is_refused(engine: LocalEngine, folder: str) -> None:
    run(items(range(3)), engine, f"{folder}/out")
    with pytest.raises(StoreError, match=r"options outlet was not given, is sohr.*--restart"):
        run(items(range(3)), engine, f"{folder}/out", options={"outlet": "sohr"})
    run(items(range(2)), engine, f"{folder}/out", options={"outlet": "sohr"}, restart=True)
    assert read_tables(place(f"{folder}/out"))["articles"].num_rows == 2


def test_failures_are_tried_again_when_asked(engine: LocalEngine, folder: str) -> None:
    url = f"{folder}/out"
    bad = ReadError("x.jsonl#2", "its text is empty; fill it in or remove the record", {"id": "b"})
    assert run([*items(range(2)), bad], engine, url).failed == 1
    assert [error.source for error in read_errors(place(url))] == ["x.jsonl#2"]
    assert place(f"{url}/errors.jsonl").read_text().count("\n") == 1
    assert run([*items(range(2)), bad], engine, url).failed == 0
    mended = [*items(range(2)), InputArticle("b", "ISIS attacked in Homs.")]
    assert run(mended, engine, url, retry_errors=True).annotated == 1
    assert list(read_errors(place(url))) == []
    assert not place(f"{url}/errors.jsonl").exists()


def test_what_was_never_committed_does_not_count(engine: LocalEngine, folder: str) -> None:
    url = f"{folder}/out"
    run(items(range(40)), engine, url)
    before = read_tables(place(url))
    put(f"{url}/events.parquet/part-00002-deaddead.parquet", b"PAR1 half of a shard")
    put(f"{url}/journal/000002.json", b'{"shard": 2, "arti')
    assert read_tables(place(url)) == before
    run(items(range(45)), engine, url)
    assert read_tables(place(url))["articles"].num_rows == 45
    assert not place(f"{url}/events.parquet/part-00002-deaddead.parquet").exists()


def test_a_second_run_is_refused_when_it_commits(engine: LocalEngine, folder: str) -> None:
    url = f"{folder}/out"

    def meanwhile() -> Iterator[InputArticle]:
        yield from items(range(40))
        run(items(range(100, 110)), engine, url)

    with pytest.raises(StoreError, match="another run"):
        run(meanwhile(), engine, url)
    tables = read_tables(place(url))
    expected = [*range(32), *range(100, 110)]  # 32 of the first were in before the second began
    assert tables["articles"]["article_id"].to_pylist() == [f"note-{number}" for number in expected]


@pytest.mark.parametrize("restart", [False, True])
@pytest.mark.parametrize(
    "name", ["events.parquet/own.parquet", "annotations.parquet/own.parquet", "journal/own.json", "errors.jsonl"]
)
def test_objects_of_ones_own_are_refused_untouched_and_restart_not_advised(
    engine: LocalEngine, folder: str, name: str, restart: bool
) -> None:
    put(f"{folder}/out/{name}", b"mine")
    with pytest.raises(StoreError) as refusal:
        run(items(range(3)), engine, f"{folder}/out", restart=restart)
    assert "--restart" not in str(refusal.value)
    assert place(f"{folder}/out/{name}").read_bytes() == b"mine"


def test_objects_of_ones_own_beside_results_outlive_a_restart(engine: LocalEngine, folder: str) -> None:
    own = ("events.parquet/own.parquet", "journal/notes.txt", "errors/notes.txt", "notes.txt")
    run(items(range(40)), engine, f"{folder}/out")
    for name in own:
        put(f"{folder}/out/{name}", b"mine")
    run(items(range(3)), engine, f"{folder}/out", restart=True)
    run(items(range(5)), engine, f"{folder}/out")
    assert [place(f"{folder}/out/{name}").read_bytes() for name in own] == [b"mine"] * 4
    assert read_tables(place(f"{folder}/out"))["articles"].num_rows == 5


def test_an_errors_file_that_is_there_is_refused_at_a_url_too(engine: LocalEngine, folder: str, tmp_path: Path) -> None:
    mine = tmp_path / "mine.jsonl"
    mine.write_text("mine")
    with pytest.raises(StoreError, match="--errors"):
        open_store(place(f"{folder}/out"), "parquet", errors=mine)
    assert mine.read_text() == "mine"


def test_a_run_beside_which_another_began_anew_is_refused(engine: LocalEngine, folder: str) -> None:
    url = f"{folder}/out"

    def meanwhile() -> Iterator[InputArticle]:
        yield from items(range(40))
        run(items(range(100, 110)), engine, url, restart=True)

    with pytest.raises(StoreError, match="another run"):
        run(meanwhile(), engine, url)
    tables = read_tables(place(url))
    assert tables["articles"]["article_id"].to_pylist() == [f"note-{number}" for number in range(100, 110)]


@pytest.mark.parametrize("lost", [["000001.json"], ["000000.json", "000001.json"]], ids=["shortened", "emptied"])
def test_a_journal_that_lacks_entries_is_refused_and_nothing_removed(
    engine: LocalEngine, folder: str, lost: list[str]
) -> None:
    url = f"{folder}/out"
    run(items(range(40)), engine, url)
    out = place(url)
    assert not isinstance(out, Path)
    for name in lost:
        (out / "journal" / name).unlink()
    before = sorted(out.fs.find(out.path))
    with pytest.raises(StoreError, match="put back a copy"):
        run(items(range(40)), engine, url)
    assert sorted(out.fs.find(out.path)) == before


def test_an_update_takes_out_what_is_out_of_date(engine: LocalEngine, folder: str) -> None:
    url = f"{folder}/out"
    run(items(range(40)), engine, url)
    edited = [*items(range(3)), InputArticle("note-3", "ISIS attacked in Homs.", source="x"), *items(range(4, 40))]

    def out_of_date(store: Store) -> OutOfDate:
        return find_out_of_date(store.entries(), annotations_of(store), edited, ["x"], Selection())

    summary = run(edited, engine, url, update=out_of_date)
    assert (summary.annotated, summary.edited, summary.done_before) == (1, 1, 39)
    found = read_tables(place(url))["articles"]["article_id"].to_pylist()
    assert found == [f"note-{number}" for number in (*range(3), *range(4, 40), 3)]


def test_an_output_that_is_the_input_is_refused_at_a_url(folder: str) -> None:
    for source in ("out", "out/news.jsonl"):
        put(f"{folder}/out/news.jsonl", b"{}")
        result = CliRunner().invoke(app, ["annotate", f"{folder}/{source}", "-o", f"{folder}/out"])
        assert result.exit_code == 2
        assert "is the input" in result.output


def test_only_parquet_goes_to_a_url(folder: str) -> None:
    with pytest.raises(StoreError, match="--format parquet"):
        open_store(place(f"{folder}/out.jsonl"), "jsonl")


def test_a_corpus_in_memory_is_written_and_read_back(folder: str) -> None:
    Corpus([made_annotation("a1")]).to_parquet(f"{folder}/results")
    assert [record.article.id for record in read(f"{folder}/results")] == ["a1"]


# --- the command, killed --------------------------------------------------------------------------------------------


def test_killed_and_gone_on_with_at_a_url(s3: str, model: Path, tmp_path: Path) -> None:
    """Articles from Parquet in a bucket, results to the same bucket, by the command, ended three times by SIGKILL."""
    put(f"{s3}/killed/in/news.parquet", as_parquet([article(number) for number in range(240)]))
    line = [sys.executable, "-c", "from conflict_events.cli import app; app()", "annotate"]
    options = ["--model", str(model), "--shard-size", "20"]
    whole = subprocess.run(
        [*line, f"{s3}/killed/in/*.parquet", *options, "-o", str(tmp_path / "whole")], timeout=300, check=False
    )
    assert whole.returncode == 0
    command = [*line, f"{s3}/killed/in/*.parquet", *options, "-o", f"{s3}/killed/out"]
    for seconds in (0.0, 0.05, 0.3):
        before = _entries(f"{s3}/killed/out")
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            while process.poll() is None and _entries(f"{s3}/killed/out") == before:
                time.sleep(0.2)
            time.sleep(seconds)
            process.send_signal(signal.SIGKILL)
        seen = [record.article.id for record in read_annotations(place(f"{s3}/killed/out"))]
        assert seen == [f"note-{number}" for number in range(len(seen))]
    assert subprocess.run(command, timeout=300, check=False).returncode == 0
    assert read_tables(place(f"{s3}/killed/out")) == read_tables(tmp_path / "whole")


def _entries(url: str) -> int:
    folder = place(f"{url}/journal")
    assert not isinstance(folder, Path)
    folder.fs.invalidate_cache()
    return len(folder.fs.find(folder.path))


def test_the_command_says_what_is_wrong_with_a_url(model: Path, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("ISIS attacked in Homs.")
    line = [sys.executable, "-c", "from conflict_events.cli import app; app()", "annotate", str(tmp_path / "a.txt")]
    for url, message in (("nosuch://bucket/out", "nosuch"), ("memory://out.jsonl", "--format parquet")):
        ran = subprocess.run(
            [*line, "--model", str(model), "-o", url], capture_output=True, text=True, timeout=120, check=False
        )
        assert (ran.returncode, "Traceback" in ran.stderr) == (2, False)
        assert message in ran.stderr

"""``annotate --update``: results follow the articles, in every store: edited ones are done anew, those gone leave."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest
from typer.testing import CliRunner

from conflict_events.api import read
from conflict_events.batch.articles import Selection
from conflict_events.batch.engines import LocalEngine
from conflict_events.batch.reading_back import annotations_of, read_tables
from conflict_events.batch.run import Summary, build_manifest, run_to_store
from conflict_events.batch.stores import FORMATS, Store, StoreError, guess_format, open_store
from conflict_events.batch.updating import OutOfDate, find_out_of_date
from conflict_events.cli import app
from conflict_events.reading import read_articles
from small_model import article


@pytest.fixture
def news(tmp_path: Path) -> Path:
    """A folder of articles, one a file."""
    folder = tmp_path / "news"
    folder.mkdir()
    for number in range(6):
        write(folder / f"note-{number}.txt", article(number)["text"])
    return folder


def write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


def annotate(engine: LocalEngine, inputs: Sequence[Path], output: Path, *, update: bool = False) -> Summary:
    """A run as the command makes it, without loading a model each time."""
    names = [str(path) for path in inputs]
    chosen = guess_format(output)
    store = open_store(output, chosen)

    def out_of_date(store: Store) -> OutOfDate:
        return find_out_of_date(store.entries(), annotations_of(store), read_articles(names), names, Selection())

    try:
        manifest = build_manifest(store_format=chosen, inputs=names, model={"name": "small"}, options={})
        hook = out_of_date if update else None
        return run_to_store(read_articles(names), engine, store, manifest, update=hook, shard_articles=2)
    finally:
        store.close()


def figures(output: Path) -> dict[str, str]:
    """The first figure of each article."""
    return {
        record.article.id: next(entity.text for entity in record.entities if entity.label == "CASUALTY")
        for record in read(output)
    }


def rows(output: Path) -> dict[str, list[dict[str, object]]]:
    """Every table without its order: articles done anew come last."""
    tables = read_tables(output)
    return {name: sorted(table.to_pylist(), key=str) for name, table in tables.items()}


@pytest.mark.parametrize("store_format", FORMATS)
def test_the_results_are_those_of_a_fresh_run(
    engine: LocalEngine, news: Path, tmp_path: Path, store_format: str
) -> None:
    output, fresh = tmp_path / f"out.{store_format}", tmp_path / f"fresh.{store_format}"
    annotate(engine, [news], output)
    assert figures(output)["note-1"] == "Three"
    write(news / "note-1.txt", "Ten civilians were killed in an attack by ISIS near Al-Sokhna in Homs.")
    (news / "note-2.txt").unlink()
    write(news / "note-6.txt", article(6)["text"])
    result = annotate(engine, [news], output, update=True)
    assert (result.annotated, result.edited, result.removed) == (2, 1, 1)
    annotate(engine, [news], fresh)
    assert figures(output)["note-1"] == "Ten"
    assert rows(output) == rows(fresh)
    again = annotate(engine, [news], output, update=True)
    assert (again.annotated, again.edited, again.removed, again.done_before) == (0, 0, 0, 6)
    assert rows(output) == rows(fresh)


@pytest.mark.parametrize("store_format", FORMATS)
def test_without_it_nothing_is_taken_out(engine: LocalEngine, news: Path, tmp_path: Path, store_format: str) -> None:
    output = tmp_path / f"out.{store_format}"
    annotate(engine, [news], output)
    write(news / "note-1.txt", "Ten civilians were killed in an attack by ISIS near Al-Sokhna in Homs.")
    (news / "note-2.txt").unlink()
    annotate(engine, [news], output)
    assert sorted(record.article.id for record in read(output)) == [
        *(f"note-{number}" for number in (0, 1)),
        "note-1-2",
        *(f"note-{number}" for number in (2, 3, 4, 5)),
    ]


def test_records_of_other_files_stay(engine: LocalEngine, news: Path, tmp_path: Path) -> None:
    later = tmp_path / "later"
    later.mkdir()
    write(later / "note-1.txt", "Five members of regime forces were killed by ISIS in Homs.")
    output = tmp_path / "out"
    annotate(engine, [news], output)
    result = annotate(engine, [later], output, update=True)
    assert (result.edited, result.removed) == (0, 0)
    assert len(list(read(output))) == 7


def test_records_of_what_cannot_be_read_stay(engine: LocalEngine, news: Path, tmp_path: Path) -> None:
    """A disk that is not there, or a damaged file, takes nothing away."""
    output, away = tmp_path / "out", tmp_path / "away"
    annotate(engine, [news], output)
    shutil.move(news, away)
    annotate(engine, [news], output, update=True)
    news.mkdir()
    annotate(engine, [news], output, update=True)
    shutil.copytree(away, news, dirs_exist_ok=True)
    write(news / "note-1.txt", "")
    annotate(engine, [news], output, update=True)
    assert len(list(read(output))) == 6


def test_rows_with_ids_of_their_own_are_followed_across_files(engine: LocalEngine, tmp_path: Path) -> None:
    may, june, output = tmp_path / "may.jsonl", tmp_path / "june.jsonl", tmp_path / "out"
    write(may, "".join(json.dumps(article(number)) + "\n" for number in range(3)))
    annotate(engine, [may], output)
    corrected = article(1) | {"text": "Ten civilians were killed in an attack by ISIS near Al-Sokhna in Homs."}
    write(june, "".join(json.dumps(one) + "\n" for one in (article(3), corrected)))
    result = annotate(engine, [june], output, update=True)
    assert result.edited == 1
    assert figures(output) == {"note-0": "Two", "note-1": "Ten", "note-2": "Five", "note-3": "Nine"}


def test_numbered_rows_are_known_by_what_they_say(engine: LocalEngine, tmp_path: Path) -> None:
    table, output = tmp_path / "news.csv", tmp_path / "out"
    texts = [article(number)["text"].partition("\n")[0] for number in range(4)]
    write(table, "text\n" + "\n".join(texts) + "\n")
    annotate(engine, [table], output)
    write(table, "text\n" + "\n".join([texts[0], *texts[2:]]) + "\n")
    annotate(engine, [table], output, update=True)
    assert sorted(figures(output).values()) == ["Five", "Nine", "Two"]


def test_what_failed_before_is_tried_again(engine: LocalEngine, news: Path, tmp_path: Path) -> None:
    output = tmp_path / "out"
    write(news / "note-1.txt", "")
    assert annotate(engine, [news], output).failed == 1
    write(news / "note-1.txt", article(1)["text"])
    summary = annotate(engine, [news], output, update=True)
    assert (summary.annotated, summary.failed, summary.failed_before) == (1, 0, 0)
    assert len(list(read(output))) == 6


def test_the_command_says_what_it_replaced_and_took_out(model: Path, news: Path, tmp_path: Path) -> None:
    line = ["annotate", str(news), "-o", str(tmp_path / "out.jsonl"), "--model", str(model)]
    CliRunner().invoke(app, line)
    write(news / "note-1.txt", "Ten civilians were killed in an attack by ISIS near Al-Sokhna in Homs.")
    (news / "note-2.txt").unlink()
    result = CliRunner().invoke(app, [*line, "--update"])
    assert result.exit_code == 0, result.output
    assert "1 edited and done anew, 1 no longer there and taken out" in result.output


@pytest.mark.parametrize(
    "line", [["news", "-o", "out", "--limit", "3"], ["-", "-o", "out"], ["news"]], ids=["limit", "stdin", "no output"]
)
def test_what_cannot_be_compared_is_refused(line: list[str]) -> None:
    result = CliRunner().invoke(app, ["annotate", *line, "--update"])
    assert result.exit_code == 2
    assert "leave out --limit, and name files" in result.output


@pytest.mark.parametrize("store_format", ["jsonl", "csv", "parquet"])
def test_an_update_that_was_cut_off_is_finished(
    engine: LocalEngine, news: Path, tmp_path: Path, store_format: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a power cut while files are moved: reading is refused, and the next run puts the others in their places."""
    output, before = tmp_path / f"out.{store_format}", tmp_path / "before"
    annotate(engine, [news], output)
    folder = tmp_path / f"{output.name}.run" if store_format == "jsonl" else output
    shutil.copytree(tmp_path, before, ignore=shutil.ignore_patterns("before", "news"))
    (news / "note-2.txt").unlink()
    annotate(engine, [news], output, update=True)
    whole = rows(output)

    store = open_store(before / output.name, store_format)
    monkeypatch.setattr(store, "_finish_removal", lambda: None)  # the power goes before the first file is moved
    store.remove({"note-2": dict.fromkeys(whole, 0)})
    store.close()
    removal = before / folder.name / ".removal"
    assert removal.is_dir()
    with pytest.raises(StoreError, match="was cut off"):
        read(before / output.name)
    open_store(before / output.name, store_format).close()
    assert rows(before / output.name) == whole
    assert not removal.exists()

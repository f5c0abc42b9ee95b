"""A question reads the results and nothing else, and its answer is safe to show and to open."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner

from conflict_events.api import Corpus
from conflict_events.batch.queries import QuestionError, answer, printable
from conflict_events.cli import app
from made_records import made_annotation

SECRET = "the secret of another file"


@pytest.fixture(params=["parquet", "duckdb", "jsonl"])
def results(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    corpus = Corpus([made_annotation("a1")])
    if request.param == "parquet":
        corpus.to_parquet(tmp_path / "it's results")
        return tmp_path / "it's results"
    if request.param == "duckdb":
        corpus.to_duckdb(tmp_path / "results.duckdb")
        return tmp_path / "results.duckdb"
    (tmp_path / "results.jsonl").write_text(made_annotation("a1").model_dump_json() + "\n", encoding="utf-8")
    return tmp_path / "results.jsonl"


@pytest.mark.parametrize(
    "sql",
    [
        "select * from read_text('{file}')",
        "select * from '{file}'",
        "select * from read_csv('{file}')",
        "select * from glob('{folder}/*')",
        "copy events to '{folder}/new.csv'",
        "attach '{folder}/new.db'",
        "export database '{folder}/new'",
        "install httpfs",
        "set enable_external_access = true",
        "select 1; copy events to '{folder}/new.csv'",
        "explain analyze copy events to '{folder}/new.csv'",
        "drop view events",
    ],
)
def test_a_question_reaches_no_other_file(results: Path, sql: str, tmp_path: Path) -> None:
    file = tmp_path / "secret.csv"
    file.write_text(SECRET, encoding="utf-8")
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises((duckdb.Error, QuestionError)):
        answer(results, sql.format(file=file, folder=tmp_path))
    assert sorted(tmp_path.rglob("*")) == before
    assert answer(results, "select count(*) as n from articles", "csv") == "n\n1\n"


def test_the_results_themselves_cannot_be_written_over(tmp_path: Path) -> None:
    Corpus([made_annotation("a1")]).to_parquet(tmp_path / "results")
    part = next((tmp_path / "results" / "events.parquet").glob("*.parquet"))
    before = part.read_bytes()
    with pytest.raises(QuestionError, match="SELECT"):
        answer(tmp_path / "results", f"copy articles to '{part}' (use_tmp_file false)")
    assert part.read_bytes() == before


def test_files_are_open_where_the_user_says_so(results: Path, tmp_path: Path) -> None:
    (tmp_path / "more.csv").write_text("x\n7\n", encoding="utf-8")
    assert answer(results, f"select x from '{tmp_path}/more.csv'", "csv", allow_files=True) == "x\n7\n"


def test_a_csv_cell_is_no_formula(results: Path) -> None:
    text = answer(results, "select '=1+1' as a, '@x' as b, -3 as c, 'plain' as d, [1] as e", "csv")
    assert list(csv.reader(io.StringIO(text)))[1] == ["'=1+1", "'@x", "-3", "plain", "[1]"]


@pytest.mark.parametrize("form", ["table", "csv", "json"])
def test_nothing_that_steers_a_terminal_is_in_an_answer(results: Path, form: str) -> None:
    sql = "select chr(27) || '[31m' as \"a\x1b[2J\", chr(155) as b, chr(8238) as c, 'ليبيا' as d"
    text = answer(results, sql, form)
    assert not set(text) & {"\x1b", "\x9b", "\u202e"}
    assert "ليبيا" in text
    if form == "json":
        assert list(json.loads(text)[0].values())[:3] == ["\x1b[31m", "\x9b", "\u202e"]


def test_columns_of_one_name_do_not_hide_each_other(results: Path) -> None:
    assert json.loads(answer(results, "select 1 as n, 2 as n", "json")) == [{"n": 1, "n_2": 2}]


def test_values_that_json_has_not(results: Path) -> None:
    sql = "select 'nan'::double as a, map {date '2020-01-01': 'inf'::double} as b, date '2020-01-01' as c"
    assert json.loads(answer(results, sql, "json")) == [{"a": None, "b": {"2020-01-01": None}, "c": "2020-01-01"}]


@pytest.mark.parametrize(
    "sql",
    [
        "",
        " ; ",
        "select",
        "select nothing",
        "select 1; select 2",
        "select interval 99999999 years",
        "\udcff",
        "select '",
    ],
)
def test_whatever_is_typed_ends_in_words(sql: str, tmp_path: Path) -> None:
    Corpus([made_annotation("a1")]).to_parquet(tmp_path / "results")
    result = CliRunner().invoke(app, ["query", str(tmp_path / "results"), sql])
    assert result.exit_code == 2
    assert result.exception is None or isinstance(result.exception, SystemExit)
    assert result.output.strip()


def test_a_message_carries_no_escape_of_the_data(tmp_path: Path) -> None:
    Corpus([made_annotation("a1")]).to_parquet(tmp_path / "results")
    result = CliRunner().invoke(app, ["query", str(tmp_path / "results"), "select error(chr(27) || '[31mred')"])
    assert result.exit_code == 2
    assert "\x1b[31m" not in result.output
    assert "\\x1b[31mred" in result.output


def test_a_store_with_a_truncated_part_is_refused_in_words(tmp_path: Path) -> None:
    Corpus([made_annotation("a1")]).to_parquet(tmp_path / "results")
    part = next((tmp_path / "results" / "events.parquet").glob("*.parquet"))
    part.write_bytes(part.read_bytes()[:40])
    result = CliRunner().invoke(app, ["query", str(tmp_path / "results"), "select * from events"])
    assert result.exit_code == 2
    assert result.exception is None or isinstance(result.exception, SystemExit)


def test_printable_keeps_lines_and_letters() -> None:
    assert printable("a\tb\nحلب \x07\u202e\U000e0001") == "a\tb\nحلب \\x07\\u202e\\U000e0001"

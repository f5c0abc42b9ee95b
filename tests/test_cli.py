"""The command as scripts use it: exit codes, what it writes where, what it says."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from conflict_events.cli import app
from conflict_events.cli.app import COMMANDS
from small_model import article


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    path = tmp_path / "corpus.jsonl"
    path.write_text("".join(json.dumps(article(number)) + "\n" for number in range(6)))
    return path


def run(*arguments: object, stdin: str | None = None) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments], input=stdin)


def annotate(corpus: object, model: Path, *more: object, stdin: str | None = None) -> Result:
    return run("annotate", corpus, "--model", model, *more, stdin=stdin)


def test_help_lists_all_commands_without_importing_what_takes_seconds() -> None:
    """So that it answers at once; seconds themselves are a matter of the machine."""
    heavy = (
        "spacy",
        "thinc",
        "pandas",
        "pyarrow",
        "duckdb",
        "pydantic",
        "sklearn",
        "scipy",
        "trafilatura",
        "dateparser",
    )
    lines = ["import sys", "from conflict_events.cli import app"]
    lines += ["try: app(['--help'])", f"finally: print([name for name in {heavy} if name in sys.modules])"]
    ran = subprocess.run([sys.executable, "-c", "\n".join(lines)], capture_output=True, text=True, check=False)
    assert all(f" {name} " in ran.stdout for name in COMMANDS)
    assert ran.stdout.rstrip().splitlines()[-1] == "[]"


@pytest.mark.parametrize("name", list(COMMANDS))
def test_every_command_has_help(name: str) -> None:
    result = run(name, "--help")
    assert result.exit_code == 0, result.output
    assert "Usage:" in result.output


def test_json_lines_to_standard_output(corpus: Path, model: Path) -> None:
    result = annotate(corpus, model)
    assert result.exit_code == 0, result.output
    assert [json.loads(line)["article"]["id"] for line in result.stdout.splitlines()] == [
        f"note-{number}" for number in range(6)
    ]
    assert result.stderr.startswith("6 articles, 6 events in ")


def test_standard_input(model: Path) -> None:
    result = annotate("-", model, stdin="ISIS attacked regime forces in Homs.")
    assert json.loads(result.stdout)["article"]["id"] == "stdin"


@pytest.mark.parametrize(
    ("output", "store_format", "file"),
    [
        ("out.jsonl", None, "out.jsonl"),
        ("out.txt", "jsonl", "out.txt"),
        ("tables", "csv", "tables/events.csv"),
        ("out.csv", None, "out.csv/events.csv"),
        ("tables", None, "tables/events.parquet/part-00000.parquet"),
        ("out.duckdb", None, "out.duckdb"),
        ("new/folder/out.jsonl", None, "new/folder/out.jsonl"),
    ],
)
def test_the_format_is_given_or_guessed(
    corpus: Path, model: Path, tmp_path: Path, output: str, store_format: str | None, file: str
) -> None:
    more = ["--format", store_format] if store_format else []
    result = annotate(corpus, model, "--output", tmp_path / output, *more)
    assert (result.exit_code, result.stdout) == (0, "")
    assert (tmp_path / file).is_file()


def test_to_is_another_word_for_format(corpus: Path, model: Path, tmp_path: Path) -> None:
    assert annotate(corpus, model, "-o", tmp_path / "x", "--to", "duckdb").exit_code == 0
    assert (tmp_path / "x").read_bytes()[8:12] == b"DUCK"


def test_limit_since_and_field(model: Path, tmp_path: Path) -> None:
    file = tmp_path / "c.csv"
    file.write_text("key,when,what\na,2023-01-01,ISIS fled.\nb,2023-02-01,ISIS fled Homs.\nc,2023-03-01,ISIS left.\n")
    more = ["--field", "text=what", "--field", "published=when", "--since", "2023-02-01", "--limit", "1"]
    result = annotate(file, model, *more)
    assert [json.loads(line)["article"]["id"] for line in result.stdout.splitlines()] == ["b"]
    assert "1 left out by --since" in result.stderr


def test_the_outlet_is_told(model: Path) -> None:
    result = annotate("-", model, "--outlet", "npa", stdin="ISIS attacked regime forces in Homs.")
    assert json.loads(result.stdout)["article"]["outlet"] == "npa"


def test_a_bad_record_is_an_error_of_its_own(corpus: Path, model: Path, tmp_path: Path) -> None:
    corpus.write_text(corpus.read_text() + '{"id": "no text"}\n')
    errors = tmp_path / "bad.jsonl"
    result = annotate(corpus, model, "-o", tmp_path / "out.jsonl", "--errors", errors)
    assert result.exit_code == 1
    assert "6 articles, 6 events, 1 failed" in result.stderr
    (error,) = errors.read_text().splitlines()
    assert json.loads(error)["source"] == f"{corpus}#7"
    assert "no field that holds a text" in json.loads(error)["reason"]


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["/nowhere/at/all.txt"], 3, "no such file or folder"),
        (["-", "--since", "May"], 2, "write a day as 2023-05-31"),
        (["-", "--field", "text"], 2, "write FIELD=COLUMN"),
        (["-", "--format", "xlsx", "-o", "x"], 2, "choose one of jsonl, csv, parquet, duckdb"),
        (["-", "--engine", "dask"], 2, "choose local or ray"),
        (["-", "--profiles", "/nowhere.toml"], 2, "no such file"),
        (["-", "--output", "/proc/nowhere/out.jsonl"], 4, "cannot be written"),
    ],
)
def test_what_goes_wrong_is_said_with_an_exit_code(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], code: int, says: str
) -> None:
    monkeypatch.chdir(tmp_path)
    result = annotate(arguments[0], model, *arguments[1:], stdin="ISIS attacked.")
    assert (result.exit_code, says in result.stderr) == (code, True), result.output


def test_a_model_that_is_not_there(corpus: Path) -> None:
    result = run("annotate", corpus, "--model", "/nowhere")
    assert result.exit_code == 2
    assert "no trained pipeline" in result.stderr


def test_going_on_restarting_and_refusing(corpus: Path, model: Path, tmp_path: Path) -> None:
    output = tmp_path / "out.jsonl"
    assert annotate(corpus, model, "-o", output).exit_code == 0
    assert "6 done before" in annotate(corpus, model, "-o", output).stderr
    refused = annotate(corpus, model, "-o", output, "--outlet", "npa")
    assert refused.exit_code == 2
    assert "outlet was not given, is npa" in refused.stderr
    assert annotate(corpus, model, "-o", output, "--outlet", "npa", "--restart").exit_code == 0
    assert len(output.read_text().splitlines()) == 6


def test_results_of_other_rules_are_refused(corpus: Path, model: Path, tmp_path: Path) -> None:
    """Records of an older version of the package would otherwise stand among new ones, unseen."""
    output = tmp_path / "out"
    assert annotate(corpus, model, "-o", output).exit_code == 0
    manifest = json.loads((output / "manifest.json").read_text())
    manifest["model"]["rules"] = "of another version"
    (output / "manifest.json").write_text(json.dumps(manifest))
    refused = annotate(corpus, model, "-o", output)
    assert refused.exit_code == 2
    assert "model rules was of another version" in refused.stderr


@pytest.fixture
def results(corpus: Path, model: Path, tmp_path: Path) -> Path:
    assert annotate(corpus, model, "-o", tmp_path / "results").exit_code == 0
    return tmp_path / "results"


def test_query(results: Path) -> None:
    sql = "select count(*) as n, min(date_start) as first from events"
    assert run("query", results, sql, "--format", "csv").stdout == "n,first\n6,2023-05-01\n"
    assert json.loads(run("query", results, sql, "--format", "json").stdout) == [{"n": 6, "first": "2023-05-01"}]
    assert run("query", results, sql).stdout.splitlines() == ["n  first", "-  ----------", "6  2023-05-01", "(1 rows)"]


def test_query_that_is_wrong(results: Path, tmp_path: Path) -> None:
    wrong = run("query", results, "select nothing from events")
    assert wrong.exit_code == 2
    assert "cannot be answered" in wrong.stderr
    nothing = run("query", tmp_path, "select 1")
    assert nothing.exit_code == 2
    assert "no results of `conflict-events annotate`" in nothing.stderr


def test_export(results: Path, tmp_path: Path) -> None:
    file = tmp_path / "acled.csv"
    result = run("export", results, "--to", "acled", "-o", file)
    assert (result.exit_code, result.stdout) == (0, "")
    assert file.read_text(encoding="utf-8-sig").startswith("event_id_cnty,event_date,year,")
    assert len(file.read_text().splitlines()) == 7
    assert "6 rows by ACLED Codebook" in result.stderr
    assert run("export", results, "--to", "acled").stdout.startswith("\ufeffevent_id_cnty")


def test_export_that_is_wrong(results: Path) -> None:
    assert run("export", results, "--to", "prio").exit_code == 2
    assert "acled has the options" in run("export", results, "--to", "acled", "--option", "x=1").stderr

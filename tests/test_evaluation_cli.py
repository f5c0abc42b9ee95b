"""``conflict-events evaluate``: what it takes, what it writes, how it ends."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from conflict_events.cli import app

DATA = Path(__file__).parent / "data" / "evaluation"
GOLD, ANNOTATIONS, CODED = (str(DATA / name) for name in ("gold.jsonl", "annotations.jsonl", "coded.csv"))


def call(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["evaluate", *arguments])


def written(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def test_summary_and_files(tmp_path: Path) -> None:
    report, figures, tables = tmp_path / "sub" / "r.html", tmp_path / "r.json", tmp_path / "csv"
    result = call(ANNOTATIONS, GOLD, "--report", str(report), "--json", str(figures), "--csv", str(tables))
    assert result.exit_code == 0, result.output
    assert "Casualties: F1" in result.output
    assert "0.769" in result.output
    assert report.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert written(figures)["models"] == ["annotations.jsonl"]
    assert (tables / "errors.csv").is_file()


def test_the_same_command_gives_the_same_figures(tmp_path: Path) -> None:
    texts = []
    for name in ("a", "b"):
        assert call(ANNOTATIONS, GOLD, "--json", str(tmp_path / name), "--date", "2024-05-01").exit_code == 0
        texts.append((tmp_path / name).read_text(encoding="utf-8"))
    assert texts[0] == texts[1]
    call(ANNOTATIONS, GOLD, "--json", str(tmp_path / "c"), "--seed", "5")
    assert written(tmp_path / "c")["figures"] != json.loads(texts[0])["figures"]


def test_several_data_files_are_pooled_and_told_apart(tmp_path: Path) -> None:
    assert call(ANNOTATIONS, GOLD, CODED, "--json", str(tmp_path / "r.json")).exit_code == 0
    rows = {row["name"]: row["models"][0] for row in written(tmp_path / "r.json")["figures"]}
    assert rows["killed_exact"]["cases"] == 8
    assert rows["killed_exact[data=coded.csv]"]["cases"] == rows["killed_exact[data=gold.jsonl]"]["cases"] == 4


@pytest.mark.parametrize(
    ("limit", "code", "message"),
    [
        ("casualty_f1=0.7", 0, ""),
        ("casualty_f1=0.85", 1, "casualty_f1 is 0.7692, under 0.85"),
        ("entity_f1[label=LOCATION]=0.9", 1, "under 0.9"),
        ("casualty_part_precision=0", 1, "has no cases"),
        ("casualty=0.7", 2, "no such figure; there are: entity_precision"),
        ("killed_bias=0", 2, "choose another"),
        ("casualty_f1", 2, "write FIGURE=VALUE"),
        ("casualty_f1=good", 2, "write FIGURE=VALUE"),
    ],
)
def test_fail_under(limit: str, code: int, message: str) -> None:
    result = call(ANNOTATIONS, GOLD, "--fail-under", limit)
    assert result.exit_code == code, result.output
    assert message in result.output


def test_compare_says_what_got_better_and_what_changed(tmp_path: Path) -> None:
    older = tmp_path / "older.jsonl"
    rows = [json.loads(line) for line in Path(ANNOTATIONS).read_text(encoding="utf-8").splitlines()]
    older.write_text("".join(json.dumps({**row, "events": []}) + "\n" for row in rows), encoding="utf-8")
    result = call("--compare", str(older), ANNOTATIONS, GOLD, "--json", str(tmp_path / "r.json"))
    assert result.exit_code == 0, result.output
    assert "annotations.jsonl against older.jsonl: 3 articles changed" in result.output
    rows = {row["name"]: row for row in written(tmp_path / "r.json")["comparison"]["figures"]}
    assert rows["casualty_recall"]["difference"] == 1.0
    assert rows["entity_f1"]["difference"] == 0.0
    assert rows["entity_f1"]["verdict"] == "same"


def test_two_models_of_one_name_are_told_apart(tmp_path: Path) -> None:
    copy = tmp_path / "annotations.jsonl"
    copy.write_bytes(Path(ANNOTATIONS).read_bytes())
    assert call(ANNOTATIONS, str(copy), GOLD, "--json", str(tmp_path / "r.json")).exit_code == 0
    assert written(tmp_path / "r.json")["models"] == ["annotations.jsonl (1)", "annotations.jsonl (2)"]


def test_columns_of_a_table_by_option(tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    table.write_text(Path(CODED).read_text(encoding="utf-8").replace("id,text,killed,injured", "nr,said,dead1,hurt1"))
    names = ("--text-column", "said", "--killed-column", "dead1", "--injured-column", "hurt1", "--id-column", "nr")
    result = call(ANNOTATIONS, str(table), *names, "--json", str(tmp_path / "r.json"))
    assert result.exit_code == 0, result.output
    rows = {row["name"]: row["models"][0] for row in written(tmp_path / "r.json")["figures"]}
    assert (rows["killed_exact"]["value"], rows["injured_exact"]["cases"]) == (0.5, 3)


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        ((ANNOTATIONS, "nowhere.jsonl"), 2, "neither a model nor data"),
        (("--compare", ANNOTATIONS, GOLD), 2, "--compare takes two models"),
        ((ANNOTATIONS, GOLD, "--part", "best"), 2, "choose one of test, dev, train, all"),
        ((ANNOTATIONS, GOLD, "--date", "yesterday"), 2, "yesterday"),
        ((ANNOTATIONS, CODED, "--killed-column", "dead"), 3, "no column 'dead'"),
    ],
)
def test_wrong_calls(arguments: tuple[str, ...], code: int, message: str) -> None:
    result = call(*arguments)
    assert result.exit_code == code, result.output
    assert message in result.output


def test_results_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    result = call(ANNOTATIONS, GOLD, "--json", str(tmp_path / "file" / "r.json"))
    assert result.exit_code == 4
    assert "cannot be written" in result.output

"""A corpus goes on with a retrained model, and nothing is done again."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from conflict_events.cli import app
from small_model import article, write_small_model


@pytest.fixture
def models(tmp_path: Path) -> tuple[Path, Path]:
    """The small model, and one of a later version."""
    old = write_small_model(tmp_path)
    new = tmp_path / "small-0.1.0"
    shutil.copytree(old, new)
    meta = json.loads((new / "meta.json").read_text(encoding="utf-8")) | {"version": "0.1.0"}
    (new / "meta.json").write_text(json.dumps(meta), encoding="utf-8")
    return old, new


def annotate(tmp_path: Path, model: Path, number: int, *options: str) -> tuple[int, str]:
    lines = "".join(json.dumps(article(one)) + "\n" for one in range(number))
    (tmp_path / "news.jsonl").write_text(lines, encoding="utf-8")
    out = str(tmp_path / "out.jsonl")
    arguments = ["annotate", str(tmp_path / "news.jsonl"), "--output", out, "--model", str(model), *options]
    result = CliRunner().invoke(app, arguments)
    return result.exit_code, result.output


def test_it_goes_on_only_where_asked_and_each_record_says_its_model(tmp_path: Path, models: tuple[Path, Path]) -> None:
    old, new = models
    assert annotate(tmp_path, old, 2)[0] == 0
    first = (tmp_path / "out.jsonl").read_bytes()
    code, output = annotate(tmp_path, new, 3)
    assert code == 2
    assert "--keep-old" in output
    assert annotate(tmp_path, new, 3, "--keep-old")[0] == 0
    assert (tmp_path / "out.jsonl").read_bytes().startswith(first)
    records = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [record["model"]["version"] for record in records] == ["0.0.1", "0.0.1", "0.1.0"]
    assert annotate(tmp_path, new, 4)[0] == 0
    manifest = json.loads((tmp_path / "out.jsonl.run" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["model"]["version"] == "0.1.0"
    assert [model["version"] for model in manifest["earlier_models"]] == ["0.0.1"]


def test_other_options_are_refused_all_the_same(tmp_path: Path, models: tuple[Path, Path]) -> None:
    old, new = models
    assert annotate(tmp_path, old, 1)[0] == 0
    code, output = annotate(tmp_path, new, 2, "--keep-old", "--outlet", "sohr")
    assert code == 2
    assert "outlet" in output

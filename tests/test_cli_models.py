"""``conflict-events models``: list, choose, go back."""

from __future__ import annotations

from pathlib import Path

import pytest
import spacy
from rich.console import Console
from typer.testing import CliRunner

import conflict_events.cli.models as command
from conflict_events.models import default_of


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two versions; the command looks in this folder instead of the checkout's."""
    for version, score in (("0.1.0", 0.8), ("0.2.0", 0.9)):
        facts = {"trained": "from the corpus", "scores": {"test": {"ALL": {"f1": score}}}}
        spacy.blank("en", meta={"conflict_events": facts}).to_disk(tmp_path / f"cpu-{version}")
    (tmp_path / "default").write_text("cpu-0.2.0\n", encoding="utf-8")
    monkeypatch.setattr(command, "model_folders", lambda: [tmp_path])
    monkeypatch.setattr("conflict_events.models.model_folders", lambda: [tmp_path])
    return tmp_path


@pytest.mark.usefixtures("folder")
def test_versions_scores_and_the_default_are_listed() -> None:
    result = CliRunner().invoke(command.models_app, [])
    assert result.exit_code == 0
    rows = [line.replace("│", " ").split() for line in result.output.splitlines() if "cpu-" in line]
    assert [row[:3] for row in rows] == [["cpu-0.1.0", "0.800", "–"], ["*", "cpu-0.2.0", "0.900"]]


def test_going_back_is_one_command(folder: Path) -> None:
    result = CliRunner().invoke(command.models_app, ["use", "0.1.0"])
    assert "cpu-0.1.0 is the default now" in result.output
    assert default_of(folder) == "cpu-0.1.0"
    wrong = CliRunner().invoke(command.models_app, ["use", "0.7.0"])
    assert wrong.exit_code == 2
    assert "there is: cpu-0.1.0, cpu-0.2.0" in wrong.output


def test_names_are_whole_at_80_columns(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    name = "conflict-events-transformer-of-the-desk-0.12.0"
    facts = {"trained": "further, from conflict-events-transformer-of-the-desk-0.11.0"}
    spacy.blank("en", meta={"conflict_events": facts}).to_disk(folder / name)
    monkeypatch.setattr(command, "console", Console(soft_wrap=True, width=80))
    result = CliRunner().invoke(command.models_app, [])
    assert name in result.output


def test_a_pointer_to_nothing_is_told_with_the_list(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CONFLICT_EVENTS_MODEL", raising=False)
    (folder / "default").write_text("cpu-0.7.0\n", encoding="utf-8")
    result = CliRunner().invoke(command.models_app, [])
    assert result.exit_code == 1
    assert "cpu-0.1.0" in result.output
    assert "names cpu-0.7.0, which is not there" in result.output

"""The README shows what the tool prints, and leads where it says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from conflict_events.cli.show import show
from conflict_events.models import ModelNotFoundError, resolve

PROJECT = Path(__file__).parents[1]
README = (PROJECT / "README.md").read_text(encoding="utf-8")


def block(mark: str) -> list[str]:
    """The lines of the fenced block after ``<!-- mark -->``."""
    found = re.search(rf"<!-- {re.escape(mark)} -->\n```\w*\n(.*?)```", README, re.DOTALL)
    assert found, f"README.md has no block after <!-- {mark} -->"
    return [line.rstrip() for line in found[1].splitlines()]


def test_the_output_shown_is_the_output(monkeypatch: pytest.MonkeyPatch) -> None:
    try:
        resolve()
    except ModelNotFoundError as error:
        pytest.skip(str(error))
    monkeypatch.chdir(PROJECT)
    app = typer.Typer()
    app.command()(show)
    result = CliRunner().invoke(app, ["docs/example/article.txt"], env={"COLUMNS": "80", "NO_COLOR": "1"})
    printed = [line.rstrip() for line in result.stdout.splitlines()]
    position = 0
    for line in (line for line in block("output: show") if line not in ("", "[…]")):
        assert line in printed[position:], f"show does not print this line of README.md (any more): {line!r}"
        position += printed[position:].index(line) + 1


def test_the_example_article_is_quoted_as_it_is() -> None:
    article = " ".join((PROJECT / "docs" / "example" / "article.txt").read_text(encoding="utf-8").split())
    quoted = re.search(r"(?:^> ?.*\n)+", README, re.MULTILINE)
    assert quoted
    words = " ".join(quoted[0].replace("\n>", "\n").lstrip("> ").replace("**", "").split())
    for part in words.split("[…]"):
        assert part.strip() in article


def test_every_file_that_the_readme_names_is_there() -> None:
    named = {target for target in re.findall(r"\]\(([^)#]+)\)", README) if "://" not in target}
    assert len(named) > 10
    assert sorted(target for target in named if not (PROJECT / target).exists()) == []


@pytest.mark.parametrize("name", ["install", "test"])
def test_continuous_integration_finds_the_commands(name: str) -> None:
    assert len(block(f"ci: {name}")) == 1
    assert f'run "$(readme {name})"' in (PROJECT / ".ci" / "run").read_text(encoding="utf-8")

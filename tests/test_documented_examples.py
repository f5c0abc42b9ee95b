"""What README and docs tell a user to type works as written, in any order, and nothing writes over anything."""

from __future__ import annotations

import doctest
import hashlib
import importlib
import re
import shlex
import shutil
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import spacy
from typer.testing import CliRunner

import conflict_events
from conflict_events.batch.model import ModelChoice
from conflict_events.cli import app
from conflict_events.cli.app import COMMANDS, _load
from conflict_events.models import ModelNotFoundError, resolve

PROJECT = Path(__file__).parents[1]
PAGES = [PROJECT / "README.md", *sorted((PROJECT / "docs").glob("*.md"))]
FENCED = re.compile(r"^ *```(\w*)\n(.*?)^ *```", re.DOTALL | re.MULTILINE)

#: Commands that are not run here, by how they begin, and why; their options are checked all the same.
NOT_RUN = {
    "conflict-events review events": "serves until Ctrl-C; test_review.py drives it",
    "conflict-events review results.jsonl": "serves until Ctrl-C; test_review.py drives it",
    "conflict-events review export": "test_review.py exports",
    "conflict-events train": "takes minutes; test_training.py and test_models.py train small models",
    "conflict-events models use": "changes the installed models; test_cli_models.py does it on others",
    "conflict-events evaluate": "reads hundreds of articles; test_evaluation_cli.py runs it on a few",
    "conflict-events annotate": "its inputs are only named; README's are there and run",
    "conflict-events query s3:": "needs S3; test_batch_remote.py",
    "conflict-events labels suggest": "its inputs are only named; README's are there and run",
    "conflict-events labels import": "its inputs are only named; README's are there and run",
    "conflict-events overview": "its inputs are only named; README's are there and run",
    "conflict-events models": "README's is run",
}


class Block(NamedTuple):
    """A fenced block of a page."""

    page: Path
    language: str
    text: str

    def commands(self) -> list[list[str]]:
        """Its lines that call the command line, as words; what stands before && (making an environment) is left out."""
        found = []
        for line in self.text.splitlines():
            for part in line.split("&&"):
                words = shlex.split(part, comments=True) if "conflict-events" in part else []
                if words and words[0].rsplit("/", 1)[-1] == "conflict-events":
                    found.append(["conflict-events", *words[1:]])
        return found


def blocks(page: Path) -> list[Block]:
    return [Block(page, *found) for found in FENCED.findall(page.read_text(encoding="utf-8"))]


README = blocks(PAGES[0])
EXAMPLES = [block for block in README if block.language == "python" or block.commands()]


@pytest.fixture(scope="module", autouse=True)
def one_pipeline() -> Iterator[None]:
    """The default pipeline is loaded once for all examples: each alone takes seconds."""
    try:
        resolve()
    except ModelNotFoundError as error:
        pytest.skip(str(error))
    loaded: dict[str, Any] = {}
    load = spacy.load

    def load_once(path: Path, config: Any = None) -> Any:
        if config:
            return load(path, config=config)
        if str(path) not in loaded:
            loaded[str(path)] = load(path)
        return loaded[str(path)]

    patch = pytest.MonkeyPatch()
    patch.setattr(spacy, "load", load_once)
    patch.setattr(ModelChoice, "load", lru_cache(ModelChoice.load))
    yield
    patch.undo()


def reason_not_to_run(words: list[str]) -> str | None:
    line = " ".join(words)
    return next((why for beginning, why in NOT_RUN.items() if line.startswith(beginning)), None)


def is_synopsis(words: list[str]) -> bool:
    """Whether a line says which options there are, in place of calling the command."""
    return any(re.search(r"^\[|\.\.\.$|\||^[A-Z]+$", word) for word in words[2:])


def content(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file() and path.name != ".lock")
    return {str(path.relative_to(folder)): hashlib.md5(path.read_bytes()).hexdigest() for path in files}


@pytest.mark.parametrize("order", ["as written", "turned round"])
def test_every_example_of_the_readme_runs_and_none_touches_what_another_wrote(
    order: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(PROJECT / "docs" / "example", tmp_path / "docs" / "example")
    monkeypatch.chdir(tmp_path)
    assert len(EXAMPLES) == 4, "install, use, Python, retrain"
    run = 0
    for block in EXAMPLES if order == "as written" else reversed(EXAMPLES):
        before = content(tmp_path)
        if block.language == "python":
            exec(compile(block.text, "README.md", "exec"), {})
            run += 1
        for words in block.commands():
            why = reason_not_to_run(words)
            if why is not None and words[1] not in ("annotate", "labels", "overview", "models"):
                continue
            if words[1:3] == ["labels", "suggest"] and order != "as written":  # it goes through the whole corpus
                continue
            result = CliRunner().invoke(app, words[1:])
            assert result.exit_code == 0, f"{' '.join(words)}: {result.output}{result.exception}"
            run += 1
            after = content(tmp_path)
            changed = {name for name, digest in before.items() if after.get(name) != digest}
            assert not changed, f"{' '.join(words)} changed {changed}"
            before = after
    assert run >= 12


LINES = [(block.page.name, words) for page in PAGES for block in blocks(page) for words in block.commands()]


@pytest.mark.parametrize(("page", "words"), LINES, ids=[f"{page}: {' '.join(words)[:70]}" for page, words in LINES])
def test_every_command_and_option_of_the_pages_is_there(page: str, words: list[str]) -> None:
    command: Any = app_command(words[1])
    rest = words[2:]
    while hasattr(command, "commands") and rest:
        if rest[0] not in command.commands and "open" in command.commands:  # `review RESULTS`
            rest = ["open", *rest]
        command, rest = command.commands[rest[0]], rest[1:]
    options = {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)}
    for word in rest:
        for option in re.findall(r"(?<![\w-])--?[a-z][\w.-]*", word):
            assert option in options or "." in option, f"{page} gives {option} to {words[1]}, which has none"
    if not is_synopsis(words) and page != "README.md":
        assert reason_not_to_run(words), f"{' '.join(words)}: run it in this file, or say in NOT_RUN why not"


def app_command(name: str) -> Any:
    assert name in COMMANDS, f"no command {name}"
    return _load(name)


# --- Python -----------------------------------------------------------------------------------------------------------

MY_FILES = {
    "my_places.csv": "name,lat,lon,country\nTaiba,35.0,38.9,Syria\n",
    "my_actors.csv": "name,kind\nValley Guard,militia\n",
    "my_table.csv": 'id,text,killed\nr1,"Two farmers were killed by ISIS in Homs.",2\n',
}
PYTHON = [
    block
    for page in PAGES[1:]
    for block in blocks(page)
    if block.language == "python" and ">>>" not in block.text and page.stem not in ("event-types", "exports")
]


@pytest.mark.parametrize("block", PYTHON, ids=lambda block: f"{block.page.stem}-{block.text.count(chr(10))}")
def test_python_examples_of_the_pages_run(block: Block, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name, text in MY_FILES.items():
        Path(name).write_text(text, encoding="utf-8")
    profile = re.search(r"```toml\n(id = .*?)```", (PROJECT / "docs" / "outlet-profiles.md").read_text(), re.DOTALL)
    assert profile
    Path("valley.toml").write_text(profile[1], encoding="utf-8")
    names = {"page": "AL-TAL (VP) - Two guards were killed.", "nlp": spacy.blank("en")}
    exec(compile(block.text, block.page.name, "exec"), names)


def modules_with_examples() -> list[str]:
    root = Path(conflict_events.__file__).parent
    found = [path.relative_to(root.parent) for path in root.rglob("*.py") if ">>> " in path.read_text(encoding="utf-8")]
    return sorted(".".join(path.with_suffix("").parts).removesuffix(".__init__") for path in found)


@pytest.mark.parametrize("name", modules_with_examples())
def test_examples_in_the_code_give_what_they_show(name: str) -> None:
    module = importlib.import_module(name)
    result = doctest.testmod(module, optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
    assert result.failed == 0

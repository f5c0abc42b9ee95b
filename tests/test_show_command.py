"""``conflict-events show``: what it reads, what it writes, what it says when it cannot."""

from __future__ import annotations

import gzip
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import spacy
import typer
from typer.testing import CliRunner

from conflict_events.api import Corpus
from conflict_events.cli.show import show
from conflict_events.models import ModelNotFoundError, resolve
from conflict_events.schema import Annotation

DATA = Path(__file__).parent / "data" / "show" / "annotations.jsonl"
ARTICLE = Path(__file__).parents[1] / "docs" / "example" / "article.txt"

app = typer.Typer()
app.command()(show)


def run(*arguments: str | Path) -> tuple[int, str, str]:
    """Exit code, standard output, standard error."""
    result = CliRunner().invoke(app, [str(argument) for argument in arguments], env={"COLUMNS": "80", "NO_COLOR": "1"})
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.stdout, result.stderr


@pytest.fixture(scope="module")
def pipeline(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small pipeline of real parts that labels ISIS and reads no event."""
    nlp = spacy.blank("en", config={"nlp": {"tokenizer": {"@tokenizers": "conflict_events.Tokenizer.v1"}}})
    nlp.add_pipe("entity_ruler").add_patterns([{"label": "ACTOR", "pattern": "ISIS"}])  # type: ignore[attr-defined]
    nlp.meta["name"], nlp.meta["version"] = "rules", "0.1"
    path = tmp_path_factory.mktemp("models") / "rules-0.1"
    nlp.to_disk(path)
    return path


@pytest.fixture
def without_text(tmp_path: Path) -> Path:
    record = json.loads(DATA.read_text(encoding="utf-8"))
    record["article"]["text"] = None
    path = tmp_path / "events.jsonl"
    path.write_text(json.dumps(record) + "\n", encoding="utf-8")
    return path


def test_an_article_is_read_and_shown(pipeline: Path, tmp_path: Path) -> None:
    article = tmp_path / "report.txt"
    article.write_text("Homs province\n\nIS*IS attacked a post.\n", encoding="utf-8")
    code, out, _ = run(article, "--model", pipeline)
    assert code == 0
    assert "{A:IS*IS} attacked a post." in out
    assert "no events; no tallies; no findings" in out
    assert "read by rules 0.1" in out


def test_the_outlet_can_be_named(pipeline: Path) -> None:
    _, out, _ = run(ARTICLE, "--model", pipeline, "--outlet", "SOHR")
    assert "sohr" in out


def test_annotations_with_their_texts_need_no_model() -> None:
    code, out, _ = run(DATA)
    assert code == 0
    assert "{C:Five} members of {A:regime forces}" in out
    assert "5 killed, at least 3 injured" in out


def test_compressed_annotations(tmp_path: Path) -> None:
    packed = tmp_path / "events.jsonl.gz"
    packed.write_bytes(gzip.compress(DATA.read_bytes()))
    code, out, _ = run(packed)
    assert code == 0
    assert "5 killed, at least 3 injured" in out


@pytest.mark.parametrize("write", [Corpus.to_parquet, Corpus.to_csv, Corpus.to_duckdb, Corpus.to_jsonl])
def test_results_of_any_format(tmp_path: Path, write: Callable[[Corpus, Path], None]) -> None:
    results = tmp_path / ("results.jsonl" if write is Corpus.to_jsonl else "results")
    write(Corpus([Annotation.model_validate_json(DATA.read_text(encoding="utf-8"))]), results)
    code, out, _ = run(results)
    assert code == 0
    assert "{C:Five} members of {A:regime forces}" in out


def test_annotations_find_their_text(without_text: Path) -> None:
    assert "give it with --text" in run(without_text)[1]
    code, out, _ = run(without_text, "--text", ARTICLE)
    assert code == 0
    assert "{C:Five} members of {A:regime forces}" in out


def test_annotations_refuse_another_text(without_text: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.txt"
    other.write_text("Another article, about something else.", encoding="utf-8")
    code, out, err = run(without_text, "--text", other)
    assert (code, out) == (2, "")
    assert "the text does not hold 'ISIS' at characters 0 to 4; give the text that was annotated" in err


def test_texts_of_many_articles_are_found_by_id(without_text: Path, tmp_path: Path) -> None:
    texts = tmp_path / "corpus.jsonl"
    records = [{"id": "other", "text": "Another."}, {"id": "article", "text": ARTICLE.read_text(encoding="utf-8")}]
    texts.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    assert "{C:Five} members" in run(without_text, "--text", texts)[1]


def test_html_writes_the_page(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    code, out, err = run(DATA, "--html", page)
    assert (code, out, err) == (0, "", f"{page}: 1 article\n")
    assert page.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


def test_a_bad_line_is_told_and_the_rest_is_shown(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    path.write_text(DATA.read_text(encoding="utf-8") + '{"schema_version": "1.0"}\n', encoding="utf-8")
    code, out, err = run(path)
    assert code == 1
    assert "5 killed" in out
    assert f"{path}#2: is no annotation (article: Field required)" in err


def test_a_line_that_is_no_utf8_is_told(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    path.write_bytes(DATA.read_bytes() + DATA.read_bytes().replace(b"Five", b"F\xefve"))
    code, out, err = run(path)
    assert (code, out.count("event 1 ")) == (1, 1)
    assert f"{path}#2: is no annotation" in err


def test_limit(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    path.write_text(DATA.read_text(encoding="utf-8") * 3, encoding="utf-8")
    assert run(path)[1].count("event 1 ") == 3
    assert run(path, "--limit", "2")[1].count("event 1 ") == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("missing.txt",), "missing.txt: no such file or folder; check the spelling"),
        ((ARTICLE, "--model", "nowhere"), "nowhere: no trained pipeline; give its directory"),
        ((ARTICLE, "--text", ARTICLE), "holds no annotations, so --text has no use"),
        ((DATA, "--text", "missing.txt"), "missing.txt: no such file or folder"),
        ((DATA, "--html", "missing/page.html"), "missing/page.html: No such file or directory; check the path"),
    ],
)
def test_what_cannot_be_done_is_said(
    arguments: tuple[str | Path, ...], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert said in err


def test_a_pipeline_of_another_project_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other"
    spacy.blank("en").to_disk(path)
    code, _, err = run(ARTICLE, "--model", path)
    assert code == 2
    assert "was not made by this project" in err


def test_the_readme_example_with_the_shipped_model(tmp_path: Path) -> None:
    try:
        resolve()
    except ModelNotFoundError as error:
        pytest.skip(str(error))
    article = Path(shutil.copy(ARTICLE, tmp_path))
    code, out, err = run(article)
    assert (code, err) == (0, "")
    assert "5 killed, at least 3 injured" in out
    assert "of them 1 killed: officer" in out
    assert "the parts add up to 40, not 41" in out

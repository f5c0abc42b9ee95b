"""``conflict-events labels``: import, export, suggest."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import spacy
from typer.testing import CliRunner

from conflict_events.cli.labels import labels_app
from conflict_events.corpus import LabelledArticle, read_corpus
from conflict_events.labels.suggest import suggest

DATA = Path(__file__).parent / "data" / "labels"


def run(*arguments: object) -> str:
    result = CliRunner().invoke(labels_app, [str(argument) for argument in arguments])
    assert result.exit_code == 0, result.output
    return result.output


def test_import_writes_the_source_form_and_lists_what_was_dropped(tmp_path: Path) -> None:
    output = run("import", DATA / "prodigy.jsonl", "-o", tmp_path / "new", "--outlet", "npa")
    assert "unknown label; map it, as in --map GPE=ACTOR" in output
    assert "1 changed, 1 dropped, 2 skipped" in output
    articles = list(read_corpus([tmp_path / "new" / "prodigy.txt"]))
    assert [(article.id, article.outlet, len(article.labels)) for article in articles] == [
        ("prodigy-0001", "npa", 3),
        ("npa-0042", "npa", 2),
    ]


def test_import_maps_labels_and_reports_as_json_lines(tmp_path: Path) -> None:
    report = tmp_path / "report.jsonl"
    run("import", DATA / "prodigy.jsonl", "-o", tmp_path / "a.txt", "--map", "GPE=LOCATION", "--report", report)
    notes = [json.loads(line) for line in report.read_text(encoding="utf-8").split("\n") if line]
    assert [note["kind"] for note in notes] == ["changed", "skipped", "skipped"]
    assert notes[1]["source"].endswith("prodigy.jsonl:2")
    (first, _) = read_corpus([tmp_path / "a.txt"])
    assert first.labels[-1].text == "Homs"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["import", "none.jsonl", "-o", "x"], "none.jsonl: no such file"),
        (["import", str(DATA / "prodigy.jsonl"), "-o", "x", "--map", "GPE"], "write THEIRS=OURS"),
        (["import", str(DATA / "prodigy.jsonl"), "-o", "x", "--offset-unit", "byte"], "codepoint or utf16"),
        (["import", str(DATA / "prodigy.jsonl"), "-o", "x", "--format", "gate"], "known are prodigy"),
    ],
)
def test_wrong_use_is_told_and_fails(arguments: list[str], message: str) -> None:
    result = CliRunner().invoke(labels_app, arguments)
    assert result.exit_code == 2
    assert message in result.output


def test_export_of_annotations_for_pre_labelling(tmp_path: Path) -> None:
    record = {
        "article": {"id": "a-1", "text": "ISIS left Homs."},
        "entities": [{"start": 0, "end": 4, "text": "ISIS", "label": "ACTOR"}],
        "model": {"name": "m", "version": "1"},
    }
    (tmp_path / "read.jsonl").write_text(json.dumps(record) + "\n", encoding="utf-8")
    run("export", tmp_path / "read.jsonl", "-o", tmp_path / "out.jsonl", "--format", "doccano")
    row = json.loads((tmp_path / "out.jsonl").read_text(encoding="utf-8"))
    assert row == {
        "text": "ISIS left Homs.",
        "label": [[0, 4, "ACTOR"]],
        "meta": {"article_id": "a-1", "outlet": "other", "suggested": True},
    }


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A recogniser that has learnt one sentence by heart, and nothing else."""
    nlp = spacy.blank("en", config={"nlp": {"tokenizer": {"@tokenizers": "conflict_events.Tokenizer.v1"}}})
    ner = nlp.add_pipe("ner")
    text = "Soldiers of the army killed two men near the town of Homs on Sunday morning after a long chase there."
    example = spacy.training.Example.from_dict(
        nlp.make_doc(text), {"entities": [(0, 8, "ACTOR"), (28, 31, "CASUALTY"), (53, 57, "LOCATION")]}
    )
    nlp.initialize(lambda: [example])
    for _ in range(40):
        nlp.update([example])
    assert len(nlp(text).ents) == 3
    path = tmp_path_factory.mktemp("model")
    nlp.to_disk(path)
    assert ner.labels
    return path


def article(number: int, text: str) -> LabelledArticle:
    return LabelledArticle(id=f"wire-{number:04}", outlet="wire", text=text)


KNOWN = "Soldiers of the army killed two men near the town of Homs on Sunday morning after a long chase there."
TWIN = KNOWN.replace("Sunday", "Monday")
FOREIGN = (
    "Insurgents detonated explosives beside a convoy outside Maiduguri, Nigeria; seventeen vigilantes perished while "
    "dozens of villagers fled towards Cameroon before gunships arrived overhead."
)


def test_suggestions_are_new_and_unlike_each_other(model: Path) -> None:
    nlp = spacy.load(model)
    articles = [article(1, KNOWN), article(2, TWIN), article(3, FOREIGN), article(4, "Too short.")]
    found = suggest(nlp, articles, 2, labelled=[KNOWN], novelty_weight=1.0)
    assert found[0].article.id == "wire-0003"
    assert found[0].novelty == 1.0
    assert found[1].novelty < 0.3
    assert all(0 <= one.uncertainty <= 1 for one in found)
    assert len(suggest(nlp, articles, 10)) == 3


def test_uncertainty_alone_puts_what_the_model_knows_last(model: Path) -> None:
    nlp = spacy.load(model)
    found = suggest(nlp, [article(1, KNOWN), article(3, FOREIGN)], 2, novelty_weight=0.0)
    assert [one.article.id for one in found] == ["wire-0003", "wire-0001"]
    assert [(label.text, label.label) for label in found[1].article.labels] == [
        ("Soldiers", "ACTOR"),
        ("two", "CASUALTY"),
        ("Homs", "LOCATION"),
    ]
    with pytest.raises(ValueError, match="between 0 and 1"):
        suggest(nlp, [], 1, novelty_weight=2)


def test_suggest_writes_pre_labelled_articles(model: Path, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "known.txt").write_text(KNOWN, encoding="utf-8")
    (tmp_path / "in" / "foreign.txt").write_text(FOREIGN, encoding="utf-8")
    output = run("suggest", tmp_path / "in", "-o", tmp_path / "out.txt", "--budget", 1, "--model", model)
    assert "foreign" in output
    (one,) = read_corpus([tmp_path / "out.txt"])
    assert one.text == FOREIGN
    run("suggest", tmp_path / "in", "-o", tmp_path / "out.jsonl", "--format", "prodigy", "--model", model)
    rows = (tmp_path / "out.jsonl").read_text(encoding="utf-8").split("\n")
    assert len([row for row in rows if row]) == 2

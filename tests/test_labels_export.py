"""Exports follow each tool's format, and what is exported comes back the same."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.tokens import DocBin

from conflict_events.corpus import Label, LabelledArticle, parse
from conflict_events.labels import FORMATS, LabelFormatError, export_labels, import_labels, labelled_from_annotation
from conflict_events.labels.label_studio import labelling_config
from conflict_events.labels.settle import codepoints_to_utf16, utf16_to_codepoints
from conflict_events.schema import Annotation

SOURCE = """\
=== npa-0007
outlet: npa
country: Syria
title: 🔥 Shells
--- text
🔥 {W:Shells} of the {A:SNA} killed {C k:four} {A:civilians}, including {C k part:a} {A:child}, in {L:Tel Rifaat}.

{C i:At least 3} {A:people} were hurt.
--- events
incident | Explosions/Remote violence / Shelling/artillery/missile attack
  killed: 4 civilians (1 child)
"""


@pytest.fixture
def article() -> LabelledArticle:
    return parse(SOURCE)[0][0]


def bare(article: LabelledArticle, outcomes: bool = True) -> list[tuple[object, ...]]:
    return [
        (label.start, label.end, label.text, label.label, *((label.outcome, label.roles) if outcomes else ()))
        for label in article.labels
    ]


def accept_predictions(path: Path) -> None:
    """What an annotator does who agrees with everything: predictions become an annotation."""
    tasks = json.loads(path.read_text(encoding="utf-8"))
    for task in tasks:
        task["annotations"] = [{"id": 1, "was_cancelled": False, "result": task.pop("predictions")[0]["result"]}]
    path.write_text(json.dumps(tasks), encoding="utf-8")


@pytest.mark.parametrize("name", [name for name, form in FORMATS.items() if form.write and name != "conll"])
def test_round_trip(name: str, article: LabelledArticle, tmp_path: Path) -> None:
    path = tmp_path / "out"
    notes = export_labels([article], path, format_name=name)
    if name == "label-studio":
        accept_predictions(path)
    found = import_labels([path], format_name=name, outlet="npa")
    (again,) = found.articles
    assert again.text == article.text
    assert bare(again, FORMATS[name].outcomes) == bare(article, FORMATS[name].outcomes)
    assert {note.kind for note in found.notes} <= {"shifted"}
    said = [note.reason for note in notes]
    assert (f"{FORMATS[name].title} holds labels only" in said) == (not FORMATS[name].events)
    if FORMATS[name].events:
        assert again.model_dump(include={"events", "country", "title"}) == article.model_dump(
            include={"events", "country", "title"}
        )
    assert (f"{FORMATS[name].title} has no place for them" in said) == (not FORMATS[name].outcomes)


def test_round_trip_through_conll_keeps_the_labelled_words(article: LabelledArticle, tmp_path: Path) -> None:
    export_labels([article], tmp_path / "out.conll", format_name="conll")
    (again,) = import_labels([tmp_path / "out.conll"]).articles
    assert [(label.text, label.label) for label in again.labels] == [
        (label.text, label.label) for label in article.labels
    ]


def test_prodigy_spans_carry_inclusive_token_numbers(article: LabelledArticle, tmp_path: Path) -> None:
    export_labels([article], tmp_path / "out.jsonl", format_name="prodigy")
    (task,) = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text(encoding="utf-8").split("\n") if line]
    place = next(span for span in task["spans"] if span["label"] == "LOCATION")
    assert [token["text"] for token in task["tokens"][place["token_start"] : place["token_end"] + 1]] == [
        "Tel",
        "Rifaat",
    ]
    assert task["spans"][2] == {
        "start": 27,
        "end": 31,
        "token_start": 6,
        "token_end": 6,
        "label": "CASUALTY",
        "outcome": "killed",
    }
    assert task["meta"] == {"article_id": "npa-0007", "outlet": "npa"}
    assert task["answer"] == "accept"


def test_label_studio_tasks_offer_predictions_in_utf16_units(article: LabelledArticle, tmp_path: Path) -> None:
    export_labels([article], tmp_path / "out.json", format_name="label-studio")
    (task,) = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    first = task["predictions"][0]["result"][0]
    assert (first["from_name"], first["to_name"], first["type"]) == ("label", "text", "labels")
    assert first["value"] == {"start": 3, "end": 9, "text": "Shells", "labels": ["WEAPON"]}
    units = task["data"]["text"].encode("utf-16-le")
    assert units[3 * 2 : 9 * 2].decode("utf-16-le") == "Shells"
    assert '<Labels name="label" toName="text">' in labelling_config()


def test_predictions_that_nobody_reviewed_are_not_read_as_labels(article: LabelledArticle, tmp_path: Path) -> None:
    export_labels([article], tmp_path / "out.json", format_name="label-studio")
    found = import_labels([tmp_path / "out.json"])
    assert found.articles == []
    assert [note.reason for note in found.notes] == ["it has no annotation"]


def test_conll_has_four_columns_and_iob2_tags(article: LabelledArticle, tmp_path: Path) -> None:
    export_labels([article], tmp_path / "out.conll", format_name="conll")
    lines = (tmp_path / "out.conll").read_text(encoding="utf-8").split("\n")
    assert lines[:2] == ["-DOCSTART- -X- -X- O", ""]
    assert "Tel -X- -X- B-LOCATION" in lines
    assert lines[lines.index("Tel -X- -X- B-LOCATION") + 1] == "Rifaat -X- -X- I-LOCATION"


def test_docbin_loads_in_spacy(article: LabelledArticle, tmp_path: Path) -> None:
    export_labels([article], tmp_path / "out.spacy", format_name="docbin")
    (doc,) = DocBin().from_disk(tmp_path / "out.spacy").get_docs(spacy.blank("en").vocab)
    assert [(ent.text, ent.label_) for ent in doc.ents][-2:] == [("At least 3", "CASUALTY"), ("people", "ACTOR")]


def test_a_label_inside_a_token_is_dropped_aloud_where_the_format_has_tokens(tmp_path: Path) -> None:
    article = LabelledArticle(
        id="n-1", outlet="other", text="ISISish", labels=[Label(start=0, end=4, text="ISIS", label="ACTOR")]
    )
    for name in ("prodigy", "conll", "docbin"):
        (note,) = export_labels([article], tmp_path / name, format_name=name)
        assert (note.kind, note.what) == ("dropped", "ACTOR 0–4 'ISIS'")
    assert export_labels([article], tmp_path / "doccano", format_name="doccano") == []


def test_what_a_model_read_becomes_labels_to_correct() -> None:
    mention = {"start": 12, "end": 15, "text": "two"}
    annotation = Annotation.model_validate(
        {
            "article": {"id": "a-1", "text": "ISIS killed two men"},
            "entities": [{"start": 0, "end": 4, "text": "ISIS", "label": "ACTOR"}, {**mention, "label": "CASUALTY"}],
            "events": [
                {
                    "id": "e1",
                    "kind": "incident",
                    "casualties": [{"outcome": "killed", "quantity": {"best": 2}, "mention": mention}],
                }
            ],
            "model": {"name": "m", "version": "1"},
        }
    )
    article = labelled_from_annotation(annotation)
    assert bare(article) == [(0, 4, "ISIS", "ACTOR", None, ()), (12, 15, "two", "CASUALTY", "killed", ())]
    annotation.article.text = None
    with pytest.raises(LabelFormatError, match="annotate with it"):
        labelled_from_annotation(annotation)
    assert labelled_from_annotation(annotation, "ISIS killed two men").text == "ISIS killed two men"


@settings(deadline=None)
@given(st.text(max_size=40))
def test_utf16_tables_agree_with_the_codec(text: str) -> None:
    text = text.encode("utf-8", "ignore").decode()
    to_units = codepoints_to_utf16(text)
    back = utf16_to_codepoints(text)
    for position in range(len(text) + 1):
        assert to_units[position] == len(text[:position].encode("utf-16-le")) // 2
        assert back[to_units[position]] == position


@settings(max_examples=50, deadline=None)
@given(
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30),
    st.lists(st.tuples(st.integers(-3, 40), st.integers(-3, 40), st.sampled_from(["ACTOR", "X"])), max_size=6),
)
def test_every_label_of_any_file_is_kept_exactly_or_noted(
    tmp_path_factory: pytest.TempPathFactory, text: str, entities: list[tuple[int, int, str]]
) -> None:
    path = tmp_path_factory.mktemp("labels") / "a.json"
    path.write_text(json.dumps([[text, {"entities": entities}]]), encoding="utf-8")
    found = import_labels([path], format_name="spacy-json")
    if not found.articles:
        assert [note.kind for note in found.notes] == ["skipped"]
        return
    (article,) = found.articles
    assert all(article.text[label.start : label.end] == label.text for label in article.labels)
    dropped = sum(note.kind == "dropped" for note in found.notes)
    assert len(article.labels) + dropped == len(entities)

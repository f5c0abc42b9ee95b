"""Label files of annotation tools are read as their documentation defines them, and what is lost is said."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import spacy
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from spacy.tokens import DocBin, Span

from conflict_events.labels import Conversion, LabelFormatError, Notes, detect, import_labels

KEYS = ["text", "spans", "label", "labels", "entities", "tokens", "answer", "meta", "id", "data", "annotations"]
KEYS += [
    "result",
    "value",
    "type",
    "start",
    "end",
    "token_start",
    "token_end",
    "start_offset",
    "end_offset",
    "was_cancelled",
]
DATA = Path(__file__).parent / "data" / "labels"


def spans(conversion: Conversion, number: int = 0) -> list[tuple[int, int, str, str]]:
    article = conversion.articles[number]
    assert all(article.text[label.start : label.end] == label.text for label in article.labels)
    return [(label.start, label.end, label.label, label.text) for label in article.labels]


def notes(conversion: Conversion) -> list[tuple[str, str]]:
    """Kind and reason, without the file."""
    return [(note.kind, note.reason) for note in conversion.notes]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("prodigy.jsonl", "prodigy"),
        ("doccano_label.jsonl", "doccano"),
        ("doccano_labels.jsonl", "doccano"),
        ("doccano_relations.jsonl", "doccano"),
        ("label_studio.json", "label-studio"),
        ("label_studio_min.json", "label-studio"),
        ("brat", "brat"),
        ("brat/report.ann", "brat"),
        ("columns.conll", "conll"),
        ("spacy_old.json", "spacy-json"),
    ],
)
def test_the_format_is_told_from_the_file(name: str, expected: str) -> None:
    assert detect(DATA / name).name == expected


def test_prodigy_token_end_is_inclusive_and_only_accepted_tasks_count() -> None:
    found = import_labels([DATA / "prodigy.jsonl"])
    assert [article.id for article in found] == ["prodigy-0001", "npa-0042"]
    assert spans(found) == [(0, 4, "ACTOR", "ISIS"), (12, 15, "CASUALTY", "two"), (16, 22, "ACTOR", "guards")]
    assert found.articles[0].labels[1].outcome is None
    assert spans(found, 1) == [(2, 8, "WEAPON", "Shells"), (13, 18, "LOCATION", "Idlib")]
    assert notes(found) == [
        ("changed", "its tokens say 12–22; characters are believed"),
        ("dropped", "unknown label; map it, as in --map GPE=ACTOR"),
        ("skipped", "answer is 'reject'; only accepted tasks are labelled data"),
        ("skipped", "answer is 'ignore'; only accepted tasks are labelled data"),
    ]


def test_label_names_can_be_mapped() -> None:
    found = import_labels([DATA / "prodigy.jsonl"], labels={"GPE": "LOCATION"})
    assert spans(found)[-1] == (26, 30, "LOCATION", "Homs")


def test_doccano_in_its_three_spellings() -> None:
    label = import_labels([DATA / "doccano_label.jsonl"])
    assert spans(label) == [(0, 4, "ACTOR", "ISIS"), (12, 15, "CASUALTY", "two"), (16, 22, "ACTOR", "guards")]
    assert notes(label) == [
        ("shifted", "white space at its border left out: 12–15"),
        ("dropped", "stands twice"),
        ("skipped", "it is empty"),
    ]
    labels = import_labels([DATA / "doccano_labels.jsonl"])
    assert spans(labels) == [(0, 4, "ACTOR", "ISIS"), (10, 14, "LOCATION", "Homs")]
    assert notes(labels) == [("dropped", "offsets are empty or lie outside the text")]
    relations = import_labels([DATA / "doccano_relations.jsonl"])
    assert spans(relations) == spans(labels)
    assert [note.what for note in relations.notes] == ["1 relations"]


def test_label_studio_counts_utf16_units_and_the_latest_annotation_is_read() -> None:
    found = import_labels([DATA / "label_studio.json"])
    assert spans(found) == [(2, 6, "ACTOR", "ISIS"), (14, 17, "CASUALTY", "two"), (28, 32, "LOCATION", "Homs")]
    assert notes(found) == [
        ("skipped", "it was cancelled (skipped) by the annotator"),
        ("skipped", "of several, the one updated last is read"),
        ("dropped", "only labels of spans are read"),
        ("shifted", "UTF-16 offsets, read as characters 2–6"),
        ("shifted", "UTF-16 offsets, read as characters 14–17"),
        ("shifted", "its words stand at 28–32"),
        ("skipped", "it has no annotation"),
    ]


def test_label_studio_json_min() -> None:
    found = import_labels([DATA / "label_studio_min.json"])
    assert spans(found) == [(0, 4, "ACTOR", "ISIS"), (10, 14, "LOCATION", "Homs")]
    assert notes(found) == [("dropped", "a span with several labels keeps the first, LOCATION")]


def test_brat_with_windows_line_ends_attributes_and_discontinuous_spans() -> None:
    found = import_labels([DATA / "brat"])
    assert found.articles[0].text == "ISIS killed two\nguards in Homs and rural Hama.\n"
    assert spans(found) == [
        (0, 4, "ACTOR", "ISIS"),
        (12, 15, "CASUALTY", "two"),
        (26, 30, "LOCATION", "Homs"),
        (41, 45, "LOCATION", "Hama"),
    ]
    casualty = found.articles[0].labels[1]
    assert (casualty.outcome, casualty.roles) == ("killed", ("part",))
    assert [(note.kind, note.what.split(" ")[0]) for note in found.notes] == [
        ("dropped", "LOCATION"),
        ("dropped", "R1"),
        ("dropped", "#1"),
        ("dropped", "E1"),
        ("changed", "2"),
        ("skipped", "text"),
    ]
    assert "discontinuous" in found.notes[0].reason


def test_brat_span_in_pieces_that_only_white_space_parts_is_one(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("in Deir  Ezzor", encoding="utf-8")
    (tmp_path / "a.ann").write_text("T1\tLOCATION 3 7;9 14\tDeir Ezzor\n", encoding="utf-8")
    assert spans(import_labels([tmp_path])) == [(3, 14, "LOCATION", "Deir  Ezzor")]


def test_conll_columns_in_iob1() -> None:
    found = import_labels([DATA / "columns.conll"])
    assert [article.text for article in found] == [
        "ISIS killed two guards (in Deir Ezzor).\nHoms Hama fell",
        "Nothing",
    ]
    assert spans(found) == [
        (0, 4, "ACTOR", "ISIS"),
        (12, 15, "CASUALTY", "two"),
        (16, 22, "ACTOR", "guards"),
        (27, 37, "LOCATION", "Deir Ezzor"),
        (40, 44, "LOCATION", "Homs"),
        (45, 49, "LOCATION", "Hama"),
    ]


def test_conll_tags_in_iob2_and_bioes(tmp_path: Path) -> None:
    path = tmp_path / "a.conll"
    path.write_text("Deir B-LOC\nEzzor E-LOC\nHoms S-LOC\nHama S-LOC\nRural B-LOC\nIdlib I-LOC\n", encoding="utf-8")
    found = import_labels([path], labels={"LOC": "LOCATION"})
    assert [span[3] for span in spans(found)] == ["Deir Ezzor", "Homs", "Hama", "Rural Idlib"]


def test_spacys_old_json() -> None:
    found = import_labels([DATA / "spacy_old.json"])
    assert spans(found) == [(0, 4, "ACTOR", "ISIS"), (12, 15, "CASUALTY", "two"), (26, 30, "LOCATION", "Homs")]
    assert [note.kind for note in found.notes] == ["shifted", "dropped", "dropped"]


def test_docbin(tmp_path: Path) -> None:
    nlp = spacy.blank("en")
    doc = nlp("ISIS left Homs.")
    doc.ents = [Span(doc, 0, 1, "ACTOR"), Span(doc, 2, 3, "LOCATION")]
    doc.spans["sc"] = [Span(doc, 0, 2, "X")]
    DocBin(docs=[doc], store_user_data=True).to_disk(tmp_path / "a.spacy")
    found = import_labels([tmp_path / "a.spacy"])
    assert spans(found) == [(0, 4, "ACTOR", "ISIS"), (10, 14, "LOCATION", "Homs")]
    assert [note.what for note in found.notes] == ["span group 'sc'"]


def test_overlapping_labels_keep_the_longest(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    entities = [[0, 4, "LOCATION"], [0, 10, "LOCATION"], [5, 10, "ACTOR"], [11, 11, "ACTOR"]]
    path.write_text(json.dumps([["Deir Ezzor fell", {"entities": entities}]]), encoding="utf-8")
    found = import_labels([path])
    assert spans(found) == [(0, 10, "LOCATION", "Deir Ezzor")]
    assert [note.reason for note in found.notes] == [
        "offsets are empty or lie outside the text",
        "overlaps LOCATION 'Deir Ezzor', which is as long or longer",
        "overlaps LOCATION 'Deir Ezzor', which is as long or longer",
    ]


def test_offset_unit_can_be_named(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps({"text": "🔥 Homs", "label": [[3, 7, "LOCATION"]]}), encoding="utf-8")
    assert spans(import_labels([path], offset_unit="utf16")) == [(2, 6, "LOCATION", "Homs")]


def test_words_that_stand_elsewhere_are_found_only_where_it_is_certain(tmp_path: Path) -> None:
    def value(start: int, end: int, text: str) -> dict[str, object]:
        return {"start": start, "end": end, "text": text, "labels": ["LOCATION"]}

    path = tmp_path / "a.json"
    task = {"text": "Homs, Hama, Homs", "annotator": 1, "label": [value(7, 11, "Hama"), value(6, 10, "Homs")]}
    path.write_text(json.dumps([task | {"label": [*task["label"], value(0, 4, "Raqqa")]}]), encoding="utf-8")  # type: ignore[misc]
    found = import_labels([path])
    assert spans(found) == [(6, 10, "LOCATION", "Hama")]
    assert [(note.kind, note.reason) for note in found.notes] == [
        ("shifted", "its words stand at 6–10"),
        ("dropped", "its words do not stand at its offsets, nor near them"),
        ("dropped", "its words do not stand at its offsets, nor near them"),
    ]


def test_doubled_ids_get_a_number(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    row = json.dumps({"text": "x", "spans": [], "answer": "accept", "meta": {"article_id": "n-1"}})
    path.write_text(f"{row}\n{row}\n", encoding="utf-8")
    assert [article.id for article in import_labels([path])] == ["n-1", "n-1-2"]


@pytest.mark.parametrize(
    ("name", "content", "form", "message"),
    [
        ("a.jsonl", '{"text": "x"}\n{"text"', "prodigy", "a.jsonl:2: neither JSON nor JSON lines"),
        ("a.jsonl", "[1]", "prodigy", "expected a JSON object"),
        ("a.jsonl", '{"spans": []}', "prodigy", "no text under text"),
        ("a.jsonl", '{"text": "x", "label": [[1, 2]]}', "doccano", "is not \\[start, end, label\\]"),
        ("a.json", '[["x", 3]]', "spacy-json", "is the format right"),
        ("a.conll", "word\n", "conll", "has no column for the tag"),
        ("a.conll", "word XX\n", "conll", "'XX' is no tag"),
        ("a.spacy", "nothing", "docbin", "no DocBin"),
        ("a.json", "[]", None, "cannot tell its format"),
        ("a.xml", "<x/>", None, "cannot tell its format"),
        ("a.xml", "<x/>", "gate", "unknown format 'gate'; known are prodigy"),
    ],
)
def test_a_file_in_no_or_another_format_is_refused_with_file_and_row(
    name: str, content: str, form: str | None, message: str, tmp_path: Path
) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8")
    with pytest.raises(LabelFormatError, match=message):
        import_labels([tmp_path / name], format_name=form)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 40) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=5),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.sampled_from(KEYS), json_values), st.sampled_from(["prodigy", "doccano", "label-studio"]))
def test_a_malformed_record_is_refused_in_words(tmp_path: Path, row: dict[str, object], form: str) -> None:
    (tmp_path / "a.jsonl").write_text(json.dumps([{"text": "ISIS left Homs.", **row}]), encoding="utf-8")
    try:
        found = import_labels([tmp_path / "a.jsonl"], format_name=form)
    except LabelFormatError:  # any other error fails the test
        return
    for article in found:
        assert all(article.text[label.start : label.end] == label.text for label in article.labels)


def test_not_utf8_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(b'{"text": "\xff"}')
    with pytest.raises(LabelFormatError, match="save it as UTF-8"):
        import_labels([tmp_path / "a.jsonl"], format_name="prodigy")


def test_notes_are_counted_and_printed_with_file_and_row() -> None:
    notes = Notes()
    notes.add("dropped", "a.jsonl:3", "ACTOR 1–2", "stands twice")
    assert notes.counts() == {"dropped": 1}
    assert str(notes[0]) == "a.jsonl:3: dropped ACTOR 1–2: stands twice"

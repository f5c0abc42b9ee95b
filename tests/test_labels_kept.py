"""No label is lost, misread or invented in silence on its way through an annotation tool."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.tokens import DocBin, Span
from typer.testing import CliRunner

from conflict_events.cli.labels import labels_app
from conflict_events.corpus import Label, LabelledArticle, parse, write_article
from conflict_events.labels import FORMATS, Conversion, detect, export_labels, import_labels

WRITTEN = [name for name, form in FORMATS.items() if form.write is not None]
SOURCE = """\
=== npa-0007
outlet: npa
country: Syria
date: 2024-05-02
title: 🔥 Shells
--- text
{W:Shells} killed {C k @2:four} {A:civilians} in {L:Tel Rifaat}; {C k bg @1:two} died in May. {C u part:One} is a child.
--- events
incident | Explosions/Remote violence / Shelling/artillery/missile attack
  killed: 2
incident | Explosions/Remote violence / Shelling/artillery/missile attack
  site: Tel Rifaat
  killed: 4 civilians
"""


def spans(found: Conversion, number: int = 0) -> list[tuple[str, str]]:
    return [(label.text, label.label) for label in found.articles[number].labels]


def reasons(found: Conversion) -> list[str]:
    return [note.reason for note in found.notes]


def write(path: Path, *rows: object) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


@pytest.fixture
def article() -> LabelledArticle:
    articles, problems = parse(SOURCE)
    assert not problems
    return articles[0]


# ── suggestions are no answers


@pytest.mark.parametrize("name", WRITTEN)
def test_suggestions_that_nobody_answered_are_not_read_as_labels(
    name: str, article: LabelledArticle, tmp_path: Path
) -> None:
    path = tmp_path / "batch"
    export_labels([article], path, format_name=name, suggested=True)
    found = import_labels([path], format_name=name)
    assert found.articles == []
    assert [note.kind for note in found.notes if note.kind == "skipped"] == ["skipped"]
    if name != "label-studio":  # there, predictions are no annotations at all
        assert len(import_labels([path], format_name=name, unchecked=True).articles) == 1


def test_suggestions_that_somebody_changed_are_read(article: LabelledArticle, tmp_path: Path) -> None:
    export_labels([article], tmp_path / "brat", format_name="brat", suggested=True)
    file = tmp_path / "brat" / "npa-0007.ann"
    file.write_text(file.read_text(encoding="utf-8").replace("T1\tWEAPON", "T1\tACTOR"), encoding="utf-8")
    assert spans(import_labels([tmp_path / "brat"]))[0] == ("Shells", "ACTOR")
    export_labels([article], tmp_path / "a.jsonl", format_name="doccano", suggested=True)
    row = json.loads((tmp_path / "a.jsonl").read_text(encoding="utf-8"))
    write(tmp_path / "a.jsonl", {"id": 12, **row})  # as doccano exports it
    assert len(import_labels([tmp_path / "a.jsonl"]).articles) == 1


def test_what_a_model_read_is_a_suggestion_to_the_command_too(tmp_path: Path) -> None:
    record = {
        "article": {"id": "a-1", "text": "ISIS left Homs."},
        "entities": [{"start": 0, "end": 4, "text": "ISIS", "label": "ACTOR"}],
        "model": {"name": "m", "version": "1"},
    }
    write(tmp_path / "read.jsonl", record)
    batch = str(tmp_path / "batch.jsonl")
    run = CliRunner().invoke(labels_app, ["export", str(tmp_path / "read.jsonl"), "-o", batch, "--format", "prodigy"])
    assert run.exit_code == 0, run.output
    again = CliRunner().invoke(labels_app, ["import", batch, "-o", str(tmp_path / "new.txt")])
    assert "0 articles, 0 labels" in again.output
    assert "nobody has answered this task" in again.output


# ── links, headers and events


@pytest.mark.parametrize("name", [name for name in WRITTEN if FORMATS[name].events and FORMATS[name].outcomes])
def test_links_come_back_with_the_events_they_name(name: str, article: LabelledArticle, tmp_path: Path) -> None:
    notes = export_labels([article], tmp_path / "out", format_name=name)
    (again,) = import_labels([tmp_path / "out"], format_name=name).articles
    assert not notes
    assert write_article(again) == write_article(article)


@pytest.mark.parametrize("name", [name for name in WRITTEN if not (FORMATS[name].events and FORMATS[name].outcomes)])
def test_links_that_a_format_cannot_hold_are_named(name: str, article: LabelledArticle, tmp_path: Path) -> None:
    notes = export_labels([article], tmp_path / "out", format_name=name)
    assert "links of 2 CASUALTY labels to their events (@N)" in [note.what for note in notes]


def test_a_link_without_its_event_is_dropped_aloud(tmp_path: Path) -> None:
    span = {"start": 0, "end": 3, "label": "CASUALTY", "outcome": "killed", "block": 3}
    path = write(tmp_path / "a.jsonl", {"text": "Two died.", "spans": [span], "answer": "accept"})
    found = import_labels([path])
    assert found.articles[0].labels[0].block is None
    assert reasons(found) == ["it links to an event that is not there; there are 0"]


# ── files as the tools write them


def test_json_min_under_any_control_name(tmp_path: Path) -> None:
    task = {"id": 3, "body": "ISIS left Homs.", "entities_of_war": [{"start": 10, "end": 14, "labels": ["LOCATION"]}]}
    path = tmp_path / "a.json"
    path.write_text(json.dumps([task | {"annotator": 1}]), encoding="utf-8")
    assert spans(import_labels([path])) == [("Homs", "LOCATION")]
    path.write_text(json.dumps([task]), encoding="utf-8")
    assert detect(path).name == "label-studio"


def test_hypertext_offsets_count_the_text_of_the_html(tmp_path: Path) -> None:
    value = {
        "start": "/div[1]/p[1]/text()[1]",
        "end": "/div[1]/p[1]/text()[1]",
        "startOffset": 0,
        "endOffset": 4,
        "globalOffsets": {"start": 12, "end": 16},
        "text": "Homs",
        "hypertextlabels": ["LOCATION"],
    }
    result = {"type": "hypertextlabels", "value": value}
    task = {"data": {"text": "<p>ISIS &amp; co</p>\n<p>Homs fell</p>"}, "annotations": [{"result": [result]}]}
    path = tmp_path / "a.json"
    path.write_text(json.dumps([task]), encoding="utf-8")
    found = import_labels([path])
    assert found.articles[0].text == "ISIS & co\nHoms fell"
    assert spans(found) == [("Homs", "LOCATION")]
    assert "taken out of its HTML, whose text the offsets count" in reasons(found)


def test_doccano_annotations_with_numbers_for_labels(tmp_path: Path) -> None:
    entries = [{"label": 2, "start_offset": 0, "end_offset": 4, "user": 1}]
    path = write(tmp_path / "a.jsonl", {"id": 1, "text": "ISIS left Homs.", "annotations": entries})
    assert "map it, as in --map 2=ACTOR" in reasons(import_labels([path]))[0]
    assert spans(import_labels([path], labels={"2": "ACTOR"})) == [("ISIS", "ACTOR")]


@pytest.mark.parametrize(
    "row",
    [
        {"text": "ISIS left Homs.", "ents": [{"start": 0, "end": 4, "label": "ACTOR"}], "title": None},
        {"document": "ISIS left Homs.", "tokens": [{"text": "ISIS", "start": 0, "end": 4, "entityLabel": "ACTOR"}]},
        {"text": "ISIS left Homs.", "entities": [[0, 4, "ACTOR"]]},
        {"text": "ISIS left Homs.", "entities": [{"start": 0, "end": 4, "label": "ACTOR"}]},
    ],
)
def test_rows_of_displacy_ubiai_and_others(row: dict[str, object], tmp_path: Path) -> None:
    assert spans(import_labels([write(tmp_path / "a.jsonl", row)])) == [("ISIS", "ACTOR")]


def test_conll_tokens_may_hold_spaces(tmp_path: Path) -> None:
    path = tmp_path / "a.conll"
    path.write_text("Deir Ezzor\tB-LOCATION\n10\u00a0000\tB-CASUALTY\r\nmen\tO\n", encoding="utf-8", newline="")
    assert spans(import_labels([path])) == [("Deir Ezzor", "LOCATION"), ("10\u00a0000", "CASUALTY")]
    path.write_text("10\u00a0000 B-CASUALTY\nmen O\n", encoding="utf-8")
    assert spans(import_labels([path])) == [("10\u00a0000", "CASUALTY")]


def test_webanno_tsv(tmp_path: Path) -> None:
    lines = [
        "#FORMAT=WebAnno TSV 3.3",
        "#T_SP=de.tudarmstadt.ukp.dkpro.core.api.ner.type.NamedEntity|identifier|value",
        "#T_SP=webanno.custom.Note|text",
        "",
        "",
        "#Text=🔥 ISIS killed two",
        "1-1\t0-2\t🔥\t_\t_\t_\t",
        "1-2\t3-7\tISIS\t_\tACTOR\t_\t",
        "1-3\t8-14\tkilled\t_\t_\t_\t",
        "1-4\t15-18\ttwo\t_\tCASUALTY\t_\t",
        "",
        "#Text=near Deir Ezzor",
        "2-1\t20-24\tnear\t_\t_\t_\t",
        "2-2\t25-29\tDeir\t*[1]\tLOCATION[1]|ACTOR[2]\t_\t",
        "2-3\t30-35\tEzzor\t*[1]\tLOCATION[1]\t_\t",
    ]
    path = tmp_path / "report.tsv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    found = import_labels([path])
    assert found.articles[0].text == "🔥 ISIS killed two\n near Deir Ezzor"
    assert spans(found) == [("ISIS", "ACTOR"), ("two", "CASUALTY"), ("Deir Ezzor", "LOCATION")]
    assert "layer webanno.custom.Note" in [note.what for note in found.notes if note.kind == "dropped"]
    assert any("overlaps LOCATION" in reason for reason in reasons(found))


# ── unknown is not none


def test_entities_that_are_missing_are_not_read_as_none(tmp_path: Path) -> None:
    nlp = spacy.blank("en")
    known, partly = nlp("ISIS left Homs."), nlp("ISIS left Homs.")
    known.set_ents([], default="outside")
    partly.set_ents([Span(partly, 0, 1, "ACTOR")], default="missing")
    DocBin(docs=[known, partly]).to_disk(tmp_path / "a.spacy")
    found = import_labels([tmp_path / "a.spacy"])
    assert [len(article.labels) for article in found] == [0]
    assert "of 3 tokens it is not stated whether they are labelled" in reasons(found)[0]
    assert len(import_labels([tmp_path / "a.spacy"], unchecked=True).articles) == 2


@pytest.mark.parametrize("mark", [{"_view_id": "ner"}, {"_is_binary": True, "_view_id": "ner_manual"}])
def test_a_binary_answer_is_about_one_span(mark: dict[str, object], tmp_path: Path) -> None:
    row = {"text": "ISIS left Homs.", "spans": [{"start": 0, "end": 4, "label": "ACTOR"}], "answer": "accept"}
    found = import_labels([write(tmp_path / "a.jsonl", row | mark)])
    assert found.articles == []
    assert "a binary answer is about one span" in reasons(found)[0]


# ── several annotators


def test_a_text_of_several_annotators_is_one_article(tmp_path: Path) -> None:
    text = "ISIS left Homs."
    rows = [
        {"text": text, "spans": [{"start": 0, "end": 4, "label": "ACTOR"}], "answer": "accept", "_session_id": "w-ann"},
        {
            "text": text,
            "spans": [{"start": 10, "end": 14, "label": "LOCATION"}],
            "answer": "accept",
            "_session_id": "w-bo",
        },
    ]
    path = write(tmp_path / "a.jsonl", *rows)
    found = import_labels([path])
    assert spans(found) == [("Homs", "LOCATION")]
    assert reasons(found) == ["of several, those of w-bo are read; 2 labels differ"]
    assert spans(import_labels([path], annotator="w-ann")) == [("ISIS", "ACTOR")]
    nobody = import_labels([path], annotator="w-cy")
    assert nobody.articles == []
    assert reasons(nobody) == ["w-cy did not label this text"] * 2


def test_users_of_doccano_and_annotators_of_json_min(tmp_path: Path) -> None:
    entry = {"label": "ACTOR", "start_offset": 0, "end_offset": 4}
    doccano = write(
        tmp_path / "a.jsonl",
        {"id": 1, "text": "ISIS left.", "annotations": [entry | {"user": 1}, entry | {"user": 2}]},
    )
    assert len(import_labels([doccano]).articles) == 1
    value = {"start": 0, "end": 4, "text": "ISIS", "labels": ["ACTOR"]}
    studio = tmp_path / "a.json"
    studio.write_text(json.dumps([{"text": "ISIS left.", "label": [value], "annotator": n} for n in (1, 2)]))
    assert len(import_labels([studio]).articles) == 1


# ── line ends and links


def test_offsets_that_count_a_windows_line_end_as_one_character(tmp_path: Path) -> None:
    text = "It fell.\r\nISIS left.\r\nThen Homs fell."
    as_one = text.replace("\r\n", "\n").index("Homs")
    path = write(tmp_path / "a.jsonl", {"text": text, "label": [[as_one, as_one + 4, "LOCATION"]]})
    found = import_labels([path])
    assert spans(found) == [("Homs", "LOCATION")]
    assert "their offsets count \\r\\n as one character" in reasons(found)
    as_two = text.index("Homs")
    path = write(tmp_path / "a.jsonl", {"text": text, "label": [[as_two, as_two + 4, "LOCATION"]]})
    assert spans(import_labels([path])) == [("Homs", "LOCATION")]


def test_a_symbolic_link_in_a_folder_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("the secret of another", encoding="utf-8")
    folder = tmp_path / "brat"
    folder.mkdir()
    (folder / "a.txt").symlink_to(tmp_path / "secret.txt")
    (folder / "a.ann").write_text("T1\tACTOR 0 3\tthe\n", encoding="utf-8")
    (folder / "deeper").symlink_to(tmp_path)
    found = import_labels([folder])
    assert found.articles == []
    assert reasons(found) == ["a symbolic link in a folder is not followed; name the file"]


def test_two_ids_of_one_file_name_stay_two_articles(tmp_path: Path) -> None:
    both = [LabelledArticle(id=name, outlet="other", text=f"Text of {name}.") for name in ("a/b", "a_b", "A_B")]
    export_labels(both, tmp_path / "brat", format_name="brat")
    assert sorted((one.id, one.text) for one in import_labels([tmp_path / "brat"])) == sorted(
        (one.id, one.text) for one in both
    )


def test_the_input_is_not_written_over(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("ISIS left.", encoding="utf-8")
    (tmp_path / "a.ann").write_text("T1\tACTOR 0 4\tISIS\n", encoding="utf-8")
    result = CliRunner().invoke(labels_app, ["import", str(path), "-o", str(path)])
    assert result.exit_code == 2
    assert path.read_text(encoding="utf-8") == "ISIS left."


def test_labels_that_are_there_are_not_written_over_unless_asked(tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", {"text": "ISIS left.", "spans": [], "answer": "accept"})
    target = tmp_path / "new" / "a.txt"
    target.parent.mkdir()
    target.write_text("corrected by hand", encoding="utf-8")
    arguments = ["import", str(path), "-o", str(tmp_path / "new")]
    refused = CliRunner().invoke(labels_app, arguments)
    assert refused.exit_code == 2
    assert "--overwrite" in refused.output
    assert target.read_text(encoding="utf-8") == "corrected by hand"
    assert CliRunner().invoke(labels_app, [*arguments, "--overwrite"]).exit_code == 0
    export = ["export", str(target), "-o", str(tmp_path / "brat"), "--format", "brat"]
    assert CliRunner().invoke(labels_app, export).exit_code == 0
    assert CliRunner().invoke(labels_app, export).exit_code == 2


# ── every format, any text

WORDS = st.sampled_from(
    ["ISIS", "two", "🔥", "Deir", "al-Sokhna", "ن", "10\u00a0000", "don't", "(x)", "{k}", "U.S.", "é", "_", "…"]
)
GAPS = st.sampled_from([" ", "  ", "\n", ", ", "\u2028", "\t"])


@st.composite
def labelled(draw: st.DrawFn) -> LabelledArticle:
    """An article of any words with labels that are clean: flat, on one line, without space at their borders."""
    words = draw(st.lists(st.tuples(WORDS, GAPS), min_size=1, max_size=8))
    text, borders = "", []
    for word, gap in words:
        borders.append((len(text), len(text) + len(word)))
        text += word + gap
    labels, previous = [], 0
    for (start, _), (_, end) in draw(
        st.lists(st.sampled_from(list(itertools.combinations_with_replacement(borders, 2))), max_size=5)
    ):
        if start < previous or "\n" in text[start:end]:
            continue
        previous = end
        name = draw(st.sampled_from(["ACTOR", "LOCATION", "CASUALTY", "WEAPON"]))
        more = {"outcome": draw(st.sampled_from([None, "killed"])), "roles": draw(st.sampled_from([(), ("part",)]))}
        labels.append(
            Label(start=start, end=end, text=text[start:end], label=name, **(more if name == "CASUALTY" else {}))
        )  # type: ignore[arg-type]
    return LabelledArticle(id="n-1", outlet="wire", text=text, labels=labels)


@pytest.mark.parametrize("name", WRITTEN)
@settings(max_examples=40, deadline=None)
@given(article=labelled())
def test_a_round_trip_keeps_every_label_or_says_which_it_lost(
    name: str, article: LabelledArticle, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("trip") / "out"
    notes = export_labels([article], path, format_name=name)
    if name == "label-studio":
        tasks = json.loads(path.read_text(encoding="utf-8"))
        for task in tasks:
            task["annotations"] = [{"id": 1, "result": task.pop("predictions")[0]["result"]}]
        path.write_text(json.dumps(tasks), encoding="utf-8")
    found = import_labels([path], format_name=name)
    if not found.articles:  # a text of white space alone, where the format keeps tokens
        assert not article.text.strip()
        return
    (again,) = found.articles
    lost = [note for note in (*notes, *found.notes) if note.kind == "dropped" and "–" in note.what]
    assert len(again.labels) + len(lost) == len(article.labels)
    if name == "conll":
        kept = {("".join(label.text.split()).replace("_", ""), label.label) for label in article.labels}
        assert {("".join(label.text.split()).replace("_", ""), label.label) for label in again.labels} <= kept
        return
    assert again.text == article.text
    values = ("start", "end", "label", "outcome", "roles") if FORMATS[name].outcomes else ("start", "end", "label")
    whole = {tuple(getattr(label, value) for value in values) for label in article.labels}
    assert {tuple(getattr(label, value) for value in values) for label in again.labels} <= whole

"""Data to evaluate on: what a file is, is told from it; what fits nothing is refused with what would fit."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pandas as pd
import pytest
import spacy

from conflict_events.evaluation import (
    Bootstrap,
    Columns,
    DataError,
    Evaluation,
    evaluate,
    find_model,
    predict,
    read_data,
)
from conflict_events.evaluation.cases import Coded
from conflict_events.evaluation.coded_table import count
from conflict_events.evaluation.linking import Linker, comparable, country_names
from conflict_events.evaluation.read_data import read_annotations, whole_number
from conflict_events.labels import export_labels, import_labels
from conflict_events.schema import Annotation

DATA = Path(__file__).parent / "data" / "evaluation"
SOURCE = """=== sohr-0001
outlet: sohr
country: Syria
title: A
part: test
--- text
{A:Gunmen} killed {C k:two} {A:farmers} in {L:Tafas}.
--- events
incident | Violence against civilians / Attack
  perpetrator: Gunmen
  target: farmers
  site: Tafas
  killed: 2 farmers
tally | killed 7
  place: Tafas

=== sohr-0002
outlet: sohr
country: Syria
title: B
part: train
--- text
{L:Homs} is quiet.
--- events
"""


def scored(data: Path, annotations: Path = DATA / "annotations.jsonl") -> Evaluation:
    read, model = read_data(data), find_model(str(annotations))
    assert model is not None
    return evaluate(read.articles, predict(model, read.articles), Bootstrap(len(read.articles), 100, 0))


def value(result: Evaluation, name: str) -> float | None:
    figure = result.figure(name)
    assert figure is not None, name
    return figure.value


def test_articles_with_events() -> None:
    data = read_data(DATA / "gold.jsonl")
    assert (data.kind, len(data.articles)) == ("articles with events", 4)
    second = data.articles[1]
    events = second.gold.events
    assert events is not None
    assert events[0].roles == {"perpetrator": ("Regime",), "target": ("people",), "site": ("Khirbet Noor",)}
    assert [(one.outcome, one.number) for one in events[0].casualties] == [("killed", 9), ("injured", 14)]
    assert events[0].casualties[0].includes[0].victim == "children"
    tallies = data.articles[2].gold.tallies
    assert tallies is not None
    assert tallies[0].place == "Wadi Zeitoun"


def test_source_form_gives_its_test_part_with_events(tmp_path: Path) -> None:
    path = tmp_path / "articles.txt"
    path.write_text(SOURCE, encoding="utf-8")
    data = read_data(path)
    assert [article.id for article in data.articles] == ["sohr-0001"]
    assert data.notes == ["1 articles of other parts than test left out (--part all)"]
    assert len(read_data(tmp_path, part="all").articles) == 2
    events = data.articles[0].gold.events
    assert events is not None
    assert events[0].casualties[0].victim == "farmers"
    assert data.articles[0].gold.tallies is not None


def test_what_no_model_was_trained_on_is_a_part_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "articles.txt"
    path.write_text(
        SOURCE.replace("country: Syria", "country: Myanmar", 1).replace("part: test\n", ""), encoding="utf-8"
    )
    assert [article.part for article in read_data(path, part="all").articles] == ["unseen", "train"]


def test_a_pipeline_reads_the_articles(tmp_path: Path) -> None:
    config = {"nlp": {"tokenizer": {"@tokenizers": "conflict_events.Tokenizer.v1"}}}
    nlp = spacy.blank("en", config=config, meta={"name": "rules", "version": "0.3.0"})
    patterns = [{"label": "ACTOR", "pattern": "Gunmen"}, {"label": "LOCATION", "pattern": "farmers"}]
    nlp.add_pipe("entity_ruler").add_patterns(patterns)  # type: ignore[attr-defined]
    nlp.to_disk(tmp_path / "rules-0.3.0")
    data = tmp_path / "articles.txt"
    data.write_text(SOURCE, encoding="utf-8")
    result = scored(data, tmp_path / "rules-0.3.0")
    read = result.predictions
    assert (read.label, read.name, read.version) == ("rules-0.3.0", "rules", "0.3.0")
    assert read.speed is not None
    assert (read.speed.articles, read.speed.words) == (1, 6)
    assert read.speed.words_per_second > 0
    assert value(result, "entity_f1") == pytest.approx(2 * 1 / (2 + 4))
    causes = {(error.subject, error.cause) for error in result.errors}
    assert {("entity", "wrong_label"), ("event", "missed"), ("tally", "missed")} <= causes


@pytest.mark.parametrize(("name", "suffix"), [("docbin", ".spacy"), ("prodigy", ".jsonl"), ("conll", ".conll")])
def test_label_files_are_data_without_events(tmp_path: Path, name: str, suffix: str) -> None:
    doccano = tmp_path / "in.jsonl"
    doccano.write_text(
        json.dumps({"id": 1, "text": "Gunmen struck Tafas.", "label": [[0, 6, "ACTOR"], [14, 19, "LOCATION"]]}) + "\n",
        encoding="utf-8",
    )
    path = tmp_path / f"labels{suffix}"
    export_labels(import_labels([doccano]), path, format_name=name)
    data = read_data(path)
    assert data.kind == "labels"
    spans = data.articles[0].gold.spans
    assert spans is not None
    assert [(span.start, span.end, span.label) for span in spans] == [(0, 6, "ACTOR"), (14, 19, "LOCATION")]
    assert data.articles[0].gold.events is None


def test_annotations_with_texts_are_data(tmp_path: Path) -> None:
    path = tmp_path / "own.jsonl"
    rows = [json.loads(line) for line in (DATA / "annotations.jsonl").read_text(encoding="utf-8").splitlines()]
    texts = {article.id: article.text for article in read_data(DATA / "gold.jsonl").articles}
    for row in rows:
        row["article"]["text"] = texts[row["article"]["id"]]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    result = scored(path)
    assert value(result, "entity_f1") == value(result, "casualty_f1") == value(result, "event_f1") == 1.0


def test_a_coded_table_is_the_same_in_every_form(tmp_path: Path) -> None:
    with (DATA / "coded.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    lines, parquet = tmp_path / "coded.jsonl", tmp_path / "coded.parquet"
    numbers = [{**row, "killed": int(row["killed"]), "injured": int(row["injured"] or -9)} for row in rows]
    lines.write_text("".join(json.dumps(row) + "\n" for row in numbers), encoding="utf-8")
    pd.DataFrame(rows).replace("", None).astype({"killed": float, "injured": float}).to_parquet(parquet)
    for path in (DATA / "coded.csv", lines, parquet):
        result = scored(path)
        assert value(result, "killed_exact") == 0.5, path
        assert value(result, "killed_positive_exact") == pytest.approx(1 / 3)
        assert value(result, "killed_zero_exact") == 1.0
        assert value(result, "injured_exact") == 1.0
        figure = result.figure("injured_exact")
        assert figure is not None
        assert figure.cases == 3, "a blank (or -9) is not scored"


def test_columns_can_be_named(tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_text("nr,what,tote\n7,Two men died in Tafas.,2\n8,,1\n", encoding="utf-8")
    data = read_data(path, columns=Columns(text="what", killed="tote", id="nr"))
    assert [(article.id, article.coded) for article in data.articles] == [("7", Coded(killed=2))]
    assert data.notes == ["1 rows without a text left out"]


def test_count_of_an_annotation_is_best_else_low_over_events_that_are_not_background() -> None:
    def event(kind: str, fatalities: dict[str, int | None] | None) -> dict[str, object]:
        return {"id": "e", "kind": kind, "fatalities": fatalities}

    annotation = Annotation.model_validate(
        {
            "article": {"id": "a"},
            "model": {"name": "m", "version": "1"},
            "events": [
                event("incident", {"low": 9, "best": 11, "high": None}),
                event("update", {"low": 3, "best": None, "high": None}),
                event("incident", {"low": None, "best": None, "high": 10}),
                event("incident", None),
                event("background", {"low": 100, "best": 100, "high": 100}),
            ],
        }
    )
    assert (count(annotation, "killed"), count(annotation, "injured")) == (14, 0)


def test_a_row_without_annotation_is_wrong(tmp_path: Path) -> None:
    path = tmp_path / "some.jsonl"
    lines = (DATA / "annotations.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(lines[:3]), encoding="utf-8")
    result = scored(DATA / "coded.csv", path)
    assert value(result, "killed_zero_exact") == 0.0
    assert [e.cause for e in result.errors if e.article == 3] == ["not_annotated", "not_annotated"]


@pytest.mark.parametrize(
    ("coded", "fatalities", "kinds", "cause"),
    [
        (5, [7], ["incident"], "too_many"),
        (5, [3], ["incident"], "too_few"),
        (5, [], [], "none_read"),
        (0, [5], ["incident"], "none_coded"),
        (5, [5, 2], ["incident", "incident"], "one_event_too_many"),
        (5, [5], ["background"], "in_background"),
    ],
)
def test_cause_of_a_wrong_total(
    tmp_path: Path, coded: int, fatalities: list[int], kinds: list[str], cause: str
) -> None:
    bounds = [{"low": number, "best": number, "high": number} for number in fatalities]
    events = [
        {"id": str(i), "kind": kind, "fatalities": one} for i, (kind, one) in enumerate(zip(kinds, bounds, strict=True))
    ]
    row = {"schema_version": "1.0", "article": {"id": "x"}, "events": events, "model": {"name": "m", "version": "1"}}
    (tmp_path / "a.jsonl").write_text(json.dumps(row) + "\n", encoding="utf-8")
    (tmp_path / "t.csv").write_text(f"id,text,killed\nx,Some text here,{coded}\n", encoding="utf-8")
    assert [error.cause for error in scored(tmp_path / "t.csv", tmp_path / "a.jsonl").errors] == [cause]


@pytest.mark.parametrize(
    ("text", "number"),
    [("12", 12), ("12.0", 12), ("1,200", 1200), ("0", 0), ("-9", None), ("2.5", None), ("many", None), (None, None)],
)
def test_counts_of_tables(text: str | None, number: int | None) -> None:
    assert whole_number(text) == number


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.csv", "id,text,deads\n1,Two died.,2\n", "name it with --killed-column"),
        ("a.csv", "id,killed\n1,2\n", "--text-column"),
        ("a.jsonl", '{"text": "x"\n', "not JSON"),
        ("a.jsonl", '{"text": "Hello you", "entities": [{"start": 3}], "events": []}\n', "not an article with"),
        ("a.txt", "=== x\noutlet: sohr\n", "no line `--- text`"),
        ("a.bin", "nothing", "cannot tell its format"),
    ],
)
def test_what_cannot_be_read_is_refused_with_what_to_do(tmp_path: Path, name: str, content: str, message: str) -> None:
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    with pytest.raises(DataError, match=message):
        read_data(path)


def test_missing_data_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no such file"):
        read_data(tmp_path / "none.csv")


def test_annotations_of_other_texts_are_refused(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("id,text,killed\na1,Another text than that one was.,2\n", encoding="utf-8")
    with pytest.raises(DataError, match="another text"):
        scored(tmp_path / "t.csv")


def test_annotations_of_other_articles_are_refused(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("id,text,killed\nzz,Two men died.,2\n", encoding="utf-8")
    with pytest.raises(DataError, match="none of its annotations"):
        scored(tmp_path / "t.csv")


def test_broken_annotations_are_refused_with_their_line(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"schema_version": "1.0", "article": {}, "model": {}}\n', encoding="utf-8")
    with pytest.raises(DataError, match=r"a\.jsonl:1: no annotation"):
        list(read_annotations(path))


def test_places_and_actors_of_a_coded_table(tmp_path: Path) -> None:
    text = "Gunmen killed a man in Tafas in Daraa."
    place = {"id": "p", "name": "Tafas", "kind": "settlement", "admin1": "Dar'a", "country": "Syria", "score": 0.9}
    at = {"start": 23, "end": 28, "text": "Tafas"}
    rows = []
    for name, lat in (("near", 32.74), ("far", 33.74)):
        location = {"role": "site", "mention": at, "place": {**place, "lat": lat, "lon": 36.07}}
        event = {"id": "e", "kind": "incident", "locations": [location]}
        rows.append(
            {
                "schema_version": "1.0",
                "article": {"id": name},
                "events": [event],
                "model": {"name": "m", "version": "1"},
            }
        )
    (tmp_path / "a.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    table = "id,text,killed,latitude,longitude,admin1,country\n"
    table += "".join(f"{name},{text},1,32.739,36.067,Daraa,SYR\n" for name in ("near", "far"))
    (tmp_path / "t.csv").write_text(table, encoding="utf-8")
    result = scored(tmp_path / "t.csv", tmp_path / "a.jsonl")
    assert value(result, "place_10km") == value(result, "first_place_10km") == 0.5
    assert value(result, "admin1") == value(result, "country") == 1.0
    assert [round(one.kilometres or 0) for one in result.distances] == [0, 111]
    assert result.scores["places"] == [(0.9, True), (0.9, False)]


def test_names_of_countries_divisions_and_governments_are_compared_over_spellings() -> None:
    assert {country_names()[name] for name in ("syria", "syr", "sy")} == {"Syria"}
    assert Linker().same_division("Dar'a", "Daraa", "Syria")
    assert not Linker().same_division("Homs", "Hama", "Syria")
    assert comparable("Military Forces of Syria (2000-2024)") == comparable("Military Forces of Syria (2000-)")

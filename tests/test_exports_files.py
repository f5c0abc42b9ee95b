"""Export files as other programs read them: spreadsheets, GeoJSON readers, libhxl."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conflict_events.exports import export, load_codebook
from conflict_events.exports.writing import cell
from conflict_events.schema import Annotation, Mention
from made_records import made_annotation, words


def written(target: str, *annotations: Annotation) -> bytes:
    output = io.BytesIO()
    assert export(annotations, target, output, load_codebook(target)) == len(annotations)
    return output.getvalue()


def test_excel_knows_utf8_by_the_byte_order_mark() -> None:
    content = written("csv", made_annotation())
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.count(b"\r\n") == 2


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "\r=", " =", "＝", "|", "%"])
def test_text_of_an_article_never_becomes_a_formula(start: str) -> None:
    evidence = Mention(start=0, end=9, text=f'{start}cmd|" /C calc"!A0')
    place = made_annotation().events[0].locations[1].model_copy(update={"mention": evidence})
    content = written("acled", made_annotation(evidence=[evidence], locations=[place])).decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(content, newline=""))
    assert all(not value.lstrip().startswith(("=", "+", "-", "@", "＝")) for value in row.values())
    assert row["location"].endswith('cmd|" /C calc"!A0')


@given(st.text())
def test_a_cell_is_its_text_or_its_text_after_an_apostrophe(text: str) -> None:
    assert str(cell(text)).removeprefix("'") == text.replace("\x00", "").removeprefix("'")


def test_negative_numbers_stay_numbers() -> None:
    assert cell(-3.5) == -3.5


def test_geojson_has_a_point_or_none() -> None:
    nowhere = made_annotation("a2", locations=[])
    data = json.loads(written("geojson", made_annotation("a1"), nowhere))
    assert data["type"] == "FeatureCollection"
    points = [feature["geometry"] for feature in data["features"]]
    assert points == [{"type": "Point", "coordinates": [38.87, 34.886]}, None]
    assert [feature["id"] for feature in data["features"]] == ["a1-e1", "a2-e1"]
    properties = data["features"][0]["properties"]
    assert (properties["killed_best"], properties["event_date"]) == (16, "2023-05-02")


def test_geojson_of_nothing_is_valid() -> None:
    assert json.loads(written("geojson")) == {"type": "FeatureCollection", "features": []}


def test_hxl_passes_the_parser_of_libhxl(tmp_path: Path) -> None:
    hxl = pytest.importorskip("hxl")
    file = tmp_path / "out.csv"
    file.write_bytes(written("hxl", made_annotation()))
    with hxl.data(str(file), hxl.InputOptions(allow_local=True)) as source:
        assert "#affected+killed" in source.display_tags
        (row,) = list(source)
        assert (row.get("#affected+killed"), row.get("#adm1+name")) == ("16", "Homs")


def test_every_hxl_column_has_a_hashtag() -> None:
    _, tags, *_ = csv.reader(io.StringIO(written("hxl", made_annotation()).decode()))
    assert all(tag.startswith("#") for tag in tags)


def test_a_file_is_whole_or_as_it_was(tmp_path: Path) -> None:
    file = tmp_path / "out.csv"
    file.write_text("before")

    def broken() -> object:
        yield made_annotation()
        raise RuntimeError("the store broke")

    with pytest.raises(RuntimeError, match="the store broke"):
        export(broken(), "csv", file, load_codebook("csv"))  # type: ignore[arg-type]
    assert file.read_text() == "before"
    assert list(tmp_path.iterdir()) == [file]


def test_words_that_are_in_the_text_are_quoted_right() -> None:
    record = made_annotation(evidence=[words("16 combatants")])
    (row,) = csv.DictReader(io.StringIO(written("acled", record).decode("utf-8-sig")))
    assert row["notes"] == "16 combatants"

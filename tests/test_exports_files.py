"""Export files as other programs read them: spreadsheets, GeoJSON readers, libhxl."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conflict_events.exports import TARGETS, FormatError, export, load_codebook
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


def test_hxl_passes_the_default_schema_of_libhxl(tmp_path: Path) -> None:
    hxl = pytest.importorskip("hxl")
    file = tmp_path / "out.csv"
    file.write_bytes(written("hxl", made_annotation("a1"), made_annotation("a2")))
    with hxl.data(str(file), hxl.InputOptions(allow_local=True)) as source:
        assert "#affected+killed" in source.display_tags
        row, _ = list(source)
        assert (row.get("#affected+killed"), row.get("#adm1+name")) == ("16", "Homs")
        assert (row.get("#country+code"), row.get("#adm1+code")) == ("SYR", "SY04")
    with hxl.data(str(file), hxl.InputOptions(allow_local=True)) as source:
        assert hxl.validate(source)["is_valid"]


def test_hapi_counts_events_by_month_and_division(tmp_path: Path) -> None:
    file = tmp_path / "hapi.csv"
    civilians = {"event_type": "Violence against civilians", "sub_event_type": "Attack"}
    assert export([made_annotation("a1"), made_annotation("a2", **civilians)], "hapi", file, load_codebook("hapi")) == 2
    head, tags, *lines = list(csv.reader(io.StringIO(file.read_text(encoding="utf-8"))))
    assert tags[head.index("admin1_code")] == "#adm1+code"
    coded = [dict(zip(head, line, strict=True)) for line in lines]
    assert [(one["event_type"], one["events"], one["fatalities"]) for one in coded] == [
        ("civilian_targeting", "1", "16"),
        ("political_violence", "2", "32"),
    ]
    assert (coded[0]["location_code"], coded[0]["admin1_code"]) == ("SYR", "SY04")
    assert (coded[0]["reference_period_start"], coded[0]["reference_period_end"]) == ("2023-05-01", "2023-05-31")


@pytest.mark.parametrize("target", [target for target in TARGETS if target != "geojson"])
def test_excel_opens_every_export(target: str, tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    pytest.importorskip("xlsxwriter")
    file = tmp_path / "out.xlsx"
    count = export([made_annotation()], target, file, load_codebook(target))
    book = openpyxl.load_workbook(file)
    sheet = book["events"]
    assert (sheet.max_row, sheet.freeze_panes, book.sheetnames) == (count + 1, "A2", ["events", "rules"])
    assert sheet.auto_filter.ref.startswith("A1:")
    assert not any(cell.data_type == "f" for line in sheet.iter_rows() for cell in line)


def test_excel_has_days_numbers_and_links(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    pytest.importorskip("xlsxwriter")
    file = tmp_path / "out.xlsx"
    record = made_annotation()
    article = record.article.model_copy(update={"url": "https://example.org/1"})
    export([record.model_copy(update={"article": article})], "csv", file, load_codebook("csv"))
    head, line = list(openpyxl.load_workbook(file)["events"].iter_rows())
    cells = dict(zip([cell.value for cell in head], line, strict=True))
    assert cells["event_date"].is_date
    assert cells["killed_best"].value == 16
    assert cells["url"].hyperlink.target == "https://example.org/1"


@pytest.mark.parametrize("target", [target for target in TARGETS if target != "geojson"])
def test_stata_opens_every_export(target: str, tmp_path: Path) -> None:
    pyreadstat = pytest.importorskip("pyreadstat")
    file = tmp_path / "out.dta"
    count = export([made_annotation()], target, file, load_codebook(target))
    frame, labels = pyreadstat.read_dta(str(file))
    assert len(frame) == count
    if target == "gtd":
        assert labels.variable_value_labels["attacktype1"] == {2: "Armed Assault"}
        assert frame["summary"][0].startswith("16 combatants")
    if target == "acled":
        assert labels.variable_value_labels["geo_precision"][1] == "exact"


@pytest.mark.parametrize("ending", [".parquet", ".gpkg", ".kml"])
@pytest.mark.parametrize("target", ["acled", "ged", "gtd", "airwars", "polecat", "csv"])
def test_geographic_systems_open_every_export(target: str, ending: str, tmp_path: Path) -> None:
    geopandas = pytest.importorskip("geopandas")
    pytest.importorskip("pyogrio")
    file = tmp_path / f"out{ending}"
    assert export([made_annotation()], target, file, load_codebook(target)) == 1
    frame = geopandas.read_parquet(file) if ending == ".parquet" else geopandas.read_file(file)
    assert frame.crs.to_epsg() == 4326
    assert (round(frame.geometry[0].x, 2), round(frame.geometry[0].y, 2)) == (38.87, 34.89)
    if ending == ".kml":
        assert "2023" in frame["Name"][0]


def test_kml_leaves_out_what_has_no_point(tmp_path: Path) -> None:
    pytest.importorskip("geopandas")
    file = tmp_path / "out.kml"
    assert export([made_annotation("a1"), made_annotation("a2", locations=[])], "csv", file, load_codebook("csv")) == 1


@pytest.mark.parametrize("target", [target for target in TARGETS if target != "geojson"])
def test_frictionless_validates_every_data_package(target: str, tmp_path: Path) -> None:
    frictionless = pytest.importorskip("frictionless")
    file = tmp_path / "datapackage.json"
    export([made_annotation("a1"), made_annotation("a2", locations=[])], target, file, load_codebook(target))
    report = frictionless.validate(str(file))
    assert report.valid, report.flatten(["fieldName", "note"])
    package = json.loads(file.read_text(encoding="utf-8"))
    assert package["codebook"]["edition"] == load_codebook(target).source
    if target == "acled":
        fields = {field["name"]: field for field in package["resources"][0]["schema"]["fields"]}
        assert fields["fatalities"]["type"] == "integer"
        assert "Battles" in fields["event_type"]["constraints"]["enum"]


@pytest.mark.parametrize(
    ("target", "name"), [("acled", "out.pdf"), ("csv", "out"), ("geojson", "out.csv"), ("hapi", "out.kml")]
)
def test_an_ending_that_is_not_known_is_refused(target: str, name: str, tmp_path: Path) -> None:
    with pytest.raises(FormatError, match=r"writes \."):
        export([made_annotation()], target, tmp_path / name, load_codebook(target))
    assert list(tmp_path.iterdir()) == []


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

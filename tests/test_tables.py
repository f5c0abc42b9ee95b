"""Annotations as seven tables, and the tables through every format and back."""

from __future__ import annotations

import datetime as dt
import tempfile
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings

from conflict_events.api import Corpus, read
from conflict_events.batch.reading_back import read_tables
from conflict_events.batch.stores import write_store
from conflict_events.schema import Annotation
from conflict_events.tables import COLUMNS, SCHEMAS, TABLES, arrow, build_tables, columns_in_words, frame
from made_records import annotations, made_annotation

FORMATS = ("jsonl", "csv", "parquet", "duckdb")


@pytest.fixture(scope="module")
def tables() -> dict[str, pa.Table]:
    return build_tables([made_annotation("a1"), made_annotation("a2")])


def test_there_are_seven_tables_with_the_columns_that_are_documented(tables: dict[str, pa.Table]) -> None:
    assert TABLES == ("articles", "events", "casualties", "actors", "locations", "tallies", "findings")
    for name, table in tables.items():
        assert table.column_names == [column for column, _, _ in COLUMNS[name]]
        assert table.schema.equals(SCHEMAS[name])
    assert all(meaning for *_, meaning in columns_in_words())


def test_one_row_a_record(tables: dict[str, pa.Table]) -> None:
    assert {name: table.num_rows for name, table in tables.items()} == {
        "articles": 2,
        "events": 2,
        "casualties": 8,
        "actors": 4,
        "locations": 4,
        "tallies": 2,
        "findings": 2,
    }


def test_parts_of_a_casualty_hang_under_it_and_are_not_counted(tables: dict[str, pa.Table]) -> None:
    rows = [row for row in tables["casualties"].to_pylist() if row["article_id"] == "a1"]
    shown = [(row["casualty_id"], row["parent_casualty_id"], row["event_id"], row["tally_id"]) for row in rows]
    assert shown == [
        ("a1-e1-c1", None, "a1-e1", None),
        ("a1-e1-c1.1", "a1-e1-c1", "a1-e1", None),
        ("a1-e1-c2", None, "a1-e1", None),
        ("a1-t1-c1", None, None, "a1-t1"),
    ]
    assert [row["counted"] for row in rows] == [True, False, True, False]


def test_adding_up_what_counts_gives_the_sums_of_the_event(tables: dict[str, pa.Table]) -> None:
    casualties, events = frame(tables["casualties"]), frame(tables["events"])
    killed = casualties[casualties["counted"] & (casualties["outcome"] == "killed")]
    sums = killed.groupby("event_id")["best"].sum()
    assert sums.to_dict() == dict(zip(events["event_id"], events["fatalities_best"], strict=True))


def test_an_open_bound_is_missing_and_never_zero(tables: dict[str, pa.Table]) -> None:
    casualties = frame(tables["casualties"])
    nine = casualties.set_index("casualty_id").loc["a1-e1-c1.1"]
    assert (nine["low"], nine["best"]) == (9, 9)
    assert nine["high"] is pd.NA
    assert casualties["high"].dtype == pd.Int64Dtype()


def test_types_and_values_in_pandas(tables: dict[str, pa.Table]) -> None:
    events = frame(tables["events"])
    assert events["date_start"].dtype == pd.ArrowDtype(pa.date32())
    assert events["date_start"][0] == dt.date(2023, 5, 2)
    locations = frame(tables["locations"])
    assert list(locations["place"][:2]) == ["Sokhneh", pd.NA]
    assert locations["lat"][0] == 34.886


def test_several_mentions_share_a_cell_with_their_offsets_beside_it(tables: dict[str, pa.Table]) -> None:
    row = tables["findings"].to_pylist()[0]
    assert (row["mentions"], row["mention_spans"]) == ("148 | 19", "169-172;193-195")


@pytest.mark.parametrize("store_format", FORMATS)
def test_every_format_gives_equal_frames_back(store_format: str, tmp_path: Path, tables: dict[str, pa.Table]) -> None:
    corpus = Corpus([made_annotation("a1"), made_annotation("a2")])
    path = tmp_path / f"out.{store_format}"
    getattr(corpus, f"to_{store_format}")(path)
    again = read(path)
    assert again.annotations == corpus.annotations
    back = read_tables(path)
    for name in TABLES:
        pd.testing.assert_frame_equal(frame(back[name]), frame(tables[name]))


@given(record=annotations)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_annotation_survives_every_format(record: Annotation) -> None:
    tables = build_tables([record])
    for store_format in FORMATS:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"out.{store_format}"
            write_store(path, store_format, [record], tables)
            back = read_tables(path)
            for name in TABLES:
                assert back[name].equals(tables[name]), (store_format, name)


def test_a_frame_becomes_the_arrow_table_it_came_from(tables: dict[str, pa.Table]) -> None:
    for name in TABLES:
        assert arrow(name, frame(tables[name])).equals(tables[name])


def test_no_annotations_give_empty_tables_with_all_columns() -> None:
    for name, table in build_tables([]).items():
        assert table.num_rows == 0
        assert table.schema.equals(SCHEMAS[name])

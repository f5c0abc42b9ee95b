"""What is read from which file, and what is said where something cannot be read."""

from __future__ import annotations

import datetime as dt
import gzip
import io
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from conflict_events.reading import (
    FieldNames,
    InputArticle,
    ReadError,
    date_in_url,
    decode,
    read_articles,
    read_date,
    stable_id,
)

TEXT = "Two soldiers were killed in Homs on Sunday."
RECORD = {
    "source_id": "a1",
    "body": TEXT,
    "headline": "Two killed",
    "publisher": "SOHR",
    "pubDate": "2024-03-05T10:00:00Z",
    "link": "https://www.syriahr.com/en/1/",
}

Write = Callable[[str, bytes | str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def save(name: str, content: bytes | str) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return save


def one(*inputs: str | Path, **options: Any) -> InputArticle:
    (found,) = read_articles(inputs, **options)
    assert isinstance(found, InputArticle), found
    return found


def error(*inputs: str | Path, **options: Any) -> ReadError:
    (found,) = read_articles(inputs, **options)
    assert isinstance(found, ReadError), found
    return found


# --- kinds of files ---------------------------------------------------------------------------------------------------


def test_a_text_file_is_one_article_named_after_the_file(write: Write) -> None:
    path = write("report_7.txt", TEXT)
    assert one(path) == InputArticle(id="report_7", text=TEXT, source=str(path))


def test_a_page_gives_its_main_text_title_date_and_site(write: Write) -> None:
    body = "".join(
        f"<p>{TEXT} The source said so on the telephone, and others said the same of it ({n}).</p>" for n in range(6)
    )
    path = write(
        "page.html",
        "<html><head><title>Two killed in Homs</title><meta property='og:site_name' content='North Press Agency'>"
        "<meta property='article:published_time' content='2024-03-05'></head><body><nav><a href='/'>Home</a></nav>"
        f"<article><h1>Two killed in Homs</h1>{body}</article><footer>All rights reserved</footer></body></html>",
    )
    article = one(path)
    assert " ".join(article.text.split()).startswith(f"Two killed in Homs {TEXT}")
    assert "All rights reserved" not in article.text
    assert (article.title, article.outlet, article.published) == (
        "Two killed in Homs",
        "North Press Agency",
        dt.date(2024, 3, 5),
    )


def expect_record(article: InputArticle, source: str) -> None:
    assert article == InputArticle(
        id="a1",
        text=TEXT,
        title="Two killed",
        outlet="SOHR",
        published=dt.date(2024, 3, 5),
        url="https://www.syriahr.com/en/1/",
        source=source,
    )


@pytest.mark.parametrize(
    ("name", "content", "row"),
    [
        ("x.jsonl", json.dumps(RECORD) + "\n", "#1"),
        ("x.ndjson", "\n\n" + json.dumps(RECORD), "#3"),
        ("x.json", json.dumps(RECORD), ""),
        ("x.json", json.dumps([RECORD]), ""),
        ("x.json", json.dumps({"articles": [RECORD]}), ""),
        ("x.csv", ",".join(RECORD) + "\n" + ",".join(RECORD.values()) + "\n", "#2"),
        ("x.csv", ";".join(RECORD) + "\n" + ";".join(RECORD.values()) + "\n", "#2"),
        ("x.tsv", "\t".join(RECORD) + "\n" + "\t".join(RECORD.values()) + "\n", "#2"),
        ("x.jsonl.gz", gzip.compress(json.dumps(RECORD).encode()), "#1"),
    ],
)
def test_a_record_is_read_by_its_usual_field_names(write: Write, name: str, content: bytes | str, row: str) -> None:
    path = write(name, content)
    expect_record(one(path), f"{path}{row}")


def test_parquet_is_read_by_its_columns(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    pq.write_table(pa.table({key: [value] for key, value in RECORD.items()}), path)
    expect_record(one(path), f"{path}#1")


@pytest.mark.parametrize(
    "names",
    [
        ("event_id_cnty", "notes", "event_date", "source"),
        ("eventid", "summary", "date", "dbsource"),
        ("Article ID", "Full Text", "Published At", "Publisher"),
        ("ID", "CONTENT", "Date", "Site"),
    ],
)
def test_columns_of_other_projects_are_known(write: Write, names: tuple[str, str, str, str]) -> None:
    article = one(write("x.csv", ",".join(names) + f"\nSYR1,{TEXT},9-May-20,SANA\n"))
    assert (article.id, article.text, article.published, article.outlet) == ("SYR1", TEXT, dt.date(2020, 5, 9), "SANA")


def test_columns_can_be_named(write: Write) -> None:
    path = write("x.csv", f"text,comment,nr\nnot this,{TEXT},7\n")
    article = one(path, fields=FieldNames(text="comment", id="nr"))
    assert (article.id, article.text) == ("7", TEXT)
    assert "no column 'kommentar'" in error(path, fields=FieldNames(text="kommentar")).reason


def test_where_one_column_says_nothing_the_next_is_asked_but_never_for_the_text(write: Write) -> None:
    record = {
        "text": TEXT,
        "outlet": "other",
        "publisher": "SANA",
        "published": "",
        "event_date": "2024-03-05",
        "lang": "en-GB",
    }
    article = one(write("x.json", json.dumps(record)))
    assert (article.outlet, article.published, article.language) == ("SANA", dt.date(2024, 3, 5), "en")
    assert "its text is empty" in error(write("y.json", json.dumps({"text": "", "summary": TEXT}))).reason


def test_an_outlet_given_by_the_user_goes_before_the_records(write: Write) -> None:
    assert one(write("x.json", json.dumps(RECORD)), outlet="npa").outlet == "npa"


def test_a_folder_and_a_pattern_give_every_file_in_order(write: Write, tmp_path: Path) -> None:
    write("b/two.txt", TEXT)
    write("a.txt", TEXT)
    write("picture.png", b"\x89PNG")
    ids = [found.id for found in read_articles([tmp_path]) if isinstance(found, InputArticle)]
    assert ids == ["a", "two"]
    assert [found.source for found in read_articles([f"{tmp_path}/**/*.txt"])] == [
        str(tmp_path / "a.txt"),
        str(tmp_path / "b/two.txt"),
    ]


@pytest.mark.parametrize(
    ("content", "ids"),
    [
        (TEXT, ["stdin"]),
        (json.dumps(RECORD) + "\n" + json.dumps({**RECORD, "source_id": "a2"}), ["a1", "a2"]),
        (json.dumps([RECORD], indent=1), ["a1"]),
        ('{"half": "a record"\n' + TEXT, ["stdin"]),
    ],
)
def test_standard_input_is_records_or_one_text(content: str, ids: list[str]) -> None:
    found = list(read_articles(["-"], stdin=io.BytesIO(content.encode())))
    assert [item.id for item in found if isinstance(item, InputArticle)] == ids


# --- ids and dates ----------------------------------------------------------------------------------------------------


def test_records_without_an_id_are_named_after_file_and_row(write: Write) -> None:
    path = write("x.jsonl", "".join(json.dumps({"text": TEXT}) + "\n" for _ in range(2)))
    assert [found.id for found in read_articles([path]) if isinstance(found, InputArticle)] == ["x-1", "x-2"]


def test_an_id_used_twice_is_told_and_told_apart(write: Write) -> None:
    path = write("x.jsonl", "".join(json.dumps({"id": name, "text": TEXT}) + "\n" for name in ("a", "a", "a-2", "a")))
    found = [item for item in read_articles([path]) if isinstance(item, InputArticle)]
    assert [item.id for item in found] == ["a", "a-2", "a-2-2", "a-3"]
    assert found[0].notes == ()
    assert "used before" in found[1].notes[0]


def test_a_stable_id_depends_on_the_content_only() -> None:
    assert stable_id(TEXT) == stable_id(TEXT) != stable_id(TEXT, "https://example.org")
    assert stable_id(TEXT).startswith("article-")


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2024-03-05", dt.date(2024, 3, 5)),
        ("20240305", dt.date(2024, 3, 5)),
        ("2025-06-13T22:19:39+00:00 2025-06-13T22:19:39+00:00", dt.date(2025, 6, 13)),
        ("9-May-20", dt.date(2020, 5, 9)),
        ("2 February، 2022", dt.date(2022, 2, 2)),
        ("March 5, 2024", dt.date(2024, 3, 5)),
        ("Saturday, 20 August 2022, 15:36", dt.date(2022, 8, 20)),
        ("31/12/2023", dt.date(2023, 12, 31)),
        ("12/31/2023", dt.date(2023, 12, 31)),
        (1709596800, dt.date(2024, 3, 5)),
        ("1709596800000", dt.date(2024, 3, 5)),
        (dt.datetime(2024, 3, 5, 1), dt.date(2024, 3, 5)),
        ("", None),
        ("yesterday", None),
        ("May 2020", None),
        ("2024-13-45", None),
        (7, None),
        (float("nan"), None),
        (None, None),
        (True, None),
    ],
)
def test_dates_are_read_or_left_open(written: object, day: dt.date | None) -> None:
    assert read_date(written) == day


@given(st.one_of(st.text(max_size=40), st.floats(), st.integers(), st.booleans(), st.none(), st.lists(st.integers())))
def test_no_value_breaks_the_reading_of_dates(value: object) -> None:
    assert read_date(value) is None or isinstance(read_date(value), dt.date)


def test_the_day_in_an_address_dates_an_article_without_a_date(write: Write) -> None:
    assert date_in_url("https://news.example.org/2023/01/21/seven-injured/") == dt.date(2023, 1, 21)
    assert date_in_url("https://example.org/2023/13/21/") is None
    record = {"text": TEXT, "url": "https://news.example.org/2023/01/21/x/"}
    assert one(write("x.json", json.dumps(record))).published == dt.date(2023, 1, 21)


# --- bad input --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("x.txt", b"", "is empty"),
        ("x.txt", b" \n ", "its text is empty"),
        ("x.txt", b"12345 67890 !!", "no letters"),
        ("x.txt", b"\x00\x01\x02\x03" * 40, "binary"),
        ("x.txt", b"%PDF-1.7 text", "binary"),
        ("x.txt", b"Two were killed. " * 300_000, "5,100,000 characters"),
        ("x.html", b"<html><body></body></html>", "no article was found"),
        ("x.json", b"{broken", "is not JSON"),
        ("x.json", b"[]", "its list is empty"),
        ("x.json", b"5", "holds no records"),
        ("x.json", b'[["a"]]', "not a record"),
        ("x.json", b'{"title": "x"}', "no field that holds a text"),
        ("x.json", b'{"text": 5}', "its text is int"),
        ("x.json", b'{"text": null}', "has no text"),
        ("x.jsonl", b"\n\n", "holds no records"),
        ("x.jsonl", b"not json\n", "line 1 is not JSON"),
        ("x.csv", b"title,day\nx,1\n", "no column that holds a text (columns: title, day)"),
        ("x.csv", b"text\n", "no rows"),
        ("x.csv", b"\x00" * 100, "binary"),
        ("x.parquet", b"PAR1 no", "is not Parquet"),
        ("x.txt.gz", b"no gzip", "cannot be read"),
        ("x.docx", b"PK", "is not a Word document"),
        ("x.xyz", b"PK", "no kind of file"),
        ("x.doc", b"PK", "save it as .docx"),
        ("x.json", b'{"text": [{"a": 1}]}', "a list or a record"),
    ],
)
def test_bad_input_is_an_error_that_says_what_to_do(write: Write, name: str, content: bytes, said: str) -> None:
    path = write(name, content)
    found = error(path)
    assert said in found.reason
    assert found.source.startswith(str(path))
    assert ";" in found.reason or "check" in found.reason


def test_a_missing_path_an_empty_folder_and_an_empty_pattern_are_errors(tmp_path: Path) -> None:
    assert "no such file" in error(tmp_path / "none.txt").reason
    assert "no file matches" in error(f"{tmp_path}/*.txt").reason
    assert "holds no file to read" in error(tmp_path).reason
    assert "standard input is empty" in error("-", stdin=io.BytesIO(b"")).reason
    assert "cannot be read" in error("x" * 5000).reason


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="the superuser may read everything")
def test_a_file_that_may_not_be_read_is_an_error(write: Write) -> None:
    path = write("x.txt", TEXT)
    path.chmod(0)
    assert "may not be read" in error(path).reason


def test_articles_come_one_at_a_time(write: Write) -> None:
    """The reader never holds the whole file: what comes later need not even be readable yet."""
    first, second = write("a.jsonl", json.dumps(RECORD) + "\n"), Path(write("b.txt", TEXT))
    found = read_articles([first, second])
    assert isinstance(next(found), InputArticle)
    second.unlink()
    assert isinstance(next(found), ReadError)


def test_a_bad_record_does_not_stop_the_others(write: Write) -> None:
    lines = [json.dumps(RECORD), "{broken", json.dumps({"title": "no text", "id": "b"}), json.dumps({"text": TEXT})]
    found = list(read_articles([write("x.jsonl", "\n".join(lines))]))
    assert [type(item).__name__ for item in found] == ["InputArticle", "ReadError", "ReadError", "InputArticle"]
    assert isinstance(found[2], ReadError)
    assert found[2].record == {"title": "no text", "id": "b"}


@pytest.mark.parametrize(
    ("content", "text", "note"),
    [
        (TEXT.encode(), TEXT, None),
        (b"\xef\xbb\xbf" + TEXT.encode(), TEXT, None),
        (TEXT.encode("utf-16"), TEXT, "utf-16"),
        ("Kobanê – two died".encode("cp1252"), "Kobanê – two died", "cp1252"),
        ("قتل شخصان في قصف على المدينة".encode("cp1256"), "قتل شخصان في قصف على المدينة", "cp1256"),
    ],
)
def test_text_that_is_not_utf8_is_read_with_a_note(content: bytes, text: str, note: str | None) -> None:
    decoded = decode(content)
    assert decoded is not None
    assert decoded[0] == text
    assert [note in line for line in decoded[1]] == ([True] if note else [])


def test_a_table_in_a_windows_code_page_is_read(write: Write) -> None:
    article = one(write("x.csv", "id,text\na,Kobanê saw two dead\n".encode("cp1252")))
    assert article.text == "Kobanê saw two dead"
    assert article.notes == ("not UTF-8; read as cp1252",)


@given(
    st.binary(max_size=300),
    st.sampled_from([".txt", ".json", ".jsonl", ".csv", ".tsv", ".html", ".parquet", ".txt.gz"]),
)
def test_no_bytes_break_the_reader(tmp_path_factory: pytest.TempPathFactory, content: bytes, ending: str) -> None:
    path = tmp_path_factory.mktemp("hostile") / f"x{ending}"
    path.write_bytes(content)
    for found in read_articles([path]):
        assert isinstance(found, (InputArticle, ReadError))


def test_rows_of_a_table_with_too_many_cells_or_a_stray_quote_are_told_and_the_others_read(write: Write) -> None:
    path = write(
        "x.csv",
        'id,text\na,Two were killed\nb,Two were killed in Homs, five in Idlib\nc,"A ""quoted"" word"\n'
        'd,"A "stray" quote"\ne,Nine were injured,\n',
    )
    found = list(read_articles([path]))
    assert [item.id for item in found if isinstance(item, InputArticle)] == ["a", "c", "e"]
    errors = [item for item in found if isinstance(item, ReadError)]
    assert [error.source.split("#")[1] for error in errors] == ["3", "5"]
    assert "3 cells where the header has 2" in errors[0].reason
    assert "quote" in errors[1].reason


def test_a_parquet_row_with_a_date_that_no_calendar_holds_costs_only_itself(tmp_path: Path) -> None:
    dates = pa.array([0, 3_000_000_000_000, 86_400], pa.timestamp("s"))
    pq.write_table(pa.table({"text": ["Two dead", "Three dead", "Four dead"], "date": dates}), tmp_path / "x.parquet")
    found = list(read_articles([tmp_path / "x.parquet"]))
    assert [type(item) for item in found] == [InputArticle, ReadError, InputArticle]


def test_a_parquet_row_of_broken_text_costs_only_itself(tmp_path: Path) -> None:
    words = [b"Two dead", b"\xff\xfe broken", b"Four dead"]
    offsets = pa.py_buffer(b"".join(n.to_bytes(4, "little") for n in (0, 8, 17, 26)))
    texts = pa.StringArray.from_buffers(3, offsets, pa.py_buffer(b"".join(words)))
    pq.write_table(pa.table({"text": texts}), tmp_path / "x.parquet")
    found = list(read_articles([tmp_path / "x.parquet"]))
    assert [type(item) for item in found] == [InputArticle, ReadError, InputArticle]


def test_a_number_of_four_hundred_digits_is_no_date_and_costs_nothing(write: Write) -> None:
    article = one(write("x.jsonl", '{"text": "Two were killed", "date": 1' + "0" * 400 + "}\n"))
    assert article.published is None


@pytest.mark.parametrize("name", ["x.jsonl.gz", "x.txt.gz", "x.csv.gz"])
def test_a_packed_file_that_unpacks_to_far_more_than_its_size_is_an_error(
    write: Write, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("conflict_events.reading.files.MIN_UNPACKED", 1_000_000)
    path = write(name, gzip.compress(b"id,text\n" + b"x" * 3_000_000))
    (error,) = read_articles([path])
    assert isinstance(error, ReadError)
    assert "unpacks to more than" in error.reason


def test_a_packed_file_that_is_damaged_within_is_an_error(write: Write) -> None:
    packed = bytearray(gzip.compress(b'{"text": "Two were killed"}\n' * 500))
    packed[20:40] = b"\x00" * 20
    found = list(read_articles([write("x.jsonl.gz", bytes(packed))]))
    assert isinstance(found[-1], ReadError)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse the name")
def test_a_file_whose_name_is_not_utf8_is_read(tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.txt"))
    path.write_text("Two were killed in Homs.")
    (article,) = read_articles([tmp_path])
    assert isinstance(article, InputArticle)

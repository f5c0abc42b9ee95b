"""Hostile input: nothing crashes or hangs, and every record is in the results or among the errors."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conflict_events.batch.engines import LocalEngine
from conflict_events.batch.model import ModelChoice
from conflict_events.batch.reading_back import read_annotations, read_errors
from conflict_events.batch.run import Summary, build_manifest, run_to_store
from conflict_events.batch.stores import open_store
from conflict_events.reading import read_articles
from small_model import write_small_model


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> LocalEngine:
    return LocalEngine(ModelChoice(write_small_model(tmp_path_factory.mktemp("model"))), timeout=4)


def annotate(inputs: list[Path], engine: LocalEngine, output: Path) -> tuple[Summary, list[str], list[str]]:
    """What a run over the inputs gives: its figures, the ids annotated, the sources of the errors."""
    store = open_store(output, "jsonl")
    manifest = build_manifest(store_format="jsonl", inputs=inputs, model={}, options={})
    try:
        summary = run_to_store(read_articles(inputs), engine, store, manifest)
    finally:
        store.close()
    ids = [record.article.id for record in read_annotations(output)]
    return summary, ids, [error.source for error in read_errors(output)]


GOOD = "ISIS attacked regime forces near Al-Sokhna in Homs. Two civilians were killed.\n"

HOSTILE: dict[str, bytes] = {
    "binary.txt": bytes(range(256)) * 64,
    "picture.html": b"\x89PNG\r\n\x1a\n" + os.urandom(2000),
    "broken_utf8.txt": GOOD.encode() + b"\xff\xfe\xfa killed \xc3\x28",
    "nested.html": b"<html><body>" + b"<div>" * 5000 + GOOD.encode() + b"</div>" * 5000 + b"</body></html>",
    "unclosed.html": b"<table><tr><td><!-- " + GOOD.encode() * 3,
    "controls.txt": ("".join(map(chr, range(1, 32))) + GOOD + "\x00\x7f\x85\u2028\u2029").encode(),
    "right_to_left.txt": f"\u202e{GOOD}\u202c قتل مدنيان في حمص \u200f\u061c".encode(),
    "combining.txt": ("I" + "\u0301" * 3000 + "SIS killed Two civilians in Homs. ").encode(),
    "emoji.txt": ("👩‍👩‍👧‍👦" * 500 + GOOD).encode(),
    "long_line.txt": (GOOD.strip() + " ").encode() * 600,
    "one_word.txt": b"a" * 200_000,
    "parentheses.txt": b"(" * 2000 + b"ISIS killed Two civilians" + b")" * 2000,
    "numbers.txt": b"killed " + b"1,000,000,000 " * 2000,
    "huge_number.txt": b"ISIS killed " + b"9" * 400 + b" civilians in Homs.",
    "stars.txt": b"*-*" * 20_000 + b" kil*led",  # takes longer than the limit
    "empty.txt": b"",
    "blank.txt": b" \n\t\n" * 100,
    "no_letters.txt": b"12345 !!! ???\n" * 20,
    "cut.jsonl": b'{"id": "ok", "text": "ISIS attacked in Homs."}\n{"id": "cut", "text": "ISIS att',
    "types.jsonl": b'[]\n3\n"ISIS attacked."\n{"text": 5}\n{"text": {}}\n{"id": {"a": 1}, "text": "ISIS fled."}\n',
    "deep.jsonl": b'{"text": ' + b"[" * 100_000 + b"]" * 100_000 + b"}\n",
    "surrogate.jsonl": b'{"id": "\\ud800", "text": "ISIS \\udfff attacked in Homs."}\n',
    "no_text.csv": b"a,b\n1,2\n",
    "quotes.csv": b'id,text\n1,"ISIS ""attacked"" in\nHoms"\n2,"never closed\n',
    "nul.csv": b"id,text\n1,ISIS\x00 attacked in Homs\n",
    "not.parquet": b"PAR1 no PAR1",
    "zip.jsonl.gz": b"\x1f\x8b\x08 not really",
}


def test_a_folder_of_hostile_files(engine: LocalEngine, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    for name, content in HOSTILE.items():
        (folder / name).write_bytes(content)
    (folder / "good.txt").write_text(GOOD)
    summary, ids, errors = annotate([folder], engine, tmp_path / "out.jsonl")
    assert "good" in ids
    assert summary.annotated == len(ids)
    assert summary.failed == len(errors)
    accounted = {Path(error.split("#")[0]).name for error in errors}
    accounted |= {
        Path((record.article.source or "").split("#")[0]).name for record in read_annotations(tmp_path / "out.jsonl")
    }
    assert accounted == {*HOSTILE, "good.txt"}


def test_a_hundred_thousand_empty_rows(engine: LocalEngine, tmp_path: Path) -> None:
    file = tmp_path / "rows.csv"
    file.write_text("id,text\n" + ",\n" * 100_000 + "last,ISIS attacked regime forces in Homs.\n")
    summary, ids, _ = annotate([file], engine, tmp_path / "out.jsonl")
    assert ids == ["last"]
    assert summary.annotated == 1


def test_a_line_of_fifty_million_bytes(engine: LocalEngine, tmp_path: Path) -> None:
    file = tmp_path / "long.jsonl"
    line = json.dumps({"id": "huge", "text": "ISIS attacked. " * 3_400_000})
    file.write_text(line + "\n" + json.dumps({"id": "next", "text": "ISIS attacked in Homs."}) + "\n")
    summary, ids, errors = annotate([file], engine, tmp_path / "out.jsonl")
    assert (ids, errors) == (["next"], [f"{file}#1"])
    assert "characters, more than the" in summary.reasons[0].reason


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
_RECORDS = st.dictionaries(
    st.sampled_from(["id", "text", "title", "date", "outlet", "url", "meta", "language", "body"]), _JSON, max_size=5
)


@given(records=st.lists(_RECORDS | _JSON, min_size=1, max_size=6))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_json_is_accounted_for(engine: LocalEngine, records: list[object]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "in.jsonl"
        file.write_text("".join(json.dumps(record) + "\n" for record in records))
        summary, ids, errors = annotate([file], engine, Path(folder) / "out.jsonl")
        assert len(ids) + len(errors) == len(records)
        assert summary.annotated == len(set(ids)) == len(ids)


@given(text=st.text(max_size=300) | st.text("abkiled ISIS Two()*-,.\n\t\u200b\u0301'\"“”", max_size=300))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_is_annotated_or_an_error(engine: LocalEngine, text: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "in.txt"
        file.write_bytes(text.encode("utf-8", "surrogatepass"))
        _, ids, errors = annotate([file], engine, Path(folder) / "out.jsonl")
        assert len(ids) + len(errors) == 1

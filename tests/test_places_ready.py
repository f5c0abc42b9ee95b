"""The gazetteer is text, one file a country; the table that programs read is made of it once."""

from __future__ import annotations

import csv
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from conflict_events.places import ready

HEAD = "id,name,kind,country,admin1,admin2,admin3,lat,lon,population,listed,located,aliases\n"
SYRIA = HEAD + (
    "C1,Manbij,settlement,Syria,Aleppo,Menbij,Menbij,36.52816,37.95502,99497,0,1,منبج|Mambij\n"
    "C2,Tabqa,settlement,Syria,Ar-Raqqa,Ath-Thawrah,Al-Thawrah,35.83671,38.54743,69425,1,1,\n"
)
IRAQ = HEAD + "GN9,Mosul,settlement,Iraq,Ninewa,,,36.335,43.11889,1739800,0,1,الموصل|Mossoul\n"


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Tables of a source tree: two countries and the rules of spelling, nothing ready."""
    monkeypatch.setenv(ready.CACHE_VARIABLE, str(tmp_path / "cache"))
    ready.ready_table.cache_clear()
    folder = tmp_path / "data"
    (folder / "gazetteer").mkdir(parents=True)
    (folder / "gazetteer" / "syria.csv").write_text(SYRIA, encoding="utf-8")
    (folder / "gazetteer" / "iraq.csv").write_text(IRAQ, encoding="utf-8")
    shutil.copy(ready.package_data() / "romanisation.toml", folder)
    yield folder
    ready.ready_table.cache_clear()


def names(table: Path | bytes) -> list[str]:
    assert isinstance(table, Path)
    return pq.read_table(table).column("name").to_pylist()


def test_the_table_is_made_at_first_use_and_then_kept(data: Path) -> None:
    made = ready.ready_table(data)
    assert names(made) == ["Manbij", "Tabqa", "Mosul"]
    assert made.parent == ready.cache_folder()
    written = made.stat().st_mtime_ns
    ready.ready_table.cache_clear()
    assert ready.ready_table(data) == made
    assert made.stat().st_mtime_ns == written


def test_a_corrected_line_makes_another_table(data: Path) -> None:
    before = ready.ready_table(data)
    iraq = data / "gazetteer" / "iraq.csv"
    iraq.write_text(IRAQ + "R1,Sinjar,settlement,Iraq,Ninewa,,,36.32,41.86,77926,1,1,Shingal\n", encoding="utf-8")
    ready.ready_table.cache_clear()
    after = ready.ready_table(data)
    assert after != before
    assert names(after) == ["Manbij", "Tabqa", "Mosul", "Sinjar"]


def test_many_who_make_it_at_once_leave_one_whole_table(data: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: ready.ready_table.__wrapped__(data), range(8)))
    assert set(map(str, found)) == {str(found[0])}
    assert names(found[0]) == ["Manbij", "Tabqa", "Mosul"]
    assert [file.name for file in found[0].parent.iterdir()] == [found[0].name]


def test_where_nothing_can_be_kept_it_is_made_in_memory(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ready.CACHE_VARIABLE, str(data / "romanisation.toml" / "below a file"))
    assert isinstance(ready.ready_table(data), bytes)
    ready.ready_table.cache_clear()


def test_a_table_that_is_ready_is_taken_as_it_is(data: Path) -> None:
    (data / "places.parquet").write_bytes(ready.as_parquet(ready.make_table(data)))
    assert ready.ready_table(data) == data / "places.parquet"


def test_missing_sources_are_an_error_that_says_so(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="install the package again"):
        ready.sources(tmp_path)


def test_sources_are_written_as_they_are_read(data: Path, tmp_path: Path) -> None:
    ready.write_sources(ready.make_table(data), tmp_path / "again")
    assert (tmp_path / "again" / "syria.csv").read_text(encoding="utf-8") == SYRIA
    assert (tmp_path / "again" / "iraq.csv").read_text(encoding="utf-8") == IRAQ


def test_the_table_in_use_is_made_of_the_sources_that_are_there() -> None:
    metadata = ready.open_ready_table().schema_arrow.metadata
    assert metadata[b"sources"].decode() == ready.fingerprint(ready.package_data())


def test_every_source_holds_one_country_in_the_order_of_ids_and_no_id_stands_twice() -> None:
    seen: set[str] = set()
    for source in ready.sources(ready.package_data()):
        with source.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        ids = [row["id"] for row in rows]
        assert ids == sorted(set(ids)), source.name
        assert seen.isdisjoint(ids), source.name
        seen.update(ids)
        assert len({row["country"] for row in rows}) == 1, source.name

"""Every query of ``docs/queries.md`` runs, and its list of columns is the tables' own."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from conflict_events.api import Corpus
from conflict_events.batch.queries import answer
from conflict_events.tables import columns_in_words
from made_records import made_annotation

PAGE = Path(__file__).parents[1] / "docs" / "queries.md"
QUERIES = re.findall(r"```sql\n(.+?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("results") / "results"
    background = made_annotation("a2", kind="background")
    Corpus([made_annotation("a1"), background]).to_parquet(path)
    return path


@pytest.mark.parametrize("query", QUERIES)
def test_it_runs(query: str, results: Path) -> None:
    assert "rows)" in answer(results, query)


def test_what_some_of_them_answer(results: Path) -> None:
    by_month, by_governorate, by_actor, by_outcome, *_ = (answer(results, query, "csv") for query in QUERIES)
    assert by_month.splitlines()[1:] == ["2023-05-01,1,16,16"]
    assert by_governorate.splitlines()[1:] == ["Syria,Homs,1,16"]
    assert by_actor.splitlines()[1] == "Islamic State,perpetrator,2"
    assert by_outcome.splitlines()[1:] == ["injured,civilian,1,2,2", "killed,combatant,1,16,16"]


def test_all_columns_are_listed() -> None:
    listed = re.findall(r"^\| `(\w+)` \| ([\w\[\]]+) \| (.+) \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert listed == [(name, kind, meaning) for _, name, kind, meaning in columns_in_words()]

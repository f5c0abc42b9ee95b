"""The same records from a Ray cluster on this computer, also when a worker is killed."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from conflict_events.api import input_articles
from conflict_events.batch.articles import chunked
from conflict_events.batch.engines import Engine, LocalEngine
from conflict_events.batch.model import ModelChoice
from conflict_events.batch.reading_back import read_tables
from conflict_events.batch.run import build_manifest, run_to_store
from conflict_events.batch.stores import open_store
from conflict_events.reading import InputArticle
from small_model import article

ray = pytest.importorskip("ray", reason="the extra `ray` is not installed")


def items(count: int) -> Iterator[InputArticle]:
    found = input_articles([article(number) for number in range(count)])
    return (item for item in found if isinstance(item, InputArticle))


@pytest.fixture(scope="module")
def cluster() -> Iterator[None]:
    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False, configure_logging=False)
    yield
    ray.shutdown()


def run(engine: Engine, articles: Iterator[InputArticle], path: Path) -> None:
    store = open_store(path, "parquet")
    manifest = build_manifest(store_format="parquet", inputs=[], model={}, options={})
    try:
        run_to_store(articles, engine, store, manifest)
    finally:
        store.close()


def test_the_same_tables_with_a_worker_killed_in_the_middle(cluster: None, model: Path, tmp_path: Path) -> None:
    from conflict_events.batch.ray_engine import RayEngine

    run(LocalEngine(ModelChoice(model)), items(300), tmp_path / "local")
    with RayEngine(ModelChoice(model), workers=2, timeout=60) as engine:

        def killing() -> Iterator[InputArticle]:
            for number, item in enumerate(items(300)):
                if number == 150:
                    pid = ray.get(engine.actors[0].pid.remote())
                    os.kill(pid, signal.SIGKILL)
                yield item

        run(engine, killing(), tmp_path / "ray")
    local, remote = read_tables(tmp_path / "local"), read_tables(tmp_path / "ray")
    assert {name: table.num_rows for name, table in remote.items()}["articles"] == 300
    assert all(remote[name].equals(table) for name, table in local.items())


def test_an_article_that_takes_too_long_costs_only_itself(cluster: None, model: Path) -> None:
    from conflict_events.batch.ray_engine import RayEngine

    long = InputArticle("long", "ISIS attacked regime forces in Homs near Al-Sokhna. " * 17_000)
    articles = [*items(3), long, *items(2)]
    with RayEngine(ModelChoice(model), workers=1, timeout=4) as engine:
        ((_, result),) = engine.run(chunked(articles, characters=2_000_000))
    assert result.done == [0, 1, 2, 4, 5]
    assert list(result.failed) == [3]
    assert "took longer than 4 s" in result.failed[3].reason

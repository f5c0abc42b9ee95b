"""The fuzz run of ``benchmarks/fuzz.py``, small: whatever comes in, every record is an annotation or an error."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from conflict_events.batch.engines import LocalEngine
from conflict_events.reading import InputArticle


@pytest.fixture(scope="module")
def fuzz() -> ModuleType:
    path = Path(__file__).parents[1] / "benchmarks" / "fuzz.py"
    spec = importlib.util.spec_from_file_location("fuzz", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_harmed_files_of_every_format_are_read_or_told(fuzz: ModuleType) -> None:
    found, crashes = fuzz.fuzz_readers(360, seed=7)
    assert crashes == []
    assert found["files"] == 360
    assert found["articles"] > 50
    assert found["errors"] > 50


def test_harmed_articles_are_annotated_to_the_last(fuzz: ModuleType, engine: LocalEngine) -> None:
    def annotate(chunk: list[InputArticle]) -> tuple[int, list[str]]:
        result = engine.worker.annotate(chunk)
        return len(result.done), [failure.reason for failure in result.failed.values()]

    assert fuzz.fuzz_pipeline(annotate, 128, seed=7) == (128, [])

"""Settings of all tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from conflict_events.batch.engines import LocalEngine
from conflict_events.batch.model import ModelChoice
from small_model import write_small_model


def pytest_configure(config: pytest.Config) -> None:
    """Register the markers."""
    config.addinivalue_line("markers", "slow: takes a minute or more; leave out with -m 'not slow'")


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small pipeline without training, as a directory."""
    return write_small_model(tmp_path_factory.mktemp("model"))


@pytest.fixture(scope="module")
def engine(model: Path) -> LocalEngine:
    """An engine over the small pipeline, in this process."""
    return LocalEngine(ModelChoice(model), timeout=60)

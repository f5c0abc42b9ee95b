"""What a figure was made of: models, data, code, seed, command and date, so that it can be made again."""

from __future__ import annotations

import datetime as dt
import os
import platform
import shlex
from collections.abc import Sequence
from importlib.metadata import version
from typing import Any

from conflict_events import __version__
from conflict_events.evaluation.predict import Predictions
from conflict_events.evaluation.read_data import Data
from conflict_events.fingerprints import fingerprint_code

LIBRARIES = ("spacy", "numpy", "pydantic")


def provenance(
    data: Sequence[Data],
    predictions: Sequence[Predictions],
    *,
    seed: int,
    samples: int,
    command: Sequence[str],
    date: str,
) -> dict[str, Any]:
    """Everything needed to make a report again, as plain data."""
    code, _ = fingerprint_code()
    return {
        "date": date,
        "command": shlex.join(command),
        "seed": seed,
        "bootstrap_samples": samples,
        "code": {"version": __version__, "sha256": code},
        "python": platform.python_version(),
        "libraries": {name: version(name) for name in LIBRARIES},
        "models": [
            {
                "label": one.label,
                "name": one.name,
                "version": one.version,
                "path": one.path,
                "sha256": one.sha256,
                "bytes": one.size,
            }
            for one in predictions
        ],
        "data": [
            {
                "path": str(one.path),
                "kind": one.kind,
                "articles": len(one.articles),
                "sha256": one.sha256,
                "bytes": one.size,
                "notes": one.notes,
            }
            for one in data
        ],
    }


def report_date(given: str | None) -> str:
    """The date of a report: the one given (ISO), else that of SOURCE_DATE_EPOCH, else today. ValueError if not ISO."""
    if given is not None:
        try:
            return dt.date.fromisoformat(given).isoformat()
        except ValueError:
            raise ValueError(f"date {given}: write a day as 2024-05-31") from None
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    now = dt.datetime.fromtimestamp(int(epoch), tz=dt.timezone.utc) if epoch else dt.datetime.now(tz=dt.timezone.utc)
    return now.date().isoformat()

"""What a figure was made of: models, data, code, seed, command and date, so that it can be made again."""

from __future__ import annotations

import datetime as dt
import os
import platform
import shlex
from collections.abc import Sequence
from importlib import resources
from importlib.metadata import version
from pathlib import Path
from typing import Any

from conflict_events import __version__
from conflict_events.evaluation.predict import Predictions
from conflict_events.evaluation.read_data import Data, fingerprint

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


def fingerprint_code() -> tuple[str, int]:
    """SHA-256 over the package's own source and tables, and their size: tells versions of a checkout apart."""
    import hashlib

    root = Path(str(resources.files("conflict_events")))
    digest, size = hashlib.sha256(), 0
    for file in sorted(root.rglob("*")):
        inside = file.relative_to(root)
        if file.is_file() and "__pycache__" not in inside.parts and not inside.parts[0].startswith("_m"):
            own, length = fingerprint(file)
            digest.update(f"{inside.as_posix()}\0{own}\n".encode())
            size += length
    return digest.hexdigest(), size


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

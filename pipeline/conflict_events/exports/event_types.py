"""ACLED's types of events (``data/acled_event_types.csv``)."""

from __future__ import annotations

import csv
import io
from importlib import resources


def event_types(column: str) -> list[str]:
    """The values of ``event_type`` or ``sub_event_type``, each once, in order."""
    file = resources.files("conflict_events") / "data" / "acled_event_types.csv"
    rows = csv.DictReader(io.StringIO(file.read_text(encoding="utf-8")))
    return list(dict.fromkeys(row[column] for row in rows))

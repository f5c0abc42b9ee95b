"""One coded row, before it is put in order."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

Cell = str | int | float | dt.date | None


@dataclass
class Row:
    """Values by column, and the rules that decided them. Columns without a value stay empty."""

    values: dict[str, Cell]
    rules: list[str] = field(default_factory=list)

"""Coded rows as a data frame with real types, for files that have types."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

#: Names of columns that hold a point, by what they hold.
LATITUDES = ("latitude", "Latitude")
LONGITUDES = ("longitude", "Longitude")


def frame_of(rows: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> pd.DataFrame:
    """A frame of the rows: whole numbers as ``Int64``, other numbers as ``float64``, days as ``datetime64``, else text.

    A column without any value is text.
    """
    import pandas as pd

    table = list(rows)
    return pd.DataFrame({column: _series([row[column] for row in table]) for column in columns})


def _series(values: list[Any]) -> pd.Series[Any]:
    import pandas as pd

    kinds = {type(value) for value in values if value is not None}
    if kinds and kinds <= {int, bool}:
        return pd.Series(values, dtype="Int64")
    if kinds and kinds <= {int, float}:
        return pd.Series(values, dtype="float64")
    if kinds == {dt.date}:
        return pd.Series(pd.to_datetime(pd.Series(values)))
    texts = [None if value is None else str(value).replace("\x00", "") for value in values]
    return pd.Series(texts, dtype="object")


def column_of(columns: Iterable[str], names: Sequence[str]) -> str | None:
    """The first of ``names`` that is a column."""
    known = set(columns)
    return next((name for name in names if name in known), None)

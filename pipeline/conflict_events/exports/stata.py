"""Stata files, with labels for coded values."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable, Mapping, Sequence
from typing import IO, TYPE_CHECKING, Any

from conflict_events.exports.codebook import Codebook
from conflict_events.exports.frames import frame_of

if TYPE_CHECKING:
    import pandas as pd

_LONGEST_NAME = 32
_LONGEST_LABEL = 80
_LONGEST_TEXT = 2_000  # longer text is a strL


def write_stata(
    rows: Iterable[Mapping[str, Any]], columns: Sequence[str], output: IO[bytes], codebook: Codebook
) -> int:
    """Write a ``.dta`` file of version 118 (Stata 14 and later) and return the number of rows.

    A code with its words in a second column (``attacktype1``, ``attacktype1_txt``) carries the words as value labels;
    precisions carry the codebook's names for them. Names of variables are cut to 32 signs; the full name is the label.
    """
    frame = frame_of(rows, columns)
    names = _names(columns)
    labels: Any = {names[column]: found for column in columns if (found := _value_labels(frame, column, codebook))}
    stata = frame.rename(columns=names)
    for name in stata.columns:
        if str(stata[name].dtype) == "Int64":
            stata[name] = stata[name].astype("float64")
        elif stata[name].dtype == object:
            stata[name] = stata[name].fillna("")
    longest = [name for name in stata.columns if stata[name].dtype == object and _longest(stata[name]) > _LONGEST_TEXT]
    days: Any = {name: "td" for name in stata.columns if str(stata[name].dtype).startswith("datetime64")}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        stata.to_stata(
            output,
            version=118,
            write_index=False,
            convert_dates=days,
            convert_strl=longest,
            data_label=f"{codebook.title}, coded by {codebook.source}"[:_LONGEST_LABEL],
            variable_labels={name: column[:_LONGEST_LABEL] for column, name in names.items()},
            value_labels=labels,
        )
    return len(frame)


def _longest(texts: pd.Series[Any]) -> int:
    """The bytes of the longest text."""
    return max((len(text.encode()) for text in texts), default=0)


def _names(columns: Sequence[str]) -> dict[str, str]:
    """A name that Stata takes for each column, none twice."""
    names: dict[str, str] = {}
    for column in columns:
        name = re.sub(r"\W", "_", column, flags=re.ASCII)[:_LONGEST_NAME]
        name = f"_{name}"[:_LONGEST_NAME] if name[:1].isdigit() else name
        while name in names.values():
            name = f"{name[: _LONGEST_NAME - 2]}_2"
        names[column] = name
    return names


def _value_labels(frame: pd.DataFrame, column: str, codebook: Codebook) -> dict[int, str]:
    """The words of a column's codes, from the column beside it or from the codebook."""
    if str(frame[column].dtype) != "Int64":
        return {}
    words = f"{column}_txt"
    if words in frame.columns:
        pairs = frame[[column, words]].dropna().drop_duplicates(column)
        return {int(code): str(text) for code, text in zip(pairs[column], pairs[words], strict=True)}
    table = codebook.maps.get(column, {})
    found: dict[int, str] = {}
    for words, code in table.items():
        if code.isdigit():
            found[int(code)] = f"{found[int(code)]}, {words}" if int(code) in found else words
    return found

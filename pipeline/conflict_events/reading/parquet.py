"""Parquet."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from conflict_events.reading.dates import DateOrder, date_order
from conflict_events.reading.files import InputFile
from conflict_events.reading.records import Columns, ReadError, Record

if TYPE_CHECKING:
    import pyarrow


def read_parquet(file: InputFile, columns: Columns) -> Iterator[Record | ReadError]:
    """One record a row, read by row groups."""
    import pyarrow
    import pyarrow.parquet

    with file.open() as stream:
        content = stream if stream.seekable() else io.BytesIO(stream.read())
        try:
            table = pyarrow.parquet.ParquetFile(content)
        except pyarrow.ArrowException as error:
            yield ReadError(file.source, f"is not Parquet ({str(error).splitlines()[0]}); write it again")
            return
        names = list(table.schema_arrow.names)
        where = columns.locate(names)
        if "text" not in where:
            yield columns.no_text(file.source, names)
            return
        number = 0
        wanted = sorted({name for places in where.values() for name in places})
        try:
            order = _order(table, where)
            for batch in table.iter_batches(batch_size=256, columns=wanted):
                for record in _rows(batch):
                    number += 1
                    source = f"{file.source}#{number}"
                    if isinstance(record, Exception):
                        yield ReadError(source, f"row {number} cannot be read ({record}); correct its dates and texts")
                        continue
                    name = f"{file.stem}-{number}"
                    yield Record(record, source, name, (), where, order.month_first, order.note)
        except pyarrow.ArrowException as error:
            reason = f"breaks off after row {number} ({str(error).splitlines()[0]}); write it again"
            yield ReadError(file.source, reason)
        if not number:
            yield ReadError(file.source, "has no rows; remove the file or write it again")


def _order(table: pyarrow.parquet.ParquetFile, where: dict[str, list[str]]) -> DateOrder:
    """Whether the column of dates, where it is text, puts the day or the month first."""
    import pyarrow

    name = (where.get("published") or [""])[0]
    if not name or not pyarrow.types.is_string(table.schema_arrow.field(name).type):
        return date_order(())
    return date_order(value for batch in table.iter_batches(columns=[name]) for value in batch.column(0).to_pylist())


def _rows(batch: pyarrow.RecordBatch) -> Iterator[dict[str, Any] | Exception]:
    """The batch's rows; for each that Python cannot hold (a date beyond the year 9999, broken text), its error."""
    try:
        yield from batch.to_pylist()
        return
    except (ValueError, OverflowError):
        pass
    for position in range(batch.num_rows):
        try:
            (row,) = batch.slice(position, 1).to_pylist()
            yield row
        except (ValueError, OverflowError) as error:
            yield error

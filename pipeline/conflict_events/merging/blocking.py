"""Which pairs of reports are looked at: close in time, and close in place or by rare words. Never all pairs.

DuckDB joins the reports on blocks, on disk where memory does not suffice, so that cost grows with the number of pairs
that share a block. A pair is a candidate where the days meet within :data:`DAYS_APART` and

* both places are known and lie in the same or neighbouring cells of a quarter of a degree (some 25 km), or
* one is known only as a province and the other lies in it, or
* one has no place at all, or both are as they may, and they share rare words, published within :data:`WORDS_DAYS`, or
* they are published within :data:`CLOSE_DAYS`, and so few articles are that each can be compared with each.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from conflict_events.merging.columns import Columns, Floats
from conflict_events.merging.crowds import crowd
from conflict_events.merging.reports import Report
from conflict_events.merging.sparse import SparseRows

if TYPE_CHECKING:
    import duckdb

#: Days between two dates of one event that are still looked at: sources differ by a night, or by a day of publication.
DAYS_APART = 3
#: Days between the publication of two articles that are compared by their words alone.
WORDS_DAYS = 30
#: Degrees of a cell.
CELL = 0.25
#: Words of most weight that stand for a report, and in how many reports of :data:`WORDS_DAYS` a word may stand.
TELLING_WORDS = 30
RARE_IN = 100
#: Days of publication within which all articles are compared where no more than so many stand around.
CLOSE_DAYS = 2
QUIET = 30
#: Cosine over these words that makes a candidate.
SHARED_WEIGHT = 0.05
#: Reports of one province and day beyond which these are compared by cells and words only.
CROWDED = 150
_BUCKET = 4
_LONGEST = 45
_NEAR_LEVEL = 3

Pairs = tuple[NDArray[np.int64], NDArray[np.int64]]


def candidates(columns: Columns, rows: int = 200_000, memory: str | None = None) -> Iterator[Pairs]:
    """Pairs (left < right) of reports of different articles, in rising order, ``rows`` at a time."""
    import duckdb

    reports, words = columns.reports, columns.article
    with duckdb.connect() as connection:
        if memory is not None:
            connection.execute("set memory_limit = ?", [memory])
        connection.execute("set preserve_insertion_order = false")
        connection.execute(
            f"create table report as select * from {_scanned(connection, 'made', _table(reports, crowd(columns)))}"
        )
        connection.execute(
            f"create table word as select * from {_scanned(connection, 'words', _telling_words(reports, words))}"
        )
        connection.execute(_BLOCKS)
        reader = connection.sql(_CANDIDATES).to_arrow_reader(rows)
        for batch in reader:
            yield batch.column(0).to_numpy().astype(np.int64), batch.column(1).to_numpy().astype(np.int64)


def _scanned(connection: duckdb.DuckDBPyConnection, name: str, table: pa.Table) -> str:
    connection.register(name, table)
    return name


def _table(reports: Sequence[Report], around: Floats) -> pa.Table:
    """What blocks are made of: ordinal days and cells; a report without a date is held at its publication."""
    articles: dict[str, int] = {}
    rows = []
    for number, report in enumerate(reports):
        first = report.start or report.published
        last = report.end or report.published
        lo = first.toordinal() if first else None
        hi = min(last.toordinal(), (lo or 0) + _LONGEST) if last and first else None
        place = report.place
        spot = place is not None and place.level >= _NEAR_LEVEL and place.lat is not None and place.lon is not None
        rows.append(
            {
                "i": number,
                "article": articles.setdefault(report.article_id, len(articles)),
                "lo": lo,
                "hi": hi,
                "published": report.published.toordinal() if report.published else None,
                "x": int(np.floor(place.lon / CELL)) if spot and place and place.lon is not None else None,
                "y": int(np.floor(place.lat / CELL)) if spot and place and place.lat is not None else None,
                "admin1": f"{place.country}/{place.admin1}" if place and place.admin1 else None,
                "spot": spot,
                "quiet": bool(around[number] <= QUIET and report.published is not None),
            }
        )
    return pa.Table.from_pylist(rows, schema=_SCHEMA)


_SCHEMA = pa.schema(
    [
        *((name, pa.int64()) for name in ("i", "article")),
        *((name, pa.int32()) for name in ("lo", "hi", "published", "x", "y")),
        ("admin1", pa.string()),
        ("spot", pa.bool_()),
        ("quiet", pa.bool_()),
    ]
)


def _telling_words(reports: Sequence[Report], matrix: SparseRows) -> pa.Table:
    """The words of most weight of each report, with these weights."""
    rows, words, weights = [], [], []
    for number in range(len(reports)):
        entries = slice(matrix.starts[number], matrix.starts[number + 1])
        columns, values = matrix.columns[entries], matrix.values[entries]
        best = np.argsort(-values, kind="stable")[:TELLING_WORDS]
        rows.append(np.full(len(best), number))
        words.append(columns[best])
        weights.append(values[best])
    return pa.table(
        {
            "i": pa.array(np.concatenate(rows) if rows else [], pa.int64()),
            "word": pa.array(np.concatenate(words) if words else [], pa.int32()),
            "weight": pa.array(np.concatenate(weights) if weights else [], pa.float32()),
        }
    )


_BLOCKS = f"""
create table wide as
    select *, unnest(generate_series((lo - {DAYS_APART}) // {_BUCKET}, (hi + {DAYS_APART}) // {_BUCKET})) as bucket
    from report where lo is not null;
create table narrow as
    select *, unnest(generate_series(lo // {_BUCKET}, hi // {_BUCKET})) as bucket from report where lo is not null;
create table around as
    select wide.*, x + dx as nx, y + dy as ny from wide,
        (select unnest([-1, 0, 1]) as dx), (select unnest([-1, 0, 1]) as dy) where spot;
create table province as
    select *, count(*) over (partition by admin1, bucket) as crowd from narrow where admin1 is not null;
create table told as
    select * from (
        select w.*, article, coalesce(published, 0) as published, coalesce(published, 0) // {WORDS_DAYS} as month,
            count(*) over (partition by word, coalesce(published, 0) // {WORDS_DAYS}) as crowd
        from word w join report using (i)
    ) where crowd <= {RARE_IN};
"""

_MEET = f"a.lo - {DAYS_APART} <= b.hi and b.lo - {DAYS_APART} <= a.hi and a.article <> b.article"

_CANDIDATES = f"""
select least(l, r) as l, greatest(l, r) as r from (
    select a.i as l, b.i as r from around a join narrow b on a.nx = b.x and a.ny = b.y and a.bucket = b.bucket
    where a.i < b.i and {_MEET}
    union
    select least(a.i, b.i), greatest(a.i, b.i) from wide a
        join province b on a.admin1 = b.admin1 and a.bucket = b.bucket
    where a.i <> b.i and not (a.spot and b.spot) and b.crowd <= {CROWDED} and {_MEET}
    union
    select least(a.i, b.i), greatest(a.i, b.i) from
        (select w.i as i, v.i as j
         from (select *, unnest([month - 1, month, month + 1]) as near from told) w
         join told v on w.word = v.word and w.near = v.month and w.i < v.i
         where w.article <> v.article and abs(w.published - v.published) <= {WORDS_DAYS}
         group by all having sum(w.weight * v.weight) >= {SHARED_WEIGHT}) pairs
        join report a on a.i = pairs.i join report b on b.i = pairs.j
    union
    select least(a.i, b.i), greatest(a.i, b.i) from
        (select *, unnest(generate_series(published - {CLOSE_DAYS}, published + {CLOSE_DAYS})) as day
         from report where quiet) a
        join report b on a.day = b.published where a.article <> b.article
) order by all
"""

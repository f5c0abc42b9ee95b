"""Articles from files, of the kinds researchers keep them in.

:func:`read_articles` yields, one at a time, what it finds: an :class:`InputArticle`, or a :class:`ReadError` that says
what is wrong and what to do. A bad record never stops the others.

=========================  ============================================================================================
``.txt``                   one article; ``.text`` and ``.md`` too
``.html``, ``.mhtml``      one article; the main text by trafilatura, with title, date and site name
``.docx, .odt, .rtf``      one article
``.pdf``                   one article, from the text layer
``.eml``                   one article; attachments are named, not read
any of these               the articles of an export by Nexis or Factiva, each with its outlet and day
``.jsonl``, ``.json``      a record a line; a record, a list of records, or an object that holds one; Telegram exports
``.csv``, ``.tsv``         one record a row
``.xlsx``, ``.ods``        one record a row of each sheet that has a column of texts
``.parquet``               one record a row, read by row groups
``.xml``, ``.rss``         the entries of a feed (RSS, Atom) or of a WordPress export
``.warc``                  the pages of a web archive (extra ``formats``)
``.zip``                   any of the above; ``….gz`` of any but Parquet and office files
a folder                   every such file in it, recursively; what is not read is named at the end
a pattern                  ``"news/*.jsonl"``
a URL                      any of these at ``s3://…``, ``gs://…``, ``https://…`` or what else fsspec knows
``-``                      standard input: JSON lines, or one plain text
=========================  ============================================================================================
"""

from conflict_events.reading.dates import Published, date_in_name, date_in_url, read_date
from conflict_events.reading.encodings import decode
from conflict_events.reading.files import MAX_RATIO, MIN_UNPACKED
from conflict_events.reading.json_files import MAX_LINE
from conflict_events.reading.pages import extract_html
from conflict_events.reading.reader import ENDINGS, LINE_ENDINGS, read_articles
from conflict_events.reading.records import (
    FIELDS,
    MAX_CHARACTERS,
    Columns,
    FieldNames,
    InputArticle,
    ReadError,
    stable_id,
    usual_names,
)

__all__ = [
    "ENDINGS",
    "FIELDS",
    "LINE_ENDINGS",
    "MAX_CHARACTERS",
    "MAX_LINE",
    "MAX_RATIO",
    "MIN_UNPACKED",
    "Columns",
    "FieldNames",
    "InputArticle",
    "Published",
    "ReadError",
    "date_in_name",
    "date_in_url",
    "decode",
    "extract_html",
    "read_articles",
    "read_date",
    "stable_id",
    "usual_names",
]

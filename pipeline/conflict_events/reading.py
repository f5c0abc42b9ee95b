"""Articles from files, of the kinds researchers keep them in.

:func:`read_articles` yields, one at a time, what it finds: an :class:`InputArticle`, or a :class:`ReadError` that says
what is wrong and what to do. A bad record never stops the others.

=====================  ================================================================================================
``.txt``               one article; ``.text`` and ``.md`` too
``.html``, ``.htm``    one article; the main text by trafilatura, with title, date and site name
``.jsonl, .ndjson``    one record a line
``.json``              an array of records, one record, or ``{"articles": [...]}``
``.csv``, ``.tsv``     one record a row
``.parquet``           one record a row, read by row groups
``….gz``               any of the above but Parquet, compressed
a folder               every such file in it, recursively
a pattern              ``"news/*.jsonl"``
a URL                  any of these at ``s3://…``, ``gs://…``, ``https://…`` or what else fsspec knows
``-``                  standard input: JSON lines, or one plain text
=====================  ================================================================================================
"""

from __future__ import annotations

import csv
import datetime as dt
import glob
import gzip
import hashlib
import io
import json
import math
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, cast

import dateparser

from conflict_events.paths import PlaceError, files_matching, files_under, is_url, place
from conflict_events.seen_ids import SeenIds

if TYPE_CHECKING:
    import pyarrow
    from upath import UPath

    from conflict_events.paths import Place

MAX_CHARACTERS = 1_000_000
"""The longest text that is read as one article: spaCy's own limit."""

MAX_LINE = 64_000_000
"""The longest line of JSON, in bytes, that is read as one record."""

MIN_UNPACKED, MAX_RATIO = 256_000_000, 100
"""A packed file may unpack to so many bytes, or to so many times its size where that is more; text packs to a tenth."""

TEXT_ENDINGS = (".txt", ".text", ".md")
HTML_ENDINGS = (".html", ".htm", ".xhtml")
LINE_ENDINGS = (".jsonl", ".ndjson", ".jsonlines")
TABLE_ENDINGS = (".csv", ".tsv")
ENDINGS = (*TEXT_ENDINGS, *HTML_ENDINGS, *LINE_ENDINGS, ".json", *TABLE_ENDINGS, ".parquet", ".pq")
FIELDS = ("id", "text", "title", "published", "outlet", "url", "language")

_SAYS_NOTHING = frozenset({"other", "unknown", "none", "null", "nan", "n/a", "na", "-", "?"})
_EPOCH_SECONDS = (10**8, 4 * 10**9)  # 1973 to 2096
_URL_DATE = re.compile(r"/((?:19|20)\d\d)/(\d{1,2})/(\d{1,2})(?:/|\b)")


@dataclass(frozen=True)
class InputArticle:
    """An article as it was read.

    ``outlet`` is the publisher as the record names it; ``published`` is ``None`` where no date could be read;
    ``source`` is the path, and the row where a file holds several.
    """

    id: str
    text: str
    title: str | None = None
    outlet: str | None = None
    published: dt.date | None = None
    url: str | None = None
    source: str | None = None
    language: str = "en"
    #: What the reader had to do or assume ("read as cp1252").
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class ReadError:
    """Something that could not be read: where, why and what to do, and the record as far as there is one."""

    source: str
    reason: str
    record: dict[str, Any] | None = None


@dataclass(frozen=True)
class FieldNames:
    """The columns or keys that hold an article's fields. A ``None`` is looked up in the table of usual names."""

    id: str | None = None
    text: str | None = None
    title: str | None = None
    published: str | None = None
    outlet: str | None = None
    url: str | None = None
    language: str | None = None

    def locate(self, names: Iterable[str], usual: Mapping[str, tuple[str, ...]]) -> dict[str, list[str]]:
        """For each field that is there, the names under which a record of ``names`` may hold it, best first.

        The text has one name only: a summary is no stand-in for an article that is missing.
        """
        names = list(names)
        folded: dict[str, str] = {}
        for name in names:
            folded.setdefault(_fold(name), name)
        found: dict[str, list[str]] = {}
        for wanted in ("text", *(name for name in FIELDS if name != "text")):
            given = getattr(self, wanted)
            if given is not None:
                places = [given] if given in names else []
            else:
                taken = found.get("text", [])
                places = [
                    folded[name] for name in usual.get(wanted, ()) if name in folded and folded[name] not in taken
                ]
            if places:
                found[wanted] = places[:1] if wanted == "text" else places
        return found


def usual_names() -> dict[str, tuple[str, ...]]:
    """The usual names of each field, in the order in which they are looked for."""
    table = (resources.files("conflict_events") / "data" / "field_names.csv").read_text(encoding="utf-8")
    names: dict[str, tuple[str, ...]] = {}
    for row in csv.DictReader(io.StringIO(table)):
        names[row["field"]] = (*names.get(row["field"], ()), _fold(row["name"]))
    return names


def read_articles(
    inputs: Iterable[str | Path],
    *,
    fields: FieldNames | None = None,
    outlet: str | None = None,
    stdin: IO[bytes] | None = None,
) -> Iterator[InputArticle | ReadError]:
    """Every article in ``inputs``, in order, and an error for each thing that could not be read.

    Args:
        inputs: paths or URLs of files and folders, patterns, or ``"-"`` for standard input.
        fields: names of columns or keys, where they are not the usual ones.
        outlet: the outlet of all articles, over what their records say.
        stdin: what ``"-"`` reads; the process's own standard input where ``None``.
    """
    reader = _Reader(fields or FieldNames(), outlet, stdin)
    for item in inputs:
        yield from reader.read(item)


@dataclass
class _Reader:
    fields: FieldNames
    outlet: str | None
    stdin: IO[bytes] | None
    usual: dict[str, tuple[str, ...]] = field(default_factory=usual_names)
    ids: SeenIds = field(default_factory=SeenIds)
    #: How often ids were met that were met more than once.
    repeated: dict[str, int] = field(default_factory=dict)

    def read(self, item: str | Path) -> Iterator[InputArticle | ReadError]:
        if str(item) == "-":
            yield from self._standard_input()
            return
        if is_url(item):
            yield from self._url(str(item))
            return
        path = Path(item)
        try:
            if path.is_dir():
                yield from self._folder(path)
            elif path.exists():
                yield from self._guarded(path)
            else:
                yield from self._pattern(str(item))
        except OSError as error:  # a folder that may not be listed, a path too long
            yield ReadError(
                str(item), f"cannot be read ({error.strerror or error}); check the path and its permissions"
            )

    def _url(self, url: str) -> Iterator[InputArticle | ReadError]:
        try:
            path = place(url)
            if isinstance(path, Path):
                yield from self.read(path)
                return
            files = _remote_files(path)
        except PlaceError as error:
            yield ReadError(url, str(error).removeprefix(f"{url}: "))
            return
        except Exception as error:  # each file system has its own
            yield ReadError(url, f"cannot be read ({type(error).__name__}: {error}); check address and permissions")
            return
        if not files:
            yield ReadError(url, f"holds no file to read; give files that end in {', '.join(ENDINGS)}")
        for file in files:
            yield from self._guarded(file)

    def _folder(self, folder: Path) -> Iterator[InputArticle | ReadError]:
        found = False
        for path in sorted(folder.rglob("*")):
            if path.is_file() and _ending(path) in ENDINGS:
                found = True
                yield from self._guarded(path)
        if not found:
            yield ReadError(str(folder), f"holds no file to read; put files in it that end in {', '.join(ENDINGS)}")

    def _pattern(self, pattern: str) -> Iterator[InputArticle | ReadError]:
        names = glob.glob(pattern, recursive=True) if glob.has_magic(pattern) else []  # noqa: PTH207 (may be absolute)
        paths = [Path(name) for name in sorted(names)]
        if not paths:
            what = "no file matches this pattern" if glob.has_magic(pattern) else "no such file or folder"
            yield ReadError(pattern, f"{what}; check the spelling and the folder you are in")
        for path in paths:
            yield from self._folder(path) if path.is_dir() else self._guarded(path)

    def _guarded(self, path: Place) -> Iterator[InputArticle | ReadError]:
        """The file's articles; what goes wrong with the file as a whole becomes an error of its own."""
        try:
            yield from self._file(path)
        except PermissionError:
            yield ReadError(str(path), "may not be read; change the file's permissions or copy it to where you may")
        except (OSError, EOFError) as error:
            yield ReadError(str(path), f"cannot be read ({error}); check that the file is whole")
        except MemoryError:
            yield ReadError(str(path), "is too large for this computer's memory; split it, or save it as JSON lines")
        except Exception as error:  # whatever is wrong with a file costs only itself
            what = "that the file is whole" if isinstance(path, Path) else "the connection"
            yield ReadError(str(path), f"cannot be read ({type(error).__name__}: {error}); check {what}")

    def _file(self, path: Place) -> Iterator[InputArticle | ReadError]:
        ending = _ending(path)
        if ending not in ENDINGS:
            yield ReadError(
                str(path), f"is no kind of file that can be read ({', '.join(ENDINGS)}); convert or rename it"
            )
        elif path.stat().st_size == 0:
            yield ReadError(str(path), "is empty; remove it or save it again")
        elif ending in (".parquet", ".pq"):
            yield from self._parquet(path)
        elif ending in LINE_ENDINGS:
            with _open(path) as file:
                yield from self._json_lines(file, str(path), _stem(path))
        elif ending in TABLE_ENDINGS:
            yield from self._table(path, "\t" if ending == ".tsv" else None)
        else:
            with _open(path) as file:
                content = file.read()
            if ending == ".json":
                yield from self._json(content, str(path), _stem(path))
            elif ending in HTML_ENDINGS:
                yield self._html(content, str(path), _stem(path))
            else:
                yield self._plain(content, str(path), _stem(path))

    def _standard_input(self) -> Iterator[InputArticle | ReadError]:
        stream = self.stdin or sys.stdin.buffer
        first = stream.readline(MAX_LINE)
        while first and not first.strip():
            first = stream.readline(MAX_LINE)
        if not first:
            yield ReadError("-", "standard input is empty; pipe articles into it, or name a file")
        elif _is_json_object(first):
            yield from self._json_lines(_Chained(first, stream), "-", "stdin")
        else:
            content = first + stream.read()
            if content.lstrip()[:1] in (b"[", b"{") and _loads(content) is not None:
                yield from self._json(content, "-", "stdin")
            else:
                yield self._plain(content, "-", "stdin")

    # --- kinds of files ---------------------------------------------------------------------------------------------

    def _plain(self, content: bytes, source: str, stem: str) -> InputArticle | ReadError:
        decoded = decode(content)
        if decoded is None:
            return ReadError(source, "is not text (it holds binary data); save it as UTF-8 text, or as HTML or CSV")
        text, notes = decoded
        return self._article({"text": text}, {"text": ["text"]}, source, stem, notes)

    def _html(self, content: bytes, source: str, stem: str) -> InputArticle | ReadError:
        decoded = decode(content)
        if decoded is None:
            return ReadError(source, "is not HTML text (it holds binary data); save the page again as HTML")
        page, notes = decoded
        record = extract_html(page)
        if record is None:
            return ReadError(source, "no article was found in this page; save the article's text as .txt instead")
        return self._article(record, {name: [name] for name in record if name in FIELDS}, source, stem, notes)

    def _json(self, content: bytes, source: str, stem: str) -> Iterator[InputArticle | ReadError]:
        decoded = decode(content)
        if decoded is None:
            yield ReadError(source, "is not text (it holds binary data); save it as UTF-8 JSON")
            return
        text, notes = decoded
        try:
            data = json.loads(text)
        except (ValueError, RecursionError) as error:
            if "\n{" in text.strip():
                yield from self._json_lines(io.BytesIO(text.encode("utf-8", "surrogatepass")), source, stem)
                return
            yield ReadError(source, f"is not JSON ({error}); correct it, or save one record a line as .jsonl")
            return
        if isinstance(data, dict):
            listed = next(
                (data[key] for key in ("articles", "records", "data", "items") if isinstance(data.get(key), list)), None
            )
            data = [data] if listed is None else listed
        if not isinstance(data, list):
            yield ReadError(source, 'holds no records; give an array of objects, one object, or {"articles": [...]}')
            return
        if not data:
            yield ReadError(source, "holds no records; its list is empty")
        for number, record in enumerate(data, 1):
            yield self._record(
                record, f"{source}#{number}" if len(data) > 1 else source, stem, number, len(data) > 1, notes
            )

    def _json_lines(self, file: Any, source: str, stem: str) -> Iterator[InputArticle | ReadError]:
        number, found = 0, False
        while line := file.readline(MAX_LINE):
            number += 1
            if not line.strip(b" \t\r\n\x00\xef\xbb\xbf"):
                continue
            found = True
            where = f"{source}#{number}"
            if len(line) >= MAX_LINE and not line.endswith(b"\n"):
                while line and not line.endswith(b"\n"):
                    line = file.readline(MAX_LINE)
                yield ReadError(where, f"line {number} is longer than {MAX_LINE:,} bytes; give one record a line")
                continue
            decoded = decode(line)
            if decoded is None:
                yield ReadError(
                    where, f"line {number} is not text (it holds binary data); save the file as UTF-8 JSON lines"
                )
                continue
            text, notes = decoded
            try:
                record = json.loads(text)
            except (ValueError, RecursionError) as error:
                yield ReadError(where, f"line {number} is not JSON ({error}); give one whole JSON object a line")
                continue
            yield self._record(record, where, stem, number, True, notes)
        if not found:
            yield ReadError(source, "holds no records; give one JSON object a line")

    def _table(self, path: Place, delimiter: str | None) -> Iterator[InputArticle | ReadError]:
        source = str(path)
        with _open(path) as file:
            head = file.read(65_536)
        decoded = decode(head, partial=True)
        if decoded is None:
            yield ReadError(source, "is not a text table (it holds binary data); save it as CSV in UTF-8")
            return
        encoding, notes = _encoding(path, head), decoded[1]
        limit = csv.field_size_limit()
        csv.field_size_limit(max(limit, 2**31 - 1))
        try:
            with io.TextIOWrapper(_open(path), encoding=encoding, errors="replace", newline="") as text:
                rows = csv.reader(_without_nul(text), delimiter=delimiter or _delimiter(decoded[0]), strict=True)
                header = next(rows, [])
                where = self.fields.locate(header, self.usual)
                if "text" not in where:
                    yield self._no_text(source, header)
                    return
                found = False
                for number, row in enumerate(_table_rows(rows), 2):
                    if not isinstance(row, csv.Error) and not any(cell.strip() for cell in row):
                        continue
                    found = True
                    place_of_row = f"{source}#{number}"
                    reason = _wrong_cells(row, len(header))
                    if isinstance(row, csv.Error) or reason:
                        yield ReadError(place_of_row, reason or "")
                        continue
                    record = dict(zip(header, row, strict=False))
                    yield self._article(record, where, place_of_row, f"{_stem(path)}-{number}", notes)
                if not found:
                    yield ReadError(source, "has a header but no rows; add rows, or remove the file")
        except csv.Error as error:
            yield ReadError(source, f"is not a table ({error}); save it again as CSV with quoted fields")
        finally:
            csv.field_size_limit(limit)

    def _parquet(self, path: Place) -> Iterator[InputArticle | ReadError]:
        import pyarrow
        import pyarrow.parquet

        source = str(path)
        with path.open("rb") as content:
            try:
                file = pyarrow.parquet.ParquetFile(content)
            except pyarrow.ArrowException as error:
                yield ReadError(source, f"is not Parquet ({str(error).splitlines()[0]}); write it again")
                return
            names = list(file.schema_arrow.names)
            where = self.fields.locate(names, self.usual)
            if "text" not in where:
                yield self._no_text(source, names)
                return
            number = 0
            try:
                for batch in file.iter_batches(
                    batch_size=256, columns=sorted({name for places in where.values() for name in places})
                ):
                    for record in _rows(batch):
                        number += 1
                        where_it_is = f"{source}#{number}"
                        if isinstance(record, Exception):
                            yield ReadError(
                                where_it_is, f"row {number} cannot be read ({record}); correct its dates and texts"
                            )
                        else:
                            yield self._article(record, where, where_it_is, f"{_stem(path)}-{number}", ())
            except pyarrow.ArrowException as error:
                yield ReadError(source, f"breaks off after row {number} ({str(error).splitlines()[0]}); write it again")
            if not number:
                yield ReadError(source, "has no rows; remove the file or write it again")

    # --- records ------------------------------------------------------------------------------------------------------

    def _no_text(self, source: str, names: Iterable[str]) -> ReadError:
        wanted = f"no column {self.fields.text!r}" if self.fields.text else "no column that holds a text"
        usual = ", ".join(self.usual["text"])
        return ReadError(
            source, f"has {wanted} (columns: {', '.join(names) or 'none'}); name it {usual}, or say which it is"
        )

    def _record(
        self, record: object, source: str, stem: str, number: int, several: bool, notes: tuple[str, ...]
    ) -> InputArticle | ReadError:
        name = f"{stem}-{number}" if several else stem
        if isinstance(record, str):
            return self._article({"text": record}, {"text": ["text"]}, source, name, notes)
        if not isinstance(record, dict):
            return ReadError(source, f"is {type(record).__name__}, not a record; give an object with a text")
        record = _flat(record)
        where = self.fields.locate(record, self.usual)
        if "text" not in where:
            error = self._no_text(source, list(record))
            return ReadError(error.source, error.reason.replace("column", "field"), record)
        return self._article(record, where, source, name, notes)

    def _article(
        self,
        record: Mapping[str, Any],
        where: Mapping[str, Sequence[str]],
        source: str,
        name: str,
        notes: tuple[str, ...],
    ) -> InputArticle | ReadError:
        """The record's article; whatever is wrong with a record costs only itself."""
        try:
            return self._whole_article(record, where, source, name, notes)
        except (ValueError, OverflowError, RecursionError, TypeError) as error:
            return ReadError(source, f"could not be read ({type(error).__name__}: {error}); correct the record")

    def _whole_article(
        self,
        record: Mapping[str, Any],
        where: Mapping[str, Sequence[str]],
        source: str,
        name: str,
        notes: tuple[str, ...],
    ) -> InputArticle | ReadError:
        values = {wanted: _first_value(wanted, record, places) for wanted, places in where.items()}
        text = values.get("text")
        kept = {key: value for key, value in record.items() if key not in where.get("text", ())}
        if text is None or (isinstance(text, float) and math.isnan(text)):
            return ReadError(source, "has no text; fill it in or remove the record", kept)
        if isinstance(text, list):
            text = "\n\n".join(str(part) for part in text)
        if not isinstance(text, str):
            return ReadError(
                source, f"its text is {type(text).__name__}, not text; say which field holds the text", kept
            )
        reason = _unreadable(text)
        if reason:
            return ReadError(source, reason, kept)
        url = _words(values.get("url"))
        given = _words(values.get("id"))
        article_id = self._unique(given or name or stable_id(text, url))
        if given and article_id != given:
            notes = (*notes, f"id {given!r} was used before; renamed to {article_id!r}")
        return InputArticle(
            id=article_id,
            text=text,
            title=_words(values.get("title")),
            outlet=self.outlet or _words(values.get("outlet")),
            published=read_date(values.get("published")) or date_in_url(url),
            url=url,
            source=source,
            language=_language(_words(values.get("language"))),
            notes=notes,
        )

    def _unique(self, article_id: str) -> str:
        if article_id not in self.ids:
            self.ids.add(article_id)
            return article_id
        count = self.repeated[article_id] = self.repeated.get(article_id, 1) + 1
        return self._unique(f"{article_id}-{count}")


def stable_id(text: str, url: str | None = None) -> str:
    """An id made from the content: the same article gives the same id on every run and computer."""
    return (
        "article-" + hashlib.blake2b(f"{url or ''}\n{text}".encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
    )


def decode(content: bytes, *, partial: bool = False) -> tuple[str, tuple[str, ...]] | None:
    """``content`` as text, with a note where it is not UTF-8; ``None`` for binary data.

    Tried in this order: a byte order mark (UTF-8, UTF-16), UTF-8, and the Windows code pages of Western Europe and, for
    text that is mostly Arabic letters in it, of Arabic. ``partial`` content may break off inside a character.
    """
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if content.startswith(mark):
            note = () if encoding == "utf-8-sig" else (f"read as {encoding}",)
            return content.decode(encoding, errors="replace"), note
    sample = content[:65_536]
    if b"\x00" in sample or sample.startswith(
        (b"%PDF", b"PK\x03\x04", b"\x89PNG", b"\xff\xd8\xff", b"\x1f\x8b", b"PAR1")
    ):
        return None
    try:
        return content.decode("utf-8"), ()
    except UnicodeDecodeError as error:
        if partial and error.start >= len(content) - 3:
            return content[: error.start].decode("utf-8"), ()
    controls = sum(byte < 32 and byte not in (9, 10, 11, 12, 13, 27) for byte in sample)
    if controls > len(sample) // 50:
        return None
    encoding = _code_page(sample)
    return content.decode(encoding, errors="replace"), (f"not UTF-8; read as {encoding}",)


def _code_page(sample: bytes) -> str:
    high = sum(byte >= 0x80 for byte in sample)
    arabic = sum("\u0600" <= character <= "\u06ff" for character in sample.decode("cp1256", errors="replace"))
    return (
        "cp1256"
        if arabic * 3 > len(sample.split(b"\n")[0]) and arabic > 0.8 * high and high > len(sample) // 4
        else "cp1252"
    )


def _encoding(path: Place, head: bytes) -> str:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    try:
        with io.TextIOWrapper(_open(path), encoding="utf-8-sig") as file:
            while file.read(1 << 20):
                pass
    except UnicodeDecodeError:
        return _code_page(head)
    return "utf-8-sig"


def read_date(value: object) -> dt.date | None:
    """A date in any usual form: ISO, "9-May-20", "2 February، 2022", 31/12/2023, seconds since 1970; else ``None``."""
    if value is None or isinstance(value, bool):
        return None
    if isinstance(value, dt.datetime):
        return value.date() if value == value else None  # a missing value of pandas is not equal to itself
    if isinstance(value, dt.date):
        return value
    if isinstance(value, (int, float)) or (
        isinstance(value, str) and re.fullmatch(r"\d{9,13}(?:\.\d+)?", value.strip())
    ):
        try:
            return _epoch(float(value))
        except OverflowError:  # a number of hundreds of digits
            return None
    if not isinstance(value, str) or not value.strip() or len(value) > 100:
        return None
    text = re.sub(r"[،,]", " ", value).strip()
    iso = re.match(r"(\d{4})-?(\d{2})-?(\d{2})(?!\d)", text)
    if iso:
        return _day(*map(int, iso.groups()))
    for form in (
        "%d-%b-%y",
        "%d-%b-%Y",
        "%d %B %Y",
        "%d %b %Y",
        "%B %d %Y",
        "%b %d %Y",
        "%Y/%m/%d",
        "%d/%m/%Y",
        "%m/%d/%Y",
        "%d.%m.%Y",
    ):
        try:
            return dt.datetime.strptime(" ".join(text.split()), form).date()
        except ValueError:
            continue
    if not re.search(r"\d", text):
        return None
    found = dateparser.parse(
        text, languages=["en"], settings={"DATE_ORDER": "DMY", "REQUIRE_PARTS": ["day", "month", "year"]}
    )
    return found.date() if found else None


def date_in_url(url: str | None) -> dt.date | None:
    """The day in an address such as ``…/2023/01/21/title``, where sites put the day of publication."""
    match = _URL_DATE.search(url or "")
    return _day(*map(int, match.groups())) if match else None


def _epoch(value: float) -> dt.date | None:
    if not math.isfinite(value):
        return None
    if value >= 10 * _EPOCH_SECONDS[1]:
        value /= 1000  # milliseconds
    if not _EPOCH_SECONDS[0] <= value <= _EPOCH_SECONDS[1]:
        return None
    return dt.datetime.fromtimestamp(value, tz=dt.timezone.utc).date()


def _day(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def extract_html(page: str) -> dict[str, Any] | None:
    """Text, title, date, outlet and url of an HTML page's article; ``None`` where there is none."""
    import trafilatura

    extracted = trafilatura.bare_extraction(page, include_comments=False, include_tables=False, with_metadata=True)
    if extracted is None:
        return None
    data: dict[str, Any] = extracted if isinstance(extracted, dict) else extracted.as_dict()
    text = data.get("text")
    if not text:
        return None
    title = data.get("title")
    if title and title not in text[: len(title) + 200]:  # the headline belongs to what the article says
        text = f"{title}\n\n{text}"
    return {
        "text": text,
        "title": title,
        "published": data.get("date"),
        "outlet": data.get("sitename"),
        "url": data.get("url"),
    }


def _unreadable(text: str) -> str | None:
    if not text.strip():
        return "its text is empty; fill it in or remove the record"
    if len(text) > MAX_CHARACTERS:
        return (
            f"its text has {len(text):,} characters, more than the {MAX_CHARACTERS:,} of one article; "
            "split it into its articles"
        )
    if not any(character.isalpha() for character in text):
        return "its text has no letters; check that the right field was read"
    return None


def _first_value(wanted: str, record: Mapping[str, Any], places: Sequence[str]) -> object:
    """The first of a record's values for a field that says something."""
    if wanted == "text":
        return record.get(places[0])
    for name in places:
        words = _words(record.get(name))
        if words is not None and words.casefold() not in _SAYS_NOTHING:
            return record[name]
    return None


def _language(name: str | None) -> str:
    """A language code; English where nothing is said."""
    if not name or name.casefold().startswith("en"):
        return "en"
    return re.split(r"[-_]", name.casefold())[0]


def _words(value: object) -> str | None:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, dict):
        value = value.get("name") or value.get("title")
    words = " ".join(str(value).split()) if value is not None else ""
    return words or None


def _flat(record: dict[str, Any]) -> dict[str, Any]:
    """Prodigy, doccano and Airwars keep fields under ``meta``; they are looked up there too."""
    meta = record.get("meta")
    return {**meta, **record} if isinstance(meta, dict) else record


def _fold(name: str) -> str:
    return re.sub(r"[\W_]+", "", str(name)).casefold()


def _remote_files(path: UPath) -> list[UPath]:
    """The file at a URL, those that match it, or those in it that can be read."""
    if glob.has_magic(path.path) and not path.exists():
        return [file for file in files_matching(path) if _ending(file) in ENDINGS]
    if _ending(path) in ENDINGS and path.is_file():
        return [path]
    if path.is_dir():
        return [file for file in files_under(path) if _ending(file) in ENDINGS]
    if path.exists():
        return [path]
    raise FileNotFoundError("no such file or folder")


def _ending(path: Place) -> str:
    name = path.name.lower()
    name = name.removesuffix(".gz")
    return Path(name).suffix


def _stem(path: Place) -> str:
    name = path.name[:-3] if path.name.lower().endswith(".gz") else path.name
    return Path(name).stem


def _open(path: Place) -> IO[bytes]:
    packed = path.name.lower().endswith(".gz")
    if packed:
        limit = max(MIN_UNPACKED, MAX_RATIO * path.stat().st_size)
        return io.BufferedReader(_Unpacked(path.open("rb"), limit), 1 << 20)
    if isinstance(path, Path):
        return path.open("rb")
    # Files of fsspec know no readline of a limited length.
    return io.BufferedReader(cast("io.RawIOBase", path.open("rb")), 1 << 20)


class _Unpacked(io.RawIOBase):
    """What a packed file holds, up to a limit: a few kilobytes can unpack to more than any disk holds."""

    def __init__(self, packed: IO[bytes], limit: int) -> None:
        self._packed = packed
        self._file = gzip.GzipFile(fileobj=packed)
        self._limit = limit
        self._read = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        content = self._file.read1(len(buffer))
        self._read += len(content)
        if self._read > self._limit:
            raise OSError(f"it unpacks to more than {self._limit:,} bytes; unpack it yourself if it is to be trusted")
        buffer[: len(content)] = content
        return len(content)

    def close(self) -> None:
        if not self.closed:
            self._file.close()
            self._packed.close()
        super().close()


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


def _loads(content: bytes) -> object | None:
    try:
        data: object = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return None
    return data


def _is_json_object(line: bytes) -> bool:
    return line.lstrip(b"\xef\xbb\xbf \t").startswith(b"{") and isinstance(_loads(line), dict)


def _delimiter(head: str) -> str:
    line = head.split("\n", 1)[0]
    return max((",", ";", "\t", "|"), key=line.count)


def _table_rows(rows: Iterator[list[str]]) -> Iterator[list[str] | csv.Error]:
    """The rows of a table, and the error of each that is not written as a row is."""
    while True:
        try:
            yield next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            yield error


def _wrong_cells(row: list[str] | csv.Error, columns: int) -> str | None:
    """What is wrong with a row's cells: read on, it would be cut off, or would swallow the rows after it."""
    if isinstance(row, csv.Error):
        return f"has a stray or unclosed quote ({row}); write a quote inside a quoted cell twice"
    if any(cell.strip() for cell in row[columns:]):
        return f"has {len(row)} cells where the header has {columns}; put quotes around a cell that holds the delimiter"
    return None


def _without_nul(lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        yield line.replace("\x00", "")


class _Chained:
    """A stream whose first line was read already."""

    def __init__(self, first: bytes, rest: IO[bytes]) -> None:
        self._first: bytes | None = first
        self._rest = rest

    def readline(self, size: int = -1) -> bytes:
        if self._first is not None:
            first, self._first = self._first, None
            return first
        return self._rest.readline(size)

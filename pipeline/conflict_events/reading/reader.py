"""The reading itself: which files, by which format, and what becomes of each record."""

from __future__ import annotations

import csv
import glob
import io
import math
import sys
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from conflict_events.paths import PlaceError, files_matching, files_under, is_url, place
from conflict_events.reading.date_lines import date_in_text
from conflict_events.reading.dates import Published, date_in_name, date_in_url, is_ambiguous, read_date
from conflict_events.reading.delimited import read_table
from conflict_events.reading.documents import document, read_docx, read_odt, read_pdf, read_plain, read_rtf
from conflict_events.reading.encodings import decode
from conflict_events.reading.feeds import read_feed
from conflict_events.reading.files import MIN_UNPACKED, InputFile, ending_of, file_at
from conflict_events.reading.json_files import (
    MAX_LINE,
    Chained,
    is_json_object,
    json_content,
    json_stream,
    loads,
    read_json,
    read_json_lines,
)
from conflict_events.reading.languages import foreign_language
from conflict_events.reading.layouts import plain_text, telegram_text
from conflict_events.reading.mail import read_mail
from conflict_events.reading.pages import read_html, read_mhtml
from conflict_events.reading.parquet import read_parquet
from conflict_events.reading.records import (
    FIELDS,
    Columns,
    FieldNames,
    InputArticle,
    ReadError,
    Record,
    first_value,
    language_code,
    stable_id,
    unreadable,
    words,
)
from conflict_events.reading.spreadsheets import read_ods, read_xlsx
from conflict_events.reading.warc import read_warc
from conflict_events.seen_ids import SeenIds

if TYPE_CHECKING:
    from upath import UPath


_Read = Callable[[InputFile, Columns], Iterator[Record | ReadError]]

LINE_ENDINGS = (".jsonl", ".ndjson", ".jsonlines")

FORMATS: Mapping[str, _Read] = {
    **dict.fromkeys((".txt", ".text", ".md"), read_plain),
    **dict.fromkeys((".html", ".htm", ".xhtml"), read_html),
    **dict.fromkeys((".mhtml", ".mht"), read_mhtml),
    **dict.fromkeys(LINE_ENDINGS, read_json_lines),
    ".json": read_json,
    **dict.fromkeys((".csv", ".tsv"), read_table),
    **dict.fromkeys((".parquet", ".pq"), read_parquet),
    **dict.fromkeys((".xlsx", ".xlsm"), read_xlsx),
    ".ods": read_ods,
    ".docx": read_docx,
    ".odt": read_odt,
    ".rtf": read_rtf,
    ".pdf": read_pdf,
    ".eml": read_mail,
    **dict.fromkeys((".xml", ".rss", ".atom", ".rdf"), read_feed),
    ".warc": read_warc,
}

ARCHIVE = ".zip"
ENDINGS = (*FORMATS, ARCHIVE)
MAX_DEPTH = 3
"""How deep archives may lie in archives."""


def read_articles(
    inputs: Iterable[str | Path],
    *,
    fields: FieldNames | None = None,
    outlet: str | None = None,
    published: Published | None = None,
    stdin: IO[bytes] | None = None,
) -> Iterator[InputArticle | ReadError]:
    """Every article in ``inputs``, in order, and an error for each thing that could not be read.

    Args:
        inputs: paths or URLs of files and folders, patterns, or ``"-"`` for standard input.
        fields: names of columns or keys, where they are not the usual ones; ``content.rendered`` reaches into records.
        outlet: the outlet of all articles, over what their records say.
        published: the day of articles that have none, or how days are written.
        stdin: what ``"-"`` reads; the process's own standard input where ``None``.
    """
    reader = _Reader(Columns(fields or FieldNames()), outlet, published or Published(), stdin)
    for item in inputs:
        yield from reader.read(item)


@dataclass
class _Reader:
    columns: Columns
    outlet: str | None
    published: Published
    stdin: IO[bytes] | None
    ids: SeenIds = field(default_factory=SeenIds)
    #: How often ids were met that were met more than once.
    repeated: dict[str, int] = field(default_factory=dict)

    def read(self, item: str | Path) -> Iterator[InputArticle | ReadError]:
        if str(item) == "-":
            yield from self._articles(self._standard_input())
            return
        if is_url(item):
            yield from self._url(str(item))
            return
        path = Path(item)
        try:
            if path.is_dir():
                yield from self._folder(path)
            elif path.exists():
                yield from self._guarded(file_at(path))
            else:
                yield from self._pattern(str(item))
        except OSError as error:  # a folder that may not be listed, a path too long
            yield ReadError(
                str(item), f"cannot be read ({error.strerror or error}); check the path and its permissions"
            )

    # --- which files --------------------------------------------------------------------------------------------------

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
        for file in sorted(files, key=lambda file: ending_of(file) not in ENDINGS):  # what is not read is named last
            yield from self._guarded(file_at(file))

    def _folder(self, folder: Path) -> Iterator[InputArticle | ReadError]:
        """The articles of a folder's files; at the end an error for each file of a kind that is not read."""
        found, others = False, []
        for path in sorted(folder.rglob("*")):
            if not path.is_file() or _is_litter(path.relative_to(folder)):
                continue
            if ending_of(path) not in ENDINGS:
                others.append(path)
                continue
            found = True
            yield from self._guarded(file_at(path))
        for path in others:
            yield _not_read(str(path), ending_of(path))
        if not found:
            yield ReadError(str(folder), f"holds no file to read; put files in it that end in {', '.join(ENDINGS)}")

    def _pattern(self, pattern: str) -> Iterator[InputArticle | ReadError]:
        names = glob.glob(pattern, recursive=True) if glob.has_magic(pattern) else []  # noqa: PTH207 (may be absolute)
        paths = [Path(name) for name in sorted(names)]
        if not paths:
            what = "no file matches this pattern" if glob.has_magic(pattern) else "no such file or folder"
            yield ReadError(pattern, f"{what}; check the spelling and the folder you are in")
        for path in paths:
            yield from self._folder(path) if path.is_dir() else self._guarded(file_at(path))

    def _guarded(self, file: InputFile) -> Iterator[InputArticle | ReadError]:
        """The file's articles; what goes wrong with the file as a whole becomes an error of its own."""
        try:
            if file.place is not None and file.ending in ENDINGS and file.place.stat().st_size == 0:
                yield ReadError(file.source, "is empty; remove it or save it again")
                return
            yield from self._articles(self._file(file))
        except PermissionError:
            yield ReadError(file.source, "may not be read; change the file's permissions or copy it to where you may")
        except (OSError, EOFError) as error:
            yield ReadError(file.source, f"cannot be read ({error}); check that the file is whole")
        except MemoryError:
            yield ReadError(file.source, "is too large for this computer's memory; split it, or save it as JSON lines")
        except Exception as error:  # whatever is wrong with a file costs only itself
            what = "that the file is whole" if file.place is None or isinstance(file.place, Path) else "the connection"
            yield ReadError(file.source, f"cannot be read ({type(error).__name__}: {error}); check {what}")

    def _file(self, file: InputFile, depth: int = 0) -> Iterator[Record | ReadError]:
        if file.ending == ARCHIVE:
            yield from self._archive(file, depth)
        elif file.ending in FORMATS:
            yield from FORMATS[file.ending](file, self.columns)
        else:
            yield _not_read(file.source, file.ending)

    def _archive(self, file: InputFile, depth: int) -> Iterator[Record | ReadError]:
        """What the files in an archive hold, each named as archive/member."""
        if depth >= MAX_DEPTH:
            yield ReadError(file.source, f"lies more than {MAX_DEPTH} archives deep; unpack it")
            return
        with file.open() as stream:
            try:
                archive = zipfile.ZipFile(stream)
            except zipfile.BadZipFile:
                yield ReadError(file.source, "is not a zip archive, or breaks off; pack it again")
                return
            members = [
                member
                for member in sorted(archive.infolist(), key=lambda member: member.filename)
                if not member.is_dir() and not _is_litter(Path(member.filename))
            ]
            if not members:
                yield ReadError(file.source, "holds no file; pack it again")
            for member in members:
                yield from self._member(file, archive, member, depth)

    def _member(
        self, file: InputFile, archive: zipfile.ZipFile, member: zipfile.ZipInfo, depth: int
    ) -> Iterator[Record | ReadError]:
        source = f"{file.source}/{member.filename}"
        if member.flag_bits & 1:
            yield ReadError(source, "is locked by a password; unpack the archive yourself")
            return
        if member.file_size > MIN_UNPACKED:
            yield ReadError(source, f"unpacks to more than {MIN_UNPACKED:,} bytes; unpack the archive yourself")
            return
        try:
            content = archive.read(member)
            packed = InputFile(source, Path(member.filename).name, lambda: io.BytesIO(content))
            if not content:
                yield ReadError(source, "is empty; remove it or save it again")
            elif packed.name.lower().endswith(".gz"):
                yield ReadError(source, "is packed twice; unpack the archive yourself")
            else:
                yield from self._file(packed, depth + 1)
        except Exception as error:  # whatever is wrong with a file costs only itself
            yield ReadError(source, f"cannot be read ({type(error).__name__}: {error}); check that the file is whole")

    def _standard_input(self) -> Iterator[Record | ReadError]:
        stream = self.stdin or sys.stdin.buffer
        first = stream.readline(MAX_LINE)
        while first and not first.strip():
            first = stream.readline(MAX_LINE)
        if not first:
            yield ReadError("-", "standard input is empty; pipe articles into it, or name a file")
        elif is_json_object(first):
            yield from json_stream(Chained(first, stream), "-", "stdin", self.columns)
        else:
            content = first + stream.read()
            if content.lstrip()[:1] in (b"[", b"{") and loads(content) is not None:
                yield from json_content(content, "-", "stdin", self.columns)
                return
            decoded = decode(content)
            if decoded is None:
                yield ReadError("-", "is not text (it holds binary data); save it as a file, with its ending")
                return
            yield from document(decoded[0], InputFile("-", "stdin", lambda: io.BytesIO(content)), decoded[1])

    # --- records ------------------------------------------------------------------------------------------------------

    def _articles(self, found: Iterator[Record | ReadError]) -> Iterator[InputArticle | ReadError]:
        for item in found:
            yield item if isinstance(item, ReadError) else self._article(item)

    def _article(self, record: Record) -> InputArticle | ReadError:
        """The record's article; whatever is wrong with a record costs only itself."""
        try:
            return self._whole_article(record)
        except (ValueError, OverflowError, RecursionError, TypeError) as error:
            return ReadError(record.source, f"could not be read ({type(error).__name__}: {error}); correct the record")

    def _whole_article(self, record: Record) -> InputArticle | ReadError:
        where = record.where if record.where is not None else {name: [name] for name in FIELDS if name in record.values}
        values = {wanted: first_value(wanted, record.values, places) for wanted, places in where.items()}
        kept = {key: value for key, value in record.values.items() if key not in where.get("text", ())}
        text, notes = _text_of(values.get("text"), record.source, kept)
        if isinstance(text, ReadError):
            return text
        reason = unreadable(text)
        if reason:
            return ReadError(record.source, reason, kept)
        language = foreign_language(text)
        if language:
            return ReadError(record.source, f"is in {language}, and only English is read; give a translation", kept)
        url, outlet = words(values.get("url")), words(values.get("outlet"))
        if outlet and outlet.startswith(("http://", "https://")):  # some call the address the source
            url, outlet = url or outlet, None
        published, said = self._published(record, values.get("published"), url, text)
        notes = (*record.notes, *notes, *said)
        given = words(values.get("id"))
        article_id = self._unique(given or record.name or stable_id(text, url))
        if given and article_id != given:
            notes = (*notes, f"id {given!r} was used before; renamed to {article_id!r}")
        return InputArticle(
            id=article_id,
            text=text,
            title=words(values.get("title")),
            outlet=self.outlet or outlet,
            published=published,
            url=url,
            source=record.source,
            language=language_code(words(values.get("language"))),
            notes=notes,
        )

    def _published(self, record: Record, written: object, url: str | None, text: str) -> tuple[Any, tuple[str, ...]]:
        """The day of publication, and how it was come by where the record does not say it plainly."""
        day = self.published.find(str(written)) if written is not None else None
        if day is not None:
            return day, ()
        unclear = is_ambiguous(written)
        if not (unclear and record.month_first is None):
            day = read_date(written, month_first=bool(record.month_first))
        if day is not None:
            return day, (record.order_note,) if unclear and record.order_note else ()
        day = date_in_url(url)
        if day is not None:
            return day, ()
        day = date_in_text(text)
        if day is not None:
            return day, ("day taken from the text's date line",)
        path = record.source.partition("#")[0]
        day = self.published.find(Path(path).name) or (date_in_name(Path(path).stem) if record.dated_by_name else None)
        if day is not None:
            return day, ("day taken from the file's name",)
        notes = (record.order_note,) if unclear and record.order_note else ()
        if self.published.day is not None:
            return self.published.day, (*notes, f"day {self.published.day} as given by --published")
        return None, notes

    def _unique(self, article_id: str) -> str:
        if article_id not in self.ids:
            self.ids.add(article_id)
            return article_id
        count = self.repeated[article_id] = self.repeated.get(article_id, 1) + 1
        return self._unique(f"{article_id}-{count}")


def _text_of(text: object, source: str, kept: dict[str, Any]) -> tuple[str | ReadError, tuple[str, ...]]:
    """A record's text, or what is wrong with it: parts are joined where all are text, nothing else is read as text."""
    if text is None or (isinstance(text, float) and math.isnan(text)):
        return ReadError(source, "has no text; fill it in or remove the record", kept), ()
    if isinstance(text, list) and text and all(isinstance(part, str) for part in text):
        text = "\n\n".join(text)
    if isinstance(text, list):
        text = telegram_text(text) if text else text
    if isinstance(text, (list, dict)) or text is None:
        reason = "its text is a list or a record, not text; say which field holds the text (--field text=content.body)"
        return ReadError(source, reason, kept), ()
    if not isinstance(text, str):
        reason = f"its text is {type(text).__name__}, not text; say which field holds the text"
        return ReadError(source, reason, kept), ()
    return plain_text(text) if source.partition("#")[1] else (text, ())


def _is_litter(path: Path) -> bool:
    """What systems and programs leave beside files: hidden files, lock files of open documents."""
    return any(part.startswith((".", "~$", "__MACOSX")) for part in path.parts) or path.name in (
        "Thumbs.db",
        "desktop.ini",
    )


def _not_read(source: str, ending: str) -> ReadError:
    known = _unread_kinds().get(ending)
    if known:
        return ReadError(source, f"is {known[0]}, which is not read; {known[1]}", unread_kind=ending)
    reason = f"is no kind of file that can be read ({', '.join(ENDINGS)}); convert or rename it"
    return ReadError(source, reason, unread_kind=ending or "no ending")


@lru_cache(maxsize=1)
def _unread_kinds() -> dict[str, tuple[str, str]]:
    table = (resources.files("conflict_events") / "data" / "unread_files.csv").read_text(encoding="utf-8")
    return {row["ending"]: (row["what"], row["advice"]) for row in csv.DictReader(io.StringIO(table))}


def _remote_files(path: UPath) -> list[UPath]:
    """The file at a URL, those that match it, or those in it."""
    if glob.has_magic(path.path) and not path.exists():
        return list(files_matching(path))
    if ending_of(path) in ENDINGS and path.is_file():
        return [path]
    if path.is_dir():
        inside = path.path.rstrip("/")
        return [file for file in files_under(path) if not _is_litter(Path(file.path.removeprefix(inside).strip("/")))]
    if path.exists():
        return [path]
    raise FileNotFoundError("no such file or folder")

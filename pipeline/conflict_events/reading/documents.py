"""Documents that hold one article, or the articles of a press database: text, Word, OpenDocument, RTF, PDF."""

from __future__ import annotations

import re
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from conflict_events.reading.encodings import decode
from conflict_events.reading.files import MIN_UNPACKED, InputFile
from conflict_events.reading.markup import local_name, parse_xml
from conflict_events.reading.press import looks_like_export, split_export
from conflict_events.reading.records import Columns, ReadError, Record

_Found = Iterator[Record | ReadError]


def document(text: str, file: InputFile, notes: tuple[str, ...] = (), title: str | None = None) -> _Found:
    """The article that a document's text is, or the articles of an export."""
    if looks_like_export(text):
        yield from split_export(text, file.source, file.stem, notes)
    else:
        yield Record({"text": text, "title": title}, file.source, file.stem, notes, dated_by_name=True)


def read_plain(file: InputFile, columns: Columns) -> _Found:
    """Plain text."""
    decoded = decode(file.content())
    if decoded is None:
        yield ReadError(file.source, "is not text (it holds binary data); save it as UTF-8 text, or as HTML or CSV")
        return
    yield from document(*_ordered(decoded, file))


def _ordered(decoded: tuple[str, tuple[str, ...]], file: InputFile) -> tuple[str, InputFile, tuple[str, ...]]:
    return decoded[0], file, decoded[1]


def read_docx(file: InputFile, columns: Columns) -> _Found:
    """Word's ``.docx``: its paragraphs and tables, without headers, footers, comments and what was struck out."""
    root = _member(file, "word/document.xml")
    if root is None:
        yield ReadError(file.source, "is not a Word document; open it in Word and save it as .docx, or as .txt")
        return
    body = next((element for element in root.iter() if local_name(element) == "body"), root)
    yield from document(_joined(_blocks(body)), file)


def _blocks(parent: Any) -> Iterator[str]:
    """Paragraphs, and the rows of tables with a tab between the cells."""
    for element in parent:
        name = local_name(element)
        if name == "p":
            yield _runs(element)
        elif name == "tbl":
            for row in _named(element, "tr"):
                cells = ["\n\n".join(text for text in _blocks(cell) if text) for cell in _named(row, "tc")]
                yield "\t".join(cells)
        elif name in ("sdt", "sdtContent", "smartTag", "customXml", "ins", "txbxContent"):
            yield from _blocks(element)


def _named(parent: Any, name: str) -> Iterator[Any]:
    return (element for element in parent if local_name(element) == name)


def _runs(paragraph: Any) -> str:
    parts = []
    for element in paragraph.iter():
        name = local_name(element)
        if name == "t":
            parts.append(element.text or "")
        elif name == "tab":
            parts.append("\t" if local_name(element.getparent()) == "r" else "")
        elif name in ("br", "cr"):
            parts.append("\n")
        elif name == "noBreakHyphen":
            parts.append("-")
    return "".join(parts).strip()


def read_odt(file: InputFile, columns: Columns) -> _Found:
    """OpenDocument text."""
    root = _member(file, "content.xml")
    if root is None:
        yield ReadError(file.source, "is not an OpenDocument text; open it and save it as .odt again, or as .txt")
        return
    texts = ("".join(element.itertext()) for element in root.iter() if local_name(element) in ("p", "h"))
    yield from document(_joined(text.strip() for text in texts), file)


def _member(file: InputFile, name: str) -> Any:
    """The XML document ``name`` in an office file; None where the file is none."""
    with file.open() as stream:
        try:
            with zipfile.ZipFile(stream) as archive:
                if archive.getinfo(name).file_size > MIN_UNPACKED:
                    raise ValueError("it unpacks to more than can be read; split it")
                return parse_xml(archive.read(name))
        except (zipfile.BadZipFile, KeyError):
            return None


def _joined(blocks: Iterable[str]) -> str:
    return re.sub(r"\n{3,}", "\n\n", "\n\n".join(blocks)).strip()


def read_rtf(file: InputFile, columns: Columns) -> _Found:
    """Rich text."""
    from striprtf.striprtf import rtf_to_text

    content = file.content()
    if not content.lstrip().startswith(b"{\\rtf"):
        yield ReadError(file.source, "is not rich text; open it in a word processor and save it as .docx or .txt")
        return
    page = re.search(rb"\\ansicpg(\d+)", content[:2000])
    encoding = f"cp{page[1].decode()}" if page else "cp1252"
    text = rtf_to_text(content.decode("latin-1"), encoding=encoding, errors="replace")  # type: ignore[no-untyped-call]
    yield from document(re.sub(r"(?<=\n)[ \t]+", "", text).strip(), file)


def read_pdf(file: InputFile, columns: Columns) -> _Found:
    """The text layer of a PDF; scans have none."""
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        with file.open() as stream:
            reader = PdfReader(stream)
            if reader.is_encrypted and not reader.decrypt(""):
                yield ReadError(file.source, "is locked by a password; unlock it, or save its text as .txt")
                return
            pages = [page.extract_text() or "" for page in reader.pages]
    except PyPdfError as error:
        yield ReadError(file.source, f"is not a PDF that can be read ({error}); open it and print it to a PDF again")
        return
    if not any(character.isalpha() for page in pages for character in page):
        yield ReadError(file.source, "has no text, only pictures (a scan); run text recognition (OCR) over it first")
        return
    yield from document(_unwrapped(_without_running_lines(pages)), file)


def _without_running_lines(pages: list[str]) -> list[str]:
    """The lines of all pages, without the headers and footers that most of them share."""
    cut = [[line.strip() for line in page.split("\n") if line.strip()] for page in pages]
    seen = Counter(
        re.sub(r"\d+", "0", line)
        for lines in cut
        for line in {*(lines[:1] if lines else ()), *(lines[-1:] if lines else ())}
    )
    running = {line for line, count in seen.items() if len(pages) > 2 and count > len(pages) / 2}
    kept = []
    for lines in cut:
        last = len(lines) - 1
        kept += [
            line
            for place, line in enumerate(lines)
            if place not in (0, last) or re.sub(r"\d+", "0", line) not in running
        ]
    return kept


def _unwrapped(lines: list[str]) -> str:
    """Paragraphs from a page's lines: a full line that ends no sentence goes on in the next one."""
    width = sorted(map(len, lines))[int(len(lines) * 0.9)] if lines else 0
    parts: list[str] = []
    goes_on = False
    for line in lines:
        if goes_on and re.search(r"[a-z]-$", parts[-1]) and line[:1].islower():
            parts[-1] = parts[-1][:-1] + line
        elif goes_on:
            parts[-1] += f" {line}"
        else:
            parts.append(line)
        full = len(line) > 0.6 * width and len(line) > 40
        goes_on = full and not (re.search(r"[.!?:][\"”’)]*$", line) and len(line) < 0.85 * width)
    return "\n".join(parts)

"""The files that people hold: what is read from each kind, with which day and outlet, and what is refused how."""

from __future__ import annotations

import datetime as dt
import gzip
import io
import json
import textwrap
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conflict_events.reading import (
    FieldNames,
    InputArticle,
    Published,
    ReadError,
    date_in_name,
    read_articles,
    read_date,
)

FIRST = "Two soldiers were killed in Homs on Sunday when a landmine exploded, a war monitor said."
SECOND = "Three civilians were injured by shelling in the town of Saraqib, local sources said on Monday."
THIRD = "A fighter of the group was shot dead in Daraa by unknown gunmen who fled the scene of the attack."
ARABIC = "قتل ثلاثة مدنيين وأصيب خمسة آخرون بجروح في قصف على بلدة في ريف إدلب الجنوبي يوم الأحد"
JAN_21, JAN_23, FEB_2 = dt.date(2023, 1, 21), dt.date(2023, 1, 23), dt.date(2023, 2, 2)

Write = Callable[[str, bytes | str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def save(name: str, content: bytes | str) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return save


def articles(*inputs: str | Path, **options: Any) -> list[InputArticle]:
    found = list(read_articles(inputs, **options))
    assert all(isinstance(item, InputArticle) for item in found), found
    return [item for item in found if isinstance(item, InputArticle)]


def one(*inputs: str | Path, **options: Any) -> InputArticle:
    (found,) = articles(*inputs, **options)
    return found


def errors(*inputs: str | Path, **options: Any) -> list[ReadError]:
    return [item for item in read_articles(inputs, **options) if isinstance(item, ReadError)]


# --- files as programs write them -------------------------------------------------------------------------------------

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def docx(*paragraphs: str, table: list[list[str]] | None = None) -> bytes:
    def paragraph(text: str) -> str:
        return f"<w:p><w:r><w:t xml:space='preserve'>{text}</w:t></w:r></w:p>"

    rows = "".join(f"<w:tr>{''.join(f'<w:tc>{paragraph(cell)}</w:tc>' for cell in row)}</w:tr>" for row in table or ())
    body = "".join(map(paragraph, paragraphs)) + (f"<w:tbl>{rows}</w:tbl>" if rows else "")
    return zipped(
        {"word/document.xml": f"<?xml version='1.0'?><w:document xmlns:w='{_W}'><w:body>{body}</w:body></w:document>"}
    )


def zipped(members: dict[str, bytes | str]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, member in members.items():
            archive.writestr(name, member)
    return content.getvalue()


def opendocument(body: str) -> bytes:
    names = " ".join(
        f"xmlns:{name}='urn:oasis:names:tc:opendocument:xmlns:{name}:1.0'" for name in ("office", "table", "text")
    )
    return zipped(
        {"content.xml": f"<office:document-content {names}><office:body>{body}</office:body></office:document-content>"}
    )


def xlsx(sheets: dict[str, list[list[object]]]) -> bytes:
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def pdf(*pages: list[str]) -> bytes:
    """A PDF of one text object a page, as simple writers make it."""
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", "", "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"]
    kids = []
    for lines in pages:
        text = " ".join(f"({line}) Tj T*" for line in lines)
        stream = f"BT /F1 11 Tf 14 TL 50 780 Td {text} ET" if lines else ""
        objects.append(f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream")
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {len(objects)} 0 R "
            "/Resources << /Font << /F1 3 0 R >> >> >>"
        )
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>"
    content, places = "%PDF-1.4\n", []
    for number, item in enumerate(objects, 1):
        places.append(len(content))
        content += f"{number} 0 obj\n{item}\nendobj\n"
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    end = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>"
    return f"{content}{end}\nstartxref\n{len(content)}\n%%EOF\n".encode("latin-1")


def rtf(text: str) -> str:
    return r"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0 Times;}}\f0 " + text.replace("\n", "\\par\n") + "}"


def page(title: str, text: str, day: str) -> str:
    body = "".join(f"<p>{text} The source repeated it in a call ({number}).</p>" for number in range(5))
    return (
        f"<html><head><title>{title}</title><meta property='og:site_name' content='North Press Agency'>"
        f"<meta property='article:published_time' content='{day}'></head>"
        f"<body><article><h1>{title}</h1>{body}</article></body></html>"
    )


NEXIS = "\n".join(
    line
    for title, outlet, day, text in (
        ("Two soldiers killed in Homs", "SyriaCall", "January 21, 2023 Saturday", FIRST),
        ("Shelling injures three", "BBC Monitoring Middle East", "January 23, 2023 Monday 10:15 AM GMT", SECOND),
        ("Fighter shot dead", "The Guardian (London)", "2 February 2023", THIRD),
    )
    for line in (
        "Page 1 of 2", "", title, outlet, day, "", "Copyright 2022 Somebody All Rights Reserved", "Section: NEWS",
        "Length: 321 words", "Byline: A Reporter", "Body", "", text, "", "Classification", "", "Language: ENGLISH", "",
        "Load-Date: March 3, 2023", "", "End of Document", "",
    )
)  # fmt: skip

NEXIS_OLD = "".join(
    f"\n                    {number} of 2 DOCUMENTS\n\n        {outlet}\n\n        {day}\n\n{title}\n\n"
    f"BYLINE: A Reporter\n\nLENGTH: 210 words\n\n{text}\n\nLOAD-DATE: March 3, 2023\n\nLANGUAGE: ENGLISH\n\n"
    for number, (title, outlet, day, text) in enumerate(
        (
            ("Two soldiers killed", "The Guardian (London)", "January 21, 2023 Saturday", FIRST),
            ("Shelling injures three", "Daily Star", "January 23, 2023 Monday", SECOND),
        ),
        1,
    )
)

FACTIVA = "\n".join(
    line
    for title, outlet, day, text, key in (
        ("Two soldiers killed in Homs", "Reuters News", "21 January 2023", FIRST, "LBA0000020230121ej1l001xx"),
        ("Shelling injures three", "Agence France Presse", "23 January 2023", SECOND, "AFPR000020230123ej1n002yy"),
        ("Fighter shot dead", "SyriaCall", "2 February 2023", THIRD, "SYRCAL0020230202ej220003z"),
    )
    for line in (
        title, "By A Reporter", "345 words", day, "10:15", outlet, "LBA", "English", "(c) 2023 Somebody Limited", "",
        text, "", f"Document {key}", "",
    )
)  # fmt: skip

FACTIVA_CODES = "".join(
    f"HD\t{title}\nWC\t345 words\nPD\t{day}\nET\t10:15\nSN\t{outlet}\nSC\tLBA\nLA\tEnglish\nCY\t(c) 2023 Somebody\n"
    f"LP\t{text}\nTD\tThe army has not commented on it.\nCO\tsyrarm : Army\nAN\tDocument {key}\n\n"
    for title, outlet, day, text, key in (
        ("Two soldiers killed in Homs", "Reuters News", "21 January 2023", FIRST, "LBA0000020230121ej1l001xx"),
        ("Shelling injures three", "Agence France Presse", "23 January 2023", SECOND, "AFPR000020230123ej1n002yy"),
    )
)


# --- one article ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("report 21 Jan 2023.docx", docx("Two killed", FIRST)),
        (
            "2023-01-21.odt",
            opendocument(f"<office:text><text:h>Two killed</text:h><text:p>{FIRST}</text:p></office:text>"),
        ),
        ("20230121 report.rtf", rtf(f"Two killed\n\n{FIRST}")),
        ("report_21-01-2023.pdf", pdf(["Two killed", FIRST])),
        ("report 2023.01.21.txt", f"Two killed\n\n{FIRST}"),
    ],
)
def test_a_document_is_an_article_dated_by_its_name(write: Write, name: str, content: bytes | str) -> None:
    article = one(write(name, content))
    assert article.text.split("\n")[0] == "Two killed"
    assert FIRST in article.text
    assert (article.published, article.notes) == (JAN_21, ("day taken from the file's name",))


def test_a_long_pdf_loses_its_running_lines_and_line_ends(write: Write) -> None:
    lines = textwrap.wrap(f"{FIRST} {SECOND} {THIRD}", 62)
    text = one(write("x.pdf", pdf(*(["Daily report 7", *lines, f"Page {number}"] for number in range(1, 5))))).text
    assert all(text.count(sentence) == 4 for sentence in (FIRST, SECOND, THIRD))
    assert "Page 3" not in text
    assert "Daily report" not in text


def test_a_saved_page_is_read_with_its_address(write: Write) -> None:
    content = (
        "From: <Saved by Blink>\nSnapshot-Content-Location: https://npa.example.org/en/1/\nMIME-Version: 1.0\n"
        'Content-Type: multipart/related; type="text/html"; boundary="--b"\n\n----b\nContent-Type: text/html\n'
        f"Content-Location: https://npa.example.org/en/1/\n\n{page('Two killed', FIRST, '2023-01-21')}\n----b--\n"
    )
    article = one(write("x.mhtml", content))
    assert FIRST in article.text
    assert (article.outlet, article.published, article.url) == (
        "North Press Agency",
        JAN_21,
        "https://npa.example.org/en/1/",
    )


def test_a_newsletter_has_its_sender_as_outlet_and_a_letter_has_none(write: Write) -> None:
    letter = (
        "From: Syria Bulletin <news@example.org>\nSubject: Two killed\nDate: Sat, 21 Jan 2023 10:00:00 +0000\n"
        f"{{more}}Content-Type: text/plain; charset=utf-8\n\n{FIRST}\n"
    )
    mailing = one(write("a.eml", letter.format(more="List-Id: <bulletin.example.org>\n")))
    assert (mailing.title, mailing.outlet, mailing.published) == ("Two killed", "Syria Bulletin", JAN_21)
    assert mailing.text.startswith(f"Two killed\n\n{FIRST}")
    assert one(write("b.eml", letter.format(more=""))).outlet is None


def test_what_is_attached_to_a_letter_is_named(write: Write) -> None:
    from email.message import EmailMessage

    letter = EmailMessage()
    letter["Subject"], letter["Date"] = "Report", "Sat, 21 Jan 2023 10:00:00 +0000"
    letter.set_content(FIRST)
    letter.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="annex.pdf")
    path = write("x.eml", bytes(letter))
    assert [(error.source, error.reason.split(";")[0]) for error in errors(path)] == [
        (f"{path}/annex.pdf", "is attached to a letter and was not read")
    ]


# --- many articles ----------------------------------------------------------------------------------------------------


def table(text: str) -> list[list[str]]:
    return [line.split("\t") for line in text.split("\n")]


def as_page(text: str) -> str:
    return "<html><body>" + "".join(f"<p>{line}</p>" for line in text.split("\n")) + "</body></html>"


THREE = [("Two soldiers killed in Homs", JAN_21), ("Shelling injures three", JAN_23), ("Fighter shot dead", FEB_2)]


@pytest.mark.parametrize(
    ("name", "content", "outlets"),
    [
        (f"export.{ending}", make(text), outlets)
        for text, outlets in (
            (NEXIS, ["SyriaCall", "BBC Monitoring Middle East", "The Guardian (London)"]),
            (FACTIVA, ["Reuters News", "Agence France Presse", "SyriaCall"]),
        )
        for ending, make in (
            ("txt", lambda text: text),
            ("docx", lambda text: docx(*text.split("\n"))),
            ("rtf", rtf),
            ("html", as_page),
        )
    ],
)
def test_an_export_of_a_press_database_gives_each_article_its_own_outlet_and_day(
    write: Write, name: str, content: bytes | str, outlets: list[str]
) -> None:
    found = articles(write(name, content))
    assert [(article.title, article.published) for article in found] == THREE
    assert [article.outlet for article in found] == outlets
    for article, (title, _), text in zip(found, THREE, (FIRST, SECOND, THIRD), strict=True):
        assert article.text == f"{title}\n\n{text}"


def test_older_exports_of_nexis_and_factiva_with_codes_are_split_too(write: Write) -> None:
    old = articles(write("old.txt", NEXIS_OLD))
    assert [(one.title, one.outlet, one.published) for one in old] == [
        ("Two soldiers killed", "The Guardian (London)", JAN_21),
        ("Shelling injures three", "Daily Star", JAN_23),
    ]
    assert old[1].text == f"Shelling injures three\n\n{SECOND}"
    for path in (write("codes.txt", FACTIVA_CODES), write("codes.docx", docx(table=table(FACTIVA_CODES)))):
        coded = articles(path)
        assert [(one.id, one.outlet, one.published) for one in coded] == [
            ("LBA0000020230121ej1l001xx", "Reuters News", JAN_21),
            ("AFPR000020230123ej1n002yy", "Agence France Presse", JAN_23),
        ] or path.suffix == ".docx"
        assert [one.published for one in coded] == [JAN_21, JAN_23]
        assert "syrarm" not in coded[0].text
        assert "has not commented" in coded[0].text


def test_a_part_of_an_export_without_a_day_gets_no_other_articles_day(write: Write) -> None:
    first, second, third = articles(write("x.txt", NEXIS.replace("January 23, 2023 Monday 10:15 AM GMT", "")))
    assert (first.published, second.published, third.published) == (JAN_21, None, FEB_2)
    assert "no day found in the export" in second.notes


def test_a_workbook_is_read_sheet_by_sheet(write: Write) -> None:
    rows: list[list[object]] = [["Our articles", None, None], ["Headline", "Text", "Date"]]
    rows += [["Two killed", FIRST, dt.datetime(2023, 1, 21)], ["Three injured", SECOND, 44949]]
    content = xlsx({"news": rows, "codes": [["code", "meaning"], ["a", "b"]]})
    found = list(read_articles([write("x.xlsx", content)]))
    assert [(item.id, item.published) for item in found if isinstance(item, InputArticle)] == [
        ("x-news-3", JAN_21),
        ("x-news-4", JAN_23),
    ]
    (error,) = [item for item in found if isinstance(item, ReadError)]
    assert error.source.endswith("#codes")
    assert "no column of texts" in error.reason


def test_an_opendocument_spreadsheet_is_read(write: Write) -> None:
    def cells(*texts: str) -> str:
        return "".join(f"<table:table-cell><text:p>{text}</text:p></table:table-cell>" for text in texts)

    day = "<table:table-cell office:value-type='date' office:date-value='2023-01-21'/>"
    body = (
        f"<office:spreadsheet><table:table table:name='one'><table:table-row>{cells('title', 'text', 'date')}"
        f"</table:table-row><table:table-row>{cells('Two killed', FIRST)}{day}</table:table-row></table:table>"
        "</office:spreadsheet>"
    )
    article = one(write("x.ods", opendocument(body)))
    assert (article.text, article.title, article.published) == (FIRST, "Two killed", JAN_21)


def test_feeds_are_read_entry_by_entry(write: Write) -> None:
    rss = (
        "<?xml version='1.0'?><rss version='2.0' xmlns:content='http://purl.org/rss/1.0/modules/content/'><channel>"
        "<title>SyriaCall</title><item><title>Two killed</title><link>https://example.org/1</link><guid>g1</guid>"
        f"<pubDate>Sat, 21 Jan 2023 10:00:00 +0000</pubDate><content:encoded><![CDATA[<p>{FIRST}</p>]]>"
        "</content:encoded></item><item><title>Three injured</title><link>https://example.org/2</link>"
        f"<pubDate>Mon, 23 Jan 2023 10:00:00 +0000</pubDate><description>{SECOND}</description></item></channel></rss>"
    )
    full, summary = articles(write("feed.xml", rss))
    assert full.text == f"Two killed\n\n{FIRST}"
    assert (full.id, full.outlet, full.published, full.url) == ("g1", "SyriaCall", JAN_21, "https://example.org/1")
    assert summary.notes == ("the feed holds the summary only",)
    atom = (
        "<feed xmlns='http://www.w3.org/2005/Atom'><title>SyriaCall</title><entry><title>Two killed</title><id>a1</id>"
        "<link rel='alternate' href='https://example.org/1'/><updated>2023-02-02T00:00:00Z</updated>"
        f"<published>2023-01-21T10:00:00Z</published><content type='html'>&lt;p&gt;{FIRST}&lt;/p&gt;</content>"
        "</entry></feed>"
    )
    entry = one(write("x.atom", atom))
    assert (entry.published, entry.url, entry.text) == (JAN_21, "https://example.org/1", f"Two killed\n\n{FIRST}")


def test_a_wordpress_export_gives_its_posts_and_counts_the_rest(write: Write) -> None:
    def item(kind: str, title: str, text: str) -> str:
        return (
            f"<item><title>{title}</title><link>https://example.org/{title}</link><content:encoded><![CDATA[{text}]]>"
            f"</content:encoded><wp:post_id>7</wp:post_id><wp:post_date>2023-01-21 10:00:00</wp:post_date>"
            f"<wp:status>publish</wp:status><wp:post_type>{kind}</wp:post_type></item>"
        )

    content = (
        "<rss xmlns:content='http://purl.org/rss/1.0/modules/content/' xmlns:wp='http://wordpress.org/export/1.2/'>"
        f"<channel><title>SyriaCall</title>{item('post', 'Two killed', f'<p>{FIRST}</p>')}"
        f"{item('attachment', 'picture', '')}{item('nav_menu_item', 'menu', '')}</channel></rss>"
    )
    path = write("export.xml", content)
    article, error = read_articles([path])
    assert isinstance(article, InputArticle)
    assert (article.outlet, article.published) == ("SyriaCall", JAN_21)
    assert isinstance(error, ReadError)
    assert error.reason.startswith("2 of its items are no articles")


def test_a_web_archive_gives_its_pages_and_counts_the_rest(write: Write) -> None:
    warcio = pytest.importorskip("warcio.warcwriter")
    from warcio.statusandheaders import StatusAndHeaders

    content = io.BytesIO()
    writer = warcio.WARCWriter(content, gzip=True)
    for address, kind, body in (
        ("https://example.org/2023/01/21/a/", "text/html; charset=utf-8", page("Two killed", FIRST, "2023-01-21")),
        ("https://example.org/b.png", "image/png", "png"),
    ):
        headers = StatusAndHeaders("200 OK", [("Content-Type", kind)], protocol="HTTP/1.1")
        writer.write_record(
            writer.create_warc_record(address, "response", payload=io.BytesIO(body.encode()), http_headers=headers)
        )
    article, error = read_articles([write("crawl.warc.gz", content.getvalue())])
    assert isinstance(article, InputArticle)
    assert (article.published, article.outlet) == (JAN_21, "North Press Agency")
    assert isinstance(error, ReadError)
    assert error.reason.startswith("1 of its records are no pages")


# --- records of other programs ----------------------------------------------------------------------------------------


def test_telegram_messages_are_joined_from_their_parts(write: Write) -> None:
    messages = [
        {"id": 1, "type": "service", "date": "2023-01-20T10:00:00", "action": "create_channel", "text": ""},
        {
            "id": 2,
            "type": "message",
            "date": "2023-01-21T10:00:00",
            "from": "Admin",
            "text": [{"type": "bold", "text": "Breaking: "}, FIRST, {"type": "link", "text": " https://t.me/x"}],
        },
        {"id": 3, "type": "message", "date": "2023-01-23T10:00:00", "text": SECOND},
        {"id": 4, "type": "message", "date": "2023-01-23T10:00:00", "photo": "x.jpg", "text": ""},
    ]
    chat = {"name": "Homs News", "type": "public_channel", "id": 55, "messages": messages}
    path = write("result.json", json.dumps(chat))
    first, second, error = read_articles([path])
    assert isinstance(first, InputArticle)
    assert isinstance(second, InputArticle)
    assert first.text == f"Breaking: {FIRST} https://t.me/x"
    assert [(item.id, item.outlet, item.published) for item in (first, second)] == [
        ("result-55-2", "Homs News", JAN_21),
        ("result-55-3", "Homs News", JAN_23),
    ]
    assert isinstance(error, ReadError)
    assert "1 of its messages have no text" in error.reason
    assert len(list(read_articles([write("all.json", json.dumps({"chats": {"list": [chat, chat]}}))]))) == 5


@pytest.mark.parametrize(
    ("record", "outlet"),
    [
        (
            {
                "id": 9,
                "date": "2023-01-21T10:00:00",
                "link": "https://example.org/9",
                "title": {"rendered": "Two killed"},
                "content": {"rendered": f"<p>{FIRST}</p>\n", "protected": False},
                "excerpt": {"rendered": "<p>Short.</p>"},
            },
            None,
        ),
        (
            {
                "id": "world/2023/jan/21/x",
                "webTitle": "Two killed",
                "webPublicationDate": "2023-01-21T10:00:00Z",
                "webUrl": "https://example.org/9",
                "fields": {"body": f"<p>{FIRST}</p>"},
            },
            "The Guardian",
        ),
        (
            {
                "source": {"id": None, "name": "Reuters"},
                "title": "Two killed",
                "url": "https://example.org/9",
                "publishedAt": "2023-01-21T10:00:00Z",
                "content": f"{FIRST}… [+1204 chars]",
            },
            "Reuters",
        ),
        (
            {
                "title": "Two killed",
                "date": "2023-01-21",
                "sitename": None,
                "source": "https://example.org/9",
                "source-hostname": "example.org",
                "text": FIRST,
            },
            "example.org",
        ),
        (
            {
                "title": "Two killed",
                "date_publish": "2023-01-21 10:00:00",
                "date_download": "2024-01-01 10:00:00",
                "maintext": FIRST,
                "source_domain": "example.org",
                "url": "https://example.org/9",
                "language": "en",
            },
            "example.org",
        ),
    ],
    ids=["wordpress", "guardian", "newsapi", "trafilatura", "news-please"],
)
def test_records_of_other_programs_are_known(write: Write, record: dict[str, Any], outlet: str | None) -> None:
    article = one(write("x.json", json.dumps([record])))
    assert article.text.removeprefix("Two killed\n\n") == FIRST
    assert (article.title, article.published, article.url, article.outlet) == (
        "Two killed",
        JAN_21,
        "https://example.org/9",
        outlet,
    )
    assert any("NewsAPI left out 1204 characters" in note for note in article.notes) == ("publishedAt" in record)


def test_the_guardians_answer_is_read_to_its_list(write: Write) -> None:
    result = {"webTitle": "T", "webPublicationDate": "2023-01-21T10:00:00Z", "fields": {"bodyText": FIRST}}
    assert one(write("x.json", json.dumps({"response": {"status": "ok", "results": [result]}}))).published == JAN_21


def test_a_field_reaches_into_records(write: Write) -> None:
    record = {"post": {"body": [{"html": f"<p>{FIRST}</p>"}], "when": "2023-01-21"}, "text": "not this"}
    article = one(
        write("x.jsonl", json.dumps(record)), fields=FieldNames(text="post.body.0.html", published="post.when")
    )
    assert (article.text, article.published) == (FIRST, JAN_21)


@pytest.mark.parametrize("text", [[{"a": 1}], [1, 2], {"rendered": 5}, [[FIRST]], [{"text": 5}]])
def test_what_is_no_text_is_never_read_as_its_python_form(write: Write, text: object) -> None:
    (error,) = errors(write("x.json", json.dumps([{"text": text}])))
    assert "not text" in error.reason


# --- archives and folders ---------------------------------------------------------------------------------------------


def test_an_archive_is_read_file_by_file(write: Write) -> None:
    inner = zipped({"deep.txt": THIRD})
    content = zipped(
        {"a.txt": FIRST, "b/c.docx": docx(SECOND), "b/inner.zip": inner, "x.png": b"png", "__MACOSX/a": ""}
    )
    path = write("pack.zip", content)
    found = list(read_articles([path]))
    assert [item.text for item in found if isinstance(item, InputArticle)] == [FIRST, SECOND, THIRD]
    assert [(item.source, item.reason) for item in found if isinstance(item, ReadError)] == [
        (f"{path}/x.png", "is a picture, which is not read; save its text (by OCR) as .txt")
    ]


def test_a_folder_names_at_its_end_what_it_holds_and_is_not_read(write: Write, tmp_path: Path) -> None:
    for name in ("a.doc", "b.png", "c.unknown", ".DS_Store", "~$d.docx"):
        write(name, b"x")
    write("z.txt", FIRST)
    found = list(read_articles([tmp_path]))
    assert isinstance(found[0], InputArticle)
    assert [Path(item.source or "").name for item in found[1:]] == ["a.doc", "b.png", "c.unknown"]
    assert "save it as .docx" in errors(tmp_path)[0].reason


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("x.docx", b"PK\x03\x04 no", "is not a Word document"),
        ("x.docx", zipped({"other.xml": "<a/>"}), "is not a Word document"),
        ("x.odt", b"no", "is not an OpenDocument text"),
        ("x.ods", b"no", "is not an OpenDocument spreadsheet"),
        ("x.xlsx", b"no", "is not an Excel workbook"),
        ("x.xlsx", xlsx({"a": [["code", "day"], [1, 2]]}), "no column that holds a text (columns: code, day)"),
        ("x.xlsx", xlsx({"a": []}), "has no rows"),
        ("x.rtf", b"no rich text", "is not rich text"),
        ("x.pdf", b"no pdf", "is not a PDF"),
        ("x.pdf", pdf([]), "run text recognition"),
        ("x.zip", b"no", "is not a zip archive"),
        ("x.mhtml", b"Content-Type: text/plain\n\nx", "holds no web page"),
        ("x.eml", b"\x00\x01\x02", "is not an e-mail"),
        ("x.xml", b"<kml><a/></kml>", "is no feed"),
        ("x.xml", b"no xml", "is not XML"),
        ("x.warc", b"no archive", "archive"),
        ("x.txt", ARABIC, "is in Arabic, and only English is read"),
        ("x.jsonl", json.dumps({"text": ARABIC}), "is in Arabic"),
        (
            "x.txt",
            "Tres civiles murieron y otros cinco resultaron heridos en un ataque aéreo contra la ciudad.",
            "Spanish",
        ),
        (
            "x.docx",
            docx("Zwei Soldaten wurden am Sonntag in Homs durch eine Mine getötet, teilte das Amt mit."),
            "German",
        ),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_way_out(
    write: Write, name: str, content: bytes | str, said: str
) -> None:
    (error,) = errors(write(name, content))
    assert said in error.reason
    assert ";" in error.reason or "check" in error.reason


@pytest.mark.parametrize(
    "text",
    [
        FIRST,
        f"{FIRST} ({ARABIC})",
        "IS*IS kil*led 3 in Deir Ezzor",
        "Aleppo, Idlib, Hama, Homs, Daraa, Deir ez-Zor, Raqqa, al-Hasakah, Tartus, Latakia, Quneitra, Suwayda.",
        "Abu Omar al-Shami, Khaled al-Hassan, Mahmoud Qasim, Ahmad Darwish killed Monday.",
    ],
)
def test_english_with_foreign_names_or_an_original_beside_it_is_read(write: Write, text: str) -> None:
    assert one(write("x.txt", text)).text == text


# --- days -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("2023-01-21_sohr", JAN_21),
        ("sohr20230121", JAN_21),
        ("SOHR 21 January 2023", JAN_21),
        ("Jan 21, 2023 report", JAN_21),
        ("21.01.2023", JAN_21),
        ("01-21-2023", JAN_21),
        ("03-04-2023", None),  # March or April
        ("2023-01-21 to 2023-02-02", None),
        ("2023-13-45", None),
        ("report 7", None),
    ],
)
def test_a_files_name_dates_it_where_it_can_be_read_in_one_way(name: str, day: dt.date | None) -> None:
    assert date_in_name(name) == day


@pytest.mark.parametrize(
    ("column", "days", "said"),
    [
        (["03/04/2023", "03/31/2023"], [dt.date(2023, 3, 4), dt.date(2023, 3, 31)], "month/day/year, as 1"),
        (["03/04/2023", "31/03/2023"], [dt.date(2023, 4, 3), dt.date(2023, 3, 31)], "day/month/year, as 1"),
        (["03/04/2023", "31/03/2023", "03/31/2023"], [None, dt.date(2023, 3, 31), dt.date(2023, 3, 31)], "left open"),
        (["03/04/2023"], [dt.date(2023, 4, 3)], "nothing in the column tells"),
        (["44947"], [JAN_21], None),
    ],
)
def test_the_whole_column_decides_what_is_day_and_what_month(
    write: Write, column: list[str], days: list[dt.date | None], said: str | None
) -> None:
    rows = "".join(f"{day},{FIRST.replace(',', '')}\n" for day in column)
    records = json.dumps([{"date": day, "text": FIRST} for day in column])
    sheet: list[list[object]] = [["date", "text"], *([day, FIRST] for day in column)]
    lines = "".join(json.dumps({"date": day, "text": FIRST}) + "\n" for day in column)
    files: dict[str, bytes | str] = {
        "x.csv": f"date,text\n{rows}",
        "x.json": records,
        "y.xlsx": xlsx({"a": sheet}),
        "z.jsonl": lines,
        "v.jsonl.gz": gzip.compress(lines.encode()),
        "w.zip": zipped({"w.jsonl": lines}),
    }
    for name, content in files.items():
        found = articles(write(name, content))
        assert [article.published for article in found] == days, name
        assert [said in note for note in found[0].notes] == ([True] if said else []), name


def test_of_standard_input_each_day_is_read_for_itself_and_that_is_said() -> None:
    days = ("03/04/2023", "03/31/2023")
    lines = "".join(json.dumps({"date": day, "text": FIRST}) + "\n" for day in days).encode()
    first, second = articles("-", stdin=io.BytesIO(lines))
    assert (first.published, second.published) == (dt.date(2023, 4, 3), dt.date(2023, 3, 31))
    assert "nothing in the column tells" in first.notes[0]


def test_the_user_may_say_the_day_or_how_days_are_written(write: Write) -> None:
    plain, dated = write("a.txt", FIRST), write("b.json", json.dumps({"text": SECOND, "date": "2023-01-23"}))
    given = articles(plain, dated, published=Published.parse("2023-01-21"))
    assert [article.published for article in given] == [JAN_21, JAN_23]
    pattern = Published.parse("%m-%d-%y")
    assert one(write("sohr 02-02-23.txt", FIRST), published=pattern).published == FEB_2
    assert one(write("x.csv", f'date,text\n01-21-23,"{FIRST}"\n'), published=pattern).published == JAN_21
    for wrong in ("yesterday", "%Q", "%d-%m", "2023-13-01"):
        with pytest.raises(ValueError, match="write a"):
            Published.parse(wrong)


def test_a_number_of_a_spreadsheet_is_its_day() -> None:
    assert read_date(44947) == read_date("44947") == read_date(44947.4) == JAN_21
    assert read_date("12345") is None


def test_packed_files_are_read(write: Write) -> None:
    assert one(write("x.json.gz", gzip.compress(json.dumps({"text": FIRST}).encode()))).text == FIRST


@pytest.mark.parametrize(
    ("text", "day"),
    [
        (f"Two killed\n\n21 January 2023\n\n{FIRST}", JAN_21),
        (f"Two killed\nSaturday, January 21st, 2023 10:15 AM GMT\n{FIRST}", JAN_21),
        (f"Two killed\nBy A Reporter | 21 Jan 2023\n\n{FIRST}", JAN_21),
        (f"Two killed\nPublished: 2023-01-21\nUpdated: 2 February 2023\n\n{FIRST}", JAN_21),
        (f"DAMASCUS, Jan. 21, 2023 (SANA) - {FIRST}", JAN_21),
        (f"Two killed\n21 January 2023\n2 February 2023\n\n{FIRST}", None),  # which one is the article's?
        (f"Two killed\nDate: 21/01/2023\n\n{FIRST}", JAN_21),
        (f"Two killed\nDate: 03/04/2023\n\n{FIRST}", None),  # March or April
        (f"{FIRST}\n\n21 January 2023", None),  # below the article
        ("On 21 January 2023 two soldiers were killed in Homs. Others fled.", None),
        ("Residents of Homs said 21 January 2023 was the worst day - two died.", None),
    ],
)
def test_a_date_line_of_the_text_dates_it(write: Write, text: str, day: dt.date | None) -> None:
    article = one(write("x.txt", text), published=Published.parse("2024-05-05"))
    assert article.published == (day or dt.date(2024, 5, 5))
    assert len(article.notes) == 1


def test_a_folder_of_one_file_of_each_kind_is_read_and_nothing_is_skipped_unnamed(write: Write, tmp_path: Path) -> None:
    one_a_kind: dict[str, bytes | str] = {
        "a.txt": FIRST,
        "b.docx": docx(FIRST),
        "c.odt": opendocument(f"<office:text><text:p>{FIRST}</text:p></office:text>"),
        "d.rtf": rtf(FIRST),
        "e.pdf": pdf([FIRST]),
        "f.html": page("Two killed", FIRST, "2023-01-21"),
        "g.eml": f"Subject: Two killed\nDate: Sat, 21 Jan 2023 10:00:00 +0000\n\n{FIRST}\n",
        "h.csv": f'text\n"{FIRST}"\n',
        "i.xlsx": xlsx({"a": [["text"], [FIRST]]}),
        "j.json": json.dumps([{"text": FIRST}]),
        "k.jsonl": json.dumps({"text": FIRST}),
        "l.xml": f"<rss><channel><item><title>T</title><description>{FIRST}</description></item></channel></rss>",
        "m.zip": zipped({"n.txt": FIRST}),
        "nexis.docx": docx(*NEXIS.split("\n")),
        "o.doc": b"\xd0\xcf\x11\xe0",
        "p.xls": b"\xd0\xcf\x11\xe0",
        "q.jpg": b"\xff\xd8",
        "r.odd": b"x",
        "s": b"x",
    }
    for name, content in one_a_kind.items():
        write(name, content)
    found = list(read_articles([tmp_path]))
    named = {Path(str(item.source).split("#")[0].replace(".zip/n.txt", ".zip")).name for item in found}
    assert named == set(one_a_kind)
    texts = [item for item in found if isinstance(item, InputArticle)]
    assert len(texts) == 13 + 3
    assert [item.unread_kind for item in found if isinstance(item, ReadError)] == [
        ".doc",
        ".xls",
        ".jpg",
        ".odd",
        "no ending",
    ]


_KINDS = [".docx", ".odt", ".rtf", ".pdf", ".xlsx", ".ods", ".zip", ".eml", ".mhtml", ".xml", ".warc", ".txt", ".html"]


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_no_damage_to_a_file_breaks_the_reader(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    whole: list[bytes | str] = [
        docx(*NEXIS.split("\n")),
        pdf([FIRST]),
        rtf(FACTIVA),
        NEXIS_OLD,
        FACTIVA_CODES,
        b"{\\rtf",
    ]
    start = data.draw(st.sampled_from(whole))
    content = bytearray(start if isinstance(start, bytes) else start.encode())
    for place in data.draw(st.lists(st.integers(0, len(content) - 1), max_size=20)):
        content[place] = data.draw(st.integers(0, 255))
    content = content[: data.draw(st.integers(1, len(content)))]
    path = tmp_path_factory.mktemp("hostile") / f"x{data.draw(st.sampled_from(_KINDS))}"
    path.write_bytes(content)
    for found in read_articles([path]):
        assert isinstance(found, (InputArticle, ReadError))


def test_coded_exports_of_factiva_are_split_from_pages_too(write: Write) -> None:
    rows = "".join(
        "<tr>" + "".join(f"<td>{cell}</td>" for cell in line.split("\t")) + "</tr>"
        for line in FACTIVA_CODES.split("\n")
    )
    found = articles(write("x.html", f"<html><body><table>{rows}</table></body></html>"))
    assert [(item.outlet, item.published) for item in found] == [
        ("Reuters News", JAN_21),
        ("Agence France Presse", JAN_23),
    ]


# --- the first hour: the command itself -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> str:
    from small_model import write_small_model

    return str(write_small_model(tmp_path_factory.mktemp("model")))


def command(*arguments: object) -> Any:
    from typer.testing import CliRunner

    from conflict_events.cli import app

    return CliRunner().invoke(app, [str(argument) for argument in arguments])


ATTACK = "ISIS killed five civilians in Homs."


def test_a_workbook_has_a_sheet_to_read_and_one_a_table_and_can_be_gone_on_with(
    write: Write, tmp_path: Path, model: str
) -> None:
    from openpyxl import load_workbook

    record = {"id": "a", "text": ATTACK, "date": "2023-01-22", "url": "https://example.org/a", "outlet": "SyriaCall"}
    news, book = write("news.jsonl", json.dumps(record) + "\n"), tmp_path / "out.xlsx"
    first = command("annotate", news, "-o", book, "--model", model)
    assert first.exit_code == 0, first.output
    sheets = load_workbook(book)
    assert sheets.sheetnames[0] == "read me first"
    assert {"articles", "events", "casualties", "findings"} <= set(sheets.sheetnames)
    header, *rows = sheets["read me first"].iter_rows(values_only=True)
    row = dict(zip(header, rows[0], strict=True))
    assert (row["killed"], row["country"], row["outlet"]) == (5, "Syria", "SyriaCall")
    assert row["link"] == "https://example.org/a"
    assert (row["summary"], row["words"]) != (None, None)
    write(
        "news.jsonl", json.dumps(record) + "\n" + json.dumps({**record, "id": "b", "text": f"{ATTACK} Again."}) + "\n"
    )
    assert command("annotate", news, "-o", book, "--model", model).exit_code == 0
    assert load_workbook(book)["articles"].max_row == 3


def test_a_workbook_of_the_users_own_is_never_written_over(write: Write, tmp_path: Path, model: str) -> None:
    book = write("mine.xlsx", b"mine")
    refused = command("annotate", write("a.txt", ATTACK), "-o", book, "--model", model)
    assert refused.exit_code == 2
    assert book.read_bytes() == b"mine"


def test_an_output_of_an_unknown_ending_is_refused(write: Write, tmp_path: Path, model: str) -> None:
    refused = command("annotate", write("a.txt", ATTACK), "-o", tmp_path / "out.docx", "--model", model)
    assert (refused.exit_code, (tmp_path / "out.docx").exists()) == (2, False)
    assert ".docx is no form of results" in refused.stderr


def test_a_run_that_produced_nothing_locks_nothing(write: Write, tmp_path: Path, model: str) -> None:
    news = write("news.csv", f'id,words\na,"{ATTACK}"\n')
    output = tmp_path / "out.jsonl"
    failed = command("annotate", news, "-o", output, "--model", model)
    assert failed.exit_code == 3
    assert "--field text=NAME" in failed.stderr
    again = command("annotate", news, "-o", output, "--model", model, "--field", "text=words")
    assert again.exit_code == 0, again.output
    assert len(output.read_text(encoding="utf-8").splitlines()) == 1


def test_what_was_assumed_of_the_days_is_said(write: Write, tmp_path: Path, model: str) -> None:
    news = write("news.csv", f'date,text\n03/04/2023,"{ATTACK}"\n')
    said = command("annotate", news, "-o", tmp_path / "out.jsonl", "--model", model).stderr
    assert "1 article: dates read as day/month/year: nothing in the column tells" in said
    wrong = command("annotate", news, "-o", tmp_path / "x.jsonl", "--model", model, "--published", "soon")
    assert (wrong.exit_code, "write a day as 2023-05-31" in wrong.stderr) == (2, True)


def test_one_article_of_the_results_is_shown_by_its_id(write: Write, tmp_path: Path, model: str) -> None:
    lines = "".join(json.dumps({"id": name, "text": f"{ATTACK} {name}"}) + "\n" for name in ("first", "second"))
    output = tmp_path / "out.jsonl"
    command("annotate", write("news.jsonl", lines), "-o", output, "--model", model, "--keep-text")
    shown = command("show", output, "--id", "second")
    assert shown.exit_code == 0, shown.output
    assert "second" in shown.stdout
    assert "first" not in shown.stdout
    missing = command("show", output, "--id", "third")
    assert (missing.exit_code, "no article and no event has the id third" in missing.stderr) == (2, True)


def test_only_the_events_are_shown_where_that_is_asked(write: Write, tmp_path: Path, model: str) -> None:
    quiet = "The minister opened a new school for girls in the capital and spoke to the parents."
    lines = "".join(json.dumps({"id": name, "text": text}) + "\n" for name, text in (("a", ATTACK), ("b", quiet)))
    output = tmp_path / "out.jsonl"
    command("annotate", write("news.jsonl", lines), "-o", output, "--model", model, "--keep-text")
    assert "ACTOR" in command("show", output).stdout
    shown = command("show", output, "--events-only")
    assert shown.exit_code == 0, shown.output
    assert "event 1" in shown.stdout
    assert "ACTOR" not in shown.stdout
    assert "news.jsonl#2" not in shown.stdout
    none = command("show", output, "--events-only", "--id", "b")
    assert (none.stdout, "no events" in none.stderr) == ("", True)


def test_a_readable_table_says_open_bounds_in_words(write: Write, tmp_path: Path, model: str) -> None:
    output, table = tmp_path / "out.jsonl", tmp_path / "events.csv"
    command("annotate", write("a.txt", ATTACK.replace("five", "at least five")), "-o", output, "--model", model)
    assert command("export", output, "--to", "readable", "-o", table).exit_code == 0
    header, row = table.read_text(encoding="utf-8-sig").splitlines()[:2]
    assert header.startswith("when,where,province,country,attackers,attacked,killed,injured")
    assert "at least 5" in row


def test_files_of_other_kinds_and_texts_told_twice_are_counted_at_the_end(
    write: Write, tmp_path: Path, model: str
) -> None:
    for name in ("news/a.png", "news/b.png", "news/c.doc"):
        write(name, b"x")
    write("news/one.txt", ATTACK)
    write("news/two.txt", ATTACK)
    said = command("annotate", tmp_path / "news", "-o", tmp_path / "out.jsonl", "--model", model)
    assert said.exit_code == 1
    assert "not read, of other kinds: 1 .doc, 2 .png" in said.stderr
    assert "1 article: the same text as one before" in said.stderr
    errors = (tmp_path / "out.errors.jsonl").read_text(encoding="utf-8")
    assert all(name in errors for name in ("a.png", "b.png", "c.doc"))


def test_csv_results_open_right_in_excel_and_in_pandas(write: Write, tmp_path: Path, model: str) -> None:
    import duckdb
    import pandas as pd

    news = write("news.jsonl", json.dumps({"id": "a", "text": ATTACK, "outlet": "Kobanê Ünal"}) + "\n")
    command("annotate", news, "-o", tmp_path / "out", "--to", "csv", "--model", model)
    table = tmp_path / "out" / "articles.csv"
    assert table.read_bytes().startswith(b"\xef\xbb\xbf")
    first = str(pd.read_csv(table).columns[0])
    assert first == duckdb.sql(f"select * from read_csv('{table}')").columns[0] == "article_id"

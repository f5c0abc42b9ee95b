"""Exports of press databases, Nexis and Factiva: many articles in one document, each with its outlet and date.

How an article looks there:

========  ==============================================================================================================
Nexis     headline, outlet, day, "Copyright …", "Length: 300 words", "Body", the text, "Load-Date: …", "End of Document"
Nexis     (older) "2 of 9 DOCUMENTS", outlet, day, headline, "LENGTH: 300 words", the text, "LOAD-DATE: …"
Factiva   headline, byline, "300 words", day, time, outlet, code, "English", "Copyright …", the text, "Document ABC000…"
Factiva   (codes) "HD" headline, "WC" words, "PD" day, "SN" outlet, "LP" and "TD" the text, "AN" "Document ABC000…"
========  ==============================================================================================================
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

from conflict_events.reading.dates import read_date
from conflict_events.reading.records import ReadError, Record

_NEXIS_END = re.compile(r"^\s*End of Document\s*$", re.IGNORECASE | re.MULTILINE)
_NEXIS_COUNT = re.compile(r"^\s*\d+ of \d+ DOCUMENTS?\s*$", re.MULTILINE)
_NEXIS_BODY = re.compile(r"^\s*Body\s*$", re.IGNORECASE)
_NEXIS_AFTER = re.compile(
    r"^\s*(?:Classification|Load-Date:?.*|Graphic|Notes|Correction|(?:LANGUAGE|PUBLICATION-TYPE|SUBJECT):.*)\s*$",
    re.IGNORECASE,
)
_NEXIS_FIELD = re.compile(r"^\s*(?:BYLINE|SECTION|LENGTH|DATELINE|HIGHLIGHT|SOURCE|DISTRIBUTION|TYPE):", re.IGNORECASE)
_PAGE_NUMBER = re.compile(r"^\s*Page \d+(?: of \d+)?\s*$", re.IGNORECASE)
_FACTIVA_END = re.compile(r"^[ \t|]*(?:AN[ \t|]+)?Document ([A-Z][A-Za-z0-9]{15,})[ \t|]*$", re.MULTILINE)
_FACTIVA_WORDS = re.compile(r"^\s*(?:WC[\s|]+)?[\d,.]+ words[\s|]*$", re.IGNORECASE | re.MULTILINE)
_FACTIVA_CODE = re.compile(
    r"^(SE|HD|BY|CR|WC|PD|ET|SN|SC|ED|PG|VOL|LA|CY|LP|TD|CT|RF|CO|IN|NS|RE|IPC|IPD|PUB|AN|ART|DLN|CLM)"
    r"(?:[ \t]*\|[ \t]*|\t[ \t]*|[ ]{2,}|[ \t]*$)(.*)$"
)
_COPYRIGHT = re.compile(r"^\s*(?:\(c\)|©|copyright)", re.IGNORECASE)
_TIME = re.compile(r"^\s*\d{1,2}:\d\d(?:\s*(?:GMT|AM|PM|[A-Z]{3,4}))?\s*$", re.IGNORECASE)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_LONGEST_DATE = 60


def looks_like_export(text: str) -> bool:
    """Whether a document is an export of Nexis or Factiva."""
    if _NEXIS_COUNT.search(text) and re.search(r"^\s*LENGTH:", text, re.MULTILINE | re.IGNORECASE):
        return True
    if _NEXIS_END.search(text) and any(_NEXIS_BODY.match(line) for line in text.splitlines()):
        return True
    return bool(_FACTIVA_END.search(text) and _FACTIVA_WORDS.search(text))


def split_export(text: str, source: str, stem: str, notes: tuple[str, ...] = ()) -> Iterator[Record | ReadError]:
    """The articles of an export, each with its own outlet and day; an error for each part that cannot be told."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\xa0", " ").replace("\f", "\n")
    if _FACTIVA_END.search(text):
        parts = _factiva_parts(text)
    elif _NEXIS_END.search(text):
        parts = [(_nexis(part), None) for part in _NEXIS_END.split(text)[:-1]]
    else:
        parts = [(_old_nexis(part), None) for part in _NEXIS_COUNT.split(text)[1:]]
    for number, (values, name) in enumerate(parts, 1):
        where = f"{source}#{number}"
        if values is None or not values["text"]:
            yield ReadError(
                where, f"article {number} of this export has no text that can be told; export it again as text"
            )
            continue
        said = () if values["published"] else ("no day found in the export",)
        yield Record({**values, "id": name}, where, f"{stem}-{number}", (*notes, *said))


_Values = dict[str, str | None]


def _nexis(part: str) -> _Values | None:
    lines = [line.strip() for line in part.split("\n") if not _PAGE_NUMBER.match(line)]
    body = next((place for place, line in enumerate(lines) if _NEXIS_BODY.match(line)), None)
    if body is None:
        return None
    head = [line for line in lines[:body] if line]
    day = next((place for place, line in enumerate(head) if _day_in(line)), None)
    copyright_line = next((place for place, line in enumerate(head) if _COPYRIGHT.match(line)), None)
    outlet_place = (day if day is not None else copyright_line or 0) - 1
    outlet = head[outlet_place] if outlet_place >= 0 else None
    title = head[outlet_place - 1] if outlet_place >= 1 else None
    return _values(title, outlet, head[day] if day is not None else None, _until(lines[body + 1 :], _NEXIS_AFTER))


def _old_nexis(part: str) -> _Values | None:
    lines = [line.strip() for line in part.split("\n")]
    places = [place for place, line in enumerate(lines) if _NEXIS_FIELD.match(line)]
    day = next((place for place, line in enumerate(lines) if _day_in(line)), None)
    if not places:
        return None
    fields = [place for place in places if place < places[0] + 12 and (day is None or place > day)]
    if not fields:
        return None
    head = lines[: fields[0]]
    before = [line for line in head[: day if day is not None else 0] if line and not _COPYRIGHT.match(line)]
    title = " ".join(line for line in head[day + 1 if day is not None else 0 :] if line)
    return _values(
        title or None,
        before[-1] if before else None,
        lines[day] if day is not None else None,
        _until(lines[fields[-1] + 1 :], _NEXIS_AFTER),
    )


def _factiva_parts(text: str) -> list[tuple[_Values | None, str | None]]:
    found: list[tuple[_Values | None, str | None]] = []
    start = 0
    for match in _FACTIVA_END.finditer(text):
        part = text[start : match.start()]
        coded = any((code := _FACTIVA_CODE.match(line)) and code[1] == "HD" for line in part.split("\n"))
        found.append(((_factiva_coded if coded else _factiva_plain)(part), match[1]))
        start = match.end()
    return found


def _factiva_coded(part: str) -> _Values | None:
    fields: dict[str, list[str]] = {}
    open_field: list[str] = []
    for line in part.split("\n"):
        code = _FACTIVA_CODE.match(line.rstrip())
        if code:
            open_field = fields.setdefault(code[1], [])
            line = code[2]
        open_field.append(line.strip().strip("|").strip())

    def field(name: str) -> str | None:
        return " ".join(line for line in fields.get(name, ()) if line) or None

    body = [*fields.get("LP", ()), "", *fields.get("TD", ())]
    return _values(field("HD"), field("SN"), field("PD"), body)


def _factiva_plain(part: str) -> _Values | None:
    lines = [line.strip().strip("|").strip() for line in part.split("\n")]
    words = next((place for place, line in enumerate(lines) if _FACTIVA_WORDS.match(line)), None)
    if words is None:
        return None
    day = next((place for place in range(words + 1, min(words + 6, len(lines))) if _day_in(lines[place])), None)
    end = next((place for place, line in enumerate(lines[words:], words) if _COPYRIGHT.match(line)), None)
    if end is None:
        return None
    head = [line for line in lines[:words] if line]
    title = _headline(head)
    after = [line for line in lines[(day if day is not None else words) + 1 : end] if line and not _TIME.match(line)]
    return _values(title, after[0] if after else None, lines[day] if day is not None else None, lines[end + 1 :])


def _headline(head: list[str]) -> str | None:
    """The headline above "300 words"; a byline may stand between, a section above."""
    if len(head) > 1 and re.match(r"(?:by|from)\b", head[-1], re.IGNORECASE):
        return head[-2]
    return max(head[-2:], key=len) if head else None


def _values(title: str | None, outlet: str | None, day: str | None, body: list[str]) -> _Values:
    text = re.sub(r"\n{3,}", "\n\n", "\n".join(body)).strip()
    if title and text and title not in text[: len(title) + 200]:
        text = f"{title}\n\n{text}"
    published = _day_in(day) if day else None
    return {
        "title": title,
        "outlet": outlet,
        "published": published.isoformat() if published else None,
        "text": text,
    }


def _until(lines: list[str], end: re.Pattern[str]) -> list[str]:
    place = next((place for place, line in enumerate(lines) if end.match(line)), len(lines))
    return lines[:place]


def _day_in(line: str) -> dt.date | None:
    """The day that a line consists of ("January 21, 2023 Saturday", "Saturday 21 January 2023 10:15 AM GMT")."""
    if len(line) > _LONGEST_DATE or not _YEAR.search(line) or _COPYRIGHT.match(line) or ":" in line.split(" ")[0]:
        return None
    match = re.match(
        r"\s*(?:PD[\s|]+)?(?:[A-Za-z]+day,?\s+)?"
        r"(\d{1,2} [A-Za-z]{3,9}\.?,? \d{4}|[A-Za-z]{3,9}\.? \d{1,2},? \d{4}|\d{4}-\d\d-\d\d)\b",
        line,
    )
    if not match or len(line[match.end() :].split()) > 6:
        return None
    return read_date(match[1].replace(".", ""))

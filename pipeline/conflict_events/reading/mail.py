"""E-mail (``.eml``): a newsletter or a report that was sent."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Iterator
from email.message import EmailMessage
from email.utils import parseaddr

from conflict_events.reading.files import InputFile
from conflict_events.reading.markup import html_to_text
from conflict_events.reading.records import Columns, ReadError, Record

#: Headers that only mailings have: their sender is an outlet, where a single letter's is a person.
_MAILING = ("List-Id", "List-Unsubscribe", "List-Post")


def read_mail(file: InputFile, columns: Columns) -> Iterator[Record | ReadError]:
    """The letter's own text with subject and day; each attachment is named as not read."""
    message = email.message_from_bytes(file.content(), policy=email.policy.default)
    if not isinstance(message, EmailMessage) or not message.keys():
        yield ReadError(file.source, "is not an e-mail; save the letter as .eml again, or its text as .txt")
        return
    body = message.get_body(("plain", "html"))
    text = str(body.get_content()) if body is not None else ""
    if body is not None and body.get_content_type() == "text/html":
        text = html_to_text(text)
    if not text.strip():
        yield ReadError(file.source, "the letter has no text of its own; save what is attached as files")
    else:
        subject = str(message.get("Subject") or "").strip() or None
        sender = parseaddr(str(message.get("From") or ""))[0] or None
        values = {
            "text": text if not subject or subject in text[: len(subject) + 200] else f"{subject}\n\n{text}",
            "title": subject,
            "published": _day(message),
            "outlet": sender if any(name in message for name in _MAILING) else None,
        }
        yield Record(values, file.source, file.stem, dated_by_name=True)
    for part in message.iter_attachments():
        name = part.get_filename() or part.get_content_type()
        yield ReadError(f"{file.source}/{name}", "is attached to a letter and was not read; save it as a file")


def _day(message: EmailMessage) -> object:
    try:
        return getattr(message["Date"], "datetime", None)
    except (ValueError, TypeError, IndexError):
        return None

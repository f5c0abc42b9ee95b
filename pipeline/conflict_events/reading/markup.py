"""Text out of HTML and XML, safely: nothing outside the file is loaded, no entity is expanded."""

from __future__ import annotations

import re
from typing import Any

_BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "br",
        "dd",
        "div",
        "dl",
        "dt",
        "figure",
        "figcaption",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "tr",
        "ul",
    ]
)
_SILENT = frozenset({"script", "style", "head", "noscript", "template"})
_TAG = re.compile(r"</(?:p|div|h[1-6]|li|blockquote|figure)>|<br\s*/?>", re.IGNORECASE)


def is_html(text: str) -> bool:
    """Whether a text is written in HTML: it holds tags that end its paragraphs or lines."""
    return bool(_TAG.search(text))


def html_to_text(html: str) -> str:
    """The text of a piece of HTML, a line a block; no choice is made of what is article and what is not."""
    from lxml import etree
    from lxml import html as lxml_html

    if not html.strip():
        return ""
    html = re.sub(r"^\s*<\?xml[^>]*\?>", "", html)
    try:
        root = lxml_html.fromstring(f"<div>{html}</div>" if "<html" not in html[:2000].lower() else html)
    except (etree.LxmlError, ValueError):
        return re.sub(r"<[^>]*>", " ", html).strip()
    parts: list[str] = []
    for event, element in etree.iterwalk(root, events=("start", "end", "comment", "pi")):
        _collect(event, element, parts)
    lines = [re.sub(r"[^\S\t]+", " ", line).strip() for line in "".join(parts).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _collect(event: str, element: Any, parts: list[str]) -> None:
    if event in ("comment", "pi"):
        parts.append(element.tail or "")
        return
    silent = _is_silent(element)
    block = element.tag in _BLOCKS
    if event == "start":
        parts.append("\n" if block else "\t" if element.tag in ("td", "th") else "")
        parts.append("" if silent else re.sub(r"\s+", " ", element.text or ""))
        return
    parts.append("\n" if block else "")
    parent = element.getparent()
    if parent is not None and not _is_silent(parent):
        parts.append(re.sub(r"\s+", " ", element.tail or ""))


def _is_silent(element: Any) -> bool:
    return element.tag in _SILENT or any(above.tag in _SILENT for above in element.iterancestors())


def parse_xml(content: bytes) -> Any:
    """The root of an XML document. Raises ValueError where it is none."""
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=False)
    try:
        return etree.fromstring(content, parser)
    except etree.LxmlError as error:
        raise ValueError(str(error)) from None


def local_name(element: Any) -> str:
    """An element's name without its namespace; empty for comments."""
    tag = element.tag
    return tag.rsplit("}", 1)[-1] if isinstance(tag, str) else ""

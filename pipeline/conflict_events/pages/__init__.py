"""What every self-contained page needs: escaping templates, hashes for its policy, packed data, and the colours."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
from collections.abc import Iterable
from importlib import resources
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

__all__ = ["environment", "pack", "script", "source_hash", "theme"]


def environment(folder: str) -> Environment:
    """Templates of ``folder`` of the package ("show/templates"); all that they write is escaped."""
    return Environment(
        loader=PackageLoader("conflict_events", folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def theme() -> str:
    """The colours of all pages, light, dark and printed."""
    return _file("theme.css")


def script(shared: Iterable[str], own: Iterable[str]) -> str:
    """The script of a page: the ``shared`` files of this package by name, then its ``own`` parts, in one scope."""
    parts = "\n".join([*(_file(name) for name in shared), *own])
    return f'(() => {{\n"use strict";\n{parts}\n}})();\n'


def _file(name: str) -> str:
    return (resources.files("conflict_events") / "pages" / name).read_text(encoding="utf-8")


def source_hash(text: str) -> str:
    """What a Content-Security-Policy allows a style or script of the page by."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")


def pack(value: Any) -> str:
    """``value`` as JSON, compressed by gzip, in base64: letters that can stand in an HTML page as they are."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return base64.b64encode(gzip.compress(text.encode("utf-8", "replace"), 6, mtime=0)).decode("ascii")

"""Where files are: on this computer, or at a URL (``s3://bucket/news``) of any file system that fsspec knows.

A local place is a :class:`pathlib.Path`, also where it was written as ``file://``; another one is a
:class:`upath.UPath`, which needs the extra ``remote``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from upath import UPath

    Place: TypeAlias = Path | UPath

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")


class PlaceError(ValueError):
    """A URL cannot be used here; the message says what to do."""


def is_url(item: object) -> bool:
    """Whether ``item`` is written as a URL or is a place at one.

    >>> is_url("s3://bucket/news"), is_url("news/a.txt")
    (True, False)
    """
    return bool(_URL.match(str(item)))


def place(item: str | Path | UPath) -> Place:
    """The place that a path or a URL names.

    Raises PlaceError where nothing here can open such a URL.
    """
    if not is_url(item):
        return Path(str(item))
    try:
        from upath import UPath
    except ImportError:
        raise PlaceError(f"{item}: to read and write at URLs, install: pip install 'conflict-events[remote]'") from None
    try:
        found: UPath = UPath(str(item))
        file_system = found.fs
    except ImportError as error:  # "Install s3fs to access S3"
        raise PlaceError(f"{item}: {error} (pip install s3fs for s3://, gcsfs for gs://, adlfs for abfs://)") from None
    except ValueError as error:
        raise PlaceError(f"{item}: {error}") from None
    return Path(found.path) if "file" in _protocols(file_system) else found


def files_under(folder: UPath) -> list[UPath]:
    """All files in a folder and below, by name. None where there is no such folder."""
    folder.fs.invalidate_cache()  # a listing in memory may be older, and has been seen to lack files
    found: list[str] = folder.fs.find(folder.path)
    return [_sibling(folder, name) for name in sorted(found)]


def files_matching(pattern: UPath) -> list[UPath]:
    """All files that match a pattern, by name."""
    pattern.fs.invalidate_cache()
    found = pattern.fs.glob(pattern.path, detail=True)
    return [_sibling(pattern, name) for name, info in sorted(found.items()) if info["type"] == "file"]


def _sibling(item: UPath, name: str) -> UPath:
    from upath import UPath

    # storage_options are those that ``item`` was made with.
    found: UPath = UPath(item.fs.unstrip_protocol(name), **item.storage_options)
    return found


def _protocols(file_system: Any) -> tuple[str, ...]:
    names = file_system.protocol
    return (names,) if isinstance(names, str) else tuple(names)


@contextmanager
def remote_errors(item: object) -> Iterator[None]:
    """Have whatever a remote file system raises (each has its own exceptions) as an OSError that names the place."""
    try:
        yield
    except OSError:
        raise
    except Exception as error:
        raise OSError(f"{item}: {type(error).__name__}: {error}") from error

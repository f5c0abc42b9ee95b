"""Files, and files in archives, as the formats see them."""

from __future__ import annotations

import gzip
import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from conflict_events.paths import Place

MIN_UNPACKED, MAX_RATIO = 256_000_000, 100
"""A packed file may unpack to so many bytes, or to so many times its size where that is more; text packs to a tenth."""


@dataclass(frozen=True)
class InputFile:
    """A file, or a member of an archive, that holds articles.

    ``source`` is how it is named to the user; ``name`` is its own name, whose ending tells its format; ``place`` is the
    path, where it is a file of its own.
    """

    source: str
    name: str
    opener: Callable[[], IO[bytes]]
    place: Place | None = None

    @property
    def ending(self) -> str:
        """The ending in small letters, of the file inside where it is packed (``.gz``)."""
        return _ending_of_name(self.name)

    @property
    def stem(self) -> str:
        """The name without its ending."""
        name = self.name[:-3] if self.name.lower().endswith(".gz") else self.name
        return Path(name).stem

    def open(self) -> IO[bytes]:
        """The content, unpacked, as a stream that may be sought in only where nothing is packed."""
        return self.opener()

    def content(self) -> bytes:
        """The whole content."""
        with self.opener() as file:
            return file.read()


def file_at(path: Place) -> InputFile:
    """A file on disk or at a URL."""
    return InputFile(str(path), path.name, lambda: _open(path), path)


def ending_of(path: Place) -> str:
    """The ending in small letters, of the file inside where it is packed (``.gz``)."""
    return _ending_of_name(path.name)


def _ending_of_name(name: str) -> str:
    return Path(name.lower().removesuffix(".gz")).suffix


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

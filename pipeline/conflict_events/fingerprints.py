"""Fingerprints of files and of the package's own code: what a result was made with, told apart by content."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from importlib import resources
from pathlib import Path

#: Parts of the package that show, turn or measure what was read, and do not change it.
NOT_READING = frozenset({"cli", "evaluation", "exports", "labels", "merging", "show"})


def fingerprint(path: Path) -> tuple[str, int]:
    """SHA-256 and size in bytes of a file; of a folder, over the names and contents of its files."""
    if path.is_file():
        digest = hashlib.sha256()
        with path.open("rb") as content:
            while block := content.read(1 << 20):
                digest.update(block)
        return digest.hexdigest(), path.stat().st_size
    return _combined(path, [file for file in path.rglob("*") if file.is_file()])


def fingerprint_code(without: Collection[str] = ()) -> tuple[str, int]:
    """SHA-256 over the package's own source and tables, and their size: tells versions of a checkout apart.

    Args:
        without: names at the top of the package that do not count. Models in the package never do: they have their own.
    """
    root = Path(str(resources.files("conflict_events")))
    files = []
    for file in root.rglob("*"):
        inside = file.relative_to(root).parts
        if inside[0] not in without and not inside[0].startswith("_m") and "__pycache__" not in inside:
            files.append(file)
    return _combined(root, [file for file in files if file.is_file()])


def _combined(root: Path, files: list[Path]) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    for file in sorted(files):
        own, length = fingerprint(file)
        digest.update(f"{file.relative_to(root).as_posix()}\0{own}\n".encode())
        size += length
    return digest.hexdigest(), size

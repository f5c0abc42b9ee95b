"""Loading the pipeline as a run asks for it, and telling models apart."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from spacy.language import Language


class TableError(ValueError):
    """A user's own table cannot be given to this pipeline; the message says what to do."""


@dataclass(frozen=True)
class ModelChoice:
    """Which pipeline, and the user's own tables for it.

    ``path`` is a model's directory. ``profiles``, ``actors`` and ``places`` are files that are asked before the
    pipeline's own.
    """

    path: Path
    profiles: tuple[Path, ...] = ()
    actors: tuple[Path, ...] = ()
    places: tuple[Path, ...] = ()

    def load(self) -> Language:
        """The pipeline, with the user's tables.

        Raises:
            TableError: the pipeline has no component that could use a table.
            OSError: there is no such model, or a table cannot be read.
        """
        import spacy

        from conflict_events.inference import quicken
        from conflict_events.profiles import load_profiles

        overrides: dict[str, Any] = {}
        for component, files in (("actor_linker", self.actors), ("place_linker", self.places)):
            if files:
                overrides[f"components.{component}.extra"] = [str(file) for file in files]
        try:
            nlp = spacy.load(self.path, config=overrides)
        except KeyError as error:
            raise TableError(f"{self.path}: this model has no linker for the tables given ({error})") from None
        if self.profiles:
            if not hasattr(nlp.tokenizer, "profiles"):
                raise TableError(f"{self.path}: this model knows no outlet profiles; use one made by this project")
            nlp.tokenizer.profiles = load_profiles(self.profiles)
        return quicken(nlp)

    def fingerprint(self) -> str:
        """A hash of the model's files and of the user's tables: equal only where they would read alike."""
        digest = hashlib.blake2b(digest_size=16)
        for path in (self.path, *self.profiles, *self.actors, *self.places):
            for file in _files(path):
                digest.update(file.relative_to(path).as_posix().encode() + b"\0")
                with file.open("rb") as content:
                    while block := content.read(1 << 20):
                        digest.update(block)
        return digest.hexdigest()


def _files(path: Path) -> Sequence[Path]:
    return [path] if path.is_file() else sorted(file for file in path.rglob("*") if file.is_file())

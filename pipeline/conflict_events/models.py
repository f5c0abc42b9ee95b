"""The trained pipelines that come with the package: where they are, which is the default, what they score.

A folder of models holds ``NAME-VERSION/`` (a spaCy pipeline with its card, ``README.md``) and a file ``default`` with
the folder name of the one that is used where none is asked for.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path

ENVIRONMENT = "CONFLICT_EVENTS_MODEL"
DEFAULT = "default"
_FOLDER = re.compile(r"(?P<name>.+)-(?P<version>\d+(?:\.\d+)*)$")


class ModelNotFoundError(FileNotFoundError):
    """There is no such model; the message says where was looked and what to do."""


@dataclass(frozen=True)
class Model:
    """A trained pipeline on disk. ``scores`` are those recorded when it was made (``performance`` of its meta.json)."""

    path: Path
    name: str
    version: str
    is_default: bool
    scores: Mapping[str, object] = field(default_factory=dict)

    @property
    def folder(self) -> str:
        """The name that ``models use`` and ``--model`` take."""
        return self.path.name


def model_folders() -> list[Path]:
    """The folders that hold models, those that win first: inside the installed package, then the checkout's."""
    package = Path(str(files("conflict_events")))
    folders = [package / "_models"]
    # In a checkout the package lies in pipeline/conflict_events, and models/ beside pipeline/.
    checkout = package.parent.parent
    if (checkout / "pyproject.toml").is_file() and package.parent.name == "pipeline":
        folders.append(checkout / "models")
    return [folder for folder in folders if folder.is_dir()]


def resolve(name_or_path: str | None = None, folders: list[Path] | None = None) -> Path:
    """The directory of a model.

    In this order: ``name_or_path`` (a directory, or the folder name of a model that comes along), the environment
    variable CONFLICT_EVENTS_MODEL, the default of the package or checkout. Raises ModelNotFoundError.
    """
    wanted = name_or_path or os.environ.get(ENVIRONMENT)
    places = model_folders() if folders is None else folders
    if wanted:
        path = Path(wanted).expanduser()
        if (path / "meta.json").is_file():
            return path
        for folder in places:
            if "/" not in wanted and (folder / wanted / "meta.json").is_file():
                return folder / wanted
        known = ", ".join(model.folder for folder in places for model in list_models(folder)) or "none"
        asked = "" if name_or_path else f" (from {ENVIRONMENT})"
        raise ModelNotFoundError(f"{wanted}{asked}: no trained pipeline; give its directory or one of: {known}")
    for folder in places:
        default = default_of(folder)
        if default is not None and (folder / default / "meta.json").is_file():
            return folder / default
    raise ModelNotFoundError(
        "no trained pipeline comes with this installation; train one with `conflict-events train`, "
        f"or name its directory with --model or {ENVIRONMENT}"
    )


def default_of(folder: Path) -> str | None:
    """The folder name of the default model of a folder of models, if it names one."""
    file = folder / DEFAULT
    return file.read_text(encoding="utf-8").strip() or None if file.is_file() else None


def list_models(folder: Path) -> list[Model]:
    """The models of a folder, sorted by name and version."""
    default = default_of(folder)
    found = []
    for meta_file in folder.glob("*/meta.json"):
        meta = json.loads(meta_file.read_text(encoding="utf-8"))
        path = meta_file.parent
        match = _FOLDER.match(path.name)
        found.append(
            Model(
                path=path,
                name=match["name"] if match else path.name,
                version=match["version"] if match else str(meta.get("version", "")),
                is_default=path.name == default,
                scores=meta.get("performance", {}),
            )
        )
    return sorted(found, key=lambda model: (model.name, version_key(model.version)))


def version_key(version: str) -> tuple[int, ...]:
    """Sorts versions by number: 0.10 after 0.9."""
    return tuple(int(part) for part in re.findall(r"\d+", version))


def next_version(folder: Path, name: str, step: str = "minor") -> str:
    """The version after the newest of ``name``: its second number raised by one (its first for ``step="major"``)."""
    versions = [version_key(model.version) for model in list_models(folder) if model.name == name]
    if not versions:
        return "0.1.0"
    major, minor, *_ = (*max(versions), 0, 0)
    return f"{major + 1}.0.0" if step == "major" else f"{major}.{minor + 1}.0"


def set_default(folder: Path, name: str) -> Model:
    """Make a model of the folder the one used where none is asked for. Raises ModelNotFoundError."""
    models = {model.folder: model for model in list_models(folder)}
    by_version = [model for model in models.values() if model.version == name]
    chosen = models.get(name) or (by_version[0] if len(by_version) == 1 else None)
    if chosen is None:
        known = ", ".join(models) or "none"
        raise ModelNotFoundError(f"{name}: no model of {folder}; there is: {known}")
    (folder / DEFAULT).write_text(f"{chosen.folder}\n", encoding="utf-8")
    return chosen

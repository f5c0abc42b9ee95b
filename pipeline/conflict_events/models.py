"""The trained pipelines that come with the package: where they are, which is the default, what they score.

A folder of models holds ``NAME-VERSION/`` (a spaCy pipeline with its card, ``README.md``) and a file ``default`` with
the folder name of the one that is used where none is asked for.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

from typer import get_app_dir

ENVIRONMENT = "CONFLICT_EVENTS_MODEL"
DEFAULT = "default"
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")
_FOLDER = re.compile(r"(?P<name>.+)-(?P<version>\d+(?:\.\d+)*)$")


class ModelNotFoundError(FileNotFoundError):
    """There is no such model; the message says where was looked and what to do."""


@dataclass(frozen=True)
class Model:
    """A trained pipeline on disk. ``meta`` is its meta.json: what it was made of and what it scored."""

    path: Path
    name: str
    version: str
    is_default: bool
    meta: Mapping[str, Any] = field(default_factory=dict)

    @property
    def folder(self) -> str:
        """The name that ``models use`` and ``--model`` take."""
        return self.path.name


def project_folder(name: str) -> Path | None:
    """A folder of the project (``models``, ``configs``, ``training_data``): the checkout's, else the copy in the
    installed package (``_models``, …), else ``None``."""
    package = Path(str(files("conflict_events")))
    # In a checkout the package lies in pipeline/conflict_events, and the project's folders beside pipeline/.
    root = package.parent.parent
    if package.parent.name == "pipeline" and (root / "pyproject.toml").is_file():
        return root / name
    packed = package / f"_{name}"
    return packed if packed.is_dir() else None


def home_folder() -> Path:
    """Where new models go: the checkout's ``models/``, else the user's own data folder for this program."""
    folder = project_folder("models")
    if folder is not None and folder.name == "models":
        return folder
    return Path(get_app_dir("conflict-events")) / "models"


def model_folders() -> list[Path]:
    """The folders that hold models: where new ones go, and the installed package's own."""
    packed = project_folder("models")
    return list(dict.fromkeys(folder for folder in (home_folder(), packed) if folder is not None))


def resolve(name_or_path: str | None = None, folders: list[Path] | None = None) -> Path:
    """The directory of a model.

    In this order: ``name_or_path`` (a directory, or the folder name of a model that comes along), the environment
    variable CONFLICT_EVENTS_MODEL, the default that the first of ``folders`` names. Raises ModelNotFoundError.
    """
    wanted = name_or_path or os.environ.get(ENVIRONMENT)
    places = model_folders() if folders is None else folders
    if wanted:
        path = Path(wanted).expanduser()
        found = path if (path / "meta.json").is_file() else _find(wanted, places)
        if found is not None:
            return found
        known = ", ".join(model.folder for model in list_models(*places)) or "none"
        asked = "" if name_or_path else f" (from {ENVIRONMENT})"
        raise ModelNotFoundError(f"{wanted}{asked}: no trained pipeline; give its directory or one of: {known}")
    return _default_model(places)


def _default_model(places: list[Path]) -> Path:
    """The model that the first of ``places`` with a pointer names.

    A pointer to nothing is an error: going on with another model would change what a corpus is read as, in silence.
    """
    known = ", ".join(model.folder for model in list_models(*places))
    advice = f"choose one with `conflict-events models use NAME`, of: {known or 'none'}"
    for folder in places:
        default = default_of(folder)
        if default is None:
            continue
        found = _find(default, places)
        if found is None:
            raise ModelNotFoundError(f"{folder / DEFAULT} names {default}, which is not there; {advice}")
        return found
    if known:
        raise ModelNotFoundError(f"no model is the default ({places[0] / DEFAULT} is missing); {advice}")
    raise ModelNotFoundError(
        "no trained pipeline comes with this installation; train one with `conflict-events train`, "
        f"or name its directory with --model or {ENVIRONMENT}"
    )


def _find(name: str, folders: Iterable[Path]) -> Path | None:
    """The model of that folder name."""
    if Path(name).name != name:
        return None
    return next((folder / name for folder in folders if (folder / name / "meta.json").is_file()), None)


def default_of(folder: Path) -> str | None:
    """The folder name of the default model of a folder of models; ``None`` where it has no file ``default``.

    Raises ModelNotFoundError where that file is damaged.
    """
    file = folder / DEFAULT
    if not file.is_file():
        return None
    name = file.read_bytes().decode("utf-8", "replace").strip()
    if not name or not name.isprintable() or "\ufffd" in name or Path(name).name != name:
        raise ModelNotFoundError(
            f"{file} is damaged: it names no model; choose one with `conflict-events models use NAME`"
        )
    return name


def list_models(*folders: Path) -> list[Model]:
    """The models of the folders, sorted by name and version; the default is the one the first folder names.

    A model whose meta.json is broken is listed, with nothing known of it."""
    default = _named_default(folders)
    found: dict[str, Model] = {}
    for meta_file in (file for folder in folders for file in sorted(folder.glob("*/meta.json"))):
        meta = _meta(meta_file)
        path = meta_file.parent
        match = _FOLDER.match(path.name)
        model = Model(
            path=path,
            name=match["name"] if match else path.name,
            version=match["version"] if match else str(meta.get("version", "")),
            is_default=path.name == default,
            meta=meta,
        )
        found.setdefault(model.folder, model)
    return sorted(found.values(), key=lambda model: (model.name, version_key(model.version)))


def _named_default(folders: Iterable[Path]) -> str | None:
    """What the first pointer says; ``None`` also where it is damaged, which :func:`resolve` tells."""
    try:
        return next((name for name in map(default_of, folders) if name), None)
    except ModelNotFoundError:
        return None


def _meta(file: Path) -> Mapping[str, Any]:
    try:
        meta = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        meta = None
    return meta if isinstance(meta, dict) else {"conflict_events": {"trained": "meta.json is broken"}}


def version_key(version: str) -> tuple[int, ...]:
    """Sorts versions by number: 0.10 after 0.9."""
    return tuple(int(part) for part in re.findall(r"\d+", version))


def next_version(models: Iterable[Model], name: str) -> str:
    """The version after the newest of ``name``: its second number raised by one; 0.1.0 where there is none.

    A model is of that name by its folder or by its meta.json, and the higher of their versions counts.
    """
    versions = [
        version_key(str(version))
        for model in models
        if name in (model.name, model.meta.get("name"))
        for version in (model.version, model.meta.get("version", ""))
        if version_key(str(version))
    ]
    if not versions:
        return "0.1.0"
    major, minor, *_ = (*max(versions), 0, 0)
    return f"{major}.{minor + 1}.0"


def free_version(folders: Iterable[Path], name: str) -> str:
    """The next version of ``name`` over all ``folders``, of which none holds a folder of that name and version.

    Raises ValueError where ``name`` cannot be a folder's.
    """
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name!r} is no name for a model; use letters, digits, - and _")
    places = list(folders)
    version = next_version(list_models(*places), name)
    while any((folder / f"{name}-{version}").exists() for folder in places):
        major, minor, *_ = version_key(version)
        version = f"{major}.{minor + 1}.0"
    return version


def set_default(name: str, folders: list[Path] | None = None) -> Model:
    """Make a model (its folder name, or its version where that is unique) the one used where none is asked for.

    The choice is written to the first of ``folders``. Raises ModelNotFoundError where there is no such model.
    """
    places = model_folders() if folders is None else folders
    models = list_models(*places)
    named = [model for model in models if model.folder == name]
    fitting = named or [model for model in models if model.version == name]
    if len(fitting) != 1:
        known = ", ".join(model.folder for model in models) or "none"
        raise ModelNotFoundError(f"{name}: no model, or several; there is: {known}")
    places[0].mkdir(parents=True, exist_ok=True)
    _replace(places[0] / DEFAULT, f"{fitting[0].folder}\n")
    return fitting[0]


def _replace(file: Path, text: str) -> None:
    """Write a file whole or not at all: a reader, or a crash, sees the old text or the new."""
    aside = file.with_name(f".{file.name}-{os.getpid()}")
    try:
        with aside.open("w", encoding="utf-8", newline="\n") as out:
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
        aside.replace(file)
    finally:
        aside.unlink(missing_ok=True)

"""The card of a model: ``README.md`` in its directory, made from its meta.json."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

_PARTS = {
    "dev": "development part (chose the best step)",
    "test": "test part, outlets and countries seen in training",
    "unseen": "an outlet and two countries never seen in training",
    "added": "test part of the newly labelled articles",
}


def write_card(path: Path) -> None:
    """Write the card of the model in ``path``: data, how it was made, scores, size, licence."""
    meta: dict[str, Any] = json.loads((path / "meta.json").read_text(encoding="utf-8"))
    (path / "README.md").write_text(card(meta, directory_size(path)), encoding="utf-8", newline="\n")


def directory_size(path: Path) -> int:
    """Bytes of all files under ``path``."""
    return sum(file.stat().st_size for file in path.rglob("*") if file.is_file())


def card(meta: dict[str, Any], size: int) -> str:
    """The card as Markdown. ``size`` in bytes."""
    facts = meta.get("conflict_events", {})
    lines = [
        f"# {meta.get('name', 'model')} {meta.get('version', '')}",
        "",
        "Labels in English conflict news: ACTOR, LOCATION, CASUALTY, WEAPON.",
        "",
        f"- Pipeline: {', '.join(meta.get('pipeline', []))}; spaCy {meta.get('spacy_version', '')}",
        f"- Size: {size / 1e6:.1f} MB",
        f"- Licence: {meta.get('license') or 'MIT'}",
    ]
    if facts:
        lines.append(
            f"- Trained {facts.get('trained', '')} with `{facts.get('config', '')}` in {facts.get('seconds')} s"
        )
    for key, title in (("corpus", "Corpus"), ("added", "Newly labelled")):
        data = facts.get(key)
        if data:
            lines.append(
                f"- {title}: {data['articles']} articles, {data['words']} words (SHA-256 {data['sha256'][:12]}…)"
            )
    if facts.get("overrides"):
        shown = ", ".join(f"`{key}={value}`" for key, value in facts["overrides"].items())
        lines.append(f"- Set at training: {shown}")
    for part, scores in facts.get("scores", {}).items():
        lines += ["", f"## Scores: {_PARTS.get(part, part)}", "", "Exact match of both ends and the label.", ""]
        lines += ["| label | precision | recall | F1 | labelled |", "|---|---|---|---|---|"]
        lines += [
            f"| {label} | {one['precision']:.3f} | {one['recall']:.3f} | {one['f1']:.3f} | {one['labelled']} |"
            for label, one in scores.items()
        ]
    lines += [
        "",
        "The corpus was written for this project; no sentence is taken from a publisher. Scores on it say how well the",
        "model learned its guidelines, not how well it reads a given outlet: check it on articles of your own.",
    ]
    return "\n".join(lines) + "\n"

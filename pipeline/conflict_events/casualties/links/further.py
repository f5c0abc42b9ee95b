"""Learning how figures are linked from articles that a user corrected: weights further from those of a model.

What an outlet's corrected articles show is its own habits ("the toll" that holds the wounded, old tolls that close an
article): it is learned as what is added to the weights in its articles alone, so that the reading of all others stays
as it is (domain adaptation by feature augmentation, Daumé 2007). Articles that name no outlet move the general weights.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from spacy.language import Language

from conflict_events.casualties.figures import Figure
from conflict_events.casualties.lexicon import Lexicon, package_tables
from conflict_events.casualties.links.article import ReadArticle, read_article
from conflict_events.casualties.links.labels import labels_of_tokens, relation_of
from conflict_events.casualties.links.learning import Choice, Gold, choices, fit
from conflict_events.casualties.links.weights import LinkWeights
from conflict_events.casualties.scenes import Cues
from conflict_events.corpus import Label, LabelledArticle
from conflict_events.corpus.align import doc_maker
from conflict_events.corpus.records import LabelledEvent

#: How firmly an outlet's weights are held at those for all outlets, and the weights for all at those of before.
OUTLET_RIDGE, GENERAL_RIDGE = 3.0, 30.0
#: Parts that the articles of an outlet are cut into, each read with what the others teach.
FOLDS = 5
#: What speaks against survivors among the dead where nothing is known of an outlet.
_RARE = -4.0
_READ_LATER = ("casualties", "events", "tallies", "findings")


@dataclass(frozen=True)
class FurtherFit:
    """What was learned of one outlet (``outlet`` is empty for articles that name none).

    before, after: share of the decisions about its figures that are right, with the weights of before and, in articles
    left out in turn, with what the others teach. kept: whether the new weights are used: they read more of the articles
    left out.
    """

    outlet: str
    articles: int
    decisions: int
    before: float
    after: float
    kept: bool


def fit_further(
    nlp: Language, added: Iterable[LabelledArticle], known: LinkWeights, repeat: int = 1
) -> tuple[LinkWeights, list[FurtherFit]]:
    """The weights ``known``, fitted further to ``added``, and what each outlet's articles taught.

    repeat: how much a decision counts against the ridge that holds the weights where they were.
    """
    own = {outlet: dict(weights) for outlet, weights in known.by_outlet.items()}
    general: Mapping[str, float] = known.general
    found = []
    for outlet, articles in _by_outlet(read_corrected(nlp, added, known)).items():
        prior = survivors_rare(known.of(outlet)) if outlet else known.of(None)
        made = [[replace(choice, weight=float(repeat)) for choice in article] for article in articles]
        ridge = OUTLET_RIDGE if outlet else GENERAL_RIDGE
        before = _right(made, prior)
        after = _cross_validated(made, prior, ridge)
        decisions = sum(map(len, made))
        kept = after > before
        found.append(
            FurtherFit(outlet, len(made), decisions, before / max(1, decisions), after / max(1, decisions), kept)
        )
        if not kept:
            continue
        fitted = fit([choice for article in made for choice in article], ridge, prior=prior)
        if outlet:
            own[outlet] = _beyond(fitted, known.general)
        else:
            general = fitted
    return LinkWeights(general, own), found


def read_corrected(
    nlp: Language, articles: Iterable[LabelledArticle], known: LinkWeights
) -> list[tuple[str, list[Choice]]]:
    """The outlet of each corrected article, in lower case, and the decisions about its figures."""
    lexicon, cues, make_doc = Lexicon.from_tables(package_tables()), Cues.load(), doc_maker(nlp)
    given = list(articles)
    found = []
    with nlp.select_pipes(disable=[name for name in _READ_LATER if name in nlp.pipe_names]):
        for article, doc in zip(given, nlp.pipe(map(make_doc, given)), strict=True):
            outlet = str((doc._.article or {}).get("outlet") or "").casefold()
            read = read_article(doc, lexicon, cues, of_known_outlet=bool(outlet))
            guide = survivors_rare(known.of(outlet)) if outlet else known.of(None)
            found.append((outlet, choices(read.figures, read.features, corrected_gold(read, article), guide=guide)))
    return found


def share_right(read: Sequence[tuple[str, Sequence[Choice]]], known: LinkWeights) -> float:
    """The share of the decisions about figures of articles (:func:`read_corrected`) that are right; 1 where none is."""
    total = sum(len(made) for _, made in read)
    return sum(_right([made], known.of(outlet)) for outlet, made in read) / total if total else 1.0


def between(old: LinkWeights, new: LinkWeights, share: float) -> LinkWeights:
    """The weights of ``new``, where those for all outlets go only ``share`` of the way from ``old``."""
    names = {*old.general, *new.general}
    general = {n: (1 - share) * old.general.get(n, 0.0) + share * new.general.get(n, 0.0) for n in names}
    return LinkWeights(general, new.by_outlet)


def survivors_rare(weights: Mapping[str, float]) -> Mapping[str, float]:
    """The weights with what speaks against survivors among the dead, where they say nothing of it."""
    names = ("survived:", "survived:brief ", "survived:crime ")
    return {**dict.fromkeys(names, _RARE), **weights}


def corrected_gold(read: ReadArticle, article: LabelledArticle) -> list[Gold]:
    """What a corrected article says of each of its figures.

    A number that the record does not count counts nobody, whatever the reason; of people without a number nothing is
    known, unless the article tells no event at all.
    """
    labels = labels_of_tokens(read.doc, article)
    found = [_gold(figure, _label_of(figure, labels), article) for figure in read.figures]
    for block, event in enumerate(article.events):
        found = _with_survivors(found, read.figures, block, event)
    return found


def _label_of(figure: Figure, labels: Mapping[int, Label]) -> Label | None:
    number = figure.group.number
    tokens = range(*number) if number is not None else range(figure.group.start, figure.group.end)
    return next((labels[i] for i in tokens if i in labels), None)


def _gold(figure: Figure, label: Label | None, article: LabelledArticle) -> Gold:
    if label is None:
        silent = figure.group.number is None and (article.events or article.tallies)
        return Gold(None if silent else "aside")
    if label.outcome is None:
        return Gold("aside" if "aside" in label.roles else None)
    if "aside" in label.roles or label.outcome != figure.outcome or _did_not_happen(label, article):
        return Gold("aside")
    return Gold(relation_of(label), label.block)


def _did_not_happen(label: Label, article: LabelledArticle) -> bool:
    if label.block is None or label.block >= len(article.events):
        return False
    return article.events[label.block].certainty in ("denied", "expected")


def _with_survivors(found: list[Gold], figures: Sequence[Figure], block: int, event: LabelledEvent) -> list[Gold]:
    """With the injured of an event as survivors, where the only toll of the dead in the text is that of both."""

    def told(outcome: str) -> list[Figure]:
        return [f for f in figures if f.outcome == outcome and found[f.index] == Gold("new", block)]

    dead, hurt = told("killed"), told("injured")
    killed, injured = (
        sum(c.quantity.best or 0 for c in event.casualties if c.outcome == outcome) for outcome in ("killed", "injured")
    )
    if len(dead) != 1 or not injured or dead[0].value != killed + injured or sum(f.value or 0 for f in hurt) != injured:
        return found
    later = {f.index for f in hurt if f.index > dead[0].index}
    return [replace(gold, relation="survived") if i in later else gold for i, gold in enumerate(found)]


def _by_outlet(read: Iterable[tuple[str, list[Choice]]]) -> dict[str, list[list[Choice]]]:
    found: dict[str, list[list[Choice]]] = {}
    for outlet, made in read:
        if made:
            found.setdefault(outlet, []).append(made)
    return found


def _right(articles: Iterable[Sequence[Choice]], weights: Mapping[str, float]) -> int:
    """How many decisions are right by ``weights``, each with those before it as they should be."""
    return sum(_is_right(choice, weights) for article in articles for choice in article)


def _is_right(choice: Choice, weights: Mapping[str, float]) -> bool:
    scores = [sum(weights.get(name, 0.0) for name in option) for option in choice.options]
    return choice.right[max(range(len(scores)), key=scores.__getitem__)]


def _cross_validated(articles: Sequence[Sequence[Choice]], prior: Mapping[str, float], ridge: float) -> int:
    """How many decisions are right in articles left out of the fitting, a part of them at a time."""
    right = 0
    for part in range(min(FOLDS, len(articles))):
        taught = [choice for i, article in enumerate(articles) if i % FOLDS != part for choice in article]
        left_out = [article for i, article in enumerate(articles) if i % FOLDS == part]
        right += _right(left_out, fit(taught, ridge, prior=prior) if taught else prior)
    return right


def _beyond(fitted: Mapping[str, float], general: Mapping[str, float]) -> dict[str, float]:
    """What an outlet's weights add to the general ones."""
    added = {name: fitted.get(name, 0.0) - general.get(name, 0.0) for name in {*fitted, *general}}
    return {name: weight for name, weight in added.items() if abs(weight) > 0.005}

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
from conflict_events.casualties.links.decoder import decode, totals
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
class Corrected:
    """A corrected article: its outlet in lower case, the decisions about its figures, how to read it again, and the
    killed and injured that are right."""

    outlet: str
    choices: tuple[Choice, ...]
    read: ReadArticle
    wanted: tuple[int, int]

    def is_right(self, weights: Mapping[str, float]) -> bool:
        """Whether the article's totals are right by ``weights``."""
        figures = self.read.figures
        _, state, _ = decode(figures, self.read.features.unscored(), weights)
        return totals(state, figures) == self.wanted


@dataclass(frozen=True)
class FurtherFit:
    """What was learned of one outlet (``outlet`` is empty for articles that name none).

    before, after: share of its articles whose totals of killed and injured are right, with the weights of before and,
    in articles left out in turn, with what the others teach. kept: whether the new weights are used: more of the
    articles left out are right.
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
        ridge = OUTLET_RIDGE if outlet else GENERAL_RIDGE
        made = [[replace(choice, weight=float(repeat)) for choice in article.choices] for article in articles]
        before = sum(article.is_right(prior) for article in articles)
        after = _cross_validated(articles, made, prior, ridge)
        kept = after > before
        shares = (before / len(articles), after / len(articles))
        found.append(FurtherFit(outlet, len(articles), sum(map(len, made)), *shares, kept))
        if not kept:
            continue
        fitted = fit([choice for article in made for choice in article], ridge, prior=prior)
        if outlet:
            own[outlet] = _beyond(fitted, known.general)
        else:
            general = fitted
    return LinkWeights(general, own), found


def read_corrected(nlp: Language, articles: Iterable[LabelledArticle], known: LinkWeights) -> list[Corrected]:
    """Corrected articles with the decisions about their figures."""
    lexicon, cues, make_doc = Lexicon.from_tables(package_tables()), Cues.load(), doc_maker(nlp)
    given = list(articles)
    found = []
    with nlp.select_pipes(disable=[name for name in _READ_LATER if name in nlp.pipe_names]):
        for article, doc in zip(given, nlp.pipe(map(make_doc, given)), strict=True):
            outlet = str((doc._.article or {}).get("outlet") or "").casefold()
            read = read_article(doc, lexicon, cues, of_known_outlet=bool(outlet))
            guide = survivors_rare(known.of(outlet)) if outlet else known.of(None)
            made = choices(read.figures, read.features, corrected_gold(read, article), guide=guide)
            found.append(Corrected(outlet, tuple(made), read, _totals(article)))
    return found


def _totals(article: LabelledArticle) -> tuple[int, int]:
    """Killed and injured of the incidents and updates of an article that are asserted or claimed."""
    told = [e for e in article.events if e.kind != "background" and e.certainty in ("asserted", "claimed")]
    counted = [casualty for event in told for casualty in event.casualties]
    killed, injured = (
        sum(c.quantity.best if c.quantity.best is not None else c.quantity.low or 0 for c in counted if c.outcome == o)
        for o in ("killed", "injured")
    )
    return killed, injured


def share_right(read: Sequence[Corrected], known: LinkWeights) -> float:
    """The share of the decisions about figures of articles that are right; 1 where there is none."""
    made = [(choice, known.of(article.outlet)) for article in read for choice in article.choices]
    return sum(_is_right(choice, weights) for choice, weights in made) / len(made) if made else 1.0


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


def _by_outlet(read: Iterable[Corrected]) -> dict[str, list[Corrected]]:
    found: dict[str, list[Corrected]] = {}
    for article in read:
        if article.choices:
            found.setdefault(article.outlet, []).append(article)
    return found


def _is_right(choice: Choice, weights: Mapping[str, float]) -> bool:
    scores = [sum(weights.get(name, 0.0) for name in option) for option in choice.options]
    return choice.right[max(range(len(scores)), key=scores.__getitem__)]


def _cross_validated(
    articles: Sequence[Corrected], made: Sequence[Sequence[Choice]], prior: Mapping[str, float], ridge: float
) -> int:
    """How many articles are right by what the others teach, a part of them left out of the fitting at a time."""
    right = 0
    for part in range(min(FOLDS, len(articles))):
        taught = [choice for i, some in enumerate(made) if i % FOLDS != part for choice in some]
        weights = fit(taught, ridge, prior=prior) if taught else prior
        right += sum(article.is_right(weights) for i, article in enumerate(articles) if i % FOLDS == part)
    return right


def _beyond(fitted: Mapping[str, float], general: Mapping[str, float]) -> dict[str, float]:
    """What an outlet's weights add to the general ones."""
    added = {name: fitted.get(name, 0.0) - general.get(name, 0.0) for name in {*fitted, *general}}
    return {name: weight for name, weight in added.items() if abs(weight) > 0.005}

"""From labelled articles to what is known of each figure."""

from __future__ import annotations

from spacy.tokens import Doc

from conflict_events.casualties.figures import Figure
from conflict_events.casualties.links.learning import Gold
from conflict_events.corpus.align import align
from conflict_events.corpus.records import Label, LabelledArticle

_RELATION_OF_ROLE = (
    ("tally", "period"),
    ("bg", "earlier"),
    ("part", "part"),
    ("again", "same"),
    ("other", "same"),
    ("old", "same"),
    ("head", "same"),
)


def relation_of(label: Label) -> str:
    """The relation that a label's roles stand for."""
    return next((relation for role, relation in _RELATION_OF_ROLE if role in label.roles), "new")


def labels_of_tokens(doc: Doc, article: LabelledArticle) -> dict[int, Label]:
    """The label of a figure that each token of ``doc`` stands in."""
    by_token: dict[int, Label] = {}
    for own, span in align(doc, (one for one in article.labels if one.label == "CASUALTY")).spans:
        by_token.update(dict.fromkeys(range(span.start, span.end), own))
    return by_token


def gold_of(doc: Doc, figures: list[Figure], article: LabelledArticle, every_victim: bool = False) -> list[Gold]:
    """What the labels of ``article`` say of each figure.

    A figure whose number no label holds is no casualty. People without a number have no label by the guidelines;
    ``every_victim`` says that these labels hold them too.
    """
    by_token = labels_of_tokens(doc, article)
    found = []
    for figure in figures:
        number = figure.group.number
        tokens = range(*number) if number is not None else range(figure.group.start, figure.group.end)
        label: Label | None = next((by_token[i] for i in tokens if i in by_token), None)
        if label is None and number is not None and every_victim:
            label = by_token.get(figure.group.head.i)
        if label is None:
            found.append(Gold("none" if number is not None or every_victim else None))
        else:
            found.append(Gold(relation_of(label), label.block))
    return found

"""The words around a figure as signals: how one outlet tells what. Only outlets with weights of their own use them."""

from __future__ import annotations

from collections.abc import Iterator

from spacy.tokens import Token

from conflict_events.casualties.figures import Figure
from conflict_events.casualties.signals.mention import Seen
from conflict_events.casualties.signals.view import View

#: Words of a sentence or paragraph that open it.
_OPENING = 2
#: Words of the sentence on either side of the figure's outcome word that are signals one by one.
_NEAR = 8


def said_around(figure: Figure, view: View) -> Iterator[Seen]:
    """The outcome word, the word for the people, how the sentence and the paragraph open, and the words nearby."""
    trigger = figure.mention.trigger
    yield f"word={trigger.lemma_.lower()}", trigger.text
    yield f"people-word={figure.group.head.lower_}", figure.group.head.text
    sentence = view.of(figure).span
    yield f"sentence-opens={_opening(iter(sentence))}", ""
    yield f"paragraph-opens={_opening(_paragraph(figure, view))}", ""
    for token in view.doc[max(sentence.start, trigger.i - _NEAR) : min(sentence.end, trigger.i + _NEAR + 1)]:
        if token.is_alpha and not token.ent_type_ and not token.like_num:
            yield f"near={token.lemma_.lower()}", token.text


def _paragraph(figure: Figure, view: View) -> Iterator[Token]:
    blocks = view.doc._.blocks or []
    if figure.paragraph < len(blocks):
        block = blocks[figure.paragraph]
        yield from view.doc[int(block["start"]) : int(block["end"])]


def _opening(tokens: Iterator[Token]) -> str:
    said = (token.lower_ for token in tokens if token.is_alpha)
    return " ".join(word for _, word in zip(range(_OPENING), said, strict=False))

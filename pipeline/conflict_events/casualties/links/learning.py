"""Fits the weights of signals to labelled figures: a ranking of each figure's options with latent antecedents.

The model is that of mention-ranking coreference (Denis and Baldridge 2008; Durrett and Klein 2013): a log-linear choice
among the options of a figure, of which all that agree with the label are right.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from conflict_events.casualties.figures import Figure
from conflict_events.casualties.links.features import Features
from conflict_events.casualties.links.options import ASIDES, Counting, Option, options

_STEPS = 300
#: Weights smaller than this change no reading.
_NOTHING = 0.005


@dataclass(frozen=True)
class Gold:
    """What is known of a figure: its relation, and the event it belongs to (``None`` where nobody wrote it down).

    relation: new, same, part, survived, earlier, period, none; aside where all that is known is that it counts nobody;
        ``None`` where nothing is known.
    """

    relation: str | None
    event: int | None = None


@dataclass(frozen=True)
class Choice:
    """One decision to learn from: the features of every option, and which are right."""

    options: tuple[tuple[str, ...], ...]
    right: tuple[bool, ...]
    weight: float = 1.0


def right_options(
    figure: Figure, figures: list[Figure], gold: Sequence[Gold], state: Counting, found: list[Option]
) -> list[bool]:
    """Which options agree with the labels, given what was decided before."""
    own = gold[figure.index]
    if own.relation in ASIDES:
        return [o.relation == own.relation for o in found]
    if own.relation == "aside":
        return [o.relation in ("none", "same", "part") for o in found]
    if own.relation == "survived":
        return [o.relation == "survived" and gold[o.targets[0]].event == own.event for o in found]
    told = [i for i in state.open if _may_be_one_event(own, gold[i])]
    mine = [i for i in told if figures[i].outcome == figure.outcome]
    if own.relation == "new":
        return _right_for_new(own, gold, mine, found)
    roots = [i for i in mine if gold[i].relation == "new"] or mine
    if not roots and own.relation == "part":
        roots = [i for i in told if figures[i].outcome == "killed_or_injured"]
    return _right_for_taking_up(figure, figures, own, roots, found)


def _may_be_one_event(own: Gold, other: Gold) -> bool:
    if other.relation in (*ASIDES, "aside"):
        return False
    return own.event is None or other.event is None or own.event == other.event


def _right_for_new(own: Gold, gold: Sequence[Gold], mine: list[int], found: list[Option]) -> list[bool]:
    """New people, or all of those whose parts and repeats were told before them."""
    provisional = {i for i in mine if gold[i].relation in ("same", "part") and own.event is not None}
    replaced = {i for i in provisional if gold[i].event == own.event}
    wholes = [set(o.targets) if o.relation == "whole" else set() for o in found]
    for right in ([bool(w) and w == replaced for w in wholes], [bool(w) and w <= replaced for w in wholes]):
        if any(right):
            return right
    return [o.relation == "new" for o in found]


def _right_for_taking_up(
    figure: Figure, figures: list[Figure], own: Gold, roots: list[int], found: list[Option]
) -> list[bool]:
    """A repeat or a part of one of ``roots``; new people where none of them counts."""
    if not roots:
        return [o.relation == "new" for o in found]
    equal = [i for i in roots if figures[i].value == figure.value]
    wanted = roots if own.relation == "part" else equal or roots
    relation = "part" if own.relation == "part" else "same"
    right = [o.relation == relation and o.targets[0] in wanted for o in found]
    if any(right):
        return right
    return [o.relation in ("same", "part") and o.targets[0] in roots for o in found]


def choices(
    figures: list[Figure],
    features: Features,
    gold: Sequence[Gold],
    guide: Mapping[str, float] | None = None,
    follow: bool = False,
    weight: float = 1.0,
) -> list[Choice]:
    """The decisions of one article. Unlabelled figures are decided by ``guide`` and not learned from.

    With ``follow``, the state goes on as ``guide`` would have it and not as the labels say, so that the model learns to
    mend its own slips.
    """
    state = Counting()
    made: list[Choice] = []
    for figure in figures:
        found = options(figure, figures, state, features.of_known_outlet)
        named = [tuple(features.of_option(figure.index, option, state)) for option in found]
        scores = [sum((guide or {}).get(name, 0.0) for name in names) for names in named]
        best = max(range(len(found)), key=lambda i: scores[i])
        if gold[figure.index].relation is None:
            state = state.after(figure.index, found[best] if guide else Option("new"))
            continue
        right = right_options(figure, figures, gold, state, found)
        if gold[figure.index].relation == "aside" and found[best].relation in ASIDES:
            right[best] = True  # what it is an aside of nobody said; what was read before is believed
        if not any(right):
            state = state.after(figure.index, found[best])
            continue
        made.append(Choice(tuple(named), tuple(right), weight))
        allowed = [i for i in range(len(found)) if right[i]]
        step = best if follow and guide else max(allowed, key=lambda i: (scores[i], -abs(i)))
        state = state.after(figure.index, found[step])
    return made


def choices_along(
    figures: list[Figure], features: Features, path: Sequence[Option], weight: float = 1.0
) -> list[Choice]:
    """The decisions of a reading that is taken as right, as one to learn from."""
    state = Counting()
    made: list[Choice] = []
    for figure, taken in zip(figures, path, strict=True):
        found = options(figure, figures, state, features.of_known_outlet)
        named = tuple(tuple(features.of_option(figure.index, option, state)) for option in found)
        made.append(Choice(named, tuple(option == taken for option in found), weight))
        state = state.after(figure.index, taken)
    return made


def fit(
    made: Sequence[Choice],
    l2: float = 1.0,
    start: Mapping[str, float] | None = None,
    prior: Mapping[str, float] | None = None,
) -> dict[str, float]:
    """Weights that make the right options likely, near ``prior`` (else zero) where little speaks for more (``l2``).

    Needs SciPy (extra ``train``). Weights of almost nothing are left out.
    """
    from scipy.optimize import minimize

    names = sorted({name for choice in made for option in choice.options for name in option})
    believed = np.array([(prior or {}).get(name, 0.0) for name in names])
    first = np.array([(start or prior or {}).get(name, 0.0) for name in names])
    objective = _Objective(made, {name: i for i, name in enumerate(names)}, believed, l2)
    done = minimize(objective, first, jac=True, method="L-BFGS-B", options={"maxiter": _STEPS})
    fitted = {name: float(value) for name, value in zip(names, done.x, strict=True) if abs(value) > _NOTHING}
    untouched = {name: value for name, value in (prior or {}).items() if name not in set(names)}
    return {**untouched, **fitted}


class _Objective:
    """The negative log-likelihood of the right options, with the ridge around what is believed before."""

    def __init__(
        self, made: Sequence[Choice], index: Mapping[str, int], believed: NDArray[np.float64], l2: float
    ) -> None:
        from scipy.sparse import csr_matrix

        counts = [len(choice.options) for choice in made]
        options = [option for choice in made for option in choice.options]
        rows = np.repeat(np.arange(len(options)), [len(option) for option in options])
        columns = np.array([index[name] for option in options for name in option])
        self.matrix = csr_matrix((np.ones(len(columns)), (rows, columns)), shape=(len(options), len(index)))
        self.group = np.repeat(np.arange(len(made)), counts)
        self.starts = np.concatenate([[0], np.cumsum(counts)[:-1]]).astype(int)
        self.right = np.array([right for choice in made for right in choice.right])
        self.weight = np.array([choice.weight for choice in made])
        self.believed = believed
        self.l2 = l2

    def __call__(self, vector: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        scores = self.matrix @ vector
        every, chosen = self._normalised(scores)
        good, wanted = self._normalised(np.where(self.right, scores, -1e9))
        away = vector - self.believed
        gradient = self.matrix.T @ ((chosen - wanted) * self.weight[self.group]) + self.l2 * away
        return float(((every - good) * self.weight).sum() + 0.5 * self.l2 * away @ away), gradient

    def _normalised(self, scores: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The log-sum of each decision's options, and the probability of each option."""
        top = np.maximum.reduceat(scores, self.starts)
        shifted = np.exp(scores - top[self.group])
        total = np.add.reduceat(shifted, self.starts)
        return top + np.log(total), shifted / total[self.group]

"""The features of an option: its relation joined to each signal of the figure and of the figures it takes up."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy

from conflict_events.casualties.figures import Figure
from conflict_events.casualties.links.options import Counting, Option
from conflict_events.casualties.signals.mention import MENTION_SIGNALS
from conflict_events.casualties.signals.outlet_words import said_around
from conflict_events.casualties.signals.pair import PAIR_SIGNALS
from conflict_events.casualties.signals.view import View

_FEW = 3
#: Figures among which a number is sought again.
_AHEAD = 60
#: Figures among which a breakdown of one toll is looked for.
_LONGEST_RUN = 9
#: Figures around one among which the dead and the wounded of one toll are looked for.
_NEAR = 4
#: From here on two figures are equal by chance only rarely.
_REMARKABLE = 5


def _in_register(name: str, register: str) -> str:
    """The name of a feature as it is weighed in texts of another kind than reports."""
    place = next(i for i, character in enumerate(name) if character in ":~") + 1
    return f"{name[:place]}{register} {name[place:]}"


class Features:
    """Works out the features of the options of one article; what the signals saw is kept for explanations."""

    def __init__(self, view: View, figures: list[Figure], of_known_outlet: bool = False) -> None:
        self.view = view
        self.of_known_outlet = of_known_outlet
        self.figures = figures
        self._outcomes = [figure.outcome for figure in figures]
        self._in_sentence: dict[int, list[int]] = {}
        self._in_paragraph: dict[int, list[int]] = {}
        for figure in figures:
            self._in_sentence.setdefault(figure.sentence, []).append(figure.index)
            self._in_paragraph.setdefault(figure.paragraph, []).append(figure.index)
        self._of_figure: dict[int, dict[str, str]] = {}
        self._of_pair: dict[tuple[int, int], dict[str, str]] = {}
        self._run_sums: dict[int, dict[int, int]] = {}
        self._fixed: dict[tuple[int, str], dict[str, str]] = {}
        self._fixed_scores: dict[tuple[int, str], float] = {}
        self._looking_ahead: dict[int, list[str]] = {}
        self._history_in: tuple[int, Counting, list[str]] | None = None
        self._open_in: Counting | None = None
        self._open_of: dict[str, list[int]] = {}

    def of_figure(self, index: int) -> dict[str, str]:
        """Signals of a figure: name to the words it saw."""
        if index not in self._of_figure:
            figure = self.figures[index]
            self._of_figure[index] = dict(seen for signal in MENTION_SIGNALS for seen in signal(figure, self.view))
        return self._of_figure[index]

    def of_pair(self, index: int, other: int) -> dict[str, str]:
        """Signals of a figure and an earlier one."""
        if (index, other) not in self._of_pair:
            one, two = self.figures[index], self.figures[other]
            self._of_pair[index, other] = dict(seen for signal in PAIR_SIGNALS for seen in signal(one, two, self.view))
        return self._of_pair[index, other]

    def of_option(self, index: int, option: Option, state: Counting) -> dict[str, str]:
        """The features of an option as ``relation:signal``, with the words that each signal saw."""
        return self.fixed(index, option.relation) | self.moving(index, option, state)

    def fixed(self, index: int, relation: str) -> dict[str, str]:
        """The features of a relation that hang on the figure alone."""
        if (index, relation) not in self._fixed:
            found = {f"{relation}:{name}": seen for name, seen in self.of_figure(index).items()}
            found[f"{relation}:"] = ""
            found = self._in_register(found)
            if self.of_known_outlet:
                said = (*said_around(self.figures[index], self.view), *self._sums_of_outcomes(index))
                found |= {f"{relation}:{name}": seen for name, seen in said}
            self._fixed[index, relation] = found
        return self._fixed[index, relation]

    def unscored(self) -> Features:
        """The same features, to be scored with another table of weights."""
        found = copy(self)
        found._fixed_scores = {}
        return found

    def fixed_score(self, index: int, relation: str, weights: Mapping[str, float]) -> float:
        """The sum of the weights of :meth:`fixed`; one article is scored with one table of weights."""
        if (index, relation) not in self._fixed_scores:
            self._fixed_scores[index, relation] = sum(weights.get(name, 0.0) for name in self.fixed(index, relation))
        return self._fixed_scores[index, relation]

    def moving(self, index: int, option: Option, state: Counting) -> dict[str, str]:
        """The features of an option that hang on what it takes up and on what was decided before."""
        relation = option.relation
        found: dict[str, str] = {}
        if relation in ("same", "part", "died", "survived"):
            self._take_up(found, relation, index, option.targets[0], state)
        elif relation == "whole":
            self._sum_up(found, index, option, state)
        else:
            found |= {f"{relation}:{name}": "" for name in self._history(index, state)}
        return self._in_register(found)

    def _in_register(self, found: dict[str, str]) -> dict[str, str]:
        register = self.view.register
        if register == "report":
            return found
        rules_read = register != "crime"
        return {_in_register(name, register): seen for name, seen in found.items() if rules_read or "rules" not in name}

    def _take_up(self, found: dict[str, str], relation: str, index: int, root: int, state: Counting) -> None:
        pair = self.of_pair(index, root)
        found |= {f"{relation}~{name}": seen for name, seen in pair.items()}
        if self.figures[root].outcome != self.figures[index].outcome:
            found[f"{relation}~frames={self.figures[root].mention.frame}/{self.figures[index].mention.frame}"] = ""
            dead = [self.figures[i].value or 0 for i in state.died[state.open.index(root)]]
            if dead:
                found[f"{relation}~some-died-already"] = ""
        told = state.told_as(root)
        value = self.figures[index].value
        if len(told) > 1:
            last = self.of_pair(index, told[-1])
            found |= {
                f"{relation}~last {name}": seen
                for name, seen in last.items()
                if name.startswith(("number", "sentences", "same-p", "same-noun"))
            }
            if value is not None and any(self.figures[i].value == value for i in told[1:]):
                found[f"{relation}~equal-to-a-repeat"] = ""
        parts = [self.figures[i].value or 0 for i in state.parts_of(root)]
        rest = (self.figures[root].value or 0) - sum(parts)
        if rest > 1 and rest in self._runs(index):
            found[f"{relation}~run-adds-up{'-to-many' if rest >= _REMARKABLE else ''}"] = str(rest)
        whole = self.figures[root].value
        if parts and value is not None and whole is not None:
            over = sum(parts) + value - whole
            found[f"{relation}~parts-{'fill' if over == 0 else 'exceed' if over > 0 else 'leave-room'}"] = ""
            if value in parts:
                found[f"{relation}~equal-to-a-part"] = ""
        own = self._open(state, self.figures[index].outcome)
        if own and own[-1] == root:
            found[f"{relation}~last-open"] = ""
        if own and own[0] == root:
            found[f"{relation}~first-open"] = ""
        if len(own) == 1:
            found[f"{relation}~only-open"] = ""

    def _sum_up(self, found: dict[str, str], index: int, option: Option, state: Counting) -> None:
        value = self.figures[index].value
        total = sum(self.figures[i].value or 0 for i in option.targets)
        count = len(option.targets)
        found[f"whole~takes={'1' if count == 1 else '2' if count == 2 else '3+'}"] = ""
        if value is not None:
            name = "equal" if value == total else "double" if value > 2 * total else "more"
            found[f"whole~sum={name}{'' if count == 1 else '-of-several'}"] = f"{total}"
        pair = self.of_pair(index, option.targets[-1])
        found |= {f"whole~{name}": seen for name, seen in pair.items() if not name.startswith("number")}
        if count == len(self._open(state, self.figures[index].outcome)):
            found["whole~all-open"] = ""

    def _open(self, state: Counting, outcome: str) -> list[int]:
        """The figures of an outcome that count; asked for each option of a state in turn."""
        if self._open_in is not state:
            self._open_in, self._open_of = state, {}
        if outcome not in self._open_of:
            outcomes = self._outcomes
            self._open_of[outcome] = [i for i in state.open if outcomes[i] == outcome]
        return self._open_of[outcome]

    def _runs(self, index: int) -> dict[int, int]:
        """Sums of the runs of figures of one outcome that begin at ``index``: sum to number of figures, two or more."""
        if index not in self._run_sums:
            found: dict[int, int] = {}
            outcome, total, count = self.figures[index].outcome, 0, 0
            for figure in self.figures[index : index + _LONGEST_RUN]:
                if figure.outcome != outcome or not figure.value:
                    continue
                total += figure.value
                count += 1
                if count > 1:
                    found.setdefault(total, count)
            self._run_sums[index] = found
        return self._run_sums[index]

    def _sums_of_outcomes(self, index: int) -> list[tuple[str, str]]:
        """Whether a toll is the dead and the wounded told after it, or the figure one of those of a toll before it."""
        near = self.figures[max(0, index - _NEAR) : index + _NEAR + 1]
        dead = [f for f in near if f.outcome == "killed" and f.value]
        hurt = [f for f in near if f.outcome == "injured" and f.value]
        sums = {
            (toll.index, part.index, other.index): f"{part.value}+{other.value}={toll.value}"
            for toll in dead
            for part in dead
            for other in hurt
            if toll.index < min(part.index, other.index) and toll.value == (part.value or 0) + (other.value or 0)
        }
        seen = [("dead-and-wounded", words) for at, words in sums.items() if at[0] == index]
        return (seen or [("of-dead-and-wounded", words) for at, words in sums.items() if index in at[1:]])[:1]

    def _ahead(self, index: int) -> list[str]:
        """Whether the number is told again or broken down later."""
        if index not in self._looking_ahead:
            figure = self.figures[index]
            later = [f for f in self.figures[index + 1 : index + 1 + _AHEAD] if f.outcome == figure.outcome]
            names = []
            if (figure.value or 0) > 1 and any(f.value == figure.value for f in later):
                names.append("told-again-later")
            if (figure.value or 0) > 1 and later and figure.value in self._runs(later[0].index):
                names.append("broken-down-later")
            self._looking_ahead[index] = names
        return self._looking_ahead[index]

    def _history(self, index: int, state: Counting) -> list[str]:
        """What was decided before, as the asides and new people see it; asked for each of these options in turn."""
        if self._history_in is None or self._history_in[0] != index or self._history_in[1] is not state:
            self._history_in = (index, state, self._history_of(index, state))
        return self._history_in[2]

    def _history_of(self, index: int, state: Counting) -> list[str]:
        figure = self.figures[index]
        own = [self.figures[i] for i in self._open(state, figure.outcome)]
        names = [f"open={min(len(own), _FEW)}"]
        if not state.open:
            names.append("nothing-open")
        names += self._ahead(index)
        if figure.value is not None and own:
            largest = max(o.value or 0 for o in own)
            names.append(
                "largest"
                if figure.value > largest
                else "equals-open"
                if any(o.value == figure.value for o in own)
                else "smaller"
            )
            if figure.value > 10 * max(1, largest):
                names.append("ten-times-all")
        here, before = (self._in_sentence.get(figure.sentence - back, ()) for back in (0, 1))
        if any(i in state.open for i in here):
            names.append("beside-counted")
        if any(i in state.recalled for i in here):
            names.append("beside-recalled")
        elif any(i in state.recalled for i in before):
            names.append("after-recalled")
        if any(i in state.recalled for i in self._in_paragraph[figure.paragraph]):
            names.append("recalled-in-paragraph")
        return names

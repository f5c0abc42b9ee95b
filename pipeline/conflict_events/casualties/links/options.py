"""What a figure may be: new people, an aside, or something of a figure told before it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from conflict_events.casualties.figures import Figure

#: new: people not counted before. earlier: of an earlier event that is recalled. period: a running statistic. none: no
#: people harmed in conflict (denied, planned, an accident). same: the people of another figure told again, or another
#: source's figure for them. part: some of the people of another figure. whole: all the people of the figures it takes
#: up, which then count no more (a total, an update). died: those of the people hit or wounded who died of it, who count
#: as killed and no more as injured. survived: those of the people counted as killed who live, who count as injured and
#: no more as killed; only in outlets that were seen to count the wounded into their tolls.
Relation = Literal["new", "earlier", "period", "none", "same", "part", "whole", "died", "survived"]
ASIDES: tuple[Relation, ...] = ("earlier", "period", "none")
#: How many of the first and of the last figures that count may be taken up.
_FIRST, _LAST = 4, 12
#: Frames of outcome words that leave open whether somebody lived.
SOFT = frozenset({"hit_verb", "hospital_noun", "treated_verb", "wound_noun"})


@dataclass(frozen=True)
class Option:
    """One reading of a figure. ``targets`` are indices of the figures that it takes up."""

    relation: Relation
    targets: tuple[int, ...] = ()


@dataclass(frozen=True)
class Counting:
    """What has been decided up to a figure.

    Attributes:
        open: figures that count at the moment, in text order.
        mentions: for each of them the figures that tell the same people, the last one last.
        parts: for each of them the figures that are parts of it.
        died: for each of them the figures of those of its people who count elsewhere: as dead, or as survivors.
        recalled: the figures read as of an earlier event.
    """

    open: tuple[int, ...] = ()
    mentions: tuple[tuple[int, ...], ...] = ()
    parts: tuple[tuple[int, ...], ...] = ()
    died: tuple[tuple[int, ...], ...] = ()
    recalled: tuple[int, ...] = ()

    def told_as(self, root: int) -> tuple[int, ...]:
        """The figures that tell the people of ``root``, itself first."""
        return self.mentions[self.open.index(root)]

    def parts_of(self, root: int) -> tuple[int, ...]:
        return self.parts[self.open.index(root)]

    def after(self, figure: int, option: Option) -> Counting:
        """The state once ``figure`` is read as ``option``."""
        opened, told, parts, died = list(self.open), list(self.mentions), list(self.parts), list(self.died)
        recalled = self.recalled
        if option.relation == "earlier":
            recalled = (*recalled, figure)
        elif option.relation in ASIDES:
            pass
        elif option.relation in ("same", "part"):
            place = opened.index(option.targets[0])
            if option.relation == "same":
                told[place] = (*told[place], figure)
            else:
                parts[place] = (*parts[place], figure)
        else:
            inner: tuple[int, ...] = ()
            lost: tuple[int, ...] = ()
            for target in option.targets:
                place = opened.index(target)
                if option.relation in ("died", "survived"):
                    died[place] = (*died[place], figure)
                    continue
                inner += told[place]
                lost += died[place]
                del opened[place], told[place], parts[place], died[place]
            opened.append(figure)
            told.append((figure,))
            parts.append(inner)
            died.append(lost)
        return Counting(tuple(opened), tuple(told), tuple(parts), tuple(died), recalled)


def options(figure: Figure, figures: list[Figure], state: Counting, survivors: bool = False) -> list[Option]:
    """Every reading of ``figure`` that the constraints allow.

    What opens as a look back counts nobody anew, nor does a number that only the recogniser takes for a casualty: it
    may repeat, replace or break down a figure. A figure takes up only figures of its own outcome (people told as
    "killed or injured" hold both). A part never exceeds its whole, and a whole never falls short of the figures it
    takes up, unless it is a toll that replaces a higher one. A statistic counts nobody. With ``survivors`` the injured
    may be among those counted as killed.
    """
    asides = [Option(relation) for relation in ASIDES]
    if figure.scene_kind == "tally":
        return asides
    may_add = figure.mention.frame != "recognised" and figure.scene_kind != "background"
    found = [Option("new"), *asides] if may_add else asides
    roots = _within_reach(figures, state.open, figure.outcome)
    for root in roots:
        if root.outcome == figure.outcome:
            found.append(Option("same", (root.index,)))
        if not exceeds(figure, root):
            found.append(Option("part", (root.index,)))
    if figure.scene_kind == "background":
        return found
    opened = _within_reach(figures, state.open)
    found += _across_outcomes(figure, opened)
    if survivors and figure.outcome == "injured" and figure.value:
        dead = [r for r in opened if r.outcome == "killed" and (r.value or 0) > figure.value]
        found += [Option("survived", (r.index,)) for r in dead]
    own = [root for root in roots if root.outcome == figure.outcome]
    found += [Option("whole", (root.index,)) for root in own if figure.mention.toll or not exceeds(root, figure)]
    for chosen in _sets(figure, own):
        if len(chosen) > 1 and (figure.value is None or figure.value >= sum(r.value or 0 for r in chosen)):
            found.append(Option("whole", tuple(r.index for r in chosen)))
    return found


def _within_reach(figures: list[Figure], opened: tuple[int, ...], outcome: str | None = None) -> list[Figure]:
    """The figures that one (of an outcome) may take up: those of the lead and the last ones, so that long texts cost no
    more a word."""

    def some(places: Iterator[int], most: int) -> list[int]:
        fitting = (i for i in places if outcome is None or compatible(outcome, figures[i].outcome))
        return list(islice(fitting, most))

    first = some(iter(opened), _FIRST)
    last = [i for i in some(reversed(opened), _LAST) if i not in first]
    return [figures[i] for i in (*first, *reversed(last))]


def _across_outcomes(figure: Figure, opened: list[Figure]) -> list[Option]:
    """Readings over outcomes: of those hit some died; of the dead it is told again how they were hit."""
    if figure.outcome == "killed" and figure.value:
        harmed = [r for r in opened if r.outcome == "injured" and (r.mention.frame in SOFT or not figure.numbered)]
        return [Option("died", (r.index,)) for r in harmed if not exceeds(figure, r)]
    if figure.outcome == "injured" and figure.mention.frame in SOFT:
        dead = [r for r in opened if r.outcome == "killed"]
        return [Option("same", (r.index,)) for r in dead if not exceeds(figure, r)]
    return []


def _sets(figure: Figure, own: list[Figure]) -> list[list[Figure]]:
    everywhere = list(own)
    here = [root for root in own if root.scene == figure.scene]
    near = [root for root in own if figure.paragraph - root.paragraph <= 1]
    found = [everywhere]
    for chosen in (here, near):
        if chosen not in found:
            found.append(chosen)
    return found


def compatible(outcome: str, other: str) -> bool:
    """Whether people of ``outcome`` may be among those of a figure of ``other``."""
    return outcome == other or (other == "killed_or_injured" and outcome in ("killed", "injured"))


def exceeds(part: Figure, whole: Figure) -> bool:
    """Whether a figure is surely larger than another one."""
    low = part.quantity["best"] if part.quantity["best"] is not None else part.quantity["low"]
    high = whole.quantity["high"] if whole.quantity["high"] is not None else whole.quantity["best"]
    if low is None or high is None:
        return False
    return bool(low > high) if whole.quantity["high"] is not None else bool(low > high * 1.5 and low > high + 2)

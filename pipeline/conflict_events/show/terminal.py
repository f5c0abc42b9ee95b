"""An annotation in the terminal: the article with its labels, then its events, tallies and findings.

Nothing is told by colour alone: where a terminal has none (a pipe, ``NO_COLOR``), the labels stand in braces, as in the
source form of the training data.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from conflict_events.schema import Annotation, Casualty, Entity, Event, Finding, Mention
from conflict_events.show.articles import ShownArticle
from conflict_events.show.tallies import TallyNode, tally_trees
from conflict_events.show.wording import (
    actor_words,
    casualty_words,
    contents_words,
    date_words,
    in_order,
    isolated,
    one_line,
    place_words,
    printable,
    tally_words,
    toll_words,
    type_words,
)

_STYLES = {"ACTOR": "bold magenta", "LOCATION": "bold blue", "CASUALTY": "bold reverse red", "WEAPON": "bold yellow"}
_LETTERS = {"ACTOR": "A", "LOCATION": "L", "CASUALTY": "C", "WEAPON": "W"}
_TALLY_NOTE = "Tallies: running statistics, never counted as new deaths."


@dataclass(frozen=True)
class _Signs:
    """Signs that not every encoding can write."""

    arrow: str
    dash: str


def print_article(shown: ShownArticle, console: Console, *, with_text: bool = True) -> None:
    """Print one annotated article, with its text and labels where they are wanted."""
    annotation = shown.annotation
    signs = _Signs("->", "-") if console.options.ascii_only else _Signs("→", "–")
    article = annotation.article
    console.print(Text(_safe(one_line(article.title or article.id)), style="bold"))
    about = [article.outlet, article.published and str(article.published), article.url, article.source]
    console.print(Text(_safe(f" {signs.dash} ".join(str(value) for value in about if value)), style="dim"))
    if with_text:
        _print_labelled(shown, console)
    console.print(Rule(style="dim"))
    console.print(Text(contents_words(annotation), style="bold"))
    names = _names(annotation)
    for finding in annotation.findings:
        console.print(_finding(finding, names))
    for event in annotation.events:
        console.print()
        console.print(_event(event, names[event.id], signs))
    if annotation.tallies:
        console.print()
        console.print(Text(_TALLY_NOTE, style="italic"))
        for node in tally_trees(annotation.tallies):
            console.print(_tally(node, annotation, names))
    console.print()
    model = annotation.model
    console.print(Text(_safe(f"read by {model.name or 'unnamed model'} {model.version}".rstrip()), style="dim"))


def _print_labelled(shown: ShownArticle, console: Console) -> None:
    console.print(Rule(style="dim"))
    if shown.text is None:
        console.print(Text("The text is not in this file; give it with --text to see the words in place.", "italic"))
        console.print()
    else:
        _print_text(shown.text, shown.annotation.entities, console)


def _names(annotation: Annotation) -> dict[str, str]:
    """What events and tallies are called here: "event 1", "tally 2"."""
    events = {event.id: f"event {number}" for number, event in enumerate(annotation.events, 1)}
    return events | {tally.id: f"tally {number}" for number, tally in enumerate(annotation.tallies, 1)}


def _print_text(text: str, entities: Sequence[Entity], console: Console) -> None:
    coloured = console.color_system is not None and not console.no_color
    legend = Text()
    for label, style in _STYLES.items():
        legend.append(f"{'  ' if legend else ''}")
        legend.append(label if coloured else f"{{{_LETTERS[label]}:…}} {label}", style=style if coloured else "")
    if console.options.ascii_only:
        legend.plain = legend.plain.replace("…", "...")
    console.print(legend)
    console.print()
    labelled = _styled(text, entities) if coloured else Text(_braced(text, entities))
    for paragraph in labelled.split("\n"):
        if paragraph.plain.strip():
            console.print(Padding(paragraph, (0, 0, 1, 2), expand=False))


def _styled(text: str, entities: Iterable[Entity]) -> Text:
    labelled = Text(printable(text))
    for entity in entities:
        labelled.stylize(_STYLES[entity.label], entity.start, entity.end)
    return labelled


def _braced(text: str, entities: Iterable[Entity]) -> str:
    """``text`` with its labels in braces: ``{A:ISIS} killed {C:two}``."""
    pieces, position = [], 0
    for entity in sorted(entities, key=lambda entity: entity.start):
        if entity.start >= position:
            pieces += [text[position : entity.start], f"{{{_LETTERS[entity.label]}:{text[entity.start : entity.end]}}}"]
            position = entity.end
    return printable("".join([*pieces, text[position:]]))


def _finding(finding: Finding, names: dict[str, str]) -> RenderableType:
    where = ", ".join(names[ref] for ref in finding.refs if ref in names)
    line = Text("! finding", style="bold reverse yellow")
    line.append(f" {_safe(finding.message)}", style="bold not reverse")
    details = f" [{finding.code}{'; ' + where if where else ''}]"
    line.append(_safe(details), style="not bold not reverse default")
    if finding.mentions:
        line.append(" " + ", ".join(_quote(mention) for mention in finding.mentions), style="not bold not reverse dim")
    return line


def _event(event: Event, name: str, signs: _Signs) -> RenderableType:
    title = Text(name, style="bold")
    title.append(f" {signs.dash} {event.kind}")
    if event.certainty != "asserted":
        title.append(f", {event.certainty}", style="bold yellow")
    title.append(f" {signs.dash} {_safe(type_words(event))}", style="default not bold")
    rows = Table.grid(padding=(0, 1))
    rows.add_column(style="dim", min_width=8)
    rows.add_column(overflow="fold")
    rows.add_row("toll", Text(toll_words(event), style="bold"))
    rows.add_row("when", Text(_safe(date_words(event.date))))
    for number, location in enumerate(in_order(event)[1]):
        line = Text(f"{location.role} ")
        line.append(_safe(one_line(location.mention.text)), style=_STYLES["LOCATION"])
        line.append(f" {signs.arrow} {_safe(place_words(location.place))}")
        rows.add_row("" if number else "where", line)
    if not event.locations:
        rows.add_row("where", "not stated")
    rows.add_row("who", _parties(event, signs))
    if event.weapons:
        rows.add_row("weapon", Text(_safe(", ".join(one_line(weapon.text) for weapon in event.weapons))))
    for number, casualty in enumerate(event.casualties):
        rows.add_row("" if number else "people", _casualty(casualty))
    if event.score is not None:
        rows.add_row("score", f"{event.score:.2f}")
    for number, evidence in enumerate(event.evidence):
        rows.add_row("" if number else "words", Text(_quote(evidence), style="italic"))
    return Group(title, Padding(rows, (0, 0, 0, 2), expand=False))


def _parties(event: Event, signs: _Signs) -> Text:
    """Who did what to whom: "A → B", "A and B fought", "according to C"."""
    by_role: dict[str, list[str]] = {}
    for actor in event.actors:
        words = _safe(actor_words(actor))
        if words not in by_role.setdefault(actor.role, []):
            by_role[actor.role].append(words)
    said = []
    if "perpetrator" in by_role or "target" in by_role:
        sides = (", ".join(by_role.get(role, ["not stated"])) for role in ("perpetrator", "target"))
        said.append(f" {signs.arrow} ".join(sides))
    if "party" in by_role:
        said.append(f"{' and '.join(by_role['party'])} (parties)")
    if "claimant" in by_role:
        said.append(f"according to {', '.join(by_role['claimant'])}")
    return Text("\n".join(said) or "not stated")


def _casualty(casualty: Casualty) -> Tree:
    tree = Tree(_figure(casualty), guide_style="dim")
    for part in casualty.includes:
        _add_part(tree, part, "of them ")
    return tree


def _add_part(tree: Tree, part: Casualty, before: str) -> None:
    branch = tree.add(_figure(part, before))
    for inner in part.includes:
        _add_part(branch, inner, "of them ")


def _figure(casualty: Casualty, before: str = "") -> Text:
    line = Text(f"{before}{_safe(casualty_words(casualty))}", style="bold")
    if casualty.perpetrator:
        line.append(f", by {_safe(actor_words(casualty.perpetrator))}", style="not bold")
    words = _quote(casualty.mention) if casualty.mention else "no word for the number"
    line.append(f"  {words}", style="italic not bold")
    return line


def _tally(node: TallyNode, annotation: Annotation, names: dict[str, str]) -> Tree:
    tree = Tree(_tally_line(node, annotation, names), guide_style="dim")
    _fill(tree, node, annotation, names)
    return tree


def _fill(tree: Tree, node: TallyNode, annotation: Annotation, names: dict[str, str]) -> None:
    for part in node.tally.parts:
        _add_part(tree, part, "")
    for child in node.children:
        _fill(tree.add(_tally_line(child, annotation, names)), child, annotation, names)


def _tally_line(node: TallyNode, annotation: Annotation, names: dict[str, str]) -> Text:
    line = Text(f"{names[node.tally.id]}: ")
    line.append(_safe(tally_words(node.tally)), style="bold")
    for finding in annotation.findings:
        if finding.refs[:1] == [node.tally.id]:
            line.append(f"  ! {_safe(finding.message)}", style="bold yellow")
    return line


def _quote(mention: Mention) -> str:
    return f'"{_safe(one_line(mention.text))}"'


def _safe(text: str) -> str:
    return isolated(printable(text))

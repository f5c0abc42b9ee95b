"""The terminal view: readable in 80 columns, without colour, in any encoding, whatever an article holds."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from rich.cells import cell_len
from rich.console import Console

from conflict_events.schema import Annotation, Article, Casualty, Entity, Event, Mention, ModelInfo, Quantity
from conflict_events.show.articles import ShownArticle
from conflict_events.show.terminal import print_article

EXAMPLE = Path(__file__).parent / "data" / "show" / "annotations.jsonl"


def example() -> ShownArticle:
    annotation = Annotation.model_validate_json(EXAMPLE.read_text(encoding="utf-8"))
    return ShownArticle(annotation, annotation.article.text)


def printed(
    shown: ShownArticle, *, width: int = 80, colour: bool = False, no_color: bool = False, encoding: str = "utf-8"
) -> str:
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding, errors="replace", newline="\n")
    console = Console(
        file=stream,
        width=width,
        force_terminal=colour,
        color_system="truecolor" if colour else None,
        no_color=no_color,
        highlight=False,
        emoji=False,
    )
    print_article(shown, console)
    stream.flush()
    raw = stream.buffer.getvalue()  # type: ignore[attr-defined]  # BytesIO
    return str(raw.decode(encoding))


def one_article(text: str, *words: tuple[str, str], **event: object) -> ShownArticle:
    """An article with labels on the first place of each of ``words``, and one event."""
    entities = [
        Entity(start=text.index(word), end=text.index(word) + len(word), text=word, label=label)  # type: ignore[arg-type]
        for word, label in words
    ]
    annotation = Annotation(
        article=Article(id="x", title=text),
        entities=entities,
        events=[Event(id="x-e1", kind="incident", **event)],  # type: ignore[arg-type]
        model=ModelInfo(name="m", version="1"),
    )
    return ShownArticle(annotation, text)


def test_without_colour_the_labels_stand_in_braces() -> None:
    out = printed(example())
    assert "{C:Five} members of {A:regime forces}, including {C:an}" in out
    assert "a {W:landm*ine} exploded" in out
    assert "\x1b" not in out


def test_no_color_on_a_terminal_gives_braces_too() -> None:
    assert "{A:regime forces}" in re.sub(r"\x1b\[[0-9;]*m", "", printed(example(), colour=True, no_color=True))


def test_with_colour_the_text_is_as_it_was() -> None:
    plain = re.sub(r"\x1b\[[0-9;]*m", "", printed(example(), colour=True))
    assert "Five members of regime forces, including an officer" in plain
    assert "{C:" not in plain


def test_an_event_card() -> None:
    card = printed(example()).split("event 1 –")[1].split("event 2 –")[0]
    lines = [line.rstrip() for line in card.splitlines()]
    assert lines[0] == " incident – Battles / Armed clash"
    assert "  toll     5 killed, at least 3 injured" in lines
    assert '  when     2024-03-03 ("on Sunday")' in lines
    assert "  where    near Al-Sokhna → Al-Sukhnah, Tadmor, Homs, Syria; 34.8872, 38.8721;" in lines
    assert "  who      ISIS cells [Islamic State] → regime forces [Military Forces of Syria" in lines
    assert '           └── of them 1 killed: officer [combatant]  "an"' in lines
    assert "including an officer, were killed and at least three others" in " ".join(card.split())


def test_what_is_unknown_is_said() -> None:
    card = printed(example()).split("event 3 –")[1].split("event 4 –")[0]
    assert "toll     no number stated" in card
    assert "site Al-Rasafa desert → not resolved to a place" in card
    assert "not stated → shepherds" in printed(example())


def test_a_tally_is_a_tree_with_what_does_not_add_up() -> None:
    out = printed(example(), width=100)
    tree = [line.rstrip() for line in out[out.index("tally 1: ") :].splitlines()]
    assert tree[0] == "tally 1: 41 killed, Syrian desert, since early 2024  ! the parts add up to 40, not 41"
    assert tree[2:7] == [
        '│   └── of them 3 killed: officers [combatant]  "three"',
        '├── 9 killed: ISIS [Islamic State; combatant]  "Nine"',
        '└── 7 killed: civilians [civilian]  "Seven"',
        '    ├── of them 2 killed: women [civilian; woman]  "two"',
        '    └── of them 1 killed: child [civilian; child]  "a"',
    ]
    assert "never counted as new deaths" in out


def test_findings_come_before_the_events_with_their_words() -> None:
    out = printed(example(), width=120)
    assert '! finding the parts add up to 40, not 41 [parts_do_not_add_up; tally 1] "41", "24", "Nine", "Seven"' in out
    assert out.index("! finding") < out.index("event 1 –")


@pytest.mark.parametrize("width", [40, 80])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    assert max(cell_len(line) for line in printed(example(), width=width).splitlines()) <= width


def test_an_encoding_without_box_drawings_gets_plain_signs() -> None:
    out = printed(example(), encoding="ascii")
    assert "near Al-Sokhna -> Al-Sukhnah" in out
    assert "`-- of them 1 killed" in out


def test_arabic_is_kept_and_kept_from_turning_its_neighbours() -> None:
    text = "قُتل خمسة مدنيين في الطيبة"
    mention = Mention(start=text.index("خمسة"), end=text.index("خمسة") + 4, text="خمسة")
    toll = Casualty(outcome="killed", quantity=Quantity(low=5, best=5, high=5), mention=mention)
    out = printed(one_article(text, ("خمسة", "CASUALTY"), ("الطيبة", "LOCATION"), casualties=[toll]))
    assert "قُتل {C:خمسة} مدنيين في {L:الطيبة}" in out
    assert '5 killed  "\u2068خمسة\u2069"' in out


def test_an_article_cannot_steer_the_terminal() -> None:
    shown = one_article("\x1b]0;owned\x07 [red]two[/red] :skull: \u202emen\r died", ("two", "CASUALTY"))
    out = printed(shown)
    assert not set("\x1b\x07\r\u202e") & set(out)
    assert "[red]{C:two}[/red] :skull:" in out


def test_without_the_text_the_words_are_still_there() -> None:
    out = printed(ShownArticle(example().annotation))
    assert "give it with --text" in out
    assert '"at least three"' in out

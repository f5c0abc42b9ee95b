"""The page: one file, every figure linked to its words, parts under their whole, hostile text inert."""

from __future__ import annotations

import re
from importlib import resources
from pathlib import Path

import pytest
from lxml import html

from conflict_events.pages import theme
from conflict_events.schema import (
    Annotation,
    Article,
    Casualty,
    Entity,
    Event,
    Finding,
    Mention,
    ModelInfo,
    Quantity,
    Victim,
)
from conflict_events.show.articles import ShownArticle
from conflict_events.show.page import render_page, web_address, write_page

EXAMPLE = Path(__file__).parent / "data" / "show" / "annotations.jsonl"
SCRIPT = '<script>document.title="owned"</script>'


def example() -> ShownArticle:
    annotation = Annotation.model_validate_json(EXAMPLE.read_text(encoding="utf-8"))
    return ShownArticle(annotation, annotation.article.text)


def hostile() -> ShownArticle:
    """An article whose every free field tries to break out of the page."""
    text = f"{SCRIPT} \"><img src=x onerror=alert(1)> '& {{{{ 7*7 }}}}\n\u202etwo\u202c men \x00died"
    mention = Mention(start=text.index("two"), end=text.index("two") + 3, text="two")
    toll = Casualty(
        outcome="killed",
        quantity=Quantity(low=2, best=2, high=2, modifier="exact"),
        mention=mention,
        victim=Victim(mention=Mention(start=0, end=len(SCRIPT), text=SCRIPT), traits=[SCRIPT]),
    )
    annotation = Annotation(
        article=Article(
            id=SCRIPT, title=f"</title>{SCRIPT}", outlet=SCRIPT, url="javascript:alert(1)", language='"><b>'
        ),
        entities=[
            Entity(start=0, end=len(SCRIPT), text=SCRIPT, label="WEAPON"),
            Entity(**mention.model_dump(), label="CASUALTY"),
        ],
        events=[Event(id="e", kind="incident", event_type=f"</h3>{SCRIPT}", casualties=[toll])],
        findings=[Finding(code="toll_decreased", message=SCRIPT, mentions=[mention], refs=["e", "unknown"])],
        model=ModelInfo(name=SCRIPT, version="1"),
    )
    return ShownArticle(annotation, text, ((0, len(SCRIPT), SCRIPT),))


def page(*articles: ShownArticle) -> html.HtmlElement:
    return html.document_fromstring(render_page(articles))


def words(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def text_of(tree: html.HtmlElement) -> html.HtmlElement:
    """The first article's text on the page."""
    return tree.find_class("text")[0]


def test_each_figure_leads_to_the_words_it_came_from() -> None:
    tree = page(example())
    links = tree.get_element_by_id("e1-1").find_class("figure")
    found = [(words(link), words(tree.get_element_by_id(link.get("href")[1:]))) for link in links]
    assert found == [("5 killed", "Five"), ("1 killed", "an"), ("at least 3 injured", "at least three")]


def test_every_link_inside_the_page_leads_somewhere_and_every_id_is_one() -> None:
    tree = page(example(), hostile(), ShownArticle(example().annotation))
    ids = tree.xpath("//@id")
    assert len(ids) == len(set(ids))
    targets = {link[1:] for link in tree.xpath("//@href") if link.startswith("#")}
    assert len(targets) > 40
    assert targets <= set(ids)


def test_numbers_in_the_text_lead_back_to_their_figures() -> None:
    tree = page(example())
    back = {words(link): link.get("href") for link in text_of(tree).xpath(".//a[@class='m casualty']")}
    assert back["at least three"] == "#e1-1-f2"
    assert back["41"] == "#t1-1"
    assert words(tree.get_element_by_id("e1-1-f2")).startswith("at least 3 injured")


def test_parts_stand_inside_their_whole() -> None:
    tree = page(example())
    whole = tree.get_element_by_id("t1-1-f3")
    assert words(whole).startswith("7 killed")
    assert [words(part)[:16] for part in whole.iter("li") if part is not whole] == [
        "of them 2 killed",
        "of them 1 killed",
    ]


def test_the_text_is_whole_and_in_order() -> None:
    shown = example()
    text = text_of(page(shown)).text_content()
    assert text.split() == (shown.text or "").split()


def test_what_is_unknown_is_said() -> None:
    card = page(example()).get_element_by_id("e1-3")
    assert words(card.find_class("toll")[0]) == "no number stated"
    assert "not resolved to a place" in words(card)


def test_an_event_opens_with_its_sentence_and_its_passages_bear_its_number() -> None:
    tree = page(example())
    heading = words(tree.get_element_by_id("e1-1").find(".//h3"))
    assert heading.startswith("1 ISIS cells attacked regime forces near Al-Sokhna")
    assert words(tree.find_class("sentences")[0][0]) == heading
    passages = {
        number: words(one)[:12] for one in tree.xpath("//*[@data-passage]") for number in one.get("data-passage")
    }
    assert passages == {"1": "Homs provinc", "2": "Meanwhile, a", "3": "Russian plan", "4": "Last month, "}


def test_mentions_of_one_actor_in_one_role_are_one_line() -> None:
    shown = example()
    annotation = shown.annotation.model_copy(deep=True)
    event = annotation.events[0]
    again = next(actor for actor in event.actors if actor.role == "perpetrator").model_copy(deep=True)
    start = (shown.text or "").index("ISIS")
    again.mention = Mention(start=start, end=start + 4, text="ISIS")
    event.actors.append(again)
    card = page(ShownArticle(annotation, shown.text)).get_element_by_id("e1-1")
    lines = [words(row) for row in card.find_class("row") if words(row).startswith("by")]
    assert lines == ["by ISIS cells, ISIS Islamic State, jihadist"]


def test_places_are_drawn_with_their_precision_and_told_in_words() -> None:
    tree = page(example())
    (drawn,) = tree.get_element_by_id("e1-1").find_class("small-map")
    assert words(drawn.find("figcaption")) == "near Al-Sukhnah; the spot itself is not known"
    assert drawn.find("svg").get("aria-label") == "Map: near Al-Sukhnah; the spot itself is not known"
    outlines = tree.get_element_by_id(drawn.find(".//use").get("href")[1:])
    assert outlines.xpath("path[@class='divisions']/@d")[0].startswith("M")
    assert len(drawn.find_class("ring")) == 1
    assert tree.get_element_by_id("e1-3").find_class("small-map") == []  # not resolved to a point


def test_findings_name_their_tally_and_their_words() -> None:
    (finding,) = page(example()).find_class("findings")[0].iter("li")
    assert words(finding) == "the parts add up to 40, not 41 parts_do_not_add_up tally 1 41 24 Nine Seven"
    assert finding.find(".//a").get("href") == "#t1-1"


def test_what_was_left_out_is_shown_as_such() -> None:
    shown = example()
    tree = page(ShownArticle(shown.annotation, shown.text, ((0, 11, "menu"),)))
    (left_out,) = text_of(tree).find_class("left-out")
    assert (words(left_out), left_out.get("title")) == ("ISIS attack", "left out: menu")


def test_a_long_menu_is_folded_away_and_still_there() -> None:
    text = "Home\nNews\nAbout us\nTwo men died.\nShare"
    annotation = Annotation(article=Article(id="x"), model=ModelInfo(name="m", version="1"))
    shown = text_of(page(ShownArticle(annotation, text, ((0, 18, "menu"), (33, 38, "share line")))))
    assert [words(folded) for folded in shown.iter("details")] == ["3 lines left out Home News About us"]
    assert words(shown).endswith("Two men died. Share")


def test_the_page_needs_nothing_else() -> None:
    tree = page(example(), hostile())
    assert tree.xpath("//@src | //link | //img | //iframe | //object | //base") == []
    assert [link for link in tree.xpath("//@href") if not link.startswith("#")] == []
    assert "url(" not in render_page([example()])


def test_only_addresses_of_the_web_become_links() -> None:
    assert web_address("https://example.org/a") == "https://example.org/a"
    assert web_address("javascript:alert(1)") is None
    assert web_address("data:text/html,x") is None
    assert web_address(None) is None


def test_hostile_text_stays_text() -> None:
    tree = page(hostile())
    assert len(tree.xpath("//script")) == 1  # the page's own
    assert tree.xpath("//@onerror | //img") == []
    assert words(tree.find(".//title")).startswith(f"</title>{SCRIPT}")
    assert "{{ 7*7 }}" in words(text_of(tree))
    assert not set("\u202e\u202c\x00") & set(render_page([hostile()]))


def test_our_own_script_and_style_cannot_end_their_elements() -> None:
    files = resources.files("conflict_events") / "show" / "templates"
    for name in ("page.css", "page.js"):
        assert "</" not in (files / name).read_text(encoding="utf-8")


def test_landmarks_and_names_for_screen_readers() -> None:
    tree = page(example(), example())
    assert len(tree.xpath("//main")) == 1
    assert tree.find(".//nav").get("aria-label") == "Articles"
    assert tree.get("lang") == "en"
    for section in tree.iter("section"):
        name = section.get("aria-label") or words(tree.get_element_by_id(section.get("aria-labelledby")))
        assert name
    assert [heading.tag for heading in tree.get_element_by_id("a1").iter("h1", "h2", "h3")][:4] == [
        "h1",
        "h2",
        "h2",
        "h3",
    ]


def test_paragraphs_take_their_direction_from_their_words() -> None:
    assert {paragraph.get("dir") for paragraph in text_of(page(example())).iter("p")} == {"auto"}


def test_without_the_text_the_words_are_quoted_and_not_linked() -> None:
    tree = page(ShownArticle(example().annotation))
    assert tree.xpath("//a[@class='figure']") == []
    assert words(tree.get_element_by_id("e1-1-f1").find_class("said")[0]) == "Five"
    assert "give it with --text" in words(text_of(tree)).lower()


def _luminance(colour: str) -> float:
    channels = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("ink", "paper"),
    [
        *[
            ("ink", paper)
            for paper in ("page", "sheet", "actor", "location", "casualty", "weapon", "evidence", "warn", "line")
        ],
        *[("soft", paper) for paper in ("page", "sheet", "warn")],
        *[("link", paper) for paper in ("page", "sheet", "warn")],
        ("warn-line", "sheet"),
        ("chosen-ink", "chosen"),
    ],
)
def test_contrast_is_that_of_wcag_aa(scheme: int, ink: str, paper: str) -> None:
    blocks = re.findall(r":root \{[^}]*--ink[^}]*\}", theme())
    colours = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", blocks[scheme]))
    light, dark = sorted((_luminance(colours[ink]), _luminance(colours[paper])), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 4.5


def test_an_unwritable_path_is_an_os_error(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="missing"):
        write_page([example()], tmp_path / "missing" / "page.html")

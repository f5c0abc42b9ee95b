"""What cleaning keeps, what it drops, what it reads, and that it never loses its place."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conflict_events.cleaning import (
    AlignedText,
    Alignment,
    Cleaner,
    CleanText,
    DisguisedWords,
    Edit,
    clean,
    plain_title,
)
from conflict_events.profiles import Profiles, load_profiles

PROFILES: Profiles = load_profiles()
CLEANER = Cleaner()


def read(text: str, outlet: str = "general", title: str | None = None) -> CleanText:
    return CLEANER.clean(text, PROFILES[outlet], title)


def blocks(cleaned: CleanText) -> list[tuple[str, int, str]]:
    return [(s.kind, s.level, cleaned.text[s.start : s.end]) for s in cleaned.segments]


def reasons(cleaned: CleanText) -> dict[str, str]:
    return {cleaned.source[d.start : d.end]: d.reason for d in cleaned.dropped}


# --- disguised words --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("IS*IS", "ISIS"),
        ("ISI*S", "ISIS"),
        ("IS-IS", "ISIS"),
        ("I.S.I.S", "ISIS"),
        ("H*T*S", "HTS"),
        ("kil*led", "killed"),
        ("ki-lled", "killed"),
        ("ki.lled", "killed"),
        ("ki_lled", "killed"),
        ("k!lled", "killed"),
        ("kill*d", "killed"),
        ("k1lled", "killed"),
        ("b0mbing", "bombing"),
        ("att@ck", "attack"),
        ("ki**lled", "killed"),
        ("Dea*th", "Death"),
        ("landm*ine", "landmine"),
        ("shel*ling", "shelling"),
        ("explo*sion", "explosion"),
        ("infi*ghting", "infighting"),
        ("dr*ug dea*lers", "drug dealers"),
        ("w*a*r", "war"),
        ("sni-per", "sniper"),
        ("mas-sacred", "massacred"),
        ("wo-unded", "wounded"),
        ("anti-IS*IS", "anti-ISIS"),
        ("non-ki-lled", "non-killed"),
        ("Naz*eer", "Nazeer"),  # a name that no table holds: a star inside a word is never English
        ("ki\u200blled", "killed"),
        ("ki\u00adlled", "killed"),
        ("ﬁghters", "fighters"),
        ("ｋｉｌｌｅｄ", "killed"),
    ],
)
def test_a_disguised_word_is_read_as_the_plain_word(written: str, read_as: str) -> None:
    sentence = f"Two were {written} in Homs, the source said."
    cleaned = read(sentence)
    assert cleaned.text == f"Two were {read_as} in Homs, the source said."
    start, end = cleaned.to_source(9, 9 + len(read_as))
    assert sentence[start:end] == written
    assert cleaned.to_clean(9, 9 + len(written)) == (9, 9 + len(read_as))


@pytest.mark.parametrize(
    "text",
    [
        "Russian-backed",
        "de-escalation",
        "anti-ISIS",
        "al-Qaeda",
        "semi-automatic",
        "land-mine",
        "air-strike",
        "cease-fire",
        "counter-attack",
        "put-in",
        "re-captured",
        "5*4",
        "a*b",
        "*",
        "**bold**",
        "footnote*",
        "sh*t",
        "desk@ki-lled.example.org",
        "https://example.org/ki-lled/b0mb",
        "@ki_lled",
        "#b0mb",
        "T-55",
        "S300",
        "G4S",
        "check-point",
        "3.5",
        "1-year-old",
        "dead.Two",
    ],
)
def test_ordinary_spelling_is_left_alone(text: str) -> None:
    sentence = f"The text says {text} and goes on."
    assert read(sentence).text == sentence


def test_the_users_own_table_is_what_is_undone() -> None:
    cleaner = Cleaner(DisguisedWords([("zork", "word")]))
    assert cleaner.plain("a zo-rk was ki-lled") == "a zork was ki-lled"


# --- characters -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("Syriaâ€™s", "Syria’s"),
        ("SerÃª KaniyÃª", "Serê Kaniyê"),
        ("Syria&#8217;s &amp; Iraq", "Syria’s & Iraq"),
        ("Syria&amp;#8217;s", "Syria’s"),
        ("Deir\u00a0Ezzor", "Deir Ezzor"),
        ("Deir  \t Ezzor", "Deir Ezzor"),
        ("Syria\x92s", "Syria’s"),
        ("Kobane\u0302", "Kobanê"),
        ("R&D; AT&T", "R&D; AT&T"),
    ],
)
def test_characters_are_repaired(written: str, read_as: str) -> None:
    sentence = f"Two died in {written} on Sunday, the source said."
    cleaned = read(sentence)
    assert cleaned.text == f"Two died in {read_as} on Sunday, the source said."
    start, end = cleaned.to_source(12, 12 + len(read_as))
    assert sentence[start:end] == written


# --- what is article --------------------------------------------------------------------------------------------------

SOHR_PAGE = """The Syrian Observatory For Human Rights

New attack | Three soldiers kil*led by IS*IS in Hama desert

Hama province: Three soldiers of the regime forces were killed yesterday evening, when gunmen fired on their bus.

According to SOHR statistics, the attacks since January have left 40 people dead; they are as follows:

• 30 soldiers, including an officer.

• Ten gunmen.

Here are the figures by region:

-Hama desert: Three operations left 12 dead:

• Ten soldiers.

• Two shepherds.

-Homs desert: One operation left a soldier dead.

The Observatory asks all sides to spare civilians.

Prev Post

Old ordnance | Two children kil*led in Daraa

Next Post

“SOHR camera” shows the market of Raqqa…

Daily death toll | Nine persons killed across Syria
"""


def test_a_page_of_sohr_is_read_as_its_article() -> None:
    assert blocks(read(SOHR_PAGE, "sohr")) == [
        ("headline", 0, "New attack | Three soldiers killed by ISIS in Hama desert"),
        ("dateline", 0, "Hama province:"),
        (
            "paragraph",
            0,
            "Three soldiers of the regime forces were killed yesterday evening, when gunmen fired on their bus.",
        ),
        (
            "list_intro",
            0,
            "According to SOHR statistics, the attacks since January have left 40 people dead; they are as follows:",
        ),
        ("list_item", 1, "30 soldiers, including an officer."),
        ("list_item", 1, "Ten gunmen."),
        ("list_intro", 0, "Here are the figures by region:"),
        ("list_intro", 1, "Hama desert: Three operations left 12 dead:"),
        ("list_item", 2, "Ten soldiers."),
        ("list_item", 2, "Two shepherds."),
        ("list_item", 1, "Homs desert: One operation left a soldier dead."),
        ("paragraph", 0, "The Observatory asks all sides to spare civilians."),
    ]


@pytest.mark.parametrize(
    "sentence",
    [
        "Displaced people were told to register for aid at the camp, where two of them were killed.",
        "He was arrested for trying to become a member of the group.",
        "Omar Q is a reporter for a local radio, and was killed in the strike on Sunday.",
        "A bomb killed two soldiers in Homs 3 days ago",
        "Reuters - Two killed in Homs",
        "(c) Three soldiers were killed.",
        "Comments by the minister set off a clash in which one man died.",
        "Activists shared a picture by the mayor of a child who was killed.",
        "See, the army said, two of our men were killed.",
        "News of the two deaths reached the family.",
        "By Monday the toll had risen to nine.",
        "Related to the same attack, three men were killed in Daraa.",
        "Share prices fell after the attack that killed four.",
        "The next post was attacked, and two soldiers were killed.",
    ],
)
def test_a_sentence_that_resembles_boilerplate_stays(sentence: str) -> None:
    before = "Two soldiers were killed on Friday when gunmen fired on their post near the town."
    after = "Nobody has said that it carried out the attack, and the army has sent more soldiers."
    for outlet in ("general", "sohr", "wire", "npa", "anha", "sana", "snhr", "enab", "syrian_observer"):
        cleaned = read(f"{before}\n\n{sentence}\n\n{after}", outlet)
        words = " ".join(cleaned.text[s.start : s.end] for s in cleaned.segments)
        assert sentence.removeprefix("(c) ") in words
        assert words.startswith(before)
        assert words.endswith(after)


def test_what_was_dropped_is_told_with_its_reason() -> None:
    dropped = reasons(read(SOHR_PAGE, "sohr"))
    assert dropped["The Syrian Observatory For Human Rights"] == "name line"
    assert dropped["Old ordnance | Two children kil*led in Daraa"] == "after the article"
    assert dropped["Daily death toll | Nine persons killed across Syria"] == "after the article"


def test_single_line_breaks_separate_paragraphs_as_blank_lines_do() -> None:
    folded = "\n".join(line for line in SOHR_PAGE.splitlines() if line)
    assert blocks(read(folded, "sohr")) == blocks(read(SOHR_PAGE, "sohr"))


def test_an_observer_page_loses_its_repeated_headline_and_its_footer() -> None:
    page = """Logo Wide

Quiet Days in the Badia: Four Fighters Killed by Gunmen

Quiet Days in the Badia: Four Fighters Killed by Gunmen

Four fighters were killed on Monday by unknown gunmen near Palmyra, a local website said.

Read Also: Twenty Killed in Battle of the Oilfields

No group has said that it carried out the attack, and no more is known about the four.

This article was edited by The Syrian Observer. It takes no responsibility for what the source says.

Helpful keywords"""
    cleaned = clean(page)
    assert blocks(cleaned) == [
        ("headline", 0, "Quiet Days in the Badia: Four Fighters Killed by Gunmen"),
        ("paragraph", 0, "Four fighters were killed on Monday by unknown gunmen near Palmyra, a local website said."),
        ("paragraph", 0, "No group has said that it carried out the attack, and no more is known about the four."),
    ]
    assert reasons(cleaned)["Read Also: Twenty Killed in Battle of the Oilfields"] == "boilerplate"


def test_links_above_the_text_go_and_the_text_stays() -> None:
    page = """Date:

Two civilians injured by shelling in western Aleppo, March 3, 2022

Related News

Man named Omar Q killed by a landmine in Daraa, May 1, 2023

Woman abducted in Hasaka, May 2, 2023

On March 3, 2022, artillery forces fired shells at the village, injuring two civilians of one family."""
    assert [text for _, _, text in blocks(read(page, "snhr"))] == [
        "Two civilians injured by shelling in western Aleppo, March 3, 2022",
        "On March 3, 2022, artillery forces fired shells at the village, injuring two civilians of one family.",
    ]


def test_headlines_of_other_articles_under_the_text_go() -> None:
    page = """A girl was injured on Tuesday by shelling of the village, her family told the network.

The daily toll of victims in Syria on February 6

Two reporters arrested in Hasaka on February 5"""
    assert [kind for kind, _, _ in blocks(read(page, "snhr"))] == ["paragraph"]


def test_figures_under_the_text_stay() -> None:
    page = "Three people were killed on Tuesday when a shell hit the market, medics said.\n\nKilled: 3\n\nInjured: five"
    assert [text for _, _, text in blocks(read(page))][1:] == ["Killed: 3", "Injured: five"]


def test_an_article_that_goes_on_under_its_related_links_is_read_to_its_end() -> None:
    teaser = "Three people were killed on Tuesday when a shell hit the market of the town."
    body = [
        f"Paragraph {n} of the report says what the medics and the police saw that day." for n in ("one", "two", "six")
    ]
    page = "\n\n".join([teaser, "Related articles", "Ten killed in a flood", "Mayor resigns", *body])
    assert [text for _, _, text in blocks(read(page))] == [teaser, *body]


def test_a_list_of_victims_under_its_introduction_is_kept() -> None:
    page = """Three people were killed on Tuesday when a shell hit the market of the town, medics said.

The names of the victims are:

Omar Q, 30

Salma Q, 12

Hani R, 45"""
    assert blocks(read(page))[1:] == [
        ("list_intro", 0, "The names of the victims are:"),
        ("list_item", 1, "Omar Q, 30"),
        ("list_item", 1, "Salma Q, 12"),
        ("list_item", 1, "Hani R, 45"),
    ]


def test_a_menu_goes_and_a_list_of_short_figures_stays() -> None:
    paragraph = "Two soldiers were killed in a clash on the border on Friday, officials said."
    menu = "WORLD\nWEST ASIA\nAFRICA\nSPORTS\nCULTURE\n\n"
    assert [text for _, _, text in blocks(read(menu + paragraph))] == [paragraph]
    items = ["Homs: 3 dead", "Hama: 2 dead", "Idlib: 4 dead", "Daraa: 1 dead"]
    figures = "The toll of the week by province, as the network gives it, is the following:\n\n" + "\n".join(items)
    assert [text for _, _, text in blocks(read(figures))][1:] == items


@pytest.mark.parametrize(
    ("outlet", "paragraph", "dateline"),
    [
        ("npa", "RAQQA, Syria (North Press) – Two people were killed on Sunday.", "RAQQA, Syria (North Press) –"),
        ("sana", "Homs, SANA-Two people were killed on Sunday.", "Homs, SANA-"),
        ("sohr", "Deir Ezzor province: Two people were killed on Sunday.", "Deir Ezzor province:"),
        ("wire", "BEIRUT (AP) — Two people were killed on Sunday.", "BEIRUT (AP) —"),
        ("wire", "KABUL, Jan 22 (Reuters) - Two people were killed on Sunday.", "KABUL, Jan 22 (Reuters) -"),
        ("general", "ERBIL (Kurdistan 24) – Two people were killed on Sunday.", "ERBIL (Kurdistan 24) –"),
        ("general", "MOGADISHU — Two people were killed on Sunday.", "MOGADISHU —"),
    ],
)
def test_a_dateline_is_a_block_of_its_own(outlet: str, paragraph: str, dateline: str) -> None:
    cleaned = read(paragraph, outlet)
    assert blocks(cleaned) == [("dateline", 0, dateline), ("paragraph", 0, "Two people were killed on Sunday.")]
    start = cleaned.segments[1].start
    source_start, source_end = cleaned.to_source(start, start + 3)
    assert paragraph[source_start:source_end] == "Two"


def test_a_hyphen_after_an_acronym_is_no_dateline() -> None:
    text = "SDF-backed fighters killed two gunmen on Sunday, the source said."
    assert blocks(read(text)) == [("paragraph", 0, text)]


def test_captions_and_bylines_are_told_from_paragraphs() -> None:
    page = """Two wounded in shelling of Ain Issa

The main road of the town – North Press

AIN ISSA, Syria (North Press) – Two people were wounded on Sunday in the shelling of the town.

Reporting by Omar Q"""
    cleaned = read(page, "npa")
    assert [kind for kind, _, _ in blocks(cleaned)] == ["headline", "caption", "dateline", "paragraph"]
    assert reasons(cleaned)["Reporting by Omar Q"] == "byline"


def test_the_date_line_is_kept_apart() -> None:
    cleaned = read(
        "2 February، 2022\n\nHoms, SANA- Two civilians were injured on Tuesday in the town.\n\ntweet", "sana"
    )
    assert cleaned.date_line == "2 February 2022"
    assert cleaned.text == "Homs, SANA-\nTwo civilians were injured on Tuesday in the town."


def test_an_embedded_post_is_read_once() -> None:
    post = "A child was killed and three others were wounded in the shelling of the city, a medic said"
    lead = "The city was shelled on Tuesday evening for several hours, residents said."
    page = f"{lead}\n\n{post}.\n\n— Someone (@someone) August 16, 2022\n\n{post}."
    assert [text for _, _, text in blocks(read(page))][1:] == [post + "."]


def test_wrapped_lines_are_one_paragraph() -> None:
    page = (
        "Two soldiers and a child were killed on Monday when a mine went off under\n"
        "their car on the road to the town. The army said that the road had been\n"
        "cleared of mines a week ago, and that the driver of the car had turned off\n"
        "to the desert. Nobody else was in the car."
    )
    cleaned = read(page)
    assert len(cleaned.segments) == 1
    assert cleaned.text == page.replace("\n", " ")


def test_bullets_joined_in_one_line_are_items() -> None:
    page = "The dead are the following, by group: • Ten soldiers. • Two shepherds. • A child."
    assert [(kind, text) for kind, _, text in blocks(read(page))] == [
        ("list_intro", "The dead are the following, by group:"),
        ("list_item", "Ten soldiers."),
        ("list_item", "Two shepherds."),
        ("list_item", "A child."),
    ]


def test_deeper_indentation_is_a_deeper_level() -> None:
    page = (
        "The toll of the week by province is given below:\n"
        "- Homs: three dead\n    - two soldiers\n    - a child\n- Hama: one dead"
    )
    assert [(level, text) for _, level, text in blocks(read(page))][1:] == [
        (1, "Homs: three dead"),
        (2, "two soldiers"),
        (2, "a child"),
        (1, "Hama: one dead"),
    ]


def test_one_short_note_is_a_paragraph() -> None:
    note = "On 9 May 2020, unidentified gunmen shot dead a man in Nasib. One fatality"
    assert blocks(read(note)) == [("paragraph", 0, note)]


def test_a_text_wholly_in_another_script_is_kept() -> None:
    text = "قتل شخصان في قصف على المدينة يوم الأحد."
    assert read(text).text == text


def test_a_page_without_an_article_gives_an_empty_text() -> None:
    cleaned = read("Share on Facebook\nShare on Twitter\nAll rights reserved")
    assert (cleaned.text, cleaned.segments) == ("", ())


@pytest.mark.parametrize(
    ("title", "plain"),
    [
        ("Two killed in Homs - North Press Agency", "Two killed in Homs"),
        ("Two killed in Homs Two killed in Homs Two killed in Homs - North press agency", "Two killed in Homs"),
        ("\u200b\u200bTwo killed in the city of Homs", "Two killed in the city of Homs"),
        ("North Press Agency", "North Press Agency"),
        (" | ", None),
    ],
)
def test_a_page_title_is_read_as_its_headline(title: str, plain: str | None) -> None:
    assert plain_title(title, PROFILES["npa"]) == plain


# --- it never loses its place -----------------------------------------------------------------------------------------

FRAGMENTS = st.sampled_from(
    [
        "kil*led",
        "IS*IS",
        "ki-lled",
        "\u200b",
        "\u00ad",
        "&amp;",
        "&#8217;",
        "â€™",
        "Ã©",
        "\r\n",
        "\n\n",
        "\n",
        "• ",
        "- ",
        "1. ",
        "Homs province: ",
        "Prev Post",
        "Read also: x",
        "ﬁ",
        "\u00a0",
        "  ",
        "Two soldiers were killed in the city of Homs.",
        "a",
        "*",
        "e\u0301",
        "\ufeff",
        "\x00",
        "\x92",
        "Share on Facebook",
        "k!lled",
        "w*a*r",
        "&#x110000;",
        "&nbsp;",
        "\u2028",
        "مرحبا",
        "😀",
    ]
)
HOSTILE = st.one_of(
    st.text(max_size=300),
    st.lists(st.one_of(FRAGMENTS, st.text(max_size=8)), max_size=40).map("".join),
)


@settings(max_examples=300, deadline=None)
@given(text=HOSTILE, outlet=st.sampled_from(sorted(profile.id for profile in PROFILES)), data=st.data())
def test_every_range_maps_back_into_the_source(text: str, outlet: str, data: st.DataObject) -> None:
    cleaned = read(text, outlet)
    size = len(cleaned.text)
    assert cleaned.source == text
    assert len(cleaned.alignment) == size
    ranges = [cleaned.to_source(index, index + 1) for index in range(size)]
    assert all(0 <= start <= end <= len(text) for start, end in ranges)
    assert ranges == sorted(ranges)
    assert cleaned.offsets == [start for start, _ in ranges]
    start = data.draw(st.integers(0, size))
    end = data.draw(st.integers(start, size))
    low, high = cleaned.to_source(start, end)
    assert 0 <= low <= high <= len(text)
    assert all(low <= s and e <= high for s, e in ranges[start:end])
    for segment in cleaned.segments:
        assert 0 <= segment.start < segment.end <= size
    assert list(cleaned.segments) == sorted(cleaned.segments, key=lambda segment: segment.start)
    assert all(0 <= d.start < d.end <= len(text) for d in cleaned.dropped)


@settings(max_examples=200, deadline=None)
@given(text=HOSTILE)
def test_letters_that_stand_one_for_one_are_the_sources_own(text: str) -> None:
    """Where a clean ASCII letter stands for exactly one ASCII letter, it is that letter (or what a mask stood for)."""
    cleaned = read(text)
    for index, character in enumerate(cleaned.text):
        start, end = cleaned.to_source(index, index + 1)
        if (
            character.isascii()
            and character.isalpha()
            and end - start == 1
            and text[start].isascii()
            and text[start].isalpha()
        ):
            assert text[start] == character


WORDS = st.sampled_from(
    ["kil*led", "IS*IS", "ki-lled", "w*a*r", "k!lled", "b0mb", "Russian-backed", "S.D.F.", "a*b", "•", "Homs"]
)


@given(text=st.lists(st.one_of(WORDS, st.text(alphabet="ab*-.!I S", max_size=6)), max_size=12).map(" ".join))
def test_reading_what_was_read_changes_nothing_more(text: str) -> None:
    once = CLEANER.plain(text)
    assert CLEANER.plain(once) == once


@settings(max_examples=200, deadline=None)
@given(data=st.data(), text=st.text(max_size=60))
def test_edits_keep_the_alignment(data: st.DataObject, text: str) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=8)))
    edits = [Edit(a, b, data.draw(st.text(max_size=4))) for a, b in zip(cuts[0::2], cuts[1::2], strict=False)]
    changed = AlignedText.of(text).apply(edits)
    alignment = changed.alignment()
    assert len(alignment) == len(changed.text)
    for index in range(len(changed.text)):
        assert alignment.to_source(index, index + 1) == (changed.starts[index], changed.ends[index])


def test_an_alignment_survives_as_plain_integers() -> None:
    cleaned = read(SOHR_PAGE, "sohr")
    again = Alignment(list(cleaned.alignment.runs))
    assert again.to_source(0, 10) == cleaned.to_source(0, 10)
    assert len(cleaned.alignment.runs) < len(cleaned.text) / 2


def test_a_range_that_was_dropped_has_no_clean_form() -> None:
    cleaned = read(SOHR_PAGE, "sohr")
    at = SOHR_PAGE.index("Old ordnance")
    assert cleaned.to_clean(at, at + 12) is None
    assert cleaned.to_clean(at, at) is None


@pytest.mark.parametrize("unit", ["a", "Two ki*lled in Homs. ", "a*", "a-", "\u200b", "&amp;", "• a ", "a\n", "@a"])
def test_time_grows_with_the_length_and_not_faster(unit: str) -> None:
    def seconds(size: int) -> float:
        begin = time.process_time()
        read(unit * (size // len(unit)))
        return time.process_time() - begin

    short, long = seconds(20_000), seconds(200_000)
    assert long < 30 * max(short, 0.02)

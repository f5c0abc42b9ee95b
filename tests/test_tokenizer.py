"""Tokens of clean text, the way back to the original, and a tokenizer that is saved with its model."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.language import Language
from spacy.tokens import Doc

import conflict_events.components.structure
import conflict_events.tokenizer  # noqa: F401  (registers the tokenizer where the package is not installed)
from conflict_events.profiles import load_profiles
from conflict_events.reading import InputArticle
from conflict_events.tokenizer import Tokenizer, clean_span, source_span, source_text

CONFIG = {"nlp": {"tokenizer": {"@tokenizers": "conflict_events.Tokenizer.v1"}}}
NLP = spacy.blank("en", config=CONFIG)

PAGE = """Share on Facebook

Two soldiers kil*led by IS*IS

Homs province: Two soldiers were kil*led in a shel*ling near Al-Sokhna.

Prev Post

Ten killed in Daraa
"""


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("regime-held areas", ["regime", "-", "held", "areas"]),
        ("“Putin-Erdogan” area", ["“", "Putin", "-", "Erdogan", "”", "area"]),
        ("Al-Nusra", ["Al", "-", "Nusra"]),
        ("Um Hosh-Harbel", ["Um", "Hosh", "-", "Harbel"]),
        ("80km away", ["80", "km", "away"]),
        ("2kilometres", ["2", "kilometres"]),
        ("30Km", ["30", "Km"]),
        ("Syria’s", ["Syria", "’s"]),
        ("an 18-year-old man", ["an", "18", "-", "year", "-", "old", "man"]),
        ("Fourcivilians", ["Four", "civilians"]),
        ("10-15 fighters", ["10", "-", "15", "fighters"]),
        ("SANA-Ten civilians", ["SANA", "-", "Ten", "civilians"]),
        ("soldiers,who", ["soldiers", ",", "who"]),
        ("Sabri,20, died", ["Sabri", ",", "20", ",", "died"]),
        ("died.Two", ["died", ".", "Two"]),
        ("Idlib|Two", ["Idlib", "|", "Two"]),
        ("Derek/Malikiyah", ["Derek", "/", "Malikiyah"]),
        ("2,500 people", ["2,500", "people"]),
        ("1.5 million", ["1.5", "million"]),
        ("the U.S. army", ["the", "U.S.", "army"]),
        ("5 a.m.", ["5", "a.m."]),
    ],
)
def test_tokens_end_where_labels_do(text: str, tokens: list[str]) -> None:
    assert [token.text for token in NLP.make_doc(text)] == tokens


def test_a_doc_holds_the_article_and_points_to_the_original() -> None:
    doc = NLP(PAGE)
    assert doc.text == (
        "Two soldiers killed by ISIS\n\nHoms province:\nTwo soldiers were killed in a shelling near Al-Sokhna."
    )
    assert source_text(doc) == PAGE
    for words in ("killed", "ISIS", "shelling", "Al-Sokhna"):
        start = doc.text.rindex(words)
        low, high = source_span(doc, start, start + len(words))
        assert PAGE[low:high].replace("*", "") == words
        assert clean_span(doc, low, high) == (start, start + len(words))
    dropped = PAGE.index("Ten killed")
    assert clean_span(doc, dropped, dropped + 3) is None


def test_an_article_carries_what_is_known_of_it() -> None:
    article = InputArticle(
        id="a1",
        text="2 February، 2022\n\nHoms, SANA- Two civilians were injured on Tuesday in the town of Talbisa.\n\ntweet",
        title="Two injured in Homs – Syrian Arab News Agency Two injured in Homs",
        outlet="SANA news",
        url="https://sana.sy/en/?p=1",
        source="x.jsonl#1",
    )
    doc = tokenizer(NLP).article_doc(article)
    assert doc._.article == doc._.article | {
        "id": "a1",
        "outlet": "sana",
        "profile": "sana",
        "title": "Two injured in Homs",
        "published": "2022-02-02",
        "url": "https://sana.sy/en/?p=1",
        "language": "en",
        "source": "x.jsonl#1",
    }
    assert doc.text == "Homs, SANA-\nTwo civilians were injured on Tuesday in the town of Talbisa."


def test_the_readers_date_goes_before_the_date_line_and_an_unknown_outlet_keeps_its_name() -> None:
    text = "2 February 2022\n\nTwo civilians were injured on Tuesday in the town of Talbisa."
    doc = tokenizer(NLP).article_doc(
        InputArticle(id="a", text=text, outlet="Valley Post", published=dt.date(2020, 1, 1))
    )
    assert (doc._.article["published"], doc._.article["outlet"]) == ("2020-01-01", "Valley Post")
    doc = tokenizer(NLP).article_doc(InputArticle(id="a", text="Two were injured."))
    assert (doc._.article["published"], doc._.article["outlet"]) == (None, None)


def test_the_title_is_the_headline_as_the_article_prints_it() -> None:
    body = "Two soldiers were killed on Monday near Palmyra, a local website said."
    for title in (None, "Two killed near Palmyra city - Some Site | More of it"):
        doc = tokenizer(NLP).article_doc(
            InputArticle(id="a", text=f"Two kil*led near Palmyra city\n\n{body}", title=title)
        )
        assert doc._.article["title"] == "Two killed near Palmyra city"
    doc = tokenizer(NLP).article_doc(InputArticle(id="a", text=body, title="A quite other kil*ling"))
    assert doc._.article["title"] == "A quite other killing"


def test_a_doc_that_the_tokenizer_did_not_make_is_its_own_original() -> None:
    doc = Doc(NLP.vocab, words=["Two", "died"])
    assert source_span(doc, 0, 3) == (0, 3)
    assert clean_span(doc, 0, 3) == (0, 3)
    assert source_text(doc) == "Two died "


def test_a_page_without_an_article_is_an_empty_doc() -> None:
    doc = NLP("Share on Facebook\n\nAll rights reserved")
    assert len(doc) == 0
    assert source_span(doc, 0, 0) == (0, 0)


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=200))
def test_tokens_cover_the_text_and_point_into_the_source(text: str) -> None:
    doc = NLP.make_doc(text)
    assert "".join(token.text_with_ws for token in doc) == doc.text
    spans = [source_span(doc, token.idx, token.idx + len(token)) for token in doc]
    assert all(0 <= start <= end <= len(text) for start, end in spans)
    assert spans == sorted(spans)


def test_a_doc_survives_as_bytes() -> None:
    doc = NLP(PAGE)
    again = Doc(NLP.vocab).from_bytes(doc.to_bytes())
    assert again.text == doc.text
    assert again._.source_map == doc._.source_map
    assert source_span(again, 13, 19) == source_span(doc, 13, 19)


def test_docs_survive_several_processes() -> None:
    nlp = spacy.blank("en", config=CONFIG)
    nlp.add_pipe("structure")
    articles = [
        InputArticle(id=f"a{n}", text=f"Homs province: {n} soldiers were kil*led.", outlet="sohr") for n in range(4)
    ]
    docs = [tokenizer(nlp).article_doc(article) for article in articles]
    found = list(nlp.pipe(docs, n_process=2, batch_size=2))
    assert [doc._.article["id"] for doc in found] == ["a0", "a1", "a2", "a3"]
    assert [doc._.blocks[0]["kind"] for doc in found] == ["dateline"] * 4
    texts = list(nlp.pipe([article.text for article in articles], n_process=2, batch_size=2))
    assert source_span(texts[3], 32, 38) == (32, 39)


def test_the_tokenizer_is_saved_with_its_profiles_and_words(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(
        'id = "mine"\nname = "Mine"\ndrop_lines = ["buy .{0,40}"]\ntext_cues = ["mine says"]\n'
    )
    nlp = spacy.blank(
        "en", config={"nlp": {"tokenizer": {**CONFIG["nlp"]["tokenizer"], "profiles": [str(tmp_path / "mine.toml")]}}}
    )
    text = "Two were kil*led, mine says.\n\nBuy our calendar"
    assert nlp(text).text == "Two were killed, mine says."
    nlp.to_disk(tmp_path / "model")
    (tmp_path / "mine.toml").write_text('id = "mine"\nname = "Mine"\n')  # the model keeps what it was saved with
    assert spacy.load(tmp_path / "model")(text).text == "Two were killed, mine says."
    blank = tokenizer(spacy.blank("en", config=CONFIG))
    assert blank.from_bytes(tokenizer(nlp).to_bytes())(text).text == "Two were killed, mine says."
    assert "mine" not in load_profiles()


def tokenizer(nlp: Language) -> Tokenizer:
    assert isinstance(nlp.tokenizer, Tokenizer)
    return nlp.tokenizer


def test_a_text_that_is_no_article_any_more_is_refused_with_its_reason() -> None:
    with pytest.raises(ValueError, match="1,000,001 characters, more than 1,000,000: split it"):
        NLP.tokenizer.article_doc(InputArticle("long", "x" * 1_000_001))

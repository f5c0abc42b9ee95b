"""``conflict_events.load`` and ``conflict_events.annotate``."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from spacy.language import Language

import conflict_events
from conflict_events.models import ModelNotFoundError
from conflict_events.reading import FieldNames, InputArticle
from small_model import article


@pytest.fixture(scope="module")
def nlp(model: Path) -> Language:
    return conflict_events.load(model)


def test_importing_the_package_loads_neither_spacy_nor_pandas() -> None:
    code = "import sys, conflict_events as c; c.__version__; print(*(n in sys.modules for n in ('spacy', 'pandas')))"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.split() == ["False", "False"]


def test_load_gives_the_spacy_pipeline(nlp: Language) -> None:
    assert isinstance(nlp, Language)
    assert nlp.pipe_names[-3:] == ["events", "tallies", "findings"]


def test_load_says_what_to_do_without_a_model() -> None:
    with pytest.raises(ModelNotFoundError, match="no trained pipeline"):
        conflict_events.load("/nowhere/at/all")


def test_load_takes_profiles_and_places_of_ones_own(model: Path, tmp_path: Path) -> None:
    profile = tmp_path / "mine.toml"
    profile.write_text('id = "mine"\nname = "My Agency"\n')
    places = tmp_path / "places.csv"
    places.write_text("id,name,lat,lon,country\nX1,Nowhereville,35.5,38.5,Syria\n")
    nlp = conflict_events.load(model, profiles=[profile], places=[places])
    assert nlp.tokenizer.profiles.recognise("My Agency").id == "mine"
    doc = nlp("Two civilians were killed in Nowhereville.")
    linker = nlp.get_pipe("place_linker")
    span = doc[5:6]
    span.label_ = "LOCATION"
    doc.ents = [span]
    assert [ent._.place["id"] for ent in linker(doc).ents] == ["X1"]


def test_a_text(nlp: Language) -> None:
    corpus = conflict_events.annotate("Two civilians were killed in an attack by ISIS near Al-Sokhna in Homs.", nlp)
    assert len(corpus) == 1
    assert corpus.articles["article_id"][0].startswith("article-")
    assert "Islamic State" in list(corpus.actors["actor"].dropna())
    assert list(corpus.locations["place"]) == ["Sokhneh", "Homs"]


def test_a_text_gets_the_same_id_every_time(nlp: Language) -> None:
    first, again = (conflict_events.annotate("Five people died in Homs.", nlp) for _ in range(2))
    assert first.annotations[0].article.id == again.annotations[0].article.id


def test_records_paths_and_articles_in_one_list(nlp: Language, tmp_path: Path) -> None:
    file = tmp_path / "report.txt"
    file.write_text("ISIS attacked regime forces in Homs.")
    corpus = conflict_events.annotate(
        [
            {"id": 7, "body": "ISIS attacked in Homs.", "date": "2023-05-01", "publisher": "SOHR"},
            file,
            InputArticle(id="own", text="ISIS attacked regime forces.", published=dt.date(2023, 5, 2)),
        ],
        nlp,
    )
    articles = corpus.articles
    assert list(articles["article_id"]) == ["7", "report", "own"]
    assert [articles["published"][0], articles["published"][2]] == [dt.date(2023, 5, 1), dt.date(2023, 5, 2)]
    assert articles["outlet"][0] == "sohr"


def test_a_dataframe_with_missing_cells(nlp: Language) -> None:
    data = pd.DataFrame(
        {
            "id": ["a", "b", "c"],
            "text": ["ISIS attacked in Homs.", None, "Three civilians were killed by ISIS."],
            "date": pd.to_datetime(["2023-05-01", "2023-05-02", None]),
        }
    )
    corpus = conflict_events.annotate(data, nlp)
    assert list(corpus.articles["article_id"]) == ["a", "c"]
    assert corpus.articles["published"][0] == dt.date(2023, 5, 1)
    assert corpus.articles["published"].isna().tolist() == [False, True]
    assert [(error.source, error.reason) for error in corpus.errors] == [
        ("record 2", "has no text; fill it in or remove the record")
    ]


def test_a_column_by_another_name(nlp: Language) -> None:
    data = pd.DataFrame({"what": ["ISIS attacked in Homs."]})
    assert len(conflict_events.annotate(data, nlp)) == 0
    assert len(conflict_events.annotate(data, nlp, fields=FieldNames(text="what"))) == 1


def test_mentions_are_where_they_say(nlp: Language) -> None:
    text = "SOHR\n\nTwo civilians were kil*led in an attack by IS*IS near Al-Sokhna in Homs.\n"
    (record,) = conflict_events.annotate(text, nlp, keep_text=True).annotations
    assert record.article.text == text
    mentions = [*record.entities, *(item.mention for event in record.events for item in event.actors)]
    assert "IS*IS" in [mention.text for mention in mentions]
    assert all(text[mention.start : mention.end] == mention.text for mention in mentions)


def test_text_that_no_file_can_hold_is_annotated_all_the_same(nlp: Language, tmp_path: Path) -> None:
    corpus = conflict_events.annotate("ISIS \ud800 attacked regime forces in Homs.", nlp, keep_text=True)
    assert corpus.annotations[0].article.text == "ISIS \ufffd attacked regime forces in Homs."
    corpus.to_parquet(tmp_path / "out")
    assert conflict_events.read(tmp_path / "out").annotations == corpus.annotations


def test_several_processes_give_what_one_gives_in_order(model: Path, nlp: Language) -> None:
    articles = [article(number) for number in range(80)]
    one = conflict_events.annotate(articles, nlp)
    two = conflict_events.annotate(articles, model, workers=2)
    assert two.annotations == one.annotations


def test_a_loaded_pipeline_works_alone(nlp: Language) -> None:
    with pytest.raises(ValueError, match="give its directory"):
        conflict_events.annotate("ISIS attacked.", nlp, workers=2)


def test_what_is_no_article(nlp: Language) -> None:
    with pytest.raises(TypeError, match="item 2 is int"):
        conflict_events.annotate(["ISIS attacked in Homs.", 3], nlp)  # type: ignore[list-item]


def test_days_are_given_as_to_the_command_and_what_was_assumed_is_kept(nlp: Language) -> None:
    twice = [{"id": "a", "text": "ISIS attacked in Homs."}, {"id": "b", "text": "ISIS attacked in Homs."}]
    for published in ("2023-05-31", dt.date(2023, 5, 31)):
        corpus = conflict_events.annotate(twice, nlp, published=published)
        assert [record.article.published for record in corpus] == [dt.date(2023, 5, 31)] * 2
    assert corpus.notes == {
        "day 2023-05-31 as given by --published": 2,
        "the same text as one before, under another id: its events are told twice (see merge)": 1,
    }
    with pytest.raises(ValueError, match="write a"):
        conflict_events.annotate(twice, nlp, published="yesterday")

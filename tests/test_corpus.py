"""The training data's source form: what it means, what its checker refuses, and how it is counted."""

from __future__ import annotations

import zlib
from pathlib import Path

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from conflict_events.corpus import (
    CorpusError,
    Label,
    LabelledArticle,
    LabelledEvent,
    check_files,
    is_unseen,
    parse,
    part_of,
    read_corpus,
    statistics,
    write_article,
    write_corpus,
)
from conflict_events.corpus.__main__ import app
from conflict_events.corpus.align import doc_maker
from conflict_events.corpus.docs import OUTCOMES, ROLES, Skipped, labelled_doc, to_docbin
from conflict_events.corpus.parse import parse_written_number
from conflict_events.corpus.scheme import load_scheme
from conflict_events.schema import Quantity

ARTICLE = """\
# a comment
=== sohr-0900
outlet: sohr
country: Syria
date: 2023-05-02
title: Two guards killed
--- text
{C k head:Two} {A:guards} killed in {L:Homs desert}

{C k:Two} {A:guards}, including {C k part:an} {A:officer}, were killed by {A:ISIS cells} with {W:machineguns}.
They lay near {L:Al-Sokhna}. {C ki:No} civilian was harmed \\{sic\\}.

Since early 2023: {C k tally:148}.
• {C k tally part:19} {A:ISIS} members.
--- events
incident | Battles / Armed clash
  date: on Sunday
  certainty: claimed
  perpetrator: ISIS cells
  target: guards; officer
  near: Al-Sokhna
  within: Homs desert
  weapon: machineguns
  killed: 2 guards (1 officer)
  injured: 3+
tally | killed 148
  since: early 2023
  killed: 19 ISIS
"""


@pytest.fixture
def article() -> LabelledArticle:
    articles, problems = parse(ARTICLE)
    assert problems == []
    return articles[0]


def codes(source: str, tmp_path: Path) -> list[tuple[str, int, str]]:
    path = tmp_path / "corpus.txt"
    path.write_text(source, encoding="utf-8")
    return [(problem.severity, problem.line, problem.code) for problem in check_files([path])]


def one(text: str, events: str = "", *, header: str = "outlet: sohr\ncountry: Syria\ntitle: t") -> str:
    """A file with one article; its text is in line 6."""
    return f"=== sohr-0001\n{header}\n--- text\n{text}\n--- events\n{events}"


# ── reading


def test_text_is_read_without_tags_and_labels_count_its_characters(article: LabelledArticle) -> None:
    assert article.text.startswith("Two guards killed in Homs desert\n\nTwo guards, including an officer,")
    assert "{sic}" in article.text
    assert all(article.text[label.start : label.end] == label.text for label in article.labels)
    first = article.labels[0]
    assert (first.start, first.end, first.label, first.outcome, first.roles) == (0, 3, "CASUALTY", "killed", ("head",))
    assert [label.text for label in article.labels if label.label == "WEAPON"] == ["machineguns"]
    assert article.labels[-2].roles == ("tally", "part")


def test_header_and_events_are_read(article: LabelledArticle) -> None:
    assert (article.id, article.outlet, article.country, str(article.date)) == (
        "sohr-0900",
        "sohr",
        "Syria",
        "2023-05-02",
    )
    event = article.events[0]
    assert (event.kind, event.event_type, event.sub_event_type) == ("incident", "Battles", "Armed clash")
    assert (event.certainty, event.dates, event.weapons) == ("claimed", ["on Sunday"], ["machineguns"])
    assert [(actor.role, actor.words) for actor in event.actors] == [
        ("perpetrator", "ISIS cells"),
        ("target", "guards"),
        ("target", "officer"),
    ]
    assert [(place.role, place.words) for place in event.locations] == [
        ("near", "Al-Sokhna"),
        ("within", "Homs desert"),
    ]
    killed, injured = event.casualties
    assert (killed.outcome, killed.written, killed.victim) == ("killed", "2", "guards")
    assert [(part.written, part.victim, part.outcome) for part in killed.includes] == [("1", "officer", "killed")]
    assert injured.quantity == Quantity(low=3, best=3, modifier="at_least")
    tally = article.tallies[0]
    assert (tally.total.best, tally.since, tally.place, tally.parent) == (148, "early 2023", None, None)
    assert [(part.written, part.victim) for part in tally.parts] == [("19", "ISIS")]


def test_event_type_may_hold_a_slash() -> None:
    (article,), problems = parse(one("x", "incident | Explosions/Remote violence / Air/drone strike\n"))
    assert problems == []
    assert article.events[0].event_type == "Explosions/Remote violence"
    assert article.events[0].sub_event_type == "Air/drone strike"


@pytest.mark.parametrize(
    ("written", "low", "best", "high", "modifier"),
    [
        ("5", 5, 5, 5, "exact"),
        ("2,500", 2500, 2500, 2500, "exact"),
        ("0", 0, 0, 0, "exact"),
        ("9+", 9, 9, None, "at_least"),
        ("~25", None, 25, None, "about"),
        ("<=10", None, 10, 10, "at_most"),
        ("10..15", 10, None, 15, "range"),
        ("several", 3, None, None, "vague"),
        ("hundreds", 200, None, None, "vague"),
        ("?", None, None, None, "none"),
    ],
)
def test_written_numbers(written: str, low: int | None, best: int | None, high: int | None, modifier: str) -> None:
    assert parse_written_number(written) == Quantity(low=low, best=best, high=high, modifier=modifier)


@pytest.mark.parametrize("written", ["", "five", "15..10", "~", "9++", "-3", "1.5"])
def test_what_is_no_number_of_the_form(written: str) -> None:
    assert parse_written_number(written) is None


def test_a_file_of_windows_reads_like_any_other(tmp_path: Path) -> None:
    path = tmp_path / "corpus.txt"
    path.write_bytes(b"\xef\xbb\xbf" + ARTICLE.replace("\n", "\r\n").encode())
    (article,) = read_corpus([path])
    assert article.model_dump() == parse(ARTICLE)[0][0].model_dump()


def test_read_corpus_reads_folders_in_order_and_refuses_broken_files(tmp_path: Path) -> None:
    (tmp_path / "b.txt").write_text(one("y").replace("0001", "0002"), encoding="utf-8")
    (tmp_path / "a.txt").write_text(one("x"), encoding="utf-8")
    assert [article.id for article in read_corpus([tmp_path])] == ["sohr-0001", "sohr-0002"]
    (tmp_path / "c.txt").write_text(one("{A:ISIS"), encoding="utf-8")
    with pytest.raises(CorpusError, match=r"c\.txt:6: error: label is never closed"):
        list(read_corpus([tmp_path]))
    with pytest.raises(FileNotFoundError, match="no such file"):
        list(read_corpus([tmp_path / "none"]))


lines = st.sampled_from(
    [*ARTICLE.split("\n"), "=== x", "killed: 9+ (2", "tally | killed 5 (", "{C k:", "}", "\\", ":", "|"]
)


@settings(deadline=None)
@given(st.lists(st.one_of(lines, st.text(max_size=20)), max_size=25))
def test_anything_is_read_and_every_line_that_is_wrong_is_told(rows: list[str]) -> None:
    source = "\n".join(rows)
    articles, problems = parse(source)
    count = source.count("\n") + 1
    assert all(1 <= problem.line <= count for problem in problems)
    for article in articles:
        assert all(article.text[label.start : label.end] == label.text for label in article.labels)
        if not problems and "\r\n" not in article.text:
            assert parse(write_article(article))[0][0].model_dump() == article.model_dump()


# ── writing


def test_written_and_read_again_it_is_the_same(article: LabelledArticle) -> None:
    again, problems = parse(write_article(article))
    assert problems == []
    assert [one.model_dump() for one in again] == [article.model_dump()]


texts = st.text(
    st.one_of(st.sampled_from("{}\\=- \n:abC-"), st.characters(exclude_categories=["Cs"], exclude_characters="\r")),
    max_size=60,
)


@settings(deadline=None)
@given(texts, st.lists(st.integers(0, 60), max_size=8), st.sampled_from(["", "=== a", "--- events", "--- text", "#"]))
def test_any_text_with_any_labels_survives_writing(text: str, cuts: list[int], line: str) -> None:
    text = f"{text}\n{line}"
    borders = sorted({cut for cut in cuts if cut <= len(text)})
    labels = [
        Label(start=start, end=end, text=text[start:end], label="LOCATION")
        for start, end in zip(borders[::2], borders[1::2], strict=False)
        if text[start:end].strip() == text[start:end] and "\n" not in text[start:end]
    ]
    article = LabelledArticle(id="wire-0001", outlet="wire", text=text, labels=labels)
    again, problems = parse(write_article(article))
    assert problems == []
    assert [one.model_dump() for one in again] == [article.model_dump()]


def test_writing_refuses_what_the_form_cannot_hold() -> None:
    overlapping = [
        Label(start=0, end=4, text="Deir", label="LOCATION"),
        Label(start=2, end=6, text="ir E", label="ACTOR"),
    ]
    with pytest.raises(ValueError, match="overlaps another"):
        write_article(LabelledArticle(id="a", outlet="wire", text="Deir Ezzor", labels=overlapping))
    with pytest.raises(ValueError, match="line breaks"):
        write_article(LabelledArticle(id="a", outlet="wire", text="a\r\nb"))


# ── checking


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{A:ISIS", "unbalanced"),
        ("ISIS}", "unbalanced"),
        ("{ISIS}", "bad-label"),
        ("{X:ISIS}", "bad-label"),
        ("{A k:ISIS}", "bad-label"),
        ("{A:}", "empty-label"),
        ("{A: ISIS}", "label-space"),
        ("{A:ISIS }", "label-space"),
        ("{A:cells of {A:ISIS}}", "nested"),
        ("{C:two}", "no-outcome"),
        ("{C part:two}", "no-outcome"),
        ("{C k headline:two}", "bad-role"),
        ("{A:ISIS\ncells}", "label-lines"),
    ],
)
def test_broken_labels_are_errors_at_their_line(text: str, code: str, tmp_path: Path) -> None:
    assert ("error", 7, code) in codes(one(f"A line.\n{text}"), tmp_path)


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("outlet: sohr\ncountry: Syria", "no-header"),
        ("outlet: times\ncountry: Syria\ntitle: t", "bad-outlet"),
        ("outlet: sohr\ncountry: Ruritania\ntitle: t", "bad-country"),
        ("outlet: sohr\ncountry: Syria\ntitle: t\ndate: 2 May", "bad-date"),
        ("outlet: sohr\ncountry: Syria\ntitle: t\npart: training", "bad-part"),
        ("outlet: sohr\ncountry: Myanmar\ntitle: t\npart: train", "bad-part"),
        ("outlet: sohr\ncountry: Syria\ntitle: t\nauthor: me", "bad-header"),
        ("outlet: wire\ncountry: Syria\ntitle: t", "bad-id"),
    ],
)
def test_broken_headers_are_errors(header: str, code: str, tmp_path: Path) -> None:
    assert code in [found for severity, _, found in codes(one("x", header=header), tmp_path) if severity == "error"]


@pytest.mark.parametrize(
    ("events", "code"),
    [
        ("incident | Battle / Armed clash", "bad-event-type"),
        ("incident | Battles / Armed clash\n  target: HTS", "not-labelled"),
        ("incident | Battles / Armed clash\n  site: ISIS", "not-labelled"),
        ("incident | Battles / Armed clash\n  killed: five", "bad-number"),
        ("incident | Battles / Armed clash\n  killed: 5 (2", "bad-casualty"),
        ("incident | Battles / Armed clash\n  dead: 5", "bad-event-line"),
        ("incident | Battles / Armed clash\n  certainty: sure", "bad-event-line"),
        ("  target: ISIS", "bad-event-line"),
        ("tally | dead 5", "bad-tally"),
        ("tally | killed 5\n  parent: Homs", "bad-parent"),
        ("tally | killed 5\n  operations: many", "bad-event-line"),
    ],
)
def test_broken_events_are_errors(events: str, code: str, tmp_path: Path) -> None:
    found = codes(one("{A:ISIS} attacked.", events), tmp_path)
    assert code in [name for severity, _, name in found if severity == "error"]


LINKED = """=== wire-0001
outlet: wire
country: Iraq
title: Two attacks
--- text
{C k head:Seven} dead. A bomb killed {C k @1:five} {A:people}; {C k other @1:six}, said a doctor. \
A raid killed {C k @3:two} {A:people}. Since May {C k tally @2:40} have died.
--- events
incident | Explosions/Remote violence / Remote explosive/landmine/IED
  killed: 5 people
tally | killed 40
  since: May
incident | Violence against civilians / Attack
  killed: 2 people
"""


def test_links_count_the_blocks_as_they_stand_and_survive_writing() -> None:
    (article,), problems = parse(LINKED)
    assert problems == []
    blocks = [*article.events, *article.tallies]
    told = {label.text: label.block for label in article.labels if label.label == "CASUALTY"}
    assert told == {"Seven": None, "five": 0, "six": 0, "two": 1, "40": 2}
    assert blocks[2].written == "40"
    (again,), _ = parse(write_article(article))
    assert again.labels == article.labels


@pytest.mark.parametrize(
    ("right", "wrong"),
    [("k @1:five", "k @9:five"), ("k @1:five", "k @1 @3:five"), ("k @1:five", "k @2:five"), ("tally @2", "tally @1")],
)
def test_links_that_lead_nowhere_or_to_another_kind_are_errors(right: str, wrong: str, tmp_path: Path) -> None:
    path = tmp_path / "linked.txt"
    path.write_text(LINKED.replace(right, wrong), encoding="utf-8")
    assert "bad-link" in {problem.code for problem in check_files([path])}


def test_an_article_with_one_link_needs_all_of_them(tmp_path: Path) -> None:
    path = tmp_path / "linked.txt"
    path.write_text(LINKED.replace("k @3:two", "k:two"), encoding="utf-8")
    assert [problem.message for problem in check_files([path]) if problem.code == "no-link"] == [
        "CASUALTY 'two' may belong to 2 events; say which with @N",
    ]


def test_a_doubled_id_is_an_error_across_files(tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text(one("x"), encoding="utf-8")
    (problem,) = [problem for problem in check_files([tmp_path]) if problem.severity == "error"]
    assert (Path(problem.path).name, problem.line, problem.code) == ("b.txt", 1, "duplicate-id")
    assert "a.txt:1" in problem.message


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{A:ISIS} fired.\nThen ISIS left.", "missed-label"),
        ("{A:ISIS} fired.\nThey had a car bomb.", "missed-weapon"),
        ("{A:ISIS} fired.\nThe attack killed five soldiers.", "missed-casualty"),
        ("{A:ISIS} fired.\nThey hid in {L:Al-Taiba village}.", "label-border"),
        ("{A:ISIS} fired.\nOn {A:the army}.", "label-border"),
        ("{A:ISIS} fired.\nOn “{A:Liwa al-Quds”}.", "label-border"),
    ],
)
def test_what_was_probably_missed_is_a_warning_at_its_line(text: str, code: str, tmp_path: Path) -> None:
    assert codes(one(text), tmp_path) == [("warning", 7, code)]


def test_plain_text_with_numbers_gives_no_warning(tmp_path: Path) -> None:
    assert codes(one("{A:ISIS} fired.\nFive days later the 12 trucks left."), tmp_path) == []


def test_a_number_of_an_event_needs_a_label_that_carries_it(article: LabelledArticle) -> None:
    from conflict_events.corpus.check import check_article

    values = {"Two": 2, "an": 1, "No": 0, "148": 148, "19": 19}

    def parse_quantity(words: str) -> Quantity | None:
        value = values.get(words)
        return None if value is None else Quantity(low=value, best=value, high=value, modifier="exact")

    found = [problem for problem in check_article(article, parse_quantity=parse_quantity) if problem.code != "bad-id"]
    assert [(problem.code, problem.message) for problem in found] == [
        ("no-evidence", "injured 3+ is carried by no CASUALTY label of that outcome")
    ]


def test_labels_inside_a_token_are_reported(tmp_path: Path) -> None:
    path = tmp_path / "corpus.txt"
    path.write_text(one("{A:ISIS}ish {A:HTS} men"), encoding="utf-8")
    problems = list(check_files([path], make_doc=doc_maker(spacy.blank("en"))))
    assert [problem.message.split(":")[0] for problem in problems if problem.code == "misaligned"] == [
        "ACTOR 'ISIS' begins or ends inside a token; move its border, or report the tokenizer"
    ]


def test_check_command_prints_file_and_line_and_fails_on_errors(tmp_path: Path) -> None:
    good, bad = tmp_path / "good.txt", tmp_path / "bad.txt"
    good.write_text(one("Nothing."), encoding="utf-8")
    bad.write_text(one("{A:ISIS"), encoding="utf-8")
    assert CliRunner().invoke(app, ["check", str(good)]).exit_code == 0
    result = CliRunner().invoke(app, ["check", str(bad)])
    assert result.exit_code == 1
    assert f"{bad}:6: error: label is never closed; add the closing brace [unbalanced]" in result.output
    assert CliRunner().invoke(app, ["check", str(tmp_path / "none.txt")]).exit_code == 2


# ── parts and statistics


def test_parts_follow_outlet_country_header_and_id() -> None:
    def part(identifier: str, **header: str) -> str:
        return part_of(LabelledArticle(id=identifier, **{"outlet": "wire", **header}))  # type: ignore[arg-type]

    assert part("enab-0001", outlet="enab") == "test"
    assert part("wire-0001", country="Myanmar", part="train") == "test"
    assert part("wire-0001", part="dev") == "dev"
    for identifier in (f"wire-{number:04}" for number in range(200)):
        expected = {0: "test", 1: "dev"}.get(zlib.crc32(identifier.encode()) % 10, "train")
        assert part(identifier) == expected
    assert is_unseen(LabelledArticle(id="a", outlet="wire", country="Colombia"))
    assert not is_unseen(LabelledArticle(id="a", outlet="wire", country="Syria"))


def test_statistics(article: LabelledArticle) -> None:
    found = statistics([article, LabelledArticle(id="wire-0001", outlet="wire", text="Nothing here.")])
    assert (found.articles, found.without_labels, found.without_events, found.tallies) == (2, 1, 1, 1)
    assert found.words == len(article.text.split()) + 2
    assert found.labels == {"CASUALTY": 6, "ACTOR": 5, "LOCATION": 2, "WEAPON": 1}
    assert found.outcomes == {"killed": 5, "killed_or_injured": 1}
    assert found.roles == {"counts": 2, "tally": 2, "part": 2, "head": 1}
    assert found.event_types == {"Battles / Armed clash": 1}
    assert found.modifiers == {"exact": 2, "at_least": 1}


# ── Docs


def test_labels_become_entities_and_span_groups(article: LabelledArticle) -> None:
    doc = labelled_doc(article, doc_maker(spacy.blank("en")))
    assert [(ent.text, ent.label_) for ent in doc.ents][:3] == [
        ("Two", "CASUALTY"),
        ("guards", "ACTOR"),
        ("Homs desert", "LOCATION"),
    ]
    assert [(span.text, span.label_) for span in doc.spans[OUTCOMES]][-3:] == [
        ("No", "killed_or_injured"),
        ("148", "killed"),
        ("19", "killed"),
    ]
    assert [(span.text, span.label_) for span in doc.spans[ROLES]] == [
        ("Two", "head"),
        ("Two", "counts"),
        ("an", "part"),
        ("No", "counts"),
        ("148", "tally"),
        ("19", "tally"),
        ("19", "part"),
    ]


def test_docbin_holds_one_part_and_notes_what_it_skips() -> None:
    articles, _ = parse(
        one("{A:ISIS}ish {L:Homs}", header="outlet: sohr\ncountry: Syria\ntitle: t\npart: dev")
        + one("x", header="outlet: sohr\ncountry: Syria\ntitle: t\npart: train").replace("0001", "0002")
    )
    nlp, skipped = spacy.blank("en"), Skipped()
    (doc,) = to_docbin(articles, doc_maker(nlp), "dev", skipped).get_docs(nlp.vocab)
    assert [(ent.text, ent.label_) for ent in doc.ents] == [("Homs", "LOCATION")]
    assert [(identifier, label.text) for identifier, label in skipped.misaligned] == [("sohr-0001", "ISIS")]


# ── the corpus itself


def test_the_codes_in_the_tables_are_the_ones_of_the_records() -> None:
    from typing import get_args

    from conflict_events.corpus.records import LabelRole
    from conflict_events.schema import EntityLabel, Outcome

    scheme = load_scheme()
    assert set(scheme.labels.values()) == set(get_args(EntityLabel))
    assert set(scheme.outcomes.values()) == set(get_args(Outcome))
    assert set(scheme.roles) == set(get_args(LabelRole))
    assert len(scheme.event_types) == 25
    assert LabelledEvent(kind="incident", event_type="Battles", sub_event_type="Armed clash").casualties == []


def test_the_shipped_corpus_has_no_errors_and_reads_back() -> None:
    folder = Path(__file__).parent.parent / "training_data" / "articles"
    assert [str(problem) for problem in check_files([folder]) if problem.severity == "error"] == []
    articles = list(read_corpus([folder]))
    again, problems = parse(write_corpus(articles))
    assert problems == []
    assert [article.model_dump() for article in again] == [article.model_dump() for article in articles]

"""Running statistics: what a text sums up over a period or a region, as tallies, and never as events."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
import spacy
from spacy.language import Language

from conflict_events.models import resolve
from conflict_events.records import annotation, model_info
from conflict_events.schema import Annotation, Casualty, Quantity
from conflict_events.tallies import period_of
from conflict_events.tallies.period import period_label


@pytest.fixture(scope="module")
def nlp() -> Language:
    return spacy.load(resolve())


def read(nlp: Language, text: str) -> Annotation:
    return annotation(nlp(text), model_info(nlp))


def number(quantity: Quantity | None) -> int | None:
    return None if quantity is None else (quantity.best if quantity.best is not None else quantity.low)


def part(casualty: Casualty) -> str:
    inner = ",".join(str(number(one.quantity)) for one in casualty.includes)
    return f"{number(casualty.quantity)}({inner})" if inner else str(number(casualty.quantity))


@dataclass(frozen=True)
class Told:
    """A tally in short: parts as ``"9(3)"``, nine of whom three are told apart."""

    outcome: str
    total: int | None
    operations: int | None = None
    parts: tuple[str, ...] = ()


def told(report: Annotation) -> list[Told]:
    return [Told(t.outcome, number(t.total), t.operations, tuple(part(one) for one in t.parts)) for t in report.tallies]


def counted(report: Annotation) -> int:
    """How many were killed in the incidents and updates of an article."""
    return sum(number(e.fatalities) or 0 for e in report.events if e.kind != "background" and e.fatalities)  # type: ignore[arg-type]


BY_REGION = """Drone strike | Two fighters kil*led east of Kafr Zita

Hama province: A drone hit a motorcycle east of Kafr Zita this morning, killing two fighters of a local faction.

Accordingly, the number of drone strikes on the countryside of Hama since mid-May has risen to 17. They left 29 dead: \
seven civilians, including a woman and two children, 18 fighters and four soldiers, and over 40 injured.

• Kafr Zita: Nine strikes left three civilians, including a child, and 11 fighters dead and others injured.

• Morek: Two strikes.

• Al-Latamneh: Six strikes left seven fighters dead."""

TWO_OUTCOMES = """Since early 2024, SOHR has documented 96 operations in the de-escalation zone, including sniping and \
shelling, which left 141 combatants and civilians dead. In addition, these operations left over 70 combatants and 25 \
civilians, including six children, injured.

The fatalities can be distributed as follows:

• 15 civilians, including two women, were killed by regime forces.

• 88 members of regime forces, including six officers.

• 37 members of HTS.

• A member of Ansar Al-Tawheed."""

NESTED = """According to SOHR statistics, the number of fatalities in operations in the eastern desert since early \
2025 has increased to 63; they are as follows:

• 12 ISIS members were killed by government forces.

• 44 soldiers, including three officers, were killed in 19 operations by ISIS.

• Seven civilians, including a child, were killed by ISIS.

Here is a regional distribution of the operations:

-Homs desert: Eight operations left 27 fatalities:

• 20 combatants, including two officers.

• Three ISIS members.

• Four civilians."""


@pytest.mark.parametrize(
    ("text", "tallies", "killed"),
    [
        pytest.param(
            BY_REGION,
            [
                Told("killed", 29, 17, ("7(1,2)", "18", "4")),
                Told("injured", 40, 17),
                Told("killed", None, 9, ("3(1)", "11")),
                Told("killed", None, 2),
                Told("killed", 7, 6),
            ],
            2,
            id="a number of attacks is no number of dead, and lines by region without a total keep their parts",
        ),
        pytest.param(
            "Since the start of June five operations by ISIS cells in the Raqqa desert left nine soldiers, including "
            "three officers of the 17th Division, and four herders dead.",
            [Told("killed", 13, 5, ("9(3)", "4"))],
            0,
            id="groups of one list add up to the total",
        ),
        pytest.param(
            TWO_OUTCOMES,
            [
                Told("killed", 141, 96, ("15(2)", "88(6)", "37", "1")),
                Told("injured", None, 96, ("70", "25(6)")),
            ],
            0,
            id="a second outcome is a second tally, and a list goes to the outcome that announces it",
        ),
        pytest.param(
            NESTED,
            [
                Told("killed", 63, None, ("12", "44(3)", "7(1)")),
                Told("killed", 27, 8, ("20(2)", "3", "4")),
            ],
            0,
            id="parts of a region are its own",
        ),
        pytest.param(
            "It is worth noting that this is the 26th Israeli attack on Syria since the start of 2023. The attacks "
            "left 58 dead: 49 combatants, including 14 members of Hezbollah, and nine civilians, as well as the injury "
            "of 71 others.",
            [Told("killed", 58, 26, ("49(14)", "9")), Told("injured", 71, 26)],
            0,
            id="the ordinal of an attack counts the attacks",
        ),
        pytest.param(
            "In 2022 the Observatory counted 132 airstrikes on the province. They killed 75 people, 31 of whom were "
            "civilians, and wounded 120.",
            [Told("killed", 75, 132, ("31",)), Told("injured", 120, 132)],
            0,
            id="prose without a list",
        ),
        pytest.param(
            "Gunmen shot dead a teacher in Quetta on Monday. At least 1,284 people have died in attacks in Balochistan "
            "since the insurgency flared in 2021, among them 340 members of the security forces.",
            [Told("killed", 1284, None, ("340",))],
            1,
            id="a toll since a war began is no incident",
        ),
    ],
)
def test_a_statistic_is_told_whole_and_never_counted(
    nlp: Language, text: str, tallies: list[Told], killed: int
) -> None:
    report = read(nlp, text)
    assert told(report) == tallies
    assert counted(report) == killed


def test_regions_and_months_are_tallies_within_the_whole(nlp: Language) -> None:
    whole, injured, *regions = read(nlp, BY_REGION).tallies
    assert (whole.since, whole.place_text, injured.since) == ("mid-May", "Hama", "mid-May")
    assert [(t.parent, t.place_text) for t in regions] == [
        (whole.id, "Kafr Zita"),
        (whole.id, "Morek"),
        (whole.id, "Al-Latamneh"),
    ]


def test_parts_that_are_only_some_of_the_total_are_no_finding(nlp: Language) -> None:
    report = read(nlp, "Mines have killed 90 people since January, including 20 children and 11 women.")
    assert [t.total.best for t in report.tallies if t.total] == [90]
    assert report.findings == []


def test_parts_that_should_be_the_whole_and_are_not_are_a_finding(nlp: Language) -> None:
    report = read(nlp, NESTED.replace("Seven civilians", "Six civilians"))
    assert [(f.code, f.expected, f.found) for f in report.findings] == [("parts_do_not_add_up", 63, 62)]


def test_lines_of_another_outcome_are_not_added_to_the_total(nlp: Language) -> None:
    report = read(
        nlp,
        "The number of strikes on the town since early May has risen to five. They left nine people dead and 12 others "
        "injured:\n\n• May: Two strikes left four people dead and seven others injured.\n\n"
        "• June: Three strikes left five people dead and five others injured.",
    )
    assert [t.total.best for t in report.tallies if t.total] == [9, 12, 4, 7, 5, 5]
    assert report.findings == []


def test_a_total_that_is_a_sum_may_disagree_with_its_regions(nlp: Language) -> None:
    report = read(
        nlp,
        "The number of strikes since early May has risen to five. These strikes left four civilians and six fighters "
        "dead. Here is a monthly distribution of the strikes:\n\n• May: Two strikes left four people dead.\n\n"
        "• June: Three strikes left five people dead.",
    )
    assert [(f.code, f.expected, f.found) for f in report.findings] == [("regions_do_not_add_up", 10, 9)]


@pytest.mark.parametrize(
    ("text", "since", "until"),
    [
        ("The number has reached 31 since early 2023.", "early 2023", None),
        ("Since the start of the escalation, 25 civilians were killed.", "the start of the escalation", None),
        ("From November 2011 until May 2023 they killed 199 people.", "November 2011", "May 2023"),
        ("Between 6 and 10 March 803 people were killed.", "6", "10 March"),
        ("In September 2024 the group documented 188 deaths.", "September 2024", "September 2024"),
        ("In the past 20 days, 14 attacks left 52 soldiers dead.", "the past 20 days", "the past 20 days"),
        ("Two soldiers were killed near the road.", None, None),
    ],
)
def test_the_words_of_a_period(text: str, since: str | None, until: str | None) -> None:
    period = period_of(text)
    assert (period.since, period.until) == (since, until)


@pytest.mark.parametrize(("label", "since"), [("January", "January"), ("June 2022", "June 2022"), ("Homs", None)])
def test_a_month_may_label_a_line(label: str, since: str | None) -> None:
    assert period_label(label).since == since

"""docs/exports.md: its examples run, and its table of numbers is what the exports give."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from conflict_events.exports import TARGETS, load_codebook
from conflict_events.exports.airwars import casualty_range
from conflict_events.exports.counting import count_all
from conflict_events.schema import Casualty, Mention, Quantity

DOC = (Path(__file__).parent.parent / "docs" / "exports.md").read_text(encoding="utf-8")


def casualty(words: str, outcome: str = "killed", **quantity: object) -> Casualty:
    mention = Mention(start=0, end=len(words), text=words)
    return Casualty(outcome=outcome, quantity=Quantity(**quantity), mention=mention)  # type: ignore[arg-type]


SAID = {
    "five": casualty("five", low=5, best=5, high=5, modifier="exact"),
    "at least nine": casualty("at least nine", low=9, best=9, modifier="at_least"),
    "up to ten": casualty("up to ten", best=10, high=10, modifier="at_most"),
    "between 10 and 15": casualty("between 10 and 15", low=10, high=15, modifier="range"),
    "several": casualty("several", low=3, modifier="vague"),
    "dozens": casualty("dozens", low=24, modifier="vague"),
    '"were killed", no number': casualty("", modifier="none"),
    '"20 casualties"': casualty("20", "killed_or_injured", low=20, best=20, high=20, modifier="exact"),
}


def table() -> list[list[str]]:
    part = DOC.split("## How numbers are coded")[1].split("\n\n")[1]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in part.splitlines()[2:]]


@pytest.mark.parametrize("line", table(), ids=lambda line: line[0])
def test_numbers_are_coded_as_the_page_says(line: list[str]) -> None:
    said, acled, ged, gtd, airwars = line
    casualties = [SAID[said]]
    best = count_all(casualties, "killed", load_codebook("acled"), "Battles").best
    assert acled.startswith(str(best))
    counted = count_all(casualties, "killed", load_codebook("ged"), "Battles")
    high = max(counted.best or 0, counted.high or 0)
    assert ged == ("no event" if not high else f"{counted.best} ({counted.low}–{high})")
    blank = count_all(casualties, "killed", load_codebook("gtd"), "Battles").best
    assert gtd == ("blank" if blank is None else str(blank))
    low, most = casualty_range(count_all(casualties, "killed", load_codebook("airwars"), "Battles"))
    assert airwars == f"{'' if low is None else low}–{'' if most is None else most}"


def test_every_said_number_is_on_the_page() -> None:
    assert [line[0] for line in table()] == list(SAID)


def test_every_export_and_option_is_on_the_page() -> None:
    assert all(f"`{target}`" in DOC for target in TARGETS)
    assert all(f"`{option}`" in DOC for option in load_codebook("acled").options)


def test_the_codebook_on_the_page_can_be_used(tmp_path: Path) -> None:
    (example,) = re.findall(r"```toml\n(.*?)```", DOC, re.DOTALL)
    assert example.startswith('extends = "acled"')
    own = tmp_path / "strict.toml"
    own.write_text(example, encoding="utf-8")
    assert load_codebook("acled", own).coded.certainties == ["asserted"]


def test_the_python_on_the_page_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (example,) = re.findall(r"```python\n(.*?)```", DOC, re.DOTALL)
    monkeypatch.chdir(tmp_path)
    exec(compile(example, "docs/exports.md", "exec"), {})

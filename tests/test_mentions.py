"""Who was harmed, as single sentences say it: every mention with its outcome and number (people, ``None`` where open).

Each sentence is of the writer's own making and stands for a construction; how mentions stand to each other is not asked
here (``test_links.py``).
"""

from __future__ import annotations

from functools import cache

import pytest
import spacy
from spacy.language import Language

from conflict_events import models
from conflict_events.casualties.lexicon import Lexicon, package_tables
from conflict_events.casualties.mentions.harm_phrases import read_phrases
from conflict_events.casualties.mentions.reader import CasualtyMention, MentionReader

Told = list[tuple[str, int | None]]

BY_PHRASE: list[tuple[str, Told]] = [
    ("The blast sent ten shoppers to hospital. Two others did not survive.", [("injured", 10), ("killed", 2)]),
    ("One of the miners did not make it.", [("killed", 1)]),
    ("A guard was blown to pieces by the mine.", [("killed", 1)]),
    ("Three brothers were riddled with bullets in their van.", [("killed", 3)]),
    ("Two women were cut by flying glass.", [("injured", 2)]),
    ("Four nurses were killed and a doctor was left fighting for her life.", [("killed", 4), ("injured", 1)]),
    ("A clerk accidentally shot himself in the foot.", [("injured", 1)]),
    ("Gunmen led eleven villagers away.", [("captured", 11)]),
    ("The raiders made off with four passengers.", [("captured", 4)]),
    ("Two deserters were shot and six gave themselves up.", [("injured", 2), ("captured", 6)]),
    ("Five men have been taken into custody.", [("arrested", 5)]),
    ("Twelve sailors were taken prisoner.", [("captured", 12)]),
]
BY_WOUNDS: list[tuple[str, Told]] = [
    ("Medics found four males suffering from gunshot wounds.", [("injured", 4)]),
    ("Three other victims showed up at a clinic with stab wounds.", [("injured", 3)]),
    ("Two drivers escaped with minor injuries.", [("injured", 2)]),
    ("Seven pupils died and two more suffered shrapnel wounds.", [("killed", 7), ("injured", 2)]),
    ("Four people died; two more are in critical condition.", [("killed", 4), ("injured", 2)]),
    ("Three victims are listed in stable condition.", [("injured", 3)]),
    ("Two men were found dead with bullet wounds.", [("killed", 2)]),
    ("Nine miners are still receiving treatment.", [("injured", 9)]),
    ("Six girls were taken to a trauma center.", [("injured", 6)]),
    ("Six girls were taken to a community center.", []),
]
BY_HITTING: list[tuple[str, Told]] = [
    ("A sniper shot a baker at the bridge.", [("injured", 1)]),
    ("Four men were shot at a club on Sunday.", [("injured", 4)]),
    ("Two officers were shot at by men in a car.", []),
    ("Five guests were struck when shots were fired.", [("injured", 5)]),
    ("Four buildings were struck when shells fell.", []),
    ("Three dancers were hit at least once.", [("injured", 3)]),
    ("Police opened fire, hitting two.", [("injured", 2)]),
    ("Four friends were sprayed with gunfire.", [("injured", 4)]),
]
LISTS: list[tuple[str, Told]] = [
    ("Six farmers, two of them women, and one guard were wounded.", [("injured", 6), ("injured", 1)]),
    (
        "The raid left six people, including one nun and two boys dead, and 40 others hurt.",
        [("killed", 6), ("injured", 40)],
    ),
    ("Two rangers were found dead and a third wounded.", [("killed", 2), ("injured", 1)]),
    ("Three of the cell were killed.", [("killed", 3)]),
    ("Two of them, ages 19 and 22, were pronounced dead.", [("killed", 2)]),
    ("Five traders had their throats slit.", [("killed", 5)]),
    ("The headmaster was among those killed.", [("killed", None)]),
    ("An officer was shot dead and his partner seriously hurt.", [("killed", 1), ("injured", None)]),
    ("In new unrest in Manipur nine people, a girl among them, were killed.", [("killed", 9)]),
    ("Fourteen guests were killed, nine children among them.", [("killed", 14)]),
    ("Among the killed were two cooks and one waiter.", [("killed", 2), ("killed", 1)]),
    ("Hadi was wounded last night, and so were two other rangers.", [("injured", None), ("injured", 2)]),
    ("Raiders killed nine members of the guard in Kano, and seven in Jos.", [("killed", 9), ("killed", 7)]),
    ("Reports put the wounded at 15.", [("injured", 15)]),
    ("Gunmen cut off the heads of two monks.", [("killed", 2)]),
    ("Six sailors died in that clash, and an unknown ranger.", [("killed", 6), ("killed", 1)]),
    ("A gunman shot and killed two clerks before being wounded himself.", [("killed", 2), ("injured", 1)]),
    ("Fourteen civilians, one a volunteer, were killed.", [("killed", 14)]),
    ("Five farmers, a girl among them, were the victims of extrajudicial killings.", [("killed", 5)]),
    ("The volunteer, Omar Ali, and his wife were wounded.", [("injured", None), ("injured", None)]),
    ("The deaths now number three.", [("killed", 3)]),
    ("A boy is dead and another is clinging to life.", [("killed", 1), ("injured", None)]),
]
REFUSED: list[tuple[str, Told]] = [
    ("The bodies of two women were found in a yard with gunshot wounds.", [("killed", 2)]),
    ("At least 14 people were killed, among them four children, and 19 injured.", [("killed", 14), ("injured", 19)]),
    ("Seven sailors died and 39 others were rescued.", [("killed", 7)]),
    ("Three boys were wounded, a boy of 15 among them.", [("injured", 3)]),
]


@cache
def pipeline() -> Language:
    nlp = spacy.load(models.resolve(None))
    for name in ("casualties", "events", "tallies", "findings"):
        nlp.disable_pipe(name)
    return nlp


@cache
def lexicon() -> Lexicon:
    return Lexicon.from_tables(package_tables())


def mentions(text: str) -> list[CasualtyMention]:
    return MentionReader(pipeline()(text), lexicon()).read()


def told(text: str) -> Told:
    return [(m.outcome, None if m.group.quantity is None else m.group.quantity["best"]) for m in mentions(text)]


@pytest.mark.parametrize(("text", "expected"), [*BY_PHRASE, *BY_WOUNDS, *BY_HITTING, *LISTS, *REFUSED])
def test_mentions(text: str, expected: Told) -> None:
    assert sorted(told(text), key=str) == sorted(expected, key=str)


def test_the_latest_of_several_tolls_is_the_toll() -> None:
    found = mentions("The toll stood at fifty on Monday, at sixty the next day and is now 79.")
    assert [m.group.quantity["best"] for m in found if m.toll and m.group.quantity is not None] == [79]


def test_survivors_are_not_dead() -> None:
    assert told("Two of the crew survived.") == []


def test_ages_of_named_people_count_nobody() -> None:
    found = told("The dead are Omar Saleh, 32, his cousin Adel Saleh, 28, and Hadi Nour, 19.")
    assert all(number in (None, 1) for _, number in found)


def test_phrases_can_be_a_users_own() -> None:
    table = "verbs,with,outcome,frame,people,note\nvanished,into=custody,arrested,victim_object,subject,\n"
    assert read_phrases(table)["vanished"][0].outcome == "arrested"
    with pytest.raises(ValueError, match="people must be"):
        read_phrases(table.replace("subject", "somebody"))

"""Annotations made by hand and by hypothesis, for tests of tables, stores and exports."""

from __future__ import annotations

import datetime as dt
from typing import Any

from hypothesis import strategies as st

from conflict_events.schema import (
    Actor,
    Annotation,
    Article,
    Bounds,
    Casualty,
    Date,
    Event,
    EventActor,
    EventLocation,
    Finding,
    Mention,
    ModelInfo,
    Place,
    Quantity,
    Tally,
    Victim,
)

TEXT = (
    "16 combatants, including at least nine members of Liwaa Al-Quds, were killed by ISIS near Al-Sokhna in Homs. "
    "Two civilians were injured with machineguns. Since January, 148 people were killed, 19 of them ISIS members."
)

SOKHNEH = Place(
    id="SY040302", name="Sokhneh", kind="settlement", admin1="Homs", country="Syria", lat=34.886, lon=38.87, score=0.9
)
ISIS = Actor(id="islamic-state", name="Islamic State", kind="jihadist", side="Islamic State", country="Syria")
QUDS = Actor(id="liwa-al-quds", name="Liwa al-Quds", kind="militia", side="regime", country="Syria")


def words(text: str) -> Mention:
    """The mention of words of TEXT."""
    start = TEXT.index(text)
    return Mention(start=start, end=start + len(text), text=text)


def exactly(number: int) -> Quantity:
    """An exact number."""
    return Quantity(low=number, best=number, high=number, modifier="exact")


def made_annotation(article_id: str = "a1", **event: Any) -> Annotation:
    """An annotation with one record of every kind; ``event`` replaces fields of its event."""
    nine = Casualty(
        outcome="killed",
        quantity=Quantity(low=9, best=9, modifier="at_least"),
        mention=words("at least nine"),
        victim=Victim(mention=words("Liwaa Al-Quds"), actor=QUDS, status="combatant"),
    )
    sixteen = Casualty(
        outcome="killed",
        quantity=exactly(16),
        mention=words("16"),
        victim=Victim(mention=words("combatants"), status="combatant"),
        perpetrator=EventActor(role="perpetrator", mention=words("ISIS"), actor=ISIS),
        includes=[nine],
    )
    injured = Casualty(
        outcome="injured",
        quantity=exactly(2),
        mention=words("Two"),
        victim=Victim(mention=words("civilians"), status="civilian", traits=["child", "woman"]),
    )
    fields: dict[str, Any] = {
        "id": f"{article_id}-e1",
        "kind": "incident",
        "event_type": "Battles",
        "sub_event_type": "Armed clash",
        "date": Date(start=dt.date(2023, 5, 2), end=dt.date(2023, 5, 2), precision="day", basis="published"),
        "actors": [
            EventActor(role="perpetrator", mention=words("ISIS"), actor=ISIS),
            EventActor(role="target", mention=words("Liwaa Al-Quds"), actor=QUDS),
        ],
        "locations": [
            EventLocation(role="near", mention=words("Al-Sokhna"), place=SOKHNEH),
            EventLocation(role="within", mention=words("Homs")),
        ],
        "weapons": [words("machineguns")],
        "casualties": [sixteen, injured],
        "fatalities": Bounds(low=16, best=16, high=16),
        "injuries": Bounds(low=2, best=2, high=2),
        "evidence": [words(TEXT.split(". ")[0] + "."), words(TEXT.split(". ")[1] + ".")],
    }
    tally = Tally(
        id=f"{article_id}-t1",
        place_text="Homs",
        since="January",
        operations=55,
        total=exactly(148),
        parts=[Casualty(outcome="killed", quantity=exactly(19), mention=words("19"))],
        evidence=[words("148 people were killed")],
    )
    finding = Finding(
        code="parts_do_not_add_up",
        message="the parts add up to 19, not 148",
        expected=148,
        found=19,
        mentions=[words("148"), words("19")],
        refs=[tally.id],
    )
    return Annotation(
        article=Article(
            id=article_id, outlet="sohr", title="=Attack, “Homs”", published=dt.date(2023, 5, 3), source="x.jsonl#1"
        ),
        events=[Event(**(fields | event))],
        tallies=[tally],
        findings=[finding],
        model=ModelInfo(name="small", version="0.0.1"),
    )


# No lone surrogates: they are replaced before an article is read.
_TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
_IDS = st.text("abcé-_1 ", min_size=1, max_size=8)
_NUMBERS = st.none() | st.integers(0, 10**12)
_DAYS = st.none() | st.dates()


@st.composite
def _mentions(draw: st.DrawFn) -> Mention:
    start = draw(st.integers(0, 10**6))
    text = draw(_TEXTS)
    return Mention(start=start, end=start + len(text), text=text)


@st.composite
def _quantities(draw: st.DrawFn) -> Quantity:
    low, best, high = sorted(draw(st.lists(st.integers(0, 10**9), min_size=3, max_size=3)))
    keep = draw(st.tuples(st.booleans(), st.booleans(), st.booleans()))
    values = [value if kept else None for value, kept in zip((low, best, high), keep, strict=True)]
    return Quantity(low=values[0], best=values[1], high=values[2], modifier=draw(st.sampled_from(["exact", "vague"])))


_ACTORS = st.builds(Actor, id=_IDS, name=_TEXTS, kind=_TEXTS, side=st.none() | _TEXTS, country=st.none() | _TEXTS)
_PLACES = st.builds(
    Place,
    id=_IDS,
    name=_TEXTS,
    kind=_TEXTS,
    admin1=st.none() | _TEXTS,
    admin2=st.none(),
    admin3=st.none(),
    country=st.none() | _TEXTS,
    lat=st.none() | st.floats(-90, 90),
    lon=st.none() | st.floats(-180, 180),
    score=st.floats(0, 1),
)
_EVENT_ACTORS = st.builds(
    EventActor,
    role=st.sampled_from(["perpetrator", "target", "party", "claimant"]),
    mention=_mentions(),
    actor=st.none() | _ACTORS,
)
_VICTIMS = st.builds(
    Victim,
    mention=_mentions(),
    actor=st.none() | _ACTORS,
    status=st.sampled_from(["civilian", "combatant", "mixed", "unknown"]),
    traits=st.lists(st.sampled_from(["child", "woman"]), max_size=2),
)


def _casualties(includes: st.SearchStrategy[list[Casualty]]) -> st.SearchStrategy[Casualty]:
    return st.builds(
        Casualty,
        outcome=st.sampled_from(["killed", "injured", "killed_or_injured", "captured"]),
        quantity=_quantities(),
        mention=st.none() | _mentions(),
        victim=st.none() | _VICTIMS,
        perpetrator=st.none() | _EVENT_ACTORS,
        includes=includes,
    )


_NESTED = _casualties(st.lists(_casualties(st.just([])), max_size=2))
_DATES = st.builds(
    Date,
    start=_DAYS,
    end=_DAYS,
    precision=st.sampled_from(["day", "month", "unknown"]),
    basis=st.sampled_from(["text", "published", "none"]),
    text=st.none() | _TEXTS,
)
_EVENTS = st.builds(
    Event,
    id=_IDS,
    kind=st.sampled_from(["incident", "update", "background"]),
    event_type=st.sampled_from([None, "Battles", "Violence against civilians"]),
    sub_event_type=st.sampled_from([None, "Armed clash", "Attack", "Suicide bomb"]),
    certainty=st.sampled_from(["asserted", "claimed", "denied", "expected"]),
    date=_DATES,
    actors=st.lists(_EVENT_ACTORS, max_size=2),
    locations=st.lists(
        st.builds(
            EventLocation,
            role=st.sampled_from(["site", "near", "within"]),
            mention=_mentions(),
            place=st.none() | _PLACES,
        ),
        max_size=2,
    ),
    weapons=st.lists(_mentions(), max_size=2),
    casualties=st.lists(_NESTED, max_size=2),
    fatalities=st.none() | st.builds(Bounds, low=_NUMBERS, best=_NUMBERS, high=_NUMBERS),
    injuries=st.none(),
    evidence=st.lists(_mentions(), max_size=2),
    score=st.none() | st.floats(0, 1),
)
_TALLIES = st.builds(
    Tally,
    id=_IDS,
    parent=st.none() | _IDS,
    place=st.none() | _PLACES,
    place_text=st.none() | _TEXTS,
    since=st.none() | _TEXTS,
    until=st.none() | _TEXTS,
    operations=_NUMBERS,
    total=st.none() | _quantities(),
    parts=st.lists(_NESTED, max_size=2),
    evidence=st.lists(_mentions(), max_size=1),
)
_FINDINGS = st.builds(
    Finding,
    code=st.sampled_from(["headline_disagrees", "parts_exceed_total"]),
    message=_TEXTS,
    expected=_NUMBERS,
    found=_NUMBERS,
    mentions=st.lists(_mentions(), max_size=2),
    refs=st.lists(_IDS, max_size=2),
)

#: Any annotation that the schema allows, with hostile words in every field of text.
annotations = st.builds(
    Annotation,
    article=st.builds(
        Article,
        id=_IDS,
        outlet=st.none() | _TEXTS,
        title=st.none() | _TEXTS,
        published=_DAYS,
        url=st.none() | _TEXTS,
        source=st.none() | _TEXTS,
        text=st.none() | _TEXTS,
    ),
    events=st.lists(_EVENTS, max_size=2),
    tallies=st.lists(_TALLIES, max_size=1),
    findings=st.lists(_FINDINGS, max_size=1),
    model=st.builds(ModelInfo, name=_TEXTS, version=_TEXTS),
)

"""The report as one HTML page that needs nothing else: no network, no other file.

Texts of articles reach the page as packed data and are put into it as text, never as markup; style and script are
allowed by their hash alone (Content-Security-Policy), so that nothing an article holds can run.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any
from urllib.parse import urlencode

from markupsafe import Markup

from conflict_events.evaluation.errors import CAUSES
from conflict_events.evaluation.measures import HEADLINES, Subject, subjects
from conflict_events.evaluation.report.charts import ChartsMissingError, charts
from conflict_events.evaluation.report.document import Run
from conflict_events.evaluation.report.payload import payload
from conflict_events.evaluation.report.terminal import number, off_words, title
from conflict_events.pages import environment, source_hash, theme
from conflict_events.show.wording import printable

MOST_CONFUSIONS = 40
# The errors that lower a figure, where they are counted under another subject.
_ERRORS_OF = {
    "casualty": "casualty",
    "victim": "casualty",
    "quantity": "casualty",
    "killed": "killed_exact",
    "injured": "injured_exact",
    "entity": "entity",
    "role": "role",
    "tally": "tally",
    "place": "place_10km",
    "first": "place_10km",
}


@dataclass(frozen=True)
class FigureTable:
    """The figures of a subject: over all cases, and by group for each dimension."""

    subject: Subject
    rows: list[dict[str, Any]]
    groups: dict[str, list[dict[str, Any]]]


def render_page(run: Run, document: Mapping[str, Any]) -> str:
    """The page of a run and its document."""
    files = resources.files("conflict_events") / "evaluation" / "report" / "templates"
    style = theme() + (files / "report.css").read_text(encoding="utf-8")
    script = (files / "report.js").read_text(encoding="utf-8")
    templates = environment("evaluation/report/templates")
    templates.filters |= {"number": number, "title_of": title, "plain": printable, "off": off_words}
    try:
        drawn, no_charts = charts(document), ""
    except ChartsMissingError as error:
        drawn, no_charts = [], str(error)
    known = {(row["subject"], row["group"]) for rows in document["causes"] for row in rows}
    figures = {row["name"]: row for row in document["figures"]}
    return templates.get_template("report.html.j2").render(
        document=document,
        provenance=document["provenance"],
        headlines=[figures[name] for name in HEADLINES if name in figures],
        sections=sections(document["figures"]),
        charts=[(chart, Markup(chart.svg)) for chart in drawn],
        no_charts=no_charts,
        confusions=_confusions(document),
        causes=CAUSES,
        curve_path=curve_path,
        subjects=subjects(),
        zip_models=lambda *sides: list(zip(*sides, strict=True)),
        error_link=lambda row, model: error_link(row, model, known),
        cause_link=lambda row, model: f"#errors?{urlencode({'model': model, **_cause(row)})}",
        payload=payload(run),
        style=Markup(style),
        script=Markup(script),
        style_hash=source_hash(style),
        script_hash=source_hash(script),
    )


def sections(figures: Sequence[dict[str, Any]]) -> dict[str, list[FigureTable]]:
    """The figures by section of the report."""
    found: dict[str, list[FigureTable]] = {}
    for subject in subjects().values():
        rows = [row for row in figures if row["subject"] == subject.subject]
        if not rows:
            continue
        groups: dict[str, list[dict[str, Any]]] = {}
        for row in rows:
            if row["dimension"]:
                groups.setdefault(row["dimension"], []).append(row)
        table = FigureTable(subject, [row for row in rows if not row["dimension"]], groups)
        found.setdefault(subject.section, []).append(table)
    return found


def error_link(row: Mapping[str, Any], model: int, known: set[tuple[str, str]]) -> str | None:
    """Where the errors behind a figure are on the page; ``None`` where there are none."""
    subject = row["subject"]
    if not any(subject == name for name, _ in known):
        subject = _ERRORS_OF.get(subject.split("_")[0], "event_type" if "event_type" in subject else "event")
        if subject.endswith("_exact") and not any(subject == name for name, _ in known):
            subject = "casualty"
    wanted = {"model": str(model), "subject": subject}
    if row["dimension"] == "outlet":
        wanted["outlet"] = row["value"]
    elif row["dimension"] in ("label", "outcome", "role", "kind", "event_type"):
        wanted["group"] = row["value"]
    if not any(name == subject and wanted.get("group", group) == group for name, group in known):
        return None
    return f"#errors?{urlencode(wanted)}"


def _cause(row: Mapping[str, Any]) -> dict[str, str]:
    return {name: row[name] for name in ("subject", "cause", "group") if row[name]}


def _confusions(document: Mapping[str, Any]) -> list[tuple[str, str, list[str], dict[tuple[str, str], int]]]:
    """Confusion tables: heading, model, names of rows and columns, cases."""
    found = []
    for about, heading in (("label_confusion", "Labels"), ("type_confusion", "Sub-event types")):
        for model, rows in zip(document["models"], document[about], strict=True):
            cells = {(row["gold"], row["read"]): row["cases"] for row in rows}
            if cells and len({name for pair in cells for name in pair}) <= MOST_CONFUSIONS:
                found.append((heading, model, sorted({name for pair in cells for name in pair}), cells))
    return found


def curve_path(curve: Sequence[Mapping[str, Any]]) -> str:
    """The risk–coverage curve as a path of SVG, in a square of 100 × 100 with the share right upwards."""
    return "".join(
        f"{'L' if at else 'M'}{100 * one['share']:.1f} {100 - 100 * one['right']:.1f}" for at, one in enumerate(curve)
    )

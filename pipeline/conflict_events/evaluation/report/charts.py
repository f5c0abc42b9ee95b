"""The pictures, as SVG that stands in the page: altair draws them, its Rust renderer writes them, no browser needed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from conflict_events.evaluation.quantities import size_classes
from conflict_events.evaluation.report.document import distance_classes

if TYPE_CHECKING:
    import altair as alt

WIDTH = 420
# Okabe and Ito's colours, which people with colour-blindness tell apart.
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9")
MOST_OUTLETS = 20


class ChartsMissingError(ImportError):
    """The libraries that draw are not installed."""


@dataclass(frozen=True)
class Chart:
    """A picture: ``svg`` with title and description, and its numbers as a table for who cannot see it."""

    id: str
    title: str
    description: str
    svg: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def charts(document: Mapping[str, Any]) -> list[Chart]:
    """All pictures that the document has numbers for. Raises ChartsMissingError without altair."""
    try:
        import altair  # noqa: F401
        import vl_convert  # noqa: F401
    except ImportError as error:
        raise ChartsMissingError("pictures need: pip install 'conflict-events[reports]'") from error
    drawn = [
        _groups(document, "entity", "f1", "label", "f1-label", "Entities: F1 by label"),
        _groups(document, "entity", "f1", "part", "f1-part", "Entities: F1 by part of the corpus"),
        _groups(document, "entity", "f1", "outlet", "f1-outlet", "Entities: F1 by outlet"),
        _groups(document, "casualty", "f1", "outcome", "casualty-outcome", "Casualties: F1 by outcome"),
        _counts(document, "killed"),
        _counts(document, "injured"),
        _groups(document, "killed_exact", "", "size", "killed-size", "Killed: exact match by coded number"),
        _groups(document, "injured_exact", "", "size", "injured-size", "Injured: exact match by coded number"),
        _groups(document, "quantity_mean_error", "", "size", "error-size", "Mean absolute error by size of count"),
        _distances(document),
        *_calibration(document),
        _curve(document),
    ]
    return [chart for chart in drawn if chart is not None]


def _groups(
    document: Mapping[str, Any], subject: str, measure: str, dimension: str, chart: str, title: str
) -> Chart | None:
    """A dot and an interval for each group and model."""
    import altair as alt

    rows = [
        {"group": row["value"], "model": model, "cases": values["cases"], **_limits(values)}
        for row in document["figures"]
        if (row["subject"], row["measure"], row["dimension"]) == (subject, measure, dimension)
        for model, values in zip(document["models"], row["models"], strict=True)
        if values is not None and values["value"] is not None
    ]
    if not rows:
        return None
    if dimension == "outlet":
        most = sorted({(-row["cases"], row["group"]) for row in rows})[:MOST_OUTLETS]
        rows = [row for row in rows if (-row["cases"], row["group"]) in most]
    groups = {row["group"] for row in rows}
    order = [name for name in size_classes() if name in groups] if dimension == "size" else sorted(groups)
    share = all(0 <= row["high"] <= 1 for row in rows)
    scale = alt.Scale(domain=[0, 1]) if share else alt.Scale(zero=True)
    base = alt.Chart(_data(rows)).encode(
        y=alt.Y("group:N", sort=order, title=None),
        yOffset=alt.YOffset("model:N"),
        color=alt.Color("model:N", scale=alt.Scale(range=list(COLOURS)), legend=_legend(document)),
    )
    intervals = base.mark_rule(strokeWidth=2).encode(x=alt.X("low:Q", scale=scale, title=None), x2="high:Q")
    dots = base.mark_point(filled=True, size=70, opacity=1).encode(x=alt.X("value:Q", scale=scale))
    drawing = (intervals + dots).properties(width=WIDTH, height=alt.Step(22 if len(document["models"]) == 1 else 14))
    description = f"{title}; a dot for each group with its 95% interval, {len(groups)} groups."
    table = [
        (str(row["group"]), row["model"], str(row["cases"]), *(f"{row[name]:.3f}" for name in ("value", "low", "high")))
        for row in sorted(rows, key=lambda row: (order.index(row["group"]), row["model"]))
    ]
    return _chart(chart, title, description, drawing, (dimension, "model", "cases", "figure", "low", "high"), table)


def _limits(values: Mapping[str, Any]) -> dict[str, float]:
    value = values["value"]
    low, high = values["low"], values["high"]
    return {"value": value, "low": value if low is None else low, "high": value if high is None else high}


def _counts(document: Mapping[str, Any], outcome: str) -> Chart | None:
    """Read against coded counts, on a scale that holds both 0 and thousands."""
    import altair as alt

    rows = [
        {"model": model, "coded": row["coded"], "read": row["read"], "articles": row["articles"]}
        for model, points in zip(document["models"], document["counts"], strict=True)
        for row in points
        if row["outcome"] == outcome and row["read"] is not None
    ]
    if not rows:
        return None
    most = max(max(row["coded"], row["read"]) for row in rows) or 1
    scale = alt.Scale(type="symlog", domain=[0, most], nice=False)
    ticks = [value for value in (0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 5000, 10000) if value <= most]
    axis = alt.Axis(values=ticks)
    line = alt.Chart(_data([{"at": 0}, {"at": most}])).mark_line(color="#888", strokeDash=[4, 4])
    diagonal = line.encode(x=alt.X("at:Q", scale=scale), y=alt.Y("at:Q", scale=scale))
    dots = (
        alt.Chart(_data(rows))
        .mark_circle(opacity=0.55)
        .encode(
            x=alt.X("coded:Q", scale=scale, axis=axis, title=f"{outcome}, coded"),
            y=alt.Y("read:Q", scale=scale, axis=axis, title=f"{outcome}, read"),
            size=alt.Size("articles:Q", scale=alt.Scale(type="sqrt", range=[20, 700]), title="articles"),
            color=alt.Color("model:N", scale=alt.Scale(range=list(COLOURS)), legend=_legend(document)),
        )
    )
    drawing = (diagonal + dots).properties(width=WIDTH - 60, height=WIDTH - 60)
    right = sum(row["articles"] for row in rows if row["coded"] == row["read"])
    total = sum(row["articles"] for row in rows)
    title = f"{outcome.capitalize()}: read against coded"
    description = f"{title}; the line is where both agree: {right} of {total} articles lie on it."
    table = [
        (row["model"], str(row["coded"]), str(row["read"]), str(row["articles"]))
        for row in sorted(rows, key=lambda row: (row["model"], -abs(row["coded"] - row["read"]), row["coded"]))
        if row["coded"] != row["read"]
    ]
    return _chart(f"counts-{outcome}", title, description, drawing, ("model", "coded", "read", "articles"), table)


def _distances(document: Mapping[str, Any]) -> Chart | None:
    import altair as alt

    rows = [
        {"model": model, **row}
        for model, found in zip(document["models"], document["distances"], strict=True)
        for row in found
    ]
    if not rows:
        return None
    drawing = (
        alt.Chart(_data(rows))
        .mark_bar()
        .encode(
            y=alt.Y("class:N", sort=distance_classes(), title=None),
            x=alt.X("articles:Q", title="articles"),
            yOffset=alt.YOffset("model:N"),
            color=alt.Color("model:N", scale=alt.Scale(range=list(COLOURS)), legend=_legend(document)),
        )
        .properties(width=WIDTH, height=alt.Step(22 if len(document["models"]) == 1 else 14))
    )
    title = "Distance of the nearest place from the coded point"
    description = f"{title}; bars for each class of distance; {sum(row['articles'] for row in rows)} articles in all."
    table = [(row["class"], row["model"], str(row["articles"])) for row in rows]
    return _chart("distances", title, description, drawing, ("distance", "model", "articles"), table)


def _calibration(document: Mapping[str, Any]) -> Iterable[Chart]:
    import altair as alt

    for name in sorted({name for one in document["calibration"] for name in one}):
        rows = [
            {"model": model, "score": one["score"], "right": one["right"], "cases": one["cases"]}
            for model, found in zip(document["models"], document["calibration"], strict=True)
            for one in found.get(name, {"bins": []})["bins"]
        ]
        unit = alt.Scale(domain=[0, 1])
        line = alt.Chart(_data([{"at": 0}, {"at": 1}])).mark_line(color="#888", strokeDash=[4, 4])
        dots = (
            alt.Chart(_data(rows))
            .mark_line(point=True)
            .encode(
                x=alt.X("score:Q", scale=unit, title="score"),
                y=alt.Y("right:Q", scale=unit, title="share right"),
                color=alt.Color("model:N", scale=alt.Scale(range=list(COLOURS)), legend=_legend(document)),
            )
        )
        drawing = (line.encode(x=alt.X("at:Q", scale=unit), y=alt.Y("at:Q", scale=unit)) + dots).properties(
            width=WIDTH - 120, height=WIDTH - 120
        )
        title = f"Scores of {name}: share right by score"
        description = f"{title}; on the line, a score means what it says."
        table = [(row["model"], f"{row['score']:.3f}", f"{row['right']:.3f}", str(row["cases"])) for row in rows]
        yield _chart(f"calibration-{name}", title, description, drawing, ("model", "score", "right", "cases"), table)


def _curve(document: Mapping[str, Any]) -> Chart | None:
    import altair as alt

    rows = [{**row, "series": f"{row['label']}, {row['part']}"} for row in document["learning_curve"]]
    if not rows:
        return None
    drawing = (
        alt.Chart(_data(rows))
        .mark_line(point=True)
        .encode(
            x=alt.X("articles:Q", title="training articles"),
            y=alt.Y("f1:Q", scale=alt.Scale(domain=[0, 1]), title="F1"),
            color=alt.Color("label:N", scale=alt.Scale(range=list(COLOURS))),
            strokeDash=alt.StrokeDash("part:N"),
            detail="series:N",
        )
        .properties(width=WIDTH, height=WIDTH * 2 // 3)
    )
    title = "Learning curve: F1 by number of training articles"
    table = [
        (str(row["articles"]), str(row["words"]), row["part"], row["label"], f"{row['f1']:.3f}", str(row["labelled"]))
        for row in rows
    ]
    columns = ("articles", "words", "part", "label", "F1", "cases")
    return _chart("learning-curve", title, f"{title}, by label and part.", drawing, columns, table)


def _data(rows: Sequence[Mapping[str, Any]]) -> Any:
    import altair as alt

    inline: Any = alt.Data  # has no types
    return inline(values=list(rows))


def _legend(document: Mapping[str, Any]) -> alt.Legend | None:
    import altair as alt

    return None if len(document["models"]) == 1 else alt.Legend(orient="bottom", title=None)


def _chart(
    name: str,
    title: str,
    description: str,
    drawing: alt.LayerChart | alt.Chart,
    columns: Sequence[str],
    rows: Iterable[Sequence[str]],
) -> Chart:
    import vl_convert

    styled = drawing.configure(font="sans-serif").configure_view(stroke=None).configure_axis(gridColor="#e4e4e4")
    svg = vl_convert.vegalite_to_svg(styled.to_json())
    return Chart(
        name, title, description, accessible(svg, name, title, description), tuple(columns), tuple(map(tuple, rows))
    )


def accessible(svg: str, name: str, title: str, description: str) -> str:
    """The SVG with title and description, ids of its own (a page holds several), and a size that follows the page."""
    start = svg.index("<svg")
    head_end = svg.index(">", start)
    head, rest = svg[start:head_end], svg[head_end + 1 :]
    rest = re.sub(r'\bid="([^"]+)"', rf'id="{name}-\1"', rest)
    rest = re.sub(r"url\(#([^)]+)\)", rf"url(#{name}-\1)", rest)
    rest = re.sub(r' (?:aria-[a-z]+|role)="[^"]*"', "", rest)
    head = re.sub(r' (?:role|aria-[a-z]+|class)="[^"]*"', "", head)
    labels = f'role="img" aria-labelledby="{name}-title {name}-desc"'
    text = f'<title id="{name}-title">{escape(title)}</title><desc id="{name}-desc">{escape(description)}</desc>'
    return f"{head} {labels}>{text}{rest}"

"""The charts of a report: Vega-Lite specifications, drawn to SVG that needs no script.

Each is drawn twice, for wide and for narrow screens. A bar is a link to its rows and says its number to a screen reader
and under the pointer; the page shows the same numbers in a table below.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from html import escape
from typing import Any

import msgspec

from comity.audit.results.ground import LawChange
from comity.audit.results.links import rows_link
from comity.audit.results.rulings import STATUSES
from comity.audit.results.summary import NOT_SHOWN, ActionCount, HolderCount, MissingFact, MonthCount
from comity.audit.verdicts import VERDICTS
from comity.statuslook import VERDICT_LOOKS
from comity.words import counted

WIDE, NARROW = 760, 330

HOLDERS_CHARTED = 15

LETTER = 7.4
"""The room that a letter of a label takes, in pixels: fonts differ from reader to reader."""

LABEL = 0.85
"""The part of its room that a label may take."""

AROUND = 125
"""What a chart needs beside its bars, in pixels: the axis, and the margins."""

DAYS_OF_MONTH = 30.4
THICK_BAR = 6
"""Bars of so many pixels or fewer have no edges, which would hide them."""

FEW = 8
"""More changes of law than these are marked by thinner lines."""

_BASE = "https://rows.invalid/"
"""The address before the links of a specification: the drawing program makes every address a whole one."""


class Chart(msgspec.Struct, frozen=True):
    """A chart drawn for wide and for narrow screens, as SVG text."""

    wide: str
    narrow: str


class Span(msgspec.Struct, frozen=True):
    """The months that a chart shows, from the first day of the first to the first day of the last."""

    first: date
    last: date

    @property
    def month(self) -> int:
        """The first month, counted from the year 0."""
        return self.first.year * 12 + self.first.month - 1

    @property
    def months(self) -> int:
        """How many months there are."""
        return self.last.year * 12 + self.last.month - self.month

    def plot(self, width: int) -> int:
        """About so many pixels of a chart's width are the months'."""
        return width - AROUND

    def ticks(self, width: int) -> list[dict[str, Any]]:
        """The first days of months, evenly spaced, so many as fit."""
        months = range(0, self.months, max(1, -(-self.months // (width // 75))))
        return [
            {"year": (self.month + at) // 12, "month": (self.month + at) % 12 + 1, "date": 1, "utc": True}
            for at in months
        ]


def law_marks(days: Sequence[date], span: Span, width: int) -> list[dict[str, str]]:
    """Where to write which numbers of changes of law: those too near to be told apart share one (`law 3–9`)."""
    groups: list[tuple[int, int]] = []
    pixels = span.plot(width) / max(1, span.months)
    for number, day in enumerate(days):
        first = days[groups[-1][0]] if groups else None
        if first is not None and (day - first).days / DAYS_OF_MONTH * pixels < LETTER * len("law 10–19"):
            groups[-1] = (groups[-1][0], number)
        else:
            groups.append((number, number))
    return [
        {"day": days[start].isoformat(), "mark": f"law {start + 1}" + (f"–{end + 1}" if end > start else "")}
        for start, end in groups
    ]


def months_chart(months: Sequence[MonthCount], changes: Sequence[LawChange], action: str) -> Chart:
    """Rows by month and status, with the days on which the law of an agency of the log changed."""
    values = [
        {
            "month": f"{month.month}-01",
            "status": status,
            "place": _place(status, STATUSES),
            "rows": rows,
            "href": _BASE + rows_link(action=action, status=status, month=month.month),
            "says": f"{month.month}: {counted(rows, 'row')}, {status}",
        }
        for month in months
        if month.month != NOT_SHOWN
        for status, rows in month.statuses.items()
    ]
    days = sorted({date.fromisoformat(str(value["month"])) for value in values})
    span = Span(days[0], days[-1]) if days else None

    def layers(width: int) -> dict[str, Any]:
        bars = _month_bars(values, span, width)
        return {"layer": [bars, *_law_lines(changes, span, width)]} if changes and span else bars

    return _drawn(layers, f"Rows that ask {action}, by month and by what the law of the day said", 220)


def _month_bars(values: Sequence[dict[str, Any]], span: Span | None, width: int) -> dict[str, Any]:
    """The layer of bars; their edges are left out where it is narrow."""
    return {
        "data": {"values": values},
        "mark": {
            "type": "bar",
            "stroke": "var(--paper)",
            "strokeWidth": 1 if span and span.plot(width) / span.months > THICK_BAR else 0,
        },
        "encoding": {
            "x": {
                "timeUnit": "utcyearmonth",
                "field": "month",
                "type": "temporal",
                "title": None,
                "axis": {
                    "format": "%b %Y",
                    "labelAlign": "left",
                    "labelOverlap": True,
                    "values": span.ticks(width) if span else [],
                },
            },
            "y": {"field": "rows", "type": "quantitative", "title": "rows", "stack": "zero"},
            "order": {"field": "place"},
            **_coloured("status", values),
        },
    }


def _law_lines(changes: Sequence[LawChange], span: Span, width: int) -> list[dict[str, Any]]:
    """The layers of lines at the days on which law changed, and of their numbers."""
    x = {"field": "day", "type": "temporal"}
    told = [{"day": change.day.isoformat(), "says": f"{change.day}: {'; '.join(change.cites)}"} for change in changes]
    thickness = 1.5 if len(told) <= FEW else 1
    return [
        {
            "data": {"values": told},
            "mark": {"type": "rule", "strokeDash": [4, 3], "strokeWidth": thickness, "color": "#777"},
            "encoding": {"x": x, "description": {"field": "says"}},
        },
        {
            "data": {"values": law_marks([change.day for change in changes], span, width)},
            "mark": {"type": "text", "align": "left", "dx": -2, "dy": -3, "baseline": "bottom"},
            "encoding": {"x": x, "text": {"field": "mark"}, "y": {"value": 0}},
        },
    ]


def holders_chart(holders: Sequence[HolderCount], action: str) -> Chart:
    """The holders with the most rows that ask the action, by what the law said."""
    ranked = [(holder, [each for each in holder.findings if each.action == action]) for holder in holders]
    ranked = sorted(
        ((holder, found) for holder, found in ranked if found),
        key=lambda pair: -sum(each.rows for each in pair[1]),
    )[:HOLDERS_CHARTED]
    values: list[dict[str, Any]] = []
    for holder, found in ranked:
        rows: dict[str, int] = {}
        for finding in found:
            rows[finding.status] = rows.get(finding.status, 0) + finding.rows
        values += [
            {
                "holder": holder.holder or NOT_SHOWN,
                "status": status,
                "place": _place(status, STATUSES),
                "rows": number,
                "href": _BASE + rows_link(action=action, holder=holder.holder, status=status),
                "says": f"{holder.holder or NOT_SHOWN}: {counted(number, 'row')}, {status}",
            }
            for status, number in rows.items()
        ]
    order = list(dict.fromkeys(str(value["holder"]) for value in values))
    return _ranking(values, "holder", "status", order, f"Agencies with the most rows that ask {action}")


def verdicts_chart(actions: Sequence[ActionCount]) -> Chart:
    """The verdicts on each action."""
    values = [
        {
            "action": action.action,
            "verdict": verdict,
            "place": _place(verdict, VERDICTS),
            "rows": rows,
            "href": _BASE + rows_link(action=action.action, verdict=verdict),
            "says": f"{action.action}: {counted(rows, 'row')}, {verdict}",
        }
        for action in actions
        for verdict, rows in action.verdicts.items()
    ]
    order = [action.action for action in actions]
    return _ranking(values, "action", "verdict", order, "The law beside the record, by action")


def missing_chart(missing: Sequence[MissingFact]) -> Chart:
    """The facts on which most findings turn."""
    values = [
        {
            "fact": fact.fact,
            "status": "depends",
            "place": 0,
            "rows": fact.findings,
            "href": _BASE + rows_link(missing=fact.fact),
            "says": f"{fact.fact}: {counted(fact.findings, 'finding turns', 'findings turn')} on it",
        }
        for fact in missing[:HOLDERS_CHARTED]
    ]
    order = [fact.fact for fact in missing]
    return _ranking(values, "fact", "status", order, "Facts that no column tells, by findings that turn on them", False)


def _place(name: str, order: Sequence[str] | dict[Any, str]) -> int:
    names = list(order)
    return names.index(name) if name in names else len(names)


def _coloured(by: str, values: Sequence[dict[str, Any]], legend: bool = True) -> dict[str, Any]:
    names = [name for _, name in sorted({(value["place"], value[by]) for value in values})]
    scale = {"domain": names, "range": [f"var(--{VERDICT_LOOKS.get(name, name)}-bar)" for name in names]}
    keys = {"orient": "top", "title": None, "columns": 3, "labelLimit": 300} if legend else None
    return {
        "color": {"field": by, "type": "nominal", "scale": scale, "legend": keys},
        "href": {"field": "href"},
        "description": {"field": "says"},
    }


def _ranking(
    values: Sequence[dict[str, Any]], down: str, by: str, order: Sequence[str], says: str, legend: bool = True
) -> Chart:
    totals: dict[str, int] = {}
    for value in values:
        totals[value[down]] = totals.get(value[down], 0) + value["rows"]
    ends = [{down: name, "rows": rows, "label": f"{rows:,}"} for name, rows in totals.items()]
    longest = max((len(name) for name in totals), default=0)

    def layers(width: int) -> dict[str, Any]:
        bare = {"ticks": False, "domain": False}
        room = min(LETTER * longest / LABEL, 280 if width == WIDE else 150)
        axis = {"minExtent": room, "maxExtent": room, "labelLimit": room * LABEL, "title": None, **bare}
        rows = {"field": "rows", "type": "quantitative", "title": "rows"}
        return {
            "encoding": {
                "y": {"field": down, "type": "nominal", "sort": list(order), "axis": {**axis, "domain": False}}
            },
            "layer": [
                {
                    "data": {"values": values},
                    "mark": {"type": "bar", "stroke": "var(--paper)", "strokeWidth": 1},
                    "encoding": {
                        "x": {**rows, "stack": "zero", "axis": {"tickCount": width // 130}},
                        "order": {"field": "place"},
                        **_coloured(by, values, legend),
                    },
                },
                {
                    "data": {"values": ends},
                    "mark": {"type": "text", "align": "left", "dx": 4, "aria": False},
                    "encoding": {"x": rows, "text": {"field": "label"}},
                },
            ],
        }

    return _drawn(layers, says, 26 * max(1, len(totals)))


_CONFIG: dict[str, Any] = {
    "background": None,
    "font": "system-ui, sans-serif",
    "view": {"stroke": None},
    "axis": {"labelFontSize": 12, "titleFontSize": 12, "titleFontWeight": "normal", "gridOpacity": 0.5},
    "legend": {"labelFontSize": 12, "symbolType": "square"},
    "text": {"fontSize": 12},
}


def _drawn(spec: Any, says: str, height: int) -> Chart:
    return Chart(*(_svg({**spec(width), "width": width}, says, height) for width in (WIDE, NARROW)))


def unlinked(chart: Chart) -> Chart:
    """The chart without links, for a page that holds no rows."""
    return Chart(*(re.sub(r"</?a\b[^>]*>", "", svg) for svg in (chart.wide, chart.narrow)))


def _svg(spec: dict[str, Any], says: str, height: int) -> str:
    import vl_convert

    whole = {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "description": says,
        **spec,
        "height": height,
        "autosize": {"type": "fit-x", "contains": "padding"},
        "padding": {"left": 5, "top": 5, "bottom": 5, "right": 45},
    }
    text = vl_convert.vegalite_to_svg(whole, config=_CONFIG, allowed_base_urls=[])
    text = text.replace(f'xlink:href="{_BASE}#', 'href="#')
    # The pointer shows what a screen reader says.
    text = re.sub(r'<(path|line) aria-label="([^"]*)"([^>]*)/>', r'<\1 aria-label="\2"\3><title>\2</title></\1>', text)
    return re.sub(
        r"<svg [^>]*?width=\"(\d+)\" height=\"(\d+)\"[^>]*>",
        rf'<svg viewBox="0 0 \1 \2" width="\1" height="\2" role="graphics-document" aria-label="{escape(says)}">',
        text,
        count=1,
    )

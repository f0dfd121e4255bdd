"""The charts of a report: marks that can be read, however many days of change there are."""

from __future__ import annotations

import re
from datetime import date, timedelta
from itertools import pairwise

import pytest

from comity.audit.results.charts import NARROW, WIDE, Span, law_marks, months_chart
from comity.audit.results.ground import LawChange
from comity.audit.results.summary import MonthCount
from comity.statuslook import DARK, LIGHT, Look

TEN_YEARS = Span(date(2016, 1, 1), date(2025, 12, 1))


def test_changes_of_law_that_lie_apart_have_a_mark_each() -> None:
    days = [date(2017, 6, 1), date(2020, 6, 1), date(2023, 6, 1)]
    assert [mark["mark"] for mark in law_marks(days, TEN_YEARS, WIDE)] == ["law 1", "law 2", "law 3"]


def test_marks_of_changes_too_near_to_be_told_apart_are_one() -> None:
    days = [date(2017, 6, 1), *(date(2025, 3, 1) + timedelta(days=20 * step) for step in range(9))]
    for width in (WIDE, NARROW):
        marks = law_marks(days, TEN_YEARS, width)
        assert [mark["mark"] for mark in marks] == ["law 1", "law 2–10"]
        assert [mark["day"] for mark in marks] == ["2017-06-01", "2025-03-01"]


def test_marks_never_overlap() -> None:
    days = [date(2016, 1, 15) + timedelta(days=25 * step) for step in range(140)]
    for width in (WIDE, NARROW):
        starts = [date.fromisoformat(mark["day"]) for mark in law_marks(days, TEN_YEARS, width)]
        apart = [(later - earlier).days / 3650 * (width - 125) for earlier, later in pairwise(starts)]
        assert min(apart) > 60


def test_narrow_bars_are_not_hidden_by_their_edges_and_every_change_is_told() -> None:
    months = [
        MonthCount(f"{year}-{month:02}", "hold", 3, {"depends": 3}) for year in range(2016, 2026) for month in (1, 7)
    ]
    changes = [LawChange(date(2020, 6, 1), ("a",), ("A 1", "B 2"))]
    chart = months_chart(months, changes, "hold")
    bars = re.findall(r'<path aria-label="2016-01[^>]*>', chart.narrow)
    assert bars
    assert all('stroke-width="0"' in bar or "stroke-width" not in bar for bar in bars)
    assert "2020-06-01: A 1; B 2" in chart.wide


def _light(colour: str) -> float:
    """How light a colour is, as WCAG reckons it."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(share * part for share, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize(("looks", "paper"), [(LIGHT, "#ffffff"), (DARK, "#15181c")])
def test_bars_stand_out_from_the_page(looks: dict[str, Look], paper: str) -> None:
    """WCAG 2.2, 1.4.11: 3 to 1."""
    for look in looks.values():
        dark, light = sorted((_light(look.bar), _light(paper)))
        assert (light + 0.05) / (dark + 0.05) >= 3

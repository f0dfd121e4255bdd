"""Small cells in public results: attacked by a reader who knows the rule, but not the salt, and tries every table that
could have given the same public numbers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date
from itertools import product

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.audit.results.suppress import OTHER_STANDING, Public, RowLine, Said, as_lines, pooled, publish

SMALLEST = 3


def said(ruling: int = 1) -> tuple[Said, ...]:
    return (Said("hold", ruling),)


def nothing(*_: object) -> None:
    """No verdict is told."""


def line(rows: int, month: int = 1, holder: str = "A", outcome: str = "x", ruling: int = 1) -> RowLine:
    return RowLine(date(2015, month, 1), holder, holder, "county", outcome, "decided", said(ruling), rows)


SALTS = [str(number) for number in range(24)]


def attack(
    tables: Iterable[tuple[int, ...]], public: Callable[[tuple[int, ...], str], object], most: int
) -> list[tuple[tuple[int, ...], int]]:
    """The small cells that a reader can find out: the tables that could have given the same public numbers all agree.

    Tables with cells as large as `most` are tried, but not judged: the reader would try larger ones besides.
    """
    alike: dict[object, set[tuple[int, ...]]] = defaultdict(set)
    for cells in tables:
        for salt in SALTS:
            alike[public(cells, salt)].add(cells)
    return [
        (cells, place)
        for group in alike.values()
        if max(rows for cells in group for rows in cells) < most
        for cells in group
        for place, rows in enumerate(cells)
        if 0 < rows < SMALLEST and len({other[place] for other in group}) == 1
    ]


def test_one_row_of_cells() -> None:
    """Four cells, none below three shown: the sum of a pool and the rule that made it give no small one away."""

    def public(cells: tuple[int, ...], salt: str) -> object:
        pool = pooled(dict(enumerate(cells)), SMALLEST, salt)
        shown = tuple((place, rows) for place, rows in enumerate(cells) if place not in pool and rows)
        total = sum(cells[place] for place in pool)
        return shown, total if total >= SMALLEST else None

    assert attack(product(range(9), repeat=4), public, 8) == []


@pytest.mark.parametrize("axes", ["months", "holders", "outcomes", "rulings", "both"])
def test_whole_reports(axes: str) -> None:
    """Tables of four cells: all that a public report holds of them gives no small cell away."""

    def public(cells: tuple[int, ...], salt: str) -> object:
        a, b, c, d = cells
        forms = {
            "months": [line(a, 1), line(b, 2), line(c, 3), line(d, 4)],
            "holders": [line(a), line(b, holder="B"), line(c, holder="C"), line(d, holder="D")],
            "outcomes": [line(a), line(b, outcome="y"), line(c, holder="B"), line(d, holder="B", outcome="y")],
            "rulings": [line(a), line(b, ruling=2), line(c, holder="B"), line(d, holder="B", ruling=2)],
            "both": [line(a, 1), line(b, 2), line(c, 1, holder="B"), line(d, 2, holder="B")],
        }
        found = publish([each for each in forms[axes] if each.rows], SMALLEST, salt)
        return found.by_month, found.by_holder

    assert attack(product(range(6), repeat=4), public, 5) == []


row_lines = st.builds(
    RowLine,
    st.sampled_from([date(2015, month, 1) for month in range(1, 7)]),
    st.sampled_from("ABCDEF"),
    st.none(),
    st.none(),
    st.sampled_from(["x", "y", "z"]),
    st.sampled_from(["decided", "decided", "no date", "federal holder"]),
    st.sampled_from([said(1), said(2), (*said(1), Said("notify", 3))]),
    st.integers(1, 30),
)


@given(st.lists(row_lines, max_size=40), st.sampled_from([3, 5, 10]))
def test_no_line_is_small_and_none_is_lost(lines: list[RowLine], smallest: int) -> None:
    lines = [
        each if each.standing == "decided" else RowLine(*[None] * 5, each.standing, (), each.rows) for each in lines
    ]
    found = publish(lines, smallest)
    for part in (found.by_month, found.by_holder):
        assert all(each.rows >= smallest for each in part)
        lost = sum(each.rows for each in lines) - sum(each.rows for each in part)
        assert 0 <= lost < 2 * smallest
    assert sum(each.rows for each in found.by_month) == sum(each.rows for each in found.by_holder)


def test_rows_that_ask_only_one_thing_do_not_show_by_subtraction() -> None:
    """125 rows ask for a hold and for notice, one for notice only: the two totals of a public report are equal."""
    notice = Said("notify", 3)
    both = RowLine(date(2015, 1, 1), "A", "a", "county", "x", "decided", (*said(), notice), 125)
    only = RowLine(date(2015, 1, 1), "A", "a", "county", "x", "decided", (notice,), 1)
    found: Public = publish([both, only], 10)
    rows: dict[str | None, int] = defaultdict(int)
    for each in as_lines(found.by_holder, nothing):
        rows[each.action] += each.rows
    assert rows == {None: 126}
    spread = [msgspec.structs.replace(both, month=date(2015, month, 1), rows=10 + month) for month in range(1, 12)]
    rows.clear()
    for each in as_lines(publish([*spread, only], 10).by_holder, nothing):
        rows[each.action] += each.rows
    assert rows["hold"] == rows["notify"]
    assert 11 <= rows[None] <= 40


def test_small_reasons_are_taken_together() -> None:
    apart = [RowLine(*[None] * 5, reason, (), rows) for reason, rows in [("a", 4), ("b", 70), ("c", 9_000)]]
    found = publish(apart, 10)
    assert {each.standing: each.rows for each in found.by_holder} == {OTHER_STANDING: 74, "c": 9_000}

"""Small cells in public results: attacked by a reader who knows the rule, but not the salt, and tries every table that
could have given the same public numbers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from datetime import date
from itertools import product

import duckdb
import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.audit.results.suppress import BY_HOLDER, BY_MONTH, LINES, OTHER_STANDING, pooled_sql, publish

SMALLEST = 3
HOLD, HOLD_OTHERWISE, NOTICE = 1, 2, 3
"""Numbers of rulings: two on one action, one on another."""


class Line(msgspec.Struct, frozen=True):
    month: date | None
    holder: str | None
    outcome: str | None
    standing: str
    said: tuple[int, ...] | None
    rows: int


def line(rows: int, month: int = 1, holder: str = "A", outcome: str = "x", ruling: int = HOLD) -> Line:
    return Line(date(2015, month, 1), holder, outcome, "decided", (ruling,), rows)


def apart(standing: str, rows: int) -> Line:
    return Line(None, None, None, standing, (), rows)


Report = tuple[tuple[Line, ...], tuple[Line, ...]]
"""What a report tells: its lines by month, and by holder."""


def published(reports: Sequence[tuple[str, Sequence[Line]]], smallest: int) -> list[Report]:
    """Each of the reports, given with its salt, as it is published."""
    told = [(number, salt, each) for number, (salt, lines) in enumerate(reports) for each in lines]
    columns: dict[str, list[object]] = {
        "report": [number for number, _, _ in told],
        "salt": [salt for _, salt, _ in told],
        "month": [each.month for _, _, each in told],
        "holder": [each.holder for _, _, each in told],
        "outcome": [each.outcome for _, _, each in told],
        "standing": [each.standing for _, _, each in told],
        "said": [None if each.said is None else list(each.said) for _, _, each in told],
        "rows": [each.rows for _, _, each in told],
    }
    types = ("BIGINT", "VARCHAR", "DATE", "VARCHAR", "VARCHAR", "VARCHAR", "BIGINT[]", "BIGINT")
    listed = ", ".join(f"unnest(CAST(? AS {kind}[])) AS {name}" for name, kind in zip(columns, types, strict=True))
    found: list[tuple[list[Line], list[Line]]] = [([], []) for _ in reports]
    with duckdb.connect(":memory:", config={"threads": 2}) as database:
        database.execute(
            f"CREATE TABLE {LINES} AS SELECT report, salt, month, holder, holder AS agency, 'county' AS class, "
            f"outcome, standing, said, rows FROM (SELECT {listed})",
            list(columns.values()),
        )
        publish(database, smallest)
        for place, table in enumerate((BY_MONTH, BY_HOLDER)):
            for number, *cells, said, rows in database.execute(
                f"SELECT report, month, holder, outcome, standing, said, rows FROM {table} ORDER BY ALL"
            ).fetchall():
                found[number][place].append(Line(*cells, None if said is None else tuple(said), rows))
    return [(tuple(by_month), tuple(by_holder)) for by_month, by_holder in found]


def publish_one(lines: Sequence[Line], smallest: int) -> Report:
    [found] = published([("salt", lines)], smallest)
    return found


def findings(lines: Iterable[Line]) -> dict[int | None, int]:
    """The rows of lines by ruling; None where it is not told what they asked."""
    rows: dict[int | None, int] = defaultdict(int)
    for each in lines:
        for ruling in each.said or (None,):
            rows[ruling] += each.rows
    return dict(rows)


SALTS = [str(number) for number in range(24)]


def attack(
    tables: Sequence[tuple[int, ...]],
    public: Callable[[list[tuple[tuple[int, ...], str]]], Sequence[Hashable]],
    most: int,
) -> list[tuple[tuple[int, ...], int]]:
    """The small cells that a reader can find out: the tables that could have given the same public numbers all agree.

    Tables with cells as large as `most` are tried, but not judged: the reader would try larger ones besides.
    """
    tried = [(cells, salt) for cells in tables for salt in SALTS]
    alike: dict[Hashable, set[tuple[int, ...]]] = defaultdict(set)
    for (cells, _), told in zip(tried, public(tried), strict=True):
        alike[told].add(cells)
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

    def public(tried: list[tuple[tuple[int, ...], str]]) -> list[Hashable]:
        told = [
            (table, salt, place, rows)
            for table, (cells, salt) in enumerate(tried)
            for place, rows in enumerate(cells)
            if rows
        ]
        shown: list[dict[int, int]] = [{} for _ in tried]
        total = [0] * len(tried)
        with duckdb.connect(":memory:", config={"threads": 2}) as database:
            kinds = (("number", "BIGINT"), ("salt", "VARCHAR"), ("cell", "BIGINT"), ("rows", "BIGINT"))
            listed = ", ".join(f"unnest(CAST(? AS {kind}[])) AS {name}" for name, kind in kinds)
            database.execute(
                f"CREATE TABLE cells AS SELECT {listed}", [list(column) for column in zip(*told, strict=True)]
            )
            pooled = pooled_sql("cells", ("number", "salt"), ("cell",), SMALLEST)
            for table, cell, rows, joined in database.execute(
                f"SELECT number, cell, rows, pooled FROM ({pooled}) ORDER BY ALL"
            ).fetchall():
                if joined:
                    total[table] += rows
                else:
                    shown[table][cell] = rows
        return [
            (tuple(cells.items()), rows if rows >= SMALLEST else None) for cells, rows in zip(shown, total, strict=True)
        ]

    assert attack(list(product(range(9), repeat=4)), public, 8) == []


@pytest.mark.parametrize("axes", ["months", "holders", "outcomes", "rulings", "both"])
def test_whole_reports(axes: str) -> None:
    """Tables of four cells: all that a public report holds of them gives no small cell away."""

    def public(tried: list[tuple[tuple[int, ...], str]]) -> Sequence[Hashable]:
        reports: list[tuple[str, Sequence[Line]]] = []
        for (a, b, c, d), salt in tried:
            forms = {
                "months": [line(a, 1), line(b, 2), line(c, 3), line(d, 4)],
                "holders": [line(a), line(b, holder="B"), line(c, holder="C"), line(d, holder="D")],
                "outcomes": [line(a), line(b, outcome="y"), line(c, holder="B"), line(d, holder="B", outcome="y")],
                "rulings": [line(a), line(b, ruling=2), line(c, holder="B"), line(d, holder="B", ruling=2)],
                "both": [line(a, 1), line(b, 2), line(c, 1, holder="B"), line(d, 2, holder="B")],
            }
            reports.append((salt, [each for each in forms[axes] if each.rows]))
        return published(reports, SMALLEST)

    assert attack(list(product(range(6), repeat=4)), public, 5) == []


lines_of_logs = st.builds(
    Line,
    st.sampled_from([date(2015, month, 1) for month in range(1, 7)]),
    st.sampled_from("ABCDEF"),
    st.sampled_from(["x", "y", "z"]),
    st.sampled_from(["decided", "decided", "no date", "federal holder"]),
    st.sampled_from([(HOLD,), (HOLD_OTHERWISE,), (HOLD, NOTICE)]),
    st.integers(1, 30),
)


@settings(deadline=None)
@given(st.lists(lines_of_logs, max_size=40), st.sampled_from([3, 5, 10]))
def test_no_line_is_small_and_none_is_lost(lines: list[Line], smallest: int) -> None:
    lines = [each if each.standing == "decided" else apart(each.standing, each.rows) for each in lines]
    by_month, by_holder = publish_one(lines, smallest)
    for part in (by_month, by_holder):
        assert all(each.rows >= smallest for each in part)
        lost = sum(each.rows for each in lines) - sum(each.rows for each in part)
        assert 0 <= lost < 2 * smallest
    assert sum(each.rows for each in by_month) == sum(each.rows for each in by_holder)


def test_rows_that_ask_only_one_thing_do_not_show_by_subtraction() -> None:
    """125 rows ask for a hold and for notice, one for notice only: the two totals of a public report are equal."""
    both = Line(date(2015, 1, 1), "A", "x", "decided", (HOLD, NOTICE), 125)
    only = Line(date(2015, 1, 1), "A", "x", "decided", (NOTICE,), 1)
    assert findings(publish_one([both, only], 10)[1]) == {None: 126}
    spread = [msgspec.structs.replace(both, month=date(2015, month, 1), rows=10 + month) for month in range(1, 12)]
    rows = findings(publish_one([*spread, only], 10)[1])
    assert rows[HOLD] == rows[NOTICE]
    assert 20 <= rows[None] <= 40


@pytest.mark.parametrize("smallest", [3, 10])
def test_how_many_rows_are_taken_beside_small_classes_tells_none_of_them(smallest: int) -> None:
    """The rows of which it is not told what they asked: their number is the same for any number of few among them,
    also where each line beside is a single row, of which a reader can tell how many were taken."""
    singles = [line(1, month, str(holder)) for month in range(1, 7) for holder in range(30)]
    several = [line(2 + (month + holder) % 4, month, str(holder)) for month in range(1, 7) for holder in range(30)]
    for beside, numbers in ((singles, 1), (several, 2)):
        told: dict[int, set[int]] = {}
        for few in range(1, smallest):
            logs = [(str(salt), [*beside, line(few, 7, "0", ruling=NOTICE)]) for salt in range(12 * numbers)]
            told[few] = {findings(by_holder)[None] for _, by_holder in published(logs, smallest)}
        assert all(min(totals) >= 2 * smallest for totals in told.values())
        assert len(set.intersection(*told.values())) >= numbers, told
        if numbers == 1:
            assert set.union(*told.values()) == {2 * smallest}


def test_small_reasons_are_taken_together() -> None:
    _, by_holder = publish_one([apart(reason, rows) for reason, rows in [("a", 4), ("b", 70), ("c", 9_000)]], 10)
    assert {each.standing: each.rows for each in by_holder} == {OTHER_STANDING: 74, "c": 9_000}


def test_cells_that_are_all_as_small_as_can_be_are_not_told_by_their_number() -> None:
    """Ten months of one row each, as a reader may know who knows in which months there were any: a larger one joins."""
    lines = [*(line(1, month) for month in range(1, 11)), line(30, 11), line(40, 12)]
    by_month, _ = publish_one(lines, 10)
    assert {each.month: each.rows for each in by_month} == {None: 40, date(2015, 12, 1): 40}

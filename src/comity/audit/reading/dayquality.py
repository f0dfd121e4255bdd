"""The days of a log: which it spans, where rows are missing, and what about them raises a doubt."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

import msgspec

from comity.audit.layouts.form import Prepared
from comity.audit.reading.doubt import Doubt

if TYPE_CHECKING:
    import duckdb

BATCH_SHARE, FEWEST_OF_A_BATCH = 0.25, 50
"""A day with a quarter of all rows, and no fewer than 50, is called a batch."""

STRAY_AFTER, STRAY_SHARE = 366, 100
"""Rows are strays if no other lies within so many days of theirs, and they are fewer than one in a hundred."""

MOST_LISTED = 24
"""Of months, days and pairs of files, so many are listed; the rest are counted."""


class Days(msgspec.Struct, frozen=True):
    """The days of the rows: first and last, months between without a row, the longest run of days without one, the
    fullest day, and rows without a usable day by fault.

    `strays` counts the rows that lie more than a year from the body of the others; months and gaps are of that body.
    """

    first: date | None
    last: date | None
    months_without: tuple[str, ...]
    longest_gap: tuple[date, date] | None
    fullest: tuple[date, int] | None
    faults: dict[str, int]
    strays: int = 0


def days_of(database: duckdb.DuckDBPyConnection) -> Days:
    """Counted over the view `log`."""
    faults = {
        str(fault): int(rows)
        for fault, rows in database.execute(
            "SELECT day_fault, count(*) FROM log WHERE day_fault IS NOT NULL GROUP BY day_fault ORDER BY day_fault"
        ).fetchall()
    }
    counts: list[tuple[date, int]] = [
        (day, int(rows))
        for day, rows in database.execute(
            "SELECT day, count(*) FROM log WHERE day IS NOT NULL GROUP BY day ORDER BY day"
        ).fetchall()
    ]
    if not counts:
        return Days(None, None, (), None, None, faults)
    body = _body(counts)
    days = [day for day, _ in body]
    gaps = [
        (before + timedelta(1), after - timedelta(1)) for before, after in pairwise(days) if (after - before).days > 1
    ]
    longest = max(gaps, key=lambda gap: (gap[1] - gap[0], -gap[0].toordinal()), default=None)
    fullest = max(counts, key=lambda counted: (counted[1], -counted[0].toordinal()))
    strays = sum(rows for _, rows in counts) - sum(rows for _, rows in body)
    return Days(counts[0][0], counts[-1][0], _months_without(days), longest, fullest, faults, strays)


def _body(counts: list[tuple[date, int]]) -> list[tuple[date, int]]:
    """The days without the few that lie more than a year from all others."""
    blocks: list[list[tuple[date, int]]] = [[counts[0]]]
    for before, after in pairwise(counts):
        if (after[0] - before[0]).days > STRAY_AFTER:
            blocks.append([])
        blocks[-1].append(after)
    rows = sum(number for _, number in counts)
    return [day for block in blocks if sum(number for _, number in block) * STRAY_SHARE >= rows for day in block]


def _months_without(days: list[date]) -> tuple[str, ...]:
    have = {(day.year, day.month) for day in days}
    year, month = days[0].year, days[0].month
    missing: list[str] = []
    while (year, month) < (days[-1].year, days[-1].month):
        if (year, month) not in have:
            missing.append(f"{year}-{month:02}")
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return tuple(missing)


def doubts_of_days(prepared: Prepared, days: Days) -> list[Doubt]:
    """What is odd about the days."""
    if days.first is None or days.last is None:
        return []
    rows = prepared.rows
    doubts = [
        Doubt(f"{on}: {says}. Figures from before and after are not of one measure")
        for on, says in prepared.layout.changes
        if days.first < on <= days.last
    ]
    if days.fullest is not None and days.fullest[1] >= max(FEWEST_OF_A_BATCH, BATCH_SHARE * rows):
        day, number = days.fullest
        doubts.append(Doubt("many rows are of one day: entered in a batch?", number, f"{day}"))
    if days.strays:
        doubts.append(Doubt("the day lies more than a year from all others: misdated, or of another log", days.strays))
    months = len(days.months_without)
    if months and 2 * months < (days.last - days.first).days / 30:
        listed = ", ".join(days.months_without[:MOST_LISTED])
        more = f" and {len(days.months_without) - MOST_LISTED} more" if len(days.months_without) > MOST_LISTED else ""
        says = "no row falls in some months: no entries, or a file that is missing"
        doubts.append(Doubt(says, told=f"{listed}{more}"))
    return doubts

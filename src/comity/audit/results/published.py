"""The log held against figures that others published from the same records: equal, or why not.

Published figures are a CSV file with a column of counts and one or more of period, place and outcome. A log that counts
otherwise than a publication is one of the two things that an auditor must explain before anything else.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import msgspec

from comity.audit.results.ground import Check
from comity.errors import ComityError

if TYPE_CHECKING:
    import duckdb

Says = Literal[
    "equal",
    "the log covers a part of the period",
    "outside the days of the log",
    "not published",
    "differs",
]

PERIODS = ("year", "month", "month_year", "day", "detainer_prepare_date")
PLACES = {
    "facility": "holder_name",
    "detention_facility": "holder_name",
    "city": "holder_city",
    "state": "holder_state",
}
OUTCOMES = ("lift_reason", "detainer_lift_reason", "outcome")
COUNTS = {"count": None, "rows": None, "declined": "Detainer Declined by LEA"}
"""The columns that hold counts; one that is named for an outcome counts that outcome."""

MOST_BYTES = 50_000_000


class Compared(msgspec.Struct, frozen=True):
    """A published count and that of the log. `period`, `place` and `outcome` are as published, empty if not told."""

    period: str
    place: tuple[str, ...]
    outcome: str
    published: int | None
    log: int
    says: Says


def compare(database: duckdb.DuckDBPyConnection, published: Path) -> tuple[Compared, ...]:
    """Each published count beside that of the view `log`, and what the log has that was not published.

    Of a period or outcome of which nothing is published, nothing is said to be missing.

    Raises ComityError (`published`) for a file that cannot be read, has no column of counts, or holds one that is none.
    """
    names, lines = _read(published)
    counts = next((name for name in names if name in COUNTS), None)
    if counts is None:
        raise ComityError("published", f"has no column of counts: one of {', '.join(COUNTS)}", published.name)
    period = next((name for name in names if name in PERIODS), None)
    outcome = next((name for name in names if name in OUTCOMES), None)
    places = [name for name in names if name in PLACES]
    found: Counter[tuple[str, tuple[str, ...], str]] = Counter()
    for place, line in enumerate(lines, start=2):
        key = (
            line[period] if period else "",
            tuple(_key(line[name]) for name in places),
            _key(line[outcome]) if outcome else _key(COUNTS[counts] or ""),
        )
        number = line[counts].removesuffix(".0")
        if not number.isdigit():
            at = f"{published.name}:{place}, column {counts}"
            raise ComityError("published", f'"{line[counts]}" is no count', at)
        found[key] += int(number)
    own = _own(database, sorted({len(key[0]) for key in found}), [PLACES[name] for name in places])
    return tuple(_compared(found, own, _span(database)))


def checks(compared: Sequence[Compared], name: str) -> tuple[Check, ...]:
    """The comparison in a few lines, for the part of a report that says what the log is worth."""
    counts = Counter(line.says for line in compared)
    order: Sequence[Says] = (
        "equal", "the log covers a part of the period", "outside the days of the log", "not published", "differs"
    )  # fmt: skip
    return tuple(
        Check("published figures", name, f"{counts[says]:,} of {len(compared):,} counts: {says}")
        for says in order
        if counts[says]
    )


def _read(published: Path) -> tuple[list[str], list[dict[str, str]]]:
    try:
        if published.stat().st_size > MOST_BYTES:
            raise ComityError("published", "is larger than published figures are", published.name)
        text = published.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ComityError("published", f"cannot be read: {error.strerror}", published.name) from error
    except UnicodeDecodeError as error:
        raise ComityError("published", "is not UTF-8 text", published.name) from error
    rows = csv.DictReader(text.splitlines())
    lines = [{str(name).strip().lower(): (cell or "").strip() for name, cell in row.items() if name} for row in rows]
    return [name.strip().lower() for name in rows.fieldnames or ()], lines


def _key(text: str) -> str:
    return " ".join(text.upper().split())


def _own(
    database: duckdb.DuckDBPyConnection, lengths: Sequence[int], places: Sequence[str]
) -> Counter[tuple[str, tuple[str, ...], str]]:
    """The log's counts for periods of these lengths (of their text: a year has four letters), with and without the
    outcome told."""
    key = "upper(regexp_replace(trim(coalesce({}, '')), '\\s+', ' ', 'g'))"
    cells = ", ".join(key.format(place) for place in places)
    own: Counter[tuple[str, tuple[str, ...], str]] = Counter()
    for length in lengths:
        for period, *place, outcome, rows in database.execute(
            f"SELECT left(CAST(day AS VARCHAR), {length}), {cells + ',' if cells else ''} "
            f"{key.format('outcome_words')}, count(*) FROM log GROUP BY ALL"
        ).fetchall():
            own[period or "", tuple(place), outcome] += rows
            own[period or "", tuple(place), ""] += rows
    return own


def _span(database: duckdb.DuckDBPyConnection) -> tuple[date, date] | None:
    first, last = database.execute("SELECT min(day), max(day) FROM log").fetchone() or (None, None)
    return None if first is None or last is None else (first, last)


def _compared(
    found: Counter[tuple[str, tuple[str, ...], str]],
    own: Counter[tuple[str, tuple[str, ...], str]],
    span: tuple[date, date] | None,
) -> list[Compared]:
    compared = [
        Compared(*key, published, own[key], _says(key[0], published, own[key], span))
        for key, published in sorted(found.items())
    ]
    told = {(period, outcome) for period, _, outcome in found}
    compared += [
        Compared(*key, None, rows, "not published")
        for key, rows in sorted(own.items())
        if key not in found and (key[0], key[2]) in told
    ]
    return compared


def _says(period: str, published: int, own: int, span: tuple[date, date] | None) -> Says:
    if own == published:
        return "equal"
    if span is None:
        return "outside the days of the log"
    first, last = (day.isoformat() for day in span)
    if period and not first[: len(period)] <= period <= last[: len(period)]:
        return "outside the days of the log"
    # No day of a period comes before its own text, nor after that with a last day added.
    whole = (
        bool(period)
        and first <= f"{period}-01-01"[:10]
        and {4: f"{period}-12-31", 7: f"{period}-31"}.get(len(period), period) <= last
    )
    return "the log covers a part of the period" if own < published and not whole else "differs"

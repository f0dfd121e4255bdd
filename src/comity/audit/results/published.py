"""The log held against figures that others published from the same records: equal, or why not.

Published figures are a CSV file with a column of counts and one or more of period, place and outcome; or with a column
of counts for each year, or for each outcome and for all of them ("total"), beside a column of places or periods. A log
that counts otherwise than a publication is one of the two things that an auditor must explain before anything else.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import msgspec

from comity.audit.reading.database import quoted
from comity.audit.reading.text import take_long_cells
from comity.audit.results.ground import Check
from comity.errors import ComityError
from comity.regularfile import check_regular

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

NO_OUTCOME = "(NONE)"
"""What stands for an outcome that no words tell, beside those that words tell."""

_NO_OUTCOME = ("na", "n/a", "none", "blank", "no outcome")
_SUMS = ("other", "others")
"""Headings of columns that add up outcomes that they do not name."""

_PERIOD = re.compile(r"\d{4}(-\d{2}){0,2}")

Key = tuple[str, tuple[str, ...], str]
"""A period, places and an outcome."""

MOST_BYTES = 50_000_000


class Compared(msgspec.Struct, frozen=True):
    """A published count and that of the log. `period`, `place` and `outcome` are as published, empty if not told."""

    period: str
    place: tuple[str, ...]
    outcome: str
    published: int | None
    log: int
    says: Says


class Figures(msgspec.Struct, frozen=True):
    """Published counts, each by period, places and outcome (empty where it is not told), and the columns of the log
    that hold such places. `left_out` are columns of which nothing can be compared."""

    counts: dict[Key, int]
    places: tuple[str, ...]
    left_out: tuple[str, ...] = ()


def compare(database: duckdb.DuckDBPyConnection, figures: Figures) -> tuple[Compared, ...]:
    """Each published count beside that of the view `log`, and what the log has that was not published.

    Of a period or outcome of which nothing is published, nothing is said to be missing.
    """
    return tuple(_compared(figures.counts, _own(database, figures), _span(database)))


def read_figures(published: Path) -> Figures:
    """The figures of a CSV file: a column of counts beside others, or a column of counts for each period or outcome.

    Raises ComityError (`published`) for a file that cannot be read, has no column of counts, or holds one that is none.
    """
    names, lines = _read(published)
    period = next((name for name in names if name in PERIODS), None)
    outcome = next((name for name in names if name in OUTCOMES), None)
    places = [name for name in names if name in PLACES]
    counting, left_out = _counting(names, published)
    found: Counter[Key] = Counter()
    for at, line in enumerate(lines, start=2):
        for column, (of_period, of_outcome) in counting.items():
            number = _count(line[column], f"{published.name}:{at}, column {column}", wide=len(counting) > 1)
            if number is not None:
                told = of_period or (line[period] if period else "")
                key = told, tuple(_key(line[name]) for name in places), of_outcome
                found[key if not outcome else (told, key[1], _key(line[outcome]))] += number
    return Figures(dict(found), tuple(PLACES[name] for name in places), left_out)


def _counting(names: Sequence[str], published: Path) -> tuple[dict[str, tuple[str, str]], tuple[str, ...]]:
    """The columns of counts, each with the period and the outcome for which its heading stands; and those left out."""
    counts = next((name for name in names if name in COUNTS), None)
    if counts is not None:
        return {counts: ("", _key(COUNTS[counts] or ""))}, ()
    known = {*PERIODS, *PLACES, *OUTCOMES}
    headings = [name for name in names if name not in known]
    periods = [name for name in headings if _PERIOD.fullmatch(name)]
    if periods and len(periods) + headings.count("total") == len(headings):
        return {name: ("" if name == "total" else name, "") for name in headings}, ()
    if not headings or len(headings) == len(names) or "total" not in headings:
        says = (
            f"has no column of counts: one of {', '.join(COUNTS)}; or, beside a column of places or periods, a column "
            'for each year, or one for each outcome and one called "total"'
        )
        raise ComityError("published", says, published.name)
    outcomes = {name: "" if name == "total" else NO_OUTCOME if name in _NO_OUTCOME else _key(name) for name in headings}
    left_out = tuple(name for name in headings if name in _SUMS)
    return {name: ("", outcome) for name, outcome in outcomes.items() if name not in left_out}, left_out


def _count(cell: str, at: str, *, wide: bool) -> int | None:
    """The count in a cell; None for an empty one in a table of many columns: nothing was published there."""
    number = cell.removesuffix(".0")
    if not number and wide:
        return None
    if not re.fullmatch("[0-9]{1,18}", number):
        raise ComityError("published", f'"{cell}" is no count', at)
    return int(number)


def checks(compared: Sequence[Compared], name: str, left_out: Sequence[str] = ()) -> tuple[Check, ...]:
    """The comparison in a few lines, for the part of a report that says what the log is worth."""
    counts = Counter(line.says for line in compared)
    order: Sequence[Says] = (
        "equal", "the log covers a part of the period", "outside the days of the log", "not published", "differs"
    )  # fmt: skip
    return (
        *(
            Check("published figures", name, f"{counts[says]:,} of {len(compared):,} counts: {says}")
            for says in order
            if counts[says]
        ),
        *(
            Check(
                "published figures", name, f'the column "{each}" adds up outcomes that it does not name: not compared'
            )
            for each in left_out
        ),
    )


def _read(published: Path) -> tuple[list[str], list[dict[str, str]]]:
    take_long_cells()
    try:
        check_regular(published)
        if published.stat().st_size > MOST_BYTES:
            raise ComityError("published", "is larger than published figures are", published.name)
        with published.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file, strict=True)
            names = [name.strip().lower() for name in rows.fieldnames or ()]
            lines = [
                {str(name).strip().lower(): (cell or "").strip() for name, cell in row.items() if name} for row in rows
            ]
    except csv.Error as error:
        raise ComityError("published", f"no CSV file: {error}", published.name) from error
    except OSError as error:
        raise ComityError("published", f"cannot be read: {error.strerror}", published.name) from error
    except UnicodeDecodeError as error:
        raise ComityError("published", "is not UTF-8 text", published.name) from error
    return names, lines


def _key(text: str) -> str:
    return " ".join(text.upper().split())


def _own(database: duckdb.DuckDBPyConnection, figures: Figures) -> Counter[Key]:
    """The log's counts for the periods and outcomes of which something is published: with and without the outcome told.

    A period is as long as its text: a year has four letters.
    """
    key = "upper(regexp_replace(trim(coalesce({}, '')), '\\s+', ' ', 'g'))"
    told_places = "".join(f", {place}" for place in figures.places)
    places = "".join(f", {key.format(place)} AS place_{number}" for number, place in enumerate(figures.places))
    names = "".join(f", place_{number}" for number in range(len(figures.places)))
    told = sorted({(period, outcome) for period, _, outcome in figures.counts})
    own: Counter[Key] = Counter()
    for length in sorted({len(period) for period, _ in told}):
        wanted = [[cell[part] for cell in told if len(cell[0]) == length] for part in (0, 1)]
        # Rows are counted as they are told, and only then are the few different texts brought to one spelling.
        for period, outcome, rows, *place in database.execute(
            f"""
            WITH told AS (SELECT unnest(CAST(? AS VARCHAR[])) AS period, unnest(CAST(? AS VARCHAR[])) AS outcome),
            as_told AS (
                SELECT coalesce(left(CAST(day AS VARCHAR), {length}), '') AS period, outcome_words, count(*) AS rows
                    {told_places} FROM log GROUP BY ALL),
            counted AS (
                SELECT period, coalesce(nullif({key.format("outcome_words")}, ''), {quoted(NO_OUTCOME)}) AS outcome,
                    sum(rows) AS rows{places} FROM as_told GROUP BY ALL),
            both_ways AS (SELECT * FROM counted
                UNION ALL SELECT period, '' AS outcome, sum(rows) AS rows{names} FROM counted GROUP BY ALL)
            SELECT period, outcome, CAST(rows AS BIGINT){names} FROM both_ways SEMI JOIN told USING (period, outcome)
            """,
            wanted,
        ).fetchall():
            own[period, tuple(place), outcome] += rows
    return own


def _span(database: duckdb.DuckDBPyConnection) -> tuple[date, date] | None:
    first, last = database.execute("SELECT min(day), max(day) FROM log").fetchone() or (None, None)
    return None if first is None or last is None else (first, last)


def _compared(
    found: Mapping[Key, int],
    own: Counter[Key],
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

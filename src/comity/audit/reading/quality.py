"""What a log is worth, before anything is found in it: completeness, gaps, repeats, overlaps, and reasons for doubt.

The questions are those of an assessment of the reliability of data: is it complete, is it accurate, is it what it says
it is (GAO-20-283G, Assessing Data Reliability). Nothing is mended; every figure is a count over the whole log.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from comity.audit.layouts.form import Prepared
from comity.audit.layouts.sql import is_placeholder, key_of, matches_whole, moment_of, patterns_of, trimmed
from comity.audit.reading.database import count, named
from comity.audit.reading.dayquality import Days, days_of, doubts_of_days
from comity.audit.reading.doubt import Doubt
from comity.audit.reading.namesakes import doubts_of_names
from comity.audit.reading.source import Staged

if TYPE_CHECKING:
    import duckdb

FEWEST_FOR_ONE_VALUE = 20
"""A column of fewer values that are all alike raises no doubt."""

MOST_OF_ONE_VALUE = 3
"""More columns of one value than this are told in one sentence: the log is then rather a part of another."""

MANY_VALUES = 50_000


class ColumnQuality(msgspec.Struct, frozen=True):
    """How a column is filled: of all rows, the cells with a value (those partly withheld and interface text apart),
    without one, with a placeholder, withheld, partly withheld, and with text of a program.

    `means` is the layout's name for it; empty where the layout does not use it. `only` is the one value that all cells
    with a value have.
    """

    column: str
    means: str
    rows: int
    values: int
    empty: int
    placeholders: int
    withheld: int
    partly_withheld: int
    interface: int
    only: str | None = None


class Repeats(msgspec.Struct, frozen=True):
    """Rows that are alike in every column: groups of them, and rows in these groups."""

    groups: int
    rows: int


class Overlap(msgspec.Struct, frozen=True):
    """Rows that two sources (places in `Staged.sources`) share, by the columns that are the layout's keys."""

    first: int
    second: int
    rows: int


class Sequence(msgspec.Struct, frozen=True):
    """A column of running numbers: the lowest and highest, how many between are missing, how many stand twice."""

    column: str
    lowest: int
    highest: int
    missing: int
    repeated: int


class Quality(msgspec.Struct, frozen=True):
    """What the log is worth. `apart` counts the records in quarantine by reason, `first_apart` says where the first of
    each stands."""

    rows: int
    apart: dict[str, int]
    first_apart: dict[str, str]
    columns: tuple[ColumnQuality, ...]
    days: Days
    repeats: Repeats
    overlaps: tuple[Overlap, ...]
    sequences: tuple[Sequence, ...]
    doubts: tuple[Doubt, ...]


def assess(database: duckdb.DuckDBPyConnection, staged: Staged, prepared: Prepared) -> Quality:
    """Counts over the views `staged` and `log` and the table `quarantine`; memory does not grow with the rows."""
    columns = _columns(database, staged, prepared)
    days = days_of(database)
    repeats = _repeats(database, staged, prepared)
    overlaps = _overlaps(database, staged, prepared)
    sequences = tuple(
        found for name in prepared.layout.sequence if (found := _sequence(database, prepared, name)) is not None
    )
    doubts = [
        *_doubts_of_columns(columns),
        *doubts_of_days(prepared, days),
        *_identifier(database, prepared),
        *(
            doubt
            for first, second in prepared.layout.order
            for doubt in _order(database, staged, prepared, first, second)
        ),
        *(doubt for name in prepared.layout.zeros for doubt in _zeros(database, prepared, name)),
        *_doubts_of_sources(database, staged),
    ]
    apart, first_apart = _apart(database, staged)
    return Quality(prepared.rows, apart, first_apart, columns, days, repeats, overlaps, sequences, tuple(doubts))


def _apart(database: duckdb.DuckDBPyConnection, staged: Staged) -> tuple[dict[str, int], dict[str, str]]:
    """Of each reason for which records are in quarantine, how many these are, and where the first stands."""
    counts: dict[str, int] = {}
    first: dict[str, str] = {}
    for reason, number, source, row in database.execute(
        "SELECT regexp_replace(reason, '\\d+', 'n', 'g') AS kind, count(*), min(source), "
        "arg_min(source_row, (source, source_row)) FROM quarantine GROUP BY kind ORDER BY kind"
    ).fetchall():
        counts[str(reason)] = int(number)
        first[str(reason)] = f"{staged.sources[int(source)].place}, row {int(row)}"
    return counts, first


def _columns(database: duckdb.DuckDBPyConnection, staged: Staged, prepared: Prepared) -> tuple[ColumnQuality, ...]:
    marks = prepared.layout.marks
    meanings = {here: name for name, here in prepared.columns.items()}
    found: list[ColumnQuality] = []
    many = _many_valued(database, staged)
    # Nearly all cells are plain values: one pattern tells, and only the others are looked at for what they are.
    odd = [*patterns_of(marks.empty), *marks.withheld, *marks.interface, *marks.partly_withheld]
    # Under a name of ours: a column of the log may be called as the counts are.
    cell = trimmed("told")
    for column in staged.columns:
        if column.type == "VARCHAR":
            cases = (
                f"CASE WHEN {cell} IS NULL THEN 0 WHEN NOT {matches_whole(cell, odd)} THEN 5 "
                f"WHEN {is_placeholder(cell, marks)} THEN 1 WHEN {matches_whole(cell, marks.withheld)} THEN 2 "
                f"WHEN {matches_whole(cell, marks.interface)} THEN 4 ELSE 3 END"
            )
        else:
            cases = "CASE WHEN told IS NULL THEN 0 ELSE 5 END"
        # One column at a time: each scan reads only that column, and where cells repeat they are classed once.
        cells = f"SELECT {named(column.name)} AS told, count(*) AS rows FROM staged GROUP BY ALL"
        if column.name in many:
            cells = f"SELECT {named(column.name)} AS told, 1 AS rows FROM staged"
        row = database.execute(
            f"WITH cells AS (SELECT {cell} AS cell, {cases} AS class, rows FROM ({cells}) AS each) "
            "SELECT coalesce(sum(rows), 0), "
            + ", ".join(f"coalesce(sum(rows) FILTER (class = {place}), 0)" for place in range(6))
            + ", min(cell) FILTER (class >= 3), max(cell) FILTER (class >= 3) FROM cells"
        ).fetchone()
        assert row is not None
        rows, empty, placeholders, withheld, partly, interface, values = map(int, row[:7])
        only = str(row[7]) if row[7] is not None and row[7] == row[8] else None
        found.append(
            ColumnQuality(
                column.name, meanings.get(column.name, ""), rows, values, empty, placeholders, withheld, partly,
                interface, only,
            )
        )  # fmt: skip
    return tuple(found)


def _many_valued(database: duckdb.DuckDBPyConnection, staged: Staged) -> set[str]:
    """The columns with so many different values, about, that to group by them costs more than it spares."""
    counts = ", ".join(f"approx_count_distinct({named(column.name)})" for column in staged.columns)
    row = database.execute(f"SELECT {counts} FROM staged").fetchone()
    assert row is not None
    return {column.name for column, number in zip(staged.columns, row, strict=True) if number > MANY_VALUES}


def _repeats(database: duckdb.DuckDBPyConnection, staged: Staged, prepared: Prepared) -> Repeats:
    """By a digest of 64 bits of all cells but running numbers, so that only digests are grouped."""
    numbers = {prepared.columns.get(name) for name in prepared.layout.sequence}
    cells = ", ".join(named(column.name) for column in staged.columns if column.name not in numbers)
    row = database.execute(
        f"SELECT count(*), coalesce(sum(rows), 0) FROM (SELECT count(*) AS rows FROM staged GROUP BY hash({cells}) "
        "HAVING count(*) > 1)"
    ).fetchone()
    assert row is not None
    return Repeats(int(row[0]), int(row[1]))


def _overlaps(database: duckdb.DuckDBPyConnection, staged: Staged, prepared: Prepared) -> tuple[Overlap, ...]:
    """Rows that pairs of sources share: each key as often as it stands in both (a multiset's intersection)."""
    keys = [prepared.columns[name] for name in prepared.layout.keys if name in prepared.columns]
    if len(staged.sources) < 2 or not keys:
        return ()
    cells = ", ".join(f"coalesce({key_of(trimmed(named(key)))}, '')" for key in keys)
    return tuple(
        Overlap(int(first), int(second), int(rows))
        for first, second, rows in database.execute(
            f"WITH keyed AS (SELECT hash({cells}) AS key, source, count(*) AS rows FROM staged GROUP BY key, source) "
            "SELECT a.source, b.source, sum(least(a.rows, b.rows)) FROM keyed a JOIN keyed b "
            "ON a.key = b.key AND a.source < b.source GROUP BY a.source, b.source ORDER BY a.source, b.source"
        ).fetchall()
    )


def _sequence(database: duckdb.DuckDBPyConnection, prepared: Prepared, name: str) -> Sequence | None:
    if name not in prepared.columns:
        return None
    column = prepared.columns[name]
    row = database.execute(
        f"WITH told AS (SELECT try_cast({trimmed(named(column))} AS BIGINT) AS number, count(*) AS rows FROM staged "
        "GROUP BY ALL) SELECT min(number), max(number), count(number), "
        "count(*) FILTER (rows > 1 AND number IS NOT NULL) FROM told"
    ).fetchone()
    if row is None or row[0] is None:
        return None
    lowest, highest, different, repeated = map(int, row)
    return Sequence(column, lowest, highest, highest - lowest + 1 - different, repeated)


def _doubts_of_columns(columns: tuple[ColumnQuality, ...]) -> list[Doubt]:
    doubts = [
        Doubt(
            f'text of the program in which the entry was made, not of a person, stands in "{column.column}"',
            column.interface,
        )
        for column in columns
        if column.interface
    ]
    # Of columns that the layout does not use, and of those that say whose log it is, one value is nothing odd.
    alike = [
        column
        for column in columns
        if column.only is not None
        and column.values + column.partly_withheld + column.interface >= FEWEST_FOR_ONE_VALUE
        and column.means not in ("", *_ONE_VALUE_EXPECTED)
    ]
    if len(alike) > MOST_OF_ONE_VALUE:
        listed = "; ".join(f'"{column.column}" ("{column.only}")' for column in alike)
        return [
            *doubts,
            Doubt(
                "one value stands in every row of several columns: a part of a larger log, or written over the true "
                "ones",
                told=listed,
            ),
        ]
    return doubts + [
        Doubt(
            f'every value of "{column.column}" is the same: was it written over the true ones?',
            column.rows - column.empty,
            f'"{column.only}"',
        )
        for column in alike
    ]


_ONE_VALUE_EXPECTED = ("organization", "state", "made_up", "duplicate_likely", "moderation")


def _identifier(database: duckdb.DuckDBPyConnection, prepared: Prepared) -> list[Doubt]:
    name = prepared.layout.identifier
    if name not in prepared.columns:
        return []
    column = prepared.columns[name]
    row = database.execute(
        f"SELECT count(cell), count(DISTINCT hash(cell)) FROM (SELECT {trimmed(named(column))} AS cell FROM staged)"
    ).fetchone()
    assert row is not None
    rows, different = int(row[0]), int(row[1])
    if rows == different or different == 1:
        return []
    return [Doubt(f'the same "{column}" stands more than once', rows, f"they are {different:,} entries")]


def _order(
    database: duckdb.DuckDBPyConnection, staged: Staged, prepared: Prepared, earlier: str, later: str
) -> list[Doubt]:
    if earlier not in prepared.columns or later not in prepared.columns:
        return []
    types = {column.name: column.type for column in staged.columns}
    formats = prepared.layout.day.formats

    def clock(name: str) -> str:
        column = prepared.columns[name]
        return moment_of(named(column), types[column], formats)

    number = count(database, f"SELECT count(*) FROM staged WHERE {clock(earlier)} > {clock(later)}")
    first, second = prepared.columns[earlier], prepared.columns[later]
    return [Doubt(f'"{first}" lies after "{second}"', number)] if number else []


def _zeros(database: duckdb.DuckDBPyConnection, prepared: Prepared, name: str) -> list[Doubt]:
    if name not in prepared.columns:
        return []
    column = prepared.columns[name]
    number = count(database, f"SELECT count(*) FROM staged WHERE try_cast({trimmed(named(column))} AS DOUBLE) = 0")
    return [Doubt(f'"{column}" is 0: not counted, rather than none', number)] if number else []


def _doubts_of_sources(database: duckdb.DuckDBPyConnection, staged: Staged) -> list[Doubt]:
    spans = {
        int(source): (first, last)
        for source, first, last in database.execute(
            "SELECT source, min(day), max(day) FROM log WHERE day IS NOT NULL GROUP BY source"
        ).fetchall()
    }
    return [
        doubt
        for place, source in enumerate(staged.sources)
        for doubt in doubts_of_names(source.name, source.rows, spans.get(place))
    ]

"""The day and the moment of each row: SQL for them, rows whose cells have moved, and what is to be said of the days."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

import msgspec

from comity.audit.layouts.form import DayColumn, Marks
from comity.audit.layouts.sql import ISO_ZONED, is_no_value, is_placeholder, moment_of, trimmed
from comity.audit.reading.database import count, named, quoted
from comity.audit.reading.source import Staged
from comity.audit.reading.stage import source_of
from comity.errors import ComityError, nearest
from comity.words import counted

if TYPE_CHECKING:
    import duckdb

SHIFTED = "its cells have moved: the day stands in another column"
NO_DAY, NO_DATE, OUT_OF_RANGE = "not told", "no date", "out of range"
SAMPLE = 10_000
"""The form of the days is taken from so many of them."""

DAYS_AS_COUNTED = r"[2-5]\d{4}(\.\d+)?"
"""Spreadsheets count days from 1900: 42194 is 9 July 2015."""

NO_MOMENT = "CAST(NULL AS TIMESTAMP)"


TEXT, CLOCK = '"the text of the day"', '"the clock of the day"'
"""Columns of the innermost query, so that the day of a row is read once however often it is asked."""


class DaySql(msgspec.Struct, frozen=True):
    """SQL for the days of a log. `inner` gives the columns TEXT (the day as told) and CLOCK (the time that it tells, by
    the clock of its own text) over `staged`; the rest is over a query that has these: the day, the moment (UTC), the
    moment by the clock of the place, what is wrong. `zone` is the layout's, `local` that given of the place."""

    column: str
    inner: str
    date: str
    moment: str
    moment_local: str
    fault: str
    zone: str
    local: str


def day_sql(told: DayColumn, marks: Marks, found: dict[str, str], types: dict[str, str], local: str) -> DaySql:
    """Works out the SQL. A time of exactly midnight tells a day and no moment: releases write days so."""
    column = told.column if told.column in found else told.otherwise
    cell, kind = named(found[column]), types[column]
    if column != told.otherwise and told.otherwise in found and types[told.otherwise] == kind:
        other = named(found[told.otherwise])
        two = [_value(cell, marks), _value(other, marks)] if kind == "VARCHAR" else [cell, other]
        cell = f"coalesce({', '.join(two)})"
    if column == told.column and told.time in found:
        cell, kind = f"concat_ws(' ', {trimmed(cell)}, {trimmed(named(found[told.time]))})", "VARCHAR"
    is_utc = _is_utc(told.zone, kind, TEXT)
    here = _clock_of_place(CLOCK, is_utc, told.zone, local)
    date = f"CAST({here} AS DATE)"
    within = f"{date} BETWEEN DATE {quoted(told.earliest.isoformat())} AND DATE {quoted(told.latest.isoformat())}"
    has_time = f"CASE WHEN {within} AND {CLOCK} <> date_trunc('day', {CLOCK}) THEN"
    utc = f"(({CLOCK} AT TIME ZONE {quoted(told.zone)}) AT TIME ZONE 'UTC')" if told.zone else NO_MOMENT
    of_place = f"CASE WHEN {is_utc} AND {'false' if local else 'true'} THEN NULL ELSE {here} END"
    untold = f"coalesce({is_no_value(TEXT, marks)}, true)"
    return DaySql(
        column=found[column],
        inner=f"{trimmed(cell)} AS {TEXT}, {moment_of(cell, kind, told.formats)} AS {CLOCK}",
        date=f"CASE WHEN {within} THEN {date} END",
        moment=NO_MOMENT if kind == "DATE" else f"{has_time} CASE WHEN {is_utc} THEN {CLOCK} ELSE {utc} END END",
        moment_local=NO_MOMENT if kind == "DATE" else f"{has_time} {of_place} END",
        fault=(
            f"CASE WHEN {CLOCK} IS NOT NULL THEN CASE WHEN NOT {within} THEN {quoted(OUT_OF_RANGE)} END "
            f"WHEN {untold} THEN {quoted(NO_DAY)} ELSE {quoted(NO_DATE)} END"
        ),
        zone=told.zone,
        local=local,
    )


def zone_fault(zone: str) -> str:
    """What is wrong with the name of a time zone; empty for one that is known."""
    return "" if zone in _zones() else f'"{zone}" is no time zone{nearest(zone, sorted(_zones()))}'


@cache
def _zones() -> frozenset[str]:
    """The names of all time zones, for which the whole database of them is gone through."""
    from zoneinfo import available_timezones

    return frozenset(available_timezones())


def _value(cell: str, marks: Marks) -> str:
    text = trimmed(cell)
    return f"CASE WHEN NOT {is_placeholder(text, marks)} THEN {text} END"


def _is_utc(zone: str, kind: str, text: str) -> str:
    """Whether the clock of a cell is UTC's: as its type, its own text or the layout's `zone` says."""
    if kind.endswith("WITH TIME ZONE") or zone == "UTC":
        return "true"
    if kind != "VARCHAR":
        return "false"
    return f"coalesce(regexp_full_match({text}, {quoted(ISO_ZONED)}) OR ends_with({text}, 'UTC'), false)"


def _clock_of_place(clock: str, is_utc: str, zone: str, local: str) -> str:
    """A clock as that of the place, if its time zone is given; else as it is."""
    if not local:
        return clock
    from_utc = f"(({clock} AT TIME ZONE 'UTC') AT TIME ZONE {quoted(local)})"
    other = f"(({clock} AT TIME ZONE {quoted(zone)}) AT TIME ZONE {quoted(local)})" if zone else clock
    return f"CASE WHEN {is_utc} THEN {from_utc} ELSE {other} END"


def time_of_place(cell: str, kind: str, formats: Sequence[str], zone: str, local: str) -> str:
    """SQL for the time that a cell tells by the clock of the place: of a day without a time, its beginning; null where
    it tells UTC's and the zone of the place is not given."""
    clock, is_utc = moment_of(cell, kind, formats), _is_utc(zone, kind, trimmed(cell))
    here = _clock_of_place(clock, is_utc, zone, local)
    untold = "" if local else f" WHEN {is_utc} THEN NULL"
    return f"CASE WHEN {clock} = date_trunc('day', {clock}) THEN {clock}{untold} ELSE {here} END"


def set_shifted_apart(database: duckdb.DuckDBPyConnection, staged: Staged, day: DaySql) -> int:
    """Puts rows in quarantine whose day is no date while another column's text has the form of the days: the table
    `shifted` holds their numbers. Looks at the view `log`.

    Returns how many.
    """
    types = {column.name: column.type for column in staged.columns}
    others = [name for name, kind in types.items() if name != day.column and kind == "VARCHAR"]
    if not others or types[day.column] != "VARCHAR":
        return 0
    shape = database.execute(
        "SELECT regexp_replace(day_told, '\\d', '9', 'g') AS shape FROM (SELECT day_told FROM log "
        f"WHERE day_fault IS NULL LIMIT {SAMPLE}) GROUP BY shape ORDER BY count(*) DESC, shape LIMIT 1"
    ).fetchone()
    if shape is None:
        return 0
    pattern = quoted("".join("\\d" if sign == "9" else _literal(sign) for sign in str(shape[0])))
    moved = " OR ".join(f"regexp_full_match({trimmed(named(other))}, {pattern})" for other in others)
    database.execute(
        f"CREATE OR REPLACE TABLE shifted AS SELECT row FROM staged SEMI JOIN (SELECT row FROM log WHERE day_fault = "
        f"{quoted(NO_DATE)}) AS faulty USING (row) WHERE {moved}"
    )
    shifted = count(database, "SELECT count(*) FROM shifted")
    if shifted:
        cells = ", ".join(f"coalesce(CAST({named(name)} AS VARCHAR), '')" for name in types)
        database.execute(
            f"INSERT INTO quarantine SELECT source, source_row, {quoted(SHIFTED)}, concat_ws(' | ', {cells}) "
            "FROM staged SEMI JOIN shifted USING (row)"
        )
    return shifted


def _literal(sign: str) -> str:
    return sign if sign.isalnum() or sign in " _" else "\\" + sign


class DayFault(msgspec.Struct, frozen=True):
    """Rows of one fault (or of none): how many, the first with its text, how many tell a moment, in UTC and local."""

    rows: int
    row: int
    text: str
    moments: int
    local: int


def day_faults(database: duckdb.DuckDBPyConnection) -> dict[str | None, DayFault]:
    """What is wrong with the days of the view `log`, and how often."""
    rows = database.execute(
        "SELECT day_fault, count(*), min(row), arg_min(day_told, row), count(moment), count(moment_local) "
        "FROM log GROUP BY day_fault ORDER BY day_fault"
    ).fetchall()
    return {row[0]: DayFault(int(row[1]), int(row[2]), str(row[3]), int(row[4]), int(row[5])) for row in rows}


def first_faults(
    database: duckdb.DuckDBPyConnection, staged: Staged, day: DaySql, faults: dict[str | None, DayFault]
) -> dict[str, str]:
    """Of each fault for which days are set apart, the first such text and where it stands.

    Raises ComityError (`date`) if the column has text and none of it is a date.
    """
    if NO_DATE in faults and None not in faults and OUT_OF_RANGE not in faults:
        fault = faults[NO_DATE]
        more = f" (and {counted(fault.rows - 1, 'more row')})" if fault.rows > 1 else ""
        fix = "write 2015-07-19, or say its form (formats of the day, in a mapping)"
        if re.fullmatch(DAYS_AS_COUNTED, fault.text):
            fix = "it may be a day as spreadsheets count them: format the column as dates there, and save it again"
        says = f'"{fault.text}" is no date{more}, nor is any other cell of the column: {fix}'
        raise ComityError("date", says, f"{source_of(staged, database, fault.row)}, column {day.column}")
    return {
        kind: f'first "{faults[kind].text}" ({source_of(staged, database, faults[kind].row)}, column {day.column})'
        for kind in (NO_DATE, OUT_OF_RANGE)
        if kind in faults
    }


def zone_notes(day: DaySql, faults: dict[str | None, DayFault]) -> list[str]:
    """What is to be said of the time zones, for the rows with a moment in UTC, and by the clock of the place."""
    moments, local = sum(fault.moments for fault in faults.values()), sum(fault.local for fault in faults.values())
    if day.local and moments:
        return [f"times are told in {day.zone or 'UTC'}; the days are those of {day.local}"]
    if moments and local < moments:
        return ["times are UTC, and so are the days: with the place's time zone (--zone) the days would be those there"]
    if local and not day.zone:
        unused = f"; {day.local} (--zone) is for logs in UTC, and changed nothing" if day.local else ""
        return [f"no time zone is told in the log: days and times are taken as they are written{unused}"]
    if day.local and not local:
        return [f"the log tells days without times: {day.local} (--zone) is for logs in UTC, and changed nothing"]
    return [f"times are those of {day.zone}"] if local else []

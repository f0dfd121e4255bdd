"""What a row's times say of a duty, beside every clock time that they leave possible, counted one by one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.audit.duties.timing import Slot, slot_sql, write_deadlines
from comity.audit.duties.verdicts import TIMINGS
from comity.audit.reading.database import connect
from comity.calendars import after_business_days, after_hours
from comity.deadlines import due_from
from comity.norms import Within

WEEKENDS = ("saturdays", "sundays", "holidays")
PLAIN = Within(48, "hour", "received_at")
COUNTED = Within(48, "hour", "received_at", WEEKENDS)
ODD = Within(30, "hour", "received_at", WEEKENDS)
DAYS = Within(3, "day", "received_at")
BUSINESS = Within(2, "business_day", "received_at")
EVERY = (PLAIN, COUNTED, ODD, DAYS, BUSINESS)

MOMENTS = st.datetimes(datetime(2024, 12, 20), datetime(2025, 1, 10)).map(lambda each: each.replace(microsecond=0))
TIMES = MOMENTS | MOMENTS.map(lambda each: datetime.combine(each.date(), time.min))
"""Over Christmas and New Year, which fall into a week; a day stands as its beginning."""


def due(within: Within, start: datetime) -> datetime:
    """When something is due that starts at a moment, as one decision reckons it."""
    if within.unit == "hour":
        return after_hours(start, within.amount, within.excluding, "US")
    if within.unit == "day":
        return datetime.combine(start.date() + timedelta(days=within.amount), time.max)
    return datetime.combine(after_business_days(start.date(), int(within.amount), "US"), time.max)


def moments(told: datetime) -> list[datetime]:
    """The clock times that a cell leaves possible: of a day its ends, by which all others are settled, as a later start
    is never due earlier; and every half hour."""
    if told.time() != time.min:
        return [told]
    last = datetime.combine(told.date(), time.max)
    return [told + timedelta(minutes=30 * each, microseconds=1) for each in range(48)] + [told, last]


@given(st.sampled_from(EVERY), MOMENTS, st.timedeltas(timedelta(), timedelta(days=1, microseconds=-1)))
def test_a_day_tells_the_deadline_of_each_of_its_moments(within: Within, day: datetime, since: timedelta) -> None:
    midnight = datetime.combine(day.date(), time.min)
    found = due_from(within, midnight.date(), "US")
    if found.later is None:
        told = found.first
    elif since <= found.turn:
        told = found.first + since
    else:
        told = found.later + since - found.turn
    assert told == due(within, midnight + since)


@pytest.fixture(scope="module")
def database() -> Iterator[duckdb.DuckDBPyConnection]:
    with connect() as made:
        yield made


def timing(
    database: duckdb.DuckDBPyConnection,
    within: Within | None,
    start: datetime | None,
    done: datetime | None,
    said: object,
) -> str:
    database.execute(
        "CREATE OR REPLACE TABLE signed_rows AS SELECT CAST(? AS TIMESTAMP) AS start_received_at, "
        "CAST(? AS TIMESTAMP) AS done_0, CAST(? AS BOOLEAN) AS said_0",
        [start, done, said],
    )
    slot = Slot(0, within, "US")
    write_deadlines(database, [slot])
    sql, _, joined = slot_sql(0, slot, ("received_at",), date(2025, 1, 20))
    [(number,)] = database.execute(f"SELECT {sql} FROM signed_rows{joined}").fetchall()
    return TIMINGS[number]


@given(within=st.sampled_from(EVERY), start=TIMES, done=TIMES)
def test_late_only_if_late_at_every_clock_time(
    database: duckdb.DuckDBPyConnection, within: Within, start: datetime, done: datetime
) -> None:
    found = timing(database, within, start, done, True)
    if max(moments(done)) < start:
        assert found == "before the start"
        return
    in_time = {at <= due(within, began) for began in moments(start) for at in moments(done)}
    if len(in_time) == 1:
        assert found == ("in time" if in_time == {True} else "late")
    else:
        assert found in ("clock of the start unknown", "clock of doing unknown", "both clocks unknown")


@pytest.mark.parametrize(
    ("within", "start", "done", "told"),
    [
        (PLAIN, "2025-03-04 09:00", "2025-03-06 09:00", "in time"),
        (PLAIN, "2025-03-04 09:00", "2025-03-06 09:01", "late"),
        (PLAIN, "2025-03-04", "2025-03-05", "in time"),
        (PLAIN, "2025-03-04", "2025-03-06", "both clocks unknown"),
        (PLAIN, "2025-03-04", "2025-03-06 09:00", "clock of the start unknown"),
        (PLAIN, "2025-03-04 09:00", "2025-03-06", "clock of doing unknown"),
        (PLAIN, "2025-03-04", "2025-03-07", "late"),
        # A Friday at noon: Saturday and Sunday do not count, and so it is due on Tuesday at noon.
        (COUNTED, "2025-03-07 12:00", "2025-03-11 12:00", "in time"),
        (COUNTED, "2025-03-07 12:00", "2025-03-11 12:01", "late"),
        # New Year's Day is no business day.
        (BUSINESS, "2024-12-31", "2025-01-03", "in time"),
        (BUSINESS, "2024-12-31", "2025-01-04", "late"),
        (DAYS, "2025-03-04 23:00", "2025-03-07", "in time"),
        (DAYS, "2025-03-04", "2025-03-08", "late"),
        (DAYS, "2025-03-04 10:00", "2025-03-04 09:00", "before the start"),
        (DAYS, None, "2025-03-08", "start unknown"),
        (DAYS, "9999-01-01", "2025-03-08", "start unknown"),
        (None, None, "2025-03-08", "done"),
    ],
)
def test_times_that_are_told(
    database: duckdb.DuckDBPyConnection, within: Within | None, start: str | None, done: str, told: str
) -> None:
    began = datetime.fromisoformat(start) if start else None
    assert timing(database, within, began, datetime.fromisoformat(done), True) == told


@pytest.mark.parametrize(
    ("within", "start", "said", "told"),
    [
        (None, None, None, "nothing told"),
        (None, None, False, "not done"),
        (None, None, True, "done"),
        (DAYS, "2025-03-04", None, "nothing told"),
        (DAYS, "2025-01-04", False, "not done"),
        # The log ends on 20 January, and the time at the end of that day.
        (DAYS, "2025-01-17", False, "not done"),
        (DAYS, "2025-01-18", False, "not done, time left"),
        (DAYS, None, False, "not done, start unknown"),
        (DAYS, "2025-01-04", True, "time unknown"),
    ],
)
def test_what_is_told_without_a_time(
    database: duckdb.DuckDBPyConnection, within: Within | None, start: str | None, said: object, told: str
) -> None:
    assert timing(database, within, datetime.fromisoformat(start) if start else None, None, said) == told

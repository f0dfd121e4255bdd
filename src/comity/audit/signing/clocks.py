"""Facts derived from others, in SQL: the same definition as `comity.derived`, for a moment or a day of the act.

Hours that leave out some days are counted on a calendar, a list of the days that had counted before each day: the hours
from one moment to another are the difference of two places on it.
"""

from __future__ import annotations

from datetime import date, timedelta

import msgspec

from comity.audit.signing.dialect import Dialect, Picks, days_since_epoch
from comity.calendars import counts
from comity.derived import CLOCKS, FEDERAL_HOLIDAYS

FIRST_DAY, LAST_DAY = date(1990, 1, 1), date(2099, 12, 31)
"""What the calendar covers. An earlier moment counts as the first: no bound in law reaches as far back."""

DAY = 86_400_000_000
"""Microseconds."""


class Act(msgspec.Struct, frozen=True):
    """SQL for the time of the act: its day (DATE), and its moment (TIMESTAMP), where more than a day may be told."""

    day: str
    moment: str | None = None

    def first(self, dialect: Dialect) -> str:
        """The earliest microsecond at which the act may lie."""
        return self._end(dialect, f"CAST({dialect.day_number(self.day)} AS BIGINT) * {DAY}")

    def last(self, dialect: Dialect) -> str:
        """The latest microsecond at which the act may lie."""
        return self._end(dialect, f"CAST({dialect.day_number(self.day)} AS BIGINT) * {DAY} + {DAY - 1}")

    def _end(self, dialect: Dialect, of_day: str) -> str:
        return of_day if self.moment is None else f"coalesce({dialect.microseconds(self.moment)}, {of_day})"


def calendar(clock: str) -> list[int]:
    """For each day from FIRST_DAY: twice the number of days before it that count, and 1 more if it does too."""
    excluding = CLOCKS[clock]
    found: list[int] = []
    before, day = 0, FIRST_DAY
    while day <= LAST_DAY:
        counted = counts(day, excluding, FEDERAL_HOLIDAYS)
        found.append(before * 2 + counted)
        before += counted
        day += timedelta(days=1)
    return found


def hours(picks: Picks, clock: str, start: str, end: str) -> str:
    """SQL for the hours from one microsecond to another by a clock; 0 if the end is not after the start."""
    passed = f"({end} - {start})"
    if CLOCKS[clock]:
        passed = f"({_place(picks, clock, end)} - {_place(picks, clock, start)})"
    return f"CASE WHEN {end} <= {start} THEN 0.0 ELSE CAST({passed} AS DOUBLE PRECISION) / 1000000.0 / 3600.0 END"


def days(start: str, end: str) -> str:
    """SQL for the days from one microsecond to another; 0 if the end is before the start."""
    return (
        f"CASE WHEN {end} <= {start} THEN 0.0 ELSE CAST({end} - {start} AS DOUBLE PRECISION) / 1000000.0 / 86400.0 END"
    )


def _place(picks: Picks, clock: str, moment: str) -> str:
    """SQL for the microseconds that count from FIRST_DAY to a microsecond."""
    first, last = days_since_epoch(FIRST_DAY) * DAY, (days_since_epoch(LAST_DAY) + 1) * DAY - 1
    inside = f"(least(greatest({moment}, {first}), {last}) - {first})"
    day = f"CAST(floor({inside} / {DAY}) AS BIGINT)"
    counted = picks.pick(calendar_list(clock), day)
    return f"({picks.dialect.shifted(counted, 1)} * {DAY} + ({counted} & 1) * ({inside} - {day} * {DAY}))"


def calendar_list(clock: str) -> str:
    """The name of the list that holds a clock's calendar."""
    return f"calendar_{clock}"

"""Deadlines: from a norm's machine-readable `due` and what is known, the words and the moment."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

import msgspec

from comity.calendars import after_business_days, after_hours, counts
from comity.findings import DueNote
from comity.knowledge import NEVER, Knowledge, Spans
from comity.norms import AtOnce, By, Due, Every, Within

PERIOD_WORDS = {"year": "each year", "half_year": "each half-year", "quarter": "each quarter", "month": "each month"}
MONTHS_IN = {"year": 12, "half_year": 6, "quarter": 3, "month": 1}
MONTH_NAMES = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


class FromDay(msgspec.Struct, frozen=True):
    """When what starts on a day is due, whatever its clock time.

    `first` is the moment for a start at the beginning of the day. If it `moves`, it moves with the start, up to `turn`
    after the beginning of the day; for a start after that it is `later`, and as much more as the start is after `turn`.
    """

    first: datetime
    moves: bool = False
    turn: timedelta = timedelta()
    later: datetime | None = None


def due_from(due: Within, day: date, calendar: str) -> FromDay:
    """When something is due whose time runs from a day, or from some moment of it."""
    if due.unit != "hour":
        return FromDay(datetime.combine(_due_day(due, day, calendar), time.max))
    midnight = datetime.combine(day, time.min)
    first = after_hours(midnight, due.amount, due.excluding, calendar)
    if not counts(day, due.excluding, calendar):
        return FromDay(first)
    turn = timedelta(hours=-due.amount % 24)
    instant = timedelta.resolution
    later = after_hours(midnight + turn + instant, due.amount, due.excluding, calendar) - instant
    return FromDay(first, True, turn, later)


def _due_day(due: Within, day: date, calendar: str) -> date:
    """The day at whose end it is too late, of a time in days from some hour of a day."""
    if due.unit == "business_day":
        return after_business_days(day, int(due.amount), calendar)
    return day + timedelta(days=due.amount)


def due_note(due: Due | None, on: date, known: Mapping[str, Knowledge], calendar: str) -> DueNote | None:
    """When something is due. `calendar` names the legal holidays that count (`US-IL`)."""
    match due:
        case None:
            return None
        case AtOnce(before):
            return DueNote(f"before {before}" if before else "at once")
        case By(day):
            return DueNote(f"by {day.isoformat()}", day.isoformat())
        case Every():
            return _standing(due, on)
        case Within():
            return DueNote(_words(due), _moment(due, known, calendar))


def _words(due: Within) -> str:
    amount = f"{due.amount:g} {due.unit.replace('_', ' ')}{'' if due.amount == 1 else 's'}"
    excluding = f", not counting {_listed(due.excluding)}" if due.excluding else ""
    return f"within {amount} after {due.after.replace('_', ' ')}{excluding}"


def _listed(names: tuple[str, ...]) -> str:
    words = [name.capitalize() if name != "holidays" else name for name in names]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _moment(due: Within, known: Mapping[str, Knowledge], calendar: str) -> str | None:
    """The day or moment, where the start is known closely enough to tell it."""
    start = known.get(due.after)
    if not isinstance(start, Spans) or len(start.spans) != 1:
        return None
    low, high = start.spans[0]
    if not isinstance(low, date) or not isinstance(high, date) or high in NEVER:
        return None
    if due.unit == "hour":
        if not isinstance(low, datetime) or low != high:
            return None
        return after_hours(low, due.amount, due.excluding, calendar).isoformat()
    first, last = (value.date() if isinstance(value, datetime) else value for value in (low, high))
    if first != last:
        return None
    return _due_day(due, first, calendar).isoformat()


def _standing(due: Every, on: date) -> DueNote:
    """The standing report that covers the day: its stretch of days, and its own day where the law names one."""
    start, end = covered_period(due, on)
    deadline: date | None = None
    words = PERIOD_WORDS[due.period]
    if due.by:
        month, day = map(int, due.by.split("-"))
        deadline = _first_after(end, month, day)
        words = f"by {day} {MONTH_NAMES[month - 1]} {words}"
    words += f", for {start.isoformat()} to {end.isoformat()}"
    return DueNote(words, deadline.isoformat() if deadline else None, (start.isoformat(), end.isoformat()))


def covered_period(due: Every, on: date) -> tuple[date, date]:
    """The first and last day of the year, calendar half-year, quarter or month of the report that covers a day."""
    if due.ending:
        month, day = map(int, due.ending.split("-"))
        end = _first_after(on - timedelta(days=1), month, day)
        return date(end.year - 1, month, day) + timedelta(days=1), end
    months = MONTHS_IN[due.period]
    first = (on.month - 1) // months * months + 1
    start = date(on.year, first, 1)
    following = date(on.year + (first + months > 12), (first + months - 1) % 12 + 1, 1)
    return start, following - timedelta(days=1)


def _first_after(end: date, month: int, day: int) -> date:
    found = date(end.year, month, day)
    return found if found > end else date(end.year + 1, month, day)

"""Legal time: holidays, business days, and hours that do not count Saturdays, Sundays and holidays."""

from __future__ import annotations

from collections.abc import Collection, Container
from datetime import date, datetime, time, timedelta
from functools import cache
from math import inf

from comity.knowledge import NEVER

ONE_DAY = timedelta(days=1)
SATURDAY, SUNDAY = 5, 6
WEEKENDS_AND_HOLIDAYS = frozenset({"saturdays", "sundays", "holidays"})


@cache
def legal_holidays(calendar: str) -> Container[date]:
    """The legal holidays, observed days included, of a country (`US`) or of one of its states (`US-IL`)."""
    from holidays import country_holidays

    country, _, state = calendar.partition("-")
    return country_holidays(country, subdiv=state or None)


def counts(day: date, excluding: Collection[str], calendar: str) -> bool:
    """Whether a day counts, given which of saturdays, sundays and holidays do not."""
    weekday = day.weekday()
    if weekday == SATURDAY and "saturdays" in excluding:
        return False
    if weekday == SUNDAY and "sundays" in excluding:
        return False
    return "holidays" not in excluding or day not in legal_holidays(calendar)


def hours_between(start: datetime, end: datetime, excluding: Collection[str], calendar: str) -> float:
    """Hours from start to end, leaving out the days that do not count; 0 if the end is not after the start."""
    if end <= start:
        return 0.0
    if not excluding:
        return (end - start).total_seconds() / 3600
    total, day = timedelta(), start.date()
    while day <= end.date():
        if counts(day, excluding, calendar):
            midnight = datetime.combine(day, time.min)
            total += min(end, midnight + ONE_DAY) - max(start, midnight)
        day += ONE_DAY
    return total.total_seconds() / 3600


def after_hours(start: datetime, hours: float, excluding: Collection[str], calendar: str) -> datetime:
    """The moment at which so many hours that count have passed."""
    left, here = timedelta(hours=hours), start
    while True:
        tomorrow = datetime.combine(here.date(), time.min) + ONE_DAY
        if counts(here.date(), excluding, calendar):
            if here + left <= tomorrow:
                return here + left
            left -= tomorrow - here
        here = tomorrow


def after_business_days(start: date, days: int, calendar: str) -> date:
    """The last of so many business days after a day, the day itself not counted."""
    day = start
    while days:
        day += ONE_DAY
        if counts(day, WEEKENDS_AND_HOLIDAYS, calendar):
            days -= 1
    return day


def years_between(start: date, end: date) -> float:
    """Years from one day to another: whole anniversaries passed, and the part of the year since the last. Without end
    to the day that is `NEVER`."""
    if end < start:
        return -years_between(end, start)
    if end in NEVER:
        return 0.0 if start == end else inf
    whole = end.year - start.year
    last = _anniversary(start, whole)
    if last > end:
        whole -= 1
        last = _anniversary(start, whole)
    following = _anniversary(start, whole + 1)
    return whole + (end - last).days / (following - last).days


def years_before(end: date, years: float) -> date:
    """The latest day from which at least so many years have passed by another."""
    whole = int(years)
    day = _anniversary(end, -whole)
    while years_between(day, end) < years:
        day -= ONE_DAY
    return day


def _anniversary(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)

"""Facts derived from others, worked out before deciding: from one definition, for whatever is known of the inputs."""

from __future__ import annotations

from datetime import date, datetime

from comity.calendars import WEEKENDS_AND_HOLIDAYS, hours_between, years_between
from comity.knowledge import Choice, Knowledge, RecordList, Spans
from comity.request import Request

FEDERAL_HOLIDAYS = "US"
"""The clock of 8 CFR 287.7(d) leaves out Saturdays, Sundays and (federal) holidays."""

CLOCKS: dict[str, frozenset[str]] = {"hours_held_plain": frozenset(), "hours_held_business": WEEKENDS_AND_HOLIDAYS}
"""For each clock of a hold, the days that it does not count."""


def derive(request: Request) -> dict[str, Knowledge]:
    """All that is known: what was told, and what follows from it. A fact with an input missing stays unknown."""
    known = dict(request.known)
    first, last = request.span_of_act()
    released = known.get("release_due_at")
    if isinstance(released, Spans):
        for clock, excluding in CLOCKS.items():
            known[clock] = Spans(
                tuple(
                    (
                        hours_between(_time(high), first, excluding, FEDERAL_HOLIDAYS),
                        hours_between(_time(low), last, excluding, FEDERAL_HOLIDAYS),
                    )
                    for low, high in released.spans
                )
            )
    received = known.get("received_at")
    if isinstance(received, Spans):
        known["days_since_received"] = Spans(
            tuple(
                (
                    max(0.0, (first - _time(high)).total_seconds() / 86400),
                    max(0.0, (last - _time(low)).total_seconds() / 86400),
                )
                for low, high in received.spans
            )
        )
    declared = known.get("declaration_on")
    if isinstance(declared, Spans):
        answers: set[str] = set()
        for low, high in declared.spans:
            answers |= {"yes"} if _day(low) <= request.on else set()
            answers |= {"no"} if _day(high) > request.on else set()
        known["declaration_before_act"] = Choice(frozenset(answers))
    for name in ("convictions", "charges"):
        records = known.get(name)
        if isinstance(records, RecordList):
            known[name] = RecordList(
                tuple(_aged(record, known, request.on) for record in records.records), records.open
            )
    return known


def _aged(record: dict[str, Knowledge], known: dict[str, Knowledge], on: date) -> dict[str, Knowledge]:
    """The record with the years from its judgment to the day of the act, and to the present arrest net of prison."""
    judged, arrested = record.get("judgment_on"), known.get("arrested_on")
    prison = record.get("years_incarcerated")
    if not isinstance(judged, Spans):
        return record
    since = tuple(
        (max(0.0, years_between(_day(high), on)), max(0.0, years_between(_day(low), on))) for low, high in judged.spans
    )
    record = {**record, "years_since_judgment": Spans(since)}
    if not (isinstance(arrested, Spans) and isinstance(prison, Spans)):
        return record
    spans = tuple(
        (
            max(0.0, years_between(_day(judged_high), _day(arrested_low)) - _number(prison_high)),
            max(0.0, years_between(_day(judged_low), _day(arrested_high)) - _number(prison_low)),
        )
        for judged_low, judged_high in judged.spans
        for arrested_low, arrested_high in arrested.spans
        for prison_low, prison_high in prison.spans
    )
    return {**record, "years_before_arrest": Spans(spans)}


def _time(value: object) -> datetime:
    assert isinstance(value, datetime)
    return value


def _day(value: object) -> date:
    assert isinstance(value, date)
    return value


def _number(value: object) -> float:
    assert isinstance(value, float | int)
    return float(value)

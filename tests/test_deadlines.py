"""Standing reports: which stretch of days a report covers, and when it is due."""

from __future__ import annotations

from datetime import date
from math import inf

import pytest

from comity.calendars import years_between
from comity.deadlines import due_note
from comity.decide import Law
from comity.findings import DueNote
from comity.norms import Every

YEAR_TO_JUNE = Every("year", "09-01", ending="06-30")


@pytest.mark.parametrize(
    ("due", "on", "covering", "at"),
    [
        (YEAR_TO_JUNE, date(2025, 6, 30), ("2024-07-01", "2025-06-30"), "2025-09-01"),
        (YEAR_TO_JUNE, date(2025, 7, 1), ("2025-07-01", "2026-06-30"), "2026-09-01"),
        (YEAR_TO_JUNE, date(2026, 1, 15), ("2025-07-01", "2026-06-30"), "2026-09-01"),
        (Every("year", "03-01"), date(2025, 6, 30), ("2025-01-01", "2025-12-31"), "2026-03-01"),
        (Every("quarter"), date(2025, 6, 30), ("2025-04-01", "2025-06-30"), None),
    ],
)
def test_a_report_covers_its_own_year_and_is_due_after_it(
    due: Every, on: date, covering: tuple[str, str], at: str | None
) -> None:
    note = due_note(due, on, {}, "US")
    assert isinstance(note, DueNote)
    assert (note.covering, note.at) == (covering, at)


def test_nothing_is_reckoned_from_a_day_that_never_comes() -> None:
    law = Law.load()
    held = law.decide(
        agency="us/il/local/jail",
        on="2017-08-26T12:00",
        actions=["hold"],
        facts={"instruments": ["i247a"], "release_due_at": "never"},
    ).finding("hold")
    assert held.status == "permitted"
    assert held.limit is not None
    assert held.limit.lapses_at is None
    asked = law.decide(agency="us/il/chicago/police", on="2025-01-21", facts={"received_at": "never"})
    assert all(duty.due is None or duty.due.at is None for duty in asked.duties if duty.action == "report")
    assert years_between(date(2025, 1, 1), date.max) == inf
    assert years_between(date.max, date(2025, 1, 1)) == -inf
    assert years_between(date.max, date.max) == 0


def test_every_date_of_a_record_may_be_never_or_the_last_day_that_can_be_told() -> None:
    law = Law.load()
    for day in ("0001-01-01", "2999-12-31", "never"):
        for agency in ("us/ca/local/jail", "us/ny/new-york-city/correction"):
            facts = {"convictions": [{"judgment_on": day, "committed_on": day}], "arrested_on": day}
            assert law.decide(agency=agency, on="2025-01-21", facts=facts).findings

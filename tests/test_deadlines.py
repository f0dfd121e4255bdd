"""Standing reports: which stretch of days a report covers, and when it is due."""

from __future__ import annotations

from datetime import date

import pytest

from comity.deadlines import due_note
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

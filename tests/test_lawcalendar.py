"""The calendar of standing reports: days and periods worked out from the provisions, whom they bind, what courts do."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from smallworld import small_law
from surfaces import error_of, run, run_json

from comity.decide import Law
from comity.lawcalendar import ReportDue, falls_due, report_calendar
from comity.library import Library
from comity.norms import Every

CALENDAR_2025 = (date(2025, 1, 1), date(2025, 12, 31))


@pytest.fixture(scope="module")
def library() -> Library:
    return Law.load().library


def rows(library: Library, path: str, year: int, instrument: str) -> list[ReportDue]:
    return [each for each in report_calendar(library, path, year).reports if each.norm.startswith(f"{instrument}#")]


def test_the_trust_act_report_is_due_on_1_march_for_the_calendar_year_before(library: Library) -> None:
    # 5 ILCS 805/25: yearly to the Attorney General, by 1 March, or a certificate that there was nothing.
    (report,) = rows(library, "us/il/local/sheriff", 2026, "us/il/trust-act")
    assert (report.day, report.day_named) == (date(2026, 3, 1), True)
    assert (report.start, report.end) == CALENDAR_2025
    assert (report.cite, report.owed_to, report.nil) == ("5 ILCS 805/25", "us/il/attorney-general", "certify")
    assert (report.evidence, report.state, report.agencies) == ("text", "due", ("us/il/local/sheriff",))
    assert "how_each_request_was_handled" in report.contents


def test_the_trust_act_report_began_with_the_text_of_2021(library: Library) -> None:
    # Section 25 counts from 2 August 2021: no 1 March before 2022 fell under it.
    assert rows(library, "us/il/local/sheriff", 2021, "us/il/trust-act") == []
    assert [each.day for each in rows(library, "us/il/local/sheriff", 2022, "us/il/trust-act")] == [date(2022, 3, 1)]


def test_a_quarterly_report_without_a_day_stands_at_the_end_of_each_quarter(library: Library) -> None:
    # MCC 2-173-069(a): each quarter, no day named.
    found = rows(library, "us/il/chicago/police", 2026, "us/il/chicago/welcoming-city")
    quarters = [each for each in found if each.cite == "MCC 2-173-069(a)"]
    assert [(each.day, each.start) for each in quarters] == [
        (date(2026, 3, 31), date(2026, 1, 1)),
        (date(2026, 6, 30), date(2026, 4, 1)),
        (date(2026, 9, 30), date(2026, 7, 1)),
        (date(2026, 12, 31), date(2026, 10, 1)),
    ]
    assert all(each.end == each.day and not each.day_named and each.nil == "" for each in quarters)


def test_a_year_that_ends_in_june_is_reported_by_1_september(library: Library) -> None:
    # NYC Admin. Code 14-154(f): by 1 September, for the year that ends on 30 June.
    (report,) = rows(library, "us/ny/new-york-city/police", 2026, "us/ny/new-york-city/code-14-154")
    assert (report.day, report.start, report.end) == (date(2026, 9, 1), date(2025, 7, 1), date(2026, 6, 30))


def test_a_text_that_was_replaced_is_followed_by_the_one_in_force_on_the_day(library: Library) -> None:
    # 14-154(f) of 2014 named 15 October and the year to 30 September; that text ended on 30 January 2018.
    instrument = "us/ny/new-york-city/code-14-154"
    (old,) = rows(library, "us/ny/new-york-city/police", 2017, instrument)
    (new,) = rows(library, "us/ny/new-york-city/police", 2018, instrument)
    assert (old.norm, old.day) == (f"{instrument}#f-2014", date(2017, 10, 15))
    assert (new.norm, new.day) == (f"{instrument}#f", date(2018, 9, 1))


def test_a_monthly_report_comes_twelve_times_and_only_where_its_law_reaches(library: Library) -> None:
    # ORS 181A.826(3)(b): each month to the Criminal Justice Commission.
    (agency, *_) = (each.id for each in library.agencies().values() if each.place.startswith("us/or"))
    found = rows(library, agency, 2025, "us/or/sanctuary-promise-act")
    assert [each.day.month for each in found] == list(range(1, 13))
    assert found[1].day == date(2025, 2, 28)
    assert rows(library, "us/il/local/police", 2025, "us/or/sanctuary-promise-act") == []


def test_a_place_stands_for_its_agencies_and_those_below_each_report_once(library: Library) -> None:
    calendar = report_calendar(library, "us/il", 2026)
    (trust,) = [each for each in calendar.reports if each.norm == "us/il/trust-act#25-report"]
    assert {"us/il/state-police", "us/il/chicago/police", "us/il/local/jail"} <= set(trust.agencies)
    assert "us/il/chicago/library" not in trust.agencies
    assert [each.day for each in calendar.reports] == sorted(each.day for each in calendar.reports)
    chicago = [each.norm for each in calendar.reports if each.cite == "MCC 2-173-069(b)"]
    assert chicago == ["us/il/chicago/welcoming-city#069-b"] * 4
    below = report_calendar(library, "us/il/chicago", 2026).reports
    assert all(agency.startswith("us/il/chicago/") for each in below for agency in each.agencies)


def test_a_condition_on_which_a_report_is_owed_is_told(library: Library) -> None:
    # F.S. 908.11(2): a jail without a 287(g) agreement reports each quarter; in force from 1 April 2025.
    jails = [each.id for each in library.agencies().values() if each.place.startswith("us/fl") and "jail" in each.kinds]
    found = [each for each in rows(library, jails[0], 2025, "us/fl/chapter-908") if each.cite == "F.S. 908.11(2)"]
    assert [each.day for each in found] == [date(2025, 6, 30), date(2025, 9, 30), date(2025, 12, 31)]
    assert found[0].when == ("287(g) agreement: none",)


def test_a_proposal_owes_nothing(library: Library) -> None:
    assert rows(library, "us/wi", 2026, "us/wi/ab-24-2025") == []


@pytest.mark.parametrize(
    ("due", "year", "expected"),
    [
        (Every("half_year"), 2026, [("2026-06-30", "2026-01-01"), ("2026-12-31", "2026-07-01")]),
        (Every("year", "01-01"), 2026, [("2026-01-01", "2025-01-01")]),
        (Every("year", "03-15", ending="06-30"), 2026, [("2026-03-15", "2024-07-01")]),
        (Every("year", ending="02-28"), 2024, [("2024-02-28", "2023-03-01")]),
    ],
)
def test_every_period_falls_due_once(due: Every, year: int, expected: list[tuple[str, str]]) -> None:
    found = [(day.isoformat(), start.isoformat()) for day, _, start, _ in falls_due(due, year)]
    assert found == expected


ACT = """
instrument: us/aa/act
title: An Act on Reports
cite: AA 1
kind: statute
source: https://example.org/act
read: 2025-01-02
versions:
  v1: {from: {between: [2020-01-01, 2020-05-31]}, by: L. 1}
norms:
  - id: yearly
    cite: AA 1(a)
    in_force: v1..
    binds: {any: [jail, police]}
    requires: [explain]
    owed_to: the Minister
    due: {every: year, by: 03-01, covering: previous_calendar_year, nil: none}
    says: A report each year.
    evidence: secondary
disputes:
  - id: stay
    court: Ct. App.
    cite: Doe v. Aa
    effect: suspends
    norms: [yearly]
    reach: {agencies: [us/aa/jail]}
    from: 2022-01-01
    to: 2022-12-31
    says: Stayed for the jail.
    evidence: text
    source: https://example.org/doe
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return small_law(tmp_path, act=ACT)


def states(folder: Path, year: int) -> list[tuple[str, list[str], list[str]]]:
    told = run_json(folder, "law", "--reports", "us/aa", "--year", str(year))
    return [(each["state"], each["agencies"], each["disputes"]) for each in told["reports"]]


def test_a_court_parts_those_whom_it_reaches_from_the_others(folder: Path) -> None:
    assert states(folder, 2022) == [
        ("suspended", ["us/aa/jail"], ["us/aa/act#stay"]),
        ("due", ["us/aa/police"], []),
    ]
    assert states(folder, 2023) == [("due", ["us/aa/jail", "us/aa/police"], [])]


def test_a_day_inside_an_uncertain_band_is_uncertain(folder: Path) -> None:
    assert states(folder, 2020) == [("uncertain", ["us/aa/jail", "us/aa/police"], [])]
    assert states(folder, 2019) == []


def test_people_read_a_table_and_what_each_law_asks(folder: Path) -> None:
    told = run(folder, "law", "--reports", "us/aa/jail", "--year", "2022").stdout
    (row,) = (line for line in told.splitlines() if line.startswith("2022-03-01"))
    assert " ".join(row.split()).startswith("2022-03-01 2021-01-01 to 2021-12-31 explain the Minister AA 1(a)")
    assert "(suspended" in told
    assert "Nothing to report:  nothing is owed" in told
    assert "Evidence:  read in a secondary source only, 2025-01-02" in told
    assert "The encoded law asks for none." in run(folder, "law", "--reports", "us/aa/library", "--year", "2022").stdout


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("--reports", "us/aa/jial"), "unknown_path", 'did you mean "us/aa/jail"?'),
        (("--reports", "us/aa", "--year", "26"), "bad_year", "write 2026"),
        (("--reports", "us/aa", "--year", "9999"), "bad_year", "1900 to 2200"),
        (("--year", "2026"), "usage", "without --reports"),
        (("--reports", "us/aa", "--on", "2022-01-01"), "usage", "has no meaning beside --reports"),
        (("--reports", "us/aa", "--verify"), "usage", "has no meaning beside --reports"),
        (("us/aa", "--reports", "us/aa"), "usage", "has no meaning beside --reports"),
    ],
)
def test_what_cannot_be_asked_is_named(folder: Path, arguments: tuple[str, ...], code: str, words: str) -> None:
    error = error_of(folder, "law", *arguments)
    assert error["code"] == code
    assert words in error["message"]

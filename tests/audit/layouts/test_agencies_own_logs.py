"""Logs that agencies keep themselves: the record shows what was done, and when."""

from __future__ import annotations

import pytest

from tests.audit.layouts.conftest import Bench

ILLINOIS = "Date Received,Type,Bail Posted,Released or Transferred,Disposition Date,Transferred To\n"
CHICAGO = "Date Received,Type,Transferred,Federal Agency\n"


def test_times_of_bail_and_release(bench: Bench) -> None:
    bench.text(
        ILLINOIS + "02/03/2025 08:00,Immigration Detainer,02/04/2025 10:30,Released,02/04/2025 14:05,\n"
        "02/05/2025,Civil Immigration Warrant (I-200),,Transferred,02/06/2025 09:00,ICE\n"
        "02/07/2025,Immigration Detainer,02/07/2025,,,\n"
        "02/08/2025,Subpoena,,,,\n"
    )
    assert bench.choose().layout.name == "illinois-805-25"
    prepared = bench.apply("illinois-805-25", agency="us/il/local/jail")
    assert prepared.holder_form == "agency"
    assert prepared.has_moments
    assert bench.rows(
        "SELECT day::VARCHAR, moment::VARCHAR, moment_local::VARCHAR, kind, outcome, fact_release_due_at::VARCHAR, "
        "holder_name FROM log ORDER BY row"
    ) == [
        # Chicago is six hours behind UTC in winter; law runs on its clock.
        (
            "2025-02-04",
            "2025-02-04 20:05:00",
            "2025-02-04 14:05:00",
            0,
            "released",
            "2025-02-04 10:30:00",
            "us/il/local/jail",
        ),
        ("2025-02-06", "2025-02-06 15:00:00", "2025-02-06 09:00:00", 1, "transferred", None, "us/il/local/jail"),
        ("2025-02-07", None, None, 0, "no outcome recorded", None, "us/il/local/jail"),
        ("2025-02-08", None, None, None, "no outcome recorded", None, "us/il/local/jail"),
    ]
    shows = {shown.name: shown.shows for shown in prepared.outcomes}
    assert shows["transferred"] == {"transfer_custody": "done"}
    assert shows["released"] == {"transfer_custody": "declined"}
    assert shows["no outcome recorded"] == {}


def outcomes_of(bench: Bench, rows: list[str]) -> list[str]:
    bench.text(ILLINOIS + "".join(f"02/03/2025,Detainer,,{row[0]},02/04/2025,{row[1]}\n" for row in map(_cells, rows)))
    bench.apply("illinois-805-25", agency="us/il/local/jail")
    return [outcome for (outcome,) in bench.rows("SELECT outcome FROM log ORDER BY row")]


def _cells(row: str) -> tuple[str, str]:
    words, _, agency = row.partition(" > ")
    return words, agency


def test_only_a_transfer_to_a_federal_agency_is_shown_as_one(bench: Bench) -> None:
    told = {
        "Transferred > ICE": "transferred",
        "Turned over > U.S. Marshals Service": "transferred",
        "Turned over > United States Marshal": "transferred",
        "Turned over > Peachtree Corners Marshal's Office": "handed to another",
        "Released to the city marshal": "handed to another",
        "Released to ICE": "turned over to a federal agency",
        "Picked up by ICE": "turned over to a federal agency",
        "Transferred to the custody of ICE": "turned over to a federal agency",
        "ICE": "turned over to a federal agency",
        "Transferred": "handed to another",
        "Transferred > Lake County Jail": "handed to another",
        "Transferred to IDOC": "handed to another",
        "Released to parent": "handed to another",
        "Not transferred": "told with a not",
        "Released; not turned over to ICE": "told with a not",
        "ICE declined to pick up; released": "told with a not",
        "ICE didn't come": "told with a not",
        "Released > ICE": "released, and an agency named",
        "Released": "released",
        "Released before ICE came": "released",
        "Bonded out": "released",
        "Held on bond": "other",
    }
    assert dict(zip(told, outcomes_of(bench, list(told)), strict=True)) == told


@pytest.mark.parametrize(("layout", "header"), [("illinois-805-25", ILLINOIS), ("chicago-detainer-log", CHICAGO)])
def test_a_judges_warrant_is_no_administrative_one(layout: str, header: str, bench: Bench) -> None:
    papers = {
        "Administrative Warrant": 1,
        "Civil Immigration Warrant (I-200)": 1,
        "ICE arrest warrant": 1,
        "I-205": 1,
        "Warrant": 1,
        "Judicial warrant": None,
        "Federal criminal warrant": None,
        "Bench warrant": None,
        "Immigration detainer and judicial warrant": 0,
    }
    bench.text(header + "".join(f"02/03/2025,{paper}{',' * (header.count(',') - 1)}\n" for paper in papers))
    bench.apply(layout, agency="us/il/local/jail" if header is ILLINOIS else "")
    assert [kind for (kind,) in bench.rows("SELECT kind FROM log ORDER BY row")] == list(papers.values())


def test_log_of_the_chicago_police(bench: Bench) -> None:
    rows = [
        "3/4/2024,Detainer,N,",
        "3/5/2024,Administrative Warrant,Yes,ICE",
        "3/6/2024,Detainer,,",
        "3/7/2024,Detainer,so,",
        "3/8/2024,Detainer,Y,Cook County Jail",
    ]
    bench.text(CHICAGO + "\n".join(rows))
    assert bench.choose().layout.name == "chicago-detainer-log"
    prepared = bench.apply("chicago-detainer-log")
    assert bench.rows("SELECT DISTINCT holder_name FROM log") == [("us/il/chicago/police",)]
    assert bench.rows("SELECT kind, outcome FROM log ORDER BY row") == [
        (0, "not transferred"),
        (1, "transferred"),
        (0, "no outcome recorded"),
        (0, "other"),
        (0, "transferred elsewhere"),
    ]
    assert [kind.actions for kind in prepared.kinds] == [
        ("hold", "notify_release", "transfer_custody"),
        ("hold", "transfer_custody"),
    ]

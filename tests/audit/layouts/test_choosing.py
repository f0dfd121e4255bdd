"""Which layout a file has: by its columns, with reasons; never by a guess between two."""

from __future__ import annotations

from pathlib import Path

import pytest

from comity.audit.layouts.read import built_in, built_in_names
from comity.errors import ComityError
from comity.vocabulary import Vocabulary
from tests.audit.layouts.conftest import Bench

REAL = {
    "detainers_us_fy2015ytd.parquet": ("ice-detainers-2015", 79_053),
    "detainers_us_lifted_usc_or_not_deportable_2007_2015.parquet": ("ice-detainers-2015", 2_539),
    "detainers_mn_stcloud_2026_full_columns.csv": ("ice-detainers-2026", 22),
    "agreements_287g_2021_2026.parquet": ("agreements-287g", 2_167),
    "agreements_287g_2002_2017.csv": ("agreements-287g", 102),
    "pending_287g_2025_2026.parquet": ("pending-287g", 967),
    "flock_org_audit_okaloosa_fl_2025.parquet": ("flock-organization-audit", 7_273),
    "flock_search_eugene_or_2025.parquet": ("flock-portal-search", 4_294),
    "i213_arrests_seattle_aor_2021_2025.parquet": ("i213-arrests", 10_962),
}

STANDARD = (
    "ID,Name,Org Name,Total Networks Searched,Time Frame,License Plate,Reason,Case #,Filters,Search Time,Search Type,"
    "Text Prompt,Moderation"
)
VARIANTS = {
    "standard": (
        STANDARD,
        '1,***,{},12,"11/01/2025, 01:00:00 AM UTC\n11/02/2025, 01:00:00 AM UTC",***,theft,,,'
        '"11/02/2025, 05:01:33 AM UTC",lookup,,',
    ),
    "with devices": (
        STANDARD.replace("Searched,Time", "Searched,Total Devices Searched,Time"),
        '1,***,{},12,300,,***,theft,,,"1/2/2025, 5:01:33 PM UTC",lookup,,',
    ),
    "federal export": (
        "ID,Name,Org Name,Total Networks Searched,License Plate,Reason,Case #,Filters,Search Time,Search Type",
        '1,***,{},1103,***,Other - Not Applicable,,,"04/10/2026, 05:01:33 AM UTC",lookup',
    ),
    "after 17 December 2025": (
        "ID,Org Name,Total Networks Searched,Time Frame,Reason,Case #,Filters,Search Time,Search Type,Moderation",
        '1,{},7,,theft,,,"01/10/2026, 05:01:33 AM UTC",lookup,',
    ),
    "day and time apart": (
        "ID,Org Name,Total Networks Searched,Reason,Search Date,Search Time",
        "1,{},7,theft,01/10/2026,05:01:33 AM",
    ),
    "offence list": (
        "ID,Org Name,Total Networks Searched,Offense Type,Reason,Search Time,Search Type",
        '1,{},7,Theft - ,,"01/10/2026, 05:01:33 AM UTC",lookup',
    ),
}


@pytest.mark.parametrize("name", REAL)
def test_real_files(bench: Bench, shared: Path, name: str) -> None:
    layout, rows = REAL[name]
    staged = bench.read(shared / name)
    choice = bench.choose()
    assert (choice.layout.name, staged.rows, staged.quarantined) == (layout, rows, 0)
    agency = {"agency": "us/or/local/police"} if choice.layout.holder.asked else {}
    prepared = bench.apply(layout, **agency)
    assert prepared.rows == rows
    assert prepared.quarantined == 0
    assert bench.rows("SELECT count(*), count(DISTINCT row) FROM log") == [(rows, rows)]


@pytest.mark.parametrize("variant", VARIANTS)
def test_variants_of_search_audits(bench: Bench, variant: str) -> None:
    header, row = VARIANTS[variant]
    bench.text(f"{header}\n{row.format('Conway AR PD')}\n{row.format('Conway AR PD')}\n")
    assert bench.choose().layout.name == "flock-organization-audit"
    bench.apply("flock-organization-audit")
    assert bench.rows("SELECT count(day), count(moment), count(DISTINCT holder_name) FROM log") == [(2, 2, 1)]


def test_audit_of_several_organisations_is_a_network_audit(bench: Bench) -> None:
    header, row = VARIANTS["federal export"]
    names = (
        "[Federal] Federal Bureau of Investigation (FBI)",
        "Conway AR PD",
        "[Federal] US Border Patrol - AZ",
        "HSI X",
    )
    bench.text("\n".join([header, *(row.format(name) for name in names)]))
    assert bench.choose().layout.name == "flock-network-audit"
    prepared = bench.apply("flock-network-audit", agency="us/il/local/police", zone="America/Chicago")
    assert prepared.layout.searcher == "organization", "who searched is told by the name, with the state at hand"
    # Five in the morning UTC is midnight in Chicago in April, of the same day there; half past four is the day before.
    assert bench.rows("SELECT DISTINCT day::VARCHAR, moment::VARCHAR, moment_local::VARCHAR FROM log") == [
        ("2026-04-10", "2026-04-10 05:01:33", "2026-04-10 00:01:33")
    ]
    assert prepared.outcomes[0].shows == {"share_alpr": "done"}


def test_portal_with_zone(bench: Bench) -> None:
    bench.text("id,userId,searchDate,networkCount,reason\n1,***,2025-07-01T02:00:00.123Z,3,theft\n")
    assert bench.choose().layout.name == "flock-portal-search"
    prepared = bench.apply("flock-portal-search", agency="us/ca/local/police", zone="America/Los_Angeles")
    assert bench.rows("SELECT day::VARCHAR, moment::VARCHAR FROM log") == [("2025-06-30", "2025-07-01 02:00:00.123")]
    assert prepared.notes == ("times are told in UTC; the days are those of America/Los_Angeles",)


def test_log_that_does_not_say_whose_it_is(bench: Bench) -> None:
    bench.text("id,userId,searchDate,networkCount,reason\n1,***,2025-07-01T02:00:00.123Z,3,theft\n")
    with pytest.raises(ComityError) as caught:
        bench.apply("flock-portal-search")
    assert (caught.value.code, caught.value.at) == ("holder", "--agency")


def test_time_zone_that_there_is_not(bench: Bench) -> None:
    bench.text("id,userId,searchDate,networkCount,reason\n1,***,2025-07-01,3,theft\n")
    with pytest.raises(ComityError) as caught:
        bench.apply("flock-portal-search", agency="us/or/local/police", zone="America/Chigaco")
    assert (caught.value.code, caught.value.at) == ("zone", "--zone")
    assert 'did you mean "America/Chicago"' in caught.value.message


def test_file_that_no_layout_fits(bench: Bench) -> None:
    bench.text("day,facility,state,city\n2015-01-01,A,B,C\n")
    with pytest.raises(ComityError) as caught:
        bench.choose()
    assert caught.value.code == "layout"
    assert 'ice-detainers-2015, also wants "Prepare Date"' in caught.value.message
    assert "--draft-map" in caught.value.message


def test_a_log_of_several_states_is_no_log_of_one_agency(bench: Bench) -> None:
    header = "prepare_date,detainer_type,facility,state,city,lift_reason"
    rows = "".join(f"2015-01-0{day},,A,{state},B,\n" for day, state in enumerate(("TEXAS", "ILLINOIS", "IOWA"), 1))
    bench.text(f"{header}\n{rows}")
    with pytest.raises(ComityError) as caught:
        bench.apply("ice-detainers-2015", agency="us/il/local/jail")
    assert (caught.value.code, caught.value.at) == ("holder", "--agency")
    assert "its rows are of Illinois, Iowa and 1 more" in caught.value.message


def test_a_log_of_one_state_may_be_that_of_an_agency_told(bench: Bench) -> None:
    header = "prepare_date,detainer_type,facility,state,city,lift_reason"
    bench.text(f"{header}\n2015-01-01,,A,IL,B,\n2015-01-02,,C,Illinois,,\n")
    bench.apply("ice-detainers-2015", agency="us/il/local/jail")
    assert bench.rows("SELECT DISTINCT holder_name FROM log") == [("us/il/local/jail",)]


def test_two_layouts_that_fit_alike_are_both_named(bench: Bench) -> None:
    jail = "Date Received,Type,Bail Posted,Released or Transferred,Disposition Date"
    bench.text(f"id,userId,searchDate,cameraCount,reason,{jail}\n1,u,2025-07-01,3,theft,2025-07-01,detainer,,,\n")
    with pytest.raises(ComityError) as caught:
        bench.choose()
    assert (caught.value.code, caught.value.at) == ("layout", "log.csv")
    assert "fit the layouts flock-portal-search and illinois-805-25 alike" in caught.value.message


def test_layout_by_name(bench: Bench) -> None:
    bench.text("id,userId,searchDate,networkCount,reason\n1,***,2025-07-01,3,theft\n")
    assert bench.choose("flock-portal-search").why == "as --layout says"
    with pytest.raises(ComityError) as caught:
        bench.choose("flock-portal-serch")
    assert 'did you mean "flock-portal-search"?' in caught.value.message


def test_event_log(bench: Bench) -> None:
    bench.text(
        "Event Id,Timestamp,user,entity_type,event_type,entity_details\n"
        "1,2025-03-01T02:00:00Z,u,share,created,[Federal] US Border Patrol - AZ\n"
        "2,2025-03-01T02:00:00+00:00,u,share,deleted,[Federal] US Border Patrol - AZ\n"
        "3,2025-03-02 09:00:00,u,user,updated,\n"
        "4,2025-03-02 10:00:00,u,Network Share,UPDATED,Pasadena TX PD\n"
    )
    assert bench.choose().layout.name == "flock-event-log"
    prepared = bench.apply("flock-event-log", agency="us/ca/local/police", zone="America/Los_Angeles")
    asks = [(kind.name, kind.actions) for kind in prepared.kinds]
    assert [(name, actions) for name, actions in asks if actions] == [("sharing begun or changed", ("share_alpr",))]
    assert bench.rows("SELECT day::VARCHAR, kind, outcome FROM log ORDER BY row") == [
        ("2025-02-28", 0, "set up"),
        ("2025-02-28", 1, "ended"),
        ("2025-03-02", 2, "changed"),
        ("2025-03-02", 0, "changed"),
    ]
    (requester,) = prepared.facts
    told = bench.rows("SELECT fact_requester FROM log ORDER BY row")
    assert [None if code is None else requester.values[code] for (code,) in told] == [
        ["border_patrol"], ["border_patrol"], None, None
    ]  # fmt: skip
    assert not any(outcome.shows for outcome in prepared.outcomes)


EVENTS = "Event Id,Timestamp,user,entity_type,event_type,entity_details\n"


@pytest.mark.parametrize(
    ("rows", "columns"),
    [
        ("1,2025-03-01T02:00:00Z,u,order,created,x\n2,2025-03-01T02:00:00Z,u,invoice,updated,x\n", "entity_type"),
        ("1,1740794400,u,share,created,x\n2,1740794401,u,user,updated,x\n", "Timestamp"),
        ("1,2025-03-01 02:00,u,ABC1234,hit,x\n2,2025-03-01 02:05,u,XYZ987,hit,x\n", "entity_type and event_type"),
        ("1,2025-03-01 02:00,u,user,click,x\n2,2025-03-01 02:05,u,user,page view,x\n", "event_type"),
    ],
)
def test_a_log_that_looks_like_an_event_log_is_not_taken_for_one(bench: Bench, rows: str, columns: str) -> None:
    bench.text(EVENTS + rows)
    with pytest.raises(ComityError) as caught:
        bench.choose()
    assert f"but what most of {columns} holds is none of its values" in caught.value.message
    assert "--layout flock-event-log" in caught.value.message


def test_an_event_log_may_hold_marks_and_words_of_its_own(bench: Bench) -> None:
    bench.text(
        EVENTS + '1,"03/01/2025, 02:00:00 PM UTC",***,***,n/a,\n2,3/1/25 14:00,u,Network Share,CREATED,Gary IN PD\n'
        "3,2025-03-01T02:00:00+00:00,u,user,deactivated,\n4,2025-03-01 02:00:00,u,Role,updated,\n"
    )
    assert bench.choose().layout.name == "flock-event-log"


def test_what_was_likely_misread_is_said_with_the_columns(bench: Bench) -> None:
    bench.text("prepare_date:detainer_type:facility\n2015-07-09:x:y\n")
    with pytest.raises(ComityError) as caught:
        bench.choose()
    assert "name that with --delimiter" in caught.value.message


def test_log_without_a_header(bench: Bench) -> None:
    bench.text("07/09/2015,I247,COOK COUNTY JAIL\n07/10/2015,I247,COOK COUNTY JAIL\n")
    with pytest.raises(ComityError) as caught:
        bench.choose()
    assert "Its first row looks like data" in caught.value.message
    assert "--header-row N" in caught.value.message


def test_days_as_a_spreadsheet_counts_them(bench: Bench) -> None:
    bench.text("prepare_date,detainer_type,facility,state,city,lift_reason\n42194,,A,B,C,\n")
    with pytest.raises(ComityError) as caught:
        bench.apply("ice-detainers-2015")
    assert caught.value.at == "log.csv, row 1, column prepare_date"
    assert "format the column as dates" in caught.value.message


def test_column_that_stands_twice(bench: Bench) -> None:
    bench.text("prepare_date,detainer_type,facility,state,city,lift_reason,City\n2015-07-09,,A,B,C,,D\n")
    with pytest.raises(ComityError) as caught:
        bench.apply("ice-detainers-2015")
    assert caught.value.code == "columns"
    assert '"city"' in caught.value.message


def test_every_built_in_layout_says_what_it_cannot_tell(vocabulary: Vocabulary) -> None:
    assert len(built_in_names()) >= 10
    for name in built_in_names():
        layout = built_in(name, vocabulary)
        assert layout.name == name
        assert layout.says
        assert layout.cannot_tell
        assert layout.cite
        assert layout.keys

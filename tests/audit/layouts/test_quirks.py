"""The dirty values of real logs, by their numbers in docs/reference/dirty-values.md: each survives reading.

The files are made here, small, with the values as they were seen.
"""

from __future__ import annotations

import pytest

from comity.audit.reading.doubt import Doubt
from comity.audit.reading.quality import Quality, assess
from comity.errors import ComityError
from tests.audit.layouts.conftest import Bench
from tests.audit.workbooks import write_workbook

ICE = "prepare_date,detainer_type,facility,state,city,lift_reason"
FORM = "I247 - Immigration Detainer - Notice of Action (as of March 2013)"
PORTAL = "id,userId,searchDate,cameraCount,reason"
SEARCHES = "ID,Org Name,Total Networks Searched,Time Frame,Reason,Case #,Search Time,Search Type,Moderation"
AGREEMENTS = "STATE,LAW ENFORCEMENT AGENCY,SUPPORT TYPE,SIGNED"


def detainers(bench: Bench, *rows: str) -> None:
    bench.text("\n".join([ICE, *rows]) + "\n")
    bench.apply("ice-detainers-2015")


def quality(bench: Bench, layout: str, **given: str) -> Quality:
    return assess(bench.database, bench.staged, bench.apply(layout, **given))


def test_01_silence_is_never_read_as_honoured(bench: Bench) -> None:
    detainers(bench, f"2015-01-01,{FORM},A,ILLINOIS,B,", f"2015-01-01,{FORM},A,ILLINOIS,B,  ")
    assert bench.rows("SELECT DISTINCT outcome, outcome_words FROM log") == [("no outcome recorded", None)]
    silent = bench.apply("ice-detainers-2015").outcomes[0]
    assert (silent.name, silent.shows) == ("no outcome recorded", {})


def test_02_rows_without_a_place_are_kept(bench: Bench) -> None:
    detainers(bench, f"2015-01-01,{FORM},OTHER-OTHER FACILITY,,,", f"2015-01-01,{FORM},,,,")
    assert bench.rows("SELECT holder_name, holder_state, holder_city FROM log ORDER BY row") == [
        ("OTHER-OTHER FACILITY", None, None),
        (None, None, None),
    ]


def test_03_to_08_names_and_places_are_handed_on_as_told(bench: Bench) -> None:
    names = [
        "FRANKLIN COUNTY JAIL",
        "COOK INLET PRETRIAL, ANCH",
        "CHICAGO MCC",
        "MANHATTEN DET COMPLEX, NY",
        "HALL CO JAIL",
    ]
    detainers(bench, *(f'2015-01-01,{FORM},"{name}", ILLINOIS ,GIDDINgs,' for name in names))
    assert bench.rows("SELECT holder_name, holder_state, holder_city FROM log ORDER BY row") == [
        (name, "ILLINOIS", "GIDDINgs") for name in names
    ]


def test_09_identical_rows_are_reported_not_removed(bench: Bench) -> None:
    bench.text("\n".join([ICE, *[f"2014-11-08,{FORM},A,TEXAS,B,"] * 58]))
    found = quality(bench, "ice-detainers-2015")
    assert (found.repeats.groups, found.repeats.rows, found.rows) == (1, 58, 58)


def test_11_spellings_of_the_form_and_forms_not_told(bench: Bench) -> None:
    forms = {
        "I247A - Immigration Detainer - Notice of Action (as of May 2025)": "i247a",
        "I247A - Immigration Detainer - Immigration Detainer - Notice of Action": "i247a",
        "I247 - Immigration Detainer - Notice of Action (prior to March 2013)": "i247",
        FORM: "i247_2013",
        "": "immigration_detainer",
        "I-247N": "i247n",
        "Letter": None,
    }
    detainers(bench, *(f"2015-01-01,{form},A,ILLINOIS,B," for form in forms))
    kinds = bench.apply("ice-detainers-2015").kinds
    told = [None if kind is None else kinds[kind].name for (kind,) in bench.rows("SELECT kind FROM log ORDER BY row")]
    assert told == list(forms.values())


def test_12_a_change_in_recording_is_said(bench: Bench) -> None:
    bench.text("\n".join([ICE, f"2013-06-01,{FORM},A,B,C,", f"2014-06-01,{FORM},A,B,C,"]))
    assert any("no trend in conduct" in doubt.says for doubt in quality(bench, "ice-detainers-2015").doubts)


def test_13_batches_are_noticed(bench: Bench) -> None:
    days = ["2015-02-11"] * 60 + [f"2015-02-{day:02}" for day in range(1, 29)] * 4
    bench.text("\n".join([ICE, *(f"{day},{FORM},A,B,C," for day in days)]))
    batch = Doubt("many rows are of one day: entered in a batch?", 64, "2015-02-11")
    assert batch in quality(bench, "ice-detainers-2015").doubts


@pytest.mark.parametrize(
    "mark", ["b(6), b(7)c", "b(6), b(7)C", "(b)(6), (b)(7)(c)", "(B)(6), (B)(7)(C)", "***", "[REDACTED]"]
)
def test_14_redaction_is_withheld_and_no_value(bench: Bench, mark: str) -> None:
    detainers(bench, f'2015-01-01,{FORM},"{mark}",ILLINOIS,B,')
    assert bench.rows("SELECT holder_name FROM log") == [(None,)]
    facility = next(c for c in quality(bench, "ice-detainers-2015").columns if c.means == "facility")
    assert (facility.withheld, facility.values) == (1, 0)


def test_15_modern_workbook_with_renamed_columns(bench: Bench) -> None:
    titles: list[list[str | None]] = [["ERO Detainers"], [], [], ["x"], [], []]
    header = ["Detainer Prepare Date", "Facility State", "Facility AOR", "Detainer Criminality", "Detention Facility"]
    header += ["Facility City", "MSC Charge", "Detainer Lift Reason", "Detainer Type", "Anonymized Identifier"]
    row = [
        "2024-01-02",
        "TEXAS",
        "Dallas",
        "1 Convicted Criminal",
        "A JAIL",
        "DALLAS",
        "Drug Possession",
        "NA",
        FORM,
        "",
    ]
    write_workbook(bench.folder / "log.xlsx", {"FY24": [*titles, header, row], "FY25": [*titles, header, row]})
    bench.read(bench.folder / "log.xlsx")
    assert bench.choose().layout.name == "ice-detainers-2026"
    prepared = bench.apply("ice-detainers-2026")
    convictions = next(column for column in prepared.facts if column.fact == "convictions")
    code = bench.rows("SELECT DISTINCT fact_convictions FROM log")[0][0]
    assert convictions.values[code] == {"at_least": [{"offence": "drug_possession"}]}
    assert bench.rows("SELECT count(*), min(outcome) FROM log") == [(2, "no outcome recorded")]


def test_16_forms_of_dates_in_one_file(bench: Bench) -> None:
    days = ["10/02/07", "2007-10-02", "2007-10-02 00:00:00", "10/2/2007"]
    detainers(bench, *(f"{day},{FORM},A,ILLINOIS,B," for day in days))
    assert bench.rows("SELECT DISTINCT day::VARCHAR, moment_local FROM log") == [("2007-10-02", None)]


def test_17_a_document_before_its_cause(bench: Bench) -> None:
    header = "apprehension_date,doc_completion_date,site_code,apprehension_method,landmark,place_raw"
    bench.text(
        f"{header}\n2023-03-02,2023-03-01,SEA,CAP Local Incarceration,X,Y\n2023-03-01,2023-03-02,SEA,Located,X,Y\n"
    )
    assert Doubt('"apprehension_date" lies after "doc_completion_date"', 1) in quality(bench, "i213-arrests").doubts
    assert bench.rows("SELECT kind FROM log ORDER BY row") == [(0,), (2,)]


def test_18_stored_as_something_else(bench: Bench) -> None:
    (bench.folder / "allholds.csv").write_bytes(b"\x00\x01\x02\xff" * 1000)
    with pytest.raises(ComityError):
        bench.read(bench.folder / "allholds.csv")
    # psql's output, bare carriage returns, a header cell with a blank before it, two columns of one name.
    bench.text(" day | det_facility | det_facility \n-----+--------------+---\n 2015-01-01 | A | B\n(1 row)\n")
    assert [column.name for column in bench.staged.columns] == ["day", "det_facility", "det_facility (2)"]
    assert bench.rows("SELECT trim(day), trim(det_facility) FROM staged") == [("2015-01-01", "A")]
    assert bench.rows("SELECT source_row FROM quarantine ORDER BY 1") == [(1,), (3,)]


def test_18_bare_carriage_returns(bench: Bench) -> None:
    bench.text(f"{ICE}\r2015-01-01,{FORM},A,B,C,\r2015-01-02,{FORM},A,B,C,\r")
    assert (bench.staged.rows, bench.staged.quarantined) == (2, 0)


def test_19_and_21_states_and_agencies_are_handed_on_as_told(bench: Bench) -> None:
    bench.text(f"{AGREEMENTS}\nPENNSLYVANIA,Alachua Police Departent ,Task Force Model,1/2/2025\n")
    bench.apply("agreements-287g")
    assert bench.rows("SELECT holder_name, holder_state FROM log") == [("Alachua Police Departent", "PENNSLYVANIA")]


def test_20_spellings_of_models(bench: Bench) -> None:
    models = {
        "Warrant Service Officer": "warrant service officer",
        "Warrant Services Officer": "warrant service officer",
        "Warrant Service Office": "warrant service officer",
        "Task Force Model": "task force",
        "Task Force Officer": "task force",
        "Jail Enforcment Model": "jail enforcement",
        "Jail Enforcement Model": "jail enforcement",
        "": "model not told",
        "#NA": "model not told",
    }
    bench.text("\n".join([AGREEMENTS, *(f"UTAH,A,{model},1/2/2025" for model in models)]))
    kinds = bench.apply("agreements-287g").kinds
    assert [kinds[kind].name for (kind,) in bench.rows("SELECT kind FROM log ORDER BY row")] == list(models.values())


def test_22_years_5025_and_dates_run_together(bench: Bench) -> None:
    days = ["6/26/5025", "05/082025", "7/72025", "8/282025", "2025-08-28", "8/28/2025"]
    bench.text("\n".join([AGREEMENTS, *(f"UTAH,A,Task Force Model,{day}" for day in days)]))
    prepared = bench.apply("agreements-287g")
    assert [fault for (fault,) in bench.rows("SELECT day_fault FROM log ORDER BY row")] == [
        "out of range",
        *["no date"] * 3,
        None,
        None,
    ]
    assert set(prepared.first_faults) == {"no date", "out of range"}


def test_23_columns_that_move_between_lists(bench: Bench) -> None:
    (bench.folder / "a.csv").write_text(f"{AGREEMENTS},MOA\nUTAH,A,Task Force Model,1/2/2025,Link\n")
    (bench.folder / "b.csv").write_text("SIGNED,,STATE,TYPE,COUNTY,LAW ENFORCEMENT AGENCY,Support Type,ADDENDUM\n"
                                        "1/3/2025,,UTAH,County,#N/A,B,Task Force Model,\n")  # fmt: skip
    bench.read(str(bench.folder / "*.csv"))
    assert bench.choose().layout.name == "agreements-287g"
    bench.apply("agreements-287g")
    assert bench.rows("SELECT holder_name, day::VARCHAR FROM log ORDER BY row") == [
        ("A", "2025-01-02"),
        ("B", "2025-01-03"),
    ]


def test_25_cells_of_several_lines(bench: Bench) -> None:
    frame = '"11/01/2025, 01:00:00 AM UTC\n11/02/2025, 01:00:00 AM UTC"'
    row = f'1,A,2,{frame},theft,,"11/02/2025, 01:00:00 AM UTC",lookup,'
    bench.text(f"{SEARCHES}\n{row}\n{row}\n")
    assert bench.staged.rows == 2
    assert bench.rows('SELECT DISTINCT "Time Frame" FROM staged') == [
        ("11/01/2025, 01:00:00 AM UTC\n11/02/2025, 01:00:00 AM UTC",)
    ]


@pytest.mark.parametrize(
    ("told", "moment", "local"),
    [
        ('"1/2/2025, 5:01:33 AM UTC"', "2025-01-02 05:01:33", None),
        ("2025-01-02T05:01:33Z", "2025-01-02 05:01:33", None),
        ("2025-01-02T05:01:33+00:00", "2025-01-02 05:01:33", None),
        ("2025-01-02T00:01:33-05:00", "2025-01-02 05:01:33", None),
        ("2025-01-02 05:01:33.5", None, "2025-01-02 05:01:33.5"),
    ],
)
def test_26_time_zones_as_they_are_told(bench: Bench, told: str, moment: str | None, local: str | None) -> None:
    bench.text(f"{PORTAL}\n1,u,{told},3,theft\n")
    prepared = bench.apply("flock-portal-search", agency="us/or/local/police")
    assert bench.rows("SELECT moment::VARCHAR, moment_local::VARCHAR FROM log") == [(moment, local)]
    assert ("no time zone is told in the log" in prepared.notes[0]) == (moment is None)


@pytest.mark.parametrize("told", ["2025-01-02 05:01:33", "2025-01-02"])
def test_26_a_zone_given_for_a_log_that_tells_none_is_said_to_change_nothing(bench: Bench, told: str) -> None:
    bench.text(f"{PORTAL}\n1,u,{told},3,theft\n")
    prepared = bench.apply("flock-portal-search", agency="us/or/local/police", zone="America/Los_Angeles")
    assert "America/Los_Angeles (--zone) is for logs in UTC, and changed nothing" in prepared.notes[0]


def test_26_a_local_month_told_in_utc(bench: Bench) -> None:
    bench.text(f"{PORTAL}\n1,u,2025-07-01T02:00:00Z,3,theft\n2,u,2025-06-30T02:00:00Z,3,theft\n")
    bench.apply("flock-portal-search", agency="us/ca/local/police", zone="America/Los_Angeles")
    assert bench.rows("SELECT day::VARCHAR FROM log ORDER BY row") == [("2025-06-30",), ("2025-06-29",)]


def test_10_26_and_36_overlap_of_neighbouring_files(bench: Bench) -> None:
    for name, numbers in (("june", [1, 2, 3]), ("july", [3, 4, 4])):
        rows = "\n".join(f"{n},u,2025-06-30T02:00:0{n}Z,3,theft" for n in numbers)
        (bench.folder / f"{name}.csv").write_text(f"{PORTAL}\n{rows}\n")
    bench.read(str(bench.folder / "*.csv"))
    found = quality(bench, "flock-portal-search", agency="us/ca/local/police")
    assert [overlap.rows for overlap in found.overlaps] == [1]
    assert Doubt('the same "id" stands more than once', 6, "they are 4 entries") in found.doubts
    assert found.rows == 6


def test_27_windows_that_end_after_the_search(bench: Bench) -> None:
    header = "search_id,org_name,total_networks_searched,time_frame_start,time_frame_end,reason,search_time"
    at = '"12/03/2025, 07:30:24 AM UTC"'
    bench.text(f'{header}\n1,A,1,{at},"12/05/2025, 07:30:24 AM UTC",theft,"12/04/2025, 07:30:24 AM UTC"\n')
    assert Doubt('"time_frame_end" lies after "search_time"', 1) in quality(bench, "flock-organization-audit").doubts


def test_30_32_33_and_41_free_text_is_kept_letter_for_letter(bench: Bench) -> None:
    reasons = [
        "person+crime",
        "2025-00123",
        "Feld9ony Person Crime",
        "A note of the vendor. It has three sentences. Like this.",
    ]
    bench.text("\n".join([PORTAL, *(f"{n},u,2025-07-01,3,{reason}" for n, reason in enumerate(reasons))]))
    bench.apply("flock-portal-search", agency="us/or/local/police")
    assert [reason for (reason,) in bench.rows("SELECT reason FROM log ORDER BY row")] == reasons


def test_35_zero_is_not_nothing(bench: Bench) -> None:
    bench.text(f"{PORTAL}\n1,u,2025-07-01,0,theft\n2,u,2025-07-01,5,theft\n")
    found = quality(bench, "flock-portal-search", agency="us/or/local/police")
    assert Doubt('"cameraCount" is 0: not counted, rather than none', 1) in found.doubts


def test_37_stacked_exports_missing_cells_and_headers_inside(bench: Bench) -> None:
    good = '1,A,2,x,theft,7,"11/02/2025, 01:00:00 AM UTC",lookup,'
    rows = [
        good,
        '1,A,2,x,theft,"11/02/2025, 01:00:00 AM UTC",lookup,',  # the case number's cell is missing
        '1,A,2,x,theft,7,white suv,"11/02/2025, 01:00:00 AM UTC",lookup',  # all one cell to the right
        SEARCHES,  # the header again
        "ID,Org Name,Reason,Total Networks Searched,Time Frame,Case #,Search Time,Search Type,Moderation",
        '1,A,2,x,theft,7,allow,"11/02/2025, 01:00:00 AM UTC",lookup',  # the verdict in the column of the time
        good,
    ]
    bench.text("\n".join([SEARCHES, *rows]))
    prepared = bench.apply("flock-organization-audit")
    assert [row for (row,) in bench.rows("SELECT row FROM log ORDER BY row")] == [1, 7]
    assert bench.rows("SELECT source_row, reason FROM quarantine ORDER BY source_row") == [
        (2, "has 8 cells where the header has 9"),
        (3, "its cells have moved: the day stands in another column"),
        (4, "repeats the header"),
        (5, "is a second header, of another export: the rows after it may have other columns"),
        (6, "its cells have moved: the day stands in another column"),
    ]
    assert (bench.staged.rows, bench.staged.quarantined, prepared.rows, prepared.quarantined) == (4, 3, 2, 2)


def test_38_names_of_files_that_do_not_agree_with_their_rows(bench: Bench) -> None:
    row = "1,u,2025-09-15,3,theft"
    names = ["9-1-2026 to 10-1-2026.csv", "2026-02-01_2025-02-28.csv", "audit 2025-09.csv.csv"]
    for name in names:
        (bench.folder / name).write_text("\n".join([PORTAL, *[row] * (1000 if name.startswith("audit") else 1)]))
    bench.read(*(bench.folder / name for name in names))
    doubts = quality(bench, "flock-portal-search", agency="us/ca/local/police").doubts
    other_days = "9-1-2026 to 10-1-2026.csv names 2026-09-01 to 2026-10-01, and its rows are of other days"
    assert Doubt(other_days, told="2025-09-15") in doubts
    assert Doubt("2026-02-01_2025-02-28.csv names a period that ends before it begins") in doubts
    assert Doubt("audit 2025-09.csv.csv has two endings: was it saved twice, in two forms?") in doubts
    assert Doubt("", 1_000, "all of audit 2025-09.csv.csv: an export that was cut at a round number?") in doubts
    assert not any(doubt.says.startswith("audit 2025-09.csv.csv names") for doubt in doubts)


def test_40_days_from_which_a_column_means_something_else(bench: Bench) -> None:
    bench.text(f"{PORTAL}\n1,u,2025-10-01,3,theft\n2,u,2025-12-01,3,Theft -\n")
    doubts = quality(bench, "flock-portal-search", agency="us/or/local/police").doubts
    assert any(doubt.says.startswith("2025-11-01: about this day the vendor began") for doubt in doubts)


def test_42_glued_identifiers_are_kept(bench: Bench) -> None:
    glued = "23d55b89-42eb-4f5c-9281-f5e8bf4864be50bac7fa-a41a-45de-86c8-622fcfa0a0f5"
    bench.text(f"{PORTAL}\n{glued},u,2025-07-01,3,theft\n")
    assert bench.rows("SELECT id FROM staged") == [(glued,)]


def test_43_hand_coded_log_through_a_mapping(bench: Bench) -> None:
    bench.text(
        "Booking ID ,Coming from County>,Booked,Basis,Release\n"
        '1,x,8/1/17,Biometric Conf.,IMM\n2,x,8/2/17,"Biometric conf, Pendency of Removal Order(s)",Not Released\n'
        "3,x,8/3/17,Voluntary disclosure,SO\n"
    )
    bench.apply(
        "layout: pierce\ncolumns: {booked: {}, basis: {}, release: {}}\n"
        "day: {column: booked}\nholder: {agency: us/wa/local/jail}\n"
        "kinds:\n  - {name: hold, asks: [hold]}\n"
        "tells:\n  final_removal_order:\n    - {when: {basis: {matches: 'removal order'}}, is: yes}\n"
        "outcome:\n  column: release\n  silent: {name: still held}\n"
        "  classes:\n    - {name: to ICE, words: [IMM]}\nmarks: {empty: [not released]}\n"
    )
    assert bench.rows("SELECT day::VARCHAR, outcome, fact_final_removal_order FROM log ORDER BY row") == [
        ("2017-08-01", "to ICE", None),
        ("2017-08-02", "still held", 0),
        ("2017-08-03", "other", None),
    ]


def test_44_the_word_detainer_is_not_enough(bench: Bench) -> None:
    detainers(bench, "2015-01-01,Corrections detainer,A,WASHINGTON,B,cancel_detainer")
    assert bench.rows("SELECT kind, outcome FROM log") == [(None, "other")]


def test_45_places_are_handed_on_as_told(bench: Bench) -> None:
    header = "apprehension_date,apprehension_method,landmark,place_raw"
    bench.text(f'{header}\n2023-03-02,CAP Local Incarceration,LEMON CREEEK,"SEATTLE,W A"\n')
    bench.apply("i213-arrests")
    assert bench.rows("SELECT holder_name, holder_city FROM log") == [("LEMON CREEEK", "SEATTLE,W A")]


def test_a_place_that_tells_its_state_is_read_as_a_city_and_a_state(bench: Bench) -> None:
    places = [
        "SEATTLE, WA",
        "Salem, Oregon",
        "TACOMA,WA.",
        "NEW YORK, NEW YORK",
        "SEATTLE,W A",
        "MEDFORD",
        "X, ***",
    ]
    lines = "".join(f'2023-03-02,CAP Local Incarceration,LEMON CREEEK,"{place}"\n' for place in places)
    bench.text(f"apprehension_date,apprehension_method,landmark,place_raw\n{lines}")
    bench.apply("i213-arrests")
    told = [
        ("SEATTLE", "WA"),
        ("Salem", "Oregon"),
        ("TACOMA", "WA"),
        ("NEW YORK", "NEW YORK"),
        ("SEATTLE,W A", None),
        ("MEDFORD", None),
        ("X, ***", None),
    ]
    asked = "SELECT holder_city, holder_state FROM log ORDER BY row"
    assert bench.rows(asked) == told
    bench.apply("i213-arrests", state="AK")
    assert bench.rows(asked) == [(city, state or "AK") for city, state in told]

"""Small made-up files: placing, grouping, dates, odd cells."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from comity.audit.layouts.read import built_in
from comity.audit.placing import APART
from comity.audit.results.files import Wanted
from comity.audit.results.methods import Sampling
from comity.cli import main
from comity.decide import Law
from comity.errors import ComityError
from tests.audit.conftest import COOK, DUPAGE, I247N, MCC, audit, query, row

Write = Callable[..., Path]
ROOT = Path(__file__).parents[2]


def findings(path: Path, folder: Path, law: Law, columns: str) -> list[tuple[object, ...]]:
    audit(path, folder, law)
    return query(folder / "findings.parquet", f"SELECT {columns} FROM {{}} ORDER BY row, action")


def test_each_row_under_the_law_of_its_day(csv_file: Write, tmp_path: Path, law: Law) -> None:
    """The last day before the TRUST Act and its first."""
    path = csv_file(row("2017-08-27", place=COOK), row("2017-08-28", place=DUPAGE), row("2017-08-27", place=DUPAGE))
    found = findings(
        path, tmp_path / "out", law, "row, alone, list_contains(norms || cites || possibly_cites, '5 ILCS 805/15(a)')"
    )
    holds = found[::2]
    assert holds == [(1, "prohibited", False), (2, "prohibited", True), (3, "depends", False)]


def test_form_says_what_is_asked(csv_file: Write, tmp_path: Path, law: Law) -> None:
    path = csv_file(row(form=I247N), row(form=""), row(form="I-247A - Immigration Detainer"), row(form="Form G-325"))
    assert findings(path, tmp_path / "out", law, "row, kind, action, standing") == [
        (1, "i247n", "notify_release", "decided"),
        (2, "immigration_detainer", "hold", "decided"),
        (2, "immigration_detainer", "notify_release", "decided"),
        (3, "i247a", "hold", "decided"),
        (3, "i247a", "notify_release", "decided"),
        (4, None, None, "form not known"),
    ]


def test_edition_not_told_is_noted(csv_file: Write, tmp_path: Path, law: Law) -> None:
    [(notes,), _] = findings(csv_file(row(form="")), tmp_path / "out", law, "notes")
    assert "I-247N asks for notice only" in str(notes)


def test_every_reason_not_to_decide(csv_file: Write, tmp_path: Path, law: Law) -> None:
    path = csv_file(
        row(place=MCC),
        row(place=("", "", "")),
        row(place=("COOK COUNTY JAIL", "GEORGIA", "ADEL")),
        row(place=("THE OLD MILL", "ILLINOIS", "ADEL")),
        row(day=""),
        row(day="1901-01-01"),
    )
    summary = audit(path, tmp_path / "out", law)
    assert summary.rows.decided == 0
    assert summary.rows.apart == dict.fromkeys(
        [
            "no place recorded",
            "another state",
            "name not known",
            "federal holder",
            "no date",
            "date out of range",
        ],
        1,
    )


def test_what_is_known_of_a_name_is_told_apart_from_what_is_encoded(csv_file: Write, tmp_path: Path, law: Law) -> None:
    path = csv_file(
        row(place=("CLARK COUNTY JAIL", "OHIO", "SPRINGFIELD")),
        row(place=("THE OLD MILL", "OHIO", "SPRINGFIELD")),
        row(place=("MACON COUNTY JUVENILE FAC.", "ILLINOIS", "DECATUR")),
        row(place=("THE OLD MILL", "ILLINOIS", "ADEL")),
    )
    summary = audit(path, tmp_path / "out", law, place="us")
    assert summary.rows.apart == {"state not encoded": 2, "agency not encoded": 1, "name not known": 1}


def test_every_reason_why_a_row_is_not_decided_is_documented() -> None:
    told = (ROOT / "docs/reference/audit-results.md").read_text("utf-8").partition("A row's `standing`")[2]
    found = re.findall(r"`([a-z ]+)`", told.partition("With duties")[0])
    assert found == ["decided", "standing", *APART]


def test_an_arrest_of_which_nothing_is_asked_is_no_arrest_whose_place_is_not_known(tmp_path: Path, law: Law) -> None:
    log = tmp_path / "log.csv"
    log.write_text(
        "apprehension_date,apprehension_method,landmark,place_raw\n"
        '07/01/22,Located,THE OLD MILL,"SEATTLE, WA"\n'
        "07/01/22,Located,,\n"
        '07/01/22,CAP Local Incarceration,THE OLD MILL,"SEATTLE, WA"\n'
        "07/01/22,CAP Local Incarceration,,\n"
        '07/01/22,Located,COOK COUNTY JAIL,"CHICAGO, IL"\n',
        encoding="utf-8",
    )
    counted = {"no place recorded": 1, "name not known": 1}
    assert audit(log, tmp_path / "us", law, place="us").rows.apart == {"nothing asked": 3} | counted
    # Of a state, a row of no place may lie elsewhere, and that is said first.
    of_state = {"another state": 1, "nothing asked": 1, "no place recorded": 2, "name not known": 1}
    assert audit(log, tmp_path / "wa", law, place="us/wa").rows.apart == of_state


@pytest.mark.parametrize(("place", "found"), [("us", [1, 2]), ("us/il", [2])])
def test_a_row_without_a_place_is_a_row_of_the_country(
    csv_file: Write, tmp_path: Path, law: Law, place: str, found: list[int]
) -> None:
    """Of a state it may be or not; of the whole country it is, and its outcome is counted with the others."""
    path = csv_file(row(place=("OTHER-OTHER FACILITY", "", ""), outcome="Detainer Declined by LEA"), row())
    out = tmp_path / "out"
    assert audit(path, out, law, place=place).rows.apart == {"no place recorded": 1}
    assert [number for (number,) in query(out / "findings.parquet", "SELECT DISTINCT row FROM {} ORDER BY 1")] == found
    counted = "SELECT sum(rows) FILTER (counted_first), count(*) FILTER (standing <> 'decided') FROM {}"
    assert query(out / "groups.parquet", counted) == [(len(found), len(found) - 1)]


def test_case_and_blanks_do_not_matter_and_are_told(csv_file: Write, tmp_path: Path, law: Law) -> None:
    path = csv_file(row(place=COOK), row(place=("Cook  County Jail ", "Illinois", "chicago")))
    found = findings(path, tmp_path / "out", law, "agency, matched")
    assert found[::2] == [
        ("us/il/cook-county/sheriff", "exact name, state and city"),
        ("us/il/cook-county/sheriff", "exact name, state and city, whatever the case and blanks"),
    ]


def test_no_outcome_is_no_outcome(csv_file: Write, tmp_path: Path, law: Law) -> None:
    path = csv_file(
        row(), row(outcome="Booked into Detention"), row(outcome="detainer declined by lea"), row(outcome="Odd")
    )
    assert findings(path, tmp_path / "out", law, "outcome")[::2] == [
        ("no outcome recorded",),
        ("booked into detention",),
        ("recorded as declined",),
        ("other",),
    ]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "＝"])
def test_no_formula_reaches_a_spreadsheet(start: str, csv_file: Write, tmp_path: Path, law: Law) -> None:
    name = f'{start}HYPERLINK("http://example.org")'
    path = csv_file(row(place=(name, "ILLINOIS", "=1+1"), outcome="@SUM(1)"))
    wanted = Wanted(sampling=Sampling(1, 0))
    audit(path, tmp_path / "out", law, wanted=wanted)
    sql = "SELECT holder_name, holder_city, outcome_words FROM read_csv({}, all_varchar=true)"
    [cells] = query(tmp_path / "out" / "sample.csv", sql)
    assert [cell[0] for cell in cells] == ["'"] * 3
    [(kept,)] = query(tmp_path / "out" / "findings.parquet", "SELECT holder_name FROM {}")
    assert kept == name


def test_identical_rows_are_counted_not_dropped(csv_file: Write, tmp_path: Path, law: Law) -> None:
    path = csv_file(row(), row(), row(), row(outcome="Lifted"))
    summary = audit(path, tmp_path / "out", law)
    assert summary.rows.decided == 4
    assert summary.rows.identical == 3


def test_bulk_answers_are_the_single_answers(csv_file: Write, tmp_path: Path, law: Law) -> None:
    """Each row alone, asked of the engine, gets what the bulk gave it: notes of coming changes included."""
    days = [
        "2015-01-21",
        "2017-07-28",
        "2017-07-29",
        "2017-08-28",
        "2021-07-02",
        "2021-07-03",
        "2021-08-02",
        "2025-01-21",
    ]
    kinds = {kind.name: kind for _, kind in built_in("ice-detainers-2015", law.vocabulary).kinds}
    path = csv_file(*(row(day, place=place) for day in days for place in (COOK, DUPAGE)))
    found = findings(path, tmp_path / "out", law, "agency, day, kind, action, status, possible, norms, missing, notes")
    assert len(found) == 2 * 2 * len(days)
    for agency, day, form, action, status, possible, norms, missing, notes in found:
        facts = kinds[str(form)].facts
        decided = law.decide(agency=str(agency), on=str(day), actions=kinds[str(form)].actions, facts=facts)
        single = decided.finding(str(action))
        assert (status, possible, norms) == (single.status, list(single.possible), [n.norm for n in single.because])
        assert missing == list(single.missing)
        assert notes == list(single.notes)


def test_place_must_be_a_state(csv_file: Write, tmp_path: Path, law: Law) -> None:
    with pytest.raises(ComityError, match="no state or country"):
        audit(csv_file(row()), tmp_path / "out", law, place="us/il/chicago")


def test_public_results_of_a_few_rows_say_why_they_show_none(csv_file: Callable[..., Path], tmp_path: Path) -> None:
    path = csv_file(row(), row(outcome="Lifted"))
    result = CliRunner().invoke(
        main, ["audit", str(path), "--place", "us/il", "--public", "--out", str(tmp_path / "o")]
    )
    assert result.exit_code == 0, result.output
    said = " ".join(result.output.split())
    assert "0 rows shown; groups of fewer than 10 may be left out" in said
    assert "Nothing may be shown: no group of rows" in said
    assert "has 10 rows or more" in (tmp_path / "o/report.html").read_text()

"""Files and sheets named together: one log if each by itself has the one layout, and else an error that says so."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from comity.audit.layouts.apply import HolderGiven, apply
from comity.audit.layouts.form import Prepared
from comity.errors import ComityError
from tests.audit.layouts.conftest import Bench
from tests.audit.workbooks import write_workbook

ICE_2015 = "prepare_date,detainer_type,facility,state,city,lift_reason"
OLD_ROW = "2015-07-09,I-247,COOK COUNTY JAIL,ILLINOIS,CHICAGO,"
ICE_2026 = "detainer_prepare_date,detainer_type,detention_facility,facility_state,facility_city,detainer_lift_reason"
NEW_ROW = "2025-07-09,I-247A,COOK COUNTY JAIL,ILLINOIS,CHICAGO,"
SEARCHES = "ID,Org Name,Total Networks Searched,Reason,Search Time"
PORTAL = "id,userId,searchDate,networkCount,reason\n1,***,2025-07-01T02:00:00Z,3,theft\n"
TYPED = (
    "SELECT DATE '2015-07-11' AS prepare_date, 'I-247' AS detainer_type, 'COOK COUNTY JAIL' AS facility, "
    "'ILLINOIS' AS state, 'CHICAGO' AS city, CAST(NULL AS INTEGER) AS lift_reason"
)


def _search(organisation: str, reason: str = "theft") -> str:
    return f'1,{organisation},7,{reason},"01/10/2026, 05:01:33 AM UTC"'


def _read(bench: Bench, **files: str) -> None:
    for name, content in files.items():
        (bench.folder / f"{name}.csv").write_text(content)
    bench.read(*(bench.folder / f"{name}.csv" for name in files))


def _prepared(bench: Bench, **given: str) -> Prepared:
    choice = bench.choose()
    bench.staged = choice.staged
    return apply(bench.database, choice.layout, choice.staged, HolderGiven(**given))


def _error(bench: Bench, layout: str | None = None) -> ComityError:
    with pytest.raises(ComityError) as caught:
        bench.choose(layout)
    return caught.value


def test_files_of_two_layouts(bench: Bench) -> None:
    _read(bench, a=f"{ICE_2015}\n{OLD_ROW}\n", b=PORTAL)
    error = _error(bench)
    assert (error.code, error.at) == ("layout", "a.csv")
    assert "ice-detainers-2015" in error.message
    assert "b.csv flock-portal-search" in error.message
    assert "Audit each by itself" in error.message


def test_two_releases_of_one_list(bench: Bench) -> None:
    _read(bench, a=f"{ICE_2015}\n{OLD_ROW}\n", b=f"{ICE_2026}\n{NEW_ROW}\n")
    assert "b.csv ice-detainers-2026" in _error(bench).message


def test_layout_told_is_wanted_of_each_file(bench: Bench) -> None:
    _read(bench, a=f"{ICE_2015}\n{OLD_ROW}\n", b=PORTAL)
    error = _error(bench, "ice-detainers-2015")
    assert (error.code, error.at) == ("columns", "b.csv")
    assert '"Prepare Date"' in error.message


@pytest.mark.parametrize("layout", [None, "ice-detainers-2015"])
def test_column_that_one_file_lacks(bench: Bench, layout: str | None) -> None:
    _read(bench, a=f"{ICE_2015}\n{OLD_ROW}\n", b=ICE_2015.replace(",city", "") + "\n2015-07-10,I-247,A JAIL,IOWA,\n")
    error = _error(bench, layout)
    assert error.at == "b.csv"
    assert "city" in error.message.casefold()


def test_column_that_one_file_lacks_and_may(bench: Bench) -> None:
    mapping = bench.folder / "mapping.yaml"
    mapping.write_text(
        "layout: ours\ncolumns:\n  day: {}\n  jail: {}\n  note: {optional: yes}\nday: {column: day}\n"
        "holder: {name: jail, in_state: ILLINOIS}\nkinds: [{name: detainer, asks: [hold]}]\nfacts: {}\n"
    )
    _read(bench, a="day,jail,note\n2015-07-09,A,x\n", b="day,jail\n2015-07-10,B\n")
    staged = bench.choose(mapping=mapping).staged
    assert [source.notes for source in staged.sources] == [
        (),
        ("has no column note, as others have: its cells there are empty",),
    ]
    mapping.write_text(mapping.read_text().replace("  note: {optional: yes}\n", "  note: {}\n"))
    with pytest.raises(ComityError) as caught:
        bench.choose(mapping=mapping)
    assert (caught.value.code, caught.value.at) == ("columns", "b.csv")


def test_file_of_a_header_only_is_no_other_layout(bench: Bench) -> None:
    _read(bench, a=f"{ICE_2015}\n{OLD_ROW}\n", b="nothing,here\n")
    assert bench.choose().layout.name == "ice-detainers-2015"


def test_workbook_beside_a_text_of_another_layout(bench: Bench) -> None:
    path = write_workbook(bench.folder / "b.xlsx", {"Log": [PORTAL.split("\n")[0].split(","), ["1", "u", "x", 3, "y"]]})
    (bench.folder / "a.csv").write_text(f"{ICE_2015}\n{OLD_ROW}\n")
    bench.read(bench.folder / "a.csv", path)
    assert "b.xlsx, sheet Log flock-portal-search" in _error(bench).message


def test_workbook_beside_a_text_of_its_layout(bench: Bench) -> None:
    path = write_workbook(bench.folder / "b.xlsx", {"Log": [[*ICE_2015.split(",")], [*OLD_ROW.split(",")]]})
    (bench.folder / "a.csv").write_text(f"{ICE_2015}\n{OLD_ROW}\n")
    bench.read(bench.folder / "a.csv", path)
    _prepared(bench)
    assert bench.rows("SELECT count(day), count(DISTINCT holder_name) FROM log") == [(2, 1)]


def test_sheets_of_two_layouts(bench: Bench) -> None:
    # Most names are shared, so that the sheets are stacked.
    first = [*ICE_2015.split(",")]
    second = [*first[:-1], "outcome"]
    rows = {"One": [first, OLD_ROW.split(",")], "Two": [second, OLD_ROW.split(",")]}
    bench.read(write_workbook(bench.folder / "log.xlsx", rows))
    error = _error(bench)
    assert error.at == "log.xlsx, sheet Two"
    assert "--sheet" in error.message


@pytest.mark.parametrize("other", [TYPED, TYPED.replace("DATE", "TIMESTAMP"), TYPED.replace("DATE", "TIMESTAMPTZ")])
def test_columns_of_other_types(bench: Bench, other: str) -> None:
    (bench.folder / "a.csv").write_text(f"{ICE_2015}\n{OLD_ROW}\n")
    with duckdb.connect(":memory:") as database:
        database.execute("SET TimeZone = 'UTC'")
        database.execute(f"COPY ({TYPED}) TO '{bench.folder / 'b.parquet'}' (FORMAT parquet)")
        database.execute(f"COPY ({other}) TO '{bench.folder / 'c.parquet'}' (FORMAT parquet)")
    bench.read(*(bench.folder / name for name in ("a.csv", "b.parquet", "c.parquet")))
    _prepared(bench)
    assert bench.rows("SELECT source, day::VARCHAR, outcome FROM log ORDER BY row") == [
        (0, "2015-07-09", "no outcome recorded"),
        (1, "2015-07-11", "no outcome recorded"),
        (2, "2015-07-11", "no outcome recorded"),
    ]


def test_audits_of_single_organisations_are_no_network_audit(bench: Bench) -> None:
    _read(bench, a=f"{SEARCHES}\n{_search('Conway AR PD')}\n", b=f"{SEARCHES}\n{_search('Austin TX PD')}\n")
    _prepared(bench)
    assert bench.choose().layout.name == "flock-organization-audit"
    assert bench.rows("SELECT holder_name FROM log ORDER BY row") == [("Conway AR PD",), ("Austin TX PD",)]


def test_audit_of_an_organisation_beside_one_of_a_network(bench: Bench) -> None:
    both = f"{SEARCHES}\n{_search('Conway AR PD')}\n{_search('HSI X')}\n"
    _read(bench, a=f"{SEARCHES}\n{_search('Conway AR PD')}\n", b=both, c=both)
    error = _error(bench)
    assert error.at == "a.csv"
    assert error.message.startswith('is of the layout flock-organization-audit (one value of "Org Name")')
    assert error.message.count("b.csv flock-network-audit (several values of") == 1
    assert error.message.endswith("say --layout flock-organization-audit or --layout flock-network-audit")
    assert bench.choose("flock-network-audit").layout.name == "flock-network-audit"


def test_columns_by_other_names_are_one(bench: Bench) -> None:
    other = SEARCHES.replace("Org Name", "Organization").replace("Reason", "Search Reason")
    _read(bench, a=f"{SEARCHES}\n{_search('Conway AR PD')}\n", b=f"{other}\n{_search('Austin TX PD', 'fraud')}\n")
    _prepared(bench)
    assert bench.rows("SELECT holder_name, reason FROM log ORDER BY row") == [
        ("Conway AR PD", "theft"),
        ("Austin TX PD", "fraud"),
    ]
    assert [column.name for column in bench.staged.columns] == SEARCHES.split(",")
    assert bench.staged.sources[0].notes == ()
    assert bench.staged.sources[1].notes == (
        'its column "Organization" is read as "Org Name", as others call it',
        'its column "Search Reason" is read as "Reason", as others call it',
    )


def test_the_same_names_written_with_blanks_or_underscores(bench: Bench) -> None:
    spaced = ICE_2026.replace("_", " ").title()
    _read(bench, a=f"{ICE_2026}\n{NEW_ROW}\n", b=f"{spaced}\n{NEW_ROW}\n")
    _prepared(bench)
    assert bench.rows("SELECT count(day), count(DISTINCT holder_name), count(*) FROM log") == [(2, 1, 2)]


def test_column_by_another_name_that_the_first_file_has_besides(bench: Bench) -> None:
    """`User` is another name of `Name`: of the first file it is a column of its own, of the second it is `Name`."""
    _read(
        bench,
        a=f"{SEARCHES},Name,User\n{_search('Conway AR PD')},n1,u1\n",
        b=f"{SEARCHES},User\n{_search('Austin TX PD')},u2\n",
    )
    _prepared(bench)
    assert bench.rows('SELECT "Name", "User" FROM staged ORDER BY row') == [("n1", "u1"), ("u2", None)]
    assert "has no column User" in bench.staged.sources[1].notes[-1]


def test_rows_keep_their_order_and_numbers(bench: Bench) -> None:
    rows = 130_000
    other = SEARCHES.replace("Reason", "Search Reason")
    with duckdb.connect(":memory:", config={"threads": 1}) as database:
        for name, header in (("a", SEARCHES), ("b", other)):
            columns = header.split(",")
            cells = ("i", "'Conway AR PD'", "7", "hash(i)", "'01/10/2026, 05:01:33 AM UTC'")
            told = ", ".join(f'{cell} AS "{column}"' for cell, column in zip(cells, columns, strict=True))
            database.execute(
                f"COPY (SELECT {told} FROM range({rows}) AS r(i)) TO '{bench.folder / name}.csv' (FORMAT csv, HEADER)"
            )
    bench.read(bench.folder / "a.csv", bench.folder / "b.csv")
    _prepared(bench)
    wrong = f'"ID" <> CAST((row - 1) % {rows} AS VARCHAR) OR "Reason" <> CAST(hash((row - 1) % {rows}) AS VARCHAR)'
    assert bench.rows(f"SELECT count(*) FILTER ({wrong}), count(DISTINCT row) FROM staged") == [(0, 2 * rows)]


def test_folder_of_many_files(bench: Bench, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    for place in range(40):
        content = PORTAL if place == 39 else f"{ICE_2015}\n{OLD_ROW}\n"
        (folder / f"{place:02}.csv").write_text(content)
    bench.read(folder)
    assert "39.csv flock-portal-search" in _error(bench).message

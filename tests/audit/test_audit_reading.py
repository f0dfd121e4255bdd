"""Files that cannot be read, or only in part: faults are named, nothing is left half written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from comity.audit.madeup import write_made_up
from comity.audit.results.files import Wanted
from comity.decide import Law
from comity.errors import ComityError
from tests.audit.conftest import COLUMNS, audit, query, row

Write = Callable[..., Path]


def error_of(path: Path, tmp_path: Path, law: Law) -> ComityError:
    with pytest.raises(ComityError) as caught:
        audit(path, tmp_path / "out", law)
    left = [entry for entry in tmp_path.iterdir() if entry != path]
    assert left == []
    return caught.value


def test_dates_as_releases_write_them(csv_file: Write, tmp_path: Path, law: Law) -> None:
    days = ["2015-07-09", "07/09/15", "7/9/2015", "2015-07-09 00:00:00"]
    audit(csv_file(*(row(day) for day in days)), tmp_path / "out", law)
    found = query(tmp_path / "out" / "findings.parquet", "SELECT DISTINCT day::VARCHAR FROM {}")
    assert found == [("2015-07-09",)]


def test_a_date_that_is_none_is_set_apart(csv_file: Write, tmp_path: Path, law: Law) -> None:
    summary = audit(csv_file(row(), row("2015-02-30"), row("soon")), tmp_path / "out", law)
    assert summary.rows.decided == 1
    assert summary.rows.apart == {"no date": 2}


def test_column_missing(csv_file: Write, tmp_path: Path, law: Law) -> None:
    renamed = tuple("facility_name" if name == "facility" else name for name in COLUMNS)
    error = error_of(csv_file(row(), columns=renamed), tmp_path, law)
    assert error.code == "layout"
    assert "facility" in error.message


def test_header_with_blanks_and_capitals(csv_file: Write, tmp_path: Path, law: Law) -> None:
    odd = tuple(f" {name.upper()} " for name in COLUMNS)
    assert audit(csv_file(row(), columns=odd), tmp_path / "out", law).rows.decided == 1


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16"])
def test_other_encodings(encoding: str, csv_file: Write, tmp_path: Path, law: Law) -> None:
    path = csv_file(row(), row(place=("CAFÉ JAIL", "ILLINOIS", "PEORIA")))
    path.write_bytes(path.read_text(encoding="utf-8").encode(encoding))
    audit(path, tmp_path / "out", law)
    assert ("CAFÉ JAIL",) in query(tmp_path / "out" / "findings.parquet", "SELECT holder_name FROM {}")


def test_a_row_with_cells_too_few_is_set_apart(csv_file: Write, tmp_path: Path, law: Law) -> None:
    path = csv_file(row())
    path.write_text(path.read_text() + "3,2015-01-01\n")
    summary = audit(path, tmp_path / "out", law)
    assert summary.rows.decided == 1
    assert summary.rows.apart == {"set aside in reading": 1}
    assert summary.input.rows == 2


def test_every_record_of_a_dirty_log_is_told_of_once(csv_file: Write, tmp_path: Path, law: Law) -> None:
    path = csv_file(
        row(), row(outcome="b(6), b(7)c"), row(outcome="N/A"), row("soon"), COLUMNS, row(place=("X", "TEXAS", "AUSTIN"))
    )
    path.write_text(path.read_text() + "3,2015-01-01\n=1+1,2015-01-01,a,b,c,d,e,f\nTotal,,,,,,6\n")
    folder = tmp_path / "out"
    summary = audit(path, folder, law)
    assert summary.rows.decided + sum(summary.rows.apart.values()) == summary.input.rows == 9
    assert summary.rows.apart["set aside in reading"] == 3
    assert query(folder / "set-aside.parquet", "FROM {}") == [
        (0, 5, "repeats the header", ",".join(COLUMNS)),
        (0, 7, "has 2 cells where the header has 7", "3,2015-01-01"),
        (0, 8, "has 8 cells where the header has 7", "=1+1,2015-01-01,a,b,c,d,e,f"),
    ]
    assert "\"'=1+1,2015-01-01" in (folder / "set-aside.csv").read_text()
    found = {(check.about, check.says): (check.rows, check.told) for check in summary.quality}
    assert found["records", "has n cells where the header has n"] == (
        2,
        "first log.csv, row 7; all stand in set-aside.csv",
    )
    assert found["lift_reason", "withheld, in whole or in part"] == (1, "")
    assert "first log.csv, row 7" in (folder / "report.html").read_text()


def test_what_is_set_aside_is_not_in_public_results(csv_file: Write, tmp_path: Path, law: Law) -> None:
    path = csv_file(*(row() for _ in range(20)))
    path.write_text(path.read_text() + "3,2015-01-01,a name\n")
    audit(path, tmp_path / "out", law, wanted=Wanted(10))
    assert not list((tmp_path / "out").glob("set-aside*"))
    assert "row 21" not in (tmp_path / "out" / "report.html").read_text()


@pytest.mark.parametrize("share", [0.3, 0.9, 0.99])
def test_parquet_cut_short(share: float, tmp_path: Path, law: Law) -> None:
    path = tmp_path / "log.parquet"
    write_made_up(path, 50)
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    error = error_of(path, tmp_path, law)
    assert error.code == "file"
    assert "cut short" in error.message


def test_parquet_damaged_inside(tmp_path: Path, law: Law) -> None:
    path = tmp_path / "log.parquet"
    write_made_up(path, 50)
    content = bytearray(path.read_bytes())
    content[4:100] = b"\xff" * 96
    path.write_bytes(content)
    assert error_of(path, tmp_path, law).code == "file"


def test_no_such_file(tmp_path: Path, law: Law) -> None:
    assert error_of(tmp_path / "none.csv", tmp_path, law).code == "file"


def test_name_with_signs_of_a_pattern(csv_file: Write, tmp_path: Path, law: Law) -> None:
    path = csv_file(row()).rename(tmp_path / "log [1] it's*.csv")
    assert audit(path, tmp_path / "out", law).input.rows == 1


@pytest.mark.parametrize(
    ("numbers", "told"),
    [
        ((1, 1, 3), "of the numbers 1 to 3, 1 is missing and 1 stands more than once"),
        ((1, 1, 4, 4), "of the numbers 1 to 4, 2 are missing and 2 stand more than once"),
    ],
)
def test_numbers_that_are_missing_are_counted(
    numbers: tuple[int, ...], told: str, csv_file: Write, tmp_path: Path, law: Law
) -> None:
    summary = audit(csv_file(*(row(number=number) for number in numbers)), tmp_path / "out", law)
    assert [check.told for check in summary.quality if check.topic == "gaps"] == [told]

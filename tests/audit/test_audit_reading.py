"""Files that cannot be read: each fault is named by row and column, and nothing is left half written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from comity.audit.layout import ICE_DETAINERS
from comity.audit.madeup import write_made_up
from comity.audit.run import audit_file
from comity.decide import Law
from comity.errors import ComityError
from tests.audit.conftest import COLUMNS, row

Write = Callable[..., Path]


def error_of(path: Path, tmp_path: Path, law: Law) -> ComityError:
    with pytest.raises(ComityError) as caught:
        audit_file(path, ICE_DETAINERS, "us/il", tmp_path / "out", law=law)
    left = [entry for entry in tmp_path.iterdir() if entry != path]
    assert left == []
    return caught.value


def test_date_that_is_none(csv_file: Write, tmp_path: Path, law: Law) -> None:
    error = error_of(csv_file(row(), row("2015-02-30"), row("soon")), tmp_path, law)
    assert error.code == "date"
    assert error.at == "log.csv, row 2, column prepare_date"
    assert '"2015-02-30"' in error.message
    assert "1 more" in error.message


def test_dates_as_releases_write_them(csv_file: Write, tmp_path: Path, law: Law) -> None:
    days = ["2015-07-09", "07/09/15", "7/9/2015", "2015-07-09 00:00:00"]
    audit_file(csv_file(*(row(day) for day in days)), ICE_DETAINERS, "us/il", tmp_path / "out", law=law)
    with duckdb.connect(":memory:") as database:
        found = database.execute(f"SELECT DISTINCT day::VARCHAR FROM '{tmp_path}/out/findings.parquet'").fetchall()
    assert found == [("2015-07-09",)]


def test_column_missing(csv_file: Write, tmp_path: Path, law: Law) -> None:
    renamed = tuple("facility_name" if name == "facility" else name for name in COLUMNS)
    error = error_of(csv_file(row(), columns=renamed), tmp_path, law)
    assert error.code == "columns"
    assert '"facility" (did you mean "facility_name"?)' in error.message


def test_header_with_blanks_and_capitals(csv_file: Write, tmp_path: Path, law: Law) -> None:
    odd = tuple(f" {name.upper()} " for name in COLUMNS)
    summary = audit_file(csv_file(row(), columns=odd), ICE_DETAINERS, "us/il", tmp_path / "out", law=law)
    assert summary.rows.decided == 1


def test_wrong_encoding(csv_file: Write, tmp_path: Path, law: Law) -> None:
    path = csv_file(row(), row(place=("CAFÉ JAIL", "ILLINOIS", "PEORIA")))
    path.write_bytes(path.read_text(encoding="utf-8").encode("latin-1"))
    error = error_of(path, tmp_path, law)
    assert error.code == "encoding"
    assert error.at == "log.csv, row 2, column facility"


def test_utf_16(csv_file: Write, tmp_path: Path, law: Law) -> None:
    path = csv_file(row())
    path.write_bytes(path.read_text(encoding="utf-8").encode("utf-16"))
    assert error_of(path, tmp_path, law).code == "encoding"


def test_row_with_a_cell_too_few(csv_file: Write, tmp_path: Path, law: Law) -> None:
    path = csv_file(row())
    path.write_text(path.read_text() + "3,2015-01-01\n")
    error = error_of(path, tmp_path, law)
    assert error.code == "file"
    assert error.at == "log.csv, row 2, column detainer_type"
    assert "2 cells where the header has 7" in error.message


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


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("log.csv", b"", "is empty"),
        ("log.csv", b"\x1f\x8b\x08\x00zip", "compressed"),
        ("log.parquet", b"source_row,prepare_date\n", "no Parquet file"),
    ],
)
def test_not_what_it_is_called(name: str, content: bytes, says: str, tmp_path: Path, law: Law) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    assert says in error_of(path, tmp_path, law).message


def test_no_such_file(tmp_path: Path, law: Law) -> None:
    assert error_of(tmp_path / "none.csv", tmp_path, law).code == "file"


def test_name_with_signs_of_a_pattern(csv_file: Write, tmp_path: Path, law: Law) -> None:
    path = csv_file(row()).rename(tmp_path / "log [1] it's*.csv")
    summary = audit_file(path, ICE_DETAINERS, "us/il", tmp_path / "out", law=law)
    assert summary.input.rows == 1

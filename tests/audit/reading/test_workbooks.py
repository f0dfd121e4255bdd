"""Workbooks: the header wherever it stands, sheets stacked, cells as text."""

from __future__ import annotations

import random
import zipfile
from datetime import date

import pytest

from tests.audit.reading.conftest import Desk
from tests.audit.workbooks import Cell, write_workbook

TITLE: list[list[Cell]] = [["ICE FOIA 2026-ICLI-00005"], [], ["Redacted"], ["As of", date(2026, 3, 11)], [], []]
HEADER: list[Cell] = ["Detainer Prepare Date", "Detention Facility", "Code", "Anonymized Identifier"]


def test_header_on_row_7_and_sheets_stacked(desk: Desk) -> None:
    path = write_workbook(
        desk.folder / "log.xlsx",
        {
            "FY23": [*TITLE, HEADER, [date(2022, 10, 3), "A JAIL", 7, "x1"], [date(2022, 10, 4), "B JAIL", 7.5, None]],
            "Key": [["Field", "Meaning"], ["Code", "a number"]],
            "FY24": [*TITLE, [*HEADER, "Birth Year"], [date(2023, 10, 3), "C JAIL", None, "x2", 1990]],
        },
    )
    staged = desk.read(path)
    assert [(source.sheet, source.rows, source.header_row) for source in staged.sources] == [
        ("FY23", 2, 7),
        ("FY24", 1, 7),
    ]
    assert desk.rows() == [
        (1, 0, 1, "2022-10-03", "A JAIL", "7", "x1", None),
        (2, 0, 2, "2022-10-04", "B JAIL", "7.5", "", None),
        (3, 1, 1, "2023-10-03", "C JAIL", "", "x2", "1990"),
    ]
    notes = staged.sources[0].notes
    assert "the header stands on row 7: the 6 above it were not read as rows" in notes
    assert any("not read: Key" in note for note in notes)
    assert any("has no column Birth Year" in note for note in notes)


def test_one_sheet(desk: Desk) -> None:
    path = write_workbook(desk.folder / "log.xlsx", {"a": [["n", "x"], [1, "a"]], "b": [["n", "x"], [2, "b"]]})
    assert desk.read(path, sheet="b").rows == 1
    assert desk.rows("SELECT n FROM staged") == [("2",)]
    assert 'did you mean "a"' in desk.error(path, sheet="aa").message


def test_faults_in_a_sheet(desk: Desk) -> None:
    rows: list[list[Cell]] = [["n", "x"], [1, "a"], [None, None], [2, "b", "over"], ["n", "x"], [3, "c"]]
    staged = desk.read(write_workbook(desk.folder / "log.xlsx", {"a": rows}))
    assert desk.rows("SELECT row, n FROM staged ORDER BY row") == [(1, "1"), (4, "3")]
    assert [(row, reason) for _, row, reason, _ in desk.quarantine()] == [
        (2, "has 3 cells where the header has 2"),
        (3, "repeats the header"),
    ]
    assert staged.quarantined == 2


def test_workbook_without_rows(desk: Desk) -> None:
    path = write_workbook(desk.folder / "log.xlsx", {"a": [["n", "x"]], "b": []})
    assert "no sheet with a header and rows" in desk.error(path).message


def test_cover_before_the_log(desk: Desk) -> None:
    cover: list[list[Cell]] = [["Release", "By"], ["2026-1", "ICE", "over"]]
    sheets = {"Cover": cover, "Log": [["n", "x", "y"], [1, "a", "b"], [2, "c", "d", "over"]], "Key": [["Field"], ["n"]]}
    path = write_workbook(desk.folder / "log.xlsx", sheets)
    staged = desk.read(path)
    assert [(source.sheet, source.rows) for source in staged.sources] == [("Log", 2)]
    assert desk.rows("SELECT n FROM staged") == [("1",)]
    assert [(source, text) for source, _, _, text in desk.quarantine()] == [(0, "2 | c | d | over")]
    assert "not read: Cover, Key" in staged.sources[0].notes[-1]


def test_workbook_too_large_for_memory(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    piece = random.Random(7).randbytes(1 << 19).hex().encode()
    path = desk.folder / "log.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", piece * 40)
    monkeypatch.setattr("comity.audit.reading.workbook.LARGEST_UNPACKED", 1 << 25)
    error = desk.error(path)
    assert (error.code, error.at) == ("file", "log.xlsx")
    assert "save each sheet as CSV, and name the files or their folder" in error.message


def test_workbook_locked_by_a_password(desk: Desk) -> None:
    error = desk.error(desk.file("log.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512)))
    assert "is locked by a password" in error.message

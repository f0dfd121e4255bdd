"""Workbooks: the header wherever it stands, sheets stacked, cells as text."""

from __future__ import annotations

import random
import re
import zipfile
from collections.abc import Callable
from datetime import date

import pytest

from comity.audit.reading.sheetpieces import ROWS, cut_workbook
from tests.audit.reading.conftest import Desk
from tests.audit.workbooks import Cell, edit_workbook, write_workbook

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


def test_workbook_that_is_read_in_memory_and_too_large_for_it(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    piece = random.Random(7).randbytes(1 << 19).hex().encode()
    path = desk.folder / "log.ods"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("content.xml", piece * 40)
    monkeypatch.setattr("comity.audit.reading.workbook.LARGEST_IN_MEMORY", 1 << 25)
    error = desk.error(path)
    assert (error.code, error.at) == ("file", "log.ods")
    assert "save it as XLSX, or each sheet as CSV, and name the files or their folder" in error.message


def test_workbook_locked_by_a_password(desk: Desk) -> None:
    error = desk.error(desk.file("log.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512)))
    assert "is locked by a password" in error.message


SHEET, BOOK = "xl/worksheets/sheet1.xml", "xl/workbook.xml"
HEADED: list[list[Cell]] = [["day", "x", "n"], [date(2020, 1, 2), "b", 3], [date(2020, 1, 3), "c", 4]]


def test_sheet_of_many_rows_is_read_piece_by_piece(desk: Desk) -> None:
    rows: list[list[Cell]] = [[None if n < 1_000 else "a", None, n, f"x{n}"] for n in range(1, 3_001)]
    path = write_workbook(desk.folder / "log.xlsx", {"a": [["p", "q", "n", "x"], *rows], "b": [["n", "x"], [1, "y"]]})
    staged = desk.read(path)
    assert [source.rows for source in staged.sources] == [3_000, 1]
    assert desk.rows("SELECT count(*) FROM staged WHERE source = 0 AND n = source_row AND x = 'x' || n AND q = ''") == [
        (3_000,)
    ]
    assert desk.rows("SELECT count(*) FROM staged WHERE p = 'a'") == [(2_001,)]
    told: list[int] = []
    sheets = cut_workbook(path, desk.work / "cut.xlsx", lambda done, of: told.append(of - done))
    assert [len(sheet.pieces) for sheet in sheets or ()] == [-(-3_001 // ROWS), 1]
    assert told[-1] == 0


def test_cell_in_the_last_row_and_column_there_can_be(desk: Desk) -> None:
    path = write_workbook(desk.folder / "log.xlsx", {"a": HEADED})
    far = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    edit_workbook(path, SHEET, lambda sheet: sheet.replace("</sheetData>", far))
    assert desk.read(path).rows == 2
    assert [(row, reason) for _, row, reason, _ in desk.quarantine()] == [(3, "has 16384 cells where the header has 3")]


def test_table_that_begins_neither_in_the_first_row_nor_column(desk: Desk) -> None:
    rows: list[list[Cell]] = [[], [None, None, "n", "x"], [None, None, 1, "a"], [None, None, 2, "b"]]
    rows += [[] for _ in range(200)] + [[None, "over", 3, "c"]]
    path = write_workbook(desk.folder / "log.xlsx", {"a": rows})
    staged = desk.read(path)
    assert [column.name for column in staged.columns] == ["n", "x"]
    assert staged.sources[0].header_row == 2
    assert desk.rows("SELECT n, x FROM staged ORDER BY row") == [("1", "a"), ("2", "b")]
    assert [(row, reason) for _, row, reason, _ in desk.quarantine()] == [(3, "has a cell to the left of the header")]


def test_header_row_is_a_row_of_the_sheet(desk: Desk) -> None:
    rows: list[list[Cell]] = [[], [], ["old", "names"], ["n", "x"], [1, "a"]]
    path = write_workbook(desk.folder / "log.xlsx", {"a": rows})
    assert desk.read(path, header_row=4).sources[0].header_row == 4
    assert desk.rows("SELECT n, x FROM staged") == [("1", "a")]


@pytest.mark.parametrize(
    ("part", "change", "note"),
    [
        (
            SHEET,
            lambda sheet: sheet.replace(
                "</sheetData>", '</sheetData><mergeCells count="1"><mergeCell ref="B2:B3"/></mergeCells>'
            ),
            "cells are merged in 1 place among the rows: only the first cell of each has the value",
        ),
        (
            SHEET,
            lambda sheet: sheet.replace('<c r="C2"><v>3</v></c>', '<c r="C2"><f>1+2</f></c>'),
            "1 cell with a formula whose value was not saved: read as empty",
        ),
        (
            SHEET,
            lambda sheet: sheet.replace('<c r="C2"><v>3</v></c>', '<c r="C2" t="e"><f>1/0</f><v>#DIV/0!</v></c>'),
            "1 cell with an error instead of a value (as #REF!): read as empty",
        ),
        (
            BOOK,
            lambda book: book.replace('sheetId="1"', 'sheetId="1" state="hidden"'),
            "the workbook hides this sheet, which was read like the others",
        ),
    ],
)
def test_what_a_sheet_does_not_show_is_noted(desk: Desk, part: str, change: Callable[[str], str], note: str) -> None:
    path = edit_workbook(write_workbook(desk.folder / "log.xlsx", {"a": HEADED}), part, change)
    staged = desk.read(path)
    assert staged.rows == 2
    assert [told for told in staged.sources[0].notes if told.startswith(note)] != []


@pytest.mark.parametrize(
    ("part", "change", "day"),
    [
        (BOOK, lambda book: book.replace("<sheets>", '<workbookPr date1904="1"/><sheets>'), "2024-01-03"),
        (SHEET, lambda sheet: sheet.replace('"A2" s="1"', '"A2"'), "43832"),
        (SHEET, lambda sheet: sheet.replace("<v>43832</v>", "<v>43832.5</v>"), "2020-01-02 12:00:00"),
        (SHEET, lambda sheet: sheet.replace(' s="1"><v>43832', ' t="d"><v>2020-01-02T00:00:00'), "2020-01-02"),
    ],
    ids=["days from 1904", "no style of a day", "with the time", "day as text"],
)
def test_days_in_a_sheet(desk: Desk, part: str, change: Callable[[str], str], day: str) -> None:
    desk.read(edit_workbook(write_workbook(desk.folder / "log.xlsx", {"a": HEADED}), part, change))
    assert desk.rows("SELECT day FROM staged ORDER BY row LIMIT 1") == [(day,)]


def _prefixed(sheet: str) -> str:
    named = sheet.replace("</", "</x:").replace("<", "<x:").replace("<x:/x:", "</x:")
    return named.replace("xmlns=", "xmlns:x=")


@pytest.mark.parametrize(
    "change", [_prefixed, lambda sheet: re.sub(r' r="[A-Z]*\d+"', "", sheet)], ids=["prefixes", "no references"]
)
def test_sheets_as_other_programs_write_them(desk: Desk, change: Callable[[str], str]) -> None:
    desk.read(edit_workbook(write_workbook(desk.folder / "log.xlsx", {"a": HEADED}), SHEET, change))
    assert desk.rows("SELECT day, x, n FROM staged ORDER BY row") == [
        ("2020-01-02", "b", "3"),
        ("2020-01-03", "c", "4"),
    ]


@pytest.mark.parametrize(
    ("part", "change", "says"),
    [
        (SHEET, lambda sheet: sheet[:-30], "a sheet does not end"),
        (SHEET, lambda _: "<x/>", "a sheet has no rows, nor a place for them"),
        (BOOK, lambda book: book[:-5], "is a spoilt workbook"),
        ("xl/_rels/workbook.xml.rels", lambda links: links.replace("sheet1.xml", "none.xml"), "is a spoilt workbook"),
    ],
)
def test_spoilt_parts(desk: Desk, part: str, change: Callable[[str], str], says: str) -> None:
    error = desk.error(edit_workbook(write_workbook(desk.folder / "log.xlsx", {"a": HEADED}), part, change))
    assert error.code == "file"
    assert error.at.startswith("log.xlsx")
    assert says in error.message


def test_spoilt_bytes_of_a_sheet(desk: Desk) -> None:
    path = write_workbook(desk.folder / "log.xlsx", {"a": [["n", "x"], *([n, f"x{n * n}"] for n in range(2_000))]})
    content = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        start = archive.getinfo(SHEET).header_offset + 2_000
    content[start : start + 200] = bytes(200)
    path.write_bytes(content)
    assert "is a spoilt workbook" in desk.error(path).message


def test_more_different_texts_than_fit_in_memory(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_workbook(desk.folder / "log.xlsx", {"a": HEADED})
    link = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"
    texts = f'<Relationship Id="texts" Type="{link}" Target="sharedStrings.xml"/></Relationships>'
    edit_workbook(path, "xl/_rels/workbook.xml.rels", lambda links: links.replace("</Relationships>", texts))
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/sharedStrings.xml", "<sst><si><t>b</t></si><si><t>c</t></si></sst>")
    assert desk.read(path).rows == 2
    monkeypatch.setattr("comity.audit.reading.sheetpieces.LARGEST_TEXTS", 100)
    assert "has more different texts than fit in memory" in desk.error(path).message

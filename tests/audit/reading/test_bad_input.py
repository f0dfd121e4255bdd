"""Files that cannot be read: a clear message that names the place and the fix, and nothing half written."""

from __future__ import annotations

import os
import sqlite3
import zipfile
from collections import namedtuple
from pathlib import Path

import duckdb
import pytest

from tests.audit.reading.conftest import Desk


def test_empty_file(desk: Desk) -> None:
    error = desk.error(desk.file("log.csv", ""))
    assert (error.code, error.message, error.at) == ("file", "is empty", "log.csv")


def test_blank_file(desk: Desk) -> None:
    assert desk.error(desk.file("log.csv", "\n \n\n")).message in ("is empty", "has a header and no rows")


@pytest.mark.parametrize("ending", ["", "\n"])
def test_headers_only(desk: Desk, ending: str) -> None:
    error = desk.error(desk.file("log.csv", "a,b,c" + ending))
    assert (error.code, error.message) == ("file", "has a header and no rows")


def test_no_such_file(desk: Desk) -> None:
    assert desk.error("nowhere.csv").message == "there is no such file"


def test_pattern_without_a_match(desk: Desk) -> None:
    error = desk.error(str(desk.folder / "*.csv"))
    assert error.message == "no file has a name of this pattern"
    assert error.at.endswith("*.csv")


def test_folder_without_a_log(desk: Desk) -> None:
    (desk.folder / "logs").mkdir()
    desk.file("logs/README.md", "x")
    assert "is a folder without a log in it" in desk.error(desk.folder / "logs").message


def test_folder_of_logs_says_what_it_leaves_out(desk: Desk) -> None:
    (desk.folder / "logs").mkdir()
    desk.file("logs/README.md", "x")
    desk.file("logs/b.csv", "a,b\n3,4\n")
    desk.file("logs/a.csv", "a,b\n1,2\n")
    staged = desk.read(desk.folder / "logs")
    assert [source.name for source in staged.sources] == ["a.csv", "b.csv"]
    assert "README.md" in staged.sources[0].notes[-1]


def test_file_named_twice(desk: Desk) -> None:
    path = desk.file("log.csv", "a,b\n1,2\n")
    assert "is named twice" in desk.error(path, path).message


def test_file_that_may_not_be_read(desk: Desk) -> None:
    path = desk.file("log.csv", "a,b\n1,2\n")
    path.chmod(0)
    try:
        with path.open("rb"):
            pass
    except PermissionError:
        assert "cannot be read: Permission denied" in desk.error(path).message
    else:
        # Root may read any file; a folder called .csv cannot be read as one by anybody.
        (desk.folder / "folder.csv").mkdir()
        assert "is a folder without a log" in desk.error(desk.folder / "folder.csv").message
    finally:
        path.chmod(0o600)


def test_a_million_columns(desk: Desk) -> None:
    names = ",".join(f"c{place}" for place in range(1_000_000))
    error = desk.error(desk.file("log.csv", f"{names}\n{','.join('1' * 1_000_000)}\n"))
    assert error.code == "columns"
    assert "at most 2,000 are read" in error.message


def test_parquet_with_too_many_columns(desk: Desk) -> None:
    columns = ", ".join(f"1 AS c{place}" for place in range(2_001))
    with duckdb.connect(":memory:") as database:
        database.execute(f"COPY (SELECT {columns}) TO '{desk.folder}/log.parquet'")
    assert "has 2,001 columns or more" in desk.error(desk.folder / "log.parquet").message


def test_workbook_that_unpacks_to_far_more_than_it_is(desk: Desk) -> None:
    path = desk.folder / "log.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<x/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 100_000_000)
    error = desk.error(path)
    assert error.code == "file"
    assert "unpacks to 100,000,004 bytes" in error.message
    assert "save it as CSV" in error.message


def test_workbook_that_lies_about_what_it_unpacks_to(desk: Desk) -> None:
    path = desk.folder / "log.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 100_000_000)
    size = (100_000_000).to_bytes(4, "little")
    path.write_bytes(path.read_bytes().replace(size, (1_000).to_bytes(4, "little")))
    assert "is a spoilt workbook" in desk.error(path).message


@pytest.mark.parametrize("share", [0.3, 0.9])
def test_workbook_cut_short(desk: Desk, share: float) -> None:
    path = desk.folder / "log.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/worksheets/sheet1.xml", "<x>" * 1000)
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])
    assert desk.error(path).code == "file"


def test_text_called_a_workbook(desk: Desk) -> None:
    assert "is called .xlsx, but is no workbook" in desk.error(desk.file("log.xlsx", "a,b\n1,2\n")).message


def test_bytes_called_csv(desk: Desk) -> None:
    error = desk.error(desk.file("allholds.csv", bytes(range(256)) * 190))
    assert (error.code, error.at) == ("file", "allholds.csv, line 1")
    assert "is no text" in error.message


@pytest.mark.parametrize("share", [0.3, 0.9, 0.99])
def test_parquet_cut_short(desk: Desk, share: float) -> None:
    path = desk.folder / "log.parquet"
    with duckdb.connect(":memory:") as database:
        database.execute(f"COPY (SELECT i, hash(i) AS x FROM range(10000) AS r(i)) TO '{path}'")
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])
    error = desk.error(path)
    assert (error.code, error.at) == ("file", "log.parquet")
    assert "cut short" in error.message


def test_spoilt_parquet_with_both_marks(desk: Desk) -> None:
    error = desk.error(desk.file("log.parquet", b"PAR1" + b"\xff" * 400 + b"PAR1"))
    assert "cannot be read as Parquet" in error.message


def test_text_called_parquet(desk: Desk) -> None:
    assert "is no Parquet file" in desk.error(desk.file("log.parquet", "a,b\n1,2\n")).message


def test_quote_that_never_closes(desk: Desk) -> None:
    path = desk.file("log.csv", 'a,b\n1,2\n3,"4\n' + "5,6\n" * 3_000_000)
    error = desk.error(path)
    assert (error.code, error.at) == ("file", "log.csv, row 2")
    assert "a quote that never closes" in error.message


def test_quote_near_the_end_that_never_closes(desk: Desk) -> None:
    error = desk.error(desk.file("log.csv", 'a,b\n1,2\n3,"4\n5,6\n7,8\n'))
    assert (error.code, error.at) == ("file", "log.csv, row 2")


def test_quote_that_closes_too_late_is_set_apart_with_all_that_it_swallowed(desk: Desk) -> None:
    desk.read(desk.file("log.csv", 'a,b\n1,2\n3,"4\n5,6\n7",8\n9,10\n'))
    assert desk.quarantine() == [
        (0, 2, "has 3 cells where the header has 2, over 3 lines: a quote that never closes?", '3,"4\n5,6\n7",8')
    ]
    assert desk.rows("SELECT row, a FROM staged ORDER BY row") == [(1, "1"), (3, "9")]


def test_half_utf_8_half_not(desk: Desk) -> None:
    text = "a,city\n1,Ürümqi\n2,".encode() + "Zürich\n".encode("cp1252")
    error = desk.error(desk.file("log.csv", text))
    assert (error.code, error.at) == ("encoding", "log.csv, row 2, column city")


@pytest.mark.parametrize("spare", [b"\x81", b"\x9d"])
def test_byte_that_windows_1252_has_not(desk: Desk, spare: bytes) -> None:
    """Far from the first letter that is no UTF-8."""
    text = b"a,city\n1,Z\xfcrich\n" + b"2,Bern\n" * 200_000 + b"3,Br" + spare + b"gge\n"
    assert desk.error(desk.file("log.csv", text)).code == "encoding"
    assert desk.read(desk.file("log.csv", text.replace(spare, b"\xfc"))).sources[0].encoding == "cp1252"


def test_encoding_that_there_is_not(desk: Desk) -> None:
    assert "there is no encoding" in desk.error(desk.file("log.csv", "a,b\n1,2\n"), encoding="utf-9").message


def test_log_larger_than_the_disk_left(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr("shutil.disk_usage", lambda _: usage(10, 9, 1))
    error = desk.error(desk.file("log.csv", "a,b\n1,2\n"))
    assert error.code == "disk"
    assert "1 are free" in error.message
    assert "give the log as Parquet" in error.message


def test_unknown_sheet_and_sheet_of_no_workbook(desk: Desk) -> None:
    assert (
        "has no meaning for a log of the kind csv"
        in desk.error(desk.file("log.csv", "a,b\n1,2\n"), sheet="FY24").message
    )


def test_query_on_sqlite(desk: Desk) -> None:
    path = desk.folder / "log.db"
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE log (id INTEGER, what TEXT)")
        database.executemany(
            "INSERT INTO log VALUES (?, ?)", [(n, None if n == 2 else f"x{n}") for n in range(1, 30_002)]
        )
    staged = desk.read(f"sqlite://{path}", query="SELECT id, what FROM log ORDER BY id")
    assert staged.rows == 30_001
    assert desk.rows("SELECT * FROM staged WHERE row <= 2 ORDER BY row") == [(1, 0, 1, "1", "x1"), (2, 0, 2, "2", None)]
    assert desk.rows("SELECT count(*) FROM staged WHERE row <> CAST(id AS BIGINT)") == [(0,)]


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("SELEC * FROM log", "SQLite does not accept the query"),
        ("SELECT * FROM nowhere", "no such table"),
        ("DELETE FROM log", "readonly"),
        ("  ", "say which rows to read"),
        (None, "say which rows to read"),
    ],
)
def test_bad_query(desk: Desk, query: str | None, says: str) -> None:
    path = desk.folder / "log.db"
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE log (id INTEGER)")
        database.execute("INSERT INTO log VALUES (1)")
    error = desk.error(f"sqlite://{path}", query=query)
    assert error.code == "query"
    assert says in error.message
    with sqlite3.connect(path) as database:
        assert database.execute("SELECT count(*) FROM log").fetchone() == (1,)


def test_path_of_a_database_written_from_the_root_by_mistake(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "log.db").touch()
    assert desk.error("sqlite:///log.db", query="SELECT 1").message.endswith("Write sqlite://log.db")


def test_connection_that_leads_nowhere(desk: Desk) -> None:
    error = desk.error("sqlite:///nowhere.db", query="SELECT 1")
    assert (error.code, error.message.endswith("Write sqlite://PATH, or sqlite:///ROOT/PATH")) == ("connection", True)
    error = desk.error("postgresql://someone:secret@127.0.0.1:1/log", query="SELECT 1")
    assert error.code == "connection"
    assert "secret" not in str(error)


def test_query_without_a_connection(desk: Desk) -> None:
    assert "needs a connection" in desk.error(desk.file("log.csv", "a,b\n1,2\n"), query="SELECT 1").message


def test_nothing_is_left_beside_the_folder_of_work(desk: Desk) -> None:
    before = set(desk.folder.iterdir())
    desk.error(desk.file("log.csv", "a,b\n"))
    assert set(desk.folder.iterdir()) - before == {desk.folder / "log.csv"}


def test_json_list_and_no_object(desk: Desk) -> None:
    assert "no entry that is a JSON object" in desk.error(desk.file("log.json", "[1, 2]")).message
    assert "no line that is a JSON object" in desk.error(desk.file("log.jsonl", '{"a": 1\n{"b": 2\n')).message


def test_rows_of_a_path_with_signs_of_patterns(desk: Desk) -> None:
    (desk.folder / "a[1]").mkdir()
    path: Path = desk.file("a[1]/log?.csv", "a,b\n1,2\n")
    assert desk.read(path).rows == 1


@pytest.mark.parametrize("encoding", ["utf-16", "idna", "rot13", "zlib"])
def test_encoding_that_is_not_that_of_the_file(desk: Desk, encoding: str) -> None:
    error = desk.error(desk.file("log.csv", "a,b\n1,2\n"), encoding=encoding)
    assert (error.code, error.at) == ("encoding", "log.csv")


def test_last_letter_of_windows_1252(desk: Desk) -> None:
    staged = desk.read(desk.file("log.csv", "a,b\n1,café".encode("cp1252")))
    assert staged.sources[0].encoding == "cp1252"
    assert desk.rows("SELECT b FROM staged") == [("café",)]


def test_byte_that_no_text_has(desk: Desk) -> None:
    error = desk.error(desk.file("log.csv", "a,b\n1,2\n3,\x00\n"))
    assert (error.code, error.at) == ("file", "log.csv, line 3")


def test_byte_that_no_text_has_far_into_a_file(desk: Desk) -> None:
    staged = desk.read(desk.file("log.csv", "a,b\n" + "1,2\n" * 2_000 + "3,x\0y\n"))
    assert "holds the byte 0, which no text has, 1 time:" in staged.sources[0].notes[0]
    assert desk.rows("SELECT b FROM staged WHERE a = '3'") == [("x\0y",)]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_wide_letters_however_short_the_file(desk: Desk, encoding: str) -> None:
    assert desk.read(desk.file("log.csv", "a,b\n1,é\n".encode(encoding))).sources[0].notes == ()
    assert desk.rows("SELECT a, b FROM staged") == [("1", "é")]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"%PDF-1.7 ...", "is a PDF: ask for the log as CSV"),
        (b"SQLite format 3\0...", "name it as sqlite://PATH, and its rows with --query"),
        (b"ARROW1\0\0", "save it as Parquet"),
        (b"\xef\xbb\xbf\n<!DOCTYPE HTML><html>", "is a web page or XML: open it, and save its table as CSV"),
        (b"Rar!\x1a\x07", "is packed (RAR): unpack it first"),
    ],
)
def test_files_of_other_programs(desk: Desk, content: bytes, says: str) -> None:
    assert says in desk.error(desk.file("log.csv", content)).message


def test_addresses_and_connections_that_are_not_read(desk: Desk) -> None:
    assert "nothing is fetched: download the file first" in desk.error("https://example.org/log.csv").message
    error = desk.error("mysql://me:secret@host/jail")
    assert "write postgresql://host/database or sqlite://PATH" in error.message
    assert "secret" not in str(error)


def test_parquet_with_the_name_of_the_row_number(desk: Desk) -> None:
    with duckdb.connect(":memory:") as database:
        database.execute(f"COPY (SELECT 1 AS file_row_number) TO '{desk.folder}/log.parquet'")
    error = desk.error(desk.folder / "log.parquet")
    assert (error.code, error.at) == ("columns", "log.parquet")
    assert "rename it" in error.message


def test_locks_and_hidden_files_of_a_folder_are_left_out(desk: Desk) -> None:
    (desk.folder / "logs").mkdir()
    desk.file("logs/~$log.xlsx", "lock")
    desk.file("logs/._log.csv", b"\0\1")
    desk.file("logs/log.csv", "a,b\n1,2\n")
    staged = desk.read(desk.folder / "logs")
    assert [source.name for source in staged.sources] == ["log.csv"]
    assert "~$log.xlsx" in staged.sources[0].notes[-1]


def test_pipes_and_names_that_no_file_can_have(desk: Desk) -> None:
    os.mkfifo(desk.folder / "log.csv")
    assert "write it to a file first" in desk.error(desk.folder / "log.csv").message
    error = desk.error(desk.folder / ("x" * 300))
    assert (error.code, error.message) == ("file", "cannot be read: File name too long")


def test_database_that_cannot_be_read(desk: Desk) -> None:
    error = desk.error(f"sqlite://{desk.folder}", query="SELECT 1")
    assert error.code == "connection"
    assert "cannot be read: Is a directory" in error.message


@pytest.mark.parametrize(
    ("text", "cells"),
    [("a,b\n1,2,\n3,4,\n", "3 cells where the header has 2"), ("a,b,\n1,2\n3,4\n", "2 cells where the header has 3")],
)
def test_log_of_which_no_record_fits_the_header(desk: Desk, text: str, cells: str) -> None:
    error = desk.error(desk.file("log.csv", text))
    assert (error.code, error.at) == ("file", "log.csv, row 1")
    assert f"has {cells}, and of 2 records none can be read as a row" in error.message
    assert "--header-row" in error.message

"""The file under audit: Parquet or CSV → the table `log`, with every fault named by row and column."""

from __future__ import annotations

import csv
import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from comity.audit.layout import Layout
from comity.errors import ComityError, nearest

if TYPE_CHECKING:
    import duckdb

DATE_FORMATS = ("%Y-%m-%d %H:%M:%S", "%m/%d/%y", "%m/%d/%Y", "%m/%d/%Y %H:%M:%S")
"""How dates stand in releases of the same data: ISO, with a time of midnight, and the American forms."""

PARQUET_MARK = b"PAR1"


class Source(msgspec.Struct, frozen=True):
    """What was read: the file's name, its SHA-256 and size, and the number of its rows."""

    name: str
    sha256: str
    size: int
    rows: int


def connect() -> duckdb.DuckDBPyConnection:
    """A database in memory that stays within its limits and fetches nothing."""
    import duckdb

    settings: dict[str, str | bool | int | float | list[str]] = {
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "memory_limit": "400MB",
        "threads": 2,
    }
    database = duckdb.connect(":memory:", config=settings)
    # DuckDB would draw its own bar on standard output, where JSON goes.
    database.execute("SET enable_progress_bar = false")
    return database


def read_log(database: duckdb.DuckDBPyConnection, path: Path, layout: Layout) -> Source:
    """Reads the file into the table `log`: its row number, from 1 without the header, and the layout's columns.

    Text cells are trimmed, and empty ones null; `prepare_date` is a date.

    Raises ComityError: `file` (missing, cut short, not a table), `encoding`, `columns`, `date`.
    """
    import duckdb

    kind = _kind_of(path)
    name = str(path)
    for sign in "[*?":
        name = name.replace(sign, f"[{sign}]")
    reader = f"read_parquet({_quoted(name)})" if kind == "parquet" else (
        f"read_csv({_quoted(name)}, delim=',', quote='\"', escape='\"', header=true, all_varchar=true, "
        "encoding='utf-8', max_line_size=10000000)"
    )  # fmt: skip
    try:
        columns = _columns_in(database, reader, layout, path)
        database.execute(f"CREATE TABLE raw AS SELECT row_number() OVER () AS row, {columns} FROM {reader}")
    except duckdb.Error as error:
        raise _reading_error(error, path, kind) from error
    _parse_dates(database, path)
    return Source(path.name, _digest(path), path.stat().st_size, _count(database, "SELECT count(*) FROM log"))


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _named(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _count(database: duckdb.DuckDBPyConnection, query: str) -> int:
    found = database.execute(query).fetchone()
    return int(found[0]) if found else 0


def _kind_of(path: Path) -> str:
    """`parquet` or `csv`, by what the file is and not what it is called."""
    try:
        with path.open("rb") as file:
            start = file.read(4)
            file.seek(0, 2)
            size = file.tell()
            file.seek(max(0, size - 4))
            end = file.read(4)
    except OSError as error:
        raise ComityError("file", f"cannot be read: {error.strerror}", path.name) from error
    if not size:
        raise ComityError("file", "is empty", path.name)
    if start == PARQUET_MARK:
        if end != PARQUET_MARK:
            raise ComityError("file", "is a Parquet file cut short: its end is missing", path.name)
        return "parquet"
    if path.suffix.lower() == ".parquet":
        raise ComityError("file", "is called .parquet, but is no Parquet file", path.name)
    if start[:2] == b"\x1f\x8b" or start == b"PK\x03\x04":
        raise ComityError("file", "is compressed: unpack it first", path.name)
    if start[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise ComityError("encoding", "is UTF-16 text: save it as UTF-8", f"{path.name}, row 1")
    return "csv"


def _columns_in(database: duckdb.DuckDBPyConnection, reader: str, layout: Layout, path: Path) -> str:
    """The select list of the layout's columns, found by name whatever their case and outer blanks."""
    found: dict[str, str] = {}
    for column, *_ in database.execute(f"DESCRIBE SELECT * FROM {reader}").fetchall():
        plain = str(column).strip().lstrip("\ufeff").lower()
        if plain in found and plain in layout.columns:
            raise ComityError("columns", f'two columns are called "{plain}"', path.name)
        found.setdefault(plain, str(column))
    missing = [name for name in layout.columns if name not in found]
    if missing:
        named = [f'"{name}"{nearest(name, list(found))}' for name in missing]
        word = "column" if len(missing) == 1 else "columns"
        raise ComityError("columns", f"has no {word} {', '.join(named)}", path.name)
    parts = [f"nullif(trim(CAST({_named(found[name])} AS VARCHAR)), '') AS {name}" for name in layout.columns]
    parts += [
        f"nullif(trim(CAST({_named(found[name])} AS VARCHAR)), '') AS {name}" if name in found
        else f"CAST(NULL AS VARCHAR) AS {name}"
        for name in layout.optional
    ]  # fmt: skip
    return ", ".join(parts)


def _parse_dates(database: duckdb.DuckDBPyConnection, path: Path) -> None:
    formats = ", ".join(_quoted(form) for form in DATE_FORMATS)
    parsed = (
        "CASE WHEN regexp_full_match(prepare_date, '\\d{4}-\\d\\d-\\d\\d') THEN try_cast(prepare_date AS DATE) "
        f"ELSE CAST(try_strptime(prepare_date, [{formats}]) AS DATE) END"
    )
    bad = database.execute(
        f"SELECT row, prepare_date, count(*) OVER () FROM raw WHERE prepare_date IS NOT NULL AND {parsed} IS NULL "
        "ORDER BY row LIMIT 1"
    ).fetchone()
    if bad:
        row, value, several = bad
        more = f" (and {several - 1} more rows)" if several > 1 else ""
        raise ComityError(
            "date", f'"{value}" is no date{more}: write 2015-07-19', f"{path.name}, row {row}, column prepare_date"
        )
    database.execute(f"CREATE TABLE log AS SELECT * REPLACE ({parsed} AS prepare_date) FROM raw")
    database.execute("DROP TABLE raw")


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _reading_error(error: Exception, path: Path, kind: str) -> ComityError:
    """Says what DuckDB could not read, in words, with the row and column where they can be named."""
    if kind == "csv":
        return _first_fault(path) or ComityError("file", f"cannot be read as CSV: {_first_line(error)}", path.name)
    return ComityError("file", f"cannot be read as Parquet: {_first_line(error)}", path.name)


def _first_line(error: Exception) -> str:
    return next((line for line in str(error).splitlines() if line.strip()), type(error).__name__)


def _first_fault(path: Path) -> ComityError | None:
    """The first cell that is not UTF-8, or row with more or fewer cells than the header."""
    with path.open(encoding="utf-8", errors="surrogateescape", newline="") as file:
        header: list[str] = []
        for number, cells in enumerate(csv.reader(file)):
            header = header or cells
            for place, cell in enumerate(cells):
                if any("\udc80" <= letter <= "\udcff" for letter in cell):
                    named = header[place] if number and place < len(header) else str(place + 1)
                    column = named.encode("utf-8", "replace").decode()
                    at = f"{path.name}, {f'row {number}' if number else 'header'}, column {column}"
                    return ComityError("encoding", "is not UTF-8 text: save the file as UTF-8", at)
            if cells and len(cells) != len(header):
                column = header[min(len(cells), len(header) - 1)]
                says = f"has {len(cells)} cells where the header has {len(header)}"
                return ComityError("file", says, f"{path.name}, row {number}, column {column}")
    return None

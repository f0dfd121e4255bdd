"""Parquet, read in place: its row numbers come from the file itself."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from comity.audit.reading.database import count, first_line, one_file
from comity.audit.reading.source import MOST_COLUMNS, Column, Part, Source, column_names
from comity.audit.reading.text import too_many_columns
from comity.errors import ComityError
from comity.regularfile import sha256_of

if TYPE_CHECKING:
    import duckdb

PARQUET_MARK = b"PAR1"


def is_columnar(path: Path) -> bool:
    """Whether a file is Parquet, by its first bytes. Raises OSError if it cannot be read."""
    with path.open("rb") as file:
        return file.read(len(PARQUET_MARK)) == PARQUET_MARK


def read_columnar(path: Path, database: duckdb.DuckDBPyConnection) -> Part:
    """Hands over a Parquet file.

    Raises ComityError (`file`) if it is cut short or spoilt.
    """
    import duckdb

    with path.open("rb") as file:
        file.seek(-4, 2)
        if file.read(4) != PARQUET_MARK:
            raise ComityError("file", "is a Parquet file cut short: its end is missing", path.name)
    reader = f"read_parquet({one_file(path)}, file_row_number = true)"
    try:
        told = [(str(row[0]), str(row[1])) for row in database.execute(f"DESCRIBE SELECT * FROM {reader}").fetchall()]
        rows = count(database, f"SELECT count(*) FROM {reader}")
    except duckdb.Error as error:
        said = first_line(error)
        if "file_row_number" in said:
            raise ComityError(
                "columns", "has a column file_row_number, as none may be called: rename it", path.name
            ) from error
        raise ComityError("file", f"cannot be read as Parquet: {said}", path.name) from error
    told = [(name, kind) for name, kind in told if name != "file_row_number"]
    if len(told) > MOST_COLUMNS:
        raise too_many_columns(len(told), path.name)
    names, notes = column_names([name for name, _ in told])
    columns = tuple(Column(name, kind) for name, (_, kind) in zip(names, told, strict=True))
    source = Source(path.name, "parquet", sha256_of(path), path.stat().st_size, rows, notes=tuple(notes))
    return Part(source, path, columns, tuple(name for name, _ in told))

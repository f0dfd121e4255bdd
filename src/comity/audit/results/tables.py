"""Tables of results as files: no cell of a CSV file is one that a spreadsheet takes for a formula."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, cast

import msgspec

from comity.audit.reading.database import BETWEEN, named, one_file, quoted
from comity.audit.spreadsheet import escaped, escaped_sql

if TYPE_CHECKING:
    import duckdb


def write_table(database: duckdb.DuckDBPyConnection, path: Path, sql: str) -> None:
    """The lines of a query as Parquet and as CSV, neither ever whole in memory."""
    written = path.with_suffix(".parquet")
    database.execute(f"COPY ({sql}) TO {quoted(str(written))} (FORMAT parquet, COMPRESSION zstd)")
    lines = f"read_parquet({one_file(written)})"
    columns = database.execute(f"SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM {lines})").fetchall()
    cells = ", ".join(f"{_cell_sql(named(str(name)), str(kind))} AS {named(str(name))}" for name, kind in columns)
    target = quoted(str(path.with_suffix(".csv")))
    database.execute(f"COPY (SELECT {cells} FROM {lines}) TO {target} (FORMAT csv, HEADER)")


def _cell_sql(cell: str, kind: str) -> str:
    if kind == "BOOLEAN":
        return f"CASE WHEN {cell} THEN 'yes' ELSE 'no' END"
    if kind == "VARCHAR[]":
        cell, kind = f"array_to_string({cell}, {quoted(BETWEEN)})", "VARCHAR"
    # An empty text would be written in quotation marks, to be told from a cell without a value.
    return f"nullif({escaped_sql(cell)}, '')" if kind == "VARCHAR" else cell


def write_csv(path: Path, names: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Writes a CSV file, UTF-8, no cell of which a spreadsheet takes for a formula. Lists are joined with `; `."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(names)
        writer.writerows([_cell(cell) for cell in row] for row in rows)


def write_json(path: Path, value: object) -> None:
    """Writes a value as JSON that people can read too."""
    path.write_bytes(msgspec.json.format(msgspec.json.encode(value), indent=2) + b"\n")


def _cell(cell: object) -> object:
    if isinstance(cell, tuple | list):
        cell = BETWEEN.join(map(str, cast("Sequence[object]", cell)))
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    return escaped(cell) if isinstance(cell, str) else cell

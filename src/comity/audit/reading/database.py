"""The database in which an audit works, and names and texts written safely into its SQL."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from comity.audit.watch import interruptible

if TYPE_CHECKING:
    import duckdb

MEMORY_LIMIT = "400MB"


def connect(work: Path | None = None) -> duckdb.DuckDBPyConnection:
    """A database in memory that stays within its limits and fetches nothing; `work` is where it may spill."""
    import duckdb

    settings: dict[str, str | bool | int | float | list[str]] = {
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "memory_limit": MEMORY_LIMIT,
        "threads": 2,
    }
    if work is not None:
        settings["temp_directory"] = str(work / "spill")
    database = duckdb.connect(":memory:", config=settings)
    # DuckDB would draw its own bar on standard output, where JSON goes.
    database.execute("SET enable_progress_bar = false")
    # A moment with a zone is written as UTC, wherever the program runs.
    database.execute("SET TimeZone = 'UTC'")
    return database


@contextmanager
def open_database(work: Path | None = None) -> Generator[duckdb.DuckDBPyConnection]:
    """Such a database for as long as this lasts; Ctrl-C stops whatever statement it runs."""
    with connect(work) as database, interruptible(database):
        yield database


def quoted(text: str) -> str:
    """A text as SQL writes it."""
    return "'" + text.replace("'", "''") + "'"


def named(column: str) -> str:
    """A column's name as SQL writes it."""
    return '"' + column.replace('"', '""') + '"'


def one_file(path: Path) -> str:
    """The path as SQL writes it, with nothing in it that DuckDB would take for a pattern of several files."""
    name = str(path)
    for sign in "[*?":
        name = name.replace(sign, f"[{sign}]")
    return quoted(name)


def count(database: duckdb.DuckDBPyConnection, query: str) -> int:
    """The one number that a query gives."""
    found = database.execute(query).fetchone()
    return int(found[0]) if found and found[0] is not None else 0


def first_line(error: Exception) -> str:
    """The first line of what an error says that is not blank; its name where it says nothing."""
    return next((line for line in str(error).splitlines() if line.strip()), type(error).__name__)

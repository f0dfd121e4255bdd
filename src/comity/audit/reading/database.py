"""The database in which an audit works, and names and texts written safely into its SQL."""

from __future__ import annotations

import tempfile
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from comity.audit.watch import interruptible
from comity.errors import ComityError

if TYPE_CHECKING:
    import duckdb

MEMORY_LIMIT = "400MB"

AT_ONCE = 10_000
"""Lines of a table that are handed to the database, or fetched from it, together."""

BETWEEN = "; "
"""What stands between the parts of a list that is told in one text."""


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


@contextmanager
def look_into(log: str) -> Generator[tuple[duckdb.DuckDBPyConnection, Path]]:
    """A database for a look into a log, and a folder for what is converted; both are gone afterwards.

    Raises ComityError as `faults_named` does.
    """
    with tempfile.TemporaryDirectory(prefix="comity-") as folder:
        work = Path(folder)
        with faults_named(log, work, "set TMPDIR to a folder on another disk"), open_database(work) as database:
            yield database, work


@contextmanager
def faults_named(log: str, folder: Path, instead: str = "name a folder on another disk with --out") -> Generator[None]:
    """Raises ComityError for what the database finds at fault in a log while it reads it (`file`), and for a disk that
    fills up while it works in the folder (`disk`): to make room, or do that `instead`."""
    import duckdb

    try:
        yield
    except (duckdb.Error, OSError) as error:
        if "No space left" in str(error):
            says = f"the disk filled up while the log was worked on: make room, or {instead}"
            raise ComityError("disk", says, str(folder)) from error
        if isinstance(error, OSError):
            raise
        raise ComityError("file", f"cannot be read or worked on: {first_line(error)}", Path(log).name) from error


def quoted(text: str) -> str:
    """A text as SQL writes it."""
    return "'" + text.replace("'", "''") + "'"


def named(column: str) -> str:
    """A column's name as SQL writes it."""
    return '"' + column.replace('"', '""') + '"'


def parts_of(text: str) -> str:
    """SQL for the list whose parts a text tells; of an empty text, none."""
    return f"CASE WHEN {text} = '' THEN CAST([] AS VARCHAR[]) ELSE string_split({text}, {quoted(BETWEEN)}) END"


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


def add_lines(
    database: duckdb.DuckDBPyConnection, table: str, types: Sequence[str], lines: Iterable[Sequence[object]]
) -> None:
    """Adds lines to a table whose columns have these types, so many at a time."""
    cells = ", ".join(f"unnest(CAST(? AS {kind}[]))" for kind in types)
    left = iter(lines)
    while together := list(islice(left, AT_ONCE)):
        columns = [list(column) for column in zip(*together, strict=True)]
        database.execute(f"INSERT INTO {table} SELECT {cells}", columns)


def lines_of(database: duckdb.DuckDBPyConnection, table: str) -> Iterator[tuple[Any, ...]]:
    """The lines of a table, whose column `number` numbers them from 1, in this order and without it; so many at a time
    are fetched, and other statements may run between two of them."""
    start = 0
    while lines := database.execute(
        f"SELECT * EXCLUDE (number) FROM {table} WHERE number > {start} AND number <= {start + AT_ONCE} ORDER BY number"
    ).fetchall():
        yield from lines
        start += AT_ONCE


def first_line(error: Exception) -> str:
    """The first line of what an error says that is not blank; its name where it says nothing."""
    return next((line for line in str(error).splitlines() if line.strip()), type(error).__name__)

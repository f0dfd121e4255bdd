"""The rows of a query: PostgreSQL and SQLite are read and never written to, and no password is shown."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from comity.audit.engines.postgres import connect_postgres
from comity.audit.reading.queries import read_query
from comity.audit.reading.source import ReadingOptions
from comity.errors import ComityError
from tests.audit.reading.conftest import Desk

ROWS = 45_000
"""More than two batches."""
MADE = (
    "CREATE SCHEMA jail",
    "CREATE TABLE jail.requests (id int, at timestamp, share numeric(10, 2), held boolean, what text)",
    f"""INSERT INTO jail.requests SELECT n, timestamp '2025-01-01 14:30' + n * interval '1 minute', n / 4.0, n % 2 = 0,
        CASE WHEN n % 3 > 0 THEN 'é, "' || n END FROM generate_series(1, {ROWS}) AS n""",
)


@pytest.fixture(scope="module")
def address(server: str) -> Iterator[str]:
    """The address of a database with a table of requests."""
    run(server, *MADE)
    yield server
    run(server, "DROP SCHEMA jail CASCADE")


def run(address: str, *statements: str) -> list[tuple[object, ...]]:
    connection = connect_postgres(address).connection
    with connection, connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
        return cursor.fetchall() if statements[-1].startswith("SELECT") else []


def test_rows_are_text_and_keep_the_order_of_the_query(desk: Desk, address: str) -> None:
    staged = desk.read(address, query="SELECT id, at, share, held, what FROM jail.requests ORDER BY id DESC")
    assert (staged.rows, staged.quarantined) == (ROWS, 0)
    assert [(column.name, column.type) for column in staged.columns] == [
        (name, "VARCHAR") for name in ("id", "at", "share", "held", "what")
    ]
    assert desk.rows("SELECT * FROM staged WHERE row <= 2 ORDER BY row") == [
        (1, 0, 1, "45000", "2025-02-01 20:30:00", "11250.00", "True", None),
        (2, 0, 2, "44999", "2025-02-01 20:29:00", "11249.75", "False", 'é, "44999'),
    ]
    assert desk.rows(f"SELECT count(*) FROM staged WHERE row + CAST(id AS BIGINT) <> {ROWS + 1}") == [(0,)]


def test_the_digest_tells_cells_apart_and_no_batches(desk: Desk, server: str) -> None:
    rows = {
        "parted otherwise": ([("ab", "c")], [("a", "bc")]),
        "nothing and an empty text": ([("", "c")], [(None, "c")]),
        "columns changed": ([("a", "b")], [("b", "a")]),
        "rows changed": ([("a", "b"), ("c", "d")], [("c", "d"), ("a", "b")]),
        "a row more": ([("a", "b")], [("a", "b"), (None, None)]),
    }
    for name, (one, other) in rows.items():
        assert _digest_of(desk, one) != _digest_of(desk, other), name
    # The two databases hand over their rows in batches of other sizes.
    many = [(str(number), "é" * (number % 7) or None) for number in range(1, ROWS + 1)]
    query = f"SELECT n::text AS x, nullif(repeat('é', n % 7), '') AS y FROM generate_series(1, {ROWS}) AS n ORDER BY n"
    desk.database.execute("DROP VIEW staged")
    (source,) = desk.read(server, query=query).sources
    assert _digest_of(desk, many) == source.sha256


def _digest_of(desk: Desk, rows: Sequence[tuple[str | None, str | None]]) -> str:
    path = desk.folder / "rows.sqlite"
    path.unlink(missing_ok=True)
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("CREATE TABLE t (x TEXT, y TEXT)")
        database.executemany("INSERT INTO t VALUES (?, ?)", rows)
    desk.database.execute("DROP VIEW IF EXISTS staged")
    (source,) = desk.read(f"sqlite://{path}", query="SELECT * FROM t").sources
    return source.sha256


def test_the_same_rows_have_the_same_digest_and_others_another(desk: Desk, address: str) -> None:
    asked = "SELECT id FROM jail.requests WHERE id <= {} ORDER BY id"
    first, again, other = (
        read_query(address, index, ReadingOptions(desk.work, query=asked.format(most))).source
        for index, most in enumerate((9, 9, 8))
    )
    assert first.sha256 == again.sha256 != other.sha256
    assert first.kind == "query"
    assert "ORDER BY" in first.notes[0]
    assert "?" not in first.name, "the parameters of an address are not kept"


@pytest.mark.parametrize(
    "query",
    [
        "DELETE FROM jail.requests",
        "DELETE FROM jail.requests RETURNING id",
        "WITH gone AS (DELETE FROM jail.requests RETURNING id) SELECT * FROM gone",
        "INSERT INTO jail.requests (id) VALUES (0) RETURNING id",
        "CREATE TABLE jail.more (id int)",
        "SELECT 1; DELETE FROM jail.requests",
        "COMMIT; DELETE FROM jail.requests",
        "COMMIT",
        "SET TRANSACTION READ WRITE",
        "SELECT set_config('transaction_read_only', 'off', false)",
        "DO $$ BEGIN DELETE FROM jail.requests; END $$",
    ],
)
def test_a_query_that_writes_is_refused(desk: Desk, address: str, query: str) -> None:
    error = desk.error(address, query=query)
    assert (error.code, error.at) == ("query", "--query")
    assert run(address, "SELECT count(*) FROM jail.requests") == [(ROWS,)]
    assert run(address, "SELECT count(*) FROM pg_tables WHERE schemaname = 'jail'") == [(1,)]


def test_a_query_starts_no_program_on_the_server(desk: Desk, address: str) -> None:
    """A transaction that is read only does not stop COPY TO PROGRAM; the server may write where its socket lies."""
    written = Path(address.partition("host=")[2].partition("&")[0]) / "written"
    assert desk.error(address, query=f"COPY jail.requests TO PROGRAM 'touch {written}'").code == "query"
    assert not written.exists()


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("SELEC id FROM jail.requests", 'syntax error at or near "SELEC"'),
        ("SELECT id FROM jail.nowhere", 'relation "jail.nowhere" does not exist'),
        ("SELECT ids FROM jail.requests", 'column "ids" does not exist'),
        ("SELECT 1 / 0 AS id", "division by zero"),
        ("SELECT 1 / (44000 - id) FROM jail.requests ORDER BY id", "stopped in mid-query"),
        ("SELECT date 'infinity' AS day", "cast the column to text"),
        (" ", "say which rows to read"),
        (None, "say which rows to read"),
    ],
)
def test_a_query_that_cannot_be_read(desk: Desk, address: str, query: str | None, says: str) -> None:
    error = desk.error(address, query=query)
    assert error.code == "query"
    assert says in error.message
    assert "\n" not in str(error)


@pytest.mark.parametrize(
    "wrong",
    [
        "postgresql://clerk:Opensesame@localhost:1/jail",
        "postgresql://clerk:Open%zzsesame@localhost:1/jail",
        "postgresql://clerk:Open sesame@localhost:1/jail",
        "postgresql://clerk:Open/sesame@localhost:1/jail",
        "postgresql://clerk:Open@sesame@localhost:1/jail",
        "postgresql://clerk:Open@sesame:x@localhost:1/jail",
        "postgresql://clerk:Open?sesame@localhost:1/jail",
        "postgresql://clerk:[Opensesame@localhost:1/jail",
        "postgresql://localhost:1/jail?user=clerk&password=Opensesame",
        "postgresql://localhost:1/jail?password=Open%zzsesame",
        "postgresql://localhost:1/jail?Opensesame=1",
    ],
)
def test_a_wrong_address_shows_no_password(desk: Desk, wrong: str) -> None:
    def check(error: ComityError) -> None:
        assert error.code == "connection"
        assert not [part for part in ("Open", "sesame", "zz") if part in str(error)]
        assert error.at == "postgresql://localhost:1/jail"

    check(desk.error(wrong, query="SELECT 1"))
    with pytest.raises(ComityError, match="cannot connect") as caught:
        connect_postgres(wrong)
    check(caught.value)
    error = desk.error(wrong, str(desk.file("log.csv", "a\n1\n")), query="SELECT 1")
    assert "sesame" not in str(error)


def test_a_database_that_the_server_does_not_have(desk: Desk, address: str) -> None:
    error = desk.error(address.replace("/postgres?", "/nowhere?"), query="SELECT 1")
    assert error.code == "connection"
    assert 'database "nowhere" does not exist' in error.message


@pytest.mark.parametrize("statement", ["VACUUM INTO '{}'", "ATTACH '{}' AS other"])
def test_sqlite_writes_no_other_file(desk: Desk, statement: str) -> None:
    with sqlite3.connect(desk.folder / "log.db") as database:
        database.execute("CREATE TABLE log (id INTEGER)")
    written = desk.folder / "written.db"
    assert desk.error(f"sqlite://{desk.folder / 'log.db'}", query=statement.format(written)).code == "query"
    assert not written.exists()

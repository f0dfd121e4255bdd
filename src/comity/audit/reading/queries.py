"""The rows of a query on PostgreSQL or SQLite → numbered Parquet, in a stream; nothing is written to the database."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from comity.audit.reading.arrow import arrow, arrow_compute
from comity.audit.reading.database import first_line
from comity.audit.reading.numbered import NumberedFile
from comity.audit.reading.source import Column, Part, ReadingOptions, Source, column_names
from comity.errors import ComityError
from comity.regularfile import check_regular

BATCH = 20_000
POSTGRES = ("postgresql", "postgres")
SQLITE = "sqlite"

Rows = tuple[list[str], Iterator[Sequence[Any]]]
"""The columns' names, and batches of rows: for each column, an Arrow array of text."""


def is_connection(text: str) -> bool:
    """Whether a source is named as the connection to a database, and not as a file."""
    return text.partition("://")[0].lower() in (*POSTGRES, SQLITE) and "://" in text


def read_query(connection: str, index: int, options: ReadingOptions) -> Part:
    """Puts the query, and hands over its rows, in the order given, as the source of that index.

    The digest is that of the rows' text. The connection's password is not kept.

    Raises ComityError (`query`, `connection`) for what the database does not accept.
    """
    if not (options.query or "").strip():
        raise ComityError("query", "say which rows to read: --query 'SELECT … ORDER BY …'", shown(connection))
    query = str(options.query)
    is_sqlite = connection.partition("://")[0].lower() == SQLITE
    told, batches = _sqlite_rows(connection, query) if is_sqlite else _postgres_rows(connection, query)
    names, notes = column_names(told)
    target = options.work / f"source-{index}.parquet"
    digest = _Digest(len(names))
    types = arrow()
    rows = 0
    with NumberedFile(target, names) as file:
        for columns in batches:
            digest.update(columns)
            before, rows = rows, rows + len(columns[0])
            file.write(types.array(range(before + 1, rows + 1), types.int64()), columns)
    notes.append("rows are numbered as the database gave them: without ORDER BY another run may number them otherwise")
    source = Source(shown(connection), "query", digest.hexdigest(), target.stat().st_size, rows, notes=tuple(notes))
    return Part(source, target, tuple(map(Column, names)))


class _Digest:
    """The SHA-256 of rows as text, whatever the batches in which they come: of the digests of each column's texts, and
    of how long each is (-1: null)."""

    def __init__(self, columns: int) -> None:
        self._columns = [(hashlib.sha256(), hashlib.sha256()) for _ in range(columns)]

    def update(self, columns: Sequence[Any]) -> None:
        compute = arrow_compute()
        for (texts, lengths), column in zip(self._columns, columns, strict=True):
            lengths.update(compute.fill_null(compute.binary_length(column), -1).to_numpy().tobytes())
            texts.update("".join(column.drop_null().to_pylist()).encode())

    def hexdigest(self) -> str:
        return hashlib.sha256(b"".join(part.digest() for pair in self._columns for part in pair)).hexdigest()


def _texts(cells: Iterable[object]) -> Any:
    types = arrow()
    return types.array([None if cell is None else str(cell) for cell in cells], types.string())


def shown(connection: str) -> str:
    """The connection without user and password, whatever stands in them, and without its parameters."""
    scheme, _, rest = connection.partition("://")
    return f"{scheme}://{rest.rpartition('@')[2].partition('?')[0]}"


def cannot_connect(connection: str, error: Exception) -> ComityError:
    """The error of a connection to PostgreSQL. The driver's words are passed on only where they tell of a server: of an
    address that it cannot read it repeats pieces, and these may be of the password."""
    words = first_line(error).partition("Failed to connect: ")[2]
    if connection.count("@") > 1 or not words.startswith(("connection to server", "could not translate host name")):
        words = (
            "the address cannot be read: write postgresql://user:password@host:port/database, and in the user and the "
            "password %40 for @, %3A for :, %2F for /, %25 for %, %20 for a blank"
        )
    return ComityError("connection", f"cannot connect: {words}", shown(connection))


def _sqlite_rows(connection: str, query: str) -> Rows:
    import sqlite3

    path = Path(connection.partition("://")[2])
    try:
        check_regular(path)
        with path.open("rb"):
            pass
    except OSError as error:
        here = path.relative_to(path.anchor)
        likely = f"sqlite://{here}" if here.is_file() else "sqlite://PATH, or sqlite:///ROOT/PATH"
        says = f"the database {path} cannot be read: {error.strerror}. Write {likely}"
        raise ComityError("connection", says, connection) from error
    try:
        database = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
        database.set_authorizer(_may_sqlite)
        cursor = database.execute(query)
    except (sqlite3.Error, sqlite3.Warning) as error:
        raise ComityError("query", f"SQLite does not accept the query: {error}", "--query") from error
    if cursor.description is None:
        raise ComityError("query", "gives no rows: write a SELECT", "--query")

    def batches() -> Iterator[Sequence[Any]]:
        try:
            while rows := cursor.fetchmany(BATCH):
                yield [_texts(column) for column in zip(*rows, strict=True)]
        except sqlite3.Error as error:
            raise ComityError("query", f"SQLite stopped in mid-query: {error}", "--query") from error
        finally:
            database.close()

    return [str(column[0]) for column in cursor.description], batches()


def _may_sqlite(action: int, *_: object) -> int:
    """Whether SQLite may do this: attach no file, for `VACUUM INTO` writes one even where the database is read only."""
    import sqlite3

    return sqlite3.SQLITE_DENY if action == sqlite3.SQLITE_ATTACH else sqlite3.SQLITE_OK


def _postgres_rows(connection: str, query: str) -> Rows:
    try:
        from importlib import import_module

        driver: Any = import_module("adbc_driver_postgresql.dbapi")
    except ImportError as error:
        says = 'the PostgreSQL driver is not installed: pip install "comity[postgres]"'
        raise ComityError("connection", says, shown(connection)) from error
    try:
        database: Any = driver.connect(connection)
    except driver.Error as error:
        raise cannot_connect(connection, error) from error
    try:
        cursor: Any = database.cursor()
        cursor.execute("SET TRANSACTION READ ONLY")
        # Before it is run: COPY TO PROGRAM and COMMIT do their work even in a transaction that is read only.
        if not cursor.adbc_execute_schema(query).names:
            raise ComityError("query", "gives no rows: write a SELECT", "--query")
        cursor.execute(query)
        reader: Any = cursor.fetch_record_batch()
    except ComityError:
        database.close()
        raise
    except driver.Error as error:
        database.close()
        raise ComityError("query", f"PostgreSQL does not accept the query: {first_line(error)}", "--query") from error

    def batches() -> Iterator[Sequence[Any]]:
        text = arrow().string()
        try:
            for batch in reader:
                yield [column if column.type == text else _texts(column.to_pylist()) for column in batch.columns]
        except (driver.Error, arrow().ArrowException, OSError) as error:
            raise ComityError("query", f"PostgreSQL stopped in mid-query: {first_line(error)}", "--query") from error
        except (ValueError, OverflowError) as error:
            says = f"gives a value that cannot be read ({first_line(error)}): cast the column to text, as day::text"
            raise ComityError("query", says, "--query") from error
        finally:
            cursor.close()
            database.close()

    return [str(name) for name in reader.schema.names], batches()

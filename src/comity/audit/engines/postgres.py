"""PostgreSQL: signatures worked out inside the database in which a log lies."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from comity.audit.engines.constants import place_of, with_lists
from comity.audit.reading.arrow import arrow_parquet
from comity.audit.reading.database import first_line, named
from comity.audit.reading.queries import cannot_connect, shown
from comity.audit.reading.source import Source
from comity.audit.signing.dialect import Dialect
from comity.audit.signing.engine import ArrowTable, Rows
from comity.audit.signing.plan import Lists
from comity.errors import ComityError, nearest

NOTHING = -1
"""Stands for NULL within a list: an array that holds a NULL would be walked from its start for every element picked."""


class PostgresDialect:
    """PostgreSQL: a list stands in the SQL itself, as a constant. A table's column would be unpacked for every row."""

    name = "postgres"
    apart = " OFFSET 0"

    def pick(self, table: str, index: str, alias: str) -> tuple[str, str]:  # noqa: ARG002
        return f"nullif(({place_of(table)})[CAST({index} AS BIGINT) + 1], {NOTHING})", ""

    def day_number(self, day: str) -> str:
        return f"({day} - DATE '1970-01-01')"

    def microseconds(self, moment: str) -> str:
        return f"CAST(extract(epoch FROM {moment}) * 1000000 AS BIGINT)"

    def shifted(self, number: str, places: int) -> str:
        return f"({number} >> {places})"


class Postgres:
    """A session of PostgreSQL. It writes nothing but temporary views and tables of its own."""

    dialect: Dialect = PostgresDialect()

    def __init__(self, connection: Any, name: str) -> None:
        self.connection = connection
        self.name = name
        self._constants: dict[str, str] = {}

    def read(self, query: str, number: str) -> None:
        """Makes the view `raw` of the rows that a query gives; its column `number` holds their whole, unique numbers.

        Raises ComityError: `query` if the database does not accept it, `number` if the column does not number the rows.
        """
        driver = _driver()
        try:
            self._run(f"CREATE TEMP VIEW asked AS {query.rstrip().rstrip(';')}")
        except driver.Error as error:
            raise ComityError(
                "query", f"PostgreSQL does not accept the query: {first_line(error)}", "--query"
            ) from error
        names = self._names("asked")
        if number not in names:
            raise ComityError("number", f'the query gives no column "{number}"{nearest(number, names)}', "--number")
        kept = ", ".join(named(name) for name in names if name != number)
        self.view("raw", f"SELECT CAST({named(number)} AS BIGINT) AS row, {kept} FROM asked")
        try:
            [(rows, different)] = self.rows("SELECT count(*), count(DISTINCT row) FROM raw")
        except driver.Error as error:
            raise ComityError("number", f"{number} holds no whole numbers: {first_line(error)}", "--number") from error
        if rows != different:
            says = f"{number} does not number the rows: of {rows:,} rows only {different:,} have a number of their own"
            raise ComityError("number", says, "--number")
        if not rows:
            raise ComityError("query", "gives no rows", "--query")

    def columns(self) -> tuple[str, ...]:
        return tuple(name for name in self._names("raw") if name != "row")

    def text(self, column: str) -> str:
        return f"CAST({named(column)} AS VARCHAR)"

    def write_signed(self, target: Path) -> None:
        self._run("CREATE TEMP TABLE signed_rows AS SELECT * FROM signed")
        self._run("ANALYZE signed_rows")
        with self.connection.cursor() as cursor:
            cursor.execute("SELECT * FROM signed_rows ORDER BY row")
            reader = cursor.fetch_record_batch()
            with arrow_parquet().ParquetWriter(target, reader.schema) as file:
                for batch in reader:
                    file.write_batch(batch)

    def source(self) -> Source:
        says = "the rows stayed in the database: only their different texts were fetched, and no digest of them is kept"
        return Source(self.name, "query", "", 0, 0, notes=(says,))

    def register(self, lists: Lists) -> None:
        for name, numbers in lists.items():
            self._constants[name] = f"'{{{','.join(map(str, numbers.tolist()))}}}'::bigint[]"

    def rows(self, sql: str) -> Rows:
        with self.connection.cursor() as cursor:
            cursor.execute(with_lists(sql, self._constants))
            return cursor.fetchall()

    def arrow(self, sql: str) -> ArrowTable:
        with self.connection.cursor() as cursor:
            cursor.execute(with_lists(sql, self._constants))
            return cursor.fetch_arrow_table()

    def view(self, name: str, sql: str) -> None:
        self._run(f"DROP VIEW IF EXISTS pg_temp.{name} CASCADE")
        self._run(f"CREATE TEMP VIEW {name} AS {with_lists(sql, self._constants)}")

    def table(self, name: str, columns: Mapping[str, str], rows: Sequence[Sequence[object]]) -> None:
        typed = ", ".join(f"{column} {kind}" for column, kind in columns.items())
        told = json.dumps([dict(zip(columns, row, strict=True)) for row in rows], default=str)
        self._run(f"DROP TABLE IF EXISTS pg_temp.{name} CASCADE")
        self._run(f"CREATE TEMP TABLE {name} ({typed})")
        with self.connection.cursor() as cursor:
            cursor.execute(f"INSERT INTO {name} SELECT * FROM json_to_recordset($1::json) AS told({typed})", (told,))
        self._run(f"ANALYZE {name}")

    def fill(self, name: str, columns: Mapping[str, str], cells: ArrowTable) -> None:
        typed = ", ".join(f"{column} {kind}" for column, kind in columns.items())
        self._run(f"DROP TABLE IF EXISTS pg_temp.{name} CASCADE")
        self._run(f"CREATE TEMP TABLE {name} ({typed})")
        with self.connection.cursor() as cursor:
            cursor.adbc_ingest(name, cells.select(list(columns)), mode="append", temporary=True)
        self._run(f"ANALYZE {name}")

    def _names(self, relation: str) -> list[str]:
        with self.connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM {relation} LIMIT 0")
            return [str(column[0]) for column in cursor.description]

    def _run(self, sql: str) -> None:
        with self.connection.cursor() as cursor:
            cursor.execute(sql)


def connect_postgres(uri: str) -> Postgres:
    """A session of the database at the address.

    Raises ComityError: `engine` if the driver is not installed, `connection` if no session can be had.
    """
    driver = _driver()
    try:
        return Postgres(driver.connect(uri, autocommit=True), shown(uri))
    except driver.Error as error:
        raise cannot_connect(uri, error) from error


def _driver() -> Any:
    try:
        return import_module("adbc_driver_postgresql.dbapi")
    except ImportError as error:
        says = 'the PostgreSQL driver is not installed: pip install "comity[postgres]"'
        raise ComityError("engine", says, "--engine postgres") from error

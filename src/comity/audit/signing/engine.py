"""Engines: what a bulk decision needs of the database in which a log lies. DuckDB is the one at hand everywhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from comity.audit.reading.arrow import arrow
from comity.audit.signing.dialect import Dialect, DuckDb
from comity.audit.signing.plan import Lists
from comity.audit.signing.sets import Numbers

if TYPE_CHECKING:
    import duckdb

Rows = list[tuple[Any, ...]]

ArrowTable = Any
"""A table of PyArrow, which has no types of its own."""


class Engine(Protocol):
    """A database: its dialect, lists of numbers that its SQL can pick from, small tables, and views."""

    dialect: Dialect

    def register(self, lists: Lists) -> None:
        """Make lists known."""
        ...

    def rows(self, sql: str) -> Rows:
        """The rows of a query: few, since they come to this process."""
        ...

    def arrow(self, sql: str) -> ArrowTable:
        """The rows of a query as a table of columns: as many as there are different signatures, say."""
        ...

    def view(self, name: str, sql: str) -> None:
        """Name a query, without running it."""
        ...

    def table(self, name: str, columns: Mapping[str, str], rows: Sequence[Sequence[object]]) -> None:
        """Write a small table. The types are BIGINT, DATE and VARCHAR, and arrays of VARCHAR."""
        ...

    def fill(self, name: str, columns: Mapping[str, str], cells: ArrowTable) -> None:
        """Write a table of whole numbers, with as many rows as there are different signatures."""
        ...


class Local:
    """DuckDB, in this process."""

    dialect: Dialect = DuckDb()

    def __init__(self, database: duckdb.DuckDBPyConnection) -> None:
        self.database = database

    def register(self, lists: Lists) -> None:
        for name, numbers in lists.items():
            kind, told = _narrow(numbers)
            cells = arrow().table({"list_place": np.arange(len(numbers), dtype=np.int64), "list_element": told})
            self.fill(f"list_{name}", {"list_place": "BIGINT", "list_element": kind}, cells)

    def rows(self, sql: str) -> Rows:
        return self.database.execute(sql).fetchall()

    def arrow(self, sql: str) -> ArrowTable:
        return self.database.sql(sql).to_arrow_table()

    def view(self, name: str, sql: str) -> None:
        self.database.execute(f"CREATE OR REPLACE TEMP VIEW {name} AS {sql}")

    def table(self, name: str, columns: Mapping[str, str], rows: Sequence[Sequence[object]]) -> None:
        selected = ", ".join(f"unnest(CAST(? AS {kind}[])) AS {column}" for column, kind in columns.items())
        turned = [[row[place] for row in rows] for place in range(len(columns))]
        self.database.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT {selected}", turned)

    def fill(self, name: str, columns: Mapping[str, str], cells: ArrowTable) -> None:
        selected = ", ".join(f"CAST({column} AS {kind}) AS {column}" for column, kind in columns.items())
        self.database.register("filling", cells)
        try:
            self.database.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT {selected} FROM filling")
        finally:
            self.database.unregister("filling")


def _narrow(numbers: Numbers) -> tuple[str, Any]:
    """Numbers in the type that holds them in the least room, NULL for those below 0: so lists stay in a processor's
    cache."""
    most = int(numbers.max(initial=0))
    kinds = (("TINYINT", arrow().int8()), ("SMALLINT", arrow().int16()), ("INTEGER", arrow().int32()))
    fitting = (kind for kind, bits in zip(kinds, (7, 15, 31), strict=True) if most < 1 << bits)
    name, kind = next(fitting, ("BIGINT", arrow().int64()))
    return name, arrow().array(numbers, type=kind, mask=numbers < 0)

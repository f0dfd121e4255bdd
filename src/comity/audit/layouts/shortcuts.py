"""Shortcuts: what a column's cells mean, worked out once for each different text or number where these are few.

A pattern for each row costs a hundred times as much as to compare the cell with what it may be.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.audit.reading.database import count, named, quoted

if TYPE_CHECKING:
    import duckdb

MOST_TEXTS = 50_000
"""Columns with more different texts, about, are not looked at."""

WHOLE_NUMBERS = ("TINYINT", "UTINYINT", "SMALLINT", "USMALLINT", "INTEGER", "UINTEGER", "BIGINT", "BOOLEAN")
"""Types of columns, besides texts, whose cells are compared as they are."""

MOST_CASES = 100
"""More texts than this are not written into a query."""


class Shortcuts:
    """Writes SQL over one column of `staged` as comparisons with its texts or whole numbers."""

    def __init__(self, database: duckdb.DuckDBPyConnection) -> None:
        self._database = database
        self._few: dict[str, bool] = {}

    def meaning(self, column: str, sql: str) -> str:
        """SQL that gives what `sql` gives, which looks at no other column than this one."""
        if not self._has_few(column):
            return sql
        found = self._database.execute(
            f"SELECT {named(column)}, {sql} FROM (SELECT DISTINCT {named(column)} FROM staged) AS texts "
            f"ORDER BY 1 LIMIT {MOST_CASES + 1}"
        ).fetchall()
        if len(found) > MOST_CASES:
            return sql
        untold = next((value for text, value in found if text is None), None)
        cases = [(text, value) for text, value in found if text is not None]
        return f"CASE WHEN {named(column)} IS NULL THEN {_literal(untold)} {_cases(column, cases)} END"

    def text(self, column: str, sql: str) -> str:
        """SQL that gives what `sql` gives, which is nearly always the cell's own text."""
        if not self._has_few(column):
            return sql
        changed = self._database.execute(
            f"SELECT cell, value FROM (SELECT {named(column)} AS cell, {sql} AS value FROM "
            f"(SELECT DISTINCT {named(column)} FROM staged) AS texts) WHERE cell IS DISTINCT FROM value "
            f"ORDER BY 1 LIMIT {MOST_CASES + 1}"
        ).fetchall()
        if len(changed) > MOST_CASES:
            return sql
        return f"CASE {_cases(column, changed)} ELSE {named(column)} END" if changed else named(column)

    def _has_few(self, column: str) -> bool:
        if column not in self._few:
            number = count(self._database, f"SELECT approx_count_distinct({named(column)}) FROM staged")
            self._few[column] = number <= MOST_TEXTS
        return self._few[column]


def _cases(column: str, cases: list[tuple[object, object]]) -> str:
    return " ".join(f"WHEN {named(column)} = {_literal(text)} THEN {_literal(value)}" for text, value in cases)


def _literal(value: object) -> str:
    if value is None:
        return "NULL"
    return str(value) if isinstance(value, int) else quoted(str(value))

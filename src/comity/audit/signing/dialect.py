"""Where the engines' SQL differs. All else that signatures need is written alike for all of them.

Expressions are built of whole numbers and of the names of columns that this program gives; no text of a log or of a
layout ever becomes SQL.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Protocol

EPOCH = date(1970, 1, 1)


class Dialect(Protocol):
    """One engine's way to write what the standard leaves open."""

    name: str
    apart: str
    """What keeps a subquery from being merged into the query around it, which would work out its columns anew wherever
    they are used; nothing where an engine sees to that itself."""

    def pick(self, table: str, index: str) -> str:
        """The element of a registered list of whole numbers at an index from 0; NULL for NULL and beyond the end."""
        ...

    def day_number(self, day: str) -> str:
        """Days from 1970-01-01 to a DATE."""
        ...

    def microseconds(self, moment: str) -> str:
        """Microseconds from 1970-01-01T00:00 to a TIMESTAMP without time zone."""
        ...

    def shifted(self, number: str, places: int) -> str:
        """A number that is not negative, moved right by so many bits."""
        ...


class DuckDb:
    """DuckDB: lists stand in one row of the table `lists`, joined to every row."""

    name = "duckdb"
    apart = ""

    def pick(self, table: str, index: str) -> str:
        # The lists are kept in the narrowest types that hold them.
        return f"CAST(lists.{table}[{index} + 1] AS BIGINT)"

    def day_number(self, day: str) -> str:
        return f"({day} - DATE '1970-01-01')"

    def microseconds(self, moment: str) -> str:
        return f"epoch_us({moment})"

    def shifted(self, number: str, places: int) -> str:
        return f"({number} >> {places})"


def days_since_epoch(day: date) -> int:
    return (day - EPOCH).days


def literal(value: float | date | datetime) -> str:
    """A constant as all the engines read it."""
    if isinstance(value, datetime):
        return f"TIMESTAMP '{value.isoformat(sep=' ')}'"
    if isinstance(value, date):
        return f"DATE '{value.isoformat()}'"
    return repr(float(value))

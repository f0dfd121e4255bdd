"""Where the engines' SQL differs. All else that signatures need is written alike for all of them.

Expressions are built of whole numbers and of the names of columns that this program gives; no text of a log or of a
layout ever becomes SQL.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Protocol

EPOCH = date(1970, 1, 1)


class Dialect(Protocol):
    """One engine's way to write what the standard leaves open."""

    name: str
    apart: str
    """What keeps a subquery from being merged into the query around it, which would work out its columns anew wherever
    they are used; nothing where an engine sees to that itself."""

    def pick(self, table: str, index: str, alias: str) -> tuple[str, str]:
        """The element of a list of whole numbers at an index within it, which is never NULL; and what has to be joined
        for it, under this alias, to the relation that the index is of: nothing where an engine needs none."""
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
    """DuckDB: each list is a table, joined by the place of its elements.

    Places are whole numbers without a gap, each but once: DuckDB joins such a table by looking in an array. To pick
    from a list in a row takes twice the time, and the whole list is copied for every 2,048 rows.
    """

    name = "duckdb"
    apart = ""

    def pick(self, table: str, index: str, alias: str) -> tuple[str, str]:
        joined = f" JOIN list_{table} AS {alias} ON {alias}.list_place = {index}"
        return f"CAST({alias}.list_element AS BIGINT)", joined

    def day_number(self, day: str) -> str:
        return f"({day} - DATE '1970-01-01')"

    def microseconds(self, moment: str) -> str:
        return f"epoch_us({moment})"

    def shifted(self, number: str, places: int) -> str:
        return f"({number} >> {places})"


class Picks:
    """What one SELECT picks from lists: the elements, and what is joined for them to its relation, in order."""

    def __init__(self, dialect: Dialect, called: str) -> None:
        self.dialect = dialect
        self._called = called
        self._found: dict[tuple[str, str], tuple[str, str]] = {}

    def pick(self, table: str, index: str) -> str:
        """SQL for the element of a list at an index within it, which is never NULL."""
        alias = f"{self._called}_{len(self._found)}"
        return self._found.setdefault((table, index), self.dialect.pick(table, index, alias))[0]

    @property
    def joined(self) -> tuple[str, ...]:
        """What is joined to the relation."""
        return tuple(joined for _, joined in self._found.values() if joined)


def told_or(number: str, otherwise: int) -> str:
    """SQL for a number, or another that is no less than any that it may be where it is NULL.

    Engines pass over NULL to find the least. DuckDB takes half the time for it that `coalesce` takes.
    """
    return f"least({number}, {otherwise})"


def select_sql(columns: Sequence[str], relation: str, joined: Sequence[str]) -> str:
    """A SELECT of columns that pick from lists, with what is joined for that."""
    return f"SELECT {', '.join(columns)} FROM {relation}{''.join(dict.fromkeys(joined))}"


def days_since_epoch(day: date) -> int:
    return (day - EPOCH).days


def literal(value: float | date | datetime) -> str:
    """A constant as all the engines read it."""
    if isinstance(value, datetime):
        return f"TIMESTAMP '{value.isoformat(sep=' ')}'"
    if isinstance(value, date):
        return f"DATE '{value.isoformat()}'"
    return repr(float(value))

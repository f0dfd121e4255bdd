"""A log opened to look at single columns of it: read, its layout chosen, nothing decided."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import msgspec

from comity.audit.layouts.apply import found_columns
from comity.audit.layouts.choose import choose_layout
from comity.audit.layouts.form import Layout
from comity.audit.layouts.sql import trimmed, value_of
from comity.audit.opening import Opening, read_log
from comity.audit.reading.database import look_into, named

if TYPE_CHECKING:
    import duckdb

    from comity.vocabulary import Vocabulary


class LogColumns(msgspec.Struct, frozen=True):
    """A log in the view `staged`: its layout, and the columns of the file that are the layout's."""

    database: duckdb.DuckDBPyConnection
    layout: Layout
    columns: dict[str, str]
    rows: int

    def cell(self, column: str) -> str:
        """SQL for the trimmed text of a column of the layout; null where the file lacks it."""
        return trimmed(named(self.columns[column])) if column in self.columns else "CAST(NULL AS VARCHAR)"

    def value(self, column: str) -> str:
        """The same; null too where the cell is a placeholder or withheld."""
        return value_of(self.cell(column), self.layout.marks)


@contextmanager
def open_columns(log: str, vocabulary: Vocabulary, opening: Opening) -> Generator[LogColumns]:
    """Opens the log, whoever holds it; what was converted on the way is gone afterwards.

    Raises ComityError as reading and choosing a layout do.
    """
    with look_into(log) as (database, work):
        read = read_log(database, [log], opening, work)
        choice = choose_layout(database, read, vocabulary, opening.layout, opening.mapping)
        staged = choice.staged
        yield LogColumns(database, choice.layout, found_columns(choice.layout, staged), staged.rows)

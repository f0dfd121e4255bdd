"""A log opened to look at one column of it: read, its layout chosen, nothing decided."""

from __future__ import annotations

import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from comity.audit.layouts.apply import found_columns
from comity.audit.layouts.choose import choose_layout
from comity.audit.layouts.form import Layout
from comity.audit.layouts.sql import trimmed
from comity.audit.reading.database import connect, named
from comity.audit.reading.source import ReadingOptions
from comity.audit.reading.stage import stage

if TYPE_CHECKING:
    import duckdb

    from comity.vocabulary import Vocabulary


class OpenLog(msgspec.Struct, frozen=True):
    """A log in the view `staged`: the layout, how it was chosen, and the columns of the file that are the layout's."""

    database: duckdb.DuckDBPyConnection
    layout: Layout
    chosen: str
    columns: dict[str, str]
    rows: int

    def cell(self, column: str) -> str:
        """SQL for the trimmed text of a column of the layout; null where the file lacks it."""
        return trimmed(named(self.columns[column])) if column in self.columns else "CAST(NULL AS VARCHAR)"


@contextmanager
def open_log(file: Path, vocabulary: Vocabulary, layout: str | None = None) -> Generator[OpenLog]:
    """Opens the log; what was converted on the way is gone afterwards. Raises ComityError as reading does."""
    with tempfile.TemporaryDirectory(prefix="comity-") as work, connect(Path(work)) as database:
        staged = stage(database, [str(file)], ReadingOptions(Path(work)))
        choice = choose_layout(database, staged, vocabulary, layout)
        yield OpenLog(database, choice.layout, choice.why, found_columns(choice.layout, staged), staged.rows)

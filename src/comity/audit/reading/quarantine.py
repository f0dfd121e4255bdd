"""The table `quarantine`: records that are no rows of the log as they stand, kept whole with the reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.audit.reading.database import add_lines

if TYPE_CHECKING:
    import duckdb

LONGEST_TEXT = 2_000
"""Of a record set apart, so much is kept; its file still has the rest."""

BATCH = 10_000


class Quarantine:
    """Takes records that are set apart, and writes them to the table in batches, so that they never fill the memory."""

    def __init__(self, database: duckdb.DuckDBPyConnection) -> None:
        self._database = database
        self._waiting: list[tuple[int, int, str, str]] = []
        database.execute(
            "CREATE TABLE IF NOT EXISTS quarantine (source INTEGER, source_row BIGINT, reason VARCHAR, text VARCHAR)"
        )

    def add(self, source: int, source_row: int, reason: str, text: str) -> None:
        """Takes one record: the places of its source and in it, why it is no row, and its text."""
        kept = text if len(text) <= LONGEST_TEXT else text[:LONGEST_TEXT] + " …"
        self._waiting.append((source, source_row, reason, kept))
        if len(self._waiting) >= BATCH:
            self.flush()

    def flush(self) -> None:
        """Writes what waits."""
        if self._waiting:
            add_lines(self._database, "quarantine", ("INTEGER", "BIGINT", "VARCHAR", "VARCHAR"), self._waiting)
            self._waiting.clear()

    def renumber(self, source: int, now: int) -> None:
        """Moves what was set apart of a source to the place that the source has now."""
        self.flush()
        self._database.execute(f"UPDATE quarantine SET source = {int(now)} WHERE source = {int(source)}")

    def forget(self, source: int) -> None:
        """Takes back what was set apart of a source that is not read after all."""
        self.flush()
        self._database.execute(f"DELETE FROM quarantine WHERE source = {int(source)}")

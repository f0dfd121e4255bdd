"""Temporary Parquet files of numbered rows: what a source that is not Parquet is converted to, once, in a stream."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

from comity.audit.reading.arrow import arrow, arrow_parquet
from comity.errors import ComityError

NUMBER = "row in its source"
"""The column with a row's place in its source; no told column can have this name beside the told ones' blanks."""

SPARE_BYTES = 64 * 1024 * 1024
SHARE_OF_TEXT = 0.5
"""A converted text takes at most about so much of its size (measured: 2 to 40 per cent)."""


def check_room(work: Path, size: int, name: str) -> None:
    """Raises ComityError (`disk`) if the folder's disk has no room for the converted copy of `size` bytes of text."""
    free = shutil.disk_usage(work).free
    wanted = int(size * SHARE_OF_TEXT) + SPARE_BYTES
    if free < wanted:
        raise no_room(name, work, f"{wanted:,} bytes are wanted and {free:,} are free")


def no_room(name: str, work: Path, what: str = "the disk filled up") -> ComityError:
    """The error (`disk`) for a source whose copy does not fit the folder of work."""
    return ComityError(
        "disk",
        f"there is no room for a converted copy beside the results: {what}. "
        "Write to a larger disk (--out), or give the log as Parquet, which is read in place",
        f"{name}, {work}",
    )


class NumberedFile:
    """A Parquet file that grows by batches: the rows' numbers, and their columns as text."""

    def __init__(self, path: Path, columns: Sequence[str]) -> None:
        self.path = path
        self._columns = tuple(columns)
        types = arrow()
        self._schema: Any = types.schema([(NUMBER, types.int64()), *((name, types.string()) for name in columns)])
        self._writer: Any = arrow_parquet().ParquetWriter(str(path), self._schema, compression="zstd")
        self._closed = False

    def __enter__(self) -> NumberedFile:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def write(self, numbers: Any, columns: Sequence[Any]) -> None:
        """Adds rows: their numbers (in ascending order) and, for each column, an Arrow array of text."""
        if len(numbers):
            self._writer.write_batch(arrow().record_batch([numbers, *columns], schema=self._schema))

    def write_rows(self, numbers: Sequence[int], rows: Sequence[Sequence[str | None]]) -> None:
        """Adds rows that stand in Python."""
        types = arrow()
        cells: list[tuple[str | None, ...]] = [*zip(*rows, strict=True)] if rows else [() for _ in self._columns]
        self.write(types.array(numbers, types.int64()), [types.array(column, types.string()) for column in cells])

    def close(self) -> None:
        """Ends the file; once is enough."""
        if not self._closed:
            self._closed = True
            self._writer.close()
            # What Arrow holds back of the blocks that it read is as much as the database may hold.
            arrow().default_memory_pool().release_unused()

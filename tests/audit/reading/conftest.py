"""What the tests of reading share: small dirty files, and a place to convert them in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from comity.audit.reading.database import connect
from comity.audit.reading.source import ReadingOptions, Staged
from comity.audit.reading.stage import stage
from comity.errors import ComityError


class Desk:
    """Reads files, and asks what came of it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.work = folder / "work"
        self.work.mkdir()
        self.database: duckdb.DuckDBPyConnection = connect(self.work)

    def file(self, name: str, content: str | bytes) -> Path:
        path = self.folder / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def options(self, **options: Any) -> ReadingOptions:
        return ReadingOptions(self.work, **options)

    def read(self, *paths: Path | str, **options: Any) -> Staged:
        return stage(self.database, [str(path) for path in paths], self.options(**options))

    def error(self, *paths: Path | str, **options: Any) -> ComityError:
        with pytest.raises(ComityError) as caught:
            self.read(*paths, **options)
        return caught.value

    def rows(self, query: str = "SELECT * FROM staged ORDER BY row") -> list[tuple[Any, ...]]:
        return self.database.execute(query).fetchall()

    def quarantine(self) -> list[tuple[Any, ...]]:
        return self.rows("SELECT source, source_row, reason, text FROM quarantine ORDER BY ALL")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    yield made
    made.database.close()

"""What the tests of layouts share: a file read and prepared, and the real files where they are at hand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from comity.audit.layouts.apply import HolderGiven, apply
from comity.audit.layouts.choose import Choice, choose_layout
from comity.audit.layouts.form import Prepared
from comity.audit.layouts.read import built_in, read_layout
from comity.audit.reading.database import connect
from comity.audit.reading.source import ReadingOptions, Staged
from comity.audit.reading.stage import stage
from comity.loading import load_library
from comity.vocabulary import Vocabulary

SHARED = Path(__file__).parents[4] / "shared" / "data"


@pytest.fixture(scope="session")
def vocabulary() -> Vocabulary:
    return load_library().vocabulary


@pytest.fixture(scope="session")
def shared() -> Path:
    if not SHARED.exists():
        pytest.skip("the real files are not at ../shared/data")
    return SHARED


class Bench:
    """Reads a file, puts a layout on it, and asks what came of it."""

    def __init__(self, folder: Path, vocabulary: Vocabulary) -> None:
        self.folder = folder
        self.vocabulary = vocabulary
        work = folder / "work"
        work.mkdir()
        self.options = ReadingOptions(work)
        self.database: duckdb.DuckDBPyConnection = connect(work)
        self.staged: Staged

    def read(self, *paths: Path | str) -> Staged:
        self.staged = stage(self.database, [str(path) for path in paths], self.options)
        return self.staged

    def text(self, content: str, name: str = "log.csv") -> Staged:
        path = self.folder / name
        path.write_bytes(content.encode())
        return self.read(path)

    def choose(self, name: str | None = None, mapping: Path | None = None) -> Choice:
        return choose_layout(self.database, self.staged, self.vocabulary, name, mapping)

    def apply(self, layout: str, **given: str) -> Prepared:
        """Applies a built-in layout by its name, or one written out."""
        form = (
            read_layout("mapping.yaml", layout.encode(), self.vocabulary)
            if "\n" in layout
            else built_in(layout, self.vocabulary)
        )
        return apply(self.database, form, self.staged, HolderGiven(**given))

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        return self.database.execute(query).fetchall()


@pytest.fixture
def bench(tmp_path: Path, vocabulary: Vocabulary) -> Iterator[Bench]:
    made = Bench(tmp_path, vocabulary)
    yield made
    made.database.close()

"""A disk that fills up while results are made is named as what is at fault, whoever writes."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import duckdb
import pyarrow
import pytest
from pyarrow import parquet

from comity.audit.reading.database import faults_named
from comity.errors import ComityError

FULL = Path("/dev/full")
"""Whatever is written to it finds no space left, as on a full disk."""


def by_the_database() -> None:
    with duckdb.connect(":memory:") as database:
        database.execute(f"COPY (SELECT i FROM range(1_000_000) t(i)) TO '{FULL}' (FORMAT parquet)")


def by_arrow() -> None:
    rows = pyarrow.table({"row": range(100_000)})
    with parquet.ParquetWriter(FULL, rows.schema) as file:
        file.write_table(rows)


def by_the_program() -> None:
    FULL.write_text("results")


@pytest.mark.parametrize("write", [by_the_database, by_arrow, by_the_program])
def test_a_disk_that_fills_up_is_named(write: Callable[[], None], tmp_path: Path) -> None:
    with pytest.raises(ComityError, match="the disk filled up") as caught, faults_named("log.csv", tmp_path):
        write()
    assert (caught.value.code, caught.value.at) == ("disk", str(tmp_path))
    assert "--out" in caught.value.message


def test_other_faults_of_files_are_not_the_disks(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), faults_named("log.csv", tmp_path):
        (tmp_path / "nowhere").read_text()
    with pytest.raises(ComityError, match="cannot be read or worked on") as caught, faults_named("log.csv", tmp_path):
        duckdb.sql("SELECT CAST('x' AS INTEGER)").fetchall()
    assert (caught.value.code, caught.value.at) == ("file", "log.csv")


@pytest.mark.parametrize(
    "line", ["audit --made-up 20000 --out m.csv", "audit --made-up 20000 --out m.parquet", "law --new us/il/aa"]
)
def test_what_cannot_be_written_whole_is_named_in_one_line_and_leaves_nothing(line: str, tmp_path: Path) -> None:
    """A limit of one kilobyte for every file stands for a disk on which there is room for no more."""
    limited = f"ulimit -f 1; {sys.executable} -m comity {line}"
    ended = subprocess.run(["bash", "-c", limited], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert ended.returncode == 2
    assert len(ended.stderr.splitlines()) == 1
    assert "File too large" in ended.stderr
    assert list(tmp_path.iterdir()) == []

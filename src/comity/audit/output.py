"""The folder of results: written whole or not at all, and alike byte for byte when made again."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from comity.audit.report import Summary
from comity.audit.spreadsheet import FORMULA_STARTS
from comity.errors import ComityError

if TYPE_CHECKING:
    import duckdb

FILES = ("findings.parquet", "groups.csv", "summary.json")


def check_folder(folder: Path, force: bool) -> None:
    """Raises ComityError (`output`) if the folder exists, unless `force` is set and it holds only results."""
    if not folder.exists():
        return
    if not folder.is_dir():
        raise ComityError("output", "is a file: name a folder", str(folder))
    if not force:
        raise ComityError("output", "exists already: name another folder, or replace it with --force", str(folder))
    others = sorted(entry.name for entry in folder.iterdir() if entry.name not in FILES)
    if others:
        raise ComityError("output", f'holds "{others[0]}", which is no result of an audit: not replaced', str(folder))


@contextmanager
def whole_folder(folder: Path, force: bool) -> Generator[Path]:
    """A temporary folder beside the one wanted; takes its name if all goes well, and is gone if anything fails.

    Raises ComityError (`output`) as `check_folder` does, or if the folder cannot be written.
    """
    check_folder(folder, force)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    except OSError as error:
        raise ComityError("output", f"cannot be written: {error.strerror}", str(folder)) from error
    try:
        yield made
        made.chmod(0o777 & ~_umask())
        _take_name(made, folder)
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _take_name(made: Path, folder: Path) -> None:
    if folder.exists():
        old = Path(tempfile.mkdtemp(prefix=f".{folder.name}-old-", dir=folder.parent))
        try:
            folder.rename(old / folder.name)
            made.rename(folder)
        finally:
            if not folder.exists():
                (old / folder.name).rename(folder)
            shutil.rmtree(old, ignore_errors=True)
    else:
        made.rename(folder)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def write_results(database: duckdb.DuckDBPyConnection, folder: Path, summary: Summary) -> None:
    """Writes `findings.parquet`, `groups.csv` and `summary.json` into the folder."""
    target = str(folder / "findings.parquet").replace("'", "''")
    database.execute(
        f"COPY (SELECT * EXCLUDE (place) FROM findings ORDER BY row, place) TO '{target}' "
        "(FORMAT parquet, COMPRESSION zstd)"
    )
    target = str(folder / "groups.csv").replace("'", "''")
    texts = ("facility", "state", "city", "holder", "agency", "detainer_type", "lift_reason")
    columns = ", ".join(f"{_safe(name)} AS {name}" for name in texts)
    keys = (
        f"{columns}, holder_class, standing, action, status, alone, array_to_string(possible, '; ') AS possible, "
        "array_to_string(cites, '; ') AS because, array_to_string(possibly_cites, '; ') AS possibly, "
        "array_to_string(missing, '; ') AS missing, law_from, law_until, outcome"
    )
    database.execute(
        f"COPY (SELECT {keys}, count(*) AS rows, min(prepare_date) AS first_date, max(prepare_date) AS last_date "
        f"FROM findings GROUP BY ALL ORDER BY ALL) TO '{target}' (FORMAT csv, HEADER)"
    )
    (folder / "summary.json").write_bytes(msgspec.json.format(msgspec.json.encode(summary), indent=2) + b"\n")


def _safe(column: str) -> str:
    """SQL for a text cell that no spreadsheet takes for a formula: an apostrophe before it, as the field advises."""
    starts = ", ".join(f"chr({ord(letter)})" for letter in FORMULA_STARTS)
    return f"CASE WHEN left({column}, 1) IN ({starts}) THEN '''' || {column} ELSE {column} END"

"""The folder of results: written whole or not at all, and alike byte for byte when made again."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from comity.errors import ComityError

FILES = (
    "report.html",
    "summary.json",
    "methods.md",
    "methods.json",
    "groups.csv",
    "groups.parquet",
    "months.csv",
    "months.parquet",
    "rulings.csv",
    "rulings.parquet",
    "norms.csv",
    "findings.parquet",
    "duties.parquet",
    "duty-groups.csv",
    "duty-groups.parquet",
    "sample.csv",
    "set-aside.csv",
    "set-aside.parquet",
    "compared.csv",
    "replay.html",
    "replay.json",
    "answers.csv",
    "changed-by-holder.csv",
    "changed-rows.parquet",
)
"""Every name that a folder of results may hold."""


def check_folder(folder: Path, force: bool) -> None:
    """Raises ComityError: `output` if the folder exists, unless `force` is set and it holds only results;
    `cannot_write` if that cannot be looked up."""
    try:
        if not folder.exists():
            return
    except OSError as error:
        raise ComityError("cannot_write", f"cannot be written: {error.strerror}", str(folder)) from error
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

    Raises ComityError: `output` as `check_folder` does, `cannot_write` if the folder cannot be written.
    """
    check_folder(folder, force)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    except OSError as error:
        raise ComityError("cannot_write", f"cannot be written: {error.strerror}", str(folder)) from error
    try:
        yield made
        # What is not listed could not be replaced with --force.
        assert {entry.name for entry in made.iterdir()} <= set(FILES)
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

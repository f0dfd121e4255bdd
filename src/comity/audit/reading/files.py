"""Which files a log consists of, and of what kind each is: by what it holds, not by what it is called."""

from __future__ import annotations

import glob
from collections.abc import Sequence
from pathlib import Path

from comity.audit.reading.columnar import PARQUET_MARK
from comity.errors import ComityError

SUFFIXES = (".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xls", ".ods", ".jsonl", ".ndjson", ".json", ".parquet")
"""In a folder, files with these endings are the log; others are left out, and said to be."""

_COMPRESSED = {
    b"\x1f\x8b": "gzip",
    b"BZh": "bzip2",
    b"\xfd7zXZ": "xz",
    b"\x28\xb5\x2f\xfd": "Zstandard",
    b"7z\xbc\xaf": "7-Zip",
    b"Rar!": "RAR",
}
_OLD_WORKBOOK = b"\xd0\xcf\x11\xe0"
_ZIP = b"PK"


def find_files(named: Sequence[str]) -> tuple[list[Path], list[str]]:
    """The files that the names mean (a file, a folder, a pattern as `logs/*.csv`), sorted; and notes on files left out.

    Raises ComityError (`file`) for a name that means no file, or files that are named twice.
    """
    found: list[Path] = []
    notes: list[str] = []
    for name in named:
        path = Path(name)
        if path.is_dir():
            try:
                inside = sorted(entry for entry in path.iterdir() if entry.is_file())
            except OSError as error:
                raise ComityError("file", f"cannot be read: {error.strerror}", name) from error
            files = [entry for entry in inside if entry.suffix.lower() in SUFFIXES]
            others = [entry.name for entry in inside if entry not in files]
            if not files:
                raise ComityError(
                    "file", f"is a folder without a log in it (files ending in {', '.join(SUFFIXES)})", name
                )
            if others:
                notes.append(f"left out of the folder {path.name}, as they end like no log: {', '.join(others)}")
            found += files
        elif path.exists():
            found.append(path)
        elif glob.has_magic(name):
            files = sorted(Path(match) for match in glob.glob(name, recursive=True) if Path(match).is_file())
            if not files:
                raise ComityError("file", "no file has a name of this pattern", name)
            found += files
        else:
            raise ComityError("file", "there is no such file", name)
    twice = sorted({path.name for path in found if found.count(path) > 1})
    if twice:
        raise ComityError("file", "is named twice: every row would count double", twice[0])
    return found, notes


def kind_of(path: Path) -> str:
    """`parquet`, `workbook`, `json lines` or `csv`.

    Raises ComityError (`file`) for a file that cannot be opened, is empty or is compressed.
    """
    try:
        with path.open("rb") as file:
            start = file.read(4096)
    except OSError as error:
        raise ComityError("file", f"cannot be read: {error.strerror}", path.name) from error
    if not start:
        raise ComityError("file", "is empty", path.name)
    suffix = path.suffix.lower()
    if start.startswith(PARQUET_MARK):
        return "parquet"
    if suffix == ".parquet":
        raise ComityError("file", "is called .parquet, but is no Parquet file", path.name)
    for mark, packer in _COMPRESSED.items():
        if start.startswith(mark):
            raise ComityError("file", f"is compressed ({packer}): unpack it first", path.name)
    if start.startswith((_ZIP, _OLD_WORKBOOK)):
        if start.startswith(_ZIP) and suffix not in (".xlsx", ".xlsm", ".ods", ".xls"):
            raise ComityError("file", "is compressed (zip): unpack it first, or call a workbook .xlsx", path.name)
        return "workbook"
    if suffix in (".xlsx", ".xlsm", ".xls", ".ods"):
        raise ComityError("file", f"is called {suffix}, but is no workbook", path.name)
    text = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text.startswith(b"{"):
        return "json lines"
    if text.startswith(b"[") and suffix in (".json", ".jsonl", ".ndjson"):
        raise ComityError("file", "is one JSON list: write one object a line (jq -c '.[]')", path.name)
    return "csv"

"""Which files a log consists of, and of what kind each is: by what it holds, not by what it is called."""

from __future__ import annotations

import glob
from collections.abc import Sequence
from pathlib import Path

from comity.audit.reading.columnar import PARQUET_MARK
from comity.audit.reading.packed import inner_name, packer_of, unpacked_start
from comity.audit.reading.queries import shown
from comity.audit.reading.text import START, decoded_start
from comity.errors import ComityError
from comity.regularfile import is_utf8

WORKBOOK_SUFFIXES = (".xlsx", ".xlsm", ".xls", ".ods")
_JSON_SUFFIXES = (".json", ".jsonl", ".ndjson")
SUFFIXES = (".csv", ".tsv", ".txt", *WORKBOOK_SUFFIXES, *_JSON_SUFFIXES, ".parquet")
"""In a folder, files with these endings, packed or not, are the log; others are left out, and said to be."""
_HIDDEN = (".", "~$")
"""Files of the system, and of a program that has a workbook open, begin so."""

_NO_LOG = {
    b"\xfd7zXZ": "is packed (xz): unpack it first",
    b"7z\xbc\xaf": "is packed (7-Zip): unpack it first",
    b"Rar!": "is packed (RAR): unpack it first",
    b"%PDF": "is a PDF: ask for the log as CSV or a workbook, or have its tables extracted",
    b"SQLite format 3": "is an SQLite database: name it as sqlite://PATH, and its rows with --query 'SELECT …'",
    b"ARROW1": "is an Arrow (Feather) file: save it as Parquet",
    b"FEA1": "is a Feather file: save it as Parquet",
}
"""Marks of files that are no log as they stand, and what to do about each."""
_WEB_PAGE = ("<!doctype", "<html", "<table", "<?xml", "<meta", "<head", "<style")
_OLD_WORKBOOK = b"\xd0\xcf\x11\xe0"
_ZIP = b"PK"


def find_files(named: Sequence[str]) -> tuple[list[Path], list[str]]:
    """The files that the names mean (a file, a folder, a pattern as `logs/*.csv`), sorted; and notes on files left out.

    Raises ComityError (`file`) for a name that means no file, or files that are named twice.
    """
    found: list[Path] = []
    notes: list[str] = []
    for name in named:
        try:
            found += _files_of(name, notes)
        except OSError as error:
            raise ComityError("file", f"cannot be read: {error.strerror}", name) from error
    for path in found:
        if not is_utf8(path.name):
            raise ComityError("file", "its name is not UTF-8: give it another", path.name)
    twice = sorted({path.name for path in found if found.count(path) > 1})
    if twice:
        raise ComityError("file", "is named twice: every row would count double", twice[0])
    return found, notes


def _files_of(name: str, notes: list[str]) -> list[Path]:
    """The files that one name means; adds to the notes what of a folder is left out."""
    path = Path(name)
    if path.is_dir():
        return _files_in(path, notes)
    if path.is_file():
        return [path]
    if path.exists():
        says = "is a pipe or device, and a log is read twice: write it to a file first, or pipe it in as -"
        raise ComityError("file", says, name)
    if not glob.has_magic(name):
        raise _no_such_file(name)
    files = sorted(Path(match) for match in glob.glob(name, recursive=True) if Path(match).is_file())
    if not files:
        raise ComityError("file", "no file has a name of this pattern", name)
    return files


def _files_in(folder: Path, notes: list[str]) -> list[Path]:
    inside = sorted(entry for entry in folder.iterdir() if entry.is_file())
    files = [entry for entry in inside if _is_log(entry)]
    others = [entry.name for entry in inside if entry not in files]
    if not files:
        says = f"is a folder without a log in it (files ending in {', '.join(SUFFIXES)})"
        raise ComityError("file", says, str(folder))
    if others:
        notes.append(f"left out of the folder {folder.name}, as they end like no log: {', '.join(others)}")
    return files


def _is_log(path: Path) -> bool:
    return inner_name(path).suffix.lower() in SUFFIXES and not path.name.startswith(_HIDDEN)


def _no_such_file(name: str) -> ComityError:
    scheme, parted, _ = name.partition("://")
    if parted and scheme.lower() in ("http", "https", "ftp", "s3"):
        return ComityError("file", "is an address, and nothing is fetched: download the file first", name)
    if parted:
        says = "is no connection that is known: write postgresql://host/database or sqlite://PATH, with --query"
        return ComityError("file", says, shown(name))
    return ComityError("file", "there is no such file", name)


def kind_of(path: Path) -> str:
    """`parquet`, `workbook`, `json lines`, `json` (a list of objects, or objects over several lines) or `csv`; of a
    packed file, what is in it.

    Raises ComityError (`file`) for a file that cannot be opened, is empty, or is no log by its first bytes.
    """
    try:
        start, packer = _first_bytes(path)
    except OSError as error:
        raise ComityError("file", f"cannot be read: {error.strerror}", path.name) from error
    if not start:
        raise ComityError("file", "is empty", path.name)
    suffix = inner_name(path).suffix.lower() if packer else path.suffix.lower()
    if start.startswith(PARQUET_MARK):
        return _not_packed("parquet", packer, path)
    if suffix == ".parquet":
        raise ComityError("file", "is called .parquet, but is no Parquet file", path.name)
    for mark, says in _NO_LOG.items():
        if start.startswith(mark):
            raise ComityError("file", says, path.name)
    if start.startswith(_OLD_WORKBOOK) and suffix in (".xlsx", ".xlsm"):
        says = "is locked by a password, or is an old workbook: save it without a password, or call it .xls"
        raise ComityError("file", says, path.name)
    if start.startswith((_ZIP, _OLD_WORKBOOK)):
        return _not_packed("workbook", packer, path)
    text = decoded_start(start).lstrip()
    if text.lower().startswith(_WEB_PAGE):
        raise ComityError("file", "is a web page or XML: open it, and save its table as CSV", path.name)
    if suffix in WORKBOOK_SUFFIXES:
        raise ComityError("file", f"is called {suffix}, but is no workbook", path.name)
    return _kind_of_text(text, suffix)


def _first_bytes(path: Path) -> tuple[bytes, str]:
    """The first bytes of the file or, if it is packed, of what is in it; and how it is packed."""
    packer = "" if path.suffix.lower() in WORKBOOK_SUFFIXES else packer_of(path)
    if packer:
        return unpacked_start(path, packer, START), packer
    with path.open("rb") as file:
        return file.read(START), ""


def _not_packed(kind: str, packer: str, path: Path) -> str:
    if packer:
        raise ComityError("file", f"is a {kind} packed once more ({packer}): unpack it first", path.name)
    return kind


def _kind_of_text(text: str, suffix: str) -> str:
    if text.startswith("{"):
        # An object that goes on over several lines, and not one a line.
        return "json" if text.partition("\n")[0].rstrip().endswith(("{", "[", ",")) else "json lines"
    is_list = text.startswith("[") and (suffix in _JSON_SUFFIXES or text[1:].lstrip().startswith("{"))
    return "json" if is_list else "csv"

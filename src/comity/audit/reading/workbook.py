"""Workbooks (XLSX, XLS, ODS) → numbered Parquet, one source a sheet, by Calamine."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING

from comity.audit.reading.database import named, one_file
from comity.audit.reading.delimited import REPEATED_HEADER
from comity.audit.reading.numbered import NUMBER, NumberedFile, check_room
from comity.audit.reading.quarantine import Quarantine
from comity.audit.reading.source import MOST_COLUMNS, Column, Part, ReadingOptions, Source, column_names, plain_name
from comity.audit.reading.text import SAMPLE_RECORDS, header_place, too_many_columns
from comity.errors import ComityError, nearest

if TYPE_CHECKING:
    from python_calamine import CalamineSheet

LARGEST_UNPACKED = 1 << 30
LARGEST_RATIO = 200
SMALL_UNPACKED = 64 << 20
"""A workbook that unpacks to less than this is read whatever its ratio."""

BATCH = 20_000
SHARED_NAMES = 0.5
"""A further sheet is stacked if it shares so many of its columns' names with the first; else it is another table."""


def read_workbook(path: Path, index: int, options: ReadingOptions, quarantine: Quarantine) -> list[Part]:
    """Converts the sheets of the workbook that hold the log, and hands each over, from the source of that index on.

    Raises ComityError (`file`) for a workbook that is spoilt, too large or empty, (`sheet`) for an unknown sheet.
    """
    from python_calamine import CalamineError, CalamineWorkbook

    _check_unpacked(path)
    check_room(options.work, path.stat().st_size, path.name)
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    try:
        book = CalamineWorkbook.from_path(str(path))  # pyright: ignore[reportUnknownMemberType]
        names = list(book.sheet_names)
        if options.sheet is not None and options.sheet not in names:
            hint = nearest(options.sheet, names) or f" (sheets: {', '.join(names)})"
            raise ComityError("sheet", f'has no sheet "{options.sheet}"{hint}', f"{path.name}, --sheet")
        parts: list[Part] = []
        left_out: list[str] = []
        for name in [options.sheet] if options.sheet is not None else names:
            sheet = book.get_sheet_by_name(name)
            source = Source(path.name, "workbook", sha256, path.stat().st_size, 0, sheet=name)
            part = _read_sheet(source, sheet, index + len(parts), options, quarantine)
            if part is not None and parts and not _stacks(part, parts[0]):
                quarantine.forget(index + len(parts))
                if not _outdoes(part, parts):
                    part = None
                else:
                    # What came before was a cover or a key: the log is this sheet.
                    quarantine.forget(index)
                    left_out += [before.source.sheet for before in parts]
                    parts.clear()
                    part = _read_sheet(source, sheet, index, options, quarantine)
            if part is None:
                left_out.append(name)
            else:
                parts.append(part)
    except CalamineError as error:
        raise ComityError("file", f"cannot be read as a workbook: {error}", path.name) from error
    if not any(part.source.rows for part in parts):
        raise ComityError("file", "has no sheet with a header and rows", path.name)
    return [_with_note(parts[0], left_out), *parts[1:]]


def _stacks(part: Part, first: Part) -> bool:
    """Whether a sheet has the columns of the first, or most of them."""
    plain = {plain_name(column.name) for column in part.columns}
    return len(plain & {plain_name(column.name) for column in first.columns}) >= SHARED_NAMES * len(plain)


def _outdoes(part: Part, before: Sequence[Part]) -> bool:
    """Whether a sheet, and not those before it, is the log: it has more columns, and more rows than all of them."""
    wider = len(part.columns) > len(before[0].columns)
    return wider and part.source.rows > sum(other.source.rows for other in before)


def _with_note(part: Part, left_out: list[str]) -> Part:
    if not left_out:
        return part
    import msgspec

    note = f"sheets that are empty or hold another table, and were not read: {', '.join(left_out)} (--sheet reads one)"
    return msgspec.structs.replace(part, source=msgspec.structs.replace(part.source, notes=(*part.source.notes, note)))


def _check_unpacked(path: Path) -> None:
    """Refuses a packed workbook that would not fit in memory, whatever its own directory says of its size."""
    if not zipfile.is_zipfile(path):
        with path.open("rb") as file:
            if file.read(2) == b"PK":
                raise ComityError("file", "is a workbook cut short: its directory is missing", path.name)
        return
    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(member.file_size for member in archive.infolist())
            ratio = unpacked / max(1, path.stat().st_size)
            if unpacked > LARGEST_UNPACKED:
                says = (
                    f"unpacks to {unpacked:,} bytes, and may unpack to {LARGEST_UNPACKED:,}, as workbooks are read in "
                    "memory: save each sheet as CSV, and name the files or their folder"
                )
                raise ComityError("file", says, path.name)
            if ratio > LARGEST_RATIO and unpacked > SMALL_UNPACKED:
                says = (
                    f"unpacks to {unpacked:,} bytes, {ratio:,.0f} times its size: it is not read. "
                    "If it is what it seems, save it as CSV"
                )
                raise ComityError("file", says, path.name)
            # A directory that lies about sizes shows here: a member longer than it says fails its checksum.
            spoilt = archive.testzip()
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError) as error:
        raise ComityError("file", f"is a spoilt workbook: {error}", path.name) from error
    if spoilt is not None:
        raise ComityError("file", f"is a spoilt workbook: {spoilt} fails its checksum", path.name)


def _text(cell: object) -> str:
    """A cell as text: dates as 2025-01-31, whole numbers without a point."""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time.min else cell.isoformat(sep=" ")
    return cell.isoformat() if isinstance(cell, date | time) else str(cell)


def _read_sheet(
    source: Source, sheet: CalamineSheet, index: int, options: ReadingOptions, quarantine: Quarantine
) -> Part | None:
    """Converts one sheet; None if it has no header."""
    import msgspec

    start = sheet.start[0] if sheet.start else 0
    rows = ([_text(cell) for cell in row] for row in sheet.iter_rows())
    sample = list(islice(rows, SAMPLE_RECORDS))
    place = header_place(sample) if options.header_row is None else options.header_row - 1 - start
    if not 0 <= place < len(sample) or not any(map(str.strip, sample[place])):
        return None
    header = _trimmed(sample[place])
    if len(header) > MOST_COLUMNS:
        raise too_many_columns(len(header), f"{source.name}, sheet {source.sheet}")
    names, notes = column_names(header)
    header_row = start + place + 1
    if header_row > 1:
        notes.append(f"the header stands on row {header_row}: the {header_row - 1} above it were not read as rows")
    target = options.work / f"source-{index}.parquet"
    with NumberedFile(target, names) as file:
        last = _write_rows(chain(sample[place + 1 :], rows), header, index, file, quarantine)
    quarantine.flush()
    source = msgspec.structs.replace(source, rows=last, header_row=header_row, notes=tuple(notes))
    return Part(source, f"read_parquet({one_file(target)})", named(NUMBER), tuple(map(Column, names)))


def _trimmed(cells: list[str]) -> list[str]:
    """The cells without the blank ones at the end."""
    end = len(cells)
    while end and not cells[end - 1].strip():
        end -= 1
    return cells[:end]


def _write_rows(
    rows: Iterable[list[str]], header: list[str], index: int, file: NumberedFile, quarantine: Quarantine
) -> int:
    """Writes the rows that fit the header, and returns how many records there are; blank rows are none."""
    width = len(header)
    own = list(map(plain_name, header))
    numbers: list[int] = []
    kept: list[list[str]] = []
    number = 0
    for cells in rows:
        filled = len(_trimmed(cells))
        if not filled:
            continue
        number += 1
        if filled > width:
            quarantine.add(index, number, f"has {filled} cells where the header has {width}", " | ".join(cells))
        elif list(map(plain_name, cells[:width])) == own:
            quarantine.add(index, number, REPEATED_HEADER, " | ".join(cells))
        else:
            numbers.append(number)
            kept.append((cells + [""] * width)[:width])
        if len(kept) >= BATCH:
            file.write_rows(numbers, kept)
            numbers, kept = [], []
    file.write_rows(numbers, kept)
    return number

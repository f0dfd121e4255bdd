"""Workbooks (XLSX, XLS, ODS) → numbered Parquet, one source a sheet, by Calamine."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from itertools import chain, islice
from pathlib import Path

from comity.audit.reading.database import named, one_file
from comity.audit.reading.delimited import REPEATED_HEADER
from comity.audit.reading.numbered import NUMBER, NumberedFile, check_room
from comity.audit.reading.quarantine import Quarantine
from comity.audit.reading.source import MOST_COLUMNS, Column, Part, ReadingOptions, Source, column_names, plain_name
from comity.audit.reading.text import SAMPLE_RECORDS, header_place, too_many_columns
from comity.errors import ComityError, nearest

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
            start = sheet.start[0] if sheet.start else 0
            rows = ([_text(cell) for cell in row] for row in sheet.iter_rows())
            first = tuple(column.name for column in parts[0].columns) if parts else ()
            source = Source(path.name, "workbook", sha256, path.stat().st_size, 0, sheet=name)
            part = _read_sheet(source, rows, start, first, index + len(parts), options, quarantine)
            if part is None:
                left_out.append(name)
            else:
                parts.append(part)
    except CalamineError as error:
        raise ComityError("file", f"cannot be read as a workbook: {error}", path.name) from error
    if not parts:
        raise ComityError("file", "has no sheet with a header and rows", path.name)
    return [_with_note(parts[0], left_out), *parts[1:]]


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
            if unpacked > LARGEST_UNPACKED or (ratio > LARGEST_RATIO and unpacked > SMALL_UNPACKED):
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
    source: Source,
    rows: Iterator[list[str]],
    start: int,
    first: tuple[str, ...],
    index: int,
    options: ReadingOptions,
    quarantine: Quarantine,
) -> Part | None:
    """Converts one sheet; None if it is empty, or its columns are not those of the first sheet."""
    import msgspec

    sample = list(islice(rows, SAMPLE_RECORDS))
    place = header_place(sample) if options.header_row is None else options.header_row - 1 - start
    if not 0 <= place < len(sample) or not any(map(str.strip, sample[place])):
        return None
    header = _trimmed(sample[place])
    if len(header) > MOST_COLUMNS:
        raise too_many_columns(len(header), f"{source.name}, sheet {source.sheet}")
    names, notes = column_names(header)
    plain = {plain_name(name) for name in names}
    if first and len(plain & set(map(plain_name, first))) < SHARED_NAMES * len(plain):
        return None
    header_row = start + place + 1
    if header_row > 1:
        notes.append(f"the header stands on row {header_row}: the {header_row - 1} above it were not read as rows")
    target = options.work / f"source-{index}.parquet"
    with NumberedFile(target, names) as file:
        last = _write_rows(chain(sample[place + 1 :], rows), header, index, file, quarantine)
    quarantine.flush()
    if not last and not first:
        return None
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

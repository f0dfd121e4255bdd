"""Workbooks (XLSX, XLS, ODS) → numbered Parquet, one source a sheet, by Calamine: of XLSX, piece by piece."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, time
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from comity.audit.reading.delimited import REPEATED_HEADER
from comity.audit.reading.numbered import NumberedFile, check_room
from comity.audit.reading.quarantine import Quarantine
from comity.audit.reading.sheetpieces import CutSheet, cut_workbook, spoilt_named
from comity.audit.reading.source import MOST_COLUMNS, Column, Part, ReadingOptions, Source, column_names, plain_name
from comity.audit.reading.text import SAMPLE_RECORDS, header_place, too_many_columns
from comity.errors import ComityError, nearest
from comity.regularfile import sha256_of
from comity.words import counted

if TYPE_CHECKING:
    from python_calamine import CalamineSheet, CalamineWorkbook

LARGEST_IN_MEMORY = 256 << 20
"""What a workbook that cannot be cut (XLS, ODS) may unpack to; it takes some two times that in memory."""
LARGEST_RATIO = 200
SMALL_UNPACKED = 64 << 20
"""A workbook that unpacks to less than this is read whatever its ratio."""

BATCH = 20_000
SHARED_NAMES = 0.5
"""A further sheet is stacked if it shares so many of its columns' names with the first; else it is another table."""

Row = tuple[int, list[str]]
"""A row of a sheet: its number, and its cells from the first column on, as text."""


class Sheet(msgspec.Struct, frozen=True):
    """A sheet to be read: its name, its rows, the ranges of its merged cells (first and last, row and column from 0),
    and notes on it."""

    name: str
    rows: Callable[[], Iterator[Row]]
    merged: Callable[[], Sequence[tuple[tuple[int, int], tuple[int, int]]]]
    notes: tuple[str, ...]


def read_workbook(path: Path, index: int, options: ReadingOptions, quarantine: Quarantine) -> list[Part]:
    """Converts the sheets of the workbook that hold the log, and hands each over, from the source of that index on.

    Raises ComityError (`file`) for a workbook that is spoilt, too large or empty, (`sheet`) for an unknown sheet.
    """
    from python_calamine import CalamineError

    sha256 = sha256_of(path)
    try:
        sheets = _sheets_of(path, index, options)
        names = [sheet.name for sheet in sheets]
        if options.sheet is not None and options.sheet not in names:
            hint = nearest(options.sheet, names) or f" (sheets: {', '.join(names)})"
            raise ComityError("sheet", f'has no sheet "{options.sheet}"{hint}', f"{path.name}, --sheet")
        parts: list[Part] = []
        left_out: list[str] = []
        for place, sheet in enumerate(sheets):
            if options.sheet is not None and sheet.name != options.sheet:
                continue
            source = Source(path.name, "workbook", sha256, path.stat().st_size, 0, sheet=sheet.name)
            target = options.work / f"source-{index}-{place}.parquet"
            part = _read_sheet(source, sheet, target, index + len(parts), options.header_row, quarantine)
            if part is not None and parts and not _stacks(part, parts[0]):
                if _outdoes(part, parts):
                    # What came before was a cover or a key: the log is this sheet.
                    for other in range(len(parts)):
                        quarantine.forget(index + other)
                    quarantine.renumber(index + len(parts), index)
                    left_out += [before.source.sheet for before in parts]
                    parts.clear()
                else:
                    quarantine.forget(index + len(parts))
                    part = None
            if part is None:
                left_out.append(sheet.name)
            else:
                parts.append(part)
    except CalamineError as error:
        raise ComityError("file", f"cannot be read as a workbook: {error}", path.name) from error
    _pieces_file(options, index).unlink(missing_ok=True)
    if not any(part.source.rows for part in parts):
        raise ComityError("file", "has no sheet with a header and rows", path.name)
    return [_with_note(parts[0], left_out), *parts[1:]]


def _sheets_of(path: Path, index: int, options: ReadingOptions) -> list[Sheet]:
    """The sheets of the workbook, which is cut into pieces if it is XLSX."""
    from python_calamine import CalamineWorkbook

    with spoilt_named(path):
        is_archive = _check_archive(path)
        # Pieces are packed less well, and stand beside the rows that are converted from them.
        check_room(options.work, 3 * path.stat().st_size, path.name)
        target = _pieces_file(options, index)
        if is_archive and (cut := cut_workbook(path, target, lambda done, of: options.tell(0, done, 2 * of))):
            book = CalamineWorkbook.from_path(str(target))  # pyright: ignore[reportUnknownMemberType]
            return _cut_sheets(book, cut, options)
        _check_in_memory(path, is_archive)
    book = CalamineWorkbook.from_path(str(path))  # pyright: ignore[reportUnknownMemberType]
    return [_whole_sheet(book.get_sheet_by_name(name)) for name in book.sheet_names]


def _pieces_file(options: ReadingOptions, index: int) -> Path:
    return options.work / f"pieces-{index}.xlsx"


def _cut_sheets(book: CalamineWorkbook, cut: Sequence[CutSheet], options: ReadingOptions) -> list[Sheet]:
    of = sum(len(sheet.pieces) for sheet in cut)
    read = pieces = 0

    def rows_of(sheet: CutSheet) -> Iterator[Row]:
        nonlocal read, pieces
        for name in sheet.pieces:
            piece = book.get_sheet_by_name(name)
            if piece.start is not None:
                first, left = piece.start
                for number, cells in enumerate(piece.to_python(), first + 1):
                    read += 1
                    yield number, [""] * left + [_text(cell) for cell in cells]
            pieces += 1
            options.tell(read, of + pieces, 2 * of)

    return [_cut_sheet(book, sheet, partial(rows_of, sheet)) for sheet in cut]


def _cut_sheet(book: CalamineWorkbook, sheet: CutSheet, rows: Callable[[], Iterator[Row]]) -> Sheet:
    notes: list[str] = []
    if sheet.hidden:
        notes.append("the workbook hides this sheet, which was read like the others")
    if sheet.errors:
        notes.append(f"{counted(sheet.errors, 'cell')} with an error instead of a value (as #REF!): read as empty")
    if sheet.not_computed:
        says = "whose value was not saved: read as empty; save it again in a spreadsheet program"
        notes.append(f"{counted(sheet.not_computed, 'cell')} with a formula {says}")
    last = sheet.pieces[-1] if sheet.pieces else ""
    return Sheet(
        sheet.name, rows, lambda: book.get_sheet_by_name(last).merged_cell_ranges or [] if last else [], tuple(notes)
    )


def _whole_sheet(sheet: CalamineSheet) -> Sheet:
    left = [""] * (sheet.start[1] if sheet.start else 0)
    return Sheet(
        sheet.name,
        lambda: ((number, left + [_text(cell) for cell in row]) for number, row in enumerate(sheet.iter_rows(), 1)),
        lambda: sheet.merged_cell_ranges or [],
        (),
    )


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
    note = f"sheets that are empty or hold another table, and were not read: {', '.join(left_out)} (--sheet reads one)"
    return msgspec.structs.replace(part, source=part.source.noting(note))


def _check_archive(path: Path) -> bool:
    """Whether the file is an archive, as workbooks but the oldest are.

    Raises ComityError (`file`) for one without its directory, or that unpacks to far more than any log.
    """
    if not zipfile.is_zipfile(path):
        with path.open("rb") as file:
            if file.read(2) == b"PK":
                raise ComityError("file", "is a workbook cut short: its directory is missing", path.name)
        return False
    unpacked = _unpacked(path)
    ratio = unpacked / max(1, path.stat().st_size)
    if ratio > LARGEST_RATIO and unpacked > SMALL_UNPACKED:
        says = (
            f"unpacks to {unpacked:,} bytes, {ratio:,.0f} times its size: it is not read. "
            "If it is what it seems, save it as CSV"
        )
        raise ComityError("file", says, path.name)
    return True


def _unpacked(path: Path) -> int:
    with zipfile.ZipFile(path) as archive:
        return sum(member.file_size for member in archive.infolist())


def _check_in_memory(path: Path, is_archive: bool) -> None:
    """Refuses a workbook that would not fit in memory, whatever its own directory says of its size."""
    unpacked = _unpacked(path) if is_archive else path.stat().st_size
    if unpacked > LARGEST_IN_MEMORY:
        says = (
            f"unpacks to {unpacked:,} bytes, and may unpack to {LARGEST_IN_MEMORY:,}, as workbooks of this kind are "
            "read in memory: save it as XLSX, or each sheet as CSV, and name the files or their folder"
        )
        raise ComityError("file", says, path.name)
    if is_archive:
        with zipfile.ZipFile(path) as archive:
            # A directory that lies about sizes shows here: a member longer than it says fails its checksum.
            spoilt = archive.testzip()
        if spoilt is not None:
            raise ComityError("file", f"is a spoilt workbook: {spoilt} fails its checksum", path.name)


def _text(cell: object) -> str:
    """A cell as text: dates as 2025-01-31, whole numbers without a point."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time.min else cell.isoformat(sep=" ")
    return cell.isoformat() if isinstance(cell, date | time) else str(cell)


def _read_sheet(
    source: Source, sheet: Sheet, target: Path, index: int, header_row: int | None, quarantine: Quarantine
) -> Part | None:
    """Converts one sheet; None if it has no header."""
    rows = sheet.rows()
    sample = list(islice(rows, SAMPLE_RECORDS))
    records = [cells for _, cells in sample]
    place = header_place(records)
    if header_row is not None:
        place = next((place for place, (number, _) in enumerate(sample) if number == header_row), len(sample))
    if place >= len(sample) or not any(map(str.strip, records[place])):
        return None
    left = min(map(_blanks_before, records[place:]))
    header = _trimmed(records[place])[left:]
    if len(header) > MOST_COLUMNS:
        raise too_many_columns(len(header), source.place)
    names, notes = column_names(header)
    row = sample[place][0]
    if row > 1:
        notes.append(f"the header stands on row {row}: the {row - 1} above it were not read as rows")
    with NumberedFile(target, names) as file:
        cells = (cells for _, cells in chain(sample[place + 1 :], rows))
        last = _write_rows(cells, left, header, index, file, quarantine)
    quarantine.flush()
    if merged := sum(bottom >= row for _, (bottom, _) in sheet.merged()):
        notes.append(
            f"cells are merged in {counted(merged, 'place')} among the rows: only the first cell of each has the value"
        )
    source = msgspec.structs.replace(source, rows=last, header_row=row, notes=(*notes, *sheet.notes))
    return Part(source, target, tuple(map(Column, names)))


def _trimmed(cells: list[str]) -> list[str]:
    """The cells without the blank ones at the end."""
    end = len(cells)
    while end and not cells[end - 1].strip():
        end -= 1
    return cells[:end]


def _blanks_before(cells: list[str]) -> int:
    """How many blank cells stand before the first that is not."""
    return next((place for place, cell in enumerate(cells) if cell.strip()), len(cells))


def _write_rows(
    rows: Iterable[list[str]], left: int, header: list[str], index: int, file: NumberedFile, quarantine: Quarantine
) -> int:
    """Writes the rows that fit the header, whose cells begin after so many columns, and returns how many records there
    are; blank rows are none."""
    width = len(header)
    own = list(map(plain_name, header))
    numbers: list[int] = []
    kept: list[list[str]] = []
    number = 0
    for cells in rows:
        filled = len(_trimmed(cells)) - left
        if filled <= -left:
            continue
        number += 1
        before, cells = cells[:left], cells[left:]
        if any(map(str.strip, before)):
            text = " | ".join(before + cells)
            quarantine.add(index, number, "has a cell to the left of the header", text)
        elif filled > width:
            quarantine.add(index, number, f"has {filled} cells where the header has {width}", " | ".join(cells))
        elif plain_name(cells[0]) == own[0] and list(map(plain_name, cells[:width])) == own:
            quarantine.add(index, number, REPEATED_HEADER, " | ".join(cells))
        else:
            numbers.append(number)
            kept.append((cells + [""] * width)[:width])
        if len(kept) >= BATCH:
            file.write_rows(numbers, kept)
            numbers, kept = [], []
    file.write_rows(numbers, kept)
    return number

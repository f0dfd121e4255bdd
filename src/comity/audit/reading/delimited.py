"""Delimited text (CSV and its kin) → numbered Parquet, in a stream, by Arrow's reader.

A record with more or fewer cells than the header, or that repeats the header, goes to quarantine; nothing is mended.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from comity.audit.reading.arrow import arrow, arrow_compute, arrow_csv, raw_file
from comity.audit.reading.numbered import NumberedFile, check_room, no_room
from comity.audit.reading.quarantine import Quarantine
from comity.audit.reading.source import Column, Part, ReadingOptions, Source, column_names, plain_name
from comity.audit.reading.text import DELIMITER_NAMES, Shape, find_encoding, find_shape
from comity.errors import ComityError
from comity.words import counted

BLOCK = 8 << 20
"""Arrow reads so many bytes at a time; a record must fit in one block."""

LONGEST_CELL, MOST_LINES = 1 << 16, 100
"""A cell of more bytes and more lines is no entry: a quote did not close."""

REPEATED_HEADER = "repeats the header"
NO_HEADER_HERE = "is a second header, of another export: the rows after it may have other columns"


def read_delimited(path: Path, index: int, options: ReadingOptions, quarantine: Quarantine) -> Part:
    """Converts the file, and hands it over as the source of that index.

    Raises ComityError (`file`, `encoding`, `columns`, `disk`) for what is no table, or has no room.
    """
    encoding = find_encoding(path, options.encoding)
    shape = find_shape(path, encoding.name, _sign(options.delimiter), options.header_row)
    size = path.stat().st_size
    check_room(options.work, size, path.name)
    names, notes = column_names(list(shape.header))
    target = options.work / f"source-{index}.parquet"
    rows, last = 0, ""
    try:
        with NumberedFile(target, names) as file:
            for batch, faults, done in _batches(path, encoding.name, shape, len(names)):
                options.tell(rows, done, size)
                _check_lengths(batch, rows, path)
                rows += _write(batch, rows, faults, shape, file, quarantine, index)
                last = _last_cells(batch) or last
        if not encoding.quotes_pair and "\n" in last:
            raise _never_closes(path, rows)
    except OSError as error:
        raise (
            no_room(path.name, options.work)
            if error.errno == 28
            else ComityError("file", f"cannot be read: {error.strerror or error}", path.name)
        ) from error
    quarantine.flush()
    if shape.header_row > 1:
        above = shape.header_row - 1
        notes.append(f"the header stands on row {shape.header_row}: the {above} above it were not read as rows")
    source = Source(
        path.name, "csv", encoding.sha256, size, rows, encoding.name, _delimiter_name(shape.delimiter), "",
        shape.header_row, (*encoding.notes, *notes),
    )  # fmt: skip
    return Part(source, target, tuple(map(Column, names)))


def _sign(told: str | None) -> str | None:
    """A delimiter as an option names it: itself, or its name.

    Raises ComityError (`delimiter`) if it is more than one character of ASCII.
    """
    if told is None:
        return None
    names = {name: sign for sign, name in DELIMITER_NAMES.items()} | {"\\t": "\t"}
    sign = names.get(told, told)
    if len(sign) != 1 or not sign.isascii() or sign in '"\r\n':
        raise ComityError("delimiter", f'"{told}" is no delimiter: give one character of ASCII, or tab', "--delimiter")
    return sign


def _delimiter_name(sign: str) -> str:
    return DELIMITER_NAMES.get(sign, sign)


Fault = tuple[int, int, str]
"""A record of the wrong width: its place, its number of cells, its text."""


def _batches(path: Path, encoding: str, shape: Shape, width: int) -> Iterator[tuple[Any, list[Fault], int]]:
    """Batches of whole rows, each with the records of the wrong width among them, and how many bytes of the file are
    read."""
    csv = arrow_csv()
    names = [f"c{place}" for place in range(width)]
    # Arrow parses ahead of the batch that it hands over, in a thread of its own.
    faults: deque[Fault] = deque()

    def set_apart(row: Any) -> str:
        faults.append((row.number - shape.lines_before, row.actual_columns, row.text))
        return "skip"

    read = csv.ReadOptions(
        use_threads=False, block_size=BLOCK, skip_rows=shape.lines_before, column_names=names, encoding=encoding
    )
    parse = csv.ParseOptions(
        delimiter=shape.delimiter, newlines_in_values=True, invalid_row_handler=set_apart
    )  # fmt: skip
    convert = csv.ConvertOptions(column_types=dict.fromkeys(names, arrow().string()), strings_can_be_null=False)
    read_rows = 0
    file = raw_file(path)
    try:
        for batch in csv.open_csv(file, read_options=read, parse_options=parse, convert_options=convert):
            found: list[Fault] = []
            read_rows += batch.num_rows
            while faults and faults[0][0] <= read_rows + 1:
                found.append(faults.popleft())
                read_rows += 1
            yield batch, found, file.tell()
    except arrow().ArrowInvalid as error:
        # Nothing stands after the header.
        if "Empty CSV" in str(error) or "Could not skip" in str(error):
            return
        raise _parsing_error(error, path, read_rows) from error
    if faults:
        yield None, list(faults), file.tell()


def _parsing_error(error: Exception, path: Path, rows: int) -> ComityError:
    where = f"{path.name}, after row {rows}"
    if "straddling" in str(error):
        return ComityError("file", f"has a record of more than {BLOCK:,} bytes: a quote that never closes?", where)
    return ComityError("file", f"cannot be read as CSV: {str(error).splitlines()[0]}", where)


def _write(
    batch: Any, before: int, faults: list[Fault], shape: Shape, file: NumberedFile, quarantine: Quarantine, index: int
) -> int:
    """Writes a batch, less what goes to quarantine; returns how many records it was."""
    rows = 0 if batch is None else batch.num_rows
    wrong = {number for number, _, _ in faults}
    for number, cells, text in faults:
        quarantine.add(index, number, _wrong_width(cells, len(shape.header), text), text)
    if batch is None:
        return len(faults)
    numbers = arrow().array(
        [number for number in range(before + 1, before + rows + len(faults) + 1) if number not in wrong]
        if wrong
        else range(before + 1, before + rows + 1),
        arrow().int64(),
    )
    repeated = _headers_inside(batch, shape.header)
    if repeated is not None:
        compute = arrow_compute()
        for place in compute.indices_nonzero(repeated).to_pylist():
            cells = [str(column[place].as_py()) for column in batch.columns]
            own = list(map(plain_name, cells)) == list(map(plain_name, shape.header))
            reason = REPEATED_HEADER if own else NO_HEADER_HERE
            quarantine.add(index, numbers[place].as_py(), reason, shape.delimiter.join(cells))
        keep = compute.invert(repeated)
        numbers, batch = numbers.filter(keep), batch.filter(keep)
    file.write(numbers, batch.columns)
    return rows + len(faults)


def _never_closes(path: Path, row: int) -> ComityError:
    says = "has a quote that never closes, and swallows the rows after it: close it, or take it away"
    return ComityError("file", says, f"{path.name}, row {row}")


def _check_lengths(batch: Any, before: int, path: Path) -> None:
    """Raises ComityError if a cell is longer than any text that a person enters: it has swallowed other rows."""
    if batch is None or not batch.num_rows:
        return
    compute = arrow_compute()
    for column in batch.columns:
        lengths = compute.binary_length(column)
        if compute.max(lengths).as_py() > LONGEST_CELL:
            place = compute.index(lengths, compute.max(lengths)).as_py()
            if str(column[place].as_py()).count("\n") > MOST_LINES:
                raise _never_closes(path, before + place + 1)


def _last_cells(batch: Any) -> str:
    """The last row's cells, run together."""
    if batch is None or not batch.num_rows:
        return ""
    return "".join(str(column[-1].as_py()) for column in batch.columns)


def _wrong_width(cells: int, width: int, text: str) -> str:
    lines = len(text.splitlines())
    stretched = f", over {lines} lines: a quote that never closes?" if lines > 1 else ""
    return f"has {counted(cells, 'cell')} where the header has {width}{stretched}"


def _headers_inside(batch: Any, header: tuple[str, ...]) -> Any:
    """Which rows begin with two names of the header's columns (or the one there is), and so are headers; or None."""
    compute = arrow_compute()
    names = arrow().array(sorted({plain_name(cell) for cell in header} - {""}), arrow().string())
    mask: Any = None
    for column in batch.columns[:2]:
        plain = compute.utf8_lower(compute.utf8_trim_whitespace(column))
        here = compute.is_in(plain, value_set=names)
        mask = here if mask is None else compute.and_(mask, here)
    return mask if mask is not None and compute.any(mask).as_py() else None

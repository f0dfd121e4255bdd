"""Cells of CSV files that people open in a spreadsheet: nothing in them runs as a formula, and nothing is lost."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path

from comity.audit.reading.text import take_long_cells
from comity.errors import ComityError
from comity.regularfile import check_regular
from comity.wholefiles import whole_file

LARGEST_FILE = 500_000_000
"""No file that people fill in by hand is larger."""

FORMULA_STARTS = "=+-@＝＋－＠\t\r\n"
"""A cell that starts with one of these may run as a formula when a spreadsheet opens the file."""


def escaped(cell: str) -> str:
    """The cell with an apostrophe before it where a spreadsheet might run it, as the field advises.

    A cell that itself begins with apostrophes and then such a sign gets one more, so that `unescaped` gives it back.
    """
    return f"'{cell}" if cell.lstrip("'")[:1] in FORMULA_STARTS and cell.lstrip("'") else cell


def escaped_sql(cell: str) -> str:
    """SQL for the text of a cell, escaped likewise."""
    starts = "".join(f"\\x{{{ord(sign):x}}}" for sign in FORMULA_STARTS)
    return f"CASE WHEN regexp_matches({cell}, '^''*[{starts}]') THEN concat(chr(39), {cell}) ELSE {cell} END"


def unescaped(cell: str) -> str:
    """What was escaped."""
    return cell[1:] if cell.startswith("'") and cell.lstrip("'")[:1] in FORMULA_STARTS and cell.lstrip("'") else cell


def read_lines(path: Path, columns: Sequence[str], code: str) -> Iterator[tuple[dict[str, str], str]]:
    """The lines of a CSV file with exactly these columns: the cells, unescaped and trimmed, and `file:line`.

    Raises ComityError (`code`) naming the line of whatever does not fit.
    """
    take_long_cells()
    try:
        check_regular(path)
        if path.stat().st_size > LARGEST_FILE:
            raise ComityError(code, f"larger than {LARGEST_FILE:,} bytes: this is no file filled in by hand", str(path))
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.reader(file, strict=True)
            head = next(rows, None)
            if [cell.strip() for cell in head or ()] != list(columns):
                raise ComityError(code, f"the columns must be {', '.join(columns)}", f"{path}:1")
            for row in rows:
                at = f"{path}:{rows.line_num}"
                if not row:
                    continue
                if len(row) != len(columns):
                    raise ComityError(code, f"{len(columns)} cells are wanted, not {len(row)}", at)
                yield {name: unescaped(cell).strip() for name, cell in zip(columns, row, strict=True)}, at
    except UnicodeDecodeError:
        raise ComityError(code, "not UTF-8 text: save it as CSV (UTF-8)", str(path)) from None
    except csv.Error as error:
        raise ComityError(code, f"no CSV file: {error}", str(path)) from None
    except OSError as error:
        raise ComityError(code, f"cannot be read: {error.strerror}", str(path)) from error


def write_lines(path: Path, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> int:
    """Writes a CSV file, whole or not at all, with every cell escaped. Returns the number of lines.

    Raises ComityError (`cannot_write`) if it cannot be written.
    """
    with whole_file(path) as made:
        return put_lines(made, columns, rows)


def put_lines(path: Path, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> int:
    """The same, into a file that is made whole with others. Raises OSError."""
    written = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        lines = csv.writer(file, lineterminator="\n")
        lines.writerow(columns)
        for row in rows:
            lines.writerow([escaped(cell) for cell in row])
            written += 1
    return written


def day_in(cell: str, name: str, code: str, at: str) -> date:
    """The date of a cell. Raises ComityError (`code`)."""
    try:
        return date.fromisoformat(cell)
    except ValueError:
        told = f'"{cell}" is no date' if cell else "is empty"
        raise ComityError(code, f"{name} {told}: write 2026-11-29", at) from None

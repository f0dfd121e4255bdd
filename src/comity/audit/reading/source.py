"""What was read: sources, their columns, and how a reader hands over one of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec

MOST_COLUMNS = 2_000
"""More columns than any log has: a file with more is read with the wrong delimiter, or is no log."""

RESERVED = ("row", "source", "source_row")
"""Names of columns of `staged` that are the program's own."""


class Source(msgspec.Struct, frozen=True):
    """One table that was read: a file, a sheet of a workbook, or the rows of a query.

    `kind` is csv, workbook, json lines, json, parquet or query. `rows` counts its records, with those in quarantine.
    `header_row` is the row of the header, from 1 (0 where there is none). `notes` says what is to be minded about it.
    `columns` are those of `staged` that it has; none are told where it is the only source, which has them all.
    """

    name: str
    kind: str
    sha256: str
    bytes: int
    rows: int
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    header_row: int = 0
    notes: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()

    @property
    def place(self) -> str:
        """Where it stands, for a message: `log.xlsx, sheet 2025`."""
        return f"{self.name}, sheet {self.sheet}" if self.sheet else self.name

    def noting(self, *notes: str) -> Source:
        """The source, with what else is to be minded about it."""
        return msgspec.structs.replace(self, notes=(*self.notes, *notes))


class Column(msgspec.Struct, frozen=True):
    """A column of `staged`: its name, and its type in SQL."""

    name: str
    type: str = "VARCHAR"


class Staged(msgspec.Struct, frozen=True):
    """What stands in the view `staged`, and how many records stand in the table `quarantine` instead.

    `rows` and `quarantined` add up to the records of all sources.
    """

    sources: tuple[Source, ...]
    columns: tuple[Column, ...]
    rows: int
    quarantined: int


class ReadingOptions(msgspec.Struct, frozen=True):
    """How to read. `work` is a folder for what is converted on the way; whoever made it removes it.

    The rest is worked out where it is not told: the one sheet of a workbook to read, the query to put to a database,
    the encoding, the delimiter, and the row of the header (from 1). `tell` hears, while a source is read, how many rows
    are read, and how much of how much is done.
    """

    work: Path
    sheet: str | None = None
    query: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    header_row: int | None = None
    tell: Callable[[int, int, int], None] = lambda _rows, _done, _of: None


class Part(msgspec.Struct, frozen=True):
    """A source as a reader hands it over: a Parquet file of its rows, and their columns.

    `in_place` names the columns as they stand in a file that is read where it lies; if it is empty, the file was made
    for this, and has the columns' own names and numbers of the rows.
    """

    source: Source
    file: Path
    columns: tuple[Column, ...]
    in_place: tuple[str, ...] = ()


def plain_name(name: str) -> str:
    """A column's name as it is compared: no byte-order mark, no outer blanks, single blanks, no case."""
    return " ".join(name.replace("\ufeff", "").split()).casefold()


def column_names(header: list[str]) -> tuple[list[str], list[str]]:
    """Names for the columns of a header, each once, and notes on those that had to be changed.

    A name that stands twice gets a number, a blank one its place, one that is the program's own a word before it.
    """
    names: list[str] = []
    notes: list[str] = []
    taken: set[str] = set()
    for place, cell in enumerate(header, 1):
        told = " ".join(cell.replace("\ufeff", "").split())
        name = f"told {told}" if plain_name(told) in RESERVED else told or f"column {place}"
        first, several = name, 2
        while plain_name(name) in taken:
            name = f"{first} ({several})"
            several += 1
        taken.add(plain_name(name))
        names.append(name)
        if not told:
            notes.append(f'column {place} has no name: it is called "{name}" here')
        elif name != first:
            notes.append(f'several columns are called "{told}": column {place} is called "{name}" here')
    return names, notes

"""All sources of a log, in one view: `staged`."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from time import monotonic
from typing import TYPE_CHECKING

import msgspec

from comity.audit.reading.database import count, named, one_file
from comity.audit.reading.files import find_files, kind_of
from comity.audit.reading.numbered import NUMBER
from comity.audit.reading.packed import packer_of, unpack
from comity.audit.reading.piped import file_of
from comity.audit.reading.quarantine import Quarantine
from comity.audit.reading.queries import is_connection, read_query, shown
from comity.audit.reading.source import Column, Part, ReadingOptions, Source, Staged, plain_name
from comity.audit.watch import speed
from comity.errors import ComityError
from comity.regularfile import sha256_of
from comity.words import counted, listed

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb

Told = Callable[[str, int, int], None]
"""Told of each source: its name, how much is done, and how much there is."""


def stage(
    database: duckdb.DuckDBPyConnection,
    named_sources: Sequence[str],
    options: ReadingOptions,
    on_progress: Told | None = None,
) -> Staged:
    """Makes the view `staged` and the table `quarantine` of the sources: files, folders, patterns, `-` for what
    is piped in, or one connection.

    `staged` has `row` (from 1, in the order of the sources and of the records in each), `source` (the place in
    `Staged.sources`), `source_row` (the record's place in its source, from 1 without the header), and the sources'
    columns: Parquet with its types, all else as text, untrimmed. Records in quarantine keep their numbers, so `row`
    has gaps where they stood.

    Raises ComityError naming the file, row and column at fault, and the likely fix; nothing is written but in the
    folder of work.
    """
    quarantine = Quarantine(database)
    parts: list[Part] = []
    if any(map(is_connection, named_sources)):
        if len(named_sources) != 1:
            connection = next(filter(is_connection, named_sources))
            raise ComityError("connection", "name one connection, and no file beside it", shown(connection))
        _check_read(["query"], options)
        parts.append(read_query(named_sources[0], 0, options))
    else:
        if options.query is not None:
            raise ComityError("query", "needs a connection: postgresql://… or sqlite://…", "--query")
        parts += _read_files(database, named_sources, options, quarantine, on_progress)
    quarantine.flush()
    if not any(part.source.rows for part in parts):
        raise ComityError("file", "has a header and no rows", parts[0].source.place)
    columns = _columns_of(parts)
    _make_view(database, parts, columns)
    names = {plain_name(column.name): column.name for column in columns}
    sources = tuple(
        msgspec.structs.replace(part.source, columns=tuple(names[plain_name(column.name)] for column in part.columns))
        for part in parts
    )
    quarantined = count(database, "SELECT count(*) FROM quarantine")
    rows = sum(source.rows for source in sources) - quarantined
    if not rows:
        raise _all_set_apart(database, sources, quarantined)
    return Staged(sources, columns, rows, quarantined)


def _all_set_apart(database: duckdb.DuckDBPyConnection, sources: Sequence[Source], quarantined: int) -> ComityError:
    """The error for a log with no record that is a row: what is wrong with the first is likely wrong with all."""
    first = database.execute(
        "SELECT source, source_row, reason FROM quarantine ORDER BY source, source_row LIMIT 1"
    ).fetchone()
    assert first is not None, "there are records, and none is a row"
    says = (
        f"{first[2]}, and of {counted(quarantined, 'record')} none can be read as a row: give the header as many cells "
        "as the rows, or say where it stands (--header-row) or what parts the cells (--delimiter)"
    )
    return ComityError("file", says, f"{sources[int(first[0])].place}, row {int(first[1])}")


def _read_files(
    database: duckdb.DuckDBPyConnection,
    named_sources: Sequence[str],
    options: ReadingOptions,
    quarantine: Quarantine,
    on_progress: Told | None,
) -> list[Part]:
    files, notes = find_files([file_of(name, options.work) for name in named_sources])
    kinds = [kind_of(path) for path in files]
    _check_read(kinds, options)
    parts: list[Part] = []
    for place, (path, kind) in enumerate(zip(files, kinds, strict=True)):
        if on_progress is not None:
            on_progress(path.name, place, len(files))
            options = msgspec.structs.replace(options, tell=_telling(on_progress, path.name, place, len(files)))
        try:
            parts += _read_packed(database, path, kind, len(parts), options, quarantine)
        except PermissionError as error:
            raise ComityError("file", f"cannot be read: {error.strerror}", path.name) from error
    if notes:
        parts[0] = msgspec.structs.replace(parts[0], source=parts[0].source.noting(*notes))
    return parts


def _telling(on_progress: Told, name: str, place: int, files: int) -> Callable[[int, int, int], None]:
    """Tells, of one of so many files, how far it is read."""
    started = monotonic()

    def tell(rows: int, done: int, of: int) -> None:
        on_progress(f"{name}{speed(done, of, monotonic() - started, rows)}", place * of + done, files * of)

    return tell


TEXTS = ("csv", "json lines", "json")
"""The kinds that may be packed: a workbook and Parquet are so by themselves."""

_READ_BY = {
    "encoding": ("csv", "json lines"),
    "delimiter": ("csv",),
    "header_row": ("csv", "workbook"),
    "sheet": ("workbook",),
}
"""The kinds of source that read an option."""


def _check_read(kinds: Sequence[str], options: ReadingOptions) -> None:
    """Raises ComityError (`usage`) for what is told of the reading and no source of these kinds reads."""
    for option, readers in _READ_BY.items():
        if getattr(options, option) is not None and not set(readers).intersection(kinds):
            says = f"has no meaning for a log of the kind {listed(sorted(set(kinds)), 'and')}: leave it out"
            raise ComityError("usage", says, f"--{option.replace('_', '-')}")


def _read_packed(
    database: duckdb.DuckDBPyConnection,
    path: Path,
    kind: str,
    index: int,
    options: ReadingOptions,
    quarantine: Quarantine,
) -> list[Part]:
    """Reads a file that may be packed: its digest and size are those of the file as it was given."""
    packer = packer_of(path) if kind in TEXTS else ""
    if not packer:
        return _read_file(database, path, kind, index, options, quarantine)
    folder = options.work / f"unpacked-{index}"
    try:
        parts = _read_file(database, unpack(path, packer, folder), kind, index, options, quarantine)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    sha256, size = sha256_of(path), path.stat().st_size

    def as_given(source: Source) -> Source:
        note = f"packed ({packer}): {source.bytes:,} bytes unpacked"
        return msgspec.structs.replace(source, sha256=sha256, bytes=size, notes=(note, *source.notes))

    return [msgspec.structs.replace(part, source=as_given(part.source)) for part in parts]


def _read_file(
    database: duckdb.DuckDBPyConnection,
    path: Path,
    kind: str,
    index: int,
    options: ReadingOptions,
    quarantine: Quarantine,
) -> list[Part]:
    if options.sheet is not None and kind != "workbook":
        raise ComityError("sheet", "is no workbook, and has no sheets", f"{path.name}, --sheet")
    if kind == "parquet":
        from comity.audit.reading.columnar import read_columnar

        return [read_columnar(path, database)]
    if kind == "workbook":
        from comity.audit.reading.workbook import read_workbook

        return read_workbook(path, index, options, quarantine)
    if kind in ("json lines", "json"):
        from comity.audit.reading.jsontext import read_json

        return [read_json(path, kind, index, options, quarantine, database)]
    from comity.audit.reading.delimited import read_delimited

    return [read_delimited(path, index, options, quarantine)]


def _columns_of(parts: Sequence[Part]) -> tuple[Column, ...]:
    """The columns of all parts, as first named; text where the parts differ in type."""
    found: dict[str, Column] = {}
    for part in parts:
        for column in part.columns:
            before = found.setdefault(plain_name(column.name), column)
            if before.type != column.type:
                found[plain_name(column.name)] = Column(before.name)
    return tuple(found.values())


def _make_view(database: duckdb.DuckDBPyConnection, parts: Sequence[Part], columns: Sequence[Column]) -> None:
    """Files of the same columns are read as one, or a folder of a thousand would be a thousand scans in every query."""
    alike: dict[object, list[tuple[int, int, Part]]] = {}
    before = 0
    for index, part in enumerate(parts):
        # A column of this name would hide the number of the file.
        is_hiding = any(plain_name(column.name) == FILE_INDEX for column in part.columns)
        form = (part.columns, part.in_place, index if is_hiding else 0)
        alike.setdefault(form, []).append((index, before, part))
        before += part.source.rows
    database.execute(f"CREATE VIEW staged AS {' UNION ALL '.join(_select(group, columns) for group in alike.values())}")


FILE_INDEX = "file_index"
"""DuckDB's column with the place of a row's file among those that are read, from 0."""


def _select(alike: Sequence[tuple[int, int, Part]], columns: Sequence[Column]) -> str:
    """The rows of parts with the same columns, each told with its place and the number of rows before it."""
    part = alike[0][2]
    number, option = ("file_row_number + 1", ", file_row_number = true") if part.in_place else (named(NUMBER), "")
    index, before = [index for index, _, _ in alike], [before for _, before, _ in alike]

    def of_file(values: list[int]) -> str:
        return f"({values})[CAST({FILE_INDEX} AS BIGINT) + 1]" if len(values) > 1 else str(values[0])

    names = part.in_place or tuple(column.name for column in part.columns)
    here = {plain_name(column.name): (column, name) for column, name in zip(part.columns, names, strict=True)}
    cells = ", ".join(_cell(column, *here.get(plain_name(column.name), (None, ""))) for column in columns)
    files = ", ".join(one_file(part.file) for _, _, part in alike)
    return (
        f"SELECT CAST({of_file(before)} + {number} AS BIGINT) AS row, CAST({of_file(index)} AS INTEGER) AS source, "
        f"CAST({number} AS BIGINT) AS source_row, {cells} FROM read_parquet([{files}]{option})"
    )


def _cell(column: Column, here: Column | None, name: str) -> str:
    if here is None:
        return f"CAST(NULL AS {column.type}) AS {named(column.name)}"
    cell = named(name) if here.type == column.type else f"CAST({named(name)} AS {column.type})"
    return f"{cell} AS {named(column.name)}"


def described(source: Source) -> str:
    """A source in a few words, for a table of what was read: `log.csv (csv, utf-8, comma)`."""
    about = [source.kind, source.encoding, source.delimiter and f"split by {source.delimiter}"]
    sheet = f", sheet {source.sheet}" if source.sheet else ""
    return f"{source.name}{sheet} ({', '.join(filter(None, about))})"


def source_of(staged: Staged, database: duckdb.DuckDBPyConnection, row: int) -> str:
    """Where a row stands, for a message: `log.csv, row 12`."""
    found = database.execute(f"SELECT source, source_row FROM staged WHERE row = {int(row)}").fetchone()
    if found is None:
        return f"row {row}"
    source = staged.sources[int(found[0])]
    return f"{source.place}, row {int(found[1])}"

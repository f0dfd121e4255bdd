"""JSON → numbered Parquet: one object a line, or a list of objects; one column for each key that some object has."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from comity.audit.reading.arrow import arrow, arrow_csv, raw_file
from comity.audit.reading.database import count, first_line, named, one_file, quoted
from comity.audit.reading.numbered import NUMBER, NumberedFile, check_room
from comity.audit.reading.quarantine import BATCH, Quarantine
from comity.audit.reading.source import MOST_COLUMNS, Column, Part, ReadingOptions, Source, column_names
from comity.audit.reading.text import START, decoded_start, find_encoding, too_many_columns
from comity.errors import ComityError

if TYPE_CHECKING:
    import duckdb

LONGEST_LINE = 8 << 20
"""Arrow reads up to 32 blocks of so many bytes ahead, and a line must fit in one."""
NO_CHARACTER_OF_JSON = "\x01"
LINE = "line"

# To ask first whether it is JSON, and of what type, would be to read it three times.
_KEYS = f"CASE WHEN regexp_matches({LINE}, '^\\s*[{{]') THEN TRY(json_keys({LINE})) END"
"""SQL for the keys of an object; null for what is none."""
_NO_OBJECT, _KEY_TWICE = "is no JSON object", "has a key twice"
_FAULTS = {
    _NO_OBJECT: f"{_KEYS} IS NULL",
    _KEY_TWICE: f"coalesce(len({_KEYS}) <> list_unique({_KEYS}), false)",
}
"""Why a line is no row, and SQL for whether it is so."""


def read_json(
    path: Path,
    kind: str,
    index: int,
    options: ReadingOptions,
    quarantine: Quarantine,
    database: duckdb.DuckDBPyConnection,
) -> Part:
    """Converts the file, and hands it over as the source of that index. What is no object, or has a key twice, goes to
    quarantine.

    `kind` is `json lines` (one object a line), or `json`: one list of objects, or objects over several lines.

    Raises ComityError (`file`) if nothing is an object, (`encoding`) for what is no text, (`disk`) if there is no room.
    """
    encoding = find_encoding(path, options.encoding)
    check_room(options.work, path.stat().st_size, path.name)
    lines = options.work / f"lines-{index}.parquet"
    rows = (
        _write_lines(path, encoding.name, lines, options.tell)
        if kind == "json lines"
        else _write_objects(path, encoding.name, lines, database)
    )
    table = f"read_parquet({one_file(lines)})"
    told, faults = _keys(database, table)
    for fault in faults:
        _set_apart(database, f"{table} WHERE {_FAULTS[fault]}", fault, index, quarantine)
    if faults:
        table += f" WHERE NOT ({' OR '.join(map(_FAULTS.__getitem__, faults))})"
    if not told:
        raise _no_object(kind, path)
    _check_wrapped(database, table, told, rows, path)
    if len(told) > MOST_COLUMNS:
        raise too_many_columns(len(told), path.name)
    names, notes = column_names(told)
    target = options.work / f"source-{index}.parquet"
    paths = ", ".join(quoted(_pointer(key)) for key in told)
    cells = ", ".join(f"cells[{place}] AS {named(name)}" for place, name in enumerate(names, 1))
    database.execute(
        f"COPY (SELECT {named(NUMBER)}, {cells} FROM (SELECT {named(NUMBER)}, json_extract_string({LINE}, [{paths}]) "
        f"AS cells FROM {table})) TO {quoted(str(target))} (FORMAT parquet, COMPRESSION zstd)"
    )
    lines.unlink()
    source = Source(
        path.name, kind, encoding.sha256, path.stat().st_size, rows, encoding.name, notes=(*encoding.notes, *notes)
    )
    return Part(source, target, tuple(map(Column, names)))


def _keys(database: duckdb.DuckDBPyConnection, table: str) -> tuple[list[str], list[str]]:
    """The keys of the objects, in the order of the first object with each and as they stand in it; and the faults that
    some line has."""
    # Lines with the same keys in the same order are looked at once. What is no object has the one key NULL.
    found = database.execute(
        f"WITH lines AS (SELECT {_KEYS} AS keys, min({named(NUMBER)}) AS number FROM {table} GROUP BY keys) "
        "SELECT key, bool_or(twice) FROM (SELECT unnest(coalesce(keys, [NULL])) AS key, number, "
        "unnest(range(coalesce(len(keys), 1))) AS place, len(keys) <> list_unique(keys) AS twice FROM lines) "
        "GROUP BY key ORDER BY min((number, place))"
    ).fetchall()
    told = [str(key) for key, _ in found if key is not None]
    faults = [_NO_OBJECT] * (len(told) < len(found)) + [_KEY_TWICE] * any(twice for _, twice in found)
    return told, faults


def _set_apart(
    database: duckdb.DuckDBPyConnection, table: str, reason: str, index: int, quarantine: Quarantine
) -> None:
    """Sets apart the lines of a table, few at a time."""
    found = database.cursor().execute(f"SELECT {named(NUMBER)}, {LINE} FROM {table} ORDER BY 1")
    while lines := found.fetchmany(BATCH):
        for number, text in lines:
            quarantine.add(index, number, reason, text)
    quarantine.flush()


def _no_object(kind: str, path: Path) -> ComityError:
    what = "line" if kind == "json lines" else "entry"
    says = f"has no {what} that is a JSON object: write one object a line, or one list of objects"
    return ComityError("file", says, path.name)


def _check_wrapped(database: duckdb.DuckDBPyConnection, table: str, keys: Sequence[str], rows: int, path: Path) -> None:
    """Raises ComityError if the file is one object, and its rows are a list in it."""
    if rows != 1:
        return
    for key in keys:
        first = quoted(f"{_pointer(key)}/0")
        if count(database, f"SELECT count(*) FILTER (json_type({LINE}, {first}) = 'OBJECT') FROM {table}"):
            says = f'is one object, with its rows in the list "{key}": take the list out (jq \'.["{key}"]\')'
            raise ComityError("file", says, path.name)


def _pointer(key: str) -> str:
    return f"/{key.replace('~', '~0').replace('/', '~1')}"


def _write_objects(path: Path, encoding: str, target: Path, database: duckdb.DuckDBPyConnection) -> int:
    """The entries of a list, or the objects that follow each other, numbered."""
    import duckdb

    if encoding not in ("utf-8", "utf-8-sig"):
        raise ComityError("encoding", "is no UTF-8, as a list of JSON must be: save it as UTF-8", path.name)
    with path.open("rb") as file:
        form = "array" if decoded_start(file.read(START)).lstrip().startswith("[") else "unstructured"
    reader = (
        f"read_json_objects({one_file(path)}, format = '{form}', compression = 'uncompressed', "
        f"maximum_object_size = {LONGEST_LINE})"
    )
    try:
        # One file of this form is read by one thread, in its order.
        database.execute(
            f"COPY (SELECT row_number() OVER () AS {named(NUMBER)}, CAST(json AS VARCHAR) AS {LINE} FROM {reader}) "
            f"TO {quoted(str(target))} (FORMAT parquet, COMPRESSION zstd)"
        )
    except duckdb.Error as error:
        raise _spoilt_json(first_line(error), path) from error
    return count(database, f"SELECT count(*) FROM read_parquet({one_file(target)})")


def _spoilt_json(said: str, path: Path) -> ComityError:
    if "maximum_object_size" in said:
        says = (
            f"has an object of more than {LONGEST_LINE:,} bytes: rows that stand in a list inside an object must be "
            "taken out of it first (jq '.data')"
        )
        return ComityError("file", says, path.name)
    if "No space left" in said:
        return ComityError("disk", said, path.name)
    where = re.search(r"at byte (\d+) in record/value (\d+): (.*)", said)
    told = f"{where[3].rstrip('. ')}, at byte {where[1]} of it" if where else said.replace(str(path), path.name)
    # DuckDB counts the opening bracket of a list too.
    at = f"{path.name}, near row {int(where[2]) - 1}" if where else path.name
    return ComityError("file", f"cannot be read as JSON: {told}. Is the file cut short?", at)


def _write_lines(path: Path, encoding: str, target: Path, tell: Callable[[int, int, int], None]) -> int:
    """The lines that are not blank, numbered."""
    csv = arrow_csv()
    types: Any = arrow()
    read = csv.ReadOptions(use_threads=False, block_size=LONGEST_LINE, column_names=[LINE], encoding=encoding)
    parse = csv.ParseOptions(delimiter=NO_CHARACTER_OF_JSON, quote_char=False, newlines_in_values=False)
    convert = csv.ConvertOptions(column_types={LINE: types.string()}, strings_can_be_null=False)
    rows, size = 0, path.stat().st_size
    try:
        with NumberedFile(target, [LINE]) as file:
            source = raw_file(path)
            for batch in csv.open_csv(source, read_options=read, parse_options=parse, convert_options=convert):
                file.write(types.array(range(rows + 1, rows + batch.num_rows + 1), types.int64()), batch.columns)
                rows += batch.num_rows
                tell(rows, source.tell(), size)
    except types.ArrowInvalid as error:
        says = f"cannot be read as JSON lines: {str(error).splitlines()[0]}"
        if "straddling" in says:
            says = f"has a line of more than {LONGEST_LINE:,} bytes: write one row a line, without what is no text"
        raise ComityError("file", says, f"{path.name}, after row {rows}") from error
    return rows

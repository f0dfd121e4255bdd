"""JSON lines → numbered Parquet: one object a line, one column for each key that some line has."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from comity.audit.reading.arrow import arrow, arrow_csv
from comity.audit.reading.database import named, one_file, quoted
from comity.audit.reading.numbered import NUMBER, NumberedFile, check_room
from comity.audit.reading.quarantine import Quarantine
from comity.audit.reading.source import MOST_COLUMNS, Column, Part, ReadingOptions, Source, column_names
from comity.audit.reading.text import too_many_columns
from comity.errors import ComityError

if TYPE_CHECKING:
    import duckdb

LONGEST_LINE = 16 << 20
NO_CHARACTER_OF_JSON = "\x01"
LINE = "line"


def read_json_lines(
    path: Path, index: int, options: ReadingOptions, quarantine: Quarantine, database: duckdb.DuckDBPyConnection
) -> Part:
    """Converts the file, and hands it over as the source of that index. Lines that are no object go to quarantine.

    Raises ComityError (`file`) if no line is an object, (`disk`) if there is no room.
    """
    check_room(options.work, path.stat().st_size, path.name)
    lines = options.work / f"lines-{index}.parquet"
    rows = _write_lines(path, lines)
    table = f"read_parquet({one_file(lines)})"
    whole = f"coalesce(CASE WHEN json_valid({LINE}) THEN json_type({LINE}) = 'OBJECT' END, false)"
    for number, text in database.execute(
        f"SELECT {named(NUMBER)}, {LINE} FROM {table} WHERE NOT {whole} ORDER BY 1"
    ).fetchall():
        quarantine.add(index, number, "is no JSON object", text)
    quarantine.flush()
    told = [
        str(row[0])
        for row in database.execute(
            f"SELECT key FROM (SELECT unnest(json_keys({LINE})) AS key, {named(NUMBER)} AS number FROM {table} "
            f"WHERE {whole}) GROUP BY key ORDER BY min(number), key"
        ).fetchall()
    ]
    if not told:
        raise ComityError("file", "has no line that is a JSON object: write one object a line", path.name)
    if len(told) > MOST_COLUMNS:
        raise too_many_columns(len(told), path.name)
    names, notes = column_names(told)
    target = options.work / f"source-{index}.parquet"
    paths = ", ".join(quoted(f"/{key.replace('~', '~0').replace('/', '~1')}") for key in told)
    cells = ", ".join(f"cells[{place}] AS {named(name)}" for place, name in enumerate(names, 1))
    database.execute(
        f"COPY (SELECT {named(NUMBER)}, {cells} FROM (SELECT {named(NUMBER)}, json_extract_string({LINE}, [{paths}]) "
        f"AS cells FROM {table} WHERE {whole})) TO {quoted(str(target))} (FORMAT parquet, COMPRESSION zstd)"
    )
    lines.unlink()
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    source = Source(path.name, "json lines", sha256, path.stat().st_size, rows, "utf-8", notes=tuple(notes))
    return Part(source, f"read_parquet({one_file(target)})", named(NUMBER), tuple(map(Column, names)))


def _write_lines(path: Path, target: Path) -> int:
    """The lines that are not blank, numbered."""
    csv = arrow_csv()
    types: Any = arrow()
    read = csv.ReadOptions(use_threads=False, block_size=LONGEST_LINE, column_names=[LINE])
    parse = csv.ParseOptions(delimiter=NO_CHARACTER_OF_JSON, quote_char=False, newlines_in_values=False)
    convert = csv.ConvertOptions(column_types={LINE: types.string()}, strings_can_be_null=False)
    rows = 0
    try:
        with NumberedFile(target, [LINE]) as file:
            for batch in csv.open_csv(str(path), read_options=read, parse_options=parse, convert_options=convert):
                file.write(types.array(range(rows + 1, rows + batch.num_rows + 1), types.int64()), batch.columns)
                rows += batch.num_rows
    except types.ArrowInvalid as error:
        raise ComityError(
            "file", f"cannot be read as JSON lines: {str(error).splitlines()[0]}", f"{path.name}, after row {rows}"
        ) from error
    return rows

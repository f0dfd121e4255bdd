"""Several files or sheets named together: one log, if each by itself is of the one layout.

What the layout finds in one of them it must find in each, or the rows of the others would be read as if they told
nothing. A column that some call by another name is made one column.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from comity.audit.layouts.apply import check_columns, found_columns
from comity.audit.layouts.form import Layout
from comity.audit.reading.database import named
from comity.audit.reading.source import Column, Source, Staged

if TYPE_CHECKING:
    import duckdb


class Table(msgspec.Struct, frozen=True):
    """Sources with the same columns: the first of them as a log by itself, and the places of all in the whole log."""

    alone: Staged
    places: tuple[int, ...]


def tables_of(staged: Staged) -> list[Table]:
    """The log by the columns of its sources, in the order of the first of each; those without rows are left out."""
    alike: dict[tuple[str, ...], list[int]] = {}
    for place, source in enumerate(staged.sources):
        if source.rows or len(staged.sources) == 1:
            alike.setdefault(source.columns, []).append(place)
    return [Table(alone(staged, places[0]), tuple(places)) for places in alike.values()]


def alone(staged: Staged, place: int) -> Staged:
    """One source as a log by itself, as far as its columns go."""
    source = staged.sources[place]
    columns = tuple(column for column in staged.columns if not source.columns or column.name in source.columns)
    return Staged((source,), columns, source.rows, 0)


def read_as_one(database: duckdb.DuckDBPyConnection, staged: Staged, layout: Layout) -> Staged:
    """The log with one column of `staged` for each of the layout's, by whatever name each source has it.

    Raises ComityError (`columns`) for a source that lacks one which the layout wants.
    """
    tables = tables_of(staged)
    kept = found_columns(layout, staged)
    taken: dict[int, dict[str, str]] = {}
    if len(tables) > 1:
        for table in tables:
            found = found_columns(layout, table.alone)
            check_columns(layout, table.alone, found)
            taken |= dict.fromkeys(table.places, _taken(found, kept))
    if any(taken.values()):
        staged = _with_one_name(database, staged, taken)
    return msgspec.structs.replace(staged, sources=tuple(_noting_lacks(source, staged) for source in staged.sources))


def _taken(found: dict[str, str], kept: dict[str, str]) -> dict[str, str]:
    """The columns whose cells a source has under another name, and that name; of that name nothing is left, unless the
    layout means it as well."""
    other = {kept[name]: here for name, here in found.items() if here != kept[name]}
    own = {here for name, here in found.items() if here == kept[name]}
    return other | {here: "" for here in other.values() if here not in own and here not in other}


def _with_one_name(database: duckdb.DuckDBPyConnection, staged: Staged, taken: dict[int, dict[str, str]]) -> Staged:
    """Makes `staged` anew, each column with the cells that a source has under the name `taken` gives."""
    sources = tuple(_renamed(source, taken.get(place, {})) for place, source in enumerate(staged.sources))
    types = {column.name: column.type for column in staged.columns}
    columns: list[Column] = []
    cells: list[str] = []
    for column in staged.columns:
        if not any(column.name in source.columns for source in sources):
            continue
        names = [taken.get(place, {}).get(column.name, column.name) for place in range(len(sources))]
        others = list(dict.fromkeys(name for name in names if name != column.name))
        kind = column.type if all(types[name] == column.type for name in others if name) else "VARCHAR"
        columns.append(Column(column.name, kind))
        cells.append(f"CAST({_of_source(column.name, others, names)} AS {kind}) AS {named(column.name)}")
    database.execute("ALTER VIEW staged RENAME TO staged_as_named")
    database.execute(f"CREATE VIEW staged AS SELECT row, source, source_row, {', '.join(cells)} FROM staged_as_named")
    return Staged(sources, tuple(columns), staged.rows, staged.quarantined)


def _of_source(column: str, others: list[str], names: list[str]) -> str:
    """SQL for the cells of a column, which some sources have under other names, or (an empty name) have not."""
    if not others:
        return named(column)
    # A list, not IN: DuckDB would make a join of that, and give the rows in another order.
    which = [others.index(name) if name in others else -1 for name in names]
    cases = " ".join(f"WHEN {place} THEN {named(name) if name else 'NULL'}" for place, name in enumerate(others))
    return f"CASE ({which})[source + 1] {cases} ELSE {named(column)} END"


def _renamed(source: Source, taken: dict[str, str]) -> Source:
    """The source with the names that its columns now have, and a note on those that were others."""
    now = {name: column for column, name in taken.items() if name}
    notes = tuple(f'its column "{name}" is read as "{column}", as others call it' for name, column in now.items())
    columns = tuple(column for column in source.columns if column not in taken)
    return msgspec.structs.replace(source.noting(*notes), columns=(*columns, *now.values()))


def _noting_lacks(source: Source, staged: Staged) -> Source:
    """The source, with a note on columns that others have and it has not."""
    lacking = [column.name for column in staged.columns if column.name not in source.columns]
    if not lacking or not source.columns:
        return source
    return source.noting(f"has no column {', '.join(lacking)}, as others have: its cells there are empty")

"""`findings.parquet`: what is said of each row and action, beside what the row itself tells.

What is said is asked of the database in numbers. The texts of the rows are handed on as they stand in the file of the
rows, as numbers into a list of the different ones, so that none of them is ever compared or put in order.

How rows fall into groups of that file, the threads of the database decide, differently each time. So the findings are
written in groups of their own, of one size, whose lists hold the texts in the order in which the rows tell them.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from comity.audit.placing import APART, DECIDED
from comity.audit.reading.arrow import arrow, arrow_parquet
from comity.audit.reading.database import quoted
from comity.audit.results.ground import Ground
from comity.audit.rowsfile import Section, sections_of
from comity.audit.signing.representatives import numbers_of
from comity.audit.signing.sets import first_places

if TYPE_CHECKING:
    import duckdb

SAID = """
SELECT t.row{marks}, CAST(t.standing AS standings) AS standing, CAST(t.kind AS kinds) AS kind,
    CAST(t.action AS actions) AS action, t.answer, v.number AS verdict
FROM told t LEFT JOIN answered a ON a.answer = t.answer
    LEFT JOIN verdicts v ON v.basis = a.basis AND v.kind = t.kind AND v.outcome = t.outcome{duties}
WHERE t.row BETWEEN {first} AND {last} ORDER BY t.row, t.action
"""
"""SQL for what is said of some rows and their actions: the number of the answer, and that of the verdict."""

COLUMNS = (
    "row", "source", "source_row", "day", "holder", "agency", "class", "holder_name", "holder_state", "holder_city",
    "matched", "standing", "kind", "action", "answer", "law_from", "law_until", "ruling", "status", "alone", "verdict",
    "why", "settle", "outcome", "outcome_words", "reason", "reason_class", "reason_rule",
    "searcher",
)  # fmt: skip
"""The columns in order, but for `DUTIES`. What a ruling rests on is not written for each row: `ruling` leads to it."""

DUTIES = "duties"
"""The column with the verdicts on the duties of a row, in one text; there where columns of the log tell of duties."""

_DUTIES_OF_ROWS = (
    " LEFT JOIN (SELECT row, marks FROM duty_rows JOIN duty_marks USING (case_number) "
    "WHERE row BETWEEN {first} AND {last}) d ON d.row = t.row"
)

_TOLD = ("source", "source_row", "day")
_TOLD_TEXTS = {
    name: "agency_id" if name == "agency" else name
    for name in (*COLUMNS[4:11], "outcome", "outcome_words", "reason", "reason_class", "reason_rule", "searcher")
}
"""What a row tells, and the column of the file of the rows in which it stands."""

GROUP = 245_760
"""The findings of a group of the file that is written: twice as many as the rows of one that the database writes."""

_COUNTING = ("row", "source_row")
"""Columns whose numbers mostly go up by one."""

_PERIOD = ("law_from", "law_until")
_ANSWERED = ("ruling", "status", "alone")
_JUDGED = ("verdict", "why", "settle")
_TEXTS = (*_TOLD_TEXTS, "standing", "kind", "action", "status", "alone", *_JUDGED, DUTIES)


def write_findings(database: duckdb.DuckDBPyConnection, ground: Ground, rows: Path, path: Path) -> None:
    """In the order of the rows, then of the actions' names. `rows` is the file of the rows; needs the tables of
    `add_cube`."""
    _name_constants(database, ground)
    answered = _numbered(database, "answered", "answer", _ANSWERED)
    verdicts = _numbered(database, "verdicts", "number", _JUDGED)
    periods = _numbered(database, "periods", "stretch", _PERIOD)
    file: Any = arrow_parquet().ParquetFile(rows, read_dictionary=list(_TOLD_TEXTS.values()))
    writer: Any = None
    left: Any = None
    groups: dict[int, Any] = {}
    try:
        for section in sections_of(rows):
            said: Any = database.sql(_said_sql(ground, section)).to_arrow_table()
            groups = {group: groups[group] if group in groups else _told(file, group) for group in section.groups}
            lines = _lines(said, list(groups.values()), answered, verdicts, periods)
            writer = writer or _writer(path, lines.schema)
            left = lines if left is None else arrow().concat_tables([left, lines])
            while left.num_rows >= GROUP:
                writer.write_table(_as_told(left.slice(0, GROUP)))
                left = left.slice(GROUP)
        if writer is not None:
            writer.write_table(_as_told(left))
    finally:
        if writer is not None:
            writer.close()
        # What Arrow holds back of all this is more than the rest of the report takes.
        arrow().default_memory_pool().release_unused()


def _said_sql(ground: Ground, section: Section) -> str:
    duties = _DUTIES_OF_ROWS.format(first=section.first, last=section.last) if ground.duties else ""
    marks = f", d.marks AS {DUTIES}" if ground.duties else ""
    return SAID.format(first=section.first, last=section.last, duties=duties, marks=marks)


def _as_told(lines: Any) -> Any:
    """The lines with the texts of rows listed in the order in which the lines tell them, and no others."""
    lines = lines.unify_dictionaries()
    for name in _TOLD_TEXTS:
        column: Any = lines.column(name).combine_chunks()
        told: Any = column.chunk(0) if hasattr(column, "chunk") else column
        codes = np.asarray(told.indices.fill_null(len(told.dictionary)))
        first = first_places(codes, len(told.dictionary) + 1)
        order = np.argsort(first[:-1], kind="stable")[: np.count_nonzero(first[:-1] < len(codes))]
        places = np.zeros(len(first), dtype=np.int32)
        places[order] = np.arange(len(order), dtype=np.int32)
        indices: Any = arrow().array(places[codes], mask=codes == len(told.dictionary))
        listed: Any = arrow().DictionaryArray.from_arrays(indices, told.dictionary.take(arrow().array(order)))
        lines = lines.set_column(lines.schema.get_field_index(name), name, listed)
    return lines


def _writer(path: Path, schema: Any) -> Any:
    """Without the least and greatest text of each group of rows, which cost as much as all else; nor with a word that
    texts were lists of different ones here, for other programs to take them as such."""
    listed = [name for name in schema.names if name not in _COUNTING]
    return arrow_parquet().ParquetWriter(
        path,
        schema,
        compression="zstd",
        use_dictionary=listed,
        column_encoding=dict.fromkeys(_COUNTING, "DELTA_BINARY_PACKED"),
        write_statistics=[name for name in schema.names if name not in _TEXTS],
        store_schema=False,
    )


def _name_constants(database: duckdb.DuckDBPyConnection, ground: Ground) -> None:
    """Makes the types of standings, kinds and actions, whose values are in the order of their names."""
    told = {
        "standings": {DECIDED, *APART},
        "kinds": {kind.name for kind in ground.kinds},
        "actions": {action for kind in ground.kinds for action in kind.actions},
    }
    for name, values in told.items():
        database.execute(f"CREATE TYPE {name} AS ENUM ({', '.join(map(quoted, sorted(values)))})")


def _numbered(database: duckdb.DuckDBPyConnection, table: str, number: str, columns: tuple[str, ...]) -> Any:
    """A table as columns by number, from 0; texts as lists of the different ones."""
    [(last,)] = database.execute(f"SELECT coalesce(max({number}), 0) FROM {table}").fetchall()
    found: Any = database.sql(
        f"SELECT {', '.join(columns)} FROM range({last + 1}) AS n(number) LEFT JOIN {table} t ON t.{number} = n.number "
        "ORDER BY n.number"
    ).to_arrow_table()
    for place, name in enumerate(columns):
        if name in _TEXTS:
            found = found.set_column(place, name, found.column(name).combine_chunks().dictionary_encode())
    return found.combine_chunks()


def _told(file: Any, group: int) -> Any:
    """What the rows of a group tell."""
    return file.read_row_group(group, columns=["row", "stretch", *_TOLD, *_TOLD_TEXTS.values()])


def _lines(said: Any, groups: list[Any], answered: Any, verdicts: Any, periods: Any) -> Any:
    """What is said of rows beside what they tell, which stands somewhere in the groups."""
    told: Any = arrow().concat_tables(groups).unify_dictionaries()
    rows = numbers_of(told.column("row"))
    order = np.argsort(rows, kind="stable")
    told = told.take(order[np.searchsorted(rows, numbers_of(said.column("row")), sorter=order)])
    cells = {name: said.column(name) for name in ("row", "standing", "kind", "action", "answer")}
    cells |= {name: told.column(name) for name in _TOLD} | {name: told.column(own) for name, own in _TOLD_TEXTS.items()}
    undecided = np.asarray(said.column("answer").is_null())
    cells |= _picked(periods, arrow().array(numbers_of(told.column("stretch")), mask=undecided))
    cells |= _picked(answered, said.column("answer"))
    cells |= _picked(verdicts, said.column("verdict"))
    names = COLUMNS
    if DUTIES in said.schema.names:
        names = (*COLUMNS, DUTIES)
        cells[DUTIES] = said.column(DUTIES)
    return arrow().table([cells[name] for name in names], names=names)


def _picked(table: Any, places: Any) -> dict[str, Any]:
    found: Any = table.take(places)
    return {name: found.column(name) for name in found.schema.names}

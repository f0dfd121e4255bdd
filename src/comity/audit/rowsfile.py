"""The rows of a log with their signatures, written out once beside the output: a Parquet file that can be gone through
in the order of the rows, so many at a time.

After a join the database keeps no order: each of its threads fills groups of rows of its own with what comes to it.
So neighbours may stand in different groups, but seldom in many.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from comity.audit.reading.arrow import arrow_parquet
from comity.audit.reading.database import one_file, quoted
from comity.audit.watch import Progress, run_watched

if TYPE_CHECKING:
    import duckdb

    from comity.audit.layouts.form import Prepared

_CARRIED = (
    "source", "source_row", "day", "holder", "agency_id", "class", "reason_apart", "kind", "outcome", "holder_name",
    "holder_state", "holder_city", "matched", "outcome_words", "reason", "reason_class", "reason_rule",
    "searcher",
)  # fmt: skip

MOST_GROUPS = 8
"""Groups of the file that are held at once; where rows next to each other stand in more, all are put in order."""

SORTED_AT_ONCE = 122_880
"""Rows of a group of the file, where it had to be put in order: as many as the database itself writes."""


def carried_of(prepared: Prepared) -> tuple[str, ...]:
    """What of a row is handed on, besides its number and its keys: what it tells, its facts among that."""
    moment = ("moment_local",) if prepared.has_moments else ()
    duties = [f"{name}_{place}" for place in range(len(prepared.duties)) for name in ("done", "said")]
    starts = [f"start_{fact}" for fact in prepared.starts]
    return (*_CARRIED, *moment, *(column.column for column in prepared.facts), *duties, *starts)


class Section(msgspec.Struct, frozen=True):
    """Rows that are gone through together: the least and greatest number of theirs, and the groups of the file in which
    they stand, in no order and with others among them."""

    first: int
    last: int
    groups: tuple[int, ...]


def write_rows(
    database: duckdb.DuckDBPyConnection, relation: str, work: Path, rows: int, step: str, tell: Progress
) -> Path:
    """Writes the relation, whose column `row` numbers it, into the folder; makes the view `signed_rows` of the file."""
    path = work / "signed.parquet"
    run_watched(database, f"COPY (SELECT * FROM {relation}) TO {quoted(str(path))} (FORMAT parquet)", step, rows, tell)
    database.execute(f"CREATE OR REPLACE VIEW signed_rows AS SELECT * FROM read_parquet({one_file(path)})")
    if any(len(section.groups) > MOST_GROUPS for section in sections_of(path)):
        tell("putting the rows in order", 0, 1)
        _put_in_order(database, path)
    return path


def sections_of(path: Path) -> list[Section]:
    """All rows of a file, in the order of their numbers."""
    found: Any = arrow_parquet().ParquetFile(path).metadata
    if not found.num_row_groups:
        return []
    column = [found.schema.column(place).path for place in range(found.num_columns)].index("row")
    told = [found.row_group(group).column(column).statistics for group in range(found.num_row_groups)]
    ends = [(int(each.min), int(each.max)) for each in told]
    firsts = sorted({first for first, _ in ends})
    lasts = [*(first - 1 for first in firsts[1:]), max(last for _, last in ends)]
    return [
        Section(first, last, tuple(group for group, (low, high) in enumerate(ends) if low <= last and high >= first))
        for first, last in zip(firsts, lasts, strict=True)
    ]


def _put_in_order(database: duckdb.DuckDBPyConnection, path: Path) -> None:
    made = path.with_suffix(".sorted")
    reader: Any = database.sql("SELECT * FROM signed_rows ORDER BY row").to_arrow_reader(SORTED_AT_ONCE)
    with arrow_parquet().ParquetWriter(made, reader.schema) as file:
        for batch in reader:
            file.write_batch(batch)
    made.replace(path)

"""A sample of rows that anyone can draw again: by the digest of the seed, the source and the row's number in it.

Neither the order in which rows are read nor the program that reads them has a part in it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.audit.results.cube import FINDINGS
from comity.audit.results.ground import Ground

if TYPE_CHECKING:
    import duckdb

REVIEW = ("reviewer", "reviewed_on", "agrees", "reviewers_answer", "remarks")
"""The empty columns in which a person writes what they found."""


def add_drawn(database: duckdb.DuckDBPyConnection, ground: Ground, table: str, rows: int, seed: int) -> None:
    """Writes the table: the `row` and `place` in the draw of at most so many rows that have a finding.

    The rows whose SHA-256 of `seed:source digest:number of the row in its source` come first, in that order.
    """
    most_lines = max((len(kind.actions) for kind in ground.kinds), default=1) or 1
    database.execute(
        f"""
        CREATE OR REPLACE TABLE {table} AS
        WITH digests AS (SELECT unnest(CAST(? AS VARCHAR[])) AS digest, unnest(CAST(? AS INTEGER[])) AS source),
        first AS (
            SELECT t.row, sha256(concat_ws(':', CAST(? AS VARCHAR), d.digest, t.source_row)) AS place
            FROM told t JOIN digests d ON d.source = t.source ORDER BY place, t.row LIMIT ?)
        SELECT DISTINCT row, place FROM first ORDER BY place, row LIMIT ?
        """,
        [
            [source.sha256 for source in ground.sources],
            list(range(len(ground.sources))),
            seed,
            rows * most_lines,
            rows,
        ],
    )


def draw_sample(
    database: duckdb.DuckDBPyConnection, ground: Ground, rows: int, seed: int
) -> tuple[list[str], list[tuple[object, ...]]]:
    """The names of the columns and the lines of a sample: every finding of the rows drawn, in the order of the draw,
    with what its ruling rests on, and the columns of `REVIEW` empty. Needs the table `ruled`."""
    add_drawn(database, ground, "drawn", rows, seed)
    found = database.execute(
        f"SELECT f.*, r.cites, r.possibly_cites, r.missing FROM ({FINDINGS}) f JOIN drawn d ON d.row = f.row "
        "LEFT JOIN ruled r ON r.ruling = f.ruling ORDER BY d.place, f.row, f.action"
    )
    names = [str(column[0]) for column in found.description or ()]
    blank = ("",) * len(REVIEW)
    return [*names, *REVIEW], [(*line, *blank) for line in found.fetchall()]

"""A sample of rows that anyone can draw again: by the digest of the seed, the source and the row's number in it.

Neither the order in which rows are read nor the program that reads them has a part in it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.audit.results.ground import Ground
from comity.audit.results.methods import Sampling

if TYPE_CHECKING:
    import duckdb

REVIEW = ("reviewer", "reviewed_on", "agrees", "reviewers_answer", "remarks")
"""The empty columns in which a person writes what they found."""


def add_drawn(
    database: duckdb.DuckDBPyConnection, ground: Ground, findings: str, table: str, sampling: Sampling
) -> None:
    """Writes the table: the `row` and `place` in the draw of at most so many rows of the relation `findings`.

    The rows whose SHA-256 of `seed:source digest:number of the row in its source` come first, in that order; where the
    sample is spread over the values of a column, the first of each value in that order, then the second of each, and
    so on. Of a row that asks several actions, the value for the first counts.
    """
    rows, seed = sampling.rows, sampling.seed
    most_lines = max((len(kind.actions) for kind in ground.kinds), default=1) or 1
    # A digest for each row, not for each action that it asks; of facts that contradict, a row may have several lines.
    first = "f.action IS NULL OR EXISTS (SELECT 1 FROM firsts k WHERE k.kind = f.kind AND k.action = f.action)"
    turn = "row_number() OVER (PARTITION BY value ORDER BY place, row)" if sampling.by else "1"
    database.execute(
        f"""
        CREATE OR REPLACE TABLE {table} AS
        WITH drawn_first AS (
            SELECT row, {turn} AS turn, place FROM (
                SELECT f.row, {sampling.by or "NULL"} AS value,
                    sha256(concat_ws(':', CAST(? AS VARCHAR), CAST(? AS VARCHAR[])[f.source + 1], source_row)) AS place
                FROM {findings} f WHERE {first})
            ORDER BY turn, place, row LIMIT ?)
        SELECT row, min(turn) AS turn, place FROM drawn_first GROUP BY row, place ORDER BY turn, place, row LIMIT ?
        """,
        [seed, [source.sha256 for source in ground.sources], rows * most_lines, rows],
    )


def draw_sample(
    database: duckdb.DuckDBPyConnection, ground: Ground, findings: str, sampling: Sampling
) -> tuple[list[str], list[tuple[object, ...]]]:
    """The names of the columns and the lines of a sample: every finding of the rows drawn, in the order of the draw,
    with what its ruling rests on, and the columns of `REVIEW` empty. Needs the table `ruled`."""
    add_drawn(database, ground, findings, "drawn", sampling)
    found = database.execute(
        f"SELECT f.*, r.cites, r.possibly_cites, r.missing FROM {findings} f JOIN drawn d ON d.row = f.row "
        "LEFT JOIN ruled r ON r.ruling = f.ruling ORDER BY d.turn, d.place, f.row, f.action"
    )
    names = [str(column[0]) for column in found.description or ()]
    blank = ("",) * len(REVIEW)
    return [*names, *REVIEW], [(*line, *blank) for line in found.fetchall()]

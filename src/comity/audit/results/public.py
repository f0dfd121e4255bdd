"""The counted lines of a public report: rows with all that was said of each, made coarse, and then judged."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from comity.audit.placing import reasons_outside
from comity.audit.reading.database import BETWEEN, lines_of, quoted
from comity.audit.results.cube import add_table, verdict_of
from comity.audit.results.ground import Check, Ground
from comity.audit.results.suppress import BY_HOLDER, BY_MONTH, LINES, OTHER_STANDING, publish, salt_sql
from comity.audit.verdicts import Asked, Held

if TYPE_CHECKING:
    import duckdb

MONTHS, HOLDERS = "public_months", "public_holders"
"""The tables of public lines, with the columns of `cube`: divided by months, and by holders."""

NOTHING_SHOWN = (
    "Nothing may be shown: no group of rows that were answered alike, or set apart alike, has {} rows or more."
)
"""What a public report says of a log of so few rows that it tells no count of them."""


def add_public_lines(
    database: duckdb.DuckDBPyConnection, ground: Ground, outside: Mapping[str, int], smallest: int
) -> None:
    """Writes the tables `MONTHS` and `HOLDERS`. `outside` counts rows that have no finding, by standing.

    Needs the tables of `count_rows`.
    """
    add_row_lines(database, outside, duties=bool(ground.duties))
    publish(database, smallest, duties=bool(ground.duties))
    _add_verdicts(database, ground)
    for table, lines in ((MONTHS, BY_MONTH), (HOLDERS, BY_HOLDER)):
        _add_lines(database, table, lines)


def add_row_lines(database: duckdb.DuckDBPyConnection, outside: Mapping[str, int], *, duties: bool) -> None:
    """Writes the table `LINES`: the rows counted, with all that was said of each; of their `duties` too, if it is so
    told."""
    # What is said of a row is a list of answers, few of which differ: only these lists are turned into rulings.
    cells, none, told = "", "", "told_rows"
    if duties:
        cells, none = ", duties", "'', "
        told = (
            "(SELECT t.*, coalesce(m.marks, '') AS duties FROM told_rows t LEFT JOIN duty_rows r ON r.row = t.row "
            "LEFT JOIN duty_marks m ON m.case_number = r.case_number)"
        )
    database.execute(
        f"""
        CREATE OR REPLACE TABLE parts AS
        WITH answered_alike AS (
            SELECT CAST(date_trunc('month', day) AS DATE) AS month, holder, agency, class, outcome, standing, answers
                {cells}, count(*) AS rows
            FROM {told} WHERE standing NOT IN {reasons_outside(database)} GROUP BY ALL),
        told_of AS (
            SELECT answers, list(ruling ORDER BY ruling) AS said FROM (
                SELECT answers, unnest(answers) AS answer FROM (SELECT DISTINCT answers FROM answered_alike))
            JOIN answered USING (answer) GROUP BY answers)
        SELECT month, holder, agency, class, outcome, standing, coalesce(said, []) AS said{cells}, rows
        FROM answered_alike LEFT JOIN told_of USING (answers)
        """
    )
    names, rows = list(outside), list(outside.values())
    database.execute(
        "INSERT INTO parts SELECT NULL, NULL, NULL, NULL, NULL, unnest(CAST(? AS VARCHAR[])), CAST([] AS BIGINT[]), "
        f"{none}unnest(CAST(? AS BIGINT[]))",
        [names, rows],
    )
    whole = "SELECT * EXCLUDE (rows), sum(rows)::BIGINT AS rows FROM parts GROUP BY ALL ORDER BY ALL"
    database.execute(f"CREATE OR REPLACE TABLE whole_lines AS {whole}")
    [(salt,)] = database.execute(salt_sql("whole_lines")).fetchall()
    database.execute(
        f"CREATE OR REPLACE TABLE {LINES} AS SELECT 0 AS report, {quoted(salt)} AS salt, * FROM whole_lines"
    )
    database.execute("DROP TABLE parts")
    database.execute("DROP TABLE whole_lines")


def _add_verdicts(database: duckdb.DuckDBPyConnection, ground: Ground) -> None:
    """Writes the tables `said_rulings` (of all that is said of public lines, each ruling with its place, and the
    actions asked together) and `public_verdicts` (for each basis, the actions asked beside, and the outcome told)."""
    public = f"(SELECT said, outcome FROM {BY_MONTH} UNION ALL SELECT said, outcome FROM {BY_HOLDER})"
    database.execute(
        f"""
        CREATE OR REPLACE TABLE said_rulings AS
        WITH told AS (SELECT DISTINCT said FROM {public} WHERE len(said) > 0),
        parts AS (SELECT said, unnest(said) AS ruling, generate_subscripts(said, 1) AS place FROM told)
        SELECT p.said, p.place, p.ruling, r.action, r.status, a.basis, list(r.action) OVER (PARTITION BY p.said
            ORDER BY p.place ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS asked
        FROM parts p JOIN ruled r ON r.ruling = p.ruling
            JOIN (SELECT DISTINCT ruling, basis FROM answered) a ON a.ruling = p.ruling
        """
    )
    database.execute(
        f"""
        CREATE OR REPLACE TABLE to_judge AS
        SELECT row_number() OVER (ORDER BY basis, asked, outcome NULLS FIRST) AS number, * FROM (
            SELECT DISTINCT s.basis, s.asked, l.outcome FROM {public} l JOIN said_rulings s ON s.said = l.said)
        JOIN bases USING (basis)
        """
    )

    def lines() -> Iterator[tuple[Any, ...]]:
        for basis, asked, outcome, action, possible, missing, evidence in lines_of(database, "to_judge"):
            held = _judged(ground, Asked(action, tuple(possible), tuple(missing), evidence), tuple(asked), outcome)
            told = (None, None, "") if held is None else (held.verdict, held.why, BETWEEN.join(held.settle))
            yield basis, asked, outcome, *told

    add_table(database, "public_verdicts", ("basis", "asked", "outcome", "verdict", "why", "settle"), lines())


def _add_lines(database: duckdb.DuckDBPyConnection, table: str, lines: str) -> None:
    """Writes public lines as a table with the columns of `cube`, one for each action asked; `place` is their order."""
    order = "l.standing, l.month, l.holder, l.agency, l.class, l.outcome, l.said, s.place"
    database.execute(
        f"""
        CREATE OR REPLACE TABLE {table} AS
        SELECT l.month, l.holder, l.agency, l.class, l.standing, NULL::VARCHAR AS kind, l.outcome, s.action,
            NULL::BIGINT AS answer, NULL::BIGINT AS stretch, s.ruling, s.status, v.verdict, v.why,
            coalesce(v.settle, '') AS settle, l.rows, coalesce(s.place, 1) = 1 AS first,
            row_number() OVER (ORDER BY {order}) AS place
        FROM {lines} l LEFT JOIN said_rulings s ON s.said = l.said
            LEFT JOIN public_verdicts v ON v.basis = s.basis AND v.asked = s.asked
                AND v.outcome IS NOT DISTINCT FROM l.outcome
        """
    )


def _judged(ground: Ground, law: Asked, asked: tuple[str, ...], outcome: str | None) -> Held | None:
    """The verdict from what a public line tells: where no outcome is told, only such as holds whatever the outcome."""
    outcomes = [each.name for each in ground.outcomes] if outcome is None else [outcome]
    found = {verdict_of(ground, law, asked, each) for each in outcomes}
    if len({each.verdict for each in found}) > 1:
        return None
    [*others, held] = sorted(found, key=repr)
    return msgspec.structs.replace(held, why=None, settle=()) if others else held


def public_ground(database: duckdb.DuckDBPyConnection, ground: Ground, smallest: int) -> Ground:
    """What may be told of the log itself: which files it is, and what is odd about it; no count but sums of public
    lines, since a column's empty cells, less those that are shown, are those that are not."""
    standings: dict[str, int] = dict(
        database.execute(f"SELECT standing, sum(rows)::BIGINT FROM {BY_HOLDER} GROUP BY 1 ORDER BY 1").fetchall()
    )
    return msgspec.structs.replace(
        ground,
        sources=tuple(msgspec.structs.replace(source, bytes=None, rows=None) for source in ground.sources),
        rows=sum(standings.values()),
        standings=standings,
        reasons={**ground.reasons, OTHER_STANDING: "taken together, since some of them have few rows"},
        identical=None,
        checks=tuple(_public_check(check) for check in ground.checks if check.says),
        matched={},
        beside=tuple(msgspec.structs.replace(source, bytes=None) for source in ground.beside),
        notes=ground.notes if standings else (*ground.notes, NOTHING_SHOWN.format(smallest)),
    )


def _public_check(check: Check) -> Check:
    return msgspec.structs.replace(check, rows=None, of=None, told="")

"""The rows of a log, counted once: every number of every page and file is a sum of these lines.

The rows come as the relation `told`, one line for each row and action asked, and one for each row that is not decided:
`row BIGINT, source INTEGER, source_row BIGINT, day DATE, holder, agency, stretch BIGINT, class, standing, kind, action
VARCHAR, answer BIGINT, outcome VARCHAR`, with the text columns `holder_name, holder_state, holder_city, matched,
outcome_words, reason, reason_class, reason_rule, searcher`.

The lines stay in the database, which puts on disk what its memory does not hold: a log may have any number of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from comity.audit.reading.database import BETWEEN, add_lines, lines_of
from comity.audit.results.ground import Ground
from comity.audit.results.rulings import add_rulings
from comity.audit.verdicts import Asked, Held, shown, verdict

if TYPE_CHECKING:
    import duckdb

_TYPES = dict.fromkeys(("number", "basis", "place"), "BIGINT") | {"asked": "VARCHAR[]"}
"""SQL types of the columns of small tables that are no text."""


def add_table(
    database: duckdb.DuckDBPyConnection, name: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """Writes a small table."""
    types = [_TYPES.get(column, "VARCHAR") for column in columns]
    described = ", ".join(f"{column} {own}" for column, own in zip(columns, types, strict=True))
    database.execute(f"CREATE TABLE {name} ({described})")
    add_lines(database, name, types, rows)


CUBE = "cube"
"""The table of all counted lines."""

_ORDER = "month, holder, agency, class, standing, kind, outcome, action, place"


def count_rows(database: duckdb.DuckDBPyConnection, ground: Ground) -> None:
    """Writes the tables of `add_rulings`, and `counted`: the rows by month, holder, standing, kind, outcome, action,
    answer and stretch of law."""
    add_rulings(database, dict.fromkeys(action for kind in ground.kinds for action in kind.actions))
    database.execute(
        """
        CREATE TABLE counted AS
        SELECT CAST(date_trunc('month', day) AS DATE) AS month, holder, agency, class, standing, kind, outcome, action,
            answer, stretch, count(*) AS rows
        FROM told GROUP BY ALL
        """
    )


def add_cube(database: duckdb.DuckDBPyConnection, ground: Ground) -> None:
    """Writes the tables `verdicts` (one line for each basis, kind and outcome that occur) and `cube`, from `counted`.

    The lines of `verdicts` are numbered from 1. `cube` has all lines of `counted` with what is said of such rows.
    `first`: the line counts its rows for the first time; a row that asks several actions is in several lines.
    """
    _add_verdicts(database, ground)
    firsts = ((kind.name, kind.actions[0]) for kind in ground.kinds if kind.actions)
    add_table(database, "firsts", ("kind", "action"), firsts)
    database.execute(
        f"""
        CREATE TABLE {CUBE} AS SELECT c.month, c.holder, c.agency, c.class, c.standing, c.kind, c.outcome, c.action,
            c.answer, c.stretch, a.ruling, a.status, v.verdict, v.why, coalesce(v.settle, '') AS settle, c.rows,
            c.action IS NULL OR f.kind IS NOT NULL AS first, c.answer AS place
        FROM counted c LEFT JOIN answered a ON a.answer = c.answer
            LEFT JOIN verdicts v ON v.basis = a.basis AND v.kind = c.kind AND v.outcome = c.outcome
            LEFT JOIN firsts f ON f.kind = c.kind AND f.action = c.action
        """
    )
    database.execute("DROP TABLE counted")


def order_of(table: str) -> str:
    """By what the lines of a table are put in order, whatever the order of the rows: for SQL."""
    return _ORDER if table == CUBE else "place"


def verdict_of(ground: Ground, law: Asked, asked: tuple[str, ...], outcome: str) -> Held:
    """The verdict on rows of which the law says this, which ask these actions and have this outcome."""
    [told] = [each for each in ground.outcomes if each.name == outcome]
    return verdict(law, shown(law.action, asked, told.shows, together=told.together))


def _add_verdicts(database: duckdb.DuckDBPyConnection, ground: Ground) -> None:
    actions = {kind.name: kind.actions for kind in ground.kinds}
    database.execute(
        "CREATE TABLE to_judge AS SELECT row_number() OVER (ORDER BY basis, kind, outcome) AS number, * FROM "
        "(SELECT DISTINCT a.basis, c.kind, c.outcome FROM counted c JOIN answered a ON a.answer = c.answer) "
        "JOIN bases USING (basis)"
    )

    def lines() -> Iterator[tuple[Any, ...]]:
        for basis, kind, outcome, action, possible, missing, evidence in lines_of(database, "to_judge"):
            law = Asked(action, tuple(possible), tuple(missing), evidence)
            held = verdict_of(ground, law, actions[kind], outcome)
            yield basis, kind, outcome, held.verdict, held.why, BETWEEN.join(held.settle)

    numbered = ((number, *line) for number, line in enumerate(lines(), 1))
    add_table(database, "verdicts", ("number", "basis", "kind", "outcome", "verdict", "why", "settle"), numbered)
    database.execute("DROP TABLE to_judge")

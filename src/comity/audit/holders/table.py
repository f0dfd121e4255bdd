"""The holders of a log → the table `holders`: one line for each distinct name, state and city."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.audit.holders.match import Match, Proposal, Told
from comity.audit.holders.resolver import Resolver
from comity.audit.reading.database import add_lines, count, lines_of
from comity.errors import ComityError

if TYPE_CHECKING:
    import duckdb

KEYS = ("holder_name", "holder_state", "holder_city")
COLUMNS = (*KEYS, "agency", "holder", "class", "matched", "source", "note", "proposal")

MOST_HOLDERS = 2_000_000
"""More distinct names than that are no names of agencies: the column is another one."""


def resolve(database: duckdb.DuckDBPyConnection, resolver: Resolver) -> None:
    """Writes the table `holders` for the distinct holders of the view `log`, in order of name, state and city.

    Join it with `IS NOT DISTINCT FROM` on the three keys: state and city may be null.

    Raises ComityError (`holders`) for more distinct names than agencies can be.
    """
    typed = ", ".join(f'"{name}" VARCHAR' for name in COLUMNS)
    database.execute(f"CREATE OR REPLACE TABLE holders ({typed})")
    keys = ", ".join(KEYS)
    named = f"SELECT DISTINCT {keys} FROM log"
    many = count(database, f"SELECT count(*) FROM ({named})")
    if many > MOST_HOLDERS:
        raise ComityError("holders", f"{many:,} different names: the column of the holder is another one", "holder")
    database.execute(
        "CREATE OR REPLACE TEMP TABLE holders_told AS "
        f"SELECT row_number() OVER (ORDER BY {keys}) AS number, {keys} FROM ({named})"
    )
    holders = (Told(*line) for line in lines_of(database, "holders_told"))
    add_lines(database, "holders", ["VARCHAR"] * len(COLUMNS), (_cells(each, resolver.match(each)) for each in holders))
    database.execute("DROP TABLE holders_told")
    _tell_namesakes_apart(database)


def _tell_namesakes_apart(database: duckdb.DuckDBPyConnection) -> None:
    """Adds the state to a holder's name that agencies of several states have, so that they are not counted as one."""
    from comity.audit.holders.gazetteer import STATES

    state = "upper(split_part(agency, '/', 2))"
    database.execute(
        "UPDATE holders SET holder = holder || ' (' || named.state || ')' "
        "FROM (SELECT unnest(CAST(? AS VARCHAR[])) AS code, unnest(CAST(? AS VARCHAR[])) AS state) named "
        f"WHERE named.code = {state} AND holder IN "
        f"(SELECT holder FROM holders WHERE agency IS NOT NULL GROUP BY holder HAVING count(DISTINCT {state}) > 1)",
        [list(STATES), list(STATES.values())],
    )


def told_with_rows(database: duckdb.DuckDBPyConnection) -> list[tuple[Told, int]]:
    """The holders of the log that are unmapped, with the number of their rows. Needs the table `holders`."""
    same = " AND ".join(f"l.{name} IS NOT DISTINCT FROM h.{name}" for name in KEYS)
    keys = ", ".join(f"h.{name}" for name in KEYS)
    rows = database.execute(
        f"SELECT {keys}, count(*) FROM log l JOIN holders h ON {same} WHERE h.class = 'unmapped' "
        "GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    return [(Told(name, state, city), int(many)) for name, state, city, many in rows]


def _cells(told: Told, match: Match) -> tuple[str | None, ...]:
    proposal = _in_words(match.proposal) if match.proposal else None
    return (
        told.name, told.state, told.city, match.agency, match.holder, match.kind, match.matched, match.source,
        match.note, proposal,
    )  # fmt: skip


def _in_words(proposal: Proposal) -> str:
    return f"{proposal.agency or proposal.kind}: {proposal.holder} ({proposal.why})"

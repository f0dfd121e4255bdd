"""Rulings: the answers in the order in which they are shown, and what verdicts on them rest on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    import duckdb

STATUSES = ("required", "prohibited", "permitted", "conflict", "depends", "unregulated")
"""The statuses in the order in which they are shown."""


class Ruling(msgspec.Struct, frozen=True):
    """What the law said of an action."""

    ruling: int
    action: str
    status: str
    alone: str
    possible: tuple[str, ...]
    norms: tuple[str, ...]
    cites: tuple[str, ...]
    possibly: tuple[str, ...]
    possibly_cites: tuple[str, ...]
    missing: tuple[str, ...]
    evidence: str | None
    known_used: tuple[str, ...]
    not_encoded: tuple[str, ...]
    disputes: tuple[str, ...]
    notes: tuple[str, ...]


_CONTENT = (
    "action, status, coalesce(alone, status) AS alone, possible, norms, cites, possibly_norms AS possibly, "
    "possibly AS possibly_cites, missing, evidence, known_used, not_encoded, disputes, notes"
)
"""What the table `answers` says of each ruling. Answers without a possible status are of facts that contradict."""

_ORDER = (
    "list_position(CAST(? AS VARCHAR[]), action), list_position(CAST(? AS VARCHAR[]), status), alone, possible, norms, "
    "cites, possibly, possibly_cites, missing, evidence NULLS FIRST, known_used, not_encoded, disputes, notes"
)


def add_rulings(database: duckdb.DuckDBPyConnection, actions: Iterable[str]) -> None:
    """Writes the tables `ruled` and `answered` from the table `answers`.

    `ruled` has the distinct rulings, numbered from 1: by action in the order given, then status, then what they rest
    on. `answered` has for each answer its statuses, the number of its ruling and that of its `basis`: what a verdict on
    it rests on, which many rulings share.
    """
    database.execute(
        f"CREATE TABLE numbered AS SELECT *, dense_rank() OVER (ORDER BY {_ORDER}) AS ruling, "
        "dense_rank() OVER (ORDER BY action, possible, missing, evidence NULLS FIRST) AS basis FROM "
        f"(SELECT answer, {_CONTENT} FROM answers WHERE possible <> [])",
        [list(actions), list(STATUSES)],
    )
    told = [name for name in Ruling.__struct_fields__ if name != "ruling"]
    first = ", ".join(f"arg_min_null({name}, answer) AS {name}" for name in told)
    database.execute(f"CREATE TABLE ruled AS SELECT ruling, {first} FROM numbered GROUP BY ruling ORDER BY ruling")
    database.execute(
        "CREATE TABLE answered AS SELECT answer, status, alone, ruling, basis FROM numbered ORDER BY answer"
    )
    database.execute(
        "CREATE TABLE bases AS SELECT basis, any_value(action) AS action, any_value(possible) AS possible, "
        "any_value(missing) AS missing, any_value(evidence) AS evidence FROM numbered GROUP BY basis ORDER BY basis"
    )
    database.execute("DROP TABLE numbered")


def read_rulings(database: duckdb.DuckDBPyConnection, numbers: Sequence[int]) -> dict[int, Ruling]:
    """These rulings of the table `ruled`, by number."""
    names = ", ".join(Ruling.__struct_fields__)
    found = database.execute(
        f"SELECT {names} FROM ruled WHERE list_contains(CAST(? AS BIGINT[]), ruling)", [list(numbers)]
    ).fetchall()
    told = [Ruling(*(tuple(cell) if isinstance(cell, list) else cell for cell in line)) for line in found]  # type: ignore[misc]
    return {ruling.ruling: ruling for ruling in told}

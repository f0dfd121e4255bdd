"""The rows of a log, counted once: every number of every page and file is a sum of these lines.

The rows come as the relation `told`, one line for each row and action asked, and one for each row that is not decided:
`row BIGINT, source INTEGER, source_row BIGINT, day DATE, holder, agency, class, standing, kind, action VARCHAR,
answer BIGINT, outcome VARCHAR`, with the text columns `holder_name, holder_state, holder_city, matched,
outcome_words, reason`.

The lines stay in the database, which puts on disk what its memory does not hold: a log may have any number of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import islice
from typing import TYPE_CHECKING, Any

import msgspec

from comity.audit.results.ground import Ground
from comity.audit.results.rulings import Ruling
from comity.audit.verdicts import Asked, Held, shown, verdict

if TYPE_CHECKING:
    import duckdb


class Line(msgspec.Struct, frozen=True):
    """So many rows of one month that are alike in all of this.

    `action`, `ruling`, `verdict` and `why` are None for rows that were not decided. In public results, cells
    too small to show are taken together: `month`, `holder`, `outcome`, `ruling` or `verdict` of such a line is None.
    `first`: the line counts its rows for the first time; a row that asks several actions is in several lines.
    """

    month: date | None
    holder: str | None
    agency: str | None
    kind_of_holder: str | None
    standing: str
    kind: str | None
    outcome: str | None
    action: str | None
    ruling: int | None
    verdict: str | None
    why: str | None
    settle: tuple[str, ...]
    rows: int
    first: bool


SETTLES = "; "
"""What stands between the things that would settle a finding, in one text."""

AT_ONCE = 5_000
"""Lines that are handed to the database, or fetched from it, together."""

FINDINGS = """
SELECT t.row, t.source, t.source_row, t.day, t.holder, t.agency, t.class, t.holder_name, t.holder_state,
    t.holder_city, t.matched, t.standing, t.kind, t.action, t.answer, a.law_from, a.law_until, a.ruling, a.status,
    a.alone, v.verdict, v.why, v.settle, t.outcome, t.outcome_words, t.reason
FROM told t LEFT JOIN answered a ON a.answer = t.answer
    LEFT JOIN verdicts v ON v.ruling = a.ruling AND v.kind = t.kind AND v.outcome = t.outcome
"""
"""SQL for what is said of each row and action: what stands in `findings.parquet`, in no order.

What a ruling rests on is not written out for each row: `ruling` leads to it.
"""

LISTS = (
    "possible", "norms", "cites", "possibly", "possibly_cites", "missing", "known_used", "not_encoded",
    "disputes", "notes",
)  # fmt: skip

_TYPES = (
    dict.fromkeys(LISTS, "VARCHAR[]")
    | dict.fromkeys(("answer", "ruling", "rows", "place"), "BIGINT")
    | dict.fromkeys(("month", "law_from", "law_until"), "DATE")
    | {"first": "BOOLEAN"}
)
"""SQL types of the columns that are no text."""

RULED = tuple(name for name in Ruling.__struct_fields__ if name != "answers")
"""The columns of the table `ruled`."""


def add_table(
    database: duckdb.DuckDBPyConnection, name: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """Writes a table, so many rows at a time."""
    types = [_TYPES.get(column, "VARCHAR") for column in columns]
    described = ", ".join(f"{column} {own}" for column, own in zip(columns, types, strict=True))
    database.execute(f"CREATE TABLE {name} ({described})")
    parts = ", ".join(f"unnest(CAST(? AS {own}[]))" for own in types)
    left = iter(rows)
    while together := list(islice(left, AT_ONCE)):
        cells = [[_listed(row[place]) for row in together] for place in range(len(columns))]
        database.execute(f"INSERT INTO {name} SELECT {parts}", cells)


def _listed(cell: Any) -> Any:
    """The cell as the database takes it: a tuple is to be a list there, not a record."""
    return list(cell) if isinstance(cell, tuple) else cell  # type: ignore[arg-type]


def add_answered(database: duckdb.DuckDBPyConnection, ground: Ground, rulings: Sequence[Ruling]) -> None:
    """Writes the table `ruled`, of the rulings, and the table `answered`: for each answer its agency and period of law,
    its statuses and the number of its ruling."""
    of_answer = {answer: ruling.ruling for ruling in rulings for answer in ruling.answers}
    add_table(database, "ruled", RULED, (tuple(getattr(ruling, name) for name in RULED) for ruling in rulings))
    add_table(
        database,
        "answered",
        ("answer", "agency", "law_from", "law_until", "status", "alone", "ruling"),
        (
            (one.answer, one.agency, one.law_from, one.law_until, one.status, one.alone, of_answer[one.answer])
            for one in ground.answers
        ),
    )


CUBE = "cube"
"""The table of all counted lines."""

_ORDER = "month, holder, agency, class, standing, kind, outcome, action, place"


def add_cube(database: duckdb.DuckDBPyConnection, ground: Ground, rulings: Sequence[Ruling]) -> None:
    """Writes the tables `counted`, `verdicts` (one line for each distinct ruling, kind and outcome) and `cube`.

    `cube` has a line for each month, holder, standing, kind, outcome, action and answer, with all that is said of such
    rows. `first`: the line counts its rows for the first time.
    """
    database.execute(
        """
        CREATE TABLE counted AS
        SELECT CAST(date_trunc('month', day) AS DATE) AS month, holder, agency, class, standing, kind, outcome, action,
            answer, count(*) AS rows
        FROM told GROUP BY ALL
        """
    )
    _add_verdicts(database, ground, rulings)
    firsts = ((kind.name, kind.actions[0]) for kind in ground.kinds if kind.actions)
    add_table(database, "firsts", ("kind", "action"), firsts)
    database.execute(
        f"""
        CREATE TABLE {CUBE} AS SELECT c.month, c.holder, c.agency, c.class, c.standing, c.kind, c.outcome, c.action,
            c.answer, a.ruling, a.status, v.verdict, v.why, coalesce(v.settle, '') AS settle, c.rows,
            c.action IS NULL OR f.kind IS NOT NULL AS first, c.answer AS place
        FROM counted c LEFT JOIN answered a ON a.answer = c.answer
            LEFT JOIN verdicts v ON v.ruling = a.ruling AND v.kind = c.kind AND v.outcome = c.outcome
            LEFT JOIN firsts f ON f.kind = c.kind AND f.action = c.action
        """
    )


def add_lines(database: duckdb.DuckDBPyConnection, name: str, lines: Sequence[Line], rulings: Sequence[Ruling]) -> None:
    """Writes lines of public results as a table with the columns of `cube`. `place` keeps their order."""
    columns = ("month", "holder", "agency", "class", "standing", "kind", "outcome", "action", "answer", "ruling")
    status = {ruling.ruling: ruling.status for ruling in rulings}
    add_table(
        database,
        name,
        (*columns, "status", "verdict", "why", "settle", "rows", "first", "place"),
        (
            (
                line.month, line.holder, line.agency, line.kind_of_holder, line.standing, line.kind, line.outcome,
                line.action, None, line.ruling, status.get(line.ruling or 0), line.verdict, line.why,
                SETTLES.join(line.settle), line.rows, line.first, place,
            )
            for place, line in enumerate(lines)
        ),
    )  # fmt: skip


def order_of(table: str) -> str:
    """By what the lines of a table are put in order, whatever the order of the rows: for SQL."""
    return _ORDER if table == CUBE else "place"


def verdict_of(ground: Ground, law: Ruling, asked: tuple[str, ...], outcome: str) -> Held:
    """The verdict on rows of which the law says this, which ask these actions and have this outcome."""
    [told] = [each for each in ground.outcomes if each.name == outcome]
    seen = shown(law.action, asked, told.shows, together=told.together)
    return verdict(Asked(law.action, law.possible, law.missing, law.evidence), seen)


def _add_verdicts(database: duckdb.DuckDBPyConnection, ground: Ground, rulings: Sequence[Ruling]) -> None:
    known = {ruling.ruling: ruling for ruling in rulings}
    asked = {kind.name: kind.actions for kind in ground.kinds}
    pairs = database.execute(
        "SELECT DISTINCT a.ruling, c.kind, c.outcome FROM counted c JOIN answered a ON a.answer = c.answer ORDER BY ALL"
    ).fetchall()

    def lines() -> Iterator[tuple[Any, ...]]:
        for number, kind, outcome in pairs:
            held = verdict_of(ground, known[number], asked[kind], outcome)
            yield number, kind, outcome, held.verdict, held.why, SETTLES.join(held.settle)

    add_table(database, "verdicts", ("ruling", "kind", "outcome", "verdict", "why", "settle"), lines())

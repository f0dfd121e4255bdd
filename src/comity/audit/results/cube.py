"""The rows of a log, counted once: every number of every page and file is a sum of these lines.

The rows come as the relation `told`, one line for each row and action asked, and one for each row that is not decided:
`row BIGINT, source INTEGER, source_row BIGINT, day DATE, holder, agency, class, standing, kind, action VARCHAR,
answer BIGINT, outcome VARCHAR`, with the text columns `holder_name, holder_state, holder_city, matched,
outcome_words, reason`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import msgspec

from comity.audit.results.ground import Answer, Ground
from comity.audit.results.rulings import Ruling
from comity.audit.verdicts import Asked, Held, shown, verdict

if TYPE_CHECKING:
    import duckdb


class Line(msgspec.Struct, frozen=True):
    """So many rows of one month that are alike in all of this.

    `action`, `answer`, `ruling`, `verdict` and `why` are None for rows that were not decided. In public results, cells
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
    answer: int | None
    ruling: int | None
    verdict: str | None
    why: str | None
    settle: tuple[str, ...]
    rows: int
    first: bool


SETTLES = "; "
"""What stands between the things that would settle a finding, in one text."""

FINDINGS = """
SELECT t.row, t.source, t.source_row, t.day, t.holder, t.agency, t.class, t.holder_name, t.holder_state,
    t.holder_city, t.matched, t.standing, t.kind, t.action, t.answer, a.law_from, a.law_until, a.ruling, a.status,
    a.alone, v.verdict, v.why, v.settle, t.outcome, t.outcome_words, t.reason
FROM told t LEFT JOIN answered a ON a.answer = t.answer
    LEFT JOIN verdicts v ON v.answer = t.answer AND v.kind = t.kind AND v.outcome = t.outcome
"""
"""SQL for what is said of each row and action: what stands in `findings.parquet`, in no order.

What a ruling rests on is not written out for each row: `ruling` leads to it.
"""


def add_answered(database: duckdb.DuckDBPyConnection, ground: Ground, rulings: Sequence[Ruling]) -> None:
    """Writes the table `answered`: for each answer its period of law, its statuses and the number of its ruling."""
    of_answer = {answer: ruling.ruling for ruling in rulings for answer in ruling.answers}
    database.execute(
        "CREATE TABLE answered AS SELECT unnest(CAST(? AS BIGINT[])) AS answer, unnest(CAST(? AS DATE[])) AS law_from, "
        "unnest(CAST(? AS DATE[])) AS law_until, unnest(CAST(? AS VARCHAR[])) AS status, "
        "unnest(CAST(? AS VARCHAR[])) AS alone, unnest(CAST(? AS BIGINT[])) AS ruling",
        [
            [answer.answer for answer in ground.answers],
            [answer.law_from for answer in ground.answers],
            [answer.law_until for answer in ground.answers],
            [answer.status for answer in ground.answers],
            [answer.alone for answer in ground.answers],
            [of_answer[answer.answer] for answer in ground.answers],
        ],
    )


def listed(cell: Any) -> Any:
    """The cell as the database takes it: a tuple is to be a list there, not a record."""
    return list(cell) if isinstance(cell, tuple) else cell  # type: ignore[arg-type]


def add_cube(database: duckdb.DuckDBPyConnection, ground: Ground) -> None:
    """Writes the tables `counted`, `verdicts` (one line for each distinct answer, kind and outcome) and `cube`."""
    database.execute(
        """
        CREATE TABLE counted AS
        SELECT CAST(date_trunc('month', day) AS DATE) AS month, holder, agency, class, standing, kind, outcome, action,
            answer, count(*) AS rows
        FROM told GROUP BY ALL
        """
    )
    _add_verdicts(database, ground)
    database.execute(
        """
        CREATE TABLE cube AS SELECT c.*, v.verdict, v.why, v.settle
        FROM counted c LEFT JOIN verdicts v ON v.answer = c.answer AND v.kind = c.kind AND v.outcome = c.outcome
        """
    )


def lines(database: duckdb.DuckDBPyConnection, ground: Ground, rulings: Sequence[Ruling]) -> list[Line]:
    """The table `cube`, in an order that does not depend on that of the rows."""
    of_answer = {answer: ruling.ruling for ruling in rulings for answer in ruling.answers}
    first_action = {kind.name: kind.actions[0] for kind in ground.kinds if kind.actions}
    found: list[tuple[Any, ...]] = database.execute(
        "SELECT month, holder, agency, class, standing, kind, outcome, action, answer, verdict, why, settle, rows "
        "FROM cube ORDER BY ALL"
    ).fetchall()
    return [
        Line(
            month,
            holder,
            agency,
            kind_of_holder,
            standing,
            kind,
            outcome,
            action,
            answer,
            of_answer.get(answer),
            verdict,
            why,
            tuple(settle.split(SETTLES)) if settle else (),
            rows,
            action is None or action == first_action.get(kind),
        )
        for (
            month, holder, agency, kind_of_holder, standing, kind, outcome, action, answer, verdict, why, settle, rows,
        ) in found
    ]  # fmt: skip


def verdict_of(ground: Ground, law: Answer | Ruling, asked: tuple[str, ...], outcome: str) -> Held:
    """The verdict on rows of which the law says this, which ask these actions and have this outcome."""
    [told] = [each for each in ground.outcomes if each.name == outcome]
    seen = shown(law.action, asked, told.shows, together=told.together)
    return verdict(Asked(law.action, law.possible, law.missing, law.evidence), seen)


def _add_verdicts(database: duckdb.DuckDBPyConnection, ground: Ground) -> None:
    answers = {answer.answer: answer for answer in ground.answers}
    pairs = database.execute(
        "SELECT DISTINCT answer, kind, outcome FROM counted WHERE answer IS NOT NULL ORDER BY ALL"
    ).fetchall()
    asked = {kind.name: kind.actions for kind in ground.kinds}
    found = [(*pair, verdict_of(ground, answers[pair[0]], asked[pair[1]], pair[2])) for pair in pairs]
    _write_verdicts(database, found)


def _write_verdicts(database: duckdb.DuckDBPyConnection, found: Sequence[tuple[int, str, str, Held]]) -> None:
    database.execute(
        "CREATE TABLE verdicts AS SELECT unnest(CAST(? AS BIGINT[])) AS answer, unnest(CAST(? AS VARCHAR[])) AS kind, "
        "unnest(CAST(? AS VARCHAR[])) AS outcome, unnest(CAST(? AS VARCHAR[])) AS verdict, "
        "unnest(CAST(? AS VARCHAR[])) AS why, unnest(CAST(? AS VARCHAR[])) AS settle",
        [
            [answer for answer, *_ in found],
            [kind for _, kind, *_ in found],
            [outcome for _, _, outcome, _ in found],
            [held.verdict for *_, held in found],
            [held.why for *_, held in found],
            [SETTLES.join(held.settle) for *_, held in found],
        ],
    )

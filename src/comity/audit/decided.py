"""The rows of a log, decided: signatures written out once beside the output, answers, and the relation `told`.

`told` has one line for each row and action asked, and one for each row that is not decided but lies in the place:
`row, source, source_row, day, holder, agency, class, standing, kind, action, answer, outcome, holder_name,
holder_state, holder_city, matched, outcome_words, reason, reason_class, reason_rule`.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from comity.audit.placing import BEFORE_LAW, CONTRADICTING, DECIDED, NOTHING_ASKED, OUTSIDE
from comity.audit.reading.database import one_file, quoted
from comity.audit.signing.answers import IMPOSSIBLE
from comity.audit.signing.engine import Local
from comity.audit.signing.plan import Plan
from comity.audit.signing.query import keys_of
from comity.audit.signing.sign import Log, Signer
from comity.audit.watch import Progress, run_watched, tell_nobody

if TYPE_CHECKING:
    import duckdb

    from comity.audit.layouts.form import Prepared
    from comity.decide import Law

CARRIED = (
    "source", "source_row", "day", "holder", "agency_id", "class", "reason_apart", "kind", "outcome", "holder_name",
    "holder_state", "holder_city", "matched", "outcome_words", "reason", "reason_class", "reason_rule",
)  # fmt: skip


class Decided(msgspec.Struct, frozen=True):
    """What stands in `told` and `answers`: how many decisions were made, and the rows by standing."""

    decisions: int
    standings: dict[str, int]


def decide_rows(
    database: duckdb.DuckDBPyConnection,
    law: Law,
    prepared: Prepared,
    agencies: tuple[str, ...],
    work: Path,
    *,
    as_of: date | None = None,
    as_if: tuple[str, ...] = (),
    tell: Progress = tell_nobody,
) -> Decided:
    """Decides the rows of the view `placed`; writes the tables `answers` and `standings` and the view `told`.

    `work` is a folder for the rows' signatures, which whoever made it removes.
    """
    log = Log("placed", prepared.kinds, prepared.facts, agencies, prepared.has_moments, CARRIED, hands_on_facts=True)
    signer = Signer(Local(database), law, log, as_of=as_of, as_if=as_if)
    tell("looking at the days and holders", 0, prepared.rows)
    plan = signer.sign()
    rows = work / "signed.parquet"
    run_watched(
        database, f"COPY (SELECT * FROM signed) TO {quoted(str(rows))} (FORMAT parquet)", "signing", prepared.rows, tell
    )
    database.execute(f"CREATE OR REPLACE VIEW signed_rows AS SELECT * FROM read_parquet({one_file(rows)})")
    return decide_signed(database, signer, plan, prepared, tell, rows="signed_rows")


def decide_signed(
    database: duckdb.DuckDBPyConnection,
    signer: Signer,
    plan: Plan,
    prepared: Prepared,
    tell: Progress = tell_nobody,
    rows: str | None = None,
) -> Decided:
    """Decides each distinct signature of the relation `signed_rows`, which stands here and, with another engine, there.

    `rows`: the relation of the rows with their facts, if the log need not be read for them again.
    Writes the tables `answers` and `standings` and the view `told`, here.
    """
    signatures = [signer.signatures(plan, place, "signed_rows") for place in range(len(plan.slots))]
    decided = signer.decide(plan, signatures, lambda done, of: tell("deciding", done, of), rows)
    _make_told(database, prepared, plan)
    return Decided(decided.decisions, _standings(database, plan))


def _standings(database: duckdb.DuckDBPyConnection, plan: Plan) -> dict[str, int]:
    """The rows by standing. One row of which some action is decided counts as decided."""
    asks = " OR ".join(["false", *(f"{keys_of(plan, place)[0]} IS NOT NULL" for place in range(len(plan.slots)))])
    standing = (
        f"coalesce(reason_apart, CASE WHEN unit IS NULL THEN {quoted(BEFORE_LAW)} "
        f"WHEN NOT ({asks}) THEN {quoted(NOTHING_ASKED)} ELSE {quoted(DECIDED)} END)"
    )
    found = dict(
        database.execute(f"SELECT {standing} AS standing, count(*) FROM signed_rows GROUP BY 1 ORDER BY 1").fetchall()
    )
    contradicting = database.execute(
        "SELECT count(*) FROM (SELECT row FROM told WHERE agency IS NOT NULL "
        f"GROUP BY row HAVING bool_and(standing = {quoted(CONTRADICTING)}))"
        if database.execute(f"SELECT count(*) FROM answers WHERE status = {quoted(IMPOSSIBLE)}").fetchone() != (0,)
        else "SELECT 0"
    ).fetchone()
    rows = int(contradicting[0]) if contradicting else 0
    if rows:
        found |= {DECIDED: found[DECIDED] - rows, CONTRADICTING: rows}
    return {name: number for name, number in found.items() if number}


def _make_told(database: duckdb.DuckDBPyConnection, prepared: Prepared, plan: Plan) -> None:
    """Makes the view `told`: the rows of each action with their answers, and the rows that are not decided."""
    names = [quoted(kind.name) for kind in prepared.kinds]
    kind = f"[{', '.join(names)}][s.kind + 1]" if names else "CAST(NULL AS VARCHAR)"
    head = "s.row, s.source, s.source_row, s.day, s.holder, s.agency_id AS agency, s.class"
    words = "s.outcome_words, s.reason, s.reason_class, s.reason_rule"
    tail = f"s.outcome, s.holder_name, s.holder_state, s.holder_city, s.matched, {words}"
    parts: list[str] = []
    asks = "false"
    for place, slot in enumerate(plan.slots):
        keys = keys_of(plan, place)
        same = " AND ".join(f"s.{key} = k.{key}" for key in keys)
        parts.append(
            f"SELECT {head}, CASE WHEN a.status = {quoted(IMPOSSIBLE)} THEN {quoted(CONTRADICTING)} "
            f"ELSE {quoted(DECIDED)} END AS standing, {kind} AS kind, "
            f"CASE WHEN a.status <> {quoted(IMPOSSIBLE)} THEN {quoted(slot.action)} END AS action, "
            f"CASE WHEN a.status <> {quoted(IMPOSSIBLE)} THEN k.answer END AS answer, {tail} "
            f"FROM signed_rows s JOIN keyed_{place} k ON {same} JOIN answers a ON a.answer = k.answer"
        )
        asks += f" OR s.{keys[0]} IS NOT NULL"
    parts.append(
        f"SELECT {head}, coalesce(s.reason_apart, CASE WHEN s.unit IS NULL THEN {quoted(BEFORE_LAW)} "
        f"ELSE {quoted(NOTHING_ASKED)} END) AS standing, {kind} AS kind, "
        f"CAST(NULL AS VARCHAR) AS action, CAST(NULL AS BIGINT) AS answer, {tail} FROM signed_rows s "
        f"WHERE NOT ({asks}) AND coalesce(s.reason_apart, '') NOT IN {OUTSIDE}"
    )
    database.execute(f"CREATE OR REPLACE VIEW told AS {' UNION ALL '.join(parts)}")

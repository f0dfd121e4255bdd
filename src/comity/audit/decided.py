"""The rows of a log, decided: signatures written out once beside the output, answers, and the relation `told`.

`told` has one line for each row and action asked, and one for each row that is not decided but lies in the place:
`row, source, source_row, day, holder, agency, stretch, class, standing, kind, action, answer, outcome, holder_name,
holder_state, holder_city, matched, outcome_words, reason, reason_class, reason_rule, searcher`.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from comity.audit.duties.tell import tell_duties
from comity.audit.placing import BEFORE_LAW, CONTRADICTING, DECIDED, NOTHING_ASKED, reasons_outside
from comity.audit.reading.arrow import arrow
from comity.audit.reading.database import quoted
from comity.audit.rowsfile import carried_of, write_rows
from comity.audit.signing.answers import IMPOSSIBLE
from comity.audit.signing.engine import Local
from comity.audit.signing.plan import Plan
from comity.audit.signing.query import keys_of
from comity.audit.signing.sign import Log, Signer
from comity.audit.watch import Progress, tell_nobody

if TYPE_CHECKING:
    import duckdb

    from comity.audit.duties.tested import ToldDuty
    from comity.audit.layouts.form import Prepared
    from comity.decide import Law


class Decided(msgspec.Struct, frozen=True):
    """What stands in `told` and `answers`: how many decisions were made, and the rows by standing.

    `rows` is the file of the rows, which `told` reads. `duties` are those of which columns tell, if these were asked.
    """

    decisions: int
    standings: dict[str, int]
    rows: Path
    duties: tuple[ToldDuty, ...] = ()


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
    duties: bool = False,
) -> Decided:
    """Decides the rows of the view `placed`; writes the tables `answers` and `periods` and the view `told`; and looks
    at `duties`, if that is asked (see `tell_duties`).

    `work` is a folder for the rows' signatures, which whoever made it removes.
    """
    log = Log("placed", prepared.kinds, prepared.facts, agencies, prepared.has_moments, carried_of(prepared))
    signer = Signer(Local(database), law, log, as_of=as_of, as_if=as_if)
    tell("looking at the days and holders", 0, prepared.rows)
    plan = signer.sign()
    rows = write_rows(database, "signed", work, prepared.rows, "signing", tell)
    return decide_signed(database, signer, plan, prepared, rows, tell, duties=duties)


def decide_signed(
    database: duckdb.DuckDBPyConnection,
    signer: Signer,
    plan: Plan,
    prepared: Prepared,
    rows: Path,
    tell: Progress = tell_nobody,
    *,
    duties: bool = False,
) -> Decided:
    """Decides each distinct signature of the relation `signed_rows`, which stands here and, with another engine, there.

    `rows` is the file of the rows here.
    Writes the tables `answers` and `periods` and the views `told` and `told_rows`, here.
    """
    signatures = [signer.signatures(plan, place, "signed_rows") for place in range(len(plan.slots))]
    decided = signer.decide(plan, signatures, lambda done, of: tell("deciding", done, of))
    # What many signatures took is held back by Arrow for later use, which there is none of.
    arrow().default_memory_pool().release_unused()
    for place in range(len(plan.slots)):
        _keep_possible(database, place)
    _make_told_rows(database, plan)
    _make_told(database, prepared, plan)
    standings = database.execute("SELECT standing, count(*) FROM told_rows GROUP BY 1 ORDER BY 1").fetchall()
    told = tell_duties(database, signer, prepared, rows, tell) if duties and prepared.duties else ()
    return Decided(decided.decisions, dict(standings), rows, told)


def _keep_possible(database: duckdb.DuckDBPyConnection, place: int) -> None:
    """Writes the table `said_<slot>`: for each key its answer, which is null where facts contradict."""
    possible = f"CASE WHEN a.status <> {quoted(IMPOSSIBLE)} THEN k.answer END"
    database.execute(
        f"CREATE OR REPLACE TEMP TABLE said_{place} AS SELECT k.* EXCLUDE (answer), {possible} AS answer "
        f"FROM keyed_{place} k JOIN answers a ON a.answer = k.answer"
    )


def _undecided(plan: Plan) -> tuple[str, str]:
    """SQL for whether no action of a row is decided, and for why not."""
    asks = " OR ".join(["false", *(f"s.{keys_of(plan, place)[0]} IS NOT NULL" for place in range(len(plan.slots)))])
    why = f"CASE WHEN s.stretch IS NULL THEN {quoted(BEFORE_LAW)} ELSE {quoted(NOTHING_ASKED)} END"
    return f"NOT ({asks})", f"coalesce(s.reason_apart, {why})"


def _make_told_rows(database: duckdb.DuckDBPyConnection, plan: Plan) -> None:
    """Makes the view `told_rows`: each row once, those that lie elsewhere too, with the answers on all that it asks.

    One row of which some action is decided counts as decided.
    """
    undecided, why = _undecided(plan)
    joins = " ".join(
        f"LEFT JOIN said_{place} k{place} ON {_same_key(plan, place, f'k{place}')}" for place in range(len(plan.slots))
    )
    listed = ", ".join(f"k{place}.answer" for place in range(len(plan.slots))) or "NULL"
    answers = f"list_filter(CAST([{listed}] AS BIGINT[]), lambda answer: answer IS NOT NULL)"
    database.execute(
        "CREATE OR REPLACE VIEW told_rows AS SELECT s.row, s.day, s.holder, s.agency_id AS agency, s.class, s.outcome, "
        f"CASE WHEN {undecided} THEN {why} WHEN coalesce({listed}) IS NULL THEN {quoted(CONTRADICTING)} "
        f"ELSE {quoted(DECIDED)} END AS standing, {answers} AS answers FROM signed_rows s {joins}"
    )


def _make_told(database: duckdb.DuckDBPyConnection, prepared: Prepared, plan: Plan) -> None:
    """Makes the view `told`: the rows of each action with their answers, and the rows that are not decided."""
    names = [quoted(kind.name) for kind in prepared.kinds]
    kind = f"[{', '.join(names)}][s.kind + 1]" if names else "CAST(NULL AS VARCHAR)"
    head = "s.row, s.source, s.source_row, s.day, s.holder, s.agency_id AS agency, s.stretch, s.class"
    words = "s.outcome_words, s.reason, s.reason_class, s.reason_rule, s.searcher"
    tail = f"s.outcome, s.holder_name, s.holder_state, s.holder_city, s.matched, {words}"
    parts = [
        f"SELECT {head}, CASE WHEN k.answer IS NULL THEN {quoted(CONTRADICTING)} ELSE {quoted(DECIDED)} END "
        f"AS standing, {kind} AS kind, CASE WHEN k.answer IS NOT NULL THEN {quoted(slot.action)} END AS action, "
        f"k.answer, {tail} FROM signed_rows s JOIN said_{place} k ON {_same_key(plan, place, 'k')}"
        for place, slot in enumerate(plan.slots)
    ]
    undecided, why = _undecided(plan)
    parts.append(
        f"SELECT {head}, {why} AS standing, {kind} AS kind, CAST(NULL AS VARCHAR) AS action, "
        f"CAST(NULL AS BIGINT) AS answer, {tail} FROM signed_rows s "
        f"WHERE {undecided} AND coalesce(s.reason_apart, '') NOT IN {reasons_outside(database)}"
    )
    database.execute(f"CREATE OR REPLACE VIEW told AS {' UNION ALL '.join(parts)}")


def _same_key(plan: Plan, place: int, table: str) -> str:
    return " AND ".join(f"s.{key} = {table}.{key}" for key in keys_of(plan, place))

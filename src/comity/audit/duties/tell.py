"""The duties of all rows, judged: written out once beside the rows, and counted in cases.

A *case* is what rows have in common that bring the same duties with them and whose times say the same of each: few are
different, and what is said is worked out once for each of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from comity.audit.duties.owed import OwedByRows, owed_by_rows
from comity.audit.duties.tested import Tested, ToldDuty, check_norms
from comity.audit.duties.timing import Slot, slot_of, slot_sql, slots_of, write_deadlines
from comity.audit.duties.verdicts import TIMINGS, DutyHeld, Owed, State, duty_verdict
from comity.audit.reading.database import BETWEEN, one_file, quoted
from comity.audit.signing.engine import Local
from comity.audit.signing.sign import Signer
from comity.audit.watch import Progress, run_watched
from comity.norms import AtOnce, Due

if TYPE_CHECKING:
    import duckdb

    from comity.audit.layouts.form import Prepared


def tell_duties(
    database: duckdb.DuckDBPyConnection, signer: Signer, prepared: Prepared, signed: Path, tell: Progress
) -> tuple[ToldDuty, ...]:
    """The duties that rows may bring with them and of which columns tell; none, and no tables, where there are none.

    `signed` is the file of the view `signed_rows`. Writes the view `duty_rows` (each row that may bring duties, with
    its `case_number`, the times that it tells and those at which duties were due), and the tables `duty_lines` (case →
    each duty by its number: `state`, `verdict`, `why`, `settle`, `mark`, the `slot` of its times) and `duty_marks`
    (case → all of its marks as one text).

    Raises ComityError for a mapping that names a norm without such a duty.
    """
    check_norms(signer.law.library, prepared.duties)
    tell("looking at duties", 0, 1)
    owed = owed_by_rows(database, signer, prepared)
    if owed is None or not owed.bases:
        return ()
    slots = slots_of(owed.tested)
    write_deadlines(database, slots)
    _write_rows(database, signed.with_name("duties.parquet"), prepared, slots, owed, tell)
    _write_cases(database, len(slots))
    _write_lines(database, owed, slots)
    return tuple(ToldDuty(each, prepared.columns[prepared.duties[each.place].column]) for each in owed.tested)


def _write_rows(
    database: duckdb.DuckDBPyConnection,
    path: Path,
    prepared: Prepared,
    slots: Sequence[Slot],
    owed: OwedByRows,
    tell: Progress,
) -> None:
    """Writes the file of `duty_told`: each row that may bring duties with its signature, times, deadlines, timings."""
    [(last_day,)] = database.execute("SELECT max(day) FROM signed_rows").fetchall()
    carried = ["row", "source", "source_row", "day", "holder", "agency_id AS agency", "class"]
    carried += [f"done_{place}" for place in range(len(prepared.duties))]
    carried += [f"start_{fact}" for fact in prepared.starts]
    columns, joined = _timed(slots, prepared.starts, last_day)
    same = " AND ".join(f"s.{key} = c.{key}" for key in owed.keys)
    signed = f"SELECT c.*, s.signature FROM {owed.relation} AS c JOIN duty_signatures s ON {same}"
    sql = f"SELECT {', '.join([*carried, 'signature', *columns])} FROM ({signed}) AS told{joined}"
    copy = f"COPY ({sql}) TO {quoted(str(path))} (FORMAT parquet)"
    run_watched(database, copy, "looking at duties", prepared.rows, tell)
    database.execute(f"CREATE OR REPLACE VIEW duty_told AS SELECT * FROM read_parquet({one_file(path)})")


def _timed(slots: Sequence[Slot], starts: Sequence[str], last_day: date | None) -> tuple[list[str], str]:
    columns: list[str] = []
    joined = ""
    for number, slot in enumerate(slots):
        timing, due, join = slot_sql(number, slot, starts, last_day)
        columns += [f"CAST({timing} AS TINYINT) AS timing_{number}", f"{due} AS due_{number}"]
        joined += join
    return columns, joined


def _write_cases(database: duckdb.DuckDBPyConnection, slots: int) -> None:
    told = ", ".join(["signature", *(f"timing_{number}" for number in range(slots))])
    database.execute(
        f"CREATE OR REPLACE TEMP TABLE duty_cases AS SELECT row_number() OVER (ORDER BY {told}) AS case_number, * FROM "
        f"(SELECT DISTINCT {told} FROM duty_told)"
    )
    database.execute(
        "CREATE OR REPLACE VIEW duty_rows AS SELECT t.*, c.case_number "
        f"FROM duty_told t JOIN duty_cases c USING ({told})"
    )


def _write_lines(database: duckdb.DuckDBPyConnection, owed: OwedByRows, slots: Sequence[Slot]) -> None:
    placed = [slots.index(slot_of(each)) for each in owed.tested]
    lines = [
        (basis, duty, placed[duty], state, timing, *_cells(owed.tested[duty], held))
        for basis, (duty, state, missing) in enumerate(owed.bases)
        for timing, name in enumerate(TIMINGS)
        for held in [duty_verdict(_owed(owed.tested[duty], state, missing), name)]
    ]
    columns = ("basis", "duty", "slot", "state", "timing", "verdict", "why", "settle", "mark")
    numbers = ("basis", "duty", "slot", "timing")
    types = {name: "BIGINT" if name in numbers else "VARCHAR" for name in columns}
    Local(database).table("duty_verdicts", types, lines)
    timings = ", ".join(f"c.timing_{number}" for number in range(len(slots)))
    database.execute(
        f"CREATE OR REPLACE TEMP TABLE duty_lines AS SELECT c.case_number, v.* EXCLUDE (basis, timing) "
        f"FROM duty_cases c JOIN duty_states s ON s.signature = c.signature "
        f"JOIN duty_verdicts v ON v.basis = s.basis AND v.timing = [{timings}][v.slot + 1]"
    )
    database.execute(
        "CREATE OR REPLACE TEMP TABLE duty_marks AS SELECT case_number, "
        f"string_agg(mark, {quoted(BETWEEN)} ORDER BY duty) AS marks FROM duty_lines GROUP BY case_number"
    )


def _cells(tested: Tested, held: DutyHeld) -> tuple[str, str, str, str]:
    return held.verdict, held.why, BETWEEN.join(held.settle), mark_of(tested.norm.id, tested.duty, held.verdict)


def mark_of(norm: str, duty: str, verdict: str) -> str:
    """How a finding tells the verdict on a duty of its row."""
    return f"{duty} under {norm}: {verdict}"


def _owed(tested: Tested, state: State, missing: tuple[str, ...]) -> Owed:
    after = tested.within.after if tested.within else ""
    return Owed(state, missing, tested.norm.evidence, after, _words(tested.norm.due))


def _words(due: Due | None) -> str:
    """A time that no numbers tell, in words."""
    if isinstance(due, AtOnce):
        return f"before {due.before}" if due.before else "at once"
    return ""

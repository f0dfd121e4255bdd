"""SQL for what a row's own times say of a duty: the number of a timing, and the moment at which it was due at latest.

A time told as a day is any time of that day, so that the start and the doing each have a first and a last moment, and
the deadline one for each moment of the start.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

import msgspec

from comity.audit.duties.tested import Tested
from comity.audit.duties.verdicts import TIMINGS, Timing
from comity.audit.reading.arrow import arrow
from comity.audit.signing.engine import Local
from comity.deadlines import due_from
from comity.norms import Within

if TYPE_CHECKING:
    import duckdb

DAY = timedelta(days=1)
EARLIEST, LATEST = date(1900, 1, 1), date(2199, 12, 31)
"""Starts outside are told by no row in earnest: when such a duty was due is not told."""

_COLUMNS = {"start_day": "DATE", "first": "TIMESTAMP", "turn": "BIGINT", "later": "TIMESTAMP", "last": "TIMESTAMP"}
"""For a start on a day: when it is due for its first moment, for the one after `turn` microseconds, and for its last.
Without a turn the time of day makes no difference."""


class Slot(msgspec.Struct, frozen=True):
    """What is told alike for all duties of one column and one time: the column's place, the time and its holidays."""

    place: int
    within: Within | None
    holidays: str


def slots_of(tested: Sequence[Tested]) -> tuple[Slot, ...]:
    """The slots of these duties, in the order of their numbers."""
    return tuple(dict.fromkeys(map(slot_of, tested)))


def slot_of(tested: Tested) -> Slot:
    """The slot of a duty; without a time, holidays make no difference."""
    return Slot(tested.place, tested.within, tested.holidays if tested.within else "")


def write_deadlines(database: duckdb.DuckDBPyConnection, slots: Sequence[Slot]) -> None:
    """Writes `duty_due_<slot>` for each slot with a time that can be counted and from a fact that rows tell."""
    told = {name for (name, *_) in database.execute("DESCRIBE signed_rows").fetchall()}
    for number, slot in enumerate(slots):
        if slot.within is None or f"start_{slot.within.after}" not in told:
            continue
        start = f"start_{slot.within.after}"
        days: list[date] = [
            day
            for (day,) in database.execute(
                f"SELECT DISTINCT CAST({start} AS DATE) AS day FROM signed_rows "
                f"WHERE {start} BETWEEN DATE '{EARLIEST}' AND DATE '{LATEST}' ORDER BY 1"
            ).fetchall()
        ]
        lines = [_line(slot.within, day, slot.holidays) for day in days]
        types: dict[str, Any] = {
            "DATE": arrow().date32(), "BIGINT": arrow().int64(), "TIMESTAMP": arrow().timestamp("us")
        }  # fmt: skip
        cells = {
            name: arrow().array([line[place] for line in lines], type=types[kind])
            for place, (name, kind) in enumerate(_COLUMNS.items())
        }
        Local(database).fill(f"duty_due_{number}", _COLUMNS, arrow().table(cells))


def _line(within: Within, day: date, holidays: str) -> tuple[date, datetime, int | None, datetime, datetime]:
    due = due_from(within, day, holidays)
    if due.later is None:
        return day, due.first, None, due.first, due.first
    last = due.later + DAY - timedelta.resolution - due.turn
    return day, due.first, due.turn // timedelta.resolution, due.later, last


def slot_sql(number: int, slot: Slot, starts: Sequence[str], last_day: date | None) -> tuple[str, str, str]:
    """SQL for the timing and for the latest moment of the deadline of a slot; and what is joined for them."""
    done, said = f"done_{slot.place}", f"said_{slot.place}"
    if slot.within is None:
        cases = [(said, _number("done")), (f"NOT {said}", _number("not done"))]
        return _case(cases, _number("nothing told")), "CAST(NULL AS TIMESTAMP)", ""
    if slot.within.after not in starts:
        start, joined, low, high = "CAST(NULL AS TIMESTAMP)", "", "CAST(NULL AS TIMESTAMP)", "CAST(NULL AS TIMESTAMP)"
    else:
        start, due = f"start_{slot.within.after}", f"due_{number}_of_day"
        joined = f" LEFT JOIN duty_due_{number} AS {due} ON {due}.start_day = CAST({start} AS DATE)"
        since = f"(epoch_us({start}) - epoch_us(date_trunc('day', {start})))"
        exact = (
            f"CASE WHEN {due}.turn IS NULL THEN {due}.first WHEN {since} <= {due}.turn "
            f"THEN {due}.first + to_microseconds({since}) ELSE {due}.later + to_microseconds({since} - {due}.turn) END"
        )
        low = f"CASE WHEN {_is_day(start)} THEN {due}.first ELSE {exact} END"
        high = f"CASE WHEN {_is_day(start)} THEN {due}.last ELSE {exact} END"
    over = f"TIMESTAMP '{datetime.combine(last_day, time.max)}'" if last_day else "CAST(NULL AS TIMESTAMP)"
    done_last = f"CASE WHEN {_is_day(done)} THEN {done} + INTERVAL 1 DAY - INTERVAL 1 MICROSECOND ELSE {done} END"
    not_done = _case(
        [
            (f"{high} IS NULL", _number("not done, start unknown")),
            (f"{high} <= {over}", _number("not done")),
        ],
        _number("not done, time left"),
    )
    cases = [
        (f"{said} IS NULL", _number("nothing told")),
        (f"NOT {said}", not_done),
        (f"{done} IS NULL", _number("time unknown")),
        (f"{high} IS NULL", _number("start unknown")),
        (f"{done_last} < {start}", _number("before the start")),
        (f"{done_last} <= {low}", _number("in time")),
        (f"{done} > {high}", _number("late")),
        (f"{low} < {high} AND {_is_day(done)}", _number("both clocks unknown")),
        (f"{low} < {high}", _number("clock of the start unknown")),
    ]
    return _case(cases, _number("clock of doing unknown")), high, joined


def _is_day(moment: str) -> str:
    return f"{moment} = date_trunc('day', {moment})"


def _number(timing: Timing) -> str:
    return str(TIMINGS.index(timing))


def _case(cases: Sequence[tuple[str, str]], otherwise: str) -> str:
    return f"CASE {' '.join(f'WHEN {when} THEN {told}' for when, told in cases)} ELSE {otherwise} END"

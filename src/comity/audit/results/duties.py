"""The duties of a report: counted by verdict, and a line for each row and duty, beside what the row itself tells."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import msgspec

from comity.audit.duties.tell import mark_of
from comity.audit.duties.tested import ToldDuty
from comity.audit.duties.timing import slots_of
from comity.audit.duties.verdicts import DUTY_VERDICTS, State
from comity.audit.reading.arrow import arrow_parquet
from comity.audit.reading.database import BETWEEN, parts_of, quoted
from comity.audit.results.cube import add_table
from comity.audit.results.ground import Counts, Ground
from comity.audit.results.suppress import BY_DUTY
from comity.audit.results.tables import write_table

if TYPE_CHECKING:
    import duckdb

    from comity.library import Library

AT_ONCE = 122_880
"""Rows whose duties are put in order and written together."""


class DutyCount(msgspec.Struct, frozen=True):
    """A duty of a norm, the column of the log that tells of it, and how many `rows` bring it with them: as they stand
    (`states`), by what is told of it (`verdicts`, which add up to `rows`, and `why`), and by what would settle that.

    `due` is the law's time in words, empty where it sets none. Public results have no states, and say not why.
    """

    duty: str
    words: str
    norm: str
    cite: str
    says: str
    due: str
    owed_to: str
    who: str
    evidence: str
    source: str
    column: str
    rows: int
    states: Counts
    verdicts: Counts
    why: dict[str, Counts]
    settle: Counts

    def mark(self, verdict: str) -> str:
        """How the findings of its rows tell a verdict on it."""
        return mark_of(self.norm, self.duty, verdict)


def count_duties(
    database: duckdb.DuckDBPyConnection, ground: Ground, library: Library, *, public: bool
) -> tuple[DutyCount, ...]:
    """The duties that some row shown brings with it, in the order of their norms."""
    if not ground.duties:
        return ()
    lines: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    for number, *line in database.execute(_public_sql() if public else _COUNTED).fetchall():
        lines[number].append(tuple(line))
    found = [_count(ground.duties[number], lines[number], library) for number in lines]
    return tuple(sorted(found, key=lambda each: (each.norm, each.duty, each.column)))


_COUNTED = """
SELECT l.duty, l.state, l.verdict, l.why, l.settle, sum(n.rows)::BIGINT FROM duty_lines l JOIN (
    SELECT case_number, count(*) AS rows FROM duty_rows GROUP BY case_number) n ON n.case_number = l.case_number
GROUP BY ALL
"""


def _public_sql() -> str:
    """The rows of public lines by the verdicts on the duties that are told of them."""
    return (
        "SELECT m.duty, NULL, m.verdict, NULL, '', sum(p.rows)::BIGINT FROM ("
        f"SELECT unnest(string_split(duties, {quoted(BETWEEN)})) AS mark, rows FROM {BY_DUTY} WHERE duties <> '') p "
        "JOIN (SELECT DISTINCT duty, verdict, mark FROM duty_lines) m ON m.mark = p.mark GROUP BY ALL"
    )


def _count(told: ToldDuty, lines: list[tuple[Any, ...]], library: Library) -> DutyCount:
    from comity.words import due_words

    states: Counts = dict.fromkeys(get_args(State), 0)
    verdicts: Counts = dict.fromkeys(DUTY_VERDICTS, 0)
    why: dict[str, Counts] = {name: {} for name in DUTY_VERDICTS}
    settle: Counts = {}
    for state, verdict, reason, settles, rows in lines:
        verdicts[verdict] += rows
        if state is not None:
            states[state] += rows
            why[verdict][reason] = why[verdict].get(reason, 0) + rows
        for what in filter(None, settles.split(BETWEEN)):
            settle[what] = settle.get(what, 0) + rows
    norm, duty = told.tested.norm, told.tested.duty
    return DutyCount(
        duty=duty,
        words=library.vocabulary.owed[duty],
        norm=norm.id,
        cite=norm.cite,
        says=norm.says,
        due=due_words(norm.due),
        owed_to=norm.owed_to,
        who=norm.who,
        evidence=norm.evidence,
        source=norm.source,
        column=told.column,
        rows=sum(verdicts.values()),
        states={name: rows for name, rows in states.items() if rows},
        verdicts={name: rows for name, rows in verdicts.items() if rows},
        why={name: dict(sorted(found.items())) for name, found in why.items() if found},
        settle=dict(sorted(settle.items(), key=lambda pair: (-pair[1], pair[0]))),
    )


def write_duties(database: duckdb.DuckDBPyConnection, ground: Ground, folder: Path, *, public: bool) -> None:
    """Writes `duty-groups` and, but for the public, `duties.parquet`."""
    if not ground.duties:
        return
    names = [(number, told.tested.norm.id, told.tested.norm.cite) for number, told in enumerate(ground.duties)]
    add_table(database, "duty_names", ("number", "norm", "cite"), names)
    write_table(database, folder / "duty-groups", _groups(ground, public=public))
    if not public:
        _write_lines(database, ground, folder / "duties.parquet")


def _groups(ground: Ground, *, public: bool) -> str:
    """SQL for the counted lines."""
    duty = _picked([told.tested.duty for told in ground.duties])
    if public:
        cells = "NULL::DATE AS month, NULL::VARCHAR AS holder, NULL::VARCHAR AS agency, NULL::VARCHAR AS class"
        counted = f"SELECT {cells}, * FROM ({_public_sql()}) AS p(duty, state, verdict, why, settle, rows)"
    else:
        counted = (
            "SELECT r.month, r.holder, r.agency, r.class, l.duty, l.state, l.verdict, l.why, l.settle, "
            "sum(r.rows)::BIGINT AS rows FROM (SELECT CAST(date_trunc('month', day) AS DATE) AS month, holder, agency, "
            "class, case_number, count(*) AS rows FROM duty_rows GROUP BY ALL) r JOIN duty_lines l "
            "ON l.case_number = r.case_number GROUP BY ALL"
        )
    return (
        f"SELECT c.month, c.holder, c.agency, c.class, n.norm, n.cite, {duty} AS duty, c.state, c.verdict, c.why, "
        f"{parts_of('c.settle')} AS settle, c.rows FROM ({counted}) c JOIN duty_names n ON n.number = c.duty "
        "ORDER BY ALL"
    )


def _picked(words: list[str]) -> str:
    """SQL for the word of the duty `c.duty`."""
    return f"CASE c.duty {' '.join(f'WHEN {number} THEN {quoted(word)}' for number, word in enumerate(words))} END"


def _write_lines(database: duckdb.DuckDBPyConnection, ground: Ground, path: Path) -> None:
    """In the order of the rows, then of the duties; so many rows at a time, that none wait in memory to be sorted."""
    [(last,)] = database.execute("SELECT coalesce(max(row), 0) FROM duty_rows").fetchall()
    slots = slots_of([told.tested for told in ground.duties])
    starts = {number: f"start_{slot.within.after}" for number, slot in enumerate(slots) if slot.within}
    told = {name for (name, *_) in database.execute("DESCRIBE duty_rows").fetchall()}

    def of_slot(columns: dict[int, str]) -> str:
        cases = " ".join(f"WHEN {number} THEN c.{name}" for number, name in columns.items() if name in told)
        return f"CASE c.slot {cases} END" if cases else "CAST(NULL AS TIMESTAMP)"

    started, due = of_slot(starts), of_slot({number: f"due_{number}" for number in starts})
    done = of_slot({number: f"done_{slot.place}" for number, slot in enumerate(slots)})
    duty = _picked([each.tested.duty for each in ground.duties])
    writer: Any = None
    try:
        for first in range(1, last + 1, AT_ONCE):
            lines: Any = database.sql(
                f"SELECT c.row, c.source, c.source_row, c.day, c.holder, c.agency, n.norm, n.cite, {duty} AS duty, "
                f"c.state, {started} AS started, {due} AS due, {done} AS done, c.verdict, c.why, c.settle FROM ("
                "SELECT r.*, l.* EXCLUDE (case_number) FROM duty_rows r JOIN duty_lines l "
                f"ON l.case_number = r.case_number WHERE r.row BETWEEN {first} AND {first + AT_ONCE - 1}) c "
                "JOIN duty_names n ON n.number = c.duty ORDER BY c.row, n.norm, c.duty"
            ).to_arrow_table()
            writer = writer or arrow_parquet().ParquetWriter(path, lines.schema, compression="zstd")
            if lines.num_rows:
                writer.write_table(lines)
    finally:
        if writer is not None:
            writer.close()

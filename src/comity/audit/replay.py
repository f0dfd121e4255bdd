"""A log put to two laws: every row under the law of its own day, and under other law; and what that changes.

The other law is that of another day, or the law with proposals as if they were law. With both a day and proposals, the
law of that day stands against the same with the proposals, so that only what the proposals do is seen. Only counts,
and the rows whose answer changes, are written.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from comity.audit.decided import decide_rows
from comity.audit.holders import Resolver
from comity.audit.opening import Opening
from comity.audit.output import check_folder, whole_folder
from comity.audit.placed import Placed, Taking, place_log
from comity.audit.placing import state_of
from comity.audit.reading.database import count, faults_named, one_file, open_database, quoted
from comity.audit.results.tables import write_csv, write_json
from comity.audit.run import work_beside
from comity.audit.watch import Progress, tell_nobody
from comity.findings import LawNote
from comity.program import VERSION

if TYPE_CHECKING:
    import duckdb

    from comity.decide import Law


class Shift(msgspec.Struct, frozen=True):
    """So many rows whose answer for an action goes from one to another; the same one, where nothing changes. What is
    not decided has its reason in the answer's place."""

    action: str
    before: str
    after: str
    rows: int


class HolderShift(msgspec.Struct, frozen=True):
    """The changed rows of one holder, by action and answers; the citations that decide, or may, on either side."""

    holder: str
    agency: str
    action: str
    before: str
    after: str
    outcome: str
    rows: int
    cites_before: tuple[str, ...]
    cites_after: tuple[str, ...]


class Replay(msgspec.Struct, frozen=True):
    """What other law would have changed. `asked` counts rows once for each action; `changed` those that change."""

    sources: tuple[str, ...]
    law: LawNote
    place: str
    as_of: str | None
    as_if: tuple[str, ...]
    rows: int
    asked: int
    changed: int
    shifts: tuple[Shift, ...]
    holders: tuple[HolderShift, ...]


COLUMNS = (
    "row", "source_row", "day", "holder", "agency", "kind", "action", "outcome", "before", "after", "cites_before",
    "cites_after",
)  # fmt: skip
"""The columns of `changed-rows.parquet`: a line for each row and action whose answer changes."""


def replay_log(
    sources: Sequence[str],
    folder: Path | None,
    *,
    law: Law,
    place: str = "us",
    opening: Opening | None = None,
    resolver: Resolver | None = None,
    as_of: date | None = None,
    as_if: tuple[str, ...] = (),
    force: bool = False,
    on_progress: Progress | None = None,
) -> Replay:
    """Decides every row of the place twice. With a folder, writes into it the counts, the changed rows and a page.

    Raises ComityError as an audit does.
    """
    tell = on_progress or tell_nobody
    if folder is not None:
        check_folder(folder, force)
    state_of(law.library, place)
    beside = folder or Path(tempfile.gettempdir(), "comity-replay")
    with work_beside(beside) as work, faults_named(sources[0], beside), open_database(work) as database:
        first = as_of if as_if else None
        taking = Taking(opening or Opening(), place, resolver, None, first)
        log = place_log(database, sources, law.library, taking, work, tell, assessed=False)
        _decide(database, law, log, work, "before", first, (), tell)
        _decide(database, law, log, work, "after", as_of, as_if, tell)
        tell("comparing", 0, 1)
        _compare(database, work)
        found = Replay(
            sources=tuple(source.name for source in log.staged.sources),
            law=LawNote(law.digest, VERSION),
            place=place,
            as_of=None if as_of is None else as_of.isoformat(),
            as_if=as_if,
            rows=log.staged.rows,
            asked=count(database, "SELECT count(*) FROM both_sides WHERE action IS NOT NULL"),
            changed=count(database, "SELECT count(*) FROM both_sides WHERE before <> after"),
            shifts=_shifts(database),
            holders=_holders(database),
        )
        if folder is not None:
            with whole_folder(folder, force) as made:
                _write(database, made, found)
        tell("done", 1, 1)
        return found


def _decide(
    database: duckdb.DuckDBPyConnection,
    law: Law,
    log: Placed,
    work: Path,
    side: str,
    as_of: date | None,
    as_if: tuple[str, ...],
    tell: Progress,
) -> None:
    """Decides all rows under one law and keeps what it says to each: the table `<side>_answers` and a Parquet file."""
    own = work / side
    own.mkdir()
    decide_rows(database, law, log.prepared, log.agencies, own, as_of=as_of, as_if=as_if, tell=tell)
    said = "CASE WHEN a.status = 'depends' THEN 'depends: ' || array_to_string(a.possible, ', ') ELSE a.status END"
    told = (
        "SELECT t.row, t.source_row, t.day, t.holder, t.agency, t.kind, t.action, t.outcome, "
        f"coalesce({said}, 'not decided: ' || t.standing) AS said, list_concat(a.cites, a.possibly) AS cites "
        "FROM told t LEFT JOIN answers a ON a.answer = t.answer"
    )
    path = work / f"{side}.parquet"
    database.execute(f"COPY ({told}) TO {quoted(str(path))} (FORMAT parquet)")
    database.execute(f"CREATE OR REPLACE VIEW {side} AS SELECT * FROM read_parquet({one_file(path)})")


def _compare(database: duckdb.DuckDBPyConnection, work: Path) -> None:
    """Makes the view `both_sides`: each row and action with what either law says.

    A row that one law does not decide, since its day lies before any encoded law, has one line without an action there,
    which stands against each of its actions under the other.
    """
    head = "x.row, x.source_row, x.day, x.holder, x.agency, x.kind, x.action, x.outcome"
    same = "x.row = y.row AND x.action = y.action"
    nothing = "CAST([] AS VARCHAR[])"
    matched = (
        f"SELECT {head}, x.said AS before, coalesce(y.said, z.said) AS after, "
        f"coalesce(x.cites, {nothing}) AS cites_before, coalesce(y.cites, {nothing}) AS cites_after FROM before x "
        f"LEFT JOIN after y ON {same} LEFT JOIN after z ON x.row = z.row AND z.action IS NULL "
        "WHERE x.action IS NOT NULL"
    )
    newly = (
        f"SELECT {head}, z.said AS before, x.said AS after, {nothing} AS cites_before, "
        f"coalesce(x.cites, {nothing}) AS cites_after FROM after x "
        "JOIN before z ON x.row = z.row AND z.action IS NULL WHERE x.action IS NOT NULL"
    )
    path = work / "both.parquet"
    database.execute(f"COPY ({matched} UNION ALL {newly}) TO {quoted(str(path))} (FORMAT parquet)")
    database.execute(f"CREATE OR REPLACE VIEW both_sides AS SELECT * FROM read_parquet({one_file(path)})")


def _shifts(database: duckdb.DuckDBPyConnection) -> tuple[Shift, ...]:
    """Those that change first, the most rows first."""
    rows = database.execute(
        "SELECT action, before, after, count(*) FROM both_sides GROUP BY action, before, after "
        "ORDER BY before = after, count(*) DESC, action, before, after"
    ).fetchall()
    return tuple(Shift(*row) for row in rows)


def _holders(database: duckdb.DuckDBPyConnection) -> tuple[HolderShift, ...]:
    rows = database.execute(
        "SELECT holder, agency, action, before, after, coalesce(outcome, ''), count(*), "
        "list_sort(list_distinct(flatten(list(cites_before)))), list_sort(list_distinct(flatten(list(cites_after)))) "
        "FROM both_sides WHERE before <> after GROUP BY holder, agency, action, before, after, coalesce(outcome, '') "
        "ORDER BY count(*) DESC, holder, action, before, after, 6"
    ).fetchall()
    names = HolderShift.__struct_fields__
    return msgspec.convert([dict(zip(names, row, strict=True)) for row in rows], tuple[HolderShift, ...])


def _write(database: duckdb.DuckDBPyConnection, folder: Path, found: Replay) -> None:
    from comity.pages import page

    changed = f"SELECT {', '.join(COLUMNS)} FROM both_sides WHERE before <> after ORDER BY row, action"
    path = quoted(str(folder / "changed-rows.parquet"))
    database.execute(f"COPY ({changed}) TO {path} (FORMAT parquet)")
    shifts = [msgspec.structs.astuple(shift) for shift in found.shifts]
    write_csv(folder / "answers.csv", ("action", "before", "after", "rows"), shifts)
    names = ("holder", "agency", "action", "before", "after", "outcome", "rows", "cites_before", "cites_after")
    write_csv(folder / "changed-by-holder.csv", names, [msgspec.structs.astuple(each) for each in found.holders])
    write_json(folder / "replay.json", found)
    (folder / "replay.html").write_bytes(
        page("replay.html.j2", {"title": title_of(found), "found": found, "sides": sides_of(found)})
    )


def title_of(found: Replay) -> str:
    """What a replay compares."""
    if not found.as_if:
        return f"Each row under the law of its day, and under the law of {found.as_of}"
    law = f"the law of {found.as_of}" if found.as_of else "the law of its day"
    return f"Each row under {law}, and as if {' and '.join(found.as_if)} were law"


def sides_of(found: Replay) -> tuple[str, str]:
    """The two laws, in few words."""
    first = f"law of {found.as_of}" if found.as_if and found.as_of else "law of its day"
    return first, "with the proposal" if found.as_if else f"law of {found.as_of}"

"""The files of a report: the page, the figures, the counted lines, the rulings and norms, the findings, a sample.

Text of the log never starts a cell of a CSV file that a spreadsheet would run as a formula.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from comity.audit.results.cube import FINDINGS, Line, add_answered, add_cube, lines, listed, verdict_of
from comity.audit.results.ground import Check, Ground
from comity.audit.results.island import Embedded, island
from comity.audit.results.methods import Part, Sampling, as_markdown, methods
from comity.audit.results.published import Compared, checks, compare
from comity.audit.results.rulings import Ruling, rulings
from comity.audit.results.sample import draw_sample
from comity.audit.results.summary import Summary, summarise
from comity.audit.results.suppress import OTHER_STANDING, Judge, Public, Said, as_lines, publish, row_lines
from comity.audit.spreadsheet import escaped
from comity.audit.verdicts import Held

if TYPE_CHECKING:
    import duckdb

    from comity.library import Library


class Wanted(msgspec.Struct, frozen=True):
    """What is asked of a report. With `smallest_cell` it is for the public: no rows, no texts, no count below it.
    `compare_with` is a file of figures that others published."""

    smallest_cell: int | None = None
    sampling: Sampling | None = None
    compare_with: Path | None = None


def write_report(
    database: duckdb.DuckDBPyConnection, ground: Ground, library: Library, folder: Path, wanted: Wanted
) -> Summary:
    """Writes all files of the report on the rows of `told` into the folder, and returns its figures.

    Raises ComityError (`published`) for published figures that cannot be read.
    """
    if wanted.compare_with is not None:
        ground = _with_published(database, ground, folder, wanted.compare_with, public=wanted.smallest_cell is not None)
    actions = list(dict.fromkeys(action for kind in ground.kinds for action in kind.actions))
    ruled = rulings(ground.answers, actions)
    add_answered(database, ground, ruled)
    add_cube(database, ground)
    if wanted.smallest_cell is not None:
        return _write_public(database, ground, ruled, library, folder, wanted.smallest_cell)
    counted = lines(database, ground, ruled)
    summary = summarise(ground, ruled, library, counted, counted)
    held = island(database, ground, ruled, counted)
    _write_findings(database, folder / "findings.parquet")
    _write_common(database, folder, summary, ground, ruled, counted, counted, held, wanted.sampling)
    if wanted.sampling:
        rulings_at = str(folder / "rulings.parquet").replace("'", "''")
        database.execute(f"CREATE OR REPLACE VIEW rulings AS SELECT * FROM read_parquet('{rulings_at}')")
        names, sample = draw_sample(database, ground, wanted.sampling.rows, wanted.sampling.seed)
        write_csv(folder / "sample.csv", names, sample)
    return summary


def _with_published(
    database: duckdb.DuckDBPyConnection, ground: Ground, folder: Path, published: Path, *, public: bool
) -> Ground:
    compared = compare(database, published)
    if not public:
        names = list(Compared.__struct_fields__)
        write_csv(folder / "compared.csv", names, [msgspec.structs.astuple(line) for line in compared])
    return msgspec.structs.replace(ground, checks=(*ground.checks, *checks(compared, published.name)))


def _write_public(
    database: duckdb.DuckDBPyConnection,
    ground: Ground,
    ruled: Sequence[Ruling],
    library: Library,
    folder: Path,
    smallest: int,
) -> Summary:
    listed = {standing for (standing,) in database.execute("SELECT DISTINCT standing FROM counted").fetchall()}
    outside = {name: rows for name, rows in ground.standings.items() if name not in listed}
    public = publish(row_lines(database, ruled, outside), smallest)
    judge = _judge(ground, ruled)
    by_month, by_holder = as_lines(public.by_month, judge), as_lines(public.by_holder, judge)
    told = _public_ground(ground, public, smallest)
    summary = summarise(told, ruled, library, by_month, by_holder, smallest_cell=smallest)
    _write_common(database, folder, summary, told, ruled, by_month, by_holder, None, None)
    return summary


def _judge(ground: Ground, ruled: Sequence[Ruling]) -> Judge:
    """Verdicts from what public lines tell: where no outcome is told, only such as hold whatever the outcome."""
    of_number = {ruling.ruling: ruling for ruling in ruled}

    def judge(said: Said, all_said: tuple[Said, ...], outcome: str | None) -> Held | None:
        asked = tuple(each.action for each in all_said)
        outcomes = [each.name for each in ground.outcomes] if outcome is None else [outcome]
        found = {verdict_of(ground, of_number[said.ruling], asked, each) for each in outcomes}
        if len({each.verdict for each in found}) > 1:
            return None
        [*others, held] = sorted(found, key=repr)
        return msgspec.structs.replace(held, why=None, settle=()) if others else held

    return judge


def _public_ground(ground: Ground, public: Public, smallest: int) -> Ground:
    """What may be told of the log itself: its sources, and counts that are not small."""
    standings: dict[str, int] = {}
    for line in public.by_holder:
        standings[line.standing] = standings.get(line.standing, 0) + line.rows
    return msgspec.structs.replace(
        ground,
        sources=tuple(msgspec.structs.replace(source, rows=None) for source in ground.sources),
        rows=sum(standings.values()),
        standings=standings,
        reasons={**ground.reasons, OTHER_STANDING: "taken together, since some of them have few rows"},
        identical=None if ground.identical and ground.identical < smallest else ground.identical,
        checks=tuple(_public_check(check, smallest) for check in ground.checks),
        unknown_words={},
    )


def _public_check(check: Check, smallest: int) -> Check:
    if check.rows is None or check.rows == 0 or check.rows >= smallest:
        return check
    return msgspec.structs.replace(check, rows=None, of=None, says=f"fewer than {smallest} rows")


def _write_common(
    database: duckdb.DuckDBPyConnection,
    folder: Path,
    summary: Summary,
    ground: Ground,
    ruled: Sequence[Ruling],
    by_month: Sequence[Line],
    by_holder: Sequence[Line],
    held: Embedded | None,
    sampling: Sampling | None,
) -> None:
    from comity.audit.results.page import embedded_says, render

    parts = methods(summary, ground.layout_says, embedded_says(held), sampling)
    (folder / "report.html").write_text(render(summary, ground, parts, held), encoding="utf-8")
    (folder / "methods.md").write_text(as_markdown(parts), encoding="utf-8")
    _write_json(folder / "methods.json", parts)
    _write_json(folder / "summary.json", summary)
    _write_groups(database, folder, ruled, by_holder)
    _write_months(database, folder, ruled, by_month)
    _write_rulings(database, folder, ruled, by_holder)
    _write_norms(folder, summary)


def _write_json(path: Path, value: Summary | Sequence[Part]) -> None:
    path.write_bytes(msgspec.json.format(msgspec.json.encode(value), indent=2) + b"\n")


def _write_findings(database: duckdb.DuckDBPyConnection, path: Path) -> None:
    """In the order of the rows, so many at a time: a whole log need not be put in order at once."""
    parquet: Any = import_module("pyarrow.parquet")
    [(last,)] = database.execute("SELECT coalesce(max(row), 0) FROM told").fetchall()
    writer: Any = None
    try:
        for start in range(0, max(last, 1), ROWS_AT_ONCE):
            rows: Any = database.sql(
                f"SELECT * FROM ({FINDINGS}) WHERE row > {start} AND row <= {start + ROWS_AT_ONCE} ORDER BY row, action"
            ).to_arrow_table()
            writer = writer or parquet.ParquetWriter(path, rows.schema, compression="zstd")
            writer.write_table(rows)
    finally:
        if writer is not None:
            writer.close()


ROWS_AT_ONCE = 200_000
"""Rows whose findings are put in order and written together."""

_RULED = ("status", "alone", "possible", "cites", "possibly_cites", "missing")


def _write_groups(
    database: duckdb.DuckDBPyConnection, folder: Path, ruled: Sequence[Ruling], found: Sequence[Line]
) -> None:
    of_number = {ruling.ruling: ruling for ruling in ruled}
    names = ["month", "holder", "agency", "class", "standing", "kind", "outcome", "action", "ruling", *_RULED]
    names += ["verdict", "why", "settle", "rows", "counted_first"]
    _write_table(
        database,
        folder / "groups",
        names,
        [
            (
                line.month, line.holder, line.agency, line.kind_of_holder, line.standing, line.kind, line.outcome,
                line.action, line.ruling, *_ruled(of_number.get(line.ruling or 0)), line.verdict, line.why, line.settle,
                line.rows, line.first,
            )
            for line in _without_answers(found)
        ],
    )  # fmt: skip


def _write_months(
    database: duckdb.DuckDBPyConnection, folder: Path, ruled: Sequence[Ruling], found: Sequence[Line]
) -> None:
    of_number = {ruling.ruling: ruling for ruling in ruled}
    rows: dict[tuple[Any, ...], int] = {}
    for line in found:
        if line.action is not None:
            status = of_number[line.ruling].status if line.ruling else None
            key = (line.month, line.action, status, line.verdict)
            rows[key] = rows.get(key, 0) + line.rows
    ordered = sorted(rows, key=lambda key: tuple(str(cell or "") for cell in key))
    _write_table(
        database,
        folder / "months",
        ["month", "action", "status", "verdict", "rows"],
        [(*key, rows[key]) for key in ordered],
    )


def _without_answers(found: Iterable[Line]) -> list[Line]:
    """Lines that differ in nothing but the number of their answer are one."""
    rows: dict[Line, int] = {}
    for line in found:
        key = msgspec.structs.replace(line, answer=None, rows=0)
        rows[key] = rows.get(key, 0) + line.rows
    return [msgspec.structs.replace(line, rows=number) for line, number in rows.items()]


def _ruled(ruling: Ruling | None) -> tuple[Any, ...]:
    return tuple(getattr(ruling, name) if ruling else None for name in _RULED)


def _write_rulings(
    database: duckdb.DuckDBPyConnection, folder: Path, ruled: Sequence[Ruling], counted: Sequence[Line]
) -> None:
    """The rulings with their findings; of public results those that are shown."""
    rows: dict[int, int] = {}
    for line in counted:
        if line.ruling is not None:
            rows[line.ruling] = rows.get(line.ruling, 0) + line.rows
    shown = [name for name in Ruling.__struct_fields__ if name != "answers"]
    lines = [
        (*(getattr(ruling, name) for name in shown), rows[ruling.ruling]) for ruling in ruled if ruling.ruling in rows
    ]
    _write_table(database, folder / "rulings", [*shown, "findings"], lines)


def _write_norms(folder: Path, summary: Summary) -> None:
    fields = ["norm", "cite", "modality", "says", "evidence", "source", "read", "who", "times", "decides", "may_decide"]
    write_csv(folder / "norms.csv", fields, [tuple(getattr(norm, name) for name in fields) for norm in summary.norms])


_LISTS = (
    "possible", "norms", "cites", "possibly", "possibly_cites", "missing", "settle", "known_used", "not_encoded",
    "disputes", "notes",
)  # fmt: skip
_TYPES = (
    dict.fromkeys(_LISTS, "VARCHAR[]")
    | dict.fromkeys(("ruling", "rows", "findings"), "BIGINT")
    | {"month": "DATE", "counted_first": "BOOLEAN"}
)
"""SQL types of the columns that are no text."""


def _write_table(
    database: duckdb.DuckDBPyConnection, path: Path, names: Sequence[str], rows: Sequence[tuple[Any, ...]]
) -> None:
    """The same lines as CSV and as Parquet."""
    write_csv(path.with_suffix(".csv"), names, rows)
    parts = [f"unnest(CAST(? AS {_TYPES.get(name, 'VARCHAR')}[])) AS {name}" for name in names]
    columns = [[listed(row[place]) for row in rows] for place in range(len(names))]
    target = str(path.with_suffix(".parquet")).replace("'", "''")
    database.execute(f"COPY (SELECT {', '.join(parts)}) TO '{target}' (FORMAT parquet, COMPRESSION zstd)", columns)


def write_csv(path: Path, names: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Writes a CSV file, UTF-8, no cell of which a spreadsheet takes for a formula. Lists are joined with `; `."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(names)
        writer.writerows([_cell(cell) for cell in row] for row in rows)


def _cell(cell: object) -> object:
    if isinstance(cell, tuple | list):
        cell = "; ".join(str(part) for part in cell)  # type: ignore[misc]
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    return escaped(cell) if isinstance(cell, str) else cell

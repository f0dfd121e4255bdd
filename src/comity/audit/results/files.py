"""The files of a report: the page, the figures, the counted lines, the rulings and norms, the findings, a sample.

Text of the log never starts a cell of a CSV file that a spreadsheet would run as a formula.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from comity.audit.reading.database import one_file, quoted
from comity.audit.results.cube import (
    AT_ONCE,
    CUBE,
    FINDINGS,
    SETTLES,
    add_answered,
    add_cube,
    add_lines,
    order_of,
    verdict_of,
)
from comity.audit.results.figures import summarise
from comity.audit.results.ground import Check, Ground
from comity.audit.results.island import Embedded, island
from comity.audit.results.methods import Part, Sampling, as_markdown, methods
from comity.audit.results.published import Compared, checks, compare
from comity.audit.results.rulings import Ruling, rulings
from comity.audit.results.sample import draw_sample
from comity.audit.results.summary import Summary
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
    add_cube(database, ground, ruled)
    if wanted.smallest_cell is not None:
        return _write_public(database, ground, ruled, library, folder, wanted.smallest_cell)
    summary = summarise(database, ground, ruled, library, CUBE, CUBE)
    held = island(database, ground, ruled)
    _write_findings(database, folder / "findings.parquet")
    _write_common(database, folder, summary, ground, CUBE, CUBE, held, wanted.sampling)
    if wanted.sampling:
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
    by_month, by_holder = "public_months", "public_holders"
    add_lines(database, by_month, as_lines(public.by_month, judge), ruled)
    add_lines(database, by_holder, as_lines(public.by_holder, judge), ruled)
    told = _public_ground(ground, public, smallest)
    summary = summarise(database, told, ruled, library, by_month, by_holder, smallest_cell=smallest)
    _write_common(database, folder, summary, told, by_month, by_holder, None, None)
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
    by_month: str,
    by_holder: str,
    held: Embedded | None,
    sampling: Sampling | None,
) -> None:
    from comity.audit.results.page import embedded_says, render

    parts = methods(summary, ground.layout_says, embedded_says(held), sampling)
    (folder / "report.html").write_text(render(summary, ground, parts, held), encoding="utf-8")
    (folder / "methods.md").write_text(as_markdown(parts), encoding="utf-8")
    _write_json(folder / "methods.json", parts)
    _write_json(folder / "summary.json", summary)
    _write_table(database, folder / "groups", _groups(by_holder))
    _write_table(database, folder / "months", _months(by_month))
    _write_table(database, folder / "rulings", _rulings(by_holder))
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


ROWS_AT_ONCE = 100_000
"""Rows whose findings are put in order and written together."""


def _groups(table: str) -> str:
    """SQL for the counted lines; such as differ in nothing but the number of their answer are one."""
    order = order_of(table)
    return f"""
        SELECT l.month, l.holder, l.agency, l.class, l.standing, l.kind, l.outcome, l.action, l.ruling, r.status,
            r.alone, r.possible, r.cites, r.possibly_cites, r.missing, l.verdict, l.why,
            CASE WHEN l.settle = '' THEN CAST([] AS VARCHAR[]) ELSE string_split(l.settle, '{SETTLES}') END AS settle,
            l.rows, l.first AS counted_first
        FROM (
            SELECT month, holder, agency, class, standing, kind, outcome, action, ruling, verdict, why, settle, first,
                CAST(sum(rows) AS BIGINT) AS rows, min(place) AS place
            FROM {table} GROUP BY ALL
        ) l LEFT JOIN ruled r ON r.ruling = l.ruling ORDER BY {order}"""


def _months(table: str) -> str:
    return f"""
        SELECT month, action, status, verdict, CAST(sum(rows) AS BIGINT) AS rows
        FROM {table} WHERE action IS NOT NULL GROUP BY month, action, status, verdict
        ORDER BY month NULLS FIRST, action, coalesce(status, ''), coalesce(verdict, '')"""


def _rulings(table: str) -> str:
    """SQL for the rulings with their findings; of public results those that are shown."""
    return f"""
        SELECT r.*, f.findings FROM ruled r JOIN (
            SELECT ruling, CAST(sum(rows) AS BIGINT) AS findings FROM {table} GROUP BY 1
        ) f ON f.ruling = r.ruling ORDER BY r.ruling"""


def _write_norms(folder: Path, summary: Summary) -> None:
    fields = ["norm", "cite", "modality", "says", "evidence", "source", "read", "who", "times", "decides", "may_decide"]
    write_csv(folder / "norms.csv", fields, [tuple(getattr(norm, name) for name in fields) for norm in summary.norms])


def _write_table(database: duckdb.DuckDBPyConnection, path: Path, sql: str) -> None:
    """The lines of a query as Parquet and as CSV, neither ever whole in memory."""
    written = path.with_suffix(".parquet")
    database.execute(f"COPY ({sql}) TO {quoted(str(written))} (FORMAT parquet, COMPRESSION zstd)")
    lines = database.execute(f"SELECT * FROM read_parquet({one_file(written)})")
    names = [str(column[0]) for column in lines.description or ()]
    write_csv(path.with_suffix(".csv"), names, _fetched(lines))


def _fetched(lines: duckdb.DuckDBPyConnection) -> Iterator[tuple[Any, ...]]:
    while together := lines.fetchmany(AT_ONCE):
        yield from together


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

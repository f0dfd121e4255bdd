"""The files of a report: the page, the figures, the counted lines, the rulings and norms, the findings, a sample."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from comity.audit.reading.database import one_file, parts_of
from comity.audit.results.commands import Retelling, with_commands
from comity.audit.results.cube import CUBE, add_cube, count_rows, order_of
from comity.audit.results.duties import write_duties
from comity.audit.results.figures import summarise
from comity.audit.results.findings import write_findings
from comity.audit.results.ground import Ground, SourceNote
from comity.audit.results.island import Embedded, island
from comity.audit.results.methods import Sampling, as_markdown, methods
from comity.audit.results.public import HOLDERS, MONTHS, add_public_lines, public_ground
from comity.audit.results.published import Compared, checks, compare, read_figures
from comity.audit.results.sample import draw_sample
from comity.audit.results.summary import Summary
from comity.audit.results.tables import write_csv, write_json, write_table
from comity.audit.watch import Progress, tell_nobody
from comity.regularfile import sha256_of

if TYPE_CHECKING:
    import duckdb

    from comity.library import Library


class Wanted(msgspec.Struct, frozen=True):
    """What is asked of a report. With `smallest_cell` it is for the public: no rows, no texts, no count below it.
    `compare_with` is a file of figures that others published. `beside` are the files given beside the log: what they
    say is in what is written, and the methods tell their digests."""

    smallest_cell: int | None = None
    sampling: Sampling | None = None
    compare_with: Path | None = None
    beside: tuple[Path, ...] = ()


def write_report(
    database: duckdb.DuckDBPyConnection,
    ground: Ground,
    retelling: Retelling,
    rows: Path,
    folder: Path,
    wanted: Wanted,
    tell: Progress = tell_nobody,
) -> Summary:
    """Writes all files of the report on the rows of `told` and their `answers` into the folder; returns its figures.
    `rows` is the file of the rows, and `retelling` says how they are told one by one.

    Raises ComityError (`published`) for published figures that cannot be read.
    """
    if wanted.compare_with is not None:
        tell("comparing with what was published", 0, 1)
        ground = _with_published(database, ground, folder, wanted.compare_with, public=wanted.smallest_cell is not None)
    ground = msgspec.structs.replace(ground, beside=tuple(_note(path) for path in wanted.beside))
    tell("counting", 0, 1)
    count_rows(database, ground)
    library = retelling.law.library
    if wanted.smallest_cell is not None:
        return _write_public(database, ground, library, folder, wanted.smallest_cell, tell)
    tell("judging", 0, 1)
    add_cube(database, ground)
    tell("writing the findings", 0, 1)
    write_findings(database, ground, rows, folder / "findings.parquet")
    findings = f"read_parquet({one_file(folder / 'findings.parquet')})"
    tell("adding up", 0, 1)
    summary = with_commands(database, summarise(database, ground, library, CUBE, CUBE), findings, retelling)
    summary = msgspec.structs.replace(summary, reasons=_reasons(database, findings))
    held = island(database, ground, findings)
    _write_common(database, folder, summary, ground, CUBE, CUBE, held, wanted.sampling, tell)
    if any(check.topic == "set aside" for check in ground.checks):
        write_table(database, folder / "set-aside", "SELECT * FROM quarantine ORDER BY source, source_row")
    if wanted.sampling:
        tell("drawing the sample", 0, 1)
        names, sample = draw_sample(database, ground, findings, wanted.sampling)
        write_csv(folder / "sample.csv", names, sample)
    return summary


def _note(path: Path) -> SourceNote:
    return SourceNote(path.name, sha256_of(path), path.stat().st_size, None)


def _with_published(
    database: duckdb.DuckDBPyConnection, ground: Ground, folder: Path, published: Path, *, public: bool
) -> Ground:
    figures = read_figures(published)
    compared = compare(database, figures)
    if not public:
        names = list(Compared.__struct_fields__)
        write_csv(folder / "compared.csv", names, [msgspec.structs.astuple(line) for line in compared])
    return msgspec.structs.replace(ground, checks=(*ground.checks, *checks(compared, published.name, figures.left_out)))


def _write_public(
    database: duckdb.DuckDBPyConnection,
    ground: Ground,
    library: Library,
    folder: Path,
    smallest: int,
    tell: Progress,
) -> Summary:
    tell("taking small counts together", 0, 1)
    listed = {standing for (standing,) in database.execute("SELECT DISTINCT standing FROM counted").fetchall()}
    outside = {name: rows for name, rows in ground.standings.items() if name not in listed}
    add_public_lines(database, ground, outside, smallest)
    told = public_ground(database, ground, smallest)
    tell("adding up", 0, 1)
    summary = summarise(database, told, library, MONTHS, HOLDERS, smallest_cell=smallest)
    _write_common(database, folder, summary, told, MONTHS, HOLDERS, None, None, tell)
    return summary


def _write_common(
    database: duckdb.DuckDBPyConnection,
    folder: Path,
    summary: Summary,
    ground: Ground,
    by_month: str,
    by_holder: str,
    held: Embedded | None,
    sampling: Sampling | None,
    tell: Progress,
) -> None:
    from comity.audit.results.page import embedded_says, render

    tell("writing the page", 0, 1)
    parts = methods(summary, ground.layout_says, embedded_says(held), sampling)
    (folder / "report.html").write_text(render(summary, ground, parts, held), encoding="utf-8")
    (folder / "methods.md").write_text(as_markdown(parts), encoding="utf-8")
    write_json(folder / "methods.json", parts)
    write_json(folder / "summary.json", summary)
    tell("writing the counted lines", 0, 1)
    write_table(database, folder / "groups", _groups(by_holder))
    write_table(database, folder / "months", _months(by_month))
    write_table(database, folder / "rulings", _rulings(by_holder))
    write_duties(database, ground, folder, public=summary.smallest_cell is not None)
    _write_norms(folder, summary)


def _groups(table: str) -> str:
    """SQL for the counted lines; such as differ in nothing but the number of their answer are one."""
    order = order_of(table)
    return f"""
        SELECT l.month, l.holder, l.agency, l.class, l.standing, l.kind, l.outcome, l.action, l.ruling, r.status,
            r.alone, r.possible, r.cites, r.possibly_cites, r.missing, l.verdict, l.why,
            {parts_of("l.settle")} AS settle, l.rows, l.first AS counted_first
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


def _reasons(database: duckdb.DuckDBPyConnection, findings: str) -> dict[str, int]:
    """The findings by how the text of their reason was read, the most first."""
    found = database.execute(
        f"SELECT reason_class, count(*) FROM {findings} WHERE reason_class IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1"
    ).fetchall()
    return dict(found)

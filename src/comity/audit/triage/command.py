"""`comity audit --reasons` and `--measure-triage`: reason texts for a person to look at, and how well they are read."""

from __future__ import annotations

from pathlib import Path

import click
import msgspec

from comity.audit.logcolumns import open_columns
from comity.audit.opening import Opening
from comity.audit.reading.database import open_database
from comity.audit.results.summary import TRIAGE_SAYS
from comity.audit.triage.classify import classify
from comity.audit.triage.measure import measure
from comity.audit.triage.rules import CLASSES, FLAGGED
from comity.audit.triage.show import show_measure
from comity.audit.triage.verdicts import apply_verdicts, read_verdicts, write_flagged
from comity.commands.surface import console, print_json
from comity.decide import Law
from comity.errors import ComityError
from comity.words import counted


class ReasonSummary(msgspec.Struct, frozen=True):
    """How many rows and distinct texts are of each class, and what the file for verdicts holds. No text is told."""

    file: str
    layout: str
    rows: int
    texts: int
    by_class: dict[str, tuple[int, int]]
    flagged: int
    verdicts: int


def measure_triage(logs: tuple[Path, ...], *, as_json: bool) -> None:
    """Prints precision and recall on the labelled set. Raises ComityError for a log without reasons."""
    with open_database() as database:
        found = measure(database, logs)
    if as_json:
        print_json(found)
    else:
        show_measure(found, console())


def triage_reasons(law: Law, log: str, verdicts: Path, opening: Opening, *, public: bool, as_json: bool) -> None:
    """Classes the distinct reason texts of the log, and writes those to look at into the file. Raises ComityError."""
    given = read_verdicts(verdicts)
    with open_columns(log, law.vocabulary, opening) as opened:
        if not opened.layout.reason:
            raise ComityError("reasons", f"a log of the layout {opened.layout.name} has no reason texts", log)
        database = opened.database
        database.execute(f"CREATE VIEW log AS SELECT {opened.cell(opened.layout.reason)} AS reason FROM staged")
        classify(database, marks=opened.layout.marks)
        applied = apply_verdicts(database, given)
        flagged = write_flagged(database, verdicts, given, public=public)
        counted = database.execute(
            "SELECT class, CAST(sum(rows) AS BIGINT), count(DISTINCT digest) FROM reasons GROUP BY class"
        ).fetchall()
        found = {kind: (rows, texts) for kind, rows, texts in counted}
        summary = ReasonSummary(
            file=str(verdicts),
            layout=opened.layout.name,
            rows=opened.rows,
            texts=sum(texts for _, texts in found.values()),
            by_class={kind: found[kind] for kind in CLASSES if kind in found},
            flagged=flagged,
            verdicts=applied,
        )
    if as_json:
        print_json(summary)
    else:
        _tell(summary)


def _tell(summary: ReasonSummary) -> None:
    click.echo(f"{counted(summary.rows, 'row')}, {counted(summary.texts, 'distinct text')} (layout {summary.layout})")
    click.echo(f"{'the text':<26}{'rows':>12}{'texts':>9}")
    for kind, (rows, texts) in summary.by_class.items():
        mark = "  to look at" if kind in FLAGGED else ""
        click.echo(f"{kind:<26}{rows:>12,}{texts:>9,}{mark}")
    click.echo(
        f"{summary.file}: {counted(summary.flagged, 'text')} for a person's verdict; {summary.verdicts:,} taken back"
    )
    click.echo(TRIAGE_SAYS)

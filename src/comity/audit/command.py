"""`comity audit`: a log in bulk."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from comity.audit.modes import Modes, mode_options, run_mode
from comity.commands.surface import Settings, console, print_json
from comity.errors import ComityError

if TYPE_CHECKING:
    from collections.abc import Generator

    from comity.audit.run import Progress

_EPILOG = """\b
Examples:
  comity audit detainers.parquet --layout ice-detainers --place us/il --out report
  comity audit detainers.csv --place us/il --as-of 2018-06-01 --out report-2018
  comity audit detainers.csv --place us/il --sample 200 --seed 7 --out for-review
  comity audit detainers.csv --place us/il --public --out for-everybody
  comity audit --made-up 1000 --out made-up.csv
  comity audit detainers.csv --review agencies.csv
  comity audit searches.csv --reasons reasons.csv
  comity audit --sharing partners.csv --place us/il/local/police --on 2026-06-01 --out sharing
"""


@click.command(epilog=_EPILOG)
@click.argument("file", type=click.Path(path_type=Path), required=False)
@click.option("--layout", "layout_name", default="ice-detainers", show_default=True, help="What the columns mean.")
@click.option("--place", default="us/il", show_default=True, help="The state (or country) whose rows are decided.")
@click.option("--out", type=click.Path(path_type=Path), help="The folder to write; it must not exist.")
@click.option("--as-of", metavar="DATE", help="Decide every row under the law of this day, not of its own.")
@click.option("--force", is_flag=True, help="Replace a folder of earlier results.")
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON.")
@click.option("--sample", type=click.IntRange(1), metavar="N", help="Draw N rows for people to review: sample.csv.")
@click.option("--seed", type=int, default=0, show_default=True, help="Another seed draws another sample.")
@click.option("--public", is_flag=True, help="Results fit to publish: no rows, no texts of rows, no small counts.")
@click.option(
    "--smallest-cell",
    type=click.IntRange(2),
    default=10,
    show_default=True,
    metavar="N",
    help="With --public: the smallest count that is shown.",
)
@click.option(
    "--made-up", type=click.IntRange(1, 10_000_000), metavar="N", help="Write N made-up rows to the file --out instead."
)
@mode_options
@click.pass_obj
def audit(
    settings: Settings | None,
    file: Path | None,
    layout_name: str,
    place: str,
    out: Path | None,
    as_of: str | None,
    force: bool,
    as_json: bool,
    sample: int | None,
    seed: int,
    public: bool,
    smallest_cell: int,
    made_up: int | None,
    **modes: Any,
) -> None:
    """Decide every row of a log under the law of its day.

    FILE is Parquet or CSV. Each row's holder is looked up, its request decided, and everything counted: by holder,
    by what the law says, and by what the record says happened. Rows that cannot be decided are counted apart, with the
    reason. A row shows what was recorded, never that a law was kept or broken.

    Writes report.html, which a browser opens without a network; the same numbers as CSV, Parquet and JSON; a finding
    for each row and action (findings.parquet); and how it was all made (methods.md).
    """
    from comity.audit.opening import Opening

    opening = Opening(layout=None if layout_name == "ice-detainers" else layout_name)
    asked = Modes(**modes, public=public)
    known = settings or Settings()
    if run_mode(known, asked, file, opening=opening, place=place, out=out, force=force, as_json=as_json):
        return
    if out is None:
        raise ComityError("output", "name the folder to write", "--out")
    if made_up is not None:
        _write_made_up(made_up, out, force)
        return
    if file is None:
        raise ComityError("file", "name the file to read, or --made-up N to make one", "FILE")
    if public and sample:
        raise ComityError("options", "a sample holds rows, which public results do not: leave one out", "--sample")
    from comity.audit.layout import layout_named
    from comity.audit.results.files import Wanted
    from comity.audit.results.methods import Sampling
    from comity.audit.run import audit_file

    wanted = Wanted(smallest_cell if public else None, Sampling(sample, seed) if sample else None)

    layout = layout_named(layout_name)
    day = _day(as_of)
    law = (settings or Settings()).load()
    with _progress() as on_progress:
        summary = audit_file(
            file, layout, place, out, law=law, as_of=day, force=force, wanted=wanted, on_progress=on_progress
        )
    if as_json:
        print_json(summary)
    else:
        from comity.audit.show import show

        show(summary, layout, console(), str(out))


def _write_made_up(rows: int, out: Path, force: bool) -> None:
    from comity.audit.madeup import write_made_up

    if out.exists() and not force:
        raise ComityError("output", "exists already: name another file, or replace it with --force", str(out))
    write_made_up(out, rows)
    click.echo(f"{rows:,} made-up rows: {out}", err=True)


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ComityError("date", f'"{text}" is no date: write 2018-06-01', "--as-of") from None


@contextmanager
def _progress() -> Generator[Progress | None]:
    """A bar on the standard error stream, if that is a terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn
    from rich.progress import Progress as Bar

    with Bar(TextColumn("{task.description}"), BarColumn(), console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("reading", total=None)
        yield lambda step, done, of: bar.update(task, description=step, completed=done, total=of)

"""`comity audit`: a log in bulk."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from comity.audit.logoptions import READING, log_options, opening_of
from comity.audit.modes import Modes, mode_options, refuse_unread_options, run_mode, searches_of
from comity.commands.options import StrictCommand
from comity.commands.surface import Settings, console, print_json
from comity.errors import ComityError
from comity.words import counted

if TYPE_CHECKING:
    from collections.abc import Generator

    from comity.audit.holders.resolver import Resolver
    from comity.audit.results.methods import SampledBy
    from comity.audit.watch import Progress
    from comity.decide import Law

_EPILOG = """\b
Examples:
  comity audit detainers.parquet --place us/il --out report
  comity audit detainers.csv --place us/il --as-of 2018-06-01 --out of-2018
  comity audit searches/ --agency us/il/local/police --out report
  comity audit log.xlsx --sheet 2025 --map mapping.yaml --out report
  comity audit postgresql://host/jail --query 'SELECT * FROM detainers' \\
    --engine postgres --number id --out report
  comity audit detainers.csv --sample 200 --seed 7 --out for-review
  comity audit detainers.csv --public --out for-everybody
  comity audit --made-up 1000 --out made-up.csv
  comity audit detainers.csv --review agencies.csv
  comity audit searches.csv --reasons reasons.csv
  comity audit --sharing partners.csv --place us/il/local/police --out sharing
"""

_SECTIONS = {
    "What is read": (*READING, "draft_map"),
    "Place, holders and law": ("place", "agency", "state", "reviewed", "review", "as_of", "as_if"),
    "Reason texts and sharing": ("reasons", "measure_triage", "texts", "sharing", "on", "declarations"),
    "What is written": (
        "out", "force", "as_json", "public", "smallest_cell", "sample", "seed", "sample_by", "compare_with", "made_up",
    ),
    "Where it runs": ("engine", "number", "master"),
}  # fmt: skip

_FILE = click.Path(path_type=Path)


@click.command(cls=StrictCommand, sections=_SECTIONS, epilog=_EPILOG)
@click.argument("files", metavar="[LOG]...", nargs=-1)
@click.option(
    "--place", default="us", show_default=True, metavar="ID", help="The state (or country) whose rows are decided."
)
@log_options
@click.option("--agencies", "reviewed", type=_FILE, metavar="AGENCIES", help="Holders that a person reviewed.")
@click.option(
    "--engine", type=click.Choice(["postgres", "spark"]), help="Sign the rows where they lie, instead of here."
)
@click.option(
    "--number", default="", metavar="COLUMN", help="With --engine postgres: the query's column of row numbers."
)
@click.option("--master", metavar="URL", help="With --engine spark: the cluster; that of spark-submit if left out.")
@click.option("--out", type=_FILE, metavar="FOLDER", help="The folder to write; it must not exist.")
@click.option("--as-of", metavar="DATE", help="Decide every row under the law of this day, not of its own.")
@click.option("--as-if", multiple=True, metavar="PROPOSAL", help="As if this proposal were law.")
@click.option("--force", is_flag=True, help="Replace a folder of earlier results.")
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON.")
@click.option(
    "--sample", type=click.IntRange(1, 10_000_000), metavar="N", help="Draw N rows for people to review: sample.csv."
)
@click.option("--seed", type=int, default=0, show_default=True, metavar="N", help="Another seed draws another sample.")
@click.option(
    "--sample-by",
    type=click.Choice(["status", "verdict", "holder", "outcome"]),
    metavar="WHAT",
    help="With --sample: draw in turn from the rows of each status, verdict, holder or outcome.",
)
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
    "--compare-with", type=_FILE, metavar="FIGURES", help="Say how the log compares with figures that others published."
)
@click.option(
    "--made-up", type=click.IntRange(1, 10_000_000), metavar="N", help="Write N made-up rows to the file --out instead."
)
@mode_options
@click.pass_obj
@click.pass_context
def audit(
    context: click.Context,
    settings: Settings | None,
    files: tuple[str, ...],
    place: str,
    out: Path | None,
    as_of: str | None,
    as_if: tuple[str, ...],
    force: bool,
    as_json: bool,
    sample: int | None,
    seed: int,
    sample_by: SampledBy | None,
    public: bool,
    smallest_cell: int,
    compare_with: Path | None,
    made_up: int | None,
    reviewed: Path | None,
    engine: Literal["postgres", "spark"] | None,
    number: str,
    master: str | None,
    **others: Any,
) -> None:
    """Decide every row of a log under the law of its day.

    LOG is one or several files (CSV, Excel, JSON, Parquet), a folder of them, a database, or - for what is piped in.
    What its columns mean is worked out from them. Each row's holder is looked up, its request decided, and everything
    counted: by holder, by what the law says, and by what the record says happened. Rows that cannot be decided are
    counted apart, with the reason. A row shows what was recorded, never that a law was kept or broken.

    Writes report.html, which a browser opens without a network; the same numbers as CSV, Parquet and JSON; a finding
    for each row and action (findings.parquet); and how it was all made (methods.md).
    """
    refuse_unread_options(context)
    opening = opening_of(others)
    asked = Modes(**others, public=public)
    known = settings or Settings()
    if run_mode(known, asked, files, opening=opening, place=place, out=out, force=force, as_json=as_json):
        return
    if not files and made_up is None:
        raise ComityError("file", "name the file to read, or --made-up N to make one", "LOG")
    if out is None:
        raise ComityError("output", "name the folder to write", "--out")
    if made_up is not None:
        _write_made_up(made_up, out, force)
        return
    if public and sample:
        raise ComityError("options", "a sample holds rows, which public results do not: leave one out", "--sample")
    from comity.audit.results.files import Wanted
    from comity.audit.results.methods import Sampling
    from comity.audit.run import Elsewhere, audit_log
    from comity.request import parse_on

    sampling = Sampling(sample, seed, sample_by) if sample else None
    given = (opening.mapping, reviewed, asked.declarations, asked.reasons, compare_with)
    beside = tuple(path for path in given if path is not None and path.exists())
    law = known.load()
    with progress_bar() as on_progress:
        found = audit_log(
            files,
            out,
            law=law,
            place=place,
            opening=opening,
            resolver=resolver_of(law, reviewed),
            searches=searches_of(asked),
            as_of=None if as_of is None else parse_on(as_of, "--as-of")[0],
            as_if=as_if,
            force=force,
            wanted=Wanted(smallest_cell if public else None, sampling, compare_with, beside),
            on_progress=on_progress,
            elsewhere=Elsewhere(engine, number, master) if engine else None,
        )
    if as_json:
        print_json(found.summary)
    else:
        from comity.audit.show import show

        show(found.summary, found.outcomes, console(), str(out))


def resolver_of(law: Law, reviewed: Path | None) -> Resolver | None:
    """Holders as a person reviewed them, if a file of those is named."""
    if reviewed is None:
        return None
    if not reviewed.exists():
        raise ComityError("agencies", "there is no such file: --review AGENCIES begins one", str(reviewed))
    from comity.audit.holders.review import read_reviewed, resolver_with

    return resolver_with(law.library, read_reviewed(reviewed, law.library))


def _write_made_up(rows: int, out: Path, force: bool) -> None:
    from comity.audit.madeup import write_made_up

    if out.suffix.lower() not in (".csv", ".parquet"):
        raise ComityError("output", "made-up rows are a .csv or .parquet file", str(out))
    if out.exists() and not force:
        raise ComityError("output", "exists already: name another file, or replace it with --force", str(out))
    write_made_up(out, rows)
    click.echo(f"{counted(rows, 'made-up row')}: {out}", err=True)


@contextmanager
def progress_bar() -> Generator[Progress | None]:
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

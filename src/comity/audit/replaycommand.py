"""`comity replay`: the rows of a log under other law, and what that would have changed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from comity.audit.logoptions import READING, log_options, opening_of, refuse_two_places
from comity.commands.options import StrictCommand, told
from comity.commands.surface import Settings, print_json
from comity.errors import ComityError
from comity.terminal import printable
from comity.words import DISCLAIMER, counted

if TYPE_CHECKING:
    from comity.audit.replay import Replay

_FILE = click.Path(path_type=Path)
MOST_SHOWN = 10
"""So many lines of each count are printed; the files hold all."""

_EPILOG = """\b
Examples:
  comity replay detainers.parquet --place us/il \\
    --with us/il/chicago/o2023-0004222 --out replay
  comity replay detainers.parquet --place us/il --as-of 2022-01-01

Writes replay.html and replay.json, answers.csv (every action by old and new answer), changed-by-holder.csv, and
changed-rows.parquet: a line for each row and action whose answer would be otherwise.
"""
_SECTIONS = {
    "The other law": ("as_if", "as_of"),
    "What is read": READING,
    "Place and holders": ("place", "agency", "state", "reviewed"),
    "What is written": ("out", "force", "as_json"),
}


@click.command(cls=StrictCommand, sections=_SECTIONS, epilog=_EPILOG)
@click.argument("files", metavar="LOG...", nargs=-1, required=True)
@click.option("--with", "as_if", multiple=True, metavar="PROPOSAL", help="As if this proposal were law; repeatable.")
@click.option("--as-of", metavar="DATE", help="Under the law of this day, not of the row's own.")
@click.option(
    "--place", default="us", show_default=True, metavar="ID", help="The state (or country) whose rows are decided."
)
@log_options
@click.option("--agencies", "reviewed", type=_FILE, metavar="AGENCIES", help="Holders that a person reviewed.")
@click.option(
    "--out",
    type=_FILE,
    metavar="FOLDER",
    help="The folder to write; it must not exist. Without it, counts are printed.",
)
@click.option("--force", is_flag=True, help="Replace a folder of earlier results.")
@click.option("--json", "as_json", is_flag=True, help="Print the counts as JSON.")
@click.pass_obj
@click.pass_context
def replay(
    context: click.Context,
    settings: Settings,
    files: tuple[str, ...],
    as_if: tuple[str, ...],
    as_of: str | None,
    place: str,
    reviewed: Path | None,
    out: Path | None,
    force: bool,
    as_json: bool,
    **others: Any,
) -> None:
    """Decide every row of a log twice: under the law of its day, and under other law.

    The other law is that of another day, or the law with a proposal. With both, the law of that day stands against
    the same with the proposal. What would have been done under it, no log can tell; what the law would have said to
    the same requests, it can.
    """
    refuse_two_places(told(context))
    if not as_if and as_of is None:
        raise ComityError("options", "name the other law: --with PROPOSAL, --as-of DATE, or both", "--with")
    from comity.audit.command import progress_bar, resolver_of
    from comity.audit.replay import replay_log
    from comity.request import check_proposal, parse_on

    law = settings.load()
    for proposal in as_if:
        check_proposal(law.library, proposal)
    with progress_bar() as on_progress:
        found = replay_log(
            files,
            out,
            law=law,
            place=place,
            opening=opening_of(others),
            resolver=resolver_of(law, reviewed),
            as_of=None if as_of is None else parse_on(as_of, "--as-of")[0],
            as_if=as_if,
            force=force,
            on_progress=on_progress,
        )
    if as_json:
        print_json(found)
    else:
        _show(found, out)


def _show(found: Replay, out: Path | None) -> None:
    from comity.audit.replay import title_of

    click.echo(title_of(found))
    click.echo(DISCLAIMER)
    asked = counted(found.asked, "answer")
    click.echo(f"{counted(found.rows, 'row')}; {asked}, of which {found.changed:,} would be otherwise.")
    changed = [shift for shift in found.shifts if shift.before != shift.after]
    for shift in changed[:MOST_SHOWN]:
        click.echo(f"  {shift.rows:>9,}  {shift.action}: {shift.before} → {shift.after}")
    if len(changed) > MOST_SHOWN:
        click.echo(f"  and {counted(len(changed) - MOST_SHOWN, 'further change')} (--json lists all)")
    if found.holders:
        click.echo("By holder:")
    for each in found.holders[:MOST_SHOWN]:
        recorded = f"; recorded: {each.outcome}" if each.outcome else ""
        holder = printable(each.holder)
        click.echo(
            f"  {each.rows:>9,}  {holder} ({each.agency}), {each.action}: {each.before} → {each.after}{recorded}"
        )
    if len(found.holders) > MOST_SHOWN:
        click.echo(f"  and {counted(len(found.holders) - MOST_SHOWN, 'further line')} (--json lists all)")
    if out is not None:
        click.echo(f"Written to {out}", err=True)

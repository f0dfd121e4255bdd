"""`comity audit --review`: the names of holders that nothing knows, put into agencies.csv for a person to decide."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import click
import msgspec

from comity.audit.holders.match import way_of
from comity.audit.holders.review import read_reviewed, resolver_with, with_proposals, write_reviewed
from comity.audit.holders.table import resolve, told_with_rows
from comity.audit.layouts.holder import holder_sql
from comity.audit.logcolumns import LogColumns, open_columns
from comity.audit.opening import Opening, given_of
from comity.commands.surface import print_json
from comity.decide import Law
from comity.errors import ComityError
from comity.words import counted


class ReviewSummary(msgspec.Struct, frozen=True):
    """How many names of a log are known and how, and what the file for review now holds."""

    file: str
    layout: str
    names: int
    by_class: dict[str, int]
    by_match: dict[str, int]
    accepted: int
    rejected: int
    to_decide: int
    proposals: int


def review_holders(law: Law, log: str, reviewed: Path, opening: Opening, *, as_json: bool) -> None:
    """Looks up every holder of the log, and writes those that nothing knows into the file. Raises ComityError."""
    before = read_reviewed(reviewed, law.library)
    resolver = resolver_with(law.library, before)
    with open_columns(log, law.vocabulary, opening) as opened:
        _make_log(opened, log, given_of(opening, law.library).state)
        resolve(opened.database, resolver)
        after = with_proposals(before, told_with_rows(opened.database), resolver)
        found = opened.database.execute("SELECT class, matched FROM holders").fetchall()
        name = opened.layout.name
    write_reviewed(reviewed, after)
    undecided = [line for line in after.lines if not line.decision]
    summary = ReviewSummary(
        file=str(reviewed),
        layout=name,
        names=len(found),
        by_class=dict(sorted(Counter(kind for kind, _ in found).items())),
        by_match=dict(sorted(Counter(way_of(matched) for _, matched in found if matched).items())),
        accepted=sum(line.decision == "accept" for line in after.lines),
        rejected=sum(line.decision == "reject" for line in after.lines),
        to_decide=len(undecided),
        proposals=sum(bool(line.score) for line in undecided),
    )
    if as_json:
        print_json(summary)
    else:
        _tell(summary)


def _make_log(opened: LogColumns, log: str, state_given: str) -> None:
    """The view `log` with the holder's three columns alone."""
    holder = opened.layout.holder
    if not holder.name:
        raise ComityError("holder", f"a log of the layout {opened.layout.name} names no holders to review", log)
    name, state, city = holder_sql(holder, opened.value, state_given)
    opened.database.execute(
        f"CREATE VIEW log AS SELECT {name} AS holder_name, {state} AS holder_state, {city} AS holder_city FROM staged"
    )


def _tell(summary: ReviewSummary) -> None:
    click.echo(f"{counted(summary.names, 'name')} of holders (layout {summary.layout})")
    for way, many in summary.by_match.items():
        click.echo(f"  {many:>6,} {way}")
    unknown = summary.by_class.get("unmapped", 0)
    click.echo(f"  {unknown:>6,} not known")
    click.echo(
        f"{summary.file}: {summary.to_decide:,} to decide, {summary.proposals:,} of them with a proposal; "
        f"{summary.accepted:,} accepted, {summary.rejected:,} rejected"
    )
    click.echo("Nothing in it is used until a person writes accept and a day.")

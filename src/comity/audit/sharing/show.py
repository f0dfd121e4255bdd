"""A checked sharing list for a terminal: the classes, the answers for each class, and what would settle them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.audit.sharing.check import (
    Checked,
    SharingReport,
    alike,
    deciding_words,
    groups_of,
    heading_of,
    listed_words,
    settling_words,
)
from comity.audit.sharing.declarations import others_words
from comity.terminal import printable

if TYPE_CHECKING:
    from rich.console import Console

MOST_NAMED = 3
"""Organisations named as examples of each group; all of them stand in the files and in --json."""


def show_report(report: SharingReport, out: Console, folder: str) -> None:
    """The classes, then each group with a few of its organisations and its answers; and the folder of files, if any."""
    out.print(f"{report.agency_name} ({report.agency}), {report.on:%-d %B %Y}")
    out.print(f"{printable(report.source)}: {listed_words(report)}")
    out.print("This states encoded law; it is no legal advice. It does not say that anything was shared.")
    out.print()
    out.print(", ".join(f"{many:,} {kind}" for kind, many in report.counts.items() if many))
    if any(partner.we_share is not None for partner in report.partners):
        shares = sum(partner.we_share is True for partner in report.partners)
        out.print(f"The list says that the agency shares with {shares:,} of them; the answers suppose it of all.")
    for group in groups_of(report):
        out.print()
        _show_group(group, out)
    out.print()
    for line in report.assumes:
        out.print(f"assumed: {line}")
    if not report.declarations:
        out.print("declarations: no register given, so whether any organisation has declared is not known")
    if report.declared_by_others:
        out.print(f"mind: {printable(others_words(report.declared_by_others))}")
    for line in report.duties:
        out.print(f"sharing brings, or may bring: {line}")
    for line in (*report.not_encoded, *report.notes):
        out.print(f"mind: {line}")
    out.print(f"Law {report.law}, comity {report.version}")
    if folder:
        out.print(f"Written to {folder}: partners.csv, sharing.html, sharing.json")


def _show_group(group: list[Checked], out: Console) -> None:
    from rich import box
    from rich.table import Table

    first = group[0]
    named = printable("; ".join(partner.organisation for partner in group[:MOST_NAMED]))
    more = f"; and {len(group) - MOST_NAMED:,} more" if len(group) > MOST_NAMED else ""
    out.print(heading_of(group))
    out.print(f"  {named}{more}")
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for name in ("purpose", "answer", "by", "would settle or change it"):
        table.add_column(name)
    for answer in alike(first.answers):
        table.add_row(answer.purpose, answer.status, deciding_words(answer), "; ".join(settling_words(answer)))
    out.print(table)

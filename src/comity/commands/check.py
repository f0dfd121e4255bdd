"""`comity check`: what of the law conflicts, is silent or can never act, and what of that is acknowledged."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from comity.commands import completing
from comity.commands.options import StrictCommand
from comity.commands.progress import progress
from comity.commands.showlaw import Writer
from comity.commands.surface import Settings, print_json
from comity.telling import command_line
from comity.words import counted

if TYPE_CHECKING:
    from comity.check.values import CheckFinding, CheckReport

_TITLES = {
    "conflict": "Conflicts that can arise",
    "gap": "Gaps: actions on which nothing speaks",
    "never_decides": "Norms that can never decide",
    "exception": "Exceptions, alternatives and edges of defeat that never act",
    "permission": "Permissions that relate to no prohibition",
    "no_deadline": "Duties without a deadline",
    "example": "Examples that the law answers otherwise",
    "band": "Texts whose first day is not known exactly",
    "dispute": "Disputes",
    "reading": "Norms not read in their operative text",
}
_EPILOG = """\b
Examples:
  comity check                  all law
  comity check us/il            Illinois and the places in it
  comity check us/il --all      with what is acknowledged, and why
  comity check us/ma/boston --examples

The exit code is 0 where every finding is acknowledged, 1 where one is open or an acknowledgement fits none, 2 where
the law cannot be read.
"""


@click.command(cls=StrictCommand, epilog=_EPILOG)
@click.argument("path", required=False, shell_complete=completing.paths)
@click.option("--all", "show_all", is_flag=True, help="Show the findings that are acknowledged or stated too.")
@click.option("--examples", is_flag=True, help="Decide the examples of the law files too.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
@click.pass_context
def check(
    context: click.Context, settings: Settings, path: str | None, show_all: bool, examples: bool, as_json: bool
) -> None:
    """Find conflicts, gaps, norms and exceptions that can never act, permissions without prohibition and duties
    without deadline, for every agency in every period of law. PATH is a place, checked with the places below it.

    Each finding is to be fixed, or acknowledged in its law file with a reason.
    """
    from comity.check.report import check_law

    law = settings.load()
    with progress("Checking") as on_progress:
        report = check_law(law, path, on_progress, examples=examples)
    if as_json:
        print_json(report)
    else:
        _show(report, show_all=show_all)
    context.exit(0 if report.is_clean else 1)


def _show(report: CheckReport, *, show_all: bool) -> None:
    write = Writer()
    write.line(
        "",
        f"{counted(report.agencies, 'agency', 'agencies')}, {counted(report.periods, 'period')} of law, "
        f"{counted(report.units, 'different set')} of norms on an action.",
        0,
    )
    counts: dict[str, int] = {}
    for finding in report.findings:
        counts[finding.state] = counts.get(finding.state, 0) + 1
    told = ", ".join(f"{counts.get(state, 0):,} {state}" for state in ("open", "acknowledged", "stated"))
    hidden = not show_all and len(report.findings) > counts.get("open", 0)
    write.line("", f"Findings: {told}{' (--all shows them too)' if hidden else ''}.", 0)
    for kind, title in _TITLES.items():
        found = [each for each in report.findings if each.finding == kind and (show_all or each.state == "open")]
        if found:
            write.heading(f"{title} ({len(found)})")
        for each in found:
            _finding(write, each)
    if report.unused:
        write.heading(f"Acknowledgements that fit no finding ({len(report.unused)})")
        for unused in report.unused:
            write.line(f"{unused.path}:{unused.line}", f"{unused.finding}: {unused.reason}")


def _finding(write: Writer, each: CheckFinding) -> None:
    head = each.norms[0] if len(each.norms) == 1 else each.place
    write.line(head, f"{each.says}{f' ({each.at})' if each.at else ''}")
    if len(each.norms) > 1:
        write.line("", _some(each.norms), 6)
    if each.agencies:
        about = f"{_some(each.actions)}: " if each.finding == "conflict" or len(each.actions) > 1 else ""
        write.line("", f"{about}{_some(each.agencies)}", 6)
    if each.example is not None:
        example = each.example
        write.plain([f"      {command_line(example.agency, example.on, example.action, example.facts)}"])
        for text, reached in each.example.texts.items():
            write.line("", f"supposing that {text} is {'already' if reached else 'not yet'} in force", 6)
    if each.reason:
        by = f" ({each.acknowledged_at})" if each.acknowledged_at else ""
        write.line(each.state, f"{each.reason}{by}", 6)


def _some(words: Sequence[str], most: int = 6) -> str:
    further = len(words) - most
    return ", ".join(words[:most]) + (f" and {further} more" if further > 0 else "")

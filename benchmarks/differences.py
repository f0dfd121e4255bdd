"""`python -m benchmarks.differences`: time `comity diff` over the places, and print the slowest and the quantiles."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import combinations
from pathlib import Path
from random import Random
from statistics import quantiles
from time import process_time

import click
import msgspec
from rich.console import Console
from rich.table import Table

from benchmarks.report import Environment, environment
from benchmarks.timing import collector_resting
from benchmarks.whole_program import COMITY, run
from comity.compare.diff import diff
from comity.compare.sides import Side
from comity.decide import Law

SLOWEST = 10
"""So many of the slowest are printed."""
TIMES = 3
"""A whole command is run so often; the least counts."""


class Compared(msgspec.Struct, frozen=True):
    """Two sides, how many norms bind each, what was found unlike, and the processor seconds that took."""

    before: str
    after: str
    norms: tuple[int, int]
    changes: int
    """Pairs of an old and a new status, over all actions."""
    proved: int
    """Of these, the ones of which it is proved that no fewer conditions describe them."""
    seconds: float


class Command(msgspec.Struct, frozen=True):
    """A whole command, start included: the least of several runs. Seconds of the processor, and by the clock."""

    command: str
    processor: float
    seconds: float


class Report(msgspec.Struct, frozen=True):
    """All that was measured."""

    environment: Environment
    agencies: tuple[Compared, ...]
    """Two agencies on one day."""
    days: tuple[Compared, ...]
    """One agency on two days."""
    commands: tuple[Command, ...]


def places(law: Law, on: date) -> dict[str, int]:
    """Of each place whose law is like no other's, the agency with most norms on the day, and how many it has."""
    found: dict[frozenset[str], str] = {}
    for place in law.library.jurisdictions.values():
        bound = [
            (frozenset(item.norm.id for item in law.scope(agency, on).bound), agency.id)
            for agency in place.agencies
            if law.agency_law(agency).period(on)
        ]
        if bound:
            norms, agency = max(bound, key=lambda each: (len(each[0]), each[1]))
            found.setdefault(norms, agency)
    return {agency: len(norms) for norms, agency in found.items()}


def pairs(found: dict[str, int], number: int, seed: int) -> list[tuple[str, str]]:
    """Pairs of agencies: half of them those with most norms between them, half drawn from the others."""
    ordered = sorted(combinations(found, 2), key=lambda pair: (-found[pair[0]] * found[pair[1]], pair))
    first = ordered[: -(-number // 2)]
    rest = ordered[len(first) :]
    return first + Random(seed).sample(rest, min(number - len(first), len(rest)))


def days(law: Law, agency: str, on: date) -> Iterator[date]:
    """Days before that one on which the law of the agency was another: the first, and one half way."""
    earlier = [day for day in law.periods(agency) if day < on]
    yield from dict.fromkeys(earlier[at] for at in (0, len(earlier) // 2) if earlier)


def compared(law: Law, before: Side, after: Side) -> Compared:
    """Compares two sides, all actions, with the garbage collector at rest, as the command does."""
    with collector_resting():
        start = process_time()
        found = diff(law, before, after)
        seconds = process_time() - start
    norms = [len(law.scope(law.agency(side.agency), side.on).bound) for side in (before, after)]
    names = [f"{side.agency} {side.on}" for side in (before, after)]
    changes = [change for action in found.actions for change in action.changes]
    proved = sum(change.fewest for change in changes)
    return Compared(names[0], names[1], (norms[0], norms[1]), len(changes), proved, seconds)


def sweep(law: Law, sides: Iterable[tuple[Side, Side]], seconds: float) -> Iterator[Compared]:
    """Compares pair after pair, until so many seconds of the processor are used up."""
    used = 0.0
    for before, after in sides:
        if used > seconds:
            break
        found = compared(law, before, after)
        used += found.seconds
        yield found


def whole(*arguments: str) -> Command:
    """A command run from the shell."""
    runs = [run([*COMITY, *arguments]) for _ in range(TIMES)]
    return Command(" ".join(arguments), min(each.processor for each in runs), min(each.seconds for each in runs))


def arguments(found: Compared) -> tuple[str, ...]:
    """The command that compares the same."""
    (before, first), (after, second) = found.before.split(), found.after.split()
    return ("diff", before, "--between", first, second) if before == after else ("diff", before, after, "--on", first)


@click.command()
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="The day; the last on which law was read if left out.")
@click.option("--pairs", "number", default=300, show_default=True, help="Pairs of agencies.")
@click.option("--seconds", default=600.0, show_default=True, help="What each of the two sweeps is given.")
@click.option("--seed", default=1, show_default=True, help="Draws the pairs that have not most norms.")
@click.option("--commands", default=5, show_default=True, help="So many of the slowest are run as whole commands.")
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="Write all that was measured to a file.")
def main(on: datetime | None, number: int, seconds: float, seed: int, commands: int, json_file: Path | None) -> None:
    """Time comparisons of two agencies, and of two days of one, of all places whose law is like no other's."""
    console, progress = Console(), Console(stderr=True)
    law = Law.load()
    gc.freeze()
    day = on.date() if on else law.library.last_read() or date.today()
    where = environment(law.digest)
    found = places(law, day)
    progress.print(f"{number} pairs of {len(found)} agencies on {day}.")
    agencies = [(Side(one, day), Side(other, day)) for one, other in pairs(found, number, seed)]
    between = tuple(sweep(law, agencies, seconds))
    progress.print("Two days of each.")
    earlier = [(Side(agency, first), Side(agency, day)) for agency in found for first in days(law, agency, day)]
    over_time = tuple(sweep(law, earlier, seconds))
    slow = [*_slowest(between)[:commands], *_slowest(over_time)[: min(commands, 1)]]
    progress.print(f"{len(slow)} of the slowest as whole commands.")
    proof = [("prove", "us")] if commands else []
    report = Report(where, between, over_time, tuple(whole(*each) for each in (*map(arguments, slow), *proof)))
    show(report, console)
    if json_file is not None:
        json_file.write_bytes(msgspec.json.format(msgspec.json.encode(report)))


def show(report: Report, console: Console) -> None:
    """Print the tables."""
    console.print(f"{report.environment.python}, {report.environment.machine}, load {report.environment.load:.1f}")
    table = Table("processor seconds, all actions", "compared", "half", "nine in ten", "99 of 100", "most")
    for name, found in (("two agencies, one day", report.agencies), ("one agency, two days", report.days)):
        seconds = [each.seconds for each in found]
        cuts = quantiles(seconds, n=100, method="inclusive") if len(seconds) > 1 else seconds * 99
        shown = [cuts[49], cuts[89], cuts[98], max(seconds)] if seconds else []
        table.add_row(name, str(len(found)), *(f"{each:.2f}" for each in shown))
    console.print(table)
    every = [*report.agencies, *report.days]
    changes, proved = sum(each.changes for each in every), sum(each.proved for each in every)
    console.print(f"Proved that no fewer conditions describe a change: {proved:,} of {changes:,} changes.")
    table = Table("slowest", "and", "norms", "changes", "seconds")
    for each in (*_slowest(report.agencies)[:SLOWEST], *_slowest(report.days)[:SLOWEST]):
        norms = f"{each.norms[0]}, {each.norms[1]}"
        table.add_row(each.before, each.after, norms, str(each.changes), f"{each.seconds:.2f}")
    console.print(table)
    table = Table("whole command", "processor", "by the clock")
    for each in report.commands:
        table.add_row(each.command, f"{each.processor:.2f} s", f"{each.seconds:.2f} s")
    console.print(table)


def _slowest(found: Sequence[Compared]) -> list[Compared]:
    return sorted(found, key=lambda each: -each.seconds)


if __name__ == "__main__":
    main()

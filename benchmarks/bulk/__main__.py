"""`python -m benchmarks.bulk`: decide the same rows in every way, check that all agree, and print rows a second."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory

import click
import msgspec
from rich.console import Console
from rich.table import Table

from benchmarks.bulk.encoded import AGENCY, DAYS, UNKNOWN, encoded_law
from benchmarks.bulk.law import NORMS, made_up_law
from benchmarks.bulk.measure import Subject, Timed, columnar_times, made_up_places, row_times, rules_of, times_apart
from benchmarks.bulk.rows import Shape, write_log
from benchmarks.report import environment
from comity.decide import Law

PLACES = 20

LONGER = 3
"""How many times as long the logs are by which the time of a further row is told."""


class Case(msgspec.Struct, frozen=True):
    """The times on one log."""

    log: str
    rows: int
    times: tuple[Timed, ...]
    peak_megabytes: float
    """Of comity's own process, its start included."""


class Further(msgspec.Struct, frozen=True):
    """What a log costs once, and what each further row of it takes: from its time and that of one LONGER times as long.

    The longer log has more signatures, and so are they told of: `seconds_once` is what is left of the shorter one's
    time.
    """

    log: str
    way: str
    seconds_once: float
    speed: float
    """Rows a second by the clock."""
    by_processor: float
    """Rows a second by the time of two processor cores."""


@click.command()
@click.option(
    "--rows", default=10_000_000, show_default=True, help="Rows of the longest log; shorter ones are a tenth."
)
@click.option("--seconds", default=10.0, show_default=True, help="What an engine that goes row by row is given.")
@click.option("--peers/--no-peers", default=True, show_default=True, help="Time the others too.")
@click.option(
    "--further/--no-further",
    default=False,
    help=f"Time logs {LONGER} times as long too, and tell what further rows take.",
)
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="Write all that was measured to a file.")
def main(rows: int, seconds: float, peers: bool, further: bool, json_file: Path | None) -> None:
    """Time decisions in bulk, from Parquet, on two cores.

    Nothing is printed unless all ways give the same answers.
    """
    console, progress = Console(), Console(stderr=True)
    law, cases, more = made_up_law(), list[Case](), list[Further]()
    where = environment(law.digest)
    logs: list[tuple[Shape, float, int, int]] = [
        ("skewed", 0.0, 1, rows),
        ("all different", 0.0, 1, rows),
        ("all different", 0.05, 1, rows),
        ("all different", 0.0, PLACES, rows),
        ("skewed", 0.0, 1, rows // 10),
    ]
    with TemporaryDirectory() as folder:
        log = Path(folder) / "log.parquet"
        for shape, unknown, places, length in logs:
            where_to = "one place" if places == 1 else f"{places} places"
            name = f"{shape}, {unknown:.0%} of cells unknown, {places * NORMS} norms in {where_to}"
            subject = partial(made_up_places, places)
            write = partial(write_log, log, shape=shape, unknown=unknown, agencies=places)
            progress.print(f"{length:,} rows: {name}")
            write(length)
            ours, expected, peak = times_apart(subject, log, length, Path(folder))
            if peers and not unknown and places == 1:
                ours += columnar_times(rules_of(law), log, length, expected)
                if length == rows:
                    ours += row_times(rules_of(law), log, seconds)
            cases.append(Case(name, length, tuple(ours), peak))
            if further and length == rows:
                more += _further(name, subject, write, log, ours)
        for shape, agencies in product(("skewed", "all different"), ((AGENCY,), tuple(Law.load().agencies))):
            name = f"{shape}, encoded law, {len(agencies):,} {'agency' if len(agencies) == 1 else 'agencies'}"
            progress.print(f"{rows:,} rows: {name}")
            subject = partial(encoded_law, agencies)
            told = {"unknown": UNKNOWN, "agencies": len(agencies), "facts": subject().facts, "days": DAYS}
            write = partial(write_log, log, shape=shape, **told)
            write(rows)
            ours, _, peak = times_apart(subject, log, rows, Path(folder))
            cases.append(Case(name, rows, tuple(ours), peak))
            if further:
                more += _further(name, subject, write, log, ours)
    console.print(f"{where.machine}, {where.cores} cores, load {where.load}; {where.at}")
    for case in cases:
        console.print(_table(case))
    if more:
        console.print(_further_table(more))
    if json_file is not None:
        json_file.write_bytes(
            msgspec.json.format(msgspec.json.encode({"environment": where, "cases": cases, "further": more}))
        )


def _further(
    name: str, subject: Callable[[], Subject], write: Callable[[int], None], log: Path, ours: Sequence[Timed]
) -> list[Further]:
    """What further rows of a log take, which is written anew for that."""
    length = LONGER * ours[0].rows
    write(length)
    longer, _, _ = times_apart(subject, log, length, log.parent)
    found: list[Further] = []
    for short, long in zip(ours, longer, strict=False):
        rows = long.rows - short.rows
        a_row, processor = (long.seconds - short.seconds) / rows, (long.processor - short.processor) / rows
        once = short.seconds - a_row * short.rows
        found.append(Further(name, short.way, once, 1 / a_row, 2 / processor))
    return found


def _further_table(found: Sequence[Further]) -> Table:
    title = f"What each further row takes, from logs {LONGER} times as long"
    table = Table(title=title, title_justify="left")
    for head in ("", "", "seconds once", "rows/s", "rows/s, by processor time of 2 cores", "times the first"):
        table.add_column(head, justify="right" if head else "left")
    first = {each.way: each.speed for each in reversed(found)}
    for each in found:
        ratio = first[each.way] / each.speed
        cells = (f"{each.seconds_once:.2f}", f"{each.speed:,.0f}", f"{each.by_processor:,.0f}", f"{ratio:.1f}")
        table.add_row(each.log, each.way, *cells)
    return table


def _table(case: Case) -> Table:
    signatures = case.times[0].signatures
    title = f"{case.rows:,} rows: {case.log}; {signatures:,} signatures; peak {case.peak_megabytes:.0f} MB"
    table = Table(title=title, title_justify="left")
    for head in ("", "rows", "seconds", "rows/s", "rows/s, by processor time of 2 cores", "times as long as comity"):
        table.add_column(head, justify="right" if head else "left")
    for time in case.times:
        by_processor = 2 * time.rows / time.processor if time.processor else 0.0
        ratio = case.times[0].speed / time.speed
        cells = (f"{time.rows:,}", f"{time.seconds:.2f}", f"{time.speed:,.0f}", f"{by_processor:,.0f}", f"{ratio:,.1f}")
        table.add_row(time.way, *cells)
    return table


if __name__ == "__main__":
    main()

"""`python -m benchmarks.bulk`: decide the same rows in every way, check that all agree, and print rows a second."""

from __future__ import annotations

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
from benchmarks.bulk.measure import Timed, columnar_times, made_up_places, row_times, rules_of, times_apart
from benchmarks.bulk.rows import Shape, write_log
from benchmarks.report import environment
from comity.decide import Law

PLACES = 20


class Case(msgspec.Struct, frozen=True):
    """The times on one log."""

    log: str
    rows: int
    times: tuple[Timed, ...]
    peak_megabytes: float
    """Of comity's own process, its start included."""


@click.command()
@click.option(
    "--rows", default=10_000_000, show_default=True, help="Rows of the longest log; shorter ones are a tenth."
)
@click.option("--seconds", default=10.0, show_default=True, help="What an engine that goes row by row is given.")
@click.option("--peers/--no-peers", default=True, show_default=True, help="Time the others too.")
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="Write all that was measured to a file.")
def main(rows: int, seconds: float, peers: bool, json_file: Path | None) -> None:
    """Time decisions in bulk, from Parquet, on two cores.

    Nothing is printed unless all ways give the same answers.
    """
    console, progress = Console(), Console(stderr=True)
    law, cases = made_up_law(), list[Case]()
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
            progress.print(f"{length:,} rows: {name}")
            write_log(log, length, shape, unknown=unknown, agencies=places)
            ours, expected, peak = times_apart(partial(made_up_places, places), log, length, Path(folder))
            if peers and not unknown and places == 1:
                ours += columnar_times(rules_of(law), log, length, expected)
                if length == rows:
                    ours += row_times(rules_of(law), log, seconds)
            cases.append(Case(name, length, tuple(ours), peak))
        for shape, agencies in product(("skewed", "all different"), ((AGENCY,), tuple(Law.load().agencies))):
            name = f"{shape}, encoded law, {len(agencies):,} {'agency' if len(agencies) == 1 else 'agencies'}"
            progress.print(f"{rows:,} rows: {name}")
            facts = encoded_law(agencies).facts
            write_log(log, rows, shape, unknown=UNKNOWN, agencies=len(agencies), facts=facts, days=DAYS)
            ours, _, peak = times_apart(partial(encoded_law, agencies), log, rows, Path(folder))
            cases.append(Case(name, rows, tuple(ours), peak))
    console.print(f"{where.machine}, {where.cores} cores, load {where.load}; {where.at}")
    for case in cases:
        console.print(_table(case))
    if json_file is not None:
        json_file.write_bytes(msgspec.json.format(msgspec.json.encode({"environment": where, "cases": cases})))


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

"""`python -m benchmarks.audits`: audit long logs as a whole, and print what each step takes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory

import click
import msgspec
from rich.console import Console
from rich.table import Table

from benchmarks.audits.logs import PUBLISHED, REAL, many_places, repeat_real_log, write_each_its_own, write_many_answers
from benchmarks.audits.measure import Audited, Measured, audit_apart
from benchmarks.report import Environment, environment
from comity.decide import Law


class Case(msgspec.Struct, frozen=True):
    """An audit and what it took; or why there was none."""

    log: str
    measured: Measured | None = None
    skipped: str = ""


class Measurements(msgspec.Struct, frozen=True):
    """All that was measured in one run."""

    environment: Environment
    cases: tuple[Case, ...]


@click.command()
@click.option("--rows", default=10_000_000, show_default=True, help="Rows of each log, at least.")
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="Write all that was measured to a file.")
def main(rows: int, json_file: Path | None) -> None:
    """Audit long logs of three kinds, for oneself and for the public, each in a process of its own."""
    console, progress = Console(), Console(stderr=True)
    where, cases = environment(Law.load().digest), list[Case]()
    console.print(f"{where.machine}, {where.cores} cores, load {where.load}; {where.at}")
    with TemporaryDirectory() as made:
        for name, audited in _audits(Path(made), rows):
            progress.print(name)
            if isinstance(audited, str):
                cases.append(Case(name, skipped=audited))
                console.print(f"{name}: left out, since {audited}")
                continue
            folder = Path(made) / "results"
            cases.append(Case(name, audit_apart(audited, folder)))
            rmtree(folder)
            console.print(_table(name, cases[-1].measured))
    if json_file is not None:
        found = Measurements(where, tuple(cases))
        json_file.write_bytes(msgspec.json.format(msgspec.json.encode(found)))


def _audits(made: Path, rows: int) -> Iterator[tuple[str, Audited | str]]:
    """Each audit with its name; or why it cannot be."""
    log, mapping = made / "log.parquet", made / "mapping.yaml"
    if REAL.exists():
        repeat_real_log(log, rows)
        own = Audited(log, "us", sample=500, compare_with=PUBLISHED if PUBLISHED.exists() else None)
        yield "as real logs are, with a sample and published figures", own
        yield "as real logs are, for the public", Audited(log, "us", smallest_cell=10)
    else:
        yield "as real logs are", f"{REAL} is not there"
    write_each_its_own(log, rows)
    yield "each row its own", Audited(log, "us/il")
    yield "each row its own, for the public", Audited(log, "us/il", smallest_cell=10)
    write_many_answers(log, mapping, rows)
    yield "many answers", Audited(log, "us", many_places, mapping)
    yield "many answers, for the public", Audited(log, "us", many_places, mapping, smallest_cell=10)


def _table(name: str, measured: Measured | None) -> Table:
    assert measured is not None, "it was audited"
    told = (
        f"{name}: {measured.rows:,} rows, {measured.decided:,} decided in {measured.decisions:,} decisions; "
        f"{measured.findings:,} findings, {measured.rulings:,} rulings shown"
    )
    table = Table(title=told, title_justify="left")
    for head in ("step", "processor time (s)", "by the clock (s)", "peak (MB)"):
        table.add_column(head, justify="left" if head == "step" else "right")
    for step in measured.steps:
        table.add_row(step.name, f"{step.processor:.1f}", f"{step.seconds:.1f}", f"{step.peak:,.0f}")
    table.add_row("all", f"{measured.processor:.1f}", f"{measured.seconds:.1f}", f"{measured.peak:,.0f}")
    per_second = measured.rows / measured.processor, measured.rows / measured.seconds
    table.add_row("rows/s", *(f"{speed:,.0f}" for speed in per_second), "")
    return table


if __name__ == "__main__":
    main()

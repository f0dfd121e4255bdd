"""`python -m benchmarks`: check that all ways of deciding agree, time them, and print the tables."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import click
import msgspec
from rich.console import Console

from benchmarks.agreement import CASES, Case, case, installed
from benchmarks.deciding import all_known, some_unknown
from benchmarks.report import CaseTimes, Report, environment, show
from benchmarks.whole_program import DETAINERS, Audited, audited, loading, made_up_log
from comity.decide import Law


@click.command()
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="Write all that was measured to a file.")
@click.option("--requests", default=200, show_default=True, help="Made-up requests for each action.")
@click.option("--rounds", default=25, show_default=True, help="Samples of each way of deciding.")
@click.option("--rows", default=200_000, show_default=True, help="Rows of the made-up log; 0 for none.")
def main(json_file: Path | None, requests: int, rounds: int, rows: int) -> None:
    """Time comity beside other ways to decide the same law.

    Nothing is timed unless all ways give the same answers. Peers that are not installed are left out.
    """
    console = Console()
    progress = Console(stderr=True)
    law = Law.load()
    where = environment(law.digest)
    peers = installed()
    progress.print(f"{requests} requests for each action are decided in every way, to see that all agree.")
    cases = [case(law, agency, action, requests, peers) for agency, action in CASES]
    times: list[CaseTimes] = []
    for found in cases:
        progress.print(f"Timing {found.action}, {found.agency}.")
        times.append(_timed(law, found, rounds))
    progress.print("Timing the program as a whole.")
    report = Report(where, tuple(times), loading(), tuple(_audits(rows)))
    show(report, console)
    if json_file is not None:
        json_file.write_bytes(msgspec.json.format(msgspec.json.encode(report)))


def _timed(law: Law, found: Case, rounds: int) -> CaseTimes:
    ways = all_known(law, found, rounds)
    unknown = some_unknown(law.library, found, rounds)
    return CaseTimes(found.agency, found.action, found.norms, len(found.situations), ways, unknown)


def _audits(rows: int) -> list[Audited]:
    found: list[Audited] = []
    if DETAINERS.exists():
        found.append(audited(DETAINERS, "us"))
    if rows:
        with TemporaryDirectory() as folder:
            found.append(audited(made_up_log(rows, Path(folder)), "us/il", times=1))
    return found


if __name__ == "__main__":
    main()

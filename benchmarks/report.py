"""What was measured, as values and as tables."""

from __future__ import annotations

import os
import platform
import sys
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from statistics import geometric_mean

import msgspec
from rich.console import Console
from rich.table import Table

from benchmarks.agreement import BY_HAND, PEERS, PYTHON
from benchmarks.deciding import DECIDE, DECIDER, JSON, Unknown
from benchmarks.timing import Time
from benchmarks.whole_program import DETAINERS, Audited, Loading

WAYS = (DECIDER, DECIDE, JSON, BY_HAND, *PYTHON, *PEERS)
PACKAGES = ("comity", "cedarpy", "zen-engine", "gordon-to-regorus", "common-expression-language", "msgspec", "duckdb")


class Environment(msgspec.Struct, frozen=True):
    """Where and when it was measured."""

    at: str
    python: str
    machine: str
    cores: int
    load: float
    """Processes that wanted a core, on average over the minute before."""
    packages: dict[str, str]
    law: str


class CaseTimes(msgspec.Struct, frozen=True):
    """The times of one case."""

    agency: str
    action: str
    norms: int
    requests: int
    ways: dict[str, Time]
    unknown: Unknown


class Target(msgspec.Struct, frozen=True):
    """A figure that was aimed at, and the one measured."""

    what: str
    aim: str
    measured: str
    met: bool


class Report(msgspec.Struct, frozen=True):
    """Everything measured in one run."""

    environment: Environment
    cases: tuple[CaseTimes, ...]
    loading: Loading
    audits: tuple[Audited, ...]

    def over(self, way: str, other: str) -> tuple[float, float]:
        """How many times as long one way takes as another: the least over the cases, and the geometric mean."""
        ratios = [case.ways[way].best / case.ways[other].best for case in self.cases if way in case.ways]
        return (min(ratios), geometric_mean(ratios)) if ratios else (float("nan"), float("nan"))

    def slowest(self, way: str) -> float:
        return max(case.ways[way].best for case in self.cases)


def environment(digest: str) -> Environment:
    return Environment(
        at=datetime.now(UTC).isoformat(timespec="minutes"),
        python=f"{platform.python_implementation()} {platform.python_version()}",
        machine=_processor(),
        cores=os.cpu_count() or 0,
        load=round(os.getloadavg()[0], 1),
        packages={name: found for name in PACKAGES if (found := _version(name)) is not None},
        law=digest,
    )


def targets(report: Report) -> list[Target]:
    """Each aim beside what was measured: of several cases, the one that does worst."""
    by_hand = geometric_mean(
        [case.ways[DECIDER].best / case.ways[BY_HAND].best for case in report.cases if BY_HAND in case.ways]
    )
    loading = report.loading
    new_process = loading.new_process["load"] + loading.new_process["compile one action"]
    found = [
        _at_most("decider, all facts known", report.slowest(DECIDER), 1e-6),
        _at_most("decide, every value checked", report.slowest(DECIDE), 5e-6),
        _at_most("decide, to JSON", report.slowest(JSON), 20e-6),
        _at_most("unknown facts, again", max(case.unknown.again.best for case in report.cases), 5e-6),
        _at_most(
            "half of the facts unknown, first time (median)", max(c.unknown.first.median for c in report.cases), 1e-3
        ),
        _at_most("nothing known, first time", max(c.unknown.nothing_known_first for c in report.cases), 1e-3),
        *(
            _at_least_times(f"decider before {way}", report.over(way, DECIDER)[0], aim)
            for way, aim in (
                ("Cedar", 50),
                ("ZEN, decision graph", 50),
                ("regorus, engine", 15),
                ("regorus, virtual machine", 15),
                ("CEL", 15),
            )
            if any(way in case.ways for case in report.cases)
        ),
        Target("decider beside Python by hand", "at most 1.5 times", f"{by_hand:.2f} times", by_hand <= 1.5),
        _at_most("new process: all law from its files", loading.all_from_files, 0.400),
        _at_most("new process: the law of one agency from its files", loading.one_from_files, 0.150),
        _at_most("new process: law from the cache, one action compiled", new_process, 0.150),
        _at_most("`comity decide` from the shell, by the clock", loading.shell.seconds, 0.400),
    ]
    for audit in report.audits:
        if audit.log == DETAINERS.name:
            found.append(_at_most(f"{audit.rows:,} detainers audited, by the clock", audit.seconds, 2.0))
            peak = f"{audit.megabytes:.0f} MB"
            found.append(Target("the same: peak memory", "at most 500 MB", peak, audit.megabytes <= 500))
    return found


def show(report: Report, console: Console) -> None:
    """Print the tables."""
    where = report.environment
    packages = ", ".join(f"{name} {number}" for name, number in where.packages.items())
    console.print(f"{where.python}, {where.machine}, {where.cores} cores, load {where.load}; {where.at}\n{packages}")
    for table in (_decisions(report), _unknown(report), _loading(report), _audits(report), _targets(report)):
        if table.row_count:
            console.print(table)


def duration(seconds: float) -> str:
    """Seconds in the unit that reads best."""
    for unit, size in (("s", 1.0), ("ms", 1e-3)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds / 1e-6:.3g} µs"


def _decisions(report: Report) -> Table:
    title = f"All facts known: processor time of one decision, µs, {len(report.cases)} actions (best of all samples)"
    table = Table(title=title, title_justify="left")
    headings = ("", "least", "most", "mean", "times the\ndecider's", "times\ndecide's", "mean of medians")
    for heading in headings:
        table.add_column(heading, justify="right" if heading else "left")
    for way in WAYS:
        times = [case.ways[way] for case in report.cases if way in case.ways]
        if times:
            best = [time.best * 1e6 for time in times]
            figures = (min(best), max(best), geometric_mean(best))
            figures += (report.over(way, DECIDER)[1], report.over(way, DECIDE)[1])
            figures += (geometric_mean([time.median * 1e6 for time in times]),)
            table.add_row(way, *(f"{figure:.3g}" if figure < 1000 else f"{figure:.0f}" for figure in figures))
    return table


def _unknown(report: Report) -> Table:
    table = Table(title="About half of the facts unknown (diagrams compiled)", title_justify="left")
    for heading in ("", "first time, median", "slowest", "nothing known, first time", "decide again", "decider again"):
        table.add_column(heading, justify="right" if heading else "left")
    for case in report.cases:
        unknown = case.unknown
        times = (unknown.first.median, unknown.slowest_first, unknown.nothing_known_first)
        table.add_row(
            f"{case.action}, {case.agency}",
            *map(duration, (*times, unknown.again.best, unknown.decider_again.best)),
        )
    return table


def _loading(report: Report) -> Table:
    found = report.loading
    table = Table(title=f"From {found.files} law files, {found.norms} norms", title_justify="left")
    table.add_column("")
    table.add_column("processor time", justify="right")
    table.add_row("read and check the law files (best)", duration(found.read_files.best))
    table.add_row("read the cache (best)", duration(found.read_cache.best))
    table.add_row("compile one action (best)", duration(found.compile_one.best))
    table.add_row("compile all actions and duties of one agency (best)", duration(found.compile_all.best))
    table.add_row("new process: all law from its files (best)", duration(found.all_from_files))
    table.add_row("new process: the law of one agency from its files (best)", duration(found.one_from_files))
    for step, seconds in found.new_process.items():
        table.add_row(f"new process: {step}", duration(seconds))
    for what, run in (
        ("`comity decide` from the shell", found.shell),
        ("the same, no cache", found.shell_without_cache),
    ):
        table.add_row(f"{what} (median; by the clock)", f"{duration(run.processor)}; {duration(run.seconds)}")
    return table


def _audits(report: Report) -> Table:
    table = Table(title="Logs audited from the shell", title_justify="left")
    for heading in ("log", "rows", "decided", "groups decided once", "by the clock", "processor", "peak memory"):
        table.add_column(heading, justify="left" if heading == "log" else "right")
    for audit in report.audits:
        numbers = (f"{audit.rows:,}", f"{audit.decided:,}", f"{audit.decisions:,}")
        times = (duration(audit.seconds), duration(audit.processor))
        table.add_row(audit.log, *numbers, *times, f"{audit.megabytes:.0f} MB")
    return table


def _targets(report: Report) -> Table:
    table = Table(title="Aims: the worst case of each", title_justify="left")
    for heading in ("", "aim", "measured", ""):
        table.add_column(heading)
    for target in targets(report):
        table.add_row(target.what, target.aim, target.measured, "met" if target.met else "missed")
    return table


def _at_most(what: str, seconds: float, aim: float) -> Target:
    return Target(what, f"at most {duration(aim)}", duration(seconds), seconds <= aim)


def _at_least_times(what: str, times: float, aim: float) -> Target:
    return Target(what, f"at least {aim:g} times", f"{times:.3g} times", times >= aim)


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _processor() -> str:
    """The processor's name, as far as the system tells it."""
    if sys.platform == "linux":
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()

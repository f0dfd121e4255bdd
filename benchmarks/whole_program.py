"""The program as a whole: reading the law, compiling it, one command from the shell, and a log audited."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory, gettempdir
from time import perf_counter

import msgspec

from benchmarks.agreement import ON
from benchmarks.timing import Time, repeated
from comity.decide import Law
from comity.loading import load_library

AGENCY, ACTION = "us/il/chicago/police", "hold"
COMITY = (str(Path(sys.executable).with_name("comity")),)
DECIDE = ("decide", AGENCY, "--on", ON.isoformat(), "--action", ACTION, "instruments=i247a", "in_custody=yes")
IN_A_NEW_PROCESS = f"""
from time import process_time
start = process_time()
from comity.decide import Law
imported = process_time()
law = Law.load(agency="{AGENCY}")
loaded = process_time()
law.scope(law.agency("{AGENCY}"), __import__("datetime").date.fromisoformat("{ON}")).unit("{ACTION}")
compiled = process_time()
law.decide(agency="{AGENCY}", on="{ON}", actions=["{ACTION}"], facts={{"instruments": ["i247a"]}})
print(imported - start, loaded - imported, compiled - loaded, process_time() - compiled)
"""
FROM_FILES = """
from comity.loading import load_library
load_library(agency="{agency}", cache=False)
"""
BYTE_CODE = {"PYTHONPYCACHEPREFIX": os.path.join(gettempdir(), "comity-benchmark-byte-code")}
"""Programs run with byte code kept, as installed programs do, whatever the checkout allows."""
DETAINERS = Path(__file__).resolve().parents[2] / "shared" / "data" / "detainers_us_fy2015ytd.parquet"


class Run(msgspec.Struct, frozen=True):
    """A command run in a process of its own: seconds by the clock and of the processor, peak memory in megabytes."""

    seconds: float
    processor: float
    megabytes: float
    printed: str


class Loading(msgspec.Struct, frozen=True):
    """Seconds from the law files to a decision."""

    files: int
    norms: int
    read_files: Time
    read_cache: Time
    all_from_files: float
    """Processor seconds of a new process, from its start, until all law is loaded without a cache: the best of ten."""
    one_from_files: float
    """The same for the law that decisions for one agency need."""
    compile_one: Time
    compile_all: Time
    """All actions and duties of one agency on one day."""
    new_process: dict[str, float]
    """Steps of a new process that finds the cache: processor seconds, the best of ten."""
    shell: Run
    """`comity decide`: the median of ten."""
    shell_without_cache: Run


class Audited(msgspec.Struct, frozen=True):
    """One log audited: the best of several runs."""

    log: str
    rows: int
    decided: int
    decisions: int
    """Groups of rows that the law cannot tell apart, each decided once."""
    seconds: float
    processor: float
    megabytes: float


def loading(times: int = 10) -> Loading:
    library = load_library()

    def compile_one() -> None:
        law = Law(library)
        law.scope(law.agency(AGENCY), ON).unit(ACTION)

    def compile_all() -> None:
        law = Law(library)
        scope = law.scope(law.agency(AGENCY), ON)
        scope.duties()
        for action in law.vocabulary.asked_actions():
            scope.unit(action)

    run([*COMITY, *DECIDE])
    steps = [list(map(float, run([sys.executable, "-c", IN_A_NEW_PROCESS]).printed.split())) for _ in range(times)]
    names = ("import", "load", "compile one action", "decide")
    with TemporaryDirectory() as folder:
        colds = [run([*COMITY, *DECIDE], XDG_CACHE_HOME=os.path.join(folder, str(number))) for number in range(3)]
    return Loading(
        files=len(library.instruments) + len(library.jurisdictions) + 1,
        norms=len(library.norms()),
        read_files=repeated(lambda: load_library(cache=False), 3),
        read_cache=repeated(load_library, times),
        all_from_files=_from_files("", times),
        one_from_files=_from_files(AGENCY, times),
        compile_one=repeated(compile_one, times),
        compile_all=repeated(compile_all, 3),
        new_process={name: min(step) for name, step in zip(names, zip(*steps, strict=True), strict=True)},
        shell=_middle([run([*COMITY, *DECIDE]) for _ in range(times)]),
        shell_without_cache=_middle(colds),
    )


def _from_files(agency: str, times: int) -> float:
    command = [sys.executable, "-c", FROM_FILES.format(agency=agency)]
    return min(run(command).processor for _ in range(times))


def _middle(runs: Sequence[Run]) -> Run:
    return Run(
        median(found.seconds for found in runs),
        median(found.processor for found in runs),
        max(found.megabytes for found in runs),
        runs[0].printed,
    )


def audited(log: Path, place: str, times: int = 3) -> Audited:
    """The log audited from the shell."""
    with TemporaryDirectory() as folder:
        command = [*COMITY, "audit", str(log), "--place", place, "--out", os.path.join(folder, "out")]
        runs = [run([*command, "--json", "--force"]) for _ in range(times)]
    summary = json.loads(runs[0].printed)
    return Audited(
        log=log.name,
        rows=summary["input"]["rows"],
        decided=summary["rows"]["decided"],
        decisions=summary["decisions_made"],
        seconds=min(found.seconds for found in runs),
        processor=min(found.processor for found in runs),
        megabytes=max(found.megabytes for found in runs),
    )


def made_up_log(rows: int, folder: Path) -> Path:
    """A made-up log of that many rows."""
    log = folder / "made-up.csv"
    run([*COMITY, "audit", "--made-up", str(rows), "--out", str(log)])
    return log


def run(command: Sequence[str], **environment: str) -> Run:
    """Runs a command, its errors shown. Raises ChildProcessError if it fails."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    reading, writing = os.pipe()
    start = perf_counter()
    child = os.posix_spawn(
        command[0],
        list(command),
        {**kept, **BYTE_CODE, **environment},
        file_actions=[(os.POSIX_SPAWN_DUP2, writing, 1), (os.POSIX_SPAWN_CLOSE, reading)],
    )
    os.close(writing)
    with os.fdopen(reading) as output:
        printed = output.read()
    _, status, usage = os.wait4(child, 0)
    if status != 0:
        raise ChildProcessError(f"{' '.join(command)} failed:\n{printed}")
    return Run(perf_counter() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, printed)

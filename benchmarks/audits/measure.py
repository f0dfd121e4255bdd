"""An audit in a process of its own: the time of the processors and the peak of memory of each of its steps."""

from __future__ import annotations

import resource
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter

import msgspec

from comity.audit.holders.resolver import Resolver
from comity.audit.holders.rules import Rules
from comity.audit.opening import Opening
from comity.audit.reading.arrow import arrow_parquet
from comity.audit.results.files import Wanted
from comity.audit.results.methods import Sampling
from comity.audit.run import audit_log
from comity.decide import Law

NO_RULES = Rules((), (), (), (), (), (), ())
"""Made-up law has none of the agencies that the lists of holders name."""


class Audited(msgspec.Struct, frozen=True):
    """What is audited: a log of a place under some law, with the options of the command."""

    log: Path
    place: str
    law: Callable[[], Law] = Law.load
    mapping: Path | None = None
    smallest_cell: int | None = None
    sample: int | None = None
    compare_with: Path | None = None


class Step(msgspec.Struct):
    """One step: seconds of the processors, seconds by the clock, and the most megabytes that the process held."""

    name: str
    processor: float
    seconds: float
    peak: float


class Measured(msgspec.Struct, frozen=True):
    """What an audit took, from the law's loading on: rows, the different answers and the decisions made for them."""

    rows: int
    decided: int
    findings: int
    rulings: int
    decisions: int
    steps: tuple[Step, ...]

    @property
    def processor(self) -> float:
        return sum(step.processor for step in self.steps)

    @property
    def seconds(self) -> float:
        return sum(step.seconds for step in self.steps)

    @property
    def peak(self) -> float:
        return max(step.peak for step in self.steps)


def audit_apart(audited: Audited, folder: Path) -> Measured:
    """Audits the log in a new process, into the folder."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as processes:
        return processes.submit(_audit, audited, folder).result()


class _Watch:
    """Is told of the progress of an audit, and notes what each step took."""

    def __init__(self) -> None:
        self.steps: list[Step] = []
        self._begin("loading the law")

    def tell(self, says: str, _done: int, _of: int) -> None:
        # A step may tell besides how fast it is, or which file it reads.
        name = "reading" if says.startswith("reading ") and says != "reading reasons" else says.partition(":")[0]
        if name != self._name:
            self.end()
            self._begin(name)

    def end(self) -> None:
        took = _processor() - self._processor, perf_counter() - self._clock
        known = next((step for step in self.steps if step.name == self._name), None)
        if known is None:
            self.steps.append(Step(self._name, *took, _peak()))
        else:
            known.processor += took[0]
            known.seconds += took[1]
            known.peak = max(known.peak, _peak())

    def _begin(self, name: str) -> None:
        self._name, self._processor, self._clock = name, _processor(), perf_counter()
        # Linux forgets the peak of a process that writes this.
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def _processor() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _peak() -> float:
    [line] = [line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM:")]
    return int(line.split()[1]) / 1024


def _audit(audited: Audited, folder: Path) -> Measured:
    watch = _Watch()
    law = audited.law()
    summary = audit_log(
        [str(audited.log)],
        folder,
        law=law,
        place=audited.place,
        opening=Opening(mapping=audited.mapping),
        resolver=None if audited.law == Law.load else Resolver(law.library, listed=[], rules=NO_RULES),
        wanted=Wanted(
            audited.smallest_cell, Sampling(audited.sample, 0) if audited.sample else None, audited.compare_with
        ),
        on_progress=watch.tell,
    ).summary
    return Measured(
        rows=summary.input.rows,
        decided=summary.rows.decided,
        findings=sum(action.rows for action in summary.actions),
        rulings=_rulings(folder),
        decisions=summary.decisions_made,
        steps=tuple(step for step in watch.steps if step.name != "done"),
    )


def _rulings(folder: Path) -> int:
    return int(arrow_parquet().read_metadata(folder / "rulings.parquet").num_rows)

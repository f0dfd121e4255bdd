"""What is timed: comity to the counts and to a file of findings, and every peer, on the same rows with one answer."""

from __future__ import annotations

import resource
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from importlib import import_module
from importlib.util import find_spec
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter
from typing import Any

import duckdb
import msgspec
import numpy as np

from benchmarks.agreement import PEERS
from benchmarks.bulk.columnar import COLUMNS, ENGINES, Standing
from benchmarks.bulk.law import ACTION, DAY, columns, made_up_law
from benchmarks.in_python import Decide
from benchmarks.ruling import Ruling, ruling
from comity.audit.layouts.form import FactColumn, RowKind
from comity.audit.signing.engine import Local
from comity.audit.signing.plan import Plan
from comity.audit.signing.representatives import numbers_of
from comity.audit.signing.sign import Log, Signer
from comity.decide import Law

Answers = Counter[tuple[str, frozenset[str]]]
"""How many rows have this status for these norms."""


class Disagreement(Exception):
    """Two ways of deciding the same rows give different answers."""


class Timed(msgspec.Struct, frozen=True):
    """One way on one log: rows decided, seconds by the clock and of the processor, distinct signatures if any."""

    way: str
    rows: int
    seconds: float
    processor: float
    signatures: int = 0

    @property
    def speed(self) -> float:
        return self.rows / self.seconds


def timed(way: str, rows: int, work: Callable[[], int]) -> Timed:
    """Times some work, which returns the number of signatures it met."""
    start, processor = perf_counter(), _processor()
    signatures = work()
    return Timed(way, rows, perf_counter() - start, _processor() - processor, signatures)


def _processor() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def peak_megabytes() -> float:
    """The most memory that this process has held."""
    [line] = [line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM:")]
    return int(line.split()[1]) / 1024


class Subject(msgspec.Struct, frozen=True):
    """What is decided: the law, what the rows of a log ask and tell, and the agencies that a log numbers."""

    law: Law
    kinds: tuple[RowKind, ...]
    facts: tuple[FactColumn, ...]
    agencies: tuple[str, ...]


def made_up(law: Law) -> Subject:
    """The made-up law with the facts that it tests."""
    return Subject(law, (RowKind("asked", (ACTION,), {}),), columns(), tuple(law.agencies))


def made_up_places(places: int) -> Subject:
    """Made-up law of so many places, of which nothing is compiled yet."""
    return made_up(made_up_law(places))


class Ours:
    """comity's bulk decision of a log in Parquet, for the one action that its rows ask."""

    def __init__(self, subject: Subject, log: Path) -> None:
        self.database = duckdb.connect(":memory:", config={"threads": 2, "memory_limit": "400MB"})
        self.database.execute("SET enable_progress_bar = false")
        self.database.execute(f"CREATE VIEW log AS SELECT * FROM read_parquet('{log}')")
        self.signer = Signer(
            Local(self.database), subject.law, Log("log", subject.kinds, subject.facts, subject.agencies)
        )
        self.counts: Answers = Counter()

    def to_counts(self) -> int:
        """Signs, decides and counts; returns the number of signatures."""
        return self._decided(self.signer.sign(), "signed")

    def to_findings(self, folder: Path) -> int:
        """The same, and a file with a finding for each row: its number, and that of its answer.

        As in an audit, the keys of the rows are written out once, and read for the rest.
        """
        plan = self.signer.sign()
        signed = folder / "signed.parquet"
        self.database.execute(f"COPY (SELECT * FROM signed) TO '{signed}' (FORMAT parquet)")
        self.database.execute(f"CREATE VIEW signed_rows AS SELECT * FROM read_parquet('{signed}')")
        signatures = self._decided(plan, "signed_rows")
        findings = self.signer.findings_sql(plan, "signed_rows")
        self.database.execute(f"COPY ({findings}) TO '{folder / 'findings.parquet'}' (FORMAT parquet)")
        return signatures

    def reads(self) -> int:
        """Reads the columns of the facts and adds each up, which is the least that any way to decide has to do."""
        sums = ", ".join(f"sum({column.column})" for column in self.signer.log.facts)
        self.database.execute(f"SELECT {sums} FROM log").fetchall()
        return 0

    def _decided(self, plan: Plan, relation: str) -> int:
        signatures = self.signer.signatures(plan, 0, relation)
        decided = self.signer.decide(plan, [signatures])
        rows = np.bincount(decided.answers[0], weights=numbers_of(signatures["rows"]))
        answers = self.database.execute("SELECT answer, status, norms FROM answers").fetchall()
        for answer, status, norms in answers:
            self.counts[status, frozenset(norms)] += int(rows[answer])
        return len(signatures)


def our_times(subject: Callable[[], Subject], log: Path, rows: int, folder: Path) -> tuple[list[Timed], Answers]:
    """To the counts, and to the counts and a file of findings, each from law of which nothing is compiled yet; and
    reading alone.

    Raises Disagreement if the two do not count alike.
    """
    one, other = Ours(subject(), log), Ours(subject(), log)
    counting = timed("comity, to the counts", rows, one.to_counts)
    writing = timed("comity, to a file with a finding for each row", rows, lambda: other.to_findings(folder))
    check("the file of findings", other.counts, one.counts)
    return [counting, writing, timed("DuckDB, reading the facts and adding each up", rows, one.reads)], one.counts


def times_apart(
    subject: Callable[[], Subject], log: Path, rows: int, folder: Path
) -> tuple[list[Timed], Answers, float]:
    """The times of `our_times`, taken in a process of its own; and the most memory that this held, in MB."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as processes:
        return processes.submit(_times_and_peak, subject, log, rows, folder).result()


def _times_and_peak(
    subject: Callable[[], Subject], log: Path, rows: int, folder: Path
) -> tuple[list[Timed], Answers, float]:
    # What is loaded once for each process is no part of the work.
    import_module("pyarrow.dataset")
    times, counts = our_times(subject, log, rows, folder)
    return times, counts, peak_megabytes()


def columnar_times(rules: Ruling, log: Path, rows: int, expected: Answers) -> list[Timed]:
    """The engines that work on whole columns. Raises Disagreement if one counts otherwise."""
    found: list[Timed] = []
    for way, (module, run) in ENGINES.items():
        if find_spec(module) is None:
            continue
        counts: list[Standing] = []

        def work(run: Callable[[Ruling, Path], Standing] = run, counts: list[Standing] = counts) -> int:
            counts.append(run(rules, log))
            return 0

        found.append(timed(way, rows, work))
        check(way, settled(rules, counts[0]), expected)
    return found


def row_times(rules: Ruling, log: Path, seconds: float) -> list[Timed]:
    """The engines that work row by row: as many rows as they do in so many seconds.

    Raises Disagreement if one answers otherwise than the others on the rows that both have decided.
    """
    found: list[Timed] = []
    given: list[tuple[str, frozenset[str]]] = []
    for way, (module, translate) in PEERS.items():
        if find_spec(module) is None:
            continue
        decide, answers = translate(rules), list[tuple[str, frozenset[str]]]()

        def work(decide: Decide = decide, answers: list[tuple[str, frozenset[str]]] = answers) -> int:
            end = perf_counter() + seconds
            for facts in facts_of(log):
                answers.append(decide(facts))
                if perf_counter() > end:
                    break
            return 0

        time = timed(way, 0, work)
        found.append(msgspec.structs.replace(time, rows=len(answers)))
        if given and any(one != other for one, other in zip(given, answers, strict=False)):
            raise Disagreement(f"{way} differs from the others row by row")
        given = max(given, answers, key=len)
    return found


def check(way: str, found: Answers, expected: Answers) -> None:
    """Raises Disagreement if the counts differ."""
    if found != expected:
        raise Disagreement(f"{way}: {found - expected} more, {expected - found} fewer")


def settled(rules: Ruling, standing: Standing) -> Answers:
    """The answers that follow from the norms that stand."""
    answers: Answers = Counter()
    for number, rows in standing.items():
        names = {rule.name for place, rule in enumerate(rules.rules) if number >> place & 1}
        answers[rules.settle(names)] += rows
    return answers


def rules_of(law: Law) -> Ruling:
    return ruling(law, next(iter(law.agencies)), DAY, ACTION)


def facts_of(log: Path) -> Iterator[Mapping[str, object]]:
    """The rows as mappings of facts, in the form that the peers are told them."""
    with duckdb.connect(":memory:") as database:
        cells = database.execute(f"SELECT {', '.join(c.column for c in COLUMNS.values())} FROM read_parquet('{log}')")
        while rows := cells.fetchmany(1000):
            for row in rows:
                pairs = zip(COLUMNS.values(), row, strict=True)
                yield {column.fact: _told(column.values, cell) for column, cell in pairs}


def _told(values: tuple[object, ...], cell: Any) -> object:
    return values[cell] if values else cell

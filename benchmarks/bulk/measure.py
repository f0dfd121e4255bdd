"""What is timed: comity to the counts and to a file of findings, and every peer, on the same rows with one answer."""

from __future__ import annotations

import os
import resource
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path
from time import perf_counter
from typing import Any

import duckdb
import msgspec
import numpy as np

from benchmarks.agreement import PEERS
from benchmarks.bulk.columnar import COLUMNS, ENGINES, Standing
from benchmarks.bulk.law import ACTION, DAY, columns
from benchmarks.in_python import Decide
from benchmarks.ruling import Ruling, ruling
from comity.audit.layouts.form import RowKind
from comity.audit.signing.engine import Local
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
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


class Ours:
    """comity's bulk decision of a log in Parquet."""

    def __init__(self, law: Law, log: Path) -> None:
        self.database = duckdb.connect(":memory:", config={"threads": 2, "memory_limit": "400MB"})
        self.database.execute("SET enable_progress_bar = false")
        self.database.execute(f"CREATE VIEW log AS SELECT * FROM read_parquet('{log}')")
        kinds = (RowKind("asked", (ACTION,), {}),)
        self.signer = Signer(Local(self.database), law, Log("log", kinds, columns(), tuple(law.agencies)))
        self.counts: Answers = Counter()

    def to_counts(self) -> int:
        """Signs, decides and counts; returns the number of signatures."""
        self.plan = self.signer.sign()
        signatures = self.signer.signatures(self.plan, 0)
        decided = self.signer.decide(self.plan, [signatures])
        rows = np.bincount(decided.answers[0], weights=numbers_of(signatures["rows"]))
        answers = self.database.execute("SELECT answer, status, norms FROM answers").fetchall()
        for answer, status, norms in answers:
            self.counts[status, frozenset(norms)] += int(rows[answer])
        return len(signatures)

    def to_findings(self, path: Path) -> int:
        """Writes a file with a finding for each row: its number, and that of its answer."""
        self.database.execute(f"COPY ({self.signer.findings_sql(self.plan, ['row'])}) TO '{path}' (FORMAT parquet)")
        return 0


def our_times(law: Law, log: Path, rows: int, folder: Path) -> tuple[list[Timed], Answers]:
    """To the counts, and to the counts and a file of findings."""
    ours = Ours(law, log)
    counting = timed("comity, to the counts", rows, ours.to_counts)
    writing = timed("", rows, lambda: ours.to_findings(folder / "findings.parquet"))
    os.remove(folder / "findings.parquet")
    both = Timed(
        "comity, to a file with a finding for each row",
        rows,
        counting.seconds + writing.seconds,
        counting.processor + writing.processor,
        counting.signatures,
    )
    return [counting, both], ours.counts


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

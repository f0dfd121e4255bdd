"""Spark on a cluster of two worker processes: ten million rows, the same findings as here, one worker killed."""

from __future__ import annotations

import os
import signal
import threading
import time
from pathlib import Path
from typing import Any

import duckdb
import pytest

from comity.audit.decided import decide_rows, decide_signed
from comity.audit.engines.far import sign_far
from comity.audit.engines.spark import Spark, start_spark
from comity.audit.holders import Resolver, resolve
from comity.audit.layouts.apply import HolderGiven, apply
from comity.audit.layouts.choose import choose_layout
from comity.audit.placed import Taking
from comity.audit.placing import place_rows
from comity.audit.reading.database import connect
from comity.audit.reading.source import ReadingOptions
from comity.audit.reading.stage import stage
from comity.decide import Law

ROWS = 10_000_000
PLACES = (
    ("COOK COUNTY JAIL", "ILLINOIS", "CHICAGO"),
    ("DUPAGE COUNTY JAIL", "ILLINOIS", "WHEATON"),
    ("CHICAGO MCC", "ILLINOIS", "CHICAGO"),
    ("DALLAS COUNTY JAIL", "TEXAS", "DALLAS"),
    (None, None, None),
)
FORMS = ("I247A - Immigration Detainer - Notice of Action", "I247N - Request for Voluntary Notification", None)
OUTCOMES = ("Detainer Declined by LEA", "Booked into Detention", None)


@pytest.fixture(scope="module")
def spark() -> Spark:
    return start_spark("local-cluster[2,1,1024]")


@pytest.fixture(scope="module")
def rows(spark: Spark, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A log that Spark itself writes, in several files."""

    def one_of(values: tuple[Any, ...], step: int) -> str:
        told = ", ".join("CAST(NULL AS STRING)" if value is None else f"'{value}'" for value in values)
        return f"element_at(array({told}), CAST((id * {step}) % {len(values)} AS INT) + 1)"

    folder = tmp_path_factory.mktemp("spark") / "log"
    columns = {
        "prepare_date": "date_add(DATE '2008-01-01', CAST((id * 7919) % 6500 AS INT))",
        "detainer_type": one_of(FORMS, 3 * 17 + 1),
        "facility": one_of(tuple(name for name, _, _ in PLACES), 1),
        "state": one_of(tuple(state for _, state, _ in PLACES), 1),
        "city": one_of(tuple(city for _, _, city in PLACES), 1),
        "lift_reason": one_of(OUTCOMES, 3 * 29 + 2),
    }
    listed = ", ".join(f"{sql} AS {name}" for name, sql in columns.items())
    spark.session.sql(f"SELECT {listed} FROM range(0, {ROWS}, 1, 6)").write.parquet(folder.as_uri())
    return folder


def told_here(database: duckdb.DuckDBPyConnection, law: Law, log: Path, work: Path) -> None:
    staged = stage(database, [str(log)], ReadingOptions(work))
    choice = choose_layout(database, staged, law.vocabulary)
    prepared = apply(database, choice.layout, staged, HolderGiven())
    resolve(database, Resolver(law.library))
    agencies = place_rows(database, law.library, prepared, "us", None)
    decide_rows(database, law, prepared, agencies, work)


def told_there(database: duckdb.DuckDBPyConnection, spark: Spark, law: Law, log: Path, work: Path) -> None:
    spark.read([str(log)])
    signed = sign_far(database, spark, law, Taking(), work, lambda _: None)
    decide_signed(database, signed.signer, signed.plan, signed.prepared, signed.rows)


ALL_TOLD = """
SELECT t.row, t.action, t.standing, t.kind, t.outcome, t.agency, t.day, a.status, a.alone, a.norms, a.possibly_norms,
    a.missing, p.law_from, a.notes
FROM told t LEFT JOIN answers a ON a.answer = t.answer LEFT JOIN periods p ON p.stretch = t.stretch
"""


class Killer(threading.Thread):
    """Kills one worker process as soon as the rows' signatures are being written."""

    def __init__(self, written: Path) -> None:
        super().__init__(daemon=True)
        self.written = written
        self.killed = 0

    def run(self) -> None:
        while not any(self.written.rglob("*.parquet")):
            time.sleep(0.02)
        os.kill(worker_processes()[0], signal.SIGKILL)
        self.killed += 1


def worker_processes() -> list[int]:
    found: list[int] = []
    for process in Path("/proc").iterdir():
        if process.name.isdigit():
            try:
                words = (process / "cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            if b"org.apache.spark.executor.CoarseGrainedExecutorBackend" in words and words[0].endswith(b"java"):
                found.append(int(process.name))
    return sorted(found)


def test_ten_million_rows_by_two_workers_of_which_one_is_killed(spark: Spark, rows: Path, tmp_path: Path) -> None:
    law = Law.load()
    here, there = tmp_path / "here", tmp_path / "there"
    here.mkdir()
    there.mkdir()
    assert len(worker_processes()) == 2
    killer = Killer(there / "signed-far.parquet")
    killer.start()
    with connect(there) as database:
        told_there(database, spark, law, rows, there)
        assert killer.killed == 1
        database.execute(f"COPY ({ALL_TOLD}) TO '{there}/told.parquet'")
    with connect(here) as database:
        told_here(database, law, rows, here)
        database.execute(f"COPY ({ALL_TOLD}) TO '{here}/told.parquet'")
    with duckdb.connect() as database:
        count = database.execute(
            "SELECT count(*), count(DISTINCT row), count(DISTINCT row) FILTER (WHERE agency IS NOT NULL) "
            f"FROM '{here}/told.parquet'"
        ).fetchone()
        assert count is not None
        assert count[0] > count[1] == ROWS
        assert count[2] == ROWS * 3 // 5
        columns = [name for name, *_ in database.execute(f"DESCRIBE SELECT * FROM '{here}/told.parquet'").fetchall()]
        unlike = " OR ".join(f"a.{name} IS DISTINCT FROM b.{name}" for name in columns)
        differing = database.execute(
            f"SELECT count(*), count(a.row), count(b.row), count(*) FILTER ({unlike}) "
            f"FROM '{here}/told.parquet' a FULL JOIN '{there}/told.parquet' b "
            "ON a.row = b.row AND a.action IS NOT DISTINCT FROM b.action"
        ).fetchone()
        assert differing == (count[0], count[0], count[0], 0)

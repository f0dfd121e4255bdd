"""Ctrl-C while a long query runs: the query is stopped, and the interruption is passed on as one."""

from __future__ import annotations

import os
import signal
import threading
from pathlib import Path

import click
import duckdb
import pytest
from click.testing import CliRunner

from comity.audit.watch import interruptible, run_watched, speed, tell_nobody
from comity.cli import main

LONG = "CREATE TABLE made AS SELECT sum(sin(i)) AS total FROM range(100_000_000_000) t(i)"


def interrupt_soon() -> None:
    threading.Timer(0.4, os.kill, (os.getpid(), signal.SIGINT)).start()


def test_ctrl_c_in_a_query_is_an_interruption_and_no_fault_of_the_program() -> None:
    @click.command()
    def wait() -> None:
        with duckdb.connect(":memory:", config={"threads": 1}) as database:
            interrupt_soon()
            database.execute(LONG)

    group = type(main)("group", commands={"wait": wait})
    found = CliRunner().invoke(group, ["wait"])
    assert (found.exit_code, found.output) == (130, "comity: interrupted\n")


def test_a_watched_query_has_ended_when_the_interruption_is_passed_on() -> None:
    with duckdb.connect(":memory:") as database:
        interrupt_soon()
        with pytest.raises(KeyboardInterrupt):
            run_watched(database, LONG, "making", 1, tell_nobody)
        assert database.execute("SELECT count(*) FROM duckdb_tables()").fetchone() == (0,)


NEVER_LOOKING = "CREATE TABLE made AS SELECT i, hash(i) AS other FROM range(3_000_000_000) t(i)"
"""A statement of minutes, in which the database never looks for signals, and that fits the disk while it lasts."""


def test_a_watched_query_has_ended_however_often_the_interruption_is_repeated() -> None:
    # The connection is not told of the first interruptions, as if its statement took a while to stop.
    class Slow:
        def __init__(self, database: duckdb.DuckDBPyConnection) -> None:
            self.database, self.told = database, 0

        def execute(self, sql: str) -> object:
            return self.database.execute(sql)

        def query_progress(self) -> float:
            return self.database.query_progress()

        def interrupt(self) -> None:
            self.told += 1
            os.kill(os.getpid(), signal.SIGINT) if self.told < 4 else self.database.interrupt()

    with duckdb.connect(":memory:") as database:
        interrupt_soon()
        with pytest.raises(KeyboardInterrupt):
            run_watched(Slow(database), LONG, "working", 10, tell_nobody)  # type: ignore[arg-type]  # pyright: ignore
        assert database.execute("SELECT 1").fetchall() == [(1,)]


def test_a_statement_that_does_not_look_for_signals_is_stopped_too(tmp_path: Path) -> None:
    settings = {"memory_limit": "100MB", "temp_directory": str(tmp_path)}
    with duckdb.connect(":memory:", config=settings) as database:
        interrupt_soon()
        with pytest.raises(KeyboardInterrupt), interruptible(database):
            database.execute(NEVER_LOOKING)
        assert database.execute("SELECT count(*) FROM duckdb_tables()").fetchall() == [(0,)]


def test_signals_are_handled_as_before_once_the_database_is_left() -> None:
    before = signal.set_wakeup_fd(-1)
    with duckdb.connect(":memory:") as database, interruptible(database):
        database.execute("SELECT 1").fetchall()
    assert signal.set_wakeup_fd(before) == -1


def test_in_another_thread_nothing_is_changed() -> None:
    found: list[object] = []

    def work() -> None:
        with duckdb.connect(":memory:") as database, interruptible(database):
            found.append(database.execute("SELECT 7").fetchall())

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert found == [[(7,)]]


def test_speed_in_words() -> None:
    assert speed(500, 2_000, 0.5) == ""
    assert speed(500, 2_000, 10) == ": 50 rows/s, 0:30 left"
    assert speed(1 << 20, 4 << 20, 30, rows=9_000) == ": 300 rows/s, 1:30 left"
    assert speed(1 << 20, 4 << 20, 30, rows=0) == ": 1:30 left"

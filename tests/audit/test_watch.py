"""Ctrl-C while a long query runs: the query is stopped, and the interruption is passed on as one."""

from __future__ import annotations

import os
import signal
import threading

import click
import duckdb
import pytest
from click.testing import CliRunner

from comity.audit.watch import run_watched, tell_nobody
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
    assert (found.exit_code, found.output.strip()) == (1, "Aborted!")


def test_a_watched_query_has_ended_when_the_interruption_is_passed_on() -> None:
    with duckdb.connect(":memory:") as database:
        interrupt_soon()
        with pytest.raises(KeyboardInterrupt):
            run_watched(database, LONG, "making", 1, tell_nobody)
        assert database.execute("SELECT count(*) FROM duckdb_tables()").fetchone() == (0,)

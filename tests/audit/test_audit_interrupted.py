"""Ctrl-C at any step of an audit of a log that takes a while: the process ends, and leaves nothing but the log. One
that is killed outright leaves earlier results as they were."""

from __future__ import annotations

import signal
import subprocess
import sys
from datetime import date
from pathlib import Path

import duckdb
import pytest

from comity.audit.run import audit_log
from comity.decide import Law
from tests.audit.results.conftest import rows_of_a_year, write_log

AUDIT = """
import os, signal, sys, threading
from pathlib import Path

from comity.audit.results.files import Wanted
from comity.audit.run import audit_log
from comity.decide import Law

log, folder, at, smallest, presses = sys.argv[1:]

def stop(step, _done, _of):
    if step.startswith(at):
        for again in range(int(presses)):
            threading.Timer(0.03 + again * 0.05, os.kill, (os.getpid(), signal.SIGINT)).start()

try:
    wanted = Wanted(smallest_cell=int(smallest) or None)
    audit_log([log], Path(folder), law=Law.load(), place="us/il", wanted=wanted, on_progress=stop)
except KeyboardInterrupt:
    # Whoever is impatient may press again: what counts is what is left.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    print("stopped")
"""

KILLED = """
import os, signal, sys
from pathlib import Path

from comity.audit.run import audit_log
from comity.decide import Law

log, folder, at = sys.argv[1:]

def stop(step, _done, _of):
    if step == at:
        os.kill(os.getpid(), signal.SIGKILL)

audit_log([log], Path(folder), law=Law.load(), place="us/il", force=True, on_progress=stop)
"""

STEPS = [
    ("reading", 0),
    ("looking at what the log is worth", 0),
    ("matching holders", 0),
    ("looking at the days and holders", 0),
    ("signing", 0),
    ("counting", 0),
    ("writing the findings", 0),
    ("adding up", 0),
    ("writing the page", 0),
    ("taking small counts together", 10),
]


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """150,000 rows of many days, places and outcomes."""
    path = tmp_path_factory.mktemp("interrupted") / "log.parquet"
    with duckdb.connect(":memory:") as database:
        database.execute(
            "COPY (SELECT DATE '1995-01-01' + CAST(n % 10957 AS INTEGER) AS prepare_date, "
            "'I247D - Immigration Detainer - Request for Action' AS detainer_type, "
            "CASE WHEN n % 2 = 0 THEN 'COOK COUNTY JAIL' ELSE 'PLACE ' || n % 3000 END AS facility, "
            "'ILLINOIS' AS state, 'CHICAGO' AS city, 'OUTCOME ' || n AS lift_reason FROM range(150_000) AS t(n)) "
            f"TO '{path}' (FORMAT parquet)"
        )
    return path


@pytest.mark.parametrize(("at", "smallest"), STEPS)
def test_an_interrupted_audit_leaves_nothing(log: Path, at: str, smallest: int) -> None:
    interrupt(log, at, smallest, presses=1)


def test_an_audit_interrupted_again_while_it_stops_leaves_nothing(log: Path) -> None:
    interrupt(log, "signing", 0, presses=6)


def interrupt(log: Path, at: str, smallest: int, presses: int) -> None:
    folder = log.parent / "out"
    ran = subprocess.run(
        [sys.executable, "-c", AUDIT, str(log), str(folder), at, str(smallest), str(presses)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr[-3000:]
    assert ran.stdout.strip() == "stopped"
    assert [entry.name for entry in log.parent.iterdir()] == [log.name]


@pytest.mark.parametrize("at", ["signing", "writing the counted lines"])
def test_a_killed_audit_leaves_earlier_results_whole_and_the_next_replaces_them(
    at: str, tmp_path: Path, law: Law
) -> None:
    log, folder = write_log(tmp_path / "log.csv", rows_of_a_year()), tmp_path / "out"
    audit_log([str(log)], folder, law=law, place="us/il", as_of=date(2016, 1, 1))
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    ran = subprocess.run([sys.executable, "-c", KILLED, str(log), str(folder), at], capture_output=True, check=False)
    assert ran.returncode == -signal.SIGKILL
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    # What is left of it beside them no one else can read.
    assert {path.stat().st_mode & 0o777 for path in tmp_path.glob(".out-*")} == {0o700}
    audit_log([str(log)], folder, law=law, place="us/il", force=True)
    audit_log([str(log)], tmp_path / "other", law=law, place="us/il")
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == {
        path.name: path.read_bytes() for path in (tmp_path / "other").iterdir()
    }

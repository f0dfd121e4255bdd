"""Long queries watched: how far they are, how many rows a second, how long still; and stopped when someone asks."""

from __future__ import annotations

import signal
import socket
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from time import monotonic
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

Progress = Callable[[str, int, int], None]
"""Told of each step: what is being done, how much of it is done, and how much there is."""

EVERY = 0.2
"""Seconds between two looks."""


def tell_nobody(step: str, done: int, of: int) -> None:
    """Progress that nobody watches."""


def is_interruption(error: Exception) -> bool:
    """Whether the error is the database's word for Ctrl-C: that of a statement stopped, or of one that saw the signal
    itself and raises a plain RuntimeError."""
    import duckdb

    return isinstance(error, duckdb.InterruptException) or str(error) == "Query interrupted"


@contextmanager
def interruptible(database: duckdb.DuckDBPyConnection) -> Generator[None]:
    """Ctrl-C stops whatever statement the database runs within, at once, and is then passed on as KeyboardInterrupt.

    Python's own handler of the signal waits until a statement returns, which may take minutes; so a thread is woken
    that stops the statement. In any thread but the main one, where signals do not arrive, nothing is changed.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    told, telling = socket.socketpair()
    telling.setblocking(False)
    before = signal.set_wakeup_fd(telling.fileno(), warn_on_full_buffer=False)
    left, stopping = threading.Event(), threading.Event()
    thread = threading.Thread(target=_stop_when_told, args=(database, told, left, stopping), daemon=True)
    thread.start()
    try:
        yield
    except Exception as error:
        # Whoever reads from a statement that was stopped may put it in words of their own.
        if not stopping.is_set() and not is_interruption(error):
            raise
        raise KeyboardInterrupt from error
    finally:
        left.set()
        signal.set_wakeup_fd(before)
        telling.close()
        thread.join()
        told.close()


def _stop_when_told(
    database: duckdb.DuckDBPyConnection, told: socket.socket, left: threading.Event, stopping: threading.Event
) -> None:
    """Waits for the signal, then stops statements until the work with the database is left: a statement that begins
    just then would not know of it."""
    while signals := told.recv(64):
        if signal.SIGINT in signals:
            stopping.set()
            while not left.wait(EVERY):
                database.interrupt()


def run_watched(database: duckdb.DuckDBPyConnection, sql: str, step: str, rows: int, tell: Progress) -> None:
    """Runs a statement over so many rows, telling how many are done. Raises whatever the statement raises.

    An interruption (Ctrl-C) stops the statement before it is passed on.
    """
    failed: list[BaseException] = []
    # A thread whose `join` is interrupted counts as ended though it runs: this tells when it truly has.
    ended = threading.Event()

    def work() -> None:
        try:
            database.execute(sql)
        except BaseException as error:
            failed.append(error)
        finally:
            ended.set()

    thread = threading.Thread(target=work, daemon=True)
    started = monotonic()
    thread.start()
    try:
        while not ended.wait(EVERY):
            share = max(0.0, min(1.0, database.query_progress() / 100))
            done = round(rows * share)
            tell(f"{step}{speed(done, rows, monotonic() - started)}", done, rows)
    except BaseException:
        _stop(database, ended)
        raise
    if failed:
        raise failed[0]
    tell(step, rows, rows)


def _stop(database: duckdb.DuckDBPyConnection, ended: threading.Event) -> None:
    """Stops the statement that another thread runs. A further Ctrl-C does not cut this short: the connection is of no
    use to anyone before the statement has ended."""
    while not ended.is_set():
        try:
            database.interrupt()
            ended.wait(EVERY)
        except KeyboardInterrupt:
            continue


def speed(done: int, of: int, seconds: float, rows: int | None = None) -> str:
    """Rows a second and the time left, in words, once they can be told; `rows` is how many, if what is done is told in
    another measure."""
    if seconds < 1 or not done:
        return ""
    left = round((of - done) * seconds / done)
    rate = f"{(done if rows is None else rows) / seconds:,.0f} rows/s, " if rows != 0 else ""
    return f": {rate}{left // 60}:{left % 60:02d} left"

"""A PostgreSQL server of the tests' own, thrown away afterwards: reached by a socket in a folder, and by no network."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

USER = "postgres"


@contextmanager
def postgres_server() -> Generator[str]:
    """The address of an empty database. The server takes no root: it then runs as the user postgres."""
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    assert programs, "PostgreSQL is not installed: apt-get install postgresql"
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
    as_user: list[str] = []
    if os.geteuid() == 0:
        shutil.chown(folder, USER)
        as_user = ["runuser", "-u", USER, "--"]
    data = folder / "data"

    def run(program: str, *words: str) -> None:
        command = [*as_user, str(programs[-1] / program), *words]
        subprocess.run(command, check=True, capture_output=True, cwd=folder, timeout=120)

    run("initdb", "--pgdata", str(data), "--username", USER, "--auth", "trust", "--encoding", "UTF8", "--no-sync")
    options = f"-c listen_addresses='' -c unix_socket_directories='{folder}' -c fsync=off -c jit=off"
    run("pg_ctl", "start", "--wait", "--pgdata", str(data), "--log", str(folder / "log"), "--options", options)
    try:
        yield f"postgresql:///postgres?host={folder}&user={USER}"
    finally:
        run("pg_ctl", "stop", "--wait", "--mode", "immediate", "--pgdata", str(data))
        shutil.rmtree(folder, ignore_errors=True)

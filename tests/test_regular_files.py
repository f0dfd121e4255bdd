"""Pipes, sockets, devices and links that lead back, where files are needed: refused, none waited for or replaced.

Each command runs as a process of its own, so that one that waits for a pipe is stopped and fails its test.
"""

from __future__ import annotations

import json
import os
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from surfaces import surface_law

COMITY = str(Path(sys.executable).with_name("comity"))
JAIL = "us/aa/jail"
LOG = (
    "prepare_date,detainer_type,facility,state,city,lift_reason\n"
    "2015-01-21,I247N - Immigration Advisal - Request for Notification,SANGAMON COUNTY JAIL,ILLINOIS,SPRINGFIELD,\n"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a log, a small law, and a pipe that nobody writes to."""
    surface_law(tmp_path)
    (tmp_path / "log.csv").write_text(LOG, encoding="utf-8")
    os.mkfifo(tmp_path / "pipe.csv")
    return tmp_path


def run(folder: Path, *arguments: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([COMITY, *arguments], cwd=folder, input=given, capture_output=True, timeout=60, check=False)


def refused(folder: Path, *arguments: str, given: bytes = b"") -> str:
    """The one line with which the command refuses; it must leave all as it was."""
    before = {path: path.lstat().st_mode for path in folder.rglob("*")}
    ended = run(folder, *arguments, given=given)
    assert ended.returncode == 2, ended
    assert {path: path.lstat().st_mode for path in folder.rglob("*")} == before
    (line,) = ended.stderr.decode().splitlines()
    return line


@pytest.mark.parametrize(
    "line",
    [
        "audit pipe.csv --out out",
        "audit log.csv --map pipe.csv --out out",
        "audit log.csv --agencies pipe.csv --out out",
        "audit log.csv --declarations pipe.csv --out out",
        "audit log.csv --compare-with pipe.csv --out out",
        "audit log.csv --reasons pipe.csv --out out",
        "audit log.csv --reasons pipe.csv",
        "audit log.csv --review pipe.csv",
        "audit --sharing pipe.csv --place us/il/local/police",
        "audit --measure-triage --texts pipe.csv",
        "audit sqlite://pipe.csv --query SELECT --out out",
        "replay pipe.csv --as-of 2022-01-01",
        "decide --replay pipe.csv",
        "decide us/il/local/jail --on 2025-01-21 --action hold --receipt pipe.csv",
        "audit --made-up 3 --force --out pipe.csv",
    ],
)
def test_a_pipe_where_a_file_is_needed_is_refused(line: str, folder: Path) -> None:
    said = refused(folder, *line.split())
    assert "pipe.csv" in said
    assert "pipe" in said.replace("pipe.csv", "")


def test_a_device_that_never_ends_is_refused(folder: Path) -> None:
    assert "/dev/zero" in refused(folder, "audit", "log.csv", "--map", "/dev/zero", "--out", "out")
    assert "/dev/zero" in refused(folder, "audit", "/dev/zero", "--out", "out")


def test_pipes_sockets_and_devices_in_a_law_folder_are_refused(folder: Path) -> None:
    place = folder / "law" / "us" / "aa"
    law = ("--law", "law", "law")
    os.mkfifo(place / "act-2.yaml")
    assert "law/us/aa/act-2.yaml: cannot be read" in refused(folder, *law)
    (place / "act-2.yaml").unlink()
    (place / "act-3.yml").symlink_to("/dev/zero")
    assert "law/us/aa/act-3.yml: cannot be read" in refused(folder, *law)
    (place / "act-3.yml").unlink()
    with socket.socket(socket.AF_UNIX) as listening:
        # The path of a socket is short, as a temporary folder's may not be.
        before = Path.cwd()
        os.chdir(place)
        listening.bind("act-4.yaml")
        os.chdir(before)
        assert stat.S_ISSOCK((place / "act-4.yaml").stat().st_mode)
        assert "law/us/aa/act-4.yaml: cannot be read" in refused(folder, *law)


def test_links_in_a_law_folder_are_followed_unless_they_lead_back(folder: Path) -> None:
    place = folder / "law" / "us" / "aa"
    place.rename(folder / "elsewhere")
    place.symlink_to(folder / "elsewhere")
    assert json.loads(run(folder, "--law", "law", "law", JAIL, "--json").stdout)["agency"] == JAIL
    (folder / "elsewhere" / "back").symlink_to(folder / "law")
    assert "law/us/aa/back: cannot be read: the link leads back" in refused(folder, "--law", "law", "law")


def test_a_law_file_whose_name_is_not_utf8_is_refused(folder: Path) -> None:
    Path(os.fsdecode(os.fsencode(folder / "law" / "us") + b"/\xff.yaml")).write_text("instrument: us/x")
    assert "its name is not UTF-8" in refused(folder, "--law", "law", "law")


def test_a_log_that_is_piped_in_is_audited_as_its_file_is(folder: Path) -> None:
    piped = run(folder, "audit", "-", "--place", "us/il", "--out", "piped", given=LOG.encode())
    assert piped.returncode == 0, piped
    named = run(folder, "audit", "log.csv", "--place", "us/il", "--out", "named")
    assert named.returncode == 0, named
    assert (folder / "piped" / "rulings.csv").read_bytes() == (folder / "named" / "rulings.csv").read_bytes()
    assert "standard input" in (folder / "piped" / "methods.md").read_text(encoding="utf-8")
    assert sorted(entry.name for entry in folder.iterdir()) == ["law", "log.csv", "named", "pipe.csv", "piped"]


def test_nothing_piped_in_is_told(folder: Path) -> None:
    assert "standard input: is empty" in refused(folder, "audit", "-", "--out", "out")
    closed = subprocess.run(
        f"{COMITY} audit - --out out <&-; {COMITY} decide --json <&-; {COMITY} ask us/il/local/jail --action hold <&-",
        shell=True, cwd=folder, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert "Traceback" not in closed.stderr
    assert (closed.stderr + closed.stdout).count("is closed") == 3


@pytest.mark.parametrize(
    "line",
    [
        "audit NAME --out out",
        "audit log.csv --out NAME",
        "audit log.csv --compare-with NAME --out out --json",
        "audit --made-up 3 --out NAME",
        "decide us/il/local/jail --receipt NAME --json",
        "law --book NAME --json",
        "--law NAME law",
    ],
)
def test_a_name_that_is_not_utf8_is_refused_whatever_it_names(line: str, folder: Path) -> None:
    name = b"caf\xe9.csv"
    (folder / os.fsdecode(name)).write_text(LOG, encoding="utf-8")
    words = [os.fsencode(COMITY), *(name if word == "NAME" else word.encode() for word in line.split())]
    before = sorted(folder.rglob("*"))
    ended = subprocess.run(words, cwd=folder, capture_output=True, timeout=60, check=False)
    assert ended.returncode == 2
    assert b"caf" in ended.stdout + ended.stderr
    assert b"is not UTF-8" in ended.stdout + ended.stderr
    assert sorted(folder.rglob("*")) == before


def test_a_log_in_a_folder_whose_name_is_not_utf8_is_refused(folder: Path) -> None:
    (folder / "logs").mkdir()
    (folder / "logs" / os.fsdecode(b"caf\xe9.csv")).write_text(LOG, encoding="utf-8")
    assert "its name is not UTF-8" in refused(folder, "audit", "logs", "--out", "out")
    assert "its name is not UTF-8" in refused(folder, "audit", "logs/*.csv", "--out", "out")

"""What a stranger types wrongly, and what is then said and left behind."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from comity.cli import main

LOG = (
    "prepare_date,detainer_type,facility,state,city,lift_reason\n"
    "2015-01-21,I247N - Immigration Advisal - Request for Notification,SANGAMON COUNTY JAIL,ILLINOIS,SPRINGFIELD,\n"
)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "log.csv").write_text(LOG, encoding="utf-8")
    (tmp_path / "dir").mkdir()
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("decide us/il --action hold", '"us/il" is a place: name an agency, as us/il/local/'),
        ("decide us/il/chicago --action hold", '"us/il/chicago" is a place: name an agency, as us/il/chicago/police'),
        ("law us/il --diagram hold", '"us/il" is a place'),
        ("diff us/il us/tx", '"us/il" is a place'),
        (
            "law --sign us/il/trust-act --as A",
            "--law: name the folder of the file that is signed: comity --law FOLDER law ",
        ),
        ("law us/il/local/jail --diagram hold -o hold.png", "out: a diagram is .svg, not .png"),
        ("decide us/il/local/jail --action hold --receipt dir", "dir: cannot be written"),
        ("audit log.csv --agencies none.csv --out o", "none.csv: there is no such file: --review AGENCIES begins one"),
        ("audit log.csv --place Illinois --out o", 'did you mean "us/il"?'),
        ("audit log.csv --place us/il/chicago --out o", "its rows are among those of us/il"),
        (
            "decide us/il/local/jail --action hold --receipt no/r.json",
            "no/r.json: there is no folder no: make it first",
        ),
        ("decide us/il/local/jail --on 9999-12-31", "on: the year 9999 is too late: the last is 2999"),
        ("law us/il/chicago --timeline --on 9999-12-31", "on: the year 9999 is too late"),
        ("decide us/il/local/jail release_due_at=9999-12-31", "release_due_at: the year 9999 is too late"),
        ("diff us/il/local/jail --between x 2020-01-01", 'between: "x" is not a date (write 2025-01-21'),
        ("prove us/il/local/jail c --from x", 'from: "x" is not a date (write 2025-01-21'),
        ("decide --replay none.json", "none.json: there is no such file"),
        ("decide us/il/local/jail --onn 2025", '--onn: no such option (did you mean "--on"?)'),
        ("decide us/il/local/jail --zzz", "--zzz: no such option: `comity decide --help` tells more"),
        (
            "decide us/il/local/jail instruments=",
            '"instruments=" tells nothing: write instruments=none if there is none',
        ),
        ("decide us/il/local/jail abc=1", 'unknown fact "abc" (`comity law --facts AGENCY` lists them)'),
        ("decide us/il/local/jail --action zzz", 'unknown action "zzz" (one of: arrest, hold, '),
        ("ask", "AGENCY: is missing: `comity ask --help` tells more"),
        ("law --search", "--search: needs a value"),
        ("--on 2025-01-21 decide us/il/local/jail", "--on: goes after the command: comity decide --on"),
        ("--made-up 5 law", "--made-up: goes after the command: comity audit --made-up"),
        ("law us/il --law log.csv", "--law: goes before the command: comity --law … law"),
        ("prove --sheet 2025", "--sheet: no such option of this, but of the command audit or replay"),
        ("--lwa log.csv law", '--lwa: no such option (did you mean "--law"?)'),
        ("law --json=yes", "--json: takes no value"),
        ("diff us/il/local/jail --between 2020-01-01", "--between: needs 2 values"),
        ("--law dir", "missing command: `comity --help` tells more"),
        ("diff", "AGENCY_OR_PLACE: is missing"),
        ("audit", "LOG: name the file to read"),
        ("audit log.csv --sample x --out o", "--sample: 'x' is not a whole number"),
        ("audit log.csv --sample 99999999999999999999 --out o", "--sample: 99999999999999999999 is not in the range"),
        ("audit log.csv --delimiter § --out o", '--delimiter: "§" is no delimiter'),
        ("audit log.csv --engine spark --out o", "log.csv: is no Parquet file, as Spark is to read"),
        ("audit - --engine spark --out o", "-: is no Parquet file, as Spark is to read"),
        ("--law none law", "--law: directory 'none' does not exist: `comity --help` tells more"),
        ("--law log.csv law --book b", "--law: directory 'log.csv' is a file"),
        ("law --compare hold --kind zzz", 'unknown kind of agency "zzz" (one of: police, sheriff, '),
        ("audit --made-up 5 --out made.xlsx", "made.xlsx: made-up rows are a .csv or .parquet file"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_left(line: str, words: str, folder: Path) -> None:
    before = sorted(folder.rglob("*"))
    result = run(*line.split())
    assert result.exit_code == 2, result.output
    assert words in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert sorted(folder.rglob("*")) == before


def test_a_value_of_any_length_floods_no_terminal() -> None:
    long = "a" * 50_000
    for line in (["law", long], ["audit", long, "--out", "o"], ["decide", "us/il/local/jail", f"{long}=1"]):
        told = run(*line)
        assert told.exit_code == 2
        assert told.stderr.startswith("comity: ")
        assert len(told.stderr) < 1_500
    assert told.stderr.endswith("(`comity law --facts AGENCY` lists them)\n")


def command(*arguments: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """The command in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "comity", *arguments],
        capture_output=True,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        timeout=120,
        check=False,
    )


DECIDE = ("decide", "us/il/local/jail", "--on", "2025-01-21", "--action", "hold")


def test_what_is_wrong_before_the_command_is_told_as_json_too() -> None:
    result = run("--law", "none", "law", "--json")
    assert result.exit_code == 2
    assert json.loads(result.stdout)["error"]["at"] == "--law"
    result = run("--json", "law")
    assert result.exit_code == 2
    assert json.loads(result.stdout)["error"]["message"] == "goes after the command: comity law --json"


def test_nothing_piped_in_is_named() -> None:
    done = command("decide", "--json")
    assert done.returncode == 2
    assert json.loads(done.stdout)["error"]["message"].startswith("is empty: pipe a request")


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_letters_that_a_terminal_lacks_stop_nothing(encoding: str) -> None:
    done = command(*DECIDE, PYTHONIOENCODING=encoding, PYTHONUTF8="0")
    assert done.returncode == 0, done.stderr
    assert "5 ILCS 805/15".encode(encoding) in done.stdout


def test_json_is_utf8_whatever_the_terminal() -> None:
    done = command("law", "--json", PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert json.loads(done.stdout.decode("utf-8"))


def test_a_full_disk_is_named() -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "comity", *DECIDE], stdout=full, stderr=subprocess.PIPE, timeout=120, check=False
        )
    assert done.returncode == 2
    assert done.stderr == b"comity: output: No space left on device\n"


@pytest.mark.parametrize(
    "line", [("law", "us/il"), ("law", "--json"), DECIDE, ("--help",), ("prove", "us/il/cook-county")]
)
def test_a_reader_that_stops_early_is_told_by_the_exit_status_alone(line: tuple[str, ...]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [sys.executable, "-m", "comity", *line], stdout=writing, stderr=subprocess.PIPE, timeout=120, check=False
    )
    os.close(writing)
    assert (done.returncode, done.stderr) == (141, b"")


def test_a_closed_output_is_no_error(folder: Path) -> None:
    log = f"{sys.executable} -m comity audit log.csv --out o"
    decide = f"{sys.executable} -m comity {' '.join(DECIDE)}"
    done = subprocess.run(
        ["bash", "-ec", f"{decide} >&-; {decide} --json >&-; {log} >&-"], capture_output=True, timeout=120, check=False
    )
    assert (done.returncode, done.stdout) == (0, b"")
    assert done.stderr == b""
    assert (folder / "o" / "report.html").exists()
    mistaken = subprocess.run(
        f"{sys.executable} -m comity law --zzz 2>&-", shell=True, capture_output=True, check=False
    )
    assert (mistaken.returncode, mistaken.stdout) == (2, b"")


def test_a_cache_that_cannot_be_written_changes_nothing(folder: Path) -> None:
    told = command(*DECIDE, "--json").stdout
    assert command(*DECIDE, "--json", XDG_CACHE_HOME=str(folder / "log.csv")).stdout == told


def test_a_folder_of_law_that_cannot_be_read_is_named_not_left_out(folder: Path) -> None:
    """A folder passed over would be law left out of every answer."""
    hidden = folder / "law" / "us"
    hidden.mkdir(parents=True)
    (folder / "law" / "vocabulary.yaml").write_text("", encoding="utf-8")
    hidden.chmod(0)
    # The superuser too reads such a folder only by a power that can be laid down.
    laid_down = ["setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-all"]
    who = laid_down if os.geteuid() == 0 else []
    done = subprocess.run(
        [*who, sys.executable, "-m", "comity", "--law", "law", "law"], capture_output=True, timeout=60, check=False
    )
    hidden.chmod(0o755)
    assert done.returncode == 2
    assert done.stderr == b"comity: law/us: cannot be read: Permission denied\n"


@pytest.mark.parametrize("told", ["1", ""])
def test_no_color_is_plain_text_on_a_terminal_too(told: str) -> None:
    line = f"{sys.executable} -m comity {' '.join(DECIDE)} instruments=i247a"
    done = subprocess.run(
        ["script", "-qec", line, "/dev/null"],
        capture_output=True,
        env={**os.environ, "TERM": "xterm-256color", "NO_COLOR": told},
        stdin=subprocess.DEVNULL,
        timeout=60,
        check=True,
    )
    assert (b"\x1b[" in done.stdout) == (told == "")


def test_a_file_that_the_system_withholds_is_told_as_json_too(folder: Path) -> None:
    hidden = folder / "hidden"
    hidden.mkdir(mode=0)
    laid_down = ["setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-all"]
    who = laid_down if os.geteuid() == 0 else []
    line = ["audit", "log.csv", "--agencies", "hidden/agencies.csv", "--out", "o", "--json"]
    done = subprocess.run([*who, sys.executable, "-m", "comity", *line], capture_output=True, timeout=60, check=False)
    hidden.chmod(0o755)
    assert (done.returncode, done.stderr) == (2, b"")
    assert json.loads(done.stdout)["error"]["at"] == "hidden/agencies.csv"


def test_on_a_narrow_terminal_a_citation_is_folded_not_cut() -> None:
    line = f"{sys.executable} -m comity decide us/il/chicago/police --on 2025-01-21 --action hold"
    done = subprocess.run(
        ["script", "-qec", f"{line} instruments=i247a", "/dev/null"],
        capture_output=True,
        env={**os.environ, "COLUMNS": "50"},
        stdin=subprocess.DEVNULL,
        timeout=60,
        check=True,
    )
    told = re.sub(r"\x1b\[[0-9;]*m", "", done.stdout.decode()).splitlines()
    table = told[: told.index("hold: prohibited")]
    assert max(map(len, table)) <= 50
    assert not any("…" in row for row in table)

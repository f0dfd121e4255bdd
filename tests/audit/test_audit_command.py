"""The command: exit codes, JSON, folders, made-up files."""

from __future__ import annotations

import json
import re
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner, Result

from comity.audit.holders.gazetteer import STATES, counties
from comity.audit.results.summary import Summary
from comity.audit.run import audit_log
from comity.cli import main
from comity.decide import Law
from comity.errors import ComityError
from tests.audit.conftest import COLUMNS, COOK, I247N, row

Write = Callable[..., Path]


def comity(*args: object) -> Result:
    return CliRunner().invoke(main, ["audit", *map(str, args)])


def test_summary_for_people(csv_file: Write, tmp_path: Path) -> None:
    result = comity(csv_file(row(), row(outcome="Lifted")), "--out", tmp_path / "out")
    assert result.exit_code == 0, result.output
    assert "DuPage County Sheriff" in result.output
    assert "What this file cannot tell" in result.output
    assert sorted(entry.name for entry in (tmp_path / "out").iterdir()) == [
        "findings.parquet",
        "groups.csv",
        "groups.parquet",
        "methods.json",
        "methods.md",
        "months.csv",
        "months.parquet",
        "norms.csv",
        "report.html",
        "rulings.csv",
        "rulings.parquet",
        "summary.json",
    ]


def test_summary_for_programs(csv_file: Write, tmp_path: Path) -> None:
    result = comity(csv_file(row()), "--out", tmp_path / "out", "--json", "--as-of", "2018-06-01")
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout) == json.loads((tmp_path / "out" / "summary.json").read_text())
    assert json.loads(result.stdout)["as_of"] == "2018-06-01"


@pytest.mark.parametrize(
    "args",
    [("--layout", "ice-detainer"), ("--place", "us/ill"), ("--as-of", "June"), ("--as-of", "2018-13-01")],
)
def test_bad_options(args: tuple[str, str], csv_file: Write, tmp_path: Path) -> None:
    result = comity(csv_file(row()), "--out", tmp_path / "out", *args)
    assert result.exit_code == 2
    assert args[0] in result.stderr
    assert not (tmp_path / "out").exists()


def test_rows_of_a_query_are_answered_as_those_of_a_file(csv_file: Write, tmp_path: Path) -> None:
    rows = [row(), row(outcome="Lifted"), row("2025-02-03", place=COOK)]
    with sqlite3.connect(tmp_path / "log.db") as database:
        database.execute(f"CREATE TABLE log ({', '.join(COLUMNS)})")
        database.executemany("INSERT INTO log VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
    source, query = f"sqlite://{tmp_path / 'log.db'}", "SELECT * FROM log ORDER BY rowid"
    asked = comity(source, "--query", query, "--place", "us/il", "--out", tmp_path / "there", "--json")
    assert asked.exit_code == 0, asked.output
    assert json.loads(asked.stdout)["input"]["rows"] == 3
    assert comity(csv_file(*rows), "--place", "us/il", "--out", tmp_path / "here").exit_code == 0
    for name in ("groups.csv", "rulings.csv", "months.csv"):
        assert (tmp_path / "there" / name).read_bytes() == (tmp_path / "here" / name).read_bytes()
    wrong = comity(source, "--query", "DELETE FROM log", "--place", "us/il", "--out", tmp_path / "no")
    assert wrong.exit_code == 2
    assert wrong.stderr.startswith("comity: --query: SQLite does not accept the query")
    assert not (tmp_path / "no").exists()


def test_error_as_json(csv_file: Write, tmp_path: Path) -> None:
    result = comity(csv_file(row("soon")), "--out", tmp_path / "out", "--json")
    assert result.exit_code == 2
    error = json.loads(result.stdout)["error"]
    assert error["code"] == "date"
    assert error["at"] == "log.csv, row 1, column prepare_date"


def test_folder_that_exists_is_kept(csv_file: Write, tmp_path: Path) -> None:
    path = csv_file(row())
    assert comity(path, "--out", tmp_path / "out").exit_code == 0
    before = (tmp_path / "out" / "summary.json").read_bytes()
    again = comity(path, "--out", tmp_path / "out", "--as-of", "2018-06-01")
    assert again.exit_code == 2
    assert "--force" in again.stderr
    assert (tmp_path / "out" / "summary.json").read_bytes() == before
    assert comity(path, "--out", tmp_path / "out", "--as-of", "2018-06-01", "--force").exit_code == 0
    assert (tmp_path / "out" / "summary.json").read_bytes() != before
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["log.csv", "out"]


def test_force_replaces_all_that_an_audit_writes(csv_file: Write, tmp_path: Path) -> None:
    path = csv_file(row())
    path.write_text(path.read_text() + "3,2015-01-01\n")
    assert comity(path, "--out", tmp_path / "out", "--sample", "1").exit_code == 0
    assert {"set-aside.csv", "sample.csv"} <= {entry.name for entry in (tmp_path / "out").iterdir()}
    result = comity(path, "--out", tmp_path / "out", "--force")
    assert (result.exit_code, result.stderr) == (0, "")
    assert not (tmp_path / "out" / "sample.csv").exists()


def test_force_replaces_results_only(csv_file: Write, tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "thesis.txt").write_text("years of work")
    result = comity(csv_file(row()), "--out", folder, "--force")
    assert result.exit_code == 2
    assert "thesis.txt" in result.stderr
    assert (folder / "thesis.txt").read_text() == "years of work"


def test_control_characters_do_not_reach_the_terminal(csv_file: Write, tmp_path: Path) -> None:
    path = csv_file(row()).rename(tmp_path / "log\x1b[31m.csv")
    result = comity(path, "--out", tmp_path / "out")
    assert result.exit_code == 0
    assert "\x1b" not in result.output


def test_a_log_is_not_read_where_rows_are_to_be_made_up(csv_file: Write, tmp_path: Path) -> None:
    result = comity(csv_file(row()), "--made-up", 5, "--out", tmp_path / "made-up.csv")
    assert result.exit_code == 2
    assert "LOG: has no meaning beside --made-up" in result.output
    assert not (tmp_path / "made-up.csv").exists()


@pytest.mark.parametrize("name", ["made-up.csv", "made-up.parquet"])
def test_made_up_file(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    assert comity("--made-up", 300, "--out", path).exit_code == 0
    first = path.read_bytes()
    assert comity("--made-up", 300, "--out", path).exit_code == 2
    assert comity("--made-up", 300, "--out", path, "--force").exit_code == 0
    assert path.read_bytes() == first
    result = comity(path, "--out", tmp_path / "out", "--json")
    summary = json.loads(result.stdout)
    assert summary["input"]["rows"] == summary["input"]["made_up_rows"] == 300
    assert summary["rows"]["decided"] > 200
    assert "MADE UP: 300 rows" in comity(path, "--out", tmp_path / "again").output


def test_a_made_up_file_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "folder.csv").mkdir()
    result = comity("--made-up", 3, "--out", tmp_path / "folder.csv", "--force")
    assert result.exit_code == 2
    assert "cannot be written: Is a directory" in result.output
    assert [entry.name for entry in tmp_path.iterdir()] == ["folder.csv"]


def test_the_real_file_fits_a_small_machine(real_file: Path, tmp_path: Path) -> None:
    """The whole file, from the shell, in less than 500 MB."""
    # The kernel's own figure for the process (ru_maxrss) would start at the memory of the tests that started it.
    code = (
        "import re, sys; from comity.cli import main; main(sys.argv[1:], standalone_mode=False); "
        "print(re.search(r'VmHWM:\\s+(\\d+)', open('/proc/self/status').read())[1])"
    )
    args = ["audit", str(real_file), "--place", "us/il", "--out", str(tmp_path / "out"), "--json"]
    done = subprocess.run([sys.executable, "-c", code, *args], capture_output=True, text=True, check=True)
    kilobytes = int(done.stdout.splitlines()[-1])
    assert kilobytes < 500_000


@pytest.mark.parametrize("at", ["signing", "deciding", "counting"])
def test_an_audit_that_is_stopped_leaves_nothing(at: str, csv_file: Write, tmp_path: Path, law: Law) -> None:
    path = csv_file(row(), row(outcome="Lifted"))

    def stop(step: str, _done: int, _of: int) -> None:
        if step.startswith(at):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        audit_log([str(path)], tmp_path / "out", law=law, on_progress=stop)
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]


def test_no_place_to_write(csv_file: Write, law: Law) -> None:
    path = csv_file(row())
    with pytest.raises(ComityError, match="cannot be written"):
        audit_log([str(path)], path / "inside" / "out", law=law)
    assert path.read_text()


def test_one_of_a_thing_is_told_in_the_singular(csv_file: Write, tmp_path: Path) -> None:
    result = comity(csv_file(row(form=I247N)), "--out", tmp_path / "out")
    assert "1 row, " in result.output
    assert "1 row decided " in result.output
    assert "1 row, 2015-01-21, each decided" in result.output
    assert "1 row in the file" in result.output
    page = (tmp_path / "out" / "report.html").read_text("utf-8")
    methods = (tmp_path / "out" / "methods.md").read_text("utf-8")
    plural = re.compile(r"(?<![\d,.>])1 (rows|decisions|findings|days|files|answers|further lines|agencies)\b")
    assert [plural.search(text) for text in (result.output, page, methods)] == [None, None, None]


def test_the_law_used_is_told_place_by_place_where_a_log_is_of_several_states(csv_file: Write, tmp_path: Path) -> None:
    texas = row(day="2018-06-01", place=("BEXAR COUNTY JAIL", "TEXAS", "SAN ANTONIO"))
    log = csv_file(texas, row(day="2016-06-01"), row(day="2012-06-01"))
    lines = comity(log, "--out", tmp_path / "out").output.partition("Law used\n")[2].splitlines()
    used = [line.split(":")[0].strip() for line in lines[:3]]
    assert used == ["us/il", "us/il", "us/tx"]
    starts = [line.split(" stood from ")[1][:10] for line in lines[:2]]
    assert starts == sorted(starts)


def test_what_was_told_of_a_log_stands_in_its_methods(csv_file: Write, tmp_path: Path) -> None:
    result = comity(csv_file(row()), "--state", "TX", "--out", tmp_path / "out")
    says = "a row without a state is taken to be of Texas, as was told"
    assert says in result.output
    assert f"* {says}\n" in (tmp_path / "out" / "methods.md").read_text("utf-8")


def test_log_whose_days_are_all_out_of_range(csv_file: Write, tmp_path: Path) -> None:
    result = comity(csv_file(row("5025-03-04")), "--out", tmp_path / "out")
    assert result.exit_code == 0, result.output
    assert "1 row, no day told" in result.output
    assert "date out of range" in result.output
    assert "None" not in result.output


def test_what_is_printed_of_long_lists_is_short(csv_file: Write, tmp_path: Path) -> None:
    """What is left out is counted, and an agency under no answer but its own."""
    every_state = {code: county.name for (code, _), county in counties().items()}
    places = [(f"{county.upper()} COUNTY JAIL", STATES[code].upper(), "") for code, county in every_state.items()]
    log = csv_file(*(row("2015-01-21", place=place) for place in places))
    result = comity(log, "--out", tmp_path / "out")
    summary = msgspec.json.decode((tmp_path / "out" / "summary.json").read_bytes(), type=Summary)
    assert f"and {len(summary.missing) - 8} further facts: see report.html" in result.output
    assert "further periods of law: see report.html" in result.output
    assert len(result.output.splitlines()) < 150
    assert "Written to" in result.output.partition("In brief\n")[2].splitlines()[-1]
    for action in ("hold", "notify_release"):
        asking = [{each.status for each in holder.findings if each.action == action} for holder in summary.holders]
        asking = [statuses for statuses in asking if statuses]
        told = result.output.partition(f"Asked: {action}\n")[2].partition("\nall ")[0]
        fewer = dict(re.findall(r"(\d+) agenc\w+ with fewer rows +(\w+)", told))
        assert {status: int(number) for number, status in fewer.items()} == Counter(
            status for statuses in asking[12:] for status in statuses
        )

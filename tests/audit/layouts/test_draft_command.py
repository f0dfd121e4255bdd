"""`comity audit --draft-map`, as a person runs it."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
from click.testing import CliRunner, Result

from comity.cli import main

LOG = "Date of Request,Jail,In Custody?\n" + "".join(f"{n}/2/2025,Cook County Jail,Y\n" for n in range(1, 12))


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["audit", *arguments])


def test_draft_is_printed(tmp_path: Path) -> None:
    log = tmp_path / "log.csv"
    log.write_text(LOG)
    printed = run("--draft-map", str(log))
    assert printed.exit_code == 0
    assert "  column: date_of_request\n" in printed.stdout
    assert list(tmp_path.iterdir()) == [log]
    told = json.loads(run("--draft-map", str(log), "--json").stdout)
    assert told["mapping"] == printed.stdout
    assert told["guesses"] == printed.stdout.count("confirm: ")


def test_draft_into_a_file_that_stands(tmp_path: Path) -> None:
    log, mapping = tmp_path / "log.csv", tmp_path / "mapping.yaml"
    log.write_text(LOG)
    assert run("--draft-map", str(log), "--out", str(mapping)).exit_code == 0
    first = mapping.read_text()
    again = run("--draft-map", str(log), "--out", str(mapping))
    assert again.exit_code == 2
    assert "exists already" in again.stderr
    assert run("--draft-map", str(log), "--out", str(mapping), "--force").exit_code == 0
    assert mapping.read_text() == first
    mapping.unlink()
    told = json.loads(run("--draft-map", str(log), "--out", str(mapping), "--json").stdout)
    assert told["mapping"] == mapping.read_text() == first


def test_draft_of_what_cannot_be_read(tmp_path: Path) -> None:
    log = tmp_path / "log.csv"
    log.write_text("")
    failed = run("--draft-map", str(log))
    assert failed.exit_code == 2
    assert failed.stderr == "comity: log.csv: is empty\n"


def test_draft_of_a_file_that_is_spoilt_within(tmp_path: Path) -> None:
    log = tmp_path / "log.parquet"
    duckdb.sql(
        "SELECT DATE '2025-01-01' + CAST(n % 300 AS INTEGER) AS day, 'jail ' || n AS jail FROM range(9_000) t(n)"
    ).write_parquet(str(log))
    content = bytearray(log.read_bytes())
    content[4:2_000] = bytes(byte ^ 0xFF for byte in content[4:2_000])
    log.write_bytes(content)
    failed = run("--draft-map", str(log))
    assert failed.exit_code == 2
    assert failed.stderr.startswith("comity: log.parquet: cannot be read or worked on: ")
    assert len(failed.stderr.splitlines()) == 1


def test_draft_of_a_log_read_as_told(tmp_path: Path) -> None:
    log = tmp_path / "log.csv"
    log.write_text("Printed on 1 March\n" + LOG.replace(",", "^"))
    drafted = run("--draft-map", str(log), "--delimiter", "^", "--header-row", "2")
    assert drafted.exit_code == 0
    assert "  column: date_of_request\n" in drafted.stdout

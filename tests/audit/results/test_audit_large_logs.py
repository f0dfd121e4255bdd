"""Large logs: their audit stays small in memory, says the same twice, and its page tells what it leaves out."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import pytest
from playwright.sync_api import Browser

from comity.audit.output import FILES
from comity.audit.results.summary import NOT_LISTED, ordered
from comity.audit.run import audit_log
from comity.decide import Law
from tests.audit.results.conftest import rows_of_a_year, write_log
from tests.audit.results.test_audit_report_page import found, open_page

ROWS = 320_000

MOST_MEGABYTES = 700
"""The database may use 400, and the program, its law and the drawing of charts the rest: of any number of rows."""

AUDIT = """
import sys
from pathlib import Path
from comity.audit.run import audit_log
from comity.decide import Law

audit_log([sys.argv[1]], Path(sys.argv[2]), law=Law.load(), place="us/il")
[peak] = [line.split()[1] for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")]
print(peak)
"""
"""Prints the peak of the memory of this process alone, in kilobytes: that of `resource` counts its parent's too."""


@pytest.fixture(scope="module")
def large_log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Thirty years of days, four jails of counties and 5,000 places that nobody knows, an outcome of its own in every
    third row, and long texts; in no order."""
    path = tmp_path_factory.mktemp("large") / "log.parquet"
    with duckdb.connect(":memory:") as database:
        database.execute(
            f"""
            COPY (
                SELECT CAST(DATE '1995-01-01' + CAST(hash(n) % 10957 AS INTEGER) AS DATE) AS prepare_date,
                    ['I247 - Immigration Detainer - Notice of Action (as of March 2013)', 'I-247A',
                     'I247D - Immigration Detainer - Request for Action',
                     'I247N - Immigration Advisal - Request for Notification'][1 + CAST(hash(n, 1) % 4 AS INTEGER)]
                        AS detainer_type,
                    CASE WHEN hash(n, 2) % 2 = 0 THEN ['COOK COUNTY JAIL', 'DUPAGE COUNTY JAIL', 'KANE COUNTY JAIL',
                        'LAKE COUNTY JAIL'][1 + CAST(hash(n, 3) % 4 AS INTEGER)]
                        ELSE 'PLACE ' || hash(n, 3) % 5000 END AS facility,
                    'ILLINOIS' AS state,
                    ['CHICAGO', 'WHEATON', 'SAINT CHARLES', 'WAUKEGAN'][1 + CAST(hash(n, 3) % 4 AS INTEGER)] AS city,
                    CASE WHEN n % 3 = 0 THEN 'OUTCOME ' || n || repeat(' and so on', 20) WHEN n % 3 = 1 THEN 'Lifted'
                        ELSE 'Detainer Declined by LEA' END AS lift_reason
                FROM range({ROWS}) AS numbers(n)
            ) TO '{path}' (FORMAT parquet)
            """
        )
    return path


@pytest.fixture(scope="module")
def large_results(large_log: Path) -> tuple[list[Path], list[int]]:
    """Two audits of the log, each by a process of its own, and their peaks of memory in megabytes."""
    folders = [large_log.parent / name for name in ("first", "second")]
    peaks: list[int] = []
    for folder in folders:
        ran = subprocess.run(
            [sys.executable, "-c", AUDIT, str(large_log), str(folder)], capture_output=True, text=True, check=True
        )
        peaks.append(int(ran.stdout) // 1024)
    return folders, peaks


def test_memory_is_bounded(large_results: tuple[list[Path], list[int]]) -> None:
    _, peaks = large_results
    assert max(peaks) < MOST_MEGABYTES


def test_two_runs_give_the_same_bytes(large_results: tuple[list[Path], list[int]]) -> None:
    [first, second], _ = large_results
    names = sorted(path.name for path in first.iterdir())
    assert names == sorted(path.name for path in second.iterdir())
    assert set(names) <= set(FILES)
    assert [name for name in names if (first / name).read_bytes() != (second / name).read_bytes()] == []


def test_all_rows_are_counted_and_stand_in_order(large_results: tuple[list[Path], list[int]]) -> None:
    [first, _], _ = large_results
    summary = json.loads((first / "summary.json").read_bytes())
    assert summary["rows"]["decided"] + sum(summary["rows"]["apart"].values()) == ROWS
    with duckdb.connect(":memory:") as database:
        groups = database.execute(
            f"SELECT sum(rows), sum(rows) FILTER (WHERE counted_first) FROM '{first / 'groups.parquet'}'"
        ).fetchone()
        findings = database.execute(
            f"SELECT count(*), count(DISTINCT row) FROM '{first / 'findings.parquet'}'"
        ).fetchone()
        disorder = database.execute(
            "SELECT count(*) FROM (SELECT row, lag(row) OVER (ORDER BY file_row_number) AS before "
            f"FROM read_parquet('{first / 'findings.parquet'}', file_row_number = true)) WHERE row < before"
        ).fetchone()
    assert groups == findings
    assert disorder == (0,)


def test_the_page_of_a_large_log_is_no_larger_than_a_browser_takes(
    large_results: tuple[list[Path], list[int]], browser: Browser
) -> None:
    [first, _], _ = large_results
    assert (first / "report.html").stat().st_size < 8_000_000
    opened = open_page(browser, first)
    with opened as page:
        assert opened.complaints == []
        assert 0 < found(page) <= 40_000
        assert "This page holds a sample of" in page.inner_text("main")


def test_a_summary_tells_what_it_leaves_out(
    browser: Browser, tmp_path: Path, law: Law, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No row is lost of what a large log has more of than is listed, and no link leads to other rows than it says."""
    log = write_log(tmp_path / "log.csv", rows_of_a_year())
    whole = audit_log([str(log)], tmp_path / "whole", law=law, place="us/il").summary
    assert whole.left_out == ()
    for name, most in (("holderfigures.HOLDERS", 2), ("holderfigures.FINDINGS_LISTED", 2), ("figures.RULINGS", 3)):
        monkeypatch.setattr(f"comity.audit.results.{name}", most)
    summary = audit_log([str(log)], tmp_path / "out", law=law, place="us/il").summary
    assert [line.split()[0] for line in summary.left_out] == [
        str(len(whole.holders) - 2),
        str(sum(len(holder.findings) for holder in whole.holders[:2]) - 2),
        str(len(whole.rulings) - 3),
    ]
    assert (summary.actions, summary.months, summary.missing) == (whole.actions, whole.months, whole.missing)
    for holder, same in zip(summary.holders, whole.holders[:2], strict=True):
        assert (holder.holder, holder.rows, holder.recorded) == (same.holder, same.rows, same.recorded)
        for action in ("hold", "notify_release"):
            assert _statuses(holder, action) == _statuses(same, action)
    listed = [finding for holder in summary.holders for finding in holder.findings if finding.alone != NOT_LISTED]
    assert len(listed) == 2
    assert (tmp_path / "out/groups.csv").read_bytes() == (tmp_path / "whole/groups.csv").read_bytes()
    assert (tmp_path / "out/rulings.csv").read_bytes() == (tmp_path / "whole/rulings.csv").read_bytes()
    with open_page(browser, tmp_path / "out") as page:
        for line in summary.left_out:
            assert line in page.inner_text("main")
        for link in page.locator("main table a[href^='#rows?']").all():
            number, address = str(link.text_content()).replace(",", ""), str(link.get_attribute("href"))
            page.evaluate("address => { location.hash = address; }", address)
            page.wait_for_function("address => location.hash === address", arg=address)
            page.wait_for_timeout(10)
            if address != "#rows?standing=decided":
                assert page.inner_text("#rows-found").startswith(f"{number} of "), address


def _statuses(holder: Any, action: str) -> dict[str, int]:
    return ordered((finding.status, finding.rows) for finding in holder.findings if finding.action == action)


def test_a_page_says_when_it_cannot_count_what_it_does_not_hold(
    browser: Browser, tmp_path: Path, law: Law, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("comity.audit.results.island.EMBEDDED", 20)
    log = write_log(tmp_path / "log.csv", rows_of_a_year())
    for most, counts in ((20_000, True), (5, False)):
        monkeypatch.setattr("comity.audit.results.island.GROUPS", most)
        folder = tmp_path / f"out{most}"
        audit_log([str(log)], folder, law=law, place="us/il")
        with open_page(browser, folder) as page:
            assert ("in the log" in page.inner_text("#rows-found")) == counts
            assert ("groups.parquet has them all" in page.inner_text("main")) != counts


def test_long_texts_are_cut_short_in_the_page_only(
    browser: Browser, tmp_path: Path, law: Law, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("comity.audit.results.island.WORDS_SHOWN", 5)
    log = write_log(tmp_path / "log.csv", rows_of_a_year())
    audit_log([str(log)], tmp_path / "out", law=law, place="us/il")
    with open_page(browser, tmp_path / "out") as page:
        everything = json.loads(str(page.text_content("#data")))
    assert "Detai…" in everything["words"]["outcome_words"]
    with duckdb.connect(":memory:") as database:
        words = database.execute(f"SELECT max(outcome_words) FROM '{tmp_path}/out/findings.parquet'").fetchone()
    assert words is not None
    assert len(words[0]) > 5
    monkeypatch.setattr("comity.audit.results.island.LETTERS", len(json.dumps(everything["rows"])))
    audit_log([str(log)], tmp_path / "less", law=law, place="us/il")
    with open_page(browser, tmp_path / "less") as page:
        assert len(json.loads(str(page.text_content("#data")))["rows"]) < len(everything["rows"])
        assert "This page holds a sample of" in page.inner_text("main")

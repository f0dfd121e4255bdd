"""A sample that anyone can draw again, and a large log's page."""

from __future__ import annotations

import csv
import hashlib
import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from playwright.sync_api import Browser

from comity.audit.madeup import write_made_up
from comity.audit.results.files import Wanted
from comity.audit.results.methods import Sampling
from comity.audit.results.sample import REVIEW
from comity.audit.results.summary import Summary
from comity.audit.run import audit_log
from comity.cli import main
from comity.decide import Law
from tests.audit.conftest import row
from tests.audit.results.conftest import rows_of_a_year, write_log
from tests.audit.results.test_audit_report_page import open_page


def sampled(log: Path, folder: Path, law: Law, seed: int, rows: int = 6) -> list[dict[str, str]]:
    audit_log([str(log)], folder, law=law, place="us/il", wanted=Wanted(sampling=Sampling(rows, seed)))
    with (folder / "sample.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_the_draw_is_by_digest_and_nothing_else(tmp_path: Path, law: Law) -> None:
    """Worked out without the program: the SHA-256 of seed, digest of the file, and number of the row."""
    log = write_log(tmp_path / "log.csv", rows_of_a_year())
    file_digest = hashlib.sha256(log.read_bytes()).hexdigest()
    for seed in (0, 7):
        sample = sampled(log, tmp_path / f"out-{seed}", law, seed)
        drawn = list(dict.fromkeys(int(line["row"]) for line in sample))
        numbers = range(1, len(rows_of_a_year()) + 1)
        digests = {hashlib.sha256(f"{seed}:{file_digest}:{row}".encode()).hexdigest(): row for row in numbers}
        assert drawn == [digests[digest] for digest in sorted(digests)][:6]
        assert all(line[name] == "" for line in sample for name in REVIEW)
        decided = [line for line in sample if line["standing"] == "decided"]
        assert all(line["verdict"] and (line["cites"] or line["possibly_cites"]) for line in decided)


def test_another_seed_draws_another_sample(tmp_path: Path, law: Law) -> None:
    log = write_log(tmp_path / "log.csv", rows_of_a_year())
    samples = [sampled(log, tmp_path / f"out-{number}", law, seed) for number, seed in enumerate((1, 1, 2))]
    assert samples[0] == samples[1] != samples[2]


def test_methods_say_how_it_was_drawn_and_counts_add_up(tmp_path: Path, law: Law) -> None:
    log = write_log(tmp_path / "log.csv", rows_of_a_year())
    sampled(log, tmp_path / "out", law, 7)
    methods = (tmp_path / "out" / "methods.md").read_text()
    assert "seed 7" in methods
    assert hashlib.sha256(log.read_bytes()).hexdigest() in methods
    assert law.library.digest in methods
    parts = {part["title"]: dict(part["facts"]) for part in json.loads((tmp_path / "out/methods.json").read_bytes())}
    counts = {name: int(number.replace(",", "")) for name, number in parts["Rows in and out"].items()}
    assert counts.pop("all") == sum(counts.values()) == len(rows_of_a_year())


def test_methods_tell_what_was_given_beside_the_log_and_how_holders_were_found(tmp_path: Path) -> None:
    log = write_log(tmp_path / "log.csv", [row(), row(place=("COOK COUNTY JAL", "ILLINOIS", "CHICAGO"))])
    agencies = tmp_path / "agencies.csv"
    given = ("audit", str(log), "--review", str(agencies))
    assert CliRunner().invoke(main, given).exit_code == 0
    agencies.write_text(agencies.read_text().replace(",,,\n", ",accept,2026-11-29,\n"))
    out = tmp_path / "out"
    given = ("audit", str(log), "--place", "us/il", "--agencies", str(agencies), "--out", str(out))
    assert CliRunner().invoke(main, given).exit_code == 0
    parts = {part["title"]: dict(part["facts"]) for part in json.loads((out / "methods.json").read_bytes())}
    digest = hashlib.sha256(agencies.read_bytes()).hexdigest()
    assert parts["What was read"]["agencies.csv"].startswith(f"SHA-256 {digest}")
    assert parts["Holders"] == {"accepted by a person": "1", "exact name, state and city": "1"}


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory, law: Law) -> tuple[Path, Summary]:
    folder = tmp_path_factory.mktemp("large")
    write_made_up(folder / "made-up.parquet", 4_000)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("comity.audit.results.island.EMBEDDED", 5_000)
        found = audit_log([str(folder / "made-up.parquet")], folder / "out", law=law, place="us/il")
    return folder / "out", found.summary


def test_the_page_of_a_large_log_holds_a_sample_and_counts_all(browser: Browser, large: tuple[Path, Summary]) -> None:
    folder, summary = large
    findings = sum(action.rows for action in summary.actions)
    assert findings > 5_000
    with open_page(browser, folder) as page:
        assert "Made up: 4,000 rows are no record of anything." in page.inner_text("header")
        assert "This page holds a sample of" in page.inner_text("#rows")
        links: list[list[str]] = page.eval_on_selector_all(
            '#verdicts-table a, #holders-1 a[href^="#rows?"]',
            "links => links.map(link => [link.textContent, link.getAttribute('href')])",
        )
        assert len(links) > 20
        for number, href in links:
            page.evaluate("address => { location.hash = address; }", href)
            page.wait_for_function("address => location.hash === address", arg=href)
            page.wait_for_timeout(10)
            told = re.fullmatch(r"([\d,]+) of the ([\d,]+) findings held in this page; ([\d,]+) in the log",
                                page.inner_text("#rows-found"))  # fmt: skip
            assert told is not None
            assert told[3] == number
            assert int(told[1].replace(",", "")) <= int(number.replace(",", ""))


def test_a_sample_spread_over_a_column_takes_a_row_of_each_value_in_turn(tmp_path: Path, law: Law) -> None:
    log = write_log(tmp_path / "log.csv", rows_of_a_year())
    wanted = Wanted(sampling=Sampling(8, 7, "holder"))
    audit_log([str(log)], tmp_path / "out", law=law, place="us/il", wanted=wanted)
    with (tmp_path / "out/sample.csv").open(newline="", encoding="utf-8") as file:
        drawn = {line["row"]: line["holder"] for line in csv.DictReader(file)}
    holders = list(drawn.values())
    assert len(holders) == 8
    known = {holder for holder in holders if holder}
    assert {"Cook County Sheriff", "DuPage County Sheriff"} <= known
    # The first turn meets each holder once, before any comes again.
    assert len(set(holders[: len(set(holders))])) == len(set(holders))
    assert "the next row of each holder" in (tmp_path / "out/methods.md").read_text()

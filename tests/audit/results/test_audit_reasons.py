"""How a reason was read stands beside it, in the findings and on the page, where its class is a filter."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from comity.audit.opening import Opening
from comity.audit.run import audit_log
from comity.decide import Law
from tests.audit.conftest import query, row
from tests.audit.results.conftest import write_log
from tests.audit.results.test_audit_report_page import open_page

HEAD = "ID,Org Name,Total Networks Searched,Reason,Search Time\n"
REASONS = ["stolen vehicle", "immigration", "ICE ERO", "stolen vehicle", ""]


@pytest.fixture(scope="module")
def searches(tmp_path_factory: pytest.TempPathFactory, law: Law) -> Path:
    folder = tmp_path_factory.mktemp("searches")
    log = folder / "network.csv"
    lines = [f'{at},Peoria IL PD,12,{why},"01/21/2025, 03:0{at}:00 PM UTC"\n' for at, why in enumerate(REASONS)]
    log.write_text(HEAD + "".join(lines), encoding="utf-8")
    opening = Opening(agency="us/il/local/police", zone="America/Chicago")
    audit_log([str(log)], folder / "out", law=law, place="us/il", opening=opening)
    return folder / "out"


def test_findings_say_how_each_reason_was_read(searches: Path) -> None:
    found = query(
        searches / "findings.parquet", "SELECT reason, reason_class, reason_rule IS NOT NULL FROM {} ORDER BY row"
    )
    assert found == [
        ("stolen vehicle", "states a crime", True),
        ("immigration", "states civil immigration", True),
        ("ICE ERO", "states civil immigration", True),
        ("stolen vehicle", "states a crime", True),
        (None, "empty", True),
    ]


def test_the_page_filters_by_the_class_of_the_reason(searches: Path, browser: Browser) -> None:
    with open_page(browser, searches) as page:
        page.select_option("#filters [name=reason_class]", "states civil immigration")
        page.wait_for_function("document.getElementById('rows-found').textContent.startsWith('2 of')")
        assert page.locator("#rows-body tr").count() == 2
        assert "reason_class = 'states civil immigration'" in str(page.text_content("#rows-query"))


def test_the_report_counts_the_reasons_by_how_they_were_read(searches: Path, browser: Browser) -> None:
    counts = {"states a crime": 2, "states civil immigration": 2, "empty": 1}
    assert json.loads((searches / "summary.json").read_text("utf-8"))["reasons"] == counts
    with open_page(browser, searches) as page:
        links = page.locator("#reasons ~ .scroll a[href*=reason_class]").all()
        assert [int(link.inner_text()) for link in links] == list(counts.values())
        links[1].click()
        page.wait_for_function("document.getElementById('rows-found').textContent.startsWith('2 of')")
        assert "A triage says what a text says, not what the search was for." in page.inner_text("main")


def test_who_searched_stands_beside_each_search(tmp_path: Path, law: Law, browser: Browser) -> None:
    log = tmp_path / "network.csv"
    names = ["Peoria IL PD", "[Federal] FBI"]
    lines = [f'{at},{name},12,theft,"01/21/2025, 03:0{at}:00 PM UTC"\n' for at, name in enumerate(names)]
    log.write_text(HEAD + "".join(lines), encoding="utf-8")
    opening = Opening(agency="us/il/local/police", zone="America/Chicago")
    audit_log([str(log)], tmp_path / "out", law=law, place="us/il", opening=opening)
    assert query(tmp_path / "out/findings.parquet", "SELECT searcher FROM {} ORDER BY row") == [(n,) for n in names]
    with open_page(browser, tmp_path / "out") as page:
        heads = page.locator("#rows thead").inner_text()
        assert "searched by" in heads
        assert "as recorded" not in heads, "whose readers they were is the same in all rows"
        assert "Peoria IL PD" in page.locator("#rows-body tr").first.inner_text()


def test_a_log_without_reasons_offers_no_such_filter(tmp_path: Path, law: Law, browser: Browser) -> None:
    audit_log([str(write_log(tmp_path / "log.csv", [row()]))], tmp_path / "out", law=law, place="us/il")
    told = query(tmp_path / "out/findings.parquet", "SELECT DISTINCT reason_class, reason_rule, searcher FROM {}")
    assert told == [(None, None, None)]
    with open_page(browser, tmp_path / "out") as page:
        assert "searched by" not in page.locator("#rows thead").inner_text()
        assert page.locator("#filters [name=reason_class]").count() == 0

"""Duties on the page of a report: every number leads to its rows, and the query below them gives the same."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import duckdb
import pytest
from playwright.sync_api import Browser

from comity.audit.opening import Opening
from comity.audit.results.brief import brief
from comity.audit.run import audit_log
from comity.decide import Law
from tests.audit.duties.conftest import row, write
from tests.audit.results.test_audit_report_page import CONTRAST, open_page


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, law: Law) -> Path:
    made = tmp_path_factory.mktemp("duties")
    rows = [
        row(agency, copy_given=copy, verified=verified, booked="2025-03-04 09:00", proof=proof)
        for agency in ("us/ca/local/jail", "us/mo/local/jail")
        for copy, verified in (("Y", "2025-03-05 10:00"), ("N", "2025-03-09"), ("", ""), ("N", "N"))
        for proof in ("none", "")
    ]
    log, mapping = write(made, rows)
    audit_log([str(log)], made / "out", law=law, opening=Opening(mapping=mapping))
    return made / "out"


def test_every_number_of_duties_leads_to_as_many_rows(browser: Browser, folder: Path) -> None:
    opened = open_page(browser, folder)
    with opened as page:
        links: list[list[str]] = page.eval_on_selector_all(
            'section[aria-labelledby="duties"] a[href^="#rows?"]',
            "links => links.map(link => [link.textContent, link.getAttribute('href')])",
        )
        assert len(links) > 5
        for number, href in links:
            page.evaluate("address => { location.hash = address; }", href)
            page.wait_for_function("address => location.hash === address", arg=href)
            page.wait_for_timeout(20)
            [found] = re.findall(r"on (\d+) of the log", page.inner_text("#rows-found"))
            assert found == number, href
            sql = page.inner_text("#rows-query").replace("SELECT *", "SELECT count(DISTINCT row)").split("\nORDER")[0]
            with duckdb.connect() as database:
                told = database.execute(sql.replace("findings.parquet", str(folder / "findings.parquet"))).fetchall()
            assert told == [(int(number),)]
            assert links[0][1] != href or "under us/ca/truth-act#b-copy" in page.inner_text("#rows-body")
        assert opened.complaints == []


def test_a_log_that_asks_nothing_says_no_more_of_the_record_than_its_duties(
    browser: Browser, tmp_path: Path, law: Law
) -> None:
    log, mapping = write(tmp_path, [row("us/mo/local/jail", paper="", verified="N", booked="2025-03-04 09:00")])
    found = audit_log([str(log)], tmp_path / "out", law=law, opening=Opening(mapping=mapping)).summary
    assert not found.actions
    assert brief(found)[-1].startswith("Duties: ")
    with open_page(browser, tmp_path / "out") as page:
        heads: list[str] = page.locator("h2").all_inner_texts()
        assert "Duties beside the record" in heads
        assert "The law beside the record" not in heads
        assert "nothing to compare" not in page.inner_text("body")
        links: list[str] = page.eval_on_selector_all("nav a", "all => all.map(each => each.getAttribute('href'))")
        assert all(page.locator(link).count() == 1 for link in links)
        assert "not decided: nothing asked" in page.inner_text("#rows-body")


def test_duties_can_be_read_by_everybody(browser: Browser, folder: Path) -> None:
    with open_page(browser, folder, viewport={"width": 400, "height": 800}) as page:
        assert page.evaluate("document.documentElement.scrollWidth") <= 400
        assert page.evaluate(CONTRAST) == []
        levels: list[int] = page.eval_on_selector_all("h1,h2,h3,h4", "heads => heads.map(head => +head.tagName[1])")
        assert all(after - before <= 1 for before, after in pairwise(levels))
        ids: list[str] = page.eval_on_selector_all("[id]", "all => all.map(each => each.id)")
        assert len(ids) == len(set(ids))
        assert "Cal. Gov. Code 7283.1(b)" in page.inner_text('section[aria-labelledby="duties"]')

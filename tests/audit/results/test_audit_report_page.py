"""The page of a report, in a browser: nothing leaves it, nothing in the log runs, every number leads to its rows."""

from __future__ import annotations

import re
from collections.abc import Generator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from comity.audit.results.brief import brief
from comity.audit.results.summary import NOT_SHOWN, Summary
from comity.audit.run import audit_log
from comity.decide import Law
from tests.audit.conftest import MCC, query, row
from tests.audit.results.conftest import HOSTILE, rows_of_a_year, write_log

Report = tuple[Path, Summary]


@pytest.fixture
def page(browser: Browser, report: Report) -> Generator[Page]:
    with open_page(browser, report[0]) as opened:
        yield opened


class open_page:
    """The page, with all that it asked for and complained of."""

    def __init__(self, browser: Browser, folder: Path, **options: Any) -> None:
        self.context = browser.new_context(**options)
        self.page = self.context.new_page()
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.goto((folder / "report.html").as_uri())

    def __enter__(self) -> Page:
        return self.page

    def __exit__(self, *_: object) -> None:
        self.context.close()


def found(page: Page) -> int:
    text = page.inner_text("#rows-found")
    return int(re.split(r"\D", text.replace(",", ""))[0])


def test_nothing_is_fetched_and_nothing_goes_wrong(browser: Browser, report: Report) -> None:
    opened = open_page(browser, report[0])
    with opened as page:
        page.goto(page.url.split("#")[0] + "#rows?action=hold")
        page.select_option("#filter-status", "depends")
        page.wait_for_timeout(100)
        assert {url.split("#")[0] for url in opened.requests} == {page.url.split("#")[0]}
        assert opened.complaints == []
    text = (report[0] / "report.html").read_text()
    assert 'http-equiv="Content-Security-Policy" content="default-src &#39;none&#39;;' in text


def test_an_injected_script_could_not_run_nor_reach_out(page: Page) -> None:
    """Even if something got in, the policy allows the page's own script only, and no request."""
    page.evaluate(
        "() => { const one = document.createElement('script'); one.textContent = 'window.hit = 9';"
        " document.body.append(one); const two = new Image(); two.src = 'https://example.org/x.png';"
        " document.body.append(two); }"
    )
    page.wait_for_timeout(100)
    assert page.evaluate("window.hit") is None


def test_text_of_the_log_is_inert(page: Page) -> None:
    assert page.evaluate("window.hit") is None
    assert page.locator("img, iframe, object, embed, [onerror], [onload], b").count() == 0
    assert page.locator("script").count() == 2
    for text in HOSTILE:
        page.fill("#filter-text", text)
        assert found(page) >= 2
        assert text in page.inner_text("#rows-body")
    assert page.evaluate("window.hit") is None
    assert "<b>log & co.csv" in page.inner_text("h1")
    assert all(href.startswith(("#", "https://", "http://")) for href in page.eval_on_selector_all(
        "a", "links => links.map(link => link.getAttribute('href'))"
    ))  # fmt: skip


def test_every_number_leads_to_as_many_rows(page: Page) -> None:
    links: list[list[str]] = page.eval_on_selector_all(
        'a[href^="#rows?"]', "links => links.map(link => [link.textContent, link.getAttribute('href')])"
    )
    numbers = {(text.replace(",", ""), href) for text, href in links if text.replace(",", "").isdigit()}
    bars = {(match[1], href) for text, href in links if (match := re.search(r": (\d+) (?:rows|findings)", text))}
    assert len(numbers) > 40
    assert len(bars) > 20
    wrong: list[tuple[str, str, str]] = []
    for number, href in sorted(numbers | bars):
        page.evaluate("address => { location.hash = address; }", href)
        page.wait_for_function("address => location.hash === address", arg=href)
        page.wait_for_timeout(10)
        shown = page.inner_text("#rows-found")
        findings, rows = re.findall(r"\d+", shown.replace(",", ""))[::2]
        if number != (rows if href == "#rows?standing=decided" else findings):
            wrong.append((number, href, shown))
    assert wrong == []


def test_the_query_shown_gives_the_rows_shown(page: Page, report: Report) -> None:
    for address in (
        "#rows?action=hold&status=prohibited",
        "#rows?action=hold&month=2017-09&holder=Cook%20County%20Sheriff",
        "#rows?missing=instruments&verdict=cannot%20tell",
        "#rows?settle=what%20the%20agency%20did",
        "#rows?standing=facility%20not%20mapped&holder=(none)",
        "#rows?ruling=1",
        "#rows?norms=us%2Fil%2Ftrust-act%2315-a-hold",
        "#rows?possibly=us%2F8-cfr-287-7%23287-7-a&action=notify_release",
    ):
        page.evaluate("address => { location.hash = address; }", address)
        page.wait_for_timeout(50)
        sql = page.inner_text("#rows-query").rstrip(";")
        counted = sql.replace("SELECT *", "SELECT count(*)").replace("'findings.parquet'", "{}").split("\nORDER")[0]
        counted = counted.replace("'rulings.parquet'", f"'{report[0] / 'rulings.parquet'}'")
        assert query(report[0] / "findings.parquet", counted) == [(found(page),)]
        assert found(page) > 0


def test_filters_by_keyboard(page: Page) -> None:
    all_rows = found(page)
    page.focus("#filter-status")
    page.keyboard.type("prohibited")
    page.keyboard.press("Tab")
    prohibited = found(page)
    assert 0 < prohibited < all_rows
    assert page.evaluate("document.activeElement.id") == "filter-verdict"
    assert "status=prohibited" in page.url
    assert set(page.locator("#rows-body td:nth-child(6)").all_inner_texts()) == {"prohibited"}
    page.focus('#rows thead [data-column="day"]')
    page.keyboard.press("Enter")
    days = page.locator("#rows-body td:nth-child(2)").all_inner_texts()
    assert days == sorted(days)
    page.keyboard.press("Enter")
    assert page.locator("#rows-body td:nth-child(2)").all_inner_texts() == sorted(days, reverse=True)
    assert page.get_attribute('#rows th:has([data-column="day"])', "aria-sort") == "descending"
    page.focus("#filters button")
    page.keyboard.press("Enter")
    page.wait_for_timeout(50)
    assert found(page) == all_rows


def test_from_a_number_to_the_norm_and_the_statute(page: Page) -> None:
    link = page.locator('#action-1 ~ div a[href*="holder=Cook"]').first
    link.focus()
    page.keyboard.press("Enter")
    page.wait_for_function("document.activeElement.id === 'rows-title'")
    page.locator('#rows-body a[href^="#ruling-"]').first.click()
    card = page.locator(".card:target")
    assert card.locator("text=Cook County Code").first.is_visible()
    statute = card.locator('a[href^="https://"]').first
    assert statute.get_attribute("rel") == "noopener noreferrer"
    card.locator('a[href^="#norm-"]').first.click()
    assert page.locator('.card:target a.url[href^="https://"]').is_visible()


def test_changes_of_law_are_marked(page: Page) -> None:
    """5 ILCS 805/15 came into force on 28 August 2017."""
    assert page.locator('[aria-label*="2017-08-28"]').count() >= 1
    assert "2017-08-28: " in page.inner_text("#action-1 ~ ol")
    assert "5 ILCS 805/15" in page.inner_text("#action-1 ~ ol")


def test_each_action_tells_what_its_answers_take_as_so(page: Page) -> None:
    for section in page.locator("section[aria-labelledby^=action-]").all():
        said = section.inner_text()
        assert section.locator("h2 + p").inner_text().startswith(("Keep a person", "Tell when or where"))
        assert "taken as so: the rows record requests of DHS" in said
        assert "no court is taken to have ordered the agency itself to act" in said
    page.locator("section[aria-labelledby^=action-] a[href='#taken']").first.click()
    assert page.evaluate("document.querySelector('#taken').getBoundingClientRect().top") >= -1


def test_the_page_says_in_brief_what_it_comes_to(page: Page, report: Report) -> None:
    """Under the title, with what the log is worth first; the sentences of the terminal."""
    said = page.locator("[aria-labelledby=brief] li").all_inner_texts()
    assert said == list(brief(report[1]))
    decided, rows = report[1].rows.decided, report[1].input.rows
    assert said[0].startswith(f"Of {rows:,} rows read {decided:,} are decided")
    assert any("is contrary to the law on its face" in line for line in said)


def test_a_row_that_is_not_decided_says_why(page: Page, report: Report) -> None:
    page.goto(page.url.split("#")[0] + "#rows?standing=federal+holder")
    cells = page.locator("#rows-body tr td:nth-child(6)").all_inner_texts()
    assert len(cells) == report[1].rows.apart["federal holder"] > 0
    assert set(cells) == {"not decided: federal holder"}


def test_the_query_says_what_it_does_not_ask(page: Page) -> None:
    page.fill("#filter-text", "it's")
    assert "-- not asked here: any column holds 'it''s'" in page.inner_text("#rows-query")
    page.goto(page.url.split("#")[0] + "#rows?text=one%0Atwo%0D%E2%80%A8three")
    query = page.inner_text("#rows-query")
    assert query.splitlines()[-2:] == ["-- not asked here: any column holds 'one two three'", "ORDER BY row;"]


def test_what_the_log_is_worth_comes_first(page: Page) -> None:
    heads = page.locator("h2").all_inner_texts()
    assert heads[0] == "What the log is worth"
    assert heads[1] == "The law beside the record"
    assert heads[-1] == "Methods"


def test_names_labels_and_structure(page: Page) -> None:
    """What automatic checks of accessibility look for."""
    assert page.get_attribute("html", "lang") == "en-GB"
    assert page.locator("h1").count() == page.locator("main").count() == 1
    levels: list[int] = page.eval_on_selector_all("h1,h2,h3,h4", "heads => heads.map(head => +head.tagName[1])")
    assert all(after - before <= 1 for before, after in pairwise(levels))
    unlabelled = "controls => controls.filter(each => !each.labels || !each.labels.length).length"
    assert page.eval_on_selector_all("select, input", unlabelled) == 0
    assert page.eval_on_selector_all("table", "tables => tables.filter(table => !table.caption).length") == 0
    assert page.eval_on_selector_all("th", "heads => heads.filter(head => !head.scope).length") == 0
    assert page.eval_on_selector_all("svg", "all => all.filter(one => !one.getAttribute('aria-label')).length") == 0
    nameless = "all => all.filter(one => !one.textContent.trim() && !one.querySelector('[aria-label]')).length"
    assert page.eval_on_selector_all("a, button", nameless) == 0
    ids: list[str] = page.eval_on_selector_all("[id]", "all => all.map(each => each.id)")
    assert len(ids) == len(set(ids))
    inside: list[str] = page.eval_on_selector_all(
        'a[href^="#"]', "links => links.map(link => link.getAttribute('href').slice(1))"
    )
    assert {link for link in inside if not link.startswith("rows?")} <= set(ids)
    assert page.get_attribute("#rows-found", "aria-live") == "polite"


CONTRAST = """
() => {
  const parse = (text) => (text.match(/[\\d.]+/g) || []).map(Number);
  const light = ([r, g, b]) => {
    const part = (value) => (value /= 255) <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    return 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
  };
  const ground = (node) => {
    for (let each = node; each; each = each.parentElement) {
      const colour = parse(getComputedStyle(each).backgroundColor);
      if (colour.length === 3 || colour[3] > 0) return colour;
    }
    return [255, 255, 255];
  };
  const weak = [];
  for (const node of document.querySelectorAll("body *")) {
    const own = [...node.childNodes].some((each) => each.nodeType === 3 && each.textContent.trim());
    if (!own || ["SCRIPT", "STYLE", "TITLE", "OPTION"].includes(node.tagName.toUpperCase())) continue;
    if (!node.getClientRects().length) continue;
    const style = getComputedStyle(node);
    const ink = parse(node.closest("svg") ? style.fill : style.color);
    const [dark, bright] = [light(ink), light(ground(node))].sort((a, b) => a - b);
    const ratio = (bright + 0.05) / (dark + 0.05);
    if (ratio < 4.5) weak.push([node.tagName, node.textContent.slice(0, 30), ratio]);
  }
  return weak;
}
"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_contrast(scheme: str, browser: Browser, report: Report) -> None:
    with open_page(browser, report[0], color_scheme=scheme) as page:
        assert page.evaluate(CONTRAST) == []


@pytest.mark.parametrize("width", [400, 900, 1400])
def test_fits_the_screen(width: int, browser: Browser, report: Report) -> None:
    with open_page(browser, report[0], viewport={"width": width, "height": 800}) as page:
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.locator(".chart.narrow").first.is_visible() == (width == 400)
        assert page.locator(".chart.wide").first.is_visible() == (width != 400)


def test_prints(page: Page) -> None:
    page.emulate_media(media="print")
    assert not page.locator("#filters").is_visible()
    assert not page.locator("nav").is_visible()
    assert page.pdf()[:4] == b"%PDF"
    assert page.locator("details:not([open])").count() == 0


def test_readable_without_a_script(browser: Browser, report: Report) -> None:
    with open_page(browser, report[0], java_script_enabled=False) as page:
        assert "The filters need JavaScript" in page.inner_text("noscript")
        assert "Cook County Sheriff" in page.inner_text("#holders-1")


def test_the_public_page_has_no_rows(browser: Browser, public_report: Report) -> None:
    folder, summary = public_report
    assert not (folder / "findings.parquet").exists()
    assert not (folder / "sample.csv").exists()
    opened = open_page(browser, folder)
    with opened as page:
        assert opened.complaints == []
        assert page.locator("#rows, script").count() == 0
        assert page.locator('a[href^="#rows"]').count() == 0
        assert "Public edition" in page.inner_text("header")
    everything = "".join(path.read_text(errors="replace") for path in folder.iterdir())
    assert not [text for text in HOSTILE if text in everything or text.replace("<", "&lt;") in everything]
    for holder in summary.holders:
        assert holder.rows >= 5
        assert all(rows >= 5 for finding in holder.findings for rows in finding.recorded.values())


def test_what_is_too_little_to_show_is_no_zero_to_quote(browser: Browser, public_report: Report) -> None:
    """A cell whose rows are taken together with others holds a dash, and that no finding is contrary is not said."""
    folder, summary = public_report
    with open_page(browser, folder) as page:
        cells: list[str] = page.locator("td.n").all_inner_texts()
        assert "–" in cells
        assert "0" not in cells
        assert "A dash stands for none, or for too few to show." in page.inner_text("header")
        said = page.locator("[aria-labelledby=brief] li").all_inner_texts()
        assert any("there are none, or too few to show" in line for line in said)
        assert not any("since too few to show" in line or "none is contrary" in line for line in said)
    assert NOT_SHOWN in {reason for action in summary.actions for why in action.why.values() for reason in why}


def test_of_too_many_rulings_the_page_tells_those_with_most_rows(
    browser: Browser, tmp_path: Path, law: Law, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("comity.audit.results.page.RULINGS_LISTED", 2)
    log = write_log(tmp_path / "log.csv", rows_of_a_year())
    summary = audit_log([str(log)], tmp_path / "out", law=law, place="us/il").summary
    with open_page(browser, tmp_path / "out") as page:
        assert page.locator(".card[id^=ruling-]").count() == 2 < len(summary.rulings)
        assert f"The 2 with the most findings, of {len(summary.rulings)}" in page.inner_text("main")
        ids = page.eval_on_selector_all("[id]", "all => all.map(each => '#' + each.id)")
        inside = page.eval_on_selector_all('a[href^="#ruling-"]', "all => all.map(each => each.getAttribute('href'))")
        assert set(inside) <= set(ids)


def test_a_log_of_which_no_row_is_decided_has_a_page_that_says_so(browser: Browser, tmp_path: Path, law: Law) -> None:
    log = write_log(tmp_path / "log.csv", [row("2017-05-05", place=MCC), row("2017-05-06", place=("A", "OHIO", "B"))])
    audit_log([str(log)], tmp_path / "out", law=law, place="us/il")
    opened = open_page(browser, tmp_path / "out")
    with opened as page:
        assert opened.complaints == []
        assert "No row is decided, so that there is nothing to compare with the record" in page.inner_text("main")
        assert page.locator("svg").count() == 0
        assert "federal holder" in page.inner_text("main")

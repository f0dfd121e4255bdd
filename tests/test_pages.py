"""The pages about the law, in a browser: readable in both colour schemes, on a phone, by keyboard and on paper."""

from __future__ import annotations

import re
from collections.abc import Generator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from playwright.sync_api import Browser, Page

from comity.cli import main
from comity.statuslook import DARK, LIGHT

CHICAGO = "us/il/chicago"
PAGES = (
    "timeline.html",
    "map.html",
    "diff.html",
    "replay/replay.html",
    "sharing/sharing.html",
    "book/index.html",
    "book/actions.html",
    "book/facts.html",
    f"book/{CHICAGO}/index.html",
)
PHONE = {"width": 390, "height": 844}
_HOW_CONTRASTS = (Path(__file__).parent / "contrast.js").read_text("utf-8")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page of each kind."""
    out = tmp_path_factory.mktemp("pages")
    log, partners = str(out / "log.csv"), out / "partners.csv"
    partners.write_text("organization\nJesup PD (GA)\nPeoria IL PD\n[Federal] FBI\nMOCIC\n", encoding="utf-8")
    sharing = ("--place", "us/il/local/police", "--on", "2025-01-21", "--out", str(out / "sharing"))
    told = ("instruments=i247a", "in_custody=yes")
    compared = ("--compare", "hold", "--compare", "notify_release", "--on", "2025-06-01")
    for arguments in (
        ("law", CHICAGO, "--timeline", "--on", "2026-11-21", "-o", str(out / "timeline.html")),
        ("law", "us/il", *compared, "-o", str(out / "map.html"), *told),
        ("diff", f"{CHICAGO}/police", "--between", "2018-01-01", "2022-01-01", "-o", str(out / "diff.html")),
        ("audit", "--made-up", "200", "--out", log),
        ("replay", log, "--place", "us/il", "--as-of", "2016-01-01", "--out", str(out / "replay")),
        ("audit", "--sharing", str(partners), *sharing),
        ("law", "--book", str(out / "book")),
    ):
        done = CliRunner().invoke(main, arguments)
        assert done.exit_code == 0, done.output
    return out


@contextmanager
def opened(browser: Browser, file: Path, **options: Any) -> Generator[Page]:
    context = browser.new_context(**options)
    page = context.new_page()
    page.goto(file.as_uri())
    yield page
    context.close()


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_stand_out_from_their_ground_in_both_colour_schemes(
    browser: Browser, folder: Path, name: str, scheme: str
) -> None:
    """WCAG 2.2, 1.4.3: 4.5 to 1, for large words 3 to 1."""
    with opened(browser, folder / name, color_scheme=scheme) as page:
        told = page.evaluate(_HOW_CONTRASTS)
        assert told["looked at"] > 20
        assert told["too weak"] == []
        ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert (ground == "rgb(255, 255, 255)") == (scheme == "light")


def test_the_words_of_each_status_stand_out_from_its_ground() -> None:
    for looks in (LIGHT, DARK):
        for status, look in looks.items():
            assert _contrast(look.ground, look.ink) >= 4.5, status


@pytest.mark.parametrize("name", PAGES)
def test_on_a_phone_nothing_is_cut_off(browser: Browser, folder: Path, name: str) -> None:
    with opened(browser, folder / name, viewport=PHONE) as page:
        assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
        cut = page.evaluate(
            "() => [...document.querySelectorAll('td, th, p, li, dd, code')]"
            ".filter(each => !each.closest('.scroll, figure, thead'))"
            ".filter(each => each.getBoundingClientRect().right > innerWidth)"
            ".map(each => each.textContent)"
        )
        assert cut == []


@pytest.mark.parametrize("name", PAGES)
def test_what_scrolls_sideways_is_reached_by_keyboard_and_has_a_name(browser: Browser, folder: Path, name: str) -> None:
    with opened(browser, folder / name, viewport=PHONE) as page:
        unreached = page.evaluate(
            "() => [...document.querySelectorAll('main *')].filter(each => each.scrollWidth > each.clientWidth + 1"
            " && ['auto', 'scroll'].includes(getComputedStyle(each).overflowX)"
            " && !(each.tabIndex === 0 && each.role && each.ariaLabel)).map(each => each.outerHTML.slice(0, 80))"
        )
        assert unreached == []


@pytest.mark.parametrize("name", PAGES)
def test_structure(browser: Browser, folder: Path, name: str) -> None:
    requests: list[str] = []
    with opened(browser, folder / name) as page:
        page.on("request", lambda request: requests.append(request.url))
        page.reload()
        assert requests == [page.url]
        assert page.get_attribute("html", "lang") == "en-GB"
        assert page.title()
        assert page.locator("h1").count() == page.locator("main").count() == 1
        levels: list[int] = page.eval_on_selector_all("h1,h2,h3,h4", "heads => heads.map(head => +head.tagName[1])")
        assert levels[0] == 1
        assert all(after - before <= 1 for before, after in pairwise(levels))
        assert page.eval_on_selector_all("th", "heads => heads.filter(head => !head.scope).length") == 0
        assert page.eval_on_selector_all("nav", "all => all.filter(one => !one.ariaLabel).length") == 0
        assert (
            page.eval_on_selector_all("svg[role=img]", "all => all.filter(one => !one.querySelector('title')).length")
            == 0
        )
        assert "default-src 'none'" in (page.get_attribute("meta[http-equiv]", "content") or "")


def test_on_a_phone_a_table_is_still_a_table_to_a_screen_reader(browser: Browser, folder: Path) -> None:
    with opened(browser, folder / "map.html", viewport=PHONE) as page:
        session: Any = page.context.new_cdp_session(page)
        nodes = session.send("Accessibility.getFullAXTree")["nodes"]
        roles = [node["role"]["value"] for node in nodes if not node["ignored"]]
        assert roles.count("row") == page.locator("tr").count()
        assert roles.count("cell") == page.locator("td").count()


def test_ids_break_between_their_parts(browser: Browser, folder: Path) -> None:
    with opened(browser, folder / f"book/{CHICAGO}/index.html", viewport={"width": 320, "height": 600}) as page:
        lines = page.locator("#bound + table code").first.evaluate(
            "code => { code.style.width = '9ch'; code.style.display = 'inline-block'; return code.innerText; }"
        )
        assert lines == "us/il/chicago/police"
        assert page.locator("#bound + table code").first.locator("wbr").count() == 3


def test_the_first_stop_of_the_keyboard_leads_past_the_navigation(browser: Browser, folder: Path) -> None:
    with opened(browser, folder / f"book/{CHICAGO}/index.html") as page:
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent") == "To the content"
        page.keyboard.press("Enter")
        assert page.url.endswith("#content")


@pytest.mark.parametrize("name", ["timeline.html", "map.html", "replay/replay.html", f"book/{CHICAGO}/index.html"])
def test_a_page_prints_light_and_small(browser: Browser, folder: Path, name: str) -> None:
    """Patterns in a picture would be printed as bitmaps, and each dot of a rounded border as a shape of its own."""
    with opened(browser, folder / name, color_scheme="dark") as page:
        assert len(page.pdf(prefer_css_page_size=True)) < 1_000_000
        page.emulate_media(media="print", color_scheme="dark")
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


def test_the_picture_of_a_timeline_is_printed_on_one_page_with_its_title(browser: Browser, folder: Path) -> None:
    with opened(browser, folder / "timeline.html", viewport={"width": 1032, "height": 703}) as page:
        page.emulate_media(media="print")
        bottom = page.evaluate("document.querySelector('figure').getBoundingClientRect().bottom")
        assert bottom < 703


def test_details_are_printed(browser: Browser, folder: Path) -> None:
    with opened(browser, folder / "diff.html") as page:
        page.emulate_media(media="print")
        assert page.locator("details pre").first.is_visible()


def _contrast(one: str, other: str) -> float:
    """WCAG's ratio of two colours, as #rrggbb."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    channels = (int(part, 16) / 255 for part in re.findall("..", colour[1:]))
    red, green, blue = (each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue

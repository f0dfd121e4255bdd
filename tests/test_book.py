"""The reference documentation written from the law files: whole, self-contained, no link leads nowhere."""

from __future__ import annotations

import re
import warnings
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from posixpath import dirname, join, normpath

import pytest
from smallworld import small_law
from surfaces import ACT, PROPOSAL, error_of, run, run_json

from comity.book.write import book_pages, write_book
from comity.decide import Law

VOID = {"meta", "br", "wbr"}


class Page(HTMLParser):
    """The links, ids and text of a page; fails on elements that are not closed as they were opened."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: list[str] = []
        self.loaded: list[str] = []
        self.texts: list[str] = []
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        if tag not in VOID:
            self._open.append(tag)
        self.ids += [told["id"] or ""] if "id" in told else []
        self.links += [told["href"] or ""] if tag == "a" else []
        self.loaded += [value or "" for name, value in attrs if name == "src" or (name == "href" and tag != "a")]

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", "".join(self.texts))


@cache
def book() -> dict[str, Page]:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return {name: Page(text) for name, text in book_pages(Law.load().library)}


def small_book(folder: Path, **files: str) -> dict[str, Page]:
    library = Law.load(small_law(folder, **files)).library
    return {name: Page(text) for name, text in book_pages(library)}


def broken_links(pages: dict[str, Page]) -> list[str]:
    broken: list[str] = []
    for name, page in pages.items():
        for link in page.links:
            if link.startswith(("https://", "http://")):
                continue
            path, _, fragment = link.partition("#")
            target = normpath(join(dirname(name), path)) if path else name
            if target not in pages or (fragment and fragment not in pages[target].ids):
                broken.append(f"{name}: {link}")
    return broken


def test_every_link_within_the_book_leads_somewhere() -> None:
    assert broken_links(book()) == []


def test_no_page_loads_anything_or_names_two_things_alike() -> None:
    for name, page in book().items():
        assert page.loaded == [], name
        assert len(page.ids) == len(set(page.ids)), name


def test_every_place_has_a_page_that_shows_each_of_its_norms() -> None:
    library = Law.load().library
    assert {f"{place}/index.html" for place in library.jurisdictions} < book().keys()
    for norm in library.norms().values():
        page = book()[f"{norm.place}/index.html"]
        for words in (norm.says, norm.cite, norm.note):
            assert re.sub(r"\s+", " ", words) in page.text, norm.id


def test_the_indexes_lead_to_every_norm_and_place() -> None:
    library = Law.load().library
    norms = {link.partition("#")[2] for link in book()["norms.html"].links}
    for norm in library.norms().values():
        assert f"{norm.instrument.rpartition('/')[2]}.{norm.local_id}" in norms
    places = set(book()["index.html"].links)
    assert {f"{place}/index.html" for place in library.jurisdictions} <= places


def test_a_page_tells_history_duties_disputes_gaps_and_who_is_bound(tmp_path: Path) -> None:
    page = small_book(tmp_path, act=ACT, bill=PROPOSAL)["us/aa/index.html"]
    for words in ("Who is bound", "Aa Library", "History", "Duties", "Disputes", "Open questions", "Not encoded"):
        assert words in page.text


def test_what_is_acknowledged_and_claimed_stands_on_the_page(tmp_path: Path) -> None:
    more = (
        "acknowledged: [{finding: no_deadline, reason: The Act sets no time.}]\n"
        "properties: [{claim: hold is never required, agencies: [us/aa/jail], from: 2022-01-01, cite: AA 1, "
        "says: Free.}]\n"
    )
    page = small_book(tmp_path, act=f"{ACT}\n{more}")["us/aa/index.html"]
    assert "no deadline of us/aa/act: The Act sets no time." in page.text
    assert "Free. hold is never required Aa Jail, from 1 January 2022. AA 1" in page.text


def test_words_of_law_files_cannot_add_markup(tmp_path: Path) -> None:
    evil = ACT.replace("title: ", "title: <img src=x onerror=alert(1) ", 1)
    assert evil != ACT
    library = Law.load(small_law(tmp_path, act=evil.replace("https://example.org/act", "javascript:alert(1)"))).library
    for _, text in book_pages(library):
        assert "<img" not in text
        assert 'href="javascript:' not in text


class TestCommand:
    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        return small_law(tmp_path, act=ACT)

    def test_the_book_is_written_into_a_new_folder(self, folder: Path, tmp_path: Path) -> None:
        told = run_json(folder, "law", "--book", str(tmp_path / "a" / "book"))
        files = sorted((tmp_path / "a" / "book").rglob("*.html"))
        assert told["pages"] == len(files) == 6
        assert "6 pages" in run(folder, "law", "--book", str(tmp_path / "a" / "book")).stdout

    def test_a_folder_that_cannot_be_made_is_named(self, folder: Path, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("", encoding="utf-8")
        error = error_of(folder, "law", "--book", str(tmp_path / "file" / "book"))
        assert error["code"] == "cannot_write"


def test_an_interruption_leaves_no_half_of_a_book(tmp_path: Path) -> None:
    def stop(done: int, of: int) -> None:
        if done == of - 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_book(Law.load(small_law(tmp_path / "law")).library, tmp_path / "book", stop)
    assert not (tmp_path / "book").exists()

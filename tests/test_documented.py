"""Every command that the documentation shows is run, and prints what is shown."""

import re
from pathlib import Path

import msgspec
import pytest

from comity import cli, findings
from comity.lawfiles import examples, instruments, jurisdictions, norms, versions, vocabulary
from comity.loading import load_library
from tests.documented import ROOT, SHARED, commands_in, fits, fresh_checkout, pages, run


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_the_commands_of_a_page_print_what_is_shown(page: Path) -> None:
    differing: list[str] = []
    with fresh_checkout() as folder:
        for shown in commands_in(page):
            # What `make` runs is tested on its own; the data beside the project may not be there.
            if shown.command.startswith("make ") or ("../shared" in shown.command and not SHARED.exists()):
                continue
            printed = run(shown.command, folder)
            if not fits(shown.output, printed):
                differing.append(f"{page.relative_to(ROOT)}:{shown.line}: $ {shown.command}\n{printed}")
    assert not differing, "\n".join(differing)


def test_there_are_documented_commands() -> None:
    assert sum(1 for page in pages() for _ in commands_in(page)) >= 10


def test_output_that_differs_does_not_fit() -> None:
    assert fits("one\n…\nthree\n", "one\ntwo\nthree\n")
    assert not fits("one\n…\nthree\n", "one\ntwo\n")
    assert not fits("one\n", "two\n")


def test_a_digest_is_not_compared() -> None:
    printed = run(f"echo law sha256:{'0a' * 32}, and sha256:{'0a' * 6}…")
    assert fits("law sha256:…, and sha256:…\n", printed)
    assert not fits("law sha256:…, and sha256\n", printed)


def test_the_reference_of_the_json_form_names_every_key() -> None:
    page = (ROOT / "docs/reference/json.md").read_text("utf-8")
    structs = [
        found for found in vars(findings).values() if isinstance(found, type) and issubclass(found, msgspec.Struct)
    ]
    keys = {key for struct in structs if struct is not msgspec.Struct for key in struct.__struct_fields__}
    assert len(keys) > 30
    assert sorted(key for key in keys if f"`{key}`" not in page) == []


def test_the_reference_of_law_files_names_every_key() -> None:
    page = set(re.findall(r"[a-z_]+", (ROOT / "docs/reference/law-files.md").read_text("utf-8")))
    keys = {
        *instruments.KEYS, *instruments.DISPUTE_KEYS, *versions.VERSION_KEYS, *norms.NORM_KEYS, *norms.TARGET_KEYS,
        *examples.KEYS, *jurisdictions.KEYS, *jurisdictions.AGENCY_KEYS, *jurisdictions.KNOWN_KEYS,
        *vocabulary.SECTIONS, *vocabulary.FACT_KEYS, *vocabulary.DERIVED_KEYS,
    }  # fmt: skip
    assert sorted(keys - page) == []


def test_the_reference_of_the_command_line_shows_the_help_of_every_command() -> None:
    shown = {command.command for command in commands_in(ROOT / "docs/reference/command-line.md")}
    named = cli.main.list_commands(cli.click.Context(cli.main))
    assert {f"comity {name} --help" for name in named} <= shown


def test_the_front_page_names_every_place_with_law() -> None:
    library = load_library()
    section = (ROOT / "README.md").read_text("utf-8").partition("## What is encoded so far")[2]
    places = {instrument.place for instrument in library.instruments.values()}
    unnamed = sorted(place for place in places if library.jurisdictions[place].name not in section)
    assert unnamed == [], "name them in README.md under What is encoded so far"


LINK = re.compile(r"\]\(([^)\s:]+)\)")


def links_of(page: Path) -> list[str]:
    """Where the links of a page lead within the project, as they are written."""
    return LINK.findall(page.read_text("utf-8"))


def anchors_of(page: Path) -> set[str]:
    """The anchors of a page's headings: small letters, no punctuation, hyphens for blanks."""
    headings = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_the_links_between_the_pages_lead_somewhere() -> None:
    dead: list[str] = []
    for page in [*pages(), ROOT / "CHANGELOG.md"]:
        for link in links_of(page):
            path, _, anchor = link.partition("#")
            target = page.parent / path if path else page
            if not target.exists() or (anchor and anchor not in anchors_of(target)):
                dead.append(f"{page.relative_to(ROOT)}: {link}")
    assert dead == []


def test_the_index_of_the_documentation_names_every_page_once_and_under_its_kind() -> None:
    index = ROOT / "docs/README.md"
    kinds = ("tutorial", "how-to", "reference", "explanation")
    parts = dict(zip(kinds, re.split(r"^## ", index.read_text("utf-8"), flags=re.MULTILINE)[1:], strict=True))
    there = {kind: sorted(f"{kind}/{page.name}" for page in (ROOT / "docs" / kind).glob("*.md")) for kind in kinds}
    assert {kind: sorted(LINK.findall(part)) for kind, part in parts.items()} == there
    assert sorted(page for pages_of in there.values() for page in pages_of) == sorted(
        str(page.relative_to(index.parent)) for page in index.parent.rglob("*.md") if page != index
    )

"""Every command that the documentation shows is run, and prints what is shown."""

from pathlib import Path

import pytest

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

"""Every command that the documentation shows is run, and prints what is shown."""

import pytest

from tests.documented import ROOT, Command, commands, fits, run

SHARED = ROOT.parent / "shared"


@pytest.mark.parametrize("shown", commands(), ids=lambda shown: f"{shown.page.relative_to(ROOT)}:{shown.line}")
def test_a_documented_command_prints_what_is_shown(shown: Command) -> None:
    if "../shared" in shown.command and not SHARED.exists():
        pytest.skip("the data beside the project is not here")
    if shown.command.startswith("make "):
        pytest.skip("make runs the tests themselves; the demonstration it runs is tested on its own")
    printed = run(shown.command)
    assert fits(shown.output, printed), f"$ {shown.command}\n{printed}"


def test_there_are_documented_commands() -> None:
    assert sum(1 for _ in commands()) >= 10


def test_output_that_differs_does_not_fit() -> None:
    assert fits("one\n…\nthree\n", "one\ntwo\nthree\n")
    assert not fits("one\n…\nthree\n", "one\ntwo\n")
    assert not fits("one\n", "two\n")

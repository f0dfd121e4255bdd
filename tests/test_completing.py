"""What a shell offers for a word begun."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.shell_completion import BashComplete
from smallworld import small_law
from surfaces import ACT, PROPOSAL

from comity.cli import main


def offered(*words: str, begun: str) -> list[str]:
    shell = BashComplete(main, {}, "comity", "_COMITY_COMPLETE")
    return [item.value for item in shell.get_completions(list(words), begun)]


@pytest.fixture
def law(tmp_path: Path) -> str:
    return str(small_law(tmp_path, act=ACT, bill=PROPOSAL))


def test_commands_and_options() -> None:
    assert offered(begun="d") == ["decide", "diff"]
    assert offered("law", begun="--comp") == ["--compare"]


@pytest.mark.parametrize("command", ["decide", "ask"])
def test_agencies(law: str, command: str) -> None:
    assert offered("--law", law, command, begun="us/aa/j") == ["us/aa/jail"]


@pytest.mark.parametrize("command", ["law", "check", "prove", "diff"])
def test_places_agencies_and_instruments(law: str, command: str) -> None:
    found = offered("--law", law, command, begun="us/aa")
    assert {"us/aa", "us/aa/jail", "us/aa/act"} <= set(found)
    assert all(each.startswith("us/aa") for each in found)


@pytest.mark.parametrize(
    ("command", "option"),
    [("decide", "--action"), ("ask", "--action"), ("diff", "--action"), ("law", "--compare"), ("law", "--diagram")],
)
def test_actions(law: str, command: str, option: str) -> None:
    assert offered("--law", law, command, option, begun="ho") == ["hold"]


def test_proposals(law: str) -> None:
    assert offered("--law", law, "decide", "--as-if", begun="") == ["us/aa/bill"]


def test_law_that_cannot_be_read_and_commands_that_are_not_there_offer_nothing(tmp_path: Path) -> None:
    (tmp_path / "vocabulary.yaml").write_text(": [", encoding="utf-8")
    assert offered("--law", str(tmp_path), "decide", begun="us") == []
    assert offered("decid", begun="x") == []

"""The help of every command: readable where the terminal is narrow, and by heading where the options are many."""

from __future__ import annotations

import re

import pytest
from click.testing import CliRunner

from comity.cli import main

COMMANDS = ("decide", "ask", "law", "check", "prove", "diff", "audit", "replay")
HEADINGS = {
    "law": ["What is shown", "Pictures and comparisons", "Files that are written", "Other options"],
    "audit": [
        "What is read",
        "Place, holders and law",
        "Reason texts and sharing",
        "What is written",
        "Where it runs",
        "Other options",
    ],
    "replay": ["The other law", "What is read", "Place and holders", "What is written", "Other options"],
}


def help_of(*command: str, columns: int) -> str:
    told = CliRunner().invoke(main, [*command, "--help"], terminal_width=columns)
    assert told.exit_code == 0
    return told.stdout


@pytest.mark.parametrize("columns", [80, 120])
@pytest.mark.parametrize("command", [(), *((name,) for name in COMMANDS)])
def test_no_line_is_wider_than_the_terminal(command: tuple[str, ...], columns: int) -> None:
    told = help_of(*command, columns=columns)
    assert [line for line in told.splitlines() if len(line) > columns] == []


@pytest.mark.parametrize("command", HEADINGS)
def test_each_option_stands_once_and_under_a_heading(command: str) -> None:
    told = help_of(command, columns=100)
    headings = [line.removesuffix(":") for line in told.splitlines() if re.fullmatch(r"[A-Z][\w ,]+:", line)]
    assert headings == HEADINGS[command]
    named = re.findall(r"^  (?:-\w, )?(--[a-z-]+)", told, re.MULTILINE)
    assert len(named) == len(set(named)) > 15
    _, _, others = told.partition("Other options:\n")
    assert others.startswith("  -h, --help  Show this message and exit.\n\n  Examples:\n")

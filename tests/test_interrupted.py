"""Ctrl-C ends the command in one line and with one exit status, whatever it was about to do."""

from __future__ import annotations

import subprocess
import sys

import pytest

COMMAND = ["us/il/local/jail", "--on", "2025-01-21", "--action", "hold", "--why"]
RUN = f"""
import os, signal, sys
from comity.__main__ import main

class Interrupting:
    def find_spec(self, name, path=None, target=None):
        if name == {{module!r}}:
            os.kill(os.getpid(), signal.SIGINT)

sys.meta_path.insert(0, Interrupting())
sys.argv = ["comity", "decide", *{COMMAND}]
main()
"""


@pytest.mark.parametrize(
    "module",
    ["comity.cli", "click", "comity.commands.surface", "comity.commands.decide", "comity.decide", "comity.explain"],
)
def test_ctrl_c_while_a_module_is_read_ends_in_one_line(module: str) -> None:
    """The signal comes when the module is first asked for: before there is a command line, or in mid-command."""
    ended = subprocess.run(
        [sys.executable, "-c", RUN.format(module=module)], capture_output=True, text=True, timeout=60, check=False
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (130, "", "comity: interrupted\n")


def test_the_command_is_a_module_that_runs() -> None:
    ended = subprocess.run([sys.executable, "-m", "comity", "--version"], capture_output=True, text=True, check=True)
    assert ended.stdout.startswith("comity, version ")

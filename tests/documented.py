"""The commands that the documentation shows: found, run, and compared with the output shown.

A fenced block marked `console` holds commands after `$ ` and, below each, its output. A line `…` stands for any lines.
`python -m tests.documented` writes the real output into the blocks (those with a `…` are left for a person).
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
ANYTHING = "…"


class Command(NamedTuple):
    """A command shown in a page, the output shown below it, and where."""

    page: Path
    line: int
    command: str
    output: str


def pages() -> list[Path]:
    return [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def commands() -> Iterator[Command]:
    for page in pages():
        text = page.read_text("utf-8")
        for block in BLOCK.finditer(text):
            line = text.count("\n", 0, block.start(1)) + 1
            yield from _commands_in(page, line, block.group(1))


def _commands_in(page: Path, line: int, block: str) -> Iterator[Command]:
    for part in re.split(r"^(?=\$ )", block, flags=re.MULTILINE):
        if part.startswith("$ "):
            shown, _, output = part[2:].partition("\n")
            while shown.endswith("\\"):
                more, _, output = output.partition("\n")
                shown += "\n" + more
            yield Command(page, line, shown, output)
        line += part.count("\n")


def run(command: str) -> str:
    """What a command prints, both streams, as a reader at a terminal of 100 columns would see it."""
    environment = {
        **os.environ,
        "COLUMNS": "100",
        "NO_COLOR": "1",
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }
    done = subprocess.run(
        command, shell=True, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    return "".join(f"{line.rstrip()}\n" for line in (done.stdout + done.stderr).splitlines())


def fits(shown: str, printed: str) -> bool:
    """Whether printed output is what is shown, `…` standing for any lines."""
    pattern = "".join(
        r"(?:.*\n)*?" if line.strip() == ANYTHING else re.escape(line.rstrip()) + r"\n" for line in shown.splitlines()
    )
    return re.fullmatch(pattern, printed) is not None


def _write_real_output() -> None:
    for page in pages():
        text = page.read_text("utf-8")
        for shown in _all_in(page, text):
            if ANYTHING not in shown.output.splitlines():
                old = f"$ {shown.command}\n{shown.output}"
                text = text.replace(old, f"$ {shown.command}\n{run(shown.command)}")
        page.write_text(text, "utf-8")


def _all_in(page: Path, text: str) -> list[Command]:
    return [shown for block in BLOCK.finditer(text) for shown in _commands_in(page, 0, block.group(1))]


if __name__ == "__main__":
    _write_real_output()

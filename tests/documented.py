"""The commands that the documentation shows: found, run, and compared with the output shown.

A fenced block marked `console` holds commands after `$ ` and, below each, its output. A line `…` stands for any lines,
and `sha256:…` for any digest: that of the law changes with every law file. `python -m tests.documented` writes the real
output into the blocks (those with a line `…` are left for a person).
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
DIGEST = re.compile(r"sha256:[0-9a-f]{12,64}…?")
ANYTHING = "…"
ANY_DIGEST = "sha256:…"
WRITTEN = "out"


class Command(NamedTuple):
    """A command shown in a page, the output shown below it, and where."""

    page: Path
    line: int
    command: str
    output: str


def pages() -> list[Path]:
    return [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]


def commands_in(page: Path) -> Iterator[Command]:
    """The commands of a page, in their order."""
    text = page.read_text("utf-8")
    for block in BLOCK.finditer(text):
        line = text.count("\n", 0, block.start(1)) + 1
        for part in re.split(r"^(?=\$ )", block.group(1), flags=re.MULTILINE):
            if part.startswith("$ "):
                yield _command(page, line, part)
            line += part.count("\n")


def _command(page: Path, line: int, part: str) -> Command:
    shown, _, output = part[2:].partition("\n")
    while shown.endswith("\\"):
        more, _, output = output.partition("\n")
        shown += "\n" + more
    return Command(page, line, shown, output)


@contextmanager
def fresh_checkout() -> Generator[Path]:
    """A folder that looks like the project's own, by links, in which nothing has been written yet."""
    with tempfile.TemporaryDirectory() as place:
        project = Path(place) / "comity"
        project.mkdir()
        for entry in ROOT.iterdir():
            if entry.name != WRITTEN:
                (project / entry.name).symlink_to(entry)
        if SHARED.exists():
            (Path(place) / SHARED.name).symlink_to(SHARED)
        yield project


def run(command: str, folder: Path = ROOT) -> str:
    """What a command prints, both streams, as a reader at a terminal of 100 columns would see it."""
    environment = {
        **os.environ,
        "COLUMNS": "100",
        "NO_COLOR": "1",
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }
    done = subprocess.run(
        command, shell=True, cwd=folder, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    printed = "".join(f"{line.rstrip()}\n" for line in (done.stdout + done.stderr).splitlines())
    return DIGEST.sub(ANY_DIGEST, printed)


def fits(shown: str, printed: str) -> bool:
    """Whether printed output is what is shown, `…` standing for any lines."""
    pattern = "".join(
        r"(?:.*\n)*?" if line.strip() == ANYTHING else re.escape(line.rstrip()) + r"\n" for line in shown.splitlines()
    )
    return re.fullmatch(pattern, printed) is not None


def _write_real_output() -> None:
    for page in pages():
        text, place = page.read_text("utf-8"), 0
        with fresh_checkout() as folder:
            for shown in commands_in(page):
                if shown.command.startswith("make "):
                    continue
                printed = run(shown.command, folder)
                old = f"$ {shown.command}\n{shown.output}"
                place = text.index(old, place)
                if ANYTHING not in shown.output.splitlines():
                    text = f"{text[:place]}$ {shown.command}\n{printed}{text[place + len(old) :]}"
                elif not fits(shown.output, printed):
                    print(f"{page.relative_to(ROOT)}:{shown.line} differs\n$ {shown.command}\n{printed}")
                place += 1
        page.write_text(text, "utf-8")


if __name__ == "__main__":
    _write_real_output()

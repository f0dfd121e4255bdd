"""`python -m demo`: one decision, its receipt, its picture, and the audit of a whole file.

It runs the commands that anyone would type and shows each with its real output. The file audited is ICE's own list of
detainers of 2014 and 2015 where it is at hand (beside the project, or where COMITY_DETAINERS points), else a made-up
one that says so.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from rich.console import Console
from rich.rule import Rule
from rich.text import Text

DETAINERS = Path("../shared/data/detainers_us_fy2015ytd.parquet")
MADE_UP_ROWS = 5_000
FOLDER = Path("out/demo")


class Step(NamedTuple):
    """A command to run, under a title, after some words."""

    title: str
    command: tuple[str, ...]
    words: str = ""


def steps(folder: Path, detainers: Path | None) -> list[Step]:
    """What the demonstration runs, writing into the folder; with a made-up file where there is no real one."""
    day = ("--on", "2025-01-21")
    police = "us/il/chicago/police"
    receipt, picture = str(folder / "decision.json"), str(folder / "hold.svg")
    told = ("instruments=i247a", "in_custody=yes")
    first = [
        Step("One request, decided", ("decide", police, *day, "--action", "hold", "--receipt", receipt, *told)),
        Step(
            "The receipt, checked: the same request under the same law gives the same bytes",
            ("decide", "--replay", receipt),
        ),
        Step(
            "The questions behind the answer, drawn",
            ("law", police, "--diagram", "hold", *day, "-o", picture, "in_custody=yes"),
        ),
    ]
    title = "A whole file, each row under the law of its day"
    place = ("--place", "us/il", "--out", str(folder / "audit"), "--force")
    if detainers is not None:
        real = f"A real file: ICE's list of detainers, {detainers}"
        return [*first, Step(title, ("audit", str(detainers), *place), real)]
    made_up = str(folder / "made-up-detainers.csv")
    words = f"Made up: no list of detainers stands at {DETAINERS}. These rows are no record of anything."
    make = Step("A file to audit", ("audit", "--made-up", str(MADE_UP_ROWS), "--out", made_up, "--force"), words)
    return [*first, make, Step(title, ("audit", made_up, *place), words)]


def main() -> int:
    """Run the demonstration. The exit status: 0, or that of the first command that fails."""
    told = os.environ.get("COMITY_DETAINERS")
    detainers = Path(told) if told else DETAINERS if DETAINERS.exists() else None
    FOLDER.mkdir(parents=True, exist_ok=True)
    out = Console(highlight=False, emoji=False)
    for step in steps(FOLDER, detainers):
        out.print(Rule(Text(step.title, style="bold"), align="left"))
        if step.words:
            style = "bold reverse" if detainers is None else "italic"
            out.print(Text(step.words, style=style), soft_wrap=True)
        out.print(Text(f"$ comity {shlex.join(step.command)}\n", style="green"), soft_wrap=True)
        sys.stdout.flush()
        status = subprocess.run([sys.executable, "-m", "comity", *step.command], check=False).returncode
        if status:
            return status
        out.print()
    out.print(Rule(Text("Written", style="bold"), align="left"))
    for path in sorted(path for path in FOLDER.rglob("*") if path.is_file()):
        out.print(Text(f"  {path}  ({path.stat().st_size:,} bytes)"), soft_wrap=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())

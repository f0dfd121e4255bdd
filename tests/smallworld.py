"""A small world for the tests of reading: the law folder `small_law`, and law files added to it."""

from __future__ import annotations

import shutil
from pathlib import Path

from comity.library import Library
from comity.loading import load_library
from comity.norms import Instrument

SMALL_LAW = Path(__file__).with_name("small_law")
MALFORMED = Path(__file__).with_name("malformed")

HEAD = """
instrument: us/aa/act
title: An Act
cite: AA 1
kind: statute
source: https://example.org/act
read: 2025-01-02
versions:
  v1: {from: 2020-01-01, by: L. 1}
  v2: {from: 2022-01-01, by: L. 2}
"""
ONE_NORM = "- {id: a, cite: AA 1(a), in_force: v1.., prohibits: [hold], says: No holds., evidence: text"


def small_law(folder: Path, **files: str) -> Path:
    """A copy of the small world in the folder, with files added: `act="…"` stands in us/aa/act.yaml."""
    law = folder / "law"
    shutil.copytree(SMALL_LAW, law, dirs_exist_ok=True)
    for name, text in files.items():
        (law / "us" / "aa" / f"{name}.yaml").write_text(text, encoding="utf-8")
    return law


def read_act(folder: Path, rest: str, head: str = HEAD) -> tuple[Library, Instrument]:
    """The library with the one act `head` + `rest`, and that act."""
    library = load_library(small_law(folder, act=head + rest), cache=False)
    return library, library.instruments["us/aa/act"]


def malformed_law(folder: Path, case: Path) -> Path:
    """The small world with one malformed file, or folder of files, in the place its name tells."""
    law = small_law(folder)
    if case.is_dir():
        shutil.copytree(case, law, dirs_exist_ok=True)
        return law
    places = {"jurisdiction": "us/aa/jurisdiction.yaml", "vocabulary": "vocabulary.yaml"}
    shutil.copy(case, law / places.get(case.name.partition("-")[0], "us/aa/act.yaml"))
    return law

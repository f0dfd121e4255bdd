"""A law file spoilt in any one place is a problem with a line, and never a crash."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import cast

import yaml
from smallworld import small_law

from comity.errors import LawError
from comity.lawfiles.library import read_library
from comity.lawfolder import law_sources

FULL_ACT = Path(__file__).with_name("full_act.yaml")


def spoilt(node: object) -> Iterator[object]:
    """The data, each time with one of its parts replaced by something of another form."""
    yield from ("", "x", ["x"], {"x": "y"}, [[]])
    if isinstance(node, dict):
        entries = cast("dict[str, object]", node)
        for key, value in entries.items():
            for other in spoilt(value):
                yield {**entries, key: other}
    elif isinstance(node, list):
        items = cast("list[object]", node)
        for place, value in enumerate(items):
            for other in spoilt(value):
                yield [*items[:place], other, *items[place + 1 :]]


def test_whatever_stands_where_it_should_not_is_a_problem_and_never_a_crash(tmp_path: Path) -> None:
    sources = law_sources(small_law(tmp_path, act=FULL_ACT.read_text(encoding="utf-8")))
    whole = read_library(sources, "")
    assert len(whole.norms()) == 4
    unplaced: list[str] = []
    for number, data in enumerate(spoilt(yaml.load(FULL_ACT.read_bytes(), yaml.BaseLoader))):
        if number % 7:
            continue
        sources["us/aa/act.yaml"] = yaml.safe_dump(data).encode()
        try:
            read_library(sources, "")
        except LawError as error:
            unplaced += [str(problem) for problem in error.problems if ":0:" in str(problem)]
    assert not unplaced

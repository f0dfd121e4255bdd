"""Marks: cells that are no values, of all logs (`marks.yaml`) and of one layout."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources

from comity.audit.layouts.form import Marks
from comity.lawfiles.problems import Problems
from comity.lawfiles.reading import NO_MAPPING, Reading
from comity.lawfiles.yamlsource import Node, Text, read_source

_NOT_IN_RE2 = re.compile(r"\(\?(?:<?[=!]|[>(])|\\[1-9]|(?:[*+?}])\+")
"""Looking around, conditions, possessive repeats and references to what was matched before."""


@cache
def default_marks() -> Marks:
    """The marks of all logs."""
    problems = Problems()
    raw = resources.files("comity.audit.layouts").joinpath("marks.yaml").read_bytes()
    node = read_source("marks.yaml", raw, problems)
    marks = read_marks(Reading("marks.yaml", problems), node, Marks((), (), (), ()))
    problems.raise_any("the marks")
    return marks


def read_marks(reading: Reading, node: Node | None, before: Marks) -> Marks:
    """The marks that a node adds to those before; what is wrong with them is noted."""
    mapping = reading.mapping(node, '"marks"') if node is not None else NO_MAPPING
    kinds = ("empty", "withheld", "partly_withheld", "interface")
    reading.keys(mapping, kinds)
    lists: dict[str, tuple[str, ...]] = {}
    for kind in kinds:
        told = mapping.entries.get(kind)
        texts = reading.texts(told, f'"{kind}"') if told is not None else ()
        if kind != "empty":
            for text in texts:
                check_pattern(reading, text)
        lists[kind] = (*getattr(before, kind), *(text.value for text in texts))
    return Marks(**lists)


def check_pattern(reading: Reading, node: Text) -> None:
    """Notes a pattern that the database would not take (it has those of RE2)."""
    try:
        re.compile(node.value)
    except re.error as error:
        reading.problem("pattern", f'"{node.value}" is no pattern: {error}', node.line)
    else:
        beyond = _NOT_IN_RE2.search(node.value)
        if beyond:
            says = f'"{node.value}" is no pattern of RE2, which has no {beyond[0]}'
            reading.problem("pattern", says, node.line)

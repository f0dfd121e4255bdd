"""Data files of the audit (YAML) → typed values, read by the same safe reader as the law files.

Every scalar is text until the type wanted says otherwise; nothing in a file can build objects or grow when read.
"""

from __future__ import annotations

from importlib import resources
from typing import TypeVar

import msgspec

from comity.errors import ComityError
from comity.lawfiles.problems import Problems
from comity.lawfiles.yamlsource import Listing, Node, Text, read_source

T = TypeVar("T")


def packaged(package: str, name: str, kind: type[T]) -> T:
    """The data file of a package, as the type."""
    return read_data(name, resources.files(package).joinpath(name).read_bytes(), kind)


def read_data(file: str, raw: bytes, kind: type[T]) -> T:
    """The one document of a YAML file as the type.

    Raises LawError for what is no plain YAML, and ComityError (`data`) naming file, place and what was wanted there.
    """
    problems = Problems()
    node = read_source(file, raw, problems)
    problems.raise_any()
    if node is None:
        raise ComityError("data", "the file is empty", file)
    try:
        return msgspec.convert(_plain(node), kind, strict=False)
    except msgspec.ValidationError as error:
        raise ComityError("data", str(error), file) from None


def _plain(node: Node) -> object:
    if isinstance(node, Text):
        return node.value
    if isinstance(node, Listing):
        return [_plain(item) for item in node.items]
    return {name: _plain(value) for name, value in node.entries.items()}

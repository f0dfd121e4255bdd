"""PyArrow, which has no types of its own: its modules as `Any`, so that nothing about them is assumed elsewhere."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any


def arrow() -> Any:
    return import_module("pyarrow")


def arrow_csv() -> Any:
    return import_module("pyarrow.csv")


def arrow_compute() -> Any:
    return import_module("pyarrow.compute")


def arrow_parquet() -> Any:
    return import_module("pyarrow.parquet")


def raw_file(path: Path) -> Any:
    """The file's bytes as they are: given a path, Arrow would unpack whatever is called .gz."""
    return arrow().OSFile(str(path))

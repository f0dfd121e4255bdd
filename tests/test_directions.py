"""Data flows one way: law, norms, diagrams, decisions; every surface stands on these, and none of them on a surface."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import comity

ROOT = Path(comity.__file__).parent
SURFACES = ("audit", "book", "check", "commands", "compare")
"""The folders of the package that are no part of the core, nor of what reads law files."""
COMMAND_LINES = ("cli", "__main__", "audit.modes")
"""Modules that read a command line, besides those of `commands` and those that are called so."""
CLAIMS = "compare.claims"
"""The form of claims stands in law files, and is read with them."""


def modules() -> Iterator[tuple[str, list[str]]]:
    """Each module of the package with those of the package that it imports, wherever in it, all without `comity`."""
    for path in ROOT.rglob("*.py"):
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        found = [
            imported
            for node in ast.walk(ast.parse(path.read_bytes()))
            for imported in _imported(node)
            if imported.startswith("comity.")
        ]
        yield name, [imported.removeprefix("comity.") for imported in found]


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.ImportFrom):
        names = [f"{node.module}.{alias.name}" for alias in node.names] if node.module == "comity" else []
        return [node.module or "", *names]
    return [alias.name for alias in node.names] if isinstance(node, ast.Import) else []


def folder_of(module: str) -> str:
    return module.partition(".")[0] if (ROOT / module.partition(".")[0]).is_dir() else ""


def reads_a_command_line(module: str) -> bool:
    return folder_of(module) == "commands" or module in COMMAND_LINES or module.endswith("command")


def test_only_command_lines_stand_on_what_commands_share() -> None:
    wrong = {
        (module, imported)
        for module, others in modules()
        for imported in others
        if folder_of(imported) == "commands" and not reads_a_command_line(module)
    }
    assert wrong == set()


def test_the_core_and_the_reading_of_law_stand_on_no_surface() -> None:
    wrong = {
        (module, imported)
        for module, others in modules()
        for imported in others
        if folder_of(module) in ("", "lawfiles") and folder_of(imported) in SURFACES
    }
    assert {(module, imported) for module, imported in wrong if module not in COMMAND_LINES} == {
        ("lawfiles.assurances", CLAIMS)
    }


@pytest.mark.parametrize(
    ("surface", "beside"), [("audit", ("book", "check")), ("book", ("audit", "check")), ("compare", ("audit", "check"))]
)
def test_surfaces_stand_beside_one_another(surface: str, beside: tuple[str, ...]) -> None:
    wrong = {
        (module, imported)
        for module, others in modules()
        for imported in others
        if folder_of(module) == surface and folder_of(imported) in beside
    }
    assert wrong == set()


def test_diagrams_know_nothing_of_law() -> None:
    assert dict(modules())["diagram"] == ["truths"]

"""What a shell offers for a word begun: the ids of agencies, places and instruments, and the names of actions."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import click

from comity.errors import ComityError

if TYPE_CHECKING:
    from comity.library import Library


def agencies(context: click.Context, _: click.Parameter, begun: str) -> list[str]:
    """Agencies whose id begins so."""
    return _of_law(context, begun, lambda library: library.agencies())


def paths(context: click.Context, _: click.Parameter, begun: str) -> list[str]:
    """Places, agencies and instruments whose id begins so."""
    return _of_law(context, begun, lambda law: [*law.jurisdictions, *law.agencies(), *law.instruments])


def actions(context: click.Context, _: click.Parameter, begun: str) -> list[str]:
    """Actions, and inner names of their tree, that begin so."""
    return _of_law(context, begun, lambda library: library.vocabulary.actions.leaves)


def proposals(context: click.Context, _: click.Parameter, begun: str) -> list[str]:
    """Proposals whose id begins so."""
    return _of_law(
        context, begun, lambda law: [each.id for each in law.instruments.values() if each.kind == "proposal"]
    )


def _of_law(context: click.Context, begun: str, names: Callable[[Library], Iterable[str]]) -> list[str]:
    from comity.loading import load_library

    try:
        library = load_library(context.find_root().params.get("law_folder"))
    except ComityError:
        # Nothing is offered; the command itself will say what is wrong.
        return []
    return sorted(name for name in names(library) if name.startswith(begun))

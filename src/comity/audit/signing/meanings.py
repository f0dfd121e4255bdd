"""What the codes of a fact mean: each is some knowledge of the fact, and so a set of the cells of a variable."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import msgspec

from comity.cells import OrderedVariable, Variable
from comity.knowledge import Knowledge, Ordered

Cut = tuple[Ordered, bool]
"""A bound at which cells are parted: the bound, and whether it lies itself below the cut."""


class Meaning(Protocol):
    """What one code of a fact tells."""

    @property
    def told(self) -> Knowledge | None:
        """What a request would have to tell; None where it tells nothing, or where the fact is worked out."""
        ...

    @property
    def mark(self) -> str:
        """What sets the code apart from others that mean the same cells: how it is shown, not what follows from it."""
        ...

    def mask(self, variable: Variable) -> int:
        """The cells of the variable that the code leaves possible."""
        ...


class Nothing(msgspec.Struct, frozen=True):
    """Nothing is told."""

    told: None = None
    mark: str = ""

    def mask(self, variable: Variable) -> int:
        return variable.full


class Value(msgspec.Struct, frozen=True):
    """A value of a request, or several that are possible. `disputed` values are answered both ways, and said to be."""

    told: Knowledge
    disputed: bool = False

    @property
    def mark(self) -> str:
        return "disputed" if self.disputed else ""

    def mask(self, variable: Variable) -> int:
        return variable.mask_of(self.told)


class Follows(msgspec.Struct, frozen=True):
    """A value worked out from others. `mark` names what would have to be told for it to be exact."""

    follows: Knowledge
    mark: str = ""
    told: None = None

    def mask(self, variable: Variable) -> int:
        return variable.mask_of(self.follows)


class Between(msgspec.Struct, frozen=True):
    """A place on a line parted by `cuts`: above `low` of them at least and `high` at most."""

    cuts: tuple[Cut, ...]
    low: int
    high: int
    mark: str = ""
    told: None = None

    def mask(self, variable: Variable) -> int:
        assert isinstance(variable, OrderedVariable)
        own = set(variable.cuts)
        first, last = (sum(cut in own for cut in self.cuts[:cell]) for cell in (self.low, self.high))
        return (1 << (last + 1)) - (1 << first)


def cuts_of(variables: Sequence[Variable]) -> tuple[Cut, ...]:
    """All the cuts of some variables of one fact, in order."""
    found = {cut for variable in variables if isinstance(variable, OrderedVariable) for cut in variable.cuts}
    return tuple(sorted(found, key=lambda cut: (cut[0], cut[1])))

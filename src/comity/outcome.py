"""What a unit of diagrams says under given knowledge: status, deciding norms, defeat, and the facts still missing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import combinations

import msgspec

from comity.compile import NO, STATUSES, YES, ActionDiagrams, DutyDiagram, NormDiagrams
from comity.diagram import Diagrams, Node
from comity.norms import Norm

Masks = Mapping[int, int]
"""For each variable of a unit of which something is known, the mask of its possible cells."""


class Outcome(msgspec.Struct, frozen=True):
    """The answer for one action, without anything that turns on exact times.

    `missing` holds variables of the unit's space. An empty `possible` means that the facts contradict one another.
    """

    possible: tuple[str, ...]
    because: tuple[Norm, ...]
    possibly: tuple[Norm, ...]
    also: tuple[Norm, ...]
    defeated: tuple[tuple[Norm, tuple[Norm, ...]], ...]
    missing: tuple[int, ...]

    @property
    def status(self) -> str:
        return self.possible[0] if len(self.possible) == 1 else "depends"


def outcome(unit: ActionDiagrams, known: Masks) -> Outcome:
    """Decide one unit under what is known."""
    diagrams = unit.space.diagrams
    status = diagrams.restrict(unit.status, known)
    bits = diagrams.reach(status)
    because: list[Norm] = []
    possibly: list[Norm] = []
    also: list[Norm] = []
    defeated: list[tuple[Norm, tuple[Norm, ...]]] = []
    for compiled in (*unit.rules, *unit.defeaters):
        truth = _truth(diagrams, compiled.undefeated, known)
        decides = _truth(diagrams, compiled.decides, known)
        if decides & YES:
            (possibly if decides & NO else because).append(compiled.norm)
        elif truth & YES and compiled.norm.modality != "lifts":
            also.append(compiled.norm)
        by = _defeaters(diagrams, compiled, known)
        if by:
            defeated.append((compiled.norm, by))
    return Outcome(
        possible=tuple(name for i, name in enumerate(STATUSES) if bits >> i & 1),
        because=tuple(because),
        possibly=tuple(possibly),
        also=tuple(also),
        defeated=tuple(defeated),
        missing=missing(diagrams, status, unit.linked, known),
    )


def duty_outcome(duty: DutyDiagram, known: Masks) -> tuple[str, tuple[int, ...]]:
    """`owed`, `may_be_owed` (with the variables that would settle it) or `` for one duty."""
    diagrams = duty.space.diagrams
    owed = diagrams.restrict(duty.owed, known)
    truth = diagrams.reach(owed)
    if not truth & YES:
        return "", ()
    if not truth & NO:
        return "owed", ()
    return "may_be_owed", missing(diagrams, owed, duty.linked, known)


def missing(diagrams: Diagrams, node: Node, linked: Iterable[frozenset[int]], known: Masks) -> tuple[int, ...]:
    """The variables that can still matter: two consistent completions that differ only there differ in result.

    Where combinations are impossible one variable may not be free to differ alone: then those of a smallest set of tied
    variables that can. `node` is already restricted to what is known; its leaves are single bits, IMPOSSIBLE for none.
    """
    support = diagrams.support(node)
    tied = [group & support for group in linked if group & support]
    found = set(support - frozenset[int]().union(*tied))
    for group in tied:
        flipping: list[frozenset[int]] = []
        for size in range(1, len(group) + 1):
            for chosen in map(frozenset, combinations(sorted(group), size)):
                if not any(smaller <= chosen for smaller in flipping) and _can_flip(diagrams, node, chosen, known):
                    flipping.append(chosen)
        found = found.union(*flipping)
    return tuple(sorted(found))


def _can_flip(diagrams: Diagrams, node: Node, variables: frozenset[int], known: Masks) -> bool:
    """Whether, for some cells of all other variables, changing these reaches two different results."""
    if len(variables) == 1 and _flips_plainly(diagrams, node, next(iter(variables))):
        return True
    joined = diagrams.join_over(node, variables, known)
    return any(value & (value - 1) for value in diagrams.leaves(joined))


def _flips_plainly(diagrams: Diagrams, node: Node, variable: int) -> bool:
    """Whether some node asks the variable and leads to two results that no impossible combination can spoil.

    A quick proof for the common case; False proves nothing.
    """
    return any(
        diagrams.variable(here) == variable
        and sum(not diagrams.reaches_zero(child) for _, child in diagrams.edges(here)) > 1
        for here in diagrams.nodes(node)
    )


def _truth(diagrams: Diagrams, node: Node, known: Masks) -> int:
    return diagrams.reach_under(node, known)


def _defeaters(diagrams: Diagrams, compiled: NormDiagrams, known: Masks) -> tuple[Norm, ...]:
    return tuple(norm for norm, attack in compiled.attacks if _truth(diagrams, attack, known) & YES)

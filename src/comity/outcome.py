"""What a unit of diagrams says under given knowledge: status, deciding norms, defeat, and the facts still missing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import combinations
from typing import Literal

import msgspec

from comity.compile import NO, STATUSES, YES, ActionDiagrams, DutyDiagram
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
        return status_of(self.possible)


def status_of(possible: tuple[str, ...]) -> str:
    """The status where these are possible."""
    return possible[0] if len(possible) == 1 else "depends"


Reach = Callable[[Node, int], int]
"""The bitwise or of the leaves of a diagram that are within reach; bits beyond those that are enough may be missing."""


def outcome(unit: ActionDiagrams, known: Masks) -> Outcome:
    """Decide one unit under what is known."""
    diagrams = unit.space.diagrams
    status = diagrams.restrict(unit.status, known)

    def reach(node: Node, enough: int) -> int:
        return diagrams.reach_under(node, known, enough)

    return read_outcome(unit, diagrams.reach(status), reach, turning(unit, status))


def turning(unit: ActionDiagrams, status: Node) -> tuple[int, ...]:
    """What is missing where this is left of the status; remembered."""
    found = unit.missing.get(status)
    if found is None:
        found = unit.missing[status] = missing(unit.space.diagrams, status, unit.linked)
    return found


def read_outcome(
    unit: ActionDiagrams,
    status: int,
    reach: Reach,
    missing: tuple[int, ...],
    told_of: Callable[[Norm], bool] | None = None,
) -> Outcome:
    """The outcome, from the bits of the status and what is within reach of each norm's diagrams.

    `told_of`: the norms of which it matters how they stand if they do not decide; all, if it is not given.
    """
    because: list[Norm] = []
    possibly: list[Norm] = []
    also: list[Norm] = []
    defeated: list[tuple[Norm, tuple[Norm, ...]]] = []
    for compiled in (*unit.rules, *unit.defeaters):
        decides = reach(compiled.decides, NO | YES)
        certainly, perhaps = deciding(int(decides & NO > 0), int(decides & YES > 0))
        if certainly | perhaps:
            (because if certainly else possibly).append(compiled.norm)
        if told_of is not None and not told_of(compiled.norm):
            continue
        if not certainly | perhaps and compiled.norm.modality != "lifts" and reach(compiled.undefeated, YES) & YES:
            also.append(compiled.norm)
        by = tuple(norm for norm, attack in compiled.attacks if reach(attack, YES) & YES)
        if by:
            defeated.append((compiled.norm, by))
    return Outcome(
        possible=tuple(name for i, name in enumerate(STATUSES) if status >> i & 1),
        because=tuple(because),
        possibly=tuple(possibly),
        also=tuple(also),
        defeated=tuple(defeated),
        missing=missing,
    )


def deciding(no: int, yes: int) -> tuple[int, int]:
    """Where a norm decides for certain, and where it may: sets of situations as bits, from those within whose reach it
    does not decide, and does."""
    return yes & ~no, yes & no


def duty_outcome(duty: DutyDiagram, known: Masks) -> tuple[Literal["owed", "may_be_owed", ""], tuple[int, ...]]:
    """`owed`, `may_be_owed` (with the variables that would settle it) or `` for one duty."""
    diagrams = duty.space.diagrams
    truth = diagrams.reach_under(duty.owed, known, NO | YES)
    if not truth & YES:
        return "", ()
    if not truth & NO:
        return "owed", ()
    return "may_be_owed", missing(diagrams, diagrams.restrict(duty.owed, known), duty.linked)


def missing(diagrams: Diagrams, node: Node, linked: Iterable[frozenset[int]]) -> tuple[int, ...]:
    """The variables that can still matter: two consistent completions that differ only there differ in result.

    Where combinations are impossible one variable may not be free to differ alone: then those of a smallest set of tied
    variables that can. `node` is already restricted to what is known; its leaves are single bits, IMPOSSIBLE for none.
    """
    support = diagrams.support(node)
    tied = [group & support for group in linked if group & support]
    found = set(support - frozenset[int]().union(*tied))
    layers = diagrams.layers(node) if tied else {}
    for group in tied:
        flipping: list[frozenset[int]] = []
        for size in range(1, len(group) + 1):
            for chosen in map(frozenset, combinations(sorted(group), size)):
                if not any(smaller <= chosen for smaller in flipping) and diagrams.can_differ(layers, chosen):
                    flipping.append(chosen)
        found = found.union(*flipping)
    return tuple(sorted(found))

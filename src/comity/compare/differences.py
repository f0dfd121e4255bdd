"""Where two laws answer one action differently: the diagram of the changes, whole and by old and new status."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from math import prod

from comity.compare.cover import count
from comity.compare.instance import shortest_way
from comity.compare.sides import Side
from comity.compare.witness import facts_of
from comity.compile import STATUSES, YES, ActionDiagrams, compile_together
from comity.decide import Law
from comity.diagram import Node
from comity.knowledge import Knowledge
from comity.norms import Norm
from comity.request import parse_request
from comity.scope import Scope
from comity.truths import all_of

SHIFT = len(STATUSES)


class Pair:
    """One action under two laws, over the same variables, each with what is known on its side put in.

    `before` and `after` are the diagrams of the status; `possible` is 1 where the facts can stand together on both
    sides; `change` holds both status bits where they are unlike, else 0.
    """

    def __init__(self, sides: tuple[Side, Side], units: list[ActionDiagrams], known: list[dict[int, int]]) -> None:
        self.sides = sides
        self.units = units
        self.space = units[0].space
        self.diagrams = diagrams = self.space.diagrams
        settled = [{at: mask for at, mask in masks.items() if mask.bit_count() == 1} for masks in known]
        narrowed = [
            diagrams.test(at, mask)
            for masks in known
            for at, mask in masks.items()
            if mask.bit_count() > 1 and mask != diagrams.full[at]
        ]
        self._known = settled
        self.fixed = frozenset(settled[0]) | frozenset(settled[1])
        cares = [diagrams.restrict(unit.care, masks) for unit, masks in zip(units, settled, strict=True)]
        self.possible: Node = diagrams.combine(all_of, *cares, *narrowed)
        self.before, self.after = (
            diagrams.combine(_where, self.possible, diagrams.restrict(unit.status, masks))
            for unit, masks in zip(units, settled, strict=True)
        )
        self.change: Node = diagrams.combine(_unlike, self.before, self.after)

    def changes(self) -> list[tuple[str, str, Node]]:
        """Each old and new status, in the order of the statuses, and the region where it is so (1 inside)."""
        diagrams = self.diagrams
        leaves = {diagrams.value(node) for node in diagrams.nodes(self.change) if diagrams.is_leaf(node)} - {0}
        return [
            (_name(value >> SHIFT), _name(value & (1 << SHIFT) - 1), diagrams.where(self.change, value))
            for value in sorted(leaves)
        ]

    def situations(self, region: Node) -> int:
        """How many of the situations that the two laws together tell apart lie in the region."""
        return count(self.diagrams, region) // prod(self.diagrams.full[at].bit_length() for at in self.fixed)

    def deciding(self, side: int, region: Node) -> list[Norm]:
        """The norms that decide somewhere in the region on one side, in the order of the law files."""
        return [norm for norm, decides in self._decides[side] if self.diagrams.meet(YES, decides, region)]

    @cached_property
    def _decides(self) -> list[list[tuple[Norm, Node]]]:
        """The norms that rule on either side, and where each decides."""
        return [
            [(rule.norm, self.diagrams.restrict(rule.decides, known)) for rule in unit.rules]
            for unit, known in zip(self.units, self._known, strict=True)
        ]

    def example(self, region: Node) -> tuple[tuple[dict[str, object], dict[str, object]], dict[str, bool]]:
        """The fewest facts that put a request into a region within one change, as each side is told them; and the
        uncertain texts that it supposes to be in force or not."""
        cells = shortest_way(self.units[0], region)
        before = self.diagrams.reach_under(self.before, cells)
        after = self.diagrams.reach_under(self.after, cells)
        for at in sorted(cells, reverse=True):
            fewer = {other: cell for other, cell in cells.items() if other != at}
            if self.diagrams.reach_under(self.before, fewer) == before and (
                self.diagrams.reach_under(self.after, fewer) == after
            ):
                cells = fewer
        first = len(self.space.variables)
        told = {at: cell for at, cell in cells.items() if at < first}
        texts = {name: cells[first + at] == YES for at, name in enumerate(self.space.extra) if first + at in cells}
        return (
            facts_of(self.space, told, self.sides[0].on),
            facts_of(self.space, told, self.sides[1].on),
        ), texts


def differences(
    law: Law, sides: tuple[Side, Side], action: str, given: Mapping[str, object] | None = None
) -> Pair | None:
    """An action under two laws; None where the facts given say that what is asked is no such act.

    What is given, what each place keeps and what the action implies count as known. Raises RequestError as
    `Law.decide` does.
    """
    known: list[Mapping[str, Knowledge]] = []
    scopes: list[Scope] = []
    for side in sides:
        request = parse_request(law.library, law.agency(side.agency), side.on, [action], given, side.as_if)[0]
        scope, _, told = law.situation(request)
        settled = law.with_implied(action, told)
        if settled is None:
            return None
        known.append(settled)
        scopes.append(scope)
    units = compile_together([(scope.law, scope.bound) for scope in scopes], action, small=True)
    return Pair(sides, units, [dict(unit.space.masks(told)) for unit, told in zip(units, known, strict=True)])


def _name(bit: int) -> str:
    return STATUSES[bit.bit_length() - 1]


def _where(possible: int, status: int) -> int:
    return status if possible else 0


def _unlike(before: int, after: int) -> int:
    return before << SHIFT | after if before != after else 0

"""The smallest situation that a diagram allows, as a request that one can run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

import msgspec

from comity.cells import SetVariable
from comity.compare.witness import ON, facts_of
from comity.compile import ActionDiagrams
from comity.decide import Law
from comity.diagram import Diagrams, Node
from comity.norms import STATUSES
from comity.request import parse_request


class Instance(msgspec.Struct, frozen=True):
    """A request and its answer. `texts` names the uncertain texts, taken as reached or not, that it supposes."""

    agency: str
    on: str
    action: str
    facts: dict[str, object]
    status: str
    texts: dict[str, bool]


def smallest_instance(law: Law, agency: str, day: date, unit: ActionDiagrams, wanted: Node) -> Instance:
    """A request of few facts, made on the day, that leads to a leaf of `wanted` other than 0. There must be one."""
    space = unit.space
    cells = dict.fromkeys(range(len(space.diagrams.full)), 1) | shortest_way(unit, wanted)
    rule = law.vocabulary.action_rules.get(unit.action)
    settled = {*law.scope(law.agency(agency), day).kept, *(rule.implies if rule else ())}
    facts = {name: value for name, value in facts_of(space, cells, day).items() if name not in settled}
    on = str(facts.pop(ON, day.isoformat()))
    bit = space.diagrams.value(space.diagrams.restrict(unit.status, cells))
    first = len(space.variables)
    texts = {name: cells[first + number] == 0b10 for number, name in enumerate(space.extra)}
    supposed = {first + number: cells[first + number] for number in range(len(space.extra))}
    goal = space.diagrams.combine(_Goal(bit), unit.care, wanted, unit.status)
    facts = _fewest(facts, lambda fewer: _leads_to(law, agency, on, unit, goal, supposed, fewer))
    return Instance(agency, on, unit.action, facts, STATUSES[bit.bit_length() - 1], texts)


def shortest_way(unit: ActionDiagrams, wanted: Node) -> dict[int, int]:
    """The cells (one-cell masks) that lead to a leaf other than 0 by asking the fewest facts."""
    diagrams = unit.space.diagrams
    steps = _steps(diagrams, wanted)
    cells: dict[int, int] = {}
    node = wanted
    while not diagrams.is_leaf(node):
        variable = diagrams.variable(node)
        is_set = variable < len(unit.space.variables) and isinstance(unit.space.variables[variable], SetVariable)
        _, cell, node = min(
            (steps[child], _size(mask, is_set), child) for mask, child in diagrams.edges(node) if child in steps
        )
        cells[variable] = 1 << cell[1]
    return cells


def _size(mask: int, is_set: bool) -> tuple[int, int]:
    """How many values the smallest cell of a mask holds, and its number."""
    numbers = (number for number in range(mask.bit_length()) if mask >> number & 1)
    return min((number.bit_count() if is_set else 0, number) for number in numbers)


def _steps(diagrams: Diagrams, node: Node) -> Mapping[Node, int]:
    """For each node below which a leaf other than 0 lies: the fewest facts to ask on the way there."""
    steps: dict[Node, int] = {}
    for here in reversed(diagrams.nodes(node)):
        if diagrams.is_leaf(here):
            if diagrams.value(here):
                steps[here] = 0
        else:
            below = [steps[child] for _, child in diagrams.edges(here) if child in steps]
            if below:
                steps[here] = 1 + min(below)
    return steps


def _fewest(facts: dict[str, object], enough: Callable[[dict[str, object]], bool]) -> dict[str, object]:
    """The facts without those that may be left untold; those that the law tests most are given up last."""
    kept = dict(facts)
    for name in reversed(facts):
        fewer = {other: value for other, value in kept.items() if other != name}
        if enough(fewer):
            kept = fewer
    return kept


def _leads_to(
    law: Law,
    agency: str,
    on: str,
    unit: ActionDiagrams,
    goal: Node,
    supposed: Mapping[int, int],
    facts: Mapping[str, object],
) -> bool:
    """Whether a request leads to the goal, however its facts not told turn out."""
    _, _, told = law.situation(parse_request(law.library, law.agency(agency), on, [unit.action], facts)[0])
    known = law.with_implied(unit.action, told)
    if known is None:
        return False
    return unit.space.diagrams.reach_under(goal, {**unit.space.masks(known), **supposed}) == REACHED


REACHED = 2
"""The leaf of a goal where it is reached; 1 where it is not, 0 where the facts contradict one another."""


class _Goal:
    """Whether a situation is wanted and has a status."""

    def __init__(self, status: int) -> None:
        self._status = status

    def __call__(self, care: int, wanted: int, status: int) -> int:
        if not care:
            return 0
        return REACHED if wanted and status == self._status else 1

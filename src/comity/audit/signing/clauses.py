"""Clauses: the norms that matter for an action, split into conjunctions of tests.

Which of the clauses hold settles, for every norm, whether it applies; so it settles all that an outcome says.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from comity.cells import Space
from comity.compile import ActionDiagrams
from comity.conditions import (
    All,
    AtLeast,
    Condition,
    Contains,
    ForbiddenBelow,
    OneOf,
    Opposite,
    Records,
    RequiredAbove,
    Some,
    Term,
    Test,
)
from comity.defeat import condition_of
from comity.diagram import Node

Clause = tuple[tuple[int, int], ...]
"""A conjunction: (variable, mask of the cells that fit), by variable; a variable that is not named may be anything."""

EVERYTHING: Clause = ()

MOST_TOGETHER = 48
"""Clauses that one part of a condition may be multiplied into; beyond it the part is split by itself."""


def clauses_of(unit: ActionDiagrams) -> tuple[Clause, ...]:
    """The clauses of a unit's norms, its exceptions, and its impossible combinations, each once."""
    split = _Split(unit.space)
    for compiled in (*unit.rules, *unit.defeaters):
        split.found.update(dict.fromkeys(split.expand(condition_of(compiled.norm), [EVERYTHING])))
    split.found.update(dict.fromkeys(_impossible(unit)))
    split.found.pop(EVERYTHING, None)
    return tuple(split.found)


class _Split:
    """Splits conditions over one space of variables. `found` collects the clauses, in order.

    Of what `expand` returns and `found` holds together it is true that they settle the condition wherever the context
    holds. An exception is looked at only within the context in which it matters: where the rule does not hold anyway,
    its exception leaves nothing to tell apart.
    """

    def __init__(self, space: Space) -> None:
        self.space = space
        self.found: dict[Clause, None] = {}

    def expand(self, condition: Condition, context: list[Clause]) -> list[Clause]:
        """The clauses of the condition joined with each of the context's; what is no clause is taken as true."""
        match condition:
            case All(parts):
                for part in sorted(parts, key=_rank):
                    context = self._bounded(part, context)
                return context
            case Some(parts):
                return _once(clause for part in parts for clause in self._bounded(part, context))
            case Opposite(part):
                return self._opposite(part, context)
            case Term(part=part):
                return self.expand(part, context)
            case ForbiddenBelow() | RequiredAbove():
                return context
            case OneOf() | Contains() | AtLeast() | Records():
                return self._tested(condition, context, negated=False)

    def _opposite(self, part: Condition, context: list[Clause]) -> list[Clause]:
        match part:
            case Opposite(inner):
                return self.expand(inner, context)
            case Term(part=inner):
                return self._opposite(inner, context)
            case Some(parts):
                return self.expand(All(tuple(Opposite(inner) for inner in parts)), context)
            case OneOf() | Contains() | AtLeast() | Records():
                return self._tested(part, context, negated=True)
            case _:
                self.found.update(dict.fromkeys(self._bounded(part, context)))
                return context

    def _bounded(self, part: Condition, context: list[Clause]) -> list[Clause]:
        joined = self.expand(part, context)
        if len(joined) <= MOST_TOGETHER or context == [EVERYTHING]:
            return joined
        self.found.update(dict.fromkeys(self.expand(part, [EVERYTHING])))
        return context

    def _tested(self, test: Test, context: list[Clause], negated: bool) -> list[Clause]:
        position = self.space.position[test.fact]
        variable = self.space.variables[position]
        mask = variable.mask_of_test(test)
        if negated:
            mask = variable.full & ~mask
        return _once(
            joined for clause in context if (joined := with_test(clause, position, mask, variable.full)) is not None
        )


def with_test(clause: Clause, position: int, mask: int, full: int) -> Clause | None:
    """The clause with one more test; None if nothing passes both."""
    tests = dict(clause)
    mask &= tests.get(position, full)
    if not mask:
        return None
    if mask == full:
        tests.pop(position, None)
    else:
        tests[position] = mask
    return tuple(sorted(tests.items()))


def _rank(part: Condition) -> int:
    """Plain tests come first, alternatives next, exceptions last: what comes first narrows what follows."""
    match part:
        case Term(part=inner):
            return _rank(inner)
        case Opposite(inner):
            return 0 if isinstance(inner, OneOf | Contains | AtLeast | Records) else 2
        case Some():
            return 1
        case _:
            return 0


def _once(clauses: Iterable[Clause]) -> list[Clause]:
    return list(dict.fromkeys(clauses))


def _impossible(unit: ActionDiagrams) -> Iterator[Clause]:
    """The combinations of facts that cannot be: the ways to a leaf 0 of `care`."""
    diagrams = unit.space.diagrams

    def ways(node: Node, clause: Clause) -> Iterator[Clause]:
        if diagrams.is_leaf(node):
            if not diagrams.value(node):
                yield clause
            return
        for mask, child in diagrams.edges(node):
            yield from ways(child, (*clause, (diagrams.variable(node), mask)))

    yield from ways(unit.care, EVERYTHING)

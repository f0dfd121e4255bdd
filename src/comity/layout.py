"""The variables of a unit of diagrams: what its norms test, and what impossible combinations tie to that."""

from __future__ import annotations

from collections.abc import Sequence

from comity.cells import OrderedVariable, Space, ordered_pairs
from comity.conditions import All, AtLeast, Contains, OneOf, Test
from comity.diagram import Node
from comity.truths import all_of, first_alone
from comity.vocabulary import Vocabulary

BUSINESS_CLOCK, PLAIN_CLOCK = "hours_held_business", "hours_held_plain"
"""Two counts of the same hours: the first is never above the second."""


class Layout:
    """The space of variables for some tests and uncertain texts.

    `care` is 1 where the facts can stand together, and `linked` holds the groups of variables that this ties together.
    The order of the variables turns on which facts are tested `together`, where that is told.
    """

    def __init__(
        self,
        vocabulary: Vocabulary,
        tests: Sequence[Test],
        bands: Sequence[str],
        together: Sequence[frozenset[str]] = (),
    ) -> None:
        tests = list(tests)
        tested = {test.fact for test in tests}
        impossible: list[list[Test]] = []
        pending = list(vocabulary.impossible)
        while touching := [part for part in pending if tested & part.parts.keys()]:
            for part in touching:
                pending.remove(part)
                impossible.append([_part_test(vocabulary, fact, values) for fact, values in part.parts.items()])
                tested |= part.parts.keys()
        for part in impossible:
            tests += part
        if together:
            together = [*together, *(frozenset(test.fact for test in part) for part in impossible)]
        tests += _shared_bounds(tests)
        self.space = Space(vocabulary.facts, tests, tuple(dict.fromkeys(bands)), together)
        self.care, self.linked = _care(self.space, impossible)


def _part_test(vocabulary: Vocabulary, fact: str, values: frozenset[str]) -> Test:
    return Contains(fact, values) if vocabulary.facts[fact].kind == "set_of" else OneOf(fact, values)


def _shared_bounds(tests: list[Test]) -> list[Test]:
    """Where both clocks are tested, the bounds of each as tests of the other: only so do their cells tell which of
    their values can stand together."""
    bounds = [test for test in tests if isinstance(test, AtLeast) and test.fact in (BUSINESS_CLOCK, PLAIN_CLOCK)]
    if len({test.fact for test in bounds}) < 2:
        return []
    other = {BUSINESS_CLOCK: PLAIN_CLOCK, PLAIN_CLOCK: BUSINESS_CLOCK}
    return [AtLeast(other[test.fact], test.bound, test.strict) for test in bounds]


def _care(space: Space, impossible: list[list[Test]]) -> tuple[Node, list[frozenset[int]]]:
    """1 where the facts can stand together; and the groups of variables that this ties together."""
    diagrams = space.diagrams
    care = diagrams.leaf(1)
    groups: list[frozenset[int]] = []
    for tests in impossible:
        bad = space.build(All(tuple(tests)))
        care = diagrams.combine(first_alone, care, bad)
        groups.append(frozenset(space.position[test.fact] for test in tests))
    if space.position.keys() >= {BUSINESS_CLOCK, PLAIN_CLOCK}:
        small, large = space.position[BUSINESS_CLOCK], space.position[PLAIN_CLOCK]
        business, plain = space.variables[small], space.variables[large]
        assert isinstance(business, OrderedVariable)
        assert isinstance(plain, OrderedVariable)
        for low, high in ordered_pairs(business, plain):
            bad = diagrams.combine(all_of, diagrams.test(small, 1 << low), diagrams.test(large, 1 << high))
            care = diagrams.combine(first_alone, care, bad)
        groups.append(frozenset({small, large}))
    return care, _merge(groups)


def _merge(groups: list[frozenset[int]]) -> list[frozenset[int]]:
    """The groups, joined where they share a variable."""
    merged: list[frozenset[int]] = []
    for group in groups:
        touching = [other for other in merged if other & group]
        merged = [other for other in merged if not other & group] + [group.union(*touching)]
    return merged

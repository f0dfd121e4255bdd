"""What is decided for many signatures of one unit at once: each node of a diagram is looked at once for all of them.

A set of signatures is a whole number with a bit for each. What is within reach of a node is a set for each value of a
leaf: the union over its edges of those whose masks let them pass. What follows is that of `comity.outcome`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from itertools import combinations

import numpy as np

from comity.audit.signing.sets import Numbers, firsts, members_of, numbered, numbered_with
from comity.compile import ActionDiagrams
from comity.diagram import Node
from comity.norms import STATUSES
from comity.outcome import turning

Told = Sequence[Mapping[int, int]]
"""For each variable of a unit: for each mask of its cells, the signatures of which just these cells are possible."""


class Together:
    """Some signatures of one unit, numbered from 0 and decided together."""

    def __init__(self, unit: ActionDiagrams, size: int, told: Told) -> None:
        self.unit = unit
        self.diagrams = unit.space.diagrams
        self.size = size
        self.all = (1 << size) - 1
        self._told = told
        self._passing: dict[tuple[int, int], int] = {}
        self._within: dict[Node, dict[int, int]] = {}
        self._unlike: dict[tuple[Node, Node], int] = {}
        self._opposed: dict[tuple[Node, Node], int] = {}

    @cached_property
    def possible(self) -> tuple[int, ...]:
        """For each status, the signatures under which it is possible: none of them where facts contradict."""
        within = self.within(self.unit.status)
        return tuple(within.get(1 << place, 0) for place in range(len(STATUSES)))

    def reach(self, node: Node, places: Numbers) -> list[int]:
        """For the signatures at these places, the bitwise or of the leaves within reach of a node."""
        found = np.zeros(len(places), dtype=np.int64)
        for value, members in self.within(node).items():
            found |= members_of(members, self.size)[places] * value
        return found.tolist()

    def turning_on(self, asked: int) -> dict[int, int]:
        """For each variable, those of the asked signatures whose status depends on it: at some node within reach that
        asks it, two of the cells left lead to what is unlike."""
        return self._turning(asked, self.unlike)

    def missing(self) -> tuple[Numbers, list[tuple[int, ...]]]:
        """For each signature a number, and by number the variables that are missing: see `comity.outcome.missing`.

        Of variables that impossible combinations bind together, one that by itself decides between two statuses is
        missing. Where two of them do not, the signature is looked at by itself, as for a single request.
        """
        once = several = 0
        for members in self.possible:
            several |= once & members
            once |= members
        support = self.turning_on(several) if several else {}
        tied = frozenset[int]().union(*self.unit.linked) & support.keys()
        deciding = self._turning(several, self.opposed) if tied else {}
        alone = {variable: deciding.get(variable, 0) for variable in tied}
        numbers, found = numbered_with(sorted((support | alone).items()), self.size)
        together = 0
        for group in self.unit.linked:
            for one, other in combinations(sorted(group & tied), 2):
                together |= support[one] & ~alone[one] & support[other] & ~alone[other]
        places = np.flatnonzero(members_of(together, self.size)).astype(np.int64)
        sets = {variables: number for number, variables in enumerate(found)}
        left = self._left_of_status(places)
        for node in np.unique(left).tolist():
            missing = turning(self.unit, node)
            numbers[places[left == node]] = sets.setdefault(missing, len(sets))
        return numbers, list(sets)

    def _turning(self, asked: int, differing: Callable[[Node, Node], int]) -> dict[int, int]:
        """For each variable, those of the asked signatures within whose reach a node asks it, and two of the cells left
        lead to diagrams that differ for them."""
        root = self.unit.status
        arriving: dict[Node, int] = {root: asked}
        found: dict[int, int] = {}
        for node in self.diagrams.nodes(root):
            here = arriving.get(node, 0)
            if not here or self.diagrams.is_leaf(node):
                continue
            variable = self.diagrams.variable(node)
            ways = [(here & self.passing(variable, mask), child) for mask, child in self.diagrams.edges(node)]
            ways = [(bits, child) for bits, child in ways if bits]
            for bits, child in ways:
                arriving[child] = arriving.get(child, 0) | bits
            for (bits, child), (others, other) in combinations(ways, 2):
                if both := bits & others & ~found.get(variable, 0):
                    found[variable] = found.get(variable, 0) | both & differing(child, other)
        return {variable: bits for variable, bits in found.items() if bits}

    def _left_of_status(self, places: Numbers) -> Numbers:
        """What is left of the diagram of the status under each of these signatures.

        Variable by variable, from the first: signatures that leave the same are taken on together.
        """
        left = np.full(len(places), self.unit.status, dtype=np.int64)
        for variable, told in enumerate(self._told):
            if len(told) == 1 and self.diagrams.full[variable] in told:
                continue
            masks = list(told)
            mask_of = np.zeros(len(places), dtype=np.int64)
            for number, members in enumerate(told.values()):
                mask_of[members_of(members, self.size)[places]] = number
            alike = numbered([left, mask_of], len(places))
            nodes = [
                self.diagrams.restrict(int(left[at]), {variable: masks[mask_of[at]]}) for at in firsts(alike).tolist()
            ]
            left = np.array(nodes, dtype=np.int64)[alike] if nodes else left
        return left

    def passing(self, variable: int, mask: int) -> int:
        """The signatures that leave some cell of a mask possible."""
        found = self._passing.get((variable, mask))
        if found is None:
            found = 0
            for told, bits in self._told[variable].items():
                if told & mask:
                    found |= bits
            self._passing[variable, mask] = found
        return found

    def within(self, node: Node) -> dict[int, int]:
        """For each value of a leaf but 0, the signatures within whose reach it lies."""
        found = self._within.get(node)
        if found is None:
            found = self._within[node] = {}
            if self.diagrams.is_leaf(node):
                if self.diagrams.value(node):
                    found[self.diagrams.value(node)] = self.all
                return found
            variable = self.diagrams.variable(node)
            for mask, child in self.diagrams.edges(node):
                passing = self.passing(variable, mask)
                for value, bits in self.within(child).items():
                    found[value] = found.get(value, 0) | bits & passing
        return found

    def unlike(self, one: Node, other: Node) -> int:
        """The signatures for which two diagrams differ in some cells that are left."""
        return self._differing(one, other, self._unlike, settled=False)

    def opposed(self, one: Node, other: Node) -> int:
        """The signatures for which two diagrams differ in some cells that are left, and neither is 0 there."""
        return self._differing(one, other, self._opposed, settled=True)

    def _differing(self, one: Node, other: Node, known: dict[tuple[Node, Node], int], *, settled: bool) -> int:
        """The signatures for which two diagrams come to unlike leaves (if `settled`, neither of them 0) somewhere."""
        if one == other:
            return 0
        key = (one, other) if one < other else (other, one)
        found = known.get(key)
        if found is None:
            if self.diagrams.is_leaf(one) and self.diagrams.is_leaf(other):
                found = 0 if settled and not (self.diagrams.value(one) and self.diagrams.value(other)) else self.all
            else:
                top = min(self.diagrams.variable(one), self.diagrams.variable(other))
                found = 0
                for mask, (first, second) in self.diagrams.split(top, key):
                    if first != second:
                        found |= self.passing(top, mask) & self._differing(first, second, known, settled=settled)
            known[key] = found
        return found

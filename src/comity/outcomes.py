"""Outcomes of many signatures of one unit at once: each node of a diagram is looked at once for all of them.

A set of signatures is a whole number with a bit for each. What is within reach of a node is a set for each value of a
leaf: the union over its edges of those whose masks let them pass. The outcomes are read off as `outcome` reads them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

import msgspec

from comity.compile import ActionDiagrams
from comity.diagram import Node
from comity.outcome import Outcome, read_outcome, turning

MOST_TOGETHER = 1 << 14
"""Signatures that are looked at together: what is kept for each node stays small."""

Masks = tuple[int, ...]
"""A signature: for each variable of the unit the mask of its possible cells."""


def outcomes(unit: ActionDiagrams, signatures: Sequence[Masks]) -> list[Outcome]:
    """The outcome of each signature; equal ones are one object."""
    shared: dict[tuple[object, ...], Outcome] = {}
    missing: dict[tuple[int, tuple[int, ...]], Outcome] = {}
    found: list[Outcome] = []
    for start in range(0, len(signatures), MOST_TOGETHER):
        found += _Together(unit, signatures[start : start + MOST_TOGETHER]).outcomes(shared, missing)
    return found


class _Together:
    def __init__(self, unit: ActionDiagrams, signatures: Sequence[Masks]) -> None:
        self.unit = unit
        self.diagrams = unit.space.diagrams
        self.signatures = signatures
        self.all = (1 << len(signatures)) - 1
        self._telling = [_by_mask(column) for column in zip(*signatures, strict=True)]
        self._passing: dict[tuple[int, int], int] = {}
        self._within: dict[Node, dict[int, int]] = {}
        self._unlike: dict[tuple[Node, Node], int] = {}

    def outcomes(
        self, shared: dict[tuple[object, ...], Outcome], missing: dict[tuple[int, tuple[int, ...]], Outcome]
    ) -> list[Outcome]:
        """The outcome of each signature. `shared` and `missing` hold those found before, without and with missing."""
        unit = self.unit
        roots = dict.fromkeys([unit.status, *_roots(unit)])
        columns = {(root, value): bits for root in roots for value, bits in self.within(root).items()}
        varying = [place for place, bits in columns.items() if bits != self.all]
        constant = tuple(place for place, bits in columns.items() if bits == self.all)
        lacking = self._missing()
        found: list[Outcome] = []
        told = self._transposed([columns[place] for place in varying])
        for number, bits in enumerate(told):
            # Parts of the signatures may differ in which values are within reach at all.
            key = (*constant, *(place for place, bit in zip(varying, bits, strict=True) if bit == "1"))
            result = shared.get(key)
            if result is None:
                result = shared[key] = self._read(key)
            if number in lacking:
                turned = (id(result), lacking[number])
                whole = missing.get(turned)
                if whole is None:
                    whole = missing[turned] = msgspec.structs.replace(result, missing=lacking[number])
                result = whole
            found.append(result)
        return found

    def _read(self, places: tuple[tuple[Node, int], ...]) -> Outcome:
        reached: dict[Node, int] = {}
        for root, value in places:
            reached[root] = reached.get(root, 0) | value
        return read_outcome(
            self.unit, reached.get(self.unit.status, 0), lambda node, _: reached.get(node, 0), missing=()
        )

    def passing(self, variable: int, mask: int) -> int:
        """The signatures that leave some cell of a mask possible."""
        found = self._passing.get((variable, mask))
        if found is None:
            found = 0
            for told, bits in self._telling[variable].items():
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

    def _missing(self) -> dict[int, tuple[int, ...]]:
        """What is missing for each signature under which more than one status is possible: elsewhere nothing is."""
        once = several = 0
        for bits in self.within(self.unit.status).values():
            several |= once & bits
            once |= bits
        if not several:
            return {}
        turning_on = self._turning_on(several)
        tied = frozenset[int]().union(*self.unit.linked)
        numbers = list(turning_on)
        found: dict[int, tuple[int, ...]] = {}
        alike: dict[tuple[str, ...], tuple[int, ...]] = {}
        open_ones = f"{several:0{len(self.signatures)}b}"[::-1]
        for number, bits in enumerate(self._transposed(list(turning_on.values()))):
            if open_ones[number] == "0":
                continue
            variables = alike.get(bits)
            if variables is None:
                chosen = (variable for variable, bit in zip(numbers, bits, strict=True) if bit == "1")
                variables = alike[bits] = tuple(sorted(chosen))
            if not tied.isdisjoint(variables):
                known = dict(enumerate(self.signatures[number]))
                variables = turning(self.unit, self.diagrams.restrict(self.unit.status, known))
            found[number] = variables
        return found

    def _turning_on(self, asked: int) -> dict[int, int]:
        """For each variable, those of the asked signatures whose status depends on it: at some node within reach that
        asks it, two of the cells left lead to what is unlike."""
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
                    found[variable] = found.get(variable, 0) | both & self.unlike(child, other)
        return {variable: bits for variable, bits in found.items() if bits}

    def unlike(self, one: Node, other: Node) -> int:
        """The signatures for which two diagrams differ in some cells that are left."""
        if one == other:
            return 0
        key = (one, other) if one < other else (other, one)
        found = self._unlike.get(key)
        if found is None:
            if self.diagrams.is_leaf(one) and self.diagrams.is_leaf(other):
                found = self.all
            else:
                top = min(self.diagrams.variable(one), self.diagrams.variable(other))
                found = 0
                for mask, (first, second) in self.diagrams.split(top, key):
                    if first != second:
                        found |= self.passing(top, mask) & self.unlike(first, second)
            self._unlike[key] = found
        return found

    def _transposed(self, columns: Sequence[int]) -> Iterator[tuple[str, ...]]:
        """For each signature, a mark for each set: 1 where it is in it, else 0."""
        if not columns:
            return iter([()] * len(self.signatures))
        size = len(self.signatures)
        return zip(*(f"{bits:0{size}b}"[::-1] for bits in columns), strict=True)


def _roots(unit: ActionDiagrams) -> Iterator[Node]:
    for compiled in (*unit.rules, *unit.defeaters):
        yield compiled.decides
        yield compiled.undefeated
        yield from (attack for _, attack in compiled.attacks)


def _by_mask(column: Sequence[int]) -> dict[int, int]:
    """The members of a column that are equal, as sets of their places."""
    size = len(column) // 8 + 1
    found: dict[int, bytearray] = {}
    for place, mask in enumerate(column):
        bits = found.get(mask)
        if bits is None:
            bits = found[mask] = bytearray(size)
        bits[place >> 3] |= 1 << (place & 7)
    return {mask: int.from_bytes(bits, "little") for mask, bits in found.items()}

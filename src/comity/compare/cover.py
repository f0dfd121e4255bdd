"""Few conditions for a region of a decision diagram: irredundant covers by cubes. This module knows nothing of law.

A cube says, of some variables, in which of their cells they are; it holds where all of that is so. The cover follows
Minato and Morreale ("Fast generation of prime-irredundant covers from binary decision diagrams", 1993), taken to
variables of many cells: at each variable, what no wider choice of its cells can hold is covered first, and every
region is covered only so far as wider cubes have not covered it yet.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction

import msgspec

from comity.diagram import Diagrams, Node

Literal = tuple[int, int]
"""A variable and the mask of the cells in which it is."""
Cube = tuple[Literal, ...]
"""Literals on different variables, in the order of the variables. The empty cube holds everywhere."""


class Factored(msgspec.Struct, frozen=True):
    """Cubes with what they share written once: true where all literals of `all` are and, if there are any, one of
    `any`. With no cube there is no such form."""

    all: Cube
    any: tuple[Factored, ...] = ()

    def literals(self) -> list[Literal]:
        """Every literal written, as often as it is written."""
        return [*self.all, *(literal for each in self.any for literal in each.literals())]


class Covers:
    """Covers in one family of diagrams, whose leaves here are 0 and 1. Regions are diagrams: 1 inside."""

    def __init__(self, diagrams: Diagrams) -> None:
        self._diagrams = diagrams
        self.nowhere: Node = diagrams.leaf(0)
        self.everywhere: Node = diagrams.leaf(1)
        self._found: dict[tuple[Node, Node], tuple[list[Cube], Node]] = {}
        self._both: dict[tuple[Node, Node], Node] = {}
        self._either: dict[tuple[Node, Node], Node] = {}
        self._without: dict[tuple[Node, Node], Node] = {}

    def cover(self, must: Node, may: Node) -> list[Cube]:
        """Cubes that together hold all of `must` and nothing outside `may`, a wider region."""
        return self._cover(must, may)[0]

    def pruned(self, cubes: Sequence[Cube], must: Node, may: Node) -> list[Cube]:
        """A cover of which neither a cube nor a literal can be left out."""
        return self._needed([self._widened(cube, may) for cube in cubes], must)

    def region(self, cube: Cube) -> Node:
        """Where the cube holds."""
        node = self.everywhere
        for variable, mask in reversed(cube):
            outside = self._diagrams.full[variable] & ~mask
            node = self._diagrams.node(variable, [(mask, node), (outside, self.nowhere)])
        return node

    def enclosing(self, cubes: Sequence[Cube]) -> Cube:
        """The smallest cube that holds all of the cubes, of which there is at least one."""
        told = [dict(cube) for cube in cubes]
        found: list[Literal] = []
        for variable in sorted(set[int].intersection(*(set(cube) for cube in told))):
            mask = 0
            for cube in told:
                mask |= cube[variable]
            if mask != self._diagrams.full[variable]:
                found.append((variable, mask))
        return tuple(found)

    def both(self, one: Node, other: Node) -> Node:
        if one == other or other == self.everywhere:
            return one
        if one == self.everywhere:
            return other
        if self.nowhere in (one, other):
            return self.nowhere
        return self._combined(self._both, self.both, *((one, other) if one < other else (other, one)))

    def either(self, one: Node, other: Node) -> Node:
        if one == other or other == self.nowhere:
            return one
        if one == self.nowhere:
            return other
        if self.everywhere in (one, other):
            return self.everywhere
        return self._combined(self._either, self.either, *((one, other) if one < other else (other, one)))

    def without(self, one: Node, other: Node) -> Node:
        """The first, so far as it lies outside the second."""
        if one in (other, self.nowhere) or other == self.everywhere:
            return self.nowhere
        if other == self.nowhere:
            return one
        return self._combined(self._without, self.without, one, other)

    def _widened(self, cube: Cube, may: Node) -> Cube:
        """The cube without the literals that it can do without."""
        for literal in reversed(cube):
            wider = tuple(other for other in cube if other != literal)
            if self._inside(wider, may):
                cube = wider
        return cube

    def _inside(self, cube: Cube, region: Node) -> bool:
        diagrams, allowed = self._diagrams, dict(cube)
        seen = {region}
        pending = [region]
        while pending:
            here = pending.pop()
            if here == self.nowhere:
                return False
            if here != self.everywhere:
                mask = allowed.get(diagrams.variable(here), -1)
                fresh = [child for cells, child in diagrams.edges(here) if cells & mask and child not in seen]
                seen.update(fresh)
                pending += fresh
        return True

    def _needed(self, cubes: Sequence[Cube], must: Node) -> list[Cube]:
        """The cubes without those that the others make needless, long ones tried first."""
        ordered = sorted(dict.fromkeys(cubes), key=len, reverse=True)
        after = [self.nowhere]
        for cube in reversed(ordered):
            after.append(self.either(after[-1], self.region(cube)))
        after.reverse()
        kept: list[Cube] = []
        held = self.nowhere
        for cube, rest in zip(ordered, after[1:], strict=True):
            region = self.region(cube)
            alone = self.without(self.without(self.both(must, region), rest), held)
            if alone != self.nowhere:
                kept.append(cube)
                held = self.either(held, region)
        return kept[::-1]

    def _combined(
        self, memo: dict[tuple[Node, Node], Node], operation: Callable[[Node, Node], Node], one: Node, other: Node
    ) -> Node:
        found = memo.get((one, other))
        if found is None:
            diagrams = self._diagrams
            top, second = diagrams.variable(one), diagrams.variable(other)
            if top < second:
                ways = [(mask, operation(child, other)) for mask, child in diagrams.edges(one)]
            elif second < top:
                top = second
                ways = [(mask, operation(one, child)) for mask, child in diagrams.edges(other)]
            else:
                ways = [
                    (mask & cells, operation(child, opposite))
                    for mask, child in diagrams.edges(one)
                    for cells, opposite in diagrams.edges(other)
                    if mask & cells
                ]
            first = ways[0][1]
            found = first if all(child == first for _, child in ways) else diagrams.node(top, ways)
            memo[one, other] = found
        return found

    def _cover(self, must: Node, may: Node) -> tuple[list[Cube], Node]:
        """The cubes, and the region that they hold."""
        if must == self.nowhere:
            return [], self.nowhere
        if may == self.everywhere:
            return [()], self.everywhere
        found = self._found.get((must, may))
        if found is None:
            found = self._found[must, may] = self._cover_at(must, may)
        return found

    def _cover_at(self, must: Node, may: Node) -> tuple[list[Cube], Node]:
        diagrams = self._diagrams
        top = min(diagrams.variable(must), diagrams.variable(may))
        merged: dict[tuple[Node, ...], int] = {}
        for mask, pair in diagrams.split(top, (must, may)):
            merged[pair] = merged.get(pair, 0) | mask
        masks = list(merged.values())
        left = [pair[0] for pair in merged]
        allowed = [pair[1] for pair in merged]
        covered = [self.nowhere] * len(masks)
        cubes: list[Cube] = []
        for chosen, region in self._by_choice(left, allowed):
            due = self._join(self.both(left[at], region) for at in chosen)
            if due == self.nowhere:
                continue
            found, node = self._cover(due, self._meet(allowed[at] for at in chosen))
            cells = sum(masks[at] for at in chosen)
            cubes += found if cells == diagrams.full[top] else [((top, cells), *cube) for cube in found]
            for at in chosen:
                left[at] = self.without(left[at], node)
                covered[at] = self.either(covered[at], node)
        return cubes, diagrams.node(top, zip(masks, covered, strict=True))

    def _by_choice(self, left: Sequence[Node], allowed: Sequence[Node]) -> list[tuple[list[int], Node]]:
        """What is left to cover, parted by the widest choice of parts in which it may be covered, narrowest first."""
        regions: list[tuple[list[int], Node]] = [([], self._join(left))]
        for at, may in enumerate(allowed):
            parted: list[tuple[list[int], Node]] = []
            for chosen, region in regions:
                inside, outside = self.both(region, may), self.without(region, may)
                parted += [([*chosen, at], inside)] if inside != self.nowhere else []
                parted += [(chosen, outside)] if outside != self.nowhere else []
            regions = parted
        return sorted(regions, key=lambda each: len(each[0]))

    def _join(self, nodes: Iterable[Node]) -> Node:
        joined = self.nowhere
        for node in nodes:
            joined = self.either(joined, node)
        return joined

    def _meet(self, nodes: Iterable[Node]) -> Node:
        met = self.everywhere
        for node in nodes:
            met = self.both(met, node)
        return met


def factored(cubes: Sequence[Cube]) -> Factored:
    """The cubes, of which there is at least one, with shared literals written once, those shared by most first."""
    shared = set(cubes[0])
    for cube in cubes[1:]:
        shared.intersection_update(cube)
    rest: list[Cube] = [tuple(literal for literal in cube if literal not in shared) for cube in cubes]
    common = tuple(literal for literal in cubes[0] if literal in shared)
    if len(cubes) == 1 or not all(rest):
        return Factored(common)
    counts = Counter(literal for cube in rest for literal in cube)
    groups: list[Factored] = []
    while rest:
        literal, count = max(counts.items(), key=lambda item: item[1])
        if count == 1:
            groups += [Factored(cube) for cube in rest]
            break
        groups.append(factored([cube for cube in rest if literal in cube]))
        rest = [cube for cube in rest if literal not in cube]
        counts = Counter(literal for cube in rest for literal in cube)
    return Factored(common, tuple(groups))


def share(diagrams: Diagrams, node: Node) -> Fraction:
    """The part of all assignments of cells to variables that lies in the region."""
    memo: dict[Node, Fraction] = {}

    def within(here: Node) -> Fraction:
        if diagrams.is_leaf(here):
            return Fraction(int(bool(diagrams.value(here))))
        found = memo.get(here)
        if found is None:
            size = diagrams.full[diagrams.variable(here)].bit_length()
            parts = (mask.bit_count() * within(child) for mask, child in diagrams.edges(here))
            found = memo[here] = sum(parts, Fraction(0)) / size
        return found

    return within(node)

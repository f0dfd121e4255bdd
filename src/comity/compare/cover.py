"""Few conditions for a region of a decision diagram: irredundant covers by cubes. This module knows nothing of law.

A cube says, of some variables, in which of their cells they are; it holds where all of that is so. The cover follows
Minato and Morreale ("Fast generation of prime-irredundant covers from binary decision diagrams", 1993), taken to
variables of many cells: at each variable, what no wider choice of its cells can hold is covered first, and every
region is covered only so far as wider cubes have not covered it yet.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

import msgspec

from comity.compare.regions import EVERYWHERE, NOWHERE, Region, Regions
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
    """Covers in one family of regions."""

    def __init__(self, regions: Regions) -> None:
        self._regions = regions
        self._found: dict[tuple[Region, Region], tuple[list[Cube], Region]] = {}

    def cover(self, must: Region, may: Region) -> list[Cube]:
        """Cubes that together hold all of `must` and nothing outside `may`, a wider region."""
        return self._cover(must, may)[0]

    def pruned(self, cubes: Sequence[Cube], must: Region, may: Region) -> list[Cube]:
        """A cover of which neither a cube nor a literal can be left out."""
        return self._needed([self._widened(cube, may) for cube in cubes], must)

    def region(self, cube: Cube) -> Region:
        """Where the cube holds."""
        region = EVERYWHERE
        for variable, mask in reversed(cube):
            region = self._regions.within(variable, mask, region)
        return region

    def enclosing(self, cubes: Sequence[Cube]) -> Cube:
        """The smallest cube that holds all of the cubes, of which there is at least one."""
        told = [dict(cube) for cube in cubes]
        found: list[Literal] = []
        for variable in sorted(set[int].intersection(*(set(cube) for cube in told))):
            mask = 0
            for cube in told:
                mask |= cube[variable]
            if mask != self._regions.full[variable]:
                found.append((variable, mask))
        return tuple(found)

    def _widened(self, cube: Cube, may: Region) -> Cube:
        """The cube without the literals that it can do without."""
        for literal in reversed(cube):
            wider = tuple(other for other in cube if other != literal)
            if self._inside(wider, may):
                cube = wider
        return cube

    def _inside(self, cube: Cube, region: Region) -> bool:
        regions, allowed = self._regions, dict(cube)
        seen = {region}
        pending = [region]
        while pending:
            here = pending.pop()
            if here == NOWHERE:
                return False
            mask = allowed.get(regions.variable(here), -1)
            for cell, child in enumerate(regions.children(here)):
                if mask >> cell & 1 and child not in seen:
                    seen.add(child)
                    pending.append(child)
        return True

    def _needed(self, cubes: Sequence[Cube], must: Region) -> list[Cube]:
        """The cubes without those that the others make needless, long ones tried first."""
        regions = self._regions
        ordered = sorted(dict.fromkeys(cubes), key=len, reverse=True)
        held_by = [self.region(cube) for cube in ordered]
        after = [NOWHERE]
        for region in reversed(held_by):
            after.append(regions.either(after[-1], region))
        after.reverse()
        kept: list[Cube] = []
        held = NOWHERE
        for cube, region, rest in zip(ordered, held_by, after[1:], strict=True):
            if self._alone(cube, must, (rest, held)):
                kept.append(cube)
                held = regions.either(held, region)
        return kept[::-1]

    def _alone(self, cube: Cube, must: Region, others: tuple[Region, ...]) -> bool:
        """Whether the cube holds some of `must` that lies in none of the others."""
        regions, allowed = self._regions, dict(cube)
        seen = {(must, *others)}
        pending = list(seen)
        while pending:
            parts = pending.pop()
            if parts[0] == NOWHERE or EVERYWHERE in parts[1:]:
                continue
            top = min(map(regions.variable, parts))
            if top == len(regions.sizes):
                return True
            mask = allowed.get(top, -1)
            for cell, below in enumerate(zip(*(regions.split(part, top) for part in parts), strict=True)):
                if mask >> cell & 1 and below not in seen:
                    seen.add(below)
                    pending.append(below)
        return False

    def _cover(self, must: Region, may: Region) -> tuple[list[Cube], Region]:
        """The cubes, and the region that they hold."""
        if must == NOWHERE:
            return [], NOWHERE
        if may == EVERYWHERE:
            return [()], EVERYWHERE
        found = self._found.get((must, may))
        if found is None:
            found = self._found[must, may] = self._cover_at(must, may)
        return found

    def _cover_at(self, must: Region, may: Region) -> tuple[list[Cube], Region]:
        regions = self._regions
        top = min(regions.variable(must), regions.variable(may))
        merged: dict[tuple[Region, Region], int] = {}
        pairs = list(zip(regions.split(must, top), regions.split(may, top), strict=True))
        for cell, pair in enumerate(pairs):
            merged[pair] = merged.get(pair, 0) | 1 << cell
        if len(merged) == 2:
            cubes, covered = self._cover_two(top, *merged.items())
        else:
            cubes, covered = self._cover_many(top, merged)
        return cubes, regions.node(top, tuple([covered[pair] for pair in pairs]))

    def _cover_two(
        self, top: int, one: tuple[tuple[Region, Region], int], other: tuple[tuple[Region, Region], int]
    ) -> tuple[list[Cube], dict[tuple[Region, Region], Region]]:
        """The cubes where a variable leaves two ways, and the region held on each."""
        regions = self._regions
        (must, may), mask = one
        (must_there, may_there), mask_there = other
        first, held = self._cover(regions.without(must, may_there), may)
        second, held_there = self._cover(regions.without(must_there, may), may_there)
        left = regions.either(regions.without(must, held), regions.without(must_there, held_there))
        shared, held_on_both = self._cover(left, regions.both(may, may_there))
        cubes = [((top, mask), *cube) for cube in first]
        cubes += [((top, mask_there), *cube) for cube in second]
        return cubes + shared, {
            one[0]: regions.either(held, held_on_both),
            other[0]: regions.either(held_there, held_on_both),
        }

    def _cover_many(
        self, top: int, merged: Mapping[tuple[Region, Region], int]
    ) -> tuple[list[Cube], dict[tuple[Region, Region], Region]]:
        """The same where it leaves more ways."""
        regions = self._regions
        masks = list(merged.values())
        left = [pair[0] for pair in merged]
        allowed = [pair[1] for pair in merged]
        covered = [NOWHERE] * len(masks)
        cubes: list[Cube] = []
        for chosen, region in self._by_choice(left, allowed):
            due = self._join(regions.both(left[at], region) for at in chosen)
            if due == NOWHERE:
                continue
            found, held = self._cover(due, self._meet(allowed[at] for at in chosen))
            cells = sum(masks[at] for at in chosen)
            cubes += found if cells == regions.full[top] else [((top, cells), *cube) for cube in found]
            for at in chosen:
                left[at] = regions.without(left[at], held)
                covered[at] = regions.either(covered[at], held)
        return cubes, dict(zip(merged, covered, strict=True))

    def _by_choice(self, left: Sequence[Region], allowed: Sequence[Region]) -> list[tuple[list[int], Region]]:
        """What is left to cover, parted by the widest choice of parts in which it may be covered, narrowest first."""
        regions: list[tuple[list[int], Region]] = [([], self._join(left))]
        for at, may in enumerate(allowed):
            parted: list[tuple[list[int], Region]] = []
            for chosen, region in regions:
                inside, outside = self._regions.both(region, may), self._regions.without(region, may)
                parted += [([*chosen, at], inside)] if inside != NOWHERE else []
                parted += [(chosen, outside)] if outside != NOWHERE else []
            regions = parted
        return sorted(regions, key=lambda each: len(each[0]))

    def _join(self, parts: Iterable[Region]) -> Region:
        joined = NOWHERE
        for part in parts:
            joined = self._regions.either(joined, part)
        return joined

    def _meet(self, parts: Iterable[Region]) -> Region:
        met = EVERYWHERE
        for part in parts:
            met = self._regions.both(met, part)
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

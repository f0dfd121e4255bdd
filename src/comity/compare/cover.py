"""Few conditions for a region: irredundant covers by cubes. This module knows nothing of law.

A cube says, of some variables, in which of their cells they are; it holds where all of that is so. The cover follows
Minato and Morreale ("Fast generation of prime-irredundant covers from binary decision diagrams", 1993), taken to
variables of many cells: at each variable, what no wider choice of its cells can hold is covered first, and every
region is covered only so far as wider cubes have not covered it yet. Its cubes are then widened, with further phrases
that say in one literal what takes several of the variables.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice

import msgspec

from comity.compare.points import NO, YES, Literal, Points
from comity.compare.regions import EVERYWHERE, NOWHERE, Region, Regions
from comity.diagram import Diagrams, Node

Cube = tuple[Literal, ...]
"""Literals on different variables, in the order of the variables. The empty cube holds everywhere."""


MOST_TRIED = 8
"""So many points of a cube are tried to prove that a cover is of the fewest."""


class Factored(msgspec.Struct, frozen=True):
    """Cubes with what they share written once: true where all literals of `all` are and, if there are any, one of
    `any`. With no cube there is no such form."""

    all: Cube
    any: tuple[Factored, ...] = ()

    def literals(self) -> list[Literal]:
        """Every literal written, as often as it is written."""
        return [*self.all, *(literal for each in self.any for literal in each.literals())]


class TooMany(Exception):
    """A cover takes more cubes than are wanted."""


class Covers:
    """Covers in one family of regions, by cubes over its variables, or over those and further phrases.

    A further phrase is a variable that turns on the others: `further` gives, by its number, the region where it is so.
    `possible` is the region in which assignments count; `weight` says how long literals are to read.
    """

    def __init__(
        self,
        regions: Regions,
        possible: Region = EVERYWHERE,
        further: Mapping[int, Region] | None = None,
        weight: Callable[[Iterable[Literal]], int] = lambda literals: len(list(literals)),
    ) -> None:
        self._regions = regions
        self._possible = possible
        self._weight = weight
        self._yes = dict(further or {})
        self._no = {number: regions.without(EVERYWHERE, region) for number, region in self._yes.items()}
        self._support = {variable: frozenset({variable}) for variable in range(len(regions.sizes))}
        self._support |= {number: regions.support(region) for number, region in self._yes.items()}
        self._widest = sorted(self._yes, key=lambda number: (weight([(number, YES)]), -len(self._support[number])))
        self._points = Points(regions, self._yes)
        self._regions_held: dict[Cube, Region] = {}
        self._most: int | None = None
        self._found: dict[tuple[Region, Region], tuple[list[Cube], Region]] = {}

    def cover(self, must: Region, may: Region, most: int | None = None) -> list[Cube]:
        """Cubes over the variables that together hold all of `must` and nothing outside `may`, a wider region.

        Raises TooMany where it finds that more than `most` are needed its way.
        """
        self._most = most
        return self._cover(must, may)[0]

    def shortened(self, cubes: Sequence[Cube], must: Region, may: Region, most: int | None = None) -> list[Cube]:
        """A cover by wider cubes, of which neither a cube nor a literal can be left out.

        Raises TooMany where it finds that more than `most` are needed its way.
        """
        found: list[Cube] = []
        for cube in cubes:
            if self._holds_alone(cube, must, found):
                found.append(self._widened(cube, must, may))
                if most is not None and len(found) > most:
                    raise TooMany
        return self._needed(found, must)

    def fewest(self, cubes: Sequence[Cube], must: Region, may: Region) -> bool:
        """Whether it is proved that no cover takes fewer cubes: because each holds a point of its own, of which no two
        lie in any one cube that stays within `may`. (Where it is not proved, it may be so all the same.)"""
        points = self._points
        held = [points.among(cube) & points.within(must) for cube in cubes]
        once = often = 0
        for each in held:
            once, often = once | each, often | once & each
        chosen: list[int] = []
        for own in sorted((each & ~often for each in held), key=int.bit_count):
            for point in islice(_bits(own), MOST_TRIED):
                if all(self._meets(points.around(point | other), EVERYWHERE, may) for other in chosen):
                    chosen.append(point)
                    break
            else:
                return False
        return True

    def region(self, cube: Cube) -> Region:
        """Where the cube holds."""
        if cube not in self._regions_held:
            region, further = EVERYWHERE, EVERYWHERE
            for number, mask in sorted(cube, reverse=True):
                if number in self._yes:
                    further = self._regions.both(further, self._where(number, mask))
                else:
                    region = self._regions.within(number, mask, region)
            self._regions_held[cube] = self._regions.both(region, further)
        return self._regions_held[cube]

    def enclosing(self, must: Region) -> Cube:
        """A cube that holds a region which is not empty, and of what is possible no more than any such cube must."""
        found: list[Literal] = []
        for variable, full in enumerate(self._regions.full):
            mask = sum(1 << cell for cell in range(full.bit_length()) if self._meets([(variable, 1 << cell)], must))
            found += [(variable, mask)] if mask != full else []
        for number in self._yes:
            found += [(number, mask) for mask in (YES, NO) if not self._meets([(number, YES ^ NO ^ mask)], must)]
        order = sorted(found, key=lambda literal: (literal[0] in self._yes, -self._weight([literal])))
        for literal in order:
            others = [other for other in found if other != literal]
            if not self._meets([*others, self._contrary(literal)], self._possible):
                found = others
        return tuple(found)

    def _where(self, number: int, mask: int) -> Region:
        """Where a further phrase is so, or not."""
        return self._yes[number] if mask == YES else self._no[number]

    def _contrary(self, literal: Literal) -> Literal:
        number, mask = literal
        return number, (YES | NO if number in self._yes else self._regions.full[number]) & ~mask

    def _meets(self, cube: Sequence[Literal], region: Region, other: Region = NOWHERE) -> bool:
        """Whether the cube holds a point of a region that lies outside the other. All such points are possible."""
        points = self._points
        among = points.among(cube)
        if among and region != self._possible:
            among &= points.within(region)
        return bool(among and among & ~points.within(other)) or self._finds(cube, region, other)

    def _finds(self, cube: Sequence[Literal], region: Region, other: Region) -> bool:
        """The same by a search; what is found is remembered."""
        own: dict[int, int] = {}
        for number, mask in cube:
            if number in self._yes:
                region = self._regions.both(region, self._where(number, mask))
            else:
                own[number] = mask
        found = self._regions.point(region, other, own)
        if found is not None:
            self._points.add(found)
        return found is not None

    def _holds_alone(self, cube: Cube, must: Region, *others: Sequence[Cube]) -> bool:
        """Whether the cube holds a point of a region that none of the others holds."""
        points = self._points
        alone = points.among(cube) & points.within(must)
        for other in chain(*others):
            if not alone:
                break
            alone &= ~points.among(other)
        return bool(alone) or self._finds(cube, must, self._join(self._join(map(self.region, each)) for each in others))

    def _widened(self, cube: Cube, must: Region, may: Region) -> Cube:
        """The cube without the literals that it can do without, some for a further phrase that holds more."""
        cube = self._spared(cube, cube, may)
        inside, beyond = self._around(cube, may)
        for number in self._widest:
            narrower = [literal for literal in cube if not self._support[literal[0]].isdisjoint(self._support[number])]
            for told in ((number, YES), (number, NO)) if narrower else ():
                so = self._points.among([told])
                if inside & ~so or all(beyond[literal] & so for literal in narrower):
                    continue
                if self._meets((*cube, self._contrary(told)), self._possible):
                    continue
                widest = (*(literal for literal in cube if literal not in narrower), told)
                if self._weight([told]) >= self._weight(narrower) and not self._holds_more(widest, cube, must):
                    continue
                wider = self._spared((*cube, told), narrower, may)
                if len(wider) <= len(cube) and (
                    self._weight(wider) < self._weight(cube) or self._holds_more(wider, cube, must)
                ):
                    cube = wider
                    inside, beyond = self._around(cube, may)
                    break
        return tuple(sorted(self._spared(cube, cube, may)))

    def _around(self, cube: Cube, may: Region) -> tuple[int, dict[Literal, int]]:
        """Of the points met, those in the cube; and, for each literal, those outside `may` that would be without it."""
        points = self._points
        outside = ~points.within(may)
        return points.among(cube), {
            literal: points.among(other for other in cube if other != literal) & outside for literal in cube
        }

    def _holds_more(self, wider: Cube, cube: Cube, must: Region) -> bool:
        """Whether the wider cube holds more of a region."""
        return any(self._meets((*wider, self._contrary(literal)), must) for literal in cube if literal not in wider)

    def _spared(self, cube: Cube, literals: Sequence[Literal], may: Region) -> Cube:
        """The cube without those of the literals that it can do without: outside `may` all is possible."""
        for literal in reversed(literals):
            wider = tuple(other for other in cube if other != literal)
            if not self._meets(wider, EVERYWHERE, may):
                cube = wider
        return cube

    def _needed(self, cubes: Sequence[Cube], must: Region) -> list[Cube]:
        """The cubes without those that the others make needless, long ones tried first."""
        left = sorted(dict.fromkeys(cubes), key=self._weight, reverse=True)[::-1]
        kept: list[Cube] = []
        while left:
            cube = left.pop()
            if self._holds_alone(cube, must, left, kept):
                kept.append(cube)
        return kept[::-1]

    def _cover(self, must: Region, may: Region) -> tuple[list[Cube], Region]:
        """The cubes, and the region that they hold."""
        if must == NOWHERE:
            return [], NOWHERE
        if may == EVERYWHERE:
            return [()], EVERYWHERE
        found = self._found.get((must, may))
        if found is None:
            found = self._found[must, may] = self._cover_at(must, may)
        if self._most is not None and len(found[0]) > self._most:
            raise TooMany
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


def _bits(mask: int) -> Iterator[int]:
    """The bits of a mask, each alone."""
    while mask:
        yield mask & -mask
        mask &= mask - 1


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


def count(diagrams: Diagrams, node: Node) -> int:
    """How many assignments of cells to variables lie in the region."""
    below = [1]
    for mask in reversed(diagrams.full):
        below.append(below[-1] * mask.bit_length())
    below.reverse()
    memo: dict[Node, int] = {}

    def within(here: Node) -> int:
        """The assignments of the variable that is asked here and of all after it."""
        if diagrams.is_leaf(here):
            return int(bool(diagrams.value(here)))
        found = memo.get(here)
        if found is None:
            after = below[diagrams.variable(here) + 1]
            found = memo[here] = sum(
                mask.bit_count() * within(child) * after // below[diagrams.variable(child)]
                for mask, child in diagrams.edges(here)
            )
        return found

    return within(node) * below[0] // below[diagrams.variable(node)]

"""Regions: sets of assignments of cells to variables of few cells, and what they have in common. No law in here.

A region is a reduced ordered decision diagram with the leaves "outside" and "inside", like those of `comity.diagram`.
There a variable may have thousands of cells, and an edge takes many of them. Here nearly every variable is a yes or no:
a node has one child for each cell, and what two regions have in common is found several times as fast.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

Region = int
Pair = tuple[Region, Region]
Memo = dict[Pair, Region]

NOWHERE: Region = 0
EVERYWHERE: Region = 1
EVERY_CELL: Mapping[int, int] = {}
"""A cube that leaves every variable any cell."""


class Regions:
    """A family of regions over one ordered list of variables. `sizes` gives the number of cells of each, in order.

    Two regions are equal exactly when their numbers are.
    """

    def __init__(self, sizes: Sequence[int]) -> None:
        self.sizes = tuple(sizes)
        self.full = [(1 << size) - 1 for size in sizes]
        depth = len(sizes)
        self._variable = [depth, depth]
        self._children: list[tuple[Region, ...]] = [(), ()]
        self._index: list[dict[tuple[Region, ...], Region]] = [{} for _ in sizes]
        self._both: Memo = {}
        self._either: Memo = {}
        self._without: Memo = {}

    def variable(self, region: Region) -> int:
        """The first variable on which a region turns; the number of variables where it turns on none."""
        return self._variable[region]

    def children(self, region: Region) -> tuple[Region, ...]:
        """What of the region is left in each cell of its first variable."""
        return self._children[region]

    def split(self, region: Region, variable: int) -> tuple[Region, ...]:
        """What of the region is left in each cell of a variable before which it turns on none."""
        return self._children[region] if self._variable[region] == variable else (region,) * self.sizes[variable]

    def node(self, variable: int, children: tuple[Region, ...]) -> Region:
        """The region that is each child in its cell of the variable, which stands before all variables of these."""
        first = children[0]
        if children.count(first) == len(children):
            return first
        index = self._index[variable]
        found = index.get(children)
        if found is None:
            found = index[children] = len(self._variable)
            self._variable.append(variable)
            self._children.append(children)
        return found

    def test(self, variable: int, mask: int) -> Region:
        """Where the variable is in one of the cells of the mask."""
        return self.within(variable, mask, EVERYWHERE)

    def within(self, variable: int, mask: int, region: Region) -> Region:
        """So far as the variable is in one of the cells of the mask, the region, which turns on later ones only."""
        return self.node(variable, tuple(region if mask >> cell & 1 else 0 for cell in range(self.sizes[variable])))

    def both(self, one: Region, other: Region) -> Region:
        if one == other:
            return one
        if one > other:
            one, other = other, one
        if one < 2:
            return other if one else 0
        found = self._both.get((one, other))
        if found is None:
            found = self._both[one, other] = self._by_cells(self.both, one, other)
        return found

    def either(self, one: Region, other: Region) -> Region:
        if one == other:
            return one
        if one > other:
            one, other = other, one
        if one < 2:
            return 1 if one else other
        found = self._either.get((one, other))
        if found is None:
            found = self._either[one, other] = self._by_cells(self.either, one, other)
        return found

    def _by_cells(self, operation: Callable[[Region, Region], Region], one: Region, other: Region) -> Region:
        """An operation on two regions, cell by cell of the first variable that one of them asks."""
        top, second = self._variable[one], self._variable[other]
        if top == second:
            ones, others = self._children[one], self._children[other]
        elif top < second:
            ones = self._children[one]
            others = (other,) * len(ones)
        else:
            top, others = second, self._children[other]
            ones = (one,) * len(others)
        if len(ones) == 2:
            return self.node(top, (operation(ones[0], others[0]), operation(ones[1], others[1])))
        return self.node(top, tuple([operation(*pair) for pair in zip(ones, others, strict=True)]))

    def without(self, one: Region, other: Region) -> Region:
        """The first, so far as it lies outside the second."""
        if one == other or not one or other == 1:
            return 0
        if not other:
            return one
        found = self._without.get((one, other))
        if found is None:
            found = self._without[one, other] = self._by_cells(self.without, one, other)
        return found

    def given(self, region: Region, cells: Mapping[int, int]) -> Region:
        """What of the region is left where each variable of `cells` is in the cell of that number."""
        memo: dict[Region, Region] = {}

        def visit(here: Region) -> Region:
            if here < 2:
                return here
            found = memo.get(here)
            if found is None:
                top, children = self._variable[here], self._children[here]
                cell = cells.get(top)
                found = memo[here] = (
                    self.node(top, tuple(map(visit, children))) if cell is None else visit(children[cell])
                )
            return found

        return visit(region)

    def parted(self, region: Region, points: int, in_cell: Sequence[Sequence[int]]) -> int:
        """Those of some points that lie in the region: masks of points, as are those in each cell of each variable."""
        variable, children = self._variable, self._children

        def visit(here: Region, points: int) -> int:
            if here < 2:
                return points if here else 0
            found = 0
            for inside, child in zip(in_cell[variable[here]], children[here], strict=True):
                left = points & inside
                if left and child:
                    found |= visit(child, left)
            return found

        return visit(region, points)

    def point(
        self, one: Region, other: Region = NOWHERE, cube: Mapping[int, int] = EVERY_CELL
    ) -> dict[int, int] | None:
        """The cells of a point of the first region that lies outside the second and in a cube (masks of the cells of
        some variables), so far as they matter; None if there is none."""
        if not one or one == other or other == 1:
            return None
        variable, children = self._variable, self._children
        came: dict[Pair, tuple[Pair, int]] = {}
        pending: list[Pair] = [(one, other)]
        while pending:
            here, there = pair = pending.pop()
            top, second = variable[here], variable[there]
            if top == second:
                if top == len(self.sizes):
                    return self._way((one, other), came, cube)
                ones, others = children[here], children[there]
            elif top < second:
                ones = children[here]
                others = (there,) * len(ones)
            else:
                top, others = second, children[there]
                ones = (here,) * len(others)
            mask = cube.get(top, -1)
            for cell, child in enumerate(ones):
                opposite = others[cell]
                if child and child != opposite and opposite != 1 and mask >> cell & 1:
                    below = child, opposite
                    if below not in came:
                        came[below] = pair, cell
                        pending.append(below)
        return None

    def _way(self, start: Pair, came: Mapping[Pair, tuple[Pair, int]], cube: Mapping[int, int]) -> dict[int, int]:
        """The cells by which a search came from its start to a point; in the cube's own, any of them, where it asked
        nothing."""
        cells = {at: (mask & -mask).bit_length() - 1 for at, mask in cube.items()}
        pair = EVERYWHERE, NOWHERE
        while pair != start:
            pair, cell = came[pair]
            cells[min(self._variable[pair[0]], self._variable[pair[1]])] = cell
        return cells

    def support(self, region: Region) -> frozenset[int]:
        """The variables on which the region turns."""
        return frozenset(self._variable[here] for here in self._nodes(region)) - {len(self.sizes)}

    def extent(self, region: Region) -> int:
        """How many nodes it takes to write the region, leaves included."""
        return len(self._nodes(region))

    def _nodes(self, region: Region) -> set[Region]:
        seen = {region}
        pending = [region]
        while pending:
            fresh = set(self._children[pending.pop()]) - seen
            seen |= fresh
            pending += fresh
        return seen

"""Regions: sets of assignments of cells to variables of few cells, and what they have in common. No law in here.

A region is a reduced ordered decision diagram with the leaves "outside" and "inside", like those of `comity.diagram`.
There a variable may have thousands of cells, and an edge takes many of them. Here nearly every variable is a yes or no:
a node has one child for each cell, and what two regions have in common is found several times as fast.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

Region = int
Memo = dict[tuple[Region, Region], Region]

NOWHERE: Region = 0
EVERYWHERE: Region = 1


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
            return self.node(top, tuple(map(operation, self._children[one], self._children[other])))
        if top < second:
            return self.node(top, tuple([operation(child, other) for child in self._children[one]]))
        return self.node(second, tuple([operation(one, child) for child in self._children[other]]))

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

    def holds(self, region: Region, cells: Sequence[int]) -> bool:
        """Whether the point with these cells, one for each variable, lies in the region."""
        variable, children = self._variable, self._children
        while region > 1:
            region = children[region][cells[variable[region]]]
        return region == EVERYWHERE

    def point_of(self, cube: Mapping[int, int], region: Region, leaf: Region) -> dict[int, int] | None:
        """The cells of a point that lies in the cube (masks of the cells of some variables) and, as the leaf says, in
        the region or outside it, so far as they matter; None if there is none."""
        variable, all_children = self._variable, self._children
        refuted = {1 - leaf}

        def visit(here: Region) -> dict[int, int] | None:
            if here == leaf:
                return {}
            mask = cube.get(variable[here], -1)
            for cell, child in enumerate(all_children[here]):
                if mask >> cell & 1 and child not in refuted:
                    found = visit(child)
                    if found is not None:
                        found[variable[here]] = cell
                        return found
            refuted.add(here)
            return None

        if region in refuted:
            return None
        found = visit(region)
        if found is not None:
            for at, mask in cube.items():
                found.setdefault(at, (mask & -mask).bit_length() - 1)
        return found

    def point_outside(self, one: Region, other: Region) -> dict[int, int] | None:
        """The cells of a point of the first that lies outside the second, so far as they matter; None if none does."""
        variable, all_children = self._variable, self._children
        refuted: set[tuple[Region, Region]] = set()

        def visit(here: Region, there: Region) -> dict[int, int] | None:
            top, second = variable[here], variable[there]
            if top == second:
                if top == len(self.sizes):
                    return {}
                ones, others = all_children[here], all_children[there]
            elif top < second:
                ones = all_children[here]
                others = (there,) * len(ones)
            else:
                top, others = second, all_children[there]
                ones = (here,) * len(others)
            for cell, child in enumerate(ones):
                opposite = others[cell]
                if child and child != opposite and opposite != 1 and (child, opposite) not in refuted:
                    found = visit(child, opposite)
                    if found is not None:
                        found[top] = cell
                        return found
            refuted.add((here, there))
            return None

        return None if not one or one == other or other == 1 else visit(one, other)

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

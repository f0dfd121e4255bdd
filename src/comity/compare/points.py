"""Points of a family of regions that were met while looking: most false guesses are refuted by one of them at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from comity.compare.regions import Region, Regions

Literal = tuple[int, int]
"""A variable and the mask of the cells in which it is."""
YES, NO = 0b10, 0b01
"""The masks of a variable that is a yes or no."""


class Points:
    """Assignments of a cell to each variable. Which of them lie in a region is a mask, kept and brought up to date.

    `further` gives, by its number, the region in which a further yes or no is so.
    """

    def __init__(self, regions: Regions, further: Mapping[int, Region]) -> None:
        self._regions = regions
        self._further = further
        self._count = 0
        self._in_cell = [[0] * size for size in regions.sizes]
        self._within: dict[Region, tuple[int, int]] = {}

    def add(self, cells: Mapping[int, int]) -> None:
        """A point with these cells; any will do for the other variables."""
        bit = 1 << self._count
        for variable, in_cell in enumerate(self._in_cell):
            in_cell[cells.get(variable, 0)] |= bit
        self._count += 1

    def within(self, region: Region) -> int:
        """The mask of the points that lie in the region."""
        seen, mask = self._within.get(region, (0, 0))
        if seen < self._count:
            fresh = (1 << self._count) - (1 << seen)
            mask |= self._regions.parted(region, fresh, self._in_cell)
            self._within[region] = self._count, mask
        return mask

    def among(self, cube: Iterable[Literal]) -> int:
        """The mask of the points that a cube holds."""
        mask = (1 << self._count) - 1
        for variable, cells in cube:
            if variable in self._further:
                inside = self.within(self._further[variable])
                mask &= inside if cells == YES else ~inside
            else:
                here = 0
                for cell, points in enumerate(self._in_cell[variable]):
                    if cells >> cell & 1:
                        here |= points
                mask &= here
            if not mask:
                break
        return mask

    def around(self, points: int) -> list[Literal]:
        """What all points of a mask have in common: the literals of the narrowest cube that holds them."""
        found: list[Literal] = []
        for variable, in_cell in enumerate(self._in_cell):
            met = sum(1 << cell for cell, those in enumerate(in_cell) if those & points)
            found += [(variable, met)] if met != (1 << len(in_cell)) - 1 else []
        for number, region in self._further.items():
            inside = self.within(region) & points
            found += [(number, YES if inside else NO)] if inside in (0, points) else []
        return found

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
        self._points: list[list[int]] = []
        self._within: dict[Region, tuple[int, int]] = {}
        self._holding: dict[Literal, tuple[int, int]] = {}

    def add(self, cells: Mapping[int, int]) -> None:
        """A point with these cells; any will do for the other variables."""
        self._points.append([cells.get(variable, 0) for variable in range(len(self._regions.sizes))])

    def within(self, region: Region) -> int:
        """The mask of the points that lie in the region."""
        seen, mask = self._within.get(region, (0, 0))
        if seen < len(self._points):
            for number in range(seen, len(self._points)):
                mask |= self._regions.holds(region, self._points[number]) << number
            self._within[region] = len(self._points), mask
        return mask

    def among(self, cube: Iterable[Literal]) -> int:
        """The mask of the points that a cube holds."""
        mask = (1 << len(self._points)) - 1
        for literal in cube:
            mask &= self._of(literal)
        return mask

    def _of(self, literal: Literal) -> int:
        variable, cells = literal
        if variable in self._further:
            inside = self.within(self._further[variable])
            return inside if cells == YES else ((1 << len(self._points)) - 1) & ~inside
        seen, mask = self._holding.get(literal, (0, 0))
        if seen < len(self._points):
            for number in range(seen, len(self._points)):
                mask |= (cells >> self._points[number][variable] & 1) << number
            self._holding[literal] = len(self._points), mask
        return mask

"""Regions: one number each, and what two of them have in common, point by point."""

from __future__ import annotations

from itertools import product
from random import Random

import pytest

from comity.compare.regions import EVERYWHERE, NOWHERE, Region, Regions

SIZES = [2, 3, 2, 4, 2]
POINTS = list(product(*(range(size) for size in SIZES)))
Point = tuple[int, ...]


def region_of(regions: Regions, points: set[Point]) -> Region:
    joined = NOWHERE
    for point in points:
        here = EVERYWHERE
        for variable in reversed(range(len(SIZES))):
            here = regions.within(variable, 1 << point[variable], here)
        joined = regions.either(joined, here)
    return joined


def points_of(regions: Regions, region: Region) -> set[Point]:
    def holds(point: Point) -> bool:
        here = region
        while here not in (NOWHERE, EVERYWHERE):
            here = regions.children(here)[point[regions.variable(here)]]
        return here == EVERYWHERE

    return {point for point in POINTS if holds(point)}


@pytest.mark.parametrize("seed", range(40))
def test_regions_are_joined_met_and_parted_as_their_points_are(seed: int) -> None:
    chance = Random(seed)
    regions = Regions(SIZES)
    one, other = (set(chance.sample(POINTS, chance.randrange(len(POINTS) + 1))) for _ in range(2))
    first, second = region_of(regions, one), region_of(regions, other)
    assert points_of(regions, first) == one
    for found, points in (
        (regions.both(first, second), one & other),
        (regions.either(first, second), one | other),
        (regions.without(first, second), one - other),
    ):
        assert points_of(regions, found) == points
        assert found == region_of(regions, points), "equal regions have one number"


def test_a_region_is_nowhere_or_everywhere_where_it_is_so() -> None:
    regions = Regions(SIZES)
    assert region_of(regions, set()) == NOWHERE
    assert region_of(regions, set(POINTS)) == EVERYWHERE
    assert regions.either(regions.test(1, 0b011), regions.test(1, 0b100)) == EVERYWHERE


def test_what_asks_no_variable_twice_takes_few_nodes() -> None:
    """Two tests of different variables: a node for each, and the two leaves."""
    regions = Regions(SIZES)
    assert regions.extent(regions.both(regions.test(0, 0b01), regions.test(3, 0b0110))) == 4


@pytest.mark.parametrize("seed", range(20))
def test_a_point_is_found_wherever_there_is_one(seed: int) -> None:
    chance = Random(seed)
    regions = Regions(SIZES)
    one, other = (set(chance.sample(POINTS, chance.choice([3, 40, 90]))) for _ in range(2))
    first, second = region_of(regions, one), region_of(regions, other)
    cells = regions.point(first, second)
    completed = completions(cells)
    assert completed <= one - other
    assert bool(completed) == bool(one - other)
    cube = {1: 0b011, 3: 0b0110}
    within = {point for point in POINTS if all(mask >> point[at] & 1 for at, mask in cube.items())}
    for region, outside, points in ((first, NOWHERE, within & one), (EVERYWHERE, first, within - one)):
        completed = completions(regions.point(region, outside, cube))
        assert completed <= points
        assert bool(completed) == bool(points)
    assert points_of(regions, regions.given(first, {1: 2})) == {
        point for point in POINTS if (point[0], 2, *point[2:]) in one
    }


def completions(cells: dict[int, int] | None) -> set[Point]:
    """The points with these cells, whatever the others are."""
    if cells is None:
        return set()
    return {point for point in POINTS if all(point[at] == cell for at, cell in cells.items())}

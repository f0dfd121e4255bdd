"""Covers by cubes: exact, none to spare, and shared literals written once."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from random import Random

import pytest

from comity.compare.cover import Covers, Cube, Factored, factored, share
from comity.compare.regions import NOWHERE, Regions
from comity.diagram import Diagrams, all_of, any_of

SIZES = [2, 3, 2, 4]


def cube_of(point: tuple[int, ...]) -> Cube:
    return tuple((variable, 1 << cell) for variable, cell in enumerate(point))


def holds(cube: Cube, cells: tuple[int, ...]) -> bool:
    return all(mask >> cells[variable] & 1 for variable, mask in cube)


def written(form: Factored, cells: tuple[int, ...]) -> bool:
    return holds(form.all, cells) and (not form.any or any(written(each, cells) for each in form.any))


@pytest.mark.parametrize("seed", range(60))
def test_a_cover_holds_all_that_it_must_and_nothing_that_it_may_not(seed: int) -> None:
    chance = Random(seed)
    regions = Regions(SIZES)
    covers = Covers(regions)
    points = list(product(*(range(size) for size in SIZES)))
    kinds = {point: chance.choice(["must", "may", "not"]) for point in points}

    def region(*wanted: str) -> int:
        joined = NOWHERE
        for point, kind in kinds.items():
            if kind in wanted:
                joined = regions.either(joined, covers.region(cube_of(point)))
        return joined

    must, may = region("must"), region("must", "may")
    cubes = covers.pruned(covers.cover(must, may), must, may)
    held = {point: [cube for cube in cubes if holds(cube, point)] for point in points}
    assert all(bool(held[point]) for point, kind in kinds.items() if kind == "must")
    assert not any(held[point] for point, kind in kinds.items() if kind == "not")
    for cube in cubes:
        assert any(held[point] == [cube] for point, kind in kinds.items() if kind == "must"), "a cube to spare"
    form = factored(cubes)
    assert all(written(form, point) == bool(held[point]) for point in points)
    assert all(holds(covers.enclosing(cubes), point) for point in points if held[point])


def test_the_share_of_a_region_counts_its_points() -> None:
    chance = Random(3)
    diagrams = Diagrams(SIZES)
    points = list(product(*(range(size) for size in SIZES)))
    chosen = chance.sample(points, 17)
    parts = [
        diagrams.combine(all_of, *(diagrams.test(variable, 1 << cell) for variable, cell in enumerate(point)))
        for point in chosen
    ]
    assert share(diagrams, diagrams.combine(any_of, *parts)) == Fraction(17, len(points))


def test_what_cubes_share_is_written_once() -> None:
    form = factored([((0, 1), (1, 1)), ((0, 1), (2, 1), (3, 2)), ((0, 1), (2, 1), (3, 4))])
    assert form == Factored(
        ((0, 1),), (Factored(((2, 1),), (Factored(((3, 2),)), Factored(((3, 4),)))), Factored(((1, 1),)))
    )


def test_a_wide_choice_of_cells_is_one_literal() -> None:
    """In any cell of the second variable but one: one cube, not two."""
    regions = Regions([2, 3])
    covers = Covers(regions)
    region = regions.either(covers.region(((1, 0b001),)), covers.region(((1, 0b100),)))
    assert covers.cover(region, region) == [((1, 0b101),)]

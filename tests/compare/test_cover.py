"""Covers by cubes: exact, none to spare, in the fewest words found, and shared literals written once."""

from __future__ import annotations

from itertools import combinations, product
from random import Random

import pytest

from comity.compare.cover import Covers, Cube, Factored, TooMany, count, factored
from comity.compare.regions import NOWHERE, Regions
from comity.diagram import Diagrams
from comity.truths import all_of, any_of

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
    cubes = covers.shortened(covers.cover(must, may), must, may)
    held = {point: [cube for cube in cubes if holds(cube, point)] for point in points}
    assert all(bool(held[point]) for point, kind in kinds.items() if kind == "must")
    assert not any(held[point] for point, kind in kinds.items() if kind == "not")
    for cube in cubes:
        assert any(held[point] == [cube] for point, kind in kinds.items() if kind == "must"), "a cube to spare"
    form = factored(cubes)
    assert all(written(form, point) == bool(held[point]) for point in points)
    around = covers.enclosing(must)
    for variable, size in enumerate(SIZES):
        mask = dict(around).get(variable, (1 << size) - 1)
        met = {point[variable] for point, kind in kinds.items() if kind == "must"}
        assert {cell for cell in range(size) if mask >> cell & 1} == met, "the narrowest"


def test_the_points_of_a_region_are_counted() -> None:
    chance = Random(3)
    diagrams = Diagrams(SIZES)
    points = list(product(*(range(size) for size in SIZES)))
    chosen = chance.sample(points, 17)
    parts = [
        diagrams.combine(all_of, *(diagrams.test(variable, 1 << cell) for variable, cell in enumerate(point)))
        for point in chosen
    ]
    assert count(diagrams, diagrams.combine(any_of, *parts)) == 17


@pytest.mark.parametrize("seed", range(60))
def test_further_phrases_shorten_a_cover_and_leave_it_exact(seed: int) -> None:
    """Six yes-or-no variables, of which some combinations cannot be; and four phrases that turn on them."""
    chance = Random(seed)
    regions = Regions([2] * 6)
    points = list(product(range(2), repeat=6))
    possible = {point for point in points if point[0] <= point[1] or point[2]}
    told = {
        6: {point for point in points if point[0] or point[3]},
        7: {point for point in points if point[1] and not point[4]},
        8: {point for point in points if sum(point) > 2},
        9: {point for point in points if point[2] or point[4] or point[5]},
    }

    def region(wanted: set[tuple[int, ...]]) -> int:
        joined = NOWHERE
        for point in wanted:
            joined = regions.either(joined, Covers(regions).region(cube_of(point)))
        return joined

    further = {number: region(where) for number, where in told.items()}
    covers = Covers(regions, region(possible), further)
    first, second, third = (
        where if chance.random() < 0.5 else set(points) - where for where in chance.sample(list(told.values()), 3)
    )
    inside = possible & ((first & second) | third) & ({point for point in points if chance.random() < 0.8} | told[8])
    must, may = region(inside), region(inside | (set(points) - possible))
    cubes = covers.shortened(covers.cover(must, may), must, may)

    def holds_here(cube: Cube, point: tuple[int, ...]) -> bool:
        return all(mask >> (point[number] if number < 6 else point in told[number]) & 1 for number, mask in cube)

    assert {point for point in possible if any(holds_here(cube, point) for cube in cubes)} == inside
    for cube in cubes:
        others = [other for other in cubes if other != cube]
        assert any(not any(holds_here(other, point) for other in others) for point in inside), "a cube to spare"
        for literal in cube:
            wider = tuple(other for other in cube if other != literal)
            assert any(holds_here(wider, point) for point in possible - inside), "a literal to spare"
    if inside:
        around = covers.enclosing(must)
        assert all(holds_here(around, point) for point in inside)


def test_a_cover_proved_to_be_of_the_fewest_cubes_is() -> None:
    """Every choice of fewer among all cubes of four variables is tried."""
    points = list(product(range(2), repeat=4))
    cubes = [
        tuple((variable, mask) for variable, mask in enumerate(masks) if mask != 0b11)
        for masks in product((0b01, 0b10, 0b11), repeat=4)
    ]
    proved = 0
    for seed in range(60):
        chance = Random(seed)
        regions = Regions([2] * 4)
        covers = Covers(regions)
        inside = {point for point in points if chance.random() < 0.5}
        must = NOWHERE
        for point in inside:
            must = regions.either(must, covers.region(cube_of(point)))
        found = covers.shortened(covers.cover(must, must), must, must)
        if covers.fewest(found, must, must):
            proved += 1
            held = [{point for point in inside if holds(cube, point)} for cube in cubes]
            within = [each for cube, each in zip(cubes, held, strict=True) if len(each) == 2 ** (4 - len(cube))]
            widest = [each for each in within if not any(each < other for other in within)]
            fewer = combinations(widest, len(found) - 1)
            assert not any(set[tuple[int, ...]]().union(*chosen) == inside for chosen in fewer)
    assert 30 < proved < 60


def test_a_phrase_that_says_it_at_once_is_used() -> None:
    """Any of three papers, where a term has a name for that: one literal, not three cubes."""
    regions = Regions([2, 2, 2, 2])
    papers = Covers(regions)
    term = NOWHERE
    for at in range(3):
        term = regions.either(term, papers.region(((at, 0b10),)))
    region = regions.both(term, papers.region(((3, 0b10),)))
    covers = Covers(regions, further={4: term})
    assert covers.shortened(covers.cover(region, region), region, region) == [((3, 0b10), (4, 0b10))]


def test_a_cover_of_too_many_cubes_is_given_up() -> None:
    """Whether an odd number of four holds takes eight cubes."""
    regions = Regions([2] * 4)
    odd = NOWHERE
    for point in product(range(2), repeat=4):
        if sum(point) % 2:
            odd = regions.either(odd, Covers(regions).region(cube_of(point)))
    assert len(Covers(regions).cover(odd, odd, 8)) == 8
    with pytest.raises(TooMany):
        Covers(regions).cover(odd, odd, 7)


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

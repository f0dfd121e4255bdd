"""Decision diagrams of small functions, point by point."""

from __future__ import annotations

from itertools import product
from random import Random

import pytest

from comity.diagram import Diagrams, Node
from comity.truths import any_of

SIZES = [2, 3, 4]
POINTS = list(product(*(range(size) for size in SIZES)))


def diagram_of(diagrams: Diagrams, values: dict[tuple[int, ...], int]) -> Node:
    """The diagram that has each value at its point."""

    def below(point: tuple[int, ...]) -> Node:
        at = len(point)
        if at == len(SIZES):
            return diagrams.leaf(values[point])
        return diagrams.node(at, [(1 << cell, below((*point, cell))) for cell in range(SIZES[at])])

    return below(())


@pytest.mark.parametrize("seed", range(30))
def test_two_diagrams_meet_where_both_have_what_is_looked_for(seed: int) -> None:
    chance = Random(seed)
    diagrams = Diagrams(SIZES)
    one = {point: chance.choice([0, 1, 1, 1, 2]) if chance.random() < 0.3 else 0 for point in POINTS}
    other = {point: int(chance.random() < 0.2) for point in POINTS}
    expected = any(one[point] == 2 and other[point] for point in POINTS)
    assert diagrams.meet(2, diagram_of(diagrams, one), diagram_of(diagrams, other)) == expected


def test_nothing_meets_what_holds_nowhere() -> None:
    diagrams = Diagrams(SIZES)
    anywhere = diagrams.combine(any_of, diagrams.test(0, 0b01), diagrams.test(0, 0b10))
    assert diagrams.meet(1, anywhere, anywhere)
    assert not diagrams.meet(1, anywhere, diagrams.leaf(0))

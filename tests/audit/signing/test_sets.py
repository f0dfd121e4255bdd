"""Sets of places, as whole numbers and as arrays."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from comity.audit.signing.sets import (
    firsts,
    members_by_value,
    members_of,
    numbered,
    numbered_by_sets,
    numbered_with,
    set_of,
)

SIZE = 70
SETS = st.integers(0, (1 << SIZE) - 1)


@given(SETS)
def test_a_set_is_the_same_as_a_number_and_as_an_array(members: int) -> None:
    told = members_of(members, SIZE)
    assert [place for place in range(SIZE) if members >> place & 1] == np.flatnonzero(told).tolist()
    assert set_of(told) == members


@given(st.lists(SETS, max_size=140))
def test_places_have_one_number_just_if_the_same_sets_hold_them(sets: list[int]) -> None:
    numbers = numbered_by_sets(sets, SIZE).tolist()
    holding = [tuple(members >> place & 1 for members in sets) for place in range(SIZE)]
    assert len(set(numbers)) == len(set(holding)) == len(set(zip(numbers, holding, strict=True)))
    assert set(numbers) == set(range(len(set(numbers))))
    with_things, things = numbered_with(list(enumerate(sets)), SIZE)
    for place in range(SIZE):
        assert things[with_things[place]] == tuple(n for n, members in enumerate(sets) if members >> place & 1)


@given(st.lists(st.tuples(st.integers(-5, 5), st.integers(0, 2**61), st.integers(-3, 2**60), st.integers(0, 1))))
def test_lines_have_one_number_just_if_their_cells_are_equal(lines: list[tuple[int, int]]) -> None:
    columns = [np.array(column, dtype=np.int64) for column in zip(*lines, strict=True)]
    numbers = numbered(columns, len(lines))
    assert set(numbers.tolist()) == set(range(len(set(lines))))
    assert len(set(zip(numbers.tolist(), lines, strict=True))) == len(set(lines)) == len(set(numbers.tolist()))
    assert all(numbers[at] not in numbers[:at] for at in firsts(numbers).tolist())


def test_members_by_value_are_the_places_that_hold_it() -> None:
    assert members_by_value(np.array([4, -1, 4])) == {4: 0b101, -1: 0b010}

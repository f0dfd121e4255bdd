"""Sets of numbered things: whole numbers with a bit for each member, for diagrams; and arrays, to part and to group."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]
Thing = TypeVar("Thing")

Parted = tuple[Numbers, list[tuple[Thing, ...]]]
"""A number for each of some places, and by number what holds of the places."""

_TOGETHER = 62
"""Columns of bits that are put into one number of 64 bits."""

_MOST = 1 << 62
"""What one number of 64 bits tells apart, with room to spare."""


def listed(numbers: Iterable[int | None]) -> Numbers:
    """Whole numbers that are not negative, as an array: -1 where there is none."""
    return np.array([-1 if number is None else number for number in numbers], dtype=np.int64)


def members_by_value(values: Numbers) -> dict[int, int]:
    """For each value, the set of the places that hold it."""
    return {int(value): set_of(values == value) for value in np.unique(values)}


def set_of(chosen: NDArray[np.bool_]) -> int:
    """The set of the places that are true."""
    return int.from_bytes(np.packbits(chosen, bitorder="little").tobytes(), "little")


def members_of(members: int, size: int) -> NDArray[np.bool_]:
    """For each of `size` places, whether it is in the set."""
    content = np.frombuffer(members.to_bytes(-(-size // 8), "little"), dtype=np.uint8)
    return np.unpackbits(content, count=size, bitorder="little").astype(bool)


def numbered_by_sets(sets: Sequence[int], size: int) -> Numbers:
    """A number for each of `size` places: equal for two just if the same of the sets hold them."""
    everything = (1 << size) - 1
    telling = [members for members in dict.fromkeys(sets) if members not in (0, everything)]
    columns: list[Numbers] = []
    for start in range(0, len(telling), _TOGETHER):
        column = np.zeros(size, dtype=np.int64)
        for place, members in enumerate(telling[start : start + _TOGETHER]):
            column |= members_of(members, size).astype(np.int64) << place
        columns.append(column)
    return numbered(columns, size)


def numbered(columns: Sequence[Numbers], size: int) -> Numbers:
    """A number from 0 for each of `size` lines: equal for two lines just if they are equal in every column."""
    found, span = np.zeros(size, dtype=np.int64), 1
    for column in columns if size else ():
        least, own = int(column.min()), int(column.max()) - int(column.min()) + 1
        if span * own > _MOST:
            found, span = _without_gaps(found, span)
        if span * own > _MOST:
            column, own = _without_gaps(column - least, own)
            least = 0
        found, span = found * own + (column - least), span * own
    return _without_gaps(found, span)[0]


def _without_gaps(numbers: Numbers, span: int) -> tuple[Numbers, int]:
    """Numbers from 0, all less than `span`, as equal ones from 0 of which each stands somewhere; and how many."""
    if span <= 4 * len(numbers):
        present = np.zeros(span, dtype=np.int64)
        present[numbers] = 1
        return (np.cumsum(present) - 1)[numbers], int(present.sum())
    values, found = np.unique(numbers, return_inverse=True)
    return found.astype(np.int64), len(values)


def firsts(numbers: Numbers) -> Numbers:
    """For numbers from 0 without a gap: the first place of each."""
    return first_places(numbers, int(numbers.max(initial=-1)) + 1)


def first_places(numbers: Numbers, size: int) -> Numbers:
    """For each number from 0 to `size`, that left out, its first place among these; their count for one not there."""
    found = np.full(size, len(numbers), dtype=np.int64)
    # Of places with equal numbers, the one that is set last stays.
    found[numbers[::-1]] = np.arange(len(numbers) - 1, -1, -1)
    return found


def numbered_with(parts: Sequence[tuple[Thing, int]], size: int) -> Parted[Thing]:
    """A number for each of `size` places, and for each number the things whose sets hold those places."""
    numbers = numbered_by_sets([members for _, members in parts], size)
    at = firsts(numbers)
    held = [(thing, members_of(members, size)[at].tolist()) for thing, members in parts]
    return numbers, [tuple(thing for thing, holds in held if holds[number]) for number in range(len(at))]

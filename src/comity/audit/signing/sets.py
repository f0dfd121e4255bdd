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
    found = np.zeros(size, dtype=np.int64)
    for column in columns:
        values, numbers = np.unique(column, return_inverse=True)
        if len(values) > 1:
            found = np.unique(found * len(values) + numbers, return_inverse=True)[1].astype(np.int64)
    return found


def firsts(numbers: Numbers) -> Numbers:
    """For numbers from 0 without a gap: the first place of each."""
    return np.unique(numbers, return_index=True)[1].astype(np.int64)


def numbered_with(parts: Sequence[tuple[Thing, int]], size: int) -> Parted[Thing]:
    """A number for each of `size` places, and for each number the things whose sets hold those places."""
    numbers = numbered_by_sets([members for _, members in parts], size)
    at = firsts(numbers)
    held = [(thing, members_of(members, size)[at].tolist()) for thing, members in parts]
    return numbers, [tuple(thing for thing, holds in held if holds[number]) for number in range(len(at))]

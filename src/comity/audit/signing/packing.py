"""Packing: the codes of the facts that a slot looks at, in few whole numbers that are handed on with a row's key."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

import numpy as np

from comity.audit.signing.masks import WORD, representatives
from comity.audit.signing.plan import Plan, Slot
from comity.audit.signing.sets import Numbers

NARROW = 1 << 31
"""Combinations of codes that a whole number of 32 bits can tell apart."""


def facts_of(plan: Plan, place: int) -> tuple[str, ...]:
    """The columns that hold the codes of the facts of a slot."""
    return tuple(f"facts_{place}_{number}" for number in range(len(_words(plan.slots[place]))))


def facts_sql(plan: Plan, place: int) -> list[str]:
    """SQL for these columns, from the indexes of the groups of facts."""
    slot = plan.slots[place]
    packed: list[str] = []
    for name, word in zip(facts_of(plan, place), _words(slot), strict=True):
        sql = "CAST(0 AS BIGINT)"
        for group in word:
            sql = f"({sql} * {slot.groups[group].size} + index_{place}_{group})"
        whole = prod(slot.groups[group].size for group in word)
        # Narrow numbers take half the room where rows are written down.
        packed.append(f"{sql if whole > NARROW else f'CAST({sql} AS INTEGER)'} AS {name}")
    return packed


def codes_in(plan: Plan, place: int, words: Sequence[Numbers], size: int) -> dict[str, Numbers]:
    """For each fact the codes that these words hold of it, of so many rows: one of those that the slot does not tell
    apart. Of a fact that it does not look at, that of nothing told."""
    slot = plan.slots[place]
    codes = {each.fact: np.full(size, len(each.meanings) - 1, dtype=np.int64) for each in plan.encodings}
    for groups, numbers in zip(_words(slot), words, strict=True):
        for group in reversed(groups):
            numbers, index = numbers // slot.groups[group].size, numbers % slot.groups[group].size
            for encoding, cells, name in reversed(slot.groups[group].parts):
                index, cell = index // cells, index % cells
                firsts = np.array(representatives(plan.lists[name])) if name else np.arange(cells)
                codes[plan.encodings[encoding].fact] = firsts[cell]
    return codes


def _words(slot: Slot) -> list[list[int]]:
    """The groups of a slot, in as few words as hold their indexes; one at least."""
    words: list[list[int]] = [[]]
    combinations = 1
    for number, group in enumerate(slot.groups):
        combinations *= group.size
        if combinations > 1 << WORD:
            words.append([])
            combinations = group.size
        words[-1].append(number)
    return words

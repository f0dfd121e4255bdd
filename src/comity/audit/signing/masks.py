"""The masks of a slot: lists from which its SQL picks by the codes of facts, and what is not relevant to a signature.

A signature is one row of bits, cut into words: first a bit for each clause that stands, then what is unsettled,
*inverted*, so that joining the masks of all facts with `and` joins both. Where no standing clause tests a fact, the
bits of what is unsettled about it are set: nothing that matters is unsettled there. This is left for when rows with
the same bits are one already, since it takes as long as all else together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from comity.audit.signing.columns import Encoding
from comity.audit.signing.program import Program
from comity.audit.signing.sets import Numbers, listed

if TYPE_CHECKING:
    from comity.audit.signing.plan import Group, Lists, Slot

WORD = 62
"""Bits of a signature in one whole number of 64 bits: the sign and one more are left alone."""

WHOLE = (1 << WORD) - 1


def write_masks(
    place: int,
    slot: Slot,
    encodings: Sequence[Encoding],
    cells: Mapping[str, Numbers],
) -> Lists:
    """The lists `masks_<place>_<group>_<word>`, program by program. `cells` holds the lists that groups name."""
    found: Lists = {}
    for number, group in enumerate(slot.groups):
        masks = [_masks(slot, program, group, encodings, cells) for program in slot.programs]
        for word in range(slot.words):
            found[f"masks_{place}_{number}_{word}"] = _word(slot, masks, word)
    return found


def settled(slot: Slot, program: Program, words: Sequence[Numbers]) -> list[Numbers]:
    """The words of some signatures of a program, what is unsettled but not relevant set as settled."""
    found: list[Numbers] = []
    for word, told in enumerate(words):
        relevant = np.full(len(told), _opened(slot, program.always, word), dtype=np.int64)
        for bit, tested in enumerate(program.relevant):
            of, place = divmod(bit, WORD)
            relevant |= (words[of] >> place & 1) * _opened(slot, tested, word)
        found.append(told | (_opened(slot, (1 << slot.open_width) - 1, word) & ~relevant))
    return found


def whole(slot: Slot, word: int) -> int:
    """A word of a signature of which nothing is told: every clause stands, and all is settled."""
    return ((1 << (slot.width + slot.open_width)) - 1) >> word * WORD & WHOLE


def _opened(slot: Slot, fields: int, word: int) -> int:
    """Fields of what is unsettled, where they lie in a word."""
    return (fields << slot.width) >> word * WORD & WHOLE


def _word(slot: Slot, masks: Sequence[Sequence[int]], word: int) -> Numbers:
    """A word of the masks of each program, in a list that holds as many numbers for one program as for another."""
    blank = [None] * (slot.stride - len(masks[0]))
    return listed(number for own in masks for number in (*(mask >> word * WORD & WHOLE for mask in own), *blank))


def _masks(
    slot: Slot, program: Program, group: Group, encodings: Sequence[Encoding], cells: Mapping[str, Numbers]
) -> list[int]:
    """For each combination of the codes of a group: the clauses that it leaves standing, and what it leaves settled."""
    everything = (1 << (slot.width + slot.open_width)) - 1
    masks = [everything & ~(((1 << slot.width) - 1) & ~((1 << program.width) - 1))]
    for encoding, size, name in group.parts:
        fact = encodings[encoding].fact
        codes = representatives(cells[name]) if name else range(size)
        standing, unsettled = program.standing.get(fact), program.open.get(fact)
        told = [
            everything
            & ~((((1 << program.width) - 1) & ~standing[code]) if standing else 0)
            & ~((unsettled[code] if unsettled else 0) << slot.width)
            for code in codes
        ]
        masks = [mask & one for mask in masks for one in told]
    return masks


def representatives(cells: Numbers) -> list[int]:
    """For each cell, the first of its codes."""
    return np.unique(cells, return_index=True)[1].tolist()

"""The lists from which the SQL of a slot picks: masks by the codes of facts, and masks of what is not relevant.

A signature is one row of bits, cut into words: first a bit for each clause that stands, then what is unsettled,
*inverted*, so that joining the masks of all facts with `and` joins both. Where no standing clause tests a fact, the
bits of what is unsettled about it are set: nothing that matters is unsettled there.
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
    programs: Sequence[Program],
    encodings: Sequence[Encoding],
    cells: Mapping[str, Numbers],
) -> Lists:
    """The lists `masks_<place>_<group>_<word>`, program by program. `cells` holds the lists that groups name."""
    found: Lists = {}
    for number, group in enumerate(slot.groups):
        masks = [_masks(slot, program, group, encodings, cells) for program in programs]
        for word in range(slot.words):
            found[f"masks_{place}_{number}_{word}"] = _word(slot, masks, word)
    return found


def write_idle(place: int, slot: Slot, programs: Sequence[Program]) -> Lists:
    """The lists `idle_<place>_<chunk>_<word>`, program by program, without the bits below what is unsettled."""
    found: Lists = {}
    for number, (word, shift) in enumerate(chunks_of(slot)):
        idle = [_idle(slot, program, number, word * WORD + shift) for program in programs]
        for part in range(slot.words):
            if slot.open_bits(part):
                found[f"idle_{place}_{number}_{part}"] = _word(slot, idle, part, slot.open_shift(part))
    return found


def _word(slot: Slot, masks: Sequence[Sequence[int]], word: int, shift: int = 0) -> Numbers:
    """A word of the masks of each program, without so many of its lowest bits, in a list that holds as many numbers for
    one program as for another."""
    blank = [None] * (slot.stride - len(masks[0]))
    return listed(
        number for own in masks for number in (*((mask >> word * WORD & WHOLE) >> shift for mask in own), *blank)
    )


def chunks_of(slot: Slot) -> list[tuple[int, int]]:
    """Where the chunks of the bits that stand begin: (word, bit)."""
    found = [
        (word, shift)
        for word in range(-(-slot.width // WORD))
        for shift in range(0, min(WORD, slot.width - word * WORD), slot.chunk)
    ]
    return found or [(0, 0)]


def chunk_bits(slot: Slot, word: int, shift: int) -> int:
    """How many bits the chunk that begins there holds."""
    return max(0, min(slot.chunk, WORD - shift, slot.width - word * WORD - shift))


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


def _idle(slot: Slot, program: Program, number: int, first: int) -> list[int]:
    """For each combination of the bits of a chunk: what need not be settled, as far as its clauses go."""
    bits = program.relevant[first : first + chunk_bits(slot, *divmod(first, WORD))]
    fields = [program.always if number == 0 else 0]
    for tested in bits:
        fields += [field | tested for field in fields]
    whole = (1 << slot.open_width) - 1
    idle = [(whole & ~field) << slot.width for field in fields]
    # Bits beyond the program's own never stand.
    return idle + [whole << slot.width] * ((1 << chunk_bits(slot, *divmod(first, WORD))) - len(idle))


def representatives(cells: Numbers) -> list[int]:
    """For each cell, the first of its codes."""
    return np.unique(cells, return_index=True)[1].tolist()

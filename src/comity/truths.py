"""Operations on truths, and what settles them before all of the diagrams combined are walked to their leaves."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from comity.diagram import Diagrams, Node

    Settled = tuple[Node, ...] | Node
    """The parts of an operation on which it still turns; or its result."""


def all_of(*bits: int) -> int:
    return int(all(bits))


def any_of(*bits: int) -> int:
    return int(any(bits))


def none_of(*bits: int) -> int:
    return int(not any(bits))


def first_alone(first: int, *others: int) -> int:
    """1 where the first is and no other."""
    return int(first and not any(others))


def _all_settled(diagrams: Diagrams, parts: tuple[Node, ...]) -> Settled:
    kept = diagrams.settled(parts, neutral=True)
    if isinstance(kept, int):
        return diagrams.leaf(0)
    if not kept:
        return diagrams.leaf(1)
    return kept[0] if len(kept) == 1 and diagrams.is_bit(kept[0]) else tuple(sorted(kept))


def _any_settled(diagrams: Diagrams, parts: tuple[Node, ...]) -> Settled:
    kept = diagrams.settled(parts, neutral=False)
    if isinstance(kept, int):
        return diagrams.leaf(1)
    if not kept:
        return diagrams.leaf(0)
    return kept[0] if len(kept) == 1 and diagrams.is_bit(kept[0]) else tuple(sorted(kept))


def _none_settled(diagrams: Diagrams, parts: tuple[Node, ...]) -> Settled:
    kept = diagrams.settled(parts, neutral=False)
    if isinstance(kept, int):
        return diagrams.leaf(0)
    return tuple(sorted(kept)) or diagrams.leaf(1)


def _first_settled(diagrams: Diagrams, parts: tuple[Node, ...]) -> Settled:
    first, *others = parts
    kept = diagrams.settled(others, neutral=False)
    if isinstance(kept, int) or first in kept or first == diagrams.leaf(0):
        return diagrams.leaf(0)
    return (first, *sorted(kept)) if kept or not diagrams.is_bit(first) else first


SETTLING: dict[Callable[..., int], Callable[[Diagrams, tuple[Node, ...]], Settled]] = {
    all_of: _all_settled,
    any_of: _any_settled,
    none_of: _none_settled,
    first_alone: _first_settled,
}
"""What settles an operation on truths before all of its parts are walked to their leaves."""

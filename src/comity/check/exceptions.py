"""The parts of a norm that may never come to act: what its `unless` excepts, and each alternative in its conditions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from comity.conditions import ALWAYS, All, Condition, ForbiddenBelow, Opposite, RequiredAbove, Some, Term, links_of
from comity.defeat import condition_of
from comity.norms import Norm


class Part(msgspec.Struct, frozen=True):
    """A part of a norm, and the condition that must be possible for the part ever to make a difference."""

    kind: str
    part: Condition
    acts: Condition


def parts_of(norm: Norm) -> tuple[Part, ...]:
    """The `unless` of a norm, and the alternatives of its `when` and `unless`; not those that turn on other law."""
    applies = condition_of(norm)
    without = condition_of(msgspec.structs.replace(norm, unless=None))
    parts = list(_alternatives(norm.when, [applies]))
    if norm.reportable_when is not None:
        parts += _alternatives(norm.reportable_when, [applies])
    if norm.unless is not None:
        parts.append(Part("unless", norm.unless, All((_free(without), norm.unless))))
        parts += _alternatives(norm.unless, [without])
    return tuple(part for part in parts if not links_of(part.part))


def _alternatives(condition: Condition, beside: Sequence[Condition]) -> Iterator[Part]:
    """The alternatives within a condition, each with all that must hold beside it."""
    match condition:
        case Some(parts) if len(parts) > 1:
            for part in parts:
                yield Part("alternative", part, All((*map(_free, beside), part)))
                yield from _alternatives(part, [*beside, part])
        case All(parts):
            for number, part in enumerate(parts):
                yield from _alternatives(part, [*beside, *parts[:number], *parts[number + 1 :]])
        case Term(part=part):
            yield from _alternatives(part, beside)
        case _:
            return


def _free(condition: Condition) -> Condition:
    """The condition without what turns on other law, as if that were so."""
    if not links_of(condition):
        return condition
    match condition:
        case All(parts):
            return All(tuple(map(_free, parts)))
        case Some(parts):
            return Some(tuple(map(_free, parts)))
        case Opposite(ForbiddenBelow() | RequiredAbove()) | ForbiddenBelow() | RequiredAbove():
            return ALWAYS
        case Term(part=part):
            return _free(part)
        case _:
            # A negation around a link and more: nothing can be said of it here.
            return ALWAYS

"""Conditions: what a norm tests, as a small algebra of typed values.

A condition is built from tests on single facts by `All` (and), `Some` (or) and `Opposite` (not).
Every test a law file can write is brought to one of the few forms here when the file is read, with the
names of inner taxonomy nodes already replaced by their leaves: the judge and the compiler see only these.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    Bound = float | datetime | date
else:
    # Decoding by type cannot tell a date from a time: `AtLeast` restores them from their text.
    Bound = object
"""The value of a threshold: a quantity in the fact's unit, a date, or a time. (Dates and times are never mixed.)"""


class All(msgspec.Struct, frozen=True, tag="all"):
    """True when every part is; true when there is none."""

    parts: tuple[Condition, ...]


class Some(msgspec.Struct, frozen=True, tag="some"):
    """True when one part is; false when there is none."""

    parts: tuple[Condition, ...]


class Opposite(msgspec.Struct, frozen=True, tag="not"):
    """True when the part is false."""

    part: Condition


class Term(msgspec.Struct, frozen=True, tag="term"):
    """A condition that the instrument defines once, under a name, with the definition's own citation."""

    name: str
    cite: str
    part: Condition


class OneOf(msgspec.Struct, frozen=True, tag="is"):
    """The value of a `yes_no` or `one_of` fact is one of these leaves (`yes` and `no` for a yes/no fact)."""

    fact: str
    values: frozenset[str]


class Contains(msgspec.Struct, frozen=True, tag="contains"):
    """A `set_of` fact holds at least one of these leaves."""

    fact: str
    values: frozenset[str]


class AtLeast(msgspec.Struct, frozen=True, tag="at_least"):
    """A `quantity`, `date` or `datetime` fact is at or above the bound; above it when `strict`."""

    fact: str
    bound: Bound
    strict: bool = False

    def __post_init__(self) -> None:
        if isinstance(self.bound, str):
            restored = date.fromisoformat if len(self.bound) == len("2025-01-31") else datetime.fromisoformat
            msgspec.structs.force_setattr(self, "bound", restored(self.bound))


class Records(msgspec.Struct, frozen=True, tag="records"):
    """At least `count` records of a `records` fact satisfy `such_that`, whose tests are on the record's fields."""

    fact: str
    count: int
    such_that: Condition


class ForbiddenBelow(msgspec.Struct, frozen=True, tag="forbidden_below"):
    """A law of a place below the norm's own, undefeated, prohibits the action in question."""


class RequiredAbove(msgspec.Struct, frozen=True, tag="required_above"):
    """A law of a place above the norm's own, undefeated, requires the action in question."""


Test = OneOf | Contains | AtLeast | Records
Condition = All | Some | Opposite | Term | OneOf | Contains | AtLeast | Records | ForbiddenBelow | RequiredAbove

ALWAYS = All(())
NEVER = Some(())


def tests_of(condition: Condition) -> list[Test]:
    """The tests on facts in a condition, in the order written; links to other norms are not tests."""
    match condition:
        case All(parts) | Some(parts):
            return [test for part in parts for test in tests_of(part)]
        case Opposite(part) | Term(part=part):
            return tests_of(part)
        case ForbiddenBelow() | RequiredAbove():
            return []
        case _:
            return [condition]


def links_of(condition: Condition) -> set[type[ForbiddenBelow] | type[RequiredAbove]]:
    """Which of the two links to other norms the condition holds."""
    match condition:
        case All(parts) | Some(parts):
            return {link for part in parts for link in links_of(part)}
        case Opposite(part) | Term(part=part):
            return links_of(part)
        case ForbiddenBelow() | RequiredAbove():
            return {type(condition)}
        case _:
            return set()

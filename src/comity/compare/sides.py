"""One side of a comparison: an agency's law on a day, with or without proposals, and its diagrams for an action."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import msgspec

from comity.compile import ActionDiagrams, compile_together
from comity.conditions import Condition, OneOf
from comity.decide import Law
from comity.truths import all_of
from comity.vocabulary import Vocabulary


class Side(msgspec.Struct, frozen=True):
    """An agency, a day, and the proposals taken as if they were law."""

    agency: str
    on: date
    as_if: tuple[str, ...] = ()


def statuses(
    law: Law, sides: Sequence[Side], action: str, conditions: Sequence[Condition] = ()
) -> list[ActionDiagrams]:
    """The diagrams of an action on each side, over the same variables, with no status where facts cannot be so.

    Facts that the place keeps, and those that the action itself implies, count as known.
    Raises RequestError for an unknown agency, or a day before any law encoded for it.
    """
    scopes = [law.scope(law.agency(side.agency), side.on, side.as_if) for side in sides]
    implied = implied_tests(law.vocabulary, action)
    units = compile_together([(scope.law, scope.bound) for scope in scopes], action, (*conditions, *implied))
    for scope, unit in zip(scopes, units, strict=True):
        known = {unit.space.position[test.fact]: _mask(unit, test) for test in implied}
        known |= {at: mask for at, mask in unit.space.masks(scope.kept_values).items() if at not in known}
        diagrams = unit.space.diagrams
        settled_so = [diagrams.test(at, mask) for at, mask in known.items()]
        unit.care = diagrams.combine(all_of, unit.care, *settled_so)
        unit.status = diagrams.combine(_where, unit.care, unit.status)
    return units


def implied_tests(vocabulary: Vocabulary, action: str) -> list[OneOf]:
    """What the meaning of an action settles, as tests."""
    rule = vocabulary.action_rules.get(action)
    return [OneOf(fact, frozenset({value})) for fact, value in rule.implies.items()] if rule else []


def _mask(unit: ActionDiagrams, test: OneOf) -> int:
    return unit.space.variables[unit.space.position[test.fact]].mask_of_test(test)


def _where(possible: int, status: int) -> int:
    return status if possible else 0

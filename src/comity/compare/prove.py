"""Claims proved for every combination of facts, or refuted by a request that one can run."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import msgspec

from comity.compare.claims import Claim
from comity.compare.instance import Instance, smallest_instance
from comity.compare.sides import Side, statuses
from comity.compile import ActionDiagrams
from comity.decide import Law
from comity.diagram import Node
from comity.norms import STATUSES


class Proof(msgspec.Struct, frozen=True):
    """What became of a claim over a stretch of days: proved in each period of law, or refuted in some.

    `periods` are the first days of the periods looked at; `vacuous` those in which no facts satisfy its condition.
    """

    claim: str
    agency: str
    start: str
    until: str
    proved: bool
    periods: tuple[str, ...]
    vacuous: tuple[str, ...]
    counterexamples: tuple[Instance, ...]


class Refutation(msgspec.Struct, frozen=True):
    """Where a claim fails in one unit: 1 in the refuting node. `considered` tells whether its condition can be met."""

    unit: ActionDiagrams
    refuting: Node
    considered: bool


Refutations = dict[object, Refutation]
"""What was found of one claim, by all that it rests on: the same for many periods, and for many agencies."""


def prove(
    law: Law, agency: str, claim: Claim, start: date, until: date, found_before: Refutations | None = None
) -> Proof:
    """Whether the claim holds for every combination of facts on every day from `start` to `until`, both included.

    Facts that the place keeps count as known. `found_before` is what was found of the same claim for other agencies,
    and is added to. Raises RequestError for an unknown agency or a day before its law.
    """
    remembered: Refutations = {} if found_before is None else found_before
    days = list(_periods(law, agency, start, until))
    found: list[Instance] = []
    vacuous: list[str] = []
    for day in days:
        scope = law.scope(law.agency(agency), day)
        same = scope.unit_key(claim.action), frozenset(scope.kept_values.items())
        if same not in remembered:
            remembered[same] = _refutation(law, Side(agency, day), claim)
        each = remembered[same]
        if not each.considered:
            vacuous.append(day.isoformat())
        elif each.unit.space.diagrams.reach(each.refuting):
            found.append(smallest_instance(law, agency, day, each.unit, each.refuting))
    return Proof(
        claim.words,
        agency,
        start.isoformat(),
        until.isoformat(),
        not found,
        tuple(day.isoformat() for day in days),
        tuple(vacuous),
        tuple(found),
    )


def _refutation(law: Law, side: Side, claim: Claim) -> Refutation:
    unit = statuses(law, [side], claim.action, [claim.when])[0]
    diagrams = unit.space.diagrams
    considered = diagrams.combine(_both, unit.care, unit.space.build(claim.when))
    refuting = diagrams.combine(_Refutes(claim), unit.status, considered)
    return Refutation(unit, refuting, bool(diagrams.reach(considered)))


def _periods(law: Law, agency: str, start: date, until: date) -> Iterator[date]:
    """The first day looked at of each period of law from one day to another."""
    yield start
    yield from (day for day in law.periods(agency) if start < day <= until)


class _Refutes:
    """Whether a status, where the claim's condition holds, is none that it allows."""

    def __init__(self, claim: Claim) -> None:
        self._allowed = sum(1 << i for i, status in enumerate(STATUSES) if status in claim.statuses)

    def __call__(self, status: int, considered: int) -> int:
        return int(considered and not status & self._allowed)


def _both(care: int, condition: int) -> int:
    return int(bool(care and condition))

"""Claims proved for every combination of facts, or refuted by a request that one can run."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import msgspec

from comity.compare.claims import Claim
from comity.compare.instance import Instance, smallest_instance
from comity.compare.sides import Side, statuses
from comity.decide import Law
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


def prove(law: Law, agency: str, claim: Claim, start: date, until: date) -> Proof:
    """Whether the claim holds for every combination of facts on every day from `start` to `until`, both included.

    Facts that the place keeps count as known. Raises RequestError for an unknown agency or a day before its law.
    """
    days = list(_periods(law, agency, start, until))
    found: list[Instance] = []
    vacuous: list[str] = []
    for day in days:
        unit = statuses(law, [Side(agency, day)], claim.action, [claim.when])[0]
        diagrams = unit.space.diagrams
        considered = diagrams.combine(_both, unit.care, unit.space.build(claim.when))
        if not diagrams.reach(considered):
            vacuous.append(day.isoformat())
            continue
        refuting = diagrams.combine(_Refutes(claim), unit.status, considered)
        if diagrams.reach(refuting):
            found.append(smallest_instance(law, agency, day, unit, refuting))
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

"""Claims proved for every combination of facts, or refuted by a request that one can run."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import msgspec

from comity.compare.claims import Claim
from comity.compare.sides import Side, statuses
from comity.compare.witness import ON, facts_of
from comity.compile import STATUSES, ActionDiagrams
from comity.decide import Law
from comity.diagram import Node


class Counterexample(msgspec.Struct, frozen=True):
    """A request that refutes a claim. `texts` names the uncertain texts, taken as reached or not, that it supposes."""

    agency: str
    on: str
    action: str
    facts: dict[str, object]
    status: str
    texts: dict[str, bool]


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
    counterexamples: tuple[Counterexample, ...]


def prove(law: Law, agency: str, claim: Claim, start: date, until: date) -> Proof:
    """Whether the claim holds for every combination of facts on every day from `start` to `until`, both included.

    Facts that the place keeps count as known. Raises RequestError for an unknown agency or a day before its law.
    """
    days = list(_periods(law, agency, start, until))
    found: list[Counterexample] = []
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
            found.append(_counterexample(law, agency, day, unit, refuting))
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


def _counterexample(law: Law, agency: str, day: date, unit: ActionDiagrams, refuting: Node) -> Counterexample:
    space, diagrams = unit.space, unit.space.diagrams
    cells = dict.fromkeys(range(len(diagrams.full)), 1)
    node = refuting
    while not diagrams.is_leaf(node):
        mask, child = next((mask, child) for mask, child in diagrams.edges(node) if diagrams.reach(child))
        cells[diagrams.variable(node)] = mask & -mask
        node = child
    rule = law.vocabulary.action_rules.get(unit.action)
    settled = {*law.scope(law.agency(agency), day).kept, *(rule.implies if rule else ())}
    facts = {name: value for name, value in facts_of(space, cells, day).items() if name not in settled}
    on = str(facts.pop(ON, day.isoformat()))
    status = STATUSES[diagrams.value(diagrams.restrict(unit.status, cells)).bit_length() - 1]
    first = len(space.variables)
    texts = {name: cells[first + number] == 0b10 for number, name in enumerate(space.extra)}
    if not texts:
        facts = _fewest(law, agency, on, unit.action, status, facts)
    return Counterexample(agency, on, unit.action, facts, status, texts)


def _fewest(law: Law, agency: str, on: str, action: str, status: str, facts: dict[str, object]) -> dict[str, object]:
    """The facts without those that may be left untold: the request is answered alike without them."""
    kept = dict(facts)
    for name in facts:
        fewer = {other: value for other, value in kept.items() if other != name}
        if law.decide(agency=agency, on=on, actions=[action], facts=fewer).finding(action).status == status:
            kept = fewer
    return kept


class _Refutes:
    """Whether a status, where the claim's condition holds, is none that it allows."""

    def __init__(self, claim: Claim) -> None:
        self._allowed = sum(1 << i for i, status in enumerate(STATUSES) if status in claim.statuses)

    def __call__(self, status: int, considered: int) -> int:
        return int(considered and not status & self._allowed)


def _both(care: int, condition: int) -> int:
    return int(bool(care and condition))

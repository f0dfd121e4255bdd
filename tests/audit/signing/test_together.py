"""Outcomes of many signatures at once are those of each by itself."""

from __future__ import annotations

from random import Random

from generated import DAY, some_library

from comity.decide import Law
from comity.errors import RequestError
from comity.outcome import outcome
from comity.outcomes import outcomes


def test_outcomes_found_together_are_those_found_one_by_one() -> None:
    statuses: set[str] = set()
    missing = 0
    for seed in range(40):
        chance = Random(seed)
        law = Law(some_library(chance))
        for agency in law.agencies.values():
            try:
                scope = law.scope(agency, DAY)
                unit = scope.unit("hold")
            except (RequestError, RecursionError):
                continue
            full = unit.space.diagrams.full
            signatures = [
                tuple(chance.choice([mask, chance.randint(1, mask), mask & -mask]) for mask in full) for _ in range(60)
            ]
            together = outcomes(unit, signatures)
            assert together == [outcome(unit, dict(enumerate(signature))) for signature in signatures]
            statuses.update(found.status for found in together)
            missing += sum(bool(found.missing) for found in together)
    assert {"required", "prohibited", "permitted", "unregulated", "depends"} <= statuses
    assert missing > 100

"""What is decided for many signatures at once is what is decided for each by itself."""

from __future__ import annotations

from random import Random

import numpy as np
from generated import DAY, some_library

from comity.audit.signing.together import Together
from comity.decide import Law
from comity.errors import RequestError
from comity.norms import STATUSES
from comity.outcome import outcome


def test_statuses_and_missing_facts_found_together_are_those_found_one_by_one() -> None:
    statuses: set[tuple[str, ...]] = set()
    lacking = 0
    for seed in range(40):
        chance = Random(seed)
        law = Law(some_library(chance))
        for agency in law.agencies.values():
            try:
                unit = law.scope(agency, DAY).unit("hold")
            except (RequestError, RecursionError):
                continue
            full = unit.space.diagrams.full
            signatures = [
                tuple(chance.choice([mask, chance.randint(1, mask), mask & -mask]) for mask in full) for _ in range(60)
            ]
            told: list[dict[int, int]] = [{} for _ in full]
            for number, signature in enumerate(signatures):
                for variable, mask in enumerate(signature):
                    told[variable][mask] = told[variable].get(mask, 0) | 1 << number
            together = Together(unit, len(signatures), told)
            missing_of, missing = together.missing()
            reach = together.reach(unit.status, np.arange(len(signatures)))
            for number, signature in enumerate(signatures):
                alone = outcome(unit, dict(enumerate(signature)))
                possible = tuple(
                    name for name, members in zip(STATUSES, together.possible, strict=True) if members >> number & 1
                )
                assert possible == alone.possible
                assert reach[number] == sum(1 << STATUSES.index(name) for name in possible)
                assert missing[missing_of[number]] == alone.missing
                statuses.add(possible)
                lacking += bool(alone.missing)
    assert {(status,) for status in ("required", "prohibited", "permitted", "unregulated")} <= statuses
    assert () in statuses
    assert max(map(len, statuses)) > 1
    assert lacking > 100

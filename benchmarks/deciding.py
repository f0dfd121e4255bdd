"""Single decisions: all facts known, beside the peers; and with facts unknown, the first time and again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random
from statistics import median
from time import process_time

import msgspec

from benchmarks.agreement import ON, Case
from benchmarks.in_python import Decide
from benchmarks.situations import Facts, Situation
from benchmarks.timing import Time, collector_resting, interleaved
from comity.decide import Law
from comity.library import Library

DECIDER = "comity, decider"
DECIDE = "comity, decide"
JSON = "comity, decide, to JSON"
FRESH_STARTS = 8


class Unknown(msgspec.Struct, frozen=True):
    """Requests with unknown facts: seconds each the first time (half of the facts unknown, and all), and again."""

    first: Time
    slowest_first: float
    nothing_known_first: float
    again: Time
    decider_again: Time


def all_known(law: Law, case: Case, rounds: int) -> dict[str, Time]:
    """Every way to decide the case, from a Python dictionary of facts to status and deciding norms."""
    told = [situation.facts for situation in case.situations]
    ways = comity_ways(law, case, told)
    ways |= {name: _each(decide, case.situations) for name, decide in case.ways.items()}
    return interleaved(ways, rounds)


def comity_ways(law: Law, case: Case, told: Sequence[Facts]) -> dict[str, Callable[[], int]]:
    decider = law.decider(case.agency, ON)
    action, agency = case.action, case.agency

    def by_decider() -> int:
        for facts in told:
            decider(action, facts)
        return len(told)

    def by_decide() -> int:
        for facts in told:
            law.decide(agency=agency, on=ON, actions=[action], facts=facts)
        return len(told)

    def to_json() -> int:
        for facts in told:
            law.decide(agency=agency, on=ON, actions=[action], facts=facts).to_json()
        return len(told)

    return {DECIDER: by_decider, DECIDE: by_decide, JSON: to_json}


def _each(decide: Decide, situations: Sequence[Situation]) -> Callable[[], int]:
    told = [situation.told for situation in situations]

    def run() -> int:
        for facts in told:
            decide(facts)
        return len(told)

    return run


def some_unknown(library: Library, case: Case, rounds: int) -> Unknown:
    """The case with about half of the facts of each request left out.

    The first time: diagrams compiled, nothing remembered. Each request's best over several fresh starts counts.
    """
    random = Random(case.action)
    partial = [{name: v for name, v in s.facts.items() if random.random() < 0.5} for s in case.situations]
    distinct = list({repr(facts): facts for facts in partial if facts}.values())
    firsts: list[list[float]] = [[] for _ in distinct]
    nothing_known: list[float] = []
    for _ in range(FRESH_STARTS):
        nothing, law = prepared(library, case), prepared(library, case)
        with collector_resting():
            nothing_known.append(_timed(nothing, case, {}))
            for times, facts in zip(firsts, distinct, strict=True):
                times.append(_timed(law, case, facts))
    law = prepared(library, case)
    ways = comity_ways(law, case, distinct)
    del ways[JSON]
    again = interleaved(ways, rounds)
    best = [min(times) for times in firsts]
    return Unknown(Time(min(best), median(best)), max(best), min(nothing_known), again[DECIDE], again[DECIDER])


def prepared(library: Library, case: Case) -> Law:
    """The law with the case's diagrams and the duties' compiled, and nothing decided."""
    law = Law(library)
    scope = law.scope(law.agency(case.agency), ON)
    scope.unit(case.action)
    scope.duties()
    return law


def _timed(law: Law, case: Case, facts: Facts) -> float:
    start = process_time()
    law.decide(agency=case.agency, on=ON, actions=[case.action], facts=facts)
    return process_time() - start

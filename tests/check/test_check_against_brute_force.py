"""What a check sees, on generated law, against every complete situation put to the judge, one by one."""

from __future__ import annotations

from collections import Counter
from random import Random

from completions import TooMany, completions
from generated import some_library
from generated_requests import facts_tested

from comity.check.observed import Observed
from comity.check.units import compiled, periods_of, plans_of
from comity.decide import Law
from comity.library import Library

Seen = tuple[set[str], set[tuple[str, str]], set[tuple[str, str, str]]]
"""The norms that decide, the pairs in conflict, and each defeat: attacker, defeated and action."""


def checked(library: Library) -> Seen:
    """As the diagrams see it."""
    law = Law(library)
    observed = Observed()
    for unit in compiled(law, plans_of(law, periods_of(law, None))):
        if unit.plan.duty is None:
            observed.look(unit)
    deciding = {name for name, seen in observed.norms.items() if seen.decides}
    return deciding, set(observed.clashes), set(observed.defeats)


def tried(library: Library, most: int) -> Seen:
    """As the judge says, for every situation of every agency on the first day of every period of its law."""
    law, norms = Law(library), library.norms()
    deciding, clashes, defeats = set[str](), set[tuple[str, str]](), set[tuple[str, str, str]]()
    for agency in library.agencies().values():
        for day in law.periods(agency.id):
            for action in library.vocabulary.asked_actions():
                for found in completions(library, agency, day, action, {}, most=most):
                    answer = found.answer
                    deciding |= answer.deciding
                    defeats |= {(by, loser, action) for loser, by in answer.defeated}
                    if answer.status == "conflict":
                        modality = {name: _modality(norms, name) for name in answer.deciding}
                        clashes |= {
                            (one, other)
                            for one in answer.deciding
                            for other in answer.deciding
                            if (modality[one], modality[other]) == ("requires", "prohibits")
                        }
    return deciding, clashes, defeats


def _modality(norms: dict[str, object], name: str) -> str:
    """The modality of a norm; those that stand for law not encoded tell it by their name."""
    norm = norms.get(name)
    return getattr(norm, "modality", "requires" if name.endswith("required_by_law") else "prohibits")


def test_what_decides_conflicts_and_defeats_is_what_brute_force_finds() -> None:
    met: Counter[str] = Counter()
    for seed in range(160):
        library = some_library(Random(seed))
        proposed = any(
            instrument.kind == "proposal" and instrument.norms for instrument in library.instruments.values()
        )
        if proposed or "asked" in facts_tested(library):
            continue
        try:
            expected = tried(library, most=300)
        except TooMany:
            continue
        assert checked(library) == expected, seed
        deciding, clashes, defeats = expected
        met["laws"] += 1
        met["conflicts"] += bool(clashes)
        met["defeats"] += bool(defeats)
        silent = {name for name, norm in library.norms().items() if norm.modality != "lifts"} - deciding
        met["norms that never decide"] += bool(silent)
    assert {corner: count for corner, count in met.items() if count < 10} == {}
    assert len(met) == 4

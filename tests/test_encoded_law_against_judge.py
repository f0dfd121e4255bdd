"""The engine against the judge on the encoded law: whole situations drawn at random, on days around its changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import product
from random import Random

import pytest
from completions import all_tests, consistent, norms_at_hand, ordered_values, uncertain
from generated_requests import exact

from comity import conditions, reference
from comity.conditions import Test
from comity.decide import Law
from comity.reference import Answer, Situation, Value
from comity.vocabulary import Fact
from tests.known import decide_known


@pytest.fixture(scope="module")
def law() -> Law:
    return Law.load()


@pytest.mark.parametrize("seed", range(12))
def test_the_engine_decides_encoded_law_as_the_judge_does(law: Law, seed: int) -> None:
    chance = Random(seed)
    agencies = [agency for name, agency in law.agencies.items() if law.periods(name)]
    decided = 0
    while decided < 8:
        agency = chance.choice(agencies)
        day = chance.choice(law.periods(agency.id)) + timedelta(days=chance.choice([-1, 0, 1, 40]))
        action = chance.choice(law.vocabulary.asked_actions())
        case = reference.Case(law.library, agency, day, action, {})
        norms = norms_at_hand(case)
        situation = some_situation(chance, law.vocabulary.facts, all_tests(norms, law.vocabulary))
        rule = law.vocabulary.action_rules.get(action)
        situation |= rule.implies if rule else {}
        if norms and consistent(situation, law.vocabulary):
            texts = sorted({name for norm in norms for name in uncertain(norm, day)})
            ways = [dict(zip(texts, way, strict=True)) for way in product([False, True], repeat=len(texts))]
            answers = [
                reference.answer(reference.Case(law.library, agency, day, action, situation, way)) for way in ways
            ]
            assert_agrees(law, agency.id, day, action, situation, answers)
            decided += 1


def assert_agrees(
    law: Law, agency: str, day: date, action: str, situation: Situation, answers: Sequence[Answer]
) -> None:
    finding = decide_known(law, agency, day, action, {fact: exact(value) for fact, value in situation.items()})
    because = {note.norm for note in finding.because}
    assert set(finding.possible) == {answer.status for answer in answers}
    assert because == frozenset.intersection(*(answer.deciding for answer in answers))
    assert because | {note.norm for note in finding.possibly} == frozenset().union(
        *(answer.deciding for answer in answers)
    )
    defeated = {(defeat.norm.norm, by) for defeat in finding.defeated for by in defeat.by}
    assert defeated == frozenset().union(*(answer.defeated for answer in answers))


def some_situation(chance: Random, facts: Mapping[str, Fact], tests: Sequence[Test]) -> dict[str, Value]:
    """A value, drawn at random, for every fact that is tested."""
    names = dict.fromkeys(test.fact for test in tests)
    return {name: some_value(chance, facts[name], [test for test in tests if test.fact == name]) for name in names}


def some_value(chance: Random, fact: Fact, tests: Sequence[Test]) -> Value:
    leaves = fact.tree.all_leaves() if fact.tree else ("yes", "no")
    match fact.kind:
        case "yes_no" | "one_of":
            return chance.choice(leaves)
        case "set_of":
            return frozenset(chance.sample(leaves, chance.randint(0, min(3, len(leaves)))))
        case "records":
            inner = [found for test in tests for found in conditions.tests_of(test.such_that)]  # type: ignore[union-attr]
            return tuple(some_situation(chance, fact.fields or {}, inner) for _ in range(chance.randint(0, 2)))
        case _:
            return chance.choice(list(ordered_values(tests, [], None)))

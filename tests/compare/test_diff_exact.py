"""What changes, described exactly: the conditions hold all changed situations and no other.

On small generated law every situation is tried, on the encoded law situations drawn at random; the judge decides them
on either side, and the conditions are read by code that shares nothing with the diagrams.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import product
from random import Random

import pytest
from completions import all_tests, consistent, is_true, norms_at_hand, possible_values, uncertain
from generated import DAY, some_library

from comity import reference
from comity.compare.diff import ActionDiff, diff
from comity.compare.phrases import TEXT_IN_FORCE
from comity.compare.sides import Side
from comity.decide import Law
from comity.errors import RequestError
from comity.knowledge import Choice, Elements, Knowledge
from comity.library import Library
from comity.norms import Norm
from comity.reference import Situation
from tests.test_encoded_law_against_judge import some_situation

MOST_SITUATIONS = 3000


def case_of(library: Library, side: Side, action: str) -> reference.Case:
    return reference.Case(library, library.agencies()[side.agency], side.on, action, {}, {}, side.as_if)


def statuses(
    library: Library, sides: tuple[Side, Side], action: str, situation: Situation, texts: Mapping[str, bool]
) -> tuple[str, str]:
    """What the judge says of one situation on either side."""
    found: list[str] = []
    for side in sides:
        agency = library.agencies()[side.agency]
        case = reference.Case(library, agency, side.on, action, situation, texts, side.as_if)
        found.append(reference.answer(case).status)
    return found[0], found[1]


def described(found: ActionDiff | None, situation: Situation, texts: Mapping[str, bool]) -> set[tuple[str, str]]:
    """The changes whose conditions hold in a situation."""
    told = {**situation, **{f"{TEXT_IN_FORCE} {name}": "yes" if yes else "no" for name, yes in texts.items()}}
    changes = found.changes if found else ()
    return {
        (change.before, change.after)
        for change in changes
        if any(is_true(case.condition, told) for case in change.cases)
    }


def told_of(library: Library, action: str) -> dict[str, Knowledge]:
    rule = library.vocabulary.action_rules.get(action)
    implied = {fact: Choice(frozenset({leaf})) for fact, leaf in (rule.implies if rule else {}).items()}
    return {"asked": Elements((frozenset({action}),)), **implied}


def texts_of(norms: Sequence[Norm], sides: tuple[Side, Side]) -> list[str]:
    return sorted({name for norm in norms for side in sides for name in uncertain(norm, side.on)})


@pytest.mark.parametrize("block", range(10))
def test_every_situation_of_small_law_that_changes_is_described_and_no_other(block: int) -> None:
    tried = changed = 0
    for seed in range(block * 40, block * 40 + 40):
        chance = Random(seed)
        library = some_library(chance)
        law = Law(library)
        police, sheriff = "us/aa/bb/police", "us/aa/bb/sheriff"
        sides = chance.choice(
            [
                (Side(police, DAY - timedelta(days=400)), Side(police, DAY)),
                (Side(sheriff, DAY), Side(sheriff, DAY + timedelta(days=500))),
                (Side(police, DAY), Side(police, DAY, ("us/aa/bill",))),
                (Side(police, DAY), Side(sheriff, DAY)),
            ]
        )
        for action in ("hold", "tell"):
            found = compare(law, sides, action)
            if found is not None:
                tried += 1
                changed += check_every_situation(library, sides, action, found[0])
    assert tried > 20
    assert changed > 100


def compare(law: Law, sides: tuple[Side, Side], action: str) -> tuple[ActionDiff | None] | None:
    """What changes for the action, if anything; None for days before the law."""
    try:
        result = diff(law, *sides, [action])
    except RequestError:
        return None
    return (result.actions[0] if result.actions else None,)


def check_every_situation(library: Library, sides: tuple[Side, Side], action: str, found: ActionDiff | None) -> int:
    """How many situations change; none where there are more than a test has time for."""
    norms = [norm for side in sides for norm in norms_at_hand(case_of(library, side, action))]
    values = possible_values(library.vocabulary.facts, all_tests(norms, library.vocabulary), told_of(library, action))
    texts = texts_of(norms, sides)
    total = 2 ** len(texts)
    for options in values.values():
        total *= len(options)
    if total > MOST_SITUATIONS:
        return 0
    changed = 0
    for chosen in product(*values.values()):
        situation = dict(zip(values, chosen, strict=True))
        if consistent(situation, library.vocabulary):
            for way in product([False, True], repeat=len(texts)):
                reached = dict(zip(texts, way, strict=True))
                before, after = statuses(library, sides, action, situation, reached)
                expected = {(before, after)} if before != after else set[tuple[str, str]]()
                assert described(found, situation, reached) == expected, (situation, reached)
                changed += len(expected)
    return changed


@pytest.fixture(scope="module")
def law() -> Law:
    return Law.load()


PAIRS = [
    (Side("us/il/chicago/police", date(2018, 1, 1)), Side("us/il/chicago/police", date(2022, 1, 1))),
    (Side("us/il/local/jail", date(2016, 1, 1)), Side("us/tx/local/jail", date(2025, 6, 1))),
    (
        Side("us/il/chicago/shelter", date(2025, 1, 21)),
        Side("us/il/chicago/shelter", date(2025, 1, 21), ("us/il/chicago/o2023-0004222",)),
    ),
    (
        Side("us/ny/new-york-city/correction", date(2013, 1, 1)),
        Side("us/ny/new-york-city/correction", date(2024, 1, 1)),
    ),
    (Side("us/fl/local/jail", date(2018, 1, 1)), Side("us/fl/local/jail", date(2025, 6, 1))),
    (Side("us/ca/los-angeles-county/sheriff", date(2014, 1, 1)), Side("us/ca/local/sheriff", date(2024, 1, 1))),
]


@pytest.mark.parametrize("pair", range(len(PAIRS)))
def test_situations_of_encoded_law_drawn_at_random_change_as_described(law: Law, pair: int) -> None:
    sides = PAIRS[pair]
    chance = Random(pair)
    result = diff(law, *sides)
    by_action = {each.action: each for each in result.actions}
    kept = [law.scope(law.agency(side.agency), side.on, side.as_if).kept_values for side in sides]
    changed = 0
    for action in (*by_action, *result.unchanged[:3]):
        norms = [norm for side in sides for norm in norms_at_hand(case_of(law.library, side, action))]
        tests = all_tests(norms, law.vocabulary)
        rule = law.vocabulary.action_rules.get(action)
        for _ in range(60):
            situation = some_situation(chance, law.vocabulary.facts, tests) | (rule.implies if rule else {})
            if not consistent(situation, law.vocabulary) or not keeps(kept, situation):
                continue
            texts = {name: chance.random() < 0.5 for name in texts_of(norms, sides)}
            before, after = statuses(law.library, sides, action, situation, texts)
            expected = {(before, after)} if before != after else set[tuple[str, str]]()
            assert described(by_action.get(action), situation, texts) == expected, (action, situation, texts)
            changed += len(expected)
    assert changed


def keeps(kept: Sequence[Mapping[str, Knowledge]], situation: Situation) -> bool:
    """Whether a situation has the facts that the places keep, which stand alike on both sides here."""
    return all(
        not isinstance(known, Choice) or name not in situation or situation[name] in known.values
        for side in kept
        for name, known in side.items()
    )

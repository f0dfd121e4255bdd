"""What follows from partial knowledge, by trying every complete situation that fits it.

This shares no code with the diagrams. For each fact that the law at hand tests, the values that fit what is known are
gathered, one for each way in which the tests can come out; every consistent combination is then put to the reference.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import combinations, pairwise, product
from typing import cast

import msgspec

from comity import reference
from comity.conditions import (
    All,
    AtLeast,
    Condition,
    Contains,
    OneOf,
    Opposite,
    Records,
    Some,
    Term,
    Test,
    tests_of,
)
from comity.knowledge import Choice, Elements, Knowledge, RecordList, Spans
from comity.library import Library
from comity.norms import Agency, Norm
from comity.reference import Situation, Value
from comity.vocabulary import Fact, Vocabulary

CLOCKS = ("hours_held_business", "hours_held_plain")


class Completion(msgspec.Struct, frozen=True):
    """One complete situation, with the texts taken to be in force, the reference's answer and, of a duty, the norms
    by which it is owed."""

    situation: Situation
    texts: Mapping[str, bool]
    answer: reference.Answer
    owed: frozenset[str]


class Outlook(msgspec.Struct, frozen=True):
    """What can be said of an action under partial knowledge. `missing` names facts, and bands as `text:NAME`."""

    possible: frozenset[str]
    because: frozenset[str]
    possibly: frozenset[str]
    also: frozenset[str]
    defeated: frozenset[tuple[str, str]]
    missing: frozenset[str]


class TooMany(Exception):
    """There are more combinations than a test has time for."""


def outlook(found: Sequence[Completion], lifts: frozenset[str]) -> Outlook:
    """The statuses, norms and missing facts over all completions; `lifts` are the ids of norms that grant nothing."""
    answers = [completion.answer for completion in found]
    always = frozenset[str].intersection(*(answer.deciding for answer in answers))
    ever = frozenset[str]().union(*(answer.deciding for answer in answers))
    return Outlook(
        possible=frozenset(answer.status for answer in answers),
        because=always,
        possibly=ever - always,
        also=frozenset[str]().union(*(answer.undefeated for answer in answers)) - ever - lifts,
        defeated=frozenset[tuple[str, str]]().union(*(answer.defeated for answer in answers)),
        missing=missing(found, [answer.status for answer in answers]),
    )


def completions(
    library: Library,
    agency: Agency,
    day: date,
    action: str,
    knowledge: Mapping[str, Knowledge],
    as_if: tuple[str, ...] = (),
    most: int = 10_000,
) -> list[Completion]:
    """Every consistent complete situation that fits, each put to the reference. Raises TooMany beyond `most`."""
    told = {"asked": Elements((frozenset({action}),)), **knowledge}
    rule = library.vocabulary.action_rules.get(action)
    for fact, leaf in (rule.implies if rule else {}).items():
        settled = told.get(fact)
        if not isinstance(settled, Choice) or leaf in settled.values:
            told[fact] = Choice(frozenset({leaf}))
    case = reference.Case(library, agency, day, action, {}, {}, as_if)
    norms = norms_at_hand(case)
    texts = sorted({name for norm in norms for name in uncertain(norm, day)})
    values = possible_values(library.vocabulary.facts, all_tests(norms, library.vocabulary), told)
    if rule is not None:
        values |= {fact: sorted(cast(Choice, told[fact]).values) for fact in rule.implies}
    total = 2 ** len(texts)
    for options in values.values():
        total *= len(options)
    if total > most:
        raise TooMany
    found: list[Completion] = []
    for chosen in product(*values.values()):
        situation = dict(zip(values, chosen, strict=True))
        if consistent(situation, library.vocabulary):
            for reached in product([False, True], repeat=len(texts)):
                way = dict(zip(texts, reached, strict=True))
                full = msgspec.structs.replace(case, situation=situation, texts_in_force=way)
                owed = reference.owed(full) if action in library.vocabulary.owed else frozenset[str]()
                found.append(Completion(situation, way, reference.answer(full), owed))
    return found


def norms_at_hand(case: reference.Case) -> list[Norm]:
    """Every norm that can come to count for the action, whichever texts are in force."""
    texts = sorted({name for norm in reference.binding(case) for name in uncertain(norm, case.day)})
    norms: dict[str, Norm] = {}
    for reached in product([False, True], repeat=len(texts)):
        way = msgspec.structs.replace(case, texts_in_force=dict(zip(texts, reached, strict=True)))
        norms |= {norm.id: norm for norm in reference.ruling(way)}
    return list(norms.values())


def uncertain(norm: Norm, day: date) -> Iterator[str]:
    """The names of the norm's boundaries of which it is not known whether they are past."""
    for interval in norm.intervals:
        for boundary in (interval.start, interval.until):
            if boundary is not None and boundary.latest is not None and boundary.day <= day < boundary.latest:
                yield boundary.name


def all_tests(norms: Iterable[Norm], vocabulary: Vocabulary) -> list[Test]:
    """Every test that can come to matter: of the norms, and of the impossible combinations."""
    tests: list[Test] = []
    for norm in norms:
        tests += tests_of(norm.when) + (tests_of(norm.unless) if norm.unless else [])
        tests += [AtLeast(norm.limit.clock, norm.limit.at_most, strict=True)] if norm.limit else []
        tests += [Contains("done", frozenset(norm.actions))] if norm.one_of else []
    for part in vocabulary.impossible:
        for fact, leaves in part.parts.items():
            is_set = vocabulary.facts[fact].kind == "set_of"
            tests.append(Contains(fact, leaves) if is_set else OneOf(fact, leaves))
    return tests


def consistent(situation: Situation, vocabulary: Vocabulary) -> bool:
    """Whether the facts can stand together."""
    for part in vocabulary.impossible:
        if all(touches(situation[fact], leaves) for fact, leaves in part.parts.items()):
            return False
    business, plain = (cast(float, situation.get(clock, 0.0)) for clock in CLOCKS)
    return not all(clock in situation for clock in CLOCKS) or business <= plain


def touches(value: Value, leaves: frozenset[str]) -> bool:
    return bool(value & leaves) if isinstance(value, frozenset) else value in leaves


def missing(found: Sequence[Completion], results: Sequence[object]) -> frozenset[str]:
    """The facts in the smallest sets of differences between two completions whose results differ."""
    names = [*found[0].situation, *(f"text:{name}" for name in found[0].texts)]
    rows = [(*completion.situation.values(), *completion.texts.values()) for completion in found]
    differences: set[int] = set()
    for first, second in combinations(range(len(rows)), 2):
        if results[first] != results[second]:
            pairs = enumerate(zip(rows[first], rows[second], strict=True))
            differences.add(sum(1 << index for index, (one, other) in pairs if one != other))
    smallest = [one for one in differences if not any(other != one and other & one == other for other in differences)]
    return frozenset(name for index, name in enumerate(names) if any(one >> index & 1 for one in smallest))


# The values that fit what is known


def possible_values(
    facts: Mapping[str, Fact], tests: Sequence[Test], knowledge: Mapping[str, Knowledge]
) -> dict[str, list[Value]]:
    """For each fact tested, the values that fit, one for each way in which its tests can come out."""
    found: dict[str, list[Value]] = {}
    both_clocks = [test for test in tests if test.fact in CLOCKS]
    for name in dict.fromkeys(test.fact for test in tests):
        own = [test for test in tests if test.fact == name]
        if name in CLOCKS:
            ends = [end for clock in CLOCKS for end in ends_of(knowledge.get(clock))]
            found[name] = list(ordered_values(both_clocks, ends, knowledge.get(name)))
        else:
            fitting = values_of(facts[name], own, knowledge.get(name))
            first: dict[tuple[bool, ...], Value] = {}
            for value in fitting:
                first.setdefault(tuple(comes_out(test, value) for test in own), value)
            found[name] = list(first.values())
    return found


def values_of(fact: Fact, tests: Sequence[Test], known: Knowledge | None) -> Iterator[Value]:
    """Values that fit, at least one for each way in which the tests can come out."""
    match fact.kind:
        case "yes_no" | "one_of":
            leaves = fact.tree.all_leaves() if fact.tree else ("yes", "no")
            yield from (leaf for leaf in leaves if not isinstance(known, Choice) or leaf in known.values)
        case "set_of":
            assert fact.tree is not None
            yield from sets(fact.tree.all_leaves(), known)
        case "records":
            assert fact.fields is not None
            yield from lists(fact.fields, [test for test in tests if isinstance(test, Records)], known)
        case _:
            yield from ordered_values(tests, ends_of(known), known)


def sets(leaves: Sequence[str], known: Knowledge | None) -> Iterator[Value]:
    told = known if isinstance(known, Elements) else Elements((), open=True)
    others = [leaf for leaf in leaves if leaf not in told.absent] if told.open else []
    for chosen in product(*(sorted(choices) for choices in told.present)):
        for size in range(len(others) + 1):
            yield from (frozenset(chosen) | frozenset(more) for more in combinations(others, size))


def lists(fields: Mapping[str, Fact], tests: Sequence[Records], known: Knowledge | None) -> Iterator[Value]:
    """Lists of records: those told, completed; and, where there may be more, with more until no count that a test
    could ask for is new."""
    told = known if isinstance(known, RecordList) else RecordList((), open=True)
    enough = max((test.count for test in tests), default=0)
    found: dict[tuple[int, ...], tuple[Mapping[str, Value], ...]] = {}

    def add(records: tuple[Mapping[str, Value], ...]) -> bool:
        counts = tuple(min(enough, sum(is_true(test.such_that, record) for record in records)) for test in tests)
        return counts not in found and found.setdefault(counts, records) is records

    fresh = [
        chosen for chosen in product(*(completed(fields, tests, record) for record in told.records)) if add(chosen)
    ]
    more = completed(fields, tests, {}) if told.open else []
    while fresh:
        fresh = [(*records, extra) for records in fresh for extra in more if add((*records, extra))]
    yield from found.values()


def completed(
    fields: Mapping[str, Fact], tests: Sequence[Records], record: Mapping[str, Knowledge]
) -> list[Mapping[str, Value]]:
    """The complete records that fit what is known of one, one for each way in which the tests can come out."""
    inner = [test for outer in tests for test in tests_of(outer.such_that)]
    values = possible_values(fields, inner, record)
    found: dict[tuple[bool, ...], Mapping[str, Value]] = {}
    for chosen in product(*values.values()):
        candidate = dict(zip(values, chosen, strict=True))
        found.setdefault(tuple(is_true(test.such_that, candidate) for test in tests), candidate)
    return list(found.values())


Ends = Sequence[float | date | datetime]


def ends_of(known: Knowledge | None) -> Ends:
    return [end for span in known.spans for end in span if end is not None] if isinstance(known, Spans) else []


def ordered_values(tests: Sequence[Test], ends: Ends, known: Knowledge | None) -> Iterator[Value]:
    """Every bound and every end of what is known, and values on either side of each, so far as they fit."""
    marks = sorted({*(test.bound for test in tests if isinstance(test, AtLeast)), *ends})  # type: ignore[type-var]
    grid: set[float | date | datetime] = set(marks)
    if marks and isinstance(marks[0], date):
        grid |= {cast(date, mark) + timedelta(days=step) for mark in marks for step in (-1, 1)}
    elif marks:
        numbers = cast("list[float]", marks)
        grid |= {numbers[0] - 1, numbers[-1] + 1}
        grid |= {(low + high) / 2 for low, high in pairwise(numbers)}
    for value in sorted(grid):  # type: ignore[type-var]
        if not isinstance(known, Spans) or any(
            (low is None or low <= value) and (high is None or value <= high)  # type: ignore[operator]
            for low, high in known.spans
        ):
            yield value


# Conditions without links


def comes_out(test: Test, value: Value) -> bool:
    """How a test comes out for a value of its fact."""
    match test:
        case OneOf(values=values):
            return value in values
        case Contains(values=values):
            return bool(cast("frozenset[str]", value) & values)
        case AtLeast(bound=bound, strict=strict):
            return value > bound if strict else value >= bound  # type: ignore[operator]
        case Records(such_that=such_that, count=count):
            return sum(is_true(such_that, record) for record in cast("tuple[Situation, ...]", value)) >= count


def is_true(condition: Condition, situation: Situation) -> bool:
    match condition:
        case All(parts):
            return all(is_true(part, situation) for part in parts)
        case Some(parts):
            return any(is_true(part, situation) for part in parts)
        case Opposite(part):
            return not is_true(part, situation)
        case Term(part=part):
            return is_true(part, situation)
        case OneOf() | Contains() | AtLeast() | Records():
            return comes_out(condition, situation[condition.fact])
        case _:
            raise AssertionError("a link stands in a record's condition")

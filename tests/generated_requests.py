"""Generated requests of generated law: any knowledge of any fact, and every way of completing it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random
from typing import NamedTuple

import msgspec
from completions import Completion, TooMany, completions
from generated import DAY, leaves_of, often, pick, several, some_library
from generated_vocabulary import FACTS, tree_in

from comity.conditions import ALWAYS, All, tests_of
from comity.knowledge import Choice, Elements, Knowledge, RecordList, Spans
from comity.library import Library
from comity.norms import Agency
from comity.reference import Value
from comity.vocabulary import Fact, Tree

MOST = 160
"""Completions that one example may have: enough to be interesting, few enough to compare each with each."""


class Asked(msgspec.Struct, frozen=True):
    """A request: which action of which agency on which day, what is known, and which proposals are taken as law."""

    agency: Agency
    day: date
    action: str
    knowledge: dict[str, Knowledge]
    as_if: tuple[str, ...] = ()


def knowledge_of(chance: Random, fact: Fact) -> Knowledge:
    """What may be known of a fact: all, in part, or next to nothing."""
    match fact.kind:
        case "yes_no":
            return Choice(frozenset(several(chance, ["yes", "no"], 1, 2)))
        case "one_of":
            tree = tree_in(fact)
            return Choice(leaves_of(chance, tree) if often(chance, 2) else frozenset({pick(chance, tree.all_leaves())}))
        case "set_of":
            return elements(chance, tree_in(fact))
        case "records":
            fields = (fact.fields or {}).items()
            records = [
                {name: knowledge_of(chance, field) for name, field in fields if not often(chance, 3)}
                for _ in range(chance.randint(0, 2))
            ]
            return RecordList(tuple(records), often(chance, 2))
        case "date" | "datetime":
            return spans(chance, [DAY + timedelta(days=offset) for offset in (-31, -30, -29, -2, -1, 0, 1)])
        case "quantity":
            return spans(chance, [0.0, 2.0, 3.0, 5.0, 24.0, 30.0, 48.0, 50.0])


def elements(chance: Random, tree: Tree) -> Elements:
    """A set known element by element, some only by an inner name; complete or open."""
    names = several(chance, sorted(tree.leaves), 0, 3)
    if not often(chance, 2):
        return Elements(tuple(frozenset(tree.leaves[name]) for name in names))
    absent = frozenset(several(chance, tree.all_leaves(), 0, 2))
    present = (frozenset(tree.leaves[name]) - absent for name in names)
    return Elements(tuple(choices for choices in present if choices), True, absent)


def spans(chance: Random, values: Sequence[float] | Sequence[date]) -> Spans:
    """A point, a range, one without an end, or two ranges."""
    found: list[tuple[float | date | None, float | date | None]] = []
    for _ in range(pick(chance, [1, 1, 1, 2])):
        first, last = sorted(several(chance, range(len(values)), 2, 2))
        low, high = values[first], values[last]
        found.append(pick(chance, [(low, low), (low, low), (low, high), (None, high), (low, None)]))
    return Spans(tuple(found))


def facts_tested(library: Library) -> dict[str, Fact]:
    """The facts that some norm or some impossible combination of the library turns on."""
    norms = library.norms().values()
    tests = [test for norm in norms for test in tests_of(All((norm.when, norm.unless or ALWAYS)))]
    names = {test.fact for test in tests} | {norm.limit.clock for norm in norms if norm.limit}
    names |= {fact for part in library.vocabulary.impossible for fact in part.parts}
    names |= {"required_by_law", "local_rule_forbids", "done"}
    return {name: fact for name, fact in FACTS.items() if name in names}


def clocks(chance: Random, knowledge: dict[str, Knowledge]) -> dict[str, Knowledge]:
    """Both clocks, where one is known: ranges such as one or two releases give, business hours always the fewer."""
    if not knowledge.keys() & {"hours_held_business", "hours_held_plain"}:
        return {}
    business: list[tuple[float, float]] = []
    plain: list[tuple[float, float]] = []
    for _ in range(pick(chance, [1, 2])):
        low, least, high, most = sorted(several(chance, [0.0, 24.0, 30.0, 48.0, 50.0], 4, 4))
        business.append((low, low) if often(chance, 2) else (low, high))
        plain.append((most, most) if often(chance, 2) else (least, most))
    return {"hours_held_business": Spans(tuple(business)), "hours_held_plain": Spans(tuple(plain))}


def some_request(chance: Random, library: Library) -> Asked:
    """A request of any agency, for any action, with any knowledge of any fact."""
    agencies = list(library.agencies().values())
    tested = facts_tested(library)
    knowledge = {name: knowledge_of(chance, fact) for name, fact in tested.items() if often(chance, 2)}
    return Asked(
        agency=pick(chance, [agencies[1], agencies[1], *agencies]),
        day=pick(chance, [DAY, DAY, DAY, DAY - timedelta(days=3), DAY + timedelta(days=25)]),
        action=pick(chance, ["hold", "hold", "transfer", "tell"]),
        knowledge={**knowledge, **clocks(chance, knowledge)},
        as_if=("us/aa/bill",) if often(chance, 2) else (),
    )


class Question(NamedTuple):
    """Some law, a request, and every way of completing it."""

    library: Library
    asked: Asked
    found: list[Completion]

    def __repr__(self) -> str:
        norms = "\n".join(map(str, self.library.norms().values()))
        disputes = "\n".join(str(item.disputes) for item in self.library.instruments.values() if item.disputes)
        return f"{self.asked}\n{norms}\n{disputes}\n{self.library.vocabulary.impossible}"


def some_question(chance: Random, duties: bool) -> Question:
    """Some law, and a request that is known well enough to be completed in every way."""
    while True:
        law = some_library(chance, duties)
        asked = some_request(chance, law)
        for name, fact in facts_tested(law).items():
            try:
                found = complete(law, asked)
            except TooMany:
                if name not in asked.knowledge:
                    knowledge = {**asked.knowledge, name: knowledge_of(chance, fact)}
                    asked = msgspec.structs.replace(asked, knowledge={**knowledge, **clocks(chance, knowledge)})
            else:
                # Facts that contradict one another are no question.
                if found:
                    return Question(law, asked, found)
                break


def complete(library: Library, asked: Asked) -> list[Completion]:
    return completions(library, asked.agency, asked.day, asked.action, asked.knowledge, asked.as_if, MOST)


def exact(value: Value) -> Knowledge:
    """A value, known exactly."""
    if isinstance(value, str):
        return Choice(frozenset({value}))
    if isinstance(value, frozenset):
        return Elements(tuple(frozenset({leaf}) for leaf in sorted(value)))
    if isinstance(value, tuple):
        return RecordList(tuple({name: exact(field) for name, field in record.items()} for record in value))
    return Spans(((value, value),))


def raw(fact: Fact, told: Knowledge) -> object:
    """Knowledge in the words of a request. Where a request has no word for it, something near it."""
    match told:
        case Choice(values):
            return {"one_of": sorted(values)}
        case Elements(present, is_open, absent):
            assert fact.tree is not None
            names = [
                next((n for n, leaves in fact.tree.leaves.items() if set(leaves) == one), min(one)) for one in present
            ]
            return {"at_least": names, "not": sorted(absent)} if is_open else names
        case Spans(spans):
            low, high = spans[0]
            ends = [end.isoformat() if isinstance(end, date) else end for end in (low or high, high or low)]
            return {"between": ends}
        case RecordList(records, is_open):
            fields = fact.fields or {}
            listed = [{name: raw(fields[name], one) for name, one in record.items()} for record in records]
            return {"at_least": listed} if is_open else listed

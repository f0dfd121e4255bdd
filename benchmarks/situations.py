"""Complete requests, made up: every fact that the norms on an action test is told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

import msgspec

from comity.cells import SetVariable, Variable
from comity.decide import Law
from comity.derived import derive
from comity.errors import RequestError
from comity.knowledge import Choice, Spans
from comity.request import Request, parse_request
from comity.vocabulary import Fact

Facts = dict[str, object]


class Situation(msgspec.Struct, frozen=True):
    """One complete request: the facts as comity is told them, and as the other ways are.

    For these, what follows from other facts (hours held, whether a declaration came in time) is worked out beforehand:
    they would have to be told how to, and the time it takes is not counted against them.
    """

    facts: Facts
    told: Facts


def situations(law: Law, agency: str, on: date, action: str, number: int, seed: int = 0) -> list[Situation]:
    """So many different complete requests for an action, the same on every run."""
    unit = law.scope(law.agency(agency), on).unit(action)
    rule = law.vocabulary.action_rules.get(action)
    implied = {} if rule is None else rule.implies
    random = Random(f"{agency} {action} {seed}")
    found: dict[str, Situation] = {}
    for _ in range(100 * number):
        facts = {name: value for variable in unit.space.variables for name, value in _told(variable, on, random)}
        for fact, leaf in implied.items():
            if fact not in facts or random.random() < 0.9:
                facts[fact] = {"yes": True, "no": False}.get(leaf, leaf)
        try:
            request = parse_request(law.library, law.agency(agency), on, [action], facts)[0]
        except RequestError as error:
            if error.code != "impossible":
                raise
            continue
        found.setdefault(repr(facts), Situation(facts, _complete(request, [v.fact for v in unit.space.variables])))
        if len(found) == number:
            break
    return list(found.values())


def _told(variable: Variable, on: date, random: Random) -> Iterator[tuple[str, object]]:
    """A value for a fact; for a fact that follows from others, a value for each of these."""
    fact = variable.fact
    match fact.name:
        case "hours_held_plain" | "hours_held_business":
            # By any clock and at any hour of the day: at most 24 hours, over 48 hours by the plain clock, by both.
            yield "release_due_at", f"{on - timedelta(days=random.choice([0, 4, 11]))}T00:00"
        case "declaration_before_act":
            yield "declaration_on", (on + timedelta(days=random.choice([-10, 10]))).isoformat()
        case name:
            yield name, _value(variable, random)


def _value(variable: Variable, random: Random) -> object:
    fact = variable.fact
    match fact.kind:
        case "yes_no":
            return random.random() < 0.5
        case "one_of":
            assert fact.tree is not None
            return random.choice(fact.tree.all_leaves())
        case "set_of":
            # A leaf of each class that the law tells apart is as likely: else most papers shown would be rare ones.
            assert isinstance(variable, SetVariable)
            leaves = [random.choice(members) for members in variable.classes]
            return random.sample(leaves, min(len(leaves), random.choice([0, 1, 1, 1, 2])))
        case _:
            raise ValueError(f"no value of {fact.name} is made up here")


def _complete(request: Request, facts: list[Fact]) -> Facts:
    """The facts, those that follow from others among them, in one plain form."""
    known = derive(request)
    told = dict(request.facts)
    for fact in facts:
        follows = known.get(fact.name) if fact.derived_from else None
        if isinstance(follows, Spans):
            told[fact.name] = follows.spans[0][0]
        elif isinstance(follows, Choice):
            told[fact.name] = follows.values == frozenset({"yes"})
    return told

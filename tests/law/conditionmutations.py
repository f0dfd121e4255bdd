"""Mutations of conditions: a part dropped, an entry of a list dropped, a bound or a clock changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Literal

import msgspec

from comity.conditions import (
    ALWAYS,
    All,
    AtLeast,
    Condition,
    Contains,
    ForbiddenBelow,
    OneOf,
    Opposite,
    Records,
    RequiredAbove,
    Some,
    Term,
)
from comity.vocabulary import Fact, Tree

Form = Literal["part", "entry", "bound", "clock"]
Change = tuple[Form, str, Condition]
"""What form the mutation has, what it changed in words, and the condition as changed."""

Facts = Mapping[str, Fact]


def condition_changes(condition: Condition, facts: Facts) -> Iterator[Change]:
    """Every mutation of a condition, but for dropping it whole. Terms are left as they are: they stand elsewhere."""
    match condition:
        case All(parts) | Some(parts):
            yield from _joined(condition, parts, facts)
        case Opposite(part):
            for form, change, changed in condition_changes(part, facts):
                yield form, change, Opposite(changed)
        case Term() | ForbiddenBelow() | RequiredAbove():
            return
        case OneOf() | Contains():
            yield from _entries(condition, facts)
        case AtLeast():
            yield from _bounds(condition)
        case Records():
            yield from _records(condition, facts)


def meaning(term: Condition) -> Condition:
    """What a term of an instrument stands for."""
    return term.part if isinstance(term, Term) else term


def replace_term(condition: Condition, name: str, part: Condition) -> Condition:
    """The condition with another meaning for one of its terms."""
    match condition:
        case All(parts) | Some(parts):
            return type(condition)(tuple(replace_term(item, name, part) for item in parts))
        case Opposite(inner):
            return Opposite(replace_term(inner, name, part))
        case Term():
            return msgspec.structs.replace(
                condition, part=part if condition.name == name else replace_term(condition.part, name, part)
            )
        case _:
            return condition


def entries(tree: Tree, values: frozenset[str]) -> list[str]:
    """The names, inner ones as far up as can be, that together stand for these leaves."""
    whole = [name for name, leaves in tree.leaves.items() if values.issuperset(leaves)]
    return [name for name in whole if tree.parents.get(name) not in whole]


def told(condition: Condition, facts: Facts) -> str:
    """A condition in a few words."""
    match condition:
        case All(parts):
            return "(" + " and ".join(told(part, facts) for part in parts) + ")" if parts else "anything"
        case Some(parts):
            return "(" + " or ".join(told(part, facts) for part in parts) + ")"
        case Opposite(part):
            return f"not {told(part, facts)}"
        case Term(name):
            return name
        case OneOf(fact, values) | Contains(fact, values):
            return f"{fact} {'/'.join(_names(facts[fact], values))}"
        case AtLeast(fact, bound, strict):
            return f"{fact} {'above' if strict else 'at least'} {_shown(bound)}"
        case Records(fact, count, such_that):
            return f"{fact} with {count} of {told(such_that, facts[fact].fields or {})}"
        case ForbiddenBelow():
            return "forbidden_below"
        case RequiredAbove():
            return "required_above"


def _names(fact: Fact, values: frozenset[str]) -> list[str]:
    return entries(fact.tree, values) if fact.tree is not None else sorted(values)


def _joined(condition: All | Some, parts: tuple[Condition, ...], facts: Facts) -> Iterator[Change]:
    join = type(condition)
    for place, part in enumerate(parts):
        before, after = parts[:place], parts[place + 1 :]
        if before or after:
            yield "part", f"{told(part, facts)} dropped", join((*before, *after))
        for form, change, changed in condition_changes(part, facts):
            yield form, change, join((*before, changed, *after))


def _entries(condition: OneOf | Contains, facts: Facts) -> Iterator[Change]:
    fact = facts[condition.fact]
    if fact.tree is None:
        return
    names = entries(fact.tree, condition.values)
    if len(names) < 2:
        return
    for name in names:
        left = condition.values.difference(fact.tree.leaves[name])
        yield "entry", f"{fact.name}: {name} dropped", msgspec.structs.replace(condition, values=left)


def _bounds(condition: AtLeast) -> Iterator[Change]:
    clocks = {"hours_held_business": "hours_held_plain", "hours_held_plain": "hours_held_business"}
    if condition.fact in clocks:
        swapped = msgspec.structs.replace(condition, fact=clocks[condition.fact])
        yield "clock", f"{condition.fact} swapped", swapped
    for by in (-1, 1):
        moved = _moved(condition.bound, by)
        change = f"{condition.fact}: {_shown(condition.bound)} made {_shown(moved)}"
        yield "bound", change, msgspec.structs.replace(condition, bound=moved)
    change = f"{condition.fact}: {_shown(condition.bound)} itself counted on the other side"
    yield "bound", change, msgspec.structs.replace(condition, strict=not condition.strict)


def _moved(bound: object, by: int) -> float | date | datetime:
    if isinstance(bound, datetime | date):
        return bound + timedelta(days=by)
    assert isinstance(bound, int | float)
    return bound + by


def _shown(bound: object) -> str:
    return f"{bound:g}" if isinstance(bound, float) else str(bound)


def _records(condition: Records, facts: Facts) -> Iterator[Change]:
    fields = facts[condition.fact].fields or {}
    if condition.such_that != ALWAYS:
        anything = msgspec.structs.replace(condition, such_that=ALWAYS)
        yield "part", f"{condition.fact}: {told(condition.such_that, fields)} dropped", anything
    for form, change, changed in condition_changes(condition.such_that, fields):
        yield form, f"{condition.fact}: {change}", msgspec.structs.replace(condition, such_that=changed)
    more = msgspec.structs.replace(condition, count=condition.count + 1)
    yield "bound", f"{condition.fact}: {condition.count} made {more.count}", more

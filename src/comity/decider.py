"""A decider: one agency's law on one day, prepared so that a decision costs a few table look-ups.

A decider asks the facts that can still matter, in the order of the diagrams, through tables keyed by the values told.
The tables are filled from the diagrams the first time a value is met, so they hold no meaning of their own.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import cast

import msgspec

from comity.cells import Variable
from comity.compile import ActionDiagrams
from comity.derived import derive
from comity.diagram import Node
from comity.errors import RequestError
from comity.findings import Missing
from comity.knowledge import Choice, Knowledge
from comity.norms import Agency
from comity.notes import missing_names
from comity.request import Request, expand_actions, parse_value
from comity.scope import MOST_REMEMBERED, Scope


class Answer(msgspec.Struct, frozen=True):
    """Status, the deciding norms by id, the statuses still possible and the facts that would settle it."""

    status: str
    because: tuple[str, ...]
    possible: tuple[str, ...]
    possibly: tuple[str, ...]
    missing: tuple[Missing, ...]


Table = dict[object, "Step | Answer"]
Step = tuple[str, Table]
"""A fact to look at, and what follows for each value met so far; None stands for a fact that is not told."""


class Decider:
    """Decides actions for one agency on one day from a mapping of facts. Obtain it from `Law.decider`.

    A value is checked against the vocabulary when it is first met; facts that cannot matter are not looked at.
    """

    def __init__(self, scope: Scope, agency: Agency, on: date) -> None:
        self._scope = scope
        self._blank = Request(agency, on, None, (), True, {}, (), {})
        self._roots: dict[str, Step | Answer] = {}
        self._size = 0

    def __call__(self, action: str, facts: Mapping[str, object]) -> Answer:
        """The answer for one leaf action. Raises RequestError for an unknown action or value."""
        try:
            node = self._roots[action]
            while type(node) is tuple:
                fact, table = node
                value = facts.get(fact)
                if type(value) is list:
                    value = tuple(value)  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
                node = table[value]
            return node  # pyright: ignore[reportReturnType]
        except (KeyError, TypeError):
            return self._extend(action, facts)

    def _extend(self, action: str, facts: Mapping[str, object]) -> Answer:
        """Walk as `__call__` does, filling the tables on the way."""
        vocabulary = self._scope.law.library.vocabulary
        if expand_actions(vocabulary, [action]) != (action,):
            raise RequestError("unknown_action", f'"{action}" stands for several actions: name one', "action")
        if self._size >= MOST_REMEMBERED:
            self._roots.clear()
            self._size = 0
        walk = _Walk(self._scope, self._blank, action)
        place: tuple[Table, object] | None = None
        while True:
            fact = walk.next_fact()
            step: Step | Answer = walk.answer() if fact is None else (fact, {})
            step = self._roots.setdefault(action, step) if place is None else place[0].setdefault(place[1], step)
            if isinstance(step, Answer):
                return step
            self._size += 1
            name, table = step
            value = facts.get(name)
            key = _key(value)
            settled = walk.tell(name, value)
            if settled is not None:
                if key is not None or value is None:
                    table[key] = settled
                return settled
            # A value that cannot be a key gets a table of its own, which is dropped after the answer.
            place = (table, key) if key is not None or value is None else ({}, None)


def _key(value: object) -> object:
    key = tuple(cast("list[object]", value)) if value.__class__ is list else value
    try:
        hash(key)
    except TypeError:
        return None
    return key


class _Walk:
    """The diagrams of one action, restricted step by step to what has been told."""

    def __init__(self, scope: Scope, blank: Request, action: str) -> None:
        self._scope = scope
        self._blank = blank
        self._unit: ActionDiagrams = scope.unit(action)
        self._rule = scope.law.library.vocabulary.action_rules.get(action)
        self._told: dict[str, Knowledge] = {}
        self._looked_at: set[str] = set()
        self._masks: dict[int, int] = {}

    def next_fact(self) -> str | None:
        """The next fact on which the answer may still turn; None when all have been looked at."""
        if self._rule is not None:
            for fact in self._rule.implies:
                if fact not in self._looked_at:
                    return fact
        diagrams = self._unit.space.diagrams
        roots: list[Node] = [self._unit.status, *(rule.decides for rule in self._unit.rules)]
        turning: set[int] = set()
        for root in roots:
            turning |= diagrams.support(diagrams.restrict(root, self._masks))
        for position, variable in enumerate(self._unit.space.variables):
            if position in turning:
                for name in _inputs(variable):
                    if name not in self._looked_at:
                        return name
        return None

    def tell(self, name: str, value: object) -> Answer | None:
        """Take in what is told of a fact (None: nothing); an answer if that settles the matter by itself."""
        library = self._scope.law.library
        self._looked_at.add(name)
        if value is not None:
            self._told[name] = parse_value(library.vocabulary.facts[name], value, f"facts.{name}")
        elif name in self._scope.kept_values:
            self._told[name] = self._scope.kept_values[name]
        if self._rule is not None and name in self._rule.implies:
            wanted = self._rule.implies[name]
            told = self._told.get(name)
            if isinstance(told, Choice) and wanted not in told.values:
                return Answer("unregulated", (), ("unregulated",), (), ())
            self._told[name] = Choice(frozenset({wanted}))
        known = derive(msgspec.structs.replace(self._blank, known=self._told))
        for position, variable in enumerate(self._unit.space.variables):
            found = known.get(variable.fact.name)
            if found is not None:
                self._masks[position] = variable.mask_of(found)
        return None

    def answer(self) -> Answer:
        known = derive(msgspec.structs.replace(self._blank, known=self._told))
        outcome = self._scope.outcome(self._unit.action, self._scope.signature(self._unit.action, known))
        if not outcome.possible:
            raise RequestError("impossible", "these facts cannot all be so: correct one of them", "facts")
        return Answer(
            outcome.status,
            tuple(norm.id for norm in outcome.because),
            outcome.possible,
            tuple(norm.id for norm in outcome.possibly),
            missing_names(self._unit.space, outcome.missing, known),
        )


def _inputs(variable: Variable) -> list[str]:
    """The facts to be told from which a variable's value follows (the day is the decider's own)."""
    fact = variable.fact
    if fact.derived_from:
        return [name for name in fact.derived_from if name != "on"]
    inner = {name for field in (fact.fields or {}).values() for name in field.derived_from}
    return [fact.name, *sorted(name for name in inner if name not in (fact.fields or {}) and name != "on")]

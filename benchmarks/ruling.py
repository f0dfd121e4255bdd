"""The norms in force for an agency, a day and an action, as rules that any rule language can state.

A rule's norm *stands* if its condition holds and no rule that attacks it stands. Rules come after those they name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date

import msgspec

from comity.compile import ActionDiagrams
from comity.conditions import (
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
from comity.decide import Law
from comity.defeat import condition_of
from comity.library import is_above
from comity.norms import Modality, Norm


class Stands(msgspec.Struct, frozen=True):
    """True when the norm of another rule stands."""

    rule: str


class Both(msgspec.Struct, frozen=True):
    """True when every part is."""

    parts: tuple[Formula, ...]


class Either(msgspec.Struct, frozen=True):
    """True when one part is."""

    parts: tuple[Formula, ...]


class Not(msgspec.Struct, frozen=True):
    """True when the part is false."""

    part: Formula


Formula = Both | Either | Not | Stands | OneOf | Contains | AtLeast
TRUE = Both(())


class Untranslatable(Exception):
    """A law that tests what not every language here can test."""


class Rule(msgspec.Struct, frozen=True):
    """One norm: a name that any language accepts, the norm's id, and what it takes for the norm to stand."""

    name: str
    norm: str
    modality: Modality
    stands: Formula


class Ruling(msgspec.Struct, frozen=True):
    """The rules for one action. `given` is what the action's own meaning settles: unless it holds, no norm stands."""

    agency: str
    on: date
    action: str
    rules: tuple[Rule, ...]
    given: Formula

    def formulas(self) -> tuple[Formula, ...]:
        return (self.given, *(rule.stands for rule in self.rules))

    def settle(self, standing: set[str]) -> tuple[str, frozenset[str]]:
        """The status, and the norms that decide it, from the names of the rules whose norms stand.

        Every way of deciding uses it alike.
        """
        speaking = [rule for rule in self.rules if rule.name in standing and rule.modality != "lifts"]
        modalities = {rule.modality for rule in speaking}
        if {"requires", "prohibits"} <= modalities:
            status, decisive = "conflict", {"requires", "prohibits"}
        elif "prohibits" in modalities:
            status, decisive = "prohibited", {"prohibits"}
        elif "requires" in modalities:
            status, decisive = "required", {"requires"}
        else:
            status, decisive = ("permitted" if modalities else "unregulated"), {"permits"}
        return status, frozenset([rule.norm for rule in speaking if rule.modality in decisive])


def ruling(law: Law, agency: str, on: date, action: str) -> Ruling:
    """The rules for an action.

    Raises Untranslatable for tests on records and for texts that are uncertain on the day.
    """
    unit = law.scope(law.agency(agency), on).unit(action)
    if unit.space.extra:
        raise Untranslatable(f"uncertain texts on {on}: {', '.join(unit.space.extra)}")
    rule = law.vocabulary.action_rules.get(action)
    implied = {} if rule is None else rule.implies
    given = _joined([OneOf(fact, frozenset({leaf})) for fact, leaf in implied.items()])
    return Ruling(agency, on, action, tuple(_Translation(unit).rules()), given)


class _Translation:
    def __init__(self, unit: ActionDiagrams) -> None:
        compiled = {item.norm.id: item for item in (*unit.rules, *unit.defeaters)}
        self._norms = {norm_id: item.norm for norm_id, item in compiled.items()}
        self._attackers = {norm_id: [norm.id for norm, _ in item.attacks] for norm_id, item in compiled.items()}
        self._names = {norm_id: f"n{number}" for number, norm_id in enumerate(compiled)}

    def rules(self) -> Iterator[Rule]:
        """A rule for each norm, those it names first."""
        formulas = {norm_id: self._stands(norm_id) for norm_id in self._norms}
        by_name = {name: norm_id for norm_id, name in self._names.items()}
        done: set[str] = set()

        def visit(norm_id: str) -> Iterator[Rule]:
            if norm_id in done:
                return
            done.add(norm_id)
            for name in named_in(formulas[norm_id]):
                yield from visit(by_name[name])
            yield Rule(self._names[norm_id], norm_id, self._norms[norm_id].modality, formulas[norm_id])

        for norm_id in self._norms:
            yield from visit(norm_id)

    def _stands(self, norm_id: str) -> Formula:
        norm = self._norms[norm_id]
        attacked = [Not(Stands(self._names[attacker])) for attacker in self._attackers[norm_id]]
        return _joined([self._formula(condition_of(norm), norm), *attacked])

    def _formula(self, condition: Condition, norm: Norm) -> Formula:
        match condition:
            case All(parts):
                return _joined([self._formula(part, norm) for part in parts])
            case Some(parts):
                found = tuple(self._formula(part, norm) for part in parts)
                return found[0] if len(found) == 1 else Either(found)
            case Opposite(part):
                return Not(self._formula(part, norm))
            case Term(part=part):
                return self._formula(part, norm)
            case ForbiddenBelow():
                return self._linked("prohibits", lambda other: is_above(norm.place, other.place))
            case RequiredAbove():
                return self._linked("requires", lambda other: is_above(other.place, norm.place))
            case Records():
                raise Untranslatable(f"{norm.id} tests records ({condition.fact})")
            case OneOf() | Contains() | AtLeast():
                return condition

    def _linked(self, modality: Modality, is_meant: Callable[[Norm], bool]) -> Formula:
        """True when one of the norms meant stands."""
        linked = [norm.id for norm in self._norms.values() if norm.modality == modality and is_meant(norm)]
        return Either(tuple(Stands(self._names[norm_id]) for norm_id in linked))


def named_in(formula: Formula) -> Iterator[str]:
    """The names of the rules that a formula refers to."""
    match formula:
        case Both(parts) | Either(parts):
            for part in parts:
                yield from named_in(part)
        case Not(part):
            yield from named_in(part)
        case Stands(rule):
            yield rule
        case _:
            return


def without_names(rules: Sequence[Rule]) -> list[Rule]:
    """The rules with every reference replaced by what it refers to, for languages without references."""
    written_out: dict[str, Formula] = {}

    def expand(formula: Formula) -> Formula:
        match formula:
            case Both(parts):
                return Both(tuple(map(expand, parts)))
            case Either(parts):
                return Either(tuple(map(expand, parts)))
            case Not(part):
                return Not(expand(part))
            case Stands(rule):
                return written_out[rule]
            case _:
                return formula

    for rule in rules:
        written_out[rule.name] = expand(rule.stands)
    return [msgspec.structs.replace(rule, stands=written_out[rule.name]) for rule in rules]


def _joined(parts: Sequence[Formula]) -> Formula:
    """All of the parts, with nothing nested that need not be."""
    flat: list[Formula] = []
    for part in parts:
        flat += part.parts if isinstance(part, Both) else [part]
    return flat[0] if len(flat) == 1 else Both(tuple(flat))

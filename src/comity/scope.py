"""The law for one agency in one period, compiled on demand, with outcomes remembered by signature."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from comity.bound import AgencyLaw
from comity.compile import ActionDiagrams, DutyDiagram, compile_duties, compile_unit
from comity.knowledge import Knowledge
from comity.norms import Known
from comity.outcome import Outcome, duty_outcome, outcome
from comity.request import parse_value

MOST_REMEMBERED = 100_000
"""Outcomes remembered for one action: beyond this the memory is emptied and fills again."""

Signature = tuple[int, ...]
"""For each variable of a unit, the mask of cells that what is known leaves possible. Requests with equal signatures
have equal outcomes, since the law tells nothing else apart."""


class Scope:
    """The law for an agency between two changes of law; every day of the period is alike."""

    def __init__(self, law: AgencyLaw, day: date) -> None:
        self.law = law
        self.day = day
        self.kept: dict[str, Known] = {known.fact: known for known in law.known if known.holds_on(day)}
        facts = law.library.vocabulary.facts
        self.kept_values: dict[str, Knowledge] = {
            name: parse_value(facts[name], known.value, f"known.{name}") for name, known in self.kept.items()
        }
        self._units: dict[str, ActionDiagrams] = {}
        self._duties: list[DutyDiagram] | None = None
        self._outcomes: dict[str, dict[Signature, Outcome]] = {}
        self._owed: dict[tuple[int, Signature], tuple[str, tuple[int, ...]]] = {}

    def unit(self, action: str) -> ActionDiagrams:
        found = self._units.get(action)
        if found is None:
            found = self._units[action] = compile_unit(self.law, self.day, action)
        return found

    def duties(self) -> list[DutyDiagram]:
        if self._duties is None:
            self._duties = compile_duties(self.law, self.day)
        return self._duties

    def signature(self, action: str, known: Mapping[str, Knowledge]) -> Signature:
        """The signature of what is known, for one action."""
        return _signature(self.unit(action), known)

    def outcome(self, action: str, signature: Signature) -> Outcome:
        """The outcome for a signature, remembered."""
        remembered = self._outcomes.setdefault(action, {})
        found = remembered.get(signature)
        if found is None:
            if len(remembered) >= MOST_REMEMBERED:
                remembered.clear()
            found = remembered[signature] = outcome(self.unit(action), dict(enumerate(signature)))
        return found

    def owed(self, duty: DutyDiagram, known: Mapping[str, Knowledge]) -> tuple[str, tuple[int, ...]]:
        """Whether a duty is owed under what is known: see `duty_outcome`."""
        key = (id(duty), _signature(duty, known))
        found = self._owed.get(key)
        if found is None:
            if len(self._owed) >= MOST_REMEMBERED:
                self._owed.clear()
            found = self._owed[key] = duty_outcome(duty, dict(enumerate(key[1])))
        return found


def _signature(unit: ActionDiagrams | DutyDiagram, known: Mapping[str, Knowledge]) -> Signature:
    space = unit.space
    masks: list[int] = []
    for variable in space.variables:
        told = known.get(variable.fact.name)
        masks.append(variable.full if told is None else variable.mask_of(told))
    masks += [0b11] * len(space.extra)
    return tuple(masks)

"""The law for one agency in one period, compiled on demand, with outcomes remembered by signature."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cached_property

import msgspec

from comity.bound import AgencyLaw, BoundNorm
from comity.compile import ActionDiagrams, DutyDiagram, compile_counting, compile_duties
from comity.defeat import covers, rules_on
from comity.knowledge import Knowledge
from comity.norms import Boundary, Dispute, Known, Norm, NotEncoded
from comity.outcome import Outcome, duty_outcome, outcome
from comity.request import parse_value

MOST_REMEMBERED = 100_000
"""Outcomes remembered for one action: beyond this the memory is emptied and fills again."""

Signature = tuple[int, ...]
"""For each variable of a unit, the mask of cells that what is known leaves possible. Requests with equal signatures
have equal outcomes, since the law tells nothing else apart."""


UnitKey = tuple[str, str, tuple[tuple[str, tuple[tuple[str, str], ...]], ...]]


class Surroundings(msgspec.Struct, frozen=True):
    """What findings on an action show of the law around the norms that decide it, whatever the request.

    `removed`: norms on the action that would count, were it not for a court. `coming`: changes of text after the
    period, each with the boundary it waits for. `not_encoded`: what the files say that they do not hold.
    """

    removed: tuple[tuple[Norm, Dispute], ...]
    coming: tuple[tuple[Boundary, str], ...]
    not_encoded: tuple[NotEncoded, ...]


class Scope:
    """The law for an agency between two changes of law; every day of the period is alike."""

    def __init__(self, law: AgencyLaw, day: date, compiled: dict[UnitKey, ActionDiagrams] | None = None) -> None:
        """`compiled`: units shared with other scopes, of agencies and periods that the same norms bind."""
        self.law = law
        self.day = day
        self._compiled = {} if compiled is None else compiled
        self._bound: dict[str, list[BoundNorm]] = {}
        self.kept: dict[str, Known] = {known.fact: known for known in law.known if known.holds_on(day)}
        facts = law.library.vocabulary.facts
        self.kept_values: dict[str, Knowledge] = {
            name: parse_value(facts[name], known.value, f"known.{name}") for name, known in self.kept.items()
        }
        self._removed = law.removed_on(day)
        self._units: dict[str, ActionDiagrams] = {}
        self._duties: list[DutyDiagram] | None = None
        self._outcomes: dict[str, dict[Signature, Outcome]] = {}
        self._owed: dict[tuple[int, Signature], tuple[str, tuple[int, ...]]] = {}
        self._surroundings: dict[str, Surroundings] = {}
        self._disputes: dict[str, list[Dispute]] = {}

    @cached_property
    def bound(self) -> list[BoundNorm]:
        """The norms that count in the period."""
        return self.law.norms_on(self.day)

    def bound_on(self, action: str) -> list[BoundNorm]:
        """Those that rule on an action, or may lift such norms: few of all, for which that they count is looked at."""
        found = self._bound.get(action)
        if found is None:
            found = self._bound[action] = self.law.norms_on(self.day, self.law.concerning(action).values())
        return found

    def unit(self, action: str) -> ActionDiagrams:
        found = self._units.get(action)
        if found is None:
            key = self.unit_key(action)
            found = self._compiled.get(key)
            if found is None:
                found = self._compiled[key] = compile_counting(self.law, self.bound, action)
            self._units[action] = found
        return found

    def unit_key(self, action: str) -> UnitKey:
        """All that the diagrams of an action rest on: the norms on it that count, and the place of the agency if one of
        them turns on its law, of which a part may not be encoded."""
        norms = tuple((item.norm.id, item.bands) for item in self.bound_on(action))
        local = not self.law.library.turning_on_local_law.isdisjoint(name for name, _ in norms)
        return action, self.law.agency.place if local else "", norms

    def duties(self) -> list[DutyDiagram]:
        if self._duties is None:
            self._duties = compile_duties(self.law, self.day)
        return self._duties

    def surroundings(self, action: str) -> Surroundings:
        """What findings on the action show of the law around it."""
        found = self._surroundings.get(action)
        if found is None:
            found = self._surroundings[action] = _surroundings(self.law, self.day, action, self._removed)
        return found

    def disputes_of(self, norm: Norm) -> list[Dispute]:
        """The disputes about a norm that act in the period."""
        found = self._disputes.get(norm.id)
        if found is None:
            found = self._disputes[norm.id] = self.law.disputes_of(norm, self.day)
        return found

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
    masks = space.diagrams.full.copy()
    for name, told in known.items():
        position = space.position.get(name)
        if position is not None:
            masks[position] = space.variables[position].mask_of(told)
    return tuple(masks)


def _surroundings(law: AgencyLaw, day: date, action: str, removed: list[tuple[Norm, Dispute]]) -> Surroundings:
    vocabulary = law.library.vocabulary
    coming: dict[tuple[Boundary, str], None] = {}
    for norm in law.concerning(action).values():
        for interval in norm.intervals:
            if interval.start.day > day:
                text = f"{norm.cite} comes into force on {_day(interval.start)}, soon after this day."
                coming[interval.start, text] = None
            if interval.until is not None and interval.until.day > day:
                text = f"{norm.cite}, as it reads on this day, ends on {_day(interval.until)}."
                coming[interval.until, text] = None
    return Surroundings(
        tuple(pair for pair in removed if rules_on(pair[0], action, vocabulary)),
        tuple(coming),
        tuple(
            item
            for item in law.not_encoded
            if (not item.actions or covers(item.actions, action, vocabulary))
            and (item.start is None or item.start <= day)
            and (item.until is None or day < item.until)
        ),
    )


def _day(boundary: Boundary) -> str:
    if boundary.latest is None:
        return boundary.day.isoformat()
    return f"a day from {boundary.day.isoformat()} to {boundary.latest.isoformat()}, not known exactly"

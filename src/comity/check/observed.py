"""What norms are seen to do over all units: apply, stand undefeated, decide, defeat one another, stand in conflict."""

from __future__ import annotations

import msgspec

from comity.check.exceptions import Part, parts_of
from comity.check.units import Stand, Unit
from comity.compile import YES, NormDiagrams
from comity.diagram import Node
from comity.norms import Norm
from comity.truths import all_of


class Clash(msgspec.Struct):
    """A norm that requires and one that prohibits the same action, both undefeated in some situation.

    `stands` tells where, by action; `unit` and `situations` hold the diagram of those situations of the latest day.
    """

    requires: Norm
    prohibits: Norm
    unit: Unit
    situations: Node
    stands: dict[str, list[Stand]]


class NormSeen:
    """What one norm has been seen to do so far."""

    def __init__(self, norm: Norm) -> None:
        self.norm = norm
        self.counts = False
        self.applies = False
        self.undefeated = False
        self.decides = False
        self.beside_prohibition = False
        self.idle: list[Part] = list(parts_of(norm))

    @property
    def is_settled(self) -> bool:
        """Whether no further unit can show anything new."""
        return self.decides and not self.idle


class Observed:
    """Gathers what the units show."""

    def __init__(self) -> None:
        self.norms: dict[str, NormSeen] = {}
        self.clashes: dict[tuple[str, str], Clash] = {}
        self.defeats: dict[tuple[str, str, str], tuple[Norm, Norm]] = {}
        """Attacker and defeated, by their ids and the action."""
        self.aims: dict[tuple[str, str, str], tuple[Norm, Norm]] = {}
        """Likewise, for every edge between norms that count together, whether or not it can ever act."""

    def look(self, unit: Unit) -> None:
        """Take note of what a unit shows."""
        duty, proposal = unit.plan.duty, unit.plan.period.proposal
        rules = unit.diagrams.rules
        forbidden = any(rule.norm.modality == "prohibits" for rule in rules)
        for rule in (*rules, *unit.diagrams.defeaters):
            if duty is not None and rule.norm.id != duty.norm.id:
                continue
            if not proposal or rule.norm.instrument == proposal:
                seen = self._seen(rule.norm)
                seen.beside_prohibition |= forbidden
                self._observe(unit, rule, seen)
            self._attacks(unit, rule)
        if duty is None and not proposal:
            self._clashes(unit, rules)

    def _seen(self, norm: Norm) -> NormSeen:
        found = self.norms.get(norm.id)
        if found is None:
            found = self.norms[norm.id] = NormSeen(norm)
        return found

    def _observe(self, unit: Unit, rule: NormDiagrams, seen: NormSeen) -> None:
        seen.counts = True
        if seen.is_settled:
            return
        seen.applies = seen.applies or _can_be(unit, rule.applies)
        if not seen.applies:
            return
        seen.undefeated = seen.undefeated or _can_be(unit, rule.undefeated)
        seen.decides = seen.decides or _can_be(unit, rule.decides)
        seen.idle = [part for part in seen.idle if not unit.is_possible(unit.diagrams.space.build(part.acts))]

    def _attacks(self, unit: Unit, rule: NormDiagrams) -> None:
        for attacker, succeeds in rule.attacks:
            key = (attacker.id, rule.norm.id, unit.plan.action)
            self.aims[key] = (attacker, rule.norm)
            if key not in self.defeats and _can_be(unit, succeeds):
                self.defeats[key] = (attacker, rule.norm)

    def _clashes(self, unit: Unit, rules: list[NormDiagrams]) -> None:
        diagrams = unit.diagrams.space.diagrams
        for one in rules:
            for other in rules:
                if one.norm.modality != "requires" or other.norm.modality != "prohibits":
                    continue
                both = diagrams.combine(_conflict, unit.known, one.decides, other.decides)
                if diagrams.reach(both):
                    self._clash(unit, one.norm, other.norm, both)

    def _clash(self, unit: Unit, requires: Norm, prohibits: Norm, situations: Node) -> None:
        key = (requires.id, prohibits.id)
        clash = self.clashes.setdefault(key, Clash(requires, prohibits, unit, situations, {}))
        clash.stands.setdefault(unit.plan.action, []).extend(unit.plan.stands)
        if latest(unit.plan.stands).day > latest(clash.unit.plan.stands).day:
            clash.unit, clash.situations = unit, situations


def latest(stands: list[Stand]) -> Stand:
    """The stand of the latest day."""
    return max(stands, key=lambda stand: (stand.day, stand.agency.id))


def _can_be(unit: Unit, node: Node) -> bool:
    """Whether a norm's diagram can be true."""
    diagrams = unit.diagrams.space.diagrams
    return bool(diagrams.reach(diagrams.combine(_yes, unit.possible, node)))


def _yes(possible: int, leaf: int) -> int:
    return int(bool(possible) and leaf == YES)


def _conflict(known: int, one: int, other: int) -> int:
    return all_of(known, one == YES, other == YES)

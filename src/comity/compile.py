"""Norms in force for an agency on a day → decision diagrams: one unit for each action, one for each duty.

A unit holds the diagram of the status and, for each norm, those of when it applies, when it is undefeated and when it
decides. The defeat of norms (lifts, overrides, yields_to) is worked into them here, once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from functools import cached_property

from comity.bound import AgencyLaw, BoundNorm, in_force
from comity.cells import Space
from comity.conditions import (
    All,
    Condition,
    ForbiddenBelow,
    Opposite,
    RequiredAbove,
    Some,
    Term,
    Test,
    links_of,
    tests_of,
)
from comity.defeat import attacks, condition_of, covers, is_duty, rules_on, synthetic_norm
from comity.diagram import Node
from comity.layout import Layout
from comity.library import is_above
from comity.norms import STATUSES, Norm
from comity.truths import all_of, any_of, first_alone, none_of

REQUIRED, PROHIBITED, PERMITTED, CONFLICT, UNREGULATED = (1 << i for i in range(len(STATUSES)))

IMPOSSIBLE, NO, YES = 0, 1, 2
"""Leaves of a norm's diagrams: a combination of facts that cannot be, false, true."""


class NormDiagrams:
    """A norm within a unit: when it applies, when it is also undefeated, when it decides the status, and, for each
    norm that attacks it, when that attack succeeds. Leaves are IMPOSSIBLE, NO and YES. Each is made when first asked
    for: a status alone needs none of them."""

    def __init__(self, norm: Norm, builder: _Builder) -> None:
        self.norm = norm
        self._builder = builder

    @cached_property
    def applies(self) -> Node:
        return self._builder.with_care(self._builder.applies(self.norm.id))

    @cached_property
    def undefeated(self) -> Node:
        return self._builder.with_care(self._builder.undefeated(self.norm.id))

    @cached_property
    def decides(self) -> Node:
        return self._builder.with_care(self._builder.decides(self.norm))

    @cached_property
    def attacks(self) -> list[tuple[Norm, Node]]:
        return self._builder.attacks_on(self.norm.id)


class ActionDiagrams:
    """The diagrams of one action for one agency in one period of law.

    `status` has single status bits as leaves, and 0 where the facts contradict one another. `rules` are the norms that
    rule on the action, `defeaters` the `lifts` norms that act on them. `linked` holds groups of variables bound
    together by impossible combinations.
    """

    def __init__(self, action: str, space: Space, care: Node, linked: list[frozenset[int]]) -> None:
        self.action = action
        self.space = space
        self.care = care
        self.linked = linked
        self.status: Node = care
        self.rules: list[NormDiagrams] = []
        self.defeaters: list[NormDiagrams] = []
        self.missing: dict[Node, tuple[int, ...]] = {}
        """What was found missing, by what is left of `status` under what is known: of much that is known the same."""
        self.questions: dict[Node, int | None] = {}
        """The best question, likewise."""


class DutyDiagram:
    """One duty norm: when it is owed (IMPOSSIBLE, NO, YES). For a standing report: when a request appears in it."""

    def __init__(self, norm: Norm, space: Space, owed: Node, linked: list[frozenset[int]]) -> None:
        self.norm = norm
        self.space = space
        self.owed = owed
        self.linked = linked


def compile_together(
    laws: Sequence[tuple[AgencyLaw, list[BoundNorm]]],
    action: str,
    conditions: Sequence[Condition] = (),
    *,
    small: bool = False,
) -> list[ActionDiagrams]:
    """The diagrams of one action under several laws (of each, the norms that count), over the same variables, so that
    they can be compared.

    The variables also tell apart what the further conditions (without links) test. Where a comparison works through
    the whole diagrams, they may be wanted `small` rather than with what is tested most first.
    """
    builders = [_Builder(law, bound, action) for law, bound in laws]
    layout = _lay_out(builders, conditions, _tested_together(builders) if small else ())
    return [builder.use(layout).action_diagrams() for builder in builders]


def compile_duties(law: AgencyLaw, day: date) -> list[DutyDiagram]:
    """A unit for each duty and each standing report in force, in the order of the law files.

    Those that a court keeps from counting come last: what they would ask is shown as suspended.
    """
    bound = law.norms_on(day)
    removed = {norm.id: norm for norm, _ in law.removed_on(day)}
    suspended = [BoundNorm(norm, in_force(norm.intervals, day) or ()) for norm in removed.values()]
    owed = [item for item in (*bound, *suspended) if item.norm.modality == "requires"]
    return [
        builder.use(_lay_out([builder])).duty_diagram(item)
        for item in owed
        if is_duty(item.norm, law.library.vocabulary)
        for builder in [_Builder(law, bound, item.norm.actions[0], item)]
    ]


def norms_that_matter(
    law: AgencyLaw, bound: list[BoundNorm], action: str, duty: BoundNorm | None = None
) -> tuple[BoundNorm, ...]:
    """Of the norms that count, those on which the status of an action (or whether a duty is owed) turns, with those
    that stand for law not encoded. Wherever these are the same, so are the diagrams."""
    return tuple(_Builder(law, bound, action, duty).items.values())


def compile_counting(
    law: AgencyLaw,
    bound: list[BoundNorm],
    action: str,
    duty: BoundNorm | None = None,
    conditions: Sequence[Condition] = (),
) -> ActionDiagrams:
    """The diagrams of one action (for a duty: of that duty, whose status says nothing) under the norms that count."""
    builder = _Builder(law, bound, action, duty)
    return builder.use(_lay_out([builder], conditions)).action_diagrams()


def _lay_out(
    builders: Sequence[_Builder], conditions: Sequence[Condition] = (), together: Sequence[frozenset[str]] = ()
) -> Layout:
    tests = [test for builder in builders for test in builder.tests()]
    tests += [test for condition in conditions for test in tests_of(condition)]
    bands = [name for builder in builders for name in builder.bands()]
    return Layout(builders[0].library.vocabulary, tests, bands, together)


def _tested_together(builders: Sequence[_Builder]) -> list[frozenset[str]]:
    """The facts that each norm tests; those norms first that defeat most others, as they settle most by themselves."""
    items = {name: item for builder in builders for name, item in builder.items.items()}
    attacks = {(by, name) for builder in builders for name, attackers in builder.attackers.items() for by in attackers}
    attacked = Counter(by for by, _ in attacks)
    ordered = sorted(items, key=lambda name: (-attacked[name], name))
    return [frozenset(test.fact for test in tests_of(condition_of(items[name].norm))) for name in ordered]


class _Builder:
    """Builds one unit: selects the norms, lays out the variables, then the diagrams from the attackers up."""

    def __init__(self, law: AgencyLaw, bound: list[BoundNorm], action: str, duty: BoundNorm | None = None) -> None:
        self.library = law.library
        self.agency = law.agency
        self.action = action
        speaking = {item.norm.id: item for item in bound if self._rules(item.norm)}
        if duty is not None:
            speaking[duty.norm.id] = duty
        lifting = [item for item in bound if item.norm.modality == "lifts"]
        while added := self._called_for(speaking, lifting):
            speaking |= added
        norms = [item.norm for item in speaking.values()]
        self.attackers = self._attackers([duty.norm] if duty else norms, norms)
        self.items = {norm_id: item for norm_id, item in speaking.items() if norm_id in self.attackers}
        self.ruling = [item.norm for item in self.items.values() if item.norm.modality != "lifts"]
        self._undefeated: dict[str, Node] = {}
        self._applies: dict[str, Node] = {}
        self._standing: dict[str, Node] = {}
        self._careful: dict[Node, Node] = {}
        self.layout: Layout
        self.space: Space

    def action_diagrams(self) -> ActionDiagrams:
        unit = ActionDiagrams(self.action, self.space, self.layout.care, self.layout.linked)
        standing = [self._any_undefeated(modality) for modality in ("prohibits", "requires", "permits")]
        unit.status = self.space.diagrams.combine(_status, self.layout.care, *standing)
        for item in self.items.values():
            compiled = NormDiagrams(item.norm, self)
            (unit.defeaters if item.norm.modality == "lifts" else unit.rules).append(compiled)
        return unit

    def duty_diagram(self, item: BoundNorm) -> DutyDiagram:
        owed = self.undefeated(item.norm.id)
        return DutyDiagram(item.norm, self.space, self.with_care(owed), self.layout.linked)

    def applies(self, norm_id: str) -> Node:
        if norm_id not in self._applies:
            item = self.items[norm_id]
            node = self._build(condition_of(item.norm), item.norm)
            self._applies[norm_id] = self.space.diagrams.combine(all_of, node, self._in_force(item))
        return self._applies[norm_id]

    def undefeated(self, norm_id: str) -> Node:
        if norm_id not in self._undefeated:
            diagrams = self.space.diagrams
            attackers = [self.undefeated(attacker) for attacker in self.attackers[norm_id]]
            self._undefeated[norm_id] = diagrams.combine(first_alone, self.applies(norm_id), *attackers)
        return self._undefeated[norm_id]

    def decides(self, norm: Norm) -> Node:
        """A norm decides where it stands; one that permits, only where none stands that prohibits or requires."""
        diagrams = self.space.diagrams
        match norm.modality:
            case "lifts":
                return diagrams.leaf(0)
            case "permits":
                stricter = self._any_undefeated("prohibits"), self._any_undefeated("requires")
                return diagrams.combine(first_alone, self.undefeated(norm.id), *stricter)
            case _:
                return self.undefeated(norm.id)

    def attacks_on(self, norm_id: str) -> list[tuple[Norm, Node]]:
        """The norms that attack one, and where each does so successfully."""
        return [(self.items[attacker].norm, self._attack(attacker, norm_id)) for attacker in self.attackers[norm_id]]

    def with_care(self, node: Node) -> Node:
        """A bit as IMPOSSIBLE, NO or YES."""
        if node not in self._careful:
            self._careful[node] = self.space.diagrams.combine(_truth, self.layout.care, node)
        return self._careful[node]

    def _rules(self, norm: Norm) -> bool:
        return norm.modality != "lifts" and rules_on(norm, self.action, self.library.vocabulary)

    def _called_for(self, speaking: dict[str, BoundNorm], lifting: list[BoundNorm]) -> dict[str, BoundNorm]:
        """What the norms that speak bring in: the lifts that act on them, and synthetic norms."""
        norms = [item.norm for item in speaking.values()]
        lifts = [item for item in lifting if any(attacks(item.norm, norm, self.action, self.library) for norm in norms)]
        return {item.norm.id: item for item in (*self._synthetic(norms), *lifts) if item.norm.id not in speaking}

    def _attackers(self, start: list[Norm], candidates: list[Norm]) -> dict[str, list[str]]:
        """For each norm on which the standing of the first ones turns, by defeat or link, the norms that attack it."""
        found: dict[str, list[str]] = {}
        pending = list(start)
        while pending:
            norm = pending.pop()
            if norm.id in found:
                continue
            hitting = [other for other in candidates if attacks(other, norm, self.action, self.library)]
            found[norm.id] = [attacker.id for attacker in hitting]
            pending += hitting
            for link in links_of(condition_of(norm)):
                pending += _linked(link, norm, candidates)
        return found

    def _synthetic(self, ruling: list[Norm]) -> list[BoundNorm]:
        """Norms that stand for law not encoded, where a norm here turns on whether such law speaks."""
        places: dict[str, Norm] = {}
        for norm in ruling:
            links = links_of(condition_of(norm))
            if RequiredAbove in links:
                above = [place for place in self.library.jurisdictions if is_above(place, norm.place)]
                incomplete = [place for place in above if not self._complete(place)]
                if incomplete:
                    added = synthetic_norm(max(incomplete, key=len), "required_by_law", self.action)
                    places[added.id] = added
            for target in norm.yields_to:
                named = target.place in self.library.jurisdictions and target.modality == "requires"
                concerns = not target.actions or covers(target.actions, self.action, self.library.vocabulary)
                if named and concerns and not self._complete(target.place):
                    added = synthetic_norm(target.place, "required_by_law", self.action)
                    places[added.id] = added
            own = self.agency.place
            if ForbiddenBelow in links and is_above(norm.place, own) and not self._complete(own):
                added = synthetic_norm(own, "local_rule_forbids", self.action)
                places[added.id] = added
        return [BoundNorm(norm) for norm in places.values()]

    def _complete(self, place: str) -> bool:
        return covers(self.library.jurisdictions[place].complete_for, self.action, self.library.vocabulary)

    def tests(self) -> list[Test]:
        """The tests of all norms that matter here."""
        return [test for item in self.items.values() for test in tests_of(condition_of(item.norm))]

    def bands(self) -> list[str]:
        """The boundaries of texts of which it is uncertain whether they have been reached."""
        return [name for item in self.items.values() for pair in item.bands for name in pair if name]

    def use(self, layout: Layout) -> _Builder:
        self.layout = layout
        self.space = layout.space
        return self

    def _in_force(self, item: BoundNorm) -> Node:
        diagrams = self.space.diagrams
        if not item.bands:
            return diagrams.leaf(1)
        alternatives: list[Node] = []
        for start, until in item.bands:
            parts = [diagrams.test(self.space.position[start], 0b10)] if start else []
            parts += [diagrams.test(self.space.position[until], 0b01)] if until else []
            alternatives.append(diagrams.combine(all_of, *parts))
        return diagrams.combine(any_of, *alternatives)

    def _build(self, condition: Condition, norm: Norm) -> Node:
        if not links_of(condition):
            return self.space.build(condition)
        diagrams = self.space.diagrams
        match condition:
            case All(parts):
                return diagrams.combine(all_of, *(self._build(part, norm) for part in parts))
            case Some(parts):
                return diagrams.combine(any_of, *(self._build(part, norm) for part in parts))
            case Opposite(part):
                return diagrams.combine(none_of, self._build(part, norm))
            case Term(part=part):
                return self._build(part, norm)
            case _:
                return self._any(_linked(type(condition), norm, self.ruling))

    def _any(self, norms: Iterable[Norm]) -> Node:
        diagrams = self.space.diagrams
        return diagrams.combine(any_of, diagrams.leaf(0), *(self.undefeated(norm.id) for norm in norms))

    def _any_undefeated(self, modality: str) -> Node:
        found = self._standing.get(modality)
        if found is None:
            found = self._any(norm for norm in self.ruling if norm.modality == modality)
            self._standing[modality] = found
        return found

    def _attack(self, attacker: str, norm_id: str) -> Node:
        both = self.space.diagrams.combine(all_of, self.undefeated(attacker), self.applies(norm_id))
        return self.with_care(both)


def _linked(link: type[Condition], norm: Norm, others: Iterable[Norm]) -> list[Norm]:
    """The norms on whose standing a link in a norm's condition turns."""
    if link is ForbiddenBelow:
        return [other for other in others if other.modality == "prohibits" and is_above(norm.place, other.place)]
    return [other for other in others if other.modality == "requires" and is_above(other.place, norm.place)]


def _truth(care: int, bit: int) -> int:
    return care and 1 << bit


def _status(care: int, prohibits: int, requires: int, permits: int) -> int:
    if not care:
        return 0
    if prohibits:
        return CONFLICT if requires else PROHIBITED
    if requires:
        return REQUIRED
    return PERMITTED if permits else UNREGULATED

"""The distinct units of a library: what its agencies' law on an action, or on a duty, comes to, each compiled once.

Some ten thousand periods of some hundreds of agencies come to little more than a thousand different units, since most
agencies of a state are bound by the same norms and most changes of law leave most actions alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

import msgspec

from comity.bound import AgencyLaw, BoundNorm
from comity.compare.sides import implied_tests
from comity.compile import ActionDiagrams, compile_counting, norms_that_matter
from comity.conditions import tests_of
from comity.decide import Law
from comity.defeat import condition_of, is_duty
from comity.diagram import Node
from comity.library import Library, is_above
from comity.norms import Agency, Norm
from comity.request import parse_value
from comity.truths import all_of


class Stand(msgspec.Struct, frozen=True):
    """An agency, and the first day of one of its periods of law."""

    agency: Agency
    day: date


class Period(msgspec.Struct, frozen=True):
    """The norms that count for some agencies in some of their periods, all alike, and the facts that are kept.

    `proposal` is the one taken as if it were law; empty for the law that is.
    """

    law: AgencyLaw
    day: date
    counting: tuple[BoundNorm, ...]
    kept: tuple[tuple[str, object], ...]
    proposal: str
    stands: list[Stand]


class Plan(msgspec.Struct, frozen=True):
    """A unit to be compiled: an action (or a duty) under one period's law, and where it stands."""

    period: Period
    action: str
    duty: BoundNorm | None
    stands: list[Stand]


class Unit:
    """The diagrams of a plan. `possible` is 1 where the facts, with what the action implies, can stand together;
    `known` where they also agree with the facts that the place keeps."""

    def __init__(self, plan: Plan, diagrams: ActionDiagrams, possible: Node, known: Node) -> None:
        self.plan = plan
        self.diagrams = diagrams
        self.possible = possible
        self.known = known

    def is_possible(self, node: Node, *, known: bool = False) -> bool:
        """Whether some situation leads to the leaf 1 of a diagram."""
        diagrams = self.diagrams.space.diagrams
        return bool(diagrams.reach(diagrams.combine(all_of, self.known if known else self.possible, node)))


def within(place: str, path: str | None) -> bool:
    """Whether a place is the path or below it; without a path every place is."""
    return path is None or place == path or is_above(path, place)


def periods_of(law: Law, path: str | None) -> list[Period]:
    """Every period of law of the agencies of a place and the places below; those alike are one."""
    found: dict[object, Period] = {}
    for agency in law.agencies.values():
        if within(agency.place, path):
            for proposal in ("", *_proposals(law.library)):
                _gather(law, agency, proposal, found)
    return list(found.values())


def _proposals(library: Library) -> list[str]:
    return [instrument.id for instrument in library.instruments.values() if instrument.kind == "proposal"]


def _gather(law: Law, agency: Agency, proposal: str, found: dict[object, Period]) -> None:
    bound = law.agency_law(agency, (proposal,) if proposal else ())
    if proposal and not any(norm.instrument == proposal for norm in bound.norms):
        return
    for day in bound.changes:
        counting = tuple(bound.norms_on(day))
        if proposal and not any(item.norm.instrument == proposal for item in counting):
            continue
        kept = tuple((known.fact, known.value) for known in bound.known if known.holds_on(day))
        norms = tuple((item.norm.id, item.bands) for item in counting)
        key = (norms, agency.place, repr(kept), proposal)
        period = found.setdefault(key, Period(bound, day, counting, kept, proposal, []))
        period.stands.append(Stand(agency, day))


def actions_ruled(library: Library) -> dict[str, frozenset[str]]:
    """The actions on which each norm rules, those below an inner one that it names singly."""
    tree = library.vocabulary.actions
    return {
        norm.id: frozenset(leaf for name in norm.actions for leaf in (tree.leaves[name] if name in tree else (name,)))
        for norm in library.norms().values()
    }


def plans_of(law: Law, periods: Sequence[Period]) -> list[Plan]:
    """The units of the periods, those alike as one, each action and each duty."""
    vocabulary = law.library.vocabulary
    ruled = actions_ruled(law.library)
    plans: dict[object, Plan] = {}
    chosen: dict[object, tuple[BoundNorm, ...]] = {}
    for period in periods:
        lifts = tuple((item.norm.id, item.bands) for item in period.counting if item.norm.modality == "lifts")
        for action in vocabulary.asked_actions():
            speaking = tuple((item.norm.id, item.bands) for item in period.counting if action in ruled[item.norm.id])
            if speaking:
                same = (action, speaking, lifts, period.law.agency.place)
                _plan(period, action, None, same, chosen, plans)
        for item in period.counting:
            if is_duty(item.norm, vocabulary):
                action = item.norm.actions[0]
                beside = tuple((each.norm.id, each.bands) for each in period.counting if _may_touch(each, item, action))
                same = (item.norm.id, item.bands, beside, period.law.agency.place)
                _plan(period, action, item, same, chosen, plans)
    return list(plans.values())


def _may_touch(other: BoundNorm, duty: BoundNorm, action: str) -> bool:
    return other is not duty and (other.norm.modality == "lifts" or action in other.norm.actions)


def _plan(
    period: Period,
    action: str,
    duty: BoundNorm | None,
    same: object,
    chosen: dict[object, tuple[BoundNorm, ...]],
    plans: dict[object, Plan],
) -> None:
    """Adds the period's stands to the plan of an action or duty. `same` is what the norms that matter turn on."""
    items = chosen.get(same)
    if items is None:
        items = chosen[same] = norms_that_matter(period.law, list(period.counting), action, duty)
    tested = {test.fact for item in items for test in tests_of(condition_of(item.norm))}
    kept = repr([(fact, value) for fact, value in period.kept if fact in tested])
    norms = tuple((item.norm.id, item.bands) for item in items)
    key = (action, duty.norm.id if duty else "", norms, kept, period.proposal)
    plans.setdefault(key, Plan(period, action, duty, [])).stands.extend(period.stands)


def compiled(law: Law, plans: Sequence[Plan]) -> Iterator[Unit]:
    """The units of the plans, one after the other."""
    vocabulary = law.library.vocabulary
    for plan in plans:
        implied = implied_tests(vocabulary, plan.action)
        unit = compile_counting(plan.period.law, list(plan.period.counting), plan.action, plan.duty, implied)
        space = unit.space
        possible = space.diagrams.combine(all_of, unit.care, *map(space.build, implied))
        names = {test.fact for test in implied}
        kept = {
            name: parse_value(vocabulary.facts[name], value, name)
            for name, value in plan.period.kept
            if name not in names
        }
        settled = [space.diagrams.test(at, mask) for at, mask in space.masks(kept).items()]
        yield Unit(plan, unit, possible, space.diagrams.combine(all_of, possible, *settled))


def norms_judged(library: Library, path: str | None) -> list[Norm]:
    """The norms of a place and the places below."""
    return [norm for norm in library.norms().values() if within(norm.place, path)]

"""The judge: what the law says of one complete situation, by the rules as written, one plain function for each.

Nothing here is unknown: every fact that is tested has a value, every uncertain start of a text is settled. Diagrams,
signatures and every faster path are tested against this module; it knows none of them, and prefers the obvious.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, cast

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
    links_of,
)
from comity.library import Library, binds_government, is_above
from comity.norms import Agency, Boundary, Dispute, Every, Interval, Modality, Norm, Target
from comity.vocabulary import Vocabulary

Value = str | frozenset[str] | float | date | datetime | tuple["Situation", ...]
"""A leaf (`yes` or `no` too), the leaves a set holds, a quantity or date, or a list of records."""
Situation = Mapping[str, Value]


class Case(msgspec.Struct, frozen=True):
    """One action of one agency on one day, with everything known.

    `texts_in_force` says of each uncertain boundary whether it lies at or before the day; `as_if` names the proposals
    to be taken as law.
    """

    library: Library
    agency: Agency
    day: date
    action: str
    situation: Situation
    texts_in_force: Mapping[str, bool] = {}
    as_if: tuple[str, ...] = ()


class Answer(msgspec.Struct, frozen=True):
    """The status; the norms that decide it; all undefeated norms; and each defeated norm with each that defeats it."""

    status: str
    deciding: frozenset[str]
    undefeated: frozenset[str]
    defeated: frozenset[tuple[str, str]]


def answer(case: Case) -> Answer:
    """The answer for an action asked or owed."""
    if told_otherwise(case):
        return Answer("unregulated", frozenset(), frozenset(), frozenset())
    norms = ruling(case)
    standing = [norm for norm in norms if undefeated(norm, case, norms)]
    modalities: set[Modality] = {norm.modality for norm in standing}
    status, decisive = status_of(modalities)
    return Answer(
        status,
        frozenset(norm.id for norm in standing if norm.modality in decisive),
        frozenset(norm.id for norm in standing),
        frozenset((n.id, by.id) for n in norms if applicable(n, case, norms) for by in defeaters(n, case, norms)),
    )


def owed(case: Case) -> frozenset[str]:
    """The norms by which the case's action, a duty, is owed: those that a request triggers, standing reports aside."""
    deciding = answer(case).deciding
    duties = [norm for norm in ruling(case) if norm.modality == "requires" and not is_report(norm)]
    return frozenset(norm.id for norm in duties if norm.id in deciding)


def status_of(modalities: set[Modality]) -> tuple[str, set[Modality]]:
    """The status that undefeated norms of these modalities give, and the modalities that decide it."""
    if {"requires", "prohibits"} <= modalities:
        return "conflict", {"requires", "prohibits"}
    if "prohibits" in modalities:
        return "prohibited", {"prohibits"}
    if "requires" in modalities:
        return "required", {"requires"}
    if "permits" in modalities:
        return "permitted", {"permits"}
    return "unregulated", set()


def told_otherwise(case: Case) -> bool:
    """Whether a fact contradicts the action's own meaning, so that the action is not what was asked."""
    rule = case.library.vocabulary.action_rules.get(case.action)
    return rule is not None and any(case.situation.get(fact, leaf) != leaf for fact, leaf in rule.implies.items())


# Which norms count


def ruling(case: Case) -> list[Norm]:
    """The norms in force that count for the action, applicable or not: those that rule on it, the lifts that
    act on these, and the synthetic norms that any of them calls for."""
    candidates = binding(case)
    found = {norm.id: norm for norm in candidates if covers(norm.actions, case.action, case.library.vocabulary)}
    while True:
        lifts = [
            n for n in candidates if n.modality == "lifts" and any(attacks(n, norm, case) for norm in found.values())
        ]
        added = {norm.id: norm for norm in (*lifts, *synthetic(found.values(), case)) if norm.id not in found}
        if not added:
            return [norm for norm in found.values() if in_force(norm, case.day, case.texts_in_force)]
        found |= added


def binding(case: Case) -> list[Norm]:
    """The norms that bind the agency, may be in force on the day, and are not removed by a court."""
    instruments = case.library.instruments.values()
    disputes = [dispute for instrument in instruments for dispute in instrument.disputes]
    return [
        norm
        for instrument in instruments
        if instrument.kind != "proposal" or instrument.id in case.as_if
        for norm in instrument.norms
        if bound(norm, case.agency, case.library.vocabulary) and may_be_in_force(norm, case.day)
        if not any(removes(dispute, norm, case.agency, case.day) for dispute in disputes)
    ]


def synthetic(norms: Iterable[Norm], case: Case) -> list[Norm]:
    """The norms that stand for law not encoded: where a link or a yielding of these norms turns on a place whose law is
    not completely encoded for the action, that law speaks when the asker says that it does."""
    jurisdictions = case.library.jurisdictions

    def is_incomplete(place: str) -> bool:
        known = place in jurisdictions
        return known and not covers(jurisdictions[place].complete_for, case.action, case.library.vocabulary)

    places: set[tuple[str, str, Modality]] = set()
    for norm in norms:
        links = links_of(All((norm.when, norm.unless or ALWAYS)))
        above = [place for place in jurisdictions if is_above(place, norm.place) and is_incomplete(place)]
        if RequiredAbove in links and above:
            places.add((max(above, key=len), "required_by_law", "requires"))
        for target in norm.yields_to:
            concerns = not target.actions or covers(target.actions, case.action, case.library.vocabulary)
            if concerns and target.modality == "requires" and is_incomplete(target.place):
                places.add((target.place, "required_by_law", "requires"))
        if ForbiddenBelow in links and is_above(norm.place, case.agency.place) and is_incomplete(case.agency.place):
            places.add((case.agency.place, "local_rule_forbids", "prohibits"))
    return [
        Norm(
            id=f"{place}#{fact}",
            instrument=f"{place}/{fact}",
            cite="",
            modality=modality,
            intervals=(Interval(Boundary("always", date.min)),),
            says="",
            evidence="unverified",
            source="",
            read=date.min,
            line=0,
            actions=(case.action,),
            when=OneOf(fact, frozenset({"yes"})),
        )
        for place, fact, modality in sorted(places)
    ]


def may_be_in_force(norm: Norm, day: date) -> bool:
    """Whether an interval contains the day, whatever lies uncertain."""
    return any(
        i.start.reached(day) is not False and (i.until is None or i.until.reached(day) is not True)
        for i in norm.intervals
    )


def in_force(norm: Norm, day: date, texts_in_force: Mapping[str, bool]) -> bool:
    """Whether one of the norm's intervals contains the day."""

    def reached(boundary: Boundary) -> bool:
        certain = boundary.reached(day)
        return texts_in_force[boundary.name] if certain is None else certain

    return any(reached(i.start) and not (i.until is not None and reached(i.until)) for i in norm.intervals)


def bound(norm: Norm, agency: Agency, vocabulary: Vocabulary) -> bool:
    """Whether the norm binds the agency: its government at all, and then the agency by name or by kind."""
    binds = norm.binds

    def is_any(kinds: tuple[str, ...]) -> bool:
        return any(vocabulary.agency_kinds.is_under(own, kind) for own in agency.kinds for kind in kinds)

    by_kind = is_any(binds.any) and not is_any(binds.none)
    return binds_government(norm.place, agency) and (agency.id in binds.agencies if binds.agencies else by_kind)


def removes(dispute: Dispute, norm: Norm, agency: Agency, day: date) -> bool:
    """Whether a court has suspended the norm on the day, or annulled it for good, and the ruling reaches the agency."""
    acts = dispute.effect == "annuls" or (dispute.effect == "suspends" and dispute.acts_on(day))
    everywhere = not dispute.places and not dispute.agencies
    inside = any(place == agency.place or is_above(place, agency.place) for place in dispute.places)
    reaches = everywhere or inside or agency.id in dispute.agencies
    return acts and reaches and (norm.id in dispute.norms or norm.instrument in dispute.norms)


def covers(names: tuple[str, ...], action: str, vocabulary: Vocabulary) -> bool:
    """Whether the action is named, or stands below an inner action named."""
    return any(action in vocabulary.actions.leaves.get(name, (name,)) for name in names)


def is_report(norm: Norm) -> bool:
    """Whether the norm is a standing report, which no request triggers."""
    return isinstance(norm.due, Every) or norm.reportable_when is not None


# Applicable, and undefeated


def applicable(norm: Norm, case: Case, norms: list[Norm]) -> bool:
    """In force and bound (as all of `norms` are), `when`, not `unless`, within the limit; and where any one of several
    actions satisfies the norm, none of them done yet."""
    met = norm.one_of and holds(Contains("done", frozenset(norm.actions)), norm, case, norms)
    over = norm.limit is not None and holds(
        AtLeast(norm.limit.clock, norm.limit.at_most, strict=True), norm, case, norms
    )
    excepted = norm.unless is not None and holds(norm.unless, norm, case, norms)
    return not (met or over or excepted) and holds(norm.when, norm, case, norms)


def undefeated(norm: Norm, case: Case, norms: list[Norm]) -> bool:
    return applicable(norm, case, norms) and not defeaters(norm, case, norms)


def defeaters(norm: Norm, case: Case, norms: list[Norm]) -> list[Norm]:
    """The norms that defeat this one: an edge acts only if its attacker is applicable and undefeated itself."""
    return [other for other in norms if attacks(other, norm, case) and undefeated(other, case, norms)]


def attacks(attacker: Norm, norm: Norm, case: Case) -> bool:
    """Whether an edge of defeat leads from one norm to the other, for the action of the case."""
    if attacker.only_actions and not covers(attacker.only_actions, case.action, case.library.vocabulary):
        return False
    liftable = norm.modality == "prohibits" or (norm.modality == "requires" and attacker.lifts_requires)
    lifts = liftable and any(fits(target, attacker, norm, case, defeated=True) for target in attacker.lifts)
    overrides = attacker.modality != norm.modality and (
        any(fits(target, attacker, norm, case, defeated=True) for target in attacker.overrides)
        or any(fits(target, norm, attacker, case, defeated=False) for target in norm.yields_to)
    )
    return lifts or overrides


def fits(target: Target, writer: Norm, other: Norm, case: Case, *, defeated: bool) -> bool:
    """Whether a target, written in one norm, means the other: the one defeated, or else the one yielded to.

    An instrument or a pattern means the norms that rule on the action: a lift rules on none and must be named,
    and so must a duty that is to be defeated.
    """
    instrument = case.library.instruments.get(other.instrument)
    if target.ref == other.id:
        return True
    if other.modality == "lifts" or (defeated and case.action in case.library.vocabulary.owed):
        return False
    if target.ref:
        return target.ref == other.instrument
    return (
        (not target.below or is_above(writer.place, other.place))
        and target.place in ("", other.place)
        and target.modality in ("", other.modality)
        and (not target.actions or covers(target.actions, case.action, case.library.vocabulary))
        and (not target.instrument_kinds or (instrument is not None and instrument.kind in target.instrument_kinds))
    )


# Conditions


def holds(condition: Condition, norm: Norm, case: Case, norms: list[Norm]) -> bool:
    """Whether a condition of a norm is true in the case; `norms` are those it may be linked to."""
    match condition:
        case All(parts):
            return all(holds(part, norm, case, norms) for part in parts)
        case Some(parts):
            return any(holds(part, norm, case, norms) for part in parts)
        case Opposite(part):
            return not holds(part, norm, case, norms)
        case Term(part=part):
            return holds(part, norm, case, norms)
        case OneOf(fact, values):
            return case.situation[fact] in values
        case Contains(fact, values):
            return bool(cast(frozenset[str], case.situation[fact]) & values)
        case AtLeast(fact, least, strict):
            value: Any = case.situation[fact]
            return value > least if strict else value >= least
        case Records(fact, count, such_that):
            records = cast(tuple[Situation, ...], case.situation[fact])
            inside = [msgspec.structs.replace(case, situation=record) for record in records]
            return sum(holds(such_that, norm, record, norms) for record in inside) >= count
        case ForbiddenBelow():
            return any(
                other.modality == "prohibits" and is_above(norm.place, other.place) and undefeated(other, case, norms)
                for other in norms
            )
        case RequiredAbove():
            return any(
                other.modality == "requires" and is_above(other.place, norm.place) and undefeated(other, case, norms)
                for other in norms
            )

"""Which norm can defeat which: the edges written in the law files, and what it takes for a norm to apply."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from comity.conditions import All, AtLeast, Condition, Contains, OneOf, Opposite
from comity.library import Library, is_above
from comity.norms import Boundary, Every, Interval, Norm, Target
from comity.vocabulary import Vocabulary


def rules_on(norm: Norm, action: str, vocabulary: Vocabulary) -> bool:
    """Whether a norm rules on an action: named, or below an inner action named. `lifts` norms rule on none."""
    return covers(norm.actions, action, vocabulary)


def is_duty(norm: Norm, vocabulary: Vocabulary) -> bool:
    return bool(norm.actions) and norm.actions[0] in vocabulary.owed


def is_standing_report(norm: Norm) -> bool:
    return isinstance(norm.due, Every) or norm.reportable_when is not None


def covers(names: Sequence[str], action: str, vocabulary: Vocabulary) -> bool:
    """Whether one of the names is the action or an inner action above it."""
    return vocabulary.covers(tuple(names), action)


def hits(attacker: Norm, target: Target, norm: Norm, action: str, library: Library) -> bool:
    """Whether a target, written in the attacker (or, for yields_to, in the norm that yields), means this norm."""
    if norm.id == attacker.id:
        return False
    if target.ref:
        return target.ref in (norm.id, norm.instrument)
    instrument = library.instruments.get(norm.instrument)
    return (
        (not target.below or is_above(attacker.place, norm.place))
        and (not target.place or target.place == norm.place)
        and (not target.modality or target.modality == norm.modality)
        and (not target.actions or covers(target.actions, action, library.vocabulary))
        and (not target.instrument_kinds or (instrument is not None and instrument.kind in target.instrument_kinds))
    )


def attacks(attacker: Norm, norm: Norm, action: str, library: Library) -> bool:
    """Whether an edge of defeat runs from one norm to another for the action.

    An instrument or a pattern means the norms that rule on the action. A `lifts` norm rules on none, and a duty is
    never defeated in passing: at its other end, an edge reaches them only by naming the norm itself.
    """
    vocabulary = library.vocabulary
    if attacker.only_actions and not covers(attacker.only_actions, action, vocabulary):
        return False
    named_only = norm.modality == "lifts" or action in vocabulary.owed
    liftable = norm.modality == "prohibits" or (norm.modality == "requires" and attacker.lifts_requires)
    aims = [*(attacker.lifts if liftable else ())]
    if attacker.modality != norm.modality and (attacker.modality == "lifts" or rules_on(attacker, action, vocabulary)):
        aims += attacker.overrides
        for target in norm.yields_to:
            named = target.ref == attacker.id or attacker.modality != "lifts"
            if named and hits(norm, target, attacker, action, library):
                return True
    return any(
        (not named_only or target.ref == norm.id) and hits(attacker, target, norm, action, library) for target in aims
    )


def condition_of(norm: Norm) -> Condition:
    """When the norm applies, all told: `when`, not `unless`, within the limit; for a standing report, reportable."""
    parts: list[Condition] = [norm.when]
    if norm.unless is not None:
        parts.append(Opposite(norm.unless))
    if norm.limit is not None:
        parts.append(Opposite(AtLeast(norm.limit.clock, norm.limit.at_most, strict=True)))
    if norm.reportable_when is not None:
        parts.append(norm.reportable_when)
    if norm.one_of:
        parts.append(Opposite(Contains("done", frozenset(norm.actions))))
    return All(tuple(parts))


def synthetic_norm(place: str, fact: str, action: str) -> Norm:
    """A norm that stands for law of a place that is not encoded: it speaks when the asker says that such law does."""
    required = fact == "required_by_law"
    return Norm(
        id=f"{place}#{fact}",
        instrument=f"{place}/{fact}",
        cite="law named by the asker",
        modality="requires" if required else "prohibits",
        intervals=(Interval(Boundary(f"{place}#{fact}", date.min)),),
        says="A law that is not encoded here, as told, demands it."
        if required
        else "A local rule that is not encoded here, as told, forbids it.",
        evidence="unverified",
        source="",
        read=date.min,
        line=0,
        actions=(action,),
        when=OneOf(fact, frozenset({"yes"})),
    )

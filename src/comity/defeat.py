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
    tree = vocabulary.actions
    return any(name == action or (action in tree and name in tree and tree.is_under(action, name)) for name in names)


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

    Owed actions and `lifts` norms are reached only by an edge that names the norm itself.
    """
    vocabulary = library.vocabulary
    named_only = norm.modality == "lifts" or action in vocabulary.owed
    if attacker.modality == "lifts":
        hit = [target for target in attacker.lifts if hits(attacker, target, norm, action, library)]
        liftable = norm.modality == "prohibits" or (norm.modality == "requires" and attacker.lifts_requires)
        acts = not attacker.only_actions or covers(attacker.only_actions, action, vocabulary)
        if not named_only and hit and liftable and acts:
            return True
        if action in vocabulary.owed and liftable and any(target.ref == norm.id for target in hit):
            return True
    elif attacker.modality == norm.modality or not rules_on(attacker, action, vocabulary):
        return False
    edges = [target for target in attacker.overrides if hits(attacker, target, norm, action, library)]
    edges += [target for target in norm.yields_to if hits(norm, target, attacker, action, library)]
    return any(not named_only or target.ref in (norm.id, attacker.id) for target in edges)


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

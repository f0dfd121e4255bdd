"""Which norms a norm can defeat, and which can defeat it: to tell a change of its edges that meets no norm at all."""

from __future__ import annotations

from collections.abc import Iterator

from comity.conditions import ForbiddenBelow, RequiredAbove, links_of
from comity.defeat import attacks, condition_of, rules_on, synthetic_norm
from comity.library import Library, is_above
from comity.norms import Norm

Edges = frozenset[tuple[str, str, str]]
"""Attacker, norm attacked, action."""


def edges_of(norm: Norm, library: Library) -> Edges:
    """Every edge of defeat from or to a norm, over all actions that it can touch.

    Norms that stand for law not encoded are among the others, for the actions on which some norm turns on such law.
    """
    vocabulary = library.vocabulary
    actions = [*vocabulary.actions.all_leaves(), *vocabulary.owed]
    if norm.modality != "lifts":
        actions = [action for action in actions if rules_on(norm, action, vocabulary)]
    norms = [other for other in library.norms().values() if other.id != norm.id]
    found: set[tuple[str, str, str]] = set()
    for action in actions:
        for other in (*norms, *_not_encoded(action, norms, library)):
            if other.modality == "lifts" or norm.modality == "lifts" or rules_on(other, action, vocabulary):
                found.update(
                    (attacker.id, attacked.id, action)
                    for attacker, attacked in ((norm, other), (other, norm))
                    if attacks(attacker, attacked, action, library)
                )
    return frozenset(found)


def _not_encoded(action: str, norms: list[Norm], library: Library) -> Iterator[Norm]:
    """The norms that stand for law not encoded, of each place at which some norm turns on such law."""
    ruling = [norm for norm in norms if rules_on(norm, action, library.vocabulary)]
    for place in library.jurisdictions:
        if any(ForbiddenBelow in links_of(condition_of(norm)) and is_above(norm.place, place) for norm in ruling):
            yield synthetic_norm(place, "local_rule_forbids", action)
        if any(_asks_above(norm, place) for norm in ruling):
            yield synthetic_norm(place, "required_by_law", action)


def _asks_above(norm: Norm, place: str) -> bool:
    asks = RequiredAbove in links_of(condition_of(norm)) and is_above(place, norm.place)
    return asks or any(target.place == place for target in norm.yields_to)

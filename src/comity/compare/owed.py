"""The duties of an agency on either side of a comparison: those that begin, those that end, and those that change.

Duties are told as their norms state them: what is owed, to whom, by when, with which fields, and on which conditions.
One on each side are taken to be one duty that changes where they are of one norm, or ask the same acts and are of one
instrument, whatever its edition; or else where no other duty left on either side asks the same acts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from comity.conditions import ALWAYS
from comity.decide import Law
from comity.defeat import is_duty
from comity.norms import Norm
from comity.words import condition_lines, due_words

TERMS = ("who", "owed_to", "due", "contents", "when", "unless", "reports_on")
"""The terms of a duty in which it can change."""


class DutyTerms(msgspec.Struct, frozen=True):
    """A duty: the acts owed (any one of them, where `one_of`), by whom if not by the agency, to whom, by when, which
    fields it holds, and its conditions in words. `reports_on` says which requests a standing report tells of."""

    norm: str
    cite: str
    says: str
    actions: tuple[str, ...]
    one_of: bool
    who: str
    owed_to: str
    due: str
    contents: tuple[str, ...]
    when: tuple[str, ...]
    unless: tuple[str, ...]
    reports_on: tuple[str, ...]


class DutyChange(msgspec.Struct, frozen=True):
    """A duty that stands on both sides, but not alike: `differs` names the terms that are unlike."""

    before: DutyTerms
    after: DutyTerms
    differs: tuple[str, ...]


class Owed(msgspec.Struct, frozen=True):
    """The duties of either side only, those that change, and how many are the same on both."""

    before: tuple[DutyTerms, ...]
    after: tuple[DutyTerms, ...]
    changed: tuple[DutyChange, ...]
    both: int


def owed(law: Law, before: Sequence[Norm], after: Sequence[Norm]) -> Owed:
    """What differs between the duties among the norms of two sides."""
    left = [_terms(law, norm) for norm in before if is_duty(norm, law.vocabulary)]
    right = [_terms(law, norm) for norm in after if is_duty(norm, law.vocabulary)]
    alike = len(_matched(left, right, lambda duty: (*_acts(duty), *_told(duty))))
    found: list[DutyChange] = []
    for one, other in (
        *_matched(left, right, lambda duty: duty.norm),
        *_matched(left, right, _of_instrument),
        *_matched(left, right, _acts, alone=True),
    ):
        found.append(
            DutyChange(one, other, tuple(name for name in TERMS if getattr(one, name) != getattr(other, name)))
        )
    return Owed(tuple(left), tuple(right), tuple(found), alike)


def _terms(law: Law, norm: Norm) -> DutyTerms:
    facts = law.vocabulary.facts
    when, unless, on = (
        () if condition is None or condition == ALWAYS else tuple(condition_lines(condition, facts))
        for condition in (norm.when, norm.unless, norm.reportable_when)
    )
    return DutyTerms(
        norm.id,
        norm.cite,
        norm.says,
        norm.actions,
        norm.one_of,
        norm.who,
        norm.owed_to,
        due_words(norm.due),
        norm.contents,
        when,
        unless,
        on,
    )


def _told(duty: DutyTerms) -> tuple[object, ...]:
    return tuple(getattr(duty, name) for name in TERMS)


def _of_instrument(duty: DutyTerms) -> tuple[object, ...]:
    """The acts of a duty, and its instrument whatever the edition (the id up to `@`)."""
    return duty.norm.partition("#")[0].partition("@")[0], *_acts(duty)


def _acts(duty: DutyTerms) -> tuple[object, ...]:
    return duty.actions, duty.one_of


def _matched(
    left: list[DutyTerms], right: list[DutyTerms], same: Callable[[DutyTerms], object], alone: bool = False
) -> list[tuple[DutyTerms, DutyTerms]]:
    """The pairs that are the same in this respect (`alone`: and that no third is the same as), each duty in one of
    them; they are taken from both lists."""
    pairs: list[tuple[DutyTerms, DutyTerms]] = []
    for one in tuple(left):
        others = [duty for duty in right if same(duty) == same(one)]
        if others and not (alone and (len(others) > 1 or sum(same(duty) == same(one) for duty in left) > 1)):
            pairs.append((one, others[0]))
            left.remove(one)
            right.remove(others[0])
    return pairs

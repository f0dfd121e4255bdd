"""What changed in the law itself: the norms in force on one side only, and the facts that places keep."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from comity.bound import in_force
from comity.compare.sides import Side
from comity.conditions import Contains, tests_of
from comity.decide import Law
from comity.defeat import attacks, condition_of, is_duty, rules_on
from comity.norms import Dispute, Known, Norm


class LedgerNorm(msgspec.Struct, frozen=True):
    """A norm in force on one side only. `court` cites the ruling by which it does not count on the other, if one does.
    `uncertain`: on its own day it is not known if its text had begun, or ended; `uncertain_there`: on the other's."""

    norm: str
    cite: str
    title: str
    modality: str
    says: str
    duty: bool
    court: str = ""
    uncertain: bool = False
    uncertain_there: bool = False


class KeptFact(msgspec.Struct, frozen=True):
    """A fact that the place keeps on one side only."""

    fact: str
    value: object
    says: str
    cite: str


class Ledger(msgspec.Struct, frozen=True):
    """The norms on either side only, duties included; how many are in force on both; and the facts kept likewise."""

    before: tuple[LedgerNorm, ...]
    after: tuple[LedgerNorm, ...]
    both: int
    kept_before: tuple[KeptFact, ...]
    kept_after: tuple[KeptFact, ...]


def ledger(law: Law, before: Side, after: Side, actions: Sequence[str]) -> Ledger:
    """The norms and facts that differ: all, or those that bear on these actions where not all are compared."""
    one, other = norms_at_hand(law, before, actions), norms_at_hand(law, after, actions)
    courts = [{norm.id: dispute.cite for norm, dispute in _removed(law, side)} for side in (before, after)]
    kept = [_kept(law, side) for side in (before, after)]
    return Ledger(
        tuple(_only(law, before, one, after, other, courts[1])),
        tuple(_only(law, after, other, before, one, courts[0])),
        sum(name in other and _uncertain(norm, before) == _uncertain(norm, after) for name, norm in one.items()),
        tuple(_fact(known) for known in kept[0] if known not in kept[1]),
        tuple(_fact(known) for known in kept[1] if known not in kept[0]),
    )


def norms_at_hand(law: Law, side: Side, actions: Sequence[str]) -> dict[str, Norm]:
    """The norms that count on a side, duties included, by id: all, or those that bear on these actions."""
    norms = [item.norm for item in law.scope(law.agency(side.agency), side.on, side.as_if).bound]
    if set(actions) == set(law.vocabulary.asked_actions()):
        return {norm.id: norm for norm in norms}
    ruling = [(norm, action) for norm in norms for action in actions if rules_on(norm, action, law.vocabulary)]
    told = {norm.id for norm, _ in ruling}
    for norm in norms:
        if norm.modality == "lifts" and any(attacks(norm, other, action, law.library) for other, action in ruling):
            told.add(norm.id)
        if is_duty(norm, law.vocabulary) and _turns_on_asking(norm, actions):
            told.add(norm.id)
    return {norm.id: norm for norm in norms if norm.id in told}


def _turns_on_asking(norm: Norm, actions: Sequence[str]) -> bool:
    """Whether a duty tests if one of the actions is asked, done or declined."""
    return any(
        isinstance(test, Contains)
        and test.fact in ("asked", "done", "declined")
        and not test.values.isdisjoint(actions)
        for test in tests_of(condition_of(norm))
    )


def _removed(law: Law, side: Side) -> list[tuple[Norm, Dispute]]:
    return law.scope(law.agency(side.agency), side.on, side.as_if).law.removed_on(side.on)


def _kept(law: Law, side: Side) -> list[Known]:
    return list(law.scope(law.agency(side.agency), side.on, side.as_if).kept.values())


def _only(
    law: Law, side: Side, here: dict[str, Norm], other: Side, there: dict[str, Norm], courts: dict[str, str]
) -> Iterator[LedgerNorm]:
    """The norms that stand on one side only; or that stand certainly there, and perhaps on the other."""
    for norm in here.values():
        doubtful, doubted = _uncertain(norm, side), norm.id in there and _uncertain(norm, other)
        if norm.id not in there or (doubted and not doubtful):
            yield LedgerNorm(
                norm.id,
                norm.cite,
                law.library.instruments[norm.instrument].title,
                norm.modality,
                norm.says,
                is_duty(norm, law.vocabulary),
                courts.get(norm.id, ""),
                doubtful,
                doubted,
            )


def _uncertain(norm: Norm, side: Side) -> bool:
    return bool(in_force(norm.intervals, side.on))


def _fact(known: Known) -> KeptFact:
    return KeptFact(known.fact, known.value, known.says, known.cite)

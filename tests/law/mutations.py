"""Wrong law, made from right law: every small change to what the law files state, one at a time.

A mutation changes norms (or a term, or a dispute) of one instrument in a library already loaded; no file is touched.
Each says what it changed, so that one which no example notices can be read by a lawyer.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import TypeVar

import msgspec

from comity.conditions import ALWAYS, Condition
from comity.library import Library
from comity.norms import (
    AtOnce,
    Binds,
    Boundary,
    By,
    Dispute,
    Due,
    Every,
    Instrument,
    Interval,
    Limit,
    Norm,
    Target,
    Within,
)
from comity.vocabulary import Vocabulary
from tests.law.conditionmutations import condition_changes, meaning, replace_term

NORM = "norm dropped"
EXCEPTION = "exception dropped"
EDGE = "defeat edge dropped"
DAY = "day shifted"
MODALITY = "modality swapped"
ACTION = "action moved or dropped"
BINDING = "binding changed"
CLOCK = "clock swapped or limit shifted"
CONDITION = "part of a condition dropped"
ENTRY = "list entry dropped"
BOUND = "bound of a condition shifted"
DEADLINE = "deadline changed"
DISPUTE = "dispute dropped or shifted"
KINDS = (
    NORM, EXCEPTION, CONDITION, ENTRY, BOUND, EDGE, DAY, MODALITY, ACTION, BINDING, CLOCK, DEADLINE, DISPUTE,
)  # fmt: skip

ONE_DAY = timedelta(days=1)
CLOCKS = {"hours_held_business": "hours_held_plain", "hours_held_plain": "hours_held_business"}
MODALITIES = ("prohibits", "permits", "requires")
UNITS = {"hour": "day", "day": "business_day", "business_day": "hour"}
PERIODS = {"year": "half_year", "half_year": "quarter", "quarter": "month", "month": "year"}


class Mutation(msgspec.Struct, frozen=True):
    """One change. `subject` is the norm, term or dispute changed; `instrument` the instrument as changed."""

    kind: str
    subject: str
    change: str
    instrument: Instrument

    @property
    def key(self) -> tuple[str, str]:
        """What tells one mutation from all others, in words that stay when the law around it changes."""
        return self.subject, self.change

    def apply(self, library: Library) -> Library:
        """The library with the change."""
        instruments = {**library.instruments, self.instrument.id: self.instrument}
        return msgspec.structs.replace(library, instruments=instruments)


Change = tuple[str, str, Norm | None]
"""The kind, what changed in words, and the norm as changed (None: gone)."""


def mutations(library: Library, places: Iterable[str] = ()) -> Iterator[Mutation]:
    """All mutations of the instruments of some places (not of places below them), or of instruments by name."""
    wanted = tuple(places)
    for instrument in library.instruments.values():
        if not wanted or instrument.place in wanted or instrument.id in wanted:
            told: Counter[tuple[str, str]] = Counter()
            for mutation in instrument_mutations(library, instrument):
                told[mutation.key] += 1
                times = told[mutation.key]
                change = f"{mutation.change} ({times})" if times > 1 else mutation.change
                yield msgspec.structs.replace(mutation, change=change)


def instrument_mutations(library: Library, instrument: Instrument) -> Iterator[Mutation]:
    """All mutations of one instrument: of each norm, each term and each dispute."""
    vocabulary = library.vocabulary
    for place, norm in enumerate(instrument.norms):
        for kind, change, changed in norm_changes(norm, vocabulary):
            norms = (*instrument.norms[:place], *([changed] if changed else []), *instrument.norms[place + 1 :])
            yield Mutation(kind, norm.id, change, msgspec.structs.replace(instrument, norms=norms))
    for name, term in instrument.terms.items():
        for kind, change, changed in _condition_kinds(meaning(term), vocabulary):
            norms = tuple(_with_term(norm, name, changed) for norm in instrument.norms)
            if norms != instrument.norms:
                subject = f"{instrument.id} term {name}"
                yield Mutation(kind, subject, change, msgspec.structs.replace(instrument, norms=norms))
    for place, dispute in enumerate(instrument.disputes):
        for change, left in _dispute_changes(dispute):
            disputes = (*instrument.disputes[:place], *left, *instrument.disputes[place + 1 :])
            yield Mutation(DISPUTE, dispute.id, change, msgspec.structs.replace(instrument, disputes=disputes))


def norm_changes(norm: Norm, vocabulary: Vocabulary) -> Iterator[Change]:
    """Every mutation of one norm."""
    yield NORM, "the norm is gone", None
    yield from (
        *_exceptions(norm, vocabulary),
        *_conditions(norm, vocabulary),
        *_edges(norm),
        *_days(norm),
        *_modalities(norm, vocabulary),
        *_actions(norm, vocabulary),
        *_bindings(norm),
        *_clocks(norm),
        *_deadlines(norm),
    )


def _exceptions(norm: Norm, vocabulary: Vocabulary) -> Iterator[Change]:
    if norm.unless is None:
        return
    yield EXCEPTION, "unless: all of it dropped", msgspec.structs.replace(norm, unless=None)
    for kind, change, changed in _condition_kinds(norm.unless, vocabulary):
        named = EXCEPTION if kind == CONDITION else kind
        yield named, f"unless: {change}", msgspec.structs.replace(norm, unless=changed)


def _conditions(norm: Norm, vocabulary: Vocabulary) -> Iterator[Change]:
    if norm.when != ALWAYS:
        yield CONDITION, "when: all of it dropped", msgspec.structs.replace(norm, when=ALWAYS)
        for kind, change, changed in _condition_kinds(norm.when, vocabulary):
            yield kind, f"when: {change}", msgspec.structs.replace(norm, when=changed)
    if norm.reportable_when is not None:
        dropped = msgspec.structs.replace(norm, reportable_when=ALWAYS)
        yield CONDITION, "reportable_when: all of it dropped", dropped
        for kind, change, changed in _condition_kinds(norm.reportable_when, vocabulary):
            yield kind, f"reportable_when: {change}", msgspec.structs.replace(norm, reportable_when=changed)


def _condition_kinds(condition: Condition, vocabulary: Vocabulary) -> Iterator[tuple[str, str, Condition]]:
    kinds = {"part": CONDITION, "entry": ENTRY, "bound": BOUND, "clock": CLOCK}
    for form, change, changed in condition_changes(condition, vocabulary.facts):
        yield kinds[form], change, changed


def _with_term(norm: Norm, name: str, changed: Condition) -> Norm:
    return msgspec.structs.replace(
        norm,
        when=replace_term(norm.when, name, changed),
        unless=norm.unless and replace_term(norm.unless, name, changed),
        reportable_when=norm.reportable_when and replace_term(norm.reportable_when, name, changed),
    )


def _edges(norm: Norm) -> Iterator[Change]:
    for field in ("lifts", "overrides", "yields_to"):
        targets: tuple[Target, ...] = getattr(norm, field)
        for target, rest in _each_dropped(targets):
            change = f"{field}: {_told_target(target)} dropped"
            yield EDGE, change, msgspec.structs.replace(norm, **{field: rest})
            for key in ("modality", "actions", "instrument_kinds"):
                if getattr(target, key):
                    wider = msgspec.structs.replace(target, **{key: type(getattr(target, key))()})
                    widened = tuple(wider if other is target else other for other in targets)
                    change = f"{field}: {_told_target(target)} of any {key}"
                    yield EDGE, change, msgspec.structs.replace(norm, **{field: widened})
    if norm.lifts_requires:
        yield EDGE, "also: requires dropped", msgspec.structs.replace(norm, lifts_requires=False)
    if norm.only_actions:
        yield EDGE, "actions: not limited", msgspec.structs.replace(norm, only_actions=())


def _told_target(target: Target) -> str:
    if target.ref:
        return target.ref
    where = "below" if target.below else f"in {target.place}"
    return " ".join([where, target.modality, *target.actions, *target.instrument_kinds]).strip()


def _days(norm: Norm) -> Iterator[Change]:
    for place, interval in enumerate(norm.intervals):
        for change, changed in _interval_changes(interval):
            intervals = (*norm.intervals[:place], changed, *norm.intervals[place + 1 :])
            yield DAY, change, msgspec.structs.replace(norm, intervals=intervals)


def _interval_changes(interval: Interval) -> Iterator[tuple[str, Interval]]:
    for change, start in _boundary_changes(interval.start):
        yield f"from: {change}", msgspec.structs.replace(interval, start=start)
    if interval.until is not None:
        for change, until in _boundary_changes(interval.until):
            yield f"until: {change}", msgspec.structs.replace(interval, until=until)


def _boundary_changes(boundary: Boundary) -> Iterator[tuple[str, Boundary]]:
    for by in (-ONE_DAY, ONE_DAY):
        day = boundary.day + by
        yield f"{boundary.day} moved to {day}", msgspec.structs.replace(boundary, day=day)
        if boundary.latest is not None:
            latest = boundary.latest + by
            change = f"latest {boundary.latest} moved to {latest}"
            yield change, msgspec.structs.replace(boundary, latest=latest)


def _modalities(norm: Norm, vocabulary: Vocabulary) -> Iterator[Change]:
    """To each other modality; a `lifts` norm and a duty have no other that a law file could state."""
    if norm.modality not in MODALITIES or norm.actions[0] in vocabulary.owed:
        return
    for modality in MODALITIES:
        if modality != norm.modality:
            yield MODALITY, f"{norm.modality} made {modality}", msgspec.structs.replace(norm, modality=modality)


def _actions(norm: Norm, vocabulary: Vocabulary) -> Iterator[Change]:
    for action, rest in _each_dropped(norm.actions):
        if rest:
            yield ACTION, f"{action} dropped", msgspec.structs.replace(norm, actions=rest)
        to = _next_action(norm, action, vocabulary)
        moved = tuple(to if other == action else other for other in norm.actions)
        yield ACTION, f"{action} moved to {to}", msgspec.structs.replace(norm, actions=moved)


def _next_action(norm: Norm, action: str, vocabulary: Vocabulary) -> str:
    """The action after this one, in the order of the vocabulary, that the norm does not already rule on."""
    if action in vocabulary.owed:
        order, ruled = list(vocabulary.owed), set(norm.actions)
        start = order.index(action)
    else:
        order = list(vocabulary.actions.all_leaves())
        ruled = {leaf for name in norm.actions for leaf in vocabulary.actions.leaves[name]}
        start = order.index(vocabulary.actions.leaves[action][-1])
    return next(name for name in (*order[start + 1 :], *order[:start]) if name not in ruled)


def _bindings(norm: Norm) -> Iterator[Change]:
    binds = norm.binds
    if binds.agencies or "any_agency" not in binds.any:
        yield BINDING, "binds any agency", msgspec.structs.replace(norm, binds=Binds(none=binds.none))
    if binds.none:
        yield BINDING, f"binds {', '.join(binds.none)} too", msgspec.structs.replace(norm, binds=Binds(any=binds.any))
    for field in ("any", "agencies"):
        for name, rest in _each_dropped(getattr(binds, field)):
            if rest:
                changed = msgspec.structs.replace(binds, **{field: rest})
                yield BINDING, f"does not bind {name}", msgspec.structs.replace(norm, binds=changed)


def _clocks(norm: Norm) -> Iterator[Change]:
    limit = norm.limit
    if limit is None:
        return
    if limit.clock in CLOCKS:
        swapped = Limit(CLOCKS[limit.clock], limit.at_most)
        yield CLOCK, f"limit: {limit.clock} swapped", msgspec.structs.replace(norm, limit=swapped)
    for by in (-1, 1):
        shifted = Limit(limit.clock, limit.at_most + by)
        change = f"limit: {limit.at_most:g} made {shifted.at_most:g}"
        yield CLOCK, change, msgspec.structs.replace(norm, limit=shifted)
    yield CLOCK, "limit: dropped", msgspec.structs.replace(norm, limit=None)


def _deadlines(norm: Norm) -> Iterator[Change]:
    if norm.due is None:
        return
    yield DEADLINE, "due: dropped", msgspec.structs.replace(norm, due=None)
    for change, due in _due_changes(norm.due):
        yield DEADLINE, f"due: {change}", msgspec.structs.replace(norm, due=due)


def _due_changes(due: Due) -> Iterator[tuple[str, Due]]:
    match due:
        case Within():
            for day, rest in _each_dropped(due.excluding):
                yield f"{day} counted", msgspec.structs.replace(due, excluding=rest)
            for by in (-1, 1):
                amount = due.amount + by
                yield f"{due.amount:g} made {amount:g}", msgspec.structs.replace(due, amount=amount)
            unit = UNITS[due.unit]
            yield f"{due.unit} made {unit}", msgspec.structs.replace(due, unit=unit)
        case By(day):
            for by in (-ONE_DAY, ONE_DAY):
                yield f"{day} made {day + by}", By(day + by)
        case AtOnce(before):
            if before:
                yield f"not before {before}", AtOnce()
        case Every():
            period = PERIODS[due.period]
            yield f"every {due.period} made every {period}", msgspec.structs.replace(due, period=period)
            for by in (-ONE_DAY, ONE_DAY) if due.by else ():
                month, day = map(int, due.by.split("-"))
                shifted = (date(2001, month, day) + by).strftime("%m-%d")
                yield f"{due.by} made {shifted}", msgspec.structs.replace(due, by=shifted)


def _dispute_changes(dispute: Dispute) -> Iterator[tuple[str, tuple[Dispute, ...]]]:
    """What changed, and what is left of the dispute (nothing, or the dispute as changed)."""
    yield "the dispute is gone", ()
    for effect in ("suspends", "annuls", "flags"):
        if effect != dispute.effect:
            yield f"{dispute.effect} made {effect}", (msgspec.structs.replace(dispute, effect=effect),)
    for by in (-ONE_DAY, ONE_DAY):
        if dispute.effect != "annuls":
            start = dispute.start + by
            yield f"from: {dispute.start} moved to {start}", (msgspec.structs.replace(dispute, start=start),)
        if dispute.until is not None:
            until = dispute.until + by
            yield f"until: {dispute.until} moved to {until}", (msgspec.structs.replace(dispute, until=until),)
    if dispute.places or dispute.agencies:
        yield "reach: not limited", (msgspec.structs.replace(dispute, places=(), agencies=()),)
    for name, rest in _each_dropped(dispute.norms):
        if rest:
            yield f"norms: {name} dropped", (msgspec.structs.replace(dispute, norms=rest),)


Item = TypeVar("Item")


def _each_dropped(items: tuple[Item, ...]) -> Iterator[tuple[Item, tuple[Item, ...]]]:
    """Each item, with all the others."""
    for place, item in enumerate(items):
        yield item, (*items[:place], *items[place + 1 :])

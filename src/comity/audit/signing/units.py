"""Units of law: a kind of row and a stretch of days of a line of law, over which every answer on them is worded alike.

Agencies that the same law binds share a line of law. Units under the same norms share one program; units whose answers
would read alike in every word share one class, and are decided together.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import msgspec
import numpy as np

from comity.audit.layouts.form import RowKind
from comity.audit.signing.dialect import days_since_epoch
from comity.audit.signing.sets import Numbers
from comity.bound import AgencyLaw
from comity.decide import Law
from comity.errors import RequestError
from comity.notes import DAYS_BEFORE_A_CHANGE
from comity.request import expand_actions
from comity.scope import Scope


class Stretch(msgspec.Struct, frozen=True):
    """A stretch of days of a line of law, that of this agency. `law_from` and `law_until` bound the period of law in
    which it lies."""

    agency: str
    day: date
    law_from: date
    law_until: date | None


class Calendar:
    """The days on which the law of some agencies changes, or on which a change comes near, and the stretches between.

    `epochs` are the first days of the stretches of days on which nothing changes for any of the agencies. `lines` holds
    for each agency the number of its line of law, `stretches` those of all lines.
    """

    def __init__(self, law: Law, agencies: Sequence[str], as_if: tuple[str, ...]) -> None:
        laws: dict[tuple[object, ...], AgencyLaw] = {}
        numbers: dict[tuple[object, ...], int] = {}
        self.lines: list[int] = []
        for agency in agencies:
            found = law.agency_law(law.agency(agency), as_if)
            key = _line_key(found)
            laws.setdefault(key, found)
            self.lines.append(numbers.setdefault(key, len(numbers)))
        self._laws = tuple(laws.values())
        turns = [_turns(found.changes) for found in self._laws]
        self.epochs = tuple(sorted({day for own in turns for day in own}))
        self.stretches: list[Stretch] = []
        self.numbers = np.full((len(laws), len(self.epochs) + 1), -1, dtype=np.int64)
        """For each line and epoch (numbered from 1, 0 before the first), the number of the stretch; -1 before law."""
        self._days = _listed_days(self.epochs)
        self._starts: list[list[date]] = []
        for line, (found, own) in enumerate(zip(self._laws, turns, strict=True)):
            own = [day for day in own if found.period(day)]
            places = np.searchsorted(_listed_days(own), self._days, side="right")
            self.numbers[line, 1:] = np.where(places > 0, places - 1 + len(self.stretches), -1)
            self.stretches += (_stretch(found, day) for day in own)
            self._starts.append(own)

    def alike(self, actions: Sequence[str]) -> Numbers:
        """For each stretch, the first of its line since which nothing has turned for answers on these actions."""
        found = np.zeros(len(self.stretches), dtype=np.int64)
        first = 0
        for law, starts in zip(self._laws, self._starts, strict=True):
            turned = np.searchsorted(_listed_days(_turns(law.changes_on(actions))), _listed_days(starts), side="right")
            found[first : first + len(starts)] = np.searchsorted(turned, turned, side="left") + first
            first += len(starts)
        return found

    def epochs_of(self, first: int, last: int) -> Numbers:
        """The epoch of each day from one day to another, as days since 1970."""
        return np.searchsorted(self._days, np.arange(first, last + 1), side="right")

    def between(self, agency: int, first: int, last: int) -> list[int]:
        """The stretches of an agency from one day to another, as days since 1970; -1 among them before any law."""
        start, end = self.epochs_of(first, first)[0], self.epochs_of(last, last)[0]
        return np.unique(self.numbers[self.lines[agency], start : end + 1]).tolist()


def _listed_days(days: Sequence[date]) -> Numbers:
    """Days as days since 1970."""
    return np.array([days_since_epoch(day) for day in days], dtype=np.int64)


def _line_key(law: AgencyLaw) -> tuple[object, ...]:
    """Equal for two agencies only if every answer to the one reads, on every day, as that to the other."""
    place = law.agency.place
    turns_on_place = not law.library.turning_on_local_law.isdisjoint(norm.id for norm in law.norms)
    return (
        tuple(norm.id for norm in law.norms),
        tuple(dispute.id for dispute in law.disputes),
        # What is not encoded, or kept by a place, has no name of its own: it is the same where it is one and the same.
        tuple(map(id, (*law.not_encoded, *law.known))),
        place if turns_on_place else "",
        law.library.jurisdictions[place].kind == "local",
    )


def _stretch(law: AgencyLaw, day: date) -> Stretch:
    period = law.period(day)
    until = law.changes[period] if period < len(law.changes) else None
    return Stretch(law.agency.id, day, law.changes[period - 1], until)


def _turns(changes: Sequence[date]) -> list[date]:
    """The days of change, and those from which on answers say that a change is near."""
    before = timedelta(days=DAYS_BEFORE_A_CHANGE)
    return sorted({*changes, *(day - before for day in changes if day - date.min > before)})


def asked_of(law: Law, kinds: Sequence[RowKind]) -> list[tuple[str, ...]]:
    """The leaf actions that each kind asks. Raises RequestError for an action that is none."""
    found: list[tuple[str, ...]] = []
    for kind in kinds:
        try:
            found.append(expand_actions(law.vocabulary, kind.actions) if kind.actions else ())
        except RequestError as error:
            raise RequestError(error.code, error.message, f"kind {kind.name}, {error.at}") from None
    return found


def program_key(scope: Scope, action: str) -> tuple[object, ...]:
    """What the program of an action rests on: the norms that matter, with their bands; and what the place keeps."""
    unit = scope.unit(action)
    norms = tuple(compiled.norm.id for compiled in (*unit.rules, *unit.defeaters))
    return action, norms, tuple(scope.kept)


def class_key(scope: Scope, action: str, stretch: Stretch) -> tuple[object, ...]:
    """What the wording of an answer rests on besides the norms and the facts."""
    unit = scope.unit(action)
    around = scope.surroundings(action)
    soon = stretch.day + timedelta(days=DAYS_BEFORE_A_CHANGE)
    shown = [compiled.norm for compiled in (*unit.rules, *unit.defeaters)]
    return (
        tuple((item.norm.id, item.bands) for item in scope.bound_on(action) if item.bands and item.norm in shown),
        tuple((name, repr(known)) for name, known in scope.kept.items()),
        tuple((norm.id, dispute.id) for norm, dispute in around.removed),
        tuple(dispute.id for norm in shown for dispute in scope.disputes_of(norm)),
        tuple(text for boundary, text in around.coming if boundary.day <= soon),
        tuple(item.cite for item in around.not_encoded),
        scope.law.library.jurisdictions[scope.law.agency.place].kind == "local",
    )

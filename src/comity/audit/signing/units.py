"""Units of law: a kind of row, an agency, and a stretch of days over which every answer on them is worded alike.

Units under the same norms share one program; units whose answers would read alike in every word share one class, and
are decided together.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

import msgspec
import numpy as np

from comity.audit.layouts.form import RowKind
from comity.bound import AgencyLaw
from comity.decide import Law
from comity.errors import RequestError
from comity.notes import DAYS_BEFORE_A_CHANGE
from comity.request import expand_actions
from comity.scope import Scope


class Stretch(msgspec.Struct, frozen=True):
    """A stretch of days of one agency. `law_from` and `law_until` bound the period of law in which it lies."""

    agency: str
    day: date
    law_from: date
    law_until: date | None


class Calendar:
    """The days on which the law of some agencies changes, or on which a change comes near, and the stretches between.

    `epochs` are the first days of the stretches of days on which nothing changes for any of the agencies.
    """

    def __init__(self, law: Law, agencies: Sequence[str], as_if: tuple[str, ...]) -> None:
        self.law = law
        self.agencies = tuple(agencies)
        self.as_if = as_if
        self.laws = [law.agency_law(law.agency(agency), as_if) for agency in agencies]
        self._turns = [sorted(set(_turns(found))) for found in self.laws]
        self.epochs = tuple(sorted({day for turns in self._turns for day in turns}))
        numbers = np.array([day.toordinal() for day in self.epochs], dtype=np.int64)
        self.spans = np.zeros((len(self.agencies), len(self.epochs) + 1), dtype=np.int64)
        """For each agency and epoch (numbered from 1, 0 before the first), the number of the agency's own stretch."""
        for agency, turns in enumerate(self._turns):
            own = np.array([day.toordinal() for day in turns], dtype=np.int64)
            self.spans[agency, 1:] = np.searchsorted(own, numbers, side="right")

    def stretch(self, agency: int, span: int) -> Stretch | None:
        """The stretch of an agency with this number; None before any law."""
        found = self.laws[agency]
        day = self._turns[agency][span - 1] if span else date.min
        period = found.period(day)
        if period == 0:
            return None
        until = found.changes[period] if period < len(found.changes) else None
        return Stretch(self.agencies[agency], day, found.changes[period - 1], until)


def _turns(law: AgencyLaw) -> Iterable[date]:
    for day in law.changes:
        yield day
        # From here on, answers say that the change is near.
        if day - date.min > timedelta(days=DAYS_BEFORE_A_CHANGE):
            yield day - timedelta(days=DAYS_BEFORE_A_CHANGE)


def scope_of(law: Law, stretch: Stretch, as_if: tuple[str, ...]) -> Scope:
    return law.scope(law.agency(stretch.agency), stretch.day, as_if)


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
        tuple((item.norm.id, item.bands) for item in scope.bound if item.bands),
        tuple((name, repr(known)) for name, known in scope.kept.items()),
        tuple((norm.id, dispute.id) for norm, dispute in around.removed),
        tuple(dispute.id for norm in shown for dispute in scope.disputes_of(norm)),
        tuple(text for boundary, text in around.coming if boundary.day <= soon),
        tuple(item.cite for item in around.not_encoded),
        scope.law.library.jurisdictions[scope.law.agency.place].kind == "local",
    )

"""Instruments and norms: the values that a law file states, once read.

`lawfile` reads them from YAML with exact errors; `reference` and `compile` give them meaning.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Literal, get_args

import msgspec

from comity.conditions import ALWAYS, Condition

Modality = Literal["prohibits", "permits", "requires", "lifts"]
Evidence = Literal["text", "secondary", "unverified"]
EVIDENCE: tuple[Evidence, ...] = get_args(Evidence)
"""How well a norm was read, best first."""
InstrumentKind = Literal[
    "statute", "regulation", "ordinance", "resolution", "order", "directive", "decree", "ruling", "practice", "proposal"
]
FindingKind = Literal["conflict", "gap", "never_decides", "exception", "permission", "no_deadline"]
"""The kinds of findings that want a fix or a reason: see `compare.check`."""
STATUSES = ("required", "prohibited", "permitted", "conflict", "unregulated")
"""The answers for an action, but for `depends`, that of facts unknown."""
POLICY_KINDS: frozenset[str] = frozenset({"order", "directive", "practice"})
"""Instruments by which an agency or its government binds itself: shown apart from statutes and ordinances."""


class Boundary(msgspec.Struct, frozen=True):
    """The day from which a text counts; with `latest`, some day from `day` to `latest` that is not known.

    `name` tells boundaries apart: the end of an old text and the start of the new one share one boundary.
    """

    name: str
    day: date
    latest: date | None = None

    def reached(self, on: date) -> bool | None:
        """Whether the boundary lies at or before the day; None inside an uncertain band."""
        if on < self.day:
            return False
        return True if self.latest is None or on >= self.latest else None


class Interval(msgspec.Struct, frozen=True):
    """A stretch of days in force, from a boundary up to, not including, another (None: to this day)."""

    start: Boundary
    until: Boundary | None = None


class Version(msgspec.Struct, frozen=True):
    """One dated text of an instrument."""

    name: str
    interval: Interval
    by: str
    note: str = ""


class Binds(msgspec.Struct, frozen=True):
    """Whom a norm binds: agencies of any of these kinds, none of those; or the agencies named."""

    any: tuple[str, ...] = ("any_agency",)
    none: tuple[str, ...] = ()
    agencies: tuple[str, ...] = ()


class Target(msgspec.Struct, frozen=True):
    """What an edge of defeat points at: a norm, an instrument, or all norms that fit a pattern.

    `ref` names a norm (`us/il/trust-act#15-c`) or an instrument. In a pattern `below` means places under the
    attacker's own, `place` one place (and no other), the rest narrow it; an empty field narrows nothing.
    """

    ref: str = ""
    below: bool = False
    place: str = ""
    modality: str = ""
    actions: tuple[str, ...] = ()
    instrument_kinds: tuple[str, ...] = ()


class Limit(msgspec.Struct, frozen=True):
    """A norm counts only while a clock, a derived fact, is at or under `at_most` of the fact's unit."""

    clock: str
    at_most: float


class Within(msgspec.Struct, frozen=True, tag="within"):
    """A deadline: so many hours, days or business days after a time fact (`received_at`)."""

    amount: float
    unit: Literal["hour", "day", "business_day"]
    after: str
    excluding: tuple[Literal["saturdays", "sundays", "holidays"], ...] = ()


class Every(msgspec.Struct, frozen=True, tag="every"):
    """A standing report: how often, by which day (month and day; empty if the law names none), about what time."""

    period: Literal["year", "half_year", "quarter", "month"]
    by: str = ""
    covering: Literal["previous_calendar_year", "previous_quarter", "previous_month", "previous_half_year"] | None = (
        None
    )
    nil: Literal["certify", "report", "none", ""] = ""
    ending: str = ""
    """The month and day on which the year reported on ends; empty for the calendar year."""


class By(msgspec.Struct, frozen=True, tag="by"):
    """A deadline on one calendar day."""

    day: date


class AtOnce(msgspec.Struct, frozen=True, tag="at_once"):
    """Due immediately, or before the act where `before` names it."""

    before: str = ""


Due = Within | Every | By | AtOnce


class Norm(msgspec.Struct, frozen=True):
    """One provision: what it rules, on whom, when, and how well it was read.

    `actions` are as written (inner names rule on all below them). A `lifts` norm has none: it switches off the
    prohibitions it targets and grants nothing. `one_of` marks a duty that any one of its actions satisfies.
    `who` names the one bound where that is not the agency asked.
    """

    id: str
    instrument: str
    cite: str
    modality: Modality
    intervals: tuple[Interval, ...]
    says: str
    evidence: Evidence
    source: str
    read: date
    line: int
    actions: tuple[str, ...] = ()
    one_of: bool = False
    binds: Binds = Binds()
    who: str = ""
    when: Condition = ALWAYS
    unless: Condition | None = None
    limit: Limit | None = None
    lifts: tuple[Target, ...] = ()
    lifts_requires: bool = False
    only_actions: tuple[str, ...] = ()
    overrides: tuple[Target, ...] = ()
    yields_to: tuple[Target, ...] = ()
    owed_to: str = ""
    due: Due | None = None
    reportable_when: Condition | None = None
    contents: tuple[str, ...] = ()
    note: str = ""

    @property
    def local_id(self) -> str:
        return self.id.partition("#")[2]

    @property
    def place(self) -> str:
        """The jurisdiction whose norm this is."""
        return self.instrument.rpartition("/")[0]


class Dispute(msgspec.Struct, frozen=True):
    """A court's word on norms: it suspends them (enjoined), annuls them (void as if never) or only flags them.

    `places` and `agencies` are its reach: every agency of the places and below, or the agencies named; both
    empty: wherever the norms bind. `until` is the first day it no longer acts.
    """

    id: str
    court: str
    cite: str
    effect: Literal["suspends", "annuls", "flags"]
    norms: tuple[str, ...]
    start: date
    says: str
    evidence: Evidence
    source: str
    line: int
    until: date | None = None
    places: tuple[str, ...] = ()
    agencies: tuple[str, ...] = ()

    def acts_on(self, day: date) -> bool:
        return self.start <= day and (self.until is None or day < self.until)


class NotEncoded(msgspec.Struct, frozen=True):
    """What a file cannot yet say, with its citation: every answer on these actions (all, if none named) says so."""

    cite: str
    says: str
    actions: tuple[str, ...] = ()
    start: date | None = None
    until: date | None = None
    binds: Binds = Binds()


class Acknowledgement(msgspec.Struct, frozen=True):
    """That somebody looked at findings of `comity check` of one kind and lets them stand, with the reason.

    `norms` and `against` name the norms meant, singly or by their instrument or place; `actions`, `agencies` (or their
    places) and `kinds` of agencies narrow what is meant; an empty field narrows nothing.
    """

    finding: FindingKind
    reason: str
    path: str
    line: int
    norms: tuple[str, ...] = ()
    against: tuple[str, ...] = ()
    actions: tuple[str, ...] = ()
    agencies: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()


class Property(msgspec.Struct, frozen=True):
    """A claim about the law, in the words of `comity prove`, that must hold for agencies over a stretch of days.

    `until` is the first day for which it is not made; None: made to the day on which the law was last read.
    """

    claim: str
    agencies: tuple[str, ...]
    start: date
    cite: str
    says: str
    path: str
    line: int
    until: date | None = None


class Review(msgspec.Struct, frozen=True):
    """That a reviewer signed a file on a day; `stands` tells whether the file is still the one that was signed."""

    by: str
    on: date
    stands: bool


class Example(msgspec.Struct, frozen=True):
    """A situation and the answers expected; run by the tests and shown in the documentation.

    `expect` gives statuses by action. `because`, `possibly` (what decides only in some completions), `missing`,
    `defeated`, `duties`, `owed` (the duties and reports that are certain), `reports` and `disputes`, where given, are
    whole sets over the actions of `expect`; `possible` the statuses reachable where the answer depends. `due` gives, by
    norm, the day or moment of a duty or report, or the words that say when. `as_if` names proposals.
    """

    agency: str
    on: str
    facts: dict[str, object]
    expect: dict[str, str]
    line: int
    says: str = ""
    because: tuple[str, ...] | None = None
    possibly: tuple[str, ...] | None = None
    missing: tuple[str, ...] | None = None
    defeated: tuple[str, ...] | None = None
    duties: tuple[str, ...] | None = None
    owed: tuple[str, ...] | None = None
    reports: tuple[str, ...] | None = None
    possible: tuple[str, ...] | None = None
    disputes: tuple[str, ...] | None = None
    due: dict[str, str] = msgspec.field(default_factory=dict[str, str])
    as_if: tuple[str, ...] = ()


class Instrument(msgspec.Struct, frozen=True):
    """One statute, ordinance, order, directive, decree or ruling: a law file.

    `examples` is the YAML text in which its examples stand, with the lines that they have in the file:
    `Library.examples_of` reads them.
    """

    id: str
    title: str
    cite: str
    kind: InstrumentKind
    source: str
    read: date
    path: str
    versions: tuple[Version, ...]
    terms: dict[str, Condition]
    norms: tuple[Norm, ...]
    disputes: tuple[Dispute, ...] = ()
    not_encoded: tuple[NotEncoded, ...] = ()
    examples: str = ""
    acknowledged: tuple[Acknowledgement, ...] = ()
    properties: tuple[Property, ...] = ()
    review: Review | None = None
    note: str = ""

    @property
    def place(self) -> str:
        return self.id.rpartition("/")[0]

    @property
    def local_ids(self) -> tuple[str, ...]:
        """The ids of its norms and disputes, as its own file writes them."""
        return tuple(each.id.partition("#")[2] for each in (*self.norms, *self.disputes))


class Agency(msgspec.Struct, frozen=True):
    """A body bound by law. `own_government`: a government of its own inside the place, not bound by the place's
    ordinances (a park district, a school board)."""

    id: str
    name: str
    kinds: tuple[str, ...]
    place: str
    own_government: bool = False
    source: str = ""


class Known(msgspec.Struct, frozen=True):
    """A fact that a place keeps, public and dated, so that requests need not ask it."""

    fact: str
    value: object
    start: date
    says: str
    cite: str
    source: str
    read: date
    evidence: Evidence
    until: date | None = None
    agencies: tuple[str, ...] = ()

    def holds_on(self, day: date) -> bool:
        return self.start <= day and (self.until is None or day < self.until)


class Jurisdiction(msgspec.Struct, frozen=True):
    """A government with law of its own, its agencies and the facts it keeps.

    `complete_for` names the actions on which every requirement and prohibition of this layer is encoded, so that
    a link from another layer need not ask whether some law not encoded speaks. `holidays` is the calendar:
    `US` or `US-IL`.
    """

    id: str
    name: str
    ocd: str
    kind: Literal["country", "state", "county", "city", "local"]
    holidays: str
    agencies: tuple[Agency, ...]
    known: tuple[Known, ...] = ()
    complete_for: tuple[str, ...] = ()
    acknowledged: tuple[Acknowledgement, ...] = ()
    properties: tuple[Property, ...] = ()
    review: Review | None = None
    note: str = ""


def until_after(day: date) -> date:
    """The first day no longer covered by a text whose last day is `day`."""
    return day + timedelta(days=1)


def worst_evidence(grades: Iterable[str]) -> str | None:
    """What an answer rests on that rests on norms so read; None of none."""
    return max(grades, key=EVIDENCE.index, default=None)

"""How a place's answers to standard situations changed through time, and the instruments that changed them.

Nothing here decides: every answer is a decision of `Law.decide`, on the first day of each period of law. The situations
stand in `standard-situations.yaml`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from importlib.resources import files
from typing import TYPE_CHECKING

import msgspec

from comity.defeat import rules_on
from comity.errors import RequestError, nearest
from comity.findings import Finding, LawNote
from comity.norms import Agency, Jurisdiction
from comity.program import VERSION

if TYPE_CHECKING:
    from comity.decide import Law

BEGINNING = date(2006, 1, 1)
NO_LAW = ""
"""The status of days before any law is encoded for the agency."""


class StandardSituation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A situation put to an agency of the first of these kinds that a place has. `at` and `times` are hours of the day
    asked; `facts` are as in requests."""

    name: str
    says: str
    action: str
    kinds: tuple[str, ...]
    facts: dict[str, object]
    at: str = ""
    times: dict[str, str] = {}


class Span(msgspec.Struct, frozen=True):
    """A stretch of days with one answer; `until` is the first day with another. `cites` decide in it, or may."""

    start: str
    until: str | None
    status: str
    possible: tuple[str, ...]
    cites: tuple[str, ...]


class Cause(msgspec.Struct, frozen=True):
    """An instrument, or a court's word, by which an answer changed: which of its provisions began or ended to count."""

    title: str
    began: tuple[str, ...]
    ended: tuple[str, ...]


class Turn(msgspec.Struct, frozen=True):
    """A day on which an answer changed."""

    on: str
    before: str
    after: str
    causes: tuple[Cause, ...]


class Row(msgspec.Struct, frozen=True):
    """One situation through time."""

    situation: str
    says: str
    action: str
    agency: str
    agency_name: str
    spans: tuple[Span, ...]
    turns: tuple[Turn, ...]


class Timeline(msgspec.Struct, frozen=True):
    """A place's answers from one day to another. `without`: situations for which it has no agency."""

    place: str
    name: str
    start: str
    until: str
    law: LawNote
    rows: tuple[Row, ...]
    without: tuple[str, ...]


def standard_situations() -> tuple[StandardSituation, ...]:
    """The situations that come with the program."""
    raw = files("comity").joinpath("standard-situations.yaml").read_bytes()
    return msgspec.yaml.decode(raw, type=tuple[StandardSituation, ...])


def timeline(law: Law, place: str, until: date, start: date = BEGINNING) -> Timeline:
    """The standard situations through time. Raises RequestError for a place that is not known or has no agencies."""
    found = law.library.jurisdictions.get(place)
    if found is None:
        hint = nearest(place, list(law.library.jurisdictions)) or " (`comity law` lists the places)"
        raise RequestError("unknown_path", f'no place in the law is called "{place}"{hint}', "path")
    if until <= start:
        raise RequestError("bad_date", f"a timeline begins on {start.isoformat()}: name a later day", "on")
    rows: list[Row] = []
    without: list[str] = []
    for situation in standard_situations():
        agency = _agency_for(law, found, situation)
        if agency is None:
            without.append(situation.says)
        else:
            rows.append(_row(law, agency, situation, start, until))
    if not rows:
        raise RequestError("no_agency", f"{place} has no agency to which the standard situations can be put", "path")
    return Timeline(
        place,
        found.name,
        start.isoformat(),
        until.isoformat(),
        LawNote(law.digest, VERSION),
        tuple(rows),
        tuple(without),
    )


def _agency_for(law: Law, place: Jurisdiction, situation: StandardSituation) -> Agency | None:
    tree = law.vocabulary.agency_kinds
    for wanted in situation.kinds:
        for agency in place.agencies:
            if any(tree.is_under(kind, wanted) for kind in agency.kinds):
                return agency
    return None


def _row(law: Law, agency: Agency, situation: StandardSituation, start: date, until: date) -> Row:
    days = [start, *(day for day in law.periods(agency.id) if start < day <= until)]
    findings = [_finding(law, agency, situation, day) for day in days]
    spans: list[Span] = []
    turns: list[Turn] = []
    for number, (day, finding) in enumerate(zip(days, findings, strict=True)):
        here = _span(day, finding)
        if spans and (spans[-1].status, spans[-1].possible) == (here.status, here.possible):
            cites = tuple(dict.fromkeys((*spans[-1].cites, *here.cites)))
            spans[-1] = msgspec.structs.replace(spans[-1], cites=cites)
            continue
        if spans:
            causes = _causes(law, agency, day, situation.action, findings[number - 1], finding)
            turns.append(Turn(here.start, spans[-1].status, here.status, causes))
            spans[-1] = msgspec.structs.replace(spans[-1], until=here.start)
        spans.append(here)
    return Row(situation.name, situation.says, situation.action, agency.id, agency.name, tuple(spans), tuple(turns))


def _finding(law: Law, agency: Agency, situation: StandardSituation, day: date) -> Finding | None:
    """The answer on a day; None before any law for the agency."""
    facts = {**situation.facts, **{name: f"{day.isoformat()}T{hour}" for name, hour in situation.times.items()}}
    on = f"{day.isoformat()}T{situation.at}" if situation.at else day
    try:
        return law.decide(agency=agency.id, on=on, actions=[situation.action], facts=facts).findings[0]
    except RequestError as error:
        if error.code != "before_law":
            raise
        return None


def _span(day: date, finding: Finding | None) -> Span:
    if finding is None:
        return Span(day.isoformat(), None, NO_LAW, (), ())
    deciding = (*finding.because, *finding.possibly)
    possible = finding.possible if finding.status == "depends" else ()
    return Span(day.isoformat(), None, finding.status, possible, tuple(dict.fromkeys(note.cite for note in deciding)))


def _causes(
    law: Law, agency: Agency, day: date, action: str, before: Finding | None, after: Finding | None
) -> tuple[Cause, ...]:
    """The instruments whose norms count on one side of a day only: those that the findings show or, failing that,
    all that rule on the action."""
    agency_law = law.agency_law(agency)
    old, new = ({item.norm.id: item.norm for item in agency_law.norms_on(on)} for on in (day - timedelta(days=1), day))
    uncertain = {item.norm.id for item in agency_law.norms_on(day) if item.bands}
    uncertain_before = {item.norm.id for item in agency_law.norms_on(day - timedelta(days=1)) if item.bands}
    began = {name: norm for name, norm in new.items() if name not in old or (name in uncertain_before - uncertain)}
    ended = {name: norm for name, norm in old.items() if name not in new}
    shown = {name for finding in (before, after) if finding for name in _shown(finding)}
    if not shown & (began.keys() | ended.keys()):
        shown = {name for name, norm in (began | ended).items() if rules_on(norm, action, law.vocabulary)}
    courts = {
        norm.id: dispute.cite for on in (day - timedelta(days=1), day) for norm, dispute in agency_law.removed_on(on)
    }
    causes: dict[str, tuple[dict[str, None], dict[str, None]]] = {}
    for changed, side in ((began, 0), (ended, 1)):
        for name, norm in changed.items():
            if name in shown:
                title = courts.get(name) or law.library.instruments[norm.instrument].title
                causes.setdefault(title, ({}, {}))[side][norm.cite] = None
    return tuple(Cause(title, tuple(sides[0]), tuple(sides[1])) for title, sides in causes.items())


def _shown(finding: Finding) -> Iterator[str]:
    for note in (*finding.because, *finding.possibly, *finding.also):
        yield note.norm
    for gone in finding.defeated:
        yield gone.norm.norm
        yield from gone.by


def turns_by_day(rows: Sequence[Row]) -> dict[str, list[tuple[Row, Turn]]]:
    """The days on which some answer changed, in order, each with the answers that did."""
    found: dict[str, list[tuple[Row, Turn]]] = {}
    for row in rows:
        for turn in row.turns:
            found.setdefault(turn.on, []).append((row, turn))
    return dict(sorted(found.items()))

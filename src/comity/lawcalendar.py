"""The calendar of standing reports: what an agency, or every agency of a place, owes in a year, and by which day.

Nothing here decides anything: it reads which norms bind whom, when they are in force, and how often they fall due.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Literal

import msgspec

from comity.bound import AgencyLaw, in_force
from comity.conditions import ALWAYS
from comity.deadlines import covered_period, due_note
from comity.errors import RequestError, nearest
from comity.library import Library, is_above
from comity.norms import Agency, Dispute, Every, Evidence, Norm
from comity.vocabulary import Fact
from comity.words import condition_lines

FIRST_YEAR, LAST_YEAR = 1900, 2200

State = Literal["due", "uncertain", "suspended"]
"""`uncertain`: it is not settled whether the norm was in force that day. `suspended`: a court has stayed it."""


class ReportDue(msgspec.Struct, frozen=True):
    """One report that falls due: on `day`, which the law names (`day_named`), or else the last day it covers.

    `agencies` are those bound, of the agencies asked about; `who` names the one who makes the report where that is
    not the agency itself. `start` and `end` are the first and last day covered. `nil` is what is owed where there is
    nothing to report (`certify`, `report`, `none`; empty where the law does not say). `when` and `unless` are the
    conditions on which the report is owed at all, in words; `reports_on` says which requests appear in it.
    """

    day: date
    day_named: bool
    state: State
    agencies: tuple[str, ...]
    who: str
    actions: tuple[str, ...]
    start: date
    end: date
    owed_to: str
    contents: tuple[str, ...]
    nil: str
    when: tuple[str, ...]
    unless: tuple[str, ...]
    reports_on: tuple[str, ...]
    norm: str
    cite: str
    says: str
    note: str
    evidence: Evidence
    source: str
    read: date
    disputes: tuple[str, ...]


class ReportCalendar(msgspec.Struct, frozen=True):
    """The reports due in a year from an agency or from the agencies of a place and the places below, by day."""

    path: str
    year: int
    reports: tuple[ReportDue, ...]


def parse_year(told: str) -> int:
    """A year in four digits. Raises RequestError (`bad_year`)."""
    if len(told) == 4 and told.isascii() and told.isdigit() and FIRST_YEAR <= int(told) <= LAST_YEAR:
        return int(told)
    raise RequestError("bad_year", f'"{told}" is not a year from {FIRST_YEAR} to {LAST_YEAR} (write 2026)', "year")


def report_calendar(library: Library, path: str, year: int) -> ReportCalendar:
    """The standing reports of an agency, or of every agency of a place and the places below, due in a year.

    A report counts where its norm is in force on the day it falls due. Raises RequestError naming the nearest agency
    or place.
    """
    bound: dict[tuple[str, date], list[tuple[Agency, ReportDue]]] = {}
    for agency in _agencies(library, path):
        law = AgencyLaw(library, agency)
        for report in _reports(law, year):
            bound.setdefault((report.norm, report.end), []).append((agency, report))
    reports = [merged for found in bound.values() for merged in _merged(found)]
    return ReportCalendar(path, year, tuple(sorted(reports, key=lambda each: (each.day, each.norm, each.agencies))))


def _agencies(library: Library, path: str) -> list[Agency]:
    agencies = library.agencies()
    if path in agencies:
        return [agencies[path]]
    if path not in library.jurisdictions:
        hint = nearest(path, [*library.jurisdictions, *agencies])
        raise RequestError("unknown_path", f'no agency or place is called "{path}"{hint}', "reports")
    return [agency for agency in agencies.values() if agency.place == path or is_above(path, agency.place)]


def _merged(found: Iterable[tuple[Agency, ReportDue]]) -> Iterator[ReportDue]:
    """One report for all agencies that owe it alike: a court's reach may part them."""
    alike: dict[ReportDue, list[str]] = {}
    for agency, report in found:
        alike.setdefault(report, []).append(agency.id)
    for report, agencies in alike.items():
        yield msgspec.structs.replace(report, agencies=tuple(sorted(agencies)))


def _reports(law: AgencyLaw, year: int) -> Iterator[ReportDue]:
    """The reports of one agency, `agencies` left empty."""
    facts = law.library.vocabulary.facts
    for norm in law.norms:
        if not isinstance(norm.due, Every):
            continue
        for day, named, start, end in falls_due(norm.due, year):
            disputes = law.disputes_of(norm, day)
            state = _state(norm, day, disputes)
            if state is not None:
                yield _report(norm, facts, state, day, named, start, end, disputes)


def falls_due(due: Every, year: int) -> Iterator[tuple[date, bool, date, date]]:
    """Each time it falls due in the year: the day, whether the law names it, and the first and last day covered."""
    # A year reported on may have begun two years before: one that ends in June 2025 can be due in early 2026.
    on = date(year - 2, 1, 1)
    while on.year <= year:
        start, end = covered_period(due, on)
        note = due_note(due, on, {}, "")
        named = note.at if note is not None else None
        day = end if named is None else date.fromisoformat(named)
        if day.year == year:
            yield day, named is not None, start, end
        on = end + timedelta(days=1)


def _state(norm: Norm, day: date, disputes: Iterable[Dispute]) -> State | None:
    """Whether the norm counts on the day; None where it is not in force, or a court has annulled it."""
    bands = in_force(norm.intervals, day)
    effects = {dispute.effect for dispute in disputes}
    if bands is None or "annuls" in effects:
        return None
    if "suspends" in effects:
        return "suspended"
    return "uncertain" if bands else "due"


def _report(
    norm: Norm,
    facts: dict[str, Fact],
    state: State,
    day: date,
    named: bool,
    start: date,
    end: date,
    disputes: Iterable[Dispute],
) -> ReportDue:
    return ReportDue(
        day=day,
        day_named=named,
        state=state,
        agencies=(),
        who=norm.who,
        actions=norm.actions,
        start=start,
        end=end,
        owed_to=norm.owed_to,
        contents=norm.contents,
        nil=norm.due.nil if isinstance(norm.due, Every) else "",
        when=() if norm.when == ALWAYS else tuple(condition_lines(norm.when, facts)),
        unless=() if norm.unless is None else tuple(condition_lines(norm.unless, facts)),
        reports_on=() if norm.reportable_when is None else tuple(condition_lines(norm.reportable_when, facts)),
        norm=norm.id,
        cite=norm.cite,
        says=norm.says,
        note=norm.note,
        evidence=norm.evidence,
        source=norm.source,
        read=norm.read,
        disputes=tuple(dispute.id for dispute in disputes),
    )

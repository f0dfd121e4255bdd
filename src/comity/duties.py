"""What a request brings with it: the duties that are or may be owed, and the standing reports it will appear in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from comity.bound import AgencyLaw
from comity.deadlines import due_note
from comity.defeat import is_standing_report
from comity.findings import Duty, Missing, Report
from comity.knowledge import Knowledge
from comity.norms import Dispute, Norm
from comity.notes import dispute_note, missing_names, norm_note
from comity.request import Request
from comity.scope import Scope

Situation = tuple[Scope, Request, Mapping[str, Knowledge]]
"""A request, the law for it, and all that is known for it."""


def duties_of(situations: Sequence[Situation]) -> tuple[tuple[Duty, ...], tuple[Report, ...]]:
    """The duties and reports that any of the situations triggers, each once; owed wins over may be owed."""
    duties: dict[tuple[str, int], Duty] = {}
    reports: dict[str, Report] = {}
    for scope, request, known in situations:
        for compiled in scope.duties():
            state, variables = scope.owed(compiled, known)
            norm = compiled.norm
            if not state:
                continue
            missing = missing_names(compiled.space, variables, known)
            if is_standing_report(norm):
                if state == "owed" or norm.id not in reports:
                    reports[norm.id] = _report(scope.law, request, norm, state, missing, known)
                continue
            for position, duty in enumerate(_owed(scope.law, request, norm, state, missing, known)):
                if state == "owed" or (norm.id, position) not in duties:
                    duties[norm.id, position] = duty
    return tuple(duties.values()), tuple(reports.values())


def _owed(
    law: AgencyLaw,
    request: Request,
    norm: Norm,
    state: str,
    missing: tuple[Missing, ...],
    known: Mapping[str, Knowledge],
) -> list[Duty]:
    due = due_note(norm.due, request.on, known, calendar_of(law, norm))
    actions: list[str | dict[str, tuple[str, ...]]] = [{"one_of": norm.actions}] if norm.one_of else [*norm.actions]
    because = (norm_note(law.library, norm),)
    disputes = law.disputes_of(norm, request.on)
    state = "suspended" if is_suspended(disputes) else state
    shown = tuple(dispute_note(dispute, [norm.id]) for dispute in disputes)
    return [Duty(action, state, norm.owed_to, due, missing, because, shown) for action in actions]


def is_suspended(disputes: Iterable[Dispute]) -> bool:
    """Whether courts keep a duty from counting, given the disputes about its norm that act."""
    return any(dispute.effect != "flags" for dispute in disputes)


def _report(
    law: AgencyLaw,
    request: Request,
    norm: Norm,
    state: str,
    missing: tuple[Missing, ...],
    known: Mapping[str, Knowledge],
) -> Report:
    duty = _owed(law, request, norm, state, missing, known)[0]
    return Report(
        norm.actions[0], duty.state, duty.owed_to, duty.due, norm.contents, missing, duty.because, duty.disputes
    )


def calendar_of(law: AgencyLaw, norm: Norm) -> str:
    """The legal holidays that a norm's deadlines leave out: those of its place."""
    places = law.library.jurisdictions
    return (places.get(norm.place) or places[law.agency.place]).holidays

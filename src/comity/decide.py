"""Request → decision. Everything that decides, decides here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import cast

from comity.bound import AgencyLaw
from comity.compile import ActionDiagrams
from comity.decider import Decider
from comity.derived import derive
from comity.duties import Situation, duties_of
from comity.errors import ComityError, RequestError, nearest_agency
from comity.findings import Decision, Duty, Finding, LawNote, NormNote, Report
from comity.knowledge import Choice, Elements, Knowledge
from comity.library import Library
from comity.norms import Agency
from comity.notes import FindingNotes
from comity.program import VERSION
from comity.request import Request, check_proposal, parse_on, parse_request
from comity.scope import MOST_REMEMBERED, Scope, UnitKey

CONTRADICTING = "these facts cannot all be so: correct one of them"


class _Day:
    """Decisions remembered for one agency on one day, keyed by what the told values mean.

    `checked` maps (fact, type, value) to the number of its meaning, for values that have passed the checks.
    """

    def __init__(self, on: str) -> None:
        self.on = on
        self.checked: dict[tuple[str, type, object], int] = {}
        self.meanings: dict[tuple[str, Knowledge | None], int] = {}
        self.decided: dict[
            tuple[object, ...],
            tuple[tuple[Finding, ...], tuple[Duty, ...], tuple[Report, ...], tuple[str, ...], tuple[NormNote, ...]],
        ] = {}


class Law:
    """All encoded law, ready to decide. Compiled diagrams and outcomes are kept for the life of the object."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self.digest = library.digest
        self.vocabulary = library.vocabulary
        self.agencies = library.agencies()
        self._law_note = LawNote(library.digest, VERSION)
        self._agency_laws: dict[tuple[str, tuple[str, ...]], AgencyLaw] = {}
        self._scopes: dict[tuple[str, tuple[str, ...], int], Scope] = {}
        self._compiled: dict[UnitKey, ActionDiagrams] = {}
        self._days: dict[tuple[str, object], _Day] = {}
        self._remembered = 0

    @classmethod
    def load(cls, path: Path | None = None, agency: str = "") -> Law:
        """The law that comes with the program, or of a folder. Raises LawError listing every problem found.

        With an agency, it may hold no more than what decisions for that agency need, and is loaded in less time.
        """
        from comity.loading import load_library

        return cls(load_library(path, agency=agency))

    def decide(
        self,
        *,
        agency: str,
        on: date | str,
        actions: Sequence[str] | None = None,
        facts: Mapping[str, object] | None = None,
        as_if: Sequence[str] = (),
    ) -> Decision:
        """What the law requires, permits or prohibits. Facts left out are unknown; that is no error.

        Raises RequestError for what the vocabulary does not know or for facts that contradict one another.
        """
        if not as_if:
            recalled = self._recall(agency, on, actions, facts)
            if recalled is not None:
                return recalled
        requests = parse_request(self.library, self.agency(agency), on, actions, facts, as_if)
        situations = [self.situation(request) for request in requests]
        findings = [
            self.finding(situation, action, _told_apart(situation[1]) or None)
            for situation in situations
            for action in situation[1].actions
        ]
        duties, reports = duties_of(situations)
        first = requests[0]
        decision = Decision(
            agency=agency,
            on=(first.moment or first.on).isoformat(),
            law=self._law_note,
            facts=dict(facts or {}),
            as_if=tuple(as_if),
            findings=tuple(findings),
            duties=duties,
            reports=reports,
            notes=self._notes(first),
            refusal_limits=self._refusal_limits(situations[0], findings),
            asked=None if actions is None else tuple(actions),
        )
        if len(requests) == 1 and not as_if:
            self._remember(on, first, decision)
        return decision

    def decider(self, agency: str, on: date | str, as_if: Sequence[str] = ()) -> Decider:
        """One agency's law on one day, prepared for many decisions. Raises RequestError as `decide` does."""
        for proposal in as_if:
            check_proposal(self.library, proposal)
        found = self.agency(agency)
        day, _ = parse_on(on)
        return Decider(self.scope(found, day, tuple(as_if)), found, day)

    def replay(self, decision: Decision) -> Decision:
        """Decide again what a decision decided.

        Raises ComityError if the law or the program is not the one that the decision was made under.
        """
        if decision.law != self._law_note:
            raise ComityError(
                "other_law",
                f"the decision was made under law {decision.law.digest} by version {decision.law.version}; "
                f"this is law {self.digest}, version {VERSION}",
                "law",
            )
        return self.decide(
            agency=decision.agency,
            on=decision.on,
            actions=decision.asked,
            facts=decision.facts,
            as_if=decision.as_if,
        )

    def _recall(
        self, agency: str, on: date | str, actions: Sequence[str] | None, facts: Mapping[str, object] | None
    ) -> Decision | None:
        """The decision for a request whose every value was checked before and that was decided before, if so."""
        try:
            day = self._days[agency, on]
            asked = None if actions is None else tuple(actions)
            key: list[object] = [asked]
            checked = day.checked
            if facts:
                for name, value in facts.items():
                    kind = type(value)
                    if kind is list:
                        value = tuple(value)  # type: ignore[arg-type]  # pyright: ignore
                    key.append(checked[name, kind, value])
            remembered = day.decided.get(tuple(key))
        except (KeyError, TypeError):
            return None
        if remembered is None:
            return None
        findings, duties, reports, notes, limits = remembered
        told = dict(facts) if facts else {}
        return Decision(agency, day.on, self._law_note, told, (), findings, duties, reports, notes, limits, asked)

    def _remember(self, on: date | str, request: Request, decision: Decision) -> None:
        """Keep what was decided, under the meaning of each value told."""
        if request.disputed:
            return
        if self._remembered >= MOST_REMEMBERED:
            self._days.clear()
            self._remembered = 0
        self._remembered += 1
        day = self._days.setdefault((decision.agency, on), _Day(decision.on))
        key: list[object] = [decision.asked]
        try:
            for name, value in request.facts.items():
                raw = tuple(cast("list[object]", value)) if value.__class__ is list else value
                told = request.known.get(name)
                meaning = day.meanings.setdefault((name, told), len(day.meanings))
                day.checked[name, value.__class__, raw] = meaning
                key.append(meaning)
        except TypeError:
            return
        day.decided[tuple(key)] = (
            decision.findings,
            decision.duties,
            decision.reports,
            decision.notes,
            decision.refusal_limits,
        )

    def agency_law(self, agency: Agency, as_if: tuple[str, ...] = ()) -> AgencyLaw:
        key = (agency.id, as_if)
        found = self._agency_laws.get(key)
        if found is None:
            found = self._agency_laws[key] = AgencyLaw(self.library, agency, as_if)
        return found

    def scope(self, agency: Agency, on: date, as_if: tuple[str, ...] = ()) -> Scope:
        """The compiled law for an agency on a day. Raises RequestError for a day before any law encoded for it."""
        law = self.agency_law(agency, as_if)
        period = law.period(on)
        key = (agency.id, as_if, period)
        found = self._scopes.get(key)
        if found is None:
            if period == 0:
                first = f"; the earliest is of {law.changes[0].isoformat()}" if law.changes else ""
                raise RequestError("before_law", f"no law is encoded for {agency.id} on {on.isoformat()}{first}", "on")
            found = self._scopes[key] = Scope(law, on, self._compiled)
        return found

    def periods(self, agency: str) -> list[date]:
        """The days on which the law for an agency changes, in order."""
        return list(self.agency_law(self.agency(agency)).changes)

    def agency(self, agency: str) -> Agency:
        """The agency of an id. Raises RequestError naming the nearest."""
        found = self.agencies.get(agency)
        if found is None:
            raise RequestError("unknown_agency", self._no_agency(agency), "agency")
        return found

    def _no_agency(self, name: str) -> str:
        place = self.library.jurisdictions.get(name)
        if place is None:
            return f'unknown agency "{name}"{nearest_agency(name, list(self.agencies))}'
        around = (f"{name}/local", name)
        known = [agency.id for each in around for agency in self.agencies.values() if agency.place == each]
        hint = f", as {' or '.join(known[:2])}" if known else ""
        return f'"{name}" is a place: name an agency{hint} (`comity law {name}` lists them)'

    def knowledge(self, request: Request, scope: Scope) -> dict[str, Knowledge]:
        """All that is known for a request: told, derived, kept by the place; and what is asked."""
        known = derive(request)
        for name, value in scope.kept_values.items():
            known.setdefault(name, value)
        if "asked" in self.vocabulary.facts and "asked" not in known and not request.all_actions:
            known["asked"] = Elements(tuple(frozenset({action}) for action in request.actions))
        return known

    def situation(self, request: Request) -> Situation:
        """The law for a request, the request, and all that is known for it."""
        scope = self.scope(request.agency, request.on, request.as_if)
        return scope, request, self.knowledge(request, scope)

    def with_implied(self, action: str, known: Mapping[str, Knowledge]) -> Mapping[str, Knowledge] | None:
        """What is known, with what the action's own meaning settles; None where the facts say it is no such act."""
        rule = self.vocabulary.action_rules.get(action)
        if rule is None:
            return known
        for fact, value in rule.implies.items():
            told = known.get(fact)
            if isinstance(told, Choice) and value not in told.values:
                return None
        return {**known, **{fact: Choice(frozenset({value})) for fact, value in rule.implies.items()}}

    def finding(self, situation: Situation, action: str, given: dict[str, str] | None = None) -> Finding:
        """The finding for one action. Raises RequestError for facts that cannot all be so."""
        scope, request, told = situation
        notes = FindingNotes(self.library, scope, request)
        known = self.with_implied(action, told)
        if known is None:
            return notes.no_such_act(action, self.vocabulary.action_rules[action].otherwise, given)
        unit = scope.unit(action)
        signature = scope.signature(action, known)
        outcome = scope.outcome(action, signature)
        if not outcome.possible:
            raise RequestError("impossible", CONTRADICTING, "facts")
        return notes.finding(unit, signature, outcome, known, given)

    def _refusal_limits(self, situation: Situation, findings: Sequence[Finding]) -> tuple[NormNote, ...]:
        """The norms that bound a refusal, unless all that is asked is required anyway."""
        tree = self.vocabulary.actions
        bounding = {
            bound: None
            for finding in findings
            for inner, bound in self.vocabulary.refusals.items()
            if finding.status != "required" and tree.is_under(finding.action, inner)
        }
        bounds = [self.finding(situation, action) for action in bounding]
        return tuple(note for finding in bounds if finding.status == "prohibited" for note in finding.because)

    def _notes(self, request: Request) -> tuple[str, ...]:
        """What to mind about the whole decision."""
        notes: list[str] = []
        last_read = self.agency_law(request.agency, request.as_if).last_read
        if last_read is not None and request.on > last_read:
            read = last_read.isoformat()
            notes.append(f"The law was last read on {read}; it may have changed, or may yet change, by this day.")
        if request.as_if:
            notes.append(f"As if {', '.join(request.as_if)} were law, which it is not.")
        return tuple(notes)


def _told_apart(request: Request) -> dict[str, str]:
    """The one value of several told that this request stands for."""
    return {name: str(value) for name, value in request.facts.items() if name in request.told_apart}

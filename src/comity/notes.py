"""From an outcome to a finding: the norms as they are shown, disputes, place facts, limits and what to mind."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

import msgspec

from comity.asking import best_question
from comity.calendars import after_hours
from comity.cells import Space
from comity.compile import ActionDiagrams
from comity.derived import CLOCKS, FEDERAL_HOLIDAYS, derive
from comity.findings import Defeat, DisputeNote, Finding, KnownNote, LimitNote, Missing, NormNote, NotEncodedNote
from comity.knowledge import NEVER, Knowledge, Spans
from comity.library import Library
from comity.norms import POLICY_KINDS, Dispute, Norm
from comity.outcome import Outcome, outcome
from comity.request import Request
from comity.scope import Scope, Signature

DAYS_BEFORE_A_CHANGE = 30
"""An answer this close before a text comes into force says so."""


def norm_note(library: Library, norm: Norm) -> NormNote:
    """A norm as findings show it."""
    instrument = library.instruments.get(norm.instrument)
    by = "policy" if instrument is not None and instrument.kind in POLICY_KINDS else "law"
    review = "unsigned"
    if instrument is not None and instrument.review is not None:
        review = "signed" if instrument.review.stands else "lapsed"
    return NormNote(norm.id, norm.cite, norm.says, norm.modality, norm.evidence, norm.source, by, norm.who, review)


def dispute_note(dispute: Dispute, norms: Sequence[str]) -> DisputeNote:
    """A court's word on these norms, as findings and duties show it."""
    return DisputeNote(
        dispute.id,
        dispute.court,
        dispute.cite,
        dispute.effect,
        tuple(norms),
        dispute.says,
        dispute.start.isoformat(),
        dispute.until.isoformat() if dispute.until else None,
        dispute.source,
        dispute.evidence,
    )


def missing_names(space: Space, variables: Iterable[int], known: Mapping[str, Knowledge]) -> tuple[Missing, ...]:
    """The facts that missing variables stand for; a derived fact by those of its inputs that are not known exactly."""
    names: list[Missing] = []
    for variable in variables:
        if variable >= len(space.variables):
            names.append({"text_in_force": space.extra[variable - len(space.variables)]})
            continue
        fact = space.variables[variable].fact
        inputs = [name for name in fact.derived_from if not _is_exact(known.get(name))]
        # The time of the act is asked for only where nothing else is missing: its day is always known.
        names += [name for name in inputs if name != "on"] or inputs or [fact.name]
    return tuple(name for position, name in enumerate(names) if name not in names[:position])


def _is_exact(told: Knowledge | None) -> bool:
    return isinstance(told, Spans) and len(told.spans) == 1 and told.spans[0][0] == told.spans[0][1]


class FindingNotes:
    """Writes the findings of one request in one scope."""

    def __init__(self, library: Library, scope: Scope, request: Request) -> None:
        self.library = library
        self.scope = scope
        self.request = request

    def finding(
        self,
        unit: ActionDiagrams,
        signature: Signature,
        result: Outcome,
        known: Mapping[str, Knowledge],
        given: dict[str, str] | None,
    ) -> Finding:
        missing = missing_names(unit.space, result.missing, known)
        question = best_question(unit, signature, result.missing)
        asked = missing_names(unit.space, [question], known) if question is not None else ()
        return Finding(
            action=unit.action,
            status=result.status,
            possible=result.possible,
            limit=self._limit(unit, result, known),
            because=self._norms(result.because),
            possibly=self._norms(result.possibly),
            also=self._norms(result.also),
            defeated=tuple(
                Defeat(norm_note(self.library, norm), tuple(attacker.id for attacker in by))
                for norm, by in result.defeated
            ),
            missing=missing,
            ask_next=next((name for name in asked if isinstance(name, str)), None),
            disputes=self.disputes(unit.action, result),
            known_used=self.known_used(unit, signature),
            not_encoded=tuple(
                NotEncodedNote(item.cite, item.says) for item in self.scope.surroundings(unit.action).not_encoded
            ),
            notes=self.to_mind(unit.action, result),
            given=given,
        )

    def no_such_act(self, action: str, why: str, given: dict[str, str] | None) -> Finding:
        """The finding where the facts say that what is asked is not the act its name means."""
        none: tuple[NormNote, ...] = ()
        status = ("unregulated",)
        return Finding(action, "unregulated", status, None, none, none, none, (), (), None, (), (), (), (why,), given)

    def _norms(self, norms: Sequence[Norm]) -> tuple[NormNote, ...]:
        return tuple(norm_note(self.library, norm) for norm in norms)

    def _limit(self, unit: ActionDiagrams, result: Outcome, known: Mapping[str, Knowledge]) -> LimitNote | None:
        """The limit of a deciding norm; with several, the one that ends last, since the status stands till then."""
        limited = [norm for norm in (*result.because, *result.possibly) if norm.limit is not None]
        if not limited:
            return None
        lapses = [(self._lapse(norm, known), norm) for norm in limited]
        timed = [(at, norm) for at, norm in lapses if at is not None]
        at, norm = max(timed, key=lambda pair: pair[0]) if timed else (None, limited[0])
        assert norm.limit is not None
        unit_name = self.library.vocabulary.facts[norm.limit.clock].unit
        then = None
        if at is not None:
            then = self._status_at(unit, at + timedelta(seconds=1), known)
            if then == result.status:
                at, then = None, None
        return LimitNote(norm.id, norm.limit.clock, norm.limit.at_most, unit_name, at.isoformat() if at else None, then)

    def _lapse(self, norm: Norm, known: Mapping[str, Knowledge]) -> datetime | None:
        released = known.get("release_due_at")
        if norm.limit is None or norm.limit.clock not in CLOCKS or not isinstance(released, Spans):
            return None
        if not _is_exact(released):
            return None
        start = released.spans[0][0]
        assert isinstance(start, datetime)
        if start in NEVER:
            return None
        return after_hours(start, norm.limit.at_most, CLOCKS[norm.limit.clock], FEDERAL_HOLIDAYS)

    def _status_at(self, unit: ActionDiagrams, moment: datetime, known: Mapping[str, Knowledge]) -> str:
        """The status if the act were at another moment under the same law, all else as known."""
        moved = msgspec.structs.replace(self.request, on=moment.date(), moment=moment)
        later = {**known, **{name: value for name, value in derive(moved).items() if name in CLOCKS}}
        signature = self.scope.signature(unit.action, later)
        return outcome(unit, dict(enumerate(signature))).status

    def disputes(self, action: str, result: Outcome) -> tuple[DisputeNote, ...]:
        """Disputes about the norms shown, and those that keep a norm on this action from counting."""
        found: dict[str, tuple[Dispute, list[str]]] = {}
        for norm in _shown(result):
            for dispute in self.scope.disputes_of(norm):
                found.setdefault(dispute.id, (dispute, []))[1].append(norm.id)
        for norm, dispute in self.scope.surroundings(action).removed:
            found.setdefault(dispute.id, (dispute, []))[1].append(norm.id)
        return tuple(dispute_note(dispute, norms) for dispute, norms in found.values())

    def known_used(self, unit: ActionDiagrams, signature: Signature) -> tuple[KnownNote, ...]:
        """The facts kept by the place on which the status would turn, had they not been known."""
        kept = {
            unit.space.position[name]: known
            for name, known in self.scope.kept.items()
            if name in unit.space.position and name not in self.request.known
        }
        if not kept:
            return ()
        masks = {position: mask for position, mask in enumerate(signature) if position not in kept}
        diagrams = unit.space.diagrams
        turning = diagrams.support(diagrams.restrict(unit.status, masks))
        return tuple(
            KnownNote(known.fact, known.value, known.says, known.cite, known.source, known.evidence)
            for position, known in kept.items()
            if position in turning
        )

    def to_mind(self, action: str, result: Outcome) -> tuple[str, ...]:
        """What to mind about a finding."""
        notes: list[str] = []
        deciding = (*result.because, *result.possibly)
        # A law that only the asker named has no text here that could have been read.
        weak = sorted({norm.cite for norm in deciding if norm.evidence != "text" and norm.source})
        if weak:
            notes.append(f"Rests on a reading that is not of the operative text: {'; '.join(weak)}.")
        bound = sorted({norm.who for norm in _shown(result) if norm.who})
        notes += [f"This binds {who}, not the agency asked." for who in bound]
        if self.request.disputed:
            notes.append(f"Answered both ways where the facts are disputed: {', '.join(self.request.disputed)}.")
        notes += self.coming_changes(action)
        place = self.library.jurisdictions[self.request.agency.place]
        if place.kind == "local":
            notes.append("Local law was not looked at: an ordinance or policy of the town or county may say more.")
        return tuple(notes)

    def coming_changes(self, action: str) -> list[str]:
        """Texts on this action that come into force, or lapse, soon after the day asked."""
        latest = self.request.on + timedelta(days=DAYS_BEFORE_A_CHANGE)
        coming = self.scope.surroundings(action).coming
        return list(dict.fromkeys(text for boundary, text in coming if boundary.day <= latest))


def _shown(result: Outcome) -> tuple[Norm, ...]:
    """The norms that a finding shows."""
    return (*result.because, *result.possibly, *result.also, *(norm for norm, _ in result.defeated))

"""Answers: one representative row of each signature, decided as any request is decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

import msgspec

from comity.decide import Law
from comity.errors import RequestError
from comity.findings import Finding, Missing
from comity.request import parse_request

EVIDENCE = ("text", "secondary", "unverified")
"""How well a norm was read, best first: an answer rests on the worst of its deciding norms."""

IMPOSSIBLE = "facts contradict"
"""The status of a row whose facts cannot all be so: it is not decided."""


class Row(msgspec.Struct, frozen=True):
    """A representative: its day and moment, the day of the law it is put to, and its facts in the form of requests."""

    day: date
    moment: datetime | None
    law_day: date
    facts: Mapping[str, object]
    alone: Mapping[str, object]
    note: str


class Answer(msgspec.Struct, frozen=True):
    """What the law says to all rows of one signature. `alone`: the status had no other paper been shown."""

    status: str
    alone: str | None
    possible: tuple[str, ...]
    norms: tuple[str, ...]
    cites: tuple[str, ...]
    possibly_norms: tuple[str, ...]
    possibly: tuple[str, ...]
    missing: tuple[str, ...]
    evidence: str | None
    known_used: tuple[str, ...]
    disputes: tuple[str, ...]
    not_encoded: tuple[str, ...]
    notes: tuple[str, ...]


class Answering:
    """Decides representative rows, for one law and the proposals taken as law."""

    def __init__(self, law: Law, as_if: tuple[str, ...] = ()) -> None:
        self.law = law
        self.as_if = as_if

    def answer(self, agency: str, actions: Sequence[str], action: str, row: Row) -> Answer:
        """The answer for a row. One whose facts contradict one another has the status IMPOSSIBLE."""
        try:
            finding = self.finding(agency, actions, action, row, row.facts)
        except RequestError as error:
            if error.code != "impossible":
                raise
            none: tuple[str, ...] = ()
            return Answer(
                IMPOSSIBLE, None, none, none, none, none, none, none, None, none, none, none, (error.message,)
            )
        return Answer(
            status=finding.status,
            alone=self._alone(agency, actions, action, row, finding.status),
            possible=finding.possible,
            norms=tuple(note.norm for note in finding.because),
            cites=tuple(dict.fromkeys(note.cite for note in finding.because)),
            possibly_norms=tuple(note.norm for note in finding.possibly),
            possibly=tuple(dict.fromkeys(note.cite for note in finding.possibly)),
            missing=tuple(missing_word(fact) for fact in finding.missing),
            evidence=max((note.evidence for note in finding.because), key=EVIDENCE.index, default=None),
            known_used=tuple(known.fact for known in finding.known_used),
            disputes=tuple(dispute.id for dispute in finding.disputes),
            not_encoded=tuple(gap.cite for gap in finding.not_encoded),
            notes=tuple(note for note in (row.note, *finding.notes) if note),
        )

    def finding(
        self, agency: str, actions: Sequence[str], action: str, row: Row, facts: Mapping[str, object]
    ) -> Finding:
        """The finding for a row with these facts. Raises RequestError as `Law.decide` does.

        Where the row is put to the law of another day, what follows from its times follows from its own day.
        """
        law = self.law
        on = row.moment.isoformat() if row.moment is not None else row.day
        [request] = parse_request(law.library, law.agency(agency), on, actions, facts, self.as_if)
        if row.law_day == row.day:
            return law.finding(law.situation(request), action)
        moved = msgspec.structs.replace(request, on=row.law_day, moment=None)
        scope = law.scope(moved.agency, moved.on, self.as_if)
        return law.finding((scope, moved, law.knowledge(request, scope)), action)

    def _alone(self, agency: str, actions: Sequence[str], action: str, row: Row, status: str) -> str | None:
        if not row.alone:
            return status
        try:
            return self.finding(agency, actions, action, row, {**row.facts, **row.alone}).status
        except RequestError as error:
            if error.code != "impossible":
                raise
            return None


def missing_word(fact: Missing) -> str:
    """A missing fact as one word or phrase."""
    return fact if isinstance(fact, str) else f"text_in_force: {fact['text_in_force']}"

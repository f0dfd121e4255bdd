"""Answers: one representative row of each signature, decided by the diagrams by which any request is decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

import msgspec

from comity.audit.signing.told import Told
from comity.decide import CONTRADICTING, Law
from comity.errors import RequestError
from comity.findings import Missing
from comity.knowledge import Knowledge
from comity.notes import FindingNotes, missing_names
from comity.outcome import Outcome
from comity.request import Request, check_proposal, parse_on
from comity.scope import Scope, Signature

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


class Asked(msgspec.Struct, frozen=True):
    """A representative row, with its agency and the leaf actions that it asks."""

    agency: str
    actions: tuple[str, ...]
    row: Row


class Answering:
    """Decides representative rows, for one law and the proposals taken as law."""

    def __init__(self, law: Law, as_if: tuple[str, ...] = ()) -> None:
        for proposal in as_if:
            check_proposal(law.library, proposal)
        self.law = law
        self.as_if = as_if
        self._told = Told(law)
        self._shared: dict[Answer, Answer] = {}
        self._worded: dict[tuple[object, ...], Answer] = {}
        self._coming: dict[tuple[int, str, date], tuple[str, ...]] = {}

    def answers(self, action: str, asked: Sequence[Asked]) -> list[Answer]:
        """The answer for each row. One whose facts contradict one another has the status IMPOSSIBLE.

        Answers that say the same are one object.
        """
        opened = [self._opened(action, each, each.row.facts) for each in asked]
        alone = {
            number: self._opened(action, each, {**each.row.facts, **each.row.alone})
            for number, each in enumerate(asked)
            if each.row.alone
        }
        results = self._results(action, [*opened, *alone.values()])
        others = {
            number: _status(one, result)
            for (number, one), result in zip(alone.items(), results[len(asked) :], strict=True)
        }
        self._worded.clear()
        found: list[Answer] = []
        for number, each in enumerate(asked):
            answer = self._answer(action, each.row.note, opened[number], results[number])
            if number in others and answer.status != IMPOSSIBLE:
                answer = self._share(msgspec.structs.replace(answer, alone=others[number]))
            found.append(answer)
        return found

    def _share(self, answer: Answer) -> Answer:
        return self._shared.setdefault(answer, answer)

    def _opened(self, action: str, asked: Asked, facts: Mapping[str, object]) -> _Opened | RequestError:
        """What the law is asked for a row with these facts, or how they contradict one another.

        Where the row is put to the law of another day, what follows from its times follows from its own day.
        """
        law, row = self.law, asked.row
        day, moment = parse_on(row.moment or row.day)
        try:
            known, disputed = self._told.facts(facts)
        except RequestError as error:
            if error.code != "impossible":
                raise
            return error
        agency = law.agency(asked.agency)
        request = Request(agency, day, moment, asked.actions, False, known, disputed, dict(facts), self.as_if)
        asking = request
        if row.law_day != row.day:
            asking = msgspec.structs.replace(request, on=row.law_day, moment=None)
        scope = law.scope(agency, asking.on, self.as_if)
        implied = law.with_implied(action, law.knowledge(request, scope))
        signature = None if implied is None else self._told.signature(scope.unit(action), implied)
        return _Opened(scope, asking, implied or {}, signature)

    def _results(self, action: str, opened: Sequence[_Opened | RequestError]) -> list[Outcome | None]:
        """The outcome of each; None where there is none."""
        together: dict[int, list[int]] = {}
        for number, each in enumerate(opened):
            if isinstance(each, _Opened) and each.signature is not None:
                together.setdefault(id(each.scope.unit(action)), []).append(number)
        found: list[Outcome | None] = [None] * len(opened)
        for numbers in together.values():
            some = [each for number in numbers if isinstance(each := opened[number], _Opened)]
            signatures = [each.signature for each in some if each.signature is not None]
            for number, result in zip(numbers, some[0].scope.outcomes(action, signatures), strict=True):
                found[number] = result
        return found

    def _answer(self, action: str, note: str, opened: _Opened | RequestError, result: Outcome | None) -> Answer:
        if isinstance(opened, RequestError):
            return self._share(_said(IMPOSSIBLE, notes=(opened.message,)))
        if result is None:
            why = self.law.vocabulary.action_rules[action].otherwise
            said = _said("unregulated", notes=tuple(filter(None, (note, why))))
            return self._share(msgspec.structs.replace(said, alone=said.status, possible=(said.status,)))
        if not result.possible:
            return self._share(_said(IMPOSSIBLE, notes=(CONTRADICTING,)))
        notes = FindingNotes(self.law.library, opened.scope, opened.request)
        unit = opened.scope.unit(action)
        missing = missing_names(unit.space, result.missing, opened.known) if result.missing else ()
        words = tuple(missing_word(fact) for fact in missing)
        assert opened.signature is not None
        used = tuple(known.fact for known in notes.known_used(unit, opened.signature))
        soon = (id(opened.scope), action, opened.request.on)
        coming = self._coming.get(soon)
        if coming is None:
            coming = self._coming[soon] = tuple(notes.coming_changes(action))
        key = (id(opened.scope), action, id(result), note, opened.request.disputed, coming, words, used)
        answer = self._worded.get(key)
        if answer is None:
            answer = self._worded[key] = self._share(self._word(action, note, notes, result, words, used))
        return answer

    def _word(
        self,
        action: str,
        note: str,
        notes: FindingNotes,
        result: Outcome,
        missing: tuple[str, ...],
        used: tuple[str, ...],
    ) -> Answer:
        return Answer(
            status=result.status,
            alone=result.status,
            possible=result.possible,
            norms=tuple(norm.id for norm in result.because),
            cites=tuple(dict.fromkeys(norm.cite for norm in result.because)),
            possibly_norms=tuple(norm.id for norm in result.possibly),
            possibly=tuple(dict.fromkeys(norm.cite for norm in result.possibly)),
            missing=missing,
            evidence=max((norm.evidence for norm in result.because), key=EVIDENCE.index, default=None),
            known_used=used,
            disputes=tuple(dispute.id for dispute in notes.disputes(action, result)),
            not_encoded=tuple(gap.cite for gap in notes.scope.surroundings(action).not_encoded),
            notes=tuple(text for text in (note, *notes.to_mind(action, result)) if text),
        )


class _Opened(msgspec.Struct, frozen=True):
    """A row before it is decided. `signature` is None where the facts say that what is asked is no such act."""

    scope: Scope
    request: Request
    known: Mapping[str, Knowledge]
    signature: Signature | None


def _status(opened: _Opened | RequestError, result: Outcome | None) -> str | None:
    """The status alone; None where the facts contradict one another."""
    if isinstance(opened, RequestError):
        return None
    if result is None:
        return "unregulated"
    return result.status if result.possible else None


def _said(status: str, notes: tuple[str, ...]) -> Answer:
    none: tuple[str, ...] = ()
    return Answer(status, None, none, none, none, none, none, none, None, none, none, none, notes)


def missing_word(fact: Missing) -> str:
    """A missing fact as one word or phrase."""
    return fact if isinstance(fact, str) else f"text_in_force: {fact['text_in_force']}"
